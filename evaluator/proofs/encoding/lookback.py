"""Functions that look back: a figure for each period in any world, one figure for all of them in an example.

In: a call or `for`, its encoder, the period. Out: a term. What a formula cannot say is a figure of its own, one for
each call and period: `ttm`, since a source may give a year whole; growth, of which the sign is kept; what looks over
days. Several such figures of one series may be related in ways that are not said: then less is proven, never more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.encode import Periods
from evaluator.proofs.encoding.logic import Bool, Real, at_most, below, both, choose, either, equal, implies, no
from evaluator.proofs.encoding.terms import ONE, ZERO, Num, Term, Tri

BACKWARD = frozenset({
    "yoy", "qoq", "lag", "change", "cagr", "ttm", "annualised", "latest", "high", "low", "drawdown", "volatility",
    "trend", "streak",
})  # fmt: skip
MOST_PERIODS = 16
"""A window of more periods is a figure of its own."""


def written(call: p.Call, at: int = 1, default: int = 1) -> int:
    """A number of periods that is written out."""
    if at >= len(call.arguments):
        return default
    constant = call.arguments[at]
    assert isinstance(constant, p.Const)
    assert isinstance(constant.value, float)
    return int(constant.value)


def frequency(call: p.Call) -> Frequency:
    """How often the series of a call comes."""
    return call.arguments[0].type.series or Frequency.QUARTER


# --- any world ---------------------------------------------------------------------------------------------------


class EveryPeriod(Periods):
    """A figure for each period."""

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back."""
        return _ANY[call.function](self, call, back)

    def holds(self, expr: p.Holds, back: int) -> Tri:
        """In each of the last periods; over many, or over days, a truth of its own that implies this period's."""
        if expr.condition.type.series is not Frequency.DAY and expr.count <= MOST_PERIODS:
            return t.conjunction([self.e.truth(expr.condition, back + n) for n in range(expr.count)])
        now = self.e.truth(expr.condition, back)
        own = self.own(p.sense(expr), back, flag=True)
        assert isinstance(own, Tri)
        self.e.always(implies(own.true, now.true))
        self.e.always(implies(now.false, own.false))
        return own

    def convert(self, value: Num, currency: str | None) -> Num:
        """At a rate of its own, above 0, that may be unknown."""
        rate = self.own(f"rate of {currency}", 0)
        assert isinstance(rate, Num)
        self.e.always(below(ZERO, rate.low))
        return t.multiply(value, rate, self.e)

    def own(self, name: str, back: int, flag: bool = False) -> Term:
        """A figure (or truth) of its own, the same wherever the same is asked."""
        at = (name, back)
        if at not in self.e.leaves:
            known = self.e.bool(f"{name}@{back} known")
            if flag:
                value = self.e.bool(f"{name}@{back}")
                self.e.leaves[at] = Tri(both(known, value), both(known, no(value)))
            else:
                self.e.leaves[at] = t.exact(self.e.real(f"{name}@{back}"), known)
        return self.e.leaves[at]

    def own_figure(self, call: p.Call, back: int) -> Num:
        """The figure of its own of a call; without one it may be that there is no such number."""
        found = self.own(p.sense(call), back)
        assert isinstance(found, Num)
        undefined = self.own(f"{p.sense(call)} undefined", back, flag=True)
        assert isinstance(undefined, Tri)
        return t.exact(found.low, found.has_low, both(no(found.has_low), undefined.true))

    def copies(self, call: p.Call, back: int) -> list[Num] | None:
        """The figures of a window, where it is short."""
        window = call.arguments[1]
        assert isinstance(window, p.Window)
        if frequency(call) is Frequency.DAY or window.unit is Frequency.DAY or window.count > MOST_PERIODS:
            return None
        return [self.argument(call, back + n) for n in range(window.count)]


def _lag(w: EveryPeriod, call: p.Call, back: int) -> Term:
    return w.argument(call, back + written(call))


def _change(w: EveryPeriod, call: p.Call, back: int) -> Term:
    return t.subtract(w.argument(call, back), w.argument(call, back + written(call)))


def _grown(periods: Callable[[p.Call], int]) -> Callable[[EveryPeriod, p.Call, int], Term]:
    """Growth: a figure of its own that is above 0 where the figure rose, and −1 where it is 0."""

    def made(w: EveryPeriod, call: p.Call, back: int) -> Term:
        now = w.argument(call, back)
        if frequency(call) is Frequency.DAY:
            return w.own_figure(call, back)
        then = w.argument(call, back + periods(call))
        growth = w.own(p.sense(call), back)
        assert isinstance(growth, Num)
        base = both(then.has_low, below(ZERO, then.low))
        known = both(now.known, base)
        if now.simple and then.simple:
            w.e.always(implies(known, equal_signs(growth.low, now.low, then.low)))
            return t.exact(growth.low, known, either(now.undefined, no(base)))
        w.e.inexact("growth of bounds")
        return t.exact(growth.low, both(known, growth.has_low), either(now.undefined, no(base)))

    return made


def equal_signs(growth: Real, now: Real, then: Real) -> Bool:
    """Growth is above, at or below 0 as the figure rose, stayed or fell; above, at or below −1 as it is to 0."""
    one = Fraction(-1)
    pairs = ((below(ZERO, growth), below(then, now)), (below(growth, ZERO), below(now, then)),
             (below(one, growth), below(ZERO, now)), (below(growth, one), below(now, ZERO)))  # fmt: skip
    return both(*(both(implies(a, b), implies(b, a)) for a, b in pairs))


def _own(low: Fraction | None = None) -> Callable[[EveryPeriod, p.Call, int], Term]:
    """A figure of its own, at least so much."""

    def made(w: EveryPeriod, call: p.Call, back: int) -> Term:
        found = w.own_figure(call, back)
        if low is not None:
            w.e.always(at_most(low, found.low))
        return found

    return made


def _latest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """Whatever was known last; where this period is known, something is."""
    found = w.own(p.sense(call), 0)
    assert isinstance(found, Num)
    w.e.always(implies(w.argument(call, 0).known, found.has_low))
    return found


def _annualised(w: Periods, call: p.Call, back: int) -> Term:
    return t.multiply(w.argument(call, back), t.exact(Fraction(frequency(call).per_year)), w.e)


def _extreme(pick: Callable[[list[Num]], Num], above: bool) -> Callable[[EveryPeriod, p.Call, int], Term]:
    def made(w: EveryPeriod, call: p.Call, back: int) -> Term:
        copies = w.copies(call, back)
        if copies is not None:
            return pick(copies)
        found, now = w.own_figure(call, back), w.argument(call, back)
        reaches = at_most(now.low, found.low) if above else at_most(found.low, now.low)
        w.e.always(implies(both(found.known, now.has_low, now.has_high), reaches))
        return found

    return made


def _summed(mean: bool) -> Callable[[EveryPeriod, p.Call, int], Term]:
    def made(w: EveryPeriod, call: p.Call, back: int) -> Term:
        copies = w.copies(call, back)
        if copies is None:
            return w.own_figure(call, back)
        whole = t.total(copies)
        return t.divide(whole, t.exact(Fraction(len(copies))), w.e) if mean else whole

    return made


def _streak(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """At least 1 where it holds now, 0 where it does not; how many is a figure of its own, maybe without an end."""
    now = w.e.truth(call.arguments[0], back)
    low, high = w.own(p.sense(call), back), w.own(f"{p.sense(call)} at most", back)
    assert isinstance(low, Num)
    assert isinstance(high, Num)
    w.e.always(both(at_most(ONE, low.low), at_most(low.low, high.low)))
    least = choose(now.true, low.low, ZERO)
    most = choose(now.false, ZERO, high.low)
    return Num(least, most, True, either(now.false, high.has_low))


_ANY: Mapping[str, Callable[[EveryPeriod, p.Call, int], Term]] = {
    "lag": _lag,
    "change": _change,
    "yoy": _grown(lambda call: frequency(call).per_year),
    "qoq": _grown(lambda call: 1),
    "cagr": _own(Fraction(-1)),
    "ttm": _own(),
    "annualised": _annualised,
    "latest": _latest,
    "high": _extreme(t.largest, True),
    "max": _extreme(t.largest, True),
    "low": _extreme(t.smallest, False),
    "min": _extreme(t.smallest, False),
    "sum": _summed(False),
    "average": _summed(True),
    "median": _own(),
    "drawdown": _own(ZERO),
    "volatility": _own(ZERO),
    "trend": _own(),
    "streak": _streak,
}


# --- examples ------------------------------------------------------------------------------------------------------


class OnePeriod(Periods):
    """What an example gives is the same in every period: its change is 0, and `for` asks it once."""

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back, on what is the same in every period."""
        if call.function == "streak":
            return self._streak(call)
        return _SAME[call.function](self, call, self.argument(call, 0))

    def holds(self, expr: p.Holds, back: int) -> Tri:
        """It holds now."""
        return self.e.truth(expr.condition)

    def convert(self, value: Num, currency: str | None) -> Num:
        """Where rules name one currency it is the reporting one; a rate is never known."""
        return value if currency == reporting_currency(self.e.program) else t.unknown(value.undefined)

    def _streak(self, call: p.Call) -> Num:
        truth = self.e.truth(call.arguments[0])
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


def _growth_of_one(w: Periods, call: p.Call, x: Num) -> Num:
    fine = both(x.has_low, x.has_high, equal(x.low, x.high), below(ZERO, x.low))
    if x.simple:
        return t.exact(ZERO, fine, no(fine))
    w.e.inexact("growth of bounds")
    return t.exact(w.e.real("growth"), either(fine, w.e.bool("known")), no(x.known))


def _difference(w: Periods, call: p.Call, x: Num) -> Num:
    return t.exact(ZERO, x.has_low, x.undefined) if x.simple else t.subtract(x, x)


def _nil(undefined_too: bool) -> Callable[[Periods, p.Call, Num], Num]:
    def made(w: Periods, call: p.Call, x: Num) -> Num:
        if not x.simple:
            w.e.inexact("a fall of bounds")
        return t.exact(ZERO, x.has_low, no(x.has_low) if undefined_too else x.undefined)

    return made


def _times(count: Callable[[p.Call], int]) -> Callable[[Periods, p.Call, Num], Num]:
    return lambda w, call, x: t.multiply(x, t.exact(Fraction(count(call))), w.e)


def _window_of(call: p.Call) -> int:
    window = call.arguments[1]
    assert isinstance(window, p.Window)
    return window.count


_SAME: Mapping[str, Callable[[Periods, p.Call, Num], Num]] = {
    **dict.fromkeys(("lag", "latest", "high", "low", "max", "min", "average", "median"), lambda w, call, x: x),
    "change": _difference,
    "yoy": _growth_of_one,
    "qoq": _growth_of_one,
    "cagr": _growth_of_one,
    "ttm": _times(lambda call: frequency(call).per_year),
    "annualised": _times(lambda call: frequency(call).per_year),
    "sum": _times(_window_of),
    "drawdown": _nil(True),
    "volatility": _nil(False),
    "trend": _difference,
}
