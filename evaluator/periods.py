"""Fiscal calendars: which quarter a day ends, which year it belongs to, what a period is called.

In: the day on which a fiscal year ends. Out: ordinals of periods, their last days, their names. Must not know facts.

A period of a frequency is a whole number: a quarter 4·year + 0…3, a month 12·year + 0…11, a fiscal year its
number (the calendar year in which it ends), a week and a day counted from the first. Arithmetic on time is
arithmetic on these numbers.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from dataclasses import dataclass

from dsl.units import Frequency

SNAP_DAYS = 7
"""A 52/53-week year ends up to so many days from the month's end; such a period is the month's."""

_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch that ends with a period of the base frequency: `months` long (0 for a day or week)."""

    end: dt.date
    months: int
    label: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """A company's fiscal calendar."""

    month: int = 12
    day: int = 31

    def ordinal(self, day: dt.date, frequency: Frequency) -> int | None:
        """The period that ends on or near a day; None where none does (`SNAP_DAYS`)."""
        if frequency is Frequency.DAY:
            return day.toordinal()
        if frequency is Frequency.WEEK:
            return day.toordinal() // 7
        index = day.year * 12 + day.month - 1
        for near in (index - 1, index, index + 1):
            found = self._from_month(near, frequency)
            if found is not None and abs((self.end(found, frequency) - day).days) <= SNAP_DAYS:
                return found
        return None

    def _from_month(self, index: int, frequency: Frequency) -> int | None:
        if frequency is Frequency.MONTH:
            return index
        if frequency is Frequency.QUARTER:
            quarter, rest = divmod(index - (self.month - 10), 3)
            return quarter if rest == 0 else None
        year, rest = divmod(index - (self.month - 1), 12)
        return year if rest == 0 else None

    def closing(self, months: int, frequency: Frequency) -> int | None:
        """The period that ends with a month, counted from the end of year 0 (January of year 1 is 13)."""
        return self._from_month(months - 1, frequency)

    def end(self, ordinal: int, frequency: Frequency) -> dt.date:
        """The last day of a period."""
        if frequency is Frequency.DAY:
            return dt.date.fromordinal(ordinal)
        if frequency is Frequency.WEEK:
            return dt.date.fromordinal(ordinal * 7 + 6)
        if frequency is Frequency.MONTH:
            index = ordinal
        elif frequency is Frequency.QUARTER:
            index = 3 * ordinal + self.month - 10
        else:
            index = 12 * ordinal + self.month - 1
        year, month = divmod(index, 12)
        if not 1 <= year <= 9999:  # a window of a thousand years reaches before every calendar
            return dt.date.min if year < 1 else dt.date.max
        last = months.monthrange(year, month + 1)[1]
        whole_month = self.day >= 28 or frequency is Frequency.MONTH
        return dt.date(year, month + 1, last if whole_month else self.day)

    def ended(self, day: dt.date, frequency: Frequency) -> int:
        """The last period that has ended by a day."""
        guess = {Frequency.DAY: day.toordinal(), Frequency.WEEK: day.toordinal() // 7}.get(frequency)
        if guess is None:
            guess = (day.year + 2) * 12 // _MONTHS[frequency]
        while self.end(guess, frequency) > day:
            guess -= 1
        return guess

    def fiscal_year(self, ordinal: int, frequency: Frequency) -> int | None:
        """The fiscal year that a period closes; None where it closes none."""
        return self.ordinal_exact_year(self.end(ordinal, frequency))

    def ordinal_exact_year(self, day: dt.date) -> int | None:
        """The fiscal year that ends on (or near) a day."""
        return self.ordinal(day, Frequency.YEAR)

    def name(self, ordinal: int, frequency: Frequency) -> str:
        """`quarter to 2026-03-31`, `FY2026`, `month to …`, `2026-05-14`."""
        end = self.end(ordinal, frequency)
        if frequency is Frequency.DAY:
            return end.isoformat()
        if frequency is Frequency.YEAR:
            return f"FY{ordinal}"
        return f"{frequency.value} to {end.isoformat()}"

    def year_to(self, ordinal: int, frequency: Frequency) -> str:
        """`FY2026` where a period closes a fiscal year, else `year to 2025-09-30`."""
        year = self.fiscal_year(ordinal, frequency)
        return f"FY{year}" if year is not None else f"year to {self.end(ordinal, frequency).isoformat()}"

    def parse(self, text: str) -> Period | None:
        """A period as facts files write it: a day, `FY2026`, `Q3 FY2026`, `H1 FY2026`, `9M FY2026`, `TTM 2025-09-30`.

        None where the text is none of these; a day is a period of unknown length (months 0): the input's own.
        """
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = _date(text)
            return Period(day, 0, text) if day else None
        trailing = re.fullmatch(r"TTM (\d{4}-\d{2}-\d{2})", text)
        if trailing:
            day = _date(trailing.group(1))
            return Period(day, 12, f"year to {day}") if day else None
        match = re.fullmatch(r"(?:(Q[1-4]|H[12]|9M) )?FY ?(\d{4})", text)
        if not match:
            return None
        part, year = match.group(1), int(match.group(2))
        if not 1900 <= year <= 2200:
            return None
        months_in, quarter = _PARTS[part or "FY"]
        end = self.end(4 * year + quarter, Frequency.QUARTER)
        return Period(end, months_in, f"{part + ' ' if part else ''}FY{year}")


_PARTS = {
    "FY": (12, 3),
    "9M": (9, 2),
    "H1": (6, 1),
    "H2": (6, 3),
    "Q1": (3, 0),
    "Q2": (3, 1),
    "Q3": (3, 2),
    "Q4": (3, 3),
}


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def days_back(ordinal: int, count: int, unit: Frequency) -> int:
    """The day so many days, weeks, months, quarters or years before a day: where a month has no such day, its last."""
    if unit in (Frequency.DAY, Frequency.WEEK):
        return ordinal - count * (7 if unit is Frequency.WEEK else 1)
    day = dt.date.fromordinal(ordinal)
    year, month = divmod(day.year * 12 + day.month - 1 - count * _MONTHS[unit], 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(max(year, 1), month + 1, last).toordinal()
        except ValueError:
            continue
    return ordinal


def month_length(frequency: Frequency) -> int:
    """How many months a period has; 0 for days and weeks."""
    return _MONTHS.get(frequency, 0)
