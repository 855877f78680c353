"""A table with periods across and metrics down, as analysts keep it.

In: a `Ground` and where the head of its table stands. Out: rows, in it. Must not know formats of files, nor rules.

The head begins with `metric` or `period`; its other cells are periods, or columns that say something of a metric
(`unit`, `currency`). Below it, rows named `published`, `kind`, `source` say something of a period; every other row is
a metric. An empty cell is a gap; `n/a` says that the figure is not known. A period may have several columns, published
on several days: what was restated stands beside what it restates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dsl.text.source import Span
from evaluator.codes.messages import make
from evaluator.facts.calendar import Calendar, Period, Unclear
from evaluator.facts.spelling import Misspelled
from evaluator.readers.numerals import value
from evaluator.readers.rows import Cell, Interval, Row
from evaluator.readers.tables.cells import Ground, Slot, without
from evaluator.readers.tables.tidy import KINDS, LENGTHS, day

_SAID = ("unit", "currency", "published", "kind", "rank", "source", "url", "note")
"""What may be said of a metric in a column, and of a period in a row."""
_NEEDED = ("published", "kind", "source")
_OF_PERIOD = (*_SAID, "period_kind")
_QUARTER = re.compile(r"(?:Q([1-4])|([1-4])Q)[\s'’-]*(?:FY)?\s*(\d{4}|\d{2})", re.IGNORECASE)
_YEAR = re.compile(r"(?:FY)?\s*'?(\d{4}|\d{2})\s*[AE]?", re.IGNORECASE)


def read(ground: Ground, at: int) -> None:
    """The figures below the head."""
    head, below = ground.table.rows[at], ground.table.rows[at + 1 :]
    _Wide(ground).read(head, [row for row in below if not all(slot.blank for slot in row)])


class _Wide:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.periods: dict[int, Slot] = {}
        self.about_metric: dict[int, str] = {}
        self.about_period: dict[int, dict[str, Cell]] = {}
        self.wrong: set[int] = set()
        self.first = 0

    def read(self, head: Sequence[Slot], rows: Sequence[Sequence[Slot]]) -> None:
        self.first = next(n for n, slot in enumerate(head) if not slot.blank)
        self._head(head, rows)
        said = [row for row in rows if len(row) > self.first and row[self.first].word in _OF_PERIOD]
        for row in said:
            self._say(row)
        for column in list(self.periods):
            self._needs(column)
        for row in rows:
            if row not in said:
                self._metric(row)

    def _head(self, head: Sequence[Slot], rows: Sequence[Sequence[Slot]]) -> None:
        for number, slot in enumerate(head):
            word = slot.word
            if number <= self.first or word.startswith(("#", "_")):
                continue
            text = slot.text.strip()
            if word in _SAID:
                self.about_metric[number] = word
            elif slot.blank:
                filled = next((row[number] for row in rows if len(row) > number and not row[number].blank), None)
                if filled is not None:
                    what, mend = "figures stand in a column without a period", "write the period into its head"
                    self._problem("F040", filled.span, what=what, mend=mend)
            elif isinstance(Calendar().parse(text), Unclear):
                self._problem("F040", slot.span, what=f"`{text}` is not a period", mend=_as_period(text))
            else:
                self.periods[number], self.about_period[number] = slot, {}

    def _say(self, row: Sequence[Slot]) -> None:
        """A row that says something of each period."""
        key = row[self.first].word
        for number, slot in self._filled(row):
            if key in self.about_period[number]:
                what, mend = f"row `{key}` is there twice", "keep one of them"
                self._problem("F040", row[self.first].span, what=what, mend=mend)
                return
            cell = Cell(slot.text.strip(), slot.span)
            if (
                key == "published"
                and day(self.ground, f"`published` of {self.periods[number].text.strip()}", cell) is None
            ):
                continue
            self.about_period[number][key] = cell

    def _filled(self, row: Sequence[Slot]) -> list[tuple[int, Slot]]:
        return [(number, row[number]) for number in self.periods if number < len(row) and not row[number].blank]

    def _needs(self, column: int) -> None:
        """What nothing says of a period is said once, not for each of its figures; they are then left alone."""
        of_metrics = set(self.about_metric.values())
        missing = [
            key
            for key in _NEEDED
            if key not in self.about_period[column] and key not in of_metrics and key not in self.ground.defaults
        ]
        slot = self.periods[column]
        for key in missing:
            where, mend = f"period {slot.text.strip()}", f"write it into a row `{key}` under the periods"
            self._problem("F010", slot.span, where=where, key=key, mend=mend)
        if missing or column in self.wrong:
            del self.periods[column]

    def _metric(self, row: Sequence[Slot]) -> None:
        filled = self._filled(row)
        name = row[self.first] if len(row) > self.first else None
        if not filled:
            return  # a heading between groups of metrics, or a metric without figures yet
        if name is None or name.blank:
            what, mend = "figures stand in a row without a metric", "write the metric into its first cell"
            self._problem("F040", filled[0][1].span, what=what, mend=mend)
            return
        if name.word.startswith(("#", "_")):
            return
        own = {key: row[n] for n, key in self.about_metric.items() if n < len(row) and not row[n].blank}
        of_metric = {key: Cell(slot.text.strip(), slot.span) for key, slot in own.items()}
        for number, slot in filled:
            self._fact(name, number, slot, of_metric)

    def _fact(self, name: Slot, number: int, slot: Slot, of_metric: Mapping[str, Cell]) -> None:
        period = self.periods[number]
        where = f"`{name.text.strip()}` for {period.text.strip()}"
        cells = self._together(where, of_metric, self.about_period[number])
        if cells is None:
            return
        for key in _SAID:
            self.ground.default(cells, key)
        found = value(slot.text, self.ground.unit(cells), self.ground.style, slot.exact)
        if isinstance(found, Misspelled):
            given = f"`{slot.text.strip()}`"
            self._problem("F042", slot.span, given=given, where=where, reason=found.reason, mend=found.mend)
            return
        if "kind" in cells:
            kind = str(cells["kind"].text).lower()
            cells["kind"] = Cell(KINDS.get(kind, kind), cells["kind"].span)
        cells = self.ground.money(without(cells, "unit"))
        length = cells.pop("period_kind", None)
        interval = self._interval(where, period, length)
        cells |= {"name": Cell(name.text.strip(), name.span), "value": Cell(found, slot.span)}
        cells["period"] = Cell(period.text.strip(), period.span)
        wanting = "write it into a row `{key}` under the periods"
        self.ground.rows.append(Row(where, slot.span, cells, interval, wanting=wanting))

    def _interval(self, where: str, period: Slot, length: Cell | None) -> Interval | None:
        text = period.text.strip()
        if length is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return None
        word = str(length.text).lower()
        if word not in LENGTHS:
            reason, mend = f"`{length.text}` is not the length of a period", "write Q, 6M, 9M, FY, TTM or point"
            self._problem("F012", length.span, where=where, reason=reason, mend=mend)
            return None
        end = Calendar().parse(text)
        assert isinstance(end, Period)
        return Interval(end.end, LENGTHS[word], trailing=word in ("ttm", "ltm"))

    def _together(self, where: str, row: Mapping[str, Cell], column: Mapping[str, Cell]) -> dict[str, Cell] | None:
        """What is said of the metric and of the period; where both say one thing and differ, neither wins."""
        cells = {**column, **row}
        for key in row.keys() & column.keys():
            one, other = row[key], column[key]
            if key == "note" and one.text != other.text:
                cells[key] = Cell(f"{one.text}; {other.text}", one.span)
            elif one.text != other.text:
                reason = f"its `{key}` is {one.text} in its row and {other.text} in its column"
                self._problem("F012", one.span, where=where, reason=reason, mend="say it in one of them")
                return None
        return cells

    def _problem(self, code: str, span: Span, **words: str) -> None:
        self.ground.problems.append(make(code, span, at=None, **words))


def _as_period(text: str) -> str:
    """How a period that is written otherwise should be written, where that is clear."""
    quarter, year = _QUARTER.fullmatch(text), _YEAR.fullmatch(text)
    if quarter:
        return f"write it as Q{quarter[1] or quarter[2]} FY{_full(quarter[3])} (the fiscal year by the year in which it ends)"
    if year:
        return f"write it as FY{_full(year[1])} (the fiscal year by the year in which it ends)"
    return "write the day it ends (2026-03-31), FY2026, Q3 FY2026, H1 FY2026, 9M FY2026 or TTM 2025-09-30"


def _full(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"
