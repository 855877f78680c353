"""The parts of a change add up to it, and each cause gets what it does."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.explore.attribution import shares

CAUSES = ("results", "prices", "restatements", "rates")


@st.composite
def games(draw: st.DrawFn) -> dict[frozenset[str], float]:
    """A value for each set of causes."""
    sets = [frozenset(c for n, c in enumerate(CAUSES) if mask >> n & 1) for mask in range(2 ** len(CAUSES))]
    return {s: draw(st.floats(-1, 1)) for s in sets}


@given(games())
def test_the_parts_add_up_to_the_change(game: dict[frozenset[str], float]) -> None:
    found = shares(CAUSES, game.__getitem__)
    assert math.isclose(math.fsum(found.values()), game[frozenset(CAUSES)] - game[frozenset()], abs_tol=1e-12)


@given(games())
def test_a_part_is_the_mean_over_all_orders(game: dict[frozenset[str], float]) -> None:
    """By the definition, each order walked through."""
    found = shares(CAUSES, game.__getitem__)
    for cause in CAUSES:
        steps = []
        for order in permutations(CAUSES):
            before = frozenset(order[: order.index(cause)])
            steps.append(game[before | {cause}] - game[before])
        assert found[cause] == pytest.approx(math.fsum(steps) / len(steps), abs=1e-12)


@pytest.mark.parametrize("alone", CAUSES)
def test_a_change_by_one_cause_is_its_own(alone: str) -> None:
    found = shares(CAUSES, lambda come: 0.25 * (alone in come))
    assert found == {c: 0.25 * (c == alone) for c in CAUSES}


def test_too_many_causes_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 8 causes"):
        shares([str(n) for n in range(9)], lambda come: 0.0)
