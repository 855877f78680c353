"""In which order rows of `Parts` stand, found from the columns of their keys alone, and the rows in that order, block by block.

In: `Parts`, keys, which rows stay. Out: `Order`, then frames. Must not know what the columns mean.

All rows are never in memory together: each has its place, the rows of each part go to the block on disk in which their place is, and each
block is then sorted by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluator.blocks.parts import Parts, Scratch, cut

if TYPE_CHECKING:
    import polars as pl

AT, PLACE, AT_ONCE = "\x02at", "\x02place", "\x02once"
SORTED, _SAMPLE = 1_000_000, 1_000
"""So many rows are sorted at once; the middle of more is that of a sample."""
NOWHERE = 2**32 - 1


@dataclass(frozen=True)
class Order:
    """Rows that stay, in their order. `rows`: their numbers (of all rows of all parts); `beside`: columns that belong to them, in that
    order."""

    rows: pl.Series
    beside: pl.DataFrame

    @property
    def count(self) -> int:
        """How many rows stay."""
        return len(self.rows)

    def head(self, count: int | None) -> Order:
        """The first of them."""
        return self if count is None or count >= self.count else Order(self.rows.head(count), self.beside.head(count))

    def places(self, height: int) -> pl.Series:
        """For each of so many rows its place, from 0; `NOWHERE` of one that does not stay."""
        import polars as pl

        found = pl.repeat(NOWHERE, height, dtype=pl.UInt32, eager=True)
        return found.scatter(self.rows, pl.int_range(self.count, dtype=pl.UInt32, eager=True))


def numbered(part: pl.LazyFrame, first: int) -> pl.LazyFrame:
    """A part with the numbers of its rows."""
    return part.with_row_index(AT, offset=first)


def keys_of(parts: Parts, stays: pl.Expr, keys: Sequence[pl.Expr]) -> pl.DataFrame:
    """The number of each row that stays, with its keys."""
    import polars as pl

    frames, first = [], 0
    for part, height in zip(parts.held, parts.heights, strict=True):
        frames.append(numbered(part, first).filter(stays).select(pl.col(AT).cast(pl.UInt32), *keys).collect())
        first += height
    return pl.concat(frames, rechunk=True)


def by(frame: pl.DataFrame, keys: Sequence[str], descending: Sequence[bool]) -> pl.Series:
    """The order of rows by keys: equal ones stay as they stand, those without a key are last. Many rows are parted at a key in their middle
    until few are left: to sort them all at once would take several times the memory of their keys."""
    import polars as pl

    return _by(frame.with_row_index(AT_ONCE), list(keys), list(descending)).rename(AT).cast(pl.UInt32)


def _by(frame: pl.DataFrame, keys: list[str], descending: list[bool]) -> pl.Series:
    import polars as pl

    if not keys:
        return frame[AT_ONCE]
    if frame.height <= SORTED:
        at = pl.arg_sort_by(keys, descending=descending, nulls_last=True, maintain_order=True)
        return frame[AT_ONCE].gather(frame.select(at).to_series())
    key = pl.col(keys[0])
    known = frame[keys[0]].drop_nulls()
    if known.is_empty():
        return _by(frame.drop(keys[0]), keys[1:], descending[1:])
    sample = known.gather_every(max(1, len(known) // _SAMPLE)).sort()
    middle = pl.lit(sample[len(sample) // 2], dtype=sample.dtype)
    del known
    first, last = (key > middle, key < middle) if descending[0] else (key < middle, key > middle)
    found = [_by(frame.filter(first), keys, descending)]
    found.append(_by(frame.filter(key == middle).drop(keys[0]), keys[1:], descending[1:]))
    found.append(_by(frame.filter(last), keys, descending))
    found.append(_by(frame.filter(key.is_null()).drop(keys[0]), keys[1:], descending[1:]))
    return pl.concat(found, rechunk=True)


def ordered(
    parts: Parts, order: Order, made: Callable[[pl.LazyFrame], pl.LazyFrame], size: int, scratch: Scratch | None
) -> Iterator[pl.DataFrame]:
    """The rows that stay in their order, in frames of at most so many rows (or of a part), each with the columns `beside`. `made`:
    what is taken of a part."""
    import polars as pl

    first = 0
    if order.rows.is_sorted():
        for part, height in zip(parts.held, parts.heights, strict=True):
            lo, hi = (order.rows.search_sorted(end, "left") for end in (first, first + height))
            if hi > lo:
                mine = (order.rows.slice(lo, hi - lo) - first).cast(pl.UInt32)
                whole = made(part).collect()
                frame = whole if hi - lo == height else whole[mine]
                yield frame.hstack(order.beside.slice(lo, hi - lo).get_columns())
            first += height
        return
    places = order.places(parts.height)
    blocks = cut(order.count, size)
    pieces: dict[int, list[pl.LazyFrame]] = {}
    to_disk = scratch if len(blocks) > 1 and len(parts.held) > 1 else None
    for number, (part, height) in enumerate(zip(parts.held, parts.heights, strict=True)):
        mine = places.slice(first, height)
        first += height
        frame = made(part).collect().with_columns(mine.alias(PLACE)).filter(pl.col(PLACE) != NOWHERE)
        for (key,), piece in (
            frame.with_columns((pl.col(PLACE) // size).alias(AT))
            .partition_by(AT, as_dict=True, include_key=False)
            .items()
        ):
            pieces.setdefault(int(key), []).append(_put(piece, to_disk, f"{number:06}-{key:06}"))
    for block, (at, length) in enumerate(blocks):
        frame = pl.concat(pl.collect_all(pieces.pop(block))).sort(PLACE).drop(PLACE)
        yield frame.hstack(order.beside.slice(at, length).get_columns())


def placed(parts: Parts, order: Order, made: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    """A few of the rows, all in memory, in their order, with the columns `beside`."""
    import polars as pl

    rows = order.rows.to_frame(AT).with_row_index(PLACE).sort(AT)
    found: list[pl.DataFrame] = []
    first = 0
    for part, height in zip(parts.held, parts.heights, strict=True):
        lo, hi = (rows[AT].search_sorted(end, "left") for end in (first, first + height))
        if hi > lo or not found:
            mine = rows.slice(lo, hi - lo)
            frame = made(part).collect()[(mine[AT] - first).cast(pl.UInt32)]
            found.append(frame.with_columns(mine[PLACE]))
        first += height
    return pl.concat(found).sort(PLACE).drop(PLACE).hstack(order.beside.get_columns())


def _put(piece: pl.DataFrame, scratch: Scratch | None, name: str) -> pl.LazyFrame:
    import polars as pl

    if scratch is None:
        return piece.lazy()
    there = scratch.path(f"piece-{name}.arrow")
    piece.write_ipc(there, compression="lz4")
    return pl.scan_ipc(there)
