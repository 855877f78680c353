"""How a report weighs, by hand: shares of evidence, the margin of a comparison, what a missing figure would show."""

from __future__ import annotations

import pytest

from evaluator.report.evidence import NO_FACT, evidence
from tests.support.runs import HEAD, company, fact, ran


def test_evidence_is_shared_out_by_weight() -> None:
    """Three quarters of the weight rest on filings, the last quarter half on a claim and half on guidance."""
    found = evidence([(3.0, {"reported": 1.0}), (1.0, {"claim": 0.5, "guidance": 0.5})])
    assert (found.weight, found.shares) == (4.0, {"reported": 0.75, "guidance": 0.125, "claim": 0.125})


def test_what_rests_on_no_fact_has_its_share() -> None:
    assert evidence([(1.0, {}), (4.0, {"reported": 1.0})]).shares == {"reported": 0.8, NO_FACT: 0.2}
    assert evidence([]).shares == {}


@pytest.mark.parametrize(
    ("when", "value", "slack"),
    [
        ("x > 10", "12", 0.2), ("x > 10", "7", -0.3), ("x < 10", "7", 0.3), ("x < 10", "12", -0.2),
        ("x > 10", "between 12 and 16", 0.2), ("x > 10", "between 4 and 7", -0.3), ("x < 10", "between 4 and 7", 0.3),
        ("x < 10", "between 12 and 16", -0.2), ("x > 10", "between 8 and 12", None), ("x > 0", "4", 1.0),
    ],
)  # fmt: skip
def test_the_margin_is_that_of_the_end_which_turns_first(when: str, value: str, slack: float | None) -> None:
    """As part of the threshold; above 0 where the comparison holds."""
    rules = f'{HEAD}input x "X" : number\npillar p "?"\nbull b on p when {when}\n'
    facts = f"  x:\n{fact('2026-05-01', value, '2026-05-01', key='date')}"
    (check,) = ran(rules, company(facts)).report().conditions[0].checks
    assert check.slack == pytest.approx(slack)


def test_the_gain_is_the_mean_over_the_worlds_and_not_the_best_of_them() -> None:
    """Four outcomes are possible. Known to be positive, `y` leaves one; else it leaves the other three: 4 - (1 + 3) / 2."""
    rules = (
        f'{HEAD}input y "Y" : number\ninput a "A" : number\npillar p "?"\n'
        "bull good on p when y > 0\nbull much on p when a > 2\nbull some on p when a > 1\n"
        'verdict v "V"\n  when good then "Buy"\n  when much then "Add"\n  when some then "Hold"\n  otherwise "Sell"\n'
    )
    found = {u.name: u for u in ran(rules, None).report().unknowns}
    (narrowed,) = found["y"].verdicts
    assert (narrowed.now, narrowed.then, found["y"].gain) == (4, 2.0, 2.0)
