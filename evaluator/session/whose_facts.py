"""Whose facts are meant by a ticker, a file or a folder, and which rules say what the names in them are.

In: arguments as a user gives them. Out: `About`, programs, or `Failed`. Must not print, end the process, or know what is
looked for in the facts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.program.program import Program
from dsl.text.messages import did_you_mean
from evaluator.codes.messages import make
from evaluator.session.places import FACTS_SUFFIXES, facts_files, find_facts, known_tickers, rules_dir
from evaluator.session.reading import Failed, check_rules
from evaluator.session.service import (
    COMMAND_LINE,
    About,
    Asking,
    called,
    company_in,
    program_of,
    rules_at,
    without_errors,
)


def declaring(rules: Sequence[str], places: Library) -> list[Program] | Failed:
    """The rules that say what the names of facts are: those that are named, else all of the library without errors.
    Failed where one that is named cannot be read (looked for first), or has errors."""
    if not rules:
        return _in_library(places)
    found: list[Checked] = []
    for name in rules:
        checked = rules_at(name, places)
        if isinstance(checked, Failed):
            return checked
        found.append(checked)
    for checked in found:
        failed = without_errors(checked)
        if isinstance(failed, Failed):
            return failed
    return [program_of(checked) for checked in found]


def _in_library(places: Library) -> list[Program]:
    found = []
    for name in places.names():
        path = places.find(name)
        result = check_rules(path, places) if path is not None else None
        if result is not None and not isinstance(result, Failed) and result.program is not None:
            found.append(result.program)
    return found


def company_at(argument: str) -> About | Failed:
    """A company by ticker, file or folder. Failed: wrong use where there is nothing to read, else the mistakes in it."""
    files = files_of(argument)
    if isinstance(files, Failed):
        return files
    several = len(files) == 1 and len(Path(argument).parts) == 1 and not os.path.exists(argument)
    return company_in(files, argument if several else None)


def files_of(argument: str) -> list[Path] | Failed:
    """The facts files that are meant by a ticker, a file or a folder."""
    path = Path(argument)
    if os.path.isdir(path):
        return facts_files(path) or _no_facts(argument, "name a folder with facts files")
    if path.suffix.lower() in FACTS_SUFFIXES or len(path.parts) > 1:
        return [path]
    return _files_called(argument)


def company_called(ticker: str, asking: Asking = COMMAND_LINE) -> About | Failed:
    """A company by its ticker alone, whatever else lies in a file or folder of that name."""
    files = _files_called(ticker)
    return files if isinstance(files, Failed) else called(company_in(files, ticker), ticker, asking)


def _files_called(ticker: str) -> list[Path] | Failed:
    found = find_facts(ticker, [], rules_dir() / "x")
    if found:
        return found
    known = known_tickers()
    otherwise = f"there are facts for {', '.join(known) or 'no company'}; or name a file"
    return _no_facts(ticker, did_you_mean(ticker, known, otherwise))


def _no_facts(argument: str, mend: str) -> Failed:
    return Failed((make("C001", None, ticker=argument, mend=mend),), wrong_use=True)
