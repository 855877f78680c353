"""Spans of a series: the figures of the periods up to each one, for windows and for `for`.

In: a series, how long the span is. Out: a value for each period. Must not know functions or how they are called.

Of a daily series a span holds what lies in it (weekends and holidays have no figure); it must not begin before the series, and
where no day has a figure for longer than any exchange is closed, the days between are a gap. Of any other series each period
counts, and one without a figure is a gap. A gap is unknown with its cause.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from dsl.program import program as p
from dsl.text.record import record
from dsl.types.lengths import Duration, days_back
from dsl.types.units import Frequency
from evaluator.engine.functions.sliding import Moving, all_hold
from evaluator.known.asof import Clock
from evaluator.values import bounds as v
from evaluator.values.points import ordered
from evaluator.values.series import Series, expect, points_of
from evaluator.values.values import Cause, Causes, Figure, May, Single, Truth

WEEKEND = 4
"""A series may begin so many days into a span and still fill it: a long weekend."""
CLOSED = 12
"""So many days may lie between two figures of a daily series: exchanges were closed for eleven (Shanghai at New Year 2020)."""
_NO_DAY, _NO_FIGURE = f"no figure for more than {CLOSED} days on end", "no figure so far back is known"


@record
class Missing:
    """Why a period before the first of an expression, or between two of them, is unknown: its names, the period."""

    expr: p.Expr
    clock: Clock
    program: p.Program | None = None
    otherwise: str = ""
    """What is said to be missing where the expression names nothing."""

    def causes(self, ordinal: int, frequency: Frequency, reason: str = _NO_FIGURE) -> Causes:
        """The causes of one period."""
        names = p.series_in(self.expr) or frozenset({self.otherwise})
        names = self.program.inputs_under(names) if self.program is not None else names
        yearly = self.expr.type.per is Frequency.YEAR and frequency is not Frequency.YEAR
        label = self.clock.calendar.year_to(ordinal, frequency) if yearly else self.clock.label(ordinal, frequency)
        return frozenset(Cause(name, label, reason) for name in names)

    @property
    def may_mean_nothing(self) -> bool:
        """Whether the figure of such a period may turn out not to be meaningful."""
        return self.program is None or self.program.can_mean_nothing(self.expr)

    def missing(
        self, ordinal: int, frequency: Frequency, bounds: Single | None = None, reason: str = _NO_FIGURE
    ) -> Figure:
        """The figure of such a period: within bounds, where they are known."""
        causes = self.causes(ordinal, frequency, reason)
        if isinstance(bounds, Figure) and not bounds.wide:
            return bounds if bounds.is_exact or bounds.nm else replace(bounds, causes=causes)
        return Figure.unknown(causes, undefined=self.may_mean_nothing)

    def gap(self, ordinal: int, frequency: Frequency, bounds: Single | None = None, reason: str = _NO_FIGURE) -> Truth:
        """The truth of such a period: what it may be, where that is known."""
        causes = self.causes(ordinal, frequency, reason)
        if isinstance(bounds, Truth) and not bounds.unknown:
            return bounds if bounds.settled else replace(bounds, causes=causes)
        return Truth(May.ANY if self.may_mean_nothing else May.OPEN, causes)


class _Spans:
    """Where the span that ends with each period of a series begins.

    `slots`: all periods that spans are made of. Of a daily series those that have a figure, of any other each from the
    first to the last.
    """

    def __init__(self, series: Series, span: Duration, by_hand: bool) -> None:
        self.span, self.ordinals = span, ordered(series.points)
        self.daily, self.by_hand = series.frequency is Frequency.DAY, by_hand
        first, last = self.ordinals[0], self.ordinals[-1]
        self.slots: Sequence[int] = self.ordinals if self.daily else range(first, last + 1)

    def at(self, ordinal: int) -> int:
        """The place of a period among the slots."""
        return bisect_left(self.slots, ordinal) if self.daily else ordinal - self.slots[0]

    def first(self, ordinal: int) -> int:
        """The place of the first slot of its span."""
        if self.daily:
            return bisect_right(self.slots, days_back(ordinal, self.span.count, self.span.unit))
        return max(0, ordinal - self.span.count + 1 - self.slots[0])

    def gap(self, ordinal: int) -> int | None:
        """A period of its span without a figure that there should be: its first where it begins before the series, the first
        of days on end without one."""
        if not self.daily:
            start = ordinal - self.span.count + 1
            return start if start < self.slots[0] else None
        start = days_back(ordinal, self.span.count, self.span.unit)
        if self.slots[0] > start + WEEKEND:
            return start + 1
        if self.by_hand:
            return None
        if self.slots[self.first(ordinal)] > start + CLOSED:
            return start + 1
        last = self._last_holes[self.at(ordinal)]
        return self.slots[last - 1] + 1 if last > self.first(ordinal) else None

    @cached_property
    def _last_holes(self) -> Sequence[int]:
        """For each slot the last one up to it that stands behind too many days without a figure; 0 where there is none."""
        after = (n if day - self.slots[n - 1] > CLOSED else 0 for n, day in enumerate(self.slots) if n)
        return list(accumulate(after, max, initial=0))

    def why(self, gap: int) -> str:
        """Why a gap has no figure."""
        return _NO_DAY if self.daily and gap > self.slots[0] else _NO_FIGURE

    def lacks(self, ordinal: int, most: int) -> int:
        """How many periods of its span lie before the series: of days nobody knows, so that as many as matter may."""
        return most if self.daily else min(self.span.count, self.slots[0] - (ordinal - self.span.count + 1))

    def firsts(self, start: int, stop: int) -> tuple[int, list[int]]:
        """The place of the first slot that spans ending with the slots from `start` up to `stop` hold; and, from there on, for
        each slot the place of the first of its span, counted from that place. It never falls."""
        base = self.first(self.slots[start])
        places = (max(self.first(slot), base) - base for slot in self.slots[base:stop])
        return base, list(accumulate(places, max))


_SINGLY = 16
"""So many spans are looked at one by one. Where more are asked for, all are worked out together."""
_TAIL = 32
"""So many of the newest are worked out together where a few of them are asked for: a chart shows two dozen."""
_FEW = 2


class _Each:
    """What is made of each span: of a few one by one, of the newest and of many all together, which is the same (laws in tests
    hold it).

    `together` gives the spans from one place among the slots up to another, at the cost of the slots that they hold.
    """

    def __init__(
        self,
        one: Callable[[int], Single],
        together: Callable[[int, int], Iterable[Single]] | None,
        slots: Sequence[int],
    ) -> None:
        self._one, self._together, self._slots = one, together, slots
        self._asked, self._asked_newest = 0, 0
        self._made: dict[int, Single] = {}
        self._first = slots[max(0, len(slots) - _TAIL)]

    def __call__(self, ordinal: int) -> Single:
        found = self._made.get(ordinal)
        if found is not None or self._together is None:
            return self._one(ordinal) if found is None else found
        newest, count = ordinal >= self._first, len(self._slots)
        self._asked_newest += newest
        self._asked += not newest
        if self._asked > _SINGLY:
            self._make(0, count)
        elif newest and self._asked_newest > _FEW:
            self._make(max(0, count - _TAIL), count)
        else:
            return self._one(ordinal)
        return self._made[ordinal]

    def _make(self, start: int, stop: int) -> None:
        assert self._together is not None
        self._made.update(zip(self._slots[start:stop], self._together(start, stop), strict=True))


def afterwards(series: Series, give: Callable[[Series], Series]) -> Series:
    """What is made of several periods. Of the one that is read a value of today may be a part: that counts up to this period
    alone, and for what comes after it, and in `closing`, the period is what it was at its own end."""
    found = give(series)
    if not series.closing:
        return found
    own, read = give(replace(series, points={**series.points, **series.closing}, closing={})), max(series.closing)
    points = {o: x if o <= read else own.points[o] for o, x in found.points.items()}
    return replace(found, points=points, closing={o: own.points[o] for o in series.closing if o in own.points})


def rolling(
    series: Series,
    span: Duration,
    past: Missing,
    reduce: Callable[[list[Figure]], Single],
    slide: Callable[[Moving], Iterable[Single]] | None = None,
    elsewhere: Single | None = None,
) -> Series:
    """What a reducer makes of the figures of each span; where there is a gap in its days, `elsewhere`, what it makes of
    the series' own. `slide` makes the same of all spans."""
    if not series.points:
        return Series(series.frequency, {}, elsewhere=elsewhere)
    spans, points = _Spans(series, span, past.clock.by_hand), series.points

    def figure(ordinal: int) -> Figure:
        return expect(points.get(ordinal) or past.missing(ordinal, series.frequency, series.elsewhere), Figure)

    def one(ordinal: int) -> Single:
        gap = spans.gap(ordinal)
        if gap is not None:
            return past.missing(gap, series.frequency, elsewhere, spans.why(gap))
        return reduce([figure(o) for o in spans.slots[spans.first(ordinal) : spans.at(ordinal) + 1]])

    def together(start: int, stop: int) -> Iterable[Single]:
        assert slide is not None
        base, firsts = spans.firsts(start, stop)
        slots = spans.slots[base:stop]
        made = list(slide(Moving([figure(o) for o in slots], firsts)))[start - base :]
        return [x if spans.gap(o) is None else one(o) for o, x in zip(slots[start - base :], made, strict=True)]

    give = _Each(one, together if slide is not None else None, spans.slots)
    return Series(series.frequency, points_of(series.frequency, spans.ordinals, give, points), elsewhere=elsewhere)


class Logic(Protocol):
    """How truths are joined."""

    def conjunction(self, items: Iterable[Truth], /) -> Truth:
        """Kleene's and."""

    def at_least(self, items: Iterable[Truth], least: int, /) -> Truth:
        """Whether so many of several hold."""


def held(condition: Series, span: Duration, past: Missing, least: int | None = None, by: Logic = v) -> Series:
    """Whether a condition held in each period of each span (or in at least so many): a gap, or a span that begins before the
    series, makes it unknown, unless one period is false (or so many that it is decided). `by`: what joins the truths."""
    if not condition.points:
        return Series(condition.frequency, {}, elsewhere=condition.elsewhere)
    spans, points = _Spans(condition, span, past.clock.by_hand), condition.points

    def in_gap(ordinal: int, why: str) -> Truth:
        return past.gap(ordinal, condition.frequency, condition.elsewhere, why)

    def truth(ordinal: int) -> Truth:
        return expect(points.get(ordinal) or in_gap(ordinal, _NO_FIGURE), Truth)

    def one(ordinal: int) -> Single:
        truths = [truth(o) for o in spans.slots[spans.first(ordinal) : spans.at(ordinal) + 1]]
        gap = spans.gap(ordinal)
        if gap is None and least is not None and len(truths) < least:
            few = in_gap(ordinal, f"{len(truths)} of the last {span.count} days have a figure, and {least} are asked")
            return by.at_least([*truths, *[few] * (least - len(truths))], least)
        if gap is None:
            return by.conjunction(truths) if least is None else by.at_least(truths, least)
        missing = in_gap(gap, spans.why(gap))
        if least is None:
            return by.conjunction([*truths, missing])
        return by.at_least([*truths, *[missing] * spans.lacks(ordinal, least)], least)

    def together(start: int, stop: int) -> Iterable[Single]:
        base, firsts = spans.firsts(start, stop)

        def missing(at: int) -> Truth | None:
            gap = spans.gap(spans.slots[base + at])
            return in_gap(gap, spans.why(gap)) if gap is not None else None

        truths = [truth(o) for o in spans.slots[base:stop]]
        return list(all_hold(truths, firsts, missing))[start - base :]

    give = _Each(one, together if least is None and by is v else None, spans.slots)
    truths = points_of(condition.frequency, spans.ordinals, give, points)
    return Series(condition.frequency, truths, elsewhere=condition.elsewhere)
