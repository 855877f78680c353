"""A screen: the names of a universe judged, the ones that are asked for in their order, and what stands apart.

In: a `Question`, the frame that an engine gives, what a universe says of its names. Out: `Screened`, or `Failed`. Must not know files,
nor which engine judged.

Nobody is dropped in silence. Who is left out by `where` is counted; of whom it is not decided, and whom the order cannot place, is
listed. Amounts of several currencies have no order, and are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl.check.asked import PLACE
from dsl.program import program as p
from evaluator.codes.messages import make
from evaluator.schema import screens as o
from evaluator.screening.protocol import AS_OF, NAME, Asked, schema
from evaluator.session.reading import Failed
from evaluator.universe.asking import GIVEN, SCORE, Question, Ranked, has_score
from evaluator.universe.asking import NAME as BY_NAME
from evaluator.universe.shown import cell, heads, margin_text, place, tone_of

if TYPE_CHECKING:
    import polars as pl

GROUP, COMPANY, RANK, SORTED_BY = "#sector", "#company", "#rank", "#sorted_by"
"""Columns beside what rules call by any name; in the product the mark is left out, where no name is in the way."""
LISTED, MAX_ROWS = 10_000, 100_000
"""So many names the model lists that stand apart, and so many rows it has at most; the frame has all, and counts are of all."""
SOME = 3
"""So many names are shown on either side of a threshold."""
_TONES = {"bullish": 0, "neutral": 1, "bearish": 2, None: 3}
_THERE = ("known", "bounded", "not meaningful")


@dataclass(frozen=True)
class Setting:
    """What was judged, by whom: words for a reader."""

    as_of: dt.date
    source: str
    engine: str
    told: tuple[str, ...]
    taken: tuple[o.TakenColumn, ...]
    unused: tuple[str, ...]
    history: bool = False
    group: str | None = None
    """The column that says of which sector a name is."""
    rows: int = MAX_ROWS
    """So many names are in the model; the frame has all."""


@dataclass(frozen=True)
class Screened:
    """A screen as a frame (all names that are left, in their order, in base units) and as the model that is printed."""

    frame: pl.DataFrame
    output: o.ScreenOutput

    def first(self, top: int | None) -> Screened:
        """The first names alone."""
        if top is None:
            return self
        return Screened(self.frame.head(top), self.output.model_copy(update={"rows": self.output.rows[:top]}))


def screened(
    asked: Question, judged: pl.DataFrame, about: pl.DataFrame, setting: Setting, top: int | None
) -> Screened | Failed:
    """The screen. `judged`: what an engine gives for `asked`; `about`: `name`, `company` and `sector` of each name; `top`: so many
    names are left. Failed (wrong use): an order over amounts of several currencies, or ranks over many days."""
    program = asked.program
    every = judged.join(about, on=NAME, how="left", maintain_order="left")
    kept, out, undecided = _where(asked, every)
    refused = _no_order(asked, kept, setting)
    if refused is not None:
        return refused
    placed, unplaced = _ordered(asked, kept)
    rows = placed if top is None else placed.head(top)
    newest = every.group_by(NAME, maintain_order=True).last() if setting.history else every
    left = placed.group_by(NAME, maintain_order=True).last() if setting.history else placed
    shown = [n for n, _ in asked.shown]
    output = o.ScreenOutput(
        rules=program.name,
        title=program.title,
        fingerprint=asked.checked.fingerprint(),
        as_of=setting.as_of,
        source=setting.source,
        engine=setting.engine,
        names=newest.height,
        where=asked.where_text,
        order=asked.order.words,
        out=out,
        open=undecided[:LISTED],
        open_count=len(undecided),
        unplaced=unplaced[:LISTED],
        unplaced_count=len(unplaced),
        told=[*setting.told, *_cut(placed, top)],
        taken=list(setting.taken),
        unused=list(setting.unused),
        lacking=list(_lacking(asked, newest, setting.taken)),
        outcomes=list(_outcomes(program, left, setting.group is not None)),
        undecided=list(_undecided(program, left)),
        undecided_count=sum(int(left[verdict].null_count()) for verdict in program.verdicts),
        near=list(_near(asked, left)),
        heads=heads(program, asked.shown, _codes(left, shown)),
        found=placed.height,
        rows=[_row(asked, row, setting.history) for row in rows.head(setting.rows).iter_rows(named=True)],
    )
    return Screened(_public(asked, rows, setting), output)


# --- who is left ---------------------------------------------------------------------------------------------


def _where(asked: Question, every: pl.DataFrame) -> tuple[pl.DataFrame, int, list[str]]:
    """The names that are kept, how many are out, and those of which it is not decided."""
    import polars as pl

    if asked.where is None:
        return every, 0, []
    holds, state = pl.col(asked.where), pl.col(f"{asked.where}.state")
    kept = every.filter(holds.fill_null(False))
    undecided = every.filter(state == "unknown")
    return kept, every.height - kept.height - undecided.height, undecided[NAME].unique(maintain_order=True).to_list()


def _no_order(asked: Question, kept: pl.DataFrame, setting: Setting) -> Failed | None:
    """Why names cannot be ordered as it is asked."""
    import polars as pl

    order, program = asked.order, asked.program
    if setting.history and (order.ranks or order.key not in (GIVEN, BY_NAME)):
        return _wrong("names of many days have no one order", "leave --sort out with --history, or sort by name")
    for name in (*(r.metric for r in order.ranks), order.key):
        if f"{name}.currency" not in kept.columns:
            continue
        codes = (
            kept.filter(pl.col(f"{name}.low").is_not_null())[f"{name}.currency"].drop_nulls().unique().sort().to_list()
        )
        if len(codes) > 1:
            what = f"`{program.declared(name).title}` is in {', '.join(codes)}: amounts of several currencies have no order"
            return _wrong(what, "sort by a ratio, such as a margin or a yield, or screen the names of one currency")
    grouped = [r for r in order.ranks if r.grouped]
    if grouped and setting.group is None:
        return _wrong(
            f"`{grouped[0].text}` is to be ranked by sector, and no column says the sector", "name it with --by COLUMN"
        )
    return None


def _ordered(asked: Question, kept: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The names in their order, with `rank` and `sorted_by`; those that have none stand last, and are listed."""
    import polars as pl

    order, program = asked.order, asked.program
    nothing = pl.lit(None, dtype=pl.Float64)
    if order.ranks:
        ranks = [_rank(r) for r in order.ranks]
        figure: pl.Expr = ranks[0]
        for rank in ranks[1:]:
            figure = figure + rank
        keys, down = [SORTED_BY], [False]
        frame = kept.with_columns(figure.cast(pl.Float64).alias(SORTED_BY))
    elif order.key in (GIVEN, BY_NAME):
        frame = kept.with_columns(nothing.alias(SORTED_BY), nothing.cast(pl.Int64).alias(RANK))
        return (frame.sort(NAME, maintain_order=True) if order.key == BY_NAME else frame), []
    elif order.key in program.verdicts:
        place_of = {outcome: at for at, outcome in enumerate(by_tone(program.verdicts[order.key]))}
        said = pl.col(order.key).replace_strict(place_of, default=None, return_dtype=pl.Float64)
        frame = kept.with_columns(said.alias(SORTED_BY))
        keys, down = [SORTED_BY], [False]
    else:
        of_score = order.key == SCORE and has_score(program)
        low = pl.col("score.low" if of_score else f"{order.key}.low")
        high = pl.col("score.high" if of_score else f"{order.key}.high")
        first = high if order.lowest else low
        nobody = (low <= -1) & (high >= 1) if of_score else pl.lit(False)
        frame = kept.with_columns(
            pl.when(nobody).then(None).otherwise(first).alias(SORTED_BY), (low if order.lowest else high).alias("#then")
        )
        keys, down = [SORTED_BY, "#then"], [not order.lowest, not order.lowest]
    frame = frame.sort(keys, descending=down, nulls_last=True, maintain_order=True)
    rank = pl.col(SORTED_BY).rank("min", descending=down[0]).cast(pl.Int64)
    frame = frame.with_columns(rank.alias(RANK)).drop("#then", strict=False)
    return frame, frame.filter(pl.col(SORTED_BY).is_null())[NAME].unique(maintain_order=True).to_list()


def _rank(ranked: Ranked) -> pl.Expr:
    """Places among those whose figure is one number that is known: 1 is the first, equal figures share a place. By sector: among
    the names of one; a name without a sector has none."""
    import polars as pl

    rank = pl.col(ranked.metric).rank("min", descending=not ranked.lowest)
    return pl.when(pl.col(GROUP).is_not_null()).then(rank.over(GROUP)) if ranked.grouped else rank


def by_tone(verdict: p.Verdict) -> list[str]:
    """The outcomes of a table, bullish before neutral before bearish."""
    return sorted(verdict.outcomes, key=lambda outcome: _TONES.get(tone_of(verdict, outcome), 3))


# --- what stands apart ------------------------------------------------------------------------------------------


def _lacking(asked: Question, every: pl.DataFrame, taken: Sequence[o.TakenColumn]) -> Iterator[o.Lacking]:
    """The inputs that judgements rest on, and how many names lack each; the most first."""
    import polars as pl

    program = asked.program
    given = {t.input for t in taken if t.input in program.metrics}
    wanted = program.upstream([*program.verdicts, *program.conditions, *(n for n, _ in asked.shown)], stop=given)
    columns = {t.input: t.column for t in taken}
    counts = []
    for name in program.inputs:
        if name in wanted:
            missing = int(every.select((~pl.col(f"{name}.state").is_in(_THERE)).sum()).item()) if every.height else 0
            counts.append((missing, name))
    for missing, name in sorted(counts, key=lambda pair: -pair[0]):
        share = missing / every.height if every.height else 0.0
        yield o.Lacking(
            input=name, title=program.inputs[name].title, column=columns.get(name), missing=missing, of=every.height, share=share
        )  # fmt: skip


def _outcomes(program: p.Program, left: pl.DataFrame, grouped: bool) -> Iterator[o.OutcomeCount]:
    """How often each outcome comes, of all names and of each sector."""
    import polars as pl

    for verdict in program.verdicts.values():
        groups = [None, *sorted(left[GROUP].drop_nulls().unique().to_list())] if grouped else [None]
        counts = left.group_by(verdict.name, *([GROUP] if grouped else [])).agg(pl.len())
        found: dict[tuple[str | None, str | None], int] = {}
        for row in counts.iter_rows(named=True):
            outcome = row[verdict.name]
            for group in {None, row[GROUP]} if grouped else {None}:
                found[group, outcome] = found.get((group, outcome), 0) + row["len"]
        for group in groups:
            said = [x for g, x in found if g == group and x is not None and x not in verdict.outcomes]
            for outcome in (*verdict.outcomes, *sorted(said), None):
                if count := found.get((group, outcome), 0):
                    tone = tone_of(verdict, outcome) if outcome is not None else None
                    yield o.OutcomeCount(verdict=verdict.name, group=group, outcome=outcome, tone=tone, count=count)


def _undecided(program: p.Program, left: pl.DataFrame) -> Iterator[o.UndecidedName]:
    import polars as pl

    for verdict in program.verdicts:
        below = program.upstream([verdict])
        for row in (
            left.filter(pl.col(verdict).is_null())
            .select(NAME, f"{verdict}.possible", "missing")
            .head(LISTED)
            .iter_rows()
        ):
            missing = [n for n in row[2] or () if n in below]
            yield o.UndecidedName(name=row[0], verdict=verdict, possible=row[1] or [], missing=missing)


def _near(asked: Question, left: pl.DataFrame) -> Iterator[o.NearThreshold]:
    """The names whose figure is nearest to a threshold, on either side."""
    import polars as pl

    program = asked.program
    for margin in asked.margins:
        figure, currency = pl.col(margin.metric), f"{margin.metric}.currency"
        columns = (NAME, margin.metric, margin.condition, *([currency] if currency in left.columns else []))
        known = left.lazy().select(columns).filter(figure.is_not_null())
        above = (
            known.filter(figure >= 0)
            .bottom_k(SOME, by=[margin.metric, NAME])
            .sort(margin.metric, NAME, descending=True)
        )
        under = (
            known.filter(figure < 0).top_k(SOME, by=[margin.metric, NAME]).sort(margin.metric, NAME, descending=True)
        )
        names = [
            o.NearName(
                name=row[NAME], holds=row[margin.condition], margin=row[margin.metric],
                text=margin_text(program, margin.metric, row[margin.metric], row.get(f"{margin.metric}.currency")),
            )
            for row in pl.concat([above, under]).collect().iter_rows(named=True)
        ]  # fmt: skip
        if names:
            title = program.conditions[margin.condition].title
            yield o.NearThreshold(condition=margin.condition, title=title, written=margin.written, names=names)


# --- rows ------------------------------------------------------------------------------------------------------


def _row(asked: Question, row: dict[str, Any], history: bool) -> o.ScreenRow:
    program = asked.program
    names: Iterable[tuple[str, o.HeadKind]] = place(program, asked.shown)
    return o.ScreenRow(
        name=row[NAME], company=row[COMPANY], group=row[GROUP], as_of=row[AS_OF] if history else None, rank=row[RANK],
        sorted_by=row[SORTED_BY], cells=[cell(program, name, kind, row) for name, kind in names],
    )  # fmt: skip


def _codes(left: pl.DataFrame, shown: Sequence[str]) -> dict[str, list[str]]:
    """In which currencies each figure is."""
    return {
        n: left[f"{n}.currency"].drop_nulls().unique().sort().to_list()
        for n in shown
        if f"{n}.currency" in left.columns
    }


def _cut(placed: pl.DataFrame, top: int | None) -> Iterator[str]:
    """That the last name that is left shares its place with names that are not."""
    import polars as pl

    if top is None or placed.height <= top or placed[RANK][top - 1] is None:
        return
    same = placed.slice(top).filter(pl.col(RANK) == placed[RANK][top - 1])[NAME].to_list()
    if same:
        more = f" and {len(same) - SOME} more" if len(same) > SOME else ""
        last = placed[NAME][top - 1]
        yield f"in doubt: {', '.join(same[:SOME])}{more} have the same place as {last}, and are cut by the first {top}"


def _public(asked: Question, rows: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The columns of the product, under their heads."""
    heads = public(
        asked, setting.history, [NAME, COMPANY, *([GROUP] if setting.group is not None else []), RANK, SORTED_BY]
    )
    return rows.select(*heads).rename(heads)


def public(asked: Question, history: bool, beside: Sequence[str], reasons: bool = True) -> dict[str, str]:
    """The columns of the product with their heads: what is hidden (thresholds, ranks, `where`) is left out, expressions have their own
    text as head. `beside`: the columns that are no name of the rules."""
    program = asked.program
    shown = Asked(
        tuple(program.verdicts), tuple(program.pillars), tuple(program.conditions), tuple(program.kills),
        tuple(n for n, _ in asked.shown), has_score(program), reasons, history,
    )  # fmt: skip
    columns = [c for c in schema(program, shown) if c != NAME]
    titles = {n: t for n, t in asked.shown if n not in asked_before(asked)}
    renamed = {c: c.replace(n, t, 1) for n, t in titles.items() for c in columns if c == n or c.startswith(f"{n}.")}
    taken = {renamed.get(c, c) for c in columns}
    renamed |= {c: plain for c in beside if (plain := c.removeprefix("#")) not in taken}
    return {c: renamed.get(c, c) for c in (*beside, *columns)}


def asked_before(asked: Question) -> set[str]:
    """The names that the rules have by themselves."""
    return {n for n in asked.program.position if asked.program.declared(n).span.source.path != PLACE}


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)
