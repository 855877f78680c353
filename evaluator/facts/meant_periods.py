"""Which period a text may mean that facts files do not write so: `Q1 2025`, `1Q25`, `FY25`, `2025`, `Sep-25`.

In: a text, the company's calendar. Out: the spellings that mean it, each with what it covers. Must not know facts or rules.

A quarter without `FY` is the fiscal year's to one analyst and the calendar's to another. Where the fiscal year ends in December
both are the same; else both are shown, and none is chosen.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re

from dsl.types.days import FIRST_YEAR, LAST_YEAR
from evaluator.facts.calendar import Calendar, Period

_YEAR = r"(?:(?P<fiscal>FY) ?)?'?(?P<year>[0-9]{4}|[0-9]{2})"
_PART = r"(?:Q(?P<q>[1-4])|(?P<q2>[1-4])Q|H(?P<h>[12])|(?P<h2>[12])H)"
_GAP = r"[ \-/_.,]*"
_SPELLINGS = (
    re.compile(rf"{_PART}{_GAP}{_YEAR}", re.I),
    re.compile(rf"{_YEAR}{_GAP}{_PART}", re.I),
    re.compile(rf"{_YEAR}", re.I),
)
_NAMES = {name.lower(): n for table in (months.month_name, months.month_abbr) for n, name in enumerate(table) if name}
_MONTH = re.compile(rf"(?P<month>[A-Za-z]{{3,9}}){_GAP}'?(?P<year>[0-9]{{4}}|[0-9]{{2}})")


def meant_periods(text: str, calendar: Calendar) -> dict[str, Period]:
    """The spellings of a facts file that a text may mean, with the periods that they are; empty where it means none.

    Example: of a company whose year ends in March `Q1 2025` may be `Q1 FY2025` (to 2024-06-30) or `3M 2025-03-31`.
    """
    text = text.strip()
    month = _MONTH.fullmatch(text)
    found = month or next((match for spelling in _SPELLINGS if (match := spelling.fullmatch(text))), None)
    year = _whole(found["year"]) if found is not None else 0
    if found is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    if found is month:
        number = _NAMES.get(found["month"].lower())
        if number is None:
            return {}
        return _read([dt.date(year, number, months.monthrange(year, number)[1]).isoformat()], calendar)
    said = found.groupdict()
    quarter, half = said.get("q") or said.get("q2"), said.get("h") or said.get("h2")
    part = f"Q{quarter} " if quarter else f"H{half} " if half else ""
    length = 3 if quarter else 6 if half else 12
    last = length * int(quarter or half or 1)
    by_calendar = f"{length}M {dt.date(year, last, months.monthrange(year, last)[1])}"
    return _read([f"{part}FY{year}", *([] if said["fiscal"] else [by_calendar])], calendar)


def _whole(year: str) -> int:
    """Of two digits the year that POSIX takes: 69 is 1969, 68 is 2068."""
    return int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 68 else 2000)


def _read(spellings: list[str], calendar: Calendar) -> dict[str, Period]:
    """Those that are periods, and of two that are the same period the first."""
    found: dict[str, Period] = {}
    for spelling in spellings:
        period = calendar.parse(spelling)
        if isinstance(period, Period) and all((p.end, p.months) != (period.end, period.months) for p in found.values()):
            found[spelling] = period
    return found
