"""Which engine judges a screen: columns what they can say, and name by name the rest; and what is missing of whom.

In: a program, a table, what is asked. Out: the result of `screening/protocol`, and who judged in words. Must not know how any engine does
it.
"""

from __future__ import annotations

import math
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
CHECKED = 16
"""So many names of each screen are judged by the reference as well."""
EXPLAINED = 1_000
"""Of so many names that are not decided it is said what is missing: the reference evaluator alone knows."""
_LISTED = 6


def judged(program: Program, table: Table, asked: Asked, wanted: str | None) -> tuple[pl.DataFrame, str]:
    """The result with `missing`, and who judged. `wanted`: `rows` for the reference evaluator alone. Raises NotJudgedError."""
    if wanted == ROWS:
        return ByRows().judged(program, table, replace(asked, reasons=True)).collect(), BY_ROWS
    from evaluator.columnar.engine import Mixed

    engine, plain = Mixed(), replace(asked, reasons=False)
    found = engine.judged(program, table, plain).collect()
    other = _other(program, table, plain, found)
    if other is not None:
        words = f"{BY_ROWS}: columns gave another answer for {other}, which is a fault in thesis; please report it"
        return ByRows().judged(program, table, replace(asked, reasons=True)).collect(), words
    return _with_missing(program, table, asked, found), _words(program, asked, engine.by_rows)


def _other(program: Program, table: Table, asked: Asked, found: pl.DataFrame) -> str | None:
    """The first of some names, spread over the table, of which the reference says something else; None where there is none. The
    engines are held to one another by laws; this is the belt beside these braces, at the price of a few names."""
    import polars as pl

    names = found[NAME].unique(maintain_order=True)
    some = names.gather_every(max(1, len(names) // CHECKED)).head(CHECKED)
    rows = table.rows.filter(pl.col(NAME).is_in(some.implode()))
    expected = ByRows().judged(program, replace(table, rows=rows), asked).collect()
    here = found.filter(pl.col(NAME).is_in(some.implode()))
    if expected.height != here.height:
        return str(some[0])
    for one, other in zip(expected.iter_rows(named=True), here.iter_rows(named=True), strict=True):
        if any(not _alike(one[c], other[c]) for c in expected.columns):
            return str(one[NAME])
    return None


def _alike(one: object, other: object) -> bool:
    """Whether two cells are the same, figures but for their last digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


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
