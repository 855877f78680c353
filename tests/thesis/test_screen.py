"""Screens from Python: frames of several libraries in and out, and what a notebook shows."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import thesis

RULES = """\
rules fcf "Free cash flow"
input fcf "Free cash flow" : money
input value "Market value" : money above 0
input share "Share of exports" : percent
metric fcf_yield "Free cash flow yield" : percent = fcf / value
verdict buy "Buy?"
  when fcf_yield >= 5% then "Yes" bullish
  otherwise "No"
"""
COLUMNS = {"name": ["A", "B", "C"], "fcf": [90.0, 10.0, None], "value": [1000, 800, 700], "share": [0.5, 0.25, None]}
ASKED = {"as_of": "2026-08-21", "currency": "USD", "columns": {"share": "share:fraction"}, "sort": "fcf_yield"}
FRAMES = {
    "polars": pl.DataFrame(COLUMNS), "lazy": pl.LazyFrame(COLUMNS), "pandas": pd.DataFrame(COLUMNS),
    "pandas, an index of names": pd.DataFrame(COLUMNS).set_index("name"), "columns": COLUMNS,
    "pandas, texts among numbers": pd.DataFrame(COLUMNS).assign(fcf=["90", 10, None]),
    "pandas with its own nulls": pd.DataFrame(COLUMNS).convert_dtypes(),
}  # fmt: skip


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_comes_back_as_one_of_its_library(kind: str) -> None:
    screen = thesis.load(RULES).screen(FRAMES[kind], **ASKED)
    assert screen.names == ("A", "B", "C")
    assert screen.outcomes() == {"Yes": 1, "No": 1, None: 1}
    assert screen.undecided == ("C",)
    assert type(screen.frame) is (pd.DataFrame if "pandas" in kind else pl.DataFrame)
    assert screen.frame["fcf_yield"].to_list()[:2] == [0.09, 0.0125]
    assert screen.frame["buy.possible"].to_list()[2] == ("Yes | No" if "pandas" in kind else ["Yes", "No"])


def test_a_screen_shows_itself_explains_itself_and_is_written(tmp_path: Path) -> None:
    screen = thesis.screen(RULES, FRAMES["polars"], where="value >= 750 USD", **ASKED)
    assert repr(screen) == "<fcf on 3 names as of 2026-08-21: Yes 1, No 1>"
    assert "<table>" in screen._repr_html_()
    assert "<script" not in screen._repr_html_()
    assert screen.why("B")["fcf_yield"].value.text == "1.25%"
    assert "`fcf` is read in whole units of its currency: nothing says thousands or millions" in screen.told
    for name in ("s.html", "s.csv", "s.json", "s.xlsx", "s.parquet"):
        screen.save(tmp_path / name)
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["found"] == 2
    assert pl.read_parquet(tmp_path / "s.parquet").equals(screen.polars)
    said = {"fcf_yield": "fcf_yield:fraction"}
    again = thesis.screen(RULES, tmp_path / "s.parquet", as_of="2026-08-21", columns=said, sort="name")
    assert again.names == ("A", "B")


def test_what_is_no_table_is_refused_with_what_to_do(here: Path) -> None:
    (here / "empty").mkdir()
    for given, words in (
        ([1, 2], "the universe is a list"), ({"a": [1], "b": [1, 2]}, "no table"), ("none.csv", "no such file"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns of the frame have one name"),
        (pl.DataFrame({"name": ["A"]}), "no column is an input"), ("empty", "no facts in this folder"),
    ):  # fmt: skip
        with pytest.raises(thesis.ThesisError, match=words):
            thesis.screen(RULES, given, **ASKED | {"columns": {}})
    with pytest.raises(thesis.ThesisError, match="there is no `Z` in this universe"):
        thesis.screen(RULES, FRAMES["polars"], **ASKED).why("Z")


def test_a_folder_of_facts_files_is_a_universe() -> None:
    screen = thesis.screen("small", "facts", as_of="2026-05-14", sort="growth")
    assert screen.names == ("ACME", "KIND")
    assert screen.why("ACME").verdicts["call"].outcome == "Buy"
    assert screen.outcomes("call") == {"Buy": 1, None: 1}


def test_the_magic_formula_as_a_screen() -> None:
    """By hand: returns 100%, 60%, 50%, 15%; yields 9.1%, 5%, 10%, 30%. A bank is left out, as Greenblatt does; a loss has no rank."""
    frame = {
        "Ticker": ["A", "B", "C", "E", "BANK", "LOSS"], "ebit": [50, 30, 30, 10, 40, -5],
        "magic_capital": [100, 50, 200, 10, 20, 20], "magic_enterprise": [500, 600, 100, 110, 100, 100],
        "Sector": ["Tools", "Tools", "Food", "Food", "Diversified Banks", "Food"],
    }  # fmt: skip
    rules = thesis.load("magic_formula")
    with pytest.raises(thesis.ThesisError, match="`Diversified Banks`, `Food`, `Tools`, and `sector` is one of"):
        rules.screen(frame, as_of="2026-08-21", currency="USD")
    Path("m.yaml").write_text(
        'currency: USD\nnames:\n  Sector: {name: sector, words: {Diversified Banks: bank, "*": industrial}}\n',
        encoding="utf-8",
    )
    sort, where = "rank(magic_return) + rank(magic_yield)", "magic_verdict is meaningful and ebit > 0 USD"
    screen = rules.screen(frame, as_of="2026-08-21", mapping="m.yaml", sort=sort, where=where)
    assert screen.frame.select("name", "sorted_by").rows() == [("E", 4.0), ("A", 5.0), ("C", 5.0), ("B", 6.0)]
    assert (screen.model.out, screen.model.open) == (2, [])
    within = rules.screen(
        frame, as_of="2026-08-21", mapping="m.yaml", sort="rank(magic_return, by sector)", where=where
    )
    assert within.frame.select("name", "sorted_by").rows() == [("B", 1.0), ("E", 1.0), ("A", 2.0), ("C", 2.0)]
    assert repr(screen.why("BANK").verdicts["magic_verdict"]) == "<magic_verdict: does not apply>"


def test_a_threshold_is_set_for_all_names() -> None:
    rules = thesis.load(
        RULES.replace("fcf_yield >= 5%", "fcf_yield >= least").replace(
            "metric fcf", 'param least "Least" = 5%\nmetric fcf'
        )
    )
    screen = rules.screen(FRAMES["polars"], settings={"least": "1%"}, **ASKED)
    assert screen.outcomes() == {"Yes": 2, None: 1}
    assert screen.model.what_if == "Least = 1%, today 5%"
