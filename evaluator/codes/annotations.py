"""Diagnostics as annotations of GitHub's workflow commands: `::error file=…,line=…::message`.

In: diagnostics and the folder that file names are relative to. Out: lines. Must not know the command line.
Format: GitHub's "Workflow commands" reference; in a message %, CR and LF are escaped, in a property : and , as well.
"""

from __future__ import annotations

import os
from pathlib import PurePath

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import Span

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def annotation(diagnostic: Diagnostic, root: str) -> str:
    """One diagnostic as one line; second places and the mend stand on their own lines in its message."""
    properties = {**_place(diagnostic, root), "title": diagnostic.code}
    listed = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
    lines = [diagnostic.message]
    for label in diagnostic.labels:
        place = f"{_relative(label.span.source.path, root)}:{label.span.line}"
        lines.append(f"{place}: {label.text}" if label.text else f"see {place}")
    if diagnostic.hint:
        lines.append(f"mend: {diagnostic.hint}")
    return f"::{diagnostic.severity.value} {listed}::" + "\n".join(lines).translate(_DATA)


def _place(diagnostic: Diagnostic, root: str) -> dict[str, object]:
    span = diagnostic.span
    if span is None:
        return {"file": _relative(diagnostic.path, root)} if diagnostic.path else {}
    end_line, end_column = _end(span)
    found: dict[str, object] = {"file": _relative(span.source.path, root), "line": span.line, "endLine": end_line}
    if end_line == span.line:  # GitHub takes columns only for a place on one line
        found |= {"col": span.column, "endColumn": end_column}
    return found


def _end(span: Span) -> tuple[int, int]:
    return span.source.line_column(max(span.end, span.start))


def _relative(path: str, root: str) -> str:
    """A file as GitHub names it: from the root, with slashes; as it is where it lies elsewhere."""
    real, top = os.path.realpath(path), os.path.realpath(root)
    try:
        inside = os.path.commonpath([real, top]) == top
    except ValueError:  # another drive
        inside = False
    return PurePath(os.path.relpath(real, top) if inside else path).as_posix()
