"""What every reader gives: rows of plain texts with their places, and what the file says about the company.

In: nothing. Out: `Cell`, `Interval`, `Row`, `Reading`, `Settings`. Must not know formats of files, nor check anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import Span
from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Fact
from evaluator.facts.yamltree import YamlMap

Words = str | tuple[str, ...]


@record
class Cell:
    """What stands at one place: a text, or the texts of a list; `key` is where its key stands, if apart."""

    text: Words
    span: Span
    key: Span | None = None


@record
class Interval:
    """What a figure covers, where a file says how long and until when, and the fiscal calendar must say which it is.

    `months` is 0 for a day; `yearly` keeps only what is of a fiscal year or of its last day; `start` is there where the
    file says it.
    """

    end: dt.date
    months: int
    trailing: bool = False
    yearly: bool = False
    start: dt.date | None = None


@record
class Row:
    """One fact, or one exchange rate, as a file gives it: texts under the keys of `Fact`.

    `where` is how messages name it: row 7, fact 2 of `revenue`. `offered`: a machine wrote it among many others, and
    nobody wrote it for these rules.
    """

    where: str
    span: Span
    cells: Mapping[str, Cell]
    interval: Interval | None = None
    offered: bool = False
    wanting: str = "write `{key}: …`"
    """What to do where a key is missing."""

    def at(self, key: str) -> Span:
        """Where a key's value stands; the row where the key is missing."""
        cell = self.cells.get(key)
        return cell.span if cell else Span(self.span.source, self.span.start, self.span.start + 1)


@record
class Reading:
    """All that one file gives. `weak` is what its figures suggest about the company, where no file says it."""

    path: str
    head: Mapping[str, Cell] = field(default_factory=dict)
    head_span: Span | None = None
    weak: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    built: Sequence[Fact] = ()
    """Facts that a reader of large files has judged and made itself, whole columns at a time."""
    rates: tuple[Row, ...] = ()
    splits: tuple[Row, ...] = ()
    files: Mapping[str, Row] = field(default_factory=dict)
    """Settings for other files, by their names."""
    mapping: YamlMap | None = None
    """How tables beside it are to be read."""
    problems: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything in it must be mended first."""
        return any(d.is_error for d in self.problems)


MAPPING_ENDING = ".mapping.yaml"
"""How the mapping of a file is called that stands beside it: `model.xlsx.mapping.yaml`."""


def beside(path: Path) -> Path:
    """Where the mapping of a file stands, unless it is named elsewhere."""
    return path.parent / (path.name + MAPPING_ENDING)  # `.` and `/` have no name to be replaced


HEAD = ("name", "ticker", "currency", "fiscal_year_ends", "quarters", "reports", "shares_per_receipt")
"""What is said once about a company."""
DEFAULTS = ("metric", "unit", "currency", "published", "kind", "rank", "source", "url", "note")
"""What may be said once for a whole file, and then holds for each row that says nothing."""


@record
class Settings:
    """How a file is to be read, where its form leaves that open.

    `decimal` is "point" or "comma" where it was declared; `defaults` are cells for rows without them.
    """

    ticker: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    """How a text was saved that is neither UTF-8 nor has a mark."""
    mapping: Path | None = None
    """A mapping file, or the name of a vendor whose layout is known; for filings, of concepts."""
    inline: YamlMap | None = None
    """A mapping that stands in the head file."""
    splits: str | None = None
    """Which splits closes were adjusted for: `none`, or `2022-07-18 20 for 1`."""
    head_splits: tuple[tuple[dt.date, float], ...] = ()
    """The share splits that a head file gives: the first day after each, and new shares for one old."""
    currency: str | None = None
    """The reporting currency, where a head file says it."""
    calendar: Calendar | None = None
    """The fiscal calendar, where a head file says it."""
    defaults: Mapping[str, Cell] = field(default_factory=dict)
    which: str = "--for TICKER"
    """How the user says which company is meant."""
