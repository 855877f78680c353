"""Rows of a large table that are alike, found by 64-bit hashes: eight bytes a row in place of the texts themselves.

In: a lazy frame, expressions. Out: an expression that holds of all rows that may be alike, for an exact look at these alone. Must not know
what the columns mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.blocks.parts import collected

if TYPE_CHECKING:
    import polars as pl

_SEED = 11


def hashed(*parts: pl.Expr) -> pl.Expr:
    """One hash of several values."""
    import polars as pl

    named = [part.alias(str(at)) for at, part in enumerate(parts)]
    return parts[0].hash(_SEED) if len(parts) == 1 else pl.struct(*named).hash(_SEED)


def several(rows: pl.LazyFrame, *key: pl.Expr) -> pl.Expr:
    """Holds of rows whose key another row has too (and of a few more, by chance)."""
    found = collected(rows.select(hashed(*key).alias("h"))).to_series()
    return _twice(hashed(*key), found, found.len() == found.n_unique())


def apart(rows: pl.LazyFrame, key: pl.Expr, said: pl.Expr) -> pl.Expr:
    """Holds of rows whose key stands beside more than one value of `said`."""
    pairs = collected(rows.select(hashed(key).alias("k"), hashed(key, said).alias("p")))
    alone = pairs["k"].n_unique() == pairs["p"].n_unique()
    return _twice(hashed(key), pairs["k"] if alone else pairs.unique("p").get_column("k"), alone)


def _twice(mine: pl.Expr, found: pl.Series, alone: bool) -> pl.Expr:
    """Whether a hash is one that stands twice among those that were found."""
    import polars as pl

    if alone:
        return pl.lit(False)
    ordered = found.sort()
    return mine.is_in(ordered.filter(ordered == ordered.shift(1)).unique().implode())
