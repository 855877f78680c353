"""The thesis as a graph: who needs whom, and the order of evaluation.

In: a `Program`. Out: a frozen networkx DiGraph whose arrows run from what is needed to what needs it, its layers and
its order. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from dsl.program.program import Program


class CircleError(Exception):
    """Names that need each other; the checker lets none through, so this is a bug. Lists every step."""


def build(program: Program) -> nx.DiGraph[str]:
    """The graph of a program: a node for each name that has a value, with its role and title."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name in program.order:
        graph.add_node(name, role=program.role(name), title=program.declared(name).title)
    for name in program.order:
        graph.add_edges_from((needed, name) for needed in sorted(program.needs(name)) if needed in graph)
    nx.freeze(graph)
    return graph


def order(graph: nx.DiGraph[str]) -> tuple[str, ...]:
    """Each name after all that it needs; the same order for the same graph. Raises CircleError."""
    try:
        return tuple(nx.topological_sort(graph))
    except nx.NetworkXUnfeasible:
        steps = [a for a, _ in nx.find_cycle(graph)]
        raise CircleError(" → ".join([*steps, steps[0]])) from None


def layers(graph: nx.DiGraph[str]) -> list[list[str]]:
    """Names by how many steps they stand from what needs nothing."""
    return [list(generation) for generation in nx.topological_generations(graph)]


def upstream(graph: nx.DiGraph[str], names: Iterable[str]) -> set[str]:
    """All that some names rest on, themselves included."""
    found = set(names)
    for name in names:
        found |= nx.ancestors(graph, name)
    return found
