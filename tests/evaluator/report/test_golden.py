"""The reports of the worked example as they were frozen: `make golden` freezes them anew."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.render.as_json import render_json
from evaluator.render.page import render
from evaluator.schema.report import Report
from evaluator.session.fact_files import company_files
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from tests.conftest import Golden
from tests.paths import ROOT

GOLDEN = ROOT / "tests" / "golden"
RULES = Library((ROOT / "rules",))

# The day after the results; a day when much is unknown and outcomes are sets; a critical bear that holds.
DAYS = {"decided": ("2026-05-14", {}), "undecided": ("2025-09-15", {})}


def report(rules: str, day: str) -> Report:
    checked = check_file(SourceFile.read(ROOT / "rules" / f"{rules}.thesis", f"{rules}.thesis"), RULES)
    company, problems = load_facts(*company_files(ROOT / "rules" / "facts", "BABA"))
    assert company is not None, problems
    found = run(checked, company, dt.date.fromisoformat(day), places=RULES)
    assert isinstance(found, Run)
    return found.report()


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_report(name: str, form: str, golden: Golden) -> None:
    found = report("alibaba", DAYS[name][0])
    text = render_json(found) if form == "json" else render(found, form)  # type: ignore[arg-type]
    golden(GOLDEN / f"alibaba_{name}.{form}", text)


def test_the_module_alone(golden: Golden) -> None:
    golden(GOLDEN / "ai_infrastructure_BABA.md", render(report("ai_infrastructure", "2026-05-14"), "md"))


def test_json_reads_back_as_it_was() -> None:
    found = report("alibaba", "2026-05-14")
    assert Report.model_validate_json(render_json(found)) == found


@pytest.mark.parametrize("form", ["md", "html"])
def test_sections_stand_in_the_order_of_the_memo(form: str) -> None:
    text = render(report("alibaba", "2026-05-14"), form)  # type: ignore[arg-type]
    headings = re.findall(r"^## (.*)$" if form == "md" else r"<h2[^>]*>(.*?)</h2>", text, re.MULTILINE)
    wanted = [
        "Verdicts",
        "The key question",
        "Scorecard",
        "Scenarios",
        "What is unknown",
        "Catalysts",
        "Risks",
        "Evidence",
        "Questions for management",
        "Metrics",
        "Rules in force",
        "How each verdict was reached",
        "From facts to verdicts",
        "Appendix: facts",
    ]
    places = [next((n for n, h in enumerate(headings) if h.startswith(w)), None) for w in wanted]
    assert None not in places[1:], headings
    found = [p for p in places if p is not None]
    assert found == sorted(found), headings
    assert "no" in text
    assert "not investment advice" in text
