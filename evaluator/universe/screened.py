"""A screen: the names of a universe judged, the ones that are asked for in their order, and what stands apart.

In: a `Question`, what an engine gives (in parts), what a universe says of its names. Out: `Screened`, or `Failed`. Must not know files,
nor which engine judged.

Nobody is dropped in silence. Who is left out by `where` is counted; of whom it is not decided, and whom the order cannot place, is
listed. Amounts of several currencies have no order, and are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dsl.check.asked import PLACE
from evaluator.blocks.order import Order, ordered, placed
from evaluator.blocks.parts import BLOCK, Parts, Scratch, of
from evaluator.schema import screens as o
from evaluator.screening.protocol import AS_OF, NAME, Asked, schema
from evaluator.session.reading import Failed
from evaluator.universe.asking import Question, has_score
from evaluator.universe.engines import Judged, with_missing
from evaluator.universe.places import by_tone, cut_at, no_order, order_of
from evaluator.universe.rows import ROW
from evaluator.universe.shown import COMPANY, GROUP, RANK, SORTED_BY, cell, heads, place
from evaluator.universe.standing import LISTED, codes, kills, lacking, near, outcomes, undecided_count, undecided_names

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COMPANY", "GROUP", "Screened", "Setting", "by_tone", "of_parts", "public", "screened"]
MAX_ROWS = 10_000
"""So many names the model has at most; the frame has all, and counts are of all."""


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
    """A screen: its names in their order, in base units, and the model that is printed."""

    output: o.ScreenOutput
    question: Question
    setting: Setting
    judged: Judged
    order: Order
    scratch: Scratch | None = None

    @property
    def count(self) -> int:
        """How many names are left."""
        return self.order.count

    @cached_property
    def heads(self) -> dict[str, str]:
        """The columns of the product, and under which heads they stand."""
        beside = [NAME, COMPANY, *([GROUP] if self.setting.group is not None else []), RANK, SORTED_BY]
        return public(self.question, self.setting.history, beside)

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns of the product with their types."""
        return dict(
            self._product(self._rows(self.judged.parts.held[0]).head(0).collect(), self.order.beside.head(0)).schema
        )

    def blocks(self, size: int = BLOCK) -> Iterator[pl.DataFrame]:
        """The names that are left in their order, some at a time."""
        for frame in ordered(self.judged.parts, self.order, self._rows, size, self.scratch):
            beside = frame.select(self.order.beside.columns)
            yield self._product(frame.drop(beside.columns), beside)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All names that are left, in memory."""
        import polars as pl

        return pl.concat([pl.DataFrame(schema=self.schema), *self.blocks()], rechunk=True)

    def first(self, top: int | None) -> Screened:
        """The first names alone."""
        if top is None:
            return self
        output = self.output.model_copy(update={"rows": self.output.rows[:top]})
        return replace(self, order=self.order.head(top), output=output)

    def names(self, count: int) -> list[str]:
        """The first names."""
        rows = placed(self.judged.parts, self.order.head(count), lambda part: part.select(NAME))
        return [str(name) for name in rows[NAME]]

    def _rows(self, part: pl.LazyFrame) -> pl.LazyFrame:
        wanted = [c for c in self.heads if c not in (RANK, SORTED_BY)]
        return with_missing(part, self.judged.why, self.question.asked(self.setting.history)).select(wanted)

    def _product(self, rows: pl.DataFrame, beside: pl.DataFrame) -> pl.DataFrame:
        return rows.hstack(beside.get_columns()).select(*self.heads).rename(self.heads)


def screened(
    asked: Question, judged: pl.DataFrame, about: pl.DataFrame, setting: Setting, top: int | None
) -> Screened | Failed:
    """The screen of what is in memory. `judged`: what an engine gives for `asked`; `about`: `name`, `company` and `sector` of each name."""
    every = judged.join(about, on=NAME, how="left", maintain_order="left").with_row_index(ROW)
    return of_parts(asked, Judged(of(every), None, setting.engine, 0), setting, top, None)


def of_parts(
    asked: Question, judged: Judged, setting: Setting, top: int | None, scratch: Scratch | None
) -> Screened | Failed:
    """The screen. `judged`: what an engine gives for `asked`, with `COMPANY`, `GROUP` and `ROW` of each name; `top`: so many are left.
    Failed (wrong use): an order over amounts of several currencies, or ranks over many days."""
    import polars as pl

    program, parts = asked.program, judged.parts
    stays, undecided = _where(asked)
    kept = parts.filtered(stays)
    refused = no_order(asked, kept, setting.history, setting.group)
    if refused is not None:
        return refused
    placing = order_of(asked, parts, stays)
    order = placing.order
    rows = order.head(top)
    left, newest = (_newest(kept), _newest(parts)) if setting.history else (kept, parts)
    sizes = parts.counted(undecided.sum().alias("open"), pl.len().alias("all"))
    names = newest.counted(pl.len().alias("n"))["n"]
    open_ = _names_of(parts.filtered(undecided)) if sizes["open"] else []
    open_count = len(open_) if setting.history else sizes["open"]
    with_why = replace(asked.asked(setting.history), reasons=True)
    output = o.ScreenOutput(
        rules=program.name,
        title=program.title,
        fingerprint=asked.checked.fingerprint(),
        as_of=setting.as_of,
        source=setting.source,
        engine=judged.engine,
        names=names,
        what_if=asked.what_if(setting.as_of),
        where=asked.where_text,
        order=asked.order.words,
        out=sizes["all"] - order.count - sizes["open"],
        open=open_,
        open_count=open_count,
        unplaced=placing.unplaced,
        unplaced_count=placing.unplaced_count,
        told=[*setting.told, *cut_at(parts, order, top), *_explained(judged)],
        taken=list(setting.taken),
        unused=list(setting.unused),
        lacking=list(lacking(asked, newest, names, setting.taken)),
        outcomes=list(outcomes(program, left, setting.group is not None)),
        kills=list(kills(program, left)),
        undecided=undecided_names(
            program, parts, order, left.lazy() if setting.history else None, judged.why, with_why
        ),
        undecided_count=undecided_count(program, left),
        near=list(near(asked, left)),
        heads=heads(program, asked.shown, codes(left, [n for n, _ in asked.shown])),
        found=order.count,
        rows=_model_rows(asked, judged, rows.head(setting.rows), setting.history),
    )
    return Screened(output, asked, setting, judged, rows, scratch)


def _where(asked: Question) -> tuple[pl.Expr, pl.Expr]:
    """Which names are kept, and of which it is not decided."""
    import polars as pl

    if asked.where is None:
        return pl.lit(True), pl.lit(False)
    return pl.col(asked.where).fill_null(False), pl.col(f"{asked.where}.state") == "unknown"


def _explained(judged: Judged) -> Iterator[str]:
    """That what is missing is not said of all names that are not decided."""
    said = judged.why.get_column(NAME).n_unique() if judged.why is not None else judged.undecided
    if said < judged.undecided:
        yield (
            f"what is missing is said of the first {said:,} of {judged.undecided:,} names that are not decided; --explain all says it of "
            f"each, and --why NAME of one"
        )


def _newest(parts: Parts) -> Parts:
    """The last row of each name."""
    return of(parts.gathered(lambda part: part.group_by(NAME, maintain_order=True).last()))


def _names_of(parts: Parts) -> list[str]:
    """The first of these names, each once."""
    first = parts.gathered(lambda part: part.select(NAME, ROW).bottom_k(LISTED, by=ROW))
    return first.bottom_k(LISTED, by=ROW).sort(ROW).get_column(NAME).unique(maintain_order=True).to_list()


def _model_rows(asked: Question, judged: Judged, order: Order, history: bool) -> list[o.ScreenRow]:
    if not order.count:
        return []
    found = placed(judged.parts, order, lambda part: part)
    return [_row(asked, row, history) for row in found.iter_rows(named=True)]


# --- rows ------------------------------------------------------------------------------------------------------


def _row(asked: Question, row: dict[str, Any], history: bool) -> o.ScreenRow:
    program = asked.program
    names: Iterable[tuple[str, o.HeadKind]] = place(program, asked.shown)
    return o.ScreenRow(
        name=row[NAME], company=row[COMPANY], group=row[GROUP], as_of=row[AS_OF] if history else None, rank=row[RANK],
        sorted_by=row[SORTED_BY], cells=[cell(program, name, kind, row) for name, kind in names],
    )  # fmt: skip


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
