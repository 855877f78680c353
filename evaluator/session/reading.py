"""From paths to checked rules and companies; each step returns its diagnostics.

In: paths, the library. Out: `Checked`, `Company`, or `Failed`. Must not print, and must not know the graph or the
evaluation; facts are imported where they are read, so that `thesis check` starts without pydantic and yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.link.load import Parse
from dsl.syntax.parse import parse
from dsl.text import messages
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import MAX_BYTES, SourceFile, UnreadableFileError

if TYPE_CHECKING:
    from evaluator.facts.model import Company


@record
class Failed:
    """What stood in the way: wrong use (a name that is not there, a setting of the wrong unit), else findings in rules
    or facts. `unsaid`: nothing is wrong with what was given, and something is still to be said."""

    diagnostics: tuple[Diagnostic, ...]
    wrong_use: bool = False
    unsaid: bool = False


def load_facts(
    *paths: Path, ticker: str | None = None, which: str = "--for TICKER"
) -> tuple[Company | None, list[Diagnostic]]:
    """A company from its facts files on disk; `ticker` says which, where a file holds several, and `which` how a user
    says it."""
    from evaluator.readers.load import load
    from evaluator.readers.rows import Settings

    return load(paths, ticker, Settings(which=which))


def check_rules(path: Path, places: Library, shown: str | None = None, parse: Parse = parse) -> Checked | Failed:
    """A rule file, checked; `parse` may know what it parsed before (`Snapshot.parse`)."""
    try:
        source = places.files.read(path, shown)
    except UnreadableFileError as error:
        return _unreadable(error)
    return check_file(source, places, parse)


def check_text(name: str, stream: BinaryIO, places: Library, parse: Parse = parse) -> Checked | Failed:
    """Rules from an open stream under their own name, checked; modules are looked for here."""
    try:
        source = SourceFile.of_bytes(name, stream.read(MAX_BYTES + 1))
    except UnreadableFileError as error:
        return _unreadable(error)
    return check_file(source, places, parse)


def _unreadable(error: UnreadableFileError) -> Failed:
    return Failed((messages.make("T001", None, path=error.path, reason=error.reason, mend=error.hint),), wrong_use=True)


def all_diagnostics(results: Sequence[Checked | Failed]) -> list[Diagnostic]:
    """The diagnostics of several results; those of a module that several of them use once."""
    once: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in (d for result in results for d in result.diagnostics):
        once.setdefault((*diagnostic.sort_key(), diagnostic.message), diagnostic)
    return list(once.values())
