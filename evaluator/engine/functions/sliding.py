"""Windows that move over a series, in time that is linear in its length, however long they are.

In: the values of a series in order, and where the window that ends with each of them begins. Out: for each window, what all
values in it have together. Must not know functions or periods.

Two stacks (a queue made of two stacks, as it is known since the 1980s): what lies before a split is joined from the split
back, what lies behind it from the split on, so that each window is one join of two parts that others use too.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

from evaluator.values import bounds as v
from evaluator.values.shared import union
from evaluator.values.values import NO_CAUSES, NO_FACTS, Causes, Facts, Figure, May, Truth

_T = TypeVar("_T")
_H = TypeVar("_H", bound=Hashable)
_LARGE = 1e140
"""Sums of squares of larger figures may be too large for a float."""


def joined(items: Sequence[_T], firsts: Sequence[int], join: Callable[[_T, _T], _T]) -> Iterator[_T]:
    """For each window, all its items joined by an associative operation. `firsts` never falls."""
    split = 0
    before: list[_T] = []  # for each place before the split, the last first, all from there to the split
    after: _T | None = None
    for at, item in enumerate(items):
        first = firsts[at]
        if first >= split:
            before, split, after = [item], at + 1, None
            for place in range(at - 1, first - 1, -1):
                before.append(join(items[place], before[-1]))
            yield before[-1]
            continue
        after = item if after is None else join(after, item)
        yield join(before[split - 1 - first], after)


def sorted_windows(values: Sequence[float], firsts: Sequence[int]) -> Iterator[list[float]]:
    """For each window its values in order of size: one list, which is to be read before the next is asked for."""
    held: list[float] = []
    since = 0
    for at, value in enumerate(values):
        insort(held, value)
        while since < firsts[at]:
            del held[bisect_left(held, values[since])]
            since += 1
        yield held


class Sums:
    """Sums over windows of floats, exact until they are rounded once: as whole numbers of the smallest part of a float
    that any of them has."""

    def __init__(self, values: Sequence[float], firsts: Sequence[int]) -> None:
        """Of values that are finite."""
        ratios = [value.as_integer_ratio() for value in values]
        self.unit = max((down for _, down in ratios), default=1)
        self._firsts = firsts
        self._whole = [up * (self.unit // down) for up, down in ratios]
        self._upto = [0, *accumulate(self._whole)]

    def of(self, at: int) -> int:
        """The sum over the window that ends here, in units."""
        return self._upto[at + 1] - self._upto[self._firsts[at]]

    def rounded(self, at: int) -> float:
        """The same as a float, rounded once: what math.fsum gives."""
        return self.of(at) / self.unit

    @cached_property
    def _squares(self) -> list[int]:
        return [0, *accumulate(whole * whole for whole in self._whole)]

    def deviation(self, at: int) -> float:
        """The sample standard deviation over a window of at least two, rounded once: what statistics.stdev gives."""
        first, count = self._firsts[at], at + 1 - self._firsts[at]
        squares, total = self._squares[at + 1] - self._squares[first], self.of(at)
        return _root(count * squares - total * total, count * (count - 1) * self.unit * self.unit)


def _root(up: int, down: int) -> float:
    """√(up ÷ down), rounded once: with so many bits that the last one says on which side of a float it lies."""
    if up == 0:
        return 0.0
    shift = max(0, 64 - (up.bit_length() - down.bit_length()) // 2)
    scaled, rest = divmod(up << (2 * shift), down)
    root = math.isqrt(scaled)
    inexact = rest != 0 or root * root != scaled
    return (root | inexact) / (1 << shift)


def unions(sets: Sequence[AbstractSet[_H]], firsts: Sequence[int]) -> list[AbstractSet[_H]]:
    """For each window, all that is in its sets."""
    if not any(sets):
        return [frozenset()] * len(sets)
    return list(joined(sets, firsts, lambda a, b: union((a, b))))


class Moving:
    """The windows over some figures: window n ends with figure n and begins with figure `firsts[n]`."""

    def __init__(self, figures: Sequence[Figure], firsts: Sequence[int]) -> None:
        self.figures, self.firsts = figures, firsts

    def count(self, at: int) -> int:
        """How many figures a window has."""
        return at + 1 - self.firsts[at]

    def window(self, at: int) -> list[Figure]:
        """The figures of a window."""
        return list(self.figures[self.firsts[at] : at + 1])

    # --- of each window, in order ----------------------------------------------------------------------

    def facts(self) -> list[Facts]:
        """On what all its figures rest."""
        return self.union([f.facts for f in self.figures])

    def causes(self, of: Callable[[Figure], bool] = lambda _: True) -> list[Causes]:
        """The causes of all its figures of a kind."""
        return self.union([f.causes if of(f) else frozenset() for f in self.figures])

    def any(self, of: Callable[[Figure], bool]) -> list[bool]:
        """Whether a figure of a kind is in it."""
        return self.any_of([of(f) for f in self.figures])

    def any_of(self, flags: Sequence[bool]) -> list[bool]:
        """Whether one of the flags, one for each figure, is in it."""
        upto = [0, *accumulate(flags)]
        return [upto[at + 1] > upto[first] for at, first in enumerate(self.firsts)]

    def extremes(self, values: Sequence[float], pick: Callable[[float, float], float]) -> list[float]:
        """The least or the greatest of values, one for each figure."""
        return list(joined(values, self.firsts, pick))

    def union(self, sets: Sequence[AbstractSet[_H]]) -> list[AbstractSet[_H]]:
        """All that is in the sets of its figures."""
        return unions(sets, self.firsts)

    @cached_property
    def large(self) -> bool:
        """Whether sums over it may be too large for a float on the way."""
        ends = (abs(end) for f in self.figures for end in (f.low, f.high) if not math.isinf(end))
        return max(ends, default=0.0) > _LARGE


def all_hold(
    truths: Sequence[Truth], firsts: Sequence[int], gap: Callable[[int], Truth | None] = lambda _: None
) -> Iterator[Truth]:
    """Whether all truths of each window hold: Kleene's and, as `bounds.conjunction` gives it of one window. `gap` is what
    else is in the window that ends at a place, if anything: what lies before the series."""
    upto = {kind: [0, *accumulate(t.possible is kind for t in truths)] for kind in {t.possible for t in truths}}
    facts = unions([t.facts for t in truths], firsts)
    of_false = unions([t.facts if t.possible is May.FALSE else NO_FACTS for t in truths], firsts)
    of_open = unions([t.causes if t.unknown else NO_CAUSES for t in truths], firsts)
    of_nm = unions([t.causes if t.nm else NO_CAUSES for t in truths], firsts)
    least: dict[frozenset[May], May] = {}
    for at, first in enumerate(firsts):
        there = frozenset(kind for kind, until in upto.items() if until[at + 1] > until[first])
        if May.FALSE in there:
            yield Truth(May.FALSE, NO_CAUSES, of_false[at])
            continue
        before = gap(at)
        kinds = there if before is None else there | {before.possible}
        if kinds not in least:
            least[kinds] = v.conjunction(Truth(kind) for kind in kinds).possible
        causes = of_open[at] if any(Truth(kind).unknown for kind in kinds) else of_nm[at]
        if before is not None:
            causes = union((causes, before.causes))
        yield Truth(least[kinds], NO_CAUSES if least[kinds] is May.TRUE else causes, facts[at])
