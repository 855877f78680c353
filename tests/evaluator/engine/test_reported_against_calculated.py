"""A reported figure and the formula's: from which difference on a report says that they differ, for each unit."""

from __future__ import annotations

import pytest

from evaluator.engine.evaluate import DEFAULT_TOLERANCE
from evaluator.report.fact_list import formulas_replaced
from tests.support.runs import evaluation, fact, quarters

CALCULATED = {"percent": "40%", "multiple": "20x", "money": "2bn CNY", "count": "1000", "number": "50"}


def differs(kind: str, reported: str, tolerance: str = "", calculated: str = "") -> bool:
    """Whether a reported figure differs from the formula's; the reported one counts either way."""
    rules = f'input x "X" : {kind}\nmetric m "M" : {kind} = x{tolerance}\n'
    facts = f"  x:\n{fact('2026-05-01', calculated or CALCULATED[kind], '2026-05-01', key='date')}"
    facts += f"  m:\n{fact('2026-05-01', reported, '2026-05-01', key='date')}"
    found = evaluation(rules, facts)
    assert "m" in found.given
    return [d.name for d in found.disagreements] == ["m"]


@pytest.mark.parametrize(
    ("kind", "near", "far"),
    [
        ("percent", "40.99%", "41.01%"),
        ("percent", "39.01%", "38.99%"),
        ("multiple", "20.2x", "20.3x"),
        ("multiple", "19.81x", "19.7x"),
        ("money", "2.02bn CNY", "2.03bn CNY"),
        ("money", "1.981bn CNY", "1.97bn CNY"),
        ("count", "1010", "1012"),
        ("number", "50.5", "50.6"),
    ],
)
def test_one_percentage_point_or_one_percent_of_the_figure(kind: str, near: str, far: str) -> None:
    assert DEFAULT_TOLERANCE == 0.01
    assert not differs(kind, near)
    assert differs(kind, far)


@pytest.mark.parametrize(
    ("kind", "tolerance", "near", "far"),
    [
        ("percent", "2pp", "41.9%", "42.1%"),
        ("percent", "0pp", "40%", "40.01%"),
        ("money", "100m CNY", "2.09bn CNY", "2.11bn CNY"),
    ],
)
def test_or_what_the_metric_says(kind: str, tolerance: str, near: str, far: str) -> None:
    assert not differs(kind, near, f" tolerance {tolerance}")
    assert differs(kind, far, f" tolerance {tolerance}")


def test_the_report_gives_both_figures_also_where_they_agree() -> None:
    rules = 'input x "X" : money\nmetric m "M" : money = x\n'
    day = [fact("2026-05-01", value, "2026-05-01", key="date") for value in ("2bn", "2.01bn", "unknown")]
    for formula, was in ((day[0], "2bn CNY"), (day[2], "")):
        (one,) = formulas_replaced(evaluation(rules, f"  x:\n{formula}  m:\n{day[1]}"))
        assert (one.was, one.now, one.detail) == (was, "2.01bn CNY", "in place of X")


def test_bounds_differ_by_what_lies_between_them() -> None:
    assert not differs("percent", "at least 40.5%")
    assert differs("percent", "at least 42%")
    assert not differs("percent", "between 41% and 45%")
    assert differs("percent", "between 42% and 45%")
    assert not differs("percent", "45%", calculated="at least 20%")


def test_of_a_series_at_the_period_that_is_read_alone() -> None:
    rules = 'input r "R" : money per quarter\nmetric m "M" = r * 2\n'
    facts = quarters("r", ["1bn", "1bn"])
    assert evaluation(rules, facts + quarters("m", ["9bn", "2bn"])).disagreements == ()
    (one,) = evaluation(rules, facts + quarters("m", ["2bn", "9bn"])).disagreements
    assert (one.label, one.reported.low, one.calculated.low) == ("quarter to 2026-03-31", 9e9, 2e9)
