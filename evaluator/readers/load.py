"""From files of any kind to one company: each file by its reader, then all put together.

In: paths, the ticker. Out: a `Company`, or every mistake in its files. Must not know rules. A reader is imported when
a file of its kind is met.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.source import SourceFile, UnreadableFileError
from evaluator.codes.messages import make
from evaluator.facts.model import Company
from evaluator.readers import yaml_facts
from evaluator.readers.assemble import assemble, calendar_of
from evaluator.readers.build import Builder, unknown_key
from evaluator.readers.kinds import READERS, is_yaml, suffix
from evaluator.readers.rows import DEFAULTS, MAPPING_ENDING, Reading, Row, Settings, beside

_OWN_SETTINGS = ("decimal", "encoding", "sheet", "mapping", "splits")
_DECIMALS = ("point", "comma")


class Reader(Protocol):
    """What a module of a reader offers."""

    def read_file(self, path: Path, name: str, settings: Settings) -> list[Reading]:
        """The facts in a file, a reading for each sheet; `name` is how messages name it. Raises UnreadableFileError."""


def read_company(source: SourceFile) -> tuple[Company | None, list[Diagnostic]]:
    """A facts file in YAML, alone -> the company, or None with every mistake in it."""
    reading = yaml_facts.read(source)
    if reading.failed and reading.head_span is None:
        return None, list(reading.problems)
    return assemble([reading], source.path)


def load(
    paths: Sequence[Path], ticker: str | None = None, settings: Settings | None = None
) -> tuple[Company | None, list[Diagnostic]]:
    """Files of one company, of any kinds -> the company, or None with every mistake in them."""
    readings = read_all(paths, ticker, settings or Settings())
    unread = [d for r in readings for d in r.problems if r.head_span is None and not r.rows and d.is_error]
    if unread:  # what could not be read at all would be reported again as missing
        return None, sorted((d for r in readings for d in r.problems), key=Diagnostic.sort_key)
    return assemble(readings, _together(paths))


def read_all(
    paths: Sequence[Path], ticker: str | None, settings: Settings, head_of_all: Reading | None = None
) -> list[Reading]:
    """What each file gives, in the order of the paths; `head_of_all` says of the company what no file says."""
    paths = [path for path in paths if not path.name.endswith(MAPPING_ENDING)]
    found: dict[Path, list[Reading]] = {path: _guarded(path, settings) for path in paths if is_yaml(path)}
    said = [reading for readings in found.values() for reading in readings]
    heads = [*said, *([head_of_all] if head_of_all else [])]
    head = {key: str(r.head[key].text) for r in reversed(heads) for key in r.head}
    ends = calendar_of(head.get("fiscal_year_ends"), head.get("quarters"))
    asked = ticker or head.get("ticker")
    inline = next((reading.mapping for reading in said if reading.mapping is not None), None)
    about = replace(
        settings,
        ticker=asked,
        currency=head.get("currency", settings.currency),
        calendar=ends,
        inline=inline,
        head_splits=_splits(said),
    )
    own, problems = _own_settings(said, paths)
    for path in paths:
        if path not in found:
            found[path] = _guarded(path, _mapped(_with(about, own.get(path.name), path.parent), path))
    readings = [reading for path in dict.fromkeys(paths) for reading in found[path]]
    if problems:
        readings[0] = replace(readings[0], problems=(*readings[0].problems, *problems))
    return readings


def _splits(said: Sequence[Reading]) -> tuple[tuple[dt.date, float], ...]:
    """The splits that head files give; none where one of them cannot be read, which is said when the company is put together."""
    builder = Builder()
    found = [builder.split(row) for reading in said for row in reading.splits]
    good = [split for split in found if split is not None]
    return tuple((split.date, float(split.ratio)) for split in good) if len(good) == len(found) else ()


def _guarded(path: Path, settings: Settings) -> list[Reading]:
    name = str(path)
    try:
        if suffix(path) in READERS and not os.path.isdir(path):
            module = cast(Reader, import_module(f"evaluator.readers.{READERS[suffix(path)]}"))
            return module.read_file(path, name, settings)
        return [yaml_facts.read(SourceFile.read(path))]
    except UnreadableFileError as error:
        return [Reading(name, problems=(make("F001", None, at=error.path, reason=error.reason, mend=error.hint),))]


def _own_settings(read: Sequence[Reading], paths: Sequence[Path]) -> tuple[dict[str, Row], list[Diagnostic]]:
    """What head files say of how others are read, and what is wrong with it."""
    own: dict[str, Row] = {}
    problems: list[Diagnostic] = []
    for reading in read:
        for name, row in reading.files.items():
            own[name] = row
            here = Path(reading.path)
            known = [path.name for path in paths if not is_yaml(path)]
            # `BABA.yaml` speaks of the files beside it, and of those in the folder `BABA` beside it.
            if name not in known and not any(os.path.isfile(f / name) for f in (here.parent, here.with_suffix(""))):
                mend = did_you_mean(name, known, "check its name")
                reason = "there is no such file beside this one"
                problems.append(make("F012", row.span, where=row.where, reason=reason, mend=mend))
            for key, cell in row.cells.items():
                if key not in (*_OWN_SETTINGS, *DEFAULTS):
                    place = cell.key or cell.span
                    problems.append(unknown_key(row.where, place, key, [*_OWN_SETTINGS, *DEFAULTS]))
                elif key == "decimal" and cell.text not in _DECIMALS:
                    reason, mend = (
                        f"{cell.text} is not a way to write decimals",
                        "it is point (1,234.5) or comma (1.234,5)",
                    )
                    problems.append(make("F012", cell.span, where=row.where, reason=reason, mend=mend))
    return own, problems


def _with(settings: Settings, own: Row | None, folder: Path) -> Settings:
    """Settings with what a head file says of a file laid over."""
    if own is None:
        return settings
    text = {key: str(cell.text) for key, cell in own.cells.items()}
    return replace(
        settings,
        decimal=text["decimal"] if text.get("decimal") in _DECIMALS else settings.decimal,
        sheet=text.get("sheet", settings.sheet),
        encoding=text.get("encoding", settings.encoding),
        mapping=_mapping(folder, text["mapping"]) if "mapping" in text else settings.mapping,
        splits=text.get("splits", settings.splits),
        defaults={**settings.defaults, **{k: c for k, c in own.cells.items() if k in DEFAULTS}},
    )


def _mapped(settings: Settings, path: Path) -> Settings:
    """Settings with the mapping that stands beside a file, where none is named."""
    if settings.mapping is None and os.path.isfile(beside(path)):
        return replace(settings, mapping=beside(path))
    return settings


def _mapping(folder: Path, text: str) -> Path:
    """A mapping file beside the file that names it, or the name of a vendor."""
    beside = folder / text
    return beside if beside.suffix or os.path.exists(beside) else Path(text)


def _together(paths: Sequence[Path]) -> str:
    """How all files are named at once: the one file, or the folder that holds them."""
    if len(paths) == 1:
        return str(paths[0])
    folders = {str(path.parent) for path in paths}
    return folders.pop() if len(folders) == 1 else ", ".join(str(path) for path in paths)
