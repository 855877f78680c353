"""The order of a screen: by a figure, a verdict, the name, or ranks that are added up; who has no place stands last.

In: a `Question`, what an engine gives in parts, which names stay. Out: `Placing`, or why there is no order. Must not know files.

Only the keys of the order are in memory, never whole rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl.program import program as p
from evaluator.blocks.order import AT, Order, by, keys_of, placed
from evaluator.blocks.parts import Parts
from evaluator.codes.messages import make
from evaluator.screening.protocol import NAME
from evaluator.session.reading import Failed
from evaluator.universe.asking import GIVEN, SCORE, Question, Ranked, has_score
from evaluator.universe.asking import NAME as BY_NAME
from evaluator.universe.rows import ROW
from evaluator.universe.shown import GROUP, RANK, SORTED_BY, tone_of
from evaluator.universe.standing import LISTED, codes_of

if TYPE_CHECKING:
    import polars as pl

_THEN = "#then"
_TONES = {"bullish": 0, "neutral": 1, "bearish": 2, None: 3}
_SOME = 3


@dataclass(frozen=True)
class Placing:
    """Names in their order, with `RANK` and `SORTED_BY`; those that have no place stand last, and the first of them are listed."""

    order: Order
    unplaced: list[str]
    unplaced_count: int


def no_order(asked: Question, kept: Parts, history: bool, group: str | None) -> Failed | None:
    """Why names cannot be ordered as it is asked. `group`: the column of sectors."""
    import polars as pl

    order, program = asked.order, asked.program
    if history and (order.ranks or order.key not in (GIVEN, BY_NAME)):
        return _wrong("names of many days have no one order", "leave --sort out with --history, or sort by name")
    for name in (*(r.metric for r in order.ranks), order.key):
        if f"{name}.currency" not in kept.columns:
            continue
        codes = codes_of(kept.filtered(pl.col(f"{name}.low").is_not_null()), name)
        if len(codes) > 1:
            what = f"`{program.declared(name).title}` is in {', '.join(codes)}: amounts of several currencies have no order"
            return _wrong(what, "sort by a ratio, such as a margin or a yield, or screen the names of one currency")
    grouped = [r for r in order.ranks if r.grouped]
    if grouped and group is None:
        return _wrong(
            f"`{grouped[0].text}` is to be ranked by sector, and no column says the sector", "name it with --by COLUMN"
        )
    return None


def order_of(asked: Question, parts: Parts, stays: pl.Expr) -> Placing:
    """The names that stay in their order."""
    import polars as pl

    order, program = asked.order, asked.program
    apart = len(parts.held) > 1
    if order.key in (GIVEN, BY_NAME) and not order.ranks:
        keys = [pl.col(NAME)] if order.key == BY_NAME else []
        frame = _as_given(keys_of(parts, stays, [*keys, *([pl.col(ROW)] if apart else [])]))
        if order.key == BY_NAME:
            frame = frame[by(frame, [NAME], [False])]
        nothing = pl.Series([None], dtype=pl.Float64).new_from_index(0, frame.height)
        beside = pl.DataFrame({RANK: nothing.cast(pl.Int64), SORTED_BY: nothing})
        return Placing(Order(frame[AT], beside), [], 0)
    if order.ranks:
        figures = list(dict.fromkeys(r.metric for r in order.ranks))
        groups = [pl.col(GROUP)] if any(r.grouped for r in order.ranks) else []
        wanted = [*(pl.col(f) for f in figures), *groups, *([pl.col(ROW)] if apart else [])]
        frame = _as_given(keys_of(parts, stays, wanted))
        ranks = [_rank(r) for r in order.ranks]
        figure: pl.Expr = ranks[0]
        for rank in ranks[1:]:
            figure = figure + rank
        frame, down = frame.select(AT, figure.cast(pl.Float64).alias(SORTED_BY)), False
    elif order.key in program.verdicts:
        place_of = {outcome: at for at, outcome in enumerate(by_tone(program.verdicts[order.key]))}
        said = pl.col(order.key).replace_strict(place_of, default=None, return_dtype=pl.Float64).alias(SORTED_BY)
        frame, down = _as_given(keys_of(parts, stays, [said, *([pl.col(ROW)] if apart else [])])), False
    else:
        of_score = order.key == SCORE and has_score(program)
        low = pl.col("score.low" if of_score else f"{order.key}.low")
        high = pl.col("score.high" if of_score else f"{order.key}.high")
        first, then = (high, low) if order.lowest else (low, high)
        nobody = (low <= -1) & (high >= 1) if of_score else pl.lit(False)
        keyed = [pl.when(nobody).then(None).otherwise(first).alias(SORTED_BY), then.alias(_THEN)]
        frame, down = _as_given(keys_of(parts, stays, [*keyed, *([pl.col(ROW)] if apart else [])])), not order.lowest
        if frame.select(pl.col(SORTED_BY).eq_missing(pl.col(_THEN)).all()).item():
            frame = frame.drop(_THEN)  # every figure is one number
    names = [c for c in (SORTED_BY, _THEN) if c in frame.columns]
    at = by(frame, names, [down] * len(names))
    sorted_by, rows = frame[SORTED_BY][at], frame[AT][at]
    beside = pl.DataFrame({RANK: _places(sorted_by), SORTED_BY: sorted_by})
    found = Order(rows, beside)
    return Placing(found, *_unplaced(parts, found))


def _as_given(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows as they stand in the table."""
    return (
        frame.sort(ROW, maintain_order=True).drop(ROW)
        if ROW in frame.columns and not frame[ROW].is_sorted()
        else (frame.drop(ROW, strict=False))
    )


def _places(sorted_by: pl.Series) -> pl.Series:
    """The place of each of these figures, which are in order: 1 is the first, equal figures share one, null has none."""
    import polars as pl

    frame = pl.DataFrame({"x": sorted_by})
    new = pl.col("x").ne_missing(pl.col("x").shift(1)) | (pl.int_range(pl.len()) == 0)
    place = pl.when(new).then(pl.int_range(1, pl.len() + 1)).forward_fill()
    return frame.select(pl.when(pl.col("x").is_not_null()).then(place)).to_series()


def _unplaced(parts: Parts, order: Order) -> tuple[list[str], int]:
    """The first of those that have no place, and how many they are."""
    import polars as pl

    gone = order.beside[SORTED_BY].is_null()
    count = int(gone.sum())
    if not count:
        return [], 0
    last = Order(order.rows.filter(gone).head(LISTED), pl.DataFrame())
    return placed(parts, last, lambda part: part.select(NAME))[NAME].to_list(), count


def _rank(ranked: Ranked) -> pl.Expr:
    """Places among those whose figure is one number that is known: 1 is the first, equal figures share a place. By sector: among
    the names of one; a name without a sector has none."""
    import polars as pl

    rank = pl.col(ranked.metric).rank("min", descending=not ranked.lowest)
    return pl.when(pl.col(GROUP).is_not_null()).then(rank.over(GROUP)) if ranked.grouped else rank


def by_tone(verdict: p.Verdict) -> list[str]:
    """The outcomes of a table, bullish before neutral before bearish."""
    return sorted(verdict.outcomes, key=lambda outcome: _TONES.get(tone_of(verdict, outcome), 3))


def cut_at(parts: Parts, order: Order, top: int | None) -> Iterator[str]:
    """That the last name that is left shares its place with names that are not."""
    import polars as pl

    if top is None or order.count <= top or order.beside[RANK][top - 1] is None:
        return
    place = order.beside[RANK][top - 1]
    same = order.rows.slice(top).filter(order.beside[RANK].slice(top) == place)
    if len(same):
        first = same.head(_SOME)
        last, *names = (
            placed(parts, Order(rows, pl.DataFrame()), lambda part: part.select(NAME))[NAME].to_list()
            for rows in (order.rows.slice(top - 1, 1), first)
        )
        more = f" and {len(same) - _SOME} more" if len(same) > _SOME else ""
        yield f"in doubt: {', '.join(names[0])}{more} have the same place as {last[0]}, and are cut by the first {top}"


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)
