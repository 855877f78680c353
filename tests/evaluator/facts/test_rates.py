"""Which rate of exchange converts which figure: the latest known, or that of the figure's own time where it is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.text.source import SourceFile
from evaluator.readers.load import read_company
from evaluator.values.values import Figure
from tests.support.runs import ran

RULES = """rules main
input sales "Sales" : money per quarter
input debt "Debt" : money per quarter balance
input cap "Market value" : money
metric load "Debt to a year's sales" = debt / ttm(sales)
metric yield_of "Sales to value" = ttm(sales) / cap
kill heavy "Heavy" when load > 1
kill cheap "Cheap" when yield_of > 100%
kill high "High" when sales > 1tn USD
"""


def rate(value: float, published: str = "2026-04-30", **when: str) -> str:
    ((key, stated),) = when.items()
    return f'  - {{of: USD, to: CNY, {key}: {stated}, value: {value}, published: {published}, source: "S"}}\n'


QUARTERS = ["2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31"]
NAMES = ["Q1 FY2026", "Q2 FY2026", "Q3 FY2026", "Q4 FY2026"]
AVERAGES = "".join(rate(v, period=n) for v, n in zip((7.2, 7.3, 7.4, 7.5), NAMES, strict=True))
CLOSING = "".join(rate(v, date=d) for v, d in zip((7.25, 7.35, 7.45, 7.55), QUARTERS, strict=True))
TODAY = rate(8.0, published="2026-05-13", date="2026-05-13")


def figure(rates: str, name: str, as_of: str = "2026-05-14", unit: str = "USD") -> Figure:
    """The value of a name where sales were 1bn, debt 2bn and the market value 10bn in a currency."""
    line = '    - {{{}: {}, value: {} {}, published: {}, kind: reported, source: "S"}}\n'
    text = "name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 03-31\n"
    text += f"exchange_rates:\n{rates}" if rates else ""
    text += "facts:\n"
    for each, amount in (("sales", "1bn"), ("debt", "2bn")):
        text += f"  {each}:\n"
        text += "".join(line.format("period", q, amount, unit, "2026-04-30") for q in QUARTERS)
    text += "  cap:\n" + line.format("date", "2026-05-13", "10bn", unit, "2026-05-13")
    company, problems = read_company(SourceFile("AAA.yaml", text))
    assert company is not None, problems
    evaluation = ran(RULES, company, dt.date.fromisoformat(as_of)).evaluation
    found = evaluation.read(evaluation.values[name])
    assert isinstance(found, Figure)
    return found


def test_with_rates_of_days_alone_the_latest_known_counts_for_all() -> None:
    """What the language says: money is converted at the rate known on the as-of date."""
    assert figure(CLOSING + TODAY, "sales").low == 8e9
    assert figure(CLOSING + TODAY, "debt").low == 16e9
    assert figure(CLOSING + TODAY, "sales", "2026-05-12").low == 7.55e9


def test_where_averages_are_kept_a_flow_takes_its_periods_and_a_balance_its_last_day() -> None:
    rates = AVERAGES + CLOSING + TODAY
    assert figure(rates, "sales").low == 7.5e9
    assert figure(rates, "debt").low == 2 * 7.55e9
    assert figure(rates, "load").low == pytest.approx(2 * 7.55 / (7.2 + 7.3 + 7.4 + 7.5))


def test_what_has_no_period_takes_the_latest_rate() -> None:
    assert figure(AVERAGES + CLOSING + TODAY, "cap").low == 80e9
    assert figure(AVERAGES + CLOSING + TODAY, "yield_of").low == pytest.approx((7.2 + 7.3 + 7.4 + 7.5) / 80)


def test_a_period_without_its_average_is_unknown_and_says_why() -> None:
    """Two ways of conversion in one series would show as growth."""
    lacking = figure(AVERAGES.replace("Q4 FY2026", "Q4 FY2025") + CLOSING + TODAY, "sales")
    assert not lacking.known
    (cause,) = lacking.causes
    assert cause.reason == "no average exchange rate USD/CNY is known for quarter to 2026-03-31"


def test_a_balance_without_a_rate_near_its_day_is_unknown_and_says_why() -> None:
    lacking = figure(AVERAGES + CLOSING.replace("2026-03-31", "2026-03-23") + TODAY, "debt")
    assert not lacking.known
    assert {c.reason for c in lacking.causes} == {"no exchange rate USD/CNY is known for 2026-03-31"}
    assert figure(AVERAGES + CLOSING.replace("2026-03-31", "2026-03-24") + TODAY, "debt").known


def test_without_any_rate_the_value_is_unknown_and_says_why() -> None:
    """A ratio of two currencies is never reckoned with the bare figures."""
    assert {c.reason for c in figure("", "cap").causes} == {"no exchange rate USD/CNY is known"}
    assert not figure("", "load").known
    assert figure("", "load", unit="CNY").known


def test_a_rate_published_later_changes_nothing() -> None:
    before = figure(AVERAGES + CLOSING, "sales", "2026-05-01")
    assert figure(AVERAGES + CLOSING + rate(9, "2026-05-02", period="Q4 FY2026"), "sales", "2026-05-01") == before
    assert figure(AVERAGES + CLOSING + rate(9, "2026-05-02", period="Q4 FY2026"), "sales", "2026-05-02").low == 9e9


def test_the_report_names_the_rates_it_used_with_their_sources() -> None:
    text = "name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 03-31\n"
    text += f"exchange_rates:\n{AVERAGES}{CLOSING}{TODAY}facts:\n  sales:\n"
    text += '    - {period: 2026-03-31, value: 1bn USD, published: 2026-04-30, kind: reported, source: "S"}\n'
    company, _ = read_company(SourceFile("AAA.yaml", text))
    report = ran(RULES, company).report()
    assert [(x.text, x.when) for x in report.exchange_rates] == [
        ("1 USD = 8 CNY", "2026-05-13"),  # of the threshold
        ("1 USD = 7.5 CNY", "average of Q4 FY2026"),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("period: 2026-03-31", "is no period of which a rate could be the average"),
        ("period: Q9 FY2026", "is no period of which a rate could be the average"),
        ("period: FY2026, date: 2026-03-31", "it has both a period and a date"),
        ("note: none", "it has neither a period nor a date"),
    ],
)
def test_a_rate_must_say_of_when_it_is(entry: str, said: str) -> None:
    text = "name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts: {}\nexchange_rates:\n"
    text += f'  - {{of: USD, to: CNY, {entry}, value: 7, published: 2026-04-30, source: "S"}}\n'
    _, problems = read_company(SourceFile("AAA.yaml", text))
    assert any(said in d.message for d in problems)
