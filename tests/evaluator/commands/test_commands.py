"""The program as a terminal sees it: statuses, stdout for the product alone, colours, pipes, locales, folders."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from evaluator.commands.facts import group as facts
from evaluator.commands.main import COMMANDS
from tests.paths import ROOT
from tests.support.command_line import DAY, PROGRAM, call, program, refused

NAMES = (
    "new",
    "report",
    "check",
    "diff",
    "explain",
    "flip",
    "seek",
    "simulate",
    "sensitivity",
    "changes",
    "scenarios",
    "history",
    "graph",
    "fmt",
    "test",
    "prove",
    "facts",
    "portable",
    "compare",
    "screen",
    "templates",
    "list",
    "lsp",
)
SERVERS = ("lsp",)
"""Commands that print nothing of their own: they answer whoever talks to them (tests/evaluator/servers)."""
ALIBABA = {
    "new": ("new", "company", "facts/made.thesis", "--for", "MSFT"),
    "report": ("report", "alibaba", *DAY, "--format", "json"),
    "check": ("check", "alibaba"),
    "diff": ("diff", "alibaba", "alibaba"),
    "explain": ("explain", "alibaba", "setup", *DAY),
    "flip": ("flip", "rule_of_40", "--for", "GOOGL", *DAY),
    "seek": ("seek", "alibaba", "cloud_path = 300bn CNY", "by", "cloud_growth", *DAY),
    "simulate": ("simulate", "alibaba", *DAY, "--draws", "1024"),
    "sensitivity": ("sensitivity", "rule_of_40", "--for", "GOOGL", *DAY),
    "changes": ("changes", "alibaba", "--from", "2026-02-01", "--to", "2026-05-14"),
    "scenarios": ("scenarios", "alibaba", *DAY),
    "history": ("history", "alibaba", "--from", "2026-05-12", "--to", "2026-05-14"),
    "graph": ("graph", "alibaba"),
    "fmt": ("fmt", "small.thesis", "--diff"),
    "test": ("test", "alibaba", *DAY),
    "prove": ("prove", "alibaba"),
    "facts": ("facts", "template", "alibaba"),
    "portable": ("portable", "piotroski_f_score", "--for", "GOOGL", "--as-of", "2026-05-20"),
    "compare": ("compare", "alibaba", "--for", "BABA,MSFT=microsoft", *DAY),
    "screen": ("screen", "small", "--universe", "facts", *DAY),
    "templates": ("templates", "export", "facts/mine"),
    "list": ("list",),
}
LEAVES = [
    *(name for name in NAMES if name not in ("facts", "templates")),
    "templates export",
    *(f"facts {name}" for name in facts.COMMANDS),
]
"""Every command that does something itself."""


def test_the_commands_are_these() -> None:
    assert tuple(COMMANDS) == NAMES == (*ALIBABA, *SERVERS)


@pytest.mark.parametrize("name", ALIBABA)
def test_each_command_runs_as_a_program(name: str, here: Path) -> None:
    ran = program(*ALIBABA[name], cwd=here)
    assert ran.status == 0, ran.err
    assert ran.out.endswith("\n")
    assert "\x1b" not in ran.out + ran.err
    assert sorted(p.name for p in here.iterdir()) == ["facts", "small.thesis"]


def test_the_example_has_its_three_outcomes(here: Path) -> None:
    ran = program(*ALIBABA["report"], cwd=here)
    outcomes = [v["outcomes"] for v in json.loads(ran.out)["verdicts"]]
    assert outcomes == [
        ["Into revenue but not profit"], ["Plausible"], ["Getting aggressive"], ["Add on pullbacks, do not chase"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", LEAVES)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_says_what_a_command_is_for(name: str, flag: str) -> None:
    ran = call(*name.split(), flag)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: thesis {name} ")
    assert ran.out.count("\n  -") >= 2
    assert "--format" in ran.out or name in SERVERS


def test_help_of_the_program_lists_every_command() -> None:
    ran = program("--help")
    assert (ran.status, ran.err) == (0, "")
    listed = ran.out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(NAMES)
    assert [line.split(maxsplit=1)[1] for line in listed] == list(COMMANDS.values())


def test_version() -> None:
    ran = program("--version")
    assert (ran.status, ran.out, ran.err) == (0, "thesis 0.1.0\n", "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("reprot",), ("No such command 'reprot'", "did you mean `report`?")),
        (("xyz",), ("No such command 'xyz'",)),
        (("report",), ("Missing argument 'RULES'",)),
        (("explain", "small"), ("Missing argument 'NAME...'",)),
        (("check",), ("name what to check",)),
        (("report", "small", "--format", "xml"), ("'xml' is not one of 'md', 'html', 'json'",)),
        (("graph", "small", "--fromat", "json"), ("No such option", "--format")),
        (("report", "smal"), ("there are no rules `smal`", "did you mean `small`?")),
        (("test", "qqq"), ("there are no rules `qqq`", "alibaba", "`thesis list`")),
        ((), ("Usage: thesis",)),
    ],
)
def test_wrong_use_is_2_and_says_what_was_meant(typed: tuple[str, ...], words: tuple[str, ...]) -> None:
    refused(call(*typed), 2, *words)


def test_rules_by_name_and_by_path_are_the_same(here: Path) -> None:
    by_name = call("report", "small", "--for", "ACME", *DAY, "--format", "json")
    assert by_name.status == 0
    for path in ("small.thesis", "./small.thesis", str(here / "small.thesis")):
        assert call("report", path, "--for", "ACME", *DAY, "--format", "json") == by_name


def test_any_working_directory(here: Path) -> None:
    expected = program(*ALIBABA["report"], cwd=here)
    for place in (ROOT, Path(os.sep), ROOT / "evaluator"):
        assert program(*ALIBABA["report"], cwd=place) == expected
    nested = here / "a" / "b"
    nested.mkdir(parents=True)
    by_path = program("report", "../../small.thesis", "--for", "ACME", *DAY, cwd=nested)
    assert by_path.status == 0, by_path.err
    assert "Buy" in by_path.out


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_the_same_run_gives_the_same_bytes(form: str) -> None:
    runs = {call("report", "small", "--for", "ACME", *DAY, "--format", form).out for _ in range(2)}
    assert len(runs) == 1
    assert "Small rules" in runs.pop()


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1:strict"},
    ],
)
def test_any_locale_gives_utf_8(env: dict[str, str], here: Path) -> None:
    plain = program("report", "alibaba", *DAY, cwd=here)
    assert plain.status == 0
    assert not plain.out.isascii()
    assert program("report", "alibaba", *DAY, cwd=here, env=env) == plain


def test_a_reader_that_stops_reading_is_no_failure(here: Path) -> None:
    """`thesis report … | head -1`: the pipe closes before everything is written."""
    (here / "long.thesis").write_text(
        'rules long "Long"\n' + "".join(f'metric m{n} "{"x" * 60}" = {n}\n' for n in range(5000)), encoding="utf-8"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.Popen(
        [*PROGRAM, "graph", "long"], cwd=here, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        assert ran.stdout.readline() == b"flowchart LR\n"
        ran.stdout.close()
        talk = ran.stderr.read()
    assert (ran.returncode, talk) == (0, b"")  # 5,000 names that nothing uses are no errors


def on_a_terminal(here: Path, *args: str) -> str:
    """What the program writes when stdout and stderr are a terminal."""
    master, slave = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen([*PROGRAM, *args], cwd=here, env=env, stdin=slave, stdout=slave, stderr=slave):
        os.close(slave)
        written, end = b"", time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([master], [], [], 0.1)[0]:
                continue
            try:
                chunk = os.read(master, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not chunk:
                break
            written += chunk
    os.close(master)
    return written.decode("utf-8")


def test_colours_on_a_terminal_alone(here: Path) -> None:
    assert "\x1b[32m" in on_a_terminal(here, "explain", "small", "call", "--for", "ACME", *DAY)
    (here / "wrong.thesis").write_text('rules wrong "Wrong"\nmetric a = nothing\n', encoding="utf-8")
    assert "\x1b[31m" in on_a_terminal(here, "check", "wrong")
    assert "\x1b" not in program("check", "wrong", cwd=here).err


def test_a_rule_file_does_not_steer_the_terminal(here: Path) -> None:
    (here / "evil.thesis").write_text('rules evil "E"\nmetric a = \x1b]0;owned\x07 b\n', encoding="utf-8")
    shown = on_a_terminal(here, "check", "evil")
    assert "\x1b]" not in shown
    assert "]0;owned" in shown
    shown = on_a_terminal(here, "check", "\x1b]0;owned\x07")
    assert "\x1b]" not in shown
    assert "␛]0;owned" in shown
