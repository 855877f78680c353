"""What an evaluation says of each expression: as if it were asked anew; and a report asks for nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.program import program as p
from evaluator.engine import expressions
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import ask, evaluate, evaluate_again
from evaluator.engine.evaluation import World
from evaluator.facts.model import Company
from evaluator.report.report import build_report
from evaluator.session.places import library
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from evaluator.values.series import Value
from evaluator.values.values import Figure
from tests.evaluator.known.test_laws_asof import CHECKED, SHIPPED
from tests.paths import ROOT
from tests.support.fact_strategies import AS_OF, company, rates, stores
from tests.support.runs import checked, ran
from tests.support.runs import company as written
from tests.support.strategies import RuleFile, rule_files


def facts_of(ticker: str) -> Company:
    found, _ = load_facts(ROOT / "rules" / "facts" / f"{ticker}.yaml", ticker=ticker)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "ticker"), [("alibaba", "BABA"), ("ai_infrastructure", "MSFT")])
@pytest.mark.parametrize("settings", [{}, {"cloud_growth": "10%"}])
def test_a_report_evaluates_nothing(
    name: str, ticker: str, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dsl.lowering.settings import read_settings

    rules = CHECKED[[path.stem for path in SHIPPED].index(name)]
    assert rules.program is not None
    given, problems = read_settings(rules.program, [f"{n}={v}" for n, v in settings.items()])
    assert not problems
    found = run(rules, facts_of(ticker), dt.date(2026, 5, 14), given, library())
    assert isinstance(found, Run)
    beside = found.beside()

    def evaluated(*_: object) -> None:
        raise AssertionError("an expression was evaluated")

    monkeypatch.setattr(expressions.Engine, "value", evaluated)
    report = build_report(found.evaluation, beside, found.graph, found.company)
    assert report.conditions
    assert report.scenarios or name != "alibaba"


def every_expression(program: p.Program) -> list[p.Expr]:
    roots = [e for name in program.order for e in program.expressions(name) if name not in program.params]
    roots = [r for r in roots if not {"previous", "step"} & p.names_in(r)]
    return [e for root in roots for e in p.walk(root) if not isinstance(e, p.Window)]


def drawn_run(file: RuleFile, data: st.DataObject) -> Run:
    rules = checked(file.text)
    assert rules.program is not None
    first = AS_OF - dt.timedelta(days=900)
    facts = data.draw(stores(rules.program, first, AS_OF, 12))
    found = run(rules, company(facts, data.draw(st.lists(rates(first, AS_OF), max_size=2))), AS_OF)
    assert isinstance(found, Run)
    return found


@settings(max_examples=40)
@given(rule_files(), st.data())
def test_the_trace_says_what_asking_anew_says(file: RuleFile, data: st.DataObject) -> None:
    evaluation = drawn_run(file, data).evaluation
    for expr in every_expression(evaluation.program):
        assert evaluation.single(expr) == ask(evaluation, expr), expr.address


@settings(max_examples=40)
@given(rule_files(), st.data())
def test_asking_with_other_values_takes_over_nothing_that_rests_on_them(file: RuleFile, data: st.DataObject) -> None:
    evaluation = drawn_run(file, data).evaluation
    figures = [n for n, x in evaluation.values.items() if isinstance(x, Figure) and n in evaluation.program.inputs]
    if not figures:
        return
    name = data.draw(st.sampled_from(figures))
    instead: dict[str, Value] = {name: Figure.exact(data.draw(st.sampled_from([-2.0, 0.0, 0.1, 7.0])))}
    forgetful = replace(evaluation, whole={})
    for expr in every_expression(evaluation.program):
        assert ask(evaluation, expr, instead=instead) == ask(forgetful, expr, instead=instead), expr.address


@settings(max_examples=40)
@given(rule_files(), st.data())
def test_evaluating_again_what_can_change_is_evaluating_all(file: RuleFile, data: st.DataObject) -> None:
    """Deciding a comparison by force: only what stands downstream is evaluated again, and nothing else differs."""
    found = drawn_run(file, data)
    program, before = found.program, found.evaluation
    owners = [n for n in program.order if any(list(p.atoms(e)) for e in program.expressions(n))]
    if not owners:
        return
    owner = data.draw(st.sampled_from(owners))
    atom = data.draw(st.sampled_from([a for e in program.expressions(owner) for a in p.atoms(e)]))
    world = World(forced={atom.address: data.draw(st.booleans())})
    order = graphs.order(found.graph)
    again = evaluate_again(before, program.downstream([owner]), world)
    anew = evaluate(program, order, before.view, world, program.sentences, before.events, before.past)
    assert again.values == anew.values
    assert again.judged == anew.judged
    assert again.rows == anew.rows
    named = {a: t for a, t in anew.trace.items() if ".because." not in a}
    assert {a: t for a, t in again.trace.items() if a in named} == named


def test_what_a_value_rests_on_has_one_number_whatever_is_evaluated_first() -> None:
    """A fallback that is not asked for in one world leaves the numbers of the others as they are."""
    found = ran(
        'rules main\ninput a : money per quarter\ninput b : money per quarter at least 0\nparam c = 5% own "A guess"\n'
        'pillar p "?"\nbull one on p when first_known(a, 1bn USD) < 46bn USD\nbull two on p when first_known(a, 0 USD) < b + 1 USD\n'
        "bull three on p when b / (b + 1 USD) < c\n",
        written(""),
    )
    program, before = found.program, found.evaluation
    (atom,) = p.atoms(program.conditions["one"].when)
    world = World(forced={atom.address: False})
    order = graphs.order(found.graph)
    anew = evaluate(program, order, before.view, world, program.sentences, before.events, before.past)
    again = evaluate_again(before, program.downstream(["one"]), world)
    assert before.of("two").facts
    assert again.values == anew.values
    assert again.assumptions == anew.assumptions == before.assumptions
    assert before.assumptions[-min(before.of("two").facts) - 1].text == "0 USD"


RATES = (
    "exchange_rates:\n  - {of: USD, to: CNY, date: 2026-05-01, value: 7, published: 2026-05-01, source: S}\n"
    "  - {of: HKD, to: CNY, date: 2026-05-01, value: 0.9, published: 2026-05-01, source: S}\n"
)


def test_a_scenario_that_needs_a_rate_does_not_change_the_rates_that_the_report_used() -> None:
    rules = 'rules main\ninput a : money\npillar p "?"\nbull b on p when a > 1bn USD\n'
    about = written(
        "  a:\n    - {date: 2026-05-01, value: 8bn, published: 2026-05-02, kind: reported, source: S}\n", more=RATES
    )
    plain = ran(rules, about).report()
    beside = ran(rules + 'scenario s "S" probability 10% assume a = 3bn HKD\n', about).report()
    assert [x.text for x in plain.exchange_rates] == ["1 USD = 7 CNY"]
    assert beside.exchange_rates == plain.exchange_rates


def test_evaluating_leaves_the_view_as_it_was() -> None:
    rules = 'rules main\ninput a : money\npillar p "?"\nbull b on p when a > 1bn USD\n'
    about = written(
        "  a:\n    - {date: 2026-05-01, value: 8bn, published: 2026-05-02, kind: reported, source: S}\n", more=RATES
    )
    found = ran(rules, about)
    assert found.evaluation.view.rates_used == ()
    assert [x.of for x in found.evaluation.rates_used] == ["USD"]
