"""The unknown of each type keeps why, and is of that type."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.types.units import FIGURES, Kind
from evaluator.values.unknown import unknown, unknown_like
from evaluator.values.values import Day, Figure, Members, Single, Truth, Words, because

WHY, FACTS = because("not said", "x"), frozenset({3})
OTHER: dict[Kind, type] = {Kind.FLAG: Truth, Kind.CHOICE: Words, Kind.TEXT: Words, Kind.SET: Members, Kind.DATE: Day}


@pytest.mark.parametrize("kind", [*sorted(FIGURES), *OTHER])
def test_of_a_kind(kind: Kind) -> None:
    found = unknown(kind, WHY, FACTS)
    assert isinstance(found, OTHER.get(kind, Figure))
    assert not found.known
    assert (found.causes, found.facts) == (WHY, FACTS)
    assert not isinstance(found, Figure) or not found.undefined


@pytest.mark.parametrize(
    "value",
    [Figure.exact(3.0), Truth.of(True), Words(("a",)), Members(frozenset({"a"})), Day(dt.date(2026, 1, 1))],
    ids=lambda value: type(value).__name__,
)
def test_of_the_kind_of_a_value(value: Single) -> None:
    found = unknown_like(value, WHY, FACTS)
    assert type(found) is type(value)
    assert value.known
    assert not found.known
    assert (found.causes, found.facts) == (WHY, FACTS)
