"""A table in Spark as rules read it: its columns chosen as of any table, its cells in base units, its rows looked through by Spark.

In: a frame of Spark, a `Program`, a `Layout`, the as-of date. Out: `SparkUniverse`, or `Failed`. Must not know how names are judged.

Heads, units and currencies are settled by the reader of all tables, on a table without rows; what depends on cells is counted in
Spark, and texts mean there what they mean everywhere (`texts`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl.program.program import Program
from dsl.text.diagnostics import Diagnostic
from dsl.types.lengths import month_length
from dsl.types.units import FIGURES, Kind
from evaluator.codes.messages import make
from evaluator.columnar.spark_terms import literal, quoted
from evaluator.facts.calendar import SNAP_DAYS
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.layouts.mapping import Layout
from evaluator.readers.tables.column_heads import in_another_currency, no_currency
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.session.reading import Failed
from evaluator.spark import names, texts
from evaluator.universe import cells
from evaluator.universe.columns import Chosen, Column
from evaluator.universe.files import Raw
from evaluator.universe.reading import COMPANY, GROUP, Reader

if TYPE_CHECKING:
    import polars as pl

WORDS = 1_000
"""So many different words a column of words has at most."""
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00)?$"
_LARGE = 1e300
_NAME, _ROWS = "\x01name", "\x01rows"
_ENDS = ("low", "high")


@dataclass(frozen=True)
class SparkUniverse:
    """A table in Spark. `rows`: in base units, with `#company` and `#group`; `table`: the same for a lowering, without rows; `span`: how
    many earlier periods any name has; `count`: how many rows it has (of periods: of all names together)."""

    rows: Any
    table: Table
    chosen: Chosen
    told: tuple[str, ...]
    currencies: tuple[str, ...]
    span: int
    count: int


def read(
    frame: Any,
    program: Program,
    layout: Layout,
    as_of: dt.date,
    by: str | None,
    raw: Raw,
    history: bool = False,
) -> SparkUniverse | Failed:
    """A frame of Spark as a universe. `raw`: how messages name it, and what its file says of its figures; its rows are not looked at.
    Failed: what is wrong with it."""
    import polars as pl

    heads = [field.name for field in frame.schema.fields]
    if len(set(heads)) < len(heads):
        twice = next(h for h in heads if heads.count(h) > 1)
        what = f"the column `{twice}` stands twice"
        return Failed((make("F040", None, at=raw.name, what=what, mend="rename one of them"),))
    schema = {field.name: type_of(field.dataType.simpleString()) for field in frame.schema.fields}
    empty = Raw(pl.LazyFrame(schema=schema), raw.name, semicolons=raw.semicolons, twice=raw.twice)
    reader = Reader(empty, program, layout, as_of, by, history)
    found = reader.read(_heads_alone)
    if found is None:
        return Failed(tuple(reader.problems))
    return _Rows(frame, schema, reader, *found).universe()


def _heads_alone(sheet: cells.Sheet, one: Column) -> cells.Read:
    """What a column says without its cells; how texts are measured depends on them."""
    import polars as pl

    of_texts = sheet.raw.rows.collect_schema()[one.head] == pl.String
    return cells.Read() if of_texts and one.declared.type.kind in FIGURES else cells.read(sheet, one)


def type_of(written: str) -> pl.DataType:
    """The type of polars that holds what a type of Spark does, for the reader of heads."""
    import polars as pl

    base = written.partition("(")[0]
    whole = dict.fromkeys(("tinyint", "smallint", "int", "bigint"), pl.Int64())
    other = {"float": pl.Float64(), "double": pl.Float64(), "decimal": pl.Float64(), "boolean": pl.Boolean(),
             "date": pl.Date(), "timestamp": pl.Datetime(), "timestamp_ntz": pl.Datetime(), "void": pl.Null()}  # fmt: skip
    strings = dict.fromkeys(("string", "varchar", "char"), pl.String())
    lists = {"array<string>": pl.List(pl.String())}
    found: pl.DataType = {**whole, **other, **strings, **lists}.get(base, pl.Struct([]))
    return found


class _Rows:
    """Reads the rows of a table of which the heads are settled."""

    def __init__(
        self, frame: Any, schema: dict[str, pl.DataType], reader: Reader, chosen: Chosen, made: Any, sheet: cells.Sheet
    ) -> None:
        self.frame, self.schema, self.reader, self.chosen, self.sheet = frame, schema, reader, chosen, sheet
        self.source = reader.raw.name
        self.problems: list[Diagnostic] = []
        self.told = list(reader.told)
        self.steps: tuple[dict[str, str], ...] = ({}, {}, {}, {}, {})
        self.mapped = texts.Mapped()
        self.name = self._text(chosen.name)
        self.wrong: list[tuple[str, str, str, str]] = []
        """What is refused where it is so in a row: what, the mend, where it is, what stands there."""
        self.doubted: list[tuple[str, str, str]] = []
        """What is said where it is so in a row."""
        self.found: dict[str, list[texts.Found]] = {}

    def universe(self) -> SparkUniverse | Failed:
        """The table."""
        chosen = self.chosen
        if self.schema:
            blank = ", ".join(f"CAST({quoted(h)} AS string)" for h in self.schema)
            self.frame = self.frame.filter(f"COALESCE({blank}) IS NOT NULL")
        self._gather()
        columns = {NAME: self.name}
        self._refuse(f"`{chosen.name}` is empty", "write the name, or take the row out", f"{self.name} IS NULL", "''")
        for key, head in ((PERIOD_END, chosen.period), (KNOWN, chosen.known)):
            if head is not None:
                columns[key] = self._days(head)
                mend = "write the day, or take the row out"
                self._refuse(f"`{head}` is empty", mend, f"{columns[key]} IS NULL", self.name)
        if chosen.currency is not None:
            columns[CURRENCY] = self._text(chosen.currency)
        for one in chosen.inputs:
            columns |= self._cells(one)
        columns[COMPANY] = self._text(chosen.company) if chosen.company is not None else literal(None, "s")
        columns[GROUP] = self._group()
        self._damaged()
        if self.problems:
            return Failed(tuple(self.problems))
        filled = self._filled()
        rows = filled.selectExpr(*(f"{sql} AS {quoted(key)}" for key, sql in columns.items()))
        count, codes, late = self._looked_through(filled, columns)
        if not self.problems:
            money = any(c.declared.type.kind is Kind.MONEY for c in chosen.inputs)
            for wrong in names.wrong(rows, chosen.every, chosen.currency, money):
                self._wrong(*wrong)
        if self.problems:
            return Failed(tuple(self.problems))
        if PERIOD_END in columns:
            rows = self._known(rows, KNOWN in columns, late)
        span = names.span(rows, chosen.every)
        return SparkUniverse(rows, self._table(columns), chosen, tuple(self.told), codes, span, count)

    def _filled(self) -> Any:
        """The rows with the columns that others are made of."""
        filled = self.frame
        for at, step in enumerate(self.steps):
            filled = (
                filled.selectExpr("*", *(f"{sql} AS {quoted(key)}" for key, sql in step.items())) if step else filled
            )
            filled = self.mapped.joined(filled) if at == 0 else filled
        return filled

    def _known(self, rows: Any, dated: bool, late: int) -> Any:
        """The rows that were known by the day; what is said of the others."""
        if late:
            day = self.reader.as_of
            self.told.append(f"{late} row{'s' * (late > 1)} became known after {day} and are not looked at")
        if not dated:
            self.told.append(
                "look-ahead: nothing says since when figures are known; each is taken as known when its period ended"
            )
        return rows.filter(f"{quoted(KNOWN if dated else PERIOD_END)} <= {self._as_of}")

    @property
    def _as_of(self) -> str:
        return literal(self.reader.as_of.toordinal(), "d")

    def _table(self, columns: Mapping[str, str]) -> Table:
        """The same without rows, for a lowering."""
        import polars as pl

        types: dict[str, Any] = {NAME: pl.String, CURRENCY: pl.String, PERIOD_END: pl.Date, KNOWN: pl.Date}
        for one in self.chosen.inputs:
            kind = one.declared.type.kind
            plain = pl.Float64 if kind in FIGURES or one.declared.type.is_figure else pl.String
            types[one.name] = {Kind.FLAG: pl.Boolean, Kind.DATE: pl.Date}.get(kind, plain)
            types |= {f"{one.name}.{end}": pl.Float64 for end in _ENDS}
        empty = pl.LazyFrame(schema={key: types[key] for key in columns if key in types})
        return Table(empty, self.reader.as_of, self.chosen.every, self.reader.code, self.source)

    # --- texts -----------------------------------------------------------------------------------------------------

    def _step(self, at: int, name: str, sql: str) -> str:
        """What several others are made of, as a column of its own: written into each of them it would be calculated as often."""
        key = f"\x01{at} {name}"
        self.steps[at].setdefault(key, sql)
        return quoted(key)

    def _text(self, head: str) -> str:
        """A column as texts without blanks at their ends; what is empty is null."""
        return self._step(0, f"text {head}", texts.stripped(head))

    def _said(self, head: str) -> str:
        """The same without the words that say that nothing is known."""
        return self._step(1, f"said {head}", texts.said(self._text(head)))

    def _kind(self, one: Column) -> str:
        """How a figure is spelled."""
        measures, kind = cells.measures(self.sheet, one), one.declared.type.kind
        percents = kind in (Kind.PERCENT, Kind.POINTS, Kind.NUMBER)
        sql = texts.kind_of(self._said(one.head), measures.holds, measures.ambiguous, percents)
        return self._step(2, f"kind {one.head}", sql)

    def _in_words(self, one: Column) -> bool:
        """Whether a column is texts, or lists of them that are a set (`[a, b]` as a text)."""
        import polars as pl

        return self.schema[one.head] == pl.String() or one.declared.type.kind is Kind.SET

    def _gather(self) -> None:
        """Brings here what stands in columns of texts, each once."""
        figures: dict[str, tuple[str, str]] = {}
        words: dict[str, str] = {}
        for one in self.chosen.inputs:
            if not self._in_words(one) or one.declared.type.kind in (Kind.DATE, Kind.TEXT):
                continue
            if one.declared.type.kind in FIGURES:
                figures[one.head] = (self._said(one.head), self._kind(one))
            else:
                words[one.head] = self._text(one.head)
        if self.chosen.group is not None:
            words[self.chosen.group] = self._text(self.chosen.group)
        found = texts.gathered(self._filled(), self.name, figures, words)
        if isinstance(found, dict):
            self.found = found
            return
        mend = "write plain figures, save the table as Parquet with numbers, or leave the column out"
        self._wrong(f"column `{found}` holds more than {texts.MOST:,} different texts that are no common figures", mend)

    def _held(self, head: str, kind: str | None = None) -> Raw:
        """What was gathered of a column, as a table: a row for each text."""
        import polars as pl

        found = [one for one in self.found.get(head, ()) if kind is None or one.kind == kind]
        data = {head: [o.text for o in found], _NAME: [o.name for o in found], _ROWS: [o.rows for o in found]}
        rows = pl.LazyFrame(data, schema={head: pl.String, _NAME: pl.String, _ROWS: pl.Int64})
        return Raw(rows, self.source, counts=_ROWS)

    def _group(self) -> str:
        """Sectors; those that differ in capitals and blanks alone are one, under the spelling that most names have."""
        head = self.chosen.group
        if head is None:
            return literal(None, "s")
        first: dict[str, str] = {}
        other = {}
        found = self.found.get(head, [])
        for one in sorted(found, key=lambda o: (-o.rows, o.text))[: WORDS + 1] if len(found) <= WORDS else ():
            if (main := first.setdefault(plain_label(one.text), one.text)) != one.text:
                other[one.text] = main
        self.told += [f"`{word}` in `{head}` is taken for `{main}`" for word, main in sorted(other.items())]
        text = self._text(head)
        return self._step(1, "group", f"COALESCE({self.mapped.of(text, other, 's')}, {text})" if other else text)

    def _damaged(self) -> None:
        """Signs that stand where bytes are no text: Spark says nothing of them."""
        heads = [h for h in (self.chosen.name, self.chosen.company, self.chosen.group) if h is not None]
        heads += [c.head for c in self.chosen.inputs]
        for head in dict.fromkeys(h for h in heads if f"\x010 text {h}" in self.steps[0]):
            text = self._text(head)
            mend = "save it as UTF-8, or as Parquet"
            self._refuse(
                f"`{head}` holds bytes that are no text", mend, f"CONTAINS({text}, {literal(chr(0xFFFD), 's')})", text
            )

    # --- cells -----------------------------------------------------------------------------------------------------

    def _refuse(self, what: str, mend: str, where: str, given: str) -> None:
        self.wrong.append((what, mend, where, given))

    def _cells(self, one: Column) -> dict[str, str]:
        """The columns of the result that a column is."""

        kind = one.declared.type.kind
        if kind in FIGURES:
            return self._figures(one)
        if kind is Kind.DATE:
            return {one.name: self._days(one.head)}
        if kind is Kind.TEXT:
            return {one.name: self._said(one.head)}
        if not self._in_words(one):
            return {one.name: quoted(one.head)}
        return {one.name: self._words(one)}

    def _days(self, head: str) -> str:
        import polars as pl

        if self.schema[head] != pl.String():
            return f"CAST({quoted(head)} AS date)"
        text = self._text(head)
        sql = f"CASE WHEN {text} RLIKE {literal(_DAY, 's')} THEN TRY_CAST(SUBSTRING({text}, 1, 10) AS date) END"
        day = self._step(1, f"day {head}", sql)
        mend = f"write it as YYYY-MM-DD, or leave the column out: --leave-out '{head}'"
        self._refuse(f"`{head}` is not a day", mend, f"{text} IS NOT NULL AND {day} IS NULL", text)
        return day

    def _words(self, one: Column) -> str:
        """Words of a choice, truths: each different one is read once, as in any table."""
        import polars as pl

        kind = "b" if one.declared.type.kind is Kind.FLAG else "s"
        if len(self.found.get(one.head, ())) > WORDS:
            what = f"column `{one.head}` holds more than {WORDS} different words, and `{one.name}` is {one.declared.type.single}"
            self._wrong(what, "leave it out, or map another column")
            return literal(None, kind)
        raw = self._held(one.head)
        read = cells.read(cells.Sheet(raw, _NAME), one)
        self.problems += read.problems
        if read.problems:
            return literal(None, kind)
        pairs = raw.rows.select(pl.col(one.head).alias("w"), read.columns[one.name].alias("m")).collect()
        meant = {word: value for word, value in pairs.iter_rows() if value is not None}
        return self._step(1, f"word {one.head}", self.mapped.of(self._text(one.head), meant, kind))

    def _figures(self, one: Column) -> dict[str, str]:
        import polars as pl

        head = one.head
        if self.schema[head] == pl.String():
            return self._spelled(one)
        number = self._step(2, f"number {head}", f"CAST({quoted(head)} AS double)")
        self._endless(head, number)
        return {one.name: self._admitted(one, self._scaled(number, cells.factor(self.sheet, one), head))}

    def _endless(self, head: str, number: str) -> None:
        where = f"{number} IS NOT NULL AND NOT {_finite(number)}"
        self._doubt(f"`{head}` is NaN, infinite or too large for a figure", where, number)

    def _scaled(self, number: str, factor: float, head: str, beside: str = "") -> str:
        base = (
            f"{number} / 100D" if factor == 0.01 else f"{number} * {literal(factor, 'f')}" if factor != 1.0 else number
        )
        return self._step(4, f"figure {head}", f"CASE {beside} WHEN {_finite(number)} THEN {base} END")

    def _spelled(self, one: Column) -> dict[str, str]:
        """A column of texts."""
        head, measures = one.head, cells.measures(self.sheet, one)
        found = self.found.get(head, [])
        common = {f.text: f for f in found if f.kind in (texts.PERCENT, texts.FIGURE)}
        odd = [f.text for f in found if f.kind == texts.ODD]
        meant = measures.meant([*common, *odd], any(f.kind == texts.PLAINLY for f in found))
        self.told += measures.notes
        self.problems += measures.problems
        if meant is None:
            return {}
        self.problems += cells.refused(self._held(head), head, _NAME, meant.wrong, figures=True)
        if self.problems:
            return {}
        text, kind = self._said(head), self._kind(one)
        number = self._step(3, f"number {head}", texts.number(text, kind, measures.holds))
        self._endless(head, number)
        exact = {t: value for t, value in meant.exact.items() if t not in common}
        factor = literal(meant.factor, "f")
        beside = (
            f"WHEN {kind} = '{texts.PERCENT}' THEN {number} WHEN {kind} = '{texts.FIGURE}' THEN {number} * {factor}"
        )
        if exact:
            beside += f" WHEN {kind} = '{texts.ODD}' THEN {self.mapped.of(self._text(head), exact, 'f')}"
        columns = {one.name: self._admitted(one, self._scaled(number, meant.factor, head, beside))}
        if meant.low or meant.high:
            ends = zip(_ENDS, (meant.low, meant.high), strict=True)
            columns |= {f"{one.name}.{end}": self.mapped.of(self._text(head), held, "f") for end, held in ends}
        return columns

    def _admitted(self, one: Column, number: str) -> str:
        """What the rules do not admit is missing, and that is said."""
        bounds = getattr(one.declared, "bounds", None)
        if bounds is not None and bounds.currency not in (None, self.reader.code):
            self.told.append(f"`{one.head}`: its limits ({bounds.text}) are not checked, they are in {bounds.currency}")
            bounds = None
        bad = [f"ABS({number}) > {literal(_LARGE, 'f')}"]
        self._doubt(f"`{one.head}` is too large to calculate with", bad[0], number)
        if bounds is not None:
            low, high = (literal(end, "f") for end in (bounds.low, bounds.high))
            out = f"({number} {'<=' if bounds.low_open else '<'} {low} OR {number} {'>=' if bounds.high_open else '>'} {high})"
            self._doubt(f"`{one.head}` lies outside what `{one.name}` allows ({bounds.text})", out, number)
            bad.append(out)
        if one.declared.type.kind is Kind.COUNT:
            broken = f"{number} % 1D != 0D"
            self._doubt(f"`{one.head}` is not whole, and `{one.name}` is a count", broken, number)
            bad.append(broken)
        return f"CASE WHEN NOT ({' OR '.join(bad)}) THEN {number} END"

    def _doubt(self, what: str, where: str, given: str) -> None:
        self.doubted.append((what, where, given))

    # --- rows ------------------------------------------------------------------------------------------------------

    def _looked_through(self, rows: Any, columns: Mapping[str, str]) -> tuple[int, tuple[str, ...], int]:
        """One look at all rows: how many there are, the currencies, and how many became known later; what is wrong is noted."""
        self._of_days(columns)
        since = columns.get(KNOWN, columns.get(PERIOD_END))
        asked = ["COUNT(1)", f"COUNT(IF({since} > {self._as_of}, 1, NULL))" if since is not None else "0"]
        asked.append(f"COLLECT_SET({columns[CURRENCY]})" if CURRENCY in columns else "ARRAY()")
        for where, given in (*((w[2], w[3]) for w in self.wrong), *((d[1], d[2]) for d in self.doubted)):
            asked += self._counted(where, given)
        found = list(rows.selectExpr(*(f"{sql} AS a{n}" for n, sql in enumerate(asked))).first())
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

    def _counted(self, where: str, given: str) -> list[str]:
        shown = f"CONCAT_WS(': ', COALESCE({self.name}, ''), SUBSTRING(CAST({given} AS string), 1, 60))"
        return [f"COUNT(IF({where}, 1, NULL))", f"MIN(IF({where}, {shown}, NULL))"]

    def _of_days(self, columns: Mapping[str, str]) -> None:
        """Days on which no period can end, and rows that were known before it did."""
        if PERIOD_END not in columns:
            return
        end, every = columns[PERIOD_END], self.chosen.every
        if KNOWN in columns:
            known = columns[KNOWN]
            self._refuse("a row is known before its period ended", "mend the day", f"{known} < {end}", known)
        if every is not None and month_length(every):
            apart = f"DAYOFMONTH(DATE_ADD({end}, {SNAP_DAYS + 1})) > {2 * SNAP_DAYS + 1}"
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

    def _wrong(self, what: str, mend: str) -> None:
        self.problems.append(make("F040", None, at=self.source, what=what, mend=mend))


def _finite(number: str) -> str:
    return f"COALESCE({number} * 0D = 0D, FALSE)"


def _rows(count: int) -> str:
    return f"{count} row{'s' if count > 1 else ''}"


def _given(given: str | None) -> str:
    return f" (such as {given})" if given else ""
