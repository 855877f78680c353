"""Money stands in the currency in which its number is, whatever currency the rules wrote it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from evaluator.render.page import render
from evaluator.schema.report import Report, Shown
from tests.support.runs import company, fact, quarters, ran

RATE = """exchange_rates:
  - {of: USD, to: CNY, date: 2026-05-13, value: 7.0, published: 2026-05-13, source: "S"}
"""
RULES = """
rules main
input revenue "Revenue" : money per quarter
input price "Price" : money per share per day
param own "Own" = 100 USD own "a guess"
metric floor "Floor" = 1000 USD
metric more "More" = max(1000 USD, 5 USD)
metric part "Part" = 1000 USD / 2
metric both "Both" = 1000 USD + own
metric dear "Dear" = latest(price) * 2
forecast path "Path" for 3 years starts 1000 USD then previous * 1.1
pillar p "?"
bull b "B" on p when floor > own because "{floor}, {more}, {part}, {both}, {dear}."
bull c "C" on p when sum(revenue, 1 quarter) > floor because "{revenue}"
"""


def _reported(more: str = RATE, rules: str = RULES) -> Report:
    facts = quarters("revenue", ["9bn"] * 5) + f"  price:\n{fact('2026-05-13', '130 USD', '2026-05-13')}"
    return ran(rules, company(facts, currency="CNY", ends="12-31", more=more)).report()


def _money(model: Any) -> Iterator[Shown]:
    """Every figure of money in a report."""
    match model:
        case Shown():
            if model.unit in ("CNY", "USD"):
                yield model
        case list():
            for one in model:
                yield from _money(one)
        case _ if hasattr(model, "__pydantic_fields__"):
            for name in type(model).model_fields:
                yield from _money(getattr(model, name))


def test_what_the_rules_write_in_dollars_is_worth_as_much_whatever_it_is_shown_in() -> None:
    report = _reported()
    shown = {figure.name: figure.value.text for figure in report.metrics}
    assert shown["floor"] == "7,000 CNY"
    assert shown["more"] == "7,000 CNY"
    assert shown["part"] == "3,500 CNY"
    assert shown["both"] == "7,700 CNY"
    assert shown["dear"] == "1,820 CNY"
    assert next(one for one in report.params if one.name == "own").value.text == "100 USD"
    text = render(report, "md")
    assert "7,000 CNY, 7,000 CNY, 3,500 CNY, 7,700 CNY, 1,820 CNY." in text
    (check,) = next(one for one in report.conditions if one.name == "b").checks
    assert check.limit is not None
    assert check.margin is not None
    assert (check.value.text, check.limit.text, check.margin.text) == ("7,000 CNY", "700 CNY", "+6,300 CNY")
    assert [one.text for one in report.forecasts[0].path] == ["7,000 CNY", "7,700 CNY", "8,470 CNY", "9,317 CNY"]


def test_unit_and_text_of_every_figure_name_one_currency() -> None:
    for shown in _money(_reported()):
        assert set(re.findall(r"\b(?:CNY|USD)\b", shown.text)) <= {shown.unit}, shown


def test_without_a_rate_it_stays_in_its_own_currency() -> None:
    report = _reported(more="")
    shown = {figure.name: figure.value.text for figure in report.metrics}
    assert shown["floor"] == "1,000 USD"
    assert shown["dear"] == "260 USD"


@pytest.mark.parametrize(
    ("asked", "said"), [("1000 USD", "7,000 CNY"), ("1000 USD / 2", "3,500 CNY"), ("1000 CNY", "1,000 CNY")]
)
def test_an_amount_that_is_asked_for_is_shown_in_the_currency_it_was_brought_into(asked: str, said: str) -> None:
    rules = RULES.replace("pillar p", f'metric asked "Asked" = {asked}\npillar p')
    figures = {figure.name: figure.value.text for figure in _reported(rules=rules).metrics}
    assert figures["asked"] == said


def test_what_was_restated_and_what_a_formula_gives_stand_in_the_currency_of_their_facts() -> None:
    prices = [fact("2026-05-12", "130 USD", "2026-05-12"), fact("2026-05-12", "131 USD", "2026-05-13")]
    prices.append(fact("2026-05-13", "130 USD", "2026-05-13"))
    facts = quarters("revenue", ["9bn"] * 5) + f"  price:\n{''.join(prices)}"
    facts += f"  dear:\n{fact('2026-05-13', '290 USD', '2026-05-13', key='date')}"
    report = ran(RULES, company(facts, currency="CNY", ends="12-31", more=RATE)).report()
    (again,) = report.restated
    assert (again.was, again.now, again.change) == ("130 USD", "131 USD", "+1 USD (+0.77%)")
    (instead,) = report.formulas_replaced
    assert (instead.was, instead.now) == ("260 USD", "290 USD")


def test_a_threshold_that_is_shown_converted_names_what_the_rules_wrote() -> None:
    rules = RULES.replace("when floor > own", "when floor > 100 USD")
    (check,) = next(one for one in _reported(rules=rules).conditions if one.name == "b").checks
    assert check.limit is not None
    assert (check.limit.text, check.threshold) == ("700 CNY", "100 USD")


def test_a_chart_of_prices_has_the_currency_in_which_they_are_quoted() -> None:
    days = [f"2026-04-{day:02}" for day in range(1, 29)]
    prices = "".join(fact(day, f"{120 + at} USD", day) for at, day in enumerate(days))
    facts = quarters("revenue", ["9bn"] * 5) + f"  price:\n{prices}"
    report = ran(RULES, company(facts, currency="CNY", ends="12-31", more=RATE)).report()
    assert report.prices is not None
    assert (report.prices.first, report.prices.last, report.prices.unit) == ("120 USD", "147 USD", "USD")
    assert report.prices.values[-1] == 147.0
