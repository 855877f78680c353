"""The facts that ship: every figure has a source and a day, and can be read by the rules that ask for it."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.facts.calendar import Unclear
from evaluator.facts.model import Company, Fact, SourceKind
from evaluator.known.bind import bind
from evaluator.readers.load import read_company
from evaluator.session.elsewhere import names_elsewhere
from evaluator.session.fact_files import company_files
from evaluator.session.places import library
from evaluator.session.reading import load_facts
from tests.paths import ROOT

FACTS = sorted((ROOT / "rules" / "facts").glob("*.yaml"))
RULES = sorted([*(ROOT / "rules").glob("*.thesis"), *(ROOT / "rules" / "library").glob("*.thesis")])
PLACES = Library((ROOT / "rules", ROOT / "rules" / "library"))
FORWARD = (SourceKind.GUIDANCE, SourceKind.ESTIMATE)
LAST = dt.date(2026, 8, 22)
"""No shipped figure became known after this day: the sources were read then."""
DISPUTED = {
    "BABA": {
        ("adjusted_ebita", "2025-12-31"),
        ("operating_cash", "2025-12-31"),
        ("quarter_free_cash", "2025-12-31"),
    },
    "GOOGL": {("backlog", "2025-12-31")},
}
"""Where two sources gave two figures on one day, both stand in the file."""


def company(path: Path) -> Company:
    """A company as `--for` finds it: its file, and what lies in the folder beside it."""
    found, problems = load_facts(*company_files(path.parent, path.stem))
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
        assert not isinstance(said, Unclear), what
        end = said if isinstance(said, dt.date) else said.end
        assert end <= fact.published or fact.kind in FORWARD, what


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_what_is_said_twice_is_a_contradiction_that_is_known(path: Path) -> None:
    """One name, one period, one day of publication, one kind: a second row is a slip of the pen, or another source."""
    rows: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for f in company(path).facts:
        rows[f.name, f"{f.period or f.date} {f.published} {f.kind}"].append(f)
    twice = {key: facts for key, facts in rows.items() if len(facts) > 1}
    assert {(name, when.split()[0]) for name, when in twice} == DISPUTED.get(path.stem, set())
    for facts in twice.values():
        assert len({f.value for f in facts}) == len({f.source for f in facts}) == len(facts)
        assert all(f.note for f in facts), "each says what the other prints, or why it does not fit"


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
        head, mark, facts = text.partition("\nfacts:\n")
        doctored, count = re.subn(pattern, "", facts, count=1)
        assert count == 1
        found, problems = read_company(SourceFile(str(path), head + mark + doctored))
        assert found is None
        assert [d.code for d in problems] == ["F010"]
        assert f"has no `{key}`" in problems[0].message
        assert problems[0].span is not None


def test_a_source_that_is_blank_is_refused() -> None:
    head, mark, facts = FACTS[0].read_text("utf-8").partition("\nfacts:\n")
    text = re.sub(r'source: "[^"]*"', 'source: " "', facts, count=1)
    found, problems = read_company(SourceFile("AMZN.yaml", head + mark + text))
    assert found is None
    assert [d.code for d in problems] == ["F012"]
