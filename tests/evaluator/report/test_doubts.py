"""Whoever reads a verdict is told where it rests on a ratio whose denominator is below 0."""

from __future__ import annotations

import pytest

from evaluator.render.page import render
from tests.support.runs import company, fact, quarters, ran

RULES = """
rules main
input price "Price" : money per share
input eps "EPS" : money per share per quarter
input debt "Debt" : money per quarter balance
input ebitda "EBITDA" : money per quarter
metric pe "P/E" : multiple = price / ttm(eps)
metric guarded "Guarded P/E" : multiple = price / ttm(eps) meaningful when ttm(eps) > 0
metric leverage "Debt to EBITDA" : multiple = debt / ttm(ebitda)
metric light "Light" = leverage < 2x
metric twice "Twice the P/E" = 2 * pe
pillar p "?"
"""
LOSS = company(
    f"  price:\n{fact('2026-05-01', '10', '2026-05-01', key='date')}"
    + quarters("eps", [-1, -1, -1, -1]) + quarters("debt", ["4bn"]) + quarters("ebitda", ["-1bn"] * 4)
)  # fmt: skip
GAIN = company(
    f"  price:\n{fact('2026-05-01', '10', '2026-05-01', key='date')}"
    + quarters("eps", [1, 1, 1, 1]) + quarters("debt", ["4bn"]) + quarters("ebitda", ["1bn"] * 4)
)  # fmt: skip
PE, LEVERAGE = ("P/E", "trailing-year EPS", "−4 CNY"), ("Debt to EBITDA", "trailing-year EBITDA", "−4bn CNY")


@pytest.mark.parametrize(
    ("judgement", "told"),
    [
        ("bull b on p when pe < 15x", {("b", "true", *PE)}),
        ("bull b on p when twice < 15x", {("b", "true", *PE)}),
        ("bear b on p when pe > 40x", {("b", "false", *PE)}),
        ("bull b on p when not pe > 40x", {("b", "true", *PE)}),
        ("bull b on p when price / ttm(eps) < 15x", {("b", "true", "Price / trailing-year EPS", *PE[1:])}),
        ("bull b on p when light", {("b", "true", *LEVERAGE)}),
        ("bull b on p when pe < 15x and leverage < 3x", {("b", "true", *PE), ("b", "true", *LEVERAGE)}),
        ("bull b on p when pe < 15x or debt < 1bn CNY", {("b", "true", *PE)}),
        ("bull b on p when 1 < 2\nkill k when leverage > 5x", {("k", "false", *LEVERAGE)}),
        (
            'bull b on p when 1 < 2\nverdict v "V" when pe < 15x then "Buy" otherwise "Hold"',
            {("v", "Buy", *PE)},
        ),
        # what the rules exclude, and what decides nothing, is no doubt
        ("bull b on p when guarded < 15x", set()),
        ("bull b on p when ttm(eps) > 0 CNY and pe < 15x", set()),
        ("bull b on p applies when ttm(eps) > 0 CNY when pe < 15x", set()),
        ("bull b on p when pe < 15x or debt > 1bn CNY", {("b", "true", *PE)}),
        ("bull b on p when pe > 15x or debt > 1bn CNY", set()),
        ('bull b on p when 1 < 2\nverdict v "V" when debt > 1bn CNY then "Sell" when pe < 15x then "Buy"', set()),
    ],
)  # fmt: skip
def test_a_judgement_that_rests_on_a_denominator_below_0_says_so(judgement: str, told: set[tuple[str, ...]]) -> None:
    report = ran(f"{RULES}{judgement}\n", LOSS).report()
    assert {(d.name, d.says, d.figure, d.denominator, d.value.text) for d in report.doubts} == told
    assert not ran(f"{RULES}{judgement}\n", GAIN).report().doubts
    for form in ("md", "html"):
        assert ("may mean nothing" in render(report, form)) == bool(told)  # type: ignore[arg-type]


def test_a_ratio_that_a_source_gives_divides_by_nothing() -> None:
    given = company(
        quarters("eps", [-1, -1, -1, -1]) + quarters("leverage", ["3x"]) + quarters("debt", ["4bn"])
        + quarters("ebitda", ["-1bn"] * 4)
    )  # fmt: skip
    assert not ran(f"{RULES}bull b on p when leverage < 5x\n", given).report().doubts
