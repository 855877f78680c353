"""A table in Spark as rules read it: its columns chosen as of any table, its cells in base units, its rows looked through by Spark.

In: a frame of Spark, a `Program`, a `Layout`, the as-of date. Out: `SparkUniverse`, or `Failed`. Must not know how names are judged.

Heads, units and currencies are settled by the reader of all tables, on a table without rows; what depends on cells is counted in
Spark. Texts that are no plain figure (`12%`, `1,234`) are refused here: they are read one by one elsewhere.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl.program.program import Program
from dsl.text.diagnostics import Diagnostic
from dsl.types.lengths import month_length
from dsl.types.units import FIGURES, Kind
from evaluator.codes.messages import make
from evaluator.facts.calendar import SNAP_DAYS
from evaluator.readers.layouts.mapping import Layout
from evaluator.readers.numerals import UNKNOWN
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.session.reading import Failed
from evaluator.spark.by_name import closing, column
from evaluator.universe import cells
from evaluator.universe.columns import Chosen, Column
from evaluator.universe.files import Raw
from evaluator.universe.heads import in_another_currency, no_currency
from evaluator.universe.reading import COMPANY, GROUP, Reader

if TYPE_CHECKING:
    import polars as pl

WORDS = 1_000
"""So many different words a column of words has at most."""
_LISTED = 5
_PLAIN = r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00)?$"
_LARGE = 1e300
_TRUE, _FALSE = ("true", "yes", "y", "t"), ("false", "no", "n", "f")


@dataclass(frozen=True)
class SparkUniverse:
    """A table in Spark. `rows`: in base units, with `#company` and `#group`; `table`: the same for a lowering, without rows; `span`: how
    many earlier periods any name has; `names`: how many rows it has (of periods: of all names together)."""

    rows: Any
    table: Table
    chosen: Chosen
    told: tuple[str, ...]
    currencies: tuple[str, ...]
    span: int
    count: int


def read(
    frame: Any, program: Program, layout: Layout, as_of: dt.date, by: str | None, source: str
) -> SparkUniverse | Failed:
    """A frame of Spark as a universe. Failed: what is wrong with it."""
    import polars as pl

    heads = [field.name for field in frame.schema.fields]
    if len(set(heads)) < len(heads):
        twice = next(h for h in heads if heads.count(h) > 1)
        return _failed(source, f"the column `{twice}` stands twice", "rename one of them")
    schema = {field.name: _type(field.dataType.simpleString()) for field in frame.schema.fields}
    reader = Reader(Raw(pl.LazyFrame(schema=schema), source), program, layout, as_of, by)
    found = reader.read()
    if found is None:
        return Failed(tuple(reader.problems))
    return _Rows(frame, schema, reader, *found).universe()


def _type(written: str) -> pl.DataType:
    """The type of polars that holds what a type of Spark does, for the reader of heads."""
    import polars as pl

    base = written.partition("(")[0]
    whole = dict.fromkeys(("tinyint", "smallint", "int", "bigint"), pl.Int64())
    other = {"float": pl.Float64(), "double": pl.Float64(), "decimal": pl.Float64(), "boolean": pl.Boolean(),
             "date": pl.Date(), "timestamp": pl.Datetime(), "timestamp_ntz": pl.Datetime(), "void": pl.Null()}  # fmt: skip
    texts = dict.fromkeys(("string", "varchar", "char"), pl.String())
    found: pl.DataType = {**whole, **other, **texts}.get(base, pl.Struct([]))
    return found


class _Rows:
    """Reads the rows of a table of which the heads are settled."""

    def __init__(
        self, frame: Any, schema: dict[str, pl.DataType], reader: Reader, chosen: Chosen, made: Any, sheet: cells.Sheet
    ) -> None:
        self.f = importlib.import_module("pyspark.sql.functions")
        self.frame, self.schema, self.reader, self.chosen, self.sheet = frame, schema, reader, chosen, sheet
        self.source = reader.raw.name
        self.problems: list[Diagnostic] = []
        self.told = list(reader.told)
        self.steps: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
        self.name = self._text(chosen.name)
        self.wrong: list[tuple[str, str, Any, Any]] = []
        """What is refused where it is so in a row: what, the mend, where it is, what stands there."""
        self.doubted: list[tuple[str, Any, Any]] = []
        """What is said where it is so in a row."""

    def universe(self) -> SparkUniverse | Failed:
        """The table."""
        f, chosen = self.f, self.chosen
        columns = {NAME: self.name}
        self._refuse(f"`{chosen.name}` is empty", "write the name, or take the row out", self.name.isNull(), f.lit(""))
        for key, head in ((PERIOD_END, chosen.period), (KNOWN, chosen.known)):
            if head is not None:
                columns[key] = self._days(head)
                self._refuse(
                    f"`{head}` is empty", "write the day, or take the row out", columns[key].isNull(), self.name
                )
        if chosen.currency is not None:
            columns[CURRENCY] = self._text(chosen.currency)
        for one in chosen.inputs:
            columns[one.name] = self._cells(one)
        for key, head in ((COMPANY, chosen.company), (GROUP, chosen.group)):
            columns[key] = self._text(head) if head is not None else f.lit(None).cast("string")
        if self.problems:
            return Failed(tuple(self.problems))
        heads = list(self.schema)
        filled = (
            self.frame.filter(f.coalesce(*(column(h).cast("string") for h in heads)).isNotNull())
            if heads
            else self.frame
        )
        for step in self.steps:
            filled = filled.withColumns(step) if step else filled
        rows = filled.select(*(value.alias(key) for key, value in columns.items()))
        count, codes, late = self._looked_through(filled, columns)
        if not self.problems:
            self._names(rows)
        if self.problems:
            return Failed(tuple(self.problems))
        if PERIOD_END in columns:
            since = column(KNOWN) if KNOWN in columns else column(PERIOD_END)
            rows = rows.filter(since <= self.reader.as_of)
            if late:
                self.told.append(
                    f"{late} row{'s' * (late > 1)} became known after {self.reader.as_of} and are not looked at"
                )
            if KNOWN not in columns:
                self.told.append(
                    "look-ahead: nothing says since when figures are known; each is taken as known when its period ended"
                )
        return SparkUniverse(rows, self._table(columns), chosen, tuple(self.told), codes, self._span(rows), count)

    def _table(self, columns: dict[str, Any]) -> Table:
        """The same without rows, for a lowering."""
        import polars as pl

        types: dict[str, Any] = {NAME: pl.String, CURRENCY: pl.String, PERIOD_END: pl.Date, KNOWN: pl.Date}
        for one in self.chosen.inputs:
            kind = one.declared.type.kind
            plain = pl.Float64 if kind in FIGURES or one.declared.type.is_figure else pl.String
            types[one.name] = {Kind.FLAG: pl.Boolean, Kind.DATE: pl.Date}.get(kind, plain)
        empty = pl.LazyFrame(schema={key: types[key] for key in columns if key in types})
        return Table(empty, self.reader.as_of, self.chosen.every, self.reader.code, self.source)

    def _span(self, rows: Any) -> int:
        length = month_length(self.chosen.every) if self.chosen.every is not None else 0
        if PERIOD_END not in rows.columns or not length:
            return 0
        f, month = self.f, closing(column(PERIOD_END))
        spans = rows.groupBy(column(NAME)).agg((f.max(month) - f.min(month)).alias("m"))
        return int(spans.agg(f.max("m")).first()[0] or 0) // length

    # --- cells -----------------------------------------------------------------------------------------------------

    def _step(self, at: int, name: str, value: Any) -> Any:
        """A value that several others are made of, as a column of its own: written into each of them it would be calculated as often."""
        key = f"\x01{at} {name}"
        self.steps[at].setdefault(key, value)
        return column(key)

    def _text(self, head: str) -> Any:
        """A column as texts without blanks at their ends; what is empty is null."""
        text = self.f.regexp_replace(column(head).cast("string"), r"^[\s\p{Z}]+|[\s\p{Z}]+$", "")
        return self._step(0, f"text {head}", self.f.nullif(text, self.f.lit("")))

    def _said(self, head: str) -> Any:
        """The same without the words that say that nothing is known."""
        text = self._text(head)
        return self._step(1, f"said {head}", self.f.when(~self.f.lower(text).isin(*sorted(UNKNOWN)), text))

    def _refuse(self, what: str, mend: str, where: Any, given: Any) -> None:
        self.wrong.append((what, mend, where, given))

    def _cells(self, one: Column) -> Any:
        kind = one.declared.type.kind
        if kind is Kind.FLAG:
            return self._truths(one)
        if kind is Kind.DATE:
            return self._days(one.head)
        if kind is Kind.CHOICE:
            return self._words(one)
        return self._said(one.head) if kind is Kind.TEXT else self._figures(one)

    def _days(self, head: str) -> Any:
        import polars as pl

        f = self.f
        if self.schema[head] != pl.String():
            return column(head).cast("date")
        text = self._text(head)
        day = self._step(1, f"day {head}", f.when(text.rlike(_DAY), f.substring(text, 1, 10).try_cast("date")))
        mend = f"write it as YYYY-MM-DD, or leave the column out: --leave-out '{head}'"
        self._refuse(f"`{head}` is not a day", mend, text.isNotNull() & day.isNull(), text)
        return day

    def _truths(self, one: Column) -> Any:
        import polars as pl

        f, head = self.f, one.head
        if self.schema[head] == pl.Boolean():
            return column(head)
        text = self._said(head)
        low = f.lower(text)
        found = f.when(low.isin(*_TRUE), True).when(low.isin(*_FALSE), False)
        self._refuse(
            f"`{head}` is neither yes nor no",
            "write true or false, yes or no, or leave it empty",
            text.isNotNull() & found.isNull(),
            text,
        )
        return found

    def _words(self, one: Column) -> Any:
        """Words of a choice: each different one is read once, as in any table."""
        import polars as pl

        f, text = self.f, self._text(one.head)
        here = self.frame.withColumns(self.steps[0])
        words = [r[0] for r in here.select(text.alias("w")).distinct().limit(WORDS + 1).collect()]
        if len(words) > WORDS:
            what = f"column `{one.head}` holds more than {WORDS} different words, and `{one.name}` is a choice"
            self.problems.append(
                make("F040", None, at=self.source, what=what, mend="leave it out, or map another column")
            )
            return f.lit(None).cast("string")
        held = pl.DataFrame({one.head: sorted(w for w in words if w is not None)}, schema={one.head: pl.String})
        read = cells.read(cells.Sheet(Raw(held.lazy(), self.source), one.head), one)
        self.problems += read.problems
        found = f.lit(None).cast("string")
        if not read.problems:
            for word, meant in held.select(pl.col(one.head).alias("w"), read.columns[one.name].alias("m")).iter_rows():
                found = f.when(text == word, f.lit(meant).cast("string")).otherwise(found)
        return found

    def _figures(self, one: Column) -> Any:
        import polars as pl

        f, head = self.f, one.head
        if self.schema[head] == pl.String():
            text = self._said(head)
            number = self._step(2, f"number {head}", f.when(text.rlike(_PLAIN), text.try_cast("double")))
            mend = "write plain figures (1234.5), save the table as Parquet with numbers, or leave --engine out"
            self._refuse(f"`{head}` is not a plain figure", mend, text.isNotNull() & number.isNull(), text)
        else:
            number = column(head).cast("double")
        self._doubt(f"`{head}` is NaN or infinite", number.isNotNull() & ~self._finite(number), number)
        factor = cells.factor(self.sheet, one)
        base = number / 100.0 if factor == 0.01 else number * factor if factor != 1.0 else number
        return self._admitted(one, self._step(3, f"figure {head}", f.when(self._finite(number), base)))

    def _finite(self, number: Any) -> Any:
        return self.f.coalesce(~self.f.isnan(number) & (self.f.abs(number) < float("inf")), self.f.lit(False))

    def _admitted(self, one: Column, number: Any) -> Any:
        """What the rules do not admit is missing, and that is said."""
        bounds = getattr(one.declared, "bounds", None)
        if bounds is not None and bounds.currency not in (None, self.reader.code):
            self.told.append(f"`{one.head}`: its limits ({bounds.text}) are not checked, they are in {bounds.currency}")
            bounds = None
        bad = self.f.abs(number) > _LARGE
        self._doubt(f"`{one.head}` is too large to calculate with", bad, number)
        if bounds is not None:
            above = number > bounds.low if bounds.low_open else number >= bounds.low
            below = number < bounds.high if bounds.high_open else number <= bounds.high
            self._doubt(f"`{one.head}` lies outside what `{one.name}` allows ({bounds.text})", ~(above & below), number)
            bad = bad | ~(above & below)
        if one.declared.type.kind is Kind.COUNT:
            broken = number % 1.0 != 0.0
            self._doubt(f"`{one.head}` is not whole, and `{one.name}` is a count", broken, number)
            bad = bad | broken
        return self.f.when(~bad, number)

    def _doubt(self, what: str, where: Any, given: Any) -> None:
        self.doubted.append((what, where, given))

    # --- rows ------------------------------------------------------------------------------------------------------

    def _looked_through(self, rows: Any, columns: dict[str, Any]) -> tuple[int, tuple[str, ...], int]:
        """One look at all rows: how many there are, the currencies, and how many became known later; what is wrong is noted."""
        f = self.f
        self._of_days(columns)
        late = f.lit(False)
        if PERIOD_END in columns:
            late = columns.get(KNOWN, columns[PERIOD_END]) > self.reader.as_of
        asked = [f.count(f.lit(1)), f.count(f.when(late, 1))]
        asked.append(f.collect_set(columns[CURRENCY]) if CURRENCY in columns else f.array())
        for _, _, where, given in self.wrong:
            asked += self._counted(where, given)
        for _, where, given in self.doubted:
            asked += self._counted(where, given)
        found = list(rows.agg(*(a.alias(f"a{n}") for n, a in enumerate(asked))).first())
        count, later, codes, rest = found[0], found[1], tuple(sorted(found[2])), found[3:]
        if not count:
            self._wrong("it has a head, and no name below it", "add a row for each name")
            return 0, (), 0
        for at, (what, mend, _, _) in enumerate(self.wrong):
            if rest[2 * at]:
                self._wrong(f"{what} in {_rows(rest[2 * at])}{_given(rest[2 * at + 1])}", mend)
        behind = rest[2 * len(self.wrong) :]
        for at, (what, _, _) in enumerate(self.doubted):
            if behind[2 * at]:
                self.told.append(
                    f"in doubt: {what} in {_rows(behind[2 * at])}{_given(behind[2 * at + 1])}; taken as missing"
                )
        self._codes(codes)
        return int(count), codes, int(later)

    def _counted(self, where: Any, given: Any) -> list[Any]:
        f = self.f
        shown = f.concat_ws(": ", f.coalesce(self.name, f.lit("")), f.substring(given.cast("string"), 1, 60))
        return [f.count(f.when(where, 1)), f.min(f.when(where, shown))]

    def _of_days(self, columns: dict[str, Any]) -> None:
        """Days on which no period can end, and rows that were known before it did."""
        if PERIOD_END not in columns:
            return
        f, end = self.f, columns[PERIOD_END]
        if KNOWN in columns:
            self._refuse("a row is known before its period ended", "mend the day", columns[KNOWN] < end, columns[KNOWN])
        every = self.chosen.every
        if every is not None and month_length(every):
            apart = f.dayofmonth(f.date_add(end, SNAP_DAYS + 1)) > 2 * SNAP_DAYS + 1
            mend = "write the last day of the period, or say how long periods are: --each"
            self._refuse(f"`{self.chosen.period}` is not the end of a {every.value}", mend, apart, end)

    def _codes(self, codes: Sequence[str]) -> None:
        for code in codes:
            if (wrong := no_currency(f"`{self.chosen.currency}` holds `{code}`", code)) is not None:
                self._wrong(*wrong)
        for one in self.chosen.inputs:
            if one.declared.type.kind is Kind.MONEY:
                for wrong in in_another_currency(one.name, one.head, one.declared.type.currency, codes):
                    self._wrong(*wrong)

    def _names(self, rows: Any) -> None:
        """Each name once (in a period), written in one way, in one currency, of periods that go together."""
        f, every = self.f, self.chosen.every
        length = month_length(every) if every is not None else 0
        period = (
            [] if PERIOD_END not in rows.columns else [closing(column(PERIOD_END)) if length else column(PERIOD_END)]
        )
        keys = [column(NAME), *period, *([column(KNOWN)] if KNOWN in rows.columns else [])]
        twice = rows.groupBy(*keys).agg(f.count(f.lit(1)).alias("n")).filter("n > 1").limit(_LISTED).collect()
        for row in twice:
            self._wrong(f"{row[0]} stands in {row['n']} rows{' of one period' if period else ''}", "keep one of them")
        one_way = f.regexp_replace(f.lower(column(NAME)), r"\s+", " ")
        asked = [f.array_sort(f.collect_set(column(NAME))).alias("names")]
        phases = f.count_distinct(closing(column(PERIOD_END)) % length) if length and period else f.lit(1)
        codes = f.count_distinct(column(CURRENCY)) if CURRENCY in rows.columns else f.lit(1)
        empty = f.count(f.when(column(CURRENCY).isNull(), 1)) if CURRENCY in rows.columns else f.lit(0)
        asked += [phases.alias("phases"), codes.alias("codes"), empty.alias("empty")]
        money = any(c.declared.type.kind is Kind.MONEY for c in self.chosen.inputs)
        odd = "size(names) > 1 or phases > 1 or codes > 1" + (" or empty > 0" if money else "")
        for row in rows.groupBy(one_way.alias("k")).agg(*asked).filter(odd).orderBy("k").limit(_LISTED).collect():
            name = row["names"][0]
            if len(row["names"]) > 1:
                listed = " and ".join(f"`{n}`" for n in row["names"][:3])
                self._wrong(f"{listed} differ in capitals or blanks alone", "write one name in one way")
            elif row["phases"] > 1:
                self._wrong(f"the periods of {name} are no row of {every}s", "say how long periods are: --each")
            elif row["codes"] > 1:
                self._wrong(f"{name} is in {row['codes']} currencies", "give all rows of a name in one currency")
            else:
                self._wrong(f"`{self.chosen.currency}` of {name} is empty", "write the code of each row, such as USD")

    def _wrong(self, what: str, mend: str) -> None:
        self.problems.append(make("F040", None, at=self.source, what=what, mend=mend))


def _rows(count: int) -> str:
    return f"{count} row{'s' if count > 1 else ''}"


def _given(given: str | None) -> str:
    return f" (such as {given})" if given else ""


def _failed(source: str, what: str, mend: str) -> Failed:
    return Failed((make("F040", None, at=source, what=what, mend=mend),))
