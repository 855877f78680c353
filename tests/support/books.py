"""Case files: several files in one text, workbooks among them drawn with bars, and what reading them together gives.

A workbook is drawn as lines of cells parted by `|`; a line `[Name]` begins a sheet, `[Name hidden]` a hidden one. A cell
is a number where it reads as one; `'12` is the text 12, `%0.38` a number shown as 38%, `@2026-03-31` a date, `=A1 := 5`
a formula with its saved value, `=A1` one without, `=A1 := #REF!` one in error, `<` belongs to the cell on its left.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dsl.text.diagnostics import to_text
from evaluator.facts.model import Company
from evaluator.readers.load import load

_PART = re.compile(r"(?m)^=== (\S+)\n")
_UNSAVED = b"@unsaved@"


def parts(text: str) -> dict[str, str]:
    """The files of a case, and under `expected` what must come of them."""
    pieces = _PART.split(text)
    assert pieces[0] == "", "a case begins with `=== NAME`"
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def lay(folder: Path, files: dict[str, str]) -> list[Path]:
    """Writes files into a folder; the paths."""
    found = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(workbook(text) if path.suffix == ".xlsx" else text.encode())
        found.append(path)
    return found


def told(folder: Path, ticker: str | None = None) -> str:
    """What reading all files of a folder gives: the company and its facts, or what is wrong, word for word."""
    paths = sorted(p for p in folder.iterdir() if p.is_file())
    company, problems = load(paths, ticker)
    texts = [to_text(d) for d in problems]
    if company is not None:
        texts.append(listed(company))
    return "\n\n".join(texts).replace(f"{folder}/", "") + "\n"


def listed(company: Company) -> str:
    """A company and its facts, a line each."""
    ends = company.fiscal_year_ends
    lines = [f"{company.name} ({company.ticker}), {company.currency}, ends {ends.month:02d}-{ends.day:02d}"]
    for f in company.facts:
        more = "".join(
            f"; {key} {value}" for key in ("url", "note", "currency", "restates") if (value := getattr(f, key))
        )
        lines.append(f"{f.name} | {f.period or f.date} | {f.value} | {f.published} {f.kind.value} | {f.source}{more}")
    for r in company.exchange_rates:
        lines.append(f"{r.of} to {r.to} | {r.period or r.date} | {r.value} | {r.published} {r.kind.value} | {r.source}")
    return "\n".join(lines)


def workbook(drawn: str) -> bytes:
    """A workbook as it is drawn."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    formats = {"%": book.add_format({"num_format": "0.0%"}), "@": book.add_format({"num_format": "d mmm yyyy"})}
    sheet: Worksheet | None = None
    row = 0
    for line in drawn.splitlines():
        if match := re.fullmatch(r"\[([^\]]+?)( hidden)?\]", line):
            sheet, row = book.add_worksheet(match[1]), 0
            if match[2]:
                sheet.hide()
            continue
        sheet = sheet or book.add_worksheet("Sheet1")
        _row(sheet, row, [cell.strip() for cell in line.split("|")], formats)
        row += 1
    book.close()
    return _unsaved(out.getvalue())


def _row(sheet: Worksheet, row: int, cells: list[str], formats: dict[str, Format]) -> None:
    for column, cell in enumerate(cells):
        if cell == "<":
            continue
        width = 1
        while column + width < len(cells) and cells[column + width] == "<":
            width += 1
        if width > 1:
            sheet.merge_range(row, column, row, column + width - 1, cell)
        elif cell.startswith("'"):
            sheet.write_string(row, column, cell[1:])
        elif cell.startswith("%"):
            sheet.write_number(row, column, float(cell[1:]), formats["%"])
        elif cell.startswith("@"):
            sheet.write_datetime(row, column, dt.datetime.fromisoformat(cell[1:]), formats["@"])
        elif cell.startswith("="):
            formula, known, value = cell.partition(" := ")
            sheet.write_formula(row, column, formula, None, value if known else _UNSAVED.decode())
        elif re.fullmatch(r"-?\d+(\.\d+)?", cell):
            sheet.write_number(row, column, float(cell))
        elif cell not in ("", "<"):
            sheet.write_string(row, column, cell)


def _unsaved(data: bytes) -> bytes:
    """Takes out the values of formulas that were not saved: no library writes a formula without one."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = re.sub(rb' t="str"(><f>[^<]*</f>)<v>' + _UNSAVED + rb"</v>", rb"\1", old.read(entry))
            new.writestr(entry.filename, text)
    return out.getvalue()
