"""A figure that is missing leaves a score open, says what is missing, and never lowers the score by default."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import pytest

from evaluator.engine.evaluation import Evaluation, State
from evaluator.values.values import Figure, Words
from tests.rules.statements import LINES, POINTS, SCORES, WELL, evaluated, outcomes, program, truth, value, well


def asked(module: str) -> Iterator[str]:
    """The inputs on which a module's judgements rest."""
    found = program(module)
    needed = {n for name in found.order for n in found.needs(name)}
    yield from (n for n in found.inputs if n in needed)


ASKED = [(module, name) for module in SCORES for name in asked(module)]


@cache
def without(module: str, name: str) -> Evaluation:
    """The good years without one figure."""
    return lacking(module, name, slice(None))


def lacking(module: str, name: str, years: slice) -> Evaluation:
    """The good years without one figure: in all years or in some."""
    lines = {n: list(figures) for n, figures in LINES.items()}
    points = {n: v for n, v in POINTS.items() if n != name}
    if name in lines:
        lines[name][years] = [math.nan] * len(lines[name][years])
    return evaluated(module, lines, points)


def _held(module: str, name: str, found: Evaluation) -> None:
    """No condition turns round, and the verdict of the full figures stays among the possible ones."""
    full = well(module)
    for condition in program(module).conditions.values():
        was, now = full.judged[condition.name].state, found.judged[condition.name].state
        assert now in (was, State.UNKNOWN), f"without {name} {condition.name} is {now}, and was {was}"
        if now is State.UNKNOWN:
            causes = found.judged[condition.name].truth.causes
            assert name in {c.name for c in causes}, f"{condition.name} does not say that {name} is missing"
    verdict, outcome = WELL[module]
    assert outcome in outcomes(found, verdict)
    words = value(found, verdict)
    assert isinstance(words, Words)
    if not words.known:
        assert name in {c.name for c in words.causes}


@pytest.mark.parametrize(("module", "name"), ASKED)
def test_without_a_figure_no_score_is_lower(module: str, name: str) -> None:
    _held(module, name, without(module, name))


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, n in ASKED if n in LINES])
@pytest.mark.parametrize("years", [slice(-1, None), slice(-2, -1)], ids=["last", "before"])
def test_without_a_year_of_it_no_score_is_lower(module: str, name: str, years: slice) -> None:
    _held(module, name, lacking(module, name, years))


def test_something_is_lost_with_most_figures() -> None:
    """So that the tests above are no tests of figures that nobody reads."""
    open_now = {(m, n) for m, n in ASKED if len(outcomes(without(m, n), WELL[m][0])) > 1}
    rest = {(m, n) for m, n in ASKED} - open_now
    assert rest <= {
        # these stand in a second score, or in texts, and the verdict does not rest on them
        ("altman_z", "equity"),
        ("dupont", "pretax_earnings"),
        ("dupont", "ebit"),
        ("quality_of_earnings", "amortised"),
        ("quality_of_earnings", "cash_held"),
        ("quality_of_earnings", "current_assets"),
        ("quality_of_earnings", "current_liabilities"),
        ("quality_of_earnings", "short_term_debt"),
        ("quality_of_earnings", "taxes_payable"),
        ("quality_of_earnings", "cash_from_investing"),
        ("bank_scorecard", "earning_assets"),
        ("dividend_safety", "buybacks"),
        ("fair_value", "buybacks"),
        ("fair_value", "dividends_paid"),
        ("fair_value", "dividends_per_share"),
        ("fair_value", "earnings_per_share"),
        ("fair_value", "market_value"),
        ("dividend_safety", "net_borrowing"),
        ("miner", "growth_capital"),
        ("montier_c", "market_value"),
        ("net_net", "cash_held"),
        ("net_net", "inventory"),
        ("net_net", "receivables"),
        ("net_net", "shares_outstanding"),
        ("peg", "dividends_per_share"),
        ("saas", "sales_and_marketing"),
        # without its sector a company is taken for one that the score fits, and a report says so
        *((module, "sector") for module in SCORES),
        # those of the fiscal year stand in the score of the year, beside that of the trailing one
        *(("beneish_ttm", name) for name in program("financials").inputs),
        # the bounds of what is missing decide: assets, debt and depreciation are not below 0
        ("altman_z", "current_assets"),
        ("beneish_m_score", "long_term_debt"),
        ("beneish_m_score", "current_liabilities"),
        ("net_debt_and_cover", "amortised"),
        ("quality_of_earnings", "total_assets"),
        ("bank_scorecard", "loan_allowance"),
        ("beneish_ttm", "quarter_current_liabilities"),
        ("beneish_ttm", "quarter_long_term_debt"),
        # neither cash nor interest is below 0: what either adds makes it worth more
        ("fair_value", "cash_held"),
        ("fair_value", "interest_expense"),
        ("miner", "byproduct_sales"),
        ("net_net", "preferred_stock"),
        ("ohlson_o", "amortised"),
        # liabilities above the current assets: there is nothing to buy, whatever it costs
        ("net_net", "earnings"),
        ("net_net", "market_value"),
        # one sign of nine: at eight or nine it is strong either way
        ("piotroski_f_score", "cost_of_sales"),
        ("piotroski_f_score", "current_assets"),
        ("piotroski_f_score", "current_liabilities"),
        ("piotroski_f_score", "long_term_debt"),
        ("piotroski_f_score", "shares_outstanding"),
        # one sign of six: one is as few as none
        ("montier_c", "cash_from_operations"),
        ("montier_c", "cash_held"),
        ("montier_c", "cost_of_sales"),
        ("montier_c", "current_assets"),
        ("montier_c", "depreciation_expense"),
        ("montier_c", "earnings"),
        ("montier_c", "gross_property"),
        ("montier_c", "total_assets"),
    }


@pytest.mark.parametrize("name", [n for n in asked("piotroski_f_score") if n != "sector"])
def test_the_f_score_becomes_a_range_that_holds_the_full_one(name: str) -> None:
    found, full = value(without("piotroski_f_score", name), "f_score"), value(well("piotroski_f_score"), "f_score")
    assert isinstance(found, Figure)
    assert isinstance(full, Figure)
    assert full.is_exact
    assert found.low < found.high, "a sign that is unknown makes the score a range"
    assert found.low <= full.low <= found.high
    assert truth(without("piotroski_f_score", name), "f_weak") is not True


def test_with_no_facts_at_all_everything_is_open() -> None:
    for module in SCORES:
        found = evaluated(module, {}, {})
        verdict, outcome = WELL[module]
        assert len(outcomes(found, verdict)) > 1, module
        assert outcome in outcomes(found, verdict)
