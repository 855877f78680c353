"""An empty workbook for the facts that rules need: titles, units, notes, and drop-downs for what may be written.

In: a checked `Program`, its needed inputs, the company. Out: the bytes of an .xlsx file, which reads back as it is filled in.
Must not know files.

What comes per quarter, month or year stands in a sheet with periods across, the rest in one with a row for each fact. The
sheet of inputs is for reading alone.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from dsl.program.program import Program
from dsl.types.units import Frequency, Kind
from evaluator.facts.model import SourceKind
from evaluator.schema.facts import NeededInput

_UNITS = {
    Kind.MONEY: "millions",
    Kind.PERCENT: "percent",
    Kind.POINTS: "pp",
    Kind.RATIO: "percent",
    Kind.MULTIPLE: "multiple",
}
"""The unit that is filled in; another may be chosen."""
_CHOICES = ["units", "thousands", "millions", "billions", "percent", "pp", "bps", "multiple"]
_PERIODS = 12
_ROWS = 200
_BY_PERIOD = (Frequency.QUARTER, Frequency.YEAR, Frequency.MONTH, Frequency.HALF)
_HELP = {
    "period": "Write each period here: Q1 FY2026, FY2026, H1 FY2026, TTM 2025-09-30, or the day it ends: 2026-03-31.",
    "published": "The day on which the figures of this column became known, as a date.",
    "kind": "On what they rest.",
    "source": "Where they are from, such as: Results for the March quarter 2026.",
}


def template_book(program: Program, inputs: Sequence[NeededInput], ticker: str | None) -> bytes:
    """The workbook. Texts stay texts: nothing in it is a formula or a link; the same rules give the same bytes."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"Facts for {program.title}", "created": dt.datetime(2000, 1, 1)})
    _Book(book, program, ticker).write(inputs)
    book.close()
    return out.getvalue()


class _Book:
    def __init__(self, book: Any, program: Program, ticker: str | None) -> None:
        self.book, self.program, self.ticker = book, program, ticker
        self.bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})

    def write(self, inputs: Sequence[NeededInput]) -> None:
        """All sheets."""
        across = [one for one in inputs if self._type(one).series in _BY_PERIOD]
        rest = [one for one in inputs if one not in across]
        if across:
            self._across(across)
        if rest or not across:
            self._by_day(rest, first=not across)
        self._inputs(inputs, rest)

    def _type(self, one: NeededInput) -> Any:
        return self.program.inputs[one.name].type

    def _head(self, sheet: Any) -> int:
        """What is said once of the company; the row below it."""
        sheet.write(0, 0, f"Facts for {self.program.title}")
        for row, key in enumerate(("name", "ticker", "currency", "fiscal_year_ends"), 1):
            sheet.write(row, 0, key, self.bold)
            sheet.write(row, 1, (self.ticker or "") if key == "ticker" else "")
        sheet.write_comment(3, 1, "The code of the currency in which it reports, such as USD.")
        sheet.write_comment(4, 1, "The last day of its fiscal year as a text: 12-31.")
        return 6

    def _across(self, inputs: Sequence[NeededInput]) -> None:
        sheet = self.book.add_worksheet("By period")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 12)
        sheet.set_column(2, 2, 44)
        sheet.set_column(3, 2 + _PERIODS, 14)
        at = self._head(sheet)
        sheet.write_row(at, 0, ["period", "unit", "#what it is"], self.bold)
        sheet.write_comment(at, 3, _HELP["period"])
        for below, key in enumerate(("published", "kind", "source"), 1):
            sheet.write(at + below, 0, key, self.bold)
            sheet.write_comment(at + below, 3, _HELP[key])
        kinds = {"validate": "list", "source": [str(kind) for kind in SourceKind]}
        sheet.data_validation(at + 2, 3, at + 2, 2 + _PERIODS, kinds)
        days = {"validate": "date", "criteria": ">", "value": dt.date(1950, 1, 1), "error_message": "Write a date."}
        sheet.data_validation(at + 1, 3, at + 1, 2 + _PERIODS, days)
        sheet.set_row(at + 1, None, self.day)
        for row, one in enumerate(inputs, at + 4):
            sheet.write(row, 0, one.name)
            sheet.write(row, 1, _UNITS.get(self._type(one).kind, ""))
            sheet.write(row, 2, _words(one), self.wrap)
            self._values(sheet, row, one)
        sheet.data_validation(at + 4, 1, at + 3 + len(inputs), 1, {"validate": "list", "source": _CHOICES})
        sheet.freeze_panes(at + 1, 1)

    def _values(self, sheet: Any, row: int, one: NeededInput) -> None:
        """A drop-down where only some words may be written."""
        kind = self._type(one)
        words = (
            ["yes", "no"] if kind.kind is Kind.FLAG else list(kind.options or ()) if kind.kind is Kind.CHOICE else []
        )
        if words and len(",".join(words)) <= 255:
            sheet.data_validation(row, 3, row, 2 + _PERIODS, {"validate": "list", "source": words})

    def _by_day(self, inputs: Sequence[NeededInput], first: bool) -> None:
        sheet = self.book.add_worksheet("By day")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 8, 14)
        at = self._head(sheet) if first else 0
        heads = ["metric", "date", "value", "unit", "currency", "published", "kind", "source", "note"]
        sheet.write_row(at, 0, heads, self.bold)
        sheet.write_comment(at, 0, "A name from the sheet `Inputs`.")
        sheet.write_comment(at, 1, "The day that it describes.")
        last = at + _ROWS
        if inputs:
            sheet.data_validation(
                at + 1, 0, last, 0, {"validate": "list", "source": f"=Inputs!$A$2:$A${len(inputs) + 1}"}
            )
        sheet.data_validation(at + 1, 3, last, 3, {"validate": "list", "source": _CHOICES})
        sheet.data_validation(at + 1, 6, last, 6, {"validate": "list", "source": [str(kind) for kind in SourceKind]})
        for column in (1, 5):
            sheet.set_column(column, column, 14, self.day)
        sheet.freeze_panes(at + 1, 1)

    def _inputs(self, inputs: Sequence[NeededInput], rest: Sequence[NeededInput]) -> None:
        """What every name is; those of the sheet by day first, since its drop-down lists them."""
        sheet = self.book.add_worksheet("Inputs")
        sheet.set_column(0, 1, 28)
        sheet.set_column(2, 5, 36)
        sheet.write_row(0, 0, ["name", "title", "type", "may be", "what the rules say of it", "sheet"], self.bold)
        ordered = [*rest, *(one for one in inputs if one not in rest)]
        for row, one in enumerate(ordered, 1):
            kind = self._type(one)
            words = ", ".join(kind.options or ()) if kind.kind in (Kind.CHOICE, Kind.SET) else one.bounds or ""
            where = "By day" if one in rest else "By period"
            cells = [one.name, one.title, one.type, words, one.comment or "", where]
            sheet.write_row(row, 0, cells, self.wrap)


def _words(one: NeededInput) -> str:
    more = [f"between {one.bounds.replace(' to ', ' and ')}"] if one.bounds else []
    more += ["may be missing"] if one.optional else []
    return "; ".join([f"{one.title}: {one.type}", *more, *([one.comment] if one.comment else [])])
