"""Whether a judgement is settled: closed forms, and completions of what is unknown by random values."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from evaluator.explore import settled as module
from evaluator.explore.cells import Cell, Cells
from evaluator.explore.judged import judgements, outcomes
from evaluator.explore.settled import Decider, Settled, settled
from evaluator.facts.model import Fact
from evaluator.prepared.prepared import Prepared
from evaluator.session.run import Run
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, HEAD, checked, company, fact, quarters, ran
from tests.support.strategies import RuleFile, rule_files

PILLAR = 'pillar p "?"\n'
XY = 'input x "X" : number\ninput y "Y" : number\ninput z "Z" : number\n'
CALL = 'verdict call "Call"\n  when {} then "Buy" bullish\n  otherwise "Wait" neutral\n'


def of(run: Run) -> dict[str, Settled]:
    """What decides the judgements of a run that are not decided."""
    prepared = Prepared(run.evaluation, stated=False)
    return {s.judgement: s for s in settled(prepared, run.plain(), judgements(run.evaluation))}


def call(rules: str, facts: str = "") -> Settled:
    """The same of `call` in small rules."""
    return of(ran(HEAD + rules, company(facts) if facts else None))["call"]


def given_as(name: str, value: object) -> str:
    return f"  {name}:\n{fact('2026-03-31', value, '2026-04-30', key='date')}"


def told(decider: Decider) -> list[tuple[float, float, tuple[str, ...]]]:
    """The parts of a name, with cuts as short figures."""
    return [(_short(cell.low), _short(cell.high), left) for cell, left in decider.left]


def _short(x: float) -> float:
    return float(f"{x:.6g}")


def test_one_unknown_figure_alone_decides_and_the_cut_is_its_threshold() -> None:
    found = call(f"{XY}{PILLAR}bull b on p when x > 20\n{CALL.format('b')}")
    assert found.exact
    assert (found.left, found.idle) == (("Buy", "Wait"), ())
    (one,) = found.deciding
    assert (one.name, one.certain) == ("x", True)
    assert told(one) == [(-math.inf, 20.0, ("Wait",)), (20.0, math.inf, ("Buy",))]


def test_a_cut_behind_a_formula_is_found() -> None:
    found = call(f"{XY}metric m = x * x - 3\n{PILLAR}bull b on p when m > 6\n{CALL.format('b')}")
    assert found.exact
    assert told(found.deciding[0]) == [(-math.inf, -3.0, ("Buy",)), (-3.0, 3.0, ("Wait",)), (3.0, math.inf, ("Buy",))]


def test_of_two_unknown_figures_the_one_that_cannot_change_it_is_named() -> None:
    rules = f"{XY}{PILLAR}bull b on p when x > 20\nbull c on p when (y > 3 and x > 20) or x > 20\n{CALL.format('c')}"
    found = call(rules)
    assert found.exact
    assert [d.name for d in found.deciding] == ["x"]
    assert found.idle == ("y",)


def test_comparisons_that_exclude_each_other_leave_no_outcome_that_cannot_come_about() -> None:
    """By truths that are free of each other `x > 20 and x < 10` is open; by figures it is false."""
    rules = (
        f"{XY}{PILLAR}bull b on p when x > 20\nbull c on p when x < 10\n"
        'verdict call "Call"\n  when b and c then "Both" bullish\n  when b then "Buy" bullish\n  otherwise "Wait" neutral\n'
    )
    found = call(rules)
    assert found.exact
    assert (found.now, found.left) == (("Both", "Buy", "Wait"), ("Buy", "Wait"))


def test_what_comes_out_one_way_whatever_is_unknown_is_settled() -> None:
    rules = (
        f"{XY}{PILLAR}bull b on p when x > 20\nbull c on p when x <= 20\n"
        'verdict call "Call"\n  when b then "Buy" bullish\n  when c then "Buy" bullish\n  otherwise "Wait" neutral\n'
    )
    found = call(rules)
    assert found.exact
    assert (found.left, found.deciding, found.idle) == (("Buy",), (), ("x",))


def test_a_figure_within_bounds_is_looked_at_within_them() -> None:
    rules = f"{XY}{PILLAR}bull b on p when x > 20 and y > 3\n{CALL.format('b')}"
    found = call(rules, given_as("x", "25") + given_as("y", "at least 1"))
    (one,) = found.deciding
    assert told(one) == [(1.0, 3.0, ("Wait",)), (3.0, math.inf, ("Buy",))]


def test_truths_and_words_have_parts_too() -> None:
    rules = (
        'input stage "Stage" : choice of (early, growing, late)\ninput audited "Audited" : flag\n'
        f"{PILLAR}bull b on p when stage is growing and audited\n{CALL.format('b')}"
    )
    found = call(rules)
    assert found.exact
    assert {d.name: [(c.word, left) for c, left in d.left] for d in found.deciding} == {
        "stage": [("early", ("Wait",)), ("growing", ("Buy", "Wait")), ("late", ("Wait",))],
        "audited": [(True, ("Buy", "Wait")), (False, ("Wait",))],
    }
    assert [d.name for d in found.deciding] == ["stage", "audited"], "the most telling first"


def test_an_earlier_figure_that_is_missing_is_no_figure_of_today() -> None:
    rules = f'input x "X" : number per quarter\n{PILLAR}bull b on p when yoy(x) > 20%\n{CALL.format("b")}'
    found = call(rules, quarters("x", ["4", "5"]))
    assert not found.exact
    assert (found.deciding, found.besides) == ((), ("x",))


def test_two_figures_in_one_formula_are_not_decided_by_cuts_of_each() -> None:
    found = call(f"{XY}{PILLAR}bull b on p when x / y > 3\n{CALL.format('b')}")
    assert not found.exact
    assert found.idle == ()


def test_of_what_asks_whether_a_figure_is_known_nothing_is_said() -> None:
    """With any figure it is known, and a row that asks for that may hold, which none of the bounds shows."""
    rows = '  when y is known then "Known" bullish\n  when b then "Buy" bullish\n  otherwise "Wait" neutral\n'
    run = ran(f'rules main "M"\n{XY}{PILLAR}bull b on p when x > 20\nverdict call "Call"\n{rows}', company_of([], []))
    assert settled(Prepared(run.evaluation), run.plain(), ["call"]) == ()


def test_too_many_combinations_give_a_bound_and_no_name_is_said_to_be_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_EVALUATIONS", 1)
    found = call(f"{XY}{PILLAR}bull b on p when x > 20 and y > 3 and z > 1\n{CALL.format('b')}")
    assert not found.exact
    assert set(found.left) == {"Buy", "Wait"}
    assert found.idle == ()


# --- completions -----------------------------------------------------------------------------------------------

EARLY = dt.date(2022, 1, 1)
DRAWS = 6


@st.composite
def within(draw: st.DrawFn, cells: tuple[Cell, ...]) -> tuple[Cell, float | str | bool]:
    """A value in one of some parts."""
    cell = draw(st.sampled_from(cells))
    if cell.word is not None:
        return cell, cell.word
    low, high = max(cell.low, -1e13), min(cell.high, 1e13)
    near = st.sampled_from([x for x in (low, high, low + (high - low) / 2, low + 1.0, high - 1.0) if low <= x <= high])
    return cell, draw(st.one_of(near, st.floats(low, high)))


def completed(run: Run, values: dict[str, float | str | bool], judgement: str) -> tuple[str, ...]:
    """What is judged where names are known, evaluated from the start by the reference."""
    consts = {}
    for name, value in values.items():
        declared = run.program.declared(name)
        consts[name] = p.Const(declared.span, declared.type.single, value=value)  # type: ignore[attr-defined]
    return outcomes(run.with_settings(consts).evaluation, judgement)


def no_completion_contradicts_it(rules: RuleFile, data: st.DataObject) -> None:
    """Whatever the unknown figures turn out to be, what is judged is among what was said to be left, in the part where each of
    them lies; and what was said to change nothing changes nothing."""
    program = checked(rules.text).program
    assert program is not None
    facts: list[Fact] = data.draw(stores(program, EARLY, AS_OF, 6))
    run = ran(rules.text, company_of(facts, []))
    note(rules.text)
    note("\n".join(f"{f.name} {f.period} {f.value}" for f in facts))
    prepared = Prepared(run.evaluation, stated=False)
    asked = judgements(run.evaluation)
    undecided = settled(prepared, run.plain(), asked)
    if not undecided:
        return
    opened = {
        o.name: o.cells
        for o in Cells(prepared, run.plain(), frozenset(s.judgement for s in undecided)).open_names()
        if o.cells and run.evaluation.currencies.get(o.name) is None
    }
    for _ in range(DRAWS):
        drawn = {name: data.draw(within(cells), label=name) for name, cells in opened.items()}
        values = {name: value for name, (_, value) in drawn.items()}
        for found in undecided:
            there = completed(run, values, found.judgement)
            note(f"{found} {values} {there}")
            assert set(there) <= set(found.left)
            for decider in found.deciding:
                if decider.name in drawn:
                    lies = [left for cell, left in decider.left if _in(cell, values[decider.name])]
                    assert not lies or set(there) <= set(lies[0])
            for name in found.idle:
                if name in opened:
                    _, other = data.draw(within(opened[name]), label=f"another {name}")
                    assert completed(run, values | {name: other}, found.judgement) == there
            if found.exact:
                assert len(there) == 1


def _in(cell: Cell, value: float | str | bool) -> bool:
    return cell.word == value if cell.word is not None else isinstance(value, float) and cell.low <= value <= cell.high


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_completion_contradicts_what_is_said_to_be_left(rules: RuleFile, data: st.DataObject) -> None:
    no_completion_contradicts_it(rules, data)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_a_report_ranks_no_figure_that_it_says_changes_nothing(rules: RuleFile, data: st.DataObject) -> None:
    """What knowing a figure does to a verdict, and what settles that verdict, are one answer."""
    program = checked(rules.text).program
    assert program is not None
    report = ran(rules.text, company_of(data.draw(stores(program, EARLY, AS_OF, 6)), [])).report()
    for found in report.settlements:
        deciding = {d.name: d for d in found.deciding}
        for unknown in report.unknowns:
            for narrowed in (n for n in unknown.verdicts if n.verdict == found.judgement):
                assert unknown.name not in found.idle
                assert narrowed.now == len(found.left) > narrowed.then
                if found.exact:
                    ranges = deciding[unknown.name].ranges
                    assert {tuple(o) for o in narrowed.outcomes} == {tuple(r.outcomes) for r in ranges}
                assert {o for each in narrowed.outcomes for o in each} <= set(found.left)


@pytest.mark.soak
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_no_completion_contradicts_it_in_a_thousand_programs(rules: RuleFile, data: st.DataObject) -> None:
    no_completion_contradicts_it(rules, data)
