"""Fiscal calendars: which quarter a day ends, which year it belongs to, what a period is called.

In: the day on which a fiscal year ends. Out: ordinals of periods, their last days, their names. Must not know facts.

A period of a frequency is a whole number: a quarter 4·year + 0…3, a month 12·year + 0…11, a fiscal year its
number (the calendar year in which it ends), a week and a day counted from the first. Arithmetic on time is
arithmetic on these numbers.
"""

from __future__ import annotations

import calendar as months_of
import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from dsl.text.record import record
from dsl.types.days import FIRST_YEAR, LAST_YEAR, WRITTEN, iso
from dsl.types.lengths import month_length
from dsl.types.units import Frequency

SNAP_DAYS = 7
"""A 52/53-week year ends up to so many days from the month's end; such a period is the month's."""


@lru_cache(maxsize=4096)
def _month_end(months: int, day: int) -> dt.date:
    """The day on which a month of a calendar ends: asked for a few hundred months, many times in a run."""
    year, month = divmod(months - 1, 12)
    if not 1 <= year <= 9999:  # a window of a thousand years reaches before every calendar
        return dt.date.min if year < 1 else dt.date.max
    last = months_of.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, last if day >= 28 else day)


@record
class Period:
    """An interval that ends on a day: `months` long (0 where that is not said: a day alone, a week)."""

    end: dt.date
    months: int
    label: str


@record
class Earlier:
    """How fiscal years ended before they were changed: those that ended before `until`."""

    month: int
    day: int
    until: dt.date


@record
class Calendar:
    """A company's fiscal calendar. Ordinals count by the fiscal year that is in force; `earlier`, the oldest first, says
    what fiscal years were called, and how long they were, before."""

    month: int = 12
    day: int = 31
    earlier: tuple[Earlier, ...] = ()
    weeks: tuple[int, ...] = ()
    """How many weeks each quarter of a year of 52 has, where they are not all of about three months: (12, 12, 12, 16)."""

    def on(self, day: dt.date) -> Calendar:
        """The calendar as it was in force on a day."""
        for at, era in enumerate(self.earlier):
            if day < era.until:
                return Calendar(era.month, era.day, self.earlier[:at])
        return self

    @property
    def written(self) -> str:
        """`03-31`, the end of the fiscal year in force."""
        return f"{self.month:02d}-{self.day:02d}"

    def ordinal(self, day: dt.date, frequency: Frequency) -> int | None:
        """The period that ends on or near a day; None where none does (`SNAP_DAYS`)."""
        if frequency is Frequency.DAY:
            return day.toordinal()
        if frequency is Frequency.WEEK:
            return day.toordinal() // 7
        index = day.year * 12 + day.month - 1
        for near in range(index - 2, index + 2) if self.weeks else (index - 1, index, index + 1):
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
        if frequency is Frequency.HALF:
            half, rest = divmod(index - (self.month - 7), 6)
            return half if rest == 0 else None
        year, rest = divmod(index - (self.month - 1), 12)
        return year if rest == 0 else None

    def closing(self, months: int, frequency: Frequency) -> int | None:
        """The period that ends with a month, counted from the end of year 0 (January of year 1 is 13)."""
        return self._from_month(months - 1, frequency)

    def closes(self, ordinal: int, frequency: Frequency) -> int:
        """The month with which a period ends, counted likewise; of periods that months make up."""
        return {
            Frequency.MONTH: ordinal + 1,
            Frequency.QUARTER: 3 * ordinal + self.month - 9,
            Frequency.HALF: 6 * ordinal + self.month - 6,
            Frequency.YEAR: 12 * ordinal + self.month,
        }[frequency]

    def month_of(self, day: dt.date) -> int | None:
        """The month, counted likewise, that ends on or near a day (by the fiscal year's day of the month)."""
        index = day.year * 12 + day.month
        if self.weeks and (quarter := self.ordinal(day, Frequency.QUARTER)) is not None:
            return self.closes(quarter, Frequency.QUARTER)
        near = (index - 1, index, index + 1)
        return next((m for m in near if abs((self.month_end(m) - day).days) <= SNAP_DAYS), None)

    def month_end(self, months: int) -> dt.date:
        """The day on which such a month ends."""
        return _month_end(months, self.day)

    def end(self, ordinal: int, frequency: Frequency) -> dt.date:
        """The last day of a period."""
        if frequency is Frequency.DAY:
            return dt.date.fromordinal(ordinal)
        if frequency is Frequency.WEEK:
            return dt.date.fromordinal(ordinal * 7 + 6)
        if frequency is Frequency.MONTH:
            return Calendar().month_end(ordinal + 1)
        if self.weeks and frequency in (Frequency.QUARTER, Frequency.HALF):
            return self._week_end(ordinal, frequency)
        return self.month_end(self.closes(ordinal, frequency))

    def _week_end(self, ordinal: int, frequency: Frequency) -> dt.date:
        """The end of a quarter or half that so many weeks make up, counted back from the end of its year."""
        per_year = frequency.per_year
        year, nth = divmod(ordinal, per_year)
        closing = self.month_end(self.closes(year * per_year + per_year - 1, frequency))
        following = self.weeks[nth + 1 :] if frequency is Frequency.QUARTER else self.weeks[2:] if nth == 0 else ()
        if closing in (dt.date.min, dt.date.max):
            return closing
        return closing - dt.timedelta(weeks=sum(following))

    def ended(self, day: dt.date, frequency: Frequency) -> int:
        """The last period that has ended by a day."""
        guess = {Frequency.DAY: day.toordinal(), Frequency.WEEK: day.toordinal() // 7}.get(frequency)
        if guess is None:
            guess = (day.year + 2) * 12 // month_length(frequency)
        while self.end(guess, frequency) > day:
            guess -= 1
        return guess

    def fiscal_year(self, ordinal: int, frequency: Frequency) -> int | None:
        """The fiscal year of twelve months that a period closes; None where it closes none."""
        end = self.end(ordinal, frequency)
        year = self.ordinal(end, Frequency.YEAR)
        return year if year is not None and self._whole(end) else None

    def name(self, ordinal: int, frequency: Frequency) -> str:
        """`quarter to 2026-03-31`, `FY2026`, `month to …`, `2026-05-14`."""
        if frequency is Frequency.YEAR:
            return self.year_to(ordinal, frequency)
        end = self.end(ordinal, frequency).isoformat()
        return end if frequency is Frequency.DAY else f"{frequency.value} to {end}"

    def year_to(self, ordinal: int, frequency: Frequency) -> str:
        """`FY2026` where a period closes a fiscal year, else `year to 2025-09-30`."""
        year = self.fiscal_year(ordinal, frequency)
        return f"FY{year}" if year is not None else f"year to {self.end(ordinal, frequency).isoformat()}"

    # --- fiscal years by their names ---------------------------------------------------------------

    def _whole(self, end: dt.date) -> bool:
        """Whether the year to a day was a fiscal year: not before its ends were changed, nor cut short by that."""
        if not self.earlier:
            return True
        return end in self._year_ends(end.year) and self._length(end) == 12

    def _year_ends(self, year: int) -> list[dt.date]:
        """Every day of a calendar year on which a fiscal year ended."""
        found, since = [], dt.date.min
        for era in (*self.earlier, Earlier(self.month, self.day, dt.date.max)):
            end = Calendar(era.month, era.day).month_end(year * 12 + era.month)
            if since <= end < era.until:
                found.append(end)
            since = era.until
        return found

    def _length(self, end: dt.date) -> int:
        """How many months the fiscal year had that ended on a day."""
        before = max(d for year in range(end.year - 3, end.year + 1) for d in self._year_ends(year) if d < end)
        return (end.year - before.year) * 12 + end.month - before.month

    def parse(self, text: str) -> Period | Unclear:
        """A period as facts files write it: a day; an interval by its length and last day (`9M 2025-12-31`,
        `TTM 2025-09-30`, `YTD 2025-12-31`); a fiscal year or its part (`FY2026`, `Q3 FY2026`, `H1 FY2026`,
        `9M FY2026`).

        A day is a period whose length is not said (months 0): the input's own.
        """
        if re.fullmatch(_DAY, text):
            day = _date(text)
            return Period(day, 0, text) if day else _no_day(text)
        interval = re.fullmatch(rf"(TTM|YTD|[0-9]{{1,2}}M) ({_DAY})", text)
        if interval:
            day = _date(interval.group(2))
            return self._interval(interval.group(1), day) if day else _no_day(interval.group(2))
        match = re.fullmatch(r"(?:(Q[1-4]|H[12]|9M) )?FY ?([0-9]{4})", text)
        if not match or not FIRST_YEAR <= int(match.group(2)) <= LAST_YEAR:
            return Unclear(f"`{text}` is not a period of the calendar", _FORMS)
        return self._fiscal(match.group(1), int(match.group(2)))

    def _interval(self, length: str, end: dt.date) -> Period | Unclear:
        if length == "YTD":
            this = [d for year in (end.year - 2, end.year - 1, end.year) for d in self._year_ends(year)]
            begin = max(d for d in this if (end - d).days > SNAP_DAYS)
            months = round((end - begin).days / _MONTH_DAYS)
            return Period(end, months, f"year to date, to {end}")
        months = 12 if length == "TTM" else int(length[:-1])
        if not 1 <= months <= MAX_MONTHS:
            return Unclear(f"{months} months are not a part of a fiscal year", f"write 1M to {MAX_MONTHS}M")
        label = {12: "year", 6: "half", 3: "quarter", 1: "month"}.get(months, f"{months} months")
        return Period(end, months, f"{label} to {end}")

    def _fiscal(self, part: str | None, year: int) -> Period | Unclear:
        ends = self._year_ends(year)
        if len(ends) != 1:
            meant = " or ".join(f"{self._length(end)}M {end}" for end in ends)
            reason = (
                f"{'two fiscal years end' if ends else 'no fiscal year ends'} in {year}, when their ends were changed"
            )
            return Unclear(reason, f"write which is meant: {meant or '9M 2025-12-31'}")
        (end,) = ends
        length = self._length(end) if self.earlier else 12
        if length != 12 and part is not None:
            mend = f"write the length and the last day, such as {length}M {end}"
            return Unclear(f"FY{year} had {length} months, so that its parts have no names", mend)
        if length != 12:
            return Period(end, length, f"FY{year}, of {length} months")
        months_in, quarter = _PARTS[part or "FY"]
        then = self.on(end)
        return Period(
            then.end(4 * year + quarter, Frequency.QUARTER), months_in, f"{part + ' ' if part else ''}FY{year}"
        )


def rhythm(frequency: Frequency, halves: bool) -> Frequency:
    """How often figures come that rules ask for so often: by half, of a company that reports so, where quarters are asked
    for."""
    return Frequency.HALF if halves and frequency is Frequency.QUARTER else frequency


@record
class Unclear:
    """Why a text is no period, and the mend."""

    reason: str
    mend: str


def weeks_of(text: str) -> tuple[int, ...] | Unclear:
    """How many weeks the quarters of a year have: `12, 12, 12, 16 weeks`."""
    match = re.fullmatch(r"(\d{2}), (\d{2}), (\d{2}),? (?:and )?(\d{2}) weeks", text)
    mend = "write the weeks of each in order, such as `12, 12, 12, 16 weeks`"
    if match is None:
        return Unclear(f"{text} does not say how many weeks quarters have", mend)
    weeks = tuple(int(part) for part in match.groups())
    if sum(weeks) not in (52, 53) or not all(11 <= w <= 17 for w in weeks):
        return Unclear(f"{text} are not quarters that make up a year of 52 weeks", mend)
    return weeks


USUAL_WEEKS = ((12, 12, 12, 16), (16, 12, 12, 12), (12, 12, 16, 12), (12, 16, 12, 12))
"""How companies divide 52 weeks that do not divide them evenly."""


def weeks_that_fit(calendar: Calendar, days: Collection[dt.date]) -> tuple[int, ...]:
    """The one usual division of a year into weeks by which every one of these days ends a quarter, where by the months
    not every one does; else (). A year of them at the least, each 12, 16 or 17 weeks after the one before: days on which
    results came out are a quarter apart as well."""
    if calendar.weeks or calendar.earlier or all(calendar.ordinal(d, Frequency.QUARTER) is not None for d in days):
        return ()
    if len(days) < 4 or any((b - a).days not in (84, 112, 119) for a, b in pairwise(sorted(days))):
        return ()
    fitting = [
        weeks
        for weeks in USUAL_WEEKS
        if all(replace(calendar, weeks=weeks).ordinal(d, Frequency.QUARTER) is not None for d in days)
    ]
    return fitting[0] if len(fitting) == 1 else ()


MAX_MONTHS = 24
_DAY = WRITTEN
_MONTH_DAYS = 365.25 / 12
_FORMS = "write the day it ends (2026-03-31), FY2026, H1 FY2026, 9M FY2026, Q3 FY2026, 9M 2025-12-31 or TTM 2025-09-30"
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


def calendar_of(text: str) -> Calendar | Unclear:
    """`03-31`; or, where the fiscal year was changed, `12-31, 03-31 from 2024-01-01`: from that day on it ends so."""
    first, *later = (part.strip() for part in text.split(","))
    ends, since = [_month_day(first)], [dt.date.min]
    for part in later:
        match = re.fullmatch(rf"(\S+) from ({_DAY})", part)
        day = _date(match.group(2)) if match else None
        if match is None or day is None or day <= since[-1]:
            return Unclear(
                f"`{part}` does not say since when the fiscal year ends so, or not in order",
                "write `12-31, 03-31 from 2024-01-01`, the oldest first",
            )
        ends.append(_month_day(match.group(1)))
        since.append(day)
    bad = next((t for t, end in zip((first, *later), ends, strict=True) if end is None), None)
    if bad is not None:
        mend = "write the last day of the fiscal year as MM-DD, such as 03-31"
        return Unclear(f"{bad.split(' ')[0]} is not a day of the year", mend)
    known = [(end.month, end.day) for end in ends if end is not None]
    earlier = tuple(Earlier(*end, until) for end, until in zip(known, since[1:], strict=False))
    return Calendar(*known[-1], earlier)


def _month_day(text: str) -> dt.date | None:
    return _date(f"2023-{text}") if re.fullmatch(r"[0-9]{2}-[0-9]{2}", text) else None


def _no_day(text: str) -> Unclear:
    return Unclear(f"there is no day {text} in the calendar", "mend the day")


def _date(text: str) -> dt.date | None:
    try:
        return iso(text)
    except ValueError:
        return None
