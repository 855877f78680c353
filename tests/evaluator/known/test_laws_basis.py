"""The law of splits: on no day does a growth rate differ from that of the same figures on one basis of shares.

Held for what filings show, over drawn histories, and for tables of splits beside facts kept by hand.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.source import SourceFile
from evaluator.facts.model import Company
from evaluator.readers.assemble import assemble
from evaluator.readers.filings import filings
from evaluator.readers.rows import Settings
from evaluator.values.series import Series
from tests.support.filed import EPS, SHARES, Filed, balance, company_facts, flow
from tests.support.runs import HEAD, TAIL, company, fact, number, ran

FIRST, YEARS = 2010, 9
RATIOS = [Fraction(r) for r in ("2", "3/2", "7", "20", "29/5", "1/10", "1/25", "21/20", "100")]
WEIGHTED = "us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding"
RULES = (
    "input earnings_per_share : money per share per year\ninput shares_outstanding : count per year balance\n"
    "kill k when earnings_per_share < 0 or shares_outstanding < 1\n"
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Filed], dict[int, Fraction], dict[int, Fraction], dict[int, Fraction]]:
    """Ten years of reports with splits between some of them; the figures on the basis of the first year, and the ratio of
    the split, if any, that came before each report."""
    # As companies print them: of round figures, which may be rounded ones, no split is sure.
    exact = st.integers(10_001, 99_999).filter(lambda n: n % 10 != 0)
    eps = {FIRST + n: Fraction(draw(exact)) for n in range(YEARS)}
    shares = {FIRST + n: Fraction(draw(exact) * 10**6) for n in range(YEARS)}
    splits = {
        y: draw(st.sampled_from(RATIOS)) for y in draw(st.sets(st.integers(FIRST + 1, FIRST + YEARS - 1), max_size=3))
    }
    basis = Fraction(1)
    filed: list[Filed] = []
    for year in eps:
        basis *= splits.get(year, Fraction(1))
        day = f"{year + 1}-02-10"
        for of in range(max(FIRST, year - 2), year + 1):
            span = f"{of}-01-01..{of}-12-31"
            filed.append(flow(EPS, span, round(float(eps[of] / basis), 6), day, "10-K", "USD/shares"))
            filed.append(flow(WEIGHTED, span, float(round(shares[of] * basis)), day, "10-K", "shares"))
        for of in range(max(FIRST, year - 1), year + 1):
            filed.append(balance(SHARES, f"{of}-12-31", float(round(shares[of] * basis)), day))
    return filed, eps, shares, splits


def read(figures: list[Filed]) -> Company:
    reading = filings.read(
        SourceFile("companyfacts.json", company_facts(figures)), Settings(ticker="X", currency="USD")
    )
    found, _ = assemble([reading], "companyfacts.json")
    assert found is not None
    return found


def growth(about: Company, name: str, day: dt.date, rules: str = RULES) -> dict[int, float]:
    """The growth of each year over the one before, as known on a day."""
    series = ran(HEAD + rules + TAIL, about, day).evaluation.view.values[name]
    assert isinstance(series, Series)
    values = {o: number(v) for o, v in series.points.items() if v.known}
    return {o: v / values[o - 1] - 1 for o, v in values.items() if o - 1 in values}


@given(histories(), st.integers(0, YEARS * 365))
def test_filings_never_hold_one_basis_against_the_other(
    drawn: tuple[list[Filed], dict[int, Fraction], dict[int, Fraction], dict[int, Fraction]], late: int
) -> None:
    figures, eps, shares, splits = drawn
    about = read(figures)
    assert [s.ratio for s in about.splits] == [splits[y] for y in sorted(splits)]
    day = dt.date(FIRST + 1, 2, 10) + dt.timedelta(days=late)
    for name, true in (("earnings_per_share", eps), ("shares_outstanding", shares)):
        for year, found in growth(about, name, day).items():
            assert found == pytest.approx(float(true[year] / true[year - 1] - 1), rel=1e-3, abs=1e-4), (name, year)


@given(histories(), st.integers(0, YEARS * 365))
def test_a_split_is_known_from_the_first_filing_that_shows_it_and_never_before(
    drawn: tuple[list[Filed], object, object, dict[int, Fraction]], late: int
) -> None:
    figures, _, _, splits = drawn
    day = dt.date(FIRST + 1, 2, 10) + dt.timedelta(days=late)
    then = [f for f in figures if dt.date.fromisoformat(f.filed) <= day]
    assert [s for s in read(figures).splits if s.since <= day] == list(read(then).splits)
    assert [s.since for s in read(figures).splits] == [dt.date(y + 1, 2, 10) for y in sorted(splits)]


@given(st.sampled_from(RATIOS), st.integers(FIRST + 1, FIRST + 5), st.integers(0, 7 * 365))
def test_a_table_of_splits_holds_for_facts_kept_by_hand(ratio: Fraction, year: int, late: int) -> None:
    """The figures of a year are published in the February after it; the split is on the first of July."""
    eps = {FIRST + n: 1000 + 173 * n for n in range(7)}
    text = "  eps:\n"
    for of, value in eps.items():
        given_as = Fraction(value) / ratio if of >= year else Fraction(value)
        text += fact(f"FY{of}", f"{float(given_as):.9f}", f"{of + 1}-02-10")
    text += "  sh:\n"
    for of, value in eps.items():
        given_as = Fraction(value * 10**6) * ratio if of >= year else Fraction(value * 10**6)
        text += fact(f"FY{of}", round(given_as), f"{of + 1}-02-10")
    table = f'splits:\n  - {{date: {year}-07-01, ratio: "{ratio.numerator}:{ratio.denominator}", source: "S"}}\n'
    about = company(text, ends="12-31", more=table)
    rules = 'input eps : money per share per year\ninput sh "Shares" : count per year balance\nkill k when eps < 0 or sh < 1\n'
    day = dt.date(FIRST + 1, 2, 10) + dt.timedelta(days=late)
    for name in ("eps", "sh"):
        for of, found in growth(about, name, day, rules).items():
            assert found == pytest.approx(eps[of] / eps[of - 1] - 1, rel=1e-6)


CASE = """  eps:
    - {period: FY2022, value: 9.21, published: 2023-02-15, kind: reported, source: "made up"}
    - {period: FY2023, value: 9.21, published: 2024-02-15, kind: reported, source: "made up"}
    - {period: FY2024, value: 9.21, published: 2025-02-15, kind: reported, source: "made up"}
    - {period: FY2025, value: 2.98, published: 2026-02-15, kind: reported, source: "made up"}
  count:
    - {period: FY2024, value: 5bn shares, published: 2025-02-15, kind: reported, source: "made up"}
    - {period: FY2025, value: 20bn shares, published: 2026-02-15, kind: reported, source: "made up"}
  staff:
    - {period: FY2024, value: 5000, published: 2025-02-15, kind: reported, source: "made up"}
    - {period: FY2025, value: 20000, published: 2026-02-15, kind: reported, source: "made up"}
  price:
    - {date: 2025-06-06, value: 400, published: 2025-06-06, kind: reported, source: "made up"}
    - {date: 2025-06-09, value: 101, published: 2025-06-09, kind: reported, source: "made up"}
    - {date: 2025-06-10, value: 99, published: 2025-06-10, kind: reported, source: "made up"}
"""
CASE_RULES = """input eps : money per share per year
input count : count per year balance
input staff : count per year balance
input price : money per share per day
metric growth = yoy(eps)
metric more = yoy(count)
metric people = yoy(staff)
metric pe : multiple = latest(price) / latest(eps)
metric fall = drawdown(price, 4 days)
kill k when growth < -90% or more > 900% or people > 900% or pe > 900x or fall > 99%
"""
SPLIT = 'splits:\n  - {date: 2025-06-09, ratio: 4, source: "made up"}\n'


def seen(facts: str, day: str, more: str) -> dict[str, float]:
    evaluation = ran(
        HEAD + CASE_RULES + TAIL, company(facts, "USD", "12-31", more), dt.date.fromisoformat(day)
    ).evaluation
    return {name: number(evaluation.of(name)) for name in ("growth", "more", "people", "pe", "fall")}


def test_what_is_no_share_keeps_its_figures_and_prices_are_split_as_well() -> None:
    found = seen(CASE, "2026-03-01", SPLIT)
    assert found["growth"] == pytest.approx(2.98 / (9.21 / 4) - 1)
    assert found["more"] == pytest.approx(0)
    assert found["people"] == pytest.approx(3)
    assert found["pe"] == pytest.approx(99 / 2.98)
    assert found["fall"] == pytest.approx(1 - 99 / 101)


def test_a_price_meets_earnings_on_one_basis_from_the_day_of_the_split() -> None:
    rules = HEAD + CASE_RULES + TAIL
    for day, pe in (("2025-06-08", 400 / 9.21), ("2025-06-09", 101 / (9.21 / 4))):
        evaluation = ran(rules, company(CASE, "USD", "12-31", SPLIT), dt.date.fromisoformat(day)).evaluation
        assert number(evaluation.of("pe")) == pytest.approx(pe)


def test_closes_that_a_vendor_put_on_the_new_basis_are_not_divided_once_more() -> None:
    adjusted = CASE.replace("value: 400,", "value: 100,")
    assert seen(adjusted, "2026-03-01", SPLIT)["fall"] == pytest.approx(1 - 99 / 101)


def test_a_report_says_what_a_figure_was_and_by_which_split_it_was_brought_here() -> None:
    report = ran(HEAD + CASE_RULES + TAIL, company(CASE, "USD", "12-31", SPLIT), dt.date(2026, 3, 1)).report()
    (old,) = [f for f in report.facts if f.name == "eps" and f.period == "FY2024"]
    assert (old.value, old.kind) == ("2.303 USD", "derived")
    assert old.note == "9.21 as it was published, on the basis after the 4-for-1 split of 2025-06-09"
    assert report.restated == []
