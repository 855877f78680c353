"""The parts of a change add up to it, and each cause gets what it does."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.explore.attribution import Share, shares

CAUSES = ("results", "prices", "restatements", "rates")


@st.composite
def games(draw: st.DrawFn) -> dict[frozenset[str], float]:
    """A value for each set of causes."""
    sets = [frozenset(c for n, c in enumerate(CAUSES) if mask >> n & 1) for mask in range(2 ** len(CAUSES))]
    return {s: draw(st.floats(-1, 1)) for s in sets}


@given(games())
def test_the_parts_add_up_to_the_change(game: dict[frozenset[str], float]) -> None:
    found = shares(CAUSES, game.__getitem__)
    assert math.isclose(
        math.fsum(s.by for s in found.values()), game[frozenset(CAUSES)] - game[frozenset()], abs_tol=1e-12
    )


@given(games())
def test_a_part_is_the_mean_over_all_orders(game: dict[frozenset[str], float]) -> None:
    """By the definition, each order walked through."""
    found = shares(CAUSES, game.__getitem__)
    for cause in CAUSES:
        steps = []
        for order in permutations(CAUSES):
            before = frozenset(order[: order.index(cause)])
            steps.append(game[before | {cause}] - game[before])
        assert found[cause].by == pytest.approx(math.fsum(steps) / len(steps), abs=1e-12)


@pytest.mark.parametrize("alone", CAUSES)
def test_a_change_by_one_cause_is_its_own(alone: str) -> None:
    found = shares(CAUSES, lambda come: 0.25 * (alone in come))
    assert found == {c: Share(0.25 * (c == alone)) for c in CAUSES}


def test_of_many_causes_orders_are_sampled_and_the_parts_still_add_up() -> None:
    """Ten causes, the first two only together: 0.5 each, and 0.1 of each of the others."""
    causes = [str(n) for n in range(10)]

    def value(come: frozenset[str]) -> float:
        return float({"0", "1"} <= come) + 0.1 * len(come - {"0", "1"})

    found = shares(causes, value)
    assert math.isclose(math.fsum(s.by for s in found.values()), 1.8, abs_tol=1e-12)
    assert all(found[c].by == pytest.approx(0.1) for c in causes[2:])
    for cause in ("0", "1"):
        assert found[cause].error is not None
        assert abs(found[cause].by - 0.5) <= 4 * (found[cause].error or 0.0) + 1e-12
