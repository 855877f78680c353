"""Comparisons and logic of terms: true, false, not meaningful, and what is still possible of these.

In: terms. Out: terms. Must not know names or expressions. The laws are those of `evaluator/values/bounds.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from evaluator.proofs.encoding.logic import Bool, Real, at_most, below, both, choose, either, minus, no, plus, times
from evaluator.proofs.encoding.terms import ONE, ZERO, Group, Num, Tri, within
from evaluator.values.bounds import REL_TOLERANCE

TOLERANCE = Fraction(str(REL_TOLERANCE))


def less(a: Real, b: Real) -> Bool:
    """a < b and not within the tolerance: b − a > τ · max(|a|, |b|), said linearly."""
    if isinstance(b, Fraction) and not isinstance(a, Fraction):
        return below(a, b * (1 - TOLERANCE) if b >= 0 else b / (1 - TOLERANCE))
    if isinstance(a, Fraction) and not isinstance(b, Fraction):
        return below(a / (1 - TOLERANCE) if a >= 0 else a * (1 - TOLERANCE), b)
    if isinstance(a, Fraction):
        return b - a > TOLERANCE * max(abs(a), abs(b))
    if a.eq(b):
        return False
    gap = minus(b, a)
    return both(*(below(times(x, TOLERANCE * sign), gap) for x in (a, b) for sign in (1, -1)), below(a, b))


def close(a: Real, b: Real) -> Bool:
    """Whether two numbers count as equal."""
    return both(no(less(a, b)), no(less(b, a)))


def compare(operator: str, a: Num, b: Num) -> Tri:
    """a < b and so on, within the tolerance: true where it holds for every value in the bounds, false where for none;
    not meaningful where one of the two is."""
    true, false = _DECIDE[operator](a, b)
    nm = either(a.nm, b.nm)
    return Tri(both(no(nm), no(false)), both(no(nm), no(true)), either(a.undefined, b.undefined))


Decision = tuple[Bool, Bool]
"""Whether it holds for all values in the bounds, whether for none."""


def _less_than(a: Num, b: Num) -> Decision:
    if a.bare and b.bare:  # exact figures: one question decides
        known, true = both(a.exact, b.exact), less(a.value, b.value)
        return both(known, true), both(known, no(true))
    (a_low, a_has_low), (a_high, a_has_high) = a.least, a.most
    (b_low, b_has_low), (b_high, b_has_high) = b.least, b.most
    return both(a_has_high, b_has_low, less(a_high, b_low)), both(a_has_low, b_has_high, no(less(a_low, b_high)))


def _at_most(a: Num, b: Num) -> Decision:
    true, false = _less_than(b, a)
    return false, true


def _equal(a: Num, b: Num) -> Decision:
    known, near = both(a.exact, b.exact), close(a.value, b.value)
    if a.bare and b.bare:
        return both(known, near), both(known, no(near))
    apart = either(_less_than(a, b)[0], _less_than(b, a)[0])
    return both(known, near), choose(known, no(near), apart)


def _turned(decision: Decision) -> Decision:
    return decision[1], decision[0]


_DECIDE: dict[str, Callable[[Num, Num], Decision]] = {
    "<": _less_than,
    "<=": _at_most,
    ">": lambda a, b: _less_than(b, a),
    ">=": lambda a, b: _at_most(b, a),
    "=": _equal,
    "!=": lambda a, b: _turned(_equal(a, b)),
}


def negate(a: Tri) -> Tri:
    """Kleene's not: true and false change places, not meaningful stays."""
    return Tri(a.can_false, a.can_true, a.can_nm)


def conjunction(items: Iterable[Tri]) -> Tri:
    """Kleene's and, the least of its items, each of them free of the others."""
    listed = list(items)
    nm = both(either(*(i.can_nm for i in listed)), *(either(i.can_nm, i.can_true) for i in listed))
    return Tri(both(*(i.can_true for i in listed)), either(*(i.can_false for i in listed)), nm)


def disjunction(items: Iterable[Tri]) -> Tri:
    """Kleene's or, the most of its items."""
    return negate(conjunction(negate(i) for i in items))


def at_least(truths: Sequence[Tri], least: int) -> Tri:
    """Whether so many of several hold, as `bounds.several` has it."""

    def many(flags: Iterable[Bool]) -> Real:
        found: Real = ZERO
        for flag in flags:
            found = plus(found, choose(flag, ONE, ZERO))
        return found

    needed = Fraction(least)
    nm = both(either(*(t.can_nm for t in truths)), below(many(t.true for t in truths), needed),
              at_most(needed, many(either(t.can_true, t.can_nm) for t in truths)))  # fmt: skip
    return Tri(
        at_most(needed, many(t.can_true for t in truths)), below(many(no(t.can_false) for t in truths), needed), nm
    )


def counted(truths: Sequence[Tri]) -> Num:
    """How many are true: from those that are certain to those that are possible. What is not meaningful is not true."""
    low, high = ZERO, ZERO
    for truth in truths:
        low = plus(low, choose(truth.true, ONE, ZERO))
        high = plus(high, choose(truth.can_true, ONE, ZERO))
    return within(low, high, True, True, False, False, False)


def counted_members(group: Group) -> Num:
    """How many members a set has; of one that is unknown, 0 to all of its options."""
    size = ZERO
    for member in group.members.values():
        size = plus(size, choose(member, ONE, ZERO))
    most = Fraction(len(group.members))
    return within(choose(group.known, size, ZERO), choose(group.known, size, most), True, True, False, False, False)
