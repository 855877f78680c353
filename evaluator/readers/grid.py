"""A table that is no text as a source of places: a sheet of a workbook, a Parquet file, the filings of a company.

In: rows of texts. Out: `Grid`, whose spans are cells; messages show the row with a mark under the cell. Must not know
what the cells mean.

A row is shown as one line in which each column has its width, so that a cell's place is plain arithmetic and nothing
is written out before a message asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from typing import Protocol

from dsl.text.record import record
from dsl.text.source import SourceFile, Span

MAX_WIDTH = 40
"""So many characters of a cell are shown."""
_GAP = 2


def letters(column: int) -> str:
    """The letters of a column (from 0), as spreadsheets count: A, B, …, Z, AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


class Rows(Protocol):
    """The texts of a table. It goes along where facts go to another process, so it can be pickled."""

    def __call__(self, at: int) -> Sequence[str]:
        """The texts of a row, from 0; none where there is no such row."""

    def digest(self) -> bytes:
        """A hash of all texts: the same for the same texts."""


class Naming(Protocol):
    """How a cell is named after the file, by its row and column (from 0). It can be pickled too."""

    def __call__(self, row: int, column: int) -> str:
        """`sheet "Q", C7`."""


@record
class Held:
    """Rows in memory."""

    rows: Sequence[Sequence[str]]

    def __call__(self, at: int) -> Sequence[str]:
        """The texts of a row."""
        return self.rows[at] if at < len(self.rows) else ()

    def digest(self) -> bytes:
        """A hash of all texts."""
        made = blake2b(digest_size=16)
        for row in self.rows:
            made.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
        return made.digest()


@record
class SheetCell:
    """How cells of a sheet are named: `sheet "Q", C7`."""

    sheet: str

    def __call__(self, row: int, column: int) -> str:
        """The name of a cell."""
        return f'sheet "{self.sheet}", {letters(column)}{row + 1}'


@dataclass(frozen=True, eq=False, repr=False)
class Grid(SourceFile):
    """Rows and columns of a table, both counted from 0 here and from 1 in messages.

    `row` gives the texts of a row; `widths` how wide each column is shown; `naming` how a cell is named after the file.
    Two are equal where all that they show is.
    """

    row: Rows
    widths: tuple[int, ...]
    naming: Naming
    of_sheet: str | None = None

    @classmethod
    def of_rows(cls, path: str, rows: Sequence[Sequence[str]], naming: Naming, sheet: str | None = None) -> Grid:
        """A table that is in memory; columns are as wide as what they hold."""
        columns = max((len(r) for r in rows), default=1)
        widths = [1] * max(columns, 1)
        for row in rows:
            for at, text in enumerate(row):
                if len(text) > widths[at]:
                    widths[at] = min(len(text), MAX_WIDTH)
        return cls(path, "", Held(rows), tuple(widths), naming, sheet)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Grid):
            return NotImplemented
        return self._shape == other._shape and self._texts == other._texts

    def __hash__(self) -> int:
        return hash(self._shape)

    def __repr__(self) -> str:
        sheet = f", sheet {self.of_sheet}" if self.of_sheet else ""
        return f"Grid({self.path}{sheet}, {len(self.widths)} columns)"

    @property
    def _shape(self) -> tuple[object, ...]:
        return self.path, self.of_sheet, self.widths, self.naming

    @cached_property
    def _texts(self) -> bytes:
        """The hash of all texts, made once: each place in the table is compared by it."""
        return self.row.digest()

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(accumulate((w + _GAP for w in self.widths), initial=0))

    def cell(self, row: int, column: int) -> Span:
        """The place of one cell."""
        column = min(column, len(self.widths) - 1)
        start = row * self._starts[-1] + self._starts[column]
        return Span(self, start, start + self.widths[column])

    def whole_row(self, row: int) -> Span:
        """The place of a row."""
        start = row * self._starts[-1]
        return Span(self, start, start + self._starts[-1] - _GAP)

    @property
    def sheet(self) -> str | None:
        """The sheet's name."""
        return self.of_sheet

    def column_utf16(self, offset: int) -> int:
        """The column of the table: a cell has no characters that an editor counts."""
        return self.position(offset)[1]

    def line_column(self, offset: int) -> tuple[int, int]:
        """Offset -> (row, character in the row as it is shown), both from 1."""
        row, at = divmod(offset, self._starts[-1])
        return row + 1, at + 1

    def line_text(self, line: int) -> str:
        """A row (from 1) as it is shown."""
        parts = []
        texts = self.row(line - 1)
        for at, width in enumerate(self.widths):
            text = " ".join(texts[at].split()) if at < len(texts) else ""
            parts.append((text if len(text) <= width else text[: width - 1] + "…").ljust(width + _GAP))
        return "".join(parts)

    def cut(self, start: int, end: int) -> str:
        """What is shown from `start` up to `end`, within a row."""
        row, at = divmod(start, self._starts[-1])
        return self.line_text(row + 1)[at : at + end - start]

    def position(self, offset: int) -> tuple[int, int]:
        """Row and column of the cell, from 1; the end of a cell is the next column."""
        row, at = divmod(offset, self._starts[-1])
        column = sum(1 for start in self._starts[1:] if start <= at)
        within = at - self._starts[column] >= self.widths[column] if column < len(self.widths) else False
        return row + 1, column + 1 + within

    def place(self, offset: int) -> str:
        """`facts.xlsx, sheet "Q", C7`."""
        row, column = self.position(offset)
        return f"{self.path}, {self.naming(row - 1, column - 1)}"
