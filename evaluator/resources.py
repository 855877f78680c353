"""The one place that finds rules, facts and templates: the checkout's, or those inside the installed wheel.

In: names and paths as a user gives them. Out: folders and files. Must not know what is in them.
`os.path.isfile` rather than `Path.is_file`: a name too long for the disk is simply not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dsl.library import SUFFIX, Library

_HERE = Path(__file__).resolve().parent
FACTS_SUFFIX = ".yaml"


def _root() -> Path:
    checkout = _HERE.parent
    return checkout if (checkout / "pyproject.toml").is_file() else _HERE / "bundled"


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


def find_rules(name: str, places: Library) -> Path | None:
    """A rule file by path, or by name in the library. None where there is none."""
    path = Path(name)
    if path.suffix == SUFFIX or len(path.parts) > 1 or os.path.isfile(path):
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


def find_facts(ticker: str, given: Path | None, rules: Path) -> Path | None:
    """The facts file of a ticker: the file given, or `TICKER.yaml` in the folder given; else in `facts` beside the
    rule file, here, or in what ships. None where there is none."""
    if given is not None:
        return given / f"{ticker}{FACTS_SUFFIX}" if os.path.isdir(given) else given
    folders = [rules.parent / "facts", Path("facts"), Path("rules") / "facts", rules_dir() / "facts"]
    return next((path for folder in folders if os.path.isfile(path := folder / f"{ticker}{FACTS_SUFFIX}")), None)


def known_tickers(rules: Path | None = None) -> list[str]:
    """Tickers for which facts are there."""
    folders = [Path("facts"), Path("rules") / "facts", rules_dir() / "facts"]
    if rules is not None:
        folders.insert(0, rules.parent / "facts")
    return sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob(f"*{FACTS_SUFFIX}")})
