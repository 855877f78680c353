"""Spans of a series: the figures of the periods up to each one, for windows and for `for`.

In: a series, how long the span is. Out: a value for each period. Must not know functions or how they are called.

Of a daily series a span holds what lies in it (weekends have no figure) and must not begin before the series; of any
other each period counts, and one without a figure is a gap, unknown with its cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dsl.program import program as p
from dsl.types.lengths import Duration, days_back
from dsl.types.units import Frequency
from evaluator.known.asof import Clock
from evaluator.values import bounds as v
from evaluator.values.series import Series, expect
from evaluator.values.values import Cause, Causes, Figure, May, Single, Truth

WEEKEND = 4
"""A series may begin so many days into a span and still fill it: a long weekend."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a period before the first of an expression, or between two of them, is unknown: its names, the period."""

    expr: p.Expr
    clock: Clock
    program: p.Program | None = None
    otherwise: str = ""
    """Who is said to lack it where the expression names nothing."""

    def causes(self, ordinal: int, frequency: Frequency, reason: str = "no figure so far back is known") -> Causes:
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

    def missing(self, ordinal: int, frequency: Frequency) -> Figure:
        """The figure of such a period."""
        return Figure.unknown(self.causes(ordinal, frequency), undefined=self.may_mean_nothing)


def _spans(series: Series, span: Duration) -> Iterator[tuple[int, Sequence[int], int | None]]:
    """Each period with those of the span that ends with it, and the first period of the span where it begins before
    the series."""
    ordinals = sorted(series.points)
    if series.frequency is not Frequency.DAY:
        for ordinal in series.points:
            start = ordinal - span.count + 1
            yield ordinal, range(max(start, ordinals[0]), ordinal + 1), start if start < ordinals[0] else None
        return
    first = 0
    for at, ordinal in enumerate(ordinals):
        start = days_back(ordinal, span.count, span.unit)
        while ordinals[first] <= start:
            first += 1
        yield ordinal, ordinals[first : at + 1], start + 1 if ordinals[0] > start + WEEKEND else None


def rolling(series: Series, span: Duration, past: Missing, reduce: Callable[[list[Figure]], Single]) -> Series:
    """What a reducer makes of the figures of each span; unknown where the span begins before the series."""
    points: dict[int, Single] = {}
    for ordinal, wanted, before in _spans(series, span):
        if before is not None:
            points[ordinal] = past.missing(before, series.frequency)
            continue
        points[ordinal] = reduce(
            [expect(series.points.get(o) or past.missing(o, series.frequency), Figure) for o in wanted]
        )
    return Series(series.frequency, points)


def held(condition: Series, span: Duration, past: Missing) -> Series:
    """Whether a condition held in each period of each span: a gap, or a span that begins before the series, makes it
    unknown, unless one period is false."""

    def gap(ordinal: int) -> Truth:
        possible = May.ANY if past.may_mean_nothing else May.OPEN
        return Truth(possible, past.causes(ordinal, condition.frequency))

    points: dict[int, Single] = {}
    for ordinal, wanted, before in _spans(condition, span):
        truths = [expect(condition.points.get(o) or gap(o), Truth) for o in wanted]
        points[ordinal] = v.conjunction([*truths, gap(before)] if before is not None else truths)
    return Series(condition.frequency, points)
