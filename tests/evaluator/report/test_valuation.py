"""The valuation block: value, price and its day, upside, each scenario and all of them weighted; what a stranger brings to it."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.render.page import render
from evaluator.schema.report import Report, ValuationResult
from evaluator.session.run import Run, run
from tests.support.runs import checked, company, fact, ran

RULES = """rules main "Main"
since 2026-01-01
input cash "Cash flow" : money per year
input net_debt "Net debt" : money per year balance
input shares "Shares" : count per year balance above 0
input price "Share price" : money per share per day
param growth = 5%
param wacc = 10%
param for_ever = 2%
forecast cash_ahead for 5 years starts cash then previous * (1 + growth)
metric later "Later years" = at(cash_ahead, 5) * (1 + for_ever) / (wacc - for_ever)
  meaningful when wacc > for_ever
valuation fair "Worth of a share" = (npv(cash_ahead, wacc) + later / (1 + wacc) ^ 5 - net_debt) / shares against price
pillar p "Is it cheap?"
bull cheap "Cheap" on p when margin_of_safety(fair) > 20%
bear dear "Dear" on p when upside(fair) < 0%
scenario slump "A slump" probability 25% assume growth = -5%
scenario boom "A boom" probability 35% assume growth = 12%
catalyst results "Annual results" on 2026-08-27 expects cash > 1bn USD
catalyst later_on "Next annual results" on 2027-02-27 expects cash > 1bn USD
verdict stance "Stance"
  when cheap then "Buy" bullish
  otherwise "Wait"
"""


def facts(
    cash: object = "100m",
    net_debt: object = "50m",
    shares: object = "10m",
    price: object = 100,
    day: str = "2026-05-13",
) -> str:
    given = {"cash": cash, "net_debt": net_debt, "shares": shares}
    text = "".join(f"  {name}:\n{fact('FY2025', value, '2026-02-01')}" for name, value in given.items() if value != "")
    return text + (f"  price:\n{fact(day, price, day)}" if price != "" else "")


def block(text: str = "", rules: str = RULES, more: str = "") -> tuple[Report, ValuationResult]:
    found = ran(rules, company(text or facts(), "USD", "12-31", more)).report()
    return found, found.valuations[0]


def worth(
    cash: float, growth: float, wacc: float = 0.10, ever: float = 0.02, debt: float = 50e6, shares: float = 10e6
) -> float:
    """The same by hand."""
    path = [cash * (1 + growth) ** n for n in range(6)]
    present = sum(x / (1 + wacc) ** n for n, x in enumerate(path) if n)
    return (present + path[5] * (1 + ever) / (wacc - ever) / (1 + wacc) ** 5 - debt) / shares


def test_the_block_says_what_a_calculation_by_hand_does() -> None:
    report, one = block()
    today, slump, boom = (worth(100e6, growth) for growth in (0.05, -0.05, 0.12))
    assert one.value.low == pytest.approx(today)
    assert one.upside.low == pytest.approx(today / 100 - 1)
    assert one.margin_of_safety.low == pytest.approx(1 - 100 / today)
    assert (one.price.text, one.price_day, one.price_age_days, one.price_old) == (
        "100 USD",
        dt.date(2026, 5, 13),
        1,
        False,
    )
    assert [(s.name, s.probability) for s in one.scenarios] == [("slump", 0.25), ("boom", 0.35)]
    assert [s.value.low for s in one.scenarios] == pytest.approx([slump, boom])
    assert [s.upside.low for s in one.scenarios] == pytest.approx([slump / 100 - 1, boom / 100 - 1])
    assert one.weighted is not None
    assert one.weighted.value.low == pytest.approx(0.25 * slump + 0.35 * boom + 0.40 * today)
    assert one.weighted.upside.low == pytest.approx((0.25 * slump + 0.35 * boom + 0.40 * today) / 100 - 1)
    assert one.range is not None
    assert (one.range.low, one.range.high) == pytest.approx((slump, boom))
    assert report.next_catalyst == "results"


def test_every_form_of_the_report_has_it() -> None:
    report, _ = block()
    for form in ("md", "html"):
        page = render(report, form)  # type: ignore[arg-type]
        for words in (
            "Worth of a share",
            "100 USD",
            "13 May 2026",
            "weighted by probability",
            "Annual results",
            "27 Aug 2026",
        ):
            assert words in page, (form, words)
        assert page.index("weighted by probability") < page.index("What would end the thesis"), form
        first = page[: page.index("## The key question" if form == "md" else "The key question</h2>")]
        assert "weighted by probability" in first, "the first page has it"


def test_without_a_valuation_there_is_no_block() -> None:
    found = ran('rules main "M"\ninput a : percent\npillar p "?"\nbull b on p when a > 5%\n', None).report()
    assert found.valuations == []
    assert "aluation" not in render(found, "md")


def test_a_price_that_is_missing_is_said() -> None:
    report, one = block(facts(price=""))
    assert one.value.known
    assert not one.price.known
    assert not one.upside.known
    assert one.weighted is not None
    assert not one.weighted.upside.known
    assert [x.title for x in one.price_reasons] == ["Share price"]
    assert "**Share price** is missing" in render(report, "md")


def test_an_old_price_is_marked() -> None:
    report, one = block(facts(day="2026-02-10"))
    assert one.price_old
    assert one.price_age_days == 93
    assert "old: 93 days" in render(report, "md")
    assert any("Share price" in old.names for old in report.old)


def test_a_price_that_counts_no_longer_is_missing() -> None:
    rules = RULES.replace("money per share per day", "money per share per day stale after 20 days")
    report, one = block(facts(day="2026-02-10"), rules)
    assert not one.upside.known
    assert any("stale" in reason.reason for reason in one.price_reasons)
    assert report.conditions[0].state == "unknown"


def test_a_value_below_nothing_has_no_margin_of_safety() -> None:
    report, one = block(facts(cash="-100m"))
    assert one.value.high is not None
    assert one.value.high < 0
    assert not one.margin_of_safety.meaningful
    states = {c.name: c.state for c in report.conditions}
    assert states == {"cheap": "not meaningful", "dear": "true"}


def test_growth_at_the_rate_means_nothing_and_says_so() -> None:
    rules = RULES.replace("param for_ever = 2%", "param for_ever = 12%")
    report, one = block(rules=rules)
    assert not one.value.meaningful
    assert not one.upside.meaningful
    assert {c.state for c in report.conditions} == {"not meaningful"}
    assert one.reasons
    assert one.weighted is not None
    assert not one.weighted.value.meaningful


def test_growth_above_the_rate_that_no_rule_guards_is_in_doubt() -> None:
    rules = RULES.replace("  meaningful when wacc > for_ever\n", "").replace(
        "param for_ever = 2%", "param for_ever = 12%"
    )
    source = SourceFile("main.thesis", rules)
    assert "T104" in {d.code for d in check_file(source, Library(())).diagnostics}
    report, one = block(rules=rules)
    assert any("fair" in alert.names and alert.kind == "below zero" for alert in report.alerts), one.value.text


def test_net_debt_of_another_currency_is_converted() -> None:
    more = "exchange_rates:\n  - {of: EUR, to: USD, date: 2026-01-01, value: 2, published: 2026-01-01, source: S}\n"
    _, one = block(facts(net_debt="50m EUR"), more=more)
    assert one.value.low == pytest.approx(worth(100e6, 0.05, debt=100e6))
    _, one = block(facts(net_debt="50m EUR"))
    assert not one.value.known
    assert not one.upside.known
    assert one.reasons


def test_a_price_in_another_currency_is_held_against_the_value_at_a_rate() -> None:
    more = "exchange_rates:\n  - {of: HKD, to: USD, date: 2026-01-01, value: 0.125, published: 2026-01-01, source: S}\n"
    _, one = block(facts(price="800 HKD"), more=more)
    assert one.upside.low == pytest.approx(worth(100e6, 0.05) / 100 - 1)
    report, one = block(facts(price="800 HKD"))
    assert one.value.known
    assert not one.upside.known
    assert {c.state for c in report.conditions} == {"unknown"}


def test_the_price_of_a_receipt_is_held_against_the_value_of_a_share() -> None:
    """Of an ADR that stands for 8 shares, 800 is 100 a share."""
    _, one = block(facts(price="800 USD"), more="shares_per_receipt: 8\n")
    assert one.price.low == pytest.approx(100)
    assert one.upside.low == pytest.approx(worth(100e6, 0.05) / 100 - 1)


def test_a_price_of_nothing_means_nothing() -> None:
    _, one = block(facts(price=0))
    assert not one.upside.meaningful
    assert one.margin_of_safety.low == pytest.approx(1)


def test_without_probabilities_nothing_is_weighted() -> None:
    _, one = block(rules=RULES.replace(" probability 25%", "").replace(" probability 35%", ""))
    assert one.weighted is None
    assert one.range is not None


def test_several_valuations_stand_in_their_order() -> None:
    rules = (
        RULES
        + 'metric market "Market value" = latest(price) * latest(shares)\nvaluation all "All of it" = cash * 15 against market\n'
    )
    report, _ = block(rules=rules)
    assert [v.name for v in report.valuations] == ["fair", "all"]
    assert report.valuations[1].upside.low == pytest.approx(1.5e9 / 1e9 - 1)
    assert report.valuations[1].price_title == "Market value"


def test_a_company_without_facts_says_what_to_bring() -> None:
    found = run(checked(RULES), None, dt.date(2026, 5, 14))
    assert isinstance(found, Run)
    one = found.report().valuations[0]
    assert not one.value.known
    assert one.price_day is None
    assert one.reasons
    assert one.price_reasons


def test_a_value_below_zero_has_no_upside_that_means_anything() -> None:
    report, one = block(facts(cash="-100m"))
    assert one.value.low is not None
    assert one.value.low < 0
    assert one.upside.text == "n.m.: the value is below 0"
    assert (one.upside.known, one.upside.meaningful, one.upside.low) == (False, False, None)
    assert {c.name: c.state for c in report.conditions} == {
        "cheap": "not meaningful",
        "dear": "true",
    }  # a price above it is dear
    assert not any("−1" in b.lead for b in report.front.bullets)
    for form in ("md", "html"):
        assert "n.m.: the value is below 0" in render(report, form)  # type: ignore[arg-type]


def test_nobody_loses_more_than_the_price() -> None:
    _, one = block(facts(cash="30m", net_debt="at least 100m"))
    assert one.value.high is not None
    assert one.value.high > 0
    assert one.upside.low == -1.0
    assert one.upside.text.startswith("−100% to −")
