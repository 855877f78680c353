"""Results as data frames: the same in polars and pandas, with null for what is not known."""

from __future__ import annotations

import datetime as dt
import importlib
import math
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

import thesis
from thesis import ThesisError
from thesis.frames import Tabular

DAY = "2026-05-14"


def run() -> thesis.Run:
    return thesis.evaluate("kinds", "KIND", as_of=DAY)


TABLES: dict[str, Callable[[], Tabular]] = {
    "run": run,
    "series": lambda: run()["growth"],
    "periods": lambda: run()["price"].series or run(),
    "single": lambda: run()["missing_one"],
    "facts": lambda: thesis.facts("facts/KIND.yaml"),
    "no facts": lambda: thesis.facts("facts/KIND.yaml", as_of="2000-01-01"),
    "compare": lambda: thesis.compare("small", ["ACME"], as_of=DAY),
    "proof": lambda: thesis.prove("small", budget=2),
}


def test_a_series() -> None:
    frame = run()["growth"].to_polars()
    assert frame.columns == ["period", "end", "low", "high", "known", "unit", "text", "reported"]
    assert frame["end"].to_list() == [dt.date(2025, 9, 30), dt.date(2025, 12, 31), dt.date(2026, 3, 31)]
    assert frame["low"].to_list() == [0.08, None, 0.12]
    assert frame["known"].to_list() == [True, False, True]
    assert frame.schema["end"] == pl.Date


def test_a_run() -> None:
    frame = run().to_polars()
    assert frame["name"].to_list() == list(run())
    by_name = {row["name"]: row for row in frame.to_dicts()}
    assert (by_name["least"]["low"], by_name["least"]["high"], by_name["least"]["known"]) == (0.8, None, True)
    assert (by_name["missing_one"]["low"], by_name["missing_one"]["known"]) == (None, False)
    assert (by_name["call"]["text"], by_name["call"]["state"]) == ("Buy", "bullish")
    assert (by_name["thin"]["text"], by_name["thin"]["known"]) == ("Thin or Sound", False)


def test_facts() -> None:
    frame = thesis.facts("facts/KIND.yaml").to_polars()
    first = frame.row(0, named=True)
    assert (first["name"], first["period"], first["value"], first["low"]) == ("growth", "2025-09-30", "8%", 0.08)
    assert (first["published"], first["kind"], first["source"]) == (dt.date(2025, 10, 30), "reported", "Results")
    assert frame.filter(pl.col("name") == "price")["date"].to_list() == [dt.date(2026, 5, 12), dt.date(2026, 5, 13)]


def test_companies_long_and_wide() -> None:
    found = thesis.compare("ai_infrastructure", ["BABA", "MSFT"], as_of=DAY)
    long, wide = found.to_polars(), found.to_polars(wide=True)
    assert long["ticker"].unique(maintain_order=True).to_list() == ["BABA", "MSFT"]
    assert wide.columns == ["kind", "name", "title", "BABA", "MSFT"]
    assert len(long) == 2 * len(wide)
    bounded = (
        thesis.compare("kinds", ["KIND"], as_of=DAY).to_polars().filter(pl.col("kind") == "score").row(0, named=True)
    )
    assert (bounded["state"], bounded["low"] < bounded["high"]) == ("bounded", True)


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_their_types_also_where_nothing_is_in_them(name: str) -> None:
    frame = TABLES[name]().to_polars()
    assert pl.Null not in frame.dtypes
    assert not [c for c in frame.columns if frame.schema[c] == pl.Float64 and frame[c].is_infinite().any()]


@pytest.mark.parametrize("name", TABLES)
def test_pandas_holds_what_polars_holds(name: str) -> None:
    pandas = pytest.importorskip("pandas")
    found = TABLES[name]()
    one, two = found.to_polars(), found.to_pandas()
    assert list(two.columns) == one.columns
    assert len(two) == len(one)

    def plain(value: Any) -> Any:
        if (
            value is None
            or value is pandas.NA
            or value is pandas.NaT
            or (isinstance(value, float) and math.isnan(value))
        ):
            return None
        return value.date() if isinstance(value, dt.datetime) else value

    for column in one.columns:
        assert [plain(v) for v in two[column].tolist()] == one[column].to_list(), column


def test_days_at_the_ends_of_the_calendar(here: Any) -> None:
    pytest.importorskip("pandas")
    (here / "far.yaml").write_text(
        "name: F\nticker: FAR\ncurrency: CNY\nfiscal_year_ends: 12-31\nfacts:\n  growth:\n"
        "    - {date: 2200-12-31, value: 1%, published: 1900-01-01, kind: guidance, source: S}\n"
    )
    found = thesis.facts("far.yaml")
    assert found.to_polars()["date"].to_list() == [dt.date(2200, 12, 31)]
    assert found.to_pandas()["date"].tolist()[0].year == 2200
    assert found.to_pandas()["published"].tolist()[0].year == 1900


@pytest.mark.parametrize(("package", "method"), [("polars", "to_polars"), ("pandas", "to_pandas")])
def test_without_the_package_it_says_what_to_install(
    package: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def missing(name: str, *more: Any) -> Any:
        if name == package:
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr("thesis.frames.import_module", missing)
    with pytest.raises(ThesisError, match=f"need the package {package}, which is not installed") as refused:
        getattr(run(), method)()
    assert f"pip install {package}" in str(refused.value)
