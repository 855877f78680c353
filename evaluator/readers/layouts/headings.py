"""The headings of periods as analysts and vendors write them: `Q1 2025`, `1Q25`, `FY25`, `FY26E`, `Sep-25`, `H1 25`,
`LTM Sep-25`, `12 months Dec-31-2024`.

In: the text of a heading, what the mapping says of headings, the fiscal calendar. Out: `Covered`: an interval or a fiscal
period, and whether it is an estimate; or why it is unclear, with the way to say it. Must not know tables.

Nothing is guessed: a day or a month does not say how long a period is, and `Q1 2025` does not say of which year.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from dsl.text.record import record
from evaluator.facts.calendar import Calendar, Period
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.days import ORDERS, Order, day_of, end_of_month, full_year, month_of
from evaluator.readers.rows import Interval

Length = Literal[
    "quarter", "half", "nine months", "year", "month", "day", "year to date", "twelve months",
    "month from its first day", "quarter from its first day", "year from its first day",
]  # fmt: skip
MONTHS: dict[str, int] = {
    "quarter": 3, "half": 6, "nine months": 9, "year": 12, "month": 1, "day": 0, "year to date": -1, "twelve months": 12,
    "month from its first day": 1, "quarter from its first day": 3, "year from its first day": 12,
}  # fmt: skip
"""How many months a length has; -1 for what the fiscal calendar must say."""
LENGTH_WORDS: dict[str, Length] = {
    "q": "quarter", "q1": "quarter", "q2": "quarter", "q3": "quarter", "q4": "quarter", "quarter": "quarter", "3m": "quarter",
    "quarterly": "quarter", "arq": "quarter", "h1": "half", "h2": "half", "half": "half", "6m": "half", "9m": "nine months",
    "fy": "year", "year": "year", "annual": "year", "12m": "year", "ary": "year", "art": "twelve months",
    "ttm": "twelve months", "ltm": "twelve months", "month": "month", "m": "month", "ytd": "year to date",
    "d": "day", "daily": "day", "a": "year",
}  # fmt: skip
"""What a column may say for a length."""
Years = Literal["fiscal", "calendar"]


@record
class Rule:
    """What a mapping says of headings: how long those are that do not say it, of which year quarters and years are, in
    which order days are written."""

    each: Length | None = None
    years: Years | None = None
    order: Order | None = None


@record
class Covered:
    """What a heading covers: an interval, or (where its last day follows from the fiscal year) a period as facts write it."""

    interval: Interval | None = None
    period: str | None = None
    to_date: dt.date | None = None
    """The last day, of what covers the fiscal year up to it."""
    estimate: bool = False
    actual: bool = False

    @property
    def text(self) -> str:
        """It as facts write it, as far as that can be said without the fiscal year."""
        if self.period is not None:
            return self.period
        if self.to_date is not None:
            return f"YTD {self.to_date}"
        assert self.interval is not None
        return str(self.interval.end)


_ESTIMATE = re.compile(
    r"(?<=[\d\s])\s*(?:\(\s*(?:E|F|Est\.?|Estimate|Forecast)\s*\)|(?:E|F)|Est\.?|Estimate|Forecast)$", re.IGNORECASE
)
_ACTUAL = re.compile(r"(?<=[\d\s])\s*(?:\(\s*A(?:ctual)?\s*\)|A|Actual)$")
_Y = r"'?(\d{4}|\d{2})"
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form, re.IGNORECASE), order)
    for form, order in (
        (rf"(F|C)?Q([1-4])[\s\-/,]*(FY|CY)?[\s-]*{_Y}", "Q mark part word year"),
        (rf"([1-4])(F|C)?Q[\s\-/,]*(FY|CY)?[\s-]*{_Y}", "Q part mark word year"),
        (rf"(FY|CY)?[\s-]*{_Y}[\s\-/,]*(F|C)?Q([1-4])", "Q word year mark part"),
        (rf"(F|C)?H([12])[\s\-/,]*(FY|CY)?[\s-]*{_Y}", "H mark part word year"),
        (rf"([12])(F|C)?H[\s\-/,]*(FY|CY)?[\s-]*{_Y}", "H part mark word year"),
        (rf"(FY|CY)?[\s-]*{_Y}[\s\-/,]*(F|C)?H([12])", "H word year mark part"),
        (rf"9M[\s\-/,]*(FY|CY)?[\s-]*{_Y}", "9M word year"),
        (rf"(FY|CY)[\s-]*{_Y}", "FY word year"),
        (r"(\d{4})", "FY year"),
    )
)
_TRAILING = (
    re.compile(r"(?:LTM|TTM)[\s:,-]*(.*)", re.IGNORECASE),
    re.compile(r"(.*?)[\s:,-]*(?:LTM|TTM)", re.IGNORECASE),
)
_SPAN = re.compile(r"(\d{1,2})\s*-?\s*(?:months?|mos?\.?|M)(?![A-Za-z])\s*(?:ended|ending)?[\s:,-]*(.+)", re.IGNORECASE)
_WEEKS = re.compile(r"(\d{1,2})\s*-?\s*(?:weeks?|wks?)\s*(?:ended|ending)?[\s:,-]*(.+)", re.IGNORECASE)
_OF_TWO_YEARS = re.compile(r"(?P<word>FY\s*)?(?P<one>\d{4}|\d{2})[/-](?P<two>\d{4}|\d{2})", re.IGNORECASE)
_MONTHS_OF_WEEKS = {12: 3, 13: 3, 14: 3, 16: 3, 17: 3, 24: 6, 26: 6, 27: 6, 39: 9, 40: 9, 52: 12, 53: 12}
_NUMBERS = {"three": "3", "six": "6", "nine": "9", "twelve": "12", "thirteen": "13", "fourteen": "14"}
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_WEEKS_ENDED = re.compile(r"(?:(quarter|year|half|month)s?\s+)?(?:ended|ending)\s+(.+)", re.IGNORECASE)
_ENDS = {"Q": 3, "H": 6}


def plain_words(text: str) -> str:
    """A heading with its numbers as digits and single blanks: `Three  months ended` is `3 months ended`."""
    plain = " ".join(text.replace("\u2019", "'").split())
    plain = re.sub(r"(?i)\b(first|second|third|fourth)\s+(quarter|half)\b", _named_part, plain)
    plain = re.sub(r"(?i)\bfull[- ]year\b", "FY", plain)
    return re.sub(
        r"(?i)\b(three|six|nine|twelve|thirteen|fourteen)(?=[\s-]+(?:months?|weeks?)\b)",
        lambda match: _NUMBERS[match[1].lower()],
        plain,
    )


def _named_part(match: re.Match[str]) -> str:
    return f"{match[2][0].upper()}{_ORDINALS[match[1].lower()]}"


def looks_like_one(text: str) -> bool:
    """Whether a text is written as the heading of a period, clear or not."""
    plain = plain_words(text)
    return bool(plain) and any(
        not isinstance(_Reading(Rule(each="quarter", order=order), None).read(plain), Misspelled) for order in ORDERS
    )


def months_of(text: str) -> int | None:
    """How many months a heading or a word says that it covers (`Q1 2025` 3, `9 months` 9, `52 weeks` 12); None where it only
    says when something ends."""
    plain = plain_words(text)
    if match := re.match(r"(\d{1,2})[\s-]*(?:months?|mos?\b|M(?![A-Za-z]))", plain, re.IGNORECASE):
        return int(match[1])
    if match := re.match(r"(\d{1,2})[\s-]*(?:weeks?|wks?)", plain, re.IGNORECASE):
        return _MONTHS_OF_WEEKS.get(int(match[1]))
    if match := re.match(r"(quarter|half|year|FY|annual|fiscal year)", plain, re.IGNORECASE):
        return {"quarter": 3, "half": 6}.get(match[1].lower(), 12)
    found = _Reading(Rule(years="fiscal"), None).read(plain)
    if isinstance(found, Misspelled):
        return None
    return found.interval.months if found.interval else {"Q": 3, "H": 6, "9": 9, "F": 12}[(found.period or "F")[0]]


def covered(text: str, rule: Rule, calendar: Calendar | None) -> Covered | Misspelled:
    """What a heading covers."""
    return _Reading(rule, calendar).read(plain_words(text))


class _Reading:
    def __init__(self, rule: Rule, calendar: Calendar | None) -> None:
        self.rule, self.calendar = rule, calendar

    def read(self, text: str) -> Covered | Misspelled:
        plain, estimate, actual = text, False, False
        if match := _ESTIMATE.search(text):
            plain, estimate = text[: match.start()].strip(), True
        elif match := _ACTUAL.search(text):
            plain, actual = text[: match.start()].strip(), True
        found = self._period(plain)
        if isinstance(found, Misspelled):
            return found
        return Covered(found.interval, found.period, found.to_date, estimate, actual)

    def _period(self, text: str) -> Covered | Misspelled:
        for form in _TRAILING:
            if match := form.fullmatch(text):
                return self._trailing(text, match[1].strip())
        if (match := _OF_TWO_YEARS.fullmatch(text)) and (years := _of_two_years(text, match)) is not None:
            return years
        for pattern, order in _PARTS:
            if match := pattern.fullmatch(text):
                found = dict(zip(order.split()[1:], match.groups(), strict=True))
                return self._part(text, order.split()[0], found)
        if match := _SPAN.fullmatch(text):
            end = self._end(match[2])
            if isinstance(end, dt.date) and 1 <= int(match[1]) <= 24:
                return Covered(Interval(end, int(match[1]), start=_begin(end, int(match[1]))))
            return end if isinstance(end, Misspelled) else _no_period(text)
        if match := _WEEKS.fullmatch(text):
            end, months = self._end(match[2]), _MONTHS_OF_WEEKS.get(int(match[1]))
            return Covered(Interval(end, months)) if isinstance(end, dt.date) and months else _no_period(text)
        if match := _WEEKS_ENDED.fullmatch(text):
            end = self._end(match[2])
            return (
                end
                if isinstance(end, Misspelled)
                else self._of_length(text, end, (match[1] or "").lower() or self.rule.each)
            )
        end = self._end(text)
        return end if isinstance(end, Misspelled) else self._of_length(text, end, self.rule.each)

    def _of_length(self, text: str, end: dt.date, length: str | None) -> Covered | Misspelled:
        if length is None:
            reason = f"`{text}` does not say whether it is a day, a month, a quarter or a year that ends then"
            return Misspelled(reason, "say it in the mapping: `each: quarter` (or year, half, month, day)")
        return interval_to(end, length)

    def _end(self, text: str) -> dt.date | Misspelled:
        day = day_of(text, self.rule.order)
        return day if day is not None else month_of(text) or _no_period(text)

    def _trailing(self, text: str, rest: str) -> Covered | Misspelled:
        if not rest:
            mend = f"write up to when, such as `LTM Sep-25`, or leave the column out: `leave_out: [{text}]`"
            return Misspelled(f"`{text}` does not say when its twelve months end", mend)
        match = _SPAN.fullmatch(rest)
        end = self._end(match[2] if match and match[1] == "12" else rest)
        if isinstance(end, dt.date):
            return interval_to(end, "twelve months")
        inner = self._period(rest)
        if isinstance(inner, Misspelled):
            return inner
        if inner.interval is None and inner.period is not None and self.calendar is not None:
            period = self.calendar.parse(inner.period)
            return interval_to(period.end, "twelve months") if isinstance(period, Period) else _no_period(text)
        if inner.interval is not None:
            return interval_to(inner.interval.end, "twelve months")
        return Misspelled(f"`{text}` needs the end of the fiscal year", "say `fiscal_year_ends`, such as 12-31")

    def _part(self, text: str, kind: str, found: dict[str, str | None]) -> Covered | Misspelled:
        """A quarter, half or year by its name: of the fiscal year or the calendar year, whichever is said or both are."""
        year = full_year(found["year"] or "")
        mark, word = (found.get("mark") or "").upper(), (found.get("word") or "").upper()
        of: Years | None = (
            "calendar" if mark == "C" or word == "CY" else "fiscal" if mark == "F" or word == "FY" else self.rule.years
        )
        name = f"{kind}{found['part']}" if "part" in found else kind
        period = f"FY{year}" if kind == "FY" else f"{name} FY{year}"
        if of == "fiscal" or (self.calendar is None and of is None):
            return Covered(period=period)
        same = (
            self.calendar is not None
            and (self.calendar.month, self.calendar.day) == (12, 31)
            and not self.calendar.earlier
        )
        if same:
            return Covered(period=period)
        if of is None:
            ends = self.calendar.written if self.calendar else ""
            reason = f"`{text}` may be of the fiscal year (which ends {ends}) or of the calendar year"
            return Misspelled(reason, "say which in the mapping: `years: fiscal` or `years: calendar`")
        months = {"FY": 12, "9M": 9}.get(kind) or _ENDS[kind] * int(found["part"] or 0)
        length = {"FY": 12, "9M": 9}.get(kind) or _ENDS[kind]
        return Covered(Interval(end_of_month(year, months), length, start=dt.date(year, months - length + 1, 1)))


def interval_to(end: dt.date, length: str) -> Covered:
    """What a length up to a day covers."""
    if length == "year to date":
        return Covered(to_date=end)
    if length.endswith("from its first day"):  # as public statistics are dated
        last = end.month + MONTHS[length] - 1
        end = end_of_month(end.year + (last - 1) // 12, (last - 1) % 12 + 1)
    return Covered(Interval(end, MONTHS[length], trailing=length == "twelve months"))


def end_of(found: Covered, calendar: Calendar | None) -> dt.date | None:
    """The last day of what a heading covers; None where the fiscal year that would say it is not known."""
    if found.to_date is not None:
        return found.to_date
    if found.interval is not None:
        return found.interval.end
    period = calendar.parse(found.period or "") if calendar else None
    return period.end if isinstance(period, Period) else None


def spaced(ends: Iterable[dt.date]) -> Length | None:
    """How long periods are whose last days are so far apart; None where the days do not say it."""
    days = sorted(set(ends))
    gaps = [(later - day).days for day, later in pairwise(days)]
    if not gaps:
        return None
    for least, most, months, length in _SPACES:
        if least <= min(gaps) <= most:
            near = all(abs(gap - round(gap / 30.44 / months) * months * 30.44) <= 10 for gap in gaps)
            return length if near or length == "day" else None
    return None


_SPACES: tuple[tuple[int, int, int, Length], ...] = (
    (1, 7, 1, "day"), (25, 34, 1, "month"), (80, 100, 3, "quarter"), (170, 196, 6, "half"), (350, 380, 12, "year"),
)  # fmt: skip


def _of_two_years(text: str, match: re.Match[str]) -> Covered | Misspelled | None:
    """`2023/24`: the fiscal year that ends in 2024. `2010/11` may be November as well; other two years are none."""
    one, two = full_year(match["one"]), full_year(match["two"])
    if two != one + 1 or (len(match["one"]) == 2 and not match["word"]):
        return None
    if not match["word"] and len(match["two"]) == 2 and two % 100 <= 12:
        return Misspelled(f"`{text}` may be a year of two or a month", f"write FY{two}, or the month by its name")
    return Covered(period=f"FY{two}")


def _begin(end: dt.date, months: int) -> dt.date:
    index = end.year * 12 + end.month - months
    return dt.date(index // 12, index % 12 + 1, 1)


def _no_period(text: str) -> Misspelled:
    mend = "write it like Q1 FY2025, FY2025, H1 FY2025, Sep-25, 2025-09-30 or LTM Sep-25, or leave it out: `leave_out: […]`"
    return Misspelled(f"`{text}` is not a period", mend)
