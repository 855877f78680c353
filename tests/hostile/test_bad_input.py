"""What no analyst writes, as bytes and as programs: cut anywhere, generated from the grammar, names of a megabyte,
shapes that repeat without end. Each is answered, in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.text.diagnostics import to_text
from tests.paths import ROOT
from tests.support.layout_strategies import Program, programs, wild
from tests.support.survival import SHIPPED, THESIS, goes_all_the_way, survives, survives_bytes

BYTES = [text.encode() for text in (SHIPPED, THESIS, 'rules x "X"\ninput growth "Wachstum – 成長 “é”" : percent # …\n')]
LONG = "a" * 1_000_000


@settings(max_examples=40)
@given(st.sampled_from(BYTES), st.floats(0, 1))
def test_a_file_cut_at_any_byte(data: bytes, where: float) -> None:
    survives_bytes(data[: int(where * len(data))])


def test_a_short_file_cut_at_every_byte() -> None:
    refused = [end for end in range(len(BYTES[2]) + 1) if survives_bytes(BYTES[2][:end]) is None]
    assert refused, "some cuts fall inside a character"


@pytest.mark.soak
@pytest.mark.parametrize("part", range(40))
@pytest.mark.parametrize("data", BYTES[:2], ids=["module", "thesis"])
def test_the_shipped_rules_cut_at_every_byte(data: bytes, part: int) -> None:
    for end in range(part, len(data), 40):
        survives_bytes(data[:end])


@settings(max_examples=40)
@given(programs(12))
def test_a_program_of_the_grammar_is_checked_and_goes_as_far_as_it_can(program: Program) -> None:
    """What the grammar allows, with names and types at random: diagnostics, or a program that gives a report."""
    found = survives(wild(program, 0.05))
    if found.program is not None:
        goes_all_the_way(found, pages=False)


PLACES = {
    "declared and misspelt": (f'input {LONG} "I" : percent\nkill k when {LONG}b < 1%', "T031"),
    "a module": (f"thesis y for A uses {LONG}", "T025"),
    "a param of a module": (f"thesis y for A uses ai_infrastructure with {LONG} = 3%", "T028"),
    "an option": (f'input i "I" : choice of ({LONG}, b)\nkill k when i is c', "T050"),
    "a function": (f"metric m = {LONG}(1)", "T032"),
    "a pillar": (f"pillar p\nbull b on {LONG} when 1 < 2", "T031"),
    "a distribution": (f'input i "I" : percent\nuncertain i ~ {LONG}(1%, 2%)', "T055"),
    "a dropped name": (f"drop {LONG}", "T035"),
    "a text": (f'kill k when 1 < 2 because "{LONG}"', "T085"),
    "an outcome": (f'verdict v when 1 < 2 then "x" otherwise "y"\nkill k when v is "{LONG} {LONG}"', "T090"),
    "an open text": (f'view "{LONG}', "T006"),
    "a figure": (f"metric m = {'9' * 1_000_000}", "T010"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_word_of_a_megabyte_is_shown_as_a_word(place: str) -> None:
    text, code = PLACES[place]
    found = survives(text if text.startswith("thesis") else f'rules x "X"\n{text}\n')
    assert code in {d.code for d in found.diagnostics}
    assert max(len(to_text(d)) for d in found.diagnostics) < 3_000


def test_a_program_with_names_of_a_megabyte_gives_its_report() -> None:
    found = survives(
        f'thesis {LONG} for {LONG.upper()} asks "{LONG}"\ninput i{LONG} : percent\nkill k when i{LONG} > 1%'
    )
    assert found.program is not None
    goes_all_the_way(found)


N = 1_500
SHAPES = {
    "pillars on one condition": "".join(f"pillar p{i}\n" for i in range(N))
    + f"input g : percent\nbull b on {', '.join(f'p{i}' for i in range(N))} when g > 1%",
    "braces that cannot be read": f'input g : percent\nkill b when g > 1% because "{"{1 +}" * 100_000}"',
    "rows that are never reached": "input g : percent\nverdict v\n" + ' when g > 1% then "a"\n' * N,
    "modules that are not there": "uses " + ", ".join(f"m{i}" for i in range(N)),
    "not": "kill k when " + "not " * 100_000 + "1 < 2",
    "signs": "metric m = " + "- " * 100_000 + "1",
    "a comparison without end": "kill k when " + "1 < " * N + "2",
    "a chain of metrics": "input g : percent\nmetric m0 = g\n" + "".join(f"metric m{i + 1} = m{i}\n" for i in range(N)),
    "a circle of metrics": "".join(f"metric m{i} = m{(i + 1) % N}\n" for i in range(N)),
    "one name declared again and again": "input g : percent\n" * N,
    "examples of nothing": 'example "e"\n' * N,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_that_repeat_end_in_time(shape: str) -> None:
    """`survives` bounds the time by the length of the text."""
    found = survives(f'rules x "X"\n{SHAPES[shape]}\n')
    if found.program is not None:
        goes_all_the_way(found, pages=shape.startswith("pillars"))


@pytest.mark.parametrize("text", ["(" * 2_000_000, "not " * 50_000, "a " * 500_000, '"' * 100_000, LONG])
def test_memory_is_bounded(text: str) -> None:
    """In a process that may have a gigabyte: an answer, no traceback."""
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from dsl.check.checker import check_file\nfrom dsl.link.library import Library\nfrom dsl.text.source import SourceFile\n"
        "found = check_file(SourceFile('x.thesis', 'rules x\\nmetric m = ' + sys.stdin.read()), Library(()))\n"
        "print(found.diagnostics[0].code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input=text, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("T")
