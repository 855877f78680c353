"""What stands apart in a screen: outcomes counted, inputs that are missing, names that are not decided, names near a threshold.

In: a `Question`, the names of a result, lazily or in parts. Out: parts of the model. Must not know in which order names stand.

All of it is counted or the first of something: nothing here grows with the names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dsl.program import program as p
from evaluator.blocks.order import AT, NOWHERE, PLACE, Order, numbered
from evaluator.blocks.parts import Parts
from evaluator.engine.evaluation import Status
from evaluator.schema import screens as o
from evaluator.screening.protocol import NAME, Asked
from evaluator.universe.asking import Question
from evaluator.universe.engines import MISSING, with_missing
from evaluator.universe.rows import ROW
from evaluator.universe.shown import GROUP, margin_text, tone_of

if TYPE_CHECKING:
    import polars as pl

LISTED = 10_000
"""So many names the model lists that stand apart."""
SOME, KILLED = 3, 100
"""So many names are shown on either side of a threshold."""
_THERE = ("known", "bounded", "not meaningful")


def lacking(asked: Question, every: Parts, names: int, taken: Sequence[o.TakenColumn]) -> Iterator[o.Lacking]:
    """The inputs that judgements rest on, and how many of so many names lack each; the most first."""
    import polars as pl

    program = asked.program
    given = {t.input for t in taken if t.input in program.metrics}
    wanted = program.upstream([*program.verdicts, *program.conditions, *(n for n, _ in asked.shown)], stop=given)
    columns = {t.input: t.column for t in taken}
    inputs = [name for name in program.inputs if name in wanted]
    if not inputs:
        return
    missing = every.counted(*((~pl.col(f"{n}.state").is_in(_THERE)).sum().alias(n) for n in inputs))
    for name in sorted(inputs, key=lambda n: -missing[n]):
        share = missing[name] / names if names else 0.0
        yield o.Lacking(
            input=name, title=program.inputs[name].title, column=columns.get(name), missing=missing[name], of=names, share=share
        )  # fmt: skip


def outcomes(program: p.Program, left: Parts, grouped: bool) -> Iterator[o.OutcomeCount]:
    """How often each outcome comes, of all names and of each sector."""
    import polars as pl

    words = left.gathered(lambda part: part.select(pl.col(GROUP).drop_nulls().unique())) if grouped else None
    sectors = words.to_series().unique().sort().to_list() if words is not None else []
    for verdict in program.verdicts.values():
        keys = [verdict.name, *([GROUP] if grouped else [])]
        counts = left.gathered(lambda part, keys=keys: part.group_by(keys).agg(pl.len()))  # type: ignore[misc]
        found: dict[tuple[str | None, str | None], int] = {}
        for row in counts.iter_rows(named=True):
            outcome = row[verdict.name]
            for group in {None, row[GROUP]} if grouped else {None}:
                found[group, outcome] = found.get((group, outcome), 0) + row["len"]
        for group in (None, *sectors):
            said = [x for g, x in found if g == group and x is not None and x not in verdict.outcomes]
            for outcome in (*verdict.outcomes, *sorted(said), None):
                if count := found.get((group, outcome), 0):
                    tone = tone_of(verdict, outcome) if outcome is not None else None
                    yield o.OutcomeCount(verdict=verdict.name, group=group, outcome=outcome, tone=tone, count=count)


def kills(program: p.Program, left: Parts) -> Iterator[o.KillCount]:
    """Of how many names each kill is in each state, and which these are."""
    import polars as pl

    for kill in program.kills.values():
        state = f"{kill.name}.state"
        counts = left.gathered(lambda part, state=state: part.group_by(state).agg(pl.len()))  # type: ignore[misc]
        found = counts.group_by(state).agg(pl.col("len").sum()).sort("len", state, descending=[True, False])
        for said, count in found.iter_rows():
            names = [] if said == str(Status.WATCHED) else _first_of(left, pl.col(state) == said)
            yield o.KillCount(kill=kill.name, title=kill.title, state=said, count=count, names=names)


def _first_of(left: Parts, which: pl.Expr) -> list[str]:
    """The first names of which something holds, in the order of the table."""

    def first(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.select(ROW, NAME).bottom_k(KILLED, by=ROW)

    names = left.filtered(which).gathered(first).lazy()
    return first(names).collect().sort(ROW)[NAME].to_list()


def undecided_count(program: p.Program, left: Parts) -> int:
    """How often a verdict is not decided."""
    import polars as pl

    return sum(left.counted(*(pl.col(v).null_count() for v in program.verdicts)).values()) if program.verdicts else 0


def undecided_names(
    program: p.Program, parts: Parts, order: Order, left: pl.LazyFrame | None, why: pl.DataFrame | None, asked: Asked
) -> list[o.UndecidedName]:
    """The first names of which a verdict is not decided, in their order, with what is left of it and what is missing. `left`: the newest
    row of each name, in order, where a name has several."""
    import polars as pl

    found: list[o.UndecidedName] = []
    places = order.places(parts.height) if left is None else None
    for verdict in program.verdicts:
        open_ = pl.col(verdict).is_null()
        needed = [NAME, f"{verdict}.possible"]
        if left is not None:
            names = with_missing(left, why, asked).filter(open_).select(*needed, MISSING).head(LISTED).collect()
        else:
            assert places is not None
            names = _first_open(parts, places, open_, [*needed, *([MISSING] if why is None else [])])
            names = names if why is None else names.join(why, on=NAME, how="left", maintain_order="left")
        below = program.upstream([verdict])
        for name, possible, missing in names.select(*needed, MISSING).iter_rows():
            said = [n for n in missing or () if n in below]
            found.append(o.UndecidedName(name=name, verdict=verdict, possible=possible or [], missing=said))
    return found


def _first_open(parts: Parts, places: pl.Series, open_: pl.Expr, columns: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    best: pl.DataFrame | None = None
    first = 0
    for part, height in zip(parts.held, parts.heights, strict=True):
        mine = places.slice(first, height)
        first += height
        found = numbered(part, 0).filter(open_).select(AT, *columns).collect()
        found = found.with_columns(mine.gather(found[AT]).alias(PLACE)).filter(pl.col(PLACE) != NOWHERE)
        best = found if best is None else pl.concat([best, found])
        best = best.bottom_k(LISTED, by=PLACE)
    assert best is not None, "there is a part"
    return best.sort(PLACE)


def near(asked: Question, left: Parts) -> Iterator[o.NearThreshold]:
    """The names whose figure is nearest to a threshold, on either side."""
    import polars as pl

    program, there = asked.program, left.columns
    for margin in asked.margins:
        currency = f"{margin.metric}.currency"
        columns = [NAME, margin.metric, margin.condition, *([currency] if currency in there else [])]
        sides = _sides(left, margin.metric, columns)
        names = [
            o.NearName(
                name=row[NAME], holds=row[margin.condition], margin=row[margin.metric],
                text=margin_text(program, margin.metric, row[margin.metric], row.get(currency)),
            )
            for row in pl.concat(sides).iter_rows(named=True)
        ]  # fmt: skip
        if names:
            title = program.conditions[margin.condition].title
            yield o.NearThreshold(condition=margin.condition, title=title, written=margin.written, names=names)


def _sides(left: Parts, metric: str, columns: Sequence[str]) -> list[pl.DataFrame]:
    """The names just above 0 and just below it, the highest first."""
    import polars as pl

    figure = pl.col(metric)

    def above(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.select(columns).filter(figure >= 0).bottom_k(SOME, by=[metric, NAME])

    def under(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.select(columns).filter(figure < 0).top_k(SOME, by=[metric, NAME])

    return [side(left.gathered(side).lazy()).collect().sort(metric, NAME, descending=True) for side in (above, under)]


def codes(left: Parts, shown: Sequence[str]) -> dict[str, list[str]]:
    """In which currencies each figure is."""
    return {n: codes_of(left, n) for n in shown if f"{n}.currency" in left.columns}


def codes_of(left: Parts, name: str) -> list[str]:
    """In which currencies a figure is."""
    import polars as pl

    said = left.gathered(lambda part: part.select(pl.col(f"{name}.currency").drop_nulls().unique()))
    return said.to_series().unique().sort().to_list()
