"""A figure stays in its name's own currency, and is converted once, where it meets another."""

from __future__ import annotations

import pytest

from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.support.runs import evaluation, quarters

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
