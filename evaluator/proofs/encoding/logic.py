"""Truths and numbers for the solver, folded where they are constant, so that formulas stay small.

`and`, `or` and `not` are made by the solver's own functions: z3's wrappers for Python look at the sort of each part once more,
which takes most of the time of a large table.

In: z3 terms, or Python's `bool` and `Fraction` for what is constant. Out: the same. Must not know the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import z3

Bool = Any
"""`bool` where constant, else z3.BoolRef."""
Real = Any
"""`Fraction` where constant, else z3.ArithRef."""


def both(*items: Bool) -> Bool:
    """All of these (of none: true)."""
    return _joined(items, True)


def either(*items: Bool) -> Bool:
    """One of these (of none: false)."""
    return _joined(items, False)


def _joined(items: Iterable[Bool], neutral: bool) -> Bool:
    kept: list[Bool] = []
    seen: set[int] = set()
    for item in items:
        if isinstance(item, bool):
            if item is not neutral:
                return item
        elif item.get_id() not in seen:
            seen.add(item.get_id())
            kept.append(item)
    if not kept:
        return neutral
    if len(kept) == 1:
        return kept[0]
    context, terms = kept[0].ctx, (z3.Ast * len(kept))(*(item.as_ast() for item in kept))
    made = (z3.Z3_mk_and if neutral else z3.Z3_mk_or)(context.ref(), len(kept), terms)
    return z3.BoolRef(made, context)


def no(item: Bool) -> Bool:
    """Not."""
    if isinstance(item, bool):
        return not item
    if z3.is_not(item):
        return item.arg(0)
    return z3.BoolRef(z3.Z3_mk_not(item.ctx.ref(), item.as_ast()), item.ctx)


def implies(a: Bool, b: Bool) -> Bool:
    """b, where a."""
    return either(no(a), b)


def same(a: Bool, b: Bool) -> Bool:
    """Both true or both false."""
    if isinstance(a, bool):
        return b if a else no(b)
    if isinstance(b, bool):
        return a if b else no(a)
    return True if a.eq(b) else a == b


def choose(test: Bool, a: Any, b: Any) -> Any:
    """a where the test holds, else b: for truths and for numbers."""
    if isinstance(test, bool):
        return a if test else b
    if a is b or (not is_constant(a) and not is_constant(b) and a.eq(b)):
        return a
    if isinstance(a, bool) or isinstance(b, bool):
        return either(both(test, a), both(no(test), b))
    if is_constant(a) and is_constant(b):
        if a == b:
            return a
        a = z3.RealVal(a, test.ctx)
    return z3.If(test, a, b)


def is_constant(x: Any) -> bool:
    """Whether it is known without the solver."""
    return isinstance(x, bool | Fraction)


def plus(a: Real, b: Real) -> Real:
    """a + b."""
    if isinstance(a, Fraction) and a == 0:
        return b
    return a if isinstance(b, Fraction) and b == 0 else a + b


def minus(a: Real, b: Real) -> Real:
    """a − b."""
    if isinstance(b, Fraction) and b == 0:
        return a
    if not is_constant(a) and not is_constant(b) and a.eq(b):
        return Fraction(0)
    return a - b if not (isinstance(a, Fraction) and not isinstance(b, Fraction)) else (-b if a == 0 else -b + a)


def times(a: Real, b: Real) -> Real:
    """a × b."""
    for x, y in ((a, b), (b, a)):
        if isinstance(x, Fraction):
            if x == 0:
                return Fraction(0)
            return y if x == 1 else y * x
    return a * b


def below(a: Real, b: Real) -> Bool:
    """a < b, as numbers."""
    if not is_constant(a) and not is_constant(b) and a.eq(b):
        return False
    return a < b if not isinstance(a, Fraction) or isinstance(b, Fraction) else b > a


def at_most(a: Real, b: Real) -> Bool:
    """a ≤ b, as numbers."""
    return no(below(b, a))


def equal(a: Real, b: Real) -> Bool:
    """a = b, as numbers."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    if isinstance(a, Fraction):
        return b == a
    return True if not isinstance(b, Fraction) and a.eq(b) else a == b


def least(items: Iterable[Real]) -> Real:
    """The smallest."""
    first, *rest = items
    for item in rest:
        first = choose(below(item, first), item, first)
    return first


def greatest(items: Iterable[Real]) -> Real:
    """The largest."""
    first, *rest = items
    for item in rest:
        first = choose(below(first, item), item, first)
    return first
