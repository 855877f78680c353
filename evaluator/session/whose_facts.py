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
from dsl.text.record import record
from evaluator.readers.kinds import holds_facts
from evaluator.session.fact_files import facts_about, known_tickers, tickers_in
from evaluator.session.places import find_rules
from evaluator.session.reading import Failed, check_rules
from evaluator.session.service import (
    COMMAND_LINE,
    About,
    Asking,
    company_of,
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


@record
class Asked:
    """A company as a user asks for it: `shown` is how it was written, `ticker` whom it is about where that is said, `facts`
    the files and folders that were named."""

    shown: str
    ticker: str | None
    facts: tuple[Path, ...] = ()

    def company(self, rules: Path | None = None, asking: Asking = COMMAND_LINE) -> About | Failed:
        """The company. Failed: wrong use where there is nothing to read, else the mistakes in it."""
        return company_of(self.ticker, self.facts, rules, asking)


def asked(arguments: Sequence[str], ticker: str | None = None, facts: Sequence[Path] = ()) -> list[Asked]:
    """The companies that are meant by tickers, files and folders, each by itself; a folder about several companies stands for
    each of them. With a `ticker` all files and folders together are about that one company. `facts`: files and folders in
    which the tickers are looked for."""
    paths = [Path(argument) for argument in arguments if is_path(argument)]
    names = [argument for argument in arguments if not is_path(argument)]
    if ticker is not None:
        return [Asked(ticker, ticker, (*facts, *paths)), *(Asked(n, n, tuple(facts)) for n in names if n != ticker)]
    found: list[Asked] = []
    for argument in arguments:
        path = Path(argument)
        about = tickers_in([path]) if os.path.isdir(path) else []
        if not is_path(argument):
            found.append(Asked(argument, argument, tuple(facts)))
        elif len(about) > 1:
            found += [Asked(f"{argument}: {each}", each, (path,)) for each in about]
        else:
            found.append(Asked(argument, None, (path, *facts)))
    return found


def is_path(argument: str) -> bool:
    """Whether a text names a file or a folder rather than a ticker. A word that is both is the ticker, where facts are kept
    about it; `./BABA` is the folder."""
    path = Path(argument)
    if holds_facts(path) or len(path.parts) > 1 or os.sep in argument:
        return True
    return os.path.isdir(path) and not facts_about(argument).read


def company_called(ticker: str, asking: Asking = COMMAND_LINE) -> About | Failed:
    """A company by its ticker alone, whatever else lies in a file or folder of that name."""
    return company_of(ticker, (), None, asking)


def everyone(facts: Sequence[Path] = (), rules: Path | None = None) -> list[str]:
    """The tickers of all companies of which facts are there: in these folders, or where facts are kept."""
    return tickers_in([path for path in facts if os.path.isdir(path)]) if facts else known_tickers(rules)


def rules_file(rules: Sequence[str], places: Library) -> Path | None:
    """The first rule file that is named, beside which facts may lie; None without one."""
    return find_rules(rules[0], places) if rules else None
