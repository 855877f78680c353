"""`thesis fmt`: files in place and whole or not at all, `--check`, `--diff`, standard input, JSON."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from dsl.layout import format as layout
from evaluator.session import writing
from tests.paths import ROOT
from tests.support.command_line import Ran, call, program, refused

UGLY = 'rules a   "A"\nparam fast=20 %   # why\nparam faster = 30%\n'
NEAT = 'rules a "A"\n\nparam fast   = 20%  # why\nparam faster = 30%\n'
WRONG = 'rules a "A"\nparam fast = = 5%\n'


@pytest.fixture
def ugly(here: Path) -> Path:
    (here / "ugly.thesis").write_bytes(UGLY.encode())
    return here / "ugly.thesis"


def test_a_file_is_laid_out_in_place(here: Path, ugly: Path) -> None:
    before = sorted(os.listdir(here))
    assert call("fmt", "ugly.thesis") == Ran(0, "", "formatted: ugly.thesis\n")
    assert ugly.read_bytes() == NEAT.encode()
    assert call("fmt", "ugly.thesis") == Ran(0, "", "")
    assert sorted(os.listdir(here)) == before


def test_check_writes_nothing_and_names_the_files(here: Path, ugly: Path) -> None:
    (here / "neat.thesis").write_bytes(NEAT.encode())
    assert call("fmt", "--check", "neat.thesis") == Ran(0, "", "")
    ran = call("fmt", "--check", "neat.thesis", "ugly.thesis")
    assert ran == Ran(1, "ugly.thesis: not in the standard layout\n", "")
    assert ugly.read_bytes() == UGLY.encode()


def test_diff_writes_nothing_and_shows_what_would_change(ugly: Path) -> None:
    ran = call("fmt", "--diff", "ugly.thesis")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "--- ugly.thesis", "+++ ugly.thesis", "@@ -1,3 +1,4 @@", '-rules a   "A"', "-param fast=20 %   # why",
        '+rules a "A"', "+", "+param fast   = 20%  # why", " param faster = 30%",
    ]  # fmt: skip
    assert ugly.read_bytes() == UGLY.encode()
    both = call("fmt", "--diff", "--check", "ugly.thesis")
    assert (both.status, both.out) == (1, ran.out)
    assert both.err == "ugly.thesis: not in the standard layout\n"


def test_a_diff_without_a_newline_at_the_end(ugly: Path) -> None:
    ugly.write_bytes(NEAT[:-1].encode())
    ends = call("fmt", "--diff", "ugly.thesis").out.splitlines()[-3:]
    assert ends == ["-param faster = 30%", "\\ No newline at end of file", "+param faster = 30%"]


def test_standard_input() -> None:
    assert program("fmt", "-", stdin=UGLY.encode()) == Ran(0, NEAT, "")
    assert program("fmt", "-", "--check", stdin=UGLY.encode()).status == 1
    assert program("fmt", "-", "--check", stdin=NEAT.encode()) == Ran(0, "", "")
    wrong = program("fmt", "-", stdin=WRONG.encode())
    refused(wrong, 1, "error[T003]", "<stdin>:2:14", "<stdin>: left as it is")
    refused(program("fmt", "-", stdin=b"\xff\xfe\x00"), 2, "UTF-16", "<stdin>")
    refused(program("fmt", "-", "a.thesis"), 2, "- is standard input, and stands alone")


def test_a_file_with_mistakes_is_left_and_the_others_are_not(here: Path, ugly: Path) -> None:
    (here / "wrong.thesis").write_bytes(WRONG.encode())
    ran = call("fmt", "wrong.thesis", "ugly.thesis")
    refused(ran, 1, "error[T003]", "wrong.thesis:2:14", "wrong.thesis: left as it is", "formatted: ugly.thesis")
    assert (here / "wrong.thesis").read_bytes() == WRONG.encode()
    assert ugly.read_bytes() == NEAT.encode()


def test_a_file_that_cannot_be_read(here: Path, ugly: Path) -> None:
    (here / "binary.thesis").write_bytes(b"\x00\x01")
    ran = call("fmt", "none.thesis", "binary.thesis", "ugly.thesis")
    refused(ran, 2, "there is no such file", "none.thesis", "binary, not text", "formatted: ugly.thesis")
    assert (here / "binary.thesis").read_bytes() == b"\x00\x01"


def test_a_folder_means_every_rule_file_below_it(here: Path, ugly: Path) -> None:
    deep = here / "more" / "deeper"
    deep.mkdir(parents=True)
    (deep / "b.thesis").write_bytes(UGLY.encode())
    (deep / "notes.txt").write_bytes(UGLY.encode())
    (here / "more" / ".venv").mkdir()
    (here / "more" / ".venv" / "c.thesis").write_bytes(UGLY.encode())
    (here / "more" / "a.thesis").write_bytes(NEAT.encode())
    ran = call("fmt", "more", "more/deeper/b.thesis", "./more/a.thesis")
    assert ran == Ran(0, "", f"formatted: {Path('more/deeper/b.thesis')}\n")
    assert (deep / "notes.txt").read_bytes() == UGLY.encode()
    assert ugly.read_bytes() == UGLY.encode()
    (here / "empty").mkdir()
    refused(call("fmt", "empty"), 2, "there are no rule files in this folder", "empty")


def test_the_shipped_rules_are_canonical() -> None:
    assert call("fmt", "--check", str(ROOT / "rules")) == Ran(0, "", "")


@pytest.mark.parametrize("text", [NEAT.replace("\n", "\r\n"), "\ufeff" + NEAT, NEAT.replace("\n", "\r")])
def test_newlines_and_marks_are_layout_too(ugly: Path, text: str) -> None:
    ugly.write_bytes(text.encode())
    assert call("fmt", "--check", "ugly.thesis").status == 1
    assert "only its newlines or its byte-order mark would change" in call("fmt", "--diff", "ugly.thesis").out
    assert call("fmt", "ugly.thesis").status == 0
    assert ugly.read_bytes() == NEAT.encode()


@pytest.mark.parametrize(
    "text", [NEAT[:-1], NEAT + "\n", NEAT.replace('A"\n', 'A"  \n'), NEAT.replace(" = 20", " =  20")]
)
def test_a_change_of_white_space_alone(ugly: Path, text: str) -> None:
    ugly.write_bytes(text.encode())
    assert call("fmt", "--check", "ugly.thesis").status == 1
    assert call("fmt", "ugly.thesis") == Ran(0, "", "formatted: ugly.thesis\n")
    assert ugly.read_bytes() == NEAT.encode()


def test_the_rights_of_the_file_are_kept(ugly: Path) -> None:
    ugly.chmod(0o640)
    assert call("fmt", "ugly.thesis").status == 0
    assert stat.S_IMODE(ugly.stat().st_mode) == 0o640


def test_a_link_stays_a_link(here: Path, ugly: Path) -> None:
    (here / "far").mkdir()
    (here / "far" / "link.thesis").symlink_to(ugly)
    assert call("fmt", "far", "ugly.thesis").err == f"formatted: {Path('far/link.thesis')}\n"
    assert (here / "far" / "link.thesis").is_symlink()
    assert ugly.read_bytes() == NEAT.encode()
    assert os.listdir(here / "far") == ["link.thesis"]


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
def test_a_failure_leaves_the_file(here: Path, ugly: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(os.listdir(here))
    monkeypatch.setattr(writing.os, step, refuse)
    refused(call("fmt", "ugly.thesis"), 2, "ugly.thesis", "the file cannot be written: no space left on device")
    assert ugly.read_bytes() == UGLY.encode()
    assert sorted(os.listdir(here)) == before


def test_a_file_that_may_not_be_written(ugly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder would let us replace it all the same."""
    monkeypatch.setattr("evaluator.commands.rules.fmt.os.access", lambda *_: False)
    refused(call("fmt", "ugly.thesis"), 2, "you have no right to write it", "check the rights")
    assert ugly.read_bytes() == UGLY.encode()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(here: Path, ugly: Path) -> None:
    here.chmod(0o500)
    try:
        refused(call("fmt", "ugly.thesis"), 2, "the file cannot be written: permission denied")
    finally:
        here.chmod(0o700)
    assert ugly.read_bytes() == UGLY.encode()


def test_a_layout_that_changes_the_meaning_is_not_written(ugly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = layout.lay_out
    monkeypatch.setattr(layout, "lay_out", lambda source: whole(source).replace("  # why", ""))
    refused(
        call("fmt", "ugly.thesis"),
        2,
        "error[T018]",
        "ugly.thesis",
        "a fault in thesis, not in your file",
        "left as it is",
    )
    assert ugly.read_bytes() == UGLY.encode()


def test_json(here: Path, ugly: Path) -> None:
    (here / "wrong.thesis").write_bytes(WRONG.encode())
    ran = call("fmt", "--check", "--diff", "--format", "json", "ugly.thesis", "wrong.thesis")
    assert (ran.status, ran.err) == (1, "")
    first, second = json.loads(ran.out)["files"]
    assert (first["file"], first["layout"], first["written"], first["text"]) == ("ugly.thesis", "changed", False, None)
    assert first["diff"].startswith("--- ugly.thesis\n")
    assert (second["layout"], second["diagnostics"][0]["code"]) == ("refused", "T003")
    done = json.loads(call("fmt", "--format", "json", "ugly.thesis").out)["files"][0]
    assert (done["layout"], done["written"], done["diff"]) == ("changed", True, None)
    again = json.loads(call("fmt", "--format", "json", "ugly.thesis").out)["files"][0]
    assert (again["layout"], again["written"]) == ("canonical", False)
    piped = json.loads(program("fmt", "-", "--format", "json", stdin=UGLY.encode()).out)["files"][0]
    assert (piped["text"], piped["written"]) == (NEAT, False)


def test_without_a_file() -> None:
    refused(call("fmt"), 2, "Missing argument")
