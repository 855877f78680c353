"""What stands in the way of Spark is said within seconds, and before any of it is started. Needs no Spark."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest

from evaluator.session.reading import Failed
from evaluator.spark.running import of_path
from evaluator.spark.session import is_spark, opened
from evaluator.spark.writing import parquet
from evaluator.universe.running import Options
from tests.evaluator.spark.test_local import checked
from tests.support.screens import DAY


def said(engine: str) -> str:
    found = opened(engine)
    assert isinstance(found, Failed)
    assert found.wrong_use
    return found.diagnostics[0].message


def pyspark(monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    """An installed pyspark of some version; None: there is none."""
    module = ModuleType("pyspark")
    module.__version__ = version  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyspark", module if version is not None else None)


def test_what_is_no_spark_is_none() -> None:
    assert [is_spark(e) for e in ("spark", "spark://h:7077", "rows", "sparkle", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "engine", ["spark://h", "spark://h:0", "spark://h:70777", "spark:h:1", "spark://", "spark://a b:1", "spark://h:1/x"]
)
def test_a_master_is_written_in_one_way(engine: str) -> None:
    assert "names no Spark master" in said(engine)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pyspark(monkeypatch, None)
    assert "pyspark, which is not installed" in said("spark")
    pyspark(monkeypatch, "3.5.1")
    assert "pyspark is 3.5.1" in said("spark")
    pyspark(monkeypatch, "4.3.0")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "needs Java" in said("spark")


def test_a_master_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pyspark(monkeypatch, "4.3.0")
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "not reachable" in said(f"spark://127.0.0.1:{port}")


def test_what_needs_no_spark_to_be_refused(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "x.facts.yaml").touch()
    for path, history, words in (
        (tmp_path / "none.parquet", False, "no such file"),
        (tmp_path / "facts", False, "neither"),
        (tmp_path / "facts", True, "as of many days"),
    ):
        found = of_path(checked(), path, str(path), Options(DAY, history=history), "spark")
        assert isinstance(found, Failed)
        assert words in found.diagnostics[0].message


class Frame:
    """A frame that is written in part, as by a job that ends or by one that goes through."""

    def __init__(self, ends: bool) -> None:
        self.ends = ends

    @property
    def write(self) -> Frame:
        return self

    def parquet(self, where: str) -> None:
        folder = Path(where.removeprefix("file://"))
        folder.mkdir()
        (folder / "part-0.parquet").write_bytes(b"half" if self.ends else b"whole")
        if self.ends:
            raise OSError("no space left on the device")
        (folder / "_SUCCESS").touch()


def test_a_folder_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "out.parquet"
    with pytest.raises(OSError, match="no space"):
        parquet(Frame(ends=True), place)
    assert list(tmp_path.iterdir()) == []
    place.write_bytes(b"a file of polars")
    parquet(Frame(ends=False), place)
    with pytest.raises(OSError, match="no space"):
        parquet(Frame(ends=True), place)
    assert [p.name for p in tmp_path.iterdir()] == ["out.parquet"]
    assert (place / "part-0.parquet").read_bytes() == b"whole"
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").touch()
    with pytest.raises(OSError, match="did not write"):
        parquet(Frame(ends=False), mine)
    assert (mine / "notes.txt").exists()
