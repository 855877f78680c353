"""Which figures `ahead`, `ntm` and `surprise` are made of: those of periods to come, by the calendar.

In: a series with what is expected of it, the clock. Out: figures; what is missing is unknown and says of which period. Must not
know what is made of them.

The next twelve months are the periods of a year after the latest reported one, where something is expected of each. Where it is of
years alone, they are what is still to come of the fiscal year that runs, by days, and the rest of a year of the next one: so data
vendors blend estimates of two years (time-weighted).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dsl.program import calls
from dsl.program import program as p
from dsl.text.record import record
from dsl.types.units import Frequency
from evaluator.engine.functions.spans import Missing
from evaluator.known.asof import Clock
from evaluator.values import bounds as v
from evaluator.values.series import Series, Value, expect
from evaluator.values.step import Step
from evaluator.values.values import Causes, Figure, Single, because


@record
class Asking:
    """One call: its clock, what is said of missing periods, the number that is written out, what makes the value."""

    call: p.Call
    clock: Clock
    past: Missing
    number: int
    reduce: Callable[..., Any]

    @property
    def frequency(self) -> Frequency:
        """How often the figures come of what is asked for."""
        return self.clock.rhythm(calls.series(self.call))

    def after(self, series: Series | Figure) -> int:
        """The latest reported period; where nothing has been, the last that has ended."""
        if isinstance(series, Series) and series.expected is not None:
            return series.expected.after
        frequency = self.frequency
        found = self.clock.reads.get(frequency)
        return self.clock.calendar.ended(self.clock.as_of, frequency) if found is None else found

    def missing(self, series: Series | Figure, ordinal: int, frequency: Frequency) -> Figure:
        """The figure of a period of which nobody has said anything: within its bounds, where the rules have some."""
        bounds = series.elsewhere if isinstance(series, Series) else series
        return self.past.missing(
            ordinal, frequency, bounds, f"nothing expected of it had been published by {self.clock.as_of}"
        )

    @property
    def missing_then(self) -> Causes:
        """Why it is not known what was expected on an earlier day."""
        return because("what was expected on earlier days is not known", "")


def value_known(value: Value) -> bool:
    """Whether something is known that is the same in every period."""
    now = value.now if isinstance(value, Step) else value
    return not isinstance(now, Series) and now.known


def _said(series: Series | Figure, ordinal: int) -> Figure | None:
    """What is known of a period, reported or to come; None where nobody has said anything."""
    if not isinstance(series, Series) or series.expected is None:
        return None
    found = series.expected.points.get(ordinal)
    if found is None and ordinal <= series.expected.after:
        found = series.points.get(ordinal)
        found = found if found is not None and found.facts else None
    return expect(found, Figure) if found is not None else None


def periods_ahead(of: Asking, series: Series | Figure) -> Figure:
    """The period so many after the latest reported one."""
    ordinal = of.after(series) + of.number
    found: Figure = of.reduce(_said(series, ordinal) or of.missing(series, ordinal, of.frequency))
    return found


def year_ahead(of: Asking, series: Series | Figure) -> Figure:
    """The next twelve months."""
    frequency, after = of.frequency, of.after(series)
    found: Figure
    if frequency is Frequency.YEAR:
        found = of.reduce(_blend(of, series, lambda year: _said(series, year)))
        return found
    wanted = range(after + 1, after + 1 + frequency.per_year)
    said = [_said(series, ordinal) for ordinal in wanted]
    years = series.expected.years if isinstance(series, Series) and series.expected is not None else {}
    if not all(one is not None and one.known for one in said) and years:
        blend = _blend(of, series, lambda year: _year(of, series, years, year))
        if all(one.known for one in blend) or not any(said):
            found = of.reduce(blend)
            return found
    found = of.reduce([one or of.missing(series, o, frequency) for o, one in zip(wanted, said, strict=True)])
    return found


def _year(of: Asking, series: Series | Figure, years: Mapping[int, Single], year: int) -> Figure | None:
    """What is known of a whole fiscal year, under a name that comes more often."""
    end = of.clock.calendar.end(year, Frequency.YEAR)
    ordinal = of.clock.calendar.ordinal(end, of.frequency)
    found = years.get(ordinal) if ordinal is not None else None
    if found is None and isinstance(series, Series) and ordinal is not None:
        found = series.annual.get(ordinal)
    return expect(found, Figure) if found is not None else None


def _blend(of: Asking, series: Series | Figure, said: Callable[[int], Figure | None]) -> Sequence[Figure]:
    """The shares of the fiscal year that runs and of the next one; a year of which nothing lies ahead is not asked for."""
    calendar, today = of.clock.calendar, of.clock.as_of
    before = calendar.ended(today, Frequency.YEAR)
    begins, ends = calendar.end(before, Frequency.YEAR), calendar.end(before + 1, Frequency.YEAR)
    share = (ends - today).days / (ends - begins).days
    weighed = ((before + 1, share), (before + 2, 1.0 - share))
    return [
        v.multiply(said(year) or of.missing(series, year, Frequency.YEAR), Figure.exact(weight))
        for year, weight in weighed
        if weight > 0
    ]


def released(of: Asking, series: Series | Figure) -> Figure:
    """The latest reported period against what was expected of it on the day before it was first reported."""
    after, frequency = of.after(series), of.frequency
    release = series.expected.release if isinstance(series, Series) and series.expected is not None else None
    if release is None:
        causes = of.past.causes(after, frequency, "no figure was reported for it")
        return Figure.unknown(causes, undefined=True)
    if release.expected is None:
        reason = f"nothing expected of it had been published before it was reported on {release.day}"
        facts = release.actual.facts
        return Figure.unknown(of.past.causes(after, frequency, reason), facts, undefined=True)
    found: Figure = of.reduce(expect(release.actual, Figure), expect(release.expected, Figure))
    label = of.clock.label(after, frequency)
    return replace(found, causes=frozenset(replace(c, period=c.period or label) for c in found.causes))
