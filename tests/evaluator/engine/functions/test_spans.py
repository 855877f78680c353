"""The edges of spans of days: how late a series may begin in one, and how far a year ago may be looked for."""

from __future__ import annotations

import pytest

from tests.support.runs import evaluation, fact, number, read

RULES = (
    'input d "D" : number per day\nmetric h = high(d, 30 days)\nbull b on p when d > 0 for 30 days\n'
    "metric y = yoy(d)\nmetric c = cagr(d, 2)\n"
)


def days(*pairs: tuple[str, int]) -> str:
    return "  d:\n" + "".join(fact(day, value, day) for day, value in pairs)


@pytest.mark.parametrize(("begins", "known"), [("2026-04-15", True), ("2026-04-18", True), ("2026-04-19", False)])
def test_a_series_may_begin_up_to_a_long_weekend_into_a_span(begins: str, known: bool) -> None:
    """30 days to 2026-05-14 begin on 04-15; four days after the day before that is the last on which it may begin."""
    found = evaluation(RULES, days((begins, 3), ("2026-05-14", 2)))
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
    found = evaluation(RULES, days(("2026-04-13", 9), ("2026-04-14", 8), ("2026-04-15", 7), ("2026-05-14", 2)))
    assert number(read(found, "h")) == 7
