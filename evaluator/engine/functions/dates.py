"""Functions of dates.

In: days. Out: figures. Must not know periods.
"""

from __future__ import annotations

from evaluator.engine.functions.registry import gives
from evaluator.values.values import Day, Figure


@gives("days_between")
def days_between(first: Day, second: Day) -> Figure:
    """Days from the first date to the second."""
    if first.value is None or second.value is None:
        return Figure.unknown(first.causes | second.causes, first.facts | second.facts)
    return Figure.exact(float((second.value - first.value).days), first.facts | second.facts)


@gives("year")
def year(day: Day) -> Figure:
    """The calendar year of a date."""
    if day.value is None:
        return Figure.unknown(day.causes, day.facts)
    return Figure.exact(float(day.value.year), day.facts)
