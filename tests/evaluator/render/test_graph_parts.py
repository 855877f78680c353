"""The graph taken apart for paper: everything is drawn, every arrow once at least, and no part is wider than a page."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.render.graph import drawings
from evaluator.render.graph_parts import LAYERS, MOST, ROWS, groups
from evaluator.report.graph_layout import layout
from evaluator.schema.report import Edge, GraphResult, Node, Report
from tests.support.memos import reported

WORLDS = (
    ("alibaba", "BABA", "2026-05-14", "rules"),
    ("coreweave", "CRWV", "2026-05-14", "rules"),
    ("bank", "HRBR", "2026-05-14", "rules/examples"),
    ("maker", "MILL", "2026-05-14", "rules/examples"),
)


def of_graph(graph: nx.DiGraph[str]) -> Report:
    """A report with this graph, whose pillars are those of the graph."""
    report = reported()
    placed = layout(graph)
    nodes = [
        Node(name=n, title=n, role=graph.nodes[n]["role"], layer=placed.layer[n], row=placed.row[n], text="1", state="known",
             expression="") for n in graph.nodes
    ]  # fmt: skip
    edges = [Edge(source=a, target=b, bends=placed.bends[a, b]) for a, b in graph.edges]
    pillars = [
        report.pillars[0].model_copy(update={"name": n.name, "question": n.name}) for n in nodes if n.role == "pillar"
    ]
    change = {"graph": GraphResult(nodes=nodes, edges=edges), "pillars": pillars, "verdicts": [], "kills": []}
    return report.model_copy(update=change)


@st.composite
def graphs(draw: st.DrawFn) -> nx.DiGraph[str]:
    """Deep and wide ones, with a pillar at the end of some."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    count = draw(st.integers(1, 60))
    for n in range(count):
        graph.add_node(f"n{n}", role="metric")
    for n in range(1, count):
        for m in draw(
            st.lists(st.integers(max(0, n - draw(st.sampled_from((2, 40)))), n - 1), max_size=4, unique=True)
        ):
            graph.add_edge(f"n{m}", f"n{n}")
    for p in range(draw(st.integers(0, 2))):
        graph.add_node(f"p{p}", role="pillar")
        for m in draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=20, unique=True)):
            graph.add_edge(f"n{m}", f"p{p}")
    return graph


def law(report: Report) -> None:
    parts = groups(report)
    arrows = {(e.source, e.target) for e in report.graph.edges}
    drawn = {
        (a, b) for part in parts for a, b in arrows
        if a in part.layer and b in part.layer and part.layer[a] < part.layer[b]
    }  # fmt: skip
    assert drawn == arrows
    assert {name for part in parts for name in part.layer} == {n.name for n in report.graph.nodes}
    needs = Counter(b for _, b in arrows)
    for part in parts:
        size = Counter(part.layer.values())
        assert len(size) <= (LAYERS if part.title else MOST)
        assert max(size.values()) <= max(ROWS, *(needs[name] + 2 for name in part.layer))
        for name in part.cut:
            assert any(b == name and (a not in part.layer or part.layer[a] >= part.layer[b]) for a, b in arrows)


@given(graphs())
@settings(max_examples=60)
def test_every_arrow_is_drawn_on_pages_that_hold_it(graph: nx.DiGraph[str]) -> None:
    law(of_graph(graph))


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world[0])
def test_shipped_graphs_are_drawn_whole(world: tuple[str, ...]) -> None:
    report = reported(*world)
    shown = {name for part in groups(report) for name in part.layer}
    assert {n.name for n in report.graph.nodes if n.role not in ("input", "param")} <= shown
    for part in drawings(report):
        places = Counter((box.x, box.y) for box in part.drawing.boxes)
        assert max(places.values()) == 1
        assert part.drawing.width <= 830
        marked = [box for box in part.drawing.boxes if box.cut]
        assert len({box.x for box in marked}) <= 1  # on one layer, the last one shown
