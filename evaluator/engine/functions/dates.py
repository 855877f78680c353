"""Functions of dates.

In: days. Out: figures and days. Must not know periods. A month is the calendar's: 31 January and a month is the last day of
February, as EDATE of spreadsheets and DateOffset of pandas have it.
"""

from __future__ import annotations

import calendar
import datetime as dt

from evaluator.engine.functions.registry import gives
from evaluator.values.values import Day, Figure, because


@gives("days_between")
def days_between(first: Day, second: Day) -> Figure:
    """Days from the first date to the second."""
    if first.value is None or second.value is None:
        return Figure.unknown(first.causes | second.causes, first.facts | second.facts)
    return Figure.exact(float((second.value - first.value).days), first.facts | second.facts)


@gives("months_between")
def months_between(first: Day, second: Day) -> Figure:
    """Whole months from the first date to the second."""
    facts = first.facts | second.facts
    if first.value is None or second.value is None:
        return Figure.unknown(first.causes | second.causes, facts)
    months = (second.value.year - first.value.year) * 12 + second.value.month - first.value.month
    reached = _later(first.value, months)
    assert reached is not None, "it lies in the month of the second date"
    if first.value <= second.value < reached:
        months -= 1
    elif reached < second.value < first.value:
        months += 1
    return Figure.exact(float(months), facts)


@gives("add_months")
def add_months(day: Day, *, number: int) -> Day:
    """The date so many months later."""
    if day.value is None:
        return day
    later = _later(day.value, number)
    return Day(later, frozenset() if later else because("the calendar ends before that day"), day.facts)


def _later(day: dt.date, months: int) -> dt.date | None:
    """The day so many months later, or the last of that month; None outside the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@gives("year")
def year(day: Day) -> Figure:
    """The calendar year of a date."""
    if day.value is None:
        return Figure.unknown(day.causes, day.facts)
    return Figure.exact(float(day.value.year), day.facts)
