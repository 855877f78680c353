"""A cluster of one master and two workers on this machine, of which one is killed in the middle of a job: the same answer."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from evaluator.session.reading import Failed
from evaluator.spark import session as sessions
from tests.evaluator.spark.test_local import on_spark, polars_way, universe

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]
HERE = "127.0.0.1"
PARTS = 48


class Cluster:
    """Processes that a test started, ended with it."""

    def __init__(self, work: Path) -> None:
        pyspark = pytest.importorskip("pyspark")
        self.home, self.work = Path(pyspark.__file__).parent, work
        self.processes: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind((HERE, 0))
            self.port = int(free.getsockname()[1])
        self.master = f"spark://{HERE}:{self.port}"

    def start(self, role: str, *arguments: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": HERE, "SPARK_DAEMON_MEMORY": "256m"}
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role.lower()}.{role}", *arguments]
        with (self.work / f"{role}{len(self.processes)}.log").open("wb") as log:
            made = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=self.work)
        self.processes.append(made)
        return made

    def answers(self) -> None:
        for _ in range(1200):
            with socket.socket() as tried:
                if tried.connect_ex((HERE, self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the master did not start")

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start(
            "Worker",
            self.master,
            "--host",
            HERE,
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            str(self.work),
        )

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("spark"))
    try:
        found.start("Master", "--host", HERE, "--port", str(found.port), "--webui-port", "0")
        found.answers()
        yield found
    finally:
        found.end()


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of Spark speaks over loopback."""
    monkeypatch.setenv("SPARK_LOCAL_IP", HERE)


@pytest.mark.usefixtures("at_home")
def test_a_cluster_without_workers_and_then_one_that_loses_a_worker(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One test, since a process has one session of Spark."""
    monkeypatch.setattr(sessions, "FIRST_WORKER", 3.0)
    nobody = sessions.opened(cluster.master)
    assert isinstance(nobody, Failed)
    assert "gave no worker" in nobody.diagnostics[0].message
    workers = [cluster.worker(), cluster.worker()]
    monkeypatch.setattr(sessions, "FIRST_WORKER", 120.0)
    session = sessions.opened(cluster.master)
    assert not isinstance(session, Failed), session
    try:
        rows = universe(2_000, seed=random.Random(3).randrange(100))
        rows.write_parquet(tmp_path / "in.parquet")
        tracker = session.sparkContext._jsc.sc().statusTracker()
        until = time.monotonic() + 120
        while len(tracker.getExecutorInfos()) < 3 and time.monotonic() < until:  # driver and two workers
            time.sleep(0.1)
        assert len(tracker.getExecutorInfos()) == 3
        found = on_spark(session.read.parquet((tmp_path / "in.parquet").as_uri()).repartition(PARTS, "ticker"))
        status, failed = session.sparkContext.statusTracker(), []

        def work() -> None:
            failed.append(found.written(tmp_path / "out.parquet"))

        job = threading.Thread(target=work)
        before = set(status.getJobIdsForGroup())
        job.start()
        at_kill = _in_the_middle(status, before, job)
        workers[0].kill()
        job.join()
        assert failed == [None]
        assert 0 < at_kill < PARTS, "the worker was killed in the middle"
        wanted = polars_way(rows).frame
        written = pl.read_parquet(tmp_path / "out.parquet" / "*.parquet")
        shown = [c for c in written.columns if c in wanted.columns]
        assert_frame_equal(written.select(shown).sort("name"), wanted.select(shown).sort("name"), rel_tol=1e-9)
    finally:
        session.stop()


def _in_the_middle(status: Any, before: set[int], job: threading.Thread) -> int:
    """Waits until the writing job has done some of its tasks; how many."""
    while job.is_alive():
        for stage in status.getActiveStageIds():
            info = status.getStageInfo(stage)
            if info is not None and info.numTasks == PARTS and info.numCompletedTasks > 2:
                return int(info.numCompletedTasks)
        time.sleep(0.01)
    raise AssertionError("the job was done before any worker could be killed")


@pytest.mark.usefixtures("at_home")
def test_what_answers_and_is_no_master_is_seen_within_seconds() -> None:
    with socket.create_server((HERE, 0)) as deaf:
        found = sessions.opened(f"spark://{HERE}:{deaf.getsockname()[1]}")
    assert isinstance(found, Failed)
    assert "is no Spark master of version" in found.diagnostics[0].message
