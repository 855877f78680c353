"""The table of functions: every example is real text of the language and checks."""

from __future__ import annotations

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.lowering.calls import _SLOTS
from dsl.text.source import SourceFile
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS, WRITTEN, Back, Flat, Shape, Slot

FACTS = """rules examples "Examples"
input revenue : money per quarter
input margin  : percent per quarter
input price   : money per day
input eps     : money per share per quarter
input profit  : money per year by segment
input multiple_of : multiple by segment
forecast revenue_ahead for 3 years starts ttm(revenue) then previous * 110%
valuation fair_value = 10 USD against price
scenario slump probability 20% assume margin = 1%
"""


def checked(text: str) -> Checked:
    return check_file(SourceFile("x.thesis", FACTS + text), Library(()))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_example_checks(name: str) -> None:
    example = FUNCTIONS[name].example
    assert example.startswith(f"{name}(")
    found = checked(f"metric m = {example}\n")
    assert found.errors == [], example
    assert found.program is not None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_too_few_and_too_many_arguments_are_one_mistake(name: str) -> None:
    signature = FUNCTIONS[name]
    assert [d.code for d in checked(f"metric m = {name}()\n").errors] == ["T052"]
    if not signature.rest:
        many = ", ".join(["revenue"] * (len(signature.slots) + 1))
        assert [d.code for d in checked(f"metric m = {name}({many})\n").errors] == ["T052"]


def test_the_table_is_whole() -> None:
    assert {*_SLOTS, *WRITTEN, Slot.WINDOW, Slot.MONEY_SERIES} == set(Slot)
    for name, row in FUNCTIONS.items():
        assert row.name == name
        assert row.meaning.endswith("."), name
        assert row.missing.endswith("."), name
        assert row.fewest >= 1, name
        assert (row.back is not None) == (row.shape in (Shape.BACK, Shape.SHIFT)), name
        counted = {Back.PERIODS: Slot.PERIODS, Back.YEARS: Slot.YEARS}
        assert row.back not in counted or counted[row.back] in row.slots, name
        assert (Slot.WINDOW in row.slots) == (row.shape is Shape.WINDOW), name
        assert row.flat is Flat.ITSELF or row.shape not in (Shape.EACH, Shape.LOGIC, Shape.SHIFT, Shape.LAST), name
        assert row.least is None or row.shape not in (Shape.EACH, Shape.LOGIC), name
        assert row.operator in ("", "and", "or"), name
    assert {row.shape for row in FUNCTIONS.values()} == set(Shape)
    words = {FUNCTIONS[n].wanted() for n in ("yoy", "lag", "round", "max")}
    assert words == {"1 argument", "2 arguments", "1 or 2 arguments", "at least 1 argument"}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distribution_example_checks(name: str) -> None:
    count, example = DISTRIBUTIONS[name]
    assert checked(f"uncertain margin ~ {example}\n").errors == []
    assert example.count(",") + 1 == count or count < 0
    assert [d.code for d in checked(f"uncertain margin ~ {name}()\n").errors] == ["T056"]
