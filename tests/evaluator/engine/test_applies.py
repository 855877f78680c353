"""`applies when` of tables and pillars, and of whole modules: what does not apply says nothing, and what may not says so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program.declared import DOES_NOT_APPLY
from dsl.text.files import DISK, Overlay
from dsl.text.source import SourceFile
from evaluator.engine.evaluation import Evaluation, State
from evaluator.engine.verdicts import score
from evaluator.explore.if_known import missing_figures
from evaluator.prepared.prepared import Prepared
from evaluator.session.run import Run, run
from evaluator.values.values import Figure, May, Words
from tests.support.runs import AS_OF, company, fact, ran
from tests.support.strategies import RuleFile, rule_files

RULES = """rules main
input there : flag
input x : number
input y : number
pillar p "P?" applies when there
pillar q "Q?"
bull b on p when x > 1
bull c on p, q when x > 2
bear d on q when y > 1
verdict v "V"
  applies when there
  when x > 1 then "High"
  otherwise "Low"
verdict w "W"
  when v is "High"     then "reads high"
  when v is not "High" then "reads not high"
  when v is known      then "reads something"
  otherwise                 "reads nothing"
"""


def facts(**values: str) -> str:
    return "".join(f"  {n}:\n{fact('2026-01-01', v, '2026-01-01', key='date')}" for n, v in values.items())


def evaluated(**values: str) -> Evaluation:
    return ran(RULES, company(facts(**values)) if values else None).evaluation


def words(evaluation: Evaluation, name: str) -> tuple[str, ...]:
    found = evaluation.values[name]
    assert isinstance(found, Words)
    assert found.possible is not None
    return found.possible


def test_where_it_does_not_hold_the_table_the_pillar_and_its_conditions_say_nothing() -> None:
    e = evaluated(there="no", x="5", y="0")
    assert words(e, "v") == words(e, "p") == (DOES_NOT_APPLY,)
    assert (e.judged["b"].state, e.judged["c"].state) == (State.NOT_APPLICABLE, State.TRUE)
    assert words(e, "w") == ("reads nothing",), "what asks for it is not meaningful, one way and the other"
    assert [t.possible for t in e.rows["w"]] == [May.NM, May.NM, May.FALSE, May.TRUE]
    found = score(e)
    assert found is not None
    assert found.low == found.high == 0.5, "c alone counts, for and against"


def test_where_it_is_not_known_both_are_possible() -> None:
    e = evaluated(x="5", y="0")
    assert words(e, "v") == ("High", DOES_NOT_APPLY)
    assert words(e, "p") == ("supported", DOES_NOT_APPLY)
    assert e.judged["b"].state is State.UNKNOWN
    assert words(e, "w") == ("reads high", "reads nothing")
    assert {c.name for c in e.values["v"].causes} == {"there"}  # type: ignore[union-attr]


def test_what_does_not_apply_asks_for_no_figures() -> None:
    away = ran(RULES.replace("c on p, q", "c on p"), company(facts(there="no"))).evaluation
    assert [m.name for m in missing_figures(Prepared(away))] == ["y"]
    here = ran(RULES, company(facts(there="yes"))).evaluation
    assert {m.name for m in missing_figures(Prepared(here))} == {"x", "y"}


@pytest.mark.parametrize(("there", "applicable"), [("yes", "yes"), ("no", "no"), ("unknown", "unknown")])
def test_a_report_says_whether_it_applies(there: str, applicable: str) -> None:
    model = ran(RULES, company(facts(there=there, x="5", y="0"))).report()
    verdict = next(v for v in model.verdicts if v.name == "v")
    assert verdict.applicable == applicable
    assert verdict.decided is (applicable == "yes")
    assert verdict.applies == "there"
    if applicable == "no":
        assert verdict.because == "there is false"


# --- laws ------------------------------------------------------------------------------------------------------

DAY = dt.date(2026, 5, 14)
ABOUT = facts(own="3", other="1")
TOP = (
    'input there "There" : flag\ninput own "Own" : number\ninput other "Other" : number\npillar mine "M?"\n'
    "bull good on mine weight 2 when own > 2\nbear bad on mine when other > 2\n"
    'verdict stance "S"\n  when good then "Yes"\n  otherwise "No"\n'
)


def taken(module: str, uses: str, there: str) -> Run:
    files = Library((Path(),), Overlay({Path("drawn.thesis"): module}, DISK))
    checked = check_file(SourceFile("t.thesis", f'thesis t "T" for AAA since 2026-01-01 {uses}\n{TOP}'), files)
    assert checked.program is not None, checked.diagnostics
    found = run(checked, company(ABOUT + facts(there=there)), AS_OF)
    assert isinstance(found, Run)
    return found


@given(rule_files(3, 2))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_module_that_does_not_apply_is_as_if_it_were_not_there(rules: RuleFile) -> None:
    """What the thesis says itself, its score and what it lacks are those without the module."""
    away, without = taken(rules.text, "uses drawn as z when there", "no"), taken(rules.text, "", "no")
    for name in without.evaluation.program.order:
        assert away.evaluation.of(name) == without.evaluation.of(name)
    assert _score(away) == _score(without)
    lacking = [[m.name for m in missing_figures(Prepared(r.evaluation))] for r in (away, without)]
    assert lacking[0] == lacking[1]


@given(rule_files(3, 2))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_module_that_applies_is_as_if_nothing_were_asked(rules: RuleFile) -> None:
    there, plain = taken(rules.text, "uses drawn as z when there", "yes"), taken(rules.text, "uses drawn", "yes")
    for name in plain.evaluation.program.conditions:
        mine = there.evaluation.judged.get(f"z.{name}") or there.evaluation.judged[name]
        assert mine.state is plain.evaluation.judged[name].state
    for name in (*plain.evaluation.program.verdicts, *plain.evaluation.program.pillars):
        other = f"z.{name}" if f"z.{name}" in there.evaluation.values else name
        assert words(there.evaluation, other) == words(plain.evaluation, name)
    assert _score(there) == _score(plain)


@given(rule_files(3, 2), st.sampled_from(["uses drawn as z when there"]))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_where_it_is_not_known_all_that_may_come_is_possible(rules: RuleFile, uses: str) -> None:
    """Soundness: what is said in either case is among what is possible where nobody knows which it is (but for what asks
    what is known, which is true of one and false of the other)."""
    assume("known" not in rules.text)
    unknown, cases = (
        taken(rules.text, uses, "unknown").evaluation,
        [taken(rules.text, uses, w).evaluation for w in ("yes", "no")],
    )
    for name in (*unknown.program.verdicts, *unknown.program.pillars):
        assert {w for case in cases for w in words(case, name)} <= set(words(unknown, name))
    for case in cases:
        mine, wide = score(case), score(unknown)
        if mine is not None:
            assert wide is not None
            assert wide.low <= mine.low + 1e-9
            assert mine.high <= wide.high + 1e-9


def _score(found: Run) -> tuple[float, float] | None:
    value = score(found.evaluation)
    return (value.low, value.high) if isinstance(value, Figure) else None
