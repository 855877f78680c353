"""What went wrong, where, and the mend: one value for every stage, as text with a caret or as JSON.

In: a code with its sentence and a span. Out: text and JSON-ready objects. Must not know who found it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TypedDict

from dsl.text.edits import Fix
from dsl.text.excerpt import Mark, excerpt
from dsl.text.hidden import one_line
from dsl.text.record import MAX_SHOWN, cut, record
from dsl.text.source import Span


class Severity(StrEnum):
    """An error stops the run; a warning is shown and the run goes on."""

    ERROR = "error"
    WARNING = "warning"


_ROOM, _WORD_ROOM = 1_500, 200
"""The longest text, and the longest word, that a finding shows whole."""
_LONG_WORD = re.compile(rf"\S{{{_WORD_ROOM + 1},}}")


def _short(text: str) -> str:
    """The text with its middle left out where it is too long to be read, so that a name of a megabyte shows as a name."""
    if len(text) <= _WORD_ROOM:
        return text
    text = _LONG_WORD.sub(lambda word: _without_middle(word.group(), _WORD_ROOM), text)
    return _without_middle(text, _ROOM) if len(text) > _ROOM else text


def _without_middle(text: str, room: int) -> str:
    return f"{text[: room * 2 // 3]}…{text[-room // 3 + 1 :]}"


@record
class Label:
    """A second place that belongs to a diagnostic, with a word on why."""

    span: Span
    text: str


@record
class Diagnostic:
    """One finding: stable code, place (none for a file that cannot be read), sentence, mend."""

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    hint: str | None = None
    labels: tuple[Label, ...] = ()
    path: str | None = None
    """The file, where there is no span."""
    label: str = ""
    """A word on the place itself."""
    fixes: tuple[Fix, ...] = ()
    """What does what the mend says: one that is sure, or alternatives to choose from."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", _short(self.message))
        object.__setattr__(self, "label", _short(self.label))
        if self.hint is not None:
            object.__setattr__(self, "hint", _short(self.hint))
        if any(len(label.text) > _WORD_ROOM for label in self.labels):
            short = tuple(replace(label, text=_short(label.text)) for label in self.labels)
            object.__setattr__(self, "labels", short)

    def __repr__(self) -> str:
        place = self.span or self.path
        return cut(f"Diagnostic({self.code}{f' at {place}' if place else ''}: {self.message})", MAX_SHOWN)

    @property
    def sure_fix(self) -> Fix | None:
        """The fix that may be applied unasked, where there is one."""
        return self.fixes[0] if len(self.fixes) == 1 and self.fixes[0].sure else None

    @property
    def is_error(self) -> bool:
        """Whether this stops the run."""
        return self.severity is Severity.ERROR

    def sort_key(self) -> tuple[str, int, str]:
        """By file, then place, then code."""
        if self.span is None:
            return (self.path or "", -1, self.code)
        return (self.span.source.path, self.span.start, self.code)


class PlaceJson(TypedDict):
    """The JSON shape of a place; lines and columns count from 1, an end is the column after the last character.
    `column` counts characters, `column_utf16` as editors count (an emoji is two). In a sheet of a workbook lines are its
    rows, columns its columns."""

    file: str
    sheet: str | None
    line: int
    column: int
    end_line: int
    end_column: int
    column_utf16: int
    end_column_utf16: int


class RelatedJson(PlaceJson):
    """The JSON shape of a second place, with a word on why."""

    text: str


class EditJson(PlaceJson):
    """The JSON shape of an edit: the text that takes the place of what stands there."""

    text: str


class FixJson(TypedDict):
    """The JSON shape of a fix; `sure`: it may be applied unasked."""

    title: str
    sure: bool
    edits: list[EditJson]


class DiagnosticJson(TypedDict):
    """The JSON shape of a diagnostic; its place as in `PlaceJson`, null where there is none."""

    code: str
    severity: str
    message: str
    hint: str | None
    file: str | None
    sheet: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    column_utf16: int | None
    end_column_utf16: int | None
    length: int | None
    label: str | None
    related: list[RelatedJson]
    fixes: list[FixJson]


def to_json(diagnostic: Diagnostic) -> DiagnosticJson:
    """A diagnostic as plain JSON values."""
    span = diagnostic.span
    place = _place(span) if span else None
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "file": place["file"] if place else diagnostic.path,
        "sheet": place["sheet"] if place else None,
        "line": place["line"] if place else None,
        "column": place["column"] if place else None,
        "end_line": place["end_line"] if place else None,
        "end_column": place["end_column"] if place else None,
        "column_utf16": place["column_utf16"] if place else None,
        "end_column_utf16": place["end_column_utf16"] if place else None,
        "length": span.length if span else None,
        "label": diagnostic.label or None,
        "related": [{**_place(label.span), "text": label.text} for label in diagnostic.labels],
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
    }


def _place(span: Span) -> PlaceJson:
    source, end = span.source, max(span.end, span.start)
    end_line, end_column = source.position(end)
    return {
        "file": source.path,
        "sheet": source.sheet,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
        "column_utf16": source.column_utf16(span.start),
        "end_column_utf16": source.column_utf16(end),
    }


def _fix(fix: Fix) -> FixJson:
    edits: list[EditJson] = [{**_place(edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "sure": fix.sure, "edits": edits}


def to_text(diagnostic: Diagnostic) -> str:
    """A diagnostic as text: headline, the lines of all its places with their marks, the mend. What it quotes from outside
    is made visible (`hidden.shown`): the text may go to a terminal."""
    lines = [f"{diagnostic.severity.value}[{diagnostic.code}]: {one_line(diagnostic.message)}"]
    marks = [Mark(label.span, label.text, main=False) for label in diagnostic.labels]
    if diagnostic.span is not None:
        marks.insert(0, Mark(diagnostic.span, diagnostic.label, main=True))
    elif diagnostic.path is not None:
        lines.append(f"  --> {one_line(diagnostic.path)}")
    if marks:
        lines += map(one_line, excerpt(marks))
    if diagnostic.hint:
        lines.append(f"  mend: {one_line(diagnostic.hint)}")
    return "\n".join(lines)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """'2 errors, 1 warning', or '' where there is nothing."""
    found = list(diagnostics)
    errors = sum(d.is_error for d in found)
    warnings = len(found) - errors
    parts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in parts if n)
