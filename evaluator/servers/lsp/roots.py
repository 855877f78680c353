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
LONG = 100_000
"""A text of so many characters takes long to check, whatever it says."""
SLOW = 0.5
"""A file whose check took so many seconds of the processor takes long, until another text of it does not."""


class _Look:
    """All files of a folder as they were at one moment, and the views that were made of them."""

    def __init__(self, when: float, snapshot: Snapshot) -> None:
        self.when, self.snapshot = when, snapshot
        self.views: dict[Path, View] = {}


class _Listing:
    """Which rule files there are, and when that was looked up."""

    when = -_LISTED
    files: tuple[Path, ...] = ()


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
        self._looks: dict[int, _Look] = {}
        self._listing = _Listing()
        self._slow: dict[Path, str] = {}
        """Files whose check took long, with the text that it took long for."""
        self._stays = False

    def as_they_are(self) -> Roots:
        """The same, which stays as it is now whatever is opened, changed and closed: another thread may look at it. What is
        worked out for it is known here, too, as long as nothing changes."""
        found = Roots(self._now)
        found._roots, found._texts = list(self._roots), dict(self._texts)
        for root in self._roots:
            self._look(root)
        found._looks, found._listing, found._slow = dict(self._looks), self._listing, self._slow
        found._stays = True
        return found

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
        self._slow.pop(path, None)
        for root in self._roots:
            root.workspace.close(path)
        self.changed(files=True)

    def changed(self, files: bool = False) -> None:
        """Something is no longer as it was; `files`: which files there are."""
        self._looks.clear()
        if files:
            self._listing = _Listing()

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

    def _look(self, root: Root) -> _Look:
        known = self._looks.get(id(root))
        if known is None or (not self._stays and self._now() - known.when > FRESH):
            known = self._looks[id(root)] = _Look(self._now(), root.workspace.snapshot())
        return known

    def snapshot(self, path: Path) -> Snapshot:
        """The rules as they are now, seen from a file."""
        return self._look(self.root_of(path)).snapshot

    def view(self, path: Path) -> View:
        """A file as it is now."""
        look = self._look(self.root_of(path))
        found = look.views.get(path)
        if found is None:
            began = time.thread_time()
            found = look.views[path] = View(look.snapshot, path)
            if time.thread_time() - began > SLOW:
                self._slow[path] = found.text
            elif self._slow.get(path, found.text) != found.text:
                self._slow.pop(path, None)
        return found

    def takes_long(self, path: Path) -> bool:
        """Whether looking at a file takes so long that others should not wait for it."""
        return path in self._slow or len(self._texts.get(path, "")) > LONG

    def files(self, path: Path | None = None) -> list[Path]:
        """Every rule file of the folders, and those that are open; `path`: one that is there in any case."""
        listing = self._listing
        if self._now() - listing.when > _LISTED:
            listing.files = tuple(self._below())
            listing.when = self._now()
        opened = [each for each in self._texts if each.suffix == ".thesis"]
        return list(dict.fromkeys([*([path] if path is not None else []), *opened, *listing.files]))

    def _below(self) -> Iterator[Path]:
        for folder in self.folders:
            yield from rule_files(folder).files

    @property
    def texts(self) -> dict[Path, str]:
        """The texts that lie over files."""
        return dict(self._texts)
