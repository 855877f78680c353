"""What went wrong, where, and the mend: one value for every stage, as text with a caret or as JSON.

In: a code with its sentence and a span. Out: text and JSON-ready objects. Must not know who found it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from dsl.source import Span

_MAX_SHOWN_WIDTH = 160


class Severity(StrEnum):
    """An error stops the run; a warning is shown and the run goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that belongs to a diagnostic, with a word on why."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
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

    @property
    def is_error(self) -> bool:
        """Whether this stops the run."""
        return self.severity is Severity.ERROR

    def sort_key(self) -> tuple[str, int, str]:
        """By file, then place, then code."""
        if self.span is None:
            return (self.path or "", -1, self.code)
        return (self.span.source.path, self.span.start, self.code)


class DiagnosticJson(TypedDict):
    """The JSON shape of a diagnostic; line and column count from 1 and are null where there is no place."""

    code: str
    severity: str
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None
    length: int | None
    related: list[dict[str, object]]


def to_json(diagnostic: Diagnostic) -> DiagnosticJson:
    """A diagnostic as plain JSON values."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "file": span.source.path if span else diagnostic.path,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "length": span.length if span else None,
        "related": [
            {"file": label.span.source.path, "line": label.span.line, "column": label.span.column, "text": label.text}
            for label in diagnostic.labels
        ],
    }


def to_text(diagnostic: Diagnostic) -> str:
    """A diagnostic as text: headline, place, the line with a caret, second places, the mend."""
    head = f"{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"
    lines = [head]
    if diagnostic.span is not None:
        lines += _excerpt(diagnostic.span, "")
    elif diagnostic.path is not None:
        lines.append(f"  --> {diagnostic.path}")
    for label in diagnostic.labels:
        lines += _excerpt(label.span, label.text)
    if diagnostic.hint:
        lines.append(f"  mend: {diagnostic.hint}")
    return "\n".join(lines)


def _excerpt(span: Span, label: str) -> list[str]:
    line, column = span.source.line_column(span.start)
    text = span.source.line_text(line)
    first = 0
    if len(text) > _MAX_SHOWN_WIDTH:  # a line of a megabyte is shown around the place, not whole
        first = max(0, column - 1 - _MAX_SHOWN_WIDTH // 2)
    shown = text[first : first + _MAX_SHOWN_WIDTH]
    at = column - 1 - first
    width = max(1, min(span.length, len(shown) - at))
    pad = "".join("\t" if char == "\t" else " " for char in shown[:at])
    number = str(line)
    gutter = " " * len(number)
    caret = f"{gutter} | {pad}{'^' * width}{' ' + label if label else ''}"
    return [f"{gutter}--> {span}", f"{gutter} |", f"{number} | {shown}", caret]


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """'2 errors, 1 warning', or '' where there is nothing."""
    found = list(diagnostics)
    errors = sum(d.is_error for d in found)
    warnings = len(found) - errors
    parts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in parts if n)
