"""The facts that ship: every figure has a source and a day, and can be read by the rules that ask for it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.facts.model import Company, SourceKind
from evaluator.known.bind import bind
from evaluator.readers.load import read_company
from evaluator.session.places import library
from evaluator.session.reading import load_facts
from evaluator.session.run import names_elsewhere
from tests.paths import ROOT

FACTS = sorted((ROOT / "rules" / "facts").glob("*.yaml"))
RULES = sorted([*(ROOT / "rules").glob("*.thesis"), *(ROOT / "rules" / "library").glob("*.thesis")])
PLACES = Library((ROOT / "rules", ROOT / "rules" / "library"))
FORWARD = (SourceKind.GUIDANCE, SourceKind.ESTIMATE)
LAST = dt.date(2026, 8, 22)
"""No shipped figure became known after this day: the sources were read then."""


def company(path: Path) -> Company:
    found, problems = load_facts(path)
    assert found is not None, problems
    assert problems == []
    return found


def test_eight_companies_ship() -> None:
    assert {path.stem for path in FACTS} >= {"AMZN", "BABA", "BIDU", "CRWV", "GOOGL", "MSFT", "ORCL", "TCEHY"}


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_every_figure_has_a_source_a_day_and_a_period_that_had_ended(path: Path) -> None:
    found = company(path)
    assert found.ticker == path.stem
    assert len(found.facts) >= 8
    for fact in found.facts:
        what = f"{fact.name}, line {fact.place.line}"
        assert len(fact.source.strip()) > 3, what
        assert fact.published <= LAST, what
        said = fact.date or found.fiscal_year_ends.parse(fact.period or "")
        assert said is not None, what
        end = said if isinstance(said, dt.date) else said.end
        assert end <= fact.published or fact.kind in FORWARD, what


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_no_figure_is_said_twice(path: Path) -> None:
    """One name, one period, one day of publication, one kind: a second row would be a slip of the pen."""
    rows = [(f.name, f.period, f.date, f.published, f.kind) for f in company(path).facts]
    assert sorted({str(row) for row in rows if rows.count(row) > 1}) == []


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_every_figure_is_read_by_the_rules_that_ask_for_it(path: Path) -> None:
    """All rules that ship are bound: a unit, a period or a name that does not fit any of them is a mistake here."""
    found, asked = company(path), set[str]()
    elsewhere = names_elsewhere(library([ROOT / "rules", ROOT / "rules" / "library"]))
    for rules in RULES:
        checked = check_file(SourceFile.read(rules), PLACES)
        assert checked.program is not None
        bound = bind(checked.program, found, lambda: elsewhere)
        assert [d.message for d in bound.diagnostics] == [], rules.name
        asked |= {b.fact.name for b in bound.facts}
    assert {f.name for f in found.facts} == asked


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_a_figure_without_its_source_or_its_day_is_refused(path: Path) -> None:
    text = path.read_text("utf-8")
    for key, pattern in {"source": r', source: "[^"]*"', "published": r", published: [0-9-]+"}.items():
        doctored, count = re.subn(pattern, "", text, count=1)
        assert count == 1
        found, problems = read_company(SourceFile(str(path), doctored))
        assert found is None
        assert [d.code for d in problems] == ["F010"]
        assert f"has no `{key}`" in problems[0].message
        assert problems[0].span is not None


def test_a_source_that_is_blank_is_refused() -> None:
    text = re.sub(r'source: "[^"]*"', 'source: " "', FACTS[0].read_text("utf-8"), count=1)
    found, problems = read_company(SourceFile("AMZN.yaml", text))
    assert found is None
    assert [d.code for d in problems] == ["F012"]
