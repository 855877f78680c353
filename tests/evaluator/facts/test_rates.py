"""Which rate of exchange converts which figure: the latest known, or that of the figure's own time where it is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.text.source import SourceFile
from dsl.types.units import Frequency, Kind, Type
from evaluator.engine.evaluation import World
from evaluator.engine.expressions import Engine
from evaluator.engine.money import converted
from evaluator.facts.model import Company, ExchangeRate
from evaluator.facts.rates import Rates, When
from evaluator.readers.load import read_company
from evaluator.values.series import Series
from evaluator.values.values import Figure, Truth
from tests.support.runs import ran

DEBT = Type(Kind.MONEY, series=Frequency.QUARTER, balance=True)
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
    evaluation = ran(RULES, about(rates, unit), dt.date.fromisoformat(as_of)).evaluation
    found = evaluation.of(name)
    assert isinstance(found, Figure)
    return found


def about(rates: str, unit: str = "USD") -> Company:
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
    return company


def test_with_rates_of_days_alone_the_period_that_is_read_takes_the_newest() -> None:
    assert figure(CLOSING + TODAY, "sales").low == 8e9
    assert figure(CLOSING + TODAY, "debt").low == 16e9
    assert figure(CLOSING + TODAY, "sales", "2026-05-12").low == 7.55e9


def test_where_averages_are_kept_a_flow_takes_its_periods_and_a_balance_its_last_day() -> None:
    rates = AVERAGES + CLOSING + TODAY
    assert figure(rates, "sales").low == 7.5e9
    assert figure(rates, "debt").low == 16e9  # of the period that is read, at the newest
    assert figure(rates, "load").low == 0.5  # both in dollars


def test_what_has_no_period_takes_the_latest_rate() -> None:
    assert figure(AVERAGES + CLOSING + TODAY, "cap").low == 80e9
    assert figure(AVERAGES + CLOSING + TODAY, "yield_of").low == 0.4


def meets(rates: str, name: str) -> Truth:
    """Whether a name's value is above 1 CNY, so that it must be converted."""
    rules = RULES + f"kill meets when {name} > 1 CNY\n"
    evaluation = ran(rules, about(rates), dt.date(2026, 5, 14)).evaluation
    found = evaluation.of("meets")
    assert isinstance(found, Truth)
    return found


def test_a_period_without_its_average_is_unknown_and_says_why() -> None:
    """Two ways of conversion in one series would show as growth."""
    missing = meets(AVERAGES.replace("Q4 FY2026", "Q4 FY2025") + CLOSING + TODAY, "sales")
    assert missing.unknown
    (cause,) = missing.causes
    assert cause.reason == "no average exchange rate USD/CNY is known for quarter to 2026-03-31"


def test_an_earlier_balance_takes_the_last_rate_up_to_its_day() -> None:
    rules = RULES + "metric before = lag(debt, 1)\nmetric in_cny = before + 1 CNY\n"
    evaluation = ran(rules, about(CLOSING + TODAY), dt.date(2026, 5, 14)).evaluation
    found = evaluation.of("in_cny")
    assert isinstance(found, Figure)
    assert found.low == 2e9 * 7.45 + 1
    series = evaluation.values["debt"]
    assert isinstance(series, Series)
    in_reporting = converted(Engine(evaluation.program, evaluation.view, World(), evaluation), series, "USD", DEBT)
    assert isinstance(in_reporting, Series)
    assert [x.low for x in in_reporting.points.values() if isinstance(x, Figure)] == [14.5e9, 14.7e9, 14.9e9, 16e9]


def test_without_any_rate_what_stays_in_one_currency_is_known() -> None:
    """A ratio of two currencies is never calculated with the bare figures; one within a currency needs no rate."""
    assert {c.reason for c in meets("", "cap").causes} == {"no exchange rate USD/CNY is known"}
    assert figure("", "load").low == 0.5
    assert figure("", "cap").low == 10e9
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
        ("1 USD = 8 CNY", "2026-05-13"),  # of the threshold, 1tn USD, which has no period
        ("1 USD = 7.5 CNY", "average of Q4 FY2026"),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("period: 2026-03-31", "is not a period that a rate could be the average of"),
        ("period: Q9 FY2026", "is not a period that a rate could be the average of"),
        ("period: FY2026, date: 2026-03-31", "it has both a period and a date"),
        ("note: none", "it has neither a period nor a date"),
    ],
)
def test_a_rate_must_say_of_when_it_is(entry: str, said: str) -> None:
    text = "name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts: {}\nexchange_rates:\n"
    text += f'  - {{of: USD, to: CNY, {entry}, value: 7, published: 2026-04-30, source: "S"}}\n'
    _, problems = read_company(SourceFile("AAA.yaml", text))
    assert any(said in d.message for d in problems)


@pytest.mark.parametrize(("back", "known"), [(0, True), (7, True), (8, False), (30, False), (-1, False)])
def test_a_closing_rate_is_looked_for_up_to_seven_days_before_and_never_after(back: int, known: bool) -> None:
    """A weekend with holidays has no rate; a rate of a month ago is another rate."""
    end = dt.date(2026, 3, 31)
    said = {"of": "USD", "to": "CNY", "published": "2026-04-30", "source": "S"}
    kept = ExchangeRate.model_validate({**said, "date": str(end - dt.timedelta(days=back)), "value": 7.5})
    average = ExchangeRate.model_validate({**said, "period": "Q4 FY2026", "value": 7.4})
    rates = Rates("CNY", (average, kept))
    found = rates.rate("USD", When(end, 0, "2026-03-31"))
    assert (found == kept) is known
