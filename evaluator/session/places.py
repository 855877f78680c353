"""The one place that finds rules and templates: the checkout's, or those inside the installed wheel.

In: names and paths as a user gives them. Out: folders and files. Must not know what is in them.
`os.path.isfile` rather than `Path.is_file`: a name too long for the disk is simply not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dsl.link.library import SUFFIX, Library

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


def rule_files(folder: Path) -> tuple[list[Path], list[str]]:
    """Every rule file in a folder and below, in the order of their names, and the folders that cannot be read.

    Hidden folders, such as `.git` or `.venv`, hold no rules of the user's.
    """
    files: list[Path] = []
    unread: list[str] = []
    for here, below, names in os.walk(folder, onerror=lambda error: unread.append(str(error.filename))):
        below[:] = sorted(name for name in below if not name.startswith("."))
        files += [Path(here) / name for name in sorted(names) if name.endswith(SUFFIX)]
    return files, unread
