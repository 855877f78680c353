"""Which engine judges a screen: columns what they can say, and name by name the rest; and what is missing of whom.

In: a program, a table, what is asked. Out: the result of `screening/protocol`, and who judged in words. Must not know how any engine does
it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dsl.program.program import Program
from evaluator.screening.by_rows import ByRows
from evaluator.screening.protocol import AS_OF, NAME, Asked, Table

if TYPE_CHECKING:
    import polars as pl

ROWS = "rows"
BY_ROWS = "name by name, by the reference evaluator"
BY_COLUMNS = "in columns, all names together"
EXPLAINED = 1_000
"""Of so many names that are not decided it is said what is missing: the reference evaluator alone knows."""
_LISTED = 6


def judged(program: Program, table: Table, asked: Asked, wanted: str | None) -> tuple[pl.DataFrame, str]:
    """The result with `missing`, and who judged. `wanted`: `rows` for the reference evaluator alone. Raises NotJudgedError."""
    if wanted == ROWS:
        return ByRows().judged(program, table, replace(asked, reasons=True)).collect(), BY_ROWS
    from evaluator.columnar.engine import Mixed

    engine = Mixed()
    found = engine.judged(program, table, replace(asked, reasons=False)).collect()
    return _with_missing(program, table, asked, found), _words(program, asked, engine.by_rows)


def _words(program: Program, asked: Asked, by_rows: tuple[tuple[str, str], ...]) -> str:
    """Who judged what: what columns cannot say is named, with why."""
    left = {name: why for name, why in by_rows if name}
    if not by_rows:
        return BY_COLUMNS
    if "" in dict(by_rows) or set(asked.names) <= left.keys():
        why = dict(by_rows).get("") or next(iter(left.values()))
        return f"{BY_ROWS}: columns cannot say it ({why})"
    own = [name for name in left if name in program.position and name != "score"]
    listed = ", ".join(f"`{name}` ({left[name]})" for name in own[:_LISTED])
    more = f" and {len(own) - _LISTED} more" if len(own) > _LISTED else ""
    return f"{BY_COLUMNS}; by rows: {listed}{more}" if own else BY_COLUMNS


def _with_missing(program: Program, table: Table, asked: Asked, found: pl.DataFrame) -> pl.DataFrame:
    """The result with what is missing of the first names of which a judgement is not decided; null of the others."""
    import polars as pl

    undecided = [pl.col(n).is_null() for n in (*asked.verdicts, *asked.pillars, *asked.kills)]
    undecided += [pl.col(f"{n}.state") == "unknown" for n in asked.conditions]
    nothing = pl.lit([], dtype=pl.List(pl.String()))
    if not undecided:
        return found.with_columns(nothing.alias("missing"))
    names = (
        found.lazy()
        .filter(pl.any_horizontal(*undecided))
        .select(pl.col(NAME).unique(maintain_order=True))
        .head(EXPLAINED)
    )
    some = replace(table, rows=table.rows.join(names, on=NAME, how="semi", maintain_order="left"))
    judgements = Asked(
        asked.verdicts, asked.pillars, asked.conditions, asked.kills, reasons=True, history=asked.history
    )
    keys = [NAME, AS_OF] if asked.history else [NAME]
    why = ByRows().judged(program, some, judgements).select(*keys, "missing").collect()
    settled = pl.when(pl.any_horizontal(*undecided)).then(pl.col("missing")).otherwise(nothing)
    return found.join(why, on=keys, how="left", maintain_order="left").with_columns(settled.alias("missing"))
