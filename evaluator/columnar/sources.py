"""A table as columns of terms: the figure of each input at each period that is asked for, one row for a name (and day).

In: a `Table`, a `Program`. Out: `TableSources` for a lowering, and the frame that has the columns which it asked for. Must not know
expressions.

Of a table with periods the rows that were known by the day are brought together by name: each cell of a period is the newest that was
known of it, and an earlier period lies so many periods before the one that is read. A period without a row is null, and is never
passed over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsl.program import program as p
from dsl.types.lengths import LENGTHS, Duration, month_length
from dsl.types.units import Frequency, Kind
from evaluator.columnar.algebra import sets
from evaluator.columnar.algebra import words as w
from evaluator.columnar.algebra.figures import Bounded, Figures, Number
from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth
from evaluator.columnar.algebra.words import Day, Words
from evaluator.facts.calendar import SNAP_DAYS, Calendar
from evaluator.known.unknown import no_fact
from evaluator.screening.companies import NOBODYS
from evaluator.screening.protocol import AS_OF, CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.values.series import BY_DAY
from evaluator.values.values import Figure

if TYPE_CHECKING:
    import polars as pl

    from evaluator.columnar.lowering import Value

BEGINS, _ORDER, _ROW = "\x01begins", "\x01order", "\x01row"
_KINDS = {Kind.FLAG: "b", Kind.DATE: "d", Kind.CHOICE: "s", Kind.TEXT: "s", Kind.SET: "s"}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column of the frame: `column` of the table, so many periods ago; None: the newest of all days. `dated`: what has no periods, as
    it was at the end of that period."""

    column: str
    ago: int | None
    dated: bool = False


def _admitted(program: p.Program, table: Table) -> list[str]:
    """The columns of a table, whose types are those of the rules. Raises TypeError."""
    import polars as pl

    types = table.rows.collect_schema()
    wanted = {"f": pl.Float64(), "b": pl.Boolean(), "s": pl.String(), "d": pl.Date()}
    for name, kind in ((n, d.type) for d_ in (program.inputs, program.metrics) for n, d in d_.items()):
        want = wanted["f"] if kind.is_figure else wanted.get(_KINDS.get(kind.kind, ""))
        for column in (name, f"{name}.low", f"{name}.high"):
            if want is not None and column in types and types[column] != want:
                raise TypeError(f"`{column}` of {table.source} is {types[column]}, and the rules want {want}")
    return types.names()


class TableSources:
    """What a table says, as terms; `history`: as of each day on which something of a name became known."""

    def __init__(self, program: p.Program, table: Table, figures: Figures, history: bool = False) -> None:
        self.program, self.table, self.f, self.k = program, table, figures, figures.terms
        self.history = history
        self.as_of: dt.date | None = None if history else table.as_of
        self.columns = frozenset(_admitted(program, table))
        self.every = table.every
        if history and self.every is None:
            raise NotColumnar(Limit.HISTORY)
        if self.every in BY_DAY:
            raise NotColumnar(Limit.DAY_TABLE)
        self.cells: dict[_Cell, str] = {}
        self._has: dict[str, str] = {}
        self._newest: dict[str, str] = {}
        self._dated: dict[tuple[str, int], str] = {}
        self._ends: dict[int, str] = {}
        self._depth: int | None = None

    # --- what a lowering asks -------------------------------------------------------------------------------------

    def home(self, code: str) -> Term:
        """Whether a currency that rules name is that of a name."""
        every = code == (self.table.currency or NOBODYS)
        if CURRENCY not in self.columns:
            return self.k.const(every)
        return self.k.eq(self.k.column(CURRENCY, "s"), self.k.const(code), null=every)

    def said(self, name: str) -> bool:
        """Whether a table has a column of a name."""
        return not self.columns.isdisjoint((name, f"{name}.low", f"{name}.high"))

    @property
    def of_one_day(self) -> bool:
        """Whether the table says one day's figures of each name, all of them known on the day on which is judged."""
        return self.every is None and KNOWN not in self.columns

    def ended(self, declared: p.Input | p.Metric) -> dt.date | None:
        """The day of which a cell of a table without periods is."""
        return self._ended(declared.type.series) if self.said(declared.name) else None

    def input(self, declared: p.Input | p.Metric, ago: int, day: dt.date | None = None) -> Value | None:
        """What a table says of a name, so many periods ago (−1: of a period of which nothing is known)."""
        name, kind = declared.name, declared.type
        if not self.said(name):
            return None
        if isinstance(declared, p.Metric) and self.every is not None:
            raise NotColumnar(Limit.GIVEN)
        self._fits(kind.series)
        if ago < 0 or (kind.series is not None and self.every is None and ago):
            return None
        place = self._place(declared, ago)
        found: Value
        if kind.is_figure:
            found = self._figure(declared, name, place)
        else:
            found = self._other(declared, name, place)
        stale = self._stale(declared, ago, day) if isinstance(declared, p.Input) else self.k.false
        return self._fresh(declared, found, stale)

    def _fits(self, series: Frequency | None) -> None:
        if self.every is not None and series not in (None, self.every):
            raise NotColumnar(Limit.DAILY if series in BY_DAY else Limit.FREQUENCIES)

    def _place(self, declared: p.Input | p.Metric, ago: int) -> tuple[int | None, bool]:
        """Which cell: of what has no periods today's, or at an earlier period what was dated by its end."""
        if self.every is None or (declared.type.series is None and not ago):
            return None, False
        return ago, declared.type.series is None

    def _other(self, declared: p.Input | p.Metric, name: str, place: tuple[int | None, bool]) -> Value:
        kind = _KINDS[declared.type.kind]
        column = self.k.column(self._cell(name, place), kind)
        if declared.type.kind is Kind.SET:
            return sets.of_column(self.f, column, declared.type.options)
        if kind == "b":
            return Truth(self.k.fill(column, True), self.k.negated(self.k.fill(column, False)), self.k.false)
        return Day(column) if kind == "d" else w.of_column(self.f, column)

    def _figure(self, declared: p.Input | p.Metric, name: str, place: tuple[int | None, bool]) -> Number:
        f, k = self.f, self.k
        nothing = no_fact(declared)
        assert isinstance(nothing, Figure)
        bounds = [f"{name}.{end}" for end in ("low", "high") if f"{name}.{end}" in self.columns]
        if k.trusting and nothing.wide and not bounds:
            return replace(f.plain(k.column(self._cell(name, place), "f")), rough=True)
        value = self._number(name, place)
        if not bounds:
            return (
                f.chosen_number(k.negated(k.is_null(value)), f.plain(value), f.figure(nothing))
                if not nothing.wide
                else f.plain(value)
            )
        ends = {end: self._number(f"{name}.{end}", place) for end in ("low", "high")}
        low, high = k.or_else(ends["low"], -float("inf")), k.or_else(ends["high"], float("inf"))
        missing = f.bounded(f.figure(nothing))
        least, most = k.most(low, missing.low), k.least(high, missing.high)
        wide = k.both(k.is_null(ends["low"]), k.is_null(ends["high"]))
        outside = k.lt(most, least)  # refused where the table was read
        inside = Bounded(
            k.when(outside, low, least), k.when(outside, high, most), k.false, k.false,
            k.both(wide, k.const(not nothing.wide)),
        )  # fmt: skip
        exact = k.negated(k.is_null(value))
        return f.chosen_number(exact, f.plain(value), inside)

    def _number(self, column: str, place: tuple[int | None, bool]) -> Term:
        """A cell of figures. A table has no NaN and no infinity; what has one all the same is no figure, and never compared."""
        if column not in self.columns:
            return self.k.null("f")
        return self.k.finite(self.k.column(self._cell(column, place), "f"))

    def _fresh(self, declared: p.Input | p.Metric, found: Value, stale: Term) -> Value:
        """Nothing is known of what is too old."""
        f, k = self.f, self.k
        if stale is k.false:
            return found
        match found:
            case Truth():
                return f.chosen(stale, f.open, found)
            case Words():
                return w.chosen(f, stale, w.written(f, None), found)
            case Day():
                return Day(k.when(stale, k.null("d"), found.value))
            case sets.Members():
                return sets.chosen(f, stale, sets.written(f, None), found)
            case _:
                nothing = no_fact(declared)
                assert isinstance(nothing, Figure)
                return f.chosen_number(stale, f.figure(nothing), found)

    def _stale(self, declared: p.Input, ago: int, day: dt.date | None = None) -> Term:
        """Where the newest figure of a name is too old to count."""
        k, limit = self.k, declared.stale_after
        if limit is None:
            return k.false
        if declared.type.series is None and ago:
            if self.every is None:
                return k.false
            # By then: a value counts from its day on, for as long as its limit may be.
            own = self._dated.setdefault((declared.name, ago), f"\x01dated {declared.name} {ago}")
            return k.lt(k.column(own, "d"), k.days_later(self.today(ago).value, -limit.most))
        if self.every is None:
            assert self.as_of is not None
            return k.const(self._ended(declared.type.series) < limit.before(day or self.as_of))
        return k.lt(self._newest_end(declared.name), self._before(limit))

    def _ended(self, series: Frequency | None) -> dt.date:
        """The day of which a cell of a table without periods is."""
        day = self.table.as_of
        if series is None or series in BY_DAY:
            return day
        return Calendar().end(Calendar().ended(day, series), series)

    def _before(self, limit: Duration) -> Term:
        """The day so long before the one on which is judged."""
        if self.as_of is not None:
            return self.k.const(limit.before(self.as_of).toordinal())
        length, day = LENGTHS[limit.unit], self.today(0).value
        if length.months:
            return self.k.months_later(day, -limit.count * length.months)
        return self.k.days_later(day, -limit.count * length.days)

    def _newest_end(self, name: str) -> Term:
        return self.k.column(self._newest.setdefault(name, f"\x01newest {name}"), "d")

    def has(self, name: str) -> Term:
        """Whether a table says anything of a name, of any period."""
        k = self.k
        if not self.said(name):
            return k.false
        if self.every is not None:
            return k.fill(k.column(self._has.setdefault(name, f"\x01has {name}"), "b"), False)
        kinds = self.program.inputs[name].type
        kind = "f" if kinds.is_figure else _KINDS.get(kinds.kind, "s")
        columns = [c for c in (name, f"{name}.low", f"{name}.high") if c in self.columns]
        cells = [k.column(c, kind) for c in columns]
        return k.any(*(k.negated(k.is_null(k.finite(c) if kind == "f" else c)) for c in cells))

    def periods(self, frequency: Frequency) -> Term | None:
        """How many periods before the one that is read the first one lies."""
        if self.every is None:
            return None
        self._fits(frequency)
        return self.k.or_else(self.k.column(BEGINS, "f"), 0.0)

    def depth(self) -> int:
        """How many earlier periods any name has."""
        if self.every is None:
            return 0
        if self._depth is None:
            import polars as pl

            months = self._months(pl.col(PERIOD_END))
            span = (months.max() - months.min()) // month_length(self.every)
            found = self.table.rows.group_by(NAME).agg(span.alias("span")).select(pl.col("span").max()).collect().item()
            self._depth = int(found or 0)
        return self._depth

    def today(self, ago: int) -> Day:
        """The day on which is judged, and the end of each earlier period."""
        if ago < 0:
            return Day(self.k.null("d"))
        if ago:
            assert self.every is not None, "of one day no earlier period is asked for"
            return Day(self.k.column(self._ends.setdefault(ago, f"\x01end {ago}"), "d"))
        return Day(self.k.column(AS_OF, "d") if self.as_of is None else self.k.const(self.as_of.toordinal()))

    def _cell(self, column: str, place: tuple[int | None, bool]) -> str:
        if self.every is None:
            return column
        ago, dated = place
        return self.cells.setdefault(
            _Cell(column, ago, dated), f"\x01{column} {'' if ago is None else ago}{' dated' * dated}"
        )

    # --- the frame ----------------------------------------------------------------------------------------------------

    def frame(self) -> pl.LazyFrame:
        """One row for a name (and day), with the columns that were asked for, in the order of the table."""
        import polars as pl

        rows = self.table.rows
        if self.every is None:
            if KNOWN not in self.columns:
                return rows
            unknown = [c for c in self.columns if c not in (NAME, KNOWN, CURRENCY, PERIOD_END)]
            by_then = pl.col(KNOWN) <= self.table.as_of
            return rows.with_columns(*(pl.when(by_then).then(pl.col(c)).alias(c) for c in unknown))
        return self._by_name(rows)

    def _months(self, end: Any) -> Any:
        """Months since the year 0, of the month that a day ends, or nearly ends (`calendar.SNAP_DAYS`)."""
        near = end.dt.offset_by(f"-{SNAP_DAYS}d")
        return near.dt.year() * 12 + near.dt.month() - 1

    def _by_name(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        import polars as pl

        assert self.every is not None
        rows = rows.with_row_index(_ROW)
        known = pl.col(KNOWN) if KNOWN in self.columns else pl.col(PERIOD_END)
        rows = rows.with_columns(known.alias("\x01known"), self._months(pl.col(PERIOD_END)).alias("\x01month"))
        own = [pl.col(CURRENCY).sort_by(_ROW).first()] if CURRENCY in self.columns else []
        order = rows.group_by(NAME).agg(pl.col(_ROW).min().alias(_ORDER), *own)
        keys = [NAME]
        if self.history:
            cells = [self._there(name) for name in self.table.inputs(self.program)]
            says = pl.any_horizontal(*cells) if cells else pl.lit(False)
            days = (
                rows.filter(says & (pl.col("\x01known") <= self.table.as_of))
                .select(NAME, pl.col("\x01known").alias(AS_OF))
                .unique()
            )
            rows = days.join(rows, on=NAME).filter(pl.col("\x01known") <= pl.col(AS_OF))
            keys, day = [NAME, AS_OF], pl.col(AS_OF)
        else:
            day = pl.lit(self.table.as_of)
            rows = rows.filter(pl.col("\x01known") <= day)
        said = self._anything()
        firm = rows.with_columns((said & (pl.col(PERIOD_END) <= day)).alias("\x01firm"))
        read = pl.col("\x01month").filter(pl.col("\x01firm")).max().over(keys)
        found = firm.with_columns(
            ((read - pl.col("\x01month")) / month_length(self.every)).alias("\x01ago"), read.alias("\x01read")
        )
        found = found.group_by(keys).agg(*self._aggregated(found))
        left = order if not self.history else None
        found = left.join(found, on=NAME, how="left") if left is not None else found.join(order, on=NAME)
        return found.sort(_ORDER, AS_OF) if self.history else found.sort(_ORDER)

    def _anything(self) -> Any:
        """Whether a row says anything of what has periods."""
        import polars as pl

        names = [n for n, i in self.program.inputs.items() if i.type.series is self.every]
        cells = [c for n in names for c in (n, f"{n}.low", f"{n}.high") if c in self.columns]
        return pl.any_horizontal(*(pl.col(c).is_not_null() for c in cells)) if cells else pl.lit(False)

    def _aggregated(self, rows: pl.LazyFrame) -> list[Any]:
        import polars as pl

        ago, firm = pl.col("\x01ago"), pl.col("\x01firm")
        found = [ago.filter(firm).max().alias(BEGINS)]
        for cell, name in self.cells.items():
            base = cell.column.removesuffix(".low").removesuffix(".high")
            there = self._there(base)
            if cell.ago is not None:
                there = there & (ago >= cell.ago if cell.dated else ago == cell.ago) & (pl.col(PERIOD_END) <= self._day)
            newest = (
                pl.col(cell.column)
                .filter(there)
                .sort_by(*(c.filter(there) for c in (pl.col(PERIOD_END), pl.col("\x01known"))))
            )
            found.append(newest.last().alias(name))
        found += [self._there(name).any().alias(column) for name, column in self._has.items()]
        for name, column in self._newest.items():
            ended = self._there(name) & (pl.col(PERIOD_END) <= self._day)
            found.append(pl.col(PERIOD_END).filter(ended).max().alias(column))
        for (name, back), column in self._dated.items():
            by_then = self._there(name) & (ago >= back) & (pl.col(PERIOD_END) <= self._day)
            found.append(pl.col(PERIOD_END).filter(by_then).max().alias(column))
        for back, column in self._ends.items():
            assert self.every is not None
            month = pl.col("\x01read").first() - back * month_length(self.every)
            found.append(pl.date(month // 12, month % 12 + 1, 1).dt.month_end().alias(column))
        return found

    @property
    def _day(self) -> Any:
        import polars as pl

        return pl.col(AS_OF) if self.history else pl.lit(self.table.as_of)

    def _there(self, name: str) -> Any:
        import polars as pl

        cells = [c for c in (name, f"{name}.low", f"{name}.high") if c in self.columns]
        return pl.any_horizontal(*(pl.col(c).is_not_null() for c in cells))
