"""Codes of currencies are those of ISO 4217; hundredths of a currency, as exchanges quote prices, are brought to it."""

from __future__ import annotations

import pytest

from dsl.text.source import SourceFile
from evaluator.facts.currencies import MINOR
from evaluator.facts.spelling import Amount, Misspelled, amount
from evaluator.readers.load import read_company
from tests.support.runs import evaluation, fact, number, read

pytest.importorskip("iso4217")
HEAD = "name: A\nticker: AAA\ncurrency: {}\nfiscal_year_ends: 12-31\n"


@pytest.mark.parametrize("code", ["USD", "ISK", "VND", "KWD", "BHD"])
def test_a_currency_is_one(code: str) -> None:
    assert amount(f"5bn {code}") == Amount(5e9, 5e9, "plain", code, 0.5e9)
    assert read_company(SourceFile("AAA.yaml", HEAD.format(code) + "facts: {}\n"))[0] is not None


@pytest.mark.parametrize(
    ("code", "mend"), [("RMB", "CNY"), ("CNH", "CNY"), ("USB", "USD"), ("XQZ", "ISO 4217"), ("EURO", "EUR")]
)
def test_what_is_no_currency_is_refused_with_the_code_that_is_meant(code: str, mend: str) -> None:
    company, problems = read_company(SourceFile("AAA.yaml", HEAD.format(code) + "facts: {}\n"))
    assert company is None
    assert mend in str(problems[0].hint)
    if len(code) == 3:
        found = amount(f"5bn {code}")
        assert isinstance(found, Misspelled)
        assert mend in found.mend


@pytest.mark.parametrize("code", MINOR)
def test_a_hundredth_is_brought_to_its_currency(code: str) -> None:
    assert amount(f"1234.5 {code}") == Amount(12.345, 12.345, "plain", MINOR[code], 0.0005)
    assert amount(f"between 100 {code} and 200 {code}") == Amount(1.0, 2.0, "plain", MINOR[code])
    company, problems = read_company(SourceFile("AAA.yaml", HEAD.format(code) + "facts: {}\n"))
    assert company is None
    assert f"a hundredth of {MINOR[code]}" in problems[0].message


def test_pence_become_pounds_and_pounds_dollars() -> None:
    facts = "  price:\n" + fact("2026-05-13", "1250 GBX", "2026-05-13", key="date")
    more = "exchange_rates:\n  - {of: GBP, to: USD, date: 2026-05-13, value: 1.25, published: 2026-05-13, source: S}\n"
    rules = 'input price "Price" : money per share per day\nmetric q "In dollars" = latest(price) / 1 USD\n'
    assert number(read(evaluation(rules, facts, currency="USD", more=more), "q")) == 15.625
    of_file = facts.replace("1250 GBX", "1250").replace("kind:", "currency: GBX, kind:")
    assert number(read(evaluation(rules, of_file, currency="USD", more=more), "q")) == 15.625
