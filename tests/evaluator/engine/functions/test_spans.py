"""The edges of spans of days: how late a series may begin in one, and how far a year ago may be looked for."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.values.series import expect
from evaluator.values.values import Truth
from tests.support.runs import evaluation, fact, number, read

RULES = (
    'input d "D" : number per day\nmetric h = high(d, 30 days)\nbull b on p when d > 0 for 30 days\n'
    "metric y = yoy(d)\nmetric c = cagr(d, 2)\n"
)


def days(*pairs: tuple[str, int]) -> str:
    return "  d:\n" + "".join(fact(day, value, day) for day, value in pairs)


def filled(*pairs: tuple[str, int]) -> str:
    """Days with a figure at least every tenth, so that none of the days between is a gap: the figure before goes on."""
    first, last = (dt.date.fromisoformat(day) for day in (pairs[0][0], pairs[-1][0]))
    given = {dt.date.fromisoformat(day): value for day, value in pairs}
    found, value = [], 0
    for n in range((last - first).days + 1):
        day = first + dt.timedelta(days=n)
        value = given.get(day, value)
        if day in given or n % 10 == 9:
            found.append((day.isoformat(), value))
    return days(*found)


@pytest.mark.parametrize(("begins", "known"), [("2026-04-15", True), ("2026-04-18", True), ("2026-04-19", False)])
def test_a_series_may_begin_up_to_a_long_weekend_into_a_span(begins: str, known: bool) -> None:
    """30 days to 2026-05-14 begin on 04-15; four days after the day before that is the last on which it may begin."""
    found = evaluation(RULES, filled((begins, 3), ("2026-05-14", 2)))
    assert read(found, "h").known is known
    assert read(found, "b").known is known


@pytest.mark.parametrize(
    ("then", "known"), [("2025-05-14", True), ("2025-05-07", True), ("2025-05-06", False), ("2025-05-15", False)]
)
def test_a_year_ago_is_that_day_or_one_of_the_week_before(then: str, known: bool) -> None:
    found = evaluation(RULES, days((then, 4), ("2026-05-14", 5)))
    growth = read(found, "y")
    assert growth.known is known
    assert not known or number(growth) == 0.25


def test_so_many_years_ago_is_the_same_day_of_that_year() -> None:
    found = evaluation(RULES, days(("2024-05-14", 4), ("2025-05-14", 400), ("2026-05-14", 9)))
    assert number(read(found, "c")) == pytest.approx(0.5)


def test_each_day_of_the_span_counts_and_none_before_it() -> None:
    found = evaluation(RULES, filled(("2026-04-13", 9), ("2026-04-14", 8), ("2026-04-15", 7), ("2026-05-14", 2)))
    assert number(read(found, "h")) == 7


GAPS = (
    'input d "D" : number per day\nmetric h = high(d, 40 days)\nmetric a = average(d, 40 days)\n'
    "bull b on p when d > 0 for 40 days\nbull m on p when d > 0 for 2 of 40 days\nbull f on p when d > 5 for 40 days\n"
    "bull n on p when d > 0 for 6 of 40 days\n"
)


@pytest.mark.parametrize(("hole", "known"), [("2026-04-22", True), ("2026-04-23", False)])
def test_days_on_end_without_a_figure_are_a_gap(hole: str, known: bool) -> None:
    """A figure of 04-10 is followed by one twelve days later: no exchange was closed for longer."""
    rows = ["2026-04-01", "2026-04-10", hole, "2026-05-02", "2026-05-14"]
    found = evaluation(GAPS, days(*((day, 3) for day in rows)))
    assert [read(found, name).known for name in "habn"] == [known] * 3 + [False]
    assert expect(read(found, "m"), Truth).value is True, "two days are known to be, whatever the others were"
    assert expect(read(found, "f"), Truth).value is False, "one day is known not to be"


def test_a_span_with_the_day_it_ends_with_alone_is_a_gap() -> None:
    rows = ["2026-03-01", "2026-03-10", "2026-05-14"]
    found = evaluation(GAPS, days(*((day, 3) for day in rows)))
    causes = read(found, "b").causes
    assert {(cause.period, cause.reason) for cause in causes} == {
        ("2026-04-05", "no figure for more than 12 days on end")
    }


def test_more_days_are_asked_for_than_have_a_figure() -> None:
    """Of twenty days fourteen are weekdays: sixteen of twenty is not false of a price that was below the bar on each."""
    start = dt.date(2026, 4, 25)
    rows = [start + dt.timedelta(days=n) for n in range(20)]
    found = evaluation(
        "input d : number per day\nbull b on p when d > 0 for 16 of 20 days\nbull c on p when d > 5 for 16 of 20 days\n",
        days(*((day.isoformat(), 3) for day in rows if day.weekday() < 5)),
    )
    truth = expect(read(found, "b"), Truth)
    assert truth.value is None
    assert {c.reason for c in truth.causes} == {"14 of the last 20 days have a figure, and 16 are asked"}
    assert expect(read(found, "c"), Truth).value is False
