"""Rule files as they come from outside: a clear message with its place, status 1 or 2, in bounded time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dsl.text.source import MAX_BYTES
from tests.support.command_line import DAY, RULES, Ran, call, program, refused

COMMANDS = (
    ("report", "--for", "ACME", *DAY, "-o", "memo.md"),
    ("explain", "call", "--for", "ACME", *DAY),
    ("graph",),
)


def everywhere(here: Path, name: str, status: int, *words: str) -> None:
    """Every command refuses a rule file with the same words, and none leaves a file."""
    before = sorted(os.listdir(here))
    for command, *rest in COMMANDS:
        refused(call(command, name, *rest), status, *words)
    product = {"check": f"{name}: ", "test": "0 passed, 0 failed, 1 file with errors not run\n" if status == 1 else ""}
    for command, begins in product.items():
        ran = call(command, name)
        assert ran.status == status
        assert ran.out.startswith(begins)
        for word in words:
            assert word in ran.err, f"{word!r} is not in:\n{ran.err}"
    assert sorted(os.listdir(here)) == before


UNREADABLE: list[tuple[str, bytes, int, tuple[str, ...]]] = [
    ("binary", bytes(range(256)) * 8, 2, ("the file is binary, not text", "saved as UTF-8")),
    ("utf16", ("\ufeff" + RULES).encode("utf-16-le"), 2, ("the file is UTF-16 text", "save it as UTF-8")),
    ("utf16-be", ("\ufeff" + RULES).encode("utf-16-be"), 2, ("the file is UTF-16 text",)),
    ("utf16-bare", RULES.encode("utf-16-le"), 2, ("the file is binary, not text",)),
    ("latin", b'rules m "Caf\xe9"\n', 2, ("the file is not UTF-8 text (line 1, byte 12)", "save it as UTF-8")),
    ("large", b"(" * 10_000_000, 2, ("the file is 10.0 MB; the most is 8.4 MB", "`uses`")),
    ("just-too-large", b"#" * (MAX_BYTES + 1), 2, ("the most is 8.4 MB",)),
    ("empty", b"", 1, ("the file declares nothing", "begin with `rules NAME")),
    ("comment", b"# nothing yet\n\n", 1, ("the file declares nothing",)),
    ("prose", b"Buy when it is cheap.\n", 1, ("prose.thesis:1:1",)),
    ("twice", (RULES + "param growth = 1\n").encode(), 1, ("`growth` is declared twice", ":16:7", "2 | input growth", "first")),
    ("unknown-module", b'rules m "M" uses smal\n', 1, ("there is no module `smal`", ":1:18", "did you mean `small`?")),
    ("no-day", (RULES + 'catalyst c "C" on 2026-02-30 expects growth > 1%\n').encode(), 1,
     ("there is no day 2026-02-30", ":16:19", "YYYY-MM-DD")),
    ("quote", b'rules m "M\n', 1, ("no closing quote", ":1:9")),
    ("itself", b'rules itself "I" uses itself\n', 1, ("circle: itself → itself", ":1:23")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "status", "words"), UNREADABLE, ids=[case[0] for case in UNREADABLE])
def test_every_command_says_what_is_wrong(
    here: Path, name: str, data: bytes, status: int, words: tuple[str, ...]
) -> None:
    (here / f"{name}.thesis").write_bytes(data)
    begun = time.monotonic()
    everywhere(here, f"{name}.thesis", status, f"{name}.thesis", *words)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("bare", "(" * 7_000_000, ("nested more than", "deep.thesis:1:")),
        ("formula", 'rules m "M"\nmetric a = ' + "(" * 7_000_000, ("nested more than", "deep.thesis:2:")),
        ("closed", 'rules m "M"\nmetric a = ' + "(1)" * 2_300_000, ("deep.thesis:2:15",)),
        ("nots", 'rules m "M"\nmetric a = ' + "not " * 300_000, ("deep.thesis:2:",)),
    ],
)
def test_megabytes_of_brackets(here: Path, name: str, text: str, words: tuple[str, ...]) -> None:
    (here / "deep.thesis").write_text(text, encoding="utf-8")
    ran = program("check", "deep.thesis", cwd=here, within=30)
    assert ran.status == 1
    assert len(ran.err) < 3000  # a line of megabytes is shown around the place
    for word in words:
        assert word in ran.err


def test_fifteen_thousand_declarations(here: Path) -> None:
    lines = "".join(f'metric p{n} "P{n}" = p{n - 1} + 1\n' for n in range(1, 15_000))
    (here / "many.thesis").write_text(
        f'rules many "M"\ninput p0 "P" : number\nkill k when p0 < 1\n{lines}', encoding="utf-8"
    )
    ran = program("check", "many.thesis", cwd=here, within=60)
    assert (ran.status, ran.out.partition(", rules ")[0]) == (0, "many.thesis: no errors")
    assert "metric `p14999` is never used" in ran.err


def test_a_circle_through_three_files(here: Path) -> None:
    for name, used in (("a", "b"), ("b", "c"), ("c", "a")):
        (here / f"{name}.thesis").write_text(f'rules {name} "T" uses {used}\n', encoding="utf-8")
    everywhere(here, "a.thesis", 1, "the modules use each other in a circle: a → b → c → a", "c.thesis:1:18")


@pytest.mark.parametrize("prefix", ["\ufeff", ""])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_mark_and_any_newline_are_no_mistake(here: Path, prefix: str, newline: str) -> None:
    (here / "marked.thesis").write_bytes((prefix + RULES.replace("\n", newline)).encode())
    ran = call("report", "marked.thesis", "--for", "ACME", *DAY)
    assert ran.status == 0, ran.err
    assert ran == call("report", "small", "--for", "ACME", *DAY)


# --- what is no plain file --------------------------------------------------------------------------


def make_pipe(here: Path) -> str:
    os.mkfifo(here / "pipe.thesis")
    return "pipe.thesis"


def make_folder(here: Path) -> str:
    (here / "folder.thesis").mkdir()
    return "folder.thesis"


def make_loop(here: Path) -> str:
    (here / "one.thesis").symlink_to("two.thesis")
    (here / "two.thesis").symlink_to("one.thesis")
    return "one.thesis"


def make_dangling(here: Path) -> str:
    (here / "gone.thesis").symlink_to("nowhere.thesis")
    return "gone.thesis"


KINDS: list[tuple[Callable[[Path], str], str]] = [
    (lambda _: "/dev/zero", "this is a device, not a file"),
    (lambda _: "/dev/null", "this is a device, not a file"),
    (make_pipe, "nothing was written to this pipe within 1 s"),
    (make_loop, "this link leads back to itself"),
    (make_dangling, "there is no such file"),
    (lambda _: "none.thesis", "there is no such file"),
    (lambda _: "no/where/none.thesis", "there is no such file"),
    (lambda _: "small.thesis/none.thesis", "the file cannot be read: not a directory"),
    (lambda _: "x" * 5000 + ".thesis", "the file cannot be read: file name too long"),
]


@pytest.mark.parametrize(("make", "words"), KINDS)
def test_what_is_no_plain_file(here: Path, make: Callable[[Path], str], words: str) -> None:
    name = make(here)
    ran = program("check", name, cwd=here, within=10)
    assert ran.status == 2
    assert words in ran.err
    refused(program("report", name, "--for", "ACME", *DAY, cwd=here, within=10), 2, words)
    if not name.startswith("/dev"):
        return
    refused(program("report", "small", "--facts", name, *DAY, cwd=here, within=10), 2, words)


def test_a_folder_that_is_named_like_a_file(here: Path) -> None:
    """`check` looks for rule files in it; every other command wants a file."""
    name = make_folder(here)
    refused(program("report", name, "--for", "ACME", *DAY, cwd=here, within=10), 2, "this is a folder, not a file")
    ran = program("check", name, cwd=here, within=10)
    assert ran.status == 2
    assert "there are no rule files in this folder or below it" in ran.err


def test_a_module_that_is_no_plain_file(here: Path) -> None:
    make_pipe(here)
    (here / "user.thesis").write_text('rules user "U" uses pipe\n', encoding="utf-8")
    ran: Ran = program("check", "user", cwd=here, within=10)
    assert ran.status == 1
    assert "pipe" in ran.err
    assert program("list", cwd=here, within=10).status == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_no_right_to_read(here: Path) -> None:
    (here / "small.thesis").chmod(0)
    everywhere(here, "small.thesis", 2, "you have no right to read this file", "ask its owner")


def test_no_right_to_read_even_for_root(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    refused(call("graph", "small.thesis"), 2, "you have no right to read this file", "small.thesis", "ask its owner")


@pytest.mark.parametrize("name", ["my rules.thesis", "备忘录.thesis", "two\nlines.thesis", "-x.thesis", "[a]*?.thesis"])
def test_names_of_any_spelling(here: Path, name: str) -> None:
    (here / name).write_text(RULES, encoding="utf-8")
    ran = call("report", "--for", "ACME", *DAY, "--", name)
    assert ran.status == 0, ran.err
    (here / name).write_text("nonsense", encoding="utf-8")
    shown = name.replace("\n", "␤")  # it cannot pass for a separate line
    refused(call("report", "--for", "ACME", *DAY, "--", name), 1, f"{shown}:1:1")
