"""Texts that nobody wrote as they are read: a module's with other names in it, two conditions joined by `and`.

In: a source and what stands where in it, or parts that stand apart. Out: sources whose characters are the new ones and whose
places are those of what was written. Must not know what the text means.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dsl.text.source import SourceFile, Span


@dataclass(frozen=True, eq=False, repr=False)
class RenamedSource(SourceFile):
    """A text in which some places say something else. Lines, columns and excerpts are those of the written text, so that who
    reads a finding finds it there; the characters are the new ones."""

    written: SourceFile
    starts: tuple[int, ...] = field(repr=False)
    """Where the parts that were kept or replaced begin in the new text."""
    olds: tuple[int, ...] = field(repr=False)
    """Where they began in the written one."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RenamedSource):
            return NotImplemented
        parts = (self.digest, self.written, self.starts, self.olds)
        return self is other or parts == (other.digest, other.written, other.starts, other.olds)

    def __hash__(self) -> int:
        return hash(self.digest)

    def back(self, offset: int) -> int:
        """An offset in the new text -> that in the written one; inside a name that was put in, one inside the old name."""
        at = bisect_right(self.starts, offset) - 1
        end = self.olds[at + 1] if at + 1 < len(self.olds) else len(self.written.text)
        return min(self.olds[at] + offset - self.starts[at], end)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of the written text."""
        return self.written.line_column(self.back(offset))

    def line_text(self, line: int) -> str:
        """A line of the written text."""
        return self.written.line_text(line)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of the written text."""
        return self.written.position(self.back(offset))

    def column_utf16(self, offset: int) -> int:
        """The column of the written text as editors count it."""
        return self.written.column_utf16(self.back(offset))


@dataclass(frozen=True, eq=False, repr=False)
class JoinedSource(SourceFile):
    """A text put together of parts that stand apart: all of it stands where the first part does."""

    at: Span

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JoinedSource):
            return NotImplemented
        return self is other or (self.digest, self.at) == (other.digest, other.at)

    def __hash__(self) -> int:
        return hash(self.digest)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of the first part."""
        return self.at.source.line_column(self.at.start if offset < len(self.text) else self.at.end)

    def line_text(self, line: int) -> str:
        """A line of the text in which the first part stands."""
        return self.at.source.line_text(line)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of the first part."""
        return self.at.source.position(self.at.start if offset < len(self.text) else self.at.end)

    def column_utf16(self, offset: int) -> int:
        """The column of the first part as editors count it."""
        return self.at.source.column_utf16(self.at.start if offset < len(self.text) else self.at.end)


class Renaming:
    """One source and what is put in place of words in it."""

    def __init__(self, written: SourceFile, words: Mapping[tuple[int, int], str]) -> None:
        """`words`: by the start and end of a place, what stands there now."""
        self.written, self.words = written, dict(sorted(words.items()))

    @cached_property
    def source(self) -> RenamedSource:
        """The new text."""
        parts, starts, olds = [], [0], [0]
        at = length = 0
        for (start, end), word in self.words.items():
            for text, old in ((self.written.text[at:start], start), (word, end)):
                parts.append(text)
                length += len(text)
                starts.append(length)
                olds.append(old)
            at = end
        text = "".join((*parts, self.written.text[at:]))
        return RenamedSource(self.written.path, text, self.written, tuple(starts), tuple(olds))

    def span(self, span: Span) -> Span:
        """The same place in the new text."""
        return Span(self.source, self._ahead(span.start), self._ahead(span.end))

    def _ahead(self, offset: int) -> int:
        """An offset in the written text -> that in the new one; one inside a word that was replaced, its end."""
        source = self.source
        at = bisect_right(source.olds, offset) - 1
        end = source.starts[at + 1] if at + 1 < len(source.starts) else len(source.text)
        return min(source.starts[at] + offset - source.olds[at], end)


def is_written(span: Span) -> bool:
    """Whether a place is in a text that somebody wrote, so that an edit there can be made."""
    return not isinstance(span.source, RenamedSource | JoinedSource)
