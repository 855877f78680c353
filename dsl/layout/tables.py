"""The rows of a verdict: conditions, outcomes and tones in columns.

In: the rows of one table. Out: their lines. Must not know the rest of the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from lark import Tree

from dsl.layout.columns import column_width
from dsl.layout.document import INDENT, SPACE, WIDTH, Align, Doc, Word, Writer, width
from dsl.layout.tokens import Node
from dsl.layout.wrapping import document
from dsl.text.record import record

_CONDITION = INDENT + len("when ")
"""Where conditions begin; what a row says below its line begins there too."""
_KEPT = 50
"""A condition of up to so many columns stands beside its outcome, however short the others are."""
_OTHERWISE = INDENT + len("otherwise") - _CONDITION
"""The room that `otherwise` takes in the column of the conditions."""
_FURTHEST = 80
"""No outcome begins further to the right than this for the sake of the column."""
_GAP = 2
"""Spaces between the columns of a table."""


@record
class _Row:
    word: Doc
    condition: Doc | None
    outcome: Doc
    tone: Doc | None
    below: tuple[Node, ...]


def _row(row: Tree[Word]) -> _Row:
    children: list[Node] = list(row.children)
    is_row = row.data == "row"
    at = 2 if is_row else 1
    outcome: Doc = (document(children[at]), SPACE, document(children[at + 1])) if is_row else document(children[at])
    rest = children[at + 2 if is_row else at + 1 :]
    toned = bool(rest) and isinstance(rest[0], Word)
    return _Row(
        document(children[0]),
        document(children[1]) if is_row else None,
        outcome,
        document(rest[0]) if toned else None,
        tuple(rest[1:] if toned else rest),
    )


def write_rows(writer: Writer, trees: Sequence[Tree[Word]]) -> None:
    """All rows of a table, one under the other."""
    rows = [_row(tree) for tree in trees]
    outcomes = [w for row in rows if row.tone is not None and (w := width(row.outcome)) is not None]
    room = column_width(outcomes)
    ends = room + _GAP + max((width(row.tone) or 0 for row in rows if row.tone is not None), default=0)
    conditions = [_OTHERWISE if row.condition is None else width(row.condition) for row in rows]
    furthest = min(WIDTH - ends, _FURTHEST)
    fitting = [w for w in conditions if w is not None and _CONDITION + w + _GAP <= furthest]
    outcome = _CONDITION + column_width([*fitting, _OTHERWISE], _KEPT) + _GAP
    for row in rows:
        _write(writer, row, outcome, outcome + room)


def _write(writer: Writer, row: _Row, outcome: int, tone: int) -> None:
    """A row; a condition that is too long for its column has its own lines, and the outcome comes below."""
    writer.newline(INDENT)
    writer.write(row.word, INDENT)
    stands = writer.row
    if row.condition is not None:
        writer.write((SPACE, Align(row.condition)), _CONDITION)
    if writer.must_break or writer.row > stands or (row.condition is not None and writer.column + _GAP > outcome):
        writer.newline(outcome)
    else:
        writer.pad(outcome)
    writer.write(row.outcome, outcome)
    if row.tone is not None:
        writer.pad(tone + _GAP)
        writer.write(row.tone, outcome)
    for node in row.below:
        writer.newline(_CONDITION)
        writer.write(document(node), _CONDITION)
