"""Where a product goes: whole or not at all, to the file that is meant, with its rights; and pages that ask for nothing."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evaluator.render.text import safe_cell
from tests.hostile.hostile import HIDDEN_TEXTS, keeps_the_law
from tests.paths import ROOT
from tests.support.command_line import DAY, PROGRAM, call, lay_small, refused

ACME = ("report", "small", "--for", "ACME", *DAY)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml, and nothing else."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path


def lying_around(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


# --- which file ---------------------------------------------------------------------------------------


def test_a_link_stays_one_and_its_file_gets_the_product(here: Path) -> None:
    (here / "far").mkdir()
    (here / "far" / "memo.json").write_text("old")
    os.chmod(here / "far" / "memo.json", 0o600)
    os.symlink("far/memo.json", here / "memo.json")
    assert call(*ACME, "-o", "memo.json").status == 0
    assert (here / "memo.json").is_symlink()
    assert (here / "far" / "memo.json").read_text("utf-8").startswith("{")
    assert stat.S_IMODE((here / "far" / "memo.json").stat().st_mode) == 0o600
    assert lying_around(here / "far") == ["memo.json"]


def test_a_link_to_a_file_that_is_not_there_yet(here: Path) -> None:
    os.symlink("new.md", here / "memo.md")
    assert call(*ACME, "-o", "memo.md").status == 0
    assert (here / "memo.md").is_symlink()
    assert (here / "new.md").read_text("utf-8").startswith("# Small")
    os.symlink("nowhere/new.md", here / "lost.md")
    refused(call(*ACME, "-o", "lost.md"), 2, "there is no folder", "nowhere")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_rights_of_the_file_that_was_there(here: Path, mode: int) -> None:
    (here / "memo.md").write_text("old")
    os.chmod(here / "memo.md", mode)
    assert call(*ACME, "-o", "memo.md").status == 0
    assert stat.S_IMODE((here / "memo.md").stat().st_mode) == mode


def test_places_that_take_nothing(here: Path) -> None:
    os.symlink("self.md", here / "self.md")
    os.mkfifo(here / "pipe")
    before = lying_around(here)
    refused(call(*ACME, "-o", "self.md"), 2, "this link leads back to itself", "name the file itself")
    refused(call(*ACME, "-o", "pipe"), 2, "nobody reads this pipe")
    refused(call(*ACME, "-o", "new/"), 2, "`new/` names a folder")
    refused(call(*ACME, "-o", ""), 2, "the path is empty")
    refused(call(*ACME, "-o", "x" * 300), 2, "its name is too long")
    refused(call("facts", "import", "facts/ACME.yaml", "--to", ""), 2, "the path is empty")
    assert lying_around(here) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_device(here: Path) -> None:
    refused(call(*ACME, "-o", "/dev/full"), 2, "no space left on device")


def test_a_name_that_fills_its_disk_s_limit(here: Path) -> None:
    name = "m" * 252 + ".md"
    assert call(*ACME, "-o", name).status == 0
    assert lying_around(here) == ["facts", name, "small.thesis"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_without_the_right_to_write_is_not_replaced(here: Path) -> None:
    (here / "memo.md").write_text("old")
    os.chmod(here / "memo.md", 0o400)
    refused(call(*ACME, "-o", "memo.md"), 2, "permission denied")
    assert (here / "memo.md").read_text() == "old"


# --- streams -------------------------------------------------------------------------------------------


def shell(line: str, cwd: Path) -> tuple[int, str, str]:
    """A line of the shell, with `thesis` standing for the program."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    program = " ".join(PROGRAM)
    ran = subprocess.run(  # the program under test
        ["/bin/sh", "-c", line.replace("thesis ", f"{program} ", 1)], cwd=cwd, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("words", [" ".join(ACME), "check small", "--help"])
@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_a_product_that_cannot_be_given_is_no_success(here: Path, words: str, where: str) -> None:
    status, _, said = shell(f"thesis {words} {where}", here)
    if words != "--help" or where == ">/dev/full":
        assert status == 2
        assert "standard output is closed" in said or "no space left" in said


def test_standard_output_is_not_needed_where_a_file_is_named(here: Path) -> None:
    assert shell(f"thesis {' '.join(ACME)} -o memo.md >&- 2>&- <&-", here)[0] == 0
    assert (here / "memo.md").read_text("utf-8").startswith("# Small")
    assert "written" not in (here / "memo.md").read_text("utf-8"), (
        "talk went into the file that had its stream's number"
    )


@pytest.mark.parametrize("command", ["check -", "fmt -"])
def test_a_closed_standard_input(here: Path, command: str) -> None:
    status, out, said = shell(f"thesis {command} <&-", here)
    assert (status, out) == (2, "")
    assert "that is closed" in said


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    status, out, said = (
        shell(f"rmdir {gone}; thesis list", gone)
        if False
        else shell(f"cd {gone} && rmdir {gone} && thesis list", tmp_path)
    )
    assert (status, out) == (2, "")
    assert "the folder in which you stand is no longer there" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_old_file_and_no_other(here: Path, number: signal.Signals) -> None:
    """While the product is being written: the program is held in the middle of it."""
    (here / "memo.md").write_text("old")
    held = (
        "import os, sys, time\nimport evaluator.session.writing as w\n"
        "def hold(handle):\n    os.write(1, b'held\\n')\n    time.sleep(60)\n"
        "w.os.fsync = hold\nsys.argv = ['thesis', *sys.argv[1:]]\n"
        "from evaluator.entry.start import main\nmain()\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", held, *ACME, "-o", "memo.md"], cwd=here, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == b"held\n"
        running.send_signal(number)
        said = running.communicate(timeout=20)[1]
    assert running.returncode == 128 + number
    assert b"stopped" in said
    assert (here / "memo.md").read_text() == "old"
    assert lying_around(here) == ["facts", "memo.md", "small.thesis"]


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05])
def test_an_interrupt_in_the_first_moments(tmp_path: Path, after: float) -> None:
    """While the command line is imported. What comes before our first line, Python's own start, is not ours."""
    program = "import os, sys\nos.write(1, b'x')\nfrom evaluator.entry.start import main\nsys.argv = ['thesis', 'list']\nmain()\n"
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.read(1)
        time.sleep(after + 0.005)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=20)[1]
    assert running.returncode in (0, 130)
    assert b"Traceback" not in said


# --- what pages and tables hold --------------------------------------------------------------------------


def test_each_page_lets_a_browser_do_nothing(here: Path) -> None:
    report = call(*ACME, "--format", "html").out
    grid = call("compare", "small", "--for", "ACME", *DAY, "--format", "html").out
    for page in (report, grid):
        policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
        assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
        assert page.index("Content-Security-Policy") < page.index("<title>")
        assert set(re.findall(r'href="([a-z]+):', page)) <= {"http", "https", "mailto"}


CALCULATED = (
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    " =1",
    '"=1',
    "＝1",
    "a;=1",
    "a; +1",
    "a\t@x",
    "a\n=1",
    "a;b;\"=cmd|' /c calc'!A0",
)


@pytest.mark.parametrize("text", CALCULATED)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_table_is_calculated(text: str, separator: str) -> None:
    """Whichever sign a spreadsheet splits lines at."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(["begin", safe_cell(text), "end"])
    for row in csv.reader(io.StringIO(line.getvalue()), delimiter=separator):
        for cell in row:
            assert not re.match(r"[\s\"']*[=+\-@＝＋－＠]", re.sub(r"'(?=[=+\-@＝＋－＠]).*", "", cell, flags=re.S)), (
                cell
            )


@pytest.mark.parametrize("text", ["12%", "10-20", "Add on pullbacks, do not chase", "a; b", "x = 1", "", "3 of 5"])
def test_a_plain_text_stays_as_it_is_in_a_table(text: str) -> None:
    assert safe_cell(text) == text


# --- what reaches the screen -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", HIDDEN_TEXTS)
def test_what_is_not_seen_is_made_visible(here: Path, text: str) -> None:
    """In names of files, arguments, keys, heads, units and rules."""
    plain = text.encode("utf-8", "replace").decode()
    (here / "bad.thesis").write_text(f'rules bad "{plain}"\nmetric {plain} = 1\n', encoding="utf-8")
    (here / "bad.csv").write_text(f"metric,{plain},value\ngrowth,2026-03-31,1{plain}\n", encoding="utf-8")
    (here / "bad2.csv").write_text(
        f"metric,period,value,unit,currency,published,kind,source\ngrowth,2026-03-31,1,{plain},{plain},2026-05-13,reported,R\n", encoding="utf-8"
    )  # fmt: skip
    (here / f"{plain}.thesis").write_text("rules x\n", encoding="utf-8")
    keeps_the_law("check", ".")
    keeps_the_law("check", ".", "--format", "json")
    if text == HIDDEN_TEXTS[0]:
        keeps_the_law("list")
    keeps_the_law("facts", "import", "bad.csv", "--to", "x.yaml")
    keeps_the_law("facts", "import", "bad2.csv", "--to", "x.yaml")
    for args in ((text,), ("report", text), ("report", "small", "--for", text), ("explain", "small", text, "--for", "ACME"), (f"--{text}",),
                 ("report", "small", "--as-of", text), ("report", "small", "--format", text), ("facts", "show", text)):  # fmt: skip
        keeps_the_law(*args)
