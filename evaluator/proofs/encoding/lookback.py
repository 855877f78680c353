"""Functions that look back: a figure for each period in any world, one figure for all of them in an example.

In: a call or `for`, its encoder, the period. Out: a term. What a formula cannot say is a free figure, one for
each call and period: `ttm`, since a source may give a year whole; growth, of which the sign is kept; what looks over
days. Several such figures of one series may be related in ways that are not said: then less is proven, never more.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dsl.program import calls
from dsl.program import program as p
from dsl.types.functions import Flat, Shape
from dsl.types.lengths import Duration
from evaluator.engine.functions.registry import formula_of
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.encode import Periods
from evaluator.proofs.encoding.free import Proofs, free, free_figure, free_truth
from evaluator.proofs.encoding.logic import Bool, Real, at_most, below, both, choose, either, implies, no
from evaluator.proofs.encoding.terms import ONE, ZERO, Num, Term, Tri

MOST_PERIODS = 16
"""A window of more periods is a free figure."""

Maker = Callable[["EveryPeriod", p.Call, int], Term]
proves: Proofs[Maker] = Proofs()
"""What is known of functions in any world. What is not registered is a free figure (`free.py`)."""
same: Proofs[Callable[[OnePeriod, p.Call], Term]] = Proofs()
"""What is known of them where each figure is the same in every period; else it follows from the table (`Flat`)."""


# --- any world ---------------------------------------------------------------------------------------------------


class EveryPeriod(Periods):
    """A figure for each period."""

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back."""
        made = proves.get(call.function)
        return made(self, call, back) if made is not None else free_figure(self.e, call, back)

    def holds(self, expr: p.Holds, back: int) -> Tri:
        """In each of the last periods; over many, or over days, a free truth that implies this period's."""
        periods = few(expr)
        if periods is not None:
            return t.conjunction([self.e.truth(expr.condition, back + n) for n in range(periods)])
        now, found = self.e.truth(expr.condition, back), free_truth(self.e, p.sense(expr), back)
        self.e.always(implies(found.true, now.true))
        self.e.always(implies(now.false, found.false))
        return found

    def convert(self, value: Num, currency: str | None) -> Num:
        """At a free rate, above 0, that may be unknown."""
        rate = free(self.e, f"rate of {currency}", 0)
        self.e.always(below(ZERO, rate.low))
        return t.multiply(value, rate, self.e)

    def copies(self, call: p.Call, back: int) -> list[Num] | None:
        """The figures of a window or a year, the newest first, where they are few."""
        periods = few(call)
        return None if periods is None else [self.argument(call, back + n) for n in range(periods)]


def few(asks: p.Call | p.Holds) -> int | None:
    """How many periods something spans, this one among them; None where they are many, or days."""
    past = calls.back(asks)
    if not isinstance(past, calls.Periods) or past.steps is None or past.steps >= MOST_PERIODS:
        return None
    return past.steps + 1


def earlier(call: p.Call) -> int | None:
    """How many periods back the earlier one lies that a call asks for; None where the calendar decides."""
    past = calls.back(call)
    return past.step if isinstance(past, calls.Periods) else None


@proves("lag")
def _lag(w: EveryPeriod, call: p.Call, back: int) -> Term:
    return w.argument(call, back + (earlier(call) or 0))


@proves("change")
def _change(w: EveryPeriod, call: p.Call, back: int) -> Term:
    return t.subtract(w.argument(call, back), w.argument(call, back + (earlier(call) or 0)))


@proves("yoy", "qoq")
def _grown(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """Growth: a free figure that is above 0 where the figure rose, and −1 where it is 0."""
    step = earlier(call)
    if step is None:
        return free_figure(w.e, call, back)
    now, then, growth = w.argument(call, back), w.argument(call, back + step), free(w.e, p.sense(call), back)
    base = both(then.has_low, below(ZERO, then.low))
    known = both(now.known, base)
    if now.simple and then.simple:
        w.e.always(implies(known, equal_signs(growth.low, now.low, then.low)))
        return t.exact(growth.low, known, either(now.undefined, no(base)))
    w.e.inexact("growth of bounds")
    return t.exact(growth.low, both(known, growth.has_low), either(now.undefined, no(base)))


def equal_signs(growth: Real, now: Real, then: Real) -> Bool:
    """Growth is above, at or below 0 as the figure rose, stayed or fell; above, at or below −1 as it is to 0."""
    one = Fraction(-1)
    pairs = ((below(ZERO, growth), below(then, now)), (below(growth, ZERO), below(now, then)),
             (below(one, growth), below(ZERO, now)), (below(growth, one), below(now, ZERO)))  # fmt: skip
    return both(*(both(implies(a, b), implies(b, a)) for a, b in pairs))


@proves("latest")
def _latest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """Whatever was known last; where this period is known, something is."""
    found = free(w.e, p.sense(call), 0)
    w.e.always(implies(w.argument(call, 0).known, found.has_low))
    return found


@proves("max", "high")
def _highest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """Of many periods at least this one's, where either is known."""
    copies = w.copies(call, back)
    if copies is not None:
        return t.largest(copies)
    found, now = free_figure(w.e, call, back), w.argument(call, back)
    w.e.always(implies(both(found.has_low, now.has_low), at_most(now.low, found.low)))
    return found


@proves("min", "low")
def _lowest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    copies = w.copies(call, back)
    if copies is not None:
        return t.smallest(copies)
    found, now = free_figure(w.e, call, back), w.argument(call, back)
    w.e.always(implies(both(found.has_high, now.has_high), at_most(found.high, now.high)))
    return found


@proves("sum", "average")
def _summed(w: EveryPeriod, call: p.Call, back: int) -> Term:
    copies, made = w.copies(call, back), formula_of(call.function)
    if copies is None or made is None:
        return free_figure(w.e, call, back)
    found: Num = made.of(calls.asked(call))(w.e.algebra, copies)
    return found


@proves("streak")
def _streak(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """At least 1 where it holds now, 0 where it does not; how many is a free figure, maybe without an end."""
    now = w.e.truth(call.arguments[0], back)
    low, high = free(w.e, p.sense(call), back), free(w.e, f"{p.sense(call)} at most", back)
    w.e.always(both(at_most(ONE, low.low), at_most(low.low, high.low)))
    least = choose(now.true, low.low, ZERO)
    most = choose(now.false, ZERO, high.low)
    return Num(least, most, True, either(now.false, high.has_low))


# --- examples ------------------------------------------------------------------------------------------------------


class OnePeriod(Periods):
    """What an example gives is the same in every period: its change is 0, and `for` asks it once."""

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back, on what is the same in every period."""
        made = same.get(call.function)
        if made is not None:
            return made(self, call)
        if calls.function(call).shape is Shape.RUN:
            return free_figure(self.e, call, 0)
        return self._flat(call, self.argument(call, 0))

    def _flat(self, call: p.Call, x: Num) -> Num:
        """By what the table says of it: the figure, that figure times the periods, or no change."""
        row, periods = calls.function(call), self._periods(call)
        if row.flat is Flat.ITSELF:
            return x
        if row.flat is Flat.TIMES:
            return t.multiply(x, t.exact(Fraction(periods)), self.e)
        windowed = row.shape in (Shape.WINDOW, Shape.REDUCE)
        if not x.simple or (windowed and periods < _ENOUGH):
            self.e.inexact("no change, of bounds")
            return free_figure(self.e, call, 0)
        if row.positive:
            fine = both(x.has_low, below(ZERO, x.low))
            return t.exact(ZERO, fine, no(fine))
        return t.exact(ZERO, x.has_low, x.undefined)

    def _periods(self, call: p.Call) -> int:
        """How many periods a call takes; of a daily series the days of the calendar."""
        past = calls.back(call)
        if isinstance(past, Duration):
            return past.days_to(self.e.as_of)
        return 1 if past is None or past.steps is None else past.steps + 1

    def holds(self, expr: p.Holds, back: int) -> Tri:
        """It holds now."""
        return self.e.truth(expr.condition)

    def convert(self, value: Num, currency: str | None) -> Num:
        """Where rules name one currency it is the reporting one; a rate is never known."""
        return value if currency == reporting_currency(self.e.program) else t.unknown(value.undefined)


_ENOUGH = 3
"""A window of fewer periods may be too short for some functions (a trend, a spread), even of what never changes."""


@same("streak")
def _for_ever(w: OnePeriod, call: p.Call) -> Num:
    truth = w.e.truth(call.arguments[0])
    ever = Fraction(10_000)
    return Num(choose(truth.true, ever, ZERO), ZERO, True, truth.false)


def reporting_currency(program: p.Program) -> str | None:
    """The currency of a world about no company: the one that the rules name, if they name one (as in `testing.py`)."""
    named = currencies(program)
    return named[0] if len(named) == 1 else (None if named else DEFAULT_CURRENCY)


DEFAULT_CURRENCY = "USD"
"""What an example's money is in where the rules name no currency."""


def currencies(program: p.Program) -> list[str]:
    """Every currency that the rules' expressions name."""
    return sorted({node.type.currency for name in program.order for expr in program.expressions(name)
                   for node in p.walk(expr) if node.type.currency})  # fmt: skip
