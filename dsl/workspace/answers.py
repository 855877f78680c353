"""What files said: kept, so that one look at them is consistent, and noted, so that it is known when a result still holds.

In: `Files`. Out: `Files` that answer the same each time, and the questions that a check asked with their answers. Must
not know what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from dsl.text.files import Files, Listed
from dsl.text.source import SourceFile, UnreadableFileError

Question = tuple[Literal["read", "is_file", "list", "real"], Path, str | None]
Trace = tuple[tuple[Question, object], ...]
"""Questions that were asked, each with what was said; of a text its digest alone."""


class Frozen:
    """Files as they are when they are first asked for: each question is asked once, in whatever thread, so that a file
    that changes meanwhile is one text for all that looks at it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._said: dict[Question, Any] = {}
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"Frozen({self._files!r})"

    def _once(self, question: Question, ask: Callable[[], Any]) -> Any:
        with self._lock:
            if question not in self._said:
                self._said[question] = ask()
            return self._said[question]

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text as it was first read. Raises UnreadableFileError, each time for the same reason."""
        found = self._once(("read", path, shown), lambda: _read(self._files, path, shown))
        if isinstance(found, UnreadableFileError):
            raise UnreadableFileError(found.path, found.reason, found.hint)
        assert isinstance(found, SourceFile)
        return found

    def is_file(self, path: Path) -> bool:
        """Whether it was a file."""
        return bool(self._once(("is_file", path, None), lambda: self._files.is_file(path)))

    def list(self, folder: Path) -> tuple[Listed, ...]:
        """What the folder held."""
        found: tuple[Listed, ...] = self._once(("list", folder, None), lambda: self._files.list(folder))
        return found

    def real(self, path: Path) -> str:
        """Where the path led."""
        return str(self._once(("real", path, None), lambda: self._files.real(path)))


class Noted:
    """Files that note what they are asked, for one check."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._notes: dict[Question, object] = {}

    @property
    def trace(self) -> Trace:
        """All that was asked, with what was said."""
        return tuple(self._notes.items())

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text of a file. Raises UnreadableFileError."""
        found = _read(self._files, path, shown)
        self._notes["read", path, shown] = _sealed(found)
        if isinstance(found, UnreadableFileError):
            raise found
        return found

    def is_file(self, path: Path) -> bool:
        """Whether there is such a file."""
        return bool(self._noted(("is_file", path, None)))

    def list(self, folder: Path) -> tuple[Listed, ...]:
        """What a folder holds."""
        found: tuple[Listed, ...] = self._noted(("list", folder, None))
        return found

    def real(self, path: Path) -> str:
        """The file itself."""
        return str(self._noted(("real", path, None)))

    def _noted(self, question: Question) -> Any:
        return self._notes.setdefault(question, _ask(self._files, question))


def still_holds(trace: Trace, files: Files) -> bool:
    """Whether files would say the same again."""
    return all(_ask(files, question) == answer for question, answer in trace)


def _ask(files: Files, question: Question) -> Any:
    what, path, shown = question
    match what:
        case "read":
            return _sealed(_read(files, path, shown))
        case "is_file":
            return files.is_file(path)
        case "list":
            return files.list(path)
        case "real":
            return files.real(path)


def _read(files: Files, path: Path, shown: str | None) -> SourceFile | UnreadableFileError:
    try:
        return files.read(path, shown)
    except UnreadableFileError as error:
        return error


def _sealed(read: SourceFile | UnreadableFileError) -> object:
    return read.digest if isinstance(read, SourceFile) else (read.path, read.reason, read.hint)
