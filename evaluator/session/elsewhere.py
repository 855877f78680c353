"""Which names the other rule files of a library ask for: a fact that none asks for is misspelt, or nobody's.

In: the library. Out: a collection of names. Must not know facts.

All names are known only after every rule file of the library has been read. Mostly one name is asked for, so a file is
read only where its text, or that of a module behind it, has the name in it; and those first that declare it themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

from dsl.link.library import Library
from dsl.link.load import load
from dsl.syntax.parse import parse_headers
from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError
from dsl.workspace.workspace import Memory, Snapshot


def names_elsewhere(places: Library | None) -> Collection[str]:
    """Every input and metric of every rule file in the library, found when asked for."""
    return Elsewhere(places) if places is not None else frozenset()


@record
class _File:
    """A rule file of the library, with the files of all modules that it may bring."""

    source: SourceFile
    texts: tuple[SourceFile, ...]

    def declares(self, name: str) -> bool:
        """Whether it seems to declare the name itself."""
        return re.search(rf"\b(?:input|metric)\s+{re.escape(name)}\b", self.source.text) is not None

    def mentions(self, name: str) -> bool:
        """Whether it could bring the name at all."""
        return any(name in each.text for each in self.texts)


class Elsewhere(Collection[str]):
    """The names as a collection: whether one is in it is found without reading more than it takes."""

    def __init__(self, places: Library) -> None:
        self._snapshot = Snapshot(places, Memory(pieces=0))
        self._names: set[str] = set()
        self._read: set[int] = set()
        self._uses: dict[str, tuple[str, ...]] = {}

    def __repr__(self) -> str:
        return f"Elsewhere({len(self._read)} files read)"

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if name not in self._names:
            found = [n for n, file in enumerate(self._files) if n not in self._read and file.mentions(name)]
            found.sort(key=lambda n: (not self._files[n].declares(name), len(self._files[n].texts)))
            for n in found:
                self._load(n)
                if name in self._names:
                    break
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        for n in range(len(self._files)):
            self._load(n)
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _load(self, n: int) -> None:
        if n not in self._read:
            linked = load(self._files[n].source, self._snapshot.library, self._snapshot.parse)
            entries = linked.entries.items()
            self._names |= {name for name, e in entries if e.declaration.keyword in ("input", "metric")}
            self._read.add(n)

    @cached_property
    def _files(self) -> tuple[_File, ...]:
        library = self._snapshot.library
        found: list[_File] = []
        for name in library.names():
            path = library.find(name)
            source = self._source(path) if path is not None else None
            if source is not None:
                found.append(_File(source, tuple(self._behind(source))))
        return tuple(found)

    def _source(self, path: Path) -> SourceFile | None:
        try:
            return self._snapshot.source(path)
        except UnreadableFileError:
            return None

    def _behind(self, source: SourceFile) -> Iterator[SourceFile]:
        """A file and every file that it, or a module of it, may use."""
        library, seen, waiting = self._snapshot.library, {source.path}, [source]
        while waiting:
            each = waiting.pop()
            yield each
            near = library.near(Path(each.path).parent)
            for name in self._used_by(each):
                path = near.find(name)
                used = self._source(path) if path is not None and str(path) not in seen else None
                if used is not None:
                    seen.add(used.path)
                    waiting.append(used)

    def _used_by(self, source: SourceFile) -> tuple[str, ...]:
        if source.path not in self._uses:
            self._uses[source.path] = tuple(u.module.name for h in parse_headers(source) for u in h.uses)
        return self._uses[source.path]
