"""The arithmetic and the logic stand more than once, and mean the same: laws over every implementation of the algebra."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.values.algebra import OPERATORS, Algebra
from evaluator.values.bounds import REL_TOLERANCE
from evaluator.values.values import May
from tests.support.algebras import IMPLEMENTATIONS, REFERENCE, Implementation, Seen

EVERY = pytest.mark.parametrize("of", IMPLEMENTATIONS, ids=lambda of: of.name)
SIGNS = ("<", "<=", ">", ">=", "=", "!=")
NUMBERS = st.one_of(st.integers(-6, 6).map(float), st.sampled_from([0.1, 0.5, -0.25, 2.5, 1e9, 39.8e9, -1e-9]))
BOUNDS = st.one_of(
    NUMBERS.map(lambda x: (x, x)),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair))),
    NUMBERS.map(lambda x: (x, math.inf)),
    NUMBERS.map(lambda x: (-math.inf, x)),
    st.just((-math.inf, math.inf)),
)
FIGURES = st.one_of(
    st.builds(
        lambda pair, *flags: Seen(*pair, *flags),
        BOUNDS.filter(lambda p: p[0] < p[1]),
        st.booleans(),
        st.just(False),
        st.booleans(),
    ),
    st.builds(lambda x, undefined: Seen(x, x, undefined), NUMBERS, st.booleans()),
    st.just(Seen(-math.inf, math.inf, undefined=True, nm=True)),
)
"""Every kind of figure: exact, bounded by facts or by rules alone, unknown, each of which may be not meaningful; and n.m."""
Bounds = tuple[float, float]
Operation = Callable[[Algebra[Any, Any], Sequence[Any]], Any]


def _not_negative(x: float) -> float:
    if x < 0:
        raise ZeroDivisionError
    return x


def _positive(x: float) -> float:
    if x <= 0:
        raise ZeroDivisionError
    return x


OPERATIONS: dict[str, tuple[int, Operation, Callable[..., float]]] = {
    "add": (2, lambda a, x: a.add(*x), lambda x, y: x + y),
    "subtract": (2, lambda a, x: a.subtract(*x), lambda x, y: x - y),
    "negative": (1, lambda a, x: a.negative(*x), lambda x: -x),
    "multiply": (2, lambda a, x: a.multiply(*x), lambda x, y: x * y),
    "divide": (2, lambda a, x: a.divide(*x), lambda x, y: x / y),
    "ratio": (2, lambda a, x: a.ratio(*x, "means nothing"), lambda x, y: x / _positive(y)),
    "absolute": (1, lambda a, x: a.absolute(*x), abs),
    "smallest": (3, lambda a, x: a.smallest(x), min),
    "largest": (3, lambda a, x: a.largest(x), max),
    "total": (3, lambda a, x: a.total(x), lambda *x: math.fsum(x)),
    "square": (1, lambda a, x: a.power(x[0], a.exact(2.0)), lambda x: x**2),
    "cube": (1, lambda a, x: a.power(x[0], a.exact(3.0)), lambda x: x**3),
    "inverse square": (1, lambda a, x: a.power(x[0], a.exact(-2.0)), lambda x: x**-2),
    "root": (1, lambda a, x: a.power(x[0], a.exact(0.5)), lambda x: _not_negative(x) ** 0.5),
}
NAMED = pytest.mark.parametrize("name", OPERATIONS)


def inside(bounds: Bounds) -> tuple[float, ...]:
    """Numbers within bounds: their ends, and beyond what no bound is known of."""
    low, high = bounds
    ends = [end for end in bounds if math.isfinite(end)] or [0.0]
    return (*ends, *([max(ends) + 7] if math.isinf(high) else []), *([min(ends) - 7] if math.isinf(low) else []))


def result(name: str, numbers: Sequence[float]) -> float | None:
    """What plain Python gives; None where there is no such number."""
    try:
        return OPERATIONS[name][2](*numbers)
    except ZeroDivisionError:
        return None


@EVERY
@NAMED
@given(data=st.data())
def test_of_exact_figures_it_is_the_number(name: str, of: Implementation, data: st.DataObject) -> None:
    count, operation, _ = OPERATIONS[name]
    numbers = [data.draw(NUMBERS) for _ in range(count)]
    seen, wanted = of.seen(operation(of.algebra, [of.algebra.exact(x) for x in numbers])), result(name, numbers)
    assert seen is not None
    if wanted is None:
        assert seen.nm
        return
    assert seen.low == seen.high == pytest.approx(wanted, rel=1e-12, abs=1e-12 * max(map(abs, numbers)))


@EVERY
@NAMED
@given(data=st.data())
def test_the_result_of_bounds_holds_every_result_within(name: str, of: Implementation, data: st.DataObject) -> None:
    count, operation, _ = OPERATIONS[name]
    bounds = [data.draw(BOUNDS) for _ in range(count)]
    seen = of.seen(operation(of.algebra, [of.figure(*pair) for pair in bounds]))
    if seen is None:
        return
    for numbers in product(*map(inside, bounds)):
        wanted = result(name, numbers)
        if wanted is None:
            assert seen.undefined, "it is not said that there may be no such number"
        else:
            assert not seen.nm
            slack = 1e-12 * max(map(abs, (*numbers, wanted)))
            assert seen.low - slack <= wanted <= seen.high + slack


@EVERY
@given(st.lists(BOUNDS, min_size=1, max_size=3))
def test_arithmetic_with_a_wholly_unknown_figure_is_unknown(of: Implementation, bounds: list[Bounds]) -> None:
    """0 times unknown too; what compares uses what bounds there are."""
    figures = [of.figure(*pair) for pair in bounds]
    unknown = of.figure(-math.inf, math.inf)
    for name in ("add", "subtract", "multiply", "divide", "ratio"):
        seen = of.seen(OPERATIONS[name][1](of.algebra, [figures[0], unknown]))
        assert seen is None or not seen.known, name
    nil = of.seen(of.algebra.multiply(of.algebra.exact(0.0), unknown))
    assert nil == Seen(-math.inf, math.inf)
    assert of.seen(of.algebra.absolute(unknown)) == Seen(0.0, math.inf, assumed=True)
    low, high = (of.seen(pick([*figures, unknown])) for pick in (of.algebra.smallest, of.algebra.largest))
    assert low is not None
    assert high is not None
    assert (low.low, low.high) == (-math.inf, min(h for _, h in bounds))
    assert (high.low, high.high) == (max(low for low, _ in bounds), math.inf)


@EVERY
def test_what_does_not_exist_does_not_exist_in_what_is_made_of_it(of: Implementation) -> None:
    a = of.algebra
    none = a.divide(a.exact(1.0), a.exact(0.0))
    nothing = Seen(-math.inf, math.inf, undefined=True, nm=True)
    assert of.seen(none) == of.seen(a.nothing("there is none")) == nothing
    for made in (a.add(none, a.exact(1.0)), a.negative(none), a.absolute(none), a.smallest([none, a.exact(1.0)]),
                 a.largest([a.exact(1.0), none]), a.total([none, none])):  # fmt: skip
        assert of.seen(made) == nothing
    assert {of.said(a.compare(sign, none, a.exact(1.0))) for sign in SIGNS} == {May.NM}


_TURNED = {May.TRUE: May.FALSE, May.FALSE: May.TRUE, May.OPEN: May.OPEN}


# --- comparisons -----------------------------------------------------------------------------------------------


@EVERY
@given(BOUNDS, BOUNDS)
def test_comparisons_agree_with_each_other(of: Implementation, first: Bounds, second: Bounds) -> None:
    a, b = of.figure(*first), of.figure(*second)
    said = {sign: of.said(of.algebra.compare(sign, a, b)) for sign in SIGNS}
    for sign, turned, opposite in (("<", ">", ">="), ("<=", ">=", ">"), ("=", "=", "!=")):
        assert said[sign] == of.said(of.algebra.compare(turned, b, a))
        assert said[sign] == _TURNED[said[opposite]]


@EVERY
@given(BOUNDS, BOUNDS)
def test_a_decided_comparison_is_the_same_at_every_point(of: Implementation, first: Bounds, second: Bounds) -> None:
    for sign in SIGNS:
        wide = of.said(of.algebra.compare(sign, of.figure(*first), of.figure(*second)))
        for x, y in product(inside(first), inside(second)):
            exact = of.said(of.algebra.compare(sign, of.algebra.exact(x), of.algebra.exact(y)))
            assert exact in (May.TRUE, May.FALSE)
            assert wide & exact, (sign, x, y)


@EVERY
@given(NUMBERS.filter(bool), st.floats(-0.9, 0.9))
def test_figures_within_the_tolerance_count_as_equal(of: Implementation, x: float, part: float) -> None:
    """One part in 10⁹ to either side, for each sign alike."""
    a, b = of.algebra.exact(x), of.algebra.exact(x * (1 + part * REL_TOLERANCE))
    said = {sign: of.said(of.algebra.compare(sign, a, b)) for sign in SIGNS}
    yes, no = May.TRUE, May.FALSE
    assert said == {"=": yes, "<=": yes, ">=": yes, "!=": no, "<": no, ">": no}


@EVERY
@given(NUMBERS.filter(bool), st.floats(1.1, 1e6), st.booleans())
def test_figures_beyond_the_tolerance_do_not(of: Implementation, x: float, parts: float, above: bool) -> None:
    off = abs(x) * parts * REL_TOLERANCE
    a, b = of.algebra.exact(x), of.algebra.exact(x + (off if above else -off))
    said = {sign: of.said(of.algebra.compare(sign, a, b)) for sign in SIGNS}
    under, over = (May.TRUE, May.FALSE) if above else (May.FALSE, May.TRUE)
    assert said == {"=": May.FALSE, "!=": May.TRUE, "<": under, "<=": under, ">": over, ">=": over}


# --- all of them alike -----------------------------------------------------------------------------------------


OTHERS = pytest.mark.parametrize("of", [i for i in IMPLEMENTATIONS if i is not REFERENCE], ids=lambda of: of.name)


@OTHERS
@NAMED
@given(data=st.data())
def test_each_says_what_the_reference_says(name: str, of: Implementation, data: st.DataObject) -> None:
    """Of every kind of figure: the same number, the same bounds, the same where there is no such number."""
    count, operation, _ = OPERATIONS[name]
    figures = [data.draw(FIGURES) for _ in range(count)]
    here = of.seen(operation(of.algebra, [of.made(figure) for figure in figures]))
    there = REFERENCE.seen(operation(REFERENCE.algebra, [REFERENCE.made(figure) for figure in figures]))
    assert here is not None
    assert there is not None
    assert (here.known, here.undefined, here.nm, here.assumed) == (
        there.known,
        there.undefined,
        there.nm,
        there.assumed,
    )
    assert here.low == pytest.approx(there.low, rel=1e-9)
    assert here.high == pytest.approx(there.high, rel=1e-9)


@OTHERS
@given(FIGURES, FIGURES)
def test_each_compares_as_the_reference_does(of: Implementation, first: Seen, second: Seen) -> None:
    for sign in SIGNS:
        here = of.said(of.algebra.compare(sign, of.made(first), of.made(second)))
        assert here == REFERENCE.said(REFERENCE.algebra.compare(sign, REFERENCE.made(first), REFERENCE.made(second)))


def test_every_operator_of_the_language_is_an_operation() -> None:
    for of in IMPLEMENTATIONS:
        six, two = of.algebra.exact(6.0), of.algebra.exact(2.0)
        found = {sign: of.seen(made(of.algebra)(six, two)) for sign, made in OPERATORS.items()}
        assert found == {"+": Seen(8, 8), "-": Seen(4, 4), "*": Seen(12, 12), "/": Seen(3, 3), "^": Seen(36, 36)}
