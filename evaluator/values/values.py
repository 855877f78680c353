"""What a figure can be: exact, bounded, unknown or not meaningful; what a condition can be: true, false or not
meaningful, or one of several of these.

In: nothing. Out: `Figure`, `Truth`, `Words`, `Day` and the arithmetic and logic over them. Must not know time,
facts files or programs.

Intervals: ends are floats and may be infinite, which means "no bound known"; an exact figure has equal ends and is
never infinite or NaN. +, −, ×, ÷ round to nearest, which keeps the order of its arguments, so that the result of
exact figures inside the bounds lies inside the result's bounds; roots, logarithms and powers are widened by one
unit in the last place, since libraries may miss by that. (Moore, Interval Analysis, 1966; Kleene, 1952, §64.)

Not meaningful (n.m.) is no lack of knowledge: growth from a loss, a division by 0, a ratio outside its `meaningful when`
have no value that any later fact could bring. It stands between false and true: `and` is the least, `or` the most, `not`
turns round. What is unknown is the set of truths that are still possible, and logic is done on each of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntFlag

REL_TOLERANCE = 1e-9
"""Within this part of each other two figures count as equal, so that 0.1 + 0.2 <= 0.3 holds."""

_INF = math.inf


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Why something is unknown: the name that lacks, the period ('' for none), the reason in words."""

    name: str
    period: str
    reason: str

    def __str__(self) -> str:
        about = f"{self.name} {self.period}".strip()
        return f"{about}: {self.reason}" if about else self.reason


Causes = frozenset[Cause]
Facts = frozenset[int]
"""On what a value rests: facts by their number in the evaluation's list, and below 0 what the rules assume (−1 is the first
of the evaluation's assumptions)."""

NO_CAUSES: Causes = frozenset()
NO_FACTS: Facts = frozenset()


def because(reason: str, name: str = "", period: str = "") -> Causes:
    """One cause."""
    return frozenset({Cause(name, period, reason)})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number between two bounds. `undefined`: it may be not meaningful (a division by what can be 0); `nm`: it is not,
    whatever becomes known (a division by 0), and `causes` say why.

    Example: `Figure(0.1, 0.2)` is a percent between 10% and 20%, `Figure.exact(0.38)` is 38%.
    """

    low: float
    high: float
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS
    undefined: bool = False
    nm: bool = False
    assumed: bool = False
    """Whether nothing is known of it but what the rules allow it to be (the bounds of an input)."""

    @staticmethod
    def exact(value: float, facts: Facts = NO_FACTS) -> Figure:
        """One number."""
        return Figure(value, value, NO_CAUSES, facts)

    @staticmethod
    def unknown(causes: Causes, facts: Facts = NO_FACTS, undefined: bool = False) -> Figure:
        """Any number at all."""
        return Figure(-_INF, _INF, causes, facts, undefined)

    @staticmethod
    def meaningless(causes: Causes, facts: Facts = NO_FACTS) -> Figure:
        """No number: not meaningful."""
        return Figure(-_INF, _INF, causes, facts, True, True)

    @property
    def wide(self) -> bool:
        """Whether it may be any number at all."""
        return self.low == -_INF and self.high == _INF

    @property
    def known(self) -> bool:
        """Whether it is a number of which facts say something."""
        return not (self.wide or self.undefined or self.assumed)

    @property
    def settled(self) -> bool:
        """Whether it is known, or known to be not meaningful."""
        return self.known or self.nm

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def middle(self) -> float | None:
        """The number, or the middle of two finite bounds."""
        if math.isinf(self.low) or math.isinf(self.high):
            return None
        return self.low if self.is_exact else self.low + (self.high - self.low) / 2


class May(IntFlag):
    """The truths that are possible; more than one of them: unknown."""

    FALSE = 1
    NM = 2
    TRUE = 4
    OPEN = 5
    """True or false."""
    ANY = 7


@dataclass(frozen=True, slots=True)
class Truth:
    """The truths that are possible of a condition: true, false, not meaningful; unknown where there are several."""

    possible: May
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @staticmethod
    def of(value: bool | None, causes: Causes = NO_CAUSES, facts: Facts = NO_FACTS) -> Truth:
        """True, false, or None for either of the two."""
        return Truth(May.OPEN if value is None else May.TRUE if value else May.FALSE, causes, facts)

    @property
    def value(self) -> bool | None:
        """True or false where it is decided to be that; None where it is unknown or not meaningful."""
        return True if self.possible is May.TRUE else False if self.possible is May.FALSE else None

    @property
    def known(self) -> bool:
        """Whether it is true or false."""
        return self.value is not None

    @property
    def nm(self) -> bool:
        """Whether it is not meaningful, whatever becomes known."""
        return self.possible is May.NM

    @property
    def settled(self) -> bool:
        """Whether it is true, false or not meaningful, whatever becomes known."""
        return self.possible in (May.TRUE, May.FALSE, May.NM)

    @property
    def unknown(self) -> bool:
        """Whether more than one truth is possible."""
        return not self.settled


@dataclass(frozen=True, slots=True)
class Words:
    """One of several words that are still possible (None: any at all): a choice, text, status or outcome."""

    possible: tuple[str, ...] | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether one word is left."""
        return self.possible is not None and len(self.possible) == 1

    @property
    def settled(self) -> bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


@dataclass(frozen=True, slots=True)
class Members:
    """A set, or None where it is unknown."""

    members: frozenset[str] | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether the set is known."""
        return self.members is not None

    @property
    def settled(self) -> bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or None where it is unknown."""

    value: dt.date | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether the day is known."""
        return self.value is not None

    @property
    def settled(self) -> bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


Single = Figure | Truth | Words | Members | Day


# --- arithmetic -----------------------------------------------------------------------------------------


def _joined(*figures: Figure) -> tuple[Causes, Facts]:
    causes = frozenset().union(*(f.causes for f in figures))
    facts = frozenset().union(*(f.facts for f in figures))
    return causes, facts


def _made(low: float, high: float, *sources: Figure) -> Figure:
    """A figure from its ends; an exact result too large for a float is unknown, with that reason."""
    causes, facts = _joined(*sources)
    overflow = math.isnan(low) or math.isnan(high) or low == _INF or high == -_INF
    if overflow or (math.isinf(low) and math.isinf(high) and all(s.is_exact for s in sources)):
        return Figure.unknown(causes | because("the result is too large to calculate with"), facts, undefined=True)
    undefined, assumed = any(s.undefined for s in sources), any(s.assumed for s in sources)
    if not (math.isinf(low) and math.isinf(high)) and low == high and not undefined:
        causes, assumed = NO_CAUSES, False
    return Figure(low, high, causes, facts, undefined, assumed=assumed)


def spoilt(*figures: Figure) -> Figure | None:
    """What arithmetic with a figure gives that is not meaningful, or wholly unknown: 0 times unknown is unknown, never 0.
    None where neither is among them."""
    if not any(f.wide for f in figures):
        return None
    _, facts = _joined(*figures)
    none = [f for f in figures if f.nm]
    causes, _ = _joined(*(none or [f for f in figures if f.wide]))  # bounds beside it are not what is missing
    if none:
        return Figure.meaningless(causes, facts)
    return Figure(
        -_INF, _INF, causes, facts, any(f.undefined for f in figures), assumed=any(f.assumed for f in figures)
    )


def exact(value: float) -> Figure:
    """One number."""
    return Figure.exact(value)


def nothing(reason: str) -> Figure:
    """There is no such number, for a reason in words."""
    return Figure.meaningless(because(reason))


def add(a: Figure, b: Figure) -> Figure:
    """a + b; 0 where they cancel out within the tolerance: 30% + 0% less 10% + 20% is no change."""
    return spoilt(a, b) or _cancelled(_made(a.low + b.low, a.high + b.high, a, b), (a.low, b.low), (a.high, b.high))


def negative(a: Figure) -> Figure:
    """−a."""
    return replace(a, low=-a.high, high=-a.low)


def subtract(a: Figure, b: Figure) -> Figure:
    """a − b; 0 where they are equal within the tolerance."""
    return spoilt(a, b) or _cancelled(_made(a.low - b.high, a.high - b.low, a, b), (a.low, b.high), (a.high, b.low))


def _cancelled(found: Figure, low: Iterable[float], high: Iterable[float]) -> Figure:
    """A sum, whose ends are made of these terms, with an end of 0 where it is within the tolerance of its largest term.
    An end moves towards 0 only if that makes the bounds wider; of an exact sum both move."""
    least = 0.0 if _nil(found.low, low) and (found.low > 0 or found.is_exact) else found.low
    most = 0.0 if _nil(found.high, high) and (found.high < 0 or found.is_exact) else found.high
    return found if (least, most) == (found.low, found.high) else replace(found, low=least, high=most)


def _nil(value: float, terms: Iterable[float]) -> bool:
    return value != 0 and math.isfinite(value) and abs(value) <= REL_TOLERANCE * max(abs(t) for t in terms)


def multiply(a: Figure, b: Figure) -> Figure:
    """a × b; no bound times 0 is 0, since what is behind the bound is finite."""
    found = spoilt(a, b)
    if found:
        return found
    ends = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _made(min(ends), max(ends), a, b)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def divide(a: Figure, b: Figure) -> Figure:
    """a ÷ b; unknown where b can be 0."""
    found = spoilt(a, b)
    if found:
        return replace(found, undefined=found.undefined or b.low <= 0 <= b.high)  # max(a / b, 0) may not exist
    if b.low <= 0 <= b.high:
        causes, facts = _joined(a, b)
        if b.is_exact:
            return Figure.meaningless(because("division by 0"), facts)
        return Figure.unknown(causes | because("division by a figure that can be 0"), facts, undefined=True)
    ends = [_over(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _made(min(ends), max(ends), a, b)


def _over(x: float, y: float) -> float:
    if math.isinf(x) and math.isinf(y):
        return 0.0 if x == y else -0.0  # the ends at finite y give the other bound
    return x / y


def ratio(a: Figure, base: Figure, reason: str) -> Figure:
    """a ÷ base, of a base above 0; where it can be 0 or less there is no such number, for that reason."""
    found = spoilt(a, base)
    if found:
        return replace(found, undefined=found.undefined or base.low <= 0)
    if base.low <= 0:
        causes, facts = _joined(a, base)
        if base.high <= 0:
            return Figure.meaningless(because(reason), facts)
        return Figure.unknown(causes | because(reason), facts, undefined=True)
    return divide(a, base)


def power(base: Figure, exponent: Figure) -> Figure:
    """base ^ exponent: of a base above 0 any exponent, of any base a whole exponent; else unknown."""
    whole = exponent.is_exact and exponent.low == math.floor(exponent.low)
    found = spoilt(base, exponent)
    if found:
        return _even(replace(found, undefined=found.undefined or not whole or exponent.low < 0), base, exponent)
    causes, facts = _joined(base, exponent)
    if not whole and base.low < 0:
        if base.high < 0 and exponent.is_exact:
            return Figure.meaningless(because("a fractional power of a figure below 0"), facts)
        return Figure.unknown(
            causes | because("a fractional power of a figure that can be negative"), facts, undefined=True
        )
    if base.low <= 0 <= base.high and exponent.low < 0:
        if base.is_exact and exponent.high < 0:
            return Figure.meaningless(because("division by 0"), facts)
        return Figure.unknown(causes | because("division by a figure that can be 0"), facts, undefined=True)
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
        reason = NO_CAUSES if a.wide else because("the root of a figure that can be negative")
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
            a.causes | because("the logarithm of a figure that can be 0 or less"), a.facts, undefined=True
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
    """The ends are picked alone, which is exact."""
    items = list(figures)
    causes, facts = _joined(*items)
    none = [f for f in items if f.nm]
    if none:
        return Figure.meaningless(_joined(*none)[0], facts)
    undefined, assumed = any(f.undefined for f in items), any(f.assumed or f.wide for f in items)
    low, high = pick(f.low for f in items), pick(f.high for f in items)
    decided = low == high and not undefined
    return Figure(low, high, NO_CAUSES if decided else causes, facts, undefined, assumed=assumed and not decided)


def total(figures: Iterable[Figure]) -> Figure:
    """The sum, rounded once (math.fsum), so that the order does not matter."""
    items = list(figures)
    if not items:
        return Figure.exact(0.0)
    found = spoilt(*items) or _made(_sum(f.low for f in items), _sum(f.high for f in items), *items)
    return found if found.wide else _cancelled(found, [f.low for f in items], [f.high for f in items])


def _sum(values: Iterable[float]) -> float:
    items = list(values)
    try:
        return math.fsum(items)
    except OverflowError:
        return sum(items)


# --- comparison and logic ------------------------------------------------------------------------------------


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
    _, facts = _joined(a, b)
    none = [f for f in (a, b) if f.nm]
    if none:
        return Truth(May.NM, _joined(*none)[0], facts)
    causes, _ = _joined(*([f for f in (a, b) if not f.known or f.undefined] or (a, b)))
    value = _DECIDE[operator](a, b)
    possible = Truth.of(value).possible | (May.NM if a.undefined or b.undefined else May(0))
    return _truth(possible, causes, facts)


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


def _decide(items: list[Truth], decisive: May) -> Truth:
    deciding = [t for t in items if t.possible is decisive]
    facts = frozenset().union(*(t.facts for t in (deciding or items)))
    if deciding:
        return Truth(decisive, NO_CAUSES, facts)
    order = (May.FALSE, May.NM, May.TRUE) if decisive is May.FALSE else (May.TRUE, May.NM, May.FALSE)
    possible = _outermost([t.possible for t in items], order)
    # What cannot be the one that counts says nothing about why it is open: a true item of an `and`.
    open_ones = [t for t in items if t.unknown] or [t for t in items if t.nm] or items
    return _truth(possible, frozenset().union(*(t.causes for t in open_ones)), facts)


def _outermost(possible: list[May], order: tuple[May, May, May]) -> May:
    """What the least (or most) of several can be, each of them free of the others: `order` begins with what decides."""
    found = May(0)
    for at, truth in enumerate(order):
        beyond = May(0)
        for later in order[at:]:
            beyond |= later
        # It is this one where one of the items can be it and every other can be it or lie beyond it.
        if any(p & truth for p in possible) and all(p & beyond for p in possible):
            found |= truth
    return found if possible else order[-1]
