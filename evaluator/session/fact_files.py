"""Which files hold the facts about a company: the same for every command, and for Python.

In: a ticker, files and folders as a user gives them, the rule file that they are for. Out: `FactFiles`: what is read, in
the order in which it is read, and what lies beside it and is left out, with the reason. Must not know the facts in them.

Without files or folders it is the first of these that has the company: `facts` in the working folder, `rules/facts` in it,
`facts` beside the rule file, what ships. In a folder all belongs to a company that says so: `TICKER.yaml`, YAML files with
that ticker in their head, what those name under `files`, files that begin with the ticker, tables with rows about it, and
all in the folder TICKER. What says that it is another's is left out; what says nothing belongs to the company where the
folder is about no other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from evaluator.codes.messages import make
from evaluator.readers.kinds import holds_facts, is_yaml
from evaluator.session.glance import Glance, glance
from evaluator.session.places import from_here, rules_dir

_LISTED = 4
_TICKER = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z]{1,2})?")
"""What the first word of a file's name looks like where it is a ticker, as vendors name their downloads."""
_CLASS = re.compile(r"[A-Z]{1,2}")
"""A class of shares behind a ticker: neither BRK-B.csv nor BRK-B_prices.csv is about BRK."""


@record
class LeftOut:
    """A file or folder that is not read. `expected`: it says itself that it is about somebody else, or is no facts file."""

    path: Path
    why: str
    mend: str = ""
    expected: bool = False


@record
class FactFiles:
    """What is read about a company, in this order, and what is left out."""

    read: tuple[Path, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def notes(self) -> tuple[Diagnostic, ...]:
        """What was left out, a finding for each reason."""
        by_reason: dict[tuple[str, str], list[Path]] = {}
        for out in self.left_out:
            by_reason.setdefault((out.why, out.mend), []).append(out.path)
        return tuple(
            make("F049", None, at=from_here(paths[0].parent), files=_listed(paths), why=why, mend=mend)
            for (why, mend), paths in by_reason.items()
        )


def _listed(paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths[:_LISTED])
    return names + (f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else "")


def facts_about(ticker: str | None, given: Sequence[Path] = (), rules: Path | None = None) -> FactFiles:
    """The files about a ticker: the files given, and what the folders given hold about it; without any, the first folder
    where facts are kept that has it. None as ticker: all that folders hold. Empty where there is nothing."""
    if not given:
        found = (Folder(folder).about(ticker) for folder in kept(rules)) if ticker else ()
        first = next((each for each in found if each.read), FactFiles())
        return FactFiles(first.read, tuple(out for out in first.left_out if not out.expected))
    read: list[Path] = []
    left_out: list[LeftOut] = []
    for path in given:
        if os.path.isdir(path):
            of_folder = Folder(path).about(ticker, asked=True)
            read += _head_beside(path, ticker, given) + list(of_folder.read)
            left_out += of_folder.left_out
        else:
            read.append(path)
    return FactFiles(tuple(dict.fromkeys(read)), tuple(left_out))


def _head_beside(folder: Path, ticker: str | None, given: Sequence[Path]) -> list[Path]:
    """The YAML file beside a folder that is named after the company, where the folder has none."""
    head = folder.parent / f"{folder.name}.yaml"
    wanted = folder.name == ticker and not Folder(folder).heads and not any(is_yaml(p) for p in given)
    return [head] if wanted and os.path.isfile(head) else []


def kept(rules: Path | None = None) -> list[Path]:
    """The folders where facts are kept, the nearest to the user first."""
    folders = [
        Path("facts"),
        Path("rules") / "facts",
        *([rules.parent / "facts"] if rules else []),
        rules_dir() / "facts",
    ]
    unique: dict[str, Path] = {}
    for folder in folders:
        unique.setdefault(os.path.realpath(folder), folder)
    return [folder for folder in unique.values() if os.path.isdir(folder)]


def known_tickers(rules: Path | None = None) -> list[str]:
    """Tickers for which facts are kept."""
    return sorted({ticker for folder in kept(rules) for ticker in Folder(folder).tickers})


def tickers_in(folders: Sequence[Path]) -> list[str]:
    """The companies that folders are about."""
    return sorted({ticker for folder in folders for ticker in Folder(folder).tickers})


def company_files(folder: Path, ticker: str) -> list[Path]:
    """What a folder holds about a ticker, in the order in which it is read."""
    return list(Folder(folder).about(ticker, asked=True).read)


def shown_file(path: str | Path) -> str:
    """How a report names a file that was read: from here, or as one of those that ship (`BABA.yaml (shipped)`)."""
    ships, real = os.path.realpath(rules_dir() / "facts"), os.path.realpath(path)
    if real.startswith(ships + os.sep):
        return f"{os.path.relpath(real, ships)} (shipped)"
    return from_here(Path(path))


class Folder:
    """A folder of facts: whose each file in it is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def files(self) -> list[Path]:
        """The files that hold facts, in the order of their names. Hidden ones, and those that a spreadsheet keeps while it is
        open (`~$model.xlsx`), hold none."""
        return [path for path in self._visible if holds_facts(path)]

    @cached_property
    def tickers(self) -> set[str]:
        """The companies that it is about, as its YAML files and folders say."""
        yaml = {
            said.ticker or path.stem
            for path, said in self._glances.items()
            if said.holds or _TICKER.fullmatch(path.stem)  # named as facts are, it is listed with what is wrong in it
        }
        return yaml | {below.name for below in self._folders if Folder(below).files}

    @cached_property
    def heads(self) -> set[str]:
        """The tickers in the heads of its YAML files."""
        return {g.ticker for g in self._glances.values() if g.ticker}

    def about(self, ticker: str | None, asked: bool = False) -> FactFiles:
        """What it holds about a company. None: all of it. `asked`: the user named the folder, so that its tables are read also
        where no YAML file of the company lies beside them."""
        if ticker is None:
            return FactFiles(tuple(self.files))
        judged = [(path, self._left_out(path, ticker)) for path in self.files]
        mine = [path for path, out in judged if out is None]
        below = Folder(self.path / ticker) if self._is_name(ticker) else None
        inside = [p for p in below.files if below.holds(p)] if below is not None and os.path.isdir(below.path) else []
        if not inside and not asked and not any(self._heads(path, ticker) for path in mine):
            return FactFiles()
        mine.sort(key=lambda path: (not is_yaml(path), path.stem != ticker, path.name))
        others = [folder for folder in self._folders if folder.name != ticker]
        left_out = [out for _, out in judged if out is not None]
        left_out += [_no_facts(p) for p in below.files if not below.holds(p)] if inside and below is not None else []
        left_out += [LeftOut(p, "facts stand in files of other kinds", expected=True) for p in self._unread]
        left_out += [LeftOut(p, f"a folder is read where its name is {ticker}", expected=True) for p in others]
        return FactFiles((*mine, *inside), tuple(left_out))

    def holds(self, path: Path) -> bool:
        """Whether a file may hold facts: a YAML file that has no key of a facts file holds something else, such as the
        concepts that stand for names."""
        said = self._glances.get(path)
        return said is None or said.holds

    # --- what lies in it ------------------------------------------------------------------------------

    @cached_property
    def _visible(self) -> list[Path]:
        found = (p for p in self.path.iterdir() if not p.name.startswith((".", "~$")))
        return sorted(p for p in found if os.path.isfile(p))

    @cached_property
    def _unread(self) -> list[Path]:
        return [path for path in self._visible if not holds_facts(path)]

    @cached_property
    def _folders(self) -> list[Path]:
        return sorted(p for p in self.path.iterdir() if os.path.isdir(p) and not p.name.startswith("."))

    @staticmethod
    def _is_name(ticker: str) -> bool:
        return os.sep not in ticker and not ticker.startswith(".")

    @cached_property
    def _glances(self) -> dict[Path, Glance]:
        return {path: glance(path, None) for path in self.files if is_yaml(path)}

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        """The files that heads name under `files`, with the tickers of those heads."""
        found: dict[str, set[str]] = {}
        for path, said in self._glances.items():
            for name in said.files:
                found.setdefault(name, set()).add(said.ticker or path.stem)
        return found

    # --- whose a file is ------------------------------------------------------------------------------

    def _heads(self, path: Path, ticker: str) -> bool:
        """Whether a file is the company's own YAML file."""
        said = self._glances.get(path)
        return said is not None and (path.stem == ticker or _same(said.ticker, ticker))

    def _left_out(self, path: Path, ticker: str) -> LeftOut | None:
        """Why a file is not read about a company; None where it is."""
        if path.stem == ticker or ticker in self._named.get(path.name, ()):
            return None
        said = self._glances.get(path) or glance(path, ticker)
        if not said.holds:
            return _no_facts(path)
        if said.ticker is not None:
            return None if _same(said.ticker, ticker) else _another(path)
        if said.mentions is not None:
            return None if said.mentions else _no_rows(path, ticker)
        owners = self._named.get(path.name, set())
        if owners:
            return _another(path)
        token = self._token(path.stem)
        if token is not None:
            return None if _same(token, ticker) else _named_after(path, ticker)
        others = sorted(head for head in self.heads if not _same(head, ticker))
        if not others:
            return None
        why = "nothing says whose they are, and the folder holds facts about several companies"
        return LeftOut(path, why, f"name them under `files` in {ticker}.yaml, or put them into a folder {ticker}")

    def _token(self, stem: str) -> str | None:
        """The ticker that a file's name begins with; None where it begins with none."""
        first = re.split(r"[_ ]", stem)[0]
        for known in sorted(self.heads, key=len, reverse=True):
            rest = stem[len(known) :]
            word = re.split(r"[_ ]", rest[1:])[0]
            behind = rest[:1] in ("", "_", " ") or (rest[:1] in (".", "-") and not _CLASS.fullmatch(word))
            if stem.upper().startswith(known.upper()) and behind:
                return known
        return first if _TICKER.fullmatch(first) else None


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.upper() == other.upper()


def _another(path: Path) -> LeftOut:
    return LeftOut(path, "they are about other companies", expected=True)


def _named_after(path: Path, ticker: str) -> LeftOut:
    mend = f"if they are about {ticker}, name them under `files` in {ticker}.yaml"
    return LeftOut(path, "their names begin as those of other companies do", mend, expected=True)


def _no_facts(path: Path) -> LeftOut:
    return LeftOut(path, "no key of a facts file is in them")


def _no_rows(path: Path, ticker: str) -> LeftOut:
    return LeftOut(path, f"no row of them is about {ticker}", expected=True)
