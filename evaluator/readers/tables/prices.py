"""Daily prices as vendors give them: `Date, Open, High, Low, Close, Volume`.

In: a `Ground` and where the head of its table stands. Out: rows, in it. Must not know formats of files, nor rules.

The close of a day is known on that day. It is taken as the file has it: a vendor that adjusts old closes for later
splits and dividends says in July what nobody could know in June, so `Adj Close` is never read.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence

from dsl.text.source import Span
from evaluator.codes.messages import make
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.closes import adjusted_for, closes_problem, on_its_day, split_of
from evaluator.readers.layouts.days import day_of
from evaluator.readers.layouts.mapping import Split
from evaluator.readers.numerals import value
from evaluator.readers.rows import Cell, Row
from evaluator.readers.tables.cells import Ground, Slot, without
from evaluator.readers.tables.tidy import day

_ADJUSTED = re.compile(r"\badj(usted|\.)?\b.*\b(split|splits)\b|\bsplit[- ]adj", re.IGNORECASE)
_DIVIDENDS = re.compile(r"\badj.*\bdividend|\btotal return", re.IGNORECASE)
METRIC = "price"
"""The name under which prices go, unless the file's settings give another."""


def read(ground: Ground, at: int) -> None:
    """A fact for each day with a close."""
    head = ground.table.rows[at]
    words = [slot.word for slot in head]
    dates = words.index("date") if "date" in words else 0
    closes = words.index("close")
    if "source" not in ground.defaults:
        name = os.path.basename(ground.table.path) or "prices.csv"
        mend = f'say it under `files` in the YAML file beside it: `{name}: {{source: "…"}}`, or with --source'
        ground.problems.append(make("F010", head[closes].span, where="the table of prices", key="source", mend=mend))
        return
    said = [slot for row in ground.table.rows[:at] for slot in row] + [slot for slot in head if "close" in slot.word]
    source = str(ground.defaults["source"].text)
    adjusted = next((slot for slot in said if _ADJUSTED.search(slot.text)), None)
    splits, rows = split_of(ground.settings, None) or (), ground.table.rows[at + 1 :]
    if adjusted is not None or _ADJUSTED.search(source):
        days = (day_of(row[dates].text) for row in rows if dates < len(row))
        last = max((day for day in days if isinstance(day, dt.date)), default=None)
        place = (adjusted or head[closes]).span
        own_column = any("adj" in slot.word for slot in head)  # then it is that one of which dividends are said
        if not own_column and _DIVIDENDS.search(adjusted.text if adjusted is not None else source):
            what = "its closes are adjusted for dividends as well: nobody paid them, and no ratio of a split brings them back"
            mend = "take closes that are as they were paid, or adjusted for splits alone"
            ground.problems.append(make("F060", place, what=what, mend=mend))
            return
        problem = closes_problem(None, ground.settings, place, last)
        if problem is not None:
            ground.problems.append(problem)
            return
        splits = adjusted_for(ground.settings, None)
    _Prices(ground, dates, closes, splits).read(rows)


class _Prices:
    def __init__(self, ground: Ground, dates: int, closes: int, splits: Sequence[Split]) -> None:
        self.ground, self.dates, self.closes, self.splits = ground, dates, closes, splits
        start = ground.table.start
        self.kind = ground.defaults.get("kind", Cell("reported", start))
        self.name = ground.defaults.get("metric", Cell(METRIC, start))
        self.unit = ground.unit(without(ground.defaults, "unit"))
        kept = ("published", "rank", "currency", "source", "url", "note")
        self.said = {key: ground.defaults[key] for key in kept if key in ground.defaults}

    def read(self, rows: Sequence[Sequence[Slot]]) -> None:
        needed = max(self.dates, self.closes) + 1
        for row in rows:
            if not row or all(slot.blank for slot in row):
                continue
            where = f"row {row[0].span.line}"
            if len(row) < needed:
                found, wanted = "1 cell" if len(row) == 1 else f"{len(row)} cells", f"at least {needed}"
                short = make("F041", row[0].span, where=where, found=found, wanted=wanted, mend="keep empty cells")
                self.ground.problems.append(short)
                continue
            self._day(where, row)

    def _day(self, where: str, row: Sequence[Slot]) -> None:
        close = row[self.closes]
        date = Cell(row[self.dates].text.strip(), row[self.dates].span)
        known = day(self.ground, f"`date` of {where}", date)
        found = value(close.text, self.unit, self.ground.style, close.exact)
        if not isinstance(found, Misspelled) and re.match(r"-?[0.]+(?![\d.])", found):
            found = Misspelled("nothing is traded at 0", "leave the row out, or write n/a where the close is not known")
        if isinstance(found, Misspelled):
            given = f"`{close.text.strip()}`"
            no_figure = make("F042", close.span, given=given, where=where, reason=found.reason, mend=found.mend)
            self.ground.problems.append(no_figure)
        elif known is not None:
            found = on_its_day(found, known, self.splits)
            cells = {
                "name": self.name,
                "date": date,
                "value": Cell(found, close.span),
                "published": date,
                "kind": self.kind,
            }
            span = Span(close.span.source, row[0].span.start, row[-1].span.end)
            self.ground.rows.append(Row(where, span, cells | self.said, offered=True))
