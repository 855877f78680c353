"""A figure stays in its name's own currency, and is converted once, where it meets another."""

from __future__ import annotations

import pytest

from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.support.runs import company, evaluation, quarters, ran

RULES = """
input usd : money in USD per quarter
input own : money per quarter
metric both = own + usd
metric most = max(usd, own)
metric likeliest = first_known(usd, own)
metric none_below = max(0, own - usd)
metric alone = usd * 2
kill k when both > 1bn CNY and most > 1bn CNY and likeliest > 1bn CNY and none_below > 1bn CNY and alone > 1bn USD
"""
RATE = "exchange_rates:\n  - {of: USD, to: CNY, date: 2026-04-30, value: 7.0, published: 2026-04-30, source: S}\n"


@pytest.mark.parametrize("given", ["1bn USD", "7bn CNY"])
def test_converted_once(given: str) -> None:
    found = evaluation(RULES, quarters("usd", [given]) + quarters("own", ["2bn CNY"]), more=RATE)
    values = {name: found.read(v) if isinstance(v, Series) else v for name, v in found.values.items()}
    assert {n: round(f.low / 1e9, 9) for n, f in values.items() if isinstance(f, Figure)} == {
        "usd": 1, "own": 2, "both": 9, "most": 7, "likeliest": 7, "none_below": 0, "alone": 2
    }  # fmt: skip


# --- what a scenario assumes ---------------------------------------------------------------------------------------

WORLDS = """thesis main "M" for AAA
input revenue "Revenue" : money per quarter
input other   "Other"   : money in USD per quarter
metric share = revenue * 40%
metric hope = expected(revenue)
metric hope_of_share = expected(share)
param dollars = 1bn USD
scenario low "Low" probability 20% assume revenue = {assumed}
pillar p "?"
bull up on p when revenue > 1bn CNY and other > 0 USD and share > 0 CNY and hope > 0 CNY and hope_of_share > 0 CNY and dollars > 0 USD
"""


@pytest.mark.parametrize("assumed", ["1bn USD", "7bn CNY", "other / 2", "dollars", "0.5 * other", "share / 1"])
@pytest.mark.parametrize("given", ["2.5bn USD", "17.5bn CNY"])
def test_a_scenario_assumes_an_amount_in_whatever_currency_and_it_is_converted_once(assumed: str, given: str) -> None:
    """The facts are in dollars or in yuan, what is assumed is 7bn CNY: by itself, by another name, by what rests on the name."""
    facts = quarters("revenue", [given]) + quarters("other", ["2bn USD"])
    run = ran(WORLDS.replace("{assumed}", assumed), company(facts, more=RATE))
    (there,) = run.beside().scenarios.values()
    amounts = [there.of("revenue"), there.of("share"), run.evaluation.of("hope"), run.evaluation.of("hope_of_share")]
    assert [round(f.low / 1e9, 9) for f in amounts if isinstance(f, Figure) and f.is_exact] == [
        7, 2.8, 0.2 * 7 + 0.8 * 17.5, 0.2 * 2.8 + 0.8 * 7
    ]  # fmt: skip


def test_nothing_is_nothing_in_any_currency_where_no_rate_is_known() -> None:
    facts = quarters("revenue", ["2.5bn USD"]) + quarters("other", ["2bn USD"])
    run = ran(WORLDS.replace("{assumed}", "0 CNY"), company(facts))
    (there,) = run.beside().scenarios.values()
    found = there.read(there.values["revenue"])
    assert isinstance(found, Figure)
    assert (found.low, found.high) == (0, 0)
