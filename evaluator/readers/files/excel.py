"""Tables in workbooks: every visible sheet that has the head of a table, or the one that is named.

In: a path. Out: a `Reading` for each sheet. Must not know what the columns mean.

A cell that shows percents is one: 0.38 shown as 38% is 38%. A number that stands as text is read as text is. A formula
whose value was not saved has no value, and a merged cell does not say for which of its cells its text is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.source import UnreadableFileError, read_whole
from evaluator.codes.messages import make
from evaluator.readers.files import forms
from evaluator.readers.files.archive import MAX_BYTES, ArchiveError, SheetMarks, blocks, marks
from evaluator.readers.grid import Grid, SheetCell, letters
from evaluator.readers.numerals import of_float, plain
from evaluator.readers.rows import Reading, Settings
from evaluator.readers.tables.cells import Slot, Table, head_row
from evaluator.readers.tables.choosing import chosen
from evaluator.readers.tables.mapped import find_head
from evaluator.readers.tables.said import names_a_scale


def read_file(path: Path, name: str, settings: Settings) -> list[Reading]:
    """The facts of a workbook. Raises UnreadableFileError."""
    mend = "keep the sheets that the facts are on, in their own workbook"
    return read(name, read_whole(path, name, MAX_BYTES, mend, "workbook"), settings)


def read(name: str, data: bytes, settings: Settings) -> list[Reading]:
    """The facts of a workbook's bytes. Raises UnreadableFileError."""
    found = tables_of(name, data, settings.sheet)
    if isinstance(found, Reading):
        return [found]
    tables = [table for table, _ in found]
    if settings.sheet is None and chosen(tables, settings).layout is None:
        with_head = [one for one in found if head_row(one[0]) is not None]
        if not with_head:
            return [_no_table(name, [(t.start.source.sheet or "", t) for t in tables])]
        found = with_head
    return _read(found, settings)


def tables_of(name: str, data: bytes, only: str | None) -> list[tuple[Table, SheetMarks]] | Reading:
    """The visible sheets of a workbook, or the one that is named. Raises UnreadableFileError."""
    try:
        marked = marks(data, only)
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        shown = [s.name for s in workbook.sheets_metadata if _has_cells(s.typ) and _is_shown(s.visible)]
        if only is not None:
            if only not in marked:
                return _no_such_sheet(name, only, list(marked))
            shown = [only]
        return [(_table(name, sheet, workbook, marked[sheet]), marked[sheet]) for sheet in shown if sheet in marked]
    except ArchiveError as error:
        raise UnreadableFileError(name, error.reason, error.hint) from None
    except (CalamineError, WorksheetNotFound, OSError, ValueError, OverflowError):
        raise _damaged(name) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the Rust below raises where it finds itself wrong
            raise
        raise _damaged(name) from None


def _damaged(name: str) -> UnreadableFileError:
    return UnreadableFileError(name, "the workbook is damaged: a part of it cannot be read", "save it anew as .xlsx")


def _has_cells(kind: SheetTypeEnum) -> bool:
    return bool(kind == SheetTypeEnum.WorkSheet)


def _is_shown(visible: SheetVisibleEnum) -> bool:
    return bool(visible == SheetVisibleEnum.Visible)


def _no_such_sheet(name: str, sheet: str, known: Sequence[str]) -> Reading:
    mend = did_you_mean(sheet, known, f"its sheets are {', '.join(known)}")
    return Reading(name, problems=(make("F040", None, at=name, what=f"there is no sheet `{sheet}`", mend=mend),))


def _no_table(name: str, found: Sequence[tuple[str, Table]]) -> Reading:
    if len(found) == 1:
        return forms.read(found[0][1], Settings())
    what = f"no sheet has a row that looks like its head (looked at {', '.join(s for s, _ in found) or 'none: all are hidden'})"
    mend = (
        "begin with a row that has `metric` and `value`, or `period` and periods across; or have a mapping proposed: "
        "`thesis facts import FILE`"
    )
    return Reading(name, problems=(make("F040", None, at=name, what=what, mend=mend),))


def _table(name: str, sheet: str, workbook: CalamineWorkbook, marked: SheetMarks) -> Table:
    cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    texts = [[_text(cell, (r, c) in marked.percents) for c, cell in enumerate(row)] for r, row in enumerate(cells)]
    grid = Grid.of_rows(name, texts, SheetCell(sheet), sheet)
    rows = [
        [Slot(text, grid.cell(r, c), isinstance(cells[r][c], float | int)) for c, text in enumerate(row)]
        for r, row in enumerate(texts)
    ]
    return Table(name, rows, grid.cell(0, 0))


def _text(cell: object, percent: bool) -> str:
    """What a cell holds, as a text that can be read in one way alone."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() | int() if percent:
            return f"{plain(Decimal(f'{float(cell):.15g}') * 100)}%"
        case float() | int():
            return of_float(float(cell))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.datetime() | dt.date():
            return cell.isoformat()
        case _:
            return str(cell)


def _read(found: Sequence[tuple[Table, SheetMarks]], settings: Settings) -> list[Reading]:
    """The sheets, with what is damaged in those that were read."""
    readings = forms.read_all([table for table, _ in found], settings)
    by = chosen([table for table, _ in found], settings)
    problems = []
    for table, marked in found:
        at = head_row(table) if by.layout is None else find_head(table, by.layout)
        if at is not None or by.layout is None:
            problems += _damage_in(table, marked, at or 0)
            problems += _shown_smaller(table, marked, by.layout is not None or "unit" in settings.defaults)
    if not problems:
        return readings
    # What a damaged cell seems to hold is no second mistake.
    damaged = {d.span for d in problems}
    cleared = [replace(r, problems=tuple(d for d in r.problems if d.span not in damaged)) for r in readings]
    return [replace(cleared[0], problems=(*problems, *cleared[0].problems)), *cleared[1:]]


def _damage_in(table: Table, marked: SheetMarks, first: int) -> list[Diagnostic]:
    problems = []
    for row, column in sorted(marked.unsaved):
        if slot := _slot(table, row, column):
            what, mend = (
                "holds a formula whose value was not saved",
                "open it in a spreadsheet, let it calculate, and save",
            )
            problems.append(make("F044", slot.span, where=f"{letters(column)}{row + 1}", what=what, mend=mend))
    for (row, column), error in sorted(marked.errors.items()):
        if slot := _slot(table, row, column):
            what, mend = f"holds an error, {error}", "mend its formula, or write n/a where nobody knows the figure"
            problems.append(make("F044", slot.span, where=f"{letters(column)}{row + 1}", what=what, mend=mend))
    for top, left, bottom, right in blocks(marked.merged, first):
        if not _is_heading(table, top, left, bottom) and (slot := _slot(table, top, left)):
            cells = f"{letters(left)}{top + 1} to {letters(right)}{bottom + 1}"
            problems.append(make("F043", slot.span, cells=cells))
    return problems


def _shown_smaller(table: Table, marked: SheetMarks, unit: bool) -> list[Diagnostic]:
    """Cells that show millions and hold the whole amount, where a unit is said too: nobody can tell of which it is said."""
    texts = (slot.text for row in table.rows for slot in row if not slot.exact)
    if not marked.scaled or (not unit and not any(map(names_a_scale, texts))):
        return []
    problems = []
    for (row, column), times in sorted(marked.scaled.items()):
        slot = _slot(table, row, column)
        if slot is not None and slot.exact:
            what = f"holds {slot.text} and shows it divided by {1000**times:,}, and the sheet names a unit, too"
            mend = "show the figures in full (format General), so that what is seen is what the unit is said of"
            problems.append(make("F044", slot.span, where=f"{letters(column)}{row + 1}", what=what, mend=mend))
    return problems


def _slot(table: Table, row: int, column: int) -> Slot | None:
    found = table.rows[row] if row < len(table.rows) else ()
    return found[column] if column < len(found) else None


def _is_heading(table: Table, top: int, left: int, bottom: int) -> bool:
    """A merged row with nothing else in it is a heading between groups of metrics."""
    row = table.rows[top] if top < len(table.rows) else ()
    return top == bottom and all(slot.blank for at, slot in enumerate(row) if at != left)
