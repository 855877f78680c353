"""A series while it is made: which figure stands for which of its periods, halves and years.

In: what counts of a name's facts (`Choice`), figures that were derived. Out: `Series`. Must not know how figures are
derived or chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dsl.program.program import Input, Metric
from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.known.choose import Choice
from evaluator.known.derive import Interval
from evaluator.values.series import Series
from evaluator.values.values import Causes, Figure, Single


class Table(dict[int, Single]):
    """Figures by period while a series is made, and which of them are soft: what rests on guidance, a claim or an
    estimate gives way to what was reported."""

    def __init__(self) -> None:
        super().__init__()
        self.soft: set[int] = set()

    def put(self, ordinal: int, value: Single) -> None:
        """A value where there is none, or a soft one."""
        self[ordinal] = value
        self.soft.discard(ordinal)

    def misses(self, ordinal: int) -> bool:
        """Whether there is nothing for a period, or something soft alone."""
        return ordinal not in self or ordinal in self.soft


class Filling:
    """A series while it is made: figures of its periods and of years."""

    def __init__(self, declared: Input | Metric, frequency: Frequency) -> None:
        self.declared, self.frequency = declared, frequency
        self.own = month_length(frequency)
        self.points, self.annual = Table(), Table()
        self.as_of: dict[int, dt.date | None] = {}
        """Of derived periods: before which day they were so known (None: as figures are known now)."""

    def take(self, choice: Choice) -> bool:
        """Puts a fact's value where it belongs; False where it fills no period by itself."""
        ordinal, months = choice.first.ordinal, choice.first.months
        yearly = self.declared.type.per is Frequency.YEAR and self.own != 12  # a trailing-year metric
        if ordinal is None:
            return False
        if months == self.own or (yearly and months == 12):
            table = self.points
        elif months == 12:
            table = self.annual
        else:
            return False
        table.put(ordinal, choice.value)
        if not choice.firm:
            table.soft.add(ordinal)
        return True

    def settle(self) -> None:
        """From here on nothing that is there gives way."""
        for table in (self.points, self.annual):
            table.soft.clear()

    def prefer_sums(self) -> None:
        """A year that was only expected gives way to the sum of its periods, where they are known and firm."""
        for ordinal in list(self.annual):
            parts = range(ordinal - self.frequency.per_year + 1, ordinal + 1)
            firm = all(not self.points.misses(o) and self.points[o].known for o in parts)
            if firm and ordinal in self.annual.soft:
                del self.annual[ordinal]

    def series(self, stale: Causes, unknown: Single) -> Series:
        """What was made of it; all of it `unknown` where it is stale."""
        points, annual = (
            {o: unknown if stale else value for o, value in sorted(table.items())}
            for table in (self.points, self.annual)
        )
        limit = self.declared.stale_after if isinstance(self.declared, Input) else None
        return Series(self.frequency, points, _figures(annual), expires=limit, stale=stale)


def _figures(table: Mapping[int, Single]) -> dict[int, Figure]:
    return {o: value for o, value in table.items() if isinstance(value, Figure)}


def interval_of(choice: Choice, value: Figure) -> Interval:
    """A fact of a flow as what flowed between two month ends."""
    closing = choice.first.placed.closing
    assert closing is not None
    return Interval(closing - choice.first.months, closing, value, choice.first.label, choice.rounding)
