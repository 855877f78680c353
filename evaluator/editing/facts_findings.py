"""What is wrong or odd in a facts file as it stands in an editor.

In: the file, its text where it is not saved, rules. Out: diagnostics. Must not know editors.

A file as it is on disk is judged as `thesis facts check` judges it: with all that lies beside it about the same company. A
text that is not saved is judged by itself: what it says, and whether the rules can take it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from dsl.program.program import Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile, UnreadableFileError
from dsl.workspace.workspace import Snapshot
from evaluator.checkup.audit import audit, declarations
from evaluator.readers.load import read_company
from evaluator.session.reading import Failed
from evaluator.session.service import company_of, names_elsewhere


def findings(path: Path, text: str | None, snapshot: Snapshot, day: dt.date) -> list[Diagnostic]:
    """The findings of a facts file, by their places."""
    saved = _saved(path)
    if text is None or (saved is not None and saved == _read(path, text)):
        about = company_of(None, [path])
        if isinstance(about, Failed):
            return sorted(about.diagnostics, key=Diagnostic.sort_key)
        company, found = about.company, list(about.notes)
    else:
        try:
            source = SourceFile.of_text(str(path), text)
        except UnreadableFileError:
            return []
        alone, found = read_company(source)
        if alone is None:
            return sorted(found, key=Diagnostic.sort_key)
        company = alone
    program = declarations(_programs(snapshot), company)
    if program is not None:
        judged = audit(program, company, day, names_elsewhere(snapshot.library), day)
        found += judged if text is None or saved == _read(path, text) else [d for d in judged if d.is_error]
    return sorted(dict.fromkeys(found), key=Diagnostic.sort_key)


def _saved(path: Path) -> str | None:
    try:
        return SourceFile.read(path).text
    except UnreadableFileError:
        return None


def _read(path: Path, text: str) -> str | None:
    try:
        return SourceFile.of_text(str(path), text).text
    except UnreadableFileError:
        return None


def _programs(snapshot: Snapshot) -> list[Program]:
    """The rules of the library that can be run."""
    checked = (snapshot.checked(named.found.path) for named in snapshot.library.listing())
    return [each.program for each in checked if each.program is not None]
