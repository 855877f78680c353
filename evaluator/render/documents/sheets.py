"""The sheets of a workbook that calculate little: scenarios, facts, sources.

In: a `Report`, a workbook under way and its formats. Out: sheets. Must not know how anything was calculated.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evaluator.render.documents.cells import Sheet
from evaluator.render.languages.speaking import say, term
from evaluator.render.memo import words
from evaluator.render.memo.appendix import about, evidence, settings, two_sides
from evaluator.render.outlook.blocks import Heading, Items, Table, Words
from evaluator.render.text import either, made, spaced, web_url
from evaluator.schema.parts import Shown
from evaluator.schema.report import Report


def scenarios(book: Any, report: Report, head: Any, look: Any, numbers: Mapping[str, Any]) -> Iterator[Sheet]:
    """Today and each scenario, weighted by probability where all has one: as a formula where it comes to the report's."""
    if not report.scenarios:
        return
    sheet = Sheet(book, say("Scenarios"), (44, *[34] * (len(report.scenarios) + 2)), (1, 1))
    last = len(report.scenarios) + 2
    sheet.texts(0, ("", say("Today"), *(s.title for s in report.scenarios), say("Weighted by probability")), head)
    sheet.texts(1, (say("Probability"),), look)
    for column, chance in enumerate((report.unassigned, *(s.probability for s in report.scenarios)), 1):
        if chance is not None:
            sheet.number(1, column, chance, numbers["percent"])
    assumed = ("; ".join(f"{a.title} {spaced(a.value.text)}{f' {made(a.lasting)}' if a.lasting else ''}" for a in s.assumes)
               for s in report.scenarios)  # fmt: skip
    sheet.texts(2, (say("Assumes"), say("the facts as they are"), *assumed), look)
    at = 3
    for v in report.verdicts:
        sheet.texts(
            at,
            (v.title, either(v.outcomes), *(either(s.outcomes.get(v.name, [])) for s in report.scenarios)),
            look,
        )
        at += 1
    _figures(sheet, at, say("Score"), [report.score, *(s.score for s in report.scenarios)], look, numbers)
    for n, figure in enumerate(report.figures):
        at += 1
        row = [figure.value, *(s.figures[n].value for s in report.scenarios)]
        _figures(sheet, at, figure.title, row, look, numbers)
        if n < len(report.weighted):
            _weighted(sheet, at, last, row, report, report.weighted[n].value, look, numbers)
    sheet.texts(
        at + 1, (say("What turns"), "", *("; ".join(s.turned) or say("nothing") for s in report.scenarios)), look
    )
    yield sheet


def _figures(
    sheet: Sheet, at: int, title: str, row: Sequence[Shown | None], look: Any, numbers: Mapping[str, Any]
) -> None:
    sheet.texts(at, (title,), look)
    for column, shown in enumerate(row, 1):
        if shown is not None and shown.low is not None and shown.low == shown.high and shown.unit in numbers:
            sheet.number(at, column, shown.low, numbers[shown.unit])
        else:
            sheet.texts(at, (shown.text if shown is not None else say("none"),), look, column)


def _weighted(
    sheet: Sheet,
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
            asked = f"SUMPRODUCT($B$2:${end}$2,B{at + 1}:{end}{at + 1})"
            sheet.formula(at, last, asked, said.low, numbers[said.unit])
            return
    sheet.texts(at, (said.text,), look, last)


def _column(number: int) -> str:
    """`A`, `B`, … `Z`, `AA`."""
    tens, ones = divmod(number, 26)
    return (_column(tens - 1) if tens else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[ones]


def facts(book: Any, report: Report, head: Any, look: Any) -> Sheet:
    """Every fact that was known, with its source."""
    heads = (
        say("No."),
        say("Figure"),
        say("Name"),
        say("Period"),
        say("Value"),
        say("Kind"),
        say("Rank"),
        say("Source"),
        say("Published"),
        say("Status"),
        say("Address"),
        say("Note"),
    )
    sheet = Sheet(book, say("Facts"), (7, 34, 20, 20, 22, 11, 11, 50, 12, 10, 40, 40), (1, 2))
    sheet.heads(heads, head)
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for at, f in enumerate(report.facts, 1):
        sheet.number(at, 0, f.number, look)
        sheet.texts(at, (f.title, f.name, f.period, f.value, term(f.kind), f.rank, f.source), look, 1)
        sheet.made.write_datetime(at, 8, dt.datetime.combine(f.published, dt.time()), day)
        sheet.texts(at, (term(f.status) + (say(", stale") if f.stale else ""), web_url(f.url), f.note or ""), look, 9)
    if report.facts:
        sheet.made.autofilter(0, 0, len(report.facts), len(heads) - 1)
    return sheet


def sources(book: Any, report: Report, head: Any, look: Any) -> Sheet:
    """Where all of it is from: what the memo says of evidence, thresholds and figures with two sides; facts and metrics have their
    own sheets."""
    sheet = Sheet(book, say("Sources"), [34] * 7)
    at = 0
    for word, said in words.about(report):
        sheet.texts(at, (word, said), look)
        at += 1
    for title, blocks in (
        (say("Evidence"), evidence(report)),
        (say("Rules in force"), settings(report)),
        (say("Figures with two sides"), two_sides(report)),
        (say("About this report"), about(report)),
    ):
        sheet.texts(at + 1, (title,), head)
        at += 2
        for block in blocks:
            match block:
                case Heading() | Words():
                    sheet.texts(at, (block.text,), look)
                    at += 1
                case Items():
                    for item in block.items:
                        sheet.texts(at, (item,), look)
                        at += 1
                case Table():
                    sheet.texts(at, block.head, head)
                    for row in block.rows:
                        at += 1
                        sheet.texts(at, ["; ".join(t for t in (c.text, *c.more) if t) for c in row], look)
                    at += 1
    return sheet
