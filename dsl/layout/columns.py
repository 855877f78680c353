"""Like declarations under each other: names, titles, types and `=` in columns.

In: declarations of one line (inputs, params, metrics, pillars, distributions). Out: their lines.
Must not know the rest of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lark import Tree

from dsl.layout.document import INDENT, LINE, SPACE, WIDTH, Align, Doc, Group, Word, Writer, width
from dsl.layout.tokens import Node, each_word
from dsl.layout.wrapping import document

KINDS = frozenset({"input", "param", "metric", "pillar", "uncertain"})
"""Declarations that stand in columns."""
_VALUES = frozenset({"param_value", "metric_value"})
_GAP = 10
"""An entry longer by more than this than the next shorter one stands out, and moves no column."""
_FAR = 40
"""A value that stands on a new line begins below the title, but no further to the right than this."""


def column_width(widths: Sequence[int], kept: int = 30) -> int:
    """How wide a column is: as the widest entry, without the few that stand out of the rest.

    The least width that at least half of the entries keep, and beyond which a gap opens. Entries of up to `kept`
    columns never stand out.
    """
    ordered = sorted(widths)
    for n, (here, following) in enumerate(pairwise(ordered), 1):
        if following > max(here + _GAP, kept) and 2 * n >= len(ordered):
            return here
    return ordered[-1] if ordered else 0


@dataclass(slots=True)
class Row:
    """A declaration as cells (name, title, type, value; None where one is missing) and the clauses below it."""

    kind: str
    cells: list[Doc | None]
    below: list[Node]
    alone: bool
    """A comment inside the line stands against columns."""


def as_row(declaration: Tree[Word]) -> Row | None:
    """A declaration as a row of a block, or None where it is no such declaration."""
    before: list[Node] = []
    if declaration.data == "override":
        before, inner = declaration.children[:1], declaration.children[1]
        assert isinstance(inner, Tree)
        declaration = inner
    if declaration.data not in KINDS:
        return None
    children: list[Node] = list(declaration.children)
    line, below = _parts(children)
    at = 3 if len(line) > 2 and isinstance(line[2], Word) and line[2].kind == "STRING" else 2
    name = _spaced([*before, *line[:2]])
    title = document(line[2]) if at == 3 else None
    tail = line[at:]
    if declaration.data == "input":  # its type and clauses are its last cell
        cells = [name, title, _clauses(tail) if tail else None]
    else:
        cells = [name, title, *_type_and_value(tail)]
    words = [w for node in [*before, *line] for w in each_word(node)]
    alone = any(w.leading for w in words) or any(w.trailing for w in words[:-1])
    return Row(" ".join([*(["override"] if before else []), str(declaration.data)]), cells, below, alone)


def _parts(children: list[Node]) -> tuple[list[Node], list[Node]]:
    """What stands on the line, and the clauses that stand below it (sources, values from a day, tolerance)."""
    line: list[Node] = []
    for n, child in enumerate(children):
        if isinstance(child, Tree) and child.data in _VALUES:
            value = child.children
            cut = next(
                (k for k, c in enumerate(value) if isinstance(c, Tree) and c.data == "source_clause"), len(value)
            )
            return [*line, Tree(child.data, value[:cut])], [*value[cut:], *children[n + 1 :]]
        if isinstance(child, Tree) and child.data in ("param_source", "param_from", "tolerance_clause", "correlation"):
            return line, children[n:]
        line.append(child)
    return line, []


def _type_and_value(tail: list[Node]) -> tuple[Doc | None, Doc | None]:
    """What follows the title: `: type` and `= value`, or the distribution behind `~`."""
    if tail and isinstance(tail[0], Word) and tail[0].text == "~":
        return None, (tail[0], SPACE, Align(document(tail[1])))
    valued = bool(tail) and isinstance(tail[-1], Tree) and tail[-1].data in _VALUES
    typed = tail[:-1] if valued else tail
    return _spaced(typed) if typed else None, document(tail[-1]) if valued else None


def _clauses(line: list[Node]) -> Doc:
    parts: list[Doc] = [document(line[0])]
    typed = isinstance(line[0], Word)
    for n, child in enumerate(line[1:], 1):
        parts.append((SPACE, Align(document(child))) if typed and n == 1 else Group((LINE, document(child))))
    return Align(tuple(parts))


def _spaced(nodes: Sequence[Node]) -> Doc:
    parts: list[Doc] = []
    for node in nodes:
        parts += [SPACE, document(node)] if parts else [document(node)]
    return tuple(parts)


@dataclass(slots=True)
class Block:
    """Rows of one kind that stand together."""

    rows: list[Row] = field(default_factory=list)
    _tall: bool = False
    """Whether a row has clauses below it."""

    def takes(self, row: Row) -> bool:
        """Whether a row belongs to this block."""
        return bool(self.rows) and self.rows[-1].kind == row.kind and not (row.alone or self.rows[-1].alone)

    def add(self, row: Row) -> None:
        """One row more."""
        self.rows.append(row)
        self._tall = self._tall or bool(row.below)

    def parted(self, kind: str | None) -> bool:
        """Whether a blank line sets this block apart from what comes next: a row of it has clauses below."""
        return self._tall and self.rows[-1].kind != kind

    def write(self, writer: Writer) -> None:
        """All rows, one under the other."""
        columns = self._columns()
        for row in self.rows:
            _write(writer, row, columns)

    def _columns(self) -> list[int]:
        """Where each cell begins; a column in which no row has anything takes no room."""
        columns = [0]
        for cells in zip(*(row.cells[:-1] for row in self.rows), strict=True):
            widths = [width(cell) for cell in cells if cell is not None]
            known = [w for w in widths if w is not None]
            columns.append(columns[-1] + (column_width(known) + 1 if known else 0))
        return columns


def _write(writer: Writer, row: Row, columns: list[int]) -> None:
    writer.newline(0)
    hang = columns[1] if columns[1] <= _FAR else 2 * INDENT
    for n, cell in enumerate(row.cells):
        if cell is None:
            continue
        last = n == len(row.cells) - 1
        if last and row.cells[1] is not None and _goes_below(writer, cell, columns[n], hang):
            writer.newline(hang)
        elif n > 0:
            writer.pad(columns[n])
        writer.write(cell, hang if n > 0 else INDENT)
    for node in row.below:
        writer.newline(INDENT)
        writer.write(document(node), INDENT)


def _goes_below(writer: Writer, cell: Doc, column: int, hang: int) -> bool:
    """Whether a value begins a new line, below the title: it fits there and not behind the title."""
    wide = width(cell)
    begins = max(writer.column + 1, column)
    if wide is None or begins + wide <= WIDTH:
        return False
    return hang + wide <= WIDTH or begins > _FAR
