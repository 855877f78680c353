"""Tables of figures, whatever file they stand in: their cells, where their head stands, and which form they have.

In: rows of slots. Out: `Table`, `Ground`. Must not know formats of files, nor what a form makes of its rows.

Three forms: a row for each figure (its head has `metric` and `value`); a wide one with periods across (its head begins
with `metric` or `period`); daily prices (its head has `date` and `close`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import Span
from evaluator.readers.numerals import UNKNOWN, Style, Unit
from evaluator.readers.rows import Cell, Row, Settings

_SEARCHED = 40
"""The head of a table stands in one of so many rows from the top."""


@record
class Slot:
    """A cell: its text, its place; `exact` where it held a number, so that its digits need no reading."""

    text: str
    span: Span
    exact: bool = False

    @property
    def word(self) -> str:
        """The text as a key: `Period End` is period_end."""
        return re.sub(r"[\s\-/]+", "_", self.text.strip().lower())

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.text.strip()


@record
class Table:
    """Rows of slots from the top of a file or sheet; `start` is its first place."""

    path: str
    rows: Sequence[Sequence[Slot]]
    start: Span
    semicolons: bool = False


@dataclass(slots=True)
class Ground:
    """What a form of table has to work with, and where it puts what it finds."""

    table: Table
    settings: Settings
    style: Style
    defaults: dict[str, Cell]
    head: dict[str, Cell] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    weak: dict[str, str] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def unit(self, row: Mapping[str, Cell]) -> Unit:
        """The unit and currency of a row that has its defaults; those of the whole file give way to a cell's own."""
        unit, currency = row.get("unit"), row.get("currency")
        return Unit(
            str(unit.text) if unit else "",
            str(currency.text) if currency else "",
            unit is not None and unit is self.defaults.get("unit"),
            currency is not None and currency is self.defaults.get("currency"),
        )

    def money(self, row: Mapping[str, Cell]) -> dict[str, Cell]:
        """A row with the currency that was said for the whole file beside its figure; one that the row says is part of the figure."""
        given = row.get("currency")
        kept = given is not None and given is self.defaults.get("currency") and str(given.text).lower() not in UNKNOWN
        return dict(row) if kept else without(row, "currency")

    def default(self, row: dict[str, Cell], key: str) -> None:
        """What was said for the whole file holds where a row says nothing."""
        if key not in row and key in self.defaults:
            row[key] = self.defaults[key]


def form_of(row: Sequence[Slot]) -> str | None:
    """Which form of table a row is the head of; None where it is none."""
    words = [slot.word for slot in row]
    if "metric" in words and ({"value", "low", "high"} & set(words)):
        return "tidy"
    first = next((word for word in words if word), "")
    if first in ("metric", "metrics", "period", "periods", "period_end") and sum(bool(w) for w in words) > 1:
        return "wide"
    return "prices" if "close" in words and (words[0] in ("", "date") or "date" in words) else None


def head_row(table: Table) -> int | None:
    """Where the head of a table stands; None where no row looks like one."""
    rows = table.rows[:_SEARCHED]
    return next((n for n, row in enumerate(rows) if form_of(row) is not None), None)


def without(row: Mapping[str, Cell], *keys: str) -> dict[str, Cell]:
    """A row less what was worked into something else."""
    return {key: cell for key, cell in row.items() if key not in keys}
