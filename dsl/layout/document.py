"""Documents that know where they may break, and the writer that lays them out within a width.

In: words with their comments, spaces, places where a line may break, groups. Out: lines. In the manner of Philip
Wadler's "A prettier printer" (2003): a group stands on one line where it fits, else it breaks at its own lines.
Comments are part of a word: one that stands on its own lines before it, one that ends its line after it; the writer
breaks the line around them wherever they stand, so that none can be lost. Must not know the language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dsl.text.record import record

WIDTH = 120
"""Columns of a line."""
INDENT = 2
"""What stands below a first line, and belongs to it."""
_FAR = 80
"""No line is hung further to the right than this: deep brackets would leave no room."""


@record
class Comment:
    """A comment on its own line: how it is written, whether a blank line stands before it, its column from 0."""

    text: str
    blank_before: bool = False
    column: int = 0


@dataclass(slots=True)
class Word:
    """A token as it is to be printed, its kind, the comments that belong to it, and where it stood."""

    text: str
    kind: str = ""
    leading: tuple[Comment, ...] = ()
    trailing: str = ""
    blank_before: bool = False
    column: int = 0


@record
class Blank:
    """A space; where `breaks`, a new line in a group that does not fit."""

    breaks: bool


@record
class Group:
    """On one line, or broken at each of its line ends."""

    inner: Doc


@record
class Align:
    """What breaks inside goes on below the place where this begins."""

    inner: Doc


Doc: TypeAlias = "Word | Blank | Group | Align | tuple[Doc, ...]"
SPACE, LINE = Blank(False), Blank(True)


def width(doc: Doc) -> int | None:
    """The columns that a document takes on one line, or None where a comment inside stands against that."""
    columns, ended = 0, False
    stack: list[Doc] = [doc]
    while stack:
        top = stack.pop()
        if type(top) is Word:
            if ended or top.leading:
                return None
            columns += len(top.text)
            ended = bool(top.trailing)
        elif type(top) is tuple:
            stack += top[::-1]
        elif type(top) is Blank:
            columns += 1
        elif type(top) is Group or type(top) is Align:
            stack.append(top.inner)
    return columns


class Writer:
    """Lines in the making. `column` is where the next character would stand, `row` how many lines are done."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._end = self.column = 0
        self._comment_ended = False

    @property
    def row(self) -> int:
        """How many lines are done."""
        return len(self._lines)

    @property
    def text(self) -> str:
        """All lines, without trailing space, each with its newline."""
        lines = [*self._lines, "".join(self._parts)] if self._parts else self._lines
        return "".join(f"{line.rstrip(' ')}\n" for line in lines)

    @property
    def must_break(self) -> bool:
        """Whether a comment ends this line."""
        return self._comment_ended

    def newline(self, indent: int) -> None:
        """Goes to a new line (or stays on one where nothing stands yet) and to a column on it."""
        if self._parts:
            self._lines.append("".join(self._parts))
            self._parts = []
        self.column, self._comment_ended = indent, False

    def blank(self) -> None:
        """An empty line after what stands."""
        self.newline(0)
        self._lines.append("")

    def pad(self, column: int, least: int = 1) -> None:
        """Spaces up to a column, at least so many."""
        self.column = max(self.column + least, column)

    def comment(self, text: str, indent: int) -> None:
        """A comment on its own line."""
        self.newline(indent)
        self._put(text)
        self.newline(indent)

    def _put(self, text: str) -> None:
        stood = self._end if self._parts else 0
        self._parts.append(" " * (self.column - stood) + text)
        self._end = self.column = self.column + len(text)

    def _word(self, word: Word, indent: int) -> None:
        if word.leading:
            for comment in word.leading:
                self.comment(comment.text, indent)
        elif self._comment_ended:
            self.newline(indent)
        self._put(word.text)
        if word.trailing:
            self.column += 2
            self._put(word.trailing)
            self._comment_ended = True

    def write(self, doc: Doc, indent: int) -> None:
        """Lays a document out from here on; lines that break go to `indent`, or below an `Align`."""
        stack: list[tuple[int, bool, Doc]] = [(indent, False, doc)]
        pop, push = stack.pop, stack.append
        while stack:
            at, flat, top = pop()
            if type(top) is Word:  # the commonest first, and by its very class: this loop is half of all layout
                self._word(top, at)
            elif type(top) is tuple:
                for part in reversed(top):
                    push((at, flat, part))
            elif type(top) is Blank:
                if self._comment_ended or (top.breaks and not flat):
                    self.newline(at)
                else:
                    self.column += 1
            elif type(top) is Group:
                push((at, flat or self._fits(top.inner, at, stack), top.inner))
            elif type(top) is Align:
                begins = at if self._comment_ended else self.column
                push((begins if begins <= _FAR else min(at + 2, _FAR), flat, top.inner))

    def _fits(self, doc: Doc, indent: int, rest: list[tuple[int, bool, Doc]]) -> bool:
        """Whether a group fits on this line with what must follow it on the same line."""
        room = WIDTH - (indent if self._comment_ended else self.column)
        begun = ended = False
        stack, inside, after = [doc], True, len(rest)
        while room >= 0:
            if not stack:
                if after == 0:
                    return True
                after, inside = after - 1, False
                stack.append(rest[after][2])
            top = stack.pop()
            if type(top) is Word:
                if ended or (top.leading and (begun or not inside)):
                    return not inside
                room = WIDTH - indent if top.leading else room
                room -= len(top.text)
                begun, ended = True, bool(top.trailing)
            elif type(top) is tuple:
                stack += top[::-1]
            elif type(top) is Blank:
                if top.breaks and not inside:
                    return True
                room -= 1
            elif type(top) is Group or type(top) is Align:
                stack.append(top.inner)
        return False
