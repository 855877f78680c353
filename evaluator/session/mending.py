"""Rule files with their sure mends applied and written: `thesis check --fix`.

In: files, the library. Out: what each file held, holds now, and what is still found in it. Must not print.

All files are mended together, each seeing the others as they should be, until nothing changes; then they are checked
once more, and each that has no more errors than before is written whole. One that was changed on disk meanwhile is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text import messages
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import as_saved
from dsl.text.files import Overlay
from dsl.text.record import record
from dsl.text.source import MAX_BYTES, SourceFile, UnreadableFileError, read_bytes
from dsl.workspace.fixing import fixed
from dsl.workspace.workspace import Memory, Snapshot
from evaluator.session.reading import Failed

MAX_ROUNDS = 10
"""So often files may change what is found in each other."""
Write = Callable[[Path, str, bytes, bytes], Diagnostic | None]
"""Path, name, bytes before and after -> what stood in the way."""


@record
class Target:
    """What is to be checked: a file, a text that was piped in, or what stood in the way of finding one."""

    name: str
    path: Path | None = None
    text: bytes = b""
    failed: tuple[Diagnostic, ...] = ()


@record
class FixedFile:
    """A file after it: its texts, how many mistakes were mended, what is found in it as it is now."""

    name: str
    result: Checked | Failed
    before: str = ""
    after: str = ""
    mended: int = 0
    written: bool = False


@record
class _Read:
    """A file as it was read: its bytes and its text."""

    target: Target
    data: bytes
    source: SourceFile


def mend(targets: Sequence[Target], places: Library, write: Write | None) -> list[FixedFile]:
    """Mends files together. `write` None: nothing is written, and what is found is what the files say as they are."""
    read = [_read(target) for target in targets]
    mending = _Mending([each for each in read if isinstance(each, _Read)], places)
    mending.run()
    return [
        FixedFile(target.name, each) if isinstance(each, Failed) else mending.finished(each, write)
        for target, each in zip(targets, read, strict=True)
    ]


def _read(target: Target) -> _Read | Failed:
    if target.failed:
        return Failed(target.failed)
    try:
        data, size = target.text, len(target.text)
        if target.path is not None:
            data, size = read_bytes(target.path, target.name, MAX_BYTES)
        return _Read(target, data, SourceFile.of_bytes(target.name, data, size))
    except UnreadableFileError as error:
        return Failed((messages.make("T001", None, path=error.path, reason=error.reason, mend=error.hint),))


class _Mending:
    """Files on their way: each text as it should be so far, and how many mistakes were mended in it."""

    def __init__(self, files: Sequence[_Read], places: Library) -> None:
        self._files, self._places, self._memory = files, places, Memory()
        self._now = {each.target.name: each.source for each in files}
        self._mended = dict.fromkeys(self._now, 0)

    def run(self) -> None:
        """Mends all of them, until nothing changes."""
        for _ in range(MAX_ROUNDS):
            changed = False
            for each in self._files:
                done = fixed(self._check(self._now[each.target.name]), self._check)
                if done.changed:
                    self._now[each.target.name], changed = done.source, True
                    self._mended[each.target.name] += len(done.mended)
            if not changed:
                return

    def _check(self, source: SourceFile) -> Checked:
        """A text among the others as they should be."""
        texts = {t.path: self._now[t.name].text for t in (each.target for each in self._files) if t.path is not None}
        return self._among(source, texts)

    def _among(self, source: SourceFile, texts: Mapping[Path, str]) -> Checked:
        files = Overlay({**texts, Path(source.path): source.text}, self._places.files)
        return Snapshot(replace(self._places, files=files), self._memory).check(source)

    def finished(self, each: _Read, write: Write | None) -> FixedFile:
        """A file written where it should be, and what is found in it then."""
        name, path = each.target.name, each.target.path
        as_it_is, after = self._among(each.source, {}), self._check(self._now[name])
        worse = len(after.errors) > len(as_it_is.errors)
        if worse or after.source == each.source:
            return FixedFile(name, as_it_is, each.source.text, each.source.text)
        texts, count = (each.source.text, after.source.text), self._mended[name]
        if write is None:
            return FixedFile(name, as_it_is, *texts, count)
        if path is None:
            return FixedFile(name, after, *texts, count)
        refused = write(path, name, each.data, as_saved(each.data, after.source.text))
        if refused is not None:
            return FixedFile(name, Failed((*as_it_is.diagnostics, refused)), *texts)
        return FixedFile(name, after, *texts, count, written=True)
