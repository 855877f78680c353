"""A table of names as rules read it: its columns chosen, its cells in base units, its rows one for a name (and period).

In: a `Raw`, a `Program`, a `Layout`, the as-of date. Out: `Universe`, or what is wrong. Must not know how names are judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dsl.program.program import Program
from dsl.text.diagnostics import Diagnostic
from dsl.types.units import Kind
from evaluator.blocks.alike import hashed
from evaluator.blocks.parts import BLOCK, collected, cut
from evaluator.codes.messages import make
from evaluator.readers.layouts.labels import plain_label
from evaluator.readers.layouts.mapping import SCALES, Layout
from evaluator.readers.tables.column_heads import in_another_currency, no_currency, scale_of
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.universe import cells
from evaluator.universe.columns import Choosing, Chosen, Column
from evaluator.universe.doubts import doubts
from evaluator.universe.files import Raw, is_footer
from evaluator.universe.rows import ROW, Rows

if TYPE_CHECKING:
    import polars as pl

CellsOf = Callable[[cells.Sheet, Column], cells.Read]
_FOOTERS = 50
"""In so many last rows footers are looked for."""
GROUP, COMPANY = "#group", "#company"
"""What a universe says of a name beside its figures: its sector, what it is called."""


@dataclass(frozen=True)
class Universe:
    """A table for the engines, and what a reader is shown beside it. `told`: what was taken for what, and what is in doubt; `absent`:
    inputs of the rules that no column is."""

    table: Table
    chosen: Chosen
    told: tuple[str, ...]
    absent: tuple[str, ...]
    raw: pl.LazyFrame
    """The table as it stands in its file."""
    rows: pl.LazyFrame
    """The rows of `table` with their numbers, and `#group` and `#company` beside them."""
    made: Callable[[pl.LazyFrame], pl.LazyFrame]
    """Makes these rows of numbered rows of `raw`."""
    key: pl.Expr
    """The name of a row of `raw`."""

    def held(self) -> Universe:
        """The same with its rows in memory: what changes on disk afterwards changes nothing here."""
        import polars as pl

        rows = self.rows.collect().lazy()
        table = replace(self.table, rows=rows.select(self.table.rows.collect_schema().names()))
        return replace(self, table=table, rows=rows, raw=rows.drop(ROW), made=lambda mine: mine, key=pl.col(NAME))

    def blocks(self, size: int) -> Iterator[pl.DataFrame]:
        """These rows, some at a time, so that all rows of a name are together: of a table with one row for a name so many rows, else the
        names of which a hash is the same."""
        import polars as pl

        count = int(self.raw.select(pl.len()).collect().item())
        if self.chosen.every is None and KNOWN not in self.table.rows.collect_schema().names():
            for at, length in cut(count, size):
                yield self.made(self.raw.slice(at, length).with_row_index(ROW, offset=at)).collect()
            return
        groups = -(-count // size)
        for group in range(groups):
            mine = pl.lit(True) if groups == 1 else hashed(pl.col(NAME)) % groups == group
            yield collected(self.rows.filter(mine)).sort(ROW)

    def named(self, names: Sequence[str]) -> pl.DataFrame:
        """These rows of some names. Of a large table only the column of names is looked through."""
        import polars as pl

        wanted = self.key.is_in(list(names))
        rows = collected(self.raw.with_row_index(ROW).filter(wanted).select(ROW))[ROW]
        whole = self.rows.head(0).collect()
        if self.chosen.every is not None or KNOWN in whole.columns:
            return collected(self.rows.filter(pl.col(ROW).is_in(rows.implode())))
        found = [whole]
        for at in (rows // BLOCK * BLOCK).unique().sort():
            mine = self.raw.slice(at, BLOCK).with_row_index(ROW, offset=at).filter(pl.col(ROW).is_in(rows.implode()))
            found.append(self.made(mine).collect())
        return pl.concat(found)


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

    def read(self, of: CellsOf = cells.read) -> tuple[Chosen, dict[str, pl.Expr], cells.Sheet] | None:
        """What each column is, the cells in base units, and what holds for all of them; None where `problems` says what is wrong. `of`:
        who reads the cells of a column."""
        heads = self.raw.rows.collect_schema().names()
        self._without_footers(heads)
        choosing = Choosing(heads, self.program, self.layout, self.raw.name, self.by)
        chosen = choosing.chosen()
        self.problems += choosing.problems
        if chosen is None:
            return None
        for head in (h for h in self.raw.twice if h not in chosen.unused):
            self._wrong(f"two columns are called `{head}`", "rename one of them, or take it out")
        self._said(chosen)
        columns: dict[str, pl.Expr] = {NAME: cells.texts(chosen.name)}
        self._days(chosen, columns)
        self._money(chosen, columns)
        sheet = cells.Sheet(self.raw, chosen.name, self.layout.unit, self.code, self.layout.decimal)
        self._scales(chosen)
        for column in chosen.inputs:
            read = of(sheet, column)
            self.problems += read.problems
            self.told += read.notes
            columns |= read.columns
        return None if self.problems else (chosen, columns, sheet)

    def _without_footers(self, heads: Sequence[str]) -> None:
        """The table without what stands below it in a file of texts: where it is from, what to know. Each is named."""
        import polars as pl

        if not self.raw.first or len(heads) < 2:
            return
        count = int(collected(self.raw.rows.select(pl.len())).item())
        last = collected(self.raw.rows.tail(_FOOTERS)).rows()
        for row in reversed(last):
            if any(cell is not None and cell.strip() for cell in row) and not is_footer(row):
                break
            said = next((cell.strip() for cell in row if cell is not None and cell.strip()), "")
            if said:
                self.raw = replace(self.raw, rows=self.raw.rows.head(count - 1))
                text = said if len(said) <= 80 else f"{said[:79]}…"
                self.told.insert(0, f"the last row is a footer and no name, and is left out: `{text}`")
            count -= 1

    @property
    def code(self) -> str | None:
        """The currency of all names, where no column says it."""
        return self.layout.currency if isinstance(self.layout.currency, str) else None

    def universe(self) -> Universe | None:
        """The table; None where `problems` says what is wrong."""
        import polars as pl

        heads = self.raw.rows.collect_schema().names()
        found = self.read()
        if found is None:
            return None
        chosen, columns, _ = found
        beside = {COMPANY: chosen.company, GROUP: chosen.group}
        columns |= {key: cells.texts(head) if head else pl.lit(None, dtype=pl.String) for key, head in beside.items()}
        if chosen.group is not None:
            columns[GROUP] = self._groups(chosen.group)

        def based(numbered: pl.LazyFrame) -> pl.LazyFrame:
            return _filled(numbered, heads).select(ROW, **columns)

        held = Rows(
            based(self.raw.rows.with_row_index(ROW)), self.raw.name, self.raw.first or 1, chosen.name, chosen.period, chosen.every
        )  # fmt: skip
        self.problems += held.wrong()
        if self.problems:
            return None
        rows, said = held.known_by(self.as_of)
        self.told += [*said, *doubts(self.raw, chosen, rows)]
        table = Table(rows.drop(ROW, COMPANY, GROUP), self.as_of, chosen.every, self.code, self.raw.name)
        absent = tuple(n for n in self.program.inputs if n not in {c.name for c in chosen.inputs})
        return Universe(
            table, chosen, tuple(dict.fromkeys(self.told)), absent, self.raw.rows, rows, based, columns[NAME]
        )

    def filled(self, heads: Sequence[str]) -> pl.LazyFrame:
        """The rows with their numbers, without blank lines."""
        return _filled(self.raw.rows.with_row_index(ROW), heads)

    def _groups(self, head: str) -> pl.Expr:
        """A column of sectors; those that differ in capitals and blanks alone are one, under the spelling that stands first."""
        text = cells.texts(head)
        words = collected(self.raw.rows.select(text.unique(maintain_order=True))).to_series().drop_nulls().to_list()
        first: dict[str, str] = {}
        other = {word: one for word in words if (one := first.setdefault(plain_label(word), word)) != word}
        for word, one in other.items():
            self.told.append(f"`{word}` in `{head}` is taken for `{one}`")
        return text.replace(other)

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
                filled = self.filled(self.raw.rows.collect_schema().names())
                empty = collected(filled.filter(expr.is_null()).select(ROW).head(1))
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
            codes = collected(self.raw.rows.select(code.alias("c").unique())).to_series().drop_nulls().to_list()
            for one in sorted(codes):
                self._no_currency(f"`{chosen.currency}` holds `{one}`", one)
            if money:
                filled = self.filled(self.raw.rows.collect_schema().names())
                gaps = collected(filled.filter(code.is_null()).select(pl.len())).item()
                if gaps:
                    self._wrong(
                        f"`{chosen.currency}` is empty in {gaps} row{'s' if gaps > 1 else ''}",
                        "write the code of each row, such as USD",
                    )
            self._asked_in(money, codes)
        elif money and self.layout.currency is None:
            heads = ", ".join(f"`{c.head}`" for c in money[:4])
            self._wrong(
                f"nothing says in which currency {heads} {'is' if len(money) == 1 else 'are'}",
                "say it: --currency USD, `currency: USD` in the mapping, or `currency: column X`",
            )
        elif isinstance(self.layout.currency, str):
            self._no_currency(f"the currency is `{self.layout.currency}`", self.layout.currency)
            self._asked_in(money, [self.layout.currency])

    def _scales(self, chosen: Chosen) -> None:
        """That the head of one column of money says millions and nothing says the scale of another: side by side they are a ratio of
        nothing."""
        if self.layout.unit is not None:
            return
        money = [c for c in chosen.inputs if c.declared.type.kind is Kind.MONEY and not c.declared.type.share]
        money = [c for c in money if c.entry.unit != "per share"]
        said = [c for c in money if scale_of(c.head) is not None]
        bare = [c for c in money if scale_of(c.head) is None and c.entry.scale is None]
        if said and bare:
            first = bare[0]
            self._wrong(
                f"the head `{said[0].head}` says a scale, and nothing says the scale of `{first.head}`",
                f'say it: --map "{first.head}={first.name}:millions", or :units where it is in whole units',
            )

    def _no_currency(self, what: str, code: str) -> None:
        if (wrong := no_currency(what, code)) is not None:
            self._wrong(*wrong)

    def _asked_in(self, money: Sequence[Column], codes: Sequence[str]) -> None:
        for column in money:
            for wrong in in_another_currency(column.name, column.head, column.declared.type.currency, codes):
                self._wrong(*wrong)

    def _wrong(self, what: str, mend: str) -> None:
        self.problems.append(make("F040", None, at=self.raw.name, what=what, mend=mend))


def _filled(numbered: pl.LazyFrame, heads: Sequence[str]) -> pl.LazyFrame:
    """Rows without blank ones."""
    import polars as pl

    blank = pl.all_horizontal(pl.col(head).is_null() for head in heads)
    return numbered.filter(~blank)


def _in(column: Column) -> str:
    """In which unit a column is, where somebody says it."""
    if not column.entry.said:
        return ""
    entry = column.entry
    if entry.scale is not None and column.declared.type.kind is not Kind.MONEY:
        return f", in {SCALES.get(entry.scale, entry.scale)}"
    return f", in {SCALES.get(entry.spelled, entry.spelled)}"
