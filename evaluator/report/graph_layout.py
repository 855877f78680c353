"""Where the boxes of the graph stand: layers from fact to verdict, rows within a layer with few crossings.

In: the networkx graph of a thesis. Out: layer and row of each node, bends of each edge. Must not know values.

Layers follow the longest path, with conditions behind all metrics (Sugiyama, 1981). An edge over several layers
gets a stand-in in each, so that it does not cross boxes; rows are ordered by the mean row of the neighbours, back
and forth, and the best order found is kept.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable
from functools import lru_cache

import networkx as nx

from dsl.text.record import record

_SWEEPS = 12
_BEHIND = {"condition": 1, "pillar": 2, "verdict": 3, "kill": 2, "catalyst": 2}


@record
class Layout:
    """Layer and row by name; for each edge the rows of its stand-ins, from left to right."""

    layer: dict[str, int]
    row: dict[str, float]
    bends: dict[tuple[str, str], list[float]]


def layout(graph: nx.DiGraph[str]) -> Layout:
    """Places every node of an acyclic graph. The same graph gives the same places.

    They follow from names, roles and arrows alone: a graph that was placed before, such as that of rules whose facts were
    changed, is not placed anew. Nobody may change what is given.
    """
    return _placed(tuple((name, graph.nodes[name]["role"]) for name in graph.nodes), tuple(graph.edges))


@lru_cache(maxsize=16)
def _placed(nodes: tuple[tuple[str, str], ...], edges: tuple[tuple[str, str], ...]) -> Layout:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, role in nodes:
        graph.add_node(name, role=role)
    graph.add_edges_from(edges)
    layer = _layers(graph)
    chains: nx.DiGraph[Hashable] = nx.DiGraph()
    chains.add_nodes_from(graph.nodes)
    stand_ins: dict[tuple[str, str], list[Hashable]] = {}
    columns: dict[int, list[Hashable]] = {}
    for name in graph.nodes:
        columns.setdefault(layer[name], []).append(name)
    for source, target in graph.edges:
        inner: list[Hashable] = [(source, target, at) for at in range(layer[source] + 1, layer[target])]
        stand_ins[source, target] = inner
        for at, stand_in in enumerate(inner, layer[source] + 1):
            columns.setdefault(at, []).append(stand_in)
        nx.add_path(chains, [source, *inner, target])
    rows = _order(chains, [columns[at] for at in sorted(columns)])
    bends = {edge: [rows[s] for s in inner] for edge, inner in stand_ins.items()}
    return Layout(layer, {name: rows[name] for name in graph.nodes}, bends)


def _layers(graph: nx.DiGraph[str]) -> dict[str, int]:
    depth: dict[str, int] = {}
    last_metric = 0
    for name in nx.topological_sort(graph):
        depth[name] = max((depth[n] + 1 for n in graph.predecessors(name)), default=0)
        if graph.nodes[name]["role"] in ("metric", "forecast"):
            depth[name] = max(depth[name], 1)
            last_metric = max(last_metric, depth[name])
    for name in nx.topological_sort(graph):
        behind = _BEHIND.get(graph.nodes[name]["role"])
        least = last_metric + behind if behind else 0
        depth[name] = max(depth[name], least, *(depth[n] + 1 for n in graph.predecessors(name)), 0)
    used = {old: new for new, old in enumerate(sorted(set(depth.values())))}
    return {name: used[at] for name, at in depth.items()}


def _order(chains: nx.DiGraph[Hashable], columns: list[list[Hashable]]) -> dict[Hashable, float]:
    """Rows by the mean of the neighbours' rows, sweeping right and left; columns are centred on each other."""
    rows = _rows(columns)
    before = {node: list(chains.predecessors(node)) for node in chains}
    behind = {node: list(chains.successors(node)) for node in chains}
    best, fewest = rows, _crossings(chains, columns, rows)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):

            def mean(node: Hashable, near: dict[Hashable, list[Hashable]] = before if forward else behind) -> float:
                found = [rows[n] for n in near[node]]
                return sum(found) / len(found) if found else rows[node]

            column.sort(key=mean)
            for at, node in enumerate(column):
                rows[node] = at - (len(column) - 1) / 2
        crossings = _crossings(chains, columns, rows)
        if crossings < fewest:
            best, fewest = dict(rows), crossings
    top = min(best.values(), default=0.0)
    return {node: row - top for node, row in best.items()}


def _rows(columns: list[list[Hashable]]) -> dict[Hashable, float]:
    return {node: at - (len(column) - 1) / 2 for column in columns for at, node in enumerate(column)}


def _crossings(chains: nx.DiGraph[Hashable], columns: list[list[Hashable]], rows: dict[Hashable, float]) -> int:
    """Pairs of edges between neighbouring layers that cross: inversions, counted by insertion."""
    total = 0
    for column in columns:
        ends = sorted((rows[a], rows[b]) for a in column for b in chains.successors(a))
        seen: list[float] = []
        for _, end in ends:
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total
