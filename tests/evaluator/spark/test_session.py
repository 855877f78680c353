"""What stands in the way of Spark is said within seconds, and before any of it is started. Needs no Spark."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest

from evaluator.session.reading import Failed
from evaluator.spark.running import ended, of_path
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


def java(monkeypatch: pytest.MonkeyPatch, folder: Path, says: str, status: int = 0) -> None:
    """A Java that says of itself what it says."""
    program = folder / "bin" / "java"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {status}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(folder))


@pytest.mark.parametrize(
    ("says", "status", "words"),
    [
        ('java version "1.8.0_292"', 0, "is Java 8"),
        ('openjdk version "11.0.22" 2024-01-16', 0, "Spark needs Java 17 or later"),
        ("Error: could not find libjava.so", 2, "does not say its version: Error: could not find libjava.so"),
        ('openjdk version "17.0.1"', 1, "does not say its version"),
    ],
)
def test_a_java_that_spark_does_not_start_with_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, status: int, words: str
) -> None:
    pyspark(monkeypatch, "4.3.0")
    java(monkeypatch, tmp_path, says, status)
    assert words in said("spark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert "does not start" in said("spark")


def test_what_ends_a_job_is_said_in_words() -> None:
    """By the innermost cause that is known, and not by what wraps it."""
    wrapped = (
        "org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///u.csv"
    )
    for said_by_spark, words in (
        (
            [wrapped, "SparkRuntimeException: [MALFORMED_CSV_RECORD] Malformed CSV record: A,1 SQLSTATE: KD000"],
            "than the head: A,1",
        ),
        (["Job aborted", "java.lang.OutOfMemoryError: Java heap space"], "out of memory"),
        (
            ["ExecutorLostFailure (executor 1 exited) Reason: Command exited with code 52, exit code: 52"],
            "out of memory",
        ),
        (["java.io.IOException: No space left on device"], "no space left"),
        ([wrapped, "java.io.FileNotFoundException: File file:/u.csv does not exist"], "do not see this path"),
        (["something else", "the innermost\nof all"], "Spark could not do it: the innermost"),
    ):
        assert words in ended(said_by_spark, "u.csv").diagnostics[0].message, said_by_spark


def test_a_master_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pyspark(monkeypatch, "4.3.0")
    java(monkeypatch, tmp_path, 'openjdk version "17.0.15" 2025-04-15')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "not reachable" in said(f"spark://127.0.0.1:{port}")


def test_what_needs_no_spark_to_be_refused(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "x.facts.yaml").touch()
    (tmp_path / "parts" / "inner").mkdir(parents=True)
    for path, words in (
        (tmp_path / "none.parquet", "no such file"),
        (tmp_path / "facts", "neither"),
        (tmp_path / "parts", "it holds another folder, `inner`"),
    ):
        found = of_path(checked(), path, str(path), Options(DAY), "spark")
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
