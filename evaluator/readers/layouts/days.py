"""Days and months as tables write them: `12/31/2024`, `Sep 30, 2025`, `30-Sep-25`, `Sep-25`, `20250930`.

In: a text, and in which order a file writes day and month. Out: a day, a month, or what is unclear about it. Must not
know tables.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

from evaluator.facts.spelling import Misspelled

Order = Literal["day first", "month first"]
ORDERS: tuple[Order, ...] = ("day first", "month first")
_NAMES = {name.lower(): n for n in range(1, 13) for name in (calendar.month_name[n], calendar.month_abbr[n])} | {
    "sept": 9
}
_MONTH = rf"(?P<name>{'|'.join(sorted(_NAMES, key=len, reverse=True))})\.?"
_YEAR = r"'?(?P<year>\d{4}|\d{2})"
_ISO = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_PACKED = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_SLASHED = re.compile(r"(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})")
_NAMED = (
    re.compile(rf"{_MONTH}[\s-]*(?P<day>\d{{1,2}})(?:,\s*|[\s-]+){_YEAR}", re.IGNORECASE),
    re.compile(rf"(?P<day>\d{{1,2}})[\s-]*{_MONTH}(?:,\s*|[\s-]*){_YEAR}", re.IGNORECASE),
)
_MONTHS = (
    re.compile(rf"{_MONTH}[\s\-/]*{_YEAR}", re.IGNORECASE),
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{2})"),  # `2025-1` may be a quarter
    re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4})"),
)


def day_of(text: str, order: Order | None = None) -> dt.date | Misspelled | None:
    """The day that a text is; None where it is written as none. Misspelled where it could be two days, or is none of the
    calendar. A year of two digits is of this century."""
    text = " ".join(text.split())
    for form in (_ISO, _PACKED):
        if match := form.fullmatch(text):
            return _date(text, int(match["year"]), int(match["month"]), int(match["day"]))
    for form in _NAMED:
        if match := form.fullmatch(text):
            return _date(text, full_year(match["year"]), _NAMES[match["name"].lower()], int(match["day"]))
    match = _SLASHED.fullmatch(text)
    return None if match is None else _slashed(text, match, order)


def _slashed(text: str, match: re.Match[str], order: Order | None) -> dt.date | Misspelled:
    one, two, year = int(match["one"]), int(match["two"]), full_year(match["year"])
    if one == two or order is not None:
        day, month = (one, two) if order == "day first" else (two, one)
        return _date(text, year, month, day)
    if one <= 12 and two <= 12:
        either = " or ".join(str(d) for d in (_date(text, year, one, two), _date(text, year, two, one)))
        return Misspelled(f"`{text}` is {either}", "say `dates: month first` or `dates: day first` in the mapping")
    return _date(text, year, two, one) if one > 12 else _date(text, year, one, two)


def month_of(text: str) -> dt.date | None:
    """The last day of the month that a text is (`Sep-25`, `September 2025`, `2025-09`); None where it is none."""
    text = " ".join(text.split())
    for form in _MONTHS:
        if match := form.fullmatch(text):
            found = match.groupdict()
            month = _NAMES[found["name"].lower()] if "name" in found else int(found["month"])
            return end_of_month(full_year(found["year"]), month) if 1 <= month <= 12 else None
    return None


def order_of(texts: Iterable[str]) -> Order | None:
    """The order in which a column writes day and month, where one of its days shows it and none shows the other."""
    found: set[Order] = set()
    for text in texts:
        match = _SLASHED.fullmatch(" ".join(text.split()))
        if match and int(match["one"]) > 12 >= int(match["two"]):
            found.add("day first")
        elif match and int(match["two"]) > 12 >= int(match["one"]):
            found.add("month first")
    return found.pop() if len(found) == 1 else None


def end_of_month(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def full_year(text: str) -> int:
    """`25` -> 2025, `2025` -> 2025."""
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(text: str, year: int, month: int, day: int) -> dt.date | Misspelled:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return Misspelled(
            f"there is no day {text} in the calendar", "correct the day, or say in which order `dates` are written"
        )
