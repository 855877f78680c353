"""The worked example reaches what the note's author reached, and carries every claim that it lists."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from dsl.program.program import Program
from evaluator.examples.running import run_examples
from evaluator.schema.report import Report
from tests.evaluator.known.test_laws_asof import RULES, shipped
from tests.evaluator.report.test_golden import report
from tests.paths import ROOT
from tests.support.runs import AS_OF

ALIBABA = ROOT / "rules" / "alibaba.thesis"


@pytest.fixture(scope="module")
def found() -> Report:
    return report("alibaba", "2026-05-14")


@pytest.fixture(scope="module")
def program() -> Program:
    checked = shipped(ALIBABA)
    assert checked.program is not None
    return checked.program


def test_the_three_outcomes(found: Report) -> None:
    outcomes = {v.name: (v.outcomes, v.decided, v.tone) for v in found.verdicts}
    assert outcomes == {
        "answer": (["Into revenue but not profit"], True, "neutral"),
        "long_term": (["Plausible"], True, "bullish"),
        "near_term": (["Getting aggressive"], True, "bearish"),
        "setup": (["Add on pullbacks, do not chase"], True, "neutral"),
    }


def test_the_module_reaches_them_too() -> None:
    assert [v.outcomes for v in report("ai_infrastructure", "2026-05-14").verdicts] == [
        ["Into revenue but not profit"],
        ["Plausible"],
        ["Getting aggressive"],
        ["Add on pullbacks, do not chase"],
    ]


def test_every_condition_says_what_it_looked_at(found: Report) -> None:
    for c in found.conditions:
        assert c.checks, c.name
        assert c.state == "unknown" or c.facts, c.name
        assert c.state != "unknown" or c.reasons, c.name
        for check in c.checks:
            figures = check.limit is not None and check.limit.known and check.value.known
            assert (check.margin is not None) == figures, (c.name, check.text)
    demand = next(c for c in found.conditions if c.name == "cloud_demand")
    check = demand.checks[0]
    assert (check.value.low, check.value.high) == (0.38, 0.38)
    assert check.limit is not None
    assert check.limit.low == 0.30
    assert check.margin is not None
    assert check.margin.text == "+8pp"
    assert demand.kinds == {"reported": 1.0}


def test_what_the_thesis_changed_stands_beside_what_the_module_said(found: Report) -> None:
    assert [(c.name, c.was, c.now) for c in found.changes] == [
        (
            "strong_growth",
            "25% (own: A bar of the author's; no study sets one)",
            "30% (own: A bar of the author's, above that of the module: the price asks for more)",
        )
    ]


def test_each_claim_is_carried(program: Program) -> None:
    """The list at the top of the rule file: twenty claims, and every name on the right is declared."""
    lines = re.findall(r"^#\s+(\d+)  .*?\.{2,} (.*)$", ALIBABA.read_text("utf-8"), re.MULTILINE)
    assert [int(n) for n, _ in lines] == list(range(1, 21))
    for _, carriers in lines[:-1]:
        for name in carriers.split(", "):
            assert name in ("asks", "view") or program.declared(name), name
    assert program.asks
    assert program.view


def test_a_quarter_earlier_it_says_what_is_open() -> None:
    earlier = report("alibaba", "2026-03-20")
    assert any(not v.decided for v in earlier.verdicts)
    assert earlier.unknowns[0].gain > 0
    assert earlier.unknowns[0].verdicts[0].outcomes


def test_both_worlds_of_the_note_change_the_verdicts(found: Report) -> None:
    """Claims 18 and 19: cheap in hindsight, and cash flow matters again."""
    outruns, compounds = (next(s for s in found.scenarios if s.name == n) for n in ("outruns", "compounds"))
    assert outruns.outcomes == {
        "answer": ["Too slowly"],
        "long_term": ["Broken"],
        "near_term": ["Cash flow matters again"],
        "setup": ["Stay away"],
    }
    assert compounds.outcomes == {
        "answer": ["So far yes"],
        "long_term": ["Convincing"],
        "near_term": ["Cheap in hindsight"],
        "setup": ["Build the position"],
    }
    assert "Build first, monetise later: true → false" in compounds.turned
    assert found.unassigned == pytest.approx(0.25)


def test_the_forecast_is_calculated_once_the_quarter_is_known() -> None:
    """158.132bn of cloud revenue a year (known from 2026-05-20), grown by 38% × 0.8, 0.8² and 0.8³."""
    path = report("alibaba", "2026-05-20").forecasts[0].path
    expected = [158.132e9]
    for step in (1, 2, 3):
        expected.append(expected[-1] * (1 + 0.38 * 0.8**step))
    assert [p.low for p in path] == pytest.approx(expected)


def test_the_rules_pass_their_own_examples(program: Program) -> None:
    results = run_examples(program, AS_OF)
    assert len(results) == len(program.examples) >= 12
    failed = {r.output.title for r in results if not r.passed}
    assert len(failed) == 2, "those of the module that this thesis changes: see `thesis test alibaba`"


def test_every_shipped_fact_has_a_source_and_a_day() -> None:
    last = report("alibaba", "2027-12-31")
    assert len(last.facts) >= 80
    for fact in last.facts:
        assert fact.source.strip()
        assert dt.date(2020, 1, 1) < fact.published < dt.date(2026, 12, 31)


def test_rules_that_ship_are_free_of_findings() -> None:
    for path in sorted((ROOT / "rules").glob("*.thesis")):
        assert shipped(path).diagnostics == ()
    assert RULES.names()
