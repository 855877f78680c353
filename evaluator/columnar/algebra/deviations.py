"""How far figures of all names at once lie apart: the standard deviation and the volatility, also of figures within bounds.

In: figures of terms. Out: figures. Must not know periods. The same as `stdev` and `volatility` of `engine/functions/windows`.

Σ(x − mean)² is the least, over a centre c, of Σ(x − c)². Of bounds it is at least that of the nearest points of the bounds to the best c,
and at most that of the farthest ones to the best c. Both are made of parabolas that meet where a point turns, so that the best centre is
one of these places or the lowest point of the parabola beside one: each is tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from evaluator.columnar.algebra.figures import Bounded, Figures, Number, Plain
from evaluator.columnar.algebra.limits import MOST, Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term

_LARGE, _SMALL, _SCALE = 2.0**500, 2.0**-400, 2.0**600
"""Figures beyond these are brought nearer to 1 by a power of 2 before they are squared, so that no square is too large or too small."""
_PART = 2.0**-50


def stdev(f: Figures, items: Sequence[Number]) -> Number:
    """The standard deviation of a sample; unknown where one of them is. Raises NotColumnar for many figures within bounds."""
    if len(items) < 2:
        return f.no_number
    k = f.terms
    known = k.both(*(f.known(n) for n in items))
    if all(isinstance(n, Plain) for n in items):
        plain = [f.settled_number(n) for n in items if isinstance(n, Plain)]
        value = k.when(known, _of_exact(f, [n.value for n in plain]), k.null("f"))
        over = k.both(known, k.negated(k.is_finite(value)))
        none = k.any(*(n.nm for n in plain), over)
        undefined = k.any(k.both(k.negated(known), k.any(*(n.undefined for n in plain))), over)
        return Plain(k.finite(value), undefined, none, doubtful=False)
    if len(items) > MOST:
        raise NotColumnar(Limit.DEVIATION)
    each = [f.bounded(n) for n in items]
    whole = f.bounded(f.total(each))
    exact = k.both(*(k.eq(n.low, n.high) for n in each))
    one = _of_exact(f, [n.low for n in each])
    low, high = _of_bounds(f, [(k.when(known, n.low, k.const(0.0)), k.when(known, n.high, k.const(0.0))) for n in each])
    low, high = k.when(exact, one, low), k.when(exact, one, high)
    over = k.both(known, k.negated(k.both(k.is_finite(low), k.any(k.is_finite(high), k.negated(exact)))))
    there = k.both(known, k.negated(over))
    wide = f.wide(whole)
    return Bounded(
        k.when(there, low, f.low_end), k.when(there, high, f.high_end),
        k.any(over, k.both(k.negated(known), whole.undefined)), k.any(over, k.both(k.negated(known), whole.nm)),
        k.both(k.negated(known), wide, whole.assumed, k.negated(whole.nm)),
    )  # fmt: skip


def _scale(f: Figures, ends: Sequence[Term]) -> Term:
    """By what figures are multiplied before they are squared."""
    k = f.terms
    largest = k.const(0.0)
    for end in ends:
        size = k.abs(end)
        largest = k.most(largest, k.or_else(k.when(k.is_finite(end), size, k.const(0.0)), 0.0))
    down = k.when(k.le(k.const(_LARGE), largest), k.const(1 / _SCALE), k.const(1.0))
    return k.when(k.lt(largest, k.const(_SMALL)), k.const(_SCALE), down)


def _of_exact(f: Figures, values: Sequence[Term]) -> Term:
    """Of numbers: the root of the mean square around their mean; null where one is."""
    k = f.terms
    scale = _scale(f, values)
    scaled = [k.mul(value, scale) for value in values]
    count = k.const(float(len(values)))
    total = f.total([f.plain(x) for x in scaled])
    assert isinstance(total, Plain)
    mean, squares = k.div(f.settled_number(total).value, count), k.const(0.0)
    for x in scaled:
        gap = k.sub(x, mean)
        squares = k.add(squares, k.mul(gap, gap))
    return k.div(k.apply("sqrt", k.div(squares, k.const(float(len(values) - 1)))), scale)


def _of_bounds(f: Figures, bounds: Sequence[tuple[Term, Term]]) -> tuple[Term, Term]:
    """The least and the most, each a little outwards; no end that is open is asked for a centre."""
    k, zero = f.terms, f.terms.const(0.0)
    scale = _scale(f, [end for pair in bounds for end in pair])
    ends = [(k.mul(low, scale), k.mul(high, scale)) for low, high in bounds]
    open_ = k.negated(k.both(*(k.is_finite(end) for pair in ends for end in pair)))

    def nearest(c: Term) -> list[Term]:
        return [k.most(low, k.least(c, high)) for low, high in ends]

    def farthest(c: Term) -> list[Term]:
        return [k.when(k.le(k.add(c, c), k.add(low, high)), high, low) for low, high in ends]

    def beyond_nearest(c: Term) -> list[tuple[Term, Term]]:
        return [(k.when(k.le(high, c), high, low), k.any(k.le(high, c), k.lt(c, low))) for low, high in ends]

    def beyond_farthest(c: Term) -> list[tuple[Term, Term]]:
        return [(k.when(k.lt(k.add(c, c), k.add(low, high)), high, low), k.true) for low, high in ends]

    def root(squares: Term, wider: float) -> Term:
        found = k.apply("sqrt", k.div(squares, k.const(float(len(bounds) - 1))))
        return k.div(k.mul(found, k.const(wider)), scale)

    finite = [k.when(k.is_finite(end), end, zero) for pair in ends for end in pair]
    middles = [k.when(open_, zero, k.mul(k.add(low, high), k.const(0.5))) for low, high in ends]
    least = root(_least(f, nearest, beyond_nearest, finite), 1 - _PART)
    most = root(_least(f, farthest, beyond_farthest, middles), 1 + _PART)
    return least, k.when(open_, f.high_end, most)


def _least(
    f: Figures,
    points: Callable[[Term], list[Term]],
    beyond: Callable[[Term], list[tuple[Term, Term]]],
    breaks: Sequence[Term],
) -> Term:
    """The least of Σ(c − p)² over c, of points p that turn only at the breaks. `beyond`: the points just beyond a break, each with
    whether it stands still there and is not the centre itself: the mean of these is where the parabola is lowest."""
    k, zero, one = f.terms, f.terms.const(0.0), f.terms.const(1.0)

    def squares(c: Term) -> Term:
        found = zero
        for p in points(c):
            gap = k.sub(c, p)
            found = k.add(found, k.mul(gap, gap))
        return found

    best = squares(breaks[0])
    for at in breaks:
        still = beyond(at)
        total, many = zero, zero
        for p, counts in still:
            total, many = k.add(total, k.when(counts, p, zero)), k.add(many, k.when(counts, one, zero))
        lowest = k.when(k.lt(zero, many), k.div(total, k.most(many, one)), at)
        for centre in (at, lowest):
            best = k.least(best, squares(centre))
    return best


def volatility(f: Figures, items: Sequence[Number], *, per_year: int) -> Number:
    """The standard deviation of log returns, a year's worth, of figures above 0; of figures within bounds it is unknown."""
    k, zero = f.terms, f.terms.const(0.0)
    each = [f.settled_number(n) if isinstance(n, Plain) else n for n in items]

    def ends(n: Number) -> tuple[Term, Term]:
        return (n.value, n.value) if isinstance(n, Plain) else (n.low, n.high)

    nm = k.any(*(n.nm for n in each), *(k.le(ends(n)[1], zero) for n in each))
    undefined = k.any(nm, *(n.undefined for n in each), *(k.le(ends(n)[0], zero, null=True) for n in each))
    if len(items) < 3:
        return Plain(k.null("f"), undefined, nm)
    exact = k.both(
        k.negated(undefined), *(k.negated(f.wide(n)) if isinstance(n, Plain) else k.eq(n.low, n.high) for n in each)
    )
    logs = [k.apply("ln", k.when(exact, ends(n)[0], k.null("f"))) for n in each]
    returns = [k.sub(b, a) for a, b in pairwise(logs)]
    value = k.mul(_of_exact(f, returns), k.const(math.sqrt(per_year)))
    return Plain(value, undefined, nm, rough=True)
