"""The smallest joint change of two and three figures: closed forms, and brute force."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from evaluator.explore.flips import flips
from evaluator.explore.joint import Joint, plausible
from evaluator.explore.judged import outcomes
from evaluator.explore.varied import Varied
from evaluator.facts.model import Fact
from evaluator.session.run import Run
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, HEAD, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files

XYZ = 'input x "X" : number\ninput y "Y" : number\ninput z "Z" : number\npillar p "?"\n'
CALL = 'verdict call "Call"\n  when b then "Buy" bullish\n  otherwise "Wait" neutral\n'


def of(rules: str, **figures: object) -> tuple[Joint, ...]:
    """The joint changes of small rules."""
    facts = "".join(f"  {n}:\n{fact('2026-03-31', x, '2026-04-30', key='date')}" for n, x in figures.items())
    run = ran(HEAD + rules, company(facts))
    return flips(run.evaluation, run.plain()).together


def test_two_figures_do_together_what_neither_does_alone() -> None:
    """Both thresholds must be passed: 10 by 20%, 50 by 10%; alone neither does it. The larger of the two moves counts."""
    (one,) = of(f"{XYZ}bull b on p when x > 12 and y > 55\n{CALL}", x=10, y=50)
    assert {m.name for m in one.moves} == {"x", "y"}
    assert one.size == pytest.approx(0.2, rel=1e-5)
    assert one.outcomes == ("Buy",)
    assert one.nearest


def test_a_sum_turns_by_half_where_both_move() -> None:
    """x + y from 20 to 24: alone by 40%, both together by 20%."""
    (one,) = of(f"{XYZ}bull b on p when x + y > 24\n{CALL}", x=10, y=10)
    assert one.size == pytest.approx(0.2, rel=1e-5)


def test_a_joint_change_that_is_hardly_smaller_is_not_said() -> None:
    assert of(f"{XYZ}bull b on p when x + 0.1 * y > 12\n{CALL}", x=10, y=10) == ()


def test_three_figures_where_no_two_do_it() -> None:
    (one,) = of(f"{XYZ}bull b on p when x > 11 and y > 12 and z > 13\n{CALL}", x=10, y=10, z=10)
    assert {m.name for m in one.moves} == {"x", "y", "z"}
    assert one.size == pytest.approx(0.3, rel=1e-5)


def test_a_figure_that_need_not_move_is_no_part_of_it() -> None:
    found = of(f"{XYZ}bull b on p when x > 12 and y > 55 and z > 5\n{CALL}", x=10, y=50, z=10)
    assert [{m.name for m in j.moves} for j in found] == [{"x", "y"}]


def test_no_figure_moves_beyond_its_bounds_or_far_beyond_where_it_has_been() -> None:
    bounded = XYZ.replace('"Y" : number', '"Y" : number between 0 and 52')
    assert of(f"{bounded}bull b on p when x > 12 and y > 55\n{CALL}", x=10, y=50) == ()
    assert plausible(Varied("x", 10.0, 0.0, 100.0, seen=(8.0, 12.0))) == (6.0, 14.0)
    assert plausible(Varied("x", 10.0, 9.0, 100.0, seen=(8.0, 12.0))) == (9.0, 14.0)
    rules = 'input x "X" : number per quarter\ninput y "Y" : number per quarter\npillar p "?"\n'
    facts = quarters("x", ["10", "11", "10"]) + quarters("y", ["10", "11", "10"])
    run = ran(HEAD + f"{rules}bull b on p when x > 12 and y > 12\n{CALL}", company(facts))
    assert flips(run.evaluation, run.plain()).together == ()


def settled(run: Run, point: dict[str, float], judgement: str) -> tuple[str, ...]:
    """What is judged where names are set, evaluated from the start by the reference."""
    consts = {}
    for name, figure in point.items():
        declared = run.program.declared(name)
        consts[name] = p.Const(declared.span, declared.type.single, value=figure)  # type: ignore[attr-defined]
    return outcomes(run.with_settings(consts).evaluation, judgement)


def joint_changes_do_what_they_say(rules: RuleFile, data: st.DataObject) -> None:
    """Both sides, each figure that is left as it is, and a grid of smaller moves of the same figures where none is said to be
    nearer."""
    program = checked(rules.text).program
    assert program is not None
    facts: list[Fact] = data.draw(stores(program, dt.date(2022, 1, 1), AS_OF, 12))
    run = ran(rules.text, company_of(facts, []))
    note(rules.text)
    note("\n".join(f"{f.name} {f.period} {f.value}" for f in facts))
    for found in flips(run.evaluation, run.plain()).together:
        if any(run.evaluation.currencies.get(m.name) for m in found.moves):
            continue
        note(str(found))
        now = outcomes(run.evaluation, found.judgement)
        first = {m.name: m.first for m in found.moves}
        assert settled(run, first, found.judgement) == found.outcomes != now
        assert settled(run, {m.name: m.last for m in found.moves}, found.judgement) == now
        for move in found.moves:
            assert settled(run, first | {move.name: move.today}, found.judgement) != found.outcomes
        if found.nearest:
            for parts in product((-0.97, -0.4, 0.0, 0.53, 0.97), repeat=len(found.moves)):
                point = {
                    m.name: m.today + part * abs(m.last - m.today) for m, part in zip(found.moves, parts, strict=True)
                }
                assert settled(run, point, found.judgement) == now, point


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_joint_changes_do_what_they_say(rules: RuleFile, data: st.DataObject) -> None:
    joint_changes_do_what_they_say(rules, data)


@pytest.mark.soak
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_joint_changes_do_what_they_say_in_a_thousand_programs(rules: RuleFile, data: st.DataObject) -> None:
    joint_changes_do_what_they_say(rules, data)
