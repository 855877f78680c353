"""Whoever reads a verdict is told above it where it rests on a fact that looks wrong; what rests on others is not in doubt."""

from __future__ import annotations

import pytest

from evaluator.facts.model import Company
from evaluator.render.page import render
from evaluator.render.text import foremost
from tests.support.runs import company, fact, quarters, ran

RULES = """
rules main
input price "Price" : money per share per day
input page "Price, as a page has it" : money per share
input eps "EPS" : money per share per year
input shares "Shares" : count per year balance
input revenue "Revenue" : money per quarter
input abroad "Abroad" : money per quarter
pillar p "?"
"""
PE = 'bull cheap "Cheap" on p when latest(price) / latest(eps) < 15x'

PAGE = 'bull cheap "Cheap" on p when page / latest(eps) < 15x'
_BARE = {"page": fact("2026-05-13", "130", "2026-05-13", key="date")}
"""A price of one day: that of a series is refused without a code."""


def _about(price: str = "130 CNY", revenue: tuple[object, ...] = ("9bn",) * 8, **more: str) -> Company:
    """A made-up company that reports in CNY."""
    text = f"  price:\n{fact('2026-05-13', price, '2026-05-13')}  eps:\n{fact('FY2025', '8', '2026-03-15')}"
    text += f"  shares:\n{fact('FY2025', '19bn', '2026-03-15')}" + quarters("revenue", list(revenue))
    for name, rows in more.items():
        text += f"  {name}:\n{rows}"
    return company(text, currency="CNY", ends="12-31")


@pytest.mark.parametrize(
    ("judgement", "about", "told"),
    [
        (PAGE, _about(**_BARE), [("F062", ["Cheap"])]),
        (PE, _about("130 CNY"), []),
        ('bull b "B" on p when latest(eps) > 1 CNY', _about(**_BARE), []),
        # a price abroad is no worse than what it stands beside
        ('bull b "B" on p when latest(price) / latest(price) < 2', _about("130 USD"), []),
        # the figure that looks wrong is the newest, one before it, or one that nothing rests on
        ('bull b "B" on p when revenue > 1m CNY', _about(revenue=("9bn",) * 7 + ("9m",)), [("F033", ["B"])]),
        ('bull b "B" on p when revenue > 1m CNY', _about(revenue=("9bn",) * 5 + ("9m", "9bn", "9bn")), []),
        ('bull b "B" on p when ttm(revenue) > 1m CNY', _about(revenue=("9bn",) * 5 + ("9m", "9bn", "9bn")), [("F033", ["B"])]),
        # several figures of another scale after one another, of which the finding names the first
        (
            'bull b "B" on p when revenue > 1m CNY',
            _about(revenue=("9bn",) * 4 + ("9m",) * 3), [("F033", ["B"])],
        ),
        # what is not decided cannot be in doubt; what does not apply neither
        ('bull b "B" on p when page > 100 CNY and abroad > 1 CNY', _about(**_BARE), []),
        ('bull b "B" on p applies when latest(eps) > 99 CNY when page > 100 CNY', _about(**_BARE), []),
        # a kill that happened by it, a verdict
        (f'{PAGE}\nkill k "K" when page > 100 CNY', _about(**_BARE), [("F062", ["Cheap", "K"])]),
        (
            f'{PAGE}\nverdict v "V" when page > 100 CNY then "Sell" otherwise "Hold"', _about(**_BARE),
            [("F062", ["V", "Cheap"])],
        ),
        # of two sources that differ, bounds that hold both count: what is decided is so by either
        (
            'bull b "B" on p when abroad > 1 CNY',
            _about(abroad=fact("2026-03-31", "5bn", "2026-05-10") + fact("2026-03-31", "7bn", "2026-05-10")),
            [],
        ),
    ],
)  # fmt: skip
def test_a_judgement_that_rests_on_a_fact_that_looks_wrong_says_so_above_the_verdicts(
    judgement: str, about: Company, told: list[tuple[str, list[str]]]
) -> None:
    report = ran(f"{RULES}{judgement}\n", about).report()
    assert [(s.code, s.judgements) for s in report.suspects] == told
    for form in ("md", "html"):
        shown = render(report, form)
        assert ("A figure is in doubt" in shown) == bool(told)
        assert not told or shown.index("A figure is in doubt") < shown.index(
            "These rules name nothing" if "kill" not in judgement else "What would end"
        )


RATE = """exchange_rates:
  - {of: USD, to: CNY, date: 2026-05-13, value: 7.0, published: 2026-05-13, source: "S"}
"""


@pytest.mark.parametrize(
    ("judgement", "told"), [(PE, ["Cheap"]), ('bull b "B" on p when latest(price) > 100 CNY', None)]
)
def test_the_price_of_a_receipt_is_in_doubt_beside_figures_of_a_share(judgement: str, told: list[str] | None) -> None:
    facts = f"  price:\n{fact('2026-05-13', '130 USD', '2026-05-13')}  eps:\n{fact('FY2025', '8', '2026-03-15')}"
    report = ran(f"{RULES}{judgement}\n", company(facts, currency="CNY", ends="12-31", more=RATE)).report()
    assert [(s.code, s.judgements) for s in report.suspects] == ([("F063", told)] if told else [])


def test_a_kill_that_happened_by_a_slip_says_so_for_ever() -> None:
    rules = f'{RULES}{PE}\nkill k "K" when revenue < 1bn CNY\n'.replace("rules main", "rules main since 2025-01-01")
    report = ran(rules, _about(revenue=("9bn",) * 5 + ("9m", "9bn", "9bn"))).report()
    assert report.kills[0].status == "has happened"
    assert [(s.code, s.judgements) for s in report.suspects] == [("F033", ["K"])]


def test_many_figures_in_doubt_leave_the_verdict_on_the_first_screen() -> None:
    names = [f"f{at}" for at in range(8)]
    rules = "rules main\n" + "".join(f'input {n} "Figure {n}" : money per quarter\n' for n in names) + 'pillar p "?"\n'
    rules += "".join(f'bull b_{n} "Bull {n}" on p when {n} > 1bn CNY\n' for n in names)
    rules += 'verdict v "V" when b_f7 then "Buy" bullish otherwise "Wait" neutral\n'
    facts = "".join(quarters(name, ["9bn"] * 7 + ["9m"]) for name in names)
    report = ran(rules, company(facts, currency="CNY", ends="12-31")).report()
    first, others = foremost(report)
    assert (len(first), len(others)) == (3, 5)
    assert first[0].names[0] == "v"  # what a verdict rests on is never folded
    shown = render(report, "html")
    assert shown.count("A figure is in doubt") == 8
    assert "<code>f7</code> of the quarter" in shown
    assert shown.index("5 figures more in doubt") < shown.index("Rests on:")
