"""The sheets of a workbook that calculate little: scenarios, facts, sources.

In: a `Report`, a workbook under way and its formats. Out: sheets. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from evaluator.render.documents import words
from evaluator.render.documents.appendix import appendix
from evaluator.render.documents.excel import short
from evaluator.render.documents.words import plain
from evaluator.render.outlook.blocks import Heading, Items, Table, Words
from evaluator.render.text import either, spaced, web_url
from evaluator.schema.parts import Shown
from evaluator.schema.report import Report


def scenarios(book: Any, report: Report, head: Any, look: Any, numbers: Mapping[str, Any]) -> None:
    """Today and each scenario, weighted by probability where all has one: as a formula where it comes to the report's."""
    if not report.scenarios:
        return
    sheet = book.add_worksheet("Scenarios")
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(report.scenarios) + 2, 34)
    sheet.freeze_panes(1, 1)
    last = len(report.scenarios) + 2
    _texts(sheet, 0, ("", "Today", *(s.title for s in report.scenarios), "Weighted by probability"), head)
    sheet.write_string(1, 0, "Probability", look)
    for column, chance in enumerate((report.unassigned, *(s.probability for s in report.scenarios)), 1):
        if chance is not None:
            sheet.write_number(1, column, chance, numbers["percent"])
    assumed = ("; ".join(f"{a.title} {spaced(a.value.text)}{f' {a.lasting}' if a.lasting else ''}" for a in s.assumes)
               for s in report.scenarios)  # fmt: skip
    _texts(sheet, 2, ("Assumes", "the facts as they are", *assumed), look)
    at = 3
    for v in report.verdicts:
        _texts(
            sheet,
            at,
            (v.title, either(v.outcomes), *(either(s.outcomes.get(v.name, [])) for s in report.scenarios)),
            look,
        )
        at += 1
    _figures(sheet, at, "Score", [report.score, *(s.score for s in report.scenarios)], look, numbers)
    for n, figure in enumerate(report.figures):
        at += 1
        row = [figure.value, *(s.figures[n].value for s in report.scenarios)]
        _figures(sheet, at, figure.title, row, look, numbers)
        if n < len(report.weighted):
            _weighted(sheet, at, last, row, report, report.weighted[n].value, look, numbers)
    _texts(sheet, at + 1, ("What turns", "", *("; ".join(s.turned) or "nothing" for s in report.scenarios)), look)


def _figures(
    sheet: Any, at: int, title: str, row: Sequence[Shown | None], look: Any, numbers: Mapping[str, Any]
) -> None:
    sheet.write_string(at, 0, short(plain(title)), look)
    for column, shown in enumerate(row, 1):
        exact = shown is not None and shown.low is not None and shown.low == shown.high
        if shown is not None and exact and shown.unit in numbers:
            sheet.write_number(at, column, shown.low, numbers[shown.unit])
        else:
            sheet.write_string(at, column, short(plain(shown.text if shown is not None else "none")), look)


def _weighted(
    sheet: Any,
    at: int,
    last: int,
    row: Sequence[Shown],
    report: Report,
    said: Shown,
    look: Any,
    numbers: Mapping[str, Any],
) -> None:
    chances = [report.unassigned or 0.0, *(s.probability or 0.0 for s in report.scenarios)]
    values = [shown.low for shown in row if shown.low is not None and shown.low == shown.high]
    if said.low is not None and said.unit in numbers and len(values) == len(row):
        found = math.fsum(chance * value for chance, value in zip(chances, values, strict=True))
        if math.isclose(found, said.low, rel_tol=1e-9):
            end = _column(last - 1)
            asked = f"=SUMPRODUCT($B$2:${end}$2,B{at + 1}:{end}{at + 1})"
            sheet.write_formula(at, last, asked, numbers[said.unit], said.low)
            return
    sheet.write_string(at, last, short(plain(said.text)), look)


def _column(number: int) -> str:
    """`A`, `B`, … `Z`, `AA`."""
    tens, ones = divmod(number, 26)
    return (_column(tens - 1) if tens else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[ones]


def facts(book: Any, report: Report, head: Any, look: Any) -> None:
    """Every fact that was known, with its source."""
    sheet = book.add_worksheet("Facts")
    heads = (
        "No.",
        "Figure",
        "Name",
        "Period",
        "Value",
        "Kind",
        "Rank",
        "Source",
        "Published",
        "Status",
        "Address",
        "Note",
    )
    for column, wide in enumerate((7, 34, 20, 20, 22, 11, 11, 50, 12, 10, 40, 40)):
        sheet.set_column(column, column, wide)
    _texts(sheet, 0, heads, head)
    sheet.freeze_panes(1, 2)
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for at, f in enumerate(report.facts, 1):
        sheet.write_number(at, 0, f.number)
        _texts(sheet, at, (f.title, f.name, f.period, f.value, f.kind, f.rank, f.source), look, 1)
        sheet.write_datetime(at, 8, dt.datetime.combine(f.published, dt.time()), day)
        _texts(sheet, at, (f.status + (", stale" if f.stale else ""), web_url(f.url), f.note or ""), look, 9)
    if report.facts:
        sheet.autofilter(0, 0, len(report.facts), len(heads) - 1)


def sources(book: Any, report: Report, head: Any, look: Any) -> None:
    """Where all of it is from: what the appendix of the memo says, but for the facts and metrics, which have their own sheets."""
    sheet = book.add_worksheet("Sources")
    sheet.set_column(0, 6, 34)
    at = 0
    for word, said in words.about(report):
        _texts(sheet, at, (word, said), look)
        at += 1
    for chapter in appendix(report):
        title = chapter.title.partition(". ")[2]
        if title in ("Facts", "Metrics"):
            continue
        _texts(sheet, at + 1, (title,), head)
        at += 2
        for block in chapter.blocks:
            match block:
                case Heading() | Words():
                    _texts(sheet, at, (block.text,), look)
                    at += 1
                case Items():
                    for item in block.items:
                        _texts(sheet, at, (item,), look)
                        at += 1
                case Table():
                    _texts(sheet, at, block.head, head)
                    for row in block.rows:
                        at += 1
                        _texts(sheet, at, ["; ".join(t for t in (c.text, *c.more) if t) for c in row], look)
                    at += 1


def _texts(sheet: Any, row: int, texts: Sequence[str], look: Any, first: int = 0) -> None:
    for column, text in enumerate(texts, first):
        sheet.write_string(row, column, short(plain(text)), look)
