"""Spark from Python and from the command line: frames of Spark, why a name is in or out, what is written where (`pytest -m spark`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import thesis
from evaluator.session.reading import Failed
from evaluator.spark import session as sessions
from tests.evaluator.spark.test_local import RULES, to_spark, universe
from tests.support.command_line import call

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]
MAPPED = {"yield_": "yield_:percent"}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    pytest.importorskip("pyspark")
    found = sessions.opened("spark", small=True)
    assert not isinstance(found, Failed), found
    yield found
    found.stop()


def test_a_frame_of_spark_in_and_out(session: Any, tmp_path: Path) -> None:
    """Nothing is brought together until it is asked for; the answers are those of a frame of polars."""
    rows, rules = universe(60), thesis.load(RULES)
    asked: dict[str, Any] = {
        "as_of": "2026-09-10", "columns": MAPPED, "currency": "USD", "where": "roc > 3%", "sort": "roc", "metrics": ["roc", "pe"],
    }  # fmt: skip
    here, there = rules.screen(rows, **asked), rules.screen(to_spark(session, rows), **asked)
    assert isinstance(there, thesis.SparkScreen)
    assert type(there.frame).__module__.startswith("pyspark.")
    assert "in Spark" in repr(there)
    assert any("NaN" in line for line in there.told)
    wanted = here.frame.sort("name")
    found = pl.DataFrame(
        [tuple(r) for r in there.frame.collect()], schema=there.frame.columns, orient="row", infer_schema_length=None
    )
    shared = [c for c in found.columns if c in wanted.columns and not c.endswith(".possible")]
    assert {"buy", "roc", "cheap.state", "score"} <= set(shared)
    assert_frame_equal(found.select(shared).sort("name"), wanted.select(shared), rel_tol=1e-9, check_dtypes=False)
    collected = there.collected()
    assert_frame_equal(collected.frame.drop("missing"), here.frame.drop("missing"), rel_tol=1e-9)
    name = wanted["name"][0]
    assert there.why(name).verdicts["buy"].outcome == here.why(name).verdicts["buy"].outcome
    with pytest.raises(thesis.ThesisError, match="no `nobody` in this universe"):
        there.why("nobody")
    stored = there.save(tmp_path / "out.parquet")
    assert stored.is_dir()
    assert pl.read_parquet(stored / "*.parquet").height == wanted.height
    with pytest.raises(thesis.ThesisError, match=r"Spark writes no `\.csv`"):
        there.save(tmp_path / "out.csv")
    assert collected.save(tmp_path / "out.csv").is_file(), "what is brought together is one file"
    with pytest.raises(thesis.ThesisError, match="a rank is a place among all names"):
        _ = rules.screen(to_spark(session, rows), **{**asked, "sort": "rank(roc)"}).frame
    with pytest.raises(thesis.ThesisError, match="neither yes nor no"):
        rules.screen(to_spark(session, rows.with_columns(pl.lit("perhaps").alias("listed"))), **asked)


@pytest.fixture
def table(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of a screen of a file, in its folder."""
    universe(40).write_csv(tmp_path / "u.csv")
    (tmp_path / "cheap.thesis").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = ["--map", "yield_=yield_:percent", "--currency", "USD", "--as-of", "2026-09-10"]
    return ["screen", "cheap.thesis", "--universe", "u.csv", *said]


def test_why_a_name_is_in_or_out(table: list[str]) -> None:
    asked = [*table, "--where", "roc > 3%", "--why", "n00007"]
    here, there = call(*asked), call(*asked, "--engine", "spark")
    assert here.status == there.status == 0
    assert there.out == here.out != ""
    nobody = call(*table, "--engine", "spark", "--why", "nobody")
    assert nobody.status == 2
    assert "there is no `nobody` in this universe" in nobody.err


def test_parquet_is_a_folder_and_all_else_one_file(table: list[str]) -> None:
    """Each is there whole, or what stood there stays; nothing half-written is left."""
    for name in ("out.csv", "out.parquet", "out.html", "out.json"):
        for _ in range(2):  # one that stood there is replaced
            assert call(*table, "--engine", "spark", "-o", name).status == 0, name
        assert Path(name).is_dir() == (name == "out.parquet")
    assert call(*table, "-o", "here.csv").status == 0
    here, there = (pl.read_csv(n, infer_schema=False).drop("missing").sort("name") for n in ("here.csv", "out.csv"))
    assert_frame_equal(there, here)
    assert pl.read_parquet("out.parquet/*.parquet").height == 40
    Path("mine.parquet").mkdir()
    Path("mine.parquet", "notes.txt").touch()
    refused = call(*table, "--engine", "spark", "-o", "mine.parquet")
    assert refused.status == 2
    assert "did not write" in refused.err
    left = {"u.csv", "cheap.thesis", "out.csv", "out.parquet", "out.html", "out.json", "here.csv", "mine.parquet"}
    assert set(os.listdir()) == left
