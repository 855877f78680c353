"""Tables in text files, parted by commas, semicolons or tabs.

In: a path. Out: a `Reading`. Must not know what the columns mean.
"""

from __future__ import annotations

import re
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile, Span, read_whole
from evaluator.codes.messages import make
from evaluator.readers.files import forms
from evaluator.readers.rows import Reading, Settings
from evaluator.readers.tables.cells import Slot, Table
from evaluator.readers.tables.encoded import text_of

MAX_BYTES = 64 * 1024 * 1024
TOO_LARGE = "keep the rows that the rules need, or save it as Parquet"
MAX_CELLS = 4_000_000
_SEPARATORS = (",", ";", "\t")


def read_file(path: Path, name: str, settings: Settings) -> list[Reading]:
    """The facts of a table in a text file. Raises UnreadableFileError."""
    data = read_whole(path, name, MAX_BYTES, TOO_LARGE)
    return [read(SourceFile(name, text_of(name, data, settings.encoding)), settings)]


def read(source: SourceFile, settings: Settings) -> Reading:
    """The facts of a table in a text."""
    table = table_of(source)
    return table if isinstance(table, Reading) else forms.read_all([table], settings)[0]


def table_of(source: SourceFile) -> Table | Reading:
    """The cells of a text; or what is wrong with it."""
    if not source.text.strip():
        mend = "write a head, `metric,period,value,published,kind,source`, and rows below it"
        return Reading(source.path, problems=(make("F002", None, at=source.path, mend=mend),))
    separator = _separator(source.text)
    cells = source.text.count(separator) + source.text.count("\n")
    if cells > MAX_CELLS:
        what = f"it has about {cells / 1e6:.0f} million cells; the most is {MAX_CELLS / 1e6:.0f} million"
        mend = "keep the rows and columns that the rules need, or save it as Parquet"
        return Reading(source.path, problems=(make("F040", None, at=source.path, what=what, mend=mend),))
    rows, problem = _rows(source, separator)
    if problem is not None:
        return Reading(source.path, problems=(problem,))
    start = Span(source, 0, max(len(source.line_text(1).rstrip()), 1))
    return Table(source.path, rows, start, separator == ";")


def _separator(text: str) -> str:
    """The one that parts the head into the most columns which mean something; else the one that stands in most rows."""
    top = text[:20_000].split("\n")[:40]
    lines = [line for line in top if line.strip()]

    def heads(separator: str) -> int:
        rows = ([word.strip().strip('"').lower() for word in line.split(separator)] for line in top)
        known = (
            "metric",
            "value",
            "period",
            "period_end",
            "published",
            "kind",
            "source",
            "date",
            "close",
            "open",
            "ticker",
        )
        return max(sum(word in known for word in row) for row in rows)

    def rows(separator: str) -> int:
        return sum(separator in line for line in lines)

    return max(_SEPARATORS, key=lambda separator: (heads(separator), rows(separator)))


def _rows(source: SourceFile, separator: str) -> tuple[list[list[Slot]], Diagnostic | None]:
    """Every cell with its place. A quote that is never closed, or that closes too early, ends the reading."""
    text, end = source.text, len(source.text)
    mark = re.escape(separator)
    field = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={mark}|\n|\Z)|([^{mark}\n]*)')
    rows: list[list[Slot]] = []
    row: list[Slot] = []
    at = 0
    while at <= end:
        found = field.match(text, at)
        assert found is not None
        quoted = found[1] is not None
        if not quoted and found[2].lstrip(" ").startswith('"'):
            reason = "a quote opens a cell and does not close it before the next separator"
            place = source.span(at, at + 1)
            return rows, make("F003", place, reason=reason, mend='close the text with ", and write a " within it as ""')
        content = found[1].replace('""', '"') if quoted else found[2]
        row.append(Slot(content, source.span(at, max(found.end(), at + 1) if content else min(at + 1, end))))
        at = found.end()
        if at >= end or text[at] == "\n":
            rows.append([] if len(row) == 1 and row[0].blank else row)
            row = []
            if at + 1 >= end:
                break
        at += 1
    return rows, None
