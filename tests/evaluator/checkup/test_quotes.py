"""What only the author can tell of a price: its currency where it has no code, and whether it is that of a receipt."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.checkup.audit import audit
from tests.support.runs import HEAD, TAIL, checked, company, fact, ran

RULES = """
input price "Price" : money per share per day
input snapshot "Price, as a page has it" : money per share
input money_price "Price of the whole" : money per day
input eps "EPS" : money per share per year
input dividend "Dividend" : money per share per year
input shares "Shares" : count per year balance
input ni "Net income" : money per year
metric pe : multiple = latest(price) / latest(eps) meaningful when latest(eps) > 0
bull cheap on p when pe < 15x
kill k when snapshot < 0 or money_price < 0 or dividend < 0 or shares < 0 or ni < 0
"""
TEXT = HEAD + RULES + TAIL
DAY = dt.date(2026, 5, 14)
EPS = "  eps:\n" + fact("FY2025", "8", "2026-03-15")
RATE = "exchange_rates:\n  - {of: USD, to: CNY, date: 2026-05-13, value: 7.0, published: 2026-05-13, source: S}\n"


def price(value: str, name: str = "price") -> str:
    return f"  {name}:\n" + fact("2026-05-13", value, "2026-05-13", key="date")


def found(facts: str, more: str = "", currency: str = "CNY") -> list[str]:
    program = checked(TEXT).program
    assert program is not None
    about = company(facts, ends="12-31", more=RATE * (currency == "CNY") + more, currency=currency)
    return [d.code for d in audit(program, about, DAY) if d.code in ("F029", "F062", "F063")]


@pytest.mark.parametrize(("name", "code"), [("price", "F029"), ("snapshot", "F062"), ("money_price", "F029")])
def test_a_price_without_a_code_is_found_where_the_company_reports_in_another_currency_than_dollars(
    name: str, code: str
) -> None:
    assert found(price("130", name)) == [code]
    assert found(price("130 CNY", name)) == []
    assert found(price("130", name), currency="USD") == []


def test_earnings_and_sales_are_in_the_currency_of_the_statements() -> None:
    assert found(EPS + "  ni:\n" + fact("FY2025", "152bn", "2026-03-15")) == []


@pytest.mark.parametrize(
    "beside", [EPS, EPS.replace("eps", "dividend"), EPS.replace("eps", "shares").replace("8,", "19bn,")]
)
def test_a_price_from_abroad_beside_figures_of_a_share_is_asked_about(beside: str) -> None:
    assert found(price("130 USD") + beside) == ["F063"]
    assert found(price("130 USD") + beside, "shares_per_receipt: 8\n") == []
    assert found(price("130 USD") + beside, "shares_per_receipt: 1\n") == []
    assert found(price("130 CNY") + beside) == []


def test_a_price_that_a_receipt_cannot_bring_to_a_share_is_found_all_the_same() -> None:
    """`money per day` is not divided by the shares of a receipt: the ratio would stay as it is, though the head says it."""
    assert found(price("130 USD", "money_price") + EPS, "shares_per_receipt: 8\n") == ["F063"]


def test_earnings_in_the_currency_of_the_price_are_on_its_basis() -> None:
    assert found(price("130 USD") + EPS.replace("8,", "9.1 USD,")) == []


def test_a_report_says_how_many_findings_there_are() -> None:
    about = company(price("130", "snapshot") + EPS, ends="12-31")
    assert ran(TEXT, about, DAY).report().facts_findings == 1
