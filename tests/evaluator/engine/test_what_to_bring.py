"""What is missing, and what means nothing, is said of an input and a period: never of a metric in its place, never of nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.support.runs import company, quarters, ran

HEAD = """
rules main
input sales "Sales" : money per quarter
input capex "Capex" : money per quarter
input staff "Staff" : count per year
input visits "Visits" : count per week
input price "Price" : money per share per day
input multiple_ahead "Forward P/E" : multiple
input rating "Rating" : number stale after 90 days
input audited "Audited" : flag
metric margin "Margin" = sales / capex
metric again "Again" = margin * 2
metric spread "Spread" = sales / (capex - lag(capex, 1))
metric left "Left" = capex - capex
metric by_left "By what is left" = sales / left
pillar p "?"
"""
ZERO = company(quarters("sales", ["5m"] * 6) + quarters("capex", ["0"] * 6), currency="USD", ends="12-31")
READ = "quarter to 2026-03-31"
DAY = dt.date(2026, 5, 14)


def _causes(asked: str, about: object = ZERO) -> set[tuple[str, str, str]]:
    run = ran(f"{HEAD}bull b on p when {asked}\n", about, DAY)  # type: ignore[arg-type]
    return {(c.name, c.period, c.reason) for c in run.evaluation.judged["b"].truth.causes}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("margin > 2", {("capex", READ, "division by 0")}),
        ("again > 2", {("capex", READ, "division by 0")}),
        ("sales / capex > 2", {("capex", READ, "division by 0")}),
        ("sales / latest(capex) > 2", {("capex", READ, "division by 0")}),
        ("ttm(sales) / ttm(capex) > 2", {("capex", READ, "division by 0")}),
        ("spread > 2", {("capex", READ, "division by 0, in (capex - lag(capex, 1))")}),
        ("sales / (sales - sales) > 2", {("sales", READ, "division by 0, in (sales - sales)")}),
        ("by_left > 2", {("capex", READ, "division by 0, in left")}),
        ("(capex / (1m USD)) ^ -1 > 2", {("capex", READ, "division by 0, in (capex / (1m USD))")}),
        ("yoy(capex) > 2%", {("capex", "quarter to 2025-03-31", "growth from a base of 0 or less means nothing")}),
        ("qoq(capex) > 2%", {("capex", "quarter to 2025-12-31", "growth from a base of 0 or less means nothing")}),
        ("ln(capex / (1m USD)) > 2", {("capex", READ, "the logarithm of a figure of 0 or less, in capex / (1m USD)")}),
    ],
)
def test_what_means_nothing_names_the_figure_for_which_it_does(asked: str, said: set[tuple[str, str, str]]) -> None:
    assert _causes(asked) == said


@pytest.mark.parametrize(
    ("asked", "name", "period"),
    [
        ("staff > 2", "staff", "FY2025"),
        ("latest(staff) > 2", "staff", "FY2025"),
        ("visits > 2", "visits", "week to 2026-05-09"),
        ("latest(price) > 2 USD", "price", "2026-05-14"),
        ("average(price, 30 days) > 2 USD", "price", "2026-05-14"),
        ("multiple_ahead > 2x", "multiple_ahead", "by 2026-05-14"),
        ("rating > 2", "rating", "2026-02-13 to 2026-05-14"),
        ("audited", "audited", "by 2026-05-14"),
    ],
)
def test_where_nothing_is_known_the_period_to_bring_is_said(asked: str, name: str, period: str) -> None:
    assert {(n, at) for n, at, _ in _causes(asked)} == {(name, period)}


def test_of_a_rhythm_that_is_read_it_is_the_period_that_is_read() -> None:
    assert {
        (n, at)
        for n, at, _ in _causes("capex > 2 USD", company(quarters("sales", ["5m"]), currency="USD", ends="12-31"))
    } == {("capex", READ)}
    assert {(n, at) for n, at, _ in _causes("capex > 2 USD", company("", currency="USD", ends="12-31"))} == {
        ("capex", READ)
    }


def test_an_operand_that_the_rules_or_a_world_give_is_named_itself() -> None:
    rules = f'{HEAD}param years "Years" = 0\nbull b on p when sales / years > 2 USD\n'
    run = ran(rules, ZERO, DAY)
    assert {(c.name, c.reason) for c in run.evaluation.judged["b"].truth.causes} == {("years", "division by 0")}
