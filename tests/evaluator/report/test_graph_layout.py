"""The picture of the graph: every arrow goes right, no two boxes share a place, sweeping never adds crossings."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from evaluator.engine import graph as graphs
from evaluator.report import graph_layout as layouts
from tests.evaluator.known.test_laws_asof import CHECKED

ROLES = st.sampled_from(["input", "param", "metric", "forecast", "condition", "pillar", "verdict", "kill", "catalyst"])


@st.composite
def acyclic(draw: st.DrawFn) -> nx.DiGraph[str]:
    size = draw(st.integers(1, 14))
    graph: nx.DiGraph[str] = nx.DiGraph()
    for n in range(size):
        graph.add_node(f"n{n}", role=draw(ROLES))
    pairs = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda p: p[0] < p[1])
    if size > 1:
        graph.add_edges_from((f"n{a}", f"n{b}") for a, b in draw(st.lists(pairs, max_size=30)))
    return graph


def straight_crossings(found: layouts.Layout, graph: nx.DiGraph[str]) -> int:
    """Crossings between neighbouring layers, counted pair by pair."""
    links = []
    for a, b in graph.edges:
        rows = [found.row[a], *found.bends[a, b], found.row[b]]
        links += [(found.layer[a] + n, x, y) for n, (x, y) in enumerate(pairwise(rows))]
    crossed = 0
    for n, (layer, a, b) in enumerate(links):
        crossed += sum(layer == other and (a - c) * (b - d) < 0 for other, c, d in links[n + 1 :])
    return crossed


@given(acyclic())
def test_places(graph: nx.DiGraph[str]) -> None:
    found = layouts.layout(graph)
    assert set(found.layer) == set(found.row) == set(graph.nodes)
    for a, b in graph.edges:
        assert found.layer[a] < found.layer[b]
        assert len(found.bends[a, b]) == found.layer[b] - found.layer[a] - 1
    places = Counter((found.layer[n], found.row[n]) for n in graph.nodes)
    for (a, b), bends in found.bends.items():
        places.update((found.layer[a] + n, row) for n, row in enumerate(bends, 1))
        del b
    assert max(places.values()) == 1
    assert layouts.layout(graph) == found


def test_sweeping_untangles_the_shipped_graphs() -> None:
    for checked in CHECKED:
        assert checked.program is not None
        graph = graphs.build(checked.program)
        if not graph.number_of_edges():
            continue  # figures alone, of which nothing is made
        swept = layouts.layout(graph)
        sweeps, layouts._SWEEPS = layouts._SWEEPS, 0
        layouts._placed.cache_clear()
        try:
            first = layouts.layout(graph)
        finally:
            layouts._SWEEPS = sweeps
            layouts._placed.cache_clear()
        assert straight_crossings(swept, graph) < 0.6 * straight_crossings(first, graph)
