"""Which mapping a table is read by: the one that is named, else the vendor's whose layout it has; or none, for the forms that
are this program's.

In: tables of one file, settings. Out: `Chosen`. Must not know how figures are read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError
from evaluator.codes.messages import make
from evaluator.readers.layouts import vendors
from evaluator.readers.layouts.labels import SEARCHED, plain_label
from evaluator.readers.layouts.mapping import Layout, Recognise
from evaluator.readers.layouts.mapping_file import layout_of, read_layout
from evaluator.readers.rows import Settings
from evaluator.readers.tables.cells import Table, form_of, head_row
from evaluator.readers.tables.mapped import find_head


@record
class Chosen:
    """A mapping, whether it ships, and its name there; or what is wrong with the one that was named."""

    layout: Layout | None = None
    vendor: str | None = None
    problems: tuple[Diagnostic, ...] = ()


def chosen(tables: Sequence[Table], settings: Settings) -> Chosen:
    """The mapping for the tables of a file."""
    if settings.mapping is not None:
        return named(settings.mapping)
    if _forms(tables) & {"tidy", "wide"}:
        return Chosen()
    layout, problems = layout_of(settings.inline) if settings.inline is not None else (None, [])
    if problems or (layout is not None and any(_fits(table, layout) for table in tables)):
        return Chosen(layout, None, tuple(problems))
    found = next((name for table in tables if (name := recognised(table)) is not None), None)
    if found is not None:
        return Chosen(vendors.shipped(found), found)
    return Chosen() if _forms(tables) else Chosen(layout)


def named(path: Path) -> Chosen:
    """A mapping by its file, or by the name of a vendor."""
    if not os.path.exists(path) and str(path) in vendors.names():
        return Chosen(vendors.shipped(str(path)), str(path))
    try:
        layout, problems = read_layout(SourceFile.read(path))
    except UnreadableFileError as error:
        known = did_you_mean(
            path.name, vendors.names(), f"name a mapping file, or a vendor: {', '.join(vendors.names())}"
        )
        return Chosen(problems=(make("F001", None, at=error.path, reason=error.reason, mend=known),))
    return Chosen(layout, None, tuple(problems))


def _forms(tables: Sequence[Table]) -> set[str | None]:
    heads = ((table, head_row(table)) for table in tables)
    return {form_of(table.rows[at]) for table, at in heads if at is not None}


def _fits(table: Table, layout: Layout) -> bool:
    """Whether a mapping that is for no one file speaks of a table: it has the head and at least one of the labels."""
    labels = {plain_label(label) for label in layout.names}
    return find_head(table, layout) is not None and any(
        plain_label(s.text) in labels for row in table.rows for s in row
    )


def recognised(table: Table) -> str | None:
    """The vendor whose layout a table has: the one of whose marks most are there."""
    rows = [{plain_label(slot.text) for slot in row} for row in table.rows[:SEARCHED]]
    texts = [slot.text.strip() for row in table.rows[:SEARCHED] for slot in row if not slot.blank]
    best: tuple[int, str] | None = None
    for name in vendors.names():
        for mark in vendors.shipped(name).recognise:
            weight = _weight(mark, rows, texts)
            if weight and (best is None or weight > best[0]):
                best = (weight, name)
    return best[1] if best else None


def _weight(mark: Recognise, rows: Sequence[set[str]], texts: Sequence[str]) -> int:
    """How many marks are there; 0 where one is missing."""
    wanted = {plain_label(word) for word in mark.head}
    if wanted and not any(wanted <= row for row in rows):
        return 0
    if mark.above is not None and not any(re.search(mark.above, text) for text in texts):
        return 0
    return len(wanted) + (mark.above is not None)
