"""Programs killed at any moment (SIGKILL, which nobody can catch): a file is what it was, or what it should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random

import pytest

from tests.paths import ROOT
from tests.support.command_line import DAY, FACTS, PROGRAM, RULES

MANY = 2_000
"""Facts of the table: the product is large, so that a write takes its time."""


def table() -> str:
    head = "metric,date,value,published,kind,source\n"
    days = (f"2025-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29))
    return head + "".join(
        f"growth,{day},{n % 90}%,2026-01-01,reported,{'Results ' * 20}\n" for n, day in enumerate(days)
    )


def filings(count: int) -> bytes:
    items = [{"end": f"{2000 + n % 25}-12-31", "start": f"{2000 + n % 25}-01-01", "val": n, "accn": f"0001-26-{n}", "form": "10-K",
              "filed": "2026-02-01", "fill": "x" * 200} for n in range(count)]  # fmt: skip
    found = {"cik": 5, "entityName": "Acme", "facts": {"us-gaap": {"Revenues": {"units": {"USD": items}}}}}
    return json.dumps(found).encode()


@contextmanager
def server() -> Iterator[str]:
    """Company facts over HTTP, here."""
    answer = filings(MANY)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            try:
                self.wfile.write(answer)
            except OSError:
                return

        def log_message(self, *args: object) -> None:
            return

    listening = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}/facts/{{cik}}"
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def commands(url: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Each command that writes, with the file that it writes."""
    about = ("--name", "Acme", "--for", "ACME", "--reports-in", "CNY", "--fiscal-year-ends", "03-31")
    return {
        "report": (("report", "small", "--for", "ACME", *DAY, "-o", "memo.html"), "memo.html"),
        "import": (("facts", "import", "table.csv", "--to", "kept.yaml", "--replace", *about), "kept.yaml"),
        "fmt": (("fmt", "wild.thesis"), "wild.thesis"),
        "fetch": (("facts", "fetch", "ACME", "--cik", "5", "--refresh", "--facts-url", url, "--user-agent", "A a@example.com"),
                  "facts/ACME/companyfacts.json"),
    }  # fmt: skip


def laid_out(folder: Path) -> None:
    (folder / "facts" / "ACME").mkdir(parents=True)
    (folder / "facts" / "ACME" / "companyfacts.json").write_bytes(filings(3))
    (folder / "facts" / "ACME.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "small.thesis").write_text(RULES, encoding="utf-8")
    (folder / "wild.thesis").write_text(RULES.replace(" = ", "=").replace("\n", "\n\n\n"), encoding="utf-8")
    (folder / "table.csv").write_text(table(), encoding="utf-8")
    (folder / "memo.html").write_text("old", encoding="utf-8")
    (folder / "kept.yaml").write_text("old", encoding="utf-8")


def begin(args: tuple[str, ...], cwd: Path) -> subprocess.Popen[bytes]:
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*PROGRAM, *args], cwd=cwd, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def killed(base: Path, name: str, moments: Iterable[float]) -> int:
    """Kills a command at moments of its run, as shares of what it takes; how often it had not ended by itself."""
    stopped = 0
    with server() as url:
        args, file = commands(url)[name]
        whole = base / "whole"
        laid_out(whole)
        before = (whole / file).read_bytes()
        began = time.monotonic()
        assert begin(args, whole).wait(600) == 0
        after, lasts = (whole / file).read_bytes(), time.monotonic() - began
        assert after != before
        for n, share in enumerate(moments):
            folder = base / str(n)
            laid_out(folder)
            running = begin(args, folder)
            time.sleep(lasts * share)
            ended = running.poll() is not None
            running.kill()
            running.wait(600)
            held = (folder / file).read_bytes()
            assert held in (before, after), (
                f"{file} is torn after {lasts * share:.3f} s: {len(held)} bytes, {len(before)} before, {len(after)} after"
            )
            for cached in folder.glob(".thesis_cache/[!.]*"):
                json.loads(cached.read_bytes())
            stopped += not ended
            lasts *= 0.8 if ended else 1  # the machine was busier when the time was taken
    return stopped


def any_moment(seed: int, count: int) -> list[float]:
    """The later part of a run, in which the files are written."""
    random = Random(seed)
    return [random.uniform(0.3, 1.05) for _ in range(count)]


@pytest.mark.parametrize("name", ["report", "import", "fmt", "fetch"])
def test_killed_now_and_then(tmp_path: Path, name: str) -> None:
    assert killed(tmp_path, name, any_moment(1, 3)) >= 1


@pytest.mark.soak
@pytest.mark.parametrize("name", ["report", "import", "fmt", "fetch"])
def test_killed_two_hundred_times(tmp_path: Path, name: str) -> None:
    assert killed(tmp_path, name, any_moment(2, 50)) > 10


@pytest.mark.parametrize("step", ["mkstemp", "open", "write", "fsync", "chmod", "replace"])
def test_killed_at_each_step_of_a_write(tmp_path: Path, step: str) -> None:
    """Right before it, as seen by whoever opens the file then."""
    laid_out(tmp_path)
    place = {"mkstemp": "w.tempfile.mkstemp", "open": "w.open", "write": "w.replace_file"}.get(step, f"w.os.{step}")
    held = (
        "import os, signal, sys\nimport evaluator.session.writing as w\n"
        f"def die(*a, **k):\n    os.kill(os.getpid(), signal.SIGKILL)\n{place} = die\n"
        "sys.argv = ['thesis', *sys.argv[1:]]\nfrom evaluator.entry.start import main\nmain()\n"
    )
    args, file = commands("")["report"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", held, *args],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == -9, ran.stderr
    assert (tmp_path / file).read_text() == "old"
