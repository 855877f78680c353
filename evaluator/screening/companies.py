"""Names of a table as companies: each cell is a fact, so that the reference evaluator sees what it sees in a facts file.

In: a `Table`, a `Program`. Out: `Named`, a company with its facts bound. Must not know what is asked of them.

A cell is spelled as a facts file would have it, and bound, placed and judged as any fact is; then its figure is put back
bit by bit, since 0.07 × 100 / 100 need not be 0.07.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dsl.program.program import Input, Metric, Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import SourceFile, Span
from dsl.types.lengths import month_length
from dsl.types.units import PERCENTS, Frequency, Kind
from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Company, Fact, SourceKind
from evaluator.known.bind import Bound, bind
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.values.values import Figure, because

Cells = Mapping[str, Any]
_OF_DAYS = (None, Frequency.DAY, Frequency.WEEK)
NOBODYS = "USD"
"""The currency of names where no figure of a table is money."""


class NotJudgedError(Exception):
    """Figures that the rules do not admit. Whoever makes a table has taken these out; `findings` says which are left."""

    def __init__(self, findings: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(d.message for d in findings[:3]))
        self.findings = tuple(findings)


@record
class Named:
    """A name of a table as a company, with its facts in their periods."""

    company: Company
    bound: Bound
    days: tuple[dt.date, ...]
    """The days on which something of it became known, the oldest first."""


def named(program: Program, table: Table) -> Iterator[Named]:
    """Each name, in the order in which names first stand in the table. Raises NotJudgedError."""
    rows = table.rows.collect()
    by_name: dict[str, list[Cells]] = {}
    for cells in rows.iter_rows(named=True):
        by_name.setdefault(cells[NAME], []).append(cells)
    asked = table.inputs(program)
    for name, mine in by_name.items():
        yield _Maker(program, table, asked, name, mine).made()


class _Maker:
    def __init__(self, program: Program, table: Table, asked: Sequence[str], name: str, rows: Sequence[Cells]) -> None:
        self.program, self.table, self.asked, self.name, self.rows = program, table, asked, name, rows
        self.calendar = _calendar([r[PERIOD_END] for r in rows if r.get(PERIOD_END)], table.every)
        source = SourceFile(table.source, f"{name}\n")
        self.place = Span(source, 0, len(name))
        self.currency = rows[0].get(CURRENCY) or table.currency or NOBODYS
        self.exact: dict[int, Figure] = {}

    def made(self) -> Named:
        facts = tuple(fact for cells in self.rows for name in self.asked for fact in self._fact(cells, name))
        company = Company(
            name=self.name, ticker=self.name, currency=self.currency, fiscal_year_ends=self.calendar, facts=facts,
            path=self.table.source, files=(self.table.source,),
        )  # fmt: skip
        bound = bind(self.program, company)
        wrong = [d for d in bound.diagnostics if d.is_error]
        if wrong:
            raise NotJudgedError(wrong)
        exact = self.exact
        put_back = (
            replace(f, value=exact[id(f.fact)], rounding=0.0) if id(f.fact) in exact else f for f in bound.facts
        )
        days = sorted({fact.published for fact in facts if fact.published <= self.table.as_of})
        return Named(company, replace(bound, facts=tuple(put_back)), tuple(days))

    def _fact(self, cells: Cells, name: str) -> Iterator[Fact]:
        """The fact of a cell; none of an empty one."""
        declared = self.program.inputs.get(name) or self.program.metrics[name]
        value, low, high = cells.get(name), cells.get(f"{name}.low"), cells.get(f"{name}.high")
        text = self._spelled(declared, value, low, high)
        if text is None:
            return
        end, as_of = cells.get(PERIOD_END), self.table.as_of
        day, period = end or as_of, None
        if declared.type.series not in _OF_DAYS:
            assert declared.type.series is not None
            period = (
                day
                if end
                else self.calendar.end(self.calendar.ended(as_of, declared.type.series), declared.type.series)
            )
        published = cells.get(KNOWN) or (day if end else as_of)
        fact = Fact(
            name=name, period=str(period) if period else None, date=None if period else day, value=text,
            published=published, kind=SourceKind.REPORTED, source=self.table.source, place=self.place,
            value_place=self.place,
        )  # fmt: skip
        if declared.type.is_figure:
            least = value if value is not None else low
            most = value if value is not None else high
            causes = because("known only within bounds", name) if value is None else frozenset()
            self.exact[id(fact)] = Figure(
                -float("inf") if least is None else least, float("inf") if most is None else most, causes
            )
        yield fact

    def _spelled(self, declared: Input | Metric, value: Any, low: Any, high: Any) -> str | tuple[str, ...] | None:
        """A cell as a facts file has it."""
        kind = declared.type.kind
        if not declared.type.is_figure:
            if value is None:
                return None
            if kind is Kind.SET:
                return tuple(word for part in str(value).split(",") if (word := part.strip()))
            return ("yes" if value else "no") if kind is Kind.FLAG else str(value)
        money = f" {self.currency}" if kind is Kind.MONEY else ""
        if value is not None:
            return _figure(value, declared) + money
        if low is not None and high is not None:
            return f"between {_figure(low, declared)}{money} and {_figure(high, declared)}{money}"
        if low is not None:
            return f"at least {_figure(low, declared)}{money}"
        return f"at most {_figure(high, declared)}{money}" if high is not None else None


def _figure(value: float, declared: Input | Metric) -> str:
    kind, figure = declared.type.kind, Decimal(repr(float(value)))
    if kind in PERCENTS:
        return f"{figure * 100:f}{'%' if kind is Kind.PERCENT else 'pp'}"
    return f"{figure:f}x" if kind is Kind.MULTIPLE else f"{figure:f}"


def _calendar(ends: Sequence[dt.date], every: Frequency | None) -> Calendar:
    """The fiscal calendar that the ends of periods show: of years the month in which the last one ends, of quarters one of which
    the quarters end so. Without periods it is the calendar year."""
    if not ends or every is None or every in _OF_DAYS:
        return Calendar()
    months = Calendar().month_of(max(ends))
    if months is None:
        return Calendar()
    length = month_length(every)
    month = (months - 1) % 12 + 1
    while length and month + length <= 12:
        month += length
    return Calendar(month=month, day=(dt.date(2001, month % 12 + 1, 1) - dt.timedelta(days=1)).day)
