"""JSON: what a company has filed with the SEC, or a vendor's list of statements, which is a table with a row for each entry.

In: a path. Out: `Reading`s. Must not know what the keys mean.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dsl.text.source import SourceFile, decode, read_whole
from evaluator.codes.messages import make
from evaluator.readers.files import forms
from evaluator.readers.filings import filings
from evaluator.readers.grid import Grid
from evaluator.readers.numerals import of_float
from evaluator.readers.rows import Reading, Settings
from evaluator.readers.tables.cells import Slot, Table

MAX_BYTES = filings.MAX_BYTES
_LISTS = ("historical", "quarterlyReports", "annualReports", "data", "results")
"""Under which keys vendors keep their entries, where a file is no list itself."""


def read_file(path: Path, name: str, settings: Settings) -> list[Reading]:
    """The facts in a JSON file. Raises UnreadableFileError."""
    text = decode(name, read_whole(path, name, MAX_BYTES, "keep what the rules need, or fetch the file again"))
    if re.match(r"\s*\[\s*\{", text) is None and not re.match(rf'\s*\{{\s*"(?:symbol|{"|".join(_LISTS)})"', text):
        return [filings.read(SourceFile(name, text), settings)]
    table = table_of(name, text)
    return [table] if isinstance(table, Reading) else forms.read_all([table], settings)


def table_of(name: str, text: str) -> Table | Reading:
    """A list of entries as a table: a column for each key, in the order in which they come."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        reason, mend = "it is not JSON that can be read", "download it again"
        return Reading(name, problems=(make("F046", None, at=name, reason=reason, mend=mend),))
    entries = (
        found if isinstance(found, list) else next((found[k] for k in _LISTS if isinstance(found.get(k), list)), [])
    )
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        reason, mend = "it is not a list of entries with keys and values", "export the statements as a list, or as CSV"
        return Reading(name, problems=(make("F046", None, at=name, reason=reason, mend=mend),))
    heads = list(dict.fromkeys(key for entry in entries for key in entry))
    texts = [heads, *([_text(entry.get(key)) for key in heads] for entry in entries)]
    grid = Grid.of_rows(name, texts, Named(heads))
    numbers = [[False] * len(heads), *([isinstance(e.get(k), int | float) for k in heads] for e in entries)]
    rows = [[Slot(t, grid.cell(r, c), numbers[r][c]) for c, t in enumerate(row)] for r, row in enumerate(texts)]
    return Table(name, rows, grid.cell(0, 0))


class Named:
    """How cells are named: `entry 2, revenue`."""

    def __init__(self, heads: list[str]) -> None:
        self.heads = heads

    def __call__(self, row: int, column: int) -> str:
        """The name of a cell."""
        return f"entry {row}, {self.heads[min(column, len(self.heads) - 1)]}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and self.heads == other.heads

    def __hash__(self) -> int:
        return hash(tuple(self.heads))


def _text(found: Any) -> str:
    match found:
        case None:
            return ""
        case bool():
            return "yes" if found else "no"
        case int():
            return str(found)
        case float():
            return of_float(found)
        case _:
            return str(found)
