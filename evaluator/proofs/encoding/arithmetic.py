"""Arithmetic of terms, which is that of `evaluator/values/bounds.py` once more, for the solver.

In: terms. Out: terms. Must not know names or expressions. Of exact figures every result is exact but for powers with a
variable or a long exponent; bounds carry through as they do there. What a formula cannot say is left open, and noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from evaluator.proofs.encoding.kleene import TOLERANCE, close
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
from evaluator.proofs.encoding.terms import (
    ONE,
    ZERO,
    Loose,
    Num,
    exact,
    meaningless,
    within,
)

End = tuple[Real, Bool]
"""A bound, and whether there is one."""


def _flags(*items: Num) -> tuple[Bool, Bool, Bool]:
    """Of several: whether the result may be n.m., is, and rests on what is only assumed."""
    return (either(*(i.undefined for i in items)), either(*(i.nm for i in items)), either(*(i.assumed for i in items)))


# --- sums --------------------------------------------------------------------------------------------------------


def add(a: Num, b: Num) -> Num:
    """a + b; 0 where they cancel out within the tolerance."""
    return total((a, b))


def negative(a: Num) -> Num:
    """−a."""
    value = minus(ZERO, a.value)
    if a.bare:
        return Num(value, a.exact, undefined=a.undefined, nm=a.nm, assumed=a.assumed)
    return Num(value, a.exact, minus(ZERO, a.high), minus(ZERO, a.low), a.has_high, a.has_low, a.undefined, a.nm,
               a.assumed)  # fmt: skip


def subtract(a: Num, b: Num) -> Num:
    """a − b; 0 where they are equal within the tolerance."""
    return total((a, negative(b)))


def total(items: Iterable[Num]) -> Num:
    """The sum; 0 where it is within the tolerance of its largest term."""
    listed = list(items)
    if len(listed) == 1:
        return listed[0]
    known = both(*(i.exact for i in listed))
    values = [i.value for i in listed]
    value = _sum(values)
    value = choose(_nil(value, values), ZERO, value)
    undefined, nm, assumed = _flags(*listed)
    if all(i.bare for i in listed):
        return Num(value, known, undefined=undefined, nm=nm, assumed=assumed)
    (lows, has_lows), (highs, has_highs) = (
        zip(*ends, strict=True) for ends in ([i.least for i in listed], [i.most for i in listed])
    )
    low, high = _sum(lows), _sum(highs)
    # An end moves to 0 only if that makes the bounds wider.
    low = choose(both(below(ZERO, low), _nil(low, lows)), ZERO, low)
    high = choose(both(below(high, ZERO), _nil(high, highs)), ZERO, high)
    return Num(value, known, low, high, both(*has_lows), both(*has_highs), undefined, nm,
               both(assumed, either(undefined, no(known))))  # fmt: skip


def _sum(values: Iterable[Real]) -> Real:
    found: Real = ZERO
    for value in values:
        found = plus(found, value)
    return found


def _nil(value: Real, terms: Sequence[Real]) -> Bool:
    """Whether a sum is within the tolerance of its largest term. Two terms are where they count as equal."""
    if len(terms) == 2:
        return close(terms[0], minus(ZERO, terms[1]))
    tight = [x for t in terms for x in (times(t, TOLERANCE), times(t, -TOLERANCE))]
    return either(*(both(at_most(value, x), at_most(minus(ZERO, value), x)) for x in tight))


# --- products ----------------------------------------------------------------------------------------------------


def multiply(a: Num, b: Num) -> Num:
    """a × b; what is wholly unknown makes it so, though the other be 0."""
    undefined, nm, assumed = _flags(a, b)
    known, value = both(a.exact, b.exact), times(a.value, b.value)
    if a.bare and b.bare:
        return Num(value, known, undefined=undefined, nm=nm, assumed=assumed)
    low, high = _product(a, b)
    sure = both(no(a.wide), no(b.wide))
    found = within(low[0], high[0], both(sure, low[1]), both(sure, high[1]), undefined, nm, assumed)
    return numbered(known, value, found)


def numbered(known: Bool, value: Real, found: Num) -> Num:
    """A figure from its bounds, of which the number is said apart where all that it is made of is exact."""
    number = choose(known, value, found.value)
    return Num(number, either(known, found.exact), found.low, found.high, found.has_low, found.has_high,
               found.undefined, found.nm, both(found.assumed, either(found.undefined, no(known))))  # fmt: skip


def _product(a: Num, b: Num) -> tuple[End, End]:
    """The ends of a product: of each end with each, and what is without a bound times 0 is 0."""
    ends = [_times(x, y, x_up, y_up) for x, x_up in ((a.least, False), (a.most, True))
            for y, y_up in ((b.least, False), (b.most, True))]  # fmt: skip
    low = _extreme([(value, finite) for value, finite, _, _ in ends], least)
    high = _extreme([(value, finite) for value, finite, _, _ in ends], greatest)
    return (low, no(either(*(down for _, _, down, _ in ends)))), (high, no(either(*(up for _, _, _, up in ends))))


def _times(x: End, y: End, x_up: bool, y_up: bool) -> tuple[Real, Bool, Bool, Bool]:
    """The product of two ends: its value and whether it is finite; whether it is without a bound below, or above.
    `x_up`: an end that is missing is +∞, else −∞."""
    (a, has_a), (b, has_b) = x, y
    nil = either(both(has_a, equal(a, ZERO)), both(has_b, equal(b, ZERO)))
    finite = either(nil, both(has_a, has_b))
    value = choose(both(has_a, has_b), times(a, b), ZERO)  # 0 where one is missing: it counts only where the other is 0
    a_up = choose(has_a, below(ZERO, a), x_up)
    b_up = choose(has_b, below(ZERO, b), y_up)
    up = either(both(a_up, b_up), both(no(a_up), no(b_up)))
    return value, finite, both(no(finite), no(up)), both(no(finite), up)


def _extreme(ends: Sequence[End], pick_of: Callable[[Iterable[Real]], Real]) -> Real:
    """The least or the greatest of those that are finite; of none any number."""
    found, has = ends[0]
    for value, finite in ends[1:]:
        best = pick_of((found, value))
        found, has = choose(both(has, finite), best, choose(has, found, value)), either(has, finite)
    return found


def divide(a: Num, b: Num, loose: Loose) -> Num:
    """a ÷ b; not meaningful where b is 0, unknown where it can be."""
    undefined, nm, assumed = _flags(a, b)
    nil = both(b.exact, equal(b.value, ZERO))
    unbounded = either(a.wide, b.wide)
    if b.bare:
        around = either(no(b.exact), nil)
    else:
        (low, has_low), (high, has_high) = b.least, b.most
        around = both(either(no(has_low), at_most(low, ZERO)), either(no(has_high), at_most(ZERO, high)))
    undefined, nm = either(undefined, around), either(nm, both(no(unbounded), nil))
    known = both(a.exact, b.exact, no(nil))
    value = _quotient(a.value, b.value, loose)
    if a.bare and b.bare:
        return Num(value, known, undefined=undefined, nm=nm, assumed=assumed)
    low_end, high_end = _product(a, _reciprocal(b, loose))
    sure = both(no(unbounded), no(around))
    found = within(low_end[0], high_end[0], both(sure, low_end[1]), both(sure, high_end[1]), undefined, nm, assumed)
    return numbered(known, value, found)


def _quotient(a: Real, b: Real, loose: Loose) -> Real:
    """a ÷ b as numbers, where b is not 0."""
    if isinstance(b, Fraction):
        return times(a, ONE / b) if b else ZERO
    if not isinstance(a, Fraction) and a.eq(b):
        return ONE
    quotient = loose.real("quotient")
    loose.always(implies(no(equal(b, ZERO)), equal(times(quotient, b), a)))
    return quotient


_LEAST = Fraction(1, 10**300)
"""What is nearer to 0 has no bound as a divisor: 1 ÷ it is too large for a float."""


def _reciprocal(b: Num, loose: Loose) -> Num:
    """1 ÷ b, of bounds that do not hold 0."""

    def over(end: End) -> End:
        value, has = end
        tiny = isinstance(value, Fraction) and abs(value) < _LEAST
        return (ZERO, no(has)) if tiny else (choose(has, _quotient(ONE, value, loose), ZERO), True)

    known = over((b.value, b.exact))[0]
    (low, has_low), (high, has_high) = over((b.low, b.has_low)), over((b.high, b.has_high))
    return Num(known, b.exact, high, low, has_high, has_low)


def ratio(a: Num, base: Num, loose: Loose) -> Num:
    """a ÷ base, of a base above 0; else there is no such number."""
    (low, has_low), (high, has_high) = base.least, base.most
    maybe = no(both(has_low, below(ZERO, low)))
    never = both(has_high, at_most(high, ZERO))
    unbounded = either(a.wide, base.wide)
    found = divide(a, base, loose)
    undefined, nm, assumed = _flags(a, base)
    undefined, nm = either(undefined, maybe), either(nm, both(no(unbounded), never))
    sure, known = no(maybe), both(no(maybe), found.exact)
    return Num(found.value, known, found.low, found.high, both(sure, found.has_low), both(sure, found.has_high),
               undefined, nm, both(assumed, either(undefined, no(known))))  # fmt: skip


# --- powers ------------------------------------------------------------------------------------------------------

MOST_FACTORS = 8
"""Whole powers up to here are written as products."""


def power(base: Num, exponent: Num, loose: Loose) -> Num:
    """base ^ exponent: exact for a small whole exponent that is a constant, else open."""
    up = exponent.value if exponent.exact is True and exponent.undefined is False else None
    if not isinstance(up, Fraction):
        return _some_power(base, exponent, loose)
    if base.exact is True and isinstance(base.value, Fraction) and base.undefined is False:
        return _constant_power(base.value, up)
    if up.denominator != 1:
        return _root(base, up, loose)
    if abs(up) > MOST_FACTORS:
        return _some_power(base, exponent, loose)
    raised = _whole_power(base, abs(int(up)))
    return raised if up >= 0 else divide(exact(ONE), raised, loose)


def _some_power(base: Num, exponent: Num, loose: Loose) -> Num:
    """A power of which little is said: of two numbers it is one, or too large, or not meaningful; of anything that is
    wholly unknown no more is known than that an even power is at least 0."""
    loose.inexact("a variable exponent")
    numbers, unfit = both(base.exact, exponent.exact), loose.bool("unfit")
    nm = either(base.nm, exponent.nm, both(unfit, loose.bool("nm")))
    found = anything(loose, "power", either(base.undefined, exponent.undefined, unfit), nm)
    has_low = both(no(numbers), found.has_low)
    has_high = both(no(either(numbers, base.wide, exponent.wide)), found.has_high)
    ends = within(found.low, found.high, has_low, has_high, found.undefined, nm, found.assumed)
    return numbered(both(numbers, no(unfit)), loose.real("power"), ends)


def anything(loose: Loose, hint: str, undefined: Bool, nm: Bool) -> Num:
    """Any number, any bounds or none; `nm`: whether it is not meaningful."""
    low, high = loose.real(hint), loose.real(hint)
    loose.always(at_most(low, high))
    has_low, has_high = (both(no(nm), loose.bool(word)) for word in ("has_low", "has_high"))
    return within(low, high, has_low, has_high, undefined, nm, loose.bool("assumed"))


def _whole_power(base: Num, count: int) -> Num:
    """base ^ n. An even power of what is wholly unknown is at least 0."""
    value, odd = _factors(base.value, count), count % 2 == 1
    if not count:
        return Num(ONE, no(base.wide), undefined=base.undefined, nm=base.nm)
    if base.bare and odd:
        return Num(value, base.exact, undefined=base.undefined, nm=base.nm, assumed=base.assumed)
    if base.bare:
        return _not_negative(base, value)
    size = base if odd else absolute(base)
    (low, has_low), (high, has_high) = size.least, size.most
    found = within(
        _factors(low, count), _factors(high, count), has_low, has_high, base.undefined, base.nm, size.assumed
    )
    return numbered(base.exact, value, found)


def _not_negative(a: Num, value: Real) -> Num:
    """What is exact or unknown, as something that is at least 0 where it is unknown."""
    sure = no(a.nm)
    return Num(value, a.exact, has_low=sure, undefined=a.undefined, nm=a.nm, assumed=both(sure, no(a.exact)))


def _root(base: Num, up: Fraction, loose: Loose) -> Num:
    """A power with a fraction as its exponent, of a base that is not below 0: a root, where its degree is small."""
    (low, has_low), (high, has_high) = base.least, base.most
    wide = base.wide
    under = either(no(has_low), below(low, ZERO))  # it may be below 0
    never = both(no(wide), has_high, below(high, ZERO))
    if up < 0:
        under = either(under, at_most(low, ZERO))
        never = either(never, both(base.exact, equal(base.value, ZERO)))
    undefined, nm = either(base.undefined, under), either(base.nm, never)
    sure = no(under)
    value = rooted(base.value, up, loose)
    known = both(base.exact, sure)
    if base.bare:
        return Num(value, known, undefined=undefined, nm=nm, assumed=base.assumed)
    ends = [rooted(low, up, loose), rooted(high, up, loose)]
    has = [has_low, has_high]
    if up < 0:
        ends, has = [choose(has_high, ends[1], ZERO), ends[0]], [True, has_low]
    found = within(ends[0], ends[1], both(sure, has[0]), both(sure, has[1]), undefined, nm, base.assumed)
    return numbered(known, value, found)


def rooted(x: Real, up: Fraction, loose: Loose) -> Real:
    """x ^ up of an x that is not below 0 (above 0, where up is)."""
    up = _short(up)
    if isinstance(x, Fraction):
        return Fraction(float(x) ** float(up)) if x > 0 or (x == 0 and up > 0) else ZERO
    fine = at_most(ZERO, x) if up > 0 else below(ZERO, x)
    raised = loose.real("root")
    loose.always(implies(fine, at_most(ZERO, raised)))
    if up.denominator > MOST_FACTORS or abs(up.numerator) > MOST_FACTORS:
        loose.inexact("a power")
        return raised
    left, right = _factors(raised, up.denominator), _factors(x, abs(up.numerator))
    loose.always(implies(fine, equal(left, right) if up > 0 else equal(times(left, right), ONE)))
    return raised


def _short(up: Fraction) -> Fraction:
    """The fraction with a small denominator that a float stands for: 0.3333333333333333 is a third."""
    near = up.limit_denominator(MOST_FACTORS)
    return near if float(near) == float(up) else up


def _factors(x: Real, count: int) -> Real:
    product: Real = ONE
    for _ in range(count):
        product = times(product, x)
    return product


def _constant_power(base: Fraction, up: Fraction) -> Num:
    if (base < 0 and up.denominator != 1) or (base == 0 and up < 0):
        return meaningless()
    try:
        return exact(Fraction(float(base) ** float(up)))
    except OverflowError:
        return Num(ZERO, False, undefined=True)


# --- size ----------------------------------------------------------------------------------------------------------


def absolute(a: Num) -> Num:
    """|a|: of what is unknown at least 0."""
    value = choose(below(a.value, ZERO), minus(ZERO, a.value), a.value)
    if a.exact is True:
        return Num(value, True, undefined=a.undefined, nm=a.nm, assumed=a.assumed)
    if a.bare:
        return _not_negative(a, value)
    (low, has_low), (high, has_high) = a.least, a.most
    above, under = both(has_low, at_most(ZERO, low)), both(has_high, at_most(high, ZERO))
    around = no(either(above, under))
    least_of = choose(above, low, choose(under, minus(ZERO, high), ZERO))
    most_of = choose(above, high, choose(under, minus(ZERO, low), greatest((minus(ZERO, low), high))))
    has_most = choose(above, has_high, choose(under, has_low, both(has_low, has_high)))
    sure = no(a.nm)
    assumed = either(a.assumed, both(around, a.wide, sure))
    found = within(least_of, most_of, sure, both(sure, has_most), a.undefined, a.nm, assumed)
    return numbered(a.exact, value, found)


def smallest(items: Sequence[Num]) -> Num:
    """min: at most the least of what is known."""
    undefined, nm, assumed = _flags(*items)
    known, value = both(*(i.exact for i in items)), least(i.value for i in items)
    if known is True:
        return Num(value, True, undefined=undefined, nm=nm, assumed=assumed)
    lows, highs = [i.least for i in items], [i.most for i in items]
    low, has_low = least(end for end, _ in lows), both(*(has for _, has in lows))
    high, has_high = highs[0]
    for end, has in highs[1:]:
        lower = both(has, either(no(has_high), below(end, high)))
        high, has_high = choose(lower, end, high), either(has_high, has)
    sure = no(nm)
    firm = either(
        *(
            both(
                no(item.assumed),
                no(item.wide),
                either(
                    both(has_low, at_least[1], equal(at_least[0], low)),
                    both(has_high, at_most[1], equal(at_most[0], high)),
                ),
            )
            for item, at_least, at_most in zip(items, lows, [i.most for i in items], strict=True)
        )
    )
    assumed = both(either(assumed, *(i.wide for i in items)), no(firm))
    found = within(low, high, both(sure, has_low), both(sure, has_high), undefined, nm, assumed)
    return numbered(both(sure, known), value, found)


def largest(items: Sequence[Num]) -> Num:
    """max."""
    return negative(smallest([negative(i) for i in items]))
