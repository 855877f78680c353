"""The folders that an editor works in, each with its own library: the same name in two of them means two modules.

In: folders, open texts. Out: snapshots and views of files. Must not know the protocol.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dsl.ide.view import View
from dsl.workspace.workspace import Memory, Snapshot, Workspace
from evaluator.session.places import rule_files, rules_dir

FRESH = 1.0
"""So many seconds a snapshot is taken to be what is on disk, where no editor says that a file has changed."""
_LISTED = 5.0
"""So many seconds a list of files is taken to be whole."""


class Root:
    """One folder: its library, and the newest look at it."""

    def __init__(self, folder: Path | None, texts: dict[Path, str]) -> None:
        """`folder` None: for files that lie in no folder of the editor's."""
        own = [folder, folder / "rules"] if folder is not None else []
        places = [*own, rules_dir(), rules_dir() / "library"]
        unique = {os.path.realpath(place): place for place in reversed(places)}
        self.folders = tuple(reversed(unique.values()))
        self.folder = folder
        self.workspace = Workspace(self.folders, memory=Memory())
        for path, text in texts.items():
            self.workspace.open(path, text)


class Roots:
    """All folders, and the texts that lie over their files."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._roots: list[Root] = [Root(None, {})]
        self._texts: dict[Path, str] = {}
        self._looks: dict[int, tuple[float, Snapshot]] = {}
        self._views: dict[tuple[int, Path], View] = {}
        self._files: tuple[float, list[Path]] = (-_LISTED, [])

    def set(self, folders: Iterable[Path]) -> None:
        """The folders that are worked in."""
        unique = {os.path.realpath(folder): folder for folder in folders}
        known = {str(root.folder): root for root in self._roots}
        self._roots = [known.get(str(f)) or Root(f, self._texts) for f in unique.values()]
        self._roots.append(known.get("None") or Root(None, self._texts))
        self.changed(files=True)

    @property
    def folders(self) -> list[Path]:
        """The folders that are worked in."""
        return [root.folder for root in self._roots if root.folder is not None]

    def open(self, path: Path, text: str) -> None:
        """A text in place of a file."""
        self._texts[path] = text
        for root in self._roots:
            root.workspace.open(path, text)
        self.changed()

    def close(self, path: Path) -> None:
        """The file on disk counts again."""
        self._texts.pop(path, None)
        for root in self._roots:
            root.workspace.close(path)
        self.changed(files=True)

    def changed(self, files: bool = False) -> None:
        """Something is no longer as it was; `files`: which files there are."""
        self._looks.clear()
        self._views.clear()
        if files:
            self._files = (-_LISTED, [])

    def root_of(self, path: Path) -> Root:
        """The innermost folder that a file lies in."""
        real = os.path.realpath(path)
        best = self._roots[-1]
        for root in self._roots:
            if root.folder is None:
                continue
            inside = real.startswith(os.path.realpath(root.folder).rstrip(os.sep) + os.sep)
            deeper = best.folder is None or len(str(root.folder)) > len(str(best.folder))
            if inside and deeper:
                best = root
        return best

    def snapshot(self, path: Path) -> Snapshot:
        """The rules as they are now, seen from a file."""
        root = self.root_of(path)
        known = self._looks.get(id(root))
        if known is None or self._now() - known[0] > FRESH:
            known = (self._now(), root.workspace.snapshot())
            self._looks[id(root)] = known
            self._views = {key: view for key, view in self._views.items() if key[0] != id(root)}
        return known[1]

    def view(self, path: Path) -> View:
        """A file as it is now."""
        snapshot = self.snapshot(path)
        key = (id(self.root_of(path)), path)
        found = self._views.get(key)
        if found is None:
            found = self._views[key] = View(snapshot, path)
        return found

    def files(self, path: Path | None = None) -> list[Path]:
        """Every rule file of the folders, and those that are open; `path`: one that is there in any case."""
        when, found = self._files
        if self._now() - when > _LISTED:
            found = list(self._below())
            self._files = (self._now(), found)
        opened = [each for each in self._texts if each.suffix == ".thesis"]
        return list(dict.fromkeys([*([path] if path is not None else []), *opened, *found]))

    def _below(self) -> Iterator[Path]:
        for folder in self.folders:
            yield from rule_files(folder).files

    @property
    def texts(self) -> dict[Path, str]:
        """The texts that lie over files."""
        return dict(self._texts)
