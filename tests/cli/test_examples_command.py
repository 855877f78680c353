"""`thesis test`: examples that hold, fail, or cannot be decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.driver import RULES, call, refused

GOOD = 'example "it grows" given growth = 20%, margin = 8% expect growing is true, call is "Buy"\n'
FAILS = 'example "slow" given growth = 2% expect growing is true, call is "Buy"\n'
OPEN = 'example "no margin" given growth = 20% expect thin is false, margin is unknown\n'


@pytest.fixture
def write(here: Path):
    return lambda *examples: (here / "small.thesis").write_text(RULES + "".join(examples), encoding="utf-8")


def test_examples_that_hold(write) -> None:
    write(GOOD)
    ran = call("test", "small")
    assert (ran.status, ran.out, ran.err) == (0, "small\n  ok   it grows\n1 passed, 0 failed\n", "")


def test_an_example_that_fails_shows_the_difference(write) -> None:
    write(GOOD, FAILS)
    ran = call("test", "small")
    line = RULES.count("\n") + 2
    assert ran.status == 1
    assert ran.out.splitlines() == [
        "small",
        "  ok   it grows",
        "  FAIL slow",
        "       given growth = 2%",
        f"       small.thesis:{line}: expected growing is true",
        "       but growing is false",
        f'       small.thesis:{line}: expected call is "Buy"',
        "       but call is Wait",
        "1 passed, 1 failed",
    ]


def test_an_example_that_cannot_be_decided_says_why(write) -> None:
    write(OPEN)
    ran = call("test", "small")
    assert ran.status == 1
    assert "expected thin is false\n       but thin is unknown; margin: no figure is known\n" in ran.out
    assert "expected margin is unknown" not in ran.out  # that one holds
    assert ran.out.endswith("0 passed, 1 failed\n")


def test_several_files_and_none(here: Path, write) -> None:
    write(GOOD)
    (here / "bare.thesis").write_text(RULES.replace("small", "bare", 1), encoding="utf-8")
    ran = call("test", "small", "bare")
    assert ran.status == 0
    assert ran.out == "small\n  ok   it grows\nbare\n  no examples\n1 passed, 0 failed\n"
    refused(call("test", "small", "nope"), 2, "there are no rules `nope`")


def test_a_file_with_errors_fails_beside_one_that_passes(here: Path, write) -> None:
    write(GOOD)
    (here / "wrong.thesis").write_text('rules wrong "W"\nmetric a = nothing\n', encoding="utf-8")
    ran = call("test", "wrong", "small")
    assert ran.status == 1
    assert "there is no `nothing`" in ran.err
    assert ran.out.endswith("1 passed, 0 failed, 1 file with errors not run\n")


def test_json(write) -> None:
    write(GOOD, FAILS, OPEN)
    ran = call("test", "small", "--format", "json")
    assert (ran.status, ran.err) == (1, "")
    (file,) = json.loads(ran.out)["files"]
    assert (file["passed"], file["failed"]) == (1, 2)
    first = file["examples"][2]["expectations"][0]
    assert (first["written"], first["holds"]) == ("thin is false", "unknown")
    assert first["instead"] == "thin is unknown; margin: no figure is known"


def test_the_day_decides_which_param_is_in_force(here: Path) -> None:
    dated = RULES.replace('enough" = 10%', 'enough" = 10% source "a" from 2026-06-01 = 30% source "b"')
    (here / "small.thesis").write_text(dated + GOOD, encoding="utf-8")
    assert call("test", "small", "--as-of", "2026-05-31").status == 0
    assert call("test", "small", "--as-of", "2026-06-01").status == 1
