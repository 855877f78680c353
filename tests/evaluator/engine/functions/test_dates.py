"""Months of the calendar, as EDATE of spreadsheets, DateOffset of pandas and relativedelta of python-dateutil count them. What they
give of these days was worked out with them; a law holds the two functions together."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.engine.functions.dates import add_months, months_between
from evaluator.values.values import Day, because

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
LATER = {
    ("2026-01-31", 1): "2026-02-28", ("2024-01-31", 1): "2024-02-29", ("2026-01-31", 2): "2026-03-31",
    ("2026-03-31", -1): "2026-02-28", ("2026-05-31", 1): "2026-06-30", ("2024-02-29", 12): "2025-02-28",
    ("2024-02-29", 48): "2028-02-29", ("2026-08-30", 6): "2027-02-28", ("2026-12-15", 1): "2027-01-15",
    ("2026-01-15", -1): "2025-12-15", ("2026-10-31", -8): "2026-02-28", ("2000-02-29", -1200): "1900-02-28",
    ("2026-07-31", 0): "2026-07-31", ("2026-12-31", 14): "2028-02-29", ("2026-01-01", -12): "2025-01-01",
}  # fmt: skip
BETWEEN = {
    ("2026-01-31", "2026-02-28"): 1, ("2026-01-31", "2026-02-27"): 0, ("2026-01-15", "2026-02-14"): 0,
    ("2026-01-15", "2026-02-15"): 1, ("2024-02-29", "2025-02-28"): 12, ("2024-02-29", "2025-02-27"): 11,
    ("2026-03-31", "2026-01-31"): -2, ("2026-03-30", "2026-01-31"): -1, ("2019-06-03", "2026-05-14"): 83,
    ("2026-05-14", "2026-05-14"): 0, ("2026-01-31", "2026-03-30"): 1, ("2026-01-31", "2026-03-31"): 2,
    ("2025-12-31", "2026-02-28"): 2, ("2026-02-28", "2026-03-31"): 1, ("2026-02-28", "2026-01-31"): 0,
}  # fmt: skip


def day(text: str) -> Day:
    return Day(dt.date.fromisoformat(text))


@pytest.mark.parametrize(("start", "months"), LATER)
def test_so_many_months_later(start: str, months: int) -> None:
    assert add_months(day(start), number=months) == day(LATER[start, months])


@pytest.mark.parametrize(("first", "second"), BETWEEN)
def test_whole_months_between(first: str, second: str) -> None:
    assert months_between(day(first), day(second)).low == BETWEEN[first, second]


@given(DAYS, st.integers(-1200, 1200))
def test_a_month_has_the_same_day_or_its_last(start: dt.date, months: int) -> None:
    found = add_months(Day(start), number=months).value
    assert found is not None
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (
        found.day < start.day and found.day == calendar.monthrange(found.year, found.month)[1]
    )


@given(DAYS, DAYS)
def test_as_many_as_may_be_added_without_passing_it(first: dt.date, second: dt.date) -> None:
    months = int(months_between(Day(first), Day(second)).low)
    one = 1 if first <= second else -1
    assert months * one >= 0
    reached, next_one = (add_months(Day(first), number=months + n).value for n in (0, one))
    assert reached is not None
    assert next_one is not None
    if first <= second:
        assert reached <= second < next_one
    else:
        assert next_one < second <= reached


@given(DAYS, st.integers(0, 1200))
def test_what_was_added_is_between(start: dt.date, months: int) -> None:
    assert months_between(Day(start), add_months(Day(start), number=months)).low == months


def test_what_is_not_known_and_what_the_calendar_lacks() -> None:
    lacks = Day(None, because("nothing is known", "d"))
    assert add_months(lacks, number=3) == lacks
    assert months_between(lacks, day("2026-01-01")).causes == lacks.causes
    assert not months_between(day("2026-01-01"), lacks).known
    for start, months in (("9999-12-31", 1), ("0001-01-01", -1)):
        found = add_months(day(start), number=months)
        assert found.value is None
        assert [c.reason for c in found.causes] == ["the calendar ends before that day"]
    assert months_between(day("0001-01-31"), day("9999-12-31")).low == 9999 * 12 - 1
