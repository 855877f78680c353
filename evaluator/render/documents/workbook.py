"""A report as a workbook: a scorecard whose formulas calculate it again, the figures, scenarios, facts and their sources.

In: a `Report` and its `Ledger`. Out: the bytes of an .xlsx file, the same for the same report. Must not know rules, facts files or
how anything was calculated.

Each formula is written with the value that the report has. A figure changed by hand moves the tests, states, pillars and the
score; verdicts and scenarios are those of the report, and the first sheet says so as soon as anything differs. Texts are texts:
nothing from outside becomes a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import xlsxwriter

from evaluator.ledger.build import FACTS, METRICS, PARAMS, PAST, TERMS
from evaluator.ledger.ledger import Ledger, Line, Scored, Side, Test
from evaluator.ledger.scoring import Scores, pillar_status, scores
from evaluator.render.documents.cells import Sheet
from evaluator.render.documents.excel import MAX_FORMULA, comparison, formula, guarded, short, state
from evaluator.render.documents.excel import pillar as pillar_formula
from evaluator.render.documents.sheets import facts, scenarios, sources
from evaluator.render.languages.speaking import noted, say, term
from evaluator.render.languages.telling import Told
from evaluator.render.memo import words
from evaluator.render.memo.words import plain
from evaluator.render.text import either, statuses
from evaluator.schema.report import PillarResult, Report

_FORMATS = {"percent": "0.0##%", "pp": "+0.0##%;-0.0##%;0%", "multiple": '0.0#"x"', "number": "General"}
_MONEY = '[>=1000000000]#,##0.00,,,"bn";[<=-1000000000]-#,##0.00,,,"bn";#,##0.00'
_PAINT = {"true": "#E4EFE8", "false": "#F6E5E2", "unknown": "#F6ECD2"}
SUMMARY, SCORECARD, TESTS, FIGURES = noted("Summary"), noted("Scorecard"), noted("Tests"), noted("Figures")
_GROUPS = {
    PARAMS: noted("Thresholds"),
    FACTS: noted("Figures of facts"),
    PAST: noted("Past figures"),
    TERMS: noted("Terms"),
    METRICS: noted("Metrics"),
}
_SHEETS: Mapping[str, tuple[tuple[float, ...], tuple[int, int]]] = {
    SUMMARY: ((44, 30, 30, 16, 70), (0, 0)),
    SCORECARD: ((40, 44, 8, 9, 9, 15, 15, 12, 60, 7), (1, 2)),
    TESTS: ((34, 40, 18, 14, 14, 6, 14, 14, 34, 13, 13, 44), (1, 2)),
    FIGURES: ((16, 40, 20, 14, 14, 9, 20, 20, 44, 14, 7), (1, 2)),
}
"""The sheets with formulas, in their order: how wide their columns are, and what stays in sight."""
_MOST = 100
"""A pillar of more conditions has no formula: Excel takes 255 arguments."""
_LOW, _HIGH = 3, 4
"""The columns of the ends of a figure."""


def to_xlsx(report: Report, ledger: Ledger, told: Told | None = None) -> bytes:
    """The workbook; `told`: what the lines of the ledger are in the language of the report."""
    if told is not None:
        ledger = replace(ledger, lines=tuple(_line_in(told, line) for line in ledger.lines))
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    day = dt.datetime.combine(report.as_of, dt.time())
    book.set_properties(
        {"title": short(plain(words.title(report)))[:255], "comments": report.disclaimer, "created": day}
    )
    _Writer(book, report, ledger).whole()
    book.close()
    return out.getvalue()


class _Writer:
    """Writes the sheets; each knows where the others put their cells."""

    def __init__(self, book: Any, report: Report, ledger: Ledger) -> None:
        self.book, self.report, self.ledger = book, report, ledger
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "font_color": "#1F4E79", "text_wrap": True, "valign": "top"}
        )
        self.quiet = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#56606B"})
        self.given = {unit: self._number(unit, "#1F4E79") for unit in self._units()}
        self.live = {unit: self._number(unit, "#1B2127") for unit in self._units()}
        self.sheets = {name: Sheet(book, say(name), wide, frozen) for name, (wide, frozen) in _SHEETS.items()}
        self.places: dict[tuple[str, bool], str] = {}
        self.same: dict[str, str] = {}
        """Where it stands whether a figure is the report's."""
        self.states: dict[str, str] = {}
        """Where the state of each condition stands."""

    def _units(self) -> set[str]:
        sides = (s for one in self.ledger.scored for t in one.tests for s in (t.figure, t.limit) if s is not None)
        return {"number", "percent", *(line.unit for line in self.ledger.lines), *(side.unit for side in sides)}

    def _number(self, unit: str, ink: str) -> Any:
        return self.book.add_format({"num_format": _FORMATS.get(unit, _MONEY), "valign": "top", "font_color": ink})

    def whole(self) -> None:
        """All sheets."""
        for at, line in enumerate(self.ledger.lines, 1):
            for high, column in ((False, "D"), (True, "E")):
                self.places[line.key, high] = f"{_at(FIGURES)}!${column}${at + 1}"
            if line.low is not None:
                self.same[line.key] = f"{_at(FIGURES)}!$K${at + 1}"
        self._figures()
        self._tests()
        found = scores(self.ledger)
        self._scorecard()
        self._summary(found)
        more = [
            *scenarios(self.book, self.report, self.head, self.plain, self.given),
            facts(self.book, self.report, self.head, self.plain),
            sources(self.book, self.report, self.head, self.plain),
        ]
        for sheet in (*self.sheets.values(), *more):
            sheet.close()

    # --- figures -------------------------------------------------------------------------------------------------

    def _figures(self) -> None:
        sheet = self.sheets[FIGURES]
        heads = (
            say("Group"),
            say("Figure"),
            say("Name"),
            say("Low"),
            say("High"),
            say("Unit"),
            say("Of"),
            say("In words"),
            say("From"),
            say("Report"),
            say("Same"),
        )
        sheet.heads(heads, self.head)
        for at, line in enumerate(self.ledger.lines, 1):
            sheet.texts(at, (say(_GROUPS[line.group]), line.title, line.name), self.plain)
            self._end(sheet, at, _LOW, line.low, line, line.formula)
            if line.exact:
                sheet.formula(at, _HIGH, f"D{at + 1}", line.high, self.live[line.unit])
            else:
                self._end(sheet, at, _HIGH, line.high, line, None)
            sheet.texts(at, (line.unit, line.period, line.text, line.how), self.plain, 5)
            if line.low is not None:
                sheet.number(at, 9, line.low, self.given[line.unit])
                near = f"ABS(D{at + 1}-J{at + 1})<=0.000000001*ABS(J{at + 1})"
                sheet.formula(at, 10, f"IF(ISNUMBER(D{at + 1}),IF({near},1,0),0)", 1, self.quiet)

    def _end(self, sheet: Sheet, row: int, column: int, value: float | None, line: Line, tree: Any) -> None:
        if value is None:
            sheet.made.write_blank(row, column, None, self.plain)
        elif tree is not None and len(formula(tree, self.places)) <= MAX_FORMULA:
            sheet.formula(row, column, formula(tree, self.places), value, self.live[line.unit])
        else:
            self._given(sheet, row, column, value, line.rests_on, line.unit)

    def _given(self, sheet: Sheet, row: int, column: int, value: float, rests_on: Sequence[str], unit: str) -> None:
        """A number that is given, or was calculated by thesis and holds while what it rests on is as it was."""
        same = [self.same[key] for key in rests_on if key in self.same]
        asked = guarded(repr(value), same)
        if same and len(asked) <= MAX_FORMULA:
            sheet.formula(row, column, asked, value, self.given[unit])
        else:
            sheet.number(row, column, value, self.given[unit])

    def _said(self, sheet: Sheet, row: int, column: int, cell: str, said: str, rests_on: Sequence[str]) -> None:
        """The same of a state, which stands in a cell of the report's."""
        same = [self.same[key] for key in rests_on if key in self.same]
        asked = guarded(cell, same)
        if same and len(asked) <= MAX_FORMULA:
            sheet.formula(row, column, asked, said, self.given["number"])
        else:
            sheet.texts(row, (term(said),), self.given["number"], column)

    # --- tests ---------------------------------------------------------------------------------------------------

    def _tests(self) -> None:
        sheet = self.sheets[TESTS]
        heads = (
            say("Condition"),
            say("What is asked"),
            say("Of"),
            say("Low"),
            say("High"),
            say("Sign"),
            say("Low"),
            say("High"),
            say("Threshold"),
            say("Holds"),
            say("Report"),
            say("As written"),
        )
        sheet.heads(heads, self.head)
        at = 1
        for scored in self.ledger.scored:
            for test in scored.tests:
                self._test(sheet, at, scored, test)
                at += 1

    def _test(self, sheet: Sheet, at: int, scored: Scored, test: Test) -> None:
        check = test.check
        sheet.texts(at, (scored.condition.title, check.figure, check.period), self.plain)
        sheet.texts(at, (test.operator or "",), self.plain, 5)
        for side, column in ((test.figure, 3), (test.limit, 6)):
            if side is None or not test.operator:
                continue
            self._side_of(sheet, at, column, side)
        if not test.operator:
            sheet.texts(at, (check.value.text,), self.plain, 3)
        sheet.texts(at, (words.against(check),), self.plain, 8)
        row = at + 1
        if test.operator:
            asked = comparison(test.operator, (f"D{row}", f"E{row}"), (f"G{row}", f"H{row}"), test.opposite)
            sheet.formula(at, 9, asked, check.holds, self.bold)
        else:
            self._said(sheet, at, 9, f"K{row}", check.holds, test.rests_on)
        sheet.texts(at, (term(check.holds), check.text), self.plain, 10)

    def _side_of(self, sheet: Sheet, at: int, column: int, side: Side) -> None:
        for more, end, tree in ((0, side.low, side.low_formula), (1, side.high, side.high_formula)):
            if end is None:
                sheet.made.write_blank(at, column + more, None, self.plain)
            elif tree is not None and len(formula(tree, self.places)) <= MAX_FORMULA:
                sheet.formula(at, column + more, formula(tree, self.places), end, self.live[side.unit])
            elif more and side.low == end:
                sheet.formula(at, column + 1, f"{_letter(column)}{at + 1}", end, self.live[side.unit])
            else:
                self._given(sheet, at, column + more, end, side.rests_on, side.unit)

    # --- the scorecard -------------------------------------------------------------------------------------------

    def _scorecard(self) -> None:
        sheet = self.sheets[SCORECARD]
        heads = (
            say("Pillar"),
            say("Condition"),
            say("Side"),
            say("Critical"),
            say("Weight"),
            say("State"),
            say("Report"),
            say("For or against"),
            say("Because"),
            say("Same"),
        )
        sheet.heads(heads, self.head)
        titles = {pillar.name: pillar.question for pillar in self.report.pillars}
        first = 1
        for at, scored in enumerate(self.ledger.scored, 1):
            c, row = scored.condition, at + 1
            pillars = "; ".join(titles.get(name, name) for name in c.pillars)
            sheet.texts(at, (pillars, c.title, term(c.side), say("critical") if c.critical else ""), self.plain)
            sheet.number(at, 4, c.weight, self.given["number"])
            self.states[c.name] = f"{_at(SCORECARD)}!$F${row}"
            tests = [f"{_at(TESTS)}!$J${first + n + 1}" for n in range(len(scored.tests))]
            first += len(scored.tests)
            asked = state(scored.applies, scored.when, tests) if scored.when is not None else ""
            if asked and len(asked) <= MAX_FORMULA:
                sheet.formula(at, 5, asked, c.state, self.bold)
            else:
                self._said(sheet, at, 5, f"G{row}", c.state, scored.rests_on)
            sheet.texts(at, (term(c.state),), self.plain, 6)
            sign = 1 if c.side == "bull" else -1
            counts = f'IF(F{row}="true",{sign}*E{row},0)'
            sheet.formula(at, 7, counts, sign * c.weight if c.state == "true" else 0, self.live["number"])
            sheet.texts(at, (c.because,), self.plain, 8)
            sheet.formula(at, 9, f"IF(ISTEXT(F{row}),IF(F{row}=G{row},1,0),0)", 1, self.quiet)
        last = len(self.ledger.scored) + 1
        for word, ground in _PAINT.items():
            look = self.book.add_format({"bg_color": ground})
            rule = {"type": "cell", "criteria": "==", "value": f'"{term(word)}"', "format": look}
            sheet.made.conditional_format(f"F2:F{max(last, 2)}", rule)

    # --- the first sheet -----------------------------------------------------------------------------------------

    def _summary(self, found: Scores | None) -> None:
        sheet = self.sheets[SUMMARY]
        title = self.book.add_format({"bold": True, "font_size": 16, "font_color": "#1F4E79"})
        called = self.book.add_format({"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"})
        call = self.report.front.call
        if call is not None:
            sheet.texts(0, (say("Call: %(title)s", title=call.title), "", call.text), self.plain)
        sheet.line(1 if call is not None else 0, words.title(self.report), title)
        at = 2 if call is not None else 1
        for word, said in words.about(self.report):
            sheet.texts(at, (word, said), self.plain)
            at += 1
        for line in words.first(self.report):
            sheet.line(at, f"! {line}", self.bold)
            at += 1
        at, flag = self._same(sheet, at + 1)
        if call is not None:
            sheet.formula(0, 1, f"IF({flag}=1,C1,NA())", call.text, called)
        at = self._score(sheet, at + 1, found, flag)
        sheet.texts(at + 1, (say("Verdict"), say("Outcome"), say("Report"), say("Tone"), say("Because")), self.head)
        at += 2
        for v in self.report.verdicts:
            tone = say("does not apply") if v.applicable == "no" else term(v.tone or "undecided")
            sheet.texts(at, (v.title, "", either(v.outcomes), tone, v.because), self.plain)
            sheet.formula(at, 1, f"IF({flag}=1,C{at + 1},NA())", either(v.outcomes), self.bold)
            at += 1
        sheet.texts(at + 1, (say("Pillar"), say("Status"), say("Report"), ""), self.head)
        at += 2
        for pillar in self.report.pillars:
            self._pillar(sheet, at, pillar, flag)
            at += 1
        at += 1
        for line in (say(_KEY), self.report.disclaimer):
            sheet.line(at, line, self.book.add_format({"font_color": "#56606B"}))
            at += 1

    def _same(self, sheet: Sheet, at: int) -> tuple[int, str]:
        """Whether anything was changed: in words, and as 1 or 0 in a cell, which is named."""
        scored, lines = len(self.ledger.scored), sum(line.low is not None for line in self.ledger.lines)
        ones = f"SUM({_at(SCORECARD)}!J2:J{scored + 2})+SUM({_at(FIGURES)}!K2:K{len(self.ledger.lines) + 2})"
        sheet.formula(at, 1, f"IF({ones}={scored + lines},1,0)", 1, self.quiet)
        sheet.formula(at, 0, f'IF(B{at + 1}=1,"{say(_SAME)}","{say(_CHANGED)}")', say(_SAME), self.bold)
        return at + 1, f"B{at + 1}"

    def _score(self, sheet: Sheet, at: int, found: Scores | None, flag: str) -> int:
        sheet.texts(at, (say("Score, from −100% to +100%"), say("Lowest"), say("Highest"), say("Report")), self.head)
        sheet.texts(at + 1, (say("True bulls less true bears, as part of all weights"),), self.plain)
        score = self.report.score
        if score is None or score.low is None or score.high is None:
            sheet.texts(at + 1, (say("none: no condition applies"),), self.plain, 1)
            return at + 2
        last = len(self.ledger.scored) + 1
        state, weight, side = (f"{_at(SCORECARD)}!${c}$2:${c}${last}" for c in "FEC")
        decided = f'(SUMIFS({weight},{state},"true")+SUMIFS({weight},{state},"false"))'
        true = f"SUM({_at(SCORECARD)}!$H$2:$H${last})"
        unknown = f'SUMIFS({weight},{state},"unknown")'
        for column, end, worst, sign in ((1, score.low, "bear", "-"), (2, score.high, "bull", "+")):
            swing = f'SUMIFS({weight},{state},"unknown",{side},"{worst}")'
            asked = f'IF({decided}+{unknown}=0,"none",({true}{sign}{swing})/({decided}+{unknown}))'
            if found is not None and found.comes_to(score.low, score.high):
                sheet.formula(at + 1, column, asked, end, self.live["percent"])
            else:
                sheet.formula(at + 1, column, f"IF({flag}=1,{end!r},NA())", end, self.given["percent"])
        sheet.texts(at + 1, (score.text,), self.plain, 3)
        return at + 2

    def _pillar(self, sheet: Sheet, at: int, pillar: PillarResult, flag: str) -> None:
        said = statuses(pillar.statuses)
        sheet.texts(at, (pillar.question,), self.plain)
        sides: Mapping[str, list[str]] = {
            side: [self.states[s.condition.name] for s in self.ledger.scored
                   if s.condition.side == side and s.condition.name in pillar.conditions]
            for side in ("bull", "bear")
        }  # fmt: skip
        found, asked = pillar_status(self.ledger, pillar), pillar_formula(sides["bull"], sides["bear"])
        same = found == pillar.statuses[0] if pillar.decided else found == "not decided"
        if same and len(asked) <= MAX_FORMULA and len(pillar.conditions) <= _MOST:
            sheet.formula(at, 1, asked, found, self.bold)
        else:
            sheet.formula(at, 1, f"IF({flag}=1,C{at + 1},NA())", said, self.bold)
        sheet.texts(at, (said,), self.plain, 2)


_SAME = noted("Every formula here gives what the report says.")
_CHANGED = noted(
    "FIGURES WERE CHANGED: tests, states, pillars and score follow; #N/A is what only thesis calculates (--set), as are verdicts."
)
_KEY = noted(
    "Blue: given, or calculated by thesis. Black: a formula. Change a blue figure and what follows from it is calculated anew."
)


def _at(sheet: str) -> str:
    """A sheet as formulas name it: in quotes where its name is not plain letters of English."""
    name = say(sheet)
    return name if name.isascii() else f"'{name}'"


def _line_in(told: Told, line: Line) -> Line:
    """A line in a language. The rules' own code and names stay."""
    return replace(
        line,
        title=told.text(line.title),
        text=told.text(line.text),
        period=told.text(line.period),
        how=told.text(line.how),
    )


def _letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]
