"""A rule file in its one canonical layout, proved to say the same.

In: a `SourceFile`. Out: `Formatted`: the text laid out anew, or the diagnostics that stand against it.
Must not know what names mean, nor where files lie.

1. The text is parsed; with an error in it nothing is laid out.
2. Each declaration is laid out from its words (`columns.py`, `tables.py`, or clause by clause here), with the blank
   lines and comments that stand before it.
3. What was made is parsed again, unless it is the very text that was read: it must have the same meaning, and the same
   texts in quotes and comments in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence

from lark import Tree

from dsl.layout.columns import Block, as_row
from dsl.layout.document import INDENT, LINE, SPACE, Comment, Doc, Group, Word, Writer
from dsl.layout.tables import write_rows
from dsl.layout.tokens import Node, first_word, read_words, untouched
from dsl.layout.wrapping import document
from dsl.link.meaning import written
from dsl.syntax.parse import Parsed, parse
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import SourceFile

HEAD_CLAUSES = frozenset(
    {"on_clause", "weight_clause", "critical_clause", "span_clause", "over_clause", "probability_clause"}
    | {"day_clause", "by_clause", "grace_clause", "base_clause", "since_clause", "type", "metric_value"}
)
"""Clauses that stay on a declaration's first line; every other has its own line."""
_HEADER = "header"


@record
class Formatted:
    """A file laid out: its text, or None where errors stand against it. The text of `source` is kept beside it."""

    source: SourceFile
    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the layout is not yet canonical."""
        return self.text is not None and self.text != self.source.text


def format_source(source: SourceFile, parsed: Parsed | None = None) -> Formatted:
    """A rule file in canonical layout.

    In: its text, and how it was parsed where that is known. Out: `Formatted`; with errors in the text, or where the proof
    fails (T018), only diagnostics. Raises nothing for anything the text may hold.
    """
    parsed = parsed or parse(source)
    errors = tuple(d for d in parsed.diagnostics if d.is_error)
    if errors:
        return Formatted(source, None, errors)
    text = lay_out(source)
    if text == source.text:  # nothing was changed: the same text says the same
        return Formatted(source, text)
    again = SourceFile(source.path, text)
    made = parse(again)
    same = not any(d.is_error for d in made.diagnostics) and written(made.file.declarations) == written(
        parsed.file.declarations
    )
    if not same or untouched(again) != untouched(source):
        return Formatted(source, None, (make("T018", None, path=source.path),))
    return Formatted(source, text)


def lay_out(source: SourceFile) -> str:
    """The canonical text, not yet proved. Raises `lalr.Unexpected` where the text does not parse."""
    declarations, ending = read_words(source)
    file = _File()
    for declaration in declarations:
        file.add(declaration)
    file.end(ending)
    return file.writer.text


class _File:
    """Declarations one under the other, with blank lines and comments between them."""

    def __init__(self) -> None:
        self.writer = Writer()
        self._block = Block()
        self._begun = self._tall = False
        self._column = 0
        """Where the last declaration began in the text."""

    def add(self, declaration: Tree[Word]) -> None:
        """The next declaration; rows of a block wait until the block is whole."""
        first = first_word(declaration)
        own, leading = _split(first.leading, max(self._column, first.column)) if self._begun else ((), first.leading)
        first.leading = ()
        row = as_row(declaration)
        tall = row is None and _is_tall(declaration)
        joins = row is not None and not leading and not own and not first.blank_before and not self._tall
        apart = tall or self._tall or self._block.parted(row.kind if row else None)
        if not (joins and row is not None and self._block.takes(row)):
            self._flush()
        self._comments(own, leading, apart)
        self._separate(first.blank_before or (not leading and apart))
        self._column, self._tall, self._begun = first.column, tall, True
        if row is not None:
            self._block.add(row)
        else:
            write_declaration(self.writer, declaration)

    def end(self, comments: tuple[Comment, ...]) -> None:
        """What stands after the last declaration."""
        self._flush()
        own, rest = _split(comments, self._column)
        self._comments(own, rest, self._tall)
        self.writer.newline(0)

    def _flush(self) -> None:
        self._block.write(self.writer)
        self._block = Block()

    def _comments(self, own: Sequence[Comment], leading: Sequence[Comment], apart: bool) -> None:
        for comment in own:
            self.writer.comment(comment.text, INDENT)
        for n, comment in enumerate(leading):
            self._separate(comment.blank_before or (n == 0 and apart))
            self.writer.comment(comment.text, 0)
            self._begun = True

    def _separate(self, blank: bool) -> None:
        if self._begun and blank:
            self._flush()
            self.writer.blank()


def _split(comments: tuple[Comment, ...], column: int) -> tuple[tuple[Comment, ...], tuple[Comment, ...]]:
    """Comments right below a declaration and indented deeper than it are its own; the rest belong to the next."""
    n = 0
    while n < len(comments) and not comments[n].blank_before and comments[n].column > column:
        n += 1
    return comments[:n], comments[n:]


# --- one declaration, clause by clause ---------------------------------------------------------------


def _inner(declaration: Tree[Word]) -> tuple[list[Node], list[Node]]:
    """The parts of the first line, and the clauses below it."""
    children: list[Node] = list(declaration.children)
    if declaration.data == "override":
        declared = children[1]
        assert isinstance(declared, Tree)
        head, body = _inner(declared)
        return [children[0], *head], body
    n = 0
    while n < len(children):
        child = children[n]
        if isinstance(child, Tree) and child.data not in HEAD_CLAUSES:
            break
        n += 1
    return children[:n], children[n:]


def _is_tall(declaration: Tree[Word]) -> bool:
    """Whether blank lines set it apart: it has clauses on their own lines, or heads the file."""
    return declaration.data == _HEADER or bool(_inner(declaration)[1])


def write_declaration(writer: Writer, declaration: Tree[Word]) -> None:
    """A declaration with its clauses each on its own line."""
    head, body = _inner(declaration)
    writer.newline(0)
    parts: list[Doc] = [document(head[0])]
    for child in head[1:]:
        gap = LINE if isinstance(child, Tree) and child.data != "type" else SPACE
        parts.append(Group((gap, document(child))))
    writer.write(tuple(parts), INDENT)
    rows = [c for c in body if isinstance(c, Tree) and c.data in ("row", "otherwise")]
    if rows and rows == body:
        write_rows(writer, rows)
        return
    for child in body:
        writer.newline(INDENT)
        writer.write(document(child), INDENT)
