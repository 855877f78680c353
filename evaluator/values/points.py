"""The points of a long series, each worked out when somebody asks for it.

In: the periods, and what gives the value of one. Out: `Points`, a mapping. Must not know what the values are.

A condition reads the last day of a daily series, a chart the last two dozen: of twenty years of prices nobody asks what a
ratio was on each of 5,000 days. What was asked for is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evaluator.values.values import Single

DEEPEST = 30
"""Points that rest on points that rest on points, so many times, are worked out at once: a question must not have to go
deeper than Python's stack."""


class Points(Mapping[int, Single]):
    """Values by period, in order; equal to any mapping that holds the same."""

    __slots__ = ("_give", "_known", "_set", "depth", "ordinals")

    def __init__(self, ordinals: Sequence[int], give: Callable[[int], Single], *below: Mapping[int, Single]) -> None:
        """`ordinals`: the periods, in order; `give`: the value of one of them, always the same; `below`: the points that
        it asks."""
        self.ordinals, self._give = ordinals, give
        self._known: dict[int, Single] = {}
        self._set: frozenset[int] | None = None
        self.depth: int = 1 + max((points.depth for points in below if isinstance(points, Points)), default=0)
        if self.depth > DEEPEST:
            for ordinal in ordinals:
                self[ordinal]
            self.depth = 0

    def __getitem__(self, ordinal: int) -> Single:
        found = self._known.get(ordinal)
        if found is None:
            if ordinal not in self:
                raise KeyError(ordinal)
            found = self._known[ordinal] = self._give(ordinal)
        return found

    def get(self, ordinal: int, default: Any = None) -> Any:
        """The value of a period, or what is given in its place."""
        if ordinal not in self:
            return default
        return self[ordinal]

    def __contains__(self, ordinal: object) -> bool:
        if ordinal in self._known:
            return True
        if self._set is None:
            self._set = frozenset(self.ordinals)
        return ordinal in self._set

    def __iter__(self) -> Iterator[int]:
        return iter(self.ordinals)

    def __len__(self) -> int:
        return len(self.ordinals)

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)

    def __repr__(self) -> str:
        return f"Points({len(self)})"


def up_to(ordinals: Sequence[int], last: int) -> Sequence[int]:
    """The periods up to one of them, or to a time between them."""
    return ordinals[: bisect_right(ordinals, last)]


def ordered(points: Mapping[int, Single]) -> Sequence[int]:
    """The periods of a series, in order."""
    return points.ordinals if isinstance(points, Points) else sorted(points)


def shared_by(several: Sequence[Mapping[int, Single]]) -> Sequence[int]:
    """The periods that several series have, in order."""
    first = ordered(several[0])
    if all(isinstance(points, Points) and points.ordinals is first for points in several[1:]):
        return first
    if all(points.keys() == several[0].keys() for points in several[1:]):
        return first
    return sorted(set(several[0]).intersection(*several[1:]))
