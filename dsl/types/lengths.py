"""How long days, weeks, months, quarters and years are: the one table of lengths.

In: a count and a unit, and a day. Out: the day so far back, how many days lie between, a duration in periods of a
series. Must not know fiscal calendars, expressions or values.

Lengths are the calendar's: a quarter back from 2026-05-14 is 2026-02-14; where a month has no such day, its last day
counts (a month back from 2026-03-31 is 2026-02-28). `for 1 quarter`, `high(price, 1 quarter)`, `stale after 1
quarter` and `price 1 quarter ago` all ask this table, so that they speak of the same days.
"""

from __future__ import annotations

import datetime as dt

from dsl.text.record import record
from dsl.types.units import Frequency


@record
class Length:
    """A unit of time: a fixed number of `days`, or else of `months`, which have from `least` to `most` days."""

    least: int
    most: int
    months: int = 0

    @property
    def days(self) -> int:
        """How many days it always has; 0 where the calendar decides."""
        return 0 if self.months else self.least


LENGTHS: dict[Frequency, Length] = {
    Frequency.DAY: Length(1, 1),
    Frequency.WEEK: Length(7, 7),
    Frequency.MONTH: Length(28, 31, months=1),
    Frequency.QUARTER: Length(89, 92, months=3),
    Frequency.HALF: Length(181, 184, months=6),
    Frequency.YEAR: Length(365, 366, months=12),
}
"""Each unit once; a test walks every day of 400 years and holds `least` and `most` to it."""


@record
class Duration:
    """So many units: `60 days`, `1 quarter`."""

    count: int
    unit: Frequency

    def __str__(self) -> str:
        word = "halve" if self.unit is Frequency.HALF and self.count != 1 else self.unit.value
        return f"{self.count} {word}{'s' if self.count != 1 else ''}"

    @property
    def in_days(self) -> str:
        """In a sentence that speaks of days already: `120`, `1 quarter`."""
        return str(self.count) if self.unit is Frequency.DAY else str(self)

    @property
    def least(self) -> int:
        """How many days it has at least."""
        return self.count * LENGTHS[self.unit].least

    @property
    def most(self) -> int:
        """How many days it has at most."""
        return self.count * LENGTHS[self.unit].most

    def before(self, day: dt.date) -> dt.date:
        """The day so long before a day; never one before the first of the calendar."""
        return dt.date.fromordinal(days_back(day.toordinal(), self.count, self.unit))

    def days_to(self, day: dt.date) -> int:
        """How many days the span has that ends with a day: `1 quarter` to 2026-05-14 has 89."""
        return day.toordinal() - days_back(day.toordinal(), self.count, self.unit)


def in_rhythm(span: Duration, frequency: Frequency) -> Duration:
    """A duration in periods of a series' own rhythm: `4 quarters` of a company that reports by halves are 2 halves. One
    that ends within a period takes the whole of it. Daily series keep it."""
    months, own = span.count * month_length(span.unit), month_length(frequency)
    return Duration(-(-months // own), frequency) if months and own else span


def days_back(ordinal: int, count: int, unit: Frequency) -> int:
    """The day (as `date.toordinal` counts) so many units before a day: where a month has no such day, its last. Never
    before the first day of the calendar."""
    length = LENGTHS[unit]
    if not length.months:
        return max(ordinal - count * length.days, 1)
    day = dt.date.fromordinal(ordinal)
    year, month = divmod(day.year * 12 + day.month - 1 - count * length.months, 12)
    if year < 1:
        return 1
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last).toordinal()
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def month_length(frequency: Frequency) -> int:
    """How many months a period has; 0 for days and weeks."""
    return LENGTHS[frequency].months


def window_in(series: Frequency, count: int, unit: Frequency) -> tuple[int, Frequency] | None:
    """A duration in periods of a series; None where it is no whole number of them. A daily series keeps it, since the
    calendar decides how many days it is."""
    if series is Frequency.DAY or unit is series:
        return count, unit
    asked, own = count * month_length(unit), month_length(series)
    if own and asked and asked % own == 0:
        return asked // own, series
    if series is Frequency.WEEK and unit is Frequency.YEAR:
        return count * Frequency.WEEK.per_year, series
    return None
