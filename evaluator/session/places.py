"""The one place that finds rules, facts and templates: the checkout's, or those inside the installed wheel.

In: names and paths as a user gives them. Out: folders and files. Must not know what is in them.
`os.path.isfile` rather than `Path.is_file`: a name too long for the disk is simply not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dsl.link.library import SUFFIX, Library

_PACKAGE = Path(__file__).resolve().parent.parent
FACTS_SUFFIX = ".yaml"
FACTS_SUFFIXES = frozenset({".yaml", ".yml", ".csv", ".tsv", ".xlsx", ".xlsm", ".json", ".parquet"})
"""How files end that hold facts; `readers/load.py` has the reader of each."""


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


@dataclass(frozen=True, slots=True)
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


def find_facts(ticker: str, given: Sequence[Path], rules: Path) -> list[Path]:
    """The facts files of a ticker: the files given, and what the folders given hold about it; without any, what is in
    `facts` beside the rule file, here, or in what ships: the first of these folders that has it. Empty where none has.
    """
    if given:
        return [file for path in given for file in (company_files(path, ticker) if os.path.isdir(path) else [path])]
    folders = [rules.parent / "facts", Path("facts"), Path("rules") / "facts", rules_dir() / "facts"]
    return next((files for folder in folders if (files := _named(folder, ticker))), [])


def company_files(folder: Path, ticker: str) -> list[Path]:
    """What a folder holds about a ticker: `TICKER.yaml` and all in the folder `TICKER`; else all that is in it."""
    return _named(folder, ticker) or facts_files(folder)


def _named(folder: Path, ticker: str) -> list[Path]:
    if not ticker or os.sep in ticker or ticker.startswith("."):
        return []
    file, below = folder / f"{ticker}{FACTS_SUFFIX}", folder / ticker
    return [file] * os.path.isfile(file) + (facts_files(below) if os.path.isdir(below) else [])


def facts_files(folder: Path) -> list[Path]:
    """The files in a folder that hold facts, in the order of their names. Hidden ones, and those that a spreadsheet
    keeps while it is open (`~$model.xlsx`), hold none."""
    found = (p for p in folder.iterdir() if p.suffix.lower() in FACTS_SUFFIXES and not p.name.startswith((".", "~$")))
    return sorted(p for p in found if os.path.isfile(p))


def known_tickers(rules: Path | None = None) -> list[str]:
    """Tickers for which facts are there."""
    folders = [Path("facts"), Path("rules") / "facts", rules_dir() / "facts"]
    if rules is not None:
        folders.insert(0, rules.parent / "facts")
    found: set[str] = set()
    for folder in (f for f in folders if f.is_dir()):
        found |= {path.stem for path in folder.glob(f"*{FACTS_SUFFIX}")}
        found |= {path.name for path in folder.iterdir() if path.is_dir() and facts_files(path)}
    return sorted(found)
