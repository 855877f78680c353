"""The one place that finds rules and templates: the checkout's, or those inside the installed wheel.

In: names and paths as a user gives them. Out: folders and files. Must not know what is in them.
`os.path.isfile` rather than `Path.is_file`: a name too long for the disk is simply not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dsl.link.library import SUFFIX, Library
from dsl.text.record import record

_PACKAGE = Path(__file__).resolve().parent.parent


def _root() -> Path:
    checkout = _PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").is_file() else _PACKAGE / "bundled"


def rules_dir() -> Path:
    """The folder of the rules that ship."""
    return _root() / "rules"


def templates_dir() -> Path:
    """The folder of the report templates."""
    return _root() / "templates"


def library(folders: Iterable[Path] = ()) -> Library:
    """Where modules and theses are looked for by name: given folders, this folder and its `rules`, what ships and
    its library of known scores."""
    places = [*folders, Path(), Path("rules"), rules_dir(), rules_dir() / "library"]
    unique = {os.path.realpath(place): place for place in reversed(places)}
    return Library(tuple(reversed(unique.values())))


def from_here(path: Path) -> str:
    """How messages name a file: from here, where it lies below."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def find_rules(name: str, places: Library) -> Path | None:
    """A rule file by path, or by name in the library. None where there is none."""
    path = Path(name)
    if path.suffix == SUFFIX or len(path.parts) > 1 or places.files.is_file(path):
        return path
    return places.find(name)


MAX_FOLDERS, MAX_FILES = 10_000, 2_000
"""So many folders are looked through, and so many rule files taken; a user who names `/` means something else."""


@record
class Below:
    """What is in a folder and below it: rule files, in the order of their names; folders that cannot be read; other file
    systems, which were left out; whether there was more than is looked through."""

    files: list[Path]
    unread: list[str]
    elsewhere: list[str]
    stopped: bool


def rule_files(folder: Path, all_of_it: bool = False) -> Below:
    """Every rule file in a folder and below; `all_of_it`: on other file systems too, and however many folders there are.

    Hidden folders, such as `.git` or `.venv`, hold no rules of the user's.
    """
    found = Below([], [], [], False)
    disk = _disk(str(folder))
    walk = os.walk(folder, onerror=lambda error: found.unread.append(str(error.filename)))
    for count, (here, below, names) in enumerate(walk):
        if not all_of_it and (count >= MAX_FOLDERS or len(found.files) >= MAX_FILES):
            return replace(found, stopped=True)
        below[:] = sorted(name for name in below if not name.startswith("."))
        if not all_of_it:
            other = [name for name in below if _disk(os.path.join(here, name)) not in (disk, None)]
            found.elsewhere.extend(os.path.join(here, name) for name in other)
            below[:] = [name for name in below if name not in other]
        found.files.extend(Path(here) / name for name in sorted(names) if name.endswith(SUFFIX))
    return found


def _disk(path: str) -> int | None:
    """The file system that a folder lies on; None where that cannot be asked, and for a link, which is not followed."""
    try:
        return None if os.path.islink(path) else os.stat(path).st_dev
    except OSError:
        return None
