"""Every input has the periods that any has: where no fact says anything of one, it is unknown there.

In: the series of a view. Out: a series with the periods that it lacks. Must not know expressions.

So what is made of several names has a value in each period, and the first fact about one of them takes away no earlier point
of the others (`a > 1 or b > 1` is true wherever `a` is above 1, whether anything is known of `b` or not). Of days and weeks,
which have a figure only where something was traded, a series is unknown up to its own first day, and ends with its last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dsl.text.record import record
from dsl.types.units import Frequency
from evaluator.values.points import ordered
from evaluator.values.series import BY_DAY, Series, Value
from evaluator.values.values import Single


@record
class Periods:
    """The periods of which anything is known, by frequency: of days and weeks each, of others the first and the last."""

    days: Mapping[Frequency, list[int]]
    ends: Mapping[Frequency, tuple[int, int]]

    @staticmethod
    def of(values: Iterable[Value]) -> Periods:
        """Those of all series among some values."""
        days: dict[Frequency, set[int]] = {}
        for value in values:
            if isinstance(value, Series):
                days.setdefault(value.frequency, set()).update(value.points)
        found = {frequency: sorted(ordinals) for frequency, ordinals in days.items() if ordinals}
        return Periods(
            {frequency: ordinals for frequency, ordinals in found.items() if frequency in BY_DAY},
            {frequency: (o[0], o[-1]) for frequency, o in found.items() if frequency not in BY_DAY},
        )

    def filled(self, series: Series, unknown: Callable[[int], Single]) -> Series:
        """A series with the periods that it lacks: `unknown` gives what stands in one."""
        own = ordered(series.points)
        if not own:
            return series
        if series.frequency in BY_DAY:
            missing = [o for o in self.days[series.frequency] if o < own[0]]
        else:
            first, last = self.ends[series.frequency]
            missing = [o for o in range(first, last + 1) if o not in series.points]
        if not missing:
            return series
        points = {**series.points, **{o: unknown(o) for o in missing}}
        return replace(series, points=dict(sorted(points.items())))
