"""A price of a receipt is brought to a share, where the facts say how many shares a receipt stands for."""

from __future__ import annotations

import pytest

from dsl.text.source import SourceFile
from evaluator.readers.load import read_company
from evaluator.readers.write import company_text
from tests.support.runs import company, evaluation, fact, number, read

RULES = """
input price "Price" : money per share per day
input eps "EPS" : money per share per year
input shares "Shares" : count per year balance
input ni "Net income" : money per year
metric pe "P/E" = latest(price) / latest(eps)
metric pe_of_all "P/E of the whole" = latest(price) * latest(shares) / latest(ni)
"""
FACTS = (
    "  price:\n" + fact("2026-05-13", "130 USD", "2026-05-13", key="date")
    + "  eps:\n" + fact("FY2025", "8", "2026-03-15") + "  shares:\n" + fact("FY2025", "19bn", "2026-03-15")
    + "  ni:\n" + fact("FY2025", "152bn", "2026-03-15")
)  # fmt: skip
RATE = "exchange_rates:\n  - {of: USD, to: CNY, date: 2026-05-13, value: 7.0, published: 2026-05-13, source: S}\n"


def test_the_price_of_a_receipt_goes_with_figures_of_a_share() -> None:
    found = evaluation(RULES, FACTS, ends="12-31", more="shares_per_receipt: 8\n" + RATE)
    assert number(read(found, "pe")) == pytest.approx(130 * 7 / 8 / 8)
    assert number(read(found, "pe_of_all")) == pytest.approx(130 * 7 / 8 / 8)
    without = evaluation(RULES, FACTS, ends="12-31", more=RATE)
    assert number(read(without, "pe")) == pytest.approx(130 * 7 / 8)


@pytest.mark.parametrize("text", ["0", "-8", "eight", "nan", "inf"])
def test_what_is_no_number_of_shares_is_refused(text: str) -> None:
    head = f"name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 12-31\nshares_per_receipt: {text}\nfacts: {{}}\n"
    found, problems = read_company(SourceFile("AAA.yaml", head))
    assert (found, [d.code for d in problems]) == (None, ["F012"])


def test_it_is_written_as_it_was_read() -> None:
    about = company(FACTS, ends="12-31", more="shares_per_receipt: 0.5\n")
    again, _ = read_company(SourceFile("AAA.yaml", company_text(about)))
    assert again is not None
    assert again.shares_per_receipt == 0.5
