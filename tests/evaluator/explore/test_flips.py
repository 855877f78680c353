"""What would change a judgement: closed forms, and brute force over a grid of figures."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from evaluator.explore import turning
from evaluator.explore.flips import Flip, Flips, flips
from evaluator.explore.judged import HAPPENS, outcomes
from evaluator.facts.model import Fact
from evaluator.prepared.form import Form
from evaluator.prepared.plain import plain
from evaluator.prepared.prepared import Prepared
from evaluator.session.run import Run
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, HEAD, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files

PILLAR = 'pillar p "?"\n'
CALL = 'verdict call "Call"\n  when {} then "Buy" bullish\n  otherwise "Wait" neutral\n'


def found(rules: str, facts: str = "", names: tuple[str, ...] = ()) -> Flips:
    """What would change the judgements of small rules."""
    run = ran(HEAD + rules, company(facts) if facts else None)
    return flips(run.evaluation, run.plain(), names)


def only(rules: str, facts: str = "") -> Flip:
    """The one change of `x` that changes `call`."""
    (one,) = (f for f in found(rules, facts).flips if f.name == "x" and f.judgement == "call")
    return one


def given_x(value: object, more: str = "") -> str:
    """A fact of today."""
    return f"  x:\n{fact('2026-03-31', value, '2026-04-30', key='date')}{more}"


@pytest.mark.parametrize(
    ("condition", "today", "at", "says"),
    [
        ("x > 20", "25", 20.0, "Wait"),
        ("x > 20", "15", 20.0, "Buy"),
        ("x >= 20", "15", 20.0, "Buy"),
        ("x > 20", "-5", 20.0, "Buy"),
        ("x > 0", "3", 0.0, "Wait"),
        ("x < 0", "-46.609bn", 0.0, "Wait"),
        ("x < 100", "-46.609bn", 100.0, "Wait"),
        ("x > 6", "3", 6.0, "Buy"),
        ("x > 7.11", "3", 7.11, "Buy"),
        ("x > 10 and x < 20", "30", 20.0, "Buy"),
        ("x > 10 and x < 20", "12", 10.0, "Wait"),
        ("x * x > 49", "3", 7.0, "Buy"),
        ("x * x > 49", "-8", -7.0, "Wait"),
        ("1 / x > 4", "0.5", 0.25, "Buy"),
        ("x / (x + 10) > 0.75", "20", 30.0, "Buy"),
        ("abs(x - 100) < 10", "80", 90.0, "Buy"),
        ("max(x, 50) > 60", "40", 60.0, "Buy"),
        ("round(x) > 7", "5", 7.5, "Buy"),
        ("x > 20 or x < 12", "15", 12.0, "Buy"),
        ("x = 3", "2", 3.0, "Buy"),
    ],
)
def test_the_nearest_change_is_where_the_formula_says(condition: str, today: str, at: float, says: str) -> None:
    rules = f'input x "X" : number\n{PILLAR}bull b on p when {condition}\n{CALL.format("b")}'
    near = min((f for f in found(rules, given_x(today)).flips if f.name == "x"), key=lambda f: f.relative)
    assert near.last is not None
    assert near.first is not None
    assert near.first == pytest.approx(at, rel=1e-7, abs=1e-6)
    assert near.last == pytest.approx(at, rel=1e-7, abs=1e-6)
    assert near.outcomes == (says,)
    assert near.nearest


@pytest.mark.parametrize(
    ("condition", "today"),
    [
        ("x > -5", "3"),  # bounds of 0 and more
        ("x - x > 1", "3"),
        ("x * 0 > 1", "3"),
        ("(x > 10 and not x > 10)", "3"),
        ("max(x, 0) >= 0", "3"),
    ],
)
def test_what_no_figure_changes_is_proven(condition: str, today: str) -> None:
    rules = f'input x "X" : number at least 0\n{PILLAR}bull b on p when {condition}\n{CALL.format("b")}'
    result = found(rules, given_x(today))
    assert not [f for f in result.flips if f.name == "x"]
    assert [f.name for f in result.firm] == ["x"]


def test_an_input_is_looked_at_within_its_bounds() -> None:
    rules = f'input x "X" : percent between 0% and 100%\n{PILLAR}bull b on p when x > 120%\n{CALL.format("b")}'
    (firm,) = found(rules, given_x("40%")).firm
    assert firm.proven


def test_the_figure_that_is_shown_is_short_and_gives_the_same() -> None:
    rules = f'input x "X" : number\n{PILLAR}bull b on p when x > 20\n{CALL.format("b")}'
    assert only(rules, given_x("15")).at == 20.1
    assert only(rules, given_x("25")).at == 20.0


def test_a_threshold_is_varied_as_a_figure_is() -> None:
    rules = f'input x "X" : number\nparam least "Least" = 20\n{PILLAR}bull b on p when x > least\n{CALL.format("b")}'
    by_name = {f.name: f for f in found(rules, given_x("25")).flips}
    assert by_name["least"].first == pytest.approx(25, rel=1e-7)
    assert by_name["x"].first == pytest.approx(20, rel=1e-7)


def test_words_and_truths_are_changed_one_for_another() -> None:
    rules = (
        'input stage "Stage" : choice of (early, growing, late)\ninput audited "Audited" : flag\n'
        f"{PILLAR}bull b on p when stage is growing and audited\n{CALL.format('b')}"
    )
    facts = f"  stage:\n{fact('2026-03-31', 'early', '2026-04-30', key='date')}"
    facts += f"  audited:\n{fact('2026-03-31', 'true', '2026-04-30', key='date')}"
    result = found(rules, facts)
    assert [(f.name, f.today, f.at, f.outcomes) for f in result.flips] == [("stage", "early", "growing", ("Buy",))]
    assert [(f.name, f.proven) for f in result.firm] == [("audited", True)]


def test_only_the_period_that_is_read_is_changed() -> None:
    """Growth of what is changed is growth from what was reported before."""
    rules = f'input x "X" : money per quarter\n{PILLAR}bull b on p when yoy(x) > 20%\n{CALL.format("b")}'
    amounts: list[object] = ["10bn CNY", "10bn CNY", "10bn CNY", "10bn CNY", "11bn CNY"]
    near = only(rules, quarters("x", amounts))
    assert near.first == pytest.approx(12e9, rel=1e-7)
    assert near.seen == (10e9, 11e9)


def test_kills_that_may_happen_are_asked_for_and_those_that_did_are_not() -> None:
    rules = 'input x "X" : percent per quarter\nkill low "Low" when x < 5%\nkill high "High" when x > 9%\n'
    result = found(rules, quarters("x", ["7%", "10%", "7%"]))
    assert result.asked == ("low",)
    (one,) = (f for f in result.flips if f.name == "x")
    assert (one.first, one.outcomes) == (pytest.approx(0.05, rel=1e-7), (HAPPENS,))


def test_unknown_and_bounded_figures_are_named_and_not_varied() -> None:
    rules = (
        'input x "X" : number\ninput y "Y" : number\ninput z "Z" : number\n'
        f"{PILLAR}bull b on p when x > 20 or (y > 3 and z > 3 and x > 5)\n{CALL.format('b')}"
    )
    result = found(rules, given_x("25", f"  z:\n{fact('2026-03-31', 'at least 7', '2026-04-30', key='date')}"))
    assert [(f.name, f.why) for f in result.fixed] == [
        ("y", "it is unknown today"),
        ("z", "it is known only within bounds today"),
    ]
    (one,) = result.flips
    assert one.first == pytest.approx(20, rel=1e-7)
    assert one.outcomes == ("Buy", "Wait")


def test_a_verdict_that_is_not_decided_has_nothing_to_change() -> None:
    rules = f'input x "X" : number\n{PILLAR}bull b on p when x > 20\n{CALL.format("b")}'
    result = found(rules)
    assert ([s.judgement for s in result.undecided], result.flips, result.firm) == (["call"], (), ())


def test_a_figure_of_nothing_is_reached() -> None:
    """A ratio whose denominator passes 0 on the way turns there, and nothing is divided by it."""
    rules = (
        'input x "X" : number\nmetric m = 10 / x meaningful when x > 0\n'
        f"{PILLAR}bull cheap on p when m < 5\n{CALL.format('cheap')}"
    )
    by_end = {round(f.first or 0, 6): f.outcomes for f in found(rules, given_x("4")).flips}
    assert by_end == {2.0: ("Wait",)}


def test_the_last_figure_still_gives_todays_answer_where_it_turns_before_a_comparison_crosses() -> None:
    rules = f"param x = 11\nparam y = 2\n{PILLAR}bull b on p when x > min(x, y)\n{CALL.format('b')}"
    run = ran(HEAD + rules, None)
    (near,) = (f for f in flips(run.evaluation, run.plain()).flips if f.name == "x")
    assert near.last is not None
    assert near.first is not None
    assert settled(run, "x", near.last, "call") == ("Buy",)
    assert settled(run, "x", near.first, "call") == ("Wait",)
    assert near.first == pytest.approx(2, rel=1e-6)


def test_a_turn_is_found_where_the_proof_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "BUDGET", 5)
    rules = f'input x "X" : number\n{PILLAR}bull b on p when x / (x + 10) > 0.75\n{CALL.format("b")}'
    near = min(found(rules, given_x("20")).flips, key=lambda f: f.relative)
    assert near.first == pytest.approx(30, rel=1e-6)
    assert not near.nearest


# --- brute force ---------------------------------------------------------------------------------------------

EARLY = dt.date(2022, 1, 1)
STEPS = 40


def settled(run: Run, name: str, figure: float, judgement: str) -> tuple[str, ...]:
    """What is judged where a name is set to a figure, as `--set` does it, evaluated from the start."""
    declared = run.program.declared(name)
    const = p.Const(declared.span, declared.type.single, value=figure)  # type: ignore[attr-defined]
    code = run.evaluation.currencies.get(name)
    if code is not None:
        const = p.Const(declared.span, replace(const.type, currency=code), value=figure)
    return outcomes(run.with_settings({name: const}).evaluation, judgement)


def grid(low: float, high: float) -> list[float]:
    """Figures between two, not round ones, so that no threshold is met."""
    return [low + (high - low) * (n + 0.3141) / STEPS for n in range(STEPS)]


def no_nearer_figure_turns_it(rules: RuleFile, data: st.DataObject) -> None:
    """Brute force: each change found does what it says, and no figure of a grid does it nearer."""
    text = rules.text
    program = checked(text).program
    assert program is not None
    facts: list[Fact] = data.draw(stores(program, EARLY, AS_OF, 12))
    run = ran(text, company_of(facts, []))
    result = flips(run.evaluation, run.plain())
    note(text)
    note("\n".join(f"{f.name} {f.period} {f.value}" for f in facts))
    for flip in result.flips:
        if flip.first is None or flip.last is None or not isinstance(flip.today, float):
            continue
        now = outcomes(run.evaluation, flip.judgement)
        note(str(flip))
        assert settled(run, flip.name, flip.first, flip.judgement) == flip.outcomes != now
        assert isinstance(flip.at, float)
        assert settled(run, flip.name, flip.at, flip.judgement) == flip.outcomes
        assert settled(run, flip.name, flip.last, flip.judgement) == now
        if flip.nearest:
            for figure in grid(flip.today, flip.last):
                assert settled(run, flip.name, figure, flip.judgement) == now, figure
    for firm in result.firm:
        value = run.evaluation.values[firm.name]
        note(str(firm))
        today = getattr(run.evaluation.read(value), "low", None)
        if today is None:
            continue
        now = outcomes(run.evaluation, firm.judgement)
        reach = max(abs(today), 1.0)
        ends = [max(firm.low, today - 50 * reach), min(firm.high, today + 50 * reach)]
        near = [max(firm.low, today - reach), min(firm.high, today + reach)]
        for figure in (*grid(*ends), *grid(*near)):
            if firm.low <= figure <= firm.high and math.isfinite(figure):
                assert settled(run, firm.name, figure, firm.judgement) == now, figure


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_figure_of_a_fine_grid_turns_it_nearer(rules: RuleFile, data: st.DataObject) -> None:
    no_nearer_figure_turns_it(rules, data)


@pytest.mark.soak
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_figure_of_a_fine_grid_turns_it_nearer_in_a_thousand_programs(rules: RuleFile, data: st.DataObject) -> None:
    no_nearer_figure_turns_it(rules, data)


# --- what no change of it changes --------------------------------------------------------------------------------


def no_figure_contradicts(rules: RuleFile, data: st.DataObject, count: int) -> None:
    """Where no change of a name is said to change a judgement, none of so many random figures between the ends that are said does."""
    program = checked(rules.text).program
    assert program is not None
    run = ran(rules.text, company_of(data.draw(stores(program, EARLY, AS_OF, 12)), []))
    today, draw = run.evaluation, random.Random(data.draw(st.integers(0, 2**32)))
    note(rules.text)
    prepared = Prepared(today, stated=False)
    for firm in flips(today, run.plain()).firm:
        start = getattr(today.read(today.values[firm.name]), "low", None)
        if start is None:
            continue
        ask = Form(prepared, run.plain(), (firm.name,), frozenset({firm.judgement})).quick([firm.judgement])
        kill = program.kills.get(firm.judgement)
        judged = today.happened(kill) if kill is not None else today.read(today.values[firm.judgement])
        now = plain(judged)
        for _ in range(count):
            figure = start + draw.choice((-1, 1)) * 10 ** draw.uniform(-9, 13)
            if draw.random() < 0.3 and math.isfinite(firm.high - firm.low):
                figure = draw.uniform(firm.low, firm.high)
            figure = min(max(figure, firm.low), firm.high)
            assert ask([figure]) == (now,), (firm, figure)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_random_figure_contradicts_that_no_change_changes_it(rules: RuleFile, data: st.DataObject) -> None:
    no_figure_contradicts(rules, data, 200)


@pytest.mark.soak
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_none_of_ten_thousand_figures_contradicts_it_in_a_thousand_programs(
    rules: RuleFile, data: st.DataObject
) -> None:
    no_figure_contradicts(rules, data, 10_000)


def test_a_turn_next_to_nothing_has_a_setting_in_which_a_ratio_means_something() -> None:
    """40 over a little more than 0 is far above 3; over 0, as `--set x=0` would be, it means nothing."""
    rules = "input x : money\nmetric r : multiple = 40 USD / x\n" + PILLAR + CALL.format("r > 3x")
    flip = only(rules, given_x("-10 USD"))
    assert flip.first is not None
    assert abs(flip.first) < 1e-6
    assert flip.at == pytest.approx(1e-5)


def test_of_a_judgement_that_asks_what_is_known_it_is_said_that_nothing_is_said() -> None:
    rules = "input x : percent\ninput y : percent\n" + PILLAR
    there = found(rules + CALL.format("y is known and y > 1% or x > 5%"), given_x("between 3% and 7%"))
    assert (there.open, there.asking, there.undecided) == (("call",), ("call",), ())
    plain_one = found(rules + CALL.format("x > 5%"), given_x("between 3% and 7%"))
    assert (plain_one.open, plain_one.asking) == (("call",), ())
