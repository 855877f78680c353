"""A text and a place in it: the only notion of "where" in the project.

In: the characters of one file (rules or facts). Out: `SourceFile`, `Span`.
Must not know what the text means.
"""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from dsl.text.pipes import SilentPipeError, drained
from dsl.text.record import cut, record

MAX_BYTES = 8 * 1024 * 1024
"""A rule or facts file above this is refused: no analyst writes one, and reading it helps nobody."""


class UnreadableFileError(Exception):
    """A file that cannot be taken as text; `reason` is a sentence for the analyst, `hint` the mend."""

    def __init__(self, path: str, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.path, self.reason, self.hint = path, reason, hint


@dataclass(frozen=True, eq=False, repr=False)
class SourceFile:
    """The text of one file, with newlines as LF and without a byte-order mark.

    Two are equal where path and text are, whoever read them and when; a source that is no text (a sheet, a list of
    filings) is equal to itself alone.
    """

    path: str
    text: str

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not SourceFile or type(other) is not SourceFile:
            return NotImplemented
        return self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest) if type(self) is SourceFile else object.__hash__(self)

    def __repr__(self) -> str:
        lines = self.text.count("\n") + (not self.text.endswith("\n"))
        return f"{type(self).__name__}({self.path}, {lines} line{'s' if lines != 1 else ''})"

    @cached_property
    def digest(self) -> bytes:
        """The hash of path and text (BLAKE2, 16 bytes): equal for the same text under the same path, on every machine."""
        return blake2b(f"{self.path}\0{self.text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def line_column(self, offset: int) -> tuple[int, int]:
        """Offset in characters -> (line, column), both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line (from 1), without its newline."""
        starts = self._line_starts
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end]

    def utf16(self, offset: int) -> tuple[int, int]:
        """Offset in characters -> (line, character) as an editor says it: both from 0, in units of UTF-16."""
        return self.line_column(offset)[0] - 1, self.column_utf16(offset) - 1

    def offset(self, line: int, character: int) -> int:
        """(line, character) of an editor -> offset in characters; beyond the text or a line, its end. In the middle of a
        character, before it."""
        starts = self._line_starts
        if line >= len(starts):
            return len(self.text)
        text = self.line_text(line + 1)
        if text.isascii():
            return starts[line] + min(max(character, 0), len(text))
        units = text.encode("utf-16-le", "surrogatepass")[: max(character, 0) * 2]
        return starts[line] + len(units.decode("utf-16-le", "ignore"))

    def span(self, start: int, end: int) -> Span:
        """The place from `start` up to `end` (offsets in characters, end exclusive)."""
        return Span(self, start, end)

    # What follows is what a source that is no text file (a sheet of a workbook, a list of filings) says otherwise.

    @property
    def sheet(self) -> str | None:
        """The sheet of the workbook that this is; None for a text."""
        return None

    def cut(self, start: int, end: int) -> str:
        """The characters from `start` up to `end`."""
        return self.text[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column as its users count them, from 1."""
        return self.line_column(offset)

    def column_utf16(self, offset: int) -> int:
        """The column as editors count it, from 1: in units of UTF-16, of which an emoji takes two."""
        line, column = self.line_column(offset)
        before = self.text[self._line_starts[line - 1] : offset]
        return column if before.isascii() else len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1

    def place(self, offset: int) -> str:
        """A place as messages name it: `rules/alibaba.thesis:7:3`."""
        line, column = self.position(offset)
        return f"{self.path}:{line}:{column}"

    @classmethod
    def read(cls, path: Path, shown: str | None = None) -> SourceFile:
        """Reads a UTF-8 text file.

        `shown` is how messages name it (default: the path as given).
        Raises UnreadableFileError with a sentence and a mend: missing, a folder, a device, not text, too large.
        """
        name = shown or str(path)
        return cls.of_bytes(name, *read_bytes(path, name, MAX_BYTES))

    @classmethod
    def of_bytes(cls, name: str, data: bytes, size: int = 0) -> SourceFile:
        """The text of bytes that were read, at most one beyond what is allowed; `size` is how many there are.

        Raises UnreadableFileError: too large, not text.
        """
        if len(data) > MAX_BYTES:
            raise UnreadableFileError(
                name,
                f"the file is {max(size, len(data)) / 1e6:.1f} MB; the most is {MAX_BYTES / 1e6:.1f} MB",
                "take away what is not needed, or split it: rules into modules that a file `uses`",
            )
        return cls(name, decode(name, data))

    @classmethod
    def of_text(cls, name: str, text: str) -> SourceFile:
        """A text that is in memory, such as an editor's: read as if it had been saved.

        Raises UnreadableFileError: too large, not text.
        """
        return cls.of_bytes(name, text.encode("utf-8", "surrogatepass"))


def read_bytes(path: Path, name: str, most: int) -> tuple[bytes, int]:
    """The bytes of a file or a pipe, at most one beyond `most`, and how many there are. `name` is how messages name it.

    Raises UnreadableFileError: missing, a folder, a device, a pipe to which nobody writes.
    """
    try:
        if os.path.isdir(path):
            raise UnreadableFileError(name, "this is a folder, not a file", "name a file in it")
        status = path.stat()
        if stat.S_ISFIFO(status.st_mode):
            data = drained(path)
            return data[: most + 1], len(data)
        if not stat.S_ISREG(status.st_mode) or _endless(path, status):  # reading a device might never end
            raise UnreadableFileError(name, "this is a device, not a file", "save the text as a file")
        with path.open("rb") as file:
            return file.read(most + 1), status.st_size
    except SilentPipeError as error:
        raise UnreadableFileError(name, str(error), "save the text as a file") from None
    except FileNotFoundError:
        raise UnreadableFileError(name, "there is no such file", "check the path and its spelling") from None
    except PermissionError:
        raise UnreadableFileError(name, "you have no right to read this file", "ask its owner") from None
    except ValueError:  # a name with a zero byte
        raise UnreadableFileError(name, "there can be no such file", "check the path and its spelling") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnreadableFileError(name, "this link leads back to itself", "name the file itself") from None
        reason = (error.strerror or str(error)).lower()
        raise UnreadableFileError(
            name, f"the file cannot be read: {reason}", "name a file that can be opened in an editor"
        ) from None


def _endless(path: Path, status: os.stat_result) -> bool:
    """Whether it is called a file and is a window on the system, such as /proc/kmsg: it has no size, and lies where nothing is
    stored."""
    return status.st_size == 0 and hasattr(os, "statvfs") and os.statvfs(path).f_blocks == 0


def read_whole(path: Path, name: str, most: int, mend: str, what: str = "file") -> bytes:
    """All bytes of a file. Raises UnreadableFileError: what `read_bytes` does; larger than `most`, with `mend`."""
    data, size = read_bytes(path, name, most)
    if len(data) > most:
        reason = f"the {what} is {size / 1e6:.0f} MB; the most is {most / 1e6:.0f} MB"
        raise UnreadableFileError(name, reason, mend)
    return data


def decode(path: str, data: bytes) -> str:
    """Bytes -> text: UTF-8 with or without a mark, any newline. Raises UnreadableFileError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError(path, "the file is UTF-16 text", "save it as UTF-8")
    if b"\0" in data:
        raise UnreadableFileError(path, "the file is binary, not text", "name a text file, saved as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            path, f"the file is not UTF-8 text (line {line}, byte {error.start})", "save it as UTF-8"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


_SHOWN = 40


@record
class Span:
    """A part of a source: offsets in characters, end exclusive."""

    source: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.source.cut(self.start, self.end)

    @property
    def line(self) -> int:
        """The line it starts on, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column it starts at, from 1."""
        return self.source.position(self.start)[1]

    @property
    def length(self) -> int:
        """How many characters it covers."""
        return max(self.end - self.start, 0)

    def to(self, other: Span) -> Span:
        """From the start of this to the end of the other."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        return self.source.place(self.start)

    def __repr__(self) -> str:
        return f"Span({self}, {cut(self.text, _SHOWN)!r})"
