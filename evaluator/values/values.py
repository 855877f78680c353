"""What a figure can be: exact, bounded or unknown; what a condition can be: true, false or unknown.

In: nothing. Out: `Figure`, `Truth`, `Words`, `Day` and the arithmetic and logic over them. Must not know time,
facts files or programs.

Intervals: ends are floats and may be infinite, which means "no bound known"; an exact figure has equal ends and is
never infinite or NaN. +, −, ×, ÷ round to nearest, which keeps the order of its arguments, so that the result of
exact figures inside the bounds lies inside the result's bounds; roots, logarithms and powers are widened by one
unit in the last place, since libraries may miss by that. (Moore, Interval Analysis, 1966; Kleene, 1952, §64.)
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

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
"""Which facts a value rests on, by their number in the evaluation's list."""

NO_CAUSES: Causes = frozenset()
NO_FACTS: Facts = frozenset()


def because(reason: str, name: str = "", period: str = "") -> Causes:
    """One cause."""
    return frozenset({Cause(name, period, reason)})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number between two bounds. `undefined`: there is no such number (a division by 0), whatever becomes known."""

    low: float
    high: float
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS
    undefined: bool = False

    @staticmethod
    def exact(value: float, facts: Facts = NO_FACTS) -> Figure:
        """One number."""
        return Figure(value, value, NO_CAUSES, facts)

    @staticmethod
    def unknown(causes: Causes, facts: Facts = NO_FACTS, undefined: bool = False) -> Figure:
        """Any number at all."""
        return Figure(-_INF, _INF, causes, facts, undefined)

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return not (self.low == -_INF and self.high == _INF)

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


@dataclass(frozen=True, slots=True)
class Truth:
    """True, false, or None for unknown."""

    value: bool | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether it is decided."""
        return self.value is not None


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
        return Figure.unknown(causes | because("the result is too large to reckon with"), facts, undefined=True)
    if not (math.isinf(low) and math.isinf(high)) and low == high:
        causes = NO_CAUSES
    return Figure(low, high, causes, facts)


def _spoilt(*figures: Figure) -> Figure | None:
    """The unknown that arithmetic with a wholly unknown figure gives: 0 times unknown is unknown, never 0."""
    if all(f.known for f in figures):
        return None
    _, facts = _joined(*figures)
    causes, _ = _joined(*(f for f in figures if not f.known))  # bounds beside it are not what is lacking
    return Figure.unknown(causes, facts, any(f.undefined for f in figures))


def exact(value: float) -> Figure:
    """One number."""
    return Figure.exact(value)


def nothing(reason: str) -> Figure:
    """There is no such number, for a reason in words."""
    return Figure.unknown(because(reason), undefined=True)


def add(a: Figure, b: Figure) -> Figure:
    """a + b."""
    return _spoilt(a, b) or _made(a.low + b.low, a.high + b.high, a, b)


def negative(a: Figure) -> Figure:
    """−a."""
    return replace(a, low=-a.high, high=-a.low)


def subtract(a: Figure, b: Figure) -> Figure:
    """a − b."""
    return _spoilt(a, b) or _made(a.low - b.high, a.high - b.low, a, b)


def multiply(a: Figure, b: Figure) -> Figure:
    """a × b; no bound times 0 is 0, since what is behind the bound is finite."""
    spoilt = _spoilt(a, b)
    if spoilt:
        return spoilt
    ends = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _made(min(ends), max(ends), a, b)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def divide(a: Figure, b: Figure) -> Figure:
    """a ÷ b; unknown where b can be 0."""
    spoilt = _spoilt(a, b)
    if spoilt:
        return replace(spoilt, undefined=spoilt.undefined or b.low <= 0 <= b.high)  # max(a / b, 0) may not exist
    if b.low <= 0 <= b.high:
        causes, facts = _joined(a, b)
        reason = "division by 0" if b.is_exact else "division by a figure that can be 0"
        return Figure.unknown(causes | because(reason), facts, undefined=True)
    ends = [_over(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _made(min(ends), max(ends), a, b)


def _over(x: float, y: float) -> float:
    if math.isinf(x) and math.isinf(y):
        return 0.0 if x == y else -0.0  # the ends at finite y give the other bound
    return x / y


def ratio(a: Figure, base: Figure, reason: str) -> Figure:
    """a ÷ base, of a base above 0; where it can be 0 or less there is no such number, for that reason."""
    if base.known and base.low <= 0:
        causes, facts = _joined(a, base)
        return Figure.unknown(causes | because(reason), facts, undefined=True)
    return divide(a, base)


def power(base: Figure, exponent: Figure) -> Figure:
    """base ^ exponent: of a base above 0 any exponent, of any base a whole exponent; else unknown."""
    whole = exponent.is_exact and exponent.low == math.floor(exponent.low)
    spoilt = _spoilt(base, exponent)
    if spoilt:
        return replace(spoilt, undefined=spoilt.undefined or not whole or exponent.low < 0)
    causes, facts = _joined(base, exponent)
    if not whole and base.low < 0:
        return Figure.unknown(
            causes | because("a fractional power of a figure that can be negative"), facts, undefined=True
        )
    if base.low <= 0 <= base.high and exponent.low < 0:
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
    if not a.known:
        return a
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
    """√a; unknown where a can be negative."""
    if a.known and a.low < 0:
        return Figure.unknown(a.causes | because("the root of a figure that can be negative"), a.facts, undefined=True)
    return rising(math.sqrt, a, widen=False) if a.known else replace(a, undefined=True)


def logarithm(a: Figure) -> Figure:
    """ln a; unknown where a can be 0 or less."""
    if a.known and a.low <= 0:
        return Figure.unknown(
            a.causes | because("the logarithm of a figure that can be 0 or less"), a.facts, undefined=True
        )
    return rising(math.log, a) if a.known else replace(a, undefined=True)


def absolute(a: Figure) -> Figure:
    """|a|."""
    if a.undefined:
        return a
    if a.low >= 0:
        return a
    if a.high <= 0:
        return negative(a)
    return replace(a, low=0.0, high=max(-a.low, a.high))


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
    if any(f.undefined for f in items):
        return Figure.unknown(causes, facts, undefined=True)
    low, high = pick(f.low for f in items), pick(f.high for f in items)
    return Figure(low, high, NO_CAUSES if low == high else causes, facts)


def total(figures: Iterable[Figure]) -> Figure:
    """The sum, rounded once (math.fsum), so that the order does not matter."""
    items = list(figures)
    return _spoilt(*items) or _made(_sum(f.low for f in items), _sum(f.high for f in items), *items)


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
    """a < b and so on: true where it holds for every value in the bounds, false where for none, else unknown."""
    _, facts = _joined(a, b)
    causes, _ = _joined(*([f for f in (a, b) if not f.known] or (a, b)))
    if a.undefined or b.undefined:
        return Truth(None, causes, facts)
    value = _DECIDE[operator](a, b)
    return Truth(value, causes if value is None else NO_CAUSES, facts)


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
    """Kleene's not."""
    return replace(a, value=_not(a.value))


def conjunction(items: Iterable[Truth]) -> Truth:
    """Kleene's and: one false decides; it rests on what is false alone, else on everything."""
    return _decide(list(items), decisive=False)


def disjunction(items: Iterable[Truth]) -> Truth:
    """Kleene's or: one true decides."""
    return _decide(list(items), decisive=True)


def _decide(items: list[Truth], decisive: bool) -> Truth:
    deciding = [t for t in items if t.value is decisive]
    unknown = [t for t in items if t.value is None]
    base = deciding or unknown or items
    facts = frozenset().union(*(t.facts for t in (deciding or items)))
    if deciding:
        return Truth(decisive, NO_CAUSES, facts)
    if unknown:
        return Truth(None, frozenset().union(*(t.causes for t in base)), facts)
    return Truth(not decisive, NO_CAUSES, facts)
