"""Where modules lie: folders in which `net_debt` and `credit.net_debt` are looked for, the nearest first.

In: folders, and the `Files` that say what is there. Out: the file behind a name, and all names with what they hide.
Must not know what is in the files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dsl.text.files import DISK, Files, Listed
from dsl.text.record import record

SUFFIX = ".thesis"
MAX_PACKAGES = 5
"""How deep folders are looked through when names are listed."""

_PACKAGE = re.compile(r"[A-Za-z_]\w*")


@record
class Found:
    """A file behind a name, and the folder of the library in which it was found."""

    name: str
    path: Path
    place: Path
    real: str
    """The file itself, whatever way led to it."""


@record
class Named:
    """A name of the library: the file that it means, and files of the same name in places further away."""

    found: Found
    shadows: tuple[Path, ...]


@record
class Library:
    """Folders in which modules are looked for by name, the nearest first; `files` says what is in them."""

    folders: tuple[Path, ...]
    files: Files = DISK

    def find(self, name: str) -> Path | None:
        """The file of a module or thesis, or None."""
        found = self.look(name)
        return found.path if found else None

    def look(self, name: str) -> Found | None:
        """The same with the place where it was found; dots in a name lead into folders."""
        *packages, last = name.split(".")
        if not all((*packages, last)):
            return None
        for folder in self.folders:
            path = folder.joinpath(*packages, last + SUFFIX)
            if self.files.is_file(path):
                return Found(name, path, folder, self.files.real(path))
        return None

    def names(self) -> list[str]:
        """All names that `find` would find, sorted."""
        return [named.found.name for named in self.listing()]

    def listing(self) -> list[Named]:
        """Every file under its name, sorted by name. A file that two names lead to stands under the shorter one."""
        nearest: dict[str, Found] = {}
        hidden: dict[str, dict[str, Path]] = {}
        for folder in self.folders:
            for found in self._walk(folder):
                first = nearest.setdefault(found.name, found)
                if first.real != found.real:
                    hidden.setdefault(found.name, {}).setdefault(found.real, found.path)
        best: dict[str, Found] = {}
        for found in nearest.values():
            other = best.get(found.real)
            if other is None or found.name.count(".") < other.name.count("."):
                best[found.real] = found
        named = (Named(f, tuple(hidden.get(f.name, {}).values())) for f in best.values())
        return sorted(named, key=lambda n: n.found.name)

    def near(self, folder: Path) -> Library:
        """The same with one folder before all others."""
        return Library((folder, *(f for f in self.folders if f != folder)), self.files)

    def _walk(self, place: Path) -> Iterator[Found]:
        """The rule files of a folder, then of those folders in it that hold rule files themselves, level by level. A folder
        to which several ways lead, by links, is gone through once, by the shortest: one that holds a link to itself has
        no end else."""
        level, seen = [(place, self.files.real(place), tuple[str, ...]())], set[str]()
        while level:
            below: list[tuple[Path, str, tuple[str, ...]]] = []
            for folder, real, packages in level:
                if real in seen:
                    continue
                seen.add(real)
                entries = self.files.list(folder)
                rules = [e for e in entries if e.name.endswith(SUFFIX) and not e.folder]
                if packages and not rules:
                    continue
                yield from self._rules(place, folder, real, packages, rules)
                if len(packages) < MAX_PACKAGES:
                    inner = [e for e in entries if e.folder and _PACKAGE.fullmatch(e.name)]
                    below += [(folder / e.name, self._itself(folder, real, e), (*packages, e.name)) for e in inner]
            level = below

    def _rules(
        self, place: Path, folder: Path, real: str, packages: tuple[str, ...], rules: Iterable[Listed]
    ) -> Iterator[Found]:
        for entry in rules:
            stem = entry.name.removesuffix(SUFFIX)
            if stem and "." not in stem:
                name = ".".join((*packages, stem))
                yield Found(name, folder / entry.name, place, self._itself(folder, real, entry))

    def _itself(self, folder: Path, real: str, entry: Listed) -> str:
        return self.files.real(folder / entry.name) if entry.link else os.path.join(real, entry.name)


def shown_place(found: Found, top: str) -> str:
    """How a report names a module's file, the same on every machine: from the folder of the rule file that is run
    (`top`, itself and no link) where it lies below, else from the folder of the library in which it was found."""
    real, start = Path(found.real), Path(top)
    if real.is_relative_to(start):
        return real.relative_to(start).as_posix()
    path, place = found.path, found.place
    inner = path.relative_to(place) if path.is_relative_to(place) else Path(path.name)
    return (Path(place.name) / inner).as_posix()
