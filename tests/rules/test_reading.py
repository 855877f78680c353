"""Every shipped report reads well: no figure that is not known in a sentence, no name of the rules in prose, no claim of a
condition that does not hold, nothing that is missing without its name, no hole in a line."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from html import unescape

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.render.page import render
from evaluator.schema.parts import Reason
from evaluator.schema.report import Report
from evaluator.session.fact_files import company_files
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from tests.paths import ROOT

RULES = ROOT / "rules"
PLACES = Library((RULES, RULES / "library"))
FILES = sorted([*RULES.glob("*.thesis"), *(RULES / "library").glob("*.thesis")])
NAMES = sorted(path.stem for path in (RULES / "facts").glob("*.yaml"))
DECIDED, EARLY = dt.date(2026, 5, 14), dt.date(2025, 2, 1)
OWN = [("alibaba", "BABA"), ("baidu", "BIDU"), ("coreweave", "CRWV"), ("microsoft", "MSFT"), ("oracle", "ORCL")]
READ = [(rules, ticker, day) for rules, ticker in OWN for day in (DECIDED, EARLY)] + [
    ("net_debt_and_cover", "ORCL", DECIDED)
]
"""Each thesis on its own company, on a day when much is known and on one when little is, and a module of the library."""
EVERY = [(path.stem, name, day) for path in FILES for name in NAMES for day in (DECIDED, EARLY)]


@cache
def report(rules: str, ticker: str, day: dt.date) -> Report:
    path = next(path for path in FILES if path.stem == rules)
    company, problems = load_facts(*company_files(RULES / "facts", ticker))
    assert company is not None, problems
    found = run(check_file(SourceFile.read(path, path.name), PLACES), company, day, places=PLACES)
    assert isinstance(found, Run), found
    return found.report()


def prose(found: Report, form: str) -> list[str]:
    """The lines of a report without rules as they are written: code, and the tables of what was changed or set."""
    text = render(found, "html" if form == "html" else "md")
    if form == "html":
        text = re.sub(r"(?s)<(style|script|code|svg)\b.*?</\1>", "", text)
        text = re.sub(r'(?s)<section id="settings".*?</section>', "", text)
        text = unescape(re.sub(r"<[^>]*>", "\n", text))
    else:
        text = re.sub(r"(?s)## Rules in force.*?\n## ", "\n## ", text)
        text = re.sub(r"`[^`]*`", "it", re.sub(r"\]\([^)]*\)", "", text)).replace("\\", "")
    return [line.strip() for line in text.splitlines() if line.strip()]


def reads_well(found: Report, form: str) -> None:
    names = {node.name for node in found.graph.nodes if "_" in node.name}
    for line in prose(found, form):
        if line.startswith(("As of", "**Company**")):  # names of rule files and hashes
            continue
        assert "an unknown" not in line.lower(), line
        if form == "md":  # of a page each piece is a line by itself
            assert not re.search(r"\S  +\S", line), f"two blanks: {line}"
            assert not re.search(r"(^|[(>] ?)[:,] |: :|\(\)|\s[,;.](\s|$)", line), f"a hole: {line}"
        raw = names & set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", line))
        assert not raw, f"names of the rules: {raw} in {line}"


def says_what_holds(found: Report) -> None:
    """A sentence stands under what holds; what is missing has a name, which is no condition's, verdict's or kill's."""
    judged = {c.name for c in (*found.conditions, *found.verdicts, *found.kills, *found.catalysts, *found.pillars)}
    for condition in found.conditions:
        if condition.state in ("unknown", "not applicable", "not meaningful"):
            assert not condition.because, condition.because
    for kill in found.kills:
        assert not kill.because or kill.status == "has happened"
    for catalyst in found.catalysts:
        assert not catalyst.because or catalyst.status == "met"
    missing: list[Reason] = [r for part in (*found.verdicts, *found.pillars) for r in part.reasons]
    missing += [r for part in (*found.conditions, *found.kills, *found.catalysts) for r in part.reasons]
    for reason in (*missing, *(r for unknown in found.unknowns for r in unknown.wanted)):
        assert reason.name, reason
        assert reason.title, reason
        assert reason.reason, reason
    assert not judged & {unknown.name for unknown in found.unknowns}


@pytest.mark.parametrize(("rules", "ticker", "day"), READ)
def test_a_shipped_report_reads_well(rules: str, ticker: str, day: dt.date) -> None:
    found = report(rules, ticker, day)
    says_what_holds(found)
    for form in ("md", "html"):
        reads_well(found, form)


@pytest.mark.soak
@pytest.mark.parametrize(("rules", "ticker", "day"), EVERY)
def test_every_shipped_report_reads_well(rules: str, ticker: str, day: dt.date) -> None:
    test_a_shipped_report_reads_well(rules, ticker, day)
