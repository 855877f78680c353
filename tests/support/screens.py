"""Tables of names as random data make them, with gaps: for the engines of screens to agree on.

A table is admissible: its figures are within the bounds of their inputs, counts are whole, choices among the options.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.program.program import Input, Program
from dsl.text.source import SourceFile
from dsl.types.units import FIGURES, Frequency, Kind
from evaluator.columnar.engine import Columnar, split
from evaluator.screening.by_rows import ByRows
from evaluator.screening.protocol import Asked, Table

DAY = dt.date(2026, 9, 10)
FIGURES_DRAWN = (
    0.0, -0.0, 1.0, 2.0, 3.0, -1.0, -2.5, 0.5, 0.1, 0.2, 0.1 + 0.2, 2.675, 0.285, 1.005, 1e-9, 3.000000001, 40.0, 50.0, 7e9, 5e11,
)  # fmt: skip
LARGE = (1e308, -1e308, 1e-300, 5e-324)
DAYS = tuple(
    map(dt.date.fromisoformat, ("2024-01-31", "2024-02-29", "2023-02-28", "2026-08-27", "2026-08-31", "2025-11-15"))
)
TEXTS = ("STRASSE co", "straße  CO", "Straß co", "x", "Straſſe co")
_TYPES: dict[Kind, Any] = {Kind.FLAG: pl.Boolean, Kind.DATE: pl.Date}


def program_of(rules: str) -> Program:
    """Checked rules."""
    checked = check_file(SourceFile("main.thesis", rules), Library(()))
    assert checked.program is not None, [d.message for d in checked.diagnostics]
    return checked.program


def _cell(draw: random.Random, declared: Input) -> Any:
    kind = declared.type.kind
    if draw.random() < 0.25:
        return None
    match kind:
        case Kind.SET:
            options = declared.type.options
            return draw.choice((", ", ",", " , ")).join(draw.sample(options, draw.randrange(len(options) + 1)))
        case Kind.FLAG:
            return draw.random() < 0.5
        case Kind.DATE:
            return draw.choice(DAYS)
        case Kind.TEXT:
            return draw.choice(TEXTS)
        case Kind.CHOICE:
            return draw.choice(declared.type.options)
    figures = FIGURES_DRAWN + (LARGE if kind is Kind.NUMBER and declared.bounds is None else ())
    figure = draw.choice(figures) if draw.random() < 0.7 else round(draw.uniform(-5, 50), 3)
    figure = float(round(figure)) if kind is Kind.COUNT else figure
    return figure if declared.bounds is None or declared.bounds.admit(figure) else None


def snapshot(program: Program, draw: random.Random, names: int = 12) -> Table:
    """One row for a name; some inputs have bounds, some have no column."""
    columns: dict[str, list[Any]] = {"name": [f"n{n}" for n in range(names)]}
    types: dict[str, Any] = {"name": pl.String}
    for declared in _inputs(program, draw):
        types[declared.name] = _type(declared)
        columns[declared.name] = [_cell(draw, declared) for _ in range(names)]
        if declared.type.kind in FIGURES and declared.bounds is None and draw.random() < 0.2:
            for end, ends in (("low", (1.0, 0.0, -1.0, None, None)), ("high", (1.0, 2.0, 3.0, None, None))):
                types[f"{declared.name}.{end}"] = pl.Float64
                columns[f"{declared.name}.{end}"] = [draw.choice(ends) for _ in range(names)]
    return Table(pl.LazyFrame(columns, schema=types), DAY, currency="CNY")


def panel(program: Program, draw: random.Random, names: int = 5) -> Table:
    """Rows by name and period, in no order, with periods that are missing and periods that are restated."""
    quarters = any(i.type.series is Frequency.QUARTER for i in program.inputs.values())
    every = Frequency.QUARTER if quarters else Frequency.YEAR
    months = ((3, 31), (6, 30), (9, 30), (12, 31)) if quarters else ((12, 31),)
    ends = [dt.date(year, *end) for year in (range(2023, 2027) if quarters else range(2014, 2027)) for end in months]
    inputs = [i for i in _inputs(program, draw) if i.type.series in (None, every)]
    rows = []
    for n in range(names):
        for end in ends[draw.randrange(len(ends)) :]:
            if draw.random() < 0.15:
                continue
            known = end + dt.timedelta(days=draw.choice((20, 40, 60)))
            for day in (known, known + dt.timedelta(days=50))[: 1 + (draw.random() < 0.1)]:
                cells = {i.name: _cell(draw, i) for i in inputs}
                rows.append({"name": f"n{n}", "period_end": end, "known": day, **cells})
    draw.shuffle(rows)
    types = {"name": pl.String, "period_end": pl.Date, "known": pl.Date, **{i.name: _type(i) for i in inputs}}
    return Table(pl.LazyFrame(rows, schema=types), DAY, every, currency="CNY")


def _inputs(program: Program, draw: random.Random) -> Sequence[Input]:
    return [i for i in program.inputs.values() if draw.random() > 0.05]


def _type(declared: Input) -> Any:
    return pl.Float64 if declared.type.kind in FIGURES else _TYPES.get(declared.type.kind, pl.String)


def everything(program: Program, history: bool = False) -> Asked:
    """All that a program judges, its metrics and inputs."""
    inputs = tuple(program.inputs)
    names = tuple(program.metrics), tuple(program.forecasts), inputs
    return Asked(
        tuple(program.verdicts), tuple(program.pillars), tuple(program.conditions), tuple(program.kills),
        tuple(n for each in names for n in each), bool(program.conditions), history=history,
    )  # fmt: skip


def agree(program: Program, table: Table, history: bool = False, engines: Sequence[Any] = ("streaming",)) -> Asked:
    """Holds columns to the reference evaluator in all that columns say; gives what they said."""
    asked, _, _ = split(program, table, everything(program, history))
    wanted = ByRows().judged(program, table, asked).collect()
    for engine in engines:
        found = Columnar().judged(program, table, asked).collect(engine=engine)
        assert_frame_equal(found, wanted, rel_tol=1e-9, abs_tol=1e-12)
    return asked
