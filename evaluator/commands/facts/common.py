"""What the commands share that look at facts: whose facts are meant, and what rules say of their names.

In: arguments as typed. Out: companies with what is wrong with their files, programs. Must not know what a command prints.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dsl.link.library import Library
from dsl.program.program import Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from evaluator.codes.messages import make
from evaluator.commands.common import open_rules
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail
from evaluator.session.places import FACTS_SUFFIXES, facts_files, find_facts, known_tickers, rules_dir
from evaluator.session.reading import Failed, check_rules, load_facts

if TYPE_CHECKING:
    from evaluator.facts.model import Company


def programs(rules: Sequence[str], places: Library) -> list[Program]:
    """The rules that say what the names of facts are: those that are named, else all of the library without mistakes."""
    if rules:
        checked = [open_rules(name, places) for name in rules]
        for one in checked:
            if one.program is None:
                fail(one.diagnostics, FINDINGS)
        return [one.program for one in checked if one.program is not None]
    found = []
    for name in places.names():
        path = places.find(name)
        result = check_rules(path, places) if path is not None else None
        if result is not None and not isinstance(result, Failed) and result.program is not None:
            found.append(result.program)
    return found


def files_of(argument: str) -> list[Path] | Diagnostic:
    """The facts files that are meant by a ticker, a file or a folder; or that there are none."""
    path = Path(argument)
    if os.path.isdir(path):
        return facts_files(path) or make("C001", None, ticker=argument, mend="name a folder with facts files")
    if path.suffix.lower() in FACTS_SUFFIXES or len(path.parts) > 1:
        return [path]
    found = find_facts(argument, [], rules_dir() / "x")
    if found:
        return found
    known = known_tickers()
    mend = did_you_mean(argument, known, f"there are facts for {', '.join(known) or 'no company'}; or name a file")
    return make("C001", None, ticker=argument, mend=mend)


def company_of(argument: str) -> tuple[Company | None, list[Diagnostic], bool]:
    """A company by ticker or file, what is wrong with its files, and whether anything was there to read."""
    files = files_of(argument)
    if isinstance(files, Diagnostic):
        return None, [files], False
    several = len(files) == 1 and len(Path(argument).parts) == 1 and not os.path.exists(argument)
    company, problems = load_facts(*files, ticker=argument if several else None)
    return company, problems, not any(d.code == "F001" for d in problems)


def must(argument: str) -> Company:
    """A company without mistakes in its files; else the end of the run."""
    company, problems, there = company_of(argument)
    if company is None:
        fail(problems, FINDINGS if there else WRONG_USE)
    return company
