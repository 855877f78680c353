"""Rules and facts that come through pipes: `<(…)` of a shell, `-`, a named pipe; the product is that of plain files."""

from __future__ import annotations

import io
import os
import subprocess
import threading
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.support.command_line import DAY, FACTS, PROGRAM, RULES, call, lay_small, refused

TABLE = "metric,period,value,published,kind,source\ngrowth,2026-03-31,12%,2026-05-13,reported,Results\n"
REPORT = ("--for", "ACME", *DAY)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path


def run(*args: str, piped: str = "") -> tuple[int, str, str]:
    """The program with something piped in."""
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [*PROGRAM, *args], input=piped, capture_output=True, text=True, env=known, timeout=60, check=False
    )
    return ran.returncode, ran.stdout, ran.stderr


def judged(page: str) -> str:
    """What a report says before it lists its files."""
    return page.split("## Appendix")[0]


def test_facts_and_rules_by_minus(here: Path) -> None:
    plain = call("report", "small.thesis", *REPORT, "--facts", "facts/ACME.yaml")
    status, out, err = run("report", "small.thesis", *REPORT, "--facts", "-", piped=FACTS)
    assert (status, out.replace("/dev/stdin", "facts/ACME.yaml")) == (0, plain.out), err
    status, out, err = run("report", "-", *REPORT, "--facts", "facts", piped=RULES)
    assert (status, out.replace("/dev/stdin", "small.thesis")) == (0, plain.out), err
    status, out, err = run("diff", "small.thesis", "-", piped=RULES.replace("= 10%", "= 11%"))
    assert status == 1, err
    assert "11%" in out
    status, out, err = run("diff", "-", "small.thesis", piped="rules a\nbull\n")
    assert status == 2
    assert "/dev/stdin:2:4" in err


def test_minus_stands_for_one_thing(here: Path) -> None:
    refused(call("report", "-", *REPORT, "--facts", "-"), 2, "either rules or facts")
    refused(call("diff", "-", "-"), 2, "- is standard input, and stands for one thing")
    refused(call("diff", "small.thesis", "-", "--facts", "-"), 2, "- is standard input, and stands for one thing")


def test_what_is_piped_in_may_be_nothing_or_no_text(here: Path) -> None:
    for piped in ("", "\0", "rules: [", TABLE):
        status, out, err = run("report", "small.thesis", *REPORT, "--facts", "-", piped=piped)
        assert (status in (1, 2), out) == (True, ""), (piped, err)
        assert "mend: " in err


def test_the_pipes_of_a_shell(here: Path) -> None:
    command = " ".join(PROGRAM)
    script = (
        f"{command} report <(cat small.thesis) --for ACME --as-of 2026-05-14 --facts <(sleep 0.2; cat facts/ACME.yaml)"
    )
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=known, timeout=60, check=False)
    plain = call("report", "small.thesis", *REPORT)
    assert ran.returncode == 0, ran.stderr
    assert judged(ran.stdout) == judged(plain.out)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_named_pipe_of_any_kind(here: Path, ending: str) -> None:
    """A name says of which kind it is; what comes is judged as a file of that kind is."""
    rows = [line.split(",") for line in TABLE.splitlines()]
    data = TABLE.encode()
    if ending == "xlsx":
        from tests.support.books import workbook

        data = workbook("\n".join(" | ".join(row) for row in rows) + "\n")
    if ending == "parquet":
        import polars as pl

        made = io.BytesIO()
        pl.DataFrame(dict(zip(rows[0], ([cell] for cell in rows[1]), strict=True))).write_parquet(made)
        data = made.getvalue()
    (here / "head.yaml").write_text("name: Acme\nticker: ACME\ncurrency: CNY\nfiscal_year_ends: 03-31\n", "utf-8")
    (here / f"plain.{ending}").write_bytes(data)
    os.mkfifo(here / f"pipe.{ending}")
    given = ("report", "small.thesis", *REPORT, "--facts", "head.yaml", "--facts")
    plain = call(*given, f"plain.{ending}")
    assert plain.status == 0, plain.err
    writer = threading.Thread(target=(here / f"pipe.{ending}").write_bytes, args=(data,), daemon=True)
    writer.start()
    piped = call(*given, f"pipe.{ending}")
    writer.join(10)
    assert piped.status == 0, piped.err
    assert piped.out.replace(f"pipe.{ending}", f"plain.{ending}") == plain.out


def test_a_pipe_in_a_folder_of_facts_is_passed_over(here: Path) -> None:
    before = call("report", "small.thesis", *REPORT, "--facts", "facts")
    os.mkfifo(here / "facts" / "ACME.csv")
    assert call("report", "small.thesis", *REPORT, "--facts", "facts").out == before.out
