"""The vendors whose layouts are known: a mapping for each, shipped.

In: nothing. Out: `Layout`s by the name of their file. Must not know tables.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dsl.text.source import SourceFile
from evaluator.readers.layouts.mapping import Layout
from evaluator.readers.layouts.mapping_file import read_layout

FOLDER = Path(__file__).parent / "vendors"


@cache
def names() -> tuple[str, ...]:
    """The names of the mappings that ship: `yahoo_prices`, `simfin`."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def shipped(name: str) -> Layout:
    """A mapping that ships, by its name. Raises ValueError where it is not sound, which the tests rule out."""
    layout, problems = read_layout(SourceFile.read(FOLDER / f"{name}.yaml", f"{name}.yaml"))
    if layout is None:
        raise ValueError("; ".join(p.message for p in problems))
    return layout


@cache
def titles() -> dict[str, str]:
    """What vendors call things, over all of them: a label with the name that it most likely is."""
    found: dict[str, str] = {}
    for name in names():
        for label, entry in shipped(name).names.items():
            if entry.name is not None:
                found.setdefault(label, entry.name)
    return found
