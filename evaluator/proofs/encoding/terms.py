"""Figures, truths, words and sets as terms for the solver: the same arithmetic and logic as `evaluator/values/values.py`.

In: terms. Out: terms. Must not know names or expressions. A figure has two ends, each of which may lack, as there:
an input is exact or unknown, but `min`, `max`, `abs` and `count` make bounds of what is unknown. What a formula of
the solver cannot say exactly is left open (`Loose`), and noted: what is proven then still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaluator.proofs.encoding.logic import (
    Bool,
    Real,
    at_most,
    below,
    both,
    choose,
    either,
    equal,
    greatest,
    implies,
    least,
    minus,
    no,
    plus,
    times,
)
from evaluator.values.bounds import REL_TOLERANCE

TOLERANCE = Fraction(str(REL_TOLERANCE))
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Num:
    """A figure: its ends, whether each is known, whether there is no such number at all."""

    low: Real
    high: Real
    has_low: Bool
    has_high: Bool
    undefined: Bool = False

    @property
    def known(self) -> Bool:
        """Whether anything is known of it."""
        return either(self.has_low, self.has_high)

    @property
    def simple(self) -> bool:
        """Exact or unknown, by its shape."""
        return self.low is self.high and self.has_low is self.has_high


@dataclass(frozen=True, slots=True)
class Tri:
    """Kleene's truth: whether it is true, whether it is false; neither is unknown."""

    true: Bool
    false: Bool

    @property
    def known(self) -> Bool:
        """Whether it is decided."""
        return either(self.true, self.false)


@dataclass(frozen=True, slots=True)
class Word:
    """A choice or text: the number of the word, or unknown."""

    known: Bool
    code: Real


@dataclass(frozen=True, slots=True)
class Group:
    """A set: whether each member is in it, or unknown."""

    known: Bool
    members: Mapping[str, Bool]


@dataclass(frozen=True, slots=True)
class Options:
    """A pillar's status or a verdict's outcome: whether each is still possible."""

    possible: Mapping[str, Bool]

    @property
    def known(self) -> Bool:
        """Whether one is left."""
        return either(*(self.only(word) for word in self.possible))

    def only(self, word: str) -> Bool:
        """Whether this one alone is left."""
        return both(self.possible.get(word, False), *(no(b) for w, b in self.possible.items() if w != word))


Term = Num | Tri | Word | Group | Options


class Loose:
    """Where open terms come from: fresh names, what is always so about them, and which of them say too little."""

    def real(self, hint: str) -> Real:
        """A fresh number."""
        raise NotImplementedError

    def bool(self, hint: str) -> Bool:
        """A fresh truth."""
        raise NotImplementedError

    def always(self, fact: Bool) -> None:
        """Notes what holds in every world."""
        raise NotImplementedError

    def inexact(self, why: str) -> None:
        """Notes that a term says less than the evaluator knows."""
        raise NotImplementedError


def fraction(value: float) -> Fraction:
    """A figure by the digits that are written: 0.3 is three tenths."""
    return Fraction(repr(value))


def exact(value: Real, known: Bool = True, undefined: Bool = False) -> Num:
    """A figure that is one number, or unknown."""
    return Num(value, value, known, known, undefined)


def unknown(undefined: Bool = False) -> Num:
    """Any number at all."""
    return Num(ZERO, ZERO, False, False, undefined)


# --- arithmetic -----------------------------------------------------------------------------------------------


def add(a: Num, b: Num) -> Num:
    """a + b."""
    known, undefined = both(a.known, b.known), either(a.undefined, b.undefined)
    if a.simple and b.simple:
        return exact(plus(a.low, b.low), known, undefined)
    return Num(plus(a.low, b.low), plus(a.high, b.high), both(known, a.has_low, b.has_low),
               both(known, a.has_high, b.has_high), undefined)  # fmt: skip


def negative(a: Num) -> Num:
    """−a."""
    if a.simple:
        return exact(minus(ZERO, a.low), a.has_low, a.undefined)
    return Num(minus(ZERO, a.high), minus(ZERO, a.low), a.has_high, a.has_low, a.undefined)


def subtract(a: Num, b: Num) -> Num:
    """a − b."""
    return add(a, negative(b))


def multiply(a: Num, b: Num, loose: Loose) -> Num:
    """a × b."""
    known, undefined = both(a.known, b.known), either(a.undefined, b.undefined)
    if a.simple and b.simple:
        return exact(times(a.low, b.low), known, undefined)
    if a.simple:
        a, b = b, a
    if not b.simple:
        return _open(loose, known, undefined, "a product of bounds")
    up, nil = below(ZERO, b.low), equal(b.low, ZERO)
    low, high = times(a.low, b.low), times(a.high, b.low)
    return Num(choose(up, low, high), choose(up, high, low), both(known, either(nil, choose(up, a.has_low, a.has_high))),
               both(known, either(nil, choose(up, a.has_high, a.has_low))), undefined)  # fmt: skip


def _open(loose: Loose, known: Bool, undefined: Bool, why: str) -> Num:
    """Some bounds, or none, where it may be known."""
    loose.inexact(why)
    low, high = loose.real("low"), loose.real("high")
    loose.always(at_most(low, high))
    return Num(low, high, both(known, loose.bool("has_low")), both(known, loose.bool("has_high")), undefined)


def divide(a: Num, b: Num, loose: Loose) -> Num:
    """a ÷ b; unknown where b can be 0."""
    if not b.simple:
        return _open(
            loose,
            both(a.known, b.known),
            either(a.undefined, b.undefined, loose.bool("undefined")),
            "bounds below a line",
        )
    nil = equal(b.low, ZERO)
    undefined = either(a.undefined, b.undefined, no(b.known), nil)
    if isinstance(b.low, Fraction):
        return unknown(True) if b.low == 0 else _scaled(a, ONE / b.low, b, undefined)
    if not a.simple:
        return _open(loose, both(a.known, b.known, no(nil)), undefined, "bounds above a line")
    quotient = loose.real("quotient")
    loose.always(implies(no(nil), equal(times(quotient, b.low), a.low)))
    return exact(quotient, both(a.known, b.known, no(nil)), undefined)


def ratio(a: Num, base: Num, loose: Loose) -> Num:
    """a ÷ base, of a base above 0; else there is no such number."""
    if not (a.simple and base.simple):
        undefined = either(a.undefined, base.undefined, loose.bool("undefined"))
        return _open(loose, both(a.known, base.known), undefined, "a ratio of bounds")
    fine = both(base.known, below(ZERO, base.low))
    return exact(divide(a, base, loose).low, both(a.known, fine), either(a.undefined, no(fine)))


def _scaled(a: Num, factor: Fraction, by: Num, undefined: Bool) -> Num:
    scaled = exact(times(a.low, factor), a.has_low) if a.simple else _ends(a, factor)
    return Num(scaled.low, scaled.high, both(scaled.has_low, by.known), both(scaled.has_high, by.known), undefined) if (
        by.known is not True) else Num(scaled.low, scaled.high, scaled.has_low, scaled.has_high, undefined)  # fmt: skip


def _ends(a: Num, factor: Fraction) -> Num:
    low, high = times(a.low, factor), times(a.high, factor)
    return Num(low, high, a.has_low, a.has_high) if factor > 0 else Num(high, low, a.has_high, a.has_low)


MOST_FACTORS = 8
"""Whole powers up to here are written as products."""


def power(base: Num, exponent: Num, loose: Loose) -> Num:
    """base ^ exponent: exact for a small whole exponent that is a constant, else open."""
    up = exponent.low if exponent.simple and exponent.known is True else None
    undefined = either(base.undefined, exponent.undefined)
    if not isinstance(up, Fraction) or not base.simple:
        unfit = loose.bool("undefined")
        return _open(
            loose, both(base.known, exponent.known, no(unfit)), either(undefined, unfit), "a variable exponent"
        )
    if isinstance(base.low, Fraction) and base.known is True:
        return _constant_power(base.low, up)
    if up.denominator == 1 and abs(up) <= MOST_FACTORS:
        product = ONE
        for _ in range(abs(int(up))):
            product = times(product, base.low)
        whole = exact(product, base.known, undefined)
        return whole if up >= 0 else divide(exact(ONE), whole, loose)
    fine = at_most(ZERO, base.low) if up > 0 else below(ZERO, base.low)
    loose.inexact("a power")
    raised = loose.real("power")
    loose.always(implies(fine, at_most(ZERO, raised)))
    known = both(base.known, fine)
    return exact(raised, known, either(undefined, no(known)))


def _constant_power(base: Fraction, up: Fraction) -> Num:
    if (base < 0 and up.denominator != 1) or (base == 0 and up < 0):
        return unknown(True)
    try:
        return exact(Fraction(float(base) ** float(up)))
    except OverflowError:
        return unknown(True)


def absolute(a: Num) -> Num:
    """|a|: of what is unknown at least 0."""
    fine = no(a.undefined)
    if a.simple:
        size = choose(below(a.low, ZERO), minus(ZERO, a.low), a.low)
        return (
            Num(choose(a.has_low, size, ZERO), size, fine, a.has_high, a.undefined)
            if a.has_low is not True
            else exact(size)
        )
    above, under = both(a.has_low, at_most(ZERO, a.low)), both(a.has_high, at_most(a.high, ZERO))
    flipped = negative(a)
    return Num(
        choose(above, a.low, choose(under, flipped.low, ZERO)),
        choose(above, a.high, choose(under, flipped.high, greatest((flipped.high, a.high)))),
        fine,
        choose(above, a.has_high, choose(under, a.has_low, both(a.has_low, a.has_high))),
        a.undefined,
    )


def smallest(items: Sequence[Num]) -> Num:
    """min: at most the least of what is known."""
    undefined = either(*(i.undefined for i in items))
    if all(i.simple and i.has_low is True for i in items):
        return exact(least(i.low for i in items), True, undefined)
    high, has_high = items[0].high, items[0].has_high
    for item in items[1:]:
        lower = both(item.has_high, either(no(has_high), below(item.high, high)))
        high, has_high = choose(lower, item.high, high), either(has_high, item.has_high)
    fine = no(undefined)
    return Num(
        least(i.low for i in items), high, both(fine, *(i.has_low for i in items)), both(fine, has_high), undefined
    )


def largest(items: Sequence[Num]) -> Num:
    """max."""
    return negative(smallest([negative(i) for i in items]))


def total(items: Iterable[Num]) -> Num:
    """The sum."""
    first, *rest = items
    for item in rest:
        first = add(first, item)
    return first


# --- comparison and logic -----------------------------------------------------------------------------------------


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


def _less_than(a: Num, b: Num) -> Tri:
    if a.undefined is True or b.undefined is True:
        return Tri(False, False)
    defined = both(no(a.undefined), no(b.undefined)) if not (a.simple and b.simple) else True
    above, under = less(a.high, b.low), less(b.high, a.low) if not (a.simple and b.simple) else None
    if under is None:  # exact figures: one question decides
        known, true = both(a.known, b.known), above
        return Tri(both(known, true), both(known, no(true)))
    true = both(defined, a.has_high, b.has_low, above)
    return Tri(true, both(defined, a.has_low, b.has_high, no(less(a.low, b.high))))


def compare(operator: str, a: Num, b: Num) -> Tri:
    """a < b and so on, within the tolerance."""
    return _COMPARE[operator](a, b)


def _at_most(a: Num, b: Num) -> Tri:
    return negate(_less_than(b, a))


def _equal(a: Num, b: Num) -> Tri:
    if a.simple and b.simple:
        known = both(a.known, b.known)
        close = both(no(less(a.low, b.low)), no(less(b.low, a.low)))
        return Tri(both(known, close), both(known, no(close)))
    ends = [both(n.has_low, n.has_high, equal(n.low, n.high)) for n in (a, b)]
    close = both(no(less(a.low, b.low)), no(less(b.low, a.low)))
    apart = either(_less_than(a, b).true, _less_than(b, a).true)
    defined = both(no(a.undefined), no(b.undefined))
    return Tri(both(defined, *ends, close), both(defined, choose(both(*ends), no(close), apart)))


_COMPARE: dict[str, Callable[[Num, Num], Tri]] = {
    "<": _less_than,
    "<=": _at_most,
    ">": lambda a, b: _less_than(b, a),
    ">=": lambda a, b: _at_most(b, a),
    "=": _equal,
    "!=": lambda a, b: negate(_equal(a, b)),
}


def negate(a: Tri) -> Tri:
    """Kleene's not."""
    return Tri(a.false, a.true)


def conjunction(items: Iterable[Tri]) -> Tri:
    """Kleene's and."""
    listed = list(items)
    return Tri(both(*(i.true for i in listed)), either(*(i.false for i in listed)))


def disjunction(items: Iterable[Tri]) -> Tri:
    """Kleene's or."""
    return negate(conjunction(negate(i) for i in items))


def pick(test: Bool, a: Any, b: Any) -> Any:
    """One of two terms of a kind."""
    if isinstance(a, Num):
        low = choose(test, a.low, b.low)
        has_low, undefined = choose(test, a.has_low, b.has_low), choose(test, a.undefined, b.undefined)
        if a.simple and b.simple:
            return exact(low, has_low, undefined)
        return Num(low, choose(test, a.high, b.high), has_low, choose(test, a.has_high, b.has_high), undefined)
    if isinstance(a, Tri):
        return Tri(choose(test, a.true, b.true), choose(test, a.false, b.false))
    if isinstance(a, Word):
        return Word(choose(test, a.known, b.known), choose(test, a.code, b.code))
    if isinstance(a, Group):
        words = {*a.members, *b.members}
        members = {w: choose(test, a.members.get(w, False), b.members.get(w, False)) for w in sorted(words)}
        return Group(choose(test, a.known, b.known), members)
    assert isinstance(a, Options)
    words = {*a.possible, *b.possible}
    return Options({w: choose(test, a.possible.get(w, False), b.possible.get(w, False)) for w in sorted(words)})


def counted(truths: Sequence[Tri]) -> Num:
    """How many are true: from those that are certain to those that are possible."""
    low, high = ZERO, ZERO
    for truth in truths:
        low = plus(low, choose(truth.true, ONE, ZERO))
        high = plus(high, choose(truth.false, ZERO, ONE))
    return Num(low, high, True, True)


def counted_members(group: Group) -> Num:
    """How many members a set has; of one that is unknown, 0 to all of its options."""
    size = ZERO
    for member in group.members.values():
        size = plus(size, choose(member, ONE, ZERO))
    most = Fraction(len(group.members))
    return Num(choose(group.known, size, ZERO), choose(group.known, size, most), True, True)
