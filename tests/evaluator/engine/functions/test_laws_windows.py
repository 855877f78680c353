"""Bounds of a standard deviation: every completion lies within them, they are no wider than need be, and learning more
never widens them."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.engine.functions.windows import stdev
from evaluator.values.values import Figure, because

WHY = because("known roughly", "x")
ENDS = st.one_of(
    st.integers(-5, 5).map(float), st.floats(-1e6, 1e6), st.sampled_from([1e9, 1e9 + 1, 1e-160, 2e-160, 0.1])
)
PAIRS = st.tuples(ENDS, ENDS).map(lambda pair: (min(pair), max(pair)))
SLACK = 1 + 1e-12


def of(pairs: list[tuple[float, float]]) -> Figure:
    found = stdev([Figure(low, high, WHY if low != high else frozenset()) for low, high in pairs])
    assert found.low <= found.high
    assert found.low >= 0
    return found


@given(st.lists(PAIRS, min_size=2, max_size=6), st.data())
def test_every_completion_lies_within(pairs: list[tuple[float, float]], data: st.DataObject) -> None:
    found = of(pairs)
    for _ in range(5):
        inside = [data.draw(st.floats(low, high)) for low, high in pairs]
        assert found.low <= statistics.stdev(inside) <= found.high
    for corner in product(*pairs):
        assert found.low <= statistics.stdev(corner) <= found.high


@given(st.lists(PAIRS, min_size=2, max_size=6))
def test_the_least_is_reached(pairs: list[tuple[float, float]]) -> None:
    """The figures nearest to the best centre have it: tried here from every centre that they can have."""
    found = of(pairs)
    centres = sorted({end for pair in pairs for end in pair})
    tried = list(centres)
    for left, right in pairwise(centres):
        fixed = [min(max((left + right) / 2, low), high) for low, high in pairs]
        outside = [x for x, (low, high) in zip(fixed, pairs, strict=True) if x in (low, high)]
        tried.append(min(max(statistics.fmean(outside or [left]), left), right))
    nearest = min(statistics.stdev([min(max(c, low), high) for low, high in pairs]) for c in tried)
    assert found.low <= nearest * SLACK
    assert nearest <= found.low * SLACK + 1e-9 * max(abs(c) for c in centres)


@given(st.lists(PAIRS, min_size=2, max_size=6), st.data())
def test_narrower_bounds_give_narrower_bounds(pairs: list[tuple[float, float]], data: st.DataObject) -> None:
    wide = of(pairs)
    inner = []
    for low, high in pairs:
        one, other = data.draw(st.floats(low, high)), data.draw(st.floats(low, high))
        inner.append((min(one, other), max(one, other)))
    narrow = of(inner)
    assert wide.low <= narrow.low * SLACK
    assert narrow.high <= wide.high * SLACK


def test_of_exact_figures_it_is_exact() -> None:
    found = of([(2.0, 2.0), (4.0, 4.0), (9.0, 9.0)])
    assert found == Figure.exact(statistics.stdev([2, 4, 9]))
    assert of([(7.0, 7.0)] * 3) == Figure.exact(0.0)


def test_one_bounded_figure() -> None:
    """2 and 4 to 6: from √2 to 2√2."""
    found = of([(2.0, 2.0), (4.0, 6.0)])
    assert (found.low, found.high) == (pytest.approx(math.sqrt(2)), pytest.approx(2 * math.sqrt(2)))
    assert found.causes == WHY


def test_a_bound_without_an_end_has_no_end_above() -> None:
    found = stdev([Figure.exact(2.0), Figure(4.0, math.inf, WHY)])
    assert (found.low, found.high) == (pytest.approx(math.sqrt(2)), math.inf)
    assert stdev([Figure.exact(2.0), Figure(-math.inf, math.inf, WHY)]) == Figure.unknown(WHY)


def test_of_fewer_than_two_there_is_none() -> None:
    for figures in ([], [Figure.exact(2.0)], [Figure.unknown(WHY)]):
        assert stdev(figures).undefined


def test_what_is_too_large_says_so() -> None:
    for figures in (
        [Figure.exact(1.7e308), Figure.exact(-1.7e308)],
        [Figure(1.7e308, 1.71e308, WHY), Figure.exact(-1.7e308)],
    ):
        found = stdev(figures)
        assert not found.known or found.high == math.inf
        assert found.causes


def test_the_deviation_of_a_missing_figure_is_unknown_and_never_the_sum() -> None:
    """A share that is missing and lies between 0% and 100%; a figure that may mean nothing."""
    for missing in (Figure(0.0, 1.0, WHY, assumed=True), Figure(0.7, 0.7, WHY, undefined=True)):
        found = stdev([Figure.exact(0.5), Figure.exact(0.6), missing])
        assert found == Figure.unknown(WHY, undefined=missing.undefined)
