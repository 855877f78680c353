"""A workspace: folders with rules, texts that are open and not saved, and a memory of what was checked before.

In: folders, files, texts. Out: `Snapshot`s, of which everything is asked: what a file says, what is wrong with it, its
program. Must not print, end a process, or know editors and facts.

    workspace = Workspace([Path("rules")])
    workspace.open(Path("rules/alibaba.thesis"), text)          # what the editor shows
    checked = workspace.snapshot().checked(Path("rules/alibaba.thesis"))
    checked.diagnostics, checked.partial, checked.program

A snapshot is a value: it sees each file as it was when it first asked, and the same question has the same answer
however often and in however many threads it is asked. What a check found holds as long as all that it asked of the
files would be answered alike: so a change in one file checks again what looked at it, and nothing else. In a file that
changed, each declaration that did not change is remembered and not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

from dsl.check.checker import Checked, check, check_file
from dsl.link.library import Library
from dsl.link.linked import Linked
from dsl.syntax.parse import Parsed, Pieces, parse
from dsl.text.bounded import Bounded
from dsl.text.files import DISK, Files, Overlay
from dsl.text.messages import make
from dsl.text.source import SourceFile, UnreadableFileError
from dsl.workspace.answers import Frozen, Noted, Trace, still_holds

MAX_FILES, MAX_PIECES = 1_000, 100_000
"""So many files and so many declarations are remembered."""


class Memory:
    """What was worked out before, for all snapshots of a workspace. Nothing in it changes an answer: each entry is taken
    only where its text, or all that its check looked at, is the same."""

    def __init__(self, files: int = MAX_FILES, pieces: int = MAX_PIECES) -> None:
        self.pieces: Pieces | None = Bounded(pieces) if pieces else None
        """Declarations by their text; None where no text will change."""
        self.parsed: Bounded[str, Parsed] = Bounded(files)
        """By path: the newest text of each."""
        self.checked: Bounded[tuple[str, str], tuple[Trace, Checked]] = Bounded(files)
        """By the file itself and the name it is shown by."""
        self.good: Bounded[str, Checked] = Bounded(files)
        """By the file itself: its newest check without an error."""


class Workspace:
    """What somebody works on. Any number of threads may open texts and take snapshots."""

    def __init__(self, folders: Iterable[Path] = (), files: Files = DISK, memory: Memory | None = None) -> None:
        """`folders`: where modules are looked for by name, the nearest first (and beside each file, before all)."""
        self._library = Library(tuple(folders), files)
        self._memory = memory or Memory()
        self._texts: Mapping[Path, str] = {}
        self._lock = Lock()

    def open(self, path: Path, text: str) -> None:
        """Lays a text over a file, which need not be there; in place of the text that lay over it before."""
        with self._lock:
            self._texts = {**self._texts, path: text}

    def close(self, path: Path) -> None:
        """Takes the text away: the file on disk counts again."""
        with self._lock:
            self._texts = {p: text for p, text in self._texts.items() if p != path}

    @property
    def opened(self) -> Mapping[Path, str]:
        """The texts that lie over files."""
        return self._texts

    def snapshot(self) -> Snapshot:
        """Everything as it is now."""
        texts = self._texts
        files = self._library.files
        return Snapshot(replace(self._library, files=Overlay(texts, files) if texts else files), self._memory)

    def last_good(self, path: Path) -> Checked | None:
        """The newest check of a file that found no error, in any snapshot; None where there was none."""
        return self.snapshot().last_good(path)


class Snapshot:
    """Rules as they are at one moment."""

    def __init__(self, library: Library, memory: Memory | None = None) -> None:
        self.library = replace(library, files=Frozen(library.files))
        self._memory = memory or Memory()

    def __repr__(self) -> str:
        return f"Snapshot({', '.join(map(str, self.library.folders))})"

    def source(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text of a file; `shown` is how messages name it (default: the path). Raises UnreadableFileError."""
        return self.library.files.read(path, shown)

    def parse(self, source: SourceFile) -> Parsed:
        """A text read, with what is remembered of it."""
        known = self._memory.parsed.get(source.path)
        if known is None or known.source != source:
            known = parse(source, self._memory.pieces)
            self._memory.parsed.put(source.path, known)
        return known

    def checked(self, path: Path, shown: str | None = None) -> Checked:
        """A file checked. One that cannot be read has no declarations, and a finding (T001) that says why."""
        files = self.library.files
        real = files.real(path)
        key = real, shown or str(path)
        before = self._memory.checked.get(key)
        if before is not None and still_holds(before[0], files):
            return before[1]
        noted = Noted(files)
        try:
            source = noted.read(path, shown)
        except UnreadableFileError as error:
            checked = unreadable(error)
        else:
            checked = check_file(source, replace(self.library, files=noted), self.parse)
        self._memory.checked.put(key, (noted.trace, checked))
        if checked.program is not None:
            self._memory.good.put(real, checked)
        return checked

    def last_good(self, path: Path) -> Checked | None:
        """The newest check of a file that found no error, in any snapshot of this memory; None where there was none."""
        return self._memory.good.get(self.library.files.real(path))

    def check(self, source: SourceFile) -> Checked:
        """A text that is in no file, such as one that is piped in, checked as if it stood at its path."""
        return check_file(source, self.library, self.parse)


def unreadable(error: UnreadableFileError) -> Checked:
    """A file that cannot be taken as text, as a check with nothing in it."""
    finding = make("T001", None, path=error.path, reason=error.reason, mend=error.hint)
    return check(Linked(SourceFile(error.path, ""), diagnostics=[finding]))
