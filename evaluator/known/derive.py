"""Figures of intervals of time from figures of others: a fourth quarter as the year less nine months, a trailing year
from quarters, a quarter from year-to-date figures.

In: what is known of one flow: a figure for each interval of months. Out: the figure of an interval that nobody gave, with
the figures it is made of; and figures that were given and can be had in a second way that differs. Must not know
facts, rules or the as-of date.

A flow's figure over an interval is what had flowed by its end less what had flowed by its beginning. So month ends are
the nodes of a graph, each known figure an edge between two of them, and an interval can be derived where a path joins its
ends: along an edge the figure is added, against it, subtracted. The shortest path takes the fewest figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import networkx as nx

from dsl.text.record import record
from evaluator.values import bounds as v
from evaluator.values.values import Figure

MAX_TERMS = 6
"""A figure made of more than so many others is no longer followed by a reader: it stays unknown."""
_BOUNDED = 0.01
"""How much dearer than an exact figure a bounded one is: of two ways of one length the exact one is taken."""


@record
class Interval:
    """What flowed from the end of month `start` to the end of month `end` (months counted from year 0), with how it is
    called and half a unit of the last digit that its source printed."""

    start: int
    end: int
    figure: Figure
    label: str
    rounding: float = 0.0


@record
class Derivation:
    """A figure made of others: each with its sign, the first always added; `rounding` is what their last digits allow."""

    start: int
    end: int
    figure: Figure
    terms: tuple[tuple[int, Interval], ...]
    rounding: float

    @property
    def formula(self) -> str:
        """`FY2025 − 9M FY2025`."""
        first, *rest = self.terms
        return first[1].label + "".join(f" {'+' if sign > 0 else '−'} {term.label}" for sign, term in rest)


@record
class Conflict:
    """A figure that was given, and what others make of the same interval."""

    given: Interval
    other: Derivation


class Ledger:
    """All that is known of one flow."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        """Of several figures for one interval the first counts; what is wholly unknown is left out."""
        self._graph: nx.Graph[int] = nx.Graph()
        for interval in sorted(intervals, key=lambda s: (s.start, s.end)):  # of two ways of one length always the same
            if interval.figure.known and not self._graph.has_edge(interval.start, interval.end):
                weight = 1.0 if interval.figure.is_exact else 1.0 + _BOUNDED
                self._graph.add_edge(interval.start, interval.end, weight=weight, interval=interval)

    @property
    def ends(self) -> list[int]:
        """The month ends that figures begin or end with."""
        return sorted(self._graph)

    def derive(self, start: int, end: int) -> Derivation | None:
        """The figure of an interval by the fewest others; None where they do not reach, or too many would be needed."""
        if not self._reaches(start, end):
            return None
        path: list[int] = nx.shortest_path(self._graph, start, end, weight="weight")
        return self._along(path) if len(path) - 1 <= MAX_TERMS else None

    def _reaches(self, start: int, end: int) -> bool:
        """Whether so few figures join two month ends that a path is worth looking for. Without this each figure that
        nothing else reaches would be looked for through all months."""
        if start not in self._graph or end not in self._graph:
            return False
        seen = edge = {start}
        for _ in range(MAX_TERMS):
            edge = {there for here in edge for there in self._graph[here]} - seen
            seen = seen | edge
            if end in edge:
                return True
        return start == end

    def conflicts(self) -> Iterator[Conflict]:
        """Figures that a second way contradicts by more than the rounding of all figures in it; each circle of figures
        is reported once, at its longest figure."""
        reported: set[frozenset[Interval]] = set()
        edges = [data["interval"] for _, _, data in self._graph.edges(data=True)]
        for given in sorted(edges, key=lambda s: (s.start - s.end, s.end)):
            data = self._graph.get_edge_data(given.start, given.end)
            self._graph.remove_edge(given.start, given.end)
            other = self.derive(given.start, given.end)
            self._graph.add_edge(given.start, given.end, **data)
            if other is None:
                continue
            circle = frozenset({given, *(term for _, term in other.terms)})
            if circle not in reported and _apart(given, other):
                reported.add(circle)
                yield Conflict(given, other)

    def _along(self, path: list[int]) -> Derivation:
        terms: list[tuple[int, Interval]] = []
        for here, there in pairwise(path):
            interval: Interval = self._graph.edges[here, there]["interval"]
            terms.append((1 if interval.start == here else -1, interval))
        terms.sort(key=lambda term: (-term[0], term[1].start - term[1].end, term[1].end))
        figure = terms[0][1].figure
        for sign, term in terms[1:]:
            figure = v.add(figure, term.figure) if sign > 0 else v.subtract(figure, term.figure)
        facts = frozenset[int]().union(*(term.figure.facts for _, term in terms))
        rounding = sum(term.rounding for _, term in terms)
        return Derivation(path[0], path[-1], replace(figure, facts=facts), tuple(terms), rounding)


def _apart(given: Interval, other: Derivation) -> bool:
    gap = max(given.figure.low - other.figure.high, other.figure.low - given.figure.high)
    scale = max(abs(given.figure.middle or 0.0), abs(other.figure.middle or 0.0))
    return gap > (given.rounding + other.rounding) * (1 + 1e-9) + 1e-9 * scale
