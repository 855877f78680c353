"""Rows that the quick terms say nothing of, evaluated again with care, block by block.

In: rows, quick terms with where they are in doubt, what evaluates rows with care. Out: a lazy frame. Must not know rules.

Hardly any row divides by 0, overflows, or has a sum that cancels out to nearly nothing; to guard each operation of each row against it
takes as long as the operations themselves. So the quick terms have no guards. They say which rows would have needed one, and those
rows alone are evaluated by the terms that have all guards. Where many of a block are in doubt, the whole block is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.polars_terms import TYPES, frame

if TYPE_CHECKING:
    import polars as pl

Again = Callable[["pl.LazyFrame"], "pl.LazyFrame"]
"""What gives the columns of a result for rows of the table, with all guards."""
_DOUBT, _READ, _ROW = "\x02doubt", "\x02read ", "\x02row"
_MANY = 0.25
"""From this part of a block on, all of it is evaluated again: it costs less than to take it apart."""


def settled(
    rows: pl.LazyFrame, keep: Sequence[str], outputs: Mapping[str, Term], doubt: Term, careful: Callable[[], Again]
) -> pl.LazyFrame:
    """The columns that are kept, and each output under its name. `careful`: asked once, where any row is in doubt."""
    import polars as pl

    if doubt.constant and not doubt.value:
        return frame(rows, keep, outputs)
    types = rows.collect_schema()
    read = {f"{_READ}{name}": name for name in types.names()}
    quick = frame(
        rows.with_columns(**{alias: pl.col(name) for alias, name in read.items()}),
        [*keep, *read],
        {**outputs, _DOUBT: doubt},
    )
    given = [*keep, *outputs]
    block = _Blocks(given, read, careful)
    schema = {
        **{name: types[name] for name in keep}, **{alias: types[name] for alias, name in read.items()},
        **{name: getattr(pl, TYPES[term.kind])() for name, term in outputs.items()}, _DOUBT: pl.Boolean(),
    }  # fmt: skip
    looked_at = quick.map_batches(
        block.settled, predicate_pushdown=False, projection_pushdown=False, slice_pushdown=False, schema=schema,
        validate_output_schema=False, streamable=True,
    )  # fmt: skip
    return looked_at.select(given)


class _Blocks:
    """What is done to each block of rows; several are at work at once."""

    def __init__(self, given: Sequence[str], read: Mapping[str, str], careful: Callable[[], Again]) -> None:
        self.given, self.read, self.careful = list(given), dict(read), careful
        self._again: Again | None = None
        self._lock = threading.Lock()

    def settled(self, block: pl.DataFrame) -> pl.DataFrame:
        """The same block, where rows in doubt have what they come to with care."""
        doubt = block.get_column(_DOUBT)
        if not doubt.any():
            return block
        with self._lock:
            if self._again is None:
                self._again = self.careful()
        if doubt.sum() > _MANY * block.height:
            return self._with(block, self._careful(block))
        some = block.filter(doubt)
        return self._mixed(block, doubt, self._careful(some))

    def _careful(self, block: pl.DataFrame) -> pl.DataFrame:
        assert self._again is not None
        rows = block.lazy().select(**{name: alias for alias, name in self.read.items()})
        return self._again(rows).collect()

    def _with(self, block: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
        """A block with the columns that were found."""
        return block.with_columns(found.get_columns())

    def _mixed(self, block: pl.DataFrame, doubt: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
        """Each row of a block, or in its place, where it is in doubt, the next that was found."""
        import polars as pl

        place = pl.when(doubt).then(doubt.cum_sum() + (block.height - 1)).otherwise(pl.int_range(block.height))
        both = pl.concat([block.select(self.given), found.select(self.given)])
        return self._with(block, both.select(pl.all().gather(pl.select(place.alias(_ROW)).get_column(_ROW))))
