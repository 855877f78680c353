"""Powers of all names at once, of an exponent that is written out and of one that is calculated.

In: figures of terms. Out: figures. Must not know rules. The same as `bounds.power`.
"""

from __future__ import annotations

import math
from dataclasses import replace

from evaluator.columnar.algebra.figures import Bounded, Figures, Number, Plain
from evaluator.columnar.algebra.terms import Term


def outwards(f: Figures, low: Term, high: Term) -> tuple[Term, Term]:
    """Two ends, each one part in 10¹⁵ outwards where they are apart: libraries may miss by a last digit."""
    k = f.terms
    apart, part = k.ne(low, high), k.const(2.0**-50)
    wider = k.sub(low, k.mul(k.abs(low), part)), k.add(high, k.mul(k.abs(high), part))
    return k.when(apart, wider[0], low), k.when(apart, wider[1], high)


def power(f: Figures, base: Number, exponent: Number) -> Number:
    """base ^ exponent: of a base above 0 any exponent, of any base a whole one."""
    k, zero = f.terms, f.terms.const(0.0)
    if not (isinstance(exponent, Plain) and exponent.value.constant and exponent.undefined is k.false):
        return _calculated(f, f.bounded(base), f.bounded(exponent))
    y = float(exponent.value.value)
    whole = y == math.floor(y)
    even = whole and y > 0 and y % 2 == 0

    def raised(x: Term) -> Term:
        return k.pow(x, k.const(y))

    nothing_of = k.false
    if isinstance(base, Plain):
        base = f.settled_number(base)
        x = base.value
        if not whole:
            nothing_of = k.lt(x, zero)
        if y < 0:
            nothing_of = k.any(nothing_of, k.eq(x, zero))
        wide = k.is_null(x)
        value = raised(k.when(nothing_of, k.null("f"), x))
        undefined = k.any(base.undefined, nothing_of, k.both(wide, k.const(not whole or y < 0)))
        found = Plain(value, undefined, k.any(base.nm, nothing_of), True, base.doubtful)
        if not even or wide is k.false:
            return found
        b = f.bounded(found)
        at_least = k.both(wide, k.negated(base.nm))
        return replace(b, low=k.when(at_least, zero, b.low), assumed=k.any(b.assumed, at_least))
    return _power_of_bounds(f, base, y, whole, even)


def _power_of_bounds(f: Figures, x: Bounded, y: float, whole: bool, even: bool) -> Number:
    k, zero, one = f.terms, f.terms.const(0.0), f.terms.const(1.0)
    wide = f.wide(x)
    below = k.lt(x.low, zero) if not whole else k.false
    nothing = k.lt(x.high, zero) if not whole else k.false
    if y < 0:
        across = k.both(k.le(x.low, zero), k.le(zero, x.high))
        nothing = k.any(nothing, k.both(across, k.eq(x.low, x.high)))
        below = k.any(below, across)
    safe_low, safe_high = k.when(below, one, x.low), k.when(below, one, x.high)
    if y == 0:
        ends = [one, one]
    else:
        ends = [k.pow(safe_low, k.const(y)), k.pow(safe_high, k.const(y))]
    low, high = k.least(*ends), k.most(*ends)
    if whole and y % 2 == 0:
        inside = k.both(k.lt(safe_low, zero), k.lt(zero, safe_high))
        low = k.when(inside, k.least(low, k.const(0.0 if y else 1.0)), low)
    has_one = k.both(k.le(safe_low, one), k.le(one, safe_high))
    low, high = k.when(has_one, k.least(low, one), low), k.when(has_one, k.most(high, one), high)
    exact = k.any(k.eq(x.low, x.high), k.eq(low, high))
    wide_low, wide_high = outwards(f, low, high)
    made = f._made(k.when(exact, low, wide_low), k.when(exact, high, wide_high), x)
    may = k.any(made.undefined, below, k.both(wide, k.const(not whole or y < 0)))
    at_least = k.both(wide, k.negated(x.nm)) if even else k.false
    open_ = k.any(wide, below)
    return Bounded(
        k.when(open_, k.when(at_least, zero, f.low_end), made.low), k.when(open_, f.high_end, made.high),
        k.when(wide, k.any(x.undefined, k.const(not whole or y < 0)), may),
        k.any(x.nm, k.both(nothing, k.negated(wide))), k.when(open_, at_least, made.assumed),
    )  # fmt: skip


def _calculated(f: Figures, x: Bounded, y: Bounded) -> Number:
    """The same of an exponent that is another in each row."""
    k, zero, one = f.terms, f.terms.const(0.0), f.terms.const(1.0)
    exact_y, exact_x = k.eq(y.low, y.high), k.eq(x.low, x.high)
    whole = k.both(exact_y, k.eq(k.apply("floor", k.when(exact_y, y.low, k.const(0.5))), y.low))
    half = k.mul(k.when(whole, y.low, one), k.const(0.5))
    even = k.both(whole, k.eq(k.apply("floor", half), half))
    none, passed = k.any(x.nm, y.nm), k.any(f.wide(x), f.wide(y))
    root = k.both(k.negated(whole), k.lt(x.low, zero))
    over = k.both(k.negated(root), k.le(x.low, zero), k.le(zero, x.high), k.lt(y.low, zero))
    nothing = k.any(k.both(root, k.lt(x.high, zero), exact_y), k.both(over, exact_x, k.lt(y.high, zero)))
    apart = k.any(passed, root, over)
    low, high = _ends(f, (k.when(apart, one, x.low), k.when(apart, one, x.high)), (y.low, y.high), whole, even)
    exact = k.any(k.eq(low, high), k.both(exact_x, exact_y))
    wide_low, wide_high = outwards(f, low, high)
    made = f._made(k.when(exact, low, wide_low), k.when(exact, high, wide_high), x, y)
    undefined, assumed = k.any(x.undefined, y.undefined), k.any(x.assumed, y.assumed)
    at_least = k.both(passed, even, k.lt(zero, y.low), k.negated(none))
    unsure = k.any(undefined, k.negated(whole), k.lt(y.low, zero))
    return Bounded(
        k.when(apart, k.when(at_least, zero, f.low_end), made.low), k.when(apart, f.high_end, made.high),
        k.when(passed, k.any(none, unsure), k.any(made.undefined, root, over)),
        k.any(none, k.both(k.negated(passed), nothing)),
        k.when(passed, k.any(at_least, k.both(assumed, k.negated(none))), k.both(made.assumed, k.negated(apart))),
    )  # fmt: skip


def _ends(f: Figures, x: tuple[Term, Term], y: tuple[Term, Term], whole: Term, even: Term) -> tuple[Term, Term]:
    """The least and the most of all powers that are possible: those of the ends, and 0 and 1 where these lie between them."""
    k, zero, one = f.terms, f.terms.const(0.0), f.terms.const(1.0)
    ends = [k.when(k.eq(a, one), one, k.pow(a, b)) for a in x for b in y]  # of 1 and no bound Java makes NaN
    low, high = ends[0], ends[0]
    for end in ends[1:]:
        low, high = k.least(low, end), k.most(high, end)
    inside = k.both(k.lt(x[0], zero), k.lt(zero, x[1]), even)
    low = k.when(inside, k.least(low, k.when(k.eq(y[0], zero), one, zero)), low)
    has_one = k.any(k.both(k.le(x[0], one), k.le(one, x[1])), k.both(k.le(y[0], zero), k.le(zero, y[1])))
    return k.when(has_one, k.least(low, one), low), k.when(has_one, k.most(high, one), high)
