"""Frames in parts: their order, what is alike in them, and the file that is written of them, are those of one frame in memory."""

from __future__ import annotations

import errno
import io
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from evaluator.blocks import alike, order, writing
from evaluator.blocks.order import AT, Order, by, keys_of, ordered, placed
from evaluator.blocks.parts import Parts, Scratch, cut, on_disk

KEYS = pl.DataFrame(
    {
        "few": [random.Random(n).choice([None, -0.0, 0.0, 1.0, 2.0]) for n in range(60)],
        "many": [random.Random(n + 999).choice([None, random.Random(n).random()]) for n in range(60)],
        "text": [f"n{random.Random(n + 5).randrange(60)}" for n in range(60)],
    }
)


def parts_of(frame: pl.DataFrame, size: int, scratch: Scratch | None = None) -> Parts:
    found = Parts(scratch)
    for at, length in cut(frame.height, size):
        found.add(frame.slice(at, length))
    return found


@pytest.mark.parametrize("keys", [["few"], ["few", "many"], ["many"], ["text"], ["few", "text", "many"], []])
@pytest.mark.parametrize("down", [False, True])
def test_many_rows_are_sorted_as_few_are(keys: list[str], down: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stable, and those without a key last, however often the rows are parted."""
    whole = by(KEYS, keys, [down] * len(keys)) if keys else pl.Series(range(60))
    if keys:
        expected = KEYS.with_row_index("at").sort(keys, descending=down, nulls_last=True, maintain_order=True)["at"]
        assert whole.to_list() == expected.to_list()
    for most in (1, 3, 50):
        monkeypatch.setattr(order, "SORTED", most)
        assert by(KEYS, keys, [down] * len(keys)).to_list() == whole.to_list()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_rows_come_in_their_order_whatever_the_parts_are(size: int, tmp_path: Path) -> None:
    with Scratch(tmp_path) as scratch:
        parts = parts_of(KEYS, size, scratch)
        keys = keys_of(parts, pl.col("few").is_not_null(), [pl.col("few"), pl.col("many")])
        rows = keys[AT].gather(by(keys, ["few", "many"], [True, True]))
        found = Order(rows, pl.DataFrame({"beside": range(len(rows))}))
        kept = KEYS.filter(pl.col("few").is_not_null())
        expected = kept.sort("few", "many", descending=True, nulls_last=True, maintain_order=True).with_row_index(
            "beside"
        )
        for top in (None, 0, 1, 9, 10_000):
            head = found.head(top)
            wanted = expected.head(len(expected) if top is None else top).with_columns(pl.col("beside").cast(pl.Int64))
            for block in (1, 64, 1000) if size > 1 else (200,):
                blocks = list(ordered(parts, head, lambda part: part, block, scratch))
                held = pl.concat([KEYS.head(0).with_columns(beside=pl.lit(0, pl.Int64)), *blocks])
                assert held.equals(wanted.select(held.columns))
            assert placed(parts, head, lambda part: part).equals(wanted.select(*KEYS.columns, "beside"))
    assert not list(tmp_path.iterdir())


def test_a_file_is_the_same_however_its_rows_come_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BLOCK", 25)
    found = set()
    for size in (1, 7, 1000):
        out = io.BytesIO()
        writing.parquet((KEYS.slice(*at) for at in cut(KEYS.height, size)), KEYS.schema, out)
        text = "".join(writing.lines((KEYS.slice(*at) for at in cut(KEYS.height, size)), KEYS.schema, lambda f: f))
        found.add((out.getvalue(), text))
    assert len(found) == 1
    assert pl.read_parquet(io.BytesIO(next(iter(found))[0])).equals(KEYS)
    writing.parquet([], KEYS.schema, tmp_path / "none.parquet")
    assert pl.read_parquet(tmp_path / "none.parquet").equals(KEYS.head(0))


def test_what_stopped_the_rows_is_what_is_raised(tmp_path: Path) -> None:
    def frames() -> Iterator[pl.DataFrame]:
        yield KEYS
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        writing.parquet(frames(), KEYS.schema, tmp_path / "half.parquet")
    assert caught.value.errno == errno.ENOSPC


def test_a_disk_that_is_full_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="No space left") as caught, on_disk():
        raise pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)")
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(pl.exceptions.ComputeError), on_disk():
        raise pl.exceptions.ComputeError("something else")


def test_rows_that_are_alike_are_found_by_their_hashes() -> None:
    frame = pl.DataFrame({"name": ["A", "B", "a", "B", "C", None, None], "day": [1, 1, 1, 2, 1, 1, 1]})
    rows = frame.filter(pl.col("name").is_not_null()).lazy()
    assert rows.filter(alike.several(rows, pl.col("name"))).collect()["name"].to_list() == ["B", "B"]
    assert rows.filter(alike.several(rows, pl.col("name"), pl.col("day"))).collect().is_empty()
    small = pl.col("name").str.to_lowercase()
    assert rows.filter(alike.apart(rows, small, pl.col("name"))).collect()["name"].to_list() == ["A", "a"]
    assert rows.filter(alike.apart(rows, pl.col("name"), pl.col("day"))).collect()["name"].to_list() == ["B", "B"]
