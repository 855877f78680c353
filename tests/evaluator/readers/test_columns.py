"""Facts of whole columns: looked at as columns or row by row they are the same, and each is made when somebody asks."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.facts.calendar import Calendar
from evaluator.facts.held import Held, names_of, one_after_the_other
from evaluator.facts.model import Fact
from evaluator.readers.assemble import calendar_of
from evaluator.readers.columns.columns import Columns
from evaluator.readers.columns.sound import are_sound
from evaluator.readers.load import load
from evaluator.readers.rows import Settings

_DAYS = [dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2024, 12, 31), dt.date(2025, 2, 14)]
_COLUMNS: dict[str, tuple[list[Any], list[Any]]] = {
    "metric": (["price", "revenue", "debt"], [None, " price", "pri\u202ece", ""]),
    "value": ([1.5, 0.0, 2e9, -3.25, float("nan"), None], [float("inf"), 1e300, 1e-320]),
    "published": ([dt.date(2026, 1, 5), dt.date(2026, 2, 6)], [None, dt.date(1500, 1, 1)]),
    "kind": (["reported", "estimate"], ["rumour", None]),
    "source": (["Release", "10-Q"], [None, " ", "x\u200by"]),
    "unit": (["millions", None, ""], ["furlongs", "percent"]),
    "currency": (["USD", None], ["EUR ", "\u202e"]),
    "period_kind": (["Q", "FY", "ttm"], ["fortnight", None]),
    "period_end": (_DAYS, [None]),
    "note": ([None, "seen"], ["a\x00b"]),
    "rank": ([None, "primary"], ["best"]),
}
_TYPES = {"value": pl.Float64, "published": pl.Date, "period_end": pl.Date}


@st.composite
def frames(draw: st.DrawFn, odd: str | None) -> pl.DataFrame:
    """A few rows, in one column of which a cell may be wrong."""
    size = draw(st.integers(1, 6))
    left_out = draw(st.sets(st.sampled_from(["unit", "currency", "note", "rank"]))) - {odd}
    columns = {
        key: draw(st.lists(st.sampled_from(good + (bad if key == odd else [])), min_size=size, max_size=size))
        for key, (good, bad) in _COLUMNS.items()
        if key not in left_out
    }
    return pl.DataFrame(columns, schema={key: _TYPES.get(key, pl.String) for key in columns})


def columns(frame: pl.DataFrame) -> Columns:
    return Columns(frame, "f.parquet", Settings(calendar=calendar_of("12-31")), {})


@pytest.mark.parametrize("odd", [None, *_COLUMNS])
@settings(max_examples=20)
@given(st.data(), st.sets(st.sampled_from(["price", "revenue", "debt", "other"])))
def test_columns_and_rows_say_the_same(odd: str | None, data: st.DataObject, names: Collection[str]) -> None:
    frame = data.draw(frames(odd))
    by_column, by_row = columns(frame), columns(frame)
    held, read = by_column.held(), by_row.read()
    assert by_column.problems == by_row.problems
    assert len(held) == len(read)
    if isinstance(held, Held):
        assert list(held.about(names)) == [fact for fact in read if fact.name in names]
    assert list(held) == read
    assert [f.place for f in held] == [f.place for f in read]
    assert set(names_of(held)) >= {f.name for f in read}


def test_what_is_usual_is_looked_at_as_columns() -> None:
    good = {key: [kinds[0][0]] * 3 for key, kinds in _COLUMNS.items()}
    frame = pl.DataFrame(good, schema={key: _TYPES.get(key, pl.String) for key in good})
    assert are_sound(frame, Settings(calendar=Calendar()), {})
    assert isinstance(columns(frame).held(), Held)


def made(name: str, value: str = "1") -> Fact:
    frame = pl.DataFrame({"metric": [name], "date": [_DAYS[0]], "value": [float(value)], "published": [_DAYS[0]],
                          "kind": ["reported"], "source": ["S"]})  # fmt: skip
    return columns(frame).read()[0]


def test_no_more_is_made_than_is_asked_for() -> None:
    asked: list[object] = []

    def make(names: Collection[str] | None) -> Sequence[Fact]:
        asked.append(names)
        return [made(name) for name in sorted(names or {"a", "b"})]

    held: Held[Fact] = Held({"a", "b"}, 2, make)
    assert (len(held), asked) == (2, [])
    assert [f.name for f in held.about(["b", "c"])] == ["b"]
    assert list(held.about(["c"])) == []
    assert asked == [{"b"}]
    assert held == (made("a"), made("b"))
    assert hash(held) == hash((made("a"), made("b")))
    assert pickle.loads(pickle.dumps(held)) == held
    assert [f.name for f in held.about({"a"})] == ["a"]
    assert held[1:] == (made("b"),)
    assert held[0].name == "a"
    assert held != "ab"


def test_parts_about_different_names_stay_apart() -> None:
    joined = one_after_the_other([[made("a")], Held({"b"}, 1, lambda _: [made("b")])])
    assert [f.name for f in joined] == ["a", "b"]
    assert joined.names == {"a", "b"}
    assert [f.name for f in joined.about({"b"})] == ["b"]


_HEAD = "name: Example\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n  {name}:\n"
_FACT = "    - {date: 2025-03-31, value: 1, published: 2025-03-31, kind: reported, source: S}\n"


@pytest.mark.parametrize(("name", "count"), [("price", 1), ("debt", 2)])
def test_a_fact_of_two_files_is_one(tmp_path: Path, name: str, count: int) -> None:
    (tmp_path / "EXMPL.yaml").write_text(_HEAD.format(name=name) + _FACT, "utf-8")
    frame = pl.DataFrame({"metric": ["price"], "date": [_DAYS[0]], "value": [1.0], "published": [_DAYS[0]],
                          "kind": ["reported"], "source": ["S"]})  # fmt: skip
    frame.write_parquet(tmp_path / "f.parquet")
    company, problems = load([tmp_path / "EXMPL.yaml", tmp_path / "f.parquet"])
    assert company is not None, problems
    assert len(company.facts) == count
