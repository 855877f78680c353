"""A table in Spark as columns of terms: the same cells as `columnar/sources`, brought together by name there.

In: a `Table` whose columns are known and whose rows are in Spark. Out: the frame that has the columns that a lowering asked for. Must
not know expressions.
"""

from __future__ import annotations

import importlib
from functools import reduce
from typing import Any

from dsl.program.program import Program
from dsl.types.lengths import month_length
from evaluator.columnar.algebra.figures import Figures
from evaluator.columnar.algebra.functions import NotColumnar
from evaluator.columnar.sources import BEGINS, TableSources
from evaluator.facts.calendar import SNAP_DAYS
from evaluator.screening.protocol import CURRENCY, KNOWN, NAME, PERIOD_END, Table

_SINCE, _MONTH, _FIRM, _AGO, _READ = "\x01since", "\x01month", "\x01firm", "\x01ago", "\x01read"


def column(name: str) -> Any:
    """A column of Spark by its name, whatever signs are in it."""
    return _f().col(f"`{name.replace('`', '``')}`")


def closing(end: Any) -> Any:
    """The month that a period ends with, as a number; a day some days behind the end of a month is that month's."""
    near = _f().date_sub(end, SNAP_DAYS)
    return _f().year(near) * 12 + _f().month(near) - 1


def _f() -> Any:
    return importlib.import_module("pyspark.sql.functions")


class SparkSources(TableSources):
    """What a table in Spark says, as terms. `span`: how many earlier periods any name of it has."""

    def __init__(self, program: Program, table: Table, figures: Figures, history: bool = False, span: int = 0) -> None:
        if history:
            raise NotColumnar("the history of names")
        super().__init__(program, table, figures)
        self.span = span

    def depth(self) -> int:
        """How many earlier periods any name has."""
        return self.span if self.every is not None else 0

    def of(self, rows: Any, beside: tuple[str, ...] = ()) -> Any:
        """One row for a name, with the columns that were asked for and those `beside` that are no input, in no order."""
        if self.every is None:
            if KNOWN not in self.columns:
                return rows
            by_then, f = column(KNOWN) <= self.table.as_of, _f()
            inputs = [c for c in self.columns if c not in (NAME, KNOWN, CURRENCY, PERIOD_END)]
            return rows.withColumns({c: f.when(by_then, column(c)) for c in inputs})
        f, day = _f(), self.table.as_of
        window = importlib.import_module("pyspark.sql.window").Window.partitionBy(column(NAME))
        since = column(KNOWN) if KNOWN in self.columns else column(PERIOD_END)
        found = rows.withColumns({_SINCE: since, _MONTH: closing(column(PERIOD_END))}).filter(column(_SINCE) <= day)
        names = [n for n, i in self.program.inputs.items() if i.type.series is self.every and self.said(n)]
        says = reduce(lambda a, b: a | b, map(self._says, names), f.lit(False))
        found = found.withColumn(_FIRM, says & (column(PERIOD_END) <= day))
        found = found.withColumn(_READ, f.max(f.when(column(_FIRM), column(_MONTH))).over(window))
        found = found.withColumn(_AGO, (column(_READ) - column(_MONTH)) / float(month_length(self.every)))
        newest = f.struct(column(PERIOD_END), column(_SINCE))
        own = [f.max_by(column(c), f.when(column(c).isNotNull(), newest)).alias(c) for c in beside]
        return found.groupBy(column(NAME)).agg(*self._cells(newest), *own)

    def _cells(self, newest: Any) -> list[Any]:
        f, ago, ended = _f(), column(_AGO), column(PERIOD_END) <= self.table.as_of
        found = [f.max(f.when(column(_FIRM), ago)).alias(BEGINS)]
        if CURRENCY in self.columns:
            found.append(f.max(column(CURRENCY)).alias(CURRENCY))  # a name has one
        for cell, name in self.cells.items():
            there = self._says(cell.column.removesuffix(".low").removesuffix(".high"))
            if cell.ago is not None:
                there = there & (ago >= cell.ago if cell.dated else ago == cell.ago) & ended
            found.append(f.max_by(column(cell.column), f.when(there, newest)).alias(name))
        found += [f.max(self._says(name)).alias(own) for name, own in self._has.items()]
        found += [
            f.max(f.when(self._says(name) & ended, column(PERIOD_END))).alias(own) for name, own in self._newest.items()
        ]
        for (name, back), own in self._dated.items():
            by_then = self._says(name) & (ago >= back) & ended
            found.append(f.max(f.when(by_then, column(PERIOD_END))).alias(own))
        for back, own in self._ends.items():
            assert self.every is not None
            month = f.first(column(_READ)) - back * month_length(self.every)
            year = f.floor(month / 12.0).cast("int")
            found.append(f.last_day(f.make_date(year, (month - year * 12 + 1).cast("int"), f.lit(1))).alias(own))
        return found

    def _says(self, name: str) -> Any:
        """Whether a row says anything of a name."""
        cells = [c for c in (name, f"{name}.low", f"{name}.high") if c in self.columns]
        return reduce(lambda a, b: a | b, [column(c).isNotNull() for c in cells])
