"""`thesis test`: examples that hold, fail, or cannot be decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import RULES, call, refused

GOOD = 'example "it grows" given growth = 20%, margin = 8% expect growing is true, call is "Buy"\n'
FAILS = 'example "slow" given growth = 2% expect growing is true, call is "Buy"\n'
OPEN = 'example "no margin" given growth = 20% expect thin is false, growing is true, margin is unknown\n'


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


# --- reasons and tolerances ------------------------------------------------------------------------------

REASONS = [
    ('call is "Buy" because growing, thin', ""),
    ('call is "Buy" because growth, margin', ""),
    ("growing is true because enough", ""),
    ("demand is supported because growing, thin", ""),
    ("growth = 19.5% within 1pp", ""),
    ("room = 8.5pp within 1pp", "room is +10pp"),
    ("room = 8.5pp within 150bps", ""),
    ("room = 10pp within 0pp", ""),
    ("sizing is unknown because sales", ""),
    ("sizing is unknown because room", "it is so, but not because of room: it rests on sales"),
    ("(growing or thin) because thin", "it is so, but not because of thin: it rests on growing"),
]


@pytest.mark.parametrize(("expected", "instead"), REASONS)
def test_reasons_and_tolerances(write, expected: str, instead: str) -> None:
    write(f'example "e" given growth = 20%, margin = 8% expect {expected}\n')
    ran = call("test", "small", "--format", "json")
    (file,) = json.loads(ran.out)["files"]
    (found,) = file["examples"][0]["expectations"]
    assert (found["holds"], found["instead"].partition(", growth")[0]) == ("false" if instead else "true", instead)
    assert found["written"] == expected
    assert ran.status == (1 if instead else 0)


def test_a_row_below_rests_on_what_ruled_out_the_rows_above(write) -> None:
    write('example "e" given growth = 2% expect call is "Wait" because growing, growth\n')
    assert call("test", "small").status == 0
    write('example "e" given growth = 2%, margin = 9% expect call is "Wait" because thin\n')
    ran = call("test", "small")
    assert ran.status == 1
    assert "it is so, but not because of thin: it rests on growing, growth" in ran.out


def test_an_example_that_sets_nothing_is_said_though_it_holds(write) -> None:
    write(GOOD, 'example "nothing" expect thin is unknown\n')
    ran = call("test", "small")
    assert (ran.status, ran.out) == (0, "small\n  ok   it grows\n  ok   nothing\n2 passed, 0 failed\n")
    assert 'example "nothing" sets nothing that its expectations depend on' in ran.err
    (file,) = json.loads(call("test", "small", "--format", "json").out)["files"]
    assert [w["code"] for w in file["warnings"]] == ["T123"]


def test_an_example_that_contradicts_itself_is_not_run(write) -> None:
    write('example "both" given growth = 20%, margin = 8% expect call is "Buy", call is "Wait"\n')
    ran = call("test", "small")
    assert ran.status == 1
    assert 'example "both" contradicts itself' in ran.err


# --- modules ------------------------------------------------------------------------------------------------

BIG = 'thesis big "Big" for ACME uses small\n'


def test_a_module_that_fails_its_own_example_fails_who_uses_it(here: Path, write) -> None:
    write(GOOD, FAILS)
    (here / "big.thesis").write_text(BIG, encoding="utf-8")
    ran = call("test", "big")
    assert ran.status == 1
    assert (
        "  ok   it grows (of small)\n  FAIL slow (of small)\n       the module small fails its own example\n" in ran.out
    )
    assert "small.thesis:" in ran.out


def test_what_a_thesis_changes_of_its_module_is_said_and_is_no_failure(here: Path, write) -> None:
    write(GOOD)
    (here / "big.thesis").write_text(BIG + "override param enough = 30%\n", encoding="utf-8")
    ran = call("test", "big", "--coverage")
    assert ran.status == 0
    assert (
        "  --   it grows (of small)\n       it holds in small, and no longer with what big adds or changes" in ran.out
    )
    assert "covered 0 of" in ran.out
    assert ran.out.endswith("0 passed, 0 failed, 1 of a module changed by a thesis\n")


# --- coverage -------------------------------------------------------------------------------------------------


def test_coverage_names_what_was_not_reached(write) -> None:
    write(GOOD)
    ran = call("test", "small", "--coverage")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "small",
        "  ok   it grows",
        "  covered 3 of 8 (37%)",
        "  not reached:",
        "    small.thesis:8: bull growing: never false",
        "    small.thesis:9: bear thin: never true",
        '    small.thesis:12: verdict call, row 2 "Wait": never reached',
        '    small.thesis:14: verdict sizing, row 1 "Large": never reached',
        '    small.thesis:15: verdict sizing, row 2 "Small": never reached',
        "1 passed, 0 failed",
    ]


@pytest.mark.parametrize(("least", "status"), [("0", 0), ("37", 0), ("38", 1), ("100", 1)])
def test_min_is_held_against_the_percent_rounded_down(write, least: str, status: int) -> None:
    write(GOOD)  # 3 of 8 are 37.5%
    ran = call("test", "small", "--min", least)
    assert ran.status == status
    assert (f"covered 3 of 8 (37%), and {least}% is asked for" in ran.out) == bool(status)
    assert call("test", "small", "--min", least, "--format", "json").status == status


@pytest.mark.parametrize("least", ["101", "-1", "99.5", "most"])
def test_min_is_a_whole_percent(write, least: str) -> None:
    write(GOOD)
    refused(call("test", "small", "--min", least), 2, "--min")


def test_each_file_must_reach_the_minimum(here: Path, write) -> None:
    (here / "bare.thesis").write_text('rules bare "Bare"\nparam x = 5\n', encoding="utf-8")
    write(GOOD)
    ran = call("test", "bare", "small", "--min", "38")
    assert ran.status == 1
    assert "nothing to cover" in ran.out
    assert ran.out.endswith("covered 3 of 8 (37%) in 2 files\n")
    assert call("test", "bare", "--min", "100").status == 0


# --- suggestions -----------------------------------------------------------------------------------------------


def test_suggestions_are_rules_that_can_be_put_in_as_they_stand(here: Path, write) -> None:
    write(GOOD)
    ran = call("test", "small", "--suggest")
    assert ran.status == 0
    assert "3 of 8 (37%)" in ran.err
    assert ran.out.startswith("# small: 2 examples cover 5 of the 5 that are missing; put them into small.thesis\n")
    write(GOOD, ran.out)
    after = call("test", "small", "--min", "100")
    assert (after.status, after.err) == (0, "")
    assert call("test", "small", "--suggest").out == "# small: nothing is missing\n"


NEVER = {
    "bull b on p when x > 60%": ("bull b: never true", "P006", "b"),
    "bull b on p when x >= 0%": ("bull b: never false", "P007", "b"),
    "bull b on p applies when x <= 50% when y > 0%": ("bull b: `applies when` never false", "P013", "b"),
    "bull b on p applies when x > 50% when y > 0%": ("bull b: `applies when` never true", "P006", "b"),
    "bull b on p when y > 0% verdict v when x > 60% then \"A\" otherwise \"B\"": ('verdict v, row 1 "A": never reached', "P002", "v"),
    "bull b on p when y > 0% verdict v when y > 1% then \"A\" when y > 2% then \"B\" otherwise \"C\"": (
        'verdict v, row 2 "B": never reached', "P003", "v",
    ),
}  # fmt: skip
"""Rules with something that can never be reached: how it is said, and what a proof says of it."""


@pytest.mark.parametrize("rules", NEVER)
def test_where_nothing_was_found_a_proof_is_named_and_says_that_it_never_can_be(here: Path, rules: str) -> None:
    words, code, name = NEVER[rules]
    head = 'rules odd "Odd"\ninput x "X" : percent between 0% and 50%\ninput y "Y" : percent\npillar p "?"\n'
    (here / "odd.thesis").write_text(f"{head}bear c on p when y < -5%\n{rules}\n", encoding="utf-8")
    ran = call("test", "odd", "--suggest", "--format", "json")
    found = json.loads(ran.out)["files"][0]["suggestions"]["not_found"]
    (why,) = [f["why"] for f in found if f["words"] == words]
    assert why.startswith("nothing was found that does it; `thesis prove odd.thesis` says")
    command = why.split("`")[1].split()[1:]
    assert f"[{code}]" in call(*command).out
    proved = json.loads(call(*command, "--format", "json").out)["files"][0]["findings"]
    assert (code, name) in {(f["code"], f["name"]) for f in proved}
    assert f"#   {why}" in call("test", "odd", "--suggest").out
