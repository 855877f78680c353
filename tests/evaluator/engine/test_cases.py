"""`if C then A else B` over facts: what spreadsheets, pandas and Python give where all is known, each period by itself, and what
may be said where something is missing."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.values.series import Series
from evaluator.values.values import Figure, Truth, Words
from tests.support.runs import company, fact, quarters, ran

AS_OF = dt.date(2026, 5, 14)
INPUTS = """rules main
input a : percent per quarter
input b : percent per quarter
input r : money per quarter
input usd : money in USD per quarter
input p : money per share per day
input rating : number
input stage : choice of (early, late)
input d : date
input f : flag
"""
A = [5, 10, 15, 20, 25, -5, None, 30]
B = [1, 20, 15, 2, 30, -9, 4, 3]


def percents(name: str, values: list[int | None]) -> str:
    return quarters(name, [None if x is None else f"{x}%" for x in values])


def series(formula: str, facts: str) -> dict[int, Figure]:
    """A metric's figures by period."""
    found = ran(f'{INPUTS}metric m = {formula}\npillar o "?"\nbull t on o when 1 < 2\n', company(facts), AS_OF)
    value = found.evaluation.values["m"]
    assert isinstance(value, Series)
    return {o: x for o, x in sorted(value.points.items()) if isinstance(x, Figure)}


FORMULAS = {
    "if a > b then a else b": lambda a, b: a if a > b else b,
    "if a > 20% then 3 else if a > 10% then 2 else 1": lambda a, b: 3.0 if a > 0.2 else 2.0 if a > 0.1 else 1.0,
    "(if a > 10% then a else b) * 2": lambda a, b: (a if a > 0.1 else b) * 2,
    "if a between 5% and 20% then b else a": lambda a, b: b if 0.05 <= a <= 0.2 else a,
    "if not a > 10% or b > 10% then a + b else a - b": lambda a, b: a + b if a <= 0.1 or b > 0.1 else a - b,
    "max(if a > 0% then a else 0%, b)": lambda a, b: max(a if a > 0 else 0, b),
    "if a > 0% then if b > 10% then 1 else 2 else 3": lambda a, b: (1.0 if b > 0.1 else 2.0) if a > 0 else 3.0,
    "if (if a > 10% then b > 10% else b > 3%) then 1 else 0": lambda a, b: float(b > 0.1 if a > 0.1 else b > 0.03),
    "abs(if a < 0% then a else -b)": lambda a, b: abs(a if a < 0 else -b),
}  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_each_period_as_python_gives_it(formula: str) -> None:
    found = series(formula, percents("a", A) + percents("b", B))
    wanted = [None if a is None else FORMULAS[formula](a / 100, b / 100) for a, b in zip(A, B, strict=True)]
    assert len(found) == len(wanted)
    for figure, number in zip(found.values(), wanted, strict=True):
        if number is not None:
            assert figure.is_exact
            assert figure.low == pytest.approx(number, rel=1e-12)
        else:
            assert not figure.is_exact


def single(formula: str, facts: str = "  {}\n") -> object:
    found = ran(f'{INPUTS}metric m = {formula}\npillar o "?"\nbull t on o when 1 < 2\n', company(facts), AS_OF)
    return found.evaluation.of("m")


def test_an_unknown_question_gives_both() -> None:
    found = single("if rating > 3 then 2 else if f then 7 else 1")
    assert isinstance(found, Figure)
    assert (found.low, found.high, found.known) == (1.0, 7.0, False)
    assert {cause.name for cause in found.causes} == {"rating", "f"}
    words = single(
        "if rating > 3 then stage else late", f"  stage:\n{fact('2026-01-01', 'early', '2026-01-01', key='date')}"
    )
    assert isinstance(words, Words)
    assert words.possible == ("early", "late")


def test_what_is_not_taken_is_not_missing() -> None:
    facts = f"  rating:\n{fact('2026-01-01', 4, '2026-01-01', key='date')}"
    found = single("if rating > 3 then 2 else if f then 7 else 1", facts)
    assert isinstance(found, Figure)
    assert (found.low, found.high, found.known) == (2.0, 2.0, True)
    assert not found.causes


def test_a_dated_question_beside_a_series_is_asked_of_each_period() -> None:
    """A rating that rose this year says nothing of last year."""
    facts = percents("a", [5, 10, 15, 20])
    facts += (
        "  rating:\n"
        + fact("2025-06-30", 2, "2025-06-30", key="date")
        + fact("2026-01-15", 5, "2026-01-15", key="date")
    )
    assert [x.low for x in series("if rating > 3 then a else -a", facts).values()] == [-0.05, -0.10, -0.15, 0.2]
    facts += (
        "  stage:\n"
        + fact("2025-06-30", "early", "2025-06-30", key="date")
        + fact("2025-12-01", "late", "2025-12-01", key="date")
    )
    for asked in ("stage is late", "stage is late and rating > 1", "stage is known and stage is not early"):
        assert [x.low for x in series(f"if {asked} then a else -a", facts).values()] == [-0.05, -0.10, 0.15, 0.2], asked


def test_what_is_known_is_asked_of_each_period() -> None:
    facts = percents("a", [5, None, 15, 20]) + percents("b", [1, 2, 3, 4])
    assert [x.low for x in series("if a is known then a else b", facts).values()] == [0.05, 0.02, 0.15, 0.2]
    assert [x.low for x in series("if not (a is known and b > 1%) then 0% else a", facts).values()] == [0, 0, 0.15, 0.2]


def test_money_of_two_currencies_meets_in_the_reporting_one() -> None:
    facts = quarters("r", ["7m CNY"]) + quarters("usd", ["1m USD"])
    rates = "exchange_rates:\n  - {of: USD, to: CNY, date: 2026-03-31, value: 7.2, published: 2026-03-31, source: S}\n"
    for formula, wanted in (("if r > 1m CNY then usd else r", 7.2e6), ("if r > 9m CNY then usd else r", 7e6),
                            ("(if r > 1m CNY then usd else r) + 1m CNY", 8.2e6), ("if r > 9m CNY then usd else 0", 0.0)):  # fmt: skip
        found = ran(
            f'{INPUTS}metric m = {formula}\npillar o "?"\nbull t on o when 1 < 2\n', company(facts + rates), AS_OF
        )
        value = found.evaluation.of("m")
        assert isinstance(value, Figure)
        assert value.low == pytest.approx(wanted), formula


def test_a_condition_of_cases_lasts_period_by_period() -> None:
    facts = percents("a", [5, 10, 15, 20]) + percents("b", [1, 2, 30, 4])
    rules = f'{INPUTS}pillar o "?"\nbull t on o when (if b > 10% then a > 14% else a > 4%) for 4 quarters\n'
    found = ran(rules, company(facts), AS_OF).evaluation.of("t")
    assert isinstance(found, Truth)
    assert found.value is True


@pytest.mark.parametrize("depth", [90, 1_000])
def test_a_long_row_of_cases_is_answered(depth: int) -> None:
    """A thousand ways in a row are one list, and no nesting."""
    rows = " else ".join(f"if rating > {depth - n} then {n}" for n in range(depth))
    assert single(f"{rows} else -1") is not None
    found = single(f"{rows} else -1", f"  rating:\n{fact('2026-01-01', 50.5, '2026-01-01', key='date')}")
    assert isinstance(found, Figure)
    assert found.low == depth - 50


@pytest.mark.parametrize("depth", [101, 1_000])
def test_cases_inside_cases_end_in_a_clear_error(depth: int) -> None:
    inner = "if f then " * depth + "1" + " else 2" * depth
    in_brackets = "(if f then 1 else " * depth + "2" + ")" * depth
    for text in (inner, in_brackets):
        found = check_file(SourceFile("main.thesis", f"{INPUTS}metric m = {text}\n"), Library(()))
        assert "T007" in {d.code for d in found.diagnostics}
