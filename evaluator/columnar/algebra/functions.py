"""What functions give of all names at once, where they are written for values and not for any algebra.

In: figures, truths, days of terms. Out: the same. Must not know periods or rules. Each is the same as its reducer in `engine/functions`,
which laws in tests hold it to; `NotColumnar` where columns cannot say it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from evaluator.columnar.algebra.figures import Bounded, Figures, Number, Plain
from evaluator.columnar.algebra.limits import MOST, Limit, NotColumnar
from evaluator.columnar.algebra.powers import outwards, power
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth
from evaluator.engine.functions.paths import discounted

_INF = math.inf
_EXACT = 2.0**52
"""From here on each float is a whole number."""


class Columns(Figures):
    """The algebra with powers, which formulas ask for as well."""

    def power(self, base: Number, exponent: Number, /) -> Number:
        """base ^ exponent."""
        return power(self, base, exponent)


def _rising(f: Figures, a: Number, of: Callable[[Term], Term], least: float = -_INF, widened: bool = False) -> Number:
    """A function that never falls. `least`: what it is above, of whatever figure."""
    k = f.terms
    if isinstance(a, Plain) and least == -_INF:
        a = f.settled_number(a)
        return replace(a, value=of(a.value), rough=True)
    x = f.bounded(a)
    low = k.when(k.eq(x.low, f.low_end), k.const(least), of(x.low))
    high = k.when(k.eq(x.high, f.high_end), f.high_end, of(x.high))
    if widened:
        exact = k.eq(x.low, x.high)
        wide_low, wide_high = outwards(f, low, high)
        low, high = k.when(exact, low, wide_low), k.when(exact, high, wide_high)
    made = f._made(low, high, x)
    wide = f.wide(x)
    return Bounded(
        k.when(wide, k.when(x.nm, f.low_end, k.const(least)), made.low), k.when(wide, f.high_end, made.high),
        k.when(wide, x.undefined, made.undefined), x.nm, k.when(wide, k.const(least > -_INF), made.assumed),
    )  # fmt: skip


def square_root(f: Figures, a: Number) -> Number:
    """√a; not meaningful where it is negative; if there is a root, it is at least 0."""
    k, zero = f.terms, f.terms.const(0.0)
    x = f.bounded(a)
    below, maybe = k.lt(x.high, zero), k.lt(x.low, zero)
    low = k.when(maybe, zero, k.apply("sqrt", k.most(x.low, zero)))
    high = k.when(maybe, f.high_end, k.apply("sqrt", k.most(x.high, zero)))
    nm = k.any(x.nm, k.both(below, k.negated(x.nm)))
    exact = k.both(k.eq(x.low, x.high), k.negated(x.undefined))
    assumed = k.when(maybe, k.any(x.assumed, f.wide(x)), k.both(x.assumed, k.negated(exact)))
    return Bounded(k.when(nm, f.low_end, low), k.when(nm, f.high_end, high), k.any(x.undefined, maybe, nm), nm, assumed)


def logarithm(f: Figures, a: Number) -> Number:
    """ln a; not meaningful of 0 or less."""
    k, zero = f.terms, f.terms.const(0.0)
    if isinstance(a, Plain):
        a = f.settled_number(a)
        above = k.lt(zero, a.value)
        not_above = k.le(a.value, zero)
        value = k.apply("ln", k.when(above, a.value, k.null("f")))
        undefined = k.any(a.undefined, k.le(a.value, zero, null=True))
        return Plain(value, undefined, k.any(a.nm, not_above), doubtful=a.doubtful)
    x = a
    below, maybe = k.le(x.high, zero), k.le(x.low, zero)
    one = k.const(1.0)
    low, high = k.apply("ln", k.when(maybe, one, x.low)), k.apply("ln", k.when(maybe, one, x.high))
    exact = k.eq(x.low, x.high)
    wide_low, wide_high = outwards(f, low, high)
    made = f._made(k.when(exact, low, wide_low), k.when(exact, high, wide_high), x)
    return Bounded(
        k.when(maybe, f.low_end, made.low), k.when(maybe, f.high_end, made.high), k.any(made.undefined, maybe),
        k.any(x.nm, below), k.when(maybe, k.false, made.assumed),
    )  # fmt: skip


def exponential(f: Figures, a: Number) -> Number:
    """e to this power: above 0 of whatever figure."""
    k = f.terms
    if isinstance(a, Plain) and f.wide(a) is k.false:
        return _rising(f, a, lambda x: k.apply("exp", x))
    return _rising(f, a, lambda x: k.apply("exp", x), least=0.0, widened=True)


# --- rounding, by the digits as they are written ----------------------------------------------------------------


def _near(f: Figures, x: Term, places: int) -> tuple[Term, Term, Term]:
    """|x| in units of so many decimals: the whole number at or below it, and two floats: of so many units, and of a half
    more. Decimals that are written are the floats next to them, so that floats are compared and not their decimals."""
    k = f.terms
    scale, size = k.const(10.0 ** abs(places)), k.abs(x)

    def units(n: Term) -> Term:
        return k.div(n, scale) if places >= 0 else k.mul(n, scale)

    guess = k.apply("floor", k.mul(size, scale) if places >= 0 else k.div(size, scale))
    one = k.const(1.0)
    guess = k.when(k.lt(size, units(guess)), k.sub(guess, one), guess)
    guess = k.when(k.le(units(k.add(guess, one)), size), k.add(guess, one), guess)
    return guess, units(guess), units(k.add(guess, k.const(0.5)))


def _stays(f: Figures, x: Term, places: int) -> Term:
    """Whether a figure is so large that it has no decimals to round."""
    k = f.terms
    return k.le(k.const(_EXACT / 10.0 ** max(places, 0)), k.abs(x))


def _units(f: Figures, n: Term, places: int) -> Term:
    k = f.terms
    scale = k.const(10.0 ** abs(places))
    return k.div(n, scale) if places >= 0 else k.mul(n, scale)


def rounded(f: Figures, a: Number, *, number: int, percent_places: int) -> Number:
    """To so many decimals, halves away from zero."""
    places = number + percent_places
    return _rising(f, a, lambda x: _rounded(f, x, places))


def _rounded(f: Figures, x: Term, places: int) -> Term:
    k, zero = f.terms, f.terms.const(0.0)
    whole, _, half = _near(f, x, places)
    up = k.when(k.le(half, k.abs(x)), k.add(whole, k.const(1.0)), whole)
    size = _units(f, up, places)
    return k.when(_stays(f, x, places), x, k.when(k.lt(x, zero), k.neg(size), size))


def stepped(f: Figures, a: Number, up: bool, percent_places: int) -> Number:
    """The whole number (or percent) at or below, or at or above; what is within the tolerance of one is that one."""
    k = f.terms

    def step(x: Term) -> Term:
        whole, exact, _ = _near(f, x, percent_places)
        zero, one = k.const(0.0), k.const(1.0)
        near = _rounded(f, x, percent_places)
        close = k.le(k.abs(k.sub(x, near)), k.mul(k.const(1e-9), k.most(k.abs(x), k.abs(near))))
        negative = k.lt(x, zero)
        away = k.negated(negative) if up else negative
        over = k.both(away, k.lt(exact, k.abs(x)))
        size = _units(f, k.when(over, k.add(whole, one), whole), percent_places)
        return k.when(k.any(close, _stays(f, x, percent_places)), near, k.when(negative, k.neg(size), size))

    return _rising(f, a, step)


# --- several figures --------------------------------------------------------------------------------------------


def median(f: Figures, items: Sequence[Number]) -> Number:
    """The middle one, or the mean of the two in the middle; its ends are the medians of the ends."""
    k = f.terms
    if len(items) > MOST:
        raise NotColumnar(Limit.MEDIAN)
    each = [f.bounded(n) for n in items]
    nm, undefined = k.any(*(n.nm for n in each)), k.any(*(n.undefined for n in each))
    lows, highs = (_in_order(f, ends) for ends in ([n.low for n in each], [n.high for n in each]))
    middle = len(items) // 2
    within = range(middle, middle + 1) if len(items) % 2 else range(middle - 1, middle + 1)
    picked = [Bounded(lows[at], highs[at], k.false, k.false, k.false) for at in within]
    total = f.total(picked)
    found = f.bounded(f.divide(total, f.exact(float(len(picked)))))
    none = k.any(nm, undefined)
    return Bounded(
        k.when(none, f.low_end, found.low), k.when(none, f.high_end, found.high), k.any(found.undefined, none), nm,
        k.both(k.negated(none), found.assumed),
    )  # fmt: skip


def _in_order(f: Figures, values: Sequence[Term]) -> list[Term]:
    """Columns in order of size, by exchanges of neighbours."""
    k, found = f.terms, list(values)
    for turn in range(len(found)):
        for at in range(turn % 2, len(found) - 1, 2):
            found[at], found[at + 1] = k.least(found[at], found[at + 1]), k.most(found[at], found[at + 1])
    return found


def count(f: Figures, items: Sequence[Truth]) -> Number:
    """How many are true, and how many may be."""
    k = f.terms
    low = k.weighed([(f.holds(truth), 1.0) for truth in items])
    high = k.weighed([(truth.true, 1.0) for truth in items])
    return Plain(low, k.false, k.false) if low is high else Bounded(low, high, k.false, k.false, k.false)


def percentile(f: Figures, items: Sequence[Number]) -> Number:
    """The mean rank of the last among all that mean something, as a share of how many these are. What may be not meaningful counts
    or is left out, whichever gives the end."""
    k = f.terms
    *others, now = [f.bounded(n) for n in items]
    sure = [k.negated(n.undefined) for n in others]
    maybe = [k.both(n.undefined, k.negated(n.nm)) for n in others]
    low = _share(f, now.low, [n.high for n in others], sure, maybe, least=True)
    high = _share(f, now.high, [n.low for n in others], sure, maybe, least=False)
    nm = k.any(now.nm, k.both(*(n.nm for n in others)))
    undefined = k.any(now.undefined, nm, k.negated(k.any(*sure)))
    soft = [k.any(n.assumed, f.wide(n)) for n in others]
    vague = k.any(now.assumed, f.wide(now))
    left = [k.negated(n.nm) for n in others]
    apart = k.any(*(
        k.both(k.negated(s), here, k.any(k.lt(n.high, now.low), k.lt(now.high, n.low)))
        for n, s, here in zip(others, soft, left, strict=True)
    ))  # fmt: skip
    says = k.both(k.negated(vague), apart)
    assumed = k.both(k.negated(says), k.any(vague, *(k.both(s, here) for s, here in zip(soft, left, strict=True))))
    exact = k.both(k.eq(low, high), k.negated(undefined))
    return Bounded(
        k.when(nm, f.low_end, low), k.when(nm, f.high_end, high), undefined, nm, k.both(assumed, k.negated(exact))
    )


def _share(
    f: Figures, now: Term, others: Sequence[Term], sure: Sequence[Term], maybe: Sequence[Term], least: bool
) -> Term:
    """The least or the most of the share (`windows._rank`): of those that may be left out the ones count that make it less (more):
    first all that rank at this end, then those in the middle, if they do."""
    k, zero, one, half = f.terms, f.terms.const(0.0), f.terms.const(1.0), f.terms.const(0.5)

    def many(flags: Sequence[Term]) -> Term:
        return k.weighed([(flag, 1.0) for flag in flags])

    below, same = [k.lt(o, now) for o in others], [k.eq(o, now) for o in others]
    above = [k.negated(k.any(b, s)) for b, s in zip(below, same, strict=True)]

    def of(flags: Sequence[Term], kinds: Sequence[Term]) -> Term:
        return many([k.both(a, b) for a, b in zip(flags, kinds, strict=True)])

    counts = k.add(one, k.add(of(sure, below), k.mul(half, of(sure, same))))
    size = k.add(one, many(sure))
    at_end, middle = of(maybe, above if least else below), of(maybe, same)
    if not least:
        counts = k.add(counts, at_end)
    size = k.add(size, at_end)
    first, second = k.div(counts, size), k.div(k.add(counts, k.mul(half, middle)), k.add(size, middle))
    found = k.least(first, second) if least else k.most(first, second)
    if least:
        return found
    # Where only what may be left out is there, one of it counts at least.
    alone = k.both(k.negated(k.any(*sure)), k.eq(at_end, zero))
    return k.when(alone, k.when(k.lt(zero, middle), k.const(0.75), half), found)


def npv(f: Figures, path: Sequence[Number], rate: Number) -> Number:
    """The present value of a path; not meaningful at a rate of −100% or less."""
    k, zero = f.terms, f.terms.const(0.0)
    grown = f.add(f.exact(1.0), rate)
    ends = f.bounded(grown)
    surely, maybe = k.both(k.le(ends.high, zero), k.negated(ends.nm)), k.le(ends.low, zero)
    assert isinstance(f, Columns), "only it has powers"
    found = f.bounded(discounted(f, path, grown))
    nm = k.any(ends.nm, surely)
    none = k.any(nm, maybe)
    return Bounded(
        k.when(none, f.low_end, found.low), k.when(none, f.high_end, found.high), k.any(found.undefined, none),
        k.any(nm, k.both(k.negated(none), found.nm)), k.both(k.negated(none), found.assumed),
    )  # fmt: skip


def streak(f: Figures, before: Number, held: Truth) -> Number:
    """One more than before where it holds, 0 where it does not, 0 to one more where that is unknown."""
    k, zero = f.terms, f.terms.const(0.0)
    longer = f.bounded(f.add(before, f.exact(1.0)))
    holds = f.holds(held)
    low = k.when(holds, longer.low, zero)
    high = k.when(held.true, longer.high, zero)
    return Bounded(low, high, k.false, k.false, k.both(holds, longer.assumed))


# --- one of two ----------------------------------------------------------------------------------------------------


def either(f: Figures, asked: Truth, yes: Number, no: Number) -> Number:
    """One of two figures by a question; where it is not decided the least bounds that hold both."""
    k = f.terms
    holds, fails = f.holds(asked), f.fails(asked)
    if k.any(holds, fails) is k.true:
        return f.chosen_number(holds, yes, no)
    a, b = f.bounded(yes), f.bounded(no)
    of_yes, of_no = k.both(asked.true, k.negated(a.nm)), k.both(asked.false, k.negated(b.nm))
    low = k.least(k.when(of_yes, a.low, f.high_end), k.when(of_no, b.low, f.high_end))
    high = k.most(k.when(of_yes, a.high, f.low_end), k.when(of_no, b.high, f.low_end))
    none = k.negated(k.any(of_yes, of_no))
    undefined = k.any(asked.nm, k.both(asked.true, a.undefined), k.both(asked.false, b.undefined), none)
    exact = k.both(k.eq(low, high), k.negated(undefined))
    low, high = k.when(none, f.low_end, low), k.when(none, f.high_end, high)
    wide = k.both(k.eq(low, f.low_end), k.eq(high, f.high_end))
    made = Bounded(low, high, undefined, none, k.both(k.negated(exact), k.negated(wide)))
    decided = f.chosen_number(holds, yes, no)
    return f.chosen_number(k.any(holds, fails), decided, made)


def meaningful(f: Figures, figure: Number, means: Truth) -> Number:
    """A figure where it means something, not meaningful where it does not, maybe so where that is unknown."""
    k = f.terms
    holds = f.holds(means)
    nothing = k.both(k.negated(means.true), k.negated(figure.nm))
    nm = k.any(figure.nm, nothing)
    undefined = k.any(figure.undefined, k.negated(holds))
    if isinstance(figure, Plain):
        a = f.settled_number(figure)
        return Plain(k.when(nothing, k.null("f"), a.value), k.any(a.undefined, undefined), nm, doubtful=True)
    return replace(
        figure, low=k.when(nothing, f.low_end, figure.low), high=k.when(nothing, f.high_end, figure.high),
        undefined=undefined, nm=nm,
    )  # fmt: skip
