"""Runs the command line, in this process (many cases) or as a separate program (what a terminal sees)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from inspect import signature
from pathlib import Path

from click.testing import CliRunner

from evaluator.commands.main import thesis
from evaluator.commands.talk import BUG
from tests.paths import ROOT

PROGRAM = (sys.executable, "-W", "error", "-m", "evaluator.commands.main")
DAY = ("--as-of", "2026-05-14")

RULES = """\
rules small "Small rules"
input growth "Growth" : percent between -100% and 1000%
input margin "Margin" : percent optional
input sales "Sales" : money per quarter optional
param enough "Growth that is enough" = 10%
metric room "Room above it" = growth - enough
pillar demand "Is there demand?"
bull growing "It grows" on demand when growth > enough because "Growth is {growth}."
bear thin "Thin margin" on demand when margin < 5%
verdict call "The call"
  when growing and not thin then "Buy" bullish because "It grows {growth}."
  otherwise "Wait" neutral
verdict sizing "Size of the sales"
  when latest(sales) > 1bn CNY and room > 0pp then "Large"
  otherwise "Small"
"""

HEAD = "name: Acme\nticker: ACME\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts:\n"
GROWTH = (
    "  growth:\n    - {date: 2026-03-31, value: 12%, published: 2026-05-13, kind: reported, source: Results}\n"
    "  margin:\n    - {date: 2026-03-31, value: 8%, published: 2026-05-13, kind: claim, source: Call}\n"
)
FACTS = HEAD + GROWTH


# Before click 8.2 a runner has to be told to keep the two streams apart.
_APART = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
RUNNER = CliRunner(**_APART)


@dataclass(frozen=True)
class Ran:
    """What a run left: exit status, product, talk."""

    status: int
    out: str
    err: str


def lay_small(folder: Path) -> Path:
    """The small rules and their facts in a folder that is empty: small.thesis and facts/ACME.yaml."""
    (folder / "facts").mkdir()
    (folder / "small.thesis").write_text(RULES, encoding="utf-8")
    (folder / "facts" / "ACME.yaml").write_text(FACTS, encoding="utf-8")
    return folder


def call(*args: str) -> Ran:
    """Runs `thesis ARGS` in this process; a mistake of ours is a failure of the test."""
    ran = whatever_happens(*args)
    assert BUG not in ran.err, whatever_happens("--debug", *args).err
    return ran


def whatever_happens(*args: str) -> Ran:
    """Runs `thesis ARGS` in this process, mistakes of ours included."""
    result = RUNNER.invoke(thesis, args, prog_name="thesis", catch_exceptions=False)
    return Ran(result.exit_code, result.stdout, result.stderr)


def program(
    *args: str, cwd: Path | None = None, env: dict[str, str] | None = None, within: float = 60, stdin: bytes = b""
) -> Ran:
    """Runs `thesis ARGS` as a separate program, with warnings as errors."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    found = subprocess.run(  # the program under test
        [*PROGRAM, *args], cwd=cwd, env=surroundings, input=stdin, capture_output=True, timeout=within, check=False
    )
    ran = Ran(found.returncode, found.stdout.decode("utf-8"), found.stderr.decode("utf-8"))
    assert "Traceback" not in ran.err
    assert BUG not in ran.err, ran.err
    return ran


def refused(ran: Ran, status: int, *words: str) -> None:
    """Nothing on stdout, the status, every word on stderr, no traceback."""
    assert (ran.status, ran.out) == (status, ""), ran
    for word in words:
        assert word in ran.err, f"{word!r} is not in:\n{ran.err}"
    assert "Traceback" not in ran.err
