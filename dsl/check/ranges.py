"""What figures can be, by what the rules say alone: bounds, figures written out, what a condition takes for granted.

In: a `Program`, the conditions that hold. Out: a range for each expression. Must not know facts; it says nothing of rates
of exchange, so that of money in two currencies only the sign carries over.

Ranges are wider than what can be, never narrower: an expression that holds one name twice is taken as two figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsl.program import program as p
from dsl.program.calls import function, window
from dsl.text.record import record
from dsl.types.functions import Shape
from dsl.types.units import Kind


@record
class Range:
    """From `low` to `high`, both within it; `open_low`: the low end is not itself part of it."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def meet(self, other: Range) -> Range:
        """What lies in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        ends = (self, other)
        return Range(low, high, any(e.open_low for e in ends if e.low == low),
                     any(e.open_high for e in ends if e.high == high))  # fmt: skip

    def hull(self, other: Range) -> Range:
        """The least range that holds both."""
        return Range(min(self.low, other.low), max(self.high, other.high))

    @property
    def sign(self) -> Range:
        """What a factor above 0 that nobody knows leaves of it."""
        low = 0.0 if self.low >= 0 else -math.inf
        high = 0.0 if self.high <= 0 else math.inf
        return Range(low, high, self.low > 0 or (self.low == 0 and self.open_low),
                     self.high < 0 or (self.high == 0 and self.open_high))  # fmt: skip


ANYTHING = Range()
BELOW_ZERO = Range(high=0.0, open_high=True)
AT_LEAST_ZERO = Range(low=0.0)


def may_hold(operator: str, left: Range, right: Range) -> bool:
    """Whether a comparison of two figures within these ranges can be true."""
    match operator:
        case "<":
            return left.low < right.high
        case ">":
            return left.high > right.low
        case "<=":
            return left.low < right.high or (left.low == right.high and not (left.open_low or right.open_high))
        case ">=":
            return left.high > right.low or (left.high == right.low and not (left.open_high or right.open_low))
        case "=":
            return may_hold("<=", left, right) and may_hold(">=", left, right)
        case _:
            return left != right or left.low != left.high


OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
MAX_DEPTH = 8
"""Conditions that name conditions are followed so far."""


def key(expr: p.Expr) -> str:
    """By what a fact about an expression is found again."""
    return p.sense(expr.operand if isinstance(expr, p.Convert) else expr)


Facts = Mapping[str, Range]
"""What is known of expressions, by `key`."""


@dataclass(slots=True)
class World:
    """The ranges of all names where some facts hold (of the period that is read, not of its past), and where one
    denominator, by its address, is below 0."""

    program: p.Program
    facts: Facts = field(default_factory=dict)
    negative: str = ""
    _names: dict[str, Range] = field(default_factory=dict)
    _ready: set[str] = field(default_factory=set)
    """Names whose ranges are made, with all that they rest on: below them nobody looks again."""
    _past: World | None = None

    @property
    def past(self) -> World:
        """The same with nothing taken for granted, as of earlier periods."""
        if not self.facts:
            return self
        if self._past is None:
            self._past = World(self.program, {}, self.negative)
        return self._past

    def of(self, expr: p.Expr) -> Range:
        """The range of an expression. The names below it are taken in their order first: a chain of them may be long."""
        below = list(self.program.below(p.names_in(expr), self._ready))
        for name in self.program.in_order(below):
            self.past.name(name)
            self.name(name)
        self._ready.update(below)
        return self._of(expr)

    def name(self, name: str) -> Range:
        """The range of a name."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._declared(name)
        return found

    def _declared(self, name: str) -> Range:
        declared = self.program.inputs.get(name)
        if declared is not None:
            return _bounds(declared)
        param, metric = self.program.params.get(name), self.program.metrics.get(name)
        if param is not None:
            ranges = [self._of(version.value) for version in param.versions]
            found = ranges[0]
            for other in ranges[1:]:
                found = found.hull(other)
            return found
        if metric is not None:
            own = dict(facts(self, metric.meaningful)) if metric.meaningful is not None else {}
            return self._of(metric.value, own)
        return ANYTHING

    def _of(self, expr: p.Expr, own: Facts | None = None) -> Range:
        found = self._made(expr, own)
        if self.facts or own:
            said = key(expr)
            for known in (self.facts, own or {}):
                found = found.meet(known.get(said, ANYTHING))
        return found.meet(BELOW_ZERO) if self.negative and expr.address == self.negative else found

    def _made(self, expr: p.Expr, own: Facts | None) -> Range:
        match expr:
            case p.Const():
                return Range(expr.value, expr.value) if isinstance(expr.value, float) else ANYTHING
            case p.Ref():
                return self.name(expr.name)
            case p.Convert():
                return self._of(expr.operand, own).sign
            case p.Negative():
                of = self._of(expr.operand, own)
                return Range(-of.high, -of.low, of.open_high, of.open_low)
            case p.Arithmetic():
                left, right = self._of(expr.left, own), self._of(expr.right, own)
                found = _ARITHMETIC[expr.operator](left, right)
                return _difference(expr, found, (self.facts, own or {})) if expr.operator == "-" else found
            case p.Call():
                return self._call(expr, own)
            case p.If():
                return _hull([self._of(value, both(own or {}, way)) for way, value in ways(self, expr)])
            case _:
                return ANYTHING

    def where(self, known: Facts) -> World:
        """The same where more is known."""
        return World(self.program, both(self.facts, known), self.negative) if known else self

    def _call(self, call: p.Call, own: Facts | None) -> Range:
        row = function(call)
        world, known = (self.past, None) if looks_back(call) else (self, own)
        ranges = [world._of(a, known) for a in call.arguments if not isinstance(a, p.Window)]
        least = Range(low=row.least) if row.least is not None else ANYTHING
        gives = _CALLS.get(row.name)
        return (gives(ranges) if gives is not None else ANYTHING).meet(least)


def looks_back(call: p.Call) -> bool:
    """Whether a function reads other periods than the one that it gives a figure for."""
    row = function(call)
    return row.shape not in (Shape.EACH, Shape.LOGIC, Shape.REDUCE) or window(call) is not None


def _bounds(declared: p.Input) -> Range:
    bounds = declared.bounds
    if bounds is None:
        return AT_LEAST_ZERO if declared.type.kind is Kind.DATE else ANYTHING
    found = Range(bounds.low, bounds.high, bounds.low_open, bounds.high_open)
    return found.sign if declared.type.kind is Kind.MONEY else found


def _difference(expr: p.Arithmetic, found: Range, known: Iterable[Facts]) -> Range:
    """a − b where it is known which is more."""
    for facts_ in known:
        said = facts_.get(_pair(expr.left, expr.right))
        if said is not None:
            found = found.meet(said)
    return found


def _pair(left: p.Expr, right: p.Expr) -> str:
    return f"{key(left)} less {key(right)}"


# --- arithmetic -------------------------------------------------------------------------------------------------


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _add(left: Range, right: Range) -> Range:
    return Range(left.low + right.low, left.high + right.high, left.open_low or right.open_low,
                 left.open_high or right.open_high)  # fmt: skip


def _subtract(left: Range, right: Range) -> Range:
    return _add(left, Range(-right.high, -right.low, right.open_high, right.open_low))


def _multiply(left: Range, right: Range) -> Range:
    ends = [_times(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    found = Range(min(ends), max(ends))
    strict = all(_above_zero(r) or _below_zero(r) for r in (left, right))
    return Range(found.low, found.high, strict and found.low == 0, strict and found.high == 0)


def _above_zero(r: Range) -> bool:
    return r.low > 0 or (r.low == 0 and r.open_low)


def _below_zero(r: Range) -> bool:
    return r.high < 0 or (r.high == 0 and r.open_high)


def _divide(left: Range, right: Range) -> Range:
    """Of a denominator that can be of both signs nothing is known; 0 itself gives no figure."""
    if right.low < 0 < right.high or (right.low == right.high == 0):
        return ANYTHING
    low = math.inf if right.low == 0 and right.high > 0 else 1 / right.low if right.low else -math.inf
    high = -math.inf if right.high == 0 and right.low < 0 else 1 / right.high if right.high else math.inf
    inverse = Range(min(low, high), max(low, high))
    if right.low >= 0:
        inverse = Range(max(inverse.low, 0.0), inverse.high, inverse.low <= 0)
    else:
        inverse = Range(inverse.low, min(inverse.high, 0.0), False, inverse.high >= 0)
    return _multiply(left, inverse)


def _power(left: Range, right: Range) -> Range:
    even = right.low == right.high and right.low % 2 == 0
    return AT_LEAST_ZERO if even or left.low >= 0 else ANYTHING


_ARITHMETIC: dict[str, Callable[[Range, Range], Range]] = {
    "+": _add, "-": _subtract, "*": _multiply, "/": _divide, "^": _power,
}  # fmt: skip


def _hull(ranges: list[Range]) -> Range:
    found = ranges[0]
    for other in ranges[1:]:
        found = found.hull(other)
    return found


def _sum(ranges: list[Range]) -> Range:
    """Of one series within a window it is not known how many there are."""
    found = ranges[0]
    for other in ranges[1:]:
        found = _add(found, other)
    return found if len(ranges) > 1 else found.sign


def _average(ranges: list[Range]) -> Range:
    return _multiply(_sum(ranges), Range(1 / len(ranges), 1 / len(ranges))) if len(ranges) > 1 else ranges[0]


def _growth(ranges: list[Range]) -> Range:
    """Measured from a figure above 0: at least −100% of what is never below 0."""
    return Range(low=-1.0) if ranges[0].low >= 0 else ANYTHING


def _same(ranges: list[Range]) -> Range:
    return ranges[0]


def _sign(ranges: list[Range]) -> Range:
    """Rounding, or a factor above 0: 0.4 may become 0."""
    return Range(0.0 if ranges[0].low >= 0 else -math.inf, 0.0 if ranges[0].high <= 0 else math.inf)


def _absolute(ranges: list[Range]) -> Range:
    return ranges[0] if ranges[0].low >= 0 else AT_LEAST_ZERO


_CALLS: dict[str, Callable[[list[Range]], Range]] = {
    "abs": _absolute, "round": _sign, "floor": _sign, "ceil": _sign,
    "sqrt": lambda r: AT_LEAST_ZERO, "exp": lambda r: Range(low=0.0, open_low=True),
    "ln": lambda r: AT_LEAST_ZERO if r[0].low >= 1 else ANYTHING,
    "max": lambda r: Range(max(x.low for x in r), max(x.high for x in r), all(x.open_low or x.low < max(y.low for y in r) for x in r)),
    "min": lambda r: Range(min(x.low for x in r), min(x.high for x in r)),
    "sum": _sum, "average": _average, "median": _hull, "first_known": _hull,
    "yoy": _growth, "qoq": _growth, "cagr": _growth, "lag": _same, "latest": _same, "high": _same, "low": _same,
    "change": lambda r: _subtract(r[0], r[0]), "ttm": lambda r: r[0].sign, "annualised": lambda r: r[0].sign,
    "year": lambda r: Range(low=1.0), "count": lambda r: AT_LEAST_ZERO, "streak": lambda r: AT_LEAST_ZERO,
}  # fmt: skip
"""What functions give of such ranges; of what is not here nothing but the least that its row says."""


# --- facts that conditions take for granted ---------------------------------------------------------------------


def facts(world: World, expr: p.Expr | None, truth: bool = True) -> Facts:
    """What is known of expressions where a condition is true (or false)."""
    found: dict[str, Range] = {}
    for said, range_ in _facts(world, expr, truth, 0):
        found[said] = found.get(said, ANYTHING).meet(range_)
    return found


def both(*several: Facts) -> Facts:
    """All of several."""
    found: dict[str, Range] = {}
    for each in several:
        for said, range_ in each.items():
            found[said] = found.get(said, ANYTHING).meet(range_)
    return found


def ways(world: World, expr: p.If) -> Iterator[tuple[Facts, p.Expr]]:
    """Each value of an `if` with what is known where it is taken: its condition holds, and none before it."""
    before: Facts = {}
    for condition, value in expr.ways:
        yield both(before, facts(world, condition)) if condition is not None else before, value
        if condition is not None:
            before = both(before, facts(world, condition, truth=False))


def _facts(world: World, expr: p.Expr | None, truth: bool, depth: int) -> Iterator[tuple[str, Range]]:
    match expr:
        case p.Not():
            yield from _facts(world, expr.operand, not truth, depth)
        case p.IsTruth():
            yield from _facts(world, expr.operand, truth == expr.wanted, depth)
        case p.Logic() if (expr.operator == "and") == truth:
            for item in expr.items:
                yield from _facts(world, item, truth, depth)
        case p.Call() if expr.function in ("any", "all") and (expr.function == "all") == truth:
            for item in expr.arguments:
                yield from _facts(world, item, truth, depth)
        case p.Holds() if truth and expr.least is None:
            yield from _facts(world, expr.condition, True, depth)
        case p.Compare():
            yield from _compared(world, expr, expr.operator if truth else OPPOSITE[expr.operator])
        case p.Ref() if depth < MAX_DEPTH:
            condition, metric = world.program.conditions.get(expr.name), world.program.metrics.get(expr.name)
            if condition is not None and (truth or condition.applies is None):
                yield from _facts(world, condition.when, truth, depth + 1)
                yield from _facts(world, condition.applies, True, depth + 1)
            elif metric is not None:
                yield from _facts(world, metric.value, truth, depth + 1)
        case _:
            return


def _compared(world: World, expr: p.Compare, operator: str) -> Iterator[tuple[str, Range]]:
    for one, other, sign in ((expr.left, expr.right, operator), (expr.right, expr.left, MIRRORED[operator])):
        limit = world.past.of(other)
        if isinstance(one, p.Const):
            continue
        if sign in (">", ">=", "="):
            yield key(one), Range(low=limit.low, open_low=sign == ">" or limit.open_low)
            yield _pair(one, other), Range(low=0.0, open_low=sign == ">")
        if sign in ("<", "<=", "="):
            yield key(one), Range(high=limit.high, open_high=sign == "<" or limit.open_high)
