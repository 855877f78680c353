"""Signs: no rules that ship reward what is below 0 in a denominator, and none break on figures of any sign."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.program import program as p
from dsl.text.source import SourceFile
from dsl.types.units import Kind
from evaluator.engine.evaluation import Evaluation, State
from evaluator.facts.model import Company
from evaluator.known.bind import bind
from evaluator.render.page import render
from evaluator.session.reading import Failed
from evaluator.session.run import Run, run
from evaluator.values.values import Figure, Words
from tests.paths import ROOT
from tests.rules import free_signs
from tests.rules.free_signs import Figures, about, figures, flipped, free
from tests.support.runs import company, fact

RULES = ROOT / "rules"
PLACES = Library((RULES, RULES / "library"))
FILES = {path.stem: path for folder in (RULES, RULES / "library") for path in sorted(folder.glob("*.thesis"))}
JUDGING = [name for name in FILES if name not in ("company", "financials", "quarterly", "disclosures")]
SEEDS = st.integers(0, 2**32)


@cache
def checked(name: str) -> Checked:
    found = check_file(SourceFile.read(FILES[name]), PLACES)
    assert found.program is not None
    return found


def program(name: str) -> p.Program:
    found = checked(name).program
    assert found is not None
    return found


def ran(name: str, given_figures: Figures) -> Run:
    found = run(checked(name), about(program(name), given_figures), free_signs.AS_OF)
    assert isinstance(found, Run), [d.message for d in found.diagnostics]
    return found


def divisions(rules: p.Program) -> Iterator[tuple[str, p.Arithmetic]]:
    """Every division of the rules, with the name that it is part of."""
    for name in rules.order:
        for expr in rules.expressions(name):
            yield from ((name, n) for n in p.walk(expr) if isinstance(n, p.Arithmetic) and n.operator == "/")


def below(rules: p.Program) -> list[str]:
    """The inputs on which a denominator rests, and that can be below 0."""
    names = frozenset[str]().union(*(p.names_in(node.right) for _, node in divisions(rules)))
    return sorted(n for n in rules.upstream(names) if n in rules.inputs and free(rules.inputs[n]))


BY_CLAIM = {"Add after the pullback"}
"""The note's own claim of what has little profit or none: bought on its demand, once the price has fallen. A loss leads there by
`profitless`, and not by a ratio that it turns round."""


def bullish(evaluation: Evaluation, verdict: p.Verdict) -> set[str]:
    """Which outcomes of a table that speak for the company are still possible."""
    found = evaluation.of(verdict.name)
    assert isinstance(found, Words)
    return {row.outcome for row in verdict.rows if row.tone == "bullish"} & set(found.possible or ()) - BY_CLAIM


# --- what is below 0 in a denominator ---------------------------------------------------------------------------


def test_there_is_something_to_try() -> None:
    assert sum(len(below(program(name))) for name in JUDGING) >= 20
    assert "equity" in below(program("dupont"))
    assert "operating_cash" in below(program("alibaba"))


@pytest.mark.parametrize("name", JUDGING)
@given(seed=SEEDS)
@settings(max_examples=3, deadline=None)
def test_a_ratio_to_what_is_below_0_is_not_meaningful(name: str, seed: int) -> None:
    no_ratio_below_0(name, seed)


def no_ratio_below_0(name: str, seed: int) -> None:
    found = ran(name, figures(program(name), seed)).evaluation
    for owner, node in divisions(found.program):
        base = found.single(node.right)
        if isinstance(base, Figure) and base.high < 0:
            value = found.of(owner)
            assert isinstance(value, Figure), f"{owner} decides by {node.text}, and {node.right.text} is {base}"
            assert value.nm, f"{owner} is {value}, and {node.right.text} is {base}"


@pytest.mark.parametrize("name", JUDGING)
@given(seed=SEEDS, data=st.data())
@settings(max_examples=3, deadline=None)
def test_nothing_gets_better_by_a_denominator_below_0(name: str, seed: int, data: st.DataObject) -> None:
    rules = program(name)
    if below(rules):
        gets_no_better(name, data.draw(st.sampled_from(below(rules))), seed)


def gets_no_better(name: str, turned: str, seed: int) -> None:
    rules = program(name)
    drawn = figures(rules, seed)
    was, now = ran(name, drawn).evaluation, ran(name, flipped(drawn, turned, 1)).evaluation
    for condition in rules.conditions.values():
        if condition.side is p.Side.BULL and now.judged[condition.name].state is State.TRUE:
            assert was.judged[condition.name].state is State.TRUE, f"{condition.name}, by {turned} below 0"
    for verdict in rules.verdicts.values():
        assert not bullish(now, verdict) or bullish(was, verdict), f"{verdict.name}, by {turned} below 0"


@pytest.mark.parametrize("name", JUDGING)
@given(seed=SEEDS)
@settings(max_examples=2, deadline=None)
def test_figures_of_any_sign_with_gaps_make_a_report(name: str, seed: int) -> None:
    report = ran(name, figures(program(name), seed, gaps=True)).report()
    assert report.verdicts
    assert report.title in render(report, "md")


@pytest.mark.soak
@pytest.mark.parametrize("name", JUDGING)
def test_so_it_is_for_many_figures(name: str) -> None:
    for seed in range(60):
        no_ratio_below_0(name, seed)
        for turned in below(program(name)):
            gets_no_better(name, turned, seed)


# --- what is given as a positive amount --------------------------------------------------------------------------


def outflows() -> list[tuple[str, str]]:
    """Every input of the rules that ship that is money and cannot be below 0, with the file that declares it."""
    return [
        (name, n)
        for name in FILES
        for n, asked in program(name).inputs.items()
        if asked.origin == name and asked.type.kind is Kind.MONEY and not free(asked)
    ]


@pytest.mark.parametrize(("name", "asked"), outflows())
def test_a_printed_minus_is_refused_and_the_mend_says_so(name: str, asked: str) -> None:
    rules = program(name)
    drawn = {asked: tuple(-5e6 for _ in figures(rules, 1)[asked])}
    found = bind(rules, about(rules, drawn)).diagnostics
    assert {d.code for d in found} == {"F022"}
    assert rules.inputs[asked].title in found[0].message
    assert "leave the minus out" in (found[0].hint or "")


def test_expenses_outflows_and_debts_say_in_their_titles_that_they_are_positive() -> None:
    said = {n for name, n in outflows() if "as a positive amount" in program(name).inputs[n].title}
    owned = {"total_assets", "current_assets", "cash_held", "receivables", "inventory", "property", "gross_property",
             "risk_weighted_assets", "loans", "problem_assets", "intangibles", "earning_assets",
             "byproduct_sales", "metal_price", "liquid_funds", "quarter_total_assets", "quarter_current_assets", "quarter_receivables",
             "quarter_property", "arr", "arr_expansion", "market_value", "market_cap",
             "share_price", "price", "capex_plan", "backlog", "cloud_revenue", "compute_revenue", "earlier_cloud_revenue",
             "wider_cloud_revenue", "ai_revenue"}  # fmt: skip
    assert {n for _, n in outflows()} - said == owned
    assert {"interest_expense", "capital_spending", "capex", "amortised", "cost_of_sales", "long_term_debt"} <= said


DEBTOR = {"ebit": -90.0, "amortised": 350.0, "short_term_debt": 120.0, "long_term_debt": 900.0, "cash_held": 110.0}
"""A loss with interest to pay, in millions; made up."""


def debtor(interest: float) -> Company:
    lines = {**DEBTOR, "interest_expense": interest}
    return company(
        "".join(f"  {n}:\n{fact('FY2025', f'{x}m', '2026-02-15')}" for n, x in lines.items()), "USD", "12-31"
    )


def test_interest_with_the_printed_minus_is_no_comfort() -> None:
    """With the minus, EBIT of -90m was more than three times an interest of -70m."""
    refused = run(checked("net_debt_and_cover"), debtor(-70), free_signs.AS_OF)
    assert isinstance(refused, Failed)
    assert [d.code for d in refused.diagnostics] == ["F022"]
    judged = run(checked("net_debt_and_cover"), debtor(70), free_signs.AS_OF)
    assert isinstance(judged, Run)
    verdict = judged.evaluation.of("debt_verdict")
    assert isinstance(verdict, Words)
    assert verdict.possible == ("Strained",)
