"""What commands share: the way from arguments to rules, facts and a run.

In: arguments as typed. Out: checked rules, companies, files. Must not know what a command prints.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.lowering.settings import read_settings
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from evaluator.codes.messages import make
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, show
from evaluator.session.places import find_facts, find_rules, known_tickers, library
from evaluator.session.reading import Failed, check_rules, load_facts

if TYPE_CHECKING:
    from evaluator.session.run import Run


def library_of(folders: Sequence[Path]) -> Library:
    """The library with given folders first; one that is no folder is wrong use."""
    for folder in folders:
        if not os.path.isdir(folder):
            fail(
                [
                    make(
                        "C002",
                        None,
                        at=str(folder),
                        what="this is not a folder",
                        mend="name the folder that holds the modules",
                    )
                ],
                WRONG_USE,
            )
    return library(folders)


def no_rules(name: str, places: Library) -> Diagnostic:
    """That no file and no name in the library is meant, and which may be."""
    known = places.names()
    listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    mend = did_you_mean(name, known, f"name a file, or one of {listed or 'none'} (see `thesis list`)")
    return make("C002", None, what=f"there are no rules `{name}`", mend=mend)


def open_rules(name: str, places: Library) -> Checked:
    """A rule file by path or name; ends the run where it cannot be read."""
    path = find_rules(name, places)
    if path is None:
        fail([no_rules(name, places)], WRONG_USE)
    checked = check_rules(path, places, from_here(path))
    if isinstance(checked, Failed):
        fail(checked.diagnostics, WRONG_USE)
    return checked


def from_here(path: Path) -> str:
    """How messages name a file: from here, where it lies below."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def run_rules(
    rules: str,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    library: Sequence[Path],
) -> Run:
    """The whole way from arguments to an evaluation; ends the run with what stands in the way."""
    places = library_of(library)
    return run_checked(open_checked(rules, places), places, ticker, facts, as_of, settings)


def open_checked(rules: str, places: Library) -> Checked:
    """A rule file without mistakes; ends the run with those that it has."""
    checked = open_rules(rules, places)
    if checked.program is None:
        fail(checked.diagnostics, FINDINGS)
    return checked


def day_of(as_of: dt.date | None) -> dt.date:
    """The as-of date: the one given, or today, which is then said."""
    if as_of is not None:
        return as_of
    today = dt.date.today()
    click.echo(f"as of {today} (today); name another day with --as-of", err=True)
    return today


def run_checked(
    checked: Checked,
    places: Library,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    elsewhere: Callable[[], Collection[str]] | None = None,
) -> Run:
    """From checked rules and arguments to an evaluation; ends the run with what stands in the way. `elsewhere` gives
    the names that other rules ask for, where several runs share them."""
    if ticker is not None and not ticker.strip():
        raise click.UsageError("--for names no company; write --for TICKER")
    program = checked.program
    assert program is not None, "open_checked ends the run where there are mistakes"
    malformed = [make("C005", None, text=s) for s in settings if not all(part.strip() for part in s.partition("="))]
    if malformed:
        fail(malformed, WRONG_USE)
    wanted = ticker or program.ticker
    company, problems = load_facts(*_facts_paths(wanted, facts, Path(checked.source.path)), ticker=wanted)
    if company is None:
        missing = any(d.code == "F001" for d in problems)
        fail(problems, WRONG_USE if missing else FINDINGS)
    if wanted is not None and company.ticker.upper() != wanted.upper():
        fail([make("C004", None, at=company.path, found=company.ticker, wanted=wanted)], WRONG_USE)
    show(problems)
    given, problems = read_settings(program, settings)
    if problems:
        fail(problems, WRONG_USE)
    day = day_of(as_of)
    from evaluator.session.run import run

    found = run(checked, company, day, given, places, elsewhere)
    if isinstance(found, Failed):
        fail(found.diagnostics, FINDINGS)
    return found


def _facts_paths(ticker: str | None, facts: Sequence[Path], rules: Path) -> list[Path]:
    if ticker is None and all(os.path.isdir(path) for path in facts):
        known = known_tickers(rules)
        raise click.UsageError(
            f"these rules are for any company: say which with --for TICKER (facts are there for {', '.join(known) or 'none'})"
        )
    found = find_facts(ticker or "", facts, rules)
    if not found and facts:
        mend = f"put `{ticker}.yaml` there, or leave `--facts` out to look where facts are kept"
        folders = ", ".join(map(str, facts))
        fail(
            [make("C002", None, at=folders, what=f"there are no facts about {ticker} in this folder", mend=mend)],
            WRONG_USE,
        )
    if not found:
        known = known_tickers(rules)
        near = did_you_mean(
            ticker or "", known, f"there are facts for {', '.join(known) or 'no company'}; or name a file with --facts"
        )
        fail([make("C001", None, ticker=ticker, mend=near)], WRONG_USE)
    return found
