"""Small inputs of a careless colleague: an answer that looks sure is marked where somebody could lose money by it."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.facts.model import Company
from evaluator.schema.report import Report
from tests.support.runs import company, fact, quarters, ran

RULES = """
rules main
input price "Price" : money per share per day
input eps "EPS" : money per share per year
input shares "Shares" : count
input revenue "Revenue" : money per quarter
input income "Net income" : money per quarter
input equity "Equity" : money per quarter balance
input ebit "EBIT" : money per quarter
input interest "Interest expense" : money per quarter
metric cap "Market value" = price * shares
pillar p "?"
"""
AS_OF = dt.date(2026, 5, 14)


def _closes(last: str = "100", days: int = 60) -> str:
    start = AS_OF - dt.timedelta(days=days)
    rows = (start + dt.timedelta(days=n) for n in range(days))
    return "  price:\n" + "".join(fact(d.isoformat(), last, d.isoformat()) for d in rows if d.weekday() < 5)


def _report(judgement: str, facts: str, currency: str = "USD") -> Report:
    about: Company = company(facts, currency=currency, ends="12-31")
    return ran(f"{RULES}{judgement}\n", about, AS_OF).report()


@pytest.mark.parametrize(
    ("judgement", "facts", "currency", "said"),
    [
        # two losses make a high return; a loss pays out little; a loss that halves is no fall of profit
        ("bull b on p when ttm(income) / equity > 15%", quarters("income", ["-5m"] * 4) + quarters("equity", ["-20m"]), "USD",
         {"doubt"}),
        ("bear b on p when income / lag(income, 1) < 0.9", quarters("income", ["-10m", "-5m"]), "USD", {"doubt"}),
        # an expense with the printed minus: a slip of the facts, and a ratio that means nothing
        ("bear b on p when ttm(ebit) / ttm(interest) < 2x", quarters("ebit", ["10m"] * 4) + quarters("interest", ["-1m"] * 4),
         "USD", {"doubt", "F051"}),
        # earnings of four years ago under the price of yesterday
        ("bull b on p when latest(price) / latest(eps) < 15x", _closes() + f"  eps:\n{fact('FY2022', 8, '2023-03-01')}", "USD",
         {"old"}),
        # pence read as pounds
        ("bear b on p when latest(price) / latest(eps) > 40x", _closes("1300 GBP") + f"  eps:\n{fact('FY2025', 1, '2026-03-01')}",
         "GBP", {"F057"}),
        # a market value that doubled since a split was not written down
        ("bull b on p when cap > lag(cap, 30)", _closes() + f"  shares:\n{fact('2025-01-01', '1bn', '2025-01-01', key='date')}"
         + fact("2026-05-01", "2bn", "2026-05-01", key="date"), "USD", {"F039"}),
        # nothing of it: figures of one basis, of today, above 0
        ("bull b on p when latest(price) / latest(eps) < 15x", _closes() + f"  eps:\n{fact('FY2025', 8, '2026-03-01')}", "USD",
         set()),
    ],
)  # fmt: skip
def test_an_answer_that_may_mislead_is_marked_above_the_verdicts(
    judgement: str, facts: str, currency: str, said: set[str]
) -> None:
    report = _report(judgement, facts, currency)
    assert report.conditions[0].state == "true"
    marked = {s.code for s in report.suspects}
    marked |= {word for word, found in (("doubt", report.doubts), ("old", report.old)) if found}
    assert marked == said


def test_a_streak_names_the_figure_to_bring() -> None:
    report = _report("bull b on p when streak(revenue > 10m USD) >= 4", quarters("revenue", ["80m", None, "96m"]))
    assert {(r.name, r.period) for r in report.conditions[0].reasons} == {
        ("revenue", "quarter to 2025-06-30"),
        ("revenue", "quarter to 2025-12-31"),
    }
