"""That no figure changes a verdict, shown by the solver: no figure contradicts it."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from evaluator.explore.judged import outcomes
from evaluator.outlook.flipped import flipped
from evaluator.proofs.unmoved import Unmoved
from evaluator.render.outlook.flips import lines
from evaluator.session.run import Run
from evaluator.session.service import settings_for
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import rates, stores
from tests.support.runs import AS_OF, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files

RULES = """rules main
input x "X" : number between -1000 and 1000
input y "Y" : number
input when "When" : choice of (early, late)
pillar p "P"
bull b on p when {}
verdict call "Call" when b then "Buy" otherwise "Wait"
"""


def on(condition: str, x: str = "10", y: str = "1", more: str = "") -> Run:
    facts = "".join(
        f"  {name}:\n{fact('2026-03-31', value, '2026-04-30', key='date')}"
        for name, value in (("x", x), ("y", y), ("when", "early"))
    )
    return ran(RULES.format(condition) + more, company(facts))


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("x * x - 2 * x + 2 > 0", True),
        ("x * x - 2 * x + 1 > 0", False),  # not at 1
        ("(x - y) * (x - y) + y > 0", True),
        ("(x - y) * (x - y) - y * 200 > 0", False),
        ("x * x + 1 > x or y > 5", True),
        ("x < 1001", True),  # by its bounds
        ("x > 9", False),
        ("when is early and x * x >= x * 2 - 1", True),
        ("when is late and x > 3", True),  # it is early
        ("x is known", False),  # nothing is said of what asks what is known
    ],
)
def test_what_no_figure_of_x_changes(condition: str, shown: bool) -> None:
    assert Unmoved(on(condition).evaluation).shown("x", "call") is shown


def test_the_page_says_which_of_both_proved_it() -> None:
    found = flipped(on("y * y - 2 * y + 2 > 0 and x < 1001"))
    assert {f.name: (f.proven, f.by) for f in found.firm if f.name != "when"} == {
        "x": (True, "bounds"),
        "y": (True, "solver"),
    }
    page = "\n".join(lines(found))
    assert "proven for every figure that they may be:" in page
    assert "Y (by the solver)" in page
    assert "X (by the solver)" not in page


def test_nothing_is_claimed_where_figures_are_not_those_of_the_solver() -> None:
    run = on("twice > 0", more="metric twice = x * x - 2 * x + 2\n")
    assert Unmoved(run.evaluation).shown("x", "call")
    set_by_hand = settings_for(run.program, ["twice = 3"])
    assert isinstance(set_by_hand, dict)
    assert not Unmoved(run.with_settings(set_by_hand).evaluation).shown("x", "call"), "the formula is set"
    rules = """rules main
input a "A" : percent per quarter
input c "C" : percent per quarter
pillar p "P"
bull b on p when c * c - c > a or a > 100%
verdict call "Call" when b then "Buy" otherwise "Wait"
"""
    facts = quarters("a", ["-50%"] * 4, last="2025-12-31") + quarters("c", ["20%"] * 4)
    assert not Unmoved(ran(rules, company(facts)).evaluation).shown("c", "call"), "they are of different quarters"
    facts = quarters("a", ["-50%"] * 4) + quarters("c", ["20%"] * 4)
    assert Unmoved(ran(rules, company(facts)).evaluation).shown("c", "call")


# --- no figure contradicts it ----------------------------------------------------------------------------------------


def no_figure_contradicts_it(rules: RuleFile, data: st.DataObject) -> None:
    """Of whatever input it is shown of, no figure within its bounds changes the verdict."""
    program = checked(rules.text).program
    assert program is not None
    early = dt.date(2022, 1, 1)
    known = data.draw(stores(program, early, AS_OF, 10))
    run = ran(rules.text, company_of(known, data.draw(st.lists(rates(early, AS_OF), max_size=2))))
    solver = Unmoved(run.evaluation)
    for verdict in program.verdicts:
        now = outcomes(run.evaluation, verdict)
        for name in (n for n in run.program.inputs if len(now) == 1 and n in run.program.upstream([verdict])):
            if not solver.shown(name, verdict):
                continue
            note(f"{name} {verdict} {rules.text}")
            bounds = run.program.inputs[name].bounds
            low, high = (bounds.low, bounds.high) if bounds is not None else (-math.inf, math.inf)
            figures = st.sampled_from(
                [x for x in (0.0, 1.0, -1.0, 0.1, 10.0, 1e6, -1e6, low, high) if math.isfinite(x)]
            )
            for _ in range(6):
                figure = data.draw(st.one_of(figures, st.floats(-100, 100)), label=name)
                if low < figure < high:
                    declared = run.program.inputs[name]
                    const = p.Const(declared.span, declared.type.single, value=figure)
                    assert outcomes(run.with_settings({name: const}).evaluation, verdict) == now


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_figure_contradicts_what_is_shown(rules: RuleFile, data: st.DataObject) -> None:
    no_figure_contradicts_it(rules, data)


@pytest.mark.soak
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_figure_contradicts_it_in_a_thousand_programs(rules: RuleFile, data: st.DataObject) -> None:
    no_figure_contradicts_it(rules, data)
