"""The border between a screen and the engines that judge its names: what they are given, what is asked, what they give.

In: nothing. Out: `Table`, `Asked`, the columns of a result, `ScreenEngine`. Must not know files, nor how anything is evaluated.

Everything is in base units, as the engine's own figures are: 38% is 0.38, 22x is 22.0, money is in whole units of its currency.
A null is a missing figure. There is no NaN and no infinity in a table: whoever makes one has turned them into nulls, and has
said so.

**A table.** One row for a name (`every` None: today's figures), or one for a name and period. Its columns:

- `name` (String, never null);
- `period_end` (Date), where `every` says how long the periods are that end so. Of an input that is a series of that frequency a cell is
  the figure of that period. Of an input that has no periods, or comes by day or week, it is the figure of that day. Without
  periods a cell of a series is the figure of the last period that has ended by the as-of date (all names have the calendar year),
  and no earlier period is known;
- `known` (Date, never null), since when a row is known; without it a row is known since the end of its period;
- `currency` (String), the currency in which a name reports; without it, it is `Table.currency` for all;
- one column for each input that the table has, under its name: Float64 for figures, Boolean for what is true or false, String for
  words and texts (of a set its members, with commas between them; an empty text is an empty set), Date for days. Beside it
  `X.low` and `X.high` (Float64), where the data has bounds: where X is null and one of these is not, the figure lies
  between them (a null: no bound known).

A name with two rows of one period has two `known`: the later one restates the earlier.

**A result.** One row for a name, in the order in which names first stand in the table (with `Asked.history` one for each day on which a
row of the name became known, with that day in `as_of`, oldest first). Columns, for each thing that is asked:

- `name`; with history `as_of` (Date);
- verdict V and pillar P: `V` (String: the one word that is left, `does not apply` where its `applies when` does not hold; null where it
  is not decided) and `V.possible` (List(String): the words that are left, in the order of the rules);
- condition C: `C` (Boolean; null where it is neither true nor false) and `C.state` (String: true, false, unknown, not applicable, not
  meaningful);
- kill K: `K` (Boolean: whether it has happened; null where that is unknown) and `K.state` (String: the words of `Status`, or
  `cannot be ruled out`: watched, and not known);
- metric M that is a figure: `M` (Float64: where it is one number that is known), `M.low`, `M.high` (Float64: its finite bounds, where it is
  known or bounded), `M.state` (String: known, bounded, unknown, not meaningful), `M.currency` (String, of money: the currency it is in).
  A metric that is a truth, a word or a day: `M` (Boolean, String, Date) and `M.state`;
- with `score`: `score`, `score.low`, `score.high` (Float64, from −1 to 1; null where no condition applies);
- with `reasons`: `missing` (List(String)): the names that are missing where a verdict, a pillar, a condition or a kill that is asked
  is not decided, sorted: the names of the causes of their being unknown. (What a metric lacks is not among them.)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dsl.program.program import Program
from dsl.text.record import record
from dsl.types.units import FIGURES, Frequency, Kind

if TYPE_CHECKING:
    import polars as pl

NAME, PERIOD_END, KNOWN, CURRENCY, AS_OF = "name", "period_end", "known", "currency", "as_of"
RESERVED = (NAME, PERIOD_END, KNOWN, CURRENCY, AS_OF)
"""Columns that are no input."""


@dataclass(frozen=True)
class Table:
    """Names with their figures, in base units (the columns: above). `every`: how long the periods are that end on `period_end`;
    None where there is one row for a name. `currency`: of all names, where no column says it. `as_of`: the day that is looked at."""

    rows: pl.LazyFrame
    as_of: dt.date
    every: Frequency | None = None
    currency: str | None = None
    source: str = "the table"
    """What the figures are from, as a report says it."""

    def inputs(self, program: Program) -> tuple[str, ...]:
        """The inputs, and metrics whose figure is given, of which the table has a column, in the order of the program."""
        columns = set(self.rows.collect_schema().names())
        given = (*program.inputs, *program.metrics)
        return tuple(n for n in given if columns & {n, f"{n}.low", f"{n}.high"})


@record
class Asked:
    """What a result shall hold: names of the program by their kinds, in the order of its columns."""

    verdicts: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    kills: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    """Metrics, forecasts and inputs."""
    score: bool = False
    reasons: bool = False
    """Whether the names that are missing are asked for."""
    history: bool = False
    """Whether each name is asked for as of each day on which something of it became known, and not as of one day."""

    @staticmethod
    def everything(program: Program, reasons: bool = True) -> Asked:
        """All that a program judges, and all its metrics."""
        return Asked(
            tuple(program.verdicts), tuple(program.pillars), tuple(program.conditions), tuple(program.kills),
            tuple(program.metrics), bool(program.conditions), reasons,
        )  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """All names that are asked for."""
        return (*self.verdicts, *self.pillars, *self.conditions, *self.kills, *self.metrics)


class ScreenEngine(Protocol):
    """Judges the names of a table by the rules of a program."""

    def judged(self, program: Program, table: Table, asked: Asked) -> pl.LazyFrame:
        """The result (its columns: `schema`). What is missing is unknown there, and never an error."""


def kind_of(program: Program, name: str) -> Kind:
    """What a metric, a forecast or an input is."""
    declared = program.metrics.get(name) or program.inputs.get(name) or program.forecasts[name]
    return declared.type.kind


def schema(program: Program, asked: Asked) -> dict[str, pl.DataType]:
    """The columns of a result with their types, in order: every engine gives these."""
    import polars as pl

    text, truth, figure, day, words = pl.String(), pl.Boolean(), pl.Float64(), pl.Date(), pl.List(pl.String())
    found: dict[str, pl.DataType] = {NAME: text}
    if asked.history:
        found[AS_OF] = day
    for name in (*asked.verdicts, *asked.pillars):
        found |= {name: text, f"{name}.possible": words}
    for name in (*asked.conditions, *asked.kills):
        found |= {name: truth, f"{name}.state": text}
    for name in asked.metrics:
        kind = kind_of(program, name)
        if kind in FIGURES or kind is Kind.DURATION:
            found |= {name: figure, f"{name}.low": figure, f"{name}.high": figure, f"{name}.state": text}
            if kind is Kind.MONEY:
                found[f"{name}.currency"] = text
        else:
            found |= {name: {Kind.FLAG: truth, Kind.DATE: day}.get(kind, text), f"{name}.state": text}
    if asked.score:
        found |= {"score": figure, "score.low": figure, "score.high": figure}
    if asked.reasons:
        found["missing"] = words
    return found
