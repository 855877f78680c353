"""`-o FILE`: there whole or not at all, in the format of its ending."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import click
import pytest

from evaluator.session import writing
from tests.support.command_line import DAY, call, refused

ACME = ("report", "small", "--for", "ACME", *DAY)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("memo.md", "# Small rules"),
        ("memo.MARKDOWN", "# Small rules"),
        ("memo.txt", "call "),
        ("memo.html", "<!"),
        ("memo.HTM", "<!"),
        ("memo.json", "{\n"),
        ("ein Memo – 备忘.json", "{\n"),
    ],
)
def test_the_ending_says_the_format(here: Path, name: str, begins: str) -> None:
    ran = call(*ACME, "-o", name)
    assert (ran.status, ran.out) == (0, "")
    assert f"written: {name}" in ran.err
    assert (here / name).read_text(encoding="utf-8").lower().startswith(begins.lower())


def test_the_option_wins_over_the_ending_and_the_file_is_what_stdout_would_be(here: Path) -> None:
    for form in ("md", "html", "json"):
        assert call(*ACME, "--format", form, "-o", "memo.json").status == 0
        assert (here / "memo.json").read_bytes() == call(*ACME, "--format", form).out.encode()


def test_the_file_has_the_usual_rights_and_replaces_the_old_one(here: Path) -> None:
    old = os.umask(0o027)
    try:
        (here / "memo.json").write_text("old")
        assert call(*ACME, "-o", "memo.json").status == 0
    finally:
        os.umask(old)
    assert stat.S_IMODE((here / "memo.json").stat().st_mode) == 0o640
    assert json.loads((here / "memo.json").read_text(encoding="utf-8"))["name"] == "small"
    assert sorted(os.listdir(here)) == ["facts", "memo.json", "small.thesis"]


def test_a_pipe_or_a_device_is_written_to_and_stays_one(here: Path) -> None:
    """`-o /dev/null` as root once left a plain file there."""
    os.mkfifo(here / "pipe.json")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((here / "pipe.json").read_bytes()), daemon=True)
    reader.start()
    assert call(*ACME, "-o", "pipe.json").status == 0
    reader.join(10)
    assert stat.S_ISFIFO((here / "pipe.json").stat().st_mode)
    assert json.loads(got[0])["name"] == "small"


@pytest.mark.parametrize(
    ("target", "words"),
    [("nowhere/memo.md", "there is no folder nowhere"), ("facts", "this is a folder"), ("small.thesis/x", "no folder")],
)
def test_a_place_where_no_file_can_be(here: Path, target: str, words: str) -> None:
    refused(call(*ACME, "-o", target), 2, words, "name a file in a folder that is there")
    assert sorted(os.listdir(here)) == ["facts", "small.thesis"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(here: Path) -> None:
    (here / "closed").mkdir(mode=0o500)
    refused(call(*ACME, "-o", "closed/memo.md"), 2, "the file cannot be written: permission denied")


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
def test_a_failure_leaves_the_old_file_and_nothing_else(here: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Wherever the operating system refuses: no half of a file, the old one untouched."""
    (here / "memo.json").write_text("old")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, step, refuse)
    ran = call(*ACME, "-o", "memo.json")
    refused(ran, 2, "memo.json", "the file cannot be written: no space left on device")
    assert (here / "memo.json").read_text() == "old"
    assert sorted(os.listdir(here)) == ["facts", "memo.json", "small.thesis"]


def test_an_interruption_leaves_nothing_half_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing.os, "replace", interrupt)
    ran = call(*ACME, "-o", "memo.json")
    assert (ran.status, ran.out) == (130, "")
    assert "stopped" in ran.err
    assert sorted(os.listdir(here)) == ["facts", "small.thesis"]


@pytest.mark.parametrize(
    "wrong", [("--set", "growht=1%"), ("--as-of", "2026-02-30"), ("--facts", "no.yaml"), ("--for", "QQQ")]
)
def test_wrong_use_writes_nothing(here: Path, wrong: tuple[str, str]) -> None:
    (here / "memo.md").write_text("old")
    refused(call(*ACME, *wrong, "-o", "memo.md"), 2)
    refused(call(*ACME, *wrong, "-o", "other.md"), 2)
    assert (here / "memo.md").read_text() == "old"
    assert not (here / "other.md").exists()


def test_warnings_are_talk(here: Path) -> None:
    (here / "small.thesis").write_text(
        (here / "small.thesis").read_text(encoding="utf-8") + 'metric idle "Idle" = growth + 1pp\n', encoding="utf-8"
    )
    ran = call(*ACME, "--format", "json")
    assert "metric `idle` is never used" in ran.err
    assert json.loads(ran.out)["warnings"]
    assert click.unstyle(ran.err) == ran.err


def test_a_folder_is_no_output(here: Path) -> None:
    refused(call(*ACME, "-o", "new/"), 2, "`new/` names a folder", "name the file to write")
    assert not (here / "new").exists()
