"""A price of which nobody can tell the currency is refused: never read in the currency of the statements without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.known.bind import bind
from evaluator.readers.load import load
from tests.support.books import lay
from tests.support.runs import HEAD, TAIL, checked, company, fact

RULES = """
input price "Price" : money per share per day
input close "Close" : money per share in CNY per day
input revenue "Revenue" : money per quarter
input turned_over "Turned over" : count per day
kill k when price < 0 or close < 0 or revenue < 0 or turned_over < 0
"""
PROGRAM = checked(HEAD + RULES + TAIL).program
DAYS = ("2026-05-11", "2026-05-12", "2026-05-13")


def found(*values: str, name: str = "price", more: str = "", **about: str) -> list[tuple[str, str]]:
    assert PROGRAM is not None
    text = f"  {name}:\n" + "".join(fact(day, value, day) for day, value in zip(DAYS, values, strict=False))
    return [(d.code, d.message) for d in bind(PROGRAM, company(text, more=more, **about)).diagnostics]


def test_a_price_without_a_code_among_others_that_have_one_is_refused_once() -> None:
    assert found("128 USD", "129", "130") == [
        ("F029", "`price` of 2026-05-12 (and 1 more) is `129` without a currency, and other prices of it are in USD")
    ]
    assert found("128 USD", "129", "130", currency="USD") == []
    assert found("128 CNY", "129 CNY", "130 CNY") == []
    assert found("128 USD", "unknown") == []


@pytest.mark.parametrize("currency", ["CNY", "GBP", "JPY", "EUR"])
def test_a_price_without_a_code_is_refused_where_the_company_does_not_report_in_dollars(currency: str) -> None:
    """130 dollars of an ADR, read as 130 yuan beside earnings in yuan, make a sixteenth of the multiple."""
    (code, message), *more = found("128", "129", currency=currency)
    assert (code, more) == ("F029", [])
    assert f"the company reports in {currency}, while its shares may be quoted in another currency" in message
    assert found(f"128 {currency}", "129 USD", currency=currency) == []
    assert found("5bn", name="turned_over", currency=currency) == []


def test_the_price_of_a_receipt_needs_its_currency() -> None:
    """The receipt of a company that reports in dollars may be traded in Brazil."""
    for currency in ("CNY", "USD"):
        (code, message), *more = found("130", more="shares_per_receipt: 8\n", currency=currency)
        assert (code, more) == ("F029", [])
        assert "receipts are traded abroad" in message
    assert found("130 USD", more="shares_per_receipt: 8\n") == []


@pytest.mark.parametrize(("ticker", "currency", "refused"), [
    ("0700.HK", "CNY", "HKD"), ("RIO.L", "USD", "GBP"), ("SHOP.TO", "USD", "CAD"), ("600519.SS", "CNY", ""), ("VOW3.DE", "EUR", ""),
    ("BRK.B", "USD", ""), ("PLAIN", "USD", ""),
])  # fmt: skip
def test_a_ticker_says_where_its_shares_are_quoted(ticker: str, currency: str, refused: str, tmp_path: Path) -> None:
    head = f"name: A\nticker: {ticker}\ncurrency: {currency}\nfiscal_year_ends: 12-31\nfacts:\n  price:\n"
    about, problems = load(lay(tmp_path, {f"{ticker}.yaml": head + fact(DAYS[0], "130", DAYS[0])}), ticker)
    assert about is not None, problems
    assert PROGRAM is not None
    messages = [d.message for d in bind(PROGRAM, about).diagnostics if d.code == "F029"]
    assert len(messages) == bool(refused)
    assert all(f"is quoted in {refused}, while" in message for message in messages)


def test_what_the_rules_or_the_file_say_is_said() -> None:
    assert found("130", name="close") == []
    assert found("130m", name="turned_over", more="shares_per_receipt: 8\n") == []
