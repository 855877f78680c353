"""What several files say of one company, put together: one head, all facts, each once.

In: `Reading`s. Out: a `Company`, or every mistake in them. Must not know formats of files.

A head that two files give must be the same. Facts that are the same in two files are one; facts that differ are all
kept: which of them counts on a day is for `asof.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.source import SourceFile
from dsl.types.days import iso
from dsl.types.units import Frequency
from evaluator.codes.messages import make
from evaluator.facts.calendar import Calendar, weeks_that_fit
from evaluator.facts.canonical import said, states
from evaluator.facts.held import Held, names_of, one_after_the_other
from evaluator.facts.model import Company, Fact, weeks, year_end
from evaluator.facts.splits import ShareSplit, each_once, spelled
from evaluator.readers.build import Builder
from evaluator.readers.rows import HEAD, Cell, Interval, Reading, Row

_PARTS = {(3, 0): "Q1", (3, 1): "Q2", (3, 2): "Q3", (3, 3): "Q4", (6, 1): "H1", (6, 3): "H2", (9, 2): "9M", (12, 3): ""}
_LENGTHS = {3: "quarter", 6: "half-year", 9: "nine months", 12: "fiscal year"}


def assemble(readings: Sequence[Reading], path: str) -> tuple[Company | None, list[Diagnostic]]:
    """A company from what its files gave; None where any of them holds a mistake."""
    problems = [d for reading in readings for d in reading.problems]
    head, more = _head(readings, path)
    builder = Builder()
    ends, quarters = (head.cells[key].text if key in head.cells else None for key in ("fiscal_year_ends", "quarters"))
    calendar = calendar_of(ends, quarters)
    if calendar is not None and (fitting := weeks_that_fit(calendar, _days(readings))):
        calendar = replace(calendar, weeks=fitting)
    by_reading: list[Sequence[Fact]] = []
    for reading in readings:
        placed = [fact for row in _placed(reading, calendar, builder) if (fact := builder.fact(row)) is not None]
        by_reading.append([*placed, *reading.built] if placed else reading.built)
    facts = _each_once([given for given in by_reading if given])
    rates = list(dict.fromkeys(rate for r in readings for row in r.rates if (rate := builder.rate(row)) is not None))
    splits, apart = each_once(split for r in readings for row in r.splits if (split := builder.split(row)) is not None)
    given: dict[str, object] = {
        "facts": facts if isinstance(facts, Held) else tuple(facts),
        "exchange_rates": tuple(rates),
        "splits": tuple(splits),
        "path": path,
    }
    if calendar is not None:
        given |= {"fiscal_year_ends": calendar, **({"quarters": calendar.weeks} if calendar.weeks else {})}
    company = builder.company(head, given)
    problems += [*more, *builder.problems, *(_splits_differ(one, other, readings) for one, other in apart)]
    problems.sort(key=Diagnostic.sort_key)
    return (None if any(d.is_error for d in problems) else company), problems


def _head(readings: Sequence[Reading], path: str) -> tuple[Row, list[Diagnostic]]:
    """The one head of all files, and where two of them differ. What figures suggest counts where no file says it."""
    cells: dict[str, Cell] = {}
    problems: list[Diagnostic] = []
    spans = [r.head_span for r in readings if r.head_span is not None and (r.head or len(readings) == 1)]
    span = spans[0] if spans else SourceFile(path, "").span(0, 0)
    for key in HEAD:
        said = [r.head[key] for r in readings if key in r.head]
        if said:
            cells[key] = said[0]
        else:
            suggested = [r.weak[key] for r in readings if key in r.weak]
            cells |= {key: Cell(suggested[0], span)} if suggested else {}
        problems += [_differ(key, said[0], other) for other in said[1:] if other.text != said[0].text]
    lone = len(readings) == 1 and bool(spans)
    where = "the facts file" if lone or spans else f"what the files say of {_about(cells)}"
    wanting = (
        "write `{key}: …`"
        if lone
        else "write it in a YAML file beside them, with name, ticker, currency and fiscal_year_ends"
    )
    return Row(where, span, cells, wanting=wanting), problems


def _splits_differ(one: ShareSplit, other: ShareSplit, readings: Sequence[Reading]) -> Diagnostic:
    """Two sources that give a split of one time in two ratios: applying either, or both, would be a guess."""
    rows = (row for r in readings for row in r.splits)
    said = (other.date.isoformat(), other.source)
    at = next(
        (row for row in rows if tuple(str(row.cells[key].text).strip() for key in _SAID if key in row.cells) == said),
        None,
    )
    key = f"the ratio of the split of {other.date}"
    return make("F045", at.span if at else None, key=key, one=spelled(one.ratio), other=spelled(other.ratio))


def _about(cells: dict[str, Cell]) -> str:
    return str(cells["ticker"].text) if "ticker" in cells else "the company"


def _differ(key: str, one: Cell, other: Cell) -> Diagnostic:
    found = make("F045", other.span, key=key, one=one.text, other=other.text)
    return replace(found, labels=(Label(one.span, "here it is said otherwise"),))


_SAID = ("date", "source")


def calendar_of(ends: object, quarters: object = None) -> Calendar | None:
    """The fiscal calendar that a head says; None where it says none, or none that there is."""
    try:
        return replace(year_end(ends), weeks=weeks(quarters) if quarters else ()) if ends else None
    except ValueError:
        return None  # said when the company is built


def _days(readings: Sequence[Reading]) -> set[dt.date]:
    """The days that are written as periods: those of quarters, where a company has no other periods."""
    texts = {str(row.cells["period"].text) for r in readings for row in r.rows if "period" in row.cells}
    return {day for text in texts if (day := _day_of(text)) is not None}


def _day_of(text: str) -> dt.date | None:
    try:
        return iso(text) if len(text) == 10 else None
    except ValueError:
        return None


def _placed(reading: Reading, calendar: Calendar | None, builder: Builder) -> list[Row]:
    """Rows whose interval has got its name in the fiscal calendar."""
    placed: list[Row] = []
    for row in reading.rows:
        if row.interval is None:
            placed.append(row)
            continue
        if calendar is None:
            continue  # without a fiscal year no interval has a name; that it is missing is said once
        name = label(calendar, row.interval)
        if name is not None:
            cell = Cell(name, row.at("period"))
            placed.append(replace(row, cells={**row.cells, "period": cell}))
        elif not row.interval.yearly:
            builder.problems.append(_no_end(row, row.interval, calendar))
    return placed


def label(calendar: Calendar, interval: Interval) -> str | None:
    """How facts files write an interval: `Q3 FY2026`, `9M FY2026`, `FY2026`, `TTM 2025-09-30`, a day.

    One that ends no part of a fiscal year is named by its length and last day (`6M 2025-08-31`) where the file says when
    it began; where the file only calls it a quarter or a year, it has no name.
    """
    if calendar.earlier and interval.months and not interval.yearly:  # names of years changed with the calendar
        return f"{interval.months}M {interval.end}"
    closes = calendar.ordinal(interval.end, Frequency.YEAR)
    if interval.yearly and closes is None:
        return None
    if interval.months == 0:
        return interval.end.isoformat()
    if interval.trailing:
        return f"TTM {interval.end}"
    quarter = calendar.ordinal(interval.end, Frequency.QUARTER)
    if quarter is not None:
        year, nth = divmod(quarter, 4)
        part = _PARTS.get((interval.months, nth))
        if part is not None:
            return f"{part} FY{year}".strip()
    return f"{interval.months}M {interval.end}" if interval.start else None


def _no_end(row: Row, interval: Interval, calendar: Calendar) -> Diagnostic:
    word = _LENGTHS.get(interval.months, "period")
    mend = f"write the last day of the {word}, or mend fiscal_year_ends"
    return make("F024", row.at("period"), day=interval.end, frequency=word, ends=calendar.written, mend=mend)


def _each_once(readings: Sequence[Sequence[Fact]]) -> Sequence[Fact]:
    """The facts of all readings, a fact that several of them give once. What one of them gives twice stays, and is found by
    the checks of facts."""
    if len(readings) == 1:
        return readings[0]
    if any(isinstance(facts, Held) for facts in readings):
        names = [names_of(facts) for facts in readings]
        if sum(map(len, names)) == len(set().union(*names)):  # none of them can give what another gives
            return one_after_the_other(readings)
    once: dict[tuple[object, ...], tuple[int, list[Fact]]] = {}
    for number, facts in enumerate(readings):
        for f in facts:
            first, held = once.setdefault(states(f), (number, []))
            if first == number:
                held.append(f)
            elif said(f) > said(held[0]):  # whichever file it stands in, and wherever: the one that says more
                held[0] = f
    return [f for _, held in once.values() for f in held]
