"""Interval soundness (Moore, 1966): what is calculated from bounds holds every number calculated from inside them."""

from __future__ import annotations

import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluator.values import bounds as v
from evaluator.values.values import Figure, Truth
from tests.support.interval_trees import (
    NAMES,
    TooLarge,
    Tree,
    Undefined,
    bounds_with_points,
    by_evaluator,
    by_python,
    conditions,
    figures,
    truth_by_python,
)

Bounds = list[tuple[Figure, tuple[float, ...]]]
BOUNDS = st.lists(bounds_with_points(), min_size=len(NAMES), max_size=len(NAMES))


def points(bounds: Bounds) -> list[dict[str, float]]:
    return [{name: inside[at] for name, (_, inside) in zip(NAMES, bounds, strict=True)} for at in range(3)]


def wellformed(figure: Figure) -> None:
    """Never a NaN, never an infinity as a number, ends the right way round."""
    assert not math.isnan(figure.low)
    assert not math.isnan(figure.high)
    assert figure.low <= figure.high
    assert not (figure.is_exact and math.isinf(figure.low))
    assert isinstance(figure.low, float)
    assert isinstance(figure.high, float)


def figure(tree: Tree, values: dict[str, Figure]) -> Figure:
    found = by_evaluator(tree, values)
    assert isinstance(found, Figure)
    wellformed(found)
    return found


@settings(max_examples=250)
@given(figures(), BOUNDS)
def test_exact_figures_give_what_python_gives(tree: Tree, bounds: Bounds) -> None:
    for point in points(bounds):
        found = figure(tree, {n: Figure.exact(x) for n, x in point.items()})
        try:
            wanted = by_python(tree, point)
        except TooLarge:
            assert not found.known
            assert found.causes
            continue
        except Undefined:
            assert found.nm or any("too large" in c.reason for c in found.causes)
            assert found.causes
            continue
        assert found.low == found.high == wanted
        assert not found.causes


@settings(max_examples=800)
@given(figures(), BOUNDS)
def test_the_result_of_bounds_holds_every_result_of_points(tree: Tree, bounds: Bounds) -> None:
    wide = figure(tree, {n: f for n, (f, _) in zip(NAMES, bounds, strict=True)})
    for point in points(bounds):
        try:
            inside = by_python(tree, point)
        except TooLarge:
            continue  # the number exists; only a float cannot hold it
        except Undefined:
            assert wide.undefined, "it is not said that there may be no such number"
            continue
        assert not wide.nm
        assert wide.low <= inside <= wide.high


@settings(max_examples=800)
@given(conditions(), BOUNDS)
def test_a_decided_condition_is_the_same_at_every_point(tree: Tree, bounds: Bounds) -> None:
    wide = by_evaluator(tree, {n: f for n, (f, _) in zip(NAMES, bounds, strict=True)})
    assert isinstance(wide, Truth)
    for point in points(bounds):
        try:
            wanted = truth_by_python(tree, point)
        except TooLarge:
            continue
        exact = by_evaluator(tree, {n: Figure.exact(x) for n, x in point.items()})
        assert isinstance(exact, Truth)
        if exact.unknown:
            assert any("too large" in c.reason for c in exact.causes)
            continue
        assert exact.value is wanted
        assert exact.nm is (wanted is None)
        assert exact.possible & wide.possible is exact.possible


@settings(max_examples=250)
@given(figures(), BOUNDS, st.data())
def test_narrower_bounds_give_a_narrower_result(tree: Tree, bounds: Bounds, data: st.DataObject) -> None:
    """Inclusion: learning more never moves a result outside what was thought possible."""
    wide, narrow = {}, {}
    for name, (outer, inside) in zip(NAMES, bounds, strict=True):
        low, high = sorted(data.draw(st.permutations(inside))[:2])
        wide[name], narrow[name] = outer, Figure(low, high)
    before, after = figure(tree, wide), figure(tree, narrow)
    assume(after.known or not before.known or not any("too large" in c.reason for c in after.causes))
    if not after.nm:
        assert before.low <= after.low
        assert after.high <= before.high
    assert before.undefined or not after.undefined
    assert after.nm or not before.nm


@given(bounds_with_points(), bounds_with_points())
def test_comparisons_agree_with_each_other(first: tuple[Figure, object], second: tuple[Figure, object]) -> None:
    a, b = first[0], second[0]
    for operator, turned, opposite in (("<", ">", ">="), ("<=", ">=", ">"), ("=", "=", "!=")):
        truth = v.compare(operator, a, b)
        assert truth == v.compare(turned, b, a)
        assert truth == v.negate(v.compare(opposite, a, b))


@given(st.floats(-1e12, 1e12), st.floats(-0.9e-9, 0.9e-9))
def test_figures_within_the_tolerance_count_as_equal(x: float, off: float) -> None:
    a, b = Figure.exact(x), Figure.exact(x * (1 + off))
    assert v.compare("=", a, b).value is True
    assert v.compare("<=", a, b).value is v.compare(">=", a, b).value is True
    assert v.compare("<", a, b).value is v.compare(">", a, b).value is False


def test_the_sum_that_everyone_knows() -> None:
    total = v.add(Figure.exact(0.1), Figure.exact(0.2))
    assert v.compare("<=", total, Figure.exact(0.3)).value is True
    assert v.compare(">", total, Figure.exact(0.3)).value is False


@given(st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_sum_does_not_depend_on_the_order(numbers: list[float], random: object) -> None:
    shuffled = list(numbers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert v.total(map(Figure.exact, numbers)) == v.total(map(Figure.exact, shuffled))
