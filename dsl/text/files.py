"""Where texts come from: the disk, or texts that are not saved yet laid over it. Rules are read through this alone.

In: paths. Out: `SourceFile`s, and what is where. Must not know what the texts mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from dsl.text.record import record
from dsl.text.source import SourceFile


@record
class Listed:
    """A file or a folder in a folder: its name, which of the two it is, and whether it only leads to one."""

    name: str
    folder: bool = False
    link: bool = False


class Files(Protocol):
    """What a reader of rules asks of a file system. Answers may change from one question to the next, as a disk's do;
    `workspace.Frozen` keeps them."""

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text of a file; `shown` is how messages name it (default: the path as given).

        Raises UnreadableFileError with a sentence and a mend.
        """

    def is_file(self, path: Path) -> bool:
        """Whether there is such a file; a name too long for the disk is simply not there."""

    def list(self, folder: Path) -> tuple[Listed, ...]:
        """What is in a folder, sorted by name: files and folders, no devices; nothing where it cannot be listed."""

    def real(self, path: Path) -> str:
        """The file itself, whatever links and whatever way of writing the path led to it; it need not be there."""


class Disk:
    """The files of this machine."""

    def __repr__(self) -> str:
        return "Disk()"

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text of a file on disk."""
        return SourceFile.read(path, shown)

    def is_file(self, path: Path) -> bool:
        """Whether there is such a file: `os.path`, since `Path.is_file` raises for a name that is too long."""
        return os.path.isfile(path)

    def list(self, folder: Path) -> tuple[Listed, ...]:
        """What a folder holds."""
        try:
            with os.scandir(folder) as entries:
                return tuple(sorted(_listed(entries), key=lambda each: each.name))
        except OSError:
            return ()

    def real(self, path: Path) -> str:
        """The path with every link followed."""
        return os.path.realpath(path)


def _listed(entries: Iterator[os.DirEntry[str]]) -> Iterator[Listed]:
    for entry in entries:
        try:
            folder, link = entry.is_dir(), entry.is_symlink()
            if folder or entry.is_file():
                yield Listed(entry.name, folder, link)
        except OSError:  # a link that leads nowhere
            continue


DISK = Disk()


class Overlay:
    """Texts that are not saved, over other files: a text counts in place of the file that it is for, which need not be
    there, nor its folder."""

    def __init__(self, texts: Mapping[Path, str], beneath: Files = DISK) -> None:
        """`texts` by the path of the file that each is for."""
        self._beneath = beneath
        self._texts = {beneath.real(path): text for path, text in texts.items()}
        self._within: dict[str, dict[str, Listed]] = {}
        for real in self._texts:
            below = Listed(os.path.basename(real))
            folder = os.path.dirname(real)
            while below.name not in self._within.setdefault(folder, {}):
                self._within[folder][below.name] = below
                below, folder = Listed(os.path.basename(folder), folder=True), os.path.dirname(folder)
                if not below.name:
                    break

    def __repr__(self) -> str:
        return f"Overlay({len(self._texts)} texts over {self._beneath!r})"

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        """The text laid over, else what is beneath. Raises UnreadableFileError."""
        text = self._texts.get(self._beneath.real(path))
        return self._beneath.read(path, shown) if text is None else SourceFile.of_text(shown or str(path), text)

    def is_file(self, path: Path) -> bool:
        """Whether there is a text, or a file beneath."""
        return self._beneath.real(path) in self._texts or self._beneath.is_file(path)

    def list(self, folder: Path) -> tuple[Listed, ...]:
        """What is beneath, and the texts."""
        beneath = self._beneath.list(folder)
        own = self._within.get(self._beneath.real(folder))
        if not own:
            return beneath
        return tuple(sorted({**own, **{each.name: each for each in beneath}}.values(), key=lambda each: each.name))

    def real(self, path: Path) -> str:
        """The path with every link followed."""
        return self._beneath.real(path)
