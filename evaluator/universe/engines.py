"""Which engine judges a screen: columns what they can say, and name by name the rest; and what is missing of whom.

In: a program, a table in blocks, what is asked. Out: `Judged`, the result of `screening/protocol` in parts, and who judged in words.
Must not know how any engine does it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsl.program.program import Program
from evaluator.blocks.order import Order, placed
from evaluator.blocks.parts import Parts, Scratch, collected, of
from evaluator.engine.evaluation import AS_IT_IS, World
from evaluator.screening.by_rows import ByRows
from evaluator.screening.pace import Pace
from evaluator.screening.protocol import AS_OF, NAME, Asked, ScreenEngine, Table
from evaluator.universe.rows import ROW

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
MISSING = "missing"


@dataclass(frozen=True)
class Judged:
    """What an engine gives, in parts: all that is asked, and `beside` of each name. `why`: what is missing of the first names that are not
    decided; None where the parts say it of all. `engine`: who judged, in words."""

    parts: Parts
    why: pl.DataFrame | None
    engine: str
    undecided: int


def judged(
    program: Program,
    table: Table,
    asked: Asked,
    wanted: str | None,
    blocks: Callable[[], Iterator[pl.DataFrame]],
    named: Callable[[Sequence[str]], pl.DataFrame],
    beside: Mapping[str, str],
    scratch: Scratch | None,
    pace: Pace,
    explained: int | None = EXPLAINED,
    world: World = AS_IT_IS,
) -> Judged:
    """The result, block by block.

    In: `blocks`, the rows of `table`, each name whole in one of them, with `ROW` and the columns `beside` (with what each is called
    in the result); `named`, the rows of some names; `wanted`: `rows` for the reference evaluator alone; `explained`: of so many names that
    are not decided it is said what is missing; None: of all; `world`: what is set that columns do not have; `pace`: what is done about many
    names that are judged one by one. Raises NotJudgedError for what the rules do not admit, TooManyNamesError, OSError for a full disk.
    """
    _paced(program, table, asked, wanted, world, pace)
    if wanted == ROWS or world.replaced:
        parts = _in_parts(ByRows(world), program, table, replace(asked, reasons=True), blocks, beside, scratch)
        set_ = ", ".join(f"`{name}`" for name in world.replaced)
        return Judged(parts, None, f"{BY_ROWS}: {set_} is set, and no threshold" if set_ else BY_ROWS, 0)
    from evaluator.columnar.engine import Mixed

    engine, plain = Mixed(), replace(asked, reasons=False)
    parts = _in_parts(engine, program, table, plain, blocks, beside, scratch)
    other = _other(program, table, plain, parts, named)
    if other is not None:
        fault = f"columns gave another answer for {other}, which is a fault in thesis; please report it"
        pace.before(*_counted(table, asked, [fault]))
        words = f"{BY_ROWS}: {fault}"
        return Judged(
            _in_parts(ByRows(), program, table, replace(asked, reasons=True), blocks, beside, scratch), None, words, 0
        )
    why, count = _missing(program, table, asked, parts, blocks, explained, pace)
    return Judged(parts, why, _words(program, asked, engine.by_rows), count)


def _paced(program: Program, table: Table, asked: Asked, wanted: str | None, world: World, pace: Pace) -> None:
    """Says before it starts that many names are judged one by one, and what asks for it. Raises TooManyNamesError."""
    count, why, of = _counted(table, asked, [])
    if pace.silent(count):
        return
    if wanted == ROWS:
        why = ["the reference evaluator is asked for by name"]
    elif world.replaced:
        why = [f"`{name}` is set, and is no threshold" for name in world.replaced]
    else:
        from evaluator.columnar.engine import split

        left = {name: why for name, why in split(program, table, replace(asked, reasons=False))[2] if name}
        own = [name for name in left if name in program.position or name == "score"]
        roots = [name for name in own if not any(left[name].startswith(f"{other}: ") for other in own)]
        why = [f"`{name}` ({left[name]})" for name in roots or own]
        if left and not own:  # what the screen asks for itself
            why = list(dict.fromkeys(left.values()))
    if why:
        pace.before(count, why, of)


def _counted(table: Table, asked: Asked, why: list[str]) -> tuple[int, list[str], str]:
    """How many names a table has, or with a history how many days of names; with why, for `Pace.before`."""
    import polars as pl

    rows = int(collected(table.rows.select(pl.len())).item())
    if asked.history:
        return rows, why, "days of names"
    if table.every is None:
        return rows, why, "names"
    return int(collected(table.rows.select(pl.col(NAME).n_unique())).item()), why, "names"


def _in_parts(
    engine: ScreenEngine, program: Program, table: Table, asked: Asked, blocks: Callable[[], Iterator[pl.DataFrame]],
    beside: Mapping[str, str], scratch: Scratch | None,
) -> Parts:  # fmt: skip
    import polars as pl

    parts, rows = Parts(), [*table.rows.collect_schema()]
    several = False
    for block in blocks():
        found = engine.judged(program, replace(table, rows=block.lazy().select(rows)), asked).collect()
        about = block.group_by(NAME, maintain_order=True).agg(
            pl.col(ROW).first(), *(pl.col(c).drop_nulls().last().alias(said) for c, said in beside.items())
        )
        if parts.held and not several:  # a table of one block stays in memory
            several, first = True, parts.gathered(lambda part: part)
            parts = Parts(scratch)
            parts.add(first)
        parts.add(found.join(about, on=NAME, how="left", maintain_order="left"))
    return parts


def _other(
    program: Program, table: Table, asked: Asked, parts: Parts, named: Callable[[Sequence[str]], pl.DataFrame]
) -> str | None:
    """The first of some names, spread over the table, of which the reference says something else; None where there is none. The
    engines are held to one another by laws; this is the belt beside these braces, at the price of a few names."""
    import polars as pl

    each = max(1, parts.height // CHECKED)
    spread = pl.int_range(0, parts.height, each, dtype=pl.UInt32, eager=True)
    some = placed(parts, Order(spread, pl.DataFrame()), lambda part: part.select(NAME))[NAME]
    some = some.unique(maintain_order=True).head(CHECKED)
    rows = named(some.to_list()).select(table.rows.collect_schema().names()).lazy()
    expected = ByRows().judged(program, replace(table, rows=rows), asked).collect().sort(NAME, maintain_order=True)
    here = parts.gathered(lambda part: part.filter(pl.col(NAME).is_in(some.implode()))).sort(NAME, maintain_order=True)
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


def _missing(
    program: Program,
    table: Table,
    asked: Asked,
    parts: Parts,
    blocks: Callable[[], Iterator[pl.DataFrame]],
    most: int | None,
    pace: Pace,
) -> tuple[pl.DataFrame, int]:
    """What is missing of the first names of which a judgement is not decided, and how many such names there are."""
    import polars as pl

    keys = [NAME, AS_OF] if asked.history else [NAME]
    judgements = Asked(
        asked.verdicts, asked.pillars, asked.conditions, asked.kills, reasons=True, history=asked.history
    )
    nothing = ByRows().judged(program, replace(table, rows=table.rows.head(0)), judgements).select(*keys, MISSING)
    open_ = parts.filtered(is_open(asked))
    if asked.history:  # a name has several rows there
        open_ = of(open_.gathered(lambda part: part.select(NAME, ROW)).unique(NAME, keep="any"))
    count = open_.counted(pl.len().alias("n"))["n"]
    if not count or most == 0:
        return nothing.collect(), count
    explained = count if most is None else min(count, most)
    replace(pace, wanted=True).before(explained, ["what is missing of each that is not decided (`--explain`)"])
    names = open_.gathered(lambda part: _first(part.select(NAME, ROW), most))
    names = _first(names.lazy(), most).collect()
    found, left = [nothing.collect()], names.select(NAME)
    for block in blocks():
        rows = (
            block.lazy()
            .select(*table.rows.collect_schema())
            .join(left.lazy(), on=NAME, how="semi", maintain_order="left")
        )
        mine = rows.collect()
        if mine.height:
            found.append(
                ByRows().judged(program, replace(table, rows=mine.lazy()), judgements).select(*keys, MISSING).collect()
            )
            left = left.join(mine.select(NAME), on=NAME, how="anti")
        if left.is_empty():
            break
    return pl.concat(found), count


def _first(names: pl.LazyFrame, most: int | None) -> pl.LazyFrame:
    return names if most is None else names.bottom_k(most, by=ROW)


def is_open(asked: Asked) -> pl.Expr:
    """Where a judgement is not decided."""
    import polars as pl

    open_ = [pl.col(n).is_null() for n in (*asked.verdicts, *asked.pillars, *asked.kills)]
    open_ += [pl.col(f"{n}.state") == "unknown" for n in asked.conditions]
    return pl.any_horizontal(*open_) if open_ else pl.lit(False)


def with_missing(rows: pl.LazyFrame, why: pl.DataFrame | None, asked: Asked) -> pl.LazyFrame:
    """Rows with what is missing: nothing of what is decided, null of what is not and is not explained."""
    import polars as pl

    if why is None:
        return rows
    keys = [NAME, AS_OF] if asked.history else [NAME]
    joined = rows.join(why.lazy(), on=keys, how="left", maintain_order="left")
    nothing = pl.lit([], dtype=pl.List(pl.String()))
    return joined.with_columns(pl.when(is_open(asked)).then(pl.col(MISSING)).otherwise(nothing).alias(MISSING))
