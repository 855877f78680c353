"""The head of a report says where the newest figure under a verdict is older than such figures come."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.facts.model import Company
from evaluator.render.page import render
from tests.support.runs import company, fact, quarters, ran

RULES = """
rules main
input target "Price target" : money per share
input last "Last price" : money per share
input fair "Fair value" : money per share stale after 3 years
input plan "Plan" : money
input stage "Stage" : choice of (early, late)
input close "Close" : money per share per day
input eps "EPS" : money per share per year
input sales "Sales" : money per quarter
input backlog "Backlog" : money per quarter balance
pillar p "?"
bull b "B" on p
  when {when}
"""
AS_OF = dt.date(2026, 5, 14)


def _single(name: str, day: str, value: str = "100", kind: str = "reported") -> str:
    return f"  {name}:\n{fact(day, value, day, kind, key='date')}"


def _yearly(last: int, kind: str = "reported", published: str = "") -> str:
    return f"  eps:\n{fact(f'FY{last}', 8, published or f'{last + 1}-03-15', kind)}"


def _sales(last: str = "2026-03-31") -> str:
    return quarters("sales", [9, 9, 9], last)


@pytest.mark.parametrize(
    ("when", "facts", "told"),
    [
        # a target of an analyst is gone over with the results; a plan, a fair value that says its own age, a word are not
        ("target > 1 CNY", _single("target", "2025-03-01", kind="estimate"), [(["Price target"], "2025-03-01", 439, 200)]),
        ("target > 1 CNY", _single("target", "2026-01-10", kind="estimate"), []),
        ("plan > 1 CNY", _single("plan", "2025-03-01"), []),
        ("plan > 1 CNY", _single("plan", "2024-12-01"), [(["Plan"], "2024-12-01", 529, 500)]),
        ("fair > 1 CNY", _single("fair", "2024-03-01", kind="estimate"), []),
        ("stage is early", _single("stage", "2020-03-01", "early"), []),
        # a price is a price, whether the rules ask for its days or not
        ("last > 1 CNY", _single("last", "2026-02-01"), [(["Last price"], "2026-02-01", 102, 30)]),
        ("latest(close) > 1 CNY", f"  close:\n{fact('2026-02-01', '9 CNY', '2026-02-01')}", [(["Close"], "2026-02-01", 102, 30)]),
        # each name by itself: one that is fresh hides no other
        (
            "sales > 1 CNY and latest(backlog) > 1 CNY", _sales() + quarters("backlog", [5, 5], "2024-12-31"),
            [(["Backlog"], "quarter to 2024-12-31", 499, 200)],
        ),
        ("latest(eps) > 1 CNY", _yearly(2023), [(["EPS"], "FY2023", 865, 500)]),
        ("latest(eps) > 1 CNY", _yearly(2025), []),
        # what is read of the past, where the newest is known too, is not old
        ("lag(sales, 2) > 1 CNY", _sales(), []),
        # and what nothing rests on is not said
        ("sales > 1 CNY", _sales() + _single("target", "2025-03-01", kind="estimate"), []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("table", ["", '\nverdict v "V" when b then "Buy" otherwise "Wait"'])
def test_old_figures_are_said_at_the_head(
    when: str, facts: str, told: list[tuple[list[str], str, int, int]], table: str
) -> None:
    about: Company = company(facts, ends="12-31")
    report = ran(RULES.format(when=when) + table, about, AS_OF).report()
    assert [(old.names, old.period, old.age_days, old.allowed_days) for old in report.old] == told
    for form in ("md", "html"):
        assert ("Old figures" in render(report, form)) == bool(told)
