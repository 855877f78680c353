"""A table in Spark as columns of terms: the same cells as `columnar/sources`, brought together by name there.

In: a `Table` whose columns are known and whose rows are in Spark. Out: the frame that has the columns that a lowering asked for. Must not
know expressions.
"""

from __future__ import annotations

import importlib
from typing import Any

from dsl.program.program import Program
from dsl.types.lengths import month_length
from evaluator.columnar.algebra.figures import Figures
from evaluator.columnar.sources import BEGINS, TableSources
from evaluator.columnar.spark_terms import literal, quoted
from evaluator.screening.protocol import AS_OF, CURRENCY, KNOWN, NAME, PERIOD_END, Table
from evaluator.spark.names import closing

_SINCE, _MONTH, _FIRM, _AGO, _READ = (quoted(f"\x01{w}") for w in ("since", "month", "firm", "ago", "read"))
_END = quoted(PERIOD_END)


class SparkSources(TableSources):
    """What a table in Spark says, as terms. `span`: how many earlier periods any name of it has; `history`: as of each day on which
    something of a name became known."""

    def __init__(self, program: Program, table: Table, figures: Figures, history: bool = False, span: int = 0) -> None:
        super().__init__(program, table, figures, history)
        self.span = span

    def depth(self) -> int:
        """How many earlier periods any name has."""
        return self.span if self.every is not None else 0

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell the rows of the result apart."""
        return (NAME, AS_OF) if self.history else (NAME,)

    @property
    def _today(self) -> str:
        """The day as of which a row is judged, as SQL."""
        return quoted(AS_OF) if self.history else literal(self.table.as_of.toordinal(), "d")

    def of(self, rows: Any, beside: tuple[str, ...] = ()) -> Any:
        """One row for a name (and day), with the columns that were asked for and those `beside` that are no input, in no order."""
        if self.every is None:
            if KNOWN not in self.columns:
                return rows
            inputs = [c for c in self.columns if c not in (NAME, KNOWN, CURRENCY, PERIOD_END)]
            kept = [quoted(c) for c in rows.columns if c not in inputs]
            by_then = f"{quoted(KNOWN)} <= {self._today}"
            return rows.selectExpr(*kept, *(f"CASE WHEN {by_then} THEN {quoted(c)} END AS {quoted(c)}" for c in inputs))
        f, keys = importlib.import_module("pyspark.sql.functions"), [quoted(k) for k in self.keys]
        since = quoted(KNOWN) if KNOWN in self.columns else _END
        found = rows.selectExpr("*", f"{since} AS {_SINCE}", f"{closing(_END)} AS {_MONTH}")
        if self.history:
            found = self._days(found).join(found, NAME).filter(f"{_SINCE} <= {self._today}")
        else:  # a name of which nothing was known stays, with nothing in its cells
            inputs = [c for c in self.columns if c not in (NAME, KNOWN, CURRENCY, PERIOD_END)]
            there = (f"CASE WHEN {_SINCE} <= {self._today} THEN {quoted(c)} END AS {quoted(c)}" for c in inputs)
            found = found.selectExpr(*(quoted(c) for c in found.columns if c not in inputs), *there)
        names = [n for n, i in self.program.inputs.items() if i.type.series is self.every and self.said(n)]
        firm = f"({self._any(names)}) AND {_END} <= {self._today}"
        found = found.selectExpr("*", f"{firm} AS {_FIRM}")
        read = f"MAX(IF({_FIRM}, {_MONTH}, NULL)) OVER (PARTITION BY {', '.join(keys)})"
        found = found.selectExpr("*", f"{read} AS {_READ}")
        found = found.selectExpr("*", f"({_READ} - {_MONTH}) / {float(month_length(self.every))!r}D AS {_AGO}")
        newest = f"STRUCT({_END}, {_SINCE})"
        own = {c: f"MAX_BY({quoted(c)}, IF({quoted(c)} IS NOT NULL, {newest}, NULL))" for c in beside}
        made = {**self._cells(newest), **own}
        return found.groupBy(*map(f.expr, keys)).agg(*(f.expr(sql).alias(name) for name, sql in made.items()))

    def _days(self, rows: Any) -> Any:
        """The days on which something of a name became known."""
        says = self._any(self.table.inputs(self.program))
        there = rows.filter(f"({says}) AND {_SINCE} <= {literal(self.table.as_of.toordinal(), 'd')}")
        return there.selectExpr(quoted(NAME), f"{_SINCE} AS {quoted(AS_OF)}").distinct()

    def _cells(self, newest: str) -> dict[str, str]:
        ended = f"{_END} <= {self._today}"
        found = {BEGINS: f"MAX(IF({_FIRM}, {_AGO}, NULL))"}
        if CURRENCY in self.columns:
            found[CURRENCY] = f"MAX({quoted(CURRENCY)})"  # a name has one
        for cell, name in self.cells.items():
            there = self._says(cell.column.removesuffix(".low").removesuffix(".high"))
            if cell.ago is not None:
                there += f" AND {_AGO} {'>=' if cell.dated else '='} {float(cell.ago)!r}D AND {ended}"
            found[name] = f"MAX_BY({quoted(cell.column)}, IF({there}, {newest}, NULL))"
        found |= {own: f"MAX({self._says(name)})" for name, own in self._has.items()}
        found |= {own: f"MAX(IF({self._says(name)} AND {ended}, {_END}, NULL))" for name, own in self._newest.items()}
        for (name, back), own in self._dated.items():
            found[own] = f"MAX(IF({self._says(name)} AND {_AGO} >= {float(back)!r}D AND {ended}, {_END}, NULL))"
        for back, own in self._ends.items():
            assert self.every is not None
            month = f"(FIRST({_READ}) - {back * month_length(self.every)})"
            year = f"CAST(FLOOR({month} / 12D) AS int)"
            found[own] = f"LAST_DAY(MAKE_DATE({year}, CAST({month} - {year} * 12 + 1 AS int), 1))"
        return found

    def _any(self, names: Any) -> str:
        """Whether a row says anything of some names."""
        return " OR ".join(map(self._says, names)) or "FALSE"

    def _says(self, name: str) -> str:
        """Whether a row says anything of a name."""
        cells = [c for c in (name, f"{name}.low", f"{name}.high") if c in self.columns]
        return f"({' OR '.join(f'{quoted(c)} IS NOT NULL' for c in cells)})"
