"""Names side by side as a workbook: the grid, what each name reads, and what is asked otherwise.

In: a `CompareOutput`. Out: the bytes of an .xlsx file, the same for the same grid. Must not know files, rules or facts.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from evaluator.render.compare import about, asked_otherwise, cell_look, fingerprints, marked
from evaluator.render.languages.speaking import noted, say, term
from evaluator.schema.names import CompareOutput, Row

_GROUPS = {"verdict": noted("Verdicts"), "score": noted("Score"), "pillar": noted("Pillars"), "condition": noted("Conditions"),
           "kill": noted("What would end the thesis: has it happened?"), "catalyst": noted("Catalysts: what became of them"),
           "valuation": noted("Valuations: how far the price lies below the value"), "metric": noted("Metrics"),
           "threshold": noted("Thresholds that are not the same for all")}  # fmt: skip
_PAINT = {
    "good": ("#2C6B4C", "#E4EFE8"),
    "bad": ("#9C3A31", "#F6E5E2"),
    "warn": ("#7C570C", "#F6ECD2"),
    "flat": ("#1B2127", "#FFFFFF"),
}
"""Ink and ground of each look; every cell has its word as well."""
_LEGEND = noted(
    "✓ true, ✗ false, ? unknown, – does not apply, ∅ not meaningful, · these rules do not ask; ▲ for, ▼ against, ◆ both or neutral, "
    "○ open; ! to know first, see the sheet Names; † asked otherwise of this name"
)


def to_xlsx(found: CompareOutput) -> bytes:
    """The workbook. Texts stay texts: nothing in it is a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    day = dt.datetime.combine(found.as_of, dt.time())
    book.set_properties(
        {"title": say("Side by side: %(title)s", title=found.title), "comments": found.disclaimer, "created": day}
    )
    plain = {"text_wrap": True, "valign": "top"}
    look = {
        key: book.add_format({**plain, "border": 1, "border_color": "#D5D9DE", "font_color": ink, "bg_color": ground})
        for key, (ink, ground) in _PAINT.items()
    }
    bold = book.add_format({**plain, "bold": True})
    group = book.add_format({"bold": True, "font_color": "#1F4E79", "bottom": 1})
    _grid(book, found, look, bold, group)
    _names(book, found, bold)
    _otherwise(book, found, bold)
    book.close()
    return out.getvalue()


def _grid(book: Any, found: CompareOutput, look: dict[str, Any], bold: Any, group: Any) -> None:
    sheet = book.add_worksheet(say("Side by side"))
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 2, 9)
    sheet.set_column(3, 2 + len(found.names), 22)
    sheet.write_row(0, 0, ["", say("Side"), say("Weight"), *(n.ticker for n in found.names)], bold)
    sheet.freeze_panes(1, 1)
    at, kind = 1, ""
    for row in found.rows:
        if row.kind != kind:
            sheet.write_string(at, 0, say(_GROUPS[row.kind]), group)
            at, kind = at + 1, row.kind
        sheet.write_string(at, 0, row.title, bold)
        sheet.write_string(at, 1, _side(row))
        if row.weight is not None:
            sheet.write_number(at, 2, row.weight)
        for column, cell in enumerate(row.cells, 3):
            text = marked(cell) + (" †" if cell.otherwise else "")
            sheet.write_string(at, column, text, look[cell_look(cell, row)])
        at += 1
    sheet.write_string(at + 1, 0, say(_LEGEND))
    sheet.write_string(at + 2, 0, found.disclaimer)


def _side(row: Row) -> str:
    """`critical bear`; '' where a row has no side."""
    if not row.side:
        return ""
    return say("critical %(side)s", side=term(row.side)) if row.critical else term(row.side)


def _names(book: Any, found: CompareOutput, bold: Any) -> None:
    rows: list[Sequence[str]] = [["", *(n.ticker for n in found.names)]]
    rows += [[words, *texts] for _, words, texts in about(found)]
    rows.append([say("Order"), found.order])
    _texts(book.add_worksheet(say("Names")), rows, bold)


def _otherwise(book: Any, found: CompareOutput, bold: Any) -> None:
    rows: list[Sequence[str]] = [[say("What"), say("Of"), say("As its rules ask or change it")]]
    rows += [[row.title, cell.ticker, cell.otherwise] for row, cells in asked_otherwise(found.rows) for cell in cells]
    rows += [[n.rules, n.ticker, change] for n in found.names for change in n.changes]
    rows += [
        [rules, "", f"{say('SHA-256 of what the rules mean')}: {print_}"] for rules, print_ in fingerprints(found.names)
    ]
    _texts(book.add_worksheet(say("Rules")), rows, bold)


def _texts(sheet: Any, rows: Sequence[Sequence[str]], bold: Any) -> None:
    """Rows of texts, the first bold."""
    sheet.set_column(0, max(len(row) for row in rows) - 1, 28)
    sheet.freeze_panes(1, 1)
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text, bold if at == 0 else None)
