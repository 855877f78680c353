"""What a report says of `if`, `in` and `for 6 of 8`: what was asked and taken, and never the case that is not so."""

from __future__ import annotations

import datetime as dt

from evaluator.report.checks import checks
from evaluator.report.doubts import doubts
from evaluator.report.reasons import rests_on
from evaluator.report.tree import explain
from tests.support.runs import company, fact, quarters, ran

AS_OF = dt.date(2026, 5, 14)
RULES = """rules main
input eps : number
input price : number
input a : percent per quarter
input stage : choice of (early, growing, mature)
metric pe = if eps > 0 then price / eps else if stage is early then 0 else 9
metric raw = price / eps
pillar o "?"
bull cheap on o when pe < 15
bull by_raw on o when raw < 15
bull young on o when stage in (early, growing) and a > 10% for 2 of 3 quarters
bear old on o when stage not in (early, growing)
bull by_stage on o when if stage is mature then a > 90% else a > 1%
"""


def figures(eps: int) -> str:
    given = {"eps": eps, "price": 100, "stage": "early"}
    dated = "".join(f"  {name}:\n{fact('2026-01-01', x, '2026-01-01', key='date')}" for name, x in given.items())
    return dated + quarters("a", ["12%", "20%", "5%"])


def test_a_ratio_that_was_not_taken_casts_no_doubt() -> None:
    evaluation = ran(RULES, company(figures(-5)), AS_OF).evaluation
    assert {doubt.name for doubt in doubts(evaluation)} == {"by_raw"}


def test_explained_down_to_the_case_that_counts() -> None:
    for eps, lines in ((5, ["if eps > 0 then price / eps (holds)"]),
                       (-5, ["if eps > 0 then price / eps (does not hold)", "else if stage is early then 0 (holds)"])):  # fmt: skip
        assert explain(ran(RULES, company(figures(eps)), AS_OF).evaluation, "pe").written.splitlines() == lines


def test_what_an_outcome_rests_on() -> None:
    for eps, names in ((5, {"cheap", "pe", "eps", "price"}), (-5, {"cheap", "pe", "eps", "stage"})):
        evaluation = ran(RULES, company(figures(eps)), AS_OF).evaluation
        row = evaluation.program.conditions["cheap"].when
        assert rests_on(evaluation, row) == names - {"cheap"}, eps


def test_one_check_for_one_question() -> None:
    evaluation = ran(RULES, company(figures(5)), AS_OF).evaluation
    conditions = evaluation.program.conditions
    words, so_many = checks(evaluation, conditions["young"].when)
    assert (words.figure, words.value.text, words.operator, words.threshold) == (
        "stage",
        "early",
        "is one of",
        "early, growing",
    )
    assert (so_many.lasting, so_many.held, so_many.periods, so_many.holds) == ("for 2 of 3 quarters", 2, 3, "true")
    assert so_many.slack is so_many.margin is None, "the newest figure lies on the other side"
    (no,) = checks(evaluation, conditions["old"].when)
    assert (no.operator, no.holds) == ("is none of", "false")
    asked = [check.text for check in checks(evaluation, conditions["by_stage"].when)]
    assert asked == ["stage is mature", "a > 1%"], "what was not taken is not shown"
