"""The arithmetic and logic of bounds.

In: figures and truths. Out: the same. Must not know time, facts files or programs.

Intervals: ends are floats and may be infinite, which means "no bound known"; an exact figure has equal ends and is
never infinite or NaN. +, −, ×, ÷ round to nearest, which keeps the order of its arguments, so that the result of
exact figures inside the bounds lies inside the result's bounds; roots, logarithms and powers are widened by one
unit in the last place, since libraries may miss by that. (Moore, Interval Analysis, 1966; Kleene, 1952, §64.)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache

from evaluator.values.shared import both, union
from evaluator.values.values import NO_CAUSES, Causes, Facts, Figure, May, Truth, because

REL_TOLERANCE = 1e-9
"""Within this part of each other two figures count as equal, so that 0.1 + 0.2 <= 0.3 holds."""

_INF = math.inf


def _joined(*figures: Figure) -> tuple[Causes, Facts]:
    if len(figures) == 2:
        a, b = figures
        return both(a.causes, b.causes), both(a.facts, b.facts)
    return union(f.causes for f in figures), union(f.facts for f in figures)


def _made(low: float, high: float, *sources: Figure) -> Figure:
    """A figure from its ends; an exact result too large for a float is unknown, with that reason."""
    causes, facts = _joined(*sources)
    whole, undefined = all(s.is_exact for s in sources), any(s.undefined for s in sources)
    return made(low, high, causes, facts, whole, undefined, any(s.assumed for s in sources))


def made(low: float, high: float, causes: Causes, facts: Facts, whole: bool, undefined: bool, assumed: bool) -> Figure:
    """The same of what its sources have together: their causes and facts, whether all are exact, whether one may not exist
    or is assumed."""
    overflow = math.isnan(low) or math.isnan(high) or low == _INF or high == -_INF
    if overflow or (math.isinf(low) and math.isinf(high) and whole):
        return Figure.unknown(causes | because("the result is too large to calculate with"), facts, undefined=True)
    if not (math.isinf(low) and math.isinf(high)) and low == high and not undefined:
        causes, assumed = NO_CAUSES, False
    return Figure(low, high, causes, facts, undefined, assumed=assumed)


def passed_on(*figures: Figure) -> Figure | None:
    """What arithmetic with a figure gives that is not meaningful, or wholly unknown: 0 times unknown is unknown, never 0.
    None where neither is among them."""
    for figure in figures:  # asked at every point of a series: a loop costs half of any()
        if figure.wide:
            break
    else:
        return None
    _, facts = _joined(*figures)
    none = [f for f in figures if f.nm]
    causes, _ = _joined(*(none or [f for f in figures if f.wide]))  # bounds beside it are not what is missing
    if none:
        return Figure.meaningless(causes, facts)
    return Figure(
        -_INF, _INF, causes, facts, any(f.undefined for f in figures), assumed=any(f.assumed for f in figures)
    )


def _may(of: Figure, reason: str) -> Causes:
    """Why a result may be none. Where nothing is known of a figure, what is missing is the figure, and no reason beside it."""
    return NO_CAUSES if of.wide or of.assumed else because(reason)


def exact(value: float) -> Figure:
    """One number."""
    return Figure.exact(value)


def nothing(reason: str) -> Figure:
    """There is no such number, for a reason in words."""
    return Figure.meaningless(because(reason))


def add(a: Figure, b: Figure) -> Figure:
    """a + b; 0 where they cancel out within the tolerance: 30% + 0% less 10% + 20% is no change."""
    return passed_on(a, b) or cancelled(_made(a.low + b.low, a.high + b.high, a, b), (a.low, b.low), (a.high, b.high))


def negative(a: Figure) -> Figure:
    """−a."""
    return replace(a, low=-a.high, high=-a.low)


def subtract(a: Figure, b: Figure) -> Figure:
    """a − b; 0 where they are equal within the tolerance."""
    return passed_on(a, b) or cancelled(_made(a.low - b.high, a.high - b.low, a, b), (a.low, b.high), (a.high, b.low))


def cancelled(found: Figure, low: Iterable[float], high: Iterable[float]) -> Figure:
    """A sum, whose ends are made of these terms, with an end of 0 where it is within the tolerance of its largest term.
    An end moves towards 0 only if that makes the bounds wider; of an exact sum both move."""
    least = 0.0 if _nil(found.low, low) and (found.low > 0 or found.is_exact) else found.low
    most = 0.0 if _nil(found.high, high) and (found.high < 0 or found.is_exact) else found.high
    return found if (least, most) == (found.low, found.high) else replace(found, low=least, high=most)


def _nil(value: float, terms: Iterable[float]) -> bool:
    return value != 0 and math.isfinite(value) and abs(value) <= REL_TOLERANCE * max(abs(t) for t in terms)


def multiply(a: Figure, b: Figure) -> Figure:
    """a × b; no bound times 0 is 0, since what is behind the bound is finite."""
    found = passed_on(a, b)
    if found:
        return found
    ends = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _made(min(ends), max(ends), a, b)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def divide(a: Figure, b: Figure) -> Figure:
    """a ÷ b; unknown where b can be 0."""
    found = passed_on(a, b)
    if found:
        return replace(found, undefined=found.undefined or b.low <= 0 <= b.high)  # max(a / b, 0) may not exist
    if b.low <= 0 <= b.high:
        causes, facts = _joined(a, b)
        if b.is_exact:
            return Figure.meaningless(because("division by 0"), facts)
        return Figure.unknown(causes | _may(b, "division by a figure that can be 0"), facts, undefined=True)
    ends = [_over(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _made(min(ends), max(ends), a, b)


def _over(x: float, y: float) -> float:
    if math.isinf(x) and math.isinf(y):
        return 0.0 if x == y else -0.0  # the ends at finite y give the other bound
    return x / y


def ratio(a: Figure, base: Figure, reason: str) -> Figure:
    """a ÷ base, of a base above 0; where it can be 0 or less there is no such number, for that reason."""
    found = passed_on(a, base)
    if found:
        return replace(found, undefined=found.undefined or base.low <= 0)
    if base.low <= 0:
        causes, facts = _joined(a, base)
        if base.high <= 0:
            return Figure.meaningless(because(reason), facts)
        return Figure.unknown(causes | _may(base, reason), facts, undefined=True)
    return divide(a, base)


def power(base: Figure, exponent: Figure) -> Figure:
    """base ^ exponent: of a base above 0 any exponent, of any base a whole exponent; else unknown."""
    whole = exponent.is_exact and exponent.low == math.floor(exponent.low)
    found = passed_on(base, exponent)
    if found:
        return _even(replace(found, undefined=found.undefined or not whole or exponent.low < 0), base, exponent)
    causes, facts = _joined(base, exponent)
    if not whole and base.low < 0:
        if base.high < 0 and exponent.is_exact:
            return Figure.meaningless(because("a fractional power of a figure below 0"), facts)
        return Figure.unknown(
            causes | _may(base, "a fractional power of a figure that can be negative"), facts, undefined=True
        )
    if base.low <= 0 <= base.high and exponent.low < 0:
        if base.is_exact and exponent.high < 0:
            return Figure.meaningless(because("division by 0"), facts)
        return Figure.unknown(causes | _may(base, "division by a figure that can be 0"), facts, undefined=True)
    ends = [_raise(x, y) for x in (base.low, base.high) for y in (exponent.low, exponent.high)]
    if base.low < 0 < base.high and whole and exponent.low % 2 == 0:
        ends.append(0.0 if exponent.low else 1.0)
    if base.low <= 1 <= base.high:
        ends.append(1.0)  # between the ends of the base the exponent changes its direction
    if exponent.low <= 0 <= exponent.high:
        ends.append(1.0)
    low, high = min(ends), max(ends)
    return _widened(low, high, base, exponent)


def _even(found: Figure, base: Figure, exponent: Figure) -> Figure:
    """Of an unknown figure an even power is known to be at least 0."""
    even = exponent.is_exact and exponent.low > 0 and exponent.low % 2 == 0
    return replace(found, low=0.0, assumed=True) if even and not found.nm else found


def _raise(x: float, y: float) -> float:
    try:
        if math.isinf(x) and y == 0:
            return 1.0
        return math.pow(x, y)
    except OverflowError:
        return -_INF if x < 0 and y % 2 == 1 else _INF
    except (ValueError, ZeroDivisionError):
        return math.nan


def _widened(low: float, high: float, *sources: Figure) -> Figure:
    """One unit in the last place outwards, but for an exact result of exact figures, and for 0, which is never missed:
    a square stays at least 0."""
    if low == high or all(s.is_exact for s in sources):
        return _made(low, high, *sources)
    return _made(low and math.nextafter(low, -_INF), high and math.nextafter(high, _INF), *sources)


def rising(function: Callable[[float], float], a: Figure, widen: bool = True) -> Figure:
    """A function that never falls, over the bounds: floor, ceil, exp."""
    if a.wide:
        return replace(a, low=0.0, assumed=True) if function is math.exp and not a.nm else a
    low, high = _safely(function, a.low), _safely(function, a.high)
    return _widened(low, high, a) if widen else _made(low, high, a)


def _safely(function: Callable[[float], float], x: float) -> float:
    if math.isinf(x):
        return 0.0 if function is math.exp and x < 0 else x
    try:
        return function(x)
    except OverflowError:
        return _INF


def square_root(a: Figure) -> Figure:
    """√a; not meaningful where a is negative, unknown where it can be."""
    if a.nm:
        return a
    if a.high < 0:
        return Figure.meaningless(because("the root of a figure below 0"), a.facts)
    if a.low < 0:  # also of what is wholly unknown: if there is a root, it is at least 0
        reason = _may(a, "the root of a figure that can be negative")
        return Figure(0.0, _INF, a.causes | reason, a.facts, undefined=True, assumed=a.assumed or a.wide)
    return rising(math.sqrt, a, widen=False)


def logarithm(a: Figure) -> Figure:
    """ln a; not meaningful where a is 0 or less, unknown where it can be."""
    if a.nm:
        return a
    if a.high <= 0:
        return Figure.meaningless(because("the logarithm of a figure of 0 or less"), a.facts)
    if not a.wide and a.low <= 0:
        return Figure.unknown(
            a.causes | _may(a, "the logarithm of a figure that can be 0 or less"), a.facts, undefined=True
        )
    return replace(a, undefined=True) if a.wide else rising(math.log, a)


def absolute(a: Figure) -> Figure:
    """|a|."""
    if a.nm:
        return a
    if a.low >= 0:
        return a
    if a.high <= 0:
        return negative(a)
    return replace(a, low=0.0, high=max(-a.low, a.high), assumed=a.assumed or a.wide)


def smallest(figures: Iterable[Figure]) -> Figure:
    """min: at most the least that is known."""
    return _extreme(figures, min)


def largest(figures: Iterable[Figure]) -> Figure:
    """max: at least the greatest that is known."""
    return _extreme(figures, max)


def _extreme(figures: Iterable[Figure], pick: Callable[[Iterable[float]], float]) -> Figure:
    """The ends are picked alone, which is exact. Where an end is that of a known figure, something is known of the result."""
    items = list(figures)
    causes, facts = _joined(*items)
    none = [f for f in items if f.nm]
    if none:
        return Figure.meaningless(_joined(*none)[0], facts)
    undefined, assumed = any(f.undefined for f in items), any(f.assumed or f.wide for f in items)
    low, high = pick(f.low for f in items), pick(f.high for f in items)
    if assumed:
        firm = [f for f in items if not (f.assumed or f.wide)]
        assumed = not any(-_INF < low == f.low or f.high == high < _INF for f in firm)
    return extreme(low, high, causes, facts, undefined, assumed)


def extreme(low: float, high: float, causes: Causes, facts: Facts, undefined: bool, assumed: bool) -> Figure:
    """The same of what its figures have together, none of which is not meaningful."""
    decided = low == high and not undefined
    return Figure(low, high, NO_CAUSES if decided else causes, facts, undefined, assumed=assumed and not decided)


def total(figures: Iterable[Figure]) -> Figure:
    """The sum, rounded once (math.fsum), so that the order does not matter."""
    items = list(figures)
    if not items:
        return Figure.exact(0.0)
    found = passed_on(*items) or _made(_sum(f.low for f in items), _sum(f.high for f in items), *items)
    return found if found.wide else cancelled(found, [f.low for f in items], [f.high for f in items])


def _sum(values: Iterable[float]) -> float:
    items = list(values)
    try:
        return math.fsum(items)
    except OverflowError:
        return sum(items)


def close(a: float, b: float) -> bool:
    """Whether two figures count as equal."""
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= REL_TOLERANCE * max(abs(a), abs(b)))


def _less(a: float, b: float) -> bool:
    return a < b and not close(a, b)


def _at_most(a: float, b: float) -> bool:
    return a <= b or close(a, b)


def compare(operator: str, a: Figure, b: Figure) -> Truth:
    """a < b and so on: true where it holds for every value in the bounds, false where for none, else unknown; not
    meaningful where one of the two is."""
    causes, facts = _joined(a, b)
    if not (a.known and b.known):
        none = [f for f in (a, b) if f.nm]
        if none:
            return Truth(May.NM, _joined(*none)[0], facts)
        causes, _ = _joined(*(f for f in (a, b) if not f.known))
    possible = Truth.of(_DECIDE[operator](a, b)).possible
    return _truth(possible | May.NM if a.undefined or b.undefined else possible, causes, facts)


def _truth(possible: May, causes: Causes, facts: Facts) -> Truth:
    """A truth with its causes where it is not decided."""
    return Truth(possible, NO_CAUSES if possible in (May.TRUE, May.FALSE) else causes, facts)


def _lt(a: Figure, b: Figure) -> bool | None:
    if a.high < _INF and b.low > -_INF and _less(a.high, b.low):
        return True
    return False if a.low > -_INF and b.high < _INF and _at_most(b.high, a.low) else None


def _le(a: Figure, b: Figure) -> bool | None:
    if a.high < _INF and b.low > -_INF and _at_most(a.high, b.low):
        return True
    return False if a.low > -_INF and b.high < _INF and _less(b.high, a.low) else None


def _eq(a: Figure, b: Figure) -> bool | None:
    if a.is_exact and b.is_exact:
        return close(a.low, b.low)
    return False if _lt(a, b) or _lt(b, a) else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


_DECIDE: dict[str, Callable[[Figure, Figure], bool | None]] = {
    "<": _lt,
    "<=": _le,
    ">": lambda a, b: _lt(b, a),
    ">=": lambda a, b: _le(b, a),
    "=": _eq,
    "!=": lambda a, b: _not(_eq(a, b)),
}


def negate(a: Truth) -> Truth:
    """Kleene's not: true and false change places, not meaningful stays."""
    swapped = a.possible & May.NM
    swapped |= May.FALSE if a.possible & May.TRUE else May(0)
    swapped |= May.TRUE if a.possible & May.FALSE else May(0)
    return replace(a, possible=swapped)


def conjunction(items: Iterable[Truth]) -> Truth:
    """Kleene's and, the least of its items: one false decides; it rests on what decides alone, else on everything."""
    return _decide(list(items), May.FALSE)


def disjunction(items: Iterable[Truth]) -> Truth:
    """Kleene's or, the most of its items: one true decides."""
    return _decide(list(items), May.TRUE)


def at_least(items: Iterable[Truth], least: int) -> Truth:
    """Whether so many of several hold: of all of them it is their `and`, of one their `or`, else what lies between. It is
    the least of the items that count most, so many of them."""
    listed = list(items)
    possible = several(Counter(t.possible for t in listed), least)
    deciding = [t for t in listed if t.possible is possible] if possible in (May.TRUE, May.FALSE) else listed
    open_ones = [t for t in listed if t.unknown] or [t for t in listed if t.nm] or listed
    return _truth(possible, union(t.causes for t in open_ones), union(t.facts for t in deciding))


def several(counts: Mapping[May, int], least: int) -> May:
    """What is possible of `at_least`, by how many items there are of each possibility."""

    def many(of: Callable[[May], object]) -> int:
        return sum(n for possible, n in counts.items() if of(possible))

    found = May.TRUE if many(lambda x: x & May.TRUE) >= least else May(0)
    if many(lambda x: not x & May.FALSE) < least:
        found |= May.FALSE
    open_ = many(lambda x: x & May.NM) and many(lambda x: x is May.TRUE) < least
    return found | (May.NM if open_ and many(lambda x: x is not May.FALSE) >= least else May(0))


def _decide(items: list[Truth], decisive: May) -> Truth:
    deciding = [t for t in items if t.possible is decisive]
    facts = union(t.facts for t in (deciding or items))
    if deciding:
        return Truth(decisive, NO_CAUSES, facts)
    possible = _outermost(frozenset(t.possible.value for t in items), decisive.value)
    # What cannot be the one that counts says nothing about why it is open: a true item of an `and`.
    open_ones = [t for t in items if t.unknown] or [t for t in items if t.nm] or items
    return _truth(possible, union(t.causes for t in open_ones), facts)


@cache
def _outermost(possible: frozenset[int], decisive: int) -> May:
    """What the least of several can be (`decisive`: false) or the most (true), each of them free of the others."""
    order = (May.FALSE, May.NM, May.TRUE) if decisive == May.FALSE else (May.TRUE, May.NM, May.FALSE)
    found = May(0)
    for at, truth in enumerate(order):
        beyond = May(0)
        for later in order[at:]:
            beyond |= later
        # It is this one where one of the items can be it and every other can be it or lie beyond it.
        if any(p & truth for p in possible) and all(p & beyond for p in possible):
            found |= truth
    return found if possible else order[-1]
