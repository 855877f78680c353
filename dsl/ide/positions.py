"""A text as an editor holds it: any newline, maybe a byte-order mark, places in units of UTF-16.

In: texts and places as the protocol of language servers writes them (line and character from 0). Out: the text with a
change in it; places in the text as rules are read, which has plain newlines and no mark. Must not know what is in it.

The one place where the two ways of counting meet. A place that no text has (beyond the end, before the beginning, inside
a character) is the nearest that it has: an editor and the server may differ for a moment, and that is no reason to fail.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from dsl.text.record import record
from dsl.text.source import SourceFile

MARK = "\ufeff"
"""A byte-order mark."""
_NEWLINE = re.compile("\r\n|\r|\n")


@record
class Position:
    """A place as editors say it: line and character, both from 0, the character in units of UTF-16."""

    line: int
    character: int


@record
class Range:
    """From a place up to another, which is not part of it."""

    start: Position
    end: Position


class EditorText:
    """The text of one open file. Of a changed text the lines that did not change are not looked for again: in a file of 50,000
    lines that would take longer than an editor leaves between two keystrokes."""

    def __init__(self, text: str, starts: list[int] | None = None) -> None:
        """`starts`: where each line begins, where that is known."""
        self.text = text
        self._known = starts

    @property
    def starts(self) -> list[int]:
        """Where each line begins."""
        if self._known is None:
            self._known = [0, *(newline.end() for newline in _NEWLINE.finditer(self.text))]
        return self._known

    def _line(self, number: int) -> tuple[int, int]:
        """Where a line begins and ends, its newline left out."""
        starts = self.starts
        start = starts[number]
        if number + 1 == len(starts):
            return start, len(self.text)
        end = starts[number + 1]
        return start, end - (2 if self.text.startswith("\r\n", max(end - 2, start)) else 1)

    @cached_property
    def newline(self) -> str:
        """The newline that the text uses most; LF where it has none."""
        found = _NEWLINE.findall(self.text)
        return max(("\n", "\r\n", "\r"), key=found.count)

    @property
    def _shift(self) -> int:
        """How many units the first line has before what is read of it."""
        return 1 if self.text.startswith(MARK) else 0

    def offset(self, position: Position) -> int:
        """The place as an offset in the text, in characters."""
        if position.line < 0:
            return 0
        if position.line >= len(self.starts):
            return len(self.text)
        start, end = self._line(position.line)
        return start + characters(self.text[start:end], position.character)

    def changed(self, where: Range | None, text: str) -> EditorText:
        """The text with a part of it replaced; all of it where no part is named."""
        if where is None:
            return EditorText(text)
        start, end = sorted((self.offset(where.start), self.offset(where.end)))
        return EditorText(self.text[:start] + text + self.text[end:], self._moved(start, end, text))

    def _moved(self, start: int, end: int, text: str) -> list[int]:
        """Where lines begin with a part replaced. Looked at again is what lies between the line before the first that is touched
        (its CR and an LF that comes behind it are one newline) and the line behind the last."""
        starts = self.starts
        first, last = (bisect_right(starts, at) - 1 for at in (start, end))
        low, high = max(first - 1, 0), last + 1
        begin, stop = starts[low], starts[high] if high < len(starts) else len(self.text)
        between = self.text[begin:start] + text + self.text[end:stop]
        by = len(text) - (end - start)
        found = [begin + newline.end() for newline in _NEWLINE.finditer(between)]
        return [*starts[: low + 1], *found, *[at + by for at in starts[high + 1 :]]]

    def position(self, source: SourceFile, offset: int) -> Position:
        """An offset in the text as it was read -> the place in the editor."""
        line, character = source.utf16(min(max(offset, 0), len(source.text)))
        return Position(line, character + (self._shift if line == 0 else 0))

    def range(self, source: SourceFile, start: int, end: int) -> Range:
        """From an offset in the text as it was read up to another."""
        return Range(self.position(source, start), self.position(source, max(start, end)))

    def read_at(self, source: SourceFile, position: Position) -> int:
        """A place in the editor -> the offset in the text as it was read."""
        if position.line < 0:
            return 0
        shift = self._shift if position.line == 0 else 0
        return source.offset(position.line, max(position.character - shift, 0))

    def as_written(self, text: str) -> str:
        """A new text with the newlines of this one."""
        return text if self.newline == "\n" else text.replace("\n", self.newline)


def characters(text: str, units: int) -> int:
    """So many units of UTF-16 into a line -> so many characters; inside a character, before it."""
    if units <= 0:
        return 0
    if text.isascii():
        return min(units, len(text))
    return len(text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "ignore"))
