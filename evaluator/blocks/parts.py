"""A frame in parts, in memory or on disk, so that no more than one part of it is held at a time.

In: frames, one after another. Out: `Parts`. Must not know what the columns mean.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

BLOCK = 131_072
"""So many rows are judged, sorted or written at a time."""


@contextmanager
def on_disk() -> Iterator[None]:
    """Raises OSError where the system refuses what polars writes: polars raises an error of its own."""
    import polars as pl

    try:
        yield
    except pl.exceptions.PolarsError as error:
        text = str(error)
        code = next(
            (c for c in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EFBIG) if os.strerror(c) in text), None
        )
        if code is None:
            raise
        raise OSError(code, os.strerror(code)) from error


@dataclass
class Scratch:
    """A folder for what does not fit into memory, made when it is first asked for, and removed with all that is in it. `beside`: the
    disk on which it lies; None: that of temporary files."""

    beside: Path | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None

    def path(self, name: str) -> Path:
        """Where a file may be put. Raises OSError."""
        if self._folder is None:
            folder = self.beside if self.beside is not None and os.path.isdir(self.beside) else None
            self._folder = tempfile.TemporaryDirectory(prefix=".thesis-", dir=folder, ignore_cleanup_errors=True)
        return Path(self._folder.name) / name

    def close(self) -> None:
        """Removes it."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class Parts:
    """Frames of the same columns, one below the other. With a `scratch` each is written there, without one they are held."""

    scratch: Scratch | None = None
    held: list[pl.LazyFrame] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)

    def add(self, frame: pl.DataFrame) -> None:
        """One more part. Raises OSError."""
        import polars as pl

        self.heights.append(frame.height)
        if self.scratch is None:
            self.held.append(frame.lazy())
            return
        there = self.scratch.path(f"part-{len(self.held):06}.parquet")
        with on_disk():
            frame.write_parquet(there, compression="lz4", statistics=False)
        self.held.append(pl.scan_parquet(there, glob=False))

    @property
    def height(self) -> int:
        """How many rows all parts have."""
        return sum(self.heights)

    @property
    def columns(self) -> dict[str, pl.DataType]:
        """The columns of each part, with their types."""
        return dict(self.held[0].collect_schema())

    def filtered(self, stays: pl.Expr) -> Parts:
        """The rows of which something holds. (`heights` are those of all rows.)"""
        return Parts(self.scratch, [part.filter(stays) for part in self.held], self.heights)

    def lazy(self) -> pl.LazyFrame:
        """All rows, one part after another."""
        import polars as pl

        return self.held[0] if len(self.held) == 1 else pl.concat(self.held)

    def each(self, made: Callable[[pl.LazyFrame], pl.LazyFrame]) -> Iterator[pl.DataFrame]:
        """What is made of each part."""
        for part in self.held:
            yield made(part).collect()

    def gathered(self, made: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
        """What is made of each part, all of it in memory, one after another. What is counted or the first of something is gathered so,
        and then made once more of what was gathered."""
        import polars as pl

        return pl.concat(list(self.each(made)), rechunk=True)

    def counted(self, *counts: pl.Expr) -> dict[str, int]:
        """Counts, added up over the parts."""
        return self.gathered(lambda part: part.select(counts)).sum().row(0, named=True)


def of(frame: pl.DataFrame) -> Parts:
    """A frame that is in memory, as one part."""
    parts = Parts()
    parts.add(frame)
    return parts


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """A frame worked out in blocks: what is made of a large table may be small."""
    return frame.collect(engine="streaming")


def cut(height: int, size: int) -> Sequence[tuple[int, int]]:
    """The blocks of so many rows: first row and length of each."""
    return [(at, min(size, height - at)) for at in range(0, height, size)]
