"""The modules of known scores: they check, their examples pass, and they calculate what the papers say."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import mutate_library
from dsl.text.diagnostics import to_text
from evaluator.engine.evaluate import param_version
from evaluator.examples.running import run_examples
from evaluator.session.reading import load_facts
from tests.rules.statements import (
    DECLARING,
    FOLDER,
    LINES,
    POINTS,
    QUARTERLY,
    SCORES,
    STUMBLED,
    checked,
    differences,
    number,
    outcomes,
    program,
    ran,
    read_case,
    truth,
)

MODULES = [*SCORES, *DECLARING]


@pytest.mark.parametrize("module", MODULES)
def test_it_checks_without_a_word(module: str) -> None:
    assert [to_text(d) for d in checked(module).diagnostics] == []


@pytest.mark.parametrize("module", SCORES)
def test_its_examples_pass(module: str) -> None:
    found = run_examples(program(module), dt.date(2026, 1, 1))
    assert found
    assert [
        (e.output.title, [x.written for x in e.output.expectations if x.holds != "true"]) for e in found if not e.passed
    ] == []


@pytest.mark.parametrize("module", SCORES)
def test_every_param_names_its_source(module: str) -> None:
    for param in program(module).params.values():
        version = param_version(param, dt.date(2026, 1, 1))
        assert version is not None
        assert version.source, param.name


@pytest.mark.parametrize("module", SCORES)
def test_it_says_whom_it_follows(module: str) -> None:
    head = (FOLDER / f"{module}.thesis").read_text("utf-8").partition("\nrules ")[0]
    assert re.search(r"#( Sources?|.*and versions)", head)
    assert re.search(r"\b(19|20)\d\d\b", head)


def test_names_of_different_scores_never_meet() -> None:
    seen: dict[str, str] = {}
    for module in SCORES:
        own = [n for n in program(module).order if program(module).declared(n).origin == module]
        assert own
        for name in own:
            assert name not in seen, f"{module} and {seen[name]} both declare {name}"
            seen[name] = module


# --- published examples ----------------------------------------------------------------------------


def test_amazon_2018_scores_7_as_published() -> None:
    company, _ = load_facts(read_case("AMZN_2018.yaml"))
    assert company is not None
    found = ran(checked("piotroski_f_score"), company, dt.date(2020, 1, 31)).evaluation
    signs = ("f_profit", "f_cash", "f_roa_up", "f_cash_backed", "f_leverage_down", "f_liquidity_up", "f_no_issue",
             "f_margin_up", "f_turnover_up")  # fmt: skip
    assert [int(bool(truth(found, s))) for s in signs] == [1, 1, 1, 1, 1, 1, 0, 1, 0]
    assert number(found, "f_score") == 7
    assert outcomes(found, "f_verdict") == ("In between",)


def test_salesforce_2025_makes_about_42_on_cash_as_published() -> None:
    company, _ = load_facts(read_case("CRM_2025.yaml"))
    assert company is not None
    found = ran(checked("rule_of_40"), company, dt.date(2025, 12, 31)).evaluation
    assert number(found, "r40_cash_margin") == pytest.approx(0.328, abs=0.0005)
    assert number(found, "r40_cash_score") == pytest.approx(0.42, abs=0.006)
    left = outcomes(found, "r40_verdict")
    assert len(left) > 1, "EBITDA is unknown, and so is whether it passes on both"
    assert "Falls short" not in left


# --- against the papers ----------------------------------------------------------------------------


@pytest.mark.parametrize("module", SCORES)
def test_a_company_in_good_health(module: str) -> None:
    assert differences(module, checked(module)) == []
    assert differences(module, checked(module), STUMBLED, comes_well=False) == []


YEARS = st.lists(st.integers(1, 10**6), min_size=3, max_size=3).map(lambda years: [float(x) * 1e3 for x in years])
SIGNED = ("earnings", "cash_from_operations", "retained_earnings", "ebit", "pretax_earnings", "equity", "sales",
          "income_taxes", "cash_from_investing", "net_borrowing", "cet1_capital", "net_interest_income", "other_income")  # fmt: skip
"""Lines that can be below 0 in life."""


@st.composite
def statements(draw: st.DrawFn) -> dict[str, list[float]]:
    """Three years of any figures; what can be negative in life is, at times, or 0, as is interest."""
    lines = {name: draw(YEARS) for name, figures in LINES.items() if len(figures) == 3}
    sign = st.sampled_from([1.0, 1.0, 1.0, 1.0, -1.0, 0.0])
    for name in SIGNED:
        lines[name] = [x * draw(sign) for x in lines[name]]
    lines["interest_expense"] = [x * abs(draw(sign)) for x in lines["interest_expense"]]
    quarters = st.lists(st.integers(1, 10**6), min_size=8, max_size=8).map(
        lambda found: [float(x) * 1e3 for x in found]
    )
    lines |= {name: draw(quarters) for name in sorted(QUARTERLY)}
    for name in ("revenue", "operating_cash", "quarter_earnings"):
        lines[name] = [x * draw(sign) for x in lines[name]]
    cents = st.integers(-100, 500).map(lambda c: c / 100)
    lines["earnings_per_share"] = draw(st.lists(cents, min_size=21, max_size=21))
    lines["dividends_per_share"] = [draw(st.sampled_from([0.0, 0.5])) if n == 3 else 0.5 for n in range(21)]
    lines["book_value_per_share"] = [1.0, 1.0, float(draw(st.integers(-5, 40)))]
    for year in range(3):  # a margin, or soft assets, of exactly 0 may come out next to it
        lines["cost_of_sales"][year] += 1.0 if lines["cost_of_sales"][year] == lines["sales"][year] else 0.0
        lines["total_assets"][year] += lines["current_assets"][year] + lines["property"][year]
    for quarter in range(8):
        soft = lines["quarter_current_assets"][quarter] + lines["quarter_property"][quarter]
        lines["quarter_total_assets"][quarter] += soft
    return lines


@pytest.mark.parametrize("module", SCORES)
@given(lines=statements(), price=st.integers(1, 100))
@settings(max_examples=12, deadline=None)
def test_it_calculates_what_the_papers_say(module: str, lines: dict[str, list[float]], price: int) -> None:
    assert differences(module, checked(module), lines, {**POINTS, "share_price": price}, comes_well=False) == []


# --- examples notice changes -------------------------------------------------------------------------


@pytest.mark.parametrize("every", [pytest.param(20, marks=pytest.mark.soak), 120])
@pytest.mark.parametrize("module", SCORES)
def test_most_changes_are_noticed(module: str, every: int) -> None:
    """Every hundred-and-twentieth change, four at least, in a soak every twentieth; `benchmarks.mutate_library` tries all."""
    found = list(mutate_library.mutants(module, (FOLDER / f"{module}.thesis").read_text("utf-8")))
    share = mutate_library.judge(found[:: min(every, len(found) // 4)])
    assert share.tried
    assert len(share.past_own) <= 1, [str(m) for m in share.past_own]


def test_rows_that_never_hold_together_may_change_places_and_others_may_not() -> None:
    text = (FOLDER / "altman_z.thesis").read_text("utf-8")
    swaps = [m for m in mutate_library.mutants("altman_z", text) if m.swapped is not None]
    assert [mutate_library.is_no_change(m) for m in swaps] == [True]
    text = (FOLDER / "rule_of_40.thesis").read_text("utf-8")
    swaps = [m for m in mutate_library.mutants("rule_of_40", text) if m.swapped is not None]
    assert [mutate_library.is_no_change(m) for m in swaps] == [False, False, False, True]
