"""Which names the other rule files of a library ask for: a fact that none asks for is misspelt, or nobody's.

In: the library. Out: a collection of names. Must not know facts.

All names are known only after every rule file of the library has been read. Mostly one name is asked for, and a file
declares it: then that declaration alone is read. Else a file is read where its text, or that of a module behind it, has the
name in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from dsl.link.library import Library
from dsl.link.load import load
from dsl.syntax.parse import parse_headers, parse_named
from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError
from dsl.workspace.workspace import Memory, Snapshot

_KEYWORDS = ("input", "metric")
"""What facts are about."""


def names_elsewhere(places: Library | None) -> Collection[str]:
    """Every input and metric of every rule file in the library, found when asked for."""
    return Elsewhere(places) if places is not None else frozenset()


@record
class _File:
    """A rule file of the library, with the files of all modules that it may bring."""

    source: SourceFile
    texts: tuple[SourceFile, ...]

    def mentions(self, name: str) -> bool:
        """Whether it could bring the name at all."""
        written = name.rpartition(".")[2]  # a prefix is written once, where the module is used
        return any(written in each.text for each in self.texts)


@record
class _Seen:
    """Names of a text that seem to be declared in it, and those that it seems to override or drop."""

    declared: frozenset[str]
    changed: frozenset[str]


_DECLARED = re.compile(r"\b(?:input|metric)\s+(\w+(?:\.\w+)*)")
_CHANGED = re.compile(r"\b(?:drop|override\s+\w+)\s+(\w+(?:\.\w+)*)")


@lru_cache(maxsize=256)
def _seen(source: SourceFile) -> _Seen:
    """One look through a text, for all names that are asked for."""
    return _Seen(frozenset(_every(_DECLARED, source.text)), frozenset(_every(_CHANGED, source.text)))


def _every(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Each name that is met; of one with dots its beginnings too, since it may be one of those with something behind it."""
    for name in pattern.findall(text):
        parts = name.split(".")
        yield from (".".join(parts[:n]) for n in range(1, len(parts) + 1))


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
        if name not in self._names and any(self._declares(source, name) for source in self._sources):
            self._names.add(name)
        if name not in self._names:
            found = [n for n, file in enumerate(self._files) if n not in self._read and file.mentions(name)]
            found.sort(key=lambda n: len(self._files[n].texts))
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
            self._names |= {name for name, e in entries if e.declaration.keyword in _KEYWORDS}
            self._read.add(n)

    def _declares(self, source: SourceFile, name: str) -> bool:
        """Whether a file declares a name that facts may have, and no module of it says anything of the name. What is overridden
        or dropped, or not read at once, is found by linking."""
        seen = _seen(source)
        if name not in seen.declared or name in seen.changed:
            return False
        alone = not any(name in each.text for each in self._behind(source) if each is not source)
        return alone and any(d.keyword in _KEYWORDS for d in parse_named(source, name))

    @cached_property
    def _files(self) -> tuple[_File, ...]:
        return tuple(_File(source, tuple(self._behind(source))) for source in self._sources)

    @cached_property
    def _sources(self) -> tuple[SourceFile, ...]:
        library = self._snapshot.library
        paths = (library.find(name) for name in library.names())
        found = (self._source(path) for path in paths if path is not None)
        return tuple(source for source in found if source is not None)

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
