"""The table of functions: every example is real text of the language and checks."""

from __future__ import annotations

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.lowering.calls import _SLOTS, _WRITTEN_OUT
from dsl.text.source import SourceFile
from dsl.types.functions import DISTRIBUTIONS, SIGNATURES, WINDOWED, Slot

FACTS = """rules examples "Examples"
input revenue : money per quarter
input margin  : percent per quarter
input price   : money per day
"""


def checked(text: str) -> Checked:
    return check_file(SourceFile("x.thesis", FACTS + text), Library(()))


@pytest.mark.parametrize("name", SIGNATURES)
def test_example_checks(name: str) -> None:
    example = SIGNATURES[name].example
    assert example.startswith(f"{name}(")
    found = checked(f"metric m = {example}\n")
    assert found.errors == [], example
    assert found.program is not None


@pytest.mark.parametrize("name", SIGNATURES)
def test_too_few_and_too_many_arguments_are_one_mistake(name: str) -> None:
    signature = SIGNATURES[name]
    assert [d.code for d in checked(f"metric m = {name}()\n").errors] == ["T052"]
    if not signature.rest:
        many = ", ".join(["revenue"] * (len(signature.slots) + 1))
        assert [d.code for d in checked(f"metric m = {name}({many})\n").errors] == ["T052"]


def test_the_table_is_whole() -> None:
    assert {*_SLOTS, *_WRITTEN_OUT} == set(Slot)
    assert set(SIGNATURES) >= WINDOWED
    for name, signature in SIGNATURES.items():
        assert signature.meaning.endswith("."), name
        assert signature.least >= 1, name
    words = {SIGNATURES[n].wanted() for n in ("yoy", "lag", "round", "max")}
    assert words == {"1 argument", "2 arguments", "1 or 2 arguments", "at least 1 argument"}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distribution_example_checks(name: str) -> None:
    count, example = DISTRIBUTIONS[name]
    assert checked(f"uncertain margin ~ {example}\n").errors == []
    assert example.count(",") + 1 == count or count < 0
    assert [d.code for d in checked(f"uncertain margin ~ {name}()\n").errors] == ["T056"]
