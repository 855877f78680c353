"""`thesis check --fix`: files mended whole or not at all, with their newlines; a diff that writes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dsl.text.edits import as_saved
from evaluator.commands import talk
from tests.support.command_line import call, program

WRONG = 'rules cloud "Cloud"\ninput growth "Growth" : percent per quarter\nkil slow when growth < 38 & growth > 10\n'
RIGHT = (
    'rules cloud "Cloud"\ninput growth "Growth" : percent per quarter\nkill slow when growth < 38% and growth > 10%\n'
)


@pytest.fixture
def rules(here: Path) -> Path:
    path = here / "cloud.thesis"
    path.write_text(WRONG, "utf-8")
    return path


def test_mistakes_are_mended_in_the_file(rules: Path) -> None:
    plain = call("check", "cloud.thesis")
    assert plain.status == 1
    assert "`thesis check --fix` mends 1 of these" in plain.err
    ran = call("check", "--fix", "cloud.thesis")
    assert (ran.status, rules.read_text("utf-8")) == (0, RIGHT)
    assert ran.out.startswith("cloud.thesis: no errors, rules ")
    assert "mended: cloud.thesis (4 mistakes)" in ran.err
    again = call("check", "--fix", "cloud.thesis")
    assert (again.status, again.err, rules.read_text("utf-8")) == (0, "", RIGHT)


def test_a_diff_writes_nothing(rules: Path) -> None:
    ran = call("check", "--fix", "--diff", "cloud.thesis")
    assert (ran.status, rules.read_text("utf-8")) == (1, WRONG)
    assert "-kil slow when growth < 38 & growth > 10\n+kill slow when growth < 38% and growth > 10%\n" in ran.out
    assert "error[T003]" in ran.err
    rules.write_text(RIGHT, "utf-8")
    ran = call("check", "--fix", "--diff", "cloud.thesis")
    assert (ran.status, ran.out) == (0, "")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_newlines_and_mark_stay(rules: Path, newline: str, mark: str, end: str) -> None:
    rules.write_bytes((mark + WRONG.rstrip("\n") + end).replace("\n", newline).encode("utf-8"))
    assert call("check", "--fix", "cloud.thesis").status == 0
    assert rules.read_bytes() == (mark + RIGHT.rstrip("\n") + end).replace("\n", newline).encode("utf-8")


def test_newlines_of_several_kinds_stay_where_they_are() -> None:
    before = b"one\r\ntwo\nthree\rfour"
    assert as_saved(before, "one\ntwo\nthree\nfour") == before
    assert as_saved(before, "one\n2\nthree\nfour") == b"one\r\n2\r\nthree\rfour"
    assert as_saved(before, "zero\none\ntwo\nthree\nfour") == b"zero\r\none\r\ntwo\nthree\rfour"


def test_a_pipe_gives_the_text() -> None:
    ran = program("check", "--fix", "-", stdin=WRONG.encode())
    assert (ran.status, ran.out) == (0, RIGHT)
    ran = program("check", "--fix", "-", stdin=WRONG.replace("38", "nothing").encode())
    assert (ran.status, ran.out) == (1, RIGHT.replace("38%", "nothing"))
    assert "there is no `nothing`" in ran.err


def test_as_json(rules: Path) -> None:
    found = json.loads(call("check", "--fix", "--diff", "cloud.thesis", "--format", "json").out)["files"][0]
    assert (found["mended"], found["written"], found["ok"]) == (4, False, False)
    assert "+kill slow" in found["diff"]
    (finding,) = found["diagnostics"]
    assert finding["fixes"][0] == {
        "title": "write `kill`", "sure": True,
        "edits": [{"file": "cloud.thesis", "sheet": None, "line": 3, "column": 1, "end_line": 3, "end_column": 4,
                   "column_utf16": 1, "end_column_utf16": 4, "text": "kill"}],
    }  # fmt: skip
    found = json.loads(call("check", "--fix", "cloud.thesis", "--format", "json").out)["files"][0]
    assert (found["mended"], found["written"], found["ok"], found["diagnostics"]) == (4, True, True, [])


def test_files_that_use_each_other_are_mended_together(here: Path) -> None:
    (here / "base.thesis").write_text("rules base\nmetrc least = 38%\n", "utf-8")
    (here / "top.thesis").write_text('thesis top for X uses base\nkill k when leest > 3% becuase "x"\n', "utf-8")
    ran = call("check", "--fix", "top.thesis", "base.thesis")
    assert ran.status == 1
    assert (here / "base.thesis").read_text("utf-8") == "rules base\nmetric least = 38%\n"
    assert '3% because "x"' in (here / "top.thesis").read_text("utf-8")
    assert "did you mean `least`?" in ran.err  # a name is never guessed


def test_what_was_not_named_is_left(here: Path) -> None:
    (here / "base.thesis").write_text("rules base\nmetrc least = 38%\n", "utf-8")
    (here / "top.thesis").write_text("thesis top for X uses base\nkill k when least > 3%\n", "utf-8")
    assert call("check", "--fix", "top.thesis").status == 1
    assert "metrc" in (here / "base.thesis").read_text("utf-8")


def test_a_folder(here: Path) -> None:
    (here / "more").mkdir()
    for name in ("a", "b"):
        (here / "more" / f"{name}.thesis").write_text(WRONG.replace("cloud", name), "utf-8")
    (here / "more" / "c.thesis").write_text(RIGHT.replace("cloud", "c"), "utf-8")
    kept = (here / "more" / "c.thesis").stat().st_mtime_ns
    assert call("check", "--fix", "more").status == 0
    assert (here / "more" / "b.thesis").read_text("utf-8") == RIGHT.replace("cloud", "b")
    assert (here / "more" / "c.thesis").stat().st_mtime_ns == kept


def test_a_link_stays_a_link_and_rights_stay(rules: Path, here: Path) -> None:
    os.chmod(rules, 0o640)
    (here / "link.thesis").symlink_to(rules)
    assert call("check", "--fix", "link.thesis").status == 0
    assert (here / "link.thesis").is_symlink()
    assert rules.read_text("utf-8") == RIGHT
    assert rules.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changes_meanwhile_is_left(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = talk.rewrite

    def late(path: Path, name: str, before: bytes, data: bytes) -> object:
        path.write_text(RIGHT + "# saved by the editor\n", "utf-8")
        return real(path, name, before, data)

    monkeypatch.setattr("evaluator.commands.rules.check.rewrite", late)
    ran = call("check", "--fix", "cloud.thesis")
    assert ran.status == 2
    assert "changed while it was read" in ran.err
    assert rules.read_text("utf-8") == RIGHT + "# saved by the editor\n"


def test_nothing_half_written(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    ran = call("check", "--fix", "cloud.thesis")
    assert ran.status == 2
    assert "no space left" in ran.err
    assert rules.read_text("utf-8") == WRONG
    assert [p.name for p in rules.parent.iterdir() if p.name.startswith(".cloud")] == []


@pytest.mark.parametrize(
    "args",
    [("check", "--diff", "cloud.thesis"), ("check", "--fix", "cloud.thesis", "--format", "github"),
     ("check", "--fix", "-", "cloud.thesis"), ("check", "--fix")],
)  # fmt: skip
def test_wrong_use(args: tuple[str, ...], rules: Path) -> None:
    ran = call(*args)
    assert ran.status == 2
    assert rules.read_text("utf-8") == WRONG


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\0", None])
def test_a_file_that_cannot_be_read(rules: Path, data: bytes | None) -> None:
    rules.unlink()
    if data is not None:
        rules.write_bytes(data)
    ran = call("check", "--fix", "cloud.thesis")
    assert ran.status == 2
    assert "error[T001]" in ran.err
