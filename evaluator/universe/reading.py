"""A table of names as rules read it: its columns chosen, its cells in base units, its rows one for a name (and period).

In: a `Raw`, a `Program`, a `Layout`, the as-of date. Out: `Universe`, or what is wrong. Must not know how names are judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl.program.program import Program
from dsl.text.diagnostics import Diagnostic
from dsl.types.units import Kind
from evaluator.codes.messages import make
from evaluator.facts.currencies import unknown_currency
from evaluator.readers.layouts.mapping import SCALES, Layout
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.universe import cells
from evaluator.universe.columns import Choosing, Chosen, Column
from evaluator.universe.doubts import doubts
from evaluator.universe.files import Raw

if TYPE_CHECKING:
    import polars as pl

GROUP, COMPANY = "#group", "#company"
"""What a universe says of a name beside its figures: its sector, what it is called."""
_MANY = 5


@dataclass(frozen=True)
class Universe:
    """A table for the engines, and what a reader is shown beside it. `about`: a row for each name with `#group` and `#company`;
    `told`: what was taken for what, and what is in doubt; `absent`: inputs of the rules that no column is."""

    table: Table
    chosen: Chosen
    about: pl.DataFrame
    told: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass
class Reader:
    """Reads one table."""

    raw: Raw
    program: Program
    layout: Layout
    as_of: dt.date
    by: str | None = None
    history: bool = False
    problems: list[Diagnostic] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def universe(self) -> Universe | None:
        """The table; None where `problems` says what is wrong."""
        import polars as pl

        heads = self.raw.rows.collect_schema().names()
        choosing = Choosing(heads, self.program, self.layout, self.raw.name, self.by)
        chosen = choosing.chosen()
        self.problems += choosing.problems
        if chosen is None:
            return None
        self._said(chosen)
        columns: dict[str, pl.Expr] = {NAME: cells.texts(chosen.name)}
        self._days(chosen, columns)
        self._money(chosen, columns)
        code = self.layout.currency if isinstance(self.layout.currency, str) else None
        sheet = cells.Sheet(self.raw, chosen.name, self.layout.unit, code, self.layout.decimal)
        for column in chosen.inputs:
            read = cells.read(sheet, column)
            self.problems += read.problems
            self.told += read.notes
            columns |= read.columns
        if self.problems:
            return None
        beside = {COMPANY: chosen.company, GROUP: chosen.group}
        columns |= {key: cells.texts(head) if head else pl.lit(None, dtype=pl.String) for key, head in beside.items()}
        rows = self.raw.rows.select(**columns)
        self._names(rows, chosen)
        if self.problems:
            return None
        rows = self._past(rows, chosen)
        self.told += doubts(self.raw, chosen, rows)
        about = rows.group_by(NAME, maintain_order=True).agg(pl.col(COMPANY, GROUP).drop_nulls().last()).collect()
        table = Table(rows.drop(COMPANY, GROUP), self.as_of, chosen.every, code, self.raw.name)
        absent = tuple(n for n in self.program.inputs if n not in {c.name for c in chosen.inputs})
        return Universe(table, chosen, about, tuple(dict.fromkeys(self.told)), absent)

    # --- what is said ----------------------------------------------------------------------------------------

    def _said(self, chosen: Chosen) -> None:
        self.told.append(f"names are in `{chosen.name}`")
        for column in chosen.inputs:
            self.told.append(f"`{column.head}` is {column.name} ({column.declared.title}), {column.how}{_in(column)}")
        self.told += chosen.notes

    # --- days and money --------------------------------------------------------------------------------------

    def _days(self, chosen: Chosen, columns: dict[str, pl.Expr]) -> None:
        for key, head in ((PERIOD_END, chosen.period), (KNOWN, chosen.known)):
            if head is None:
                continue
            expr, problems = cells.days(self.raw, head)
            self.problems += problems
            columns[key] = expr
            if not problems:
                empty = self.raw.rows.with_row_index("#row").filter(expr.is_null()).select("#row").head(1).collect()
                if len(empty):
                    row = int(empty.item()) + (self.raw.first or 1)
                    self._wrong(f"`{head}` of row {row} is empty", "write the day, or take the row out")
        if self.history and chosen.known is None:
            self._wrong(
                "nothing says since when its figures are known, so that no verdict of an earlier day can be said",
                "add a column of days (`known`), and name it in the mapping: `published: column known`",
            )
        if chosen.known is not None and chosen.period is None:
            self._wrong(
                f"`{chosen.known}` says since when rows are known, and no column says of which period they are",
                "name it in the mapping: `period: COLUMN`",
            )

    def _money(self, chosen: Chosen, columns: dict[str, pl.Expr]) -> None:
        """The currency of money, which somebody must say."""
        import polars as pl

        money = [c for c in chosen.inputs if c.declared.type.kind is Kind.MONEY]
        if chosen.currency is not None:
            code = cells.texts(chosen.currency)
            columns[CURRENCY] = code
            codes = self.raw.rows.select(code.alias("c").unique()).collect().to_series().drop_nulls().to_list()
            for one in sorted(codes):
                mend = unknown_currency(one)
                if mend is not None:
                    self._wrong(f"`{chosen.currency}` holds `{one}`, which is not a currency", mend)
            if money:
                gaps = self.raw.rows.filter(code.is_null()).select(pl.len()).collect().item()
                if gaps:
                    self._wrong(
                        f"`{chosen.currency}` is empty in {gaps} rows", "write the code of each row, such as USD"
                    )
            self._asked_in(money, codes)
        elif money and self.layout.currency is None:
            heads = ", ".join(f"`{c.head}`" for c in money[:4])
            self._wrong(
                f"nothing says in which currency {heads} {'is' if len(money) == 1 else 'are'}",
                "say it: --currency USD, `currency: USD` in the mapping, or `currency: column X`",
            )
        elif isinstance(self.layout.currency, str):
            mend = unknown_currency(self.layout.currency)
            if mend is not None:
                self._wrong(f"{self.layout.currency} is not a currency", mend)
            self._asked_in(money, [self.layout.currency])

    def _asked_in(self, money: Sequence[Column], codes: Sequence[str]) -> None:
        for column in money:
            asked = column.declared.type.currency
            other = [c for c in codes if asked is not None and c != asked]
            if other:
                self._wrong(
                    f"the rules ask for `{column.name}` in {asked}, and `{column.head}` is in {', '.join(other[:4])}",
                    "a screen converts no money: give it in that currency",
                )

    def _wrong(self, what: str, mend: str) -> None:
        self.problems.append(make("F040", None, at=self.raw.name, what=what, mend=mend))

    # --- rows ------------------------------------------------------------------------------------------------

    def _names(self, rows: pl.LazyFrame, chosen: Chosen) -> None:
        """That each name stands once (in a period), and is written in one way."""
        import polars as pl

        first = self.raw.first or 1
        numbered = rows.select(
            n for n in (NAME, PERIOD_END, KNOWN) if n in rows.collect_schema().names()
        ).with_row_index("#row")
        count = int(numbered.select(pl.len()).collect().item())
        if count == 0:
            self._wrong("it has a head, and no name below it", "add a row for each name")
            return
        gone = numbered.filter(pl.col(NAME).is_null()).select("#row").head(_MANY).collect().to_series().to_list()
        if gone:
            rows_ = ", ".join(str(r + first) for r in gone)
            self._wrong(f"`{chosen.name}` is empty in row {rows_}", "write the name, or take the row out")
        keys = [n for n in (NAME, PERIOD_END, KNOWN) if n in numbered.collect_schema().names()]
        twice = (
            numbered.filter(pl.col(NAME).is_not_null()).group_by(keys, maintain_order=True).agg(pl.col("#row"))
            .filter(pl.col("#row").list.len() > 1).collect()
        )  # fmt: skip
        for row in twice.head(_MANY).iter_rows(named=True):
            rows_ = " and ".join(str(r + first) for r in row["#row"][:3])
            when = f" of {row[PERIOD_END]}" if PERIOD_END in row else ""
            mend = "keep one row for a name"
            if PERIOD_END not in row:
                mend += ", or say which column is the period: `period: COLUMN` in the mapping, or --period COLUMN"
            elif KNOWN not in row:
                mend += " and period, or say since when each is known: `published: column X`"
            self._wrong(f"{row[NAME]}{when} stands in rows {rows_}", mend)
        if len(twice) > _MANY:
            self._wrong(f"so do {len(twice) - _MANY} more names", "keep one row for each")
        one_way = pl.col(NAME).str.to_lowercase().str.replace_all(r"\s+", " ")
        alike = (
            numbered.select(pl.col(NAME).drop_nulls().unique()).group_by(one_way.alias("k"))
            .agg(pl.col(NAME).sort()).filter(pl.col(NAME).list.len() > 1).sort("k").collect()
        )  # fmt: skip
        for names in alike[NAME].head(_MANY).to_list():
            listed = " and ".join(f"`{n}`" for n in names[:3])
            self._wrong(f"{listed} differ in capitals or blanks alone", "write one name in one way")

    def _past(self, rows: pl.LazyFrame, chosen: Chosen) -> pl.LazyFrame:
        """Rows that were known by the as-of date, of periods that had ended; and that none was known before its period ended."""
        import polars as pl

        if chosen.period is None:
            return rows
        if chosen.known is not None:
            early = rows.filter(pl.col(KNOWN) < pl.col(PERIOD_END)).select(NAME, PERIOD_END, KNOWN).head(1).collect()
            if len(early):
                name, end, known = early.row(0)
                self._wrong(f"{name} of {end} is known since {known}, before the period ended", "mend the day")
        since = pl.col(KNOWN) if chosen.known is not None else pl.col(PERIOD_END)
        later = int(rows.filter(since > self.as_of).select(pl.len()).collect().item())
        if later:
            self.told.append(f"{later} rows became known after {self.as_of} and are not looked at")
        elif chosen.known is None:
            self.told.append(
                "look-ahead: nothing says since when figures are known; each is taken as known when its period ended"
            )
        return rows.filter(since <= self.as_of)


def _in(column: Column) -> str:
    """In which unit a column is, where somebody says it."""
    if not column.entry.said:
        return ""
    spelled = column.entry.spelled
    return f", in {SCALES.get(spelled, spelled)}"
