"""Frames, one after another, as one file of Parquet or CSV: never all of them in memory.

In: frames of one schema, a path. Out: the file. Raises OSError. Must not know what the columns mean.

A file is the same bytes however its rows come in: groups of rows have one length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from evaluator.blocks.parts import BLOCK, on_disk

if TYPE_CHECKING:
    import polars as pl

Frames = Iterable["pl.DataFrame"]


def parquet(frames: Frames, schema: Mapping[str, pl.DataType], path: Path | IO[bytes]) -> None:
    """A file of Parquet. Raises OSError."""
    import polars as pl
    from polars.io.plugins import register_io_source

    failed: list[BaseException] = []

    def source(
        columns: list[str] | None, _predicate: Any, _rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        try:
            for frame in frames:
                yield frame if columns is None else frame.select(columns)
        except BaseException as error:  # polars would raise another in its place
            failed.append(error)
            raise

    try:
        with on_disk():
            register_io_source(source, schema=pl.Schema(schema)).sink_parquet(path, row_group_size=BLOCK)
    except pl.exceptions.PolarsError:
        if failed:
            raise failed[0] from None
        raise


def csv(
    frames: Frames, schema: Mapping[str, pl.DataType], path: Path, told: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    """A file of CSV, `told` the texts of a frame. Raises OSError."""
    with path.open("wb") as file:
        for text in lines(frames, schema, told):
            file.write(text.encode("utf-8", "backslashreplace"))


def lines(
    frames: Frames, schema: Mapping[str, pl.DataType], told: Callable[[pl.DataFrame], pl.DataFrame]
) -> Iterator[str]:
    """The same as texts, the head first."""
    import polars as pl

    yield told(pl.DataFrame(schema=dict(schema))).write_csv()
    for frame in frames:
        yield told(frame).write_csv(include_header=False)
