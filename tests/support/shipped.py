"""The shipped theses on the companies that they are for, as of a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.session.fact_files import company_files
from evaluator.session.reading import load_facts
from evaluator.session.run import Run, run
from tests.paths import ROOT

RULES = ROOT / "rules"
FOLDERS = ((RULES, RULES / "facts"), (RULES / "examples", RULES / "examples" / "facts"))


def shipped_run(path: Path, facts: Path, day: dt.date) -> Run | None:
    """A thesis on the company that it is for; None for a module, which is for none."""
    places = Library((RULES, RULES / "library"))
    checked = check_file(SourceFile.read(path, path.name), places)
    assert checked.program is not None, checked.diagnostics
    if checked.program.ticker is None:
        return None
    company, problems = load_facts(*company_files(facts, checked.program.ticker))
    assert company is not None, problems
    found = run(checked, company, day, places=places)
    assert isinstance(found, Run), found
    return found


def shipped_runs(day: dt.date) -> dict[str, Run]:
    """All of them by their names."""
    found = {}
    for rules, facts in FOLDERS:
        for path in sorted(rules.glob("*.thesis")):
            made = shipped_run(path, facts, day)
            if made is not None:
                found[made.program.name] = made
    return found
