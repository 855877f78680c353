"""Functions that look back: a figure for each period in any world, one figure for all of them in an example.

In: a call or `for`, its encoder, the period. Out: a term. What a formula cannot say is a free figure, one for
each call and period: `ttm`, since a source may give a year whole; `latest`, which may be of a newer period; what looks over
days. Several such figures of one series may be related in ways that are not said: then less is proven, never more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from dsl.program import calls
from dsl.program import program as p
from dsl.types.functions import Back, Flat, Shape
from dsl.types.lengths import Duration, in_rhythm
from dsl.types.units import Frequency, Type
from evaluator.engine.functions.registry import formula_of
from evaluator.engine.functions.windows import share
from evaluator.proofs.encoding import kleene
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.arithmetic import MOST_FACTORS, anything, largest, multiply, smallest
from evaluator.proofs.encoding.each import middle
from evaluator.proofs.encoding.encode import Periods
from evaluator.proofs.encoding.free import Proofs, free, free_figure, free_truth
from evaluator.proofs.encoding.logic import Bool, at_most, below, both, choose, either, implies, no
from evaluator.proofs.encoding.terms import ONE, ZERO, Num, Term, Tri, within

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
        """In each of the last periods; over many, or over days, a free truth that is no truer than this period's."""
        span, every = few(expr), expr.condition.type.series
        if span is not None:
            truths = [self.e.truth(expr.condition, back + n) for n in range(span)]
            found: Tri = self.by_rhythm(every, truths, partial(_in_so_many, expr))
            return found
        if expr.least is not None:
            return free_truth(self.e, p.sense(expr), back, nm=True)
        now = self.e.truth(expr.condition, back)
        long = free_truth(self.e, p.sense(expr), back, now.can_nm is not False)
        self.e.always(implies(long.can_true, now.can_true))
        self.e.always(implies(now.can_false, long.can_false))
        self.e.always(implies(long.can_nm, either(now.can_nm, now.can_true)))
        return long

    def convert(self, value: Num, kind: Type, back: int) -> Num:
        """At a free rate, above 0, that may be unknown: one for each time, and for what flows a separate average."""
        flow = f" over each {kind.series}" if kind.is_flow else ""
        rate = free(self.e, f"rate of {kind.currency}{flow}", back)
        self.e.always(below(ZERO, rate.value))
        return multiply(value, rate)

    def halves(self, every: Frequency | None) -> Bool:
        """Any company may report by halves."""
        return self.e.named("reports by halves") if every is Frequency.QUARTER else False

    def by_rhythm(self, every: Frequency | None, periods: Sequence[Any], make: Callable[[Sequence[Any]], Any]) -> Any:
        """What is made of the last periods, the newest first: of so many quarters, or of the halves that they are."""
        whole = make(periods)
        halves = self.halves(every)
        fewer = in_rhythm(Duration(len(periods), Frequency.QUARTER), Frequency.HALF).count
        if halves is False or fewer == len(periods):
            return whole
        return t.pick(halves, make(periods[:fewer]), whole)

    def copies(self, call: p.Call, back: int) -> list[Num] | None:
        """The figures of a window, the newest first, where they are few."""
        span = few(call)
        return None if span is None else [self.argument(call, back + n) for n in range(span)]

    def window(self, call: p.Call, back: int, make: Callable[[Sequence[Num]], Num]) -> Num | None:
        """What is made of the figures of a window, the newest first; None where they are many, or days."""
        copies = self.copies(call, back)
        if copies is None:
            return None
        found: Num = self.by_rhythm(calls.series(call), copies, make)
        return found

    def earlier(self, call: p.Call, back: int) -> Num | None:
        """The figure of the earlier period that a call asks for; None where the calendar decides which that is."""
        past = calls.back(call)
        if not isinstance(past, calls.Periods):
            return None
        found = self.argument(call, back + past.step)
        halves = self.halves(calls.series(call))
        if halves is False or calls.function(call).back not in (Back.YEAR, Back.YEARS):
            return found
        half = past.step * Frequency.HALF.per_year // Frequency.QUARTER.per_year
        return t.pick(halves, self.argument(call, back + half), found)


def _in_so_many(expr: p.Holds, truths: Sequence[Tri]) -> Tri:
    """In each of these periods, or in as many of them as are asked for."""
    least = calls.least_of(expr, len(truths))
    return kleene.conjunction(truths) if least is None else kleene.at_least(truths, least)


def few(asks: p.Call | p.Holds) -> int | None:
    """How many periods something spans, this one among them; None where they are many, or days."""
    past = calls.back(asks)
    if not isinstance(past, calls.Periods) or past.steps is None or past.steps >= MOST_PERIODS:
        return None
    return past.steps + 1


@proves("lag", "change", "yoy", "qoq", "cagr")
def _of_two(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """By its formula, of this period and an earlier one. A growth over very many years is a root that no formula says."""
    made, then = formula_of(call.function), w.earlier(call, back)
    if made is None or then is None or (call.function == "cagr" and calls.asked(call).number > MOST_FACTORS):
        return free_figure(w.e, call, back)
    found: Num = made.of(calls.asked(call))(w.e.algebra, w.argument(call, back), then)
    return found


@proves("latest")
def _latest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """Whatever was known last; where this period is known, something is."""
    found = free_figure(w.e, call, back)
    if not back:
        w.e.always(implies(w.argument(call, 0).settled, found.settled))
    return found


@proves("max", "high")
def _highest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """Of many periods at least this one's, where either is known."""
    found = w.window(call, back, largest)
    if found is not None:
        return found
    found, now = free_figure(w.e, call, back), w.argument(call, back)
    (high, has_high), (low, has_low) = found.most, now.least
    w.e.always(implies(both(has_high, has_low), at_most(low, high)))
    return found


@proves("min", "low")
def _lowest(w: EveryPeriod, call: p.Call, back: int) -> Term:
    found = w.window(call, back, smallest)
    if found is not None:
        return found
    found, now = free_figure(w.e, call, back), w.argument(call, back)
    (low, has_low), (high, has_high) = found.least, now.most
    w.e.always(implies(both(has_low, has_high), at_most(low, high)))
    return found


@proves("sum", "average")
def _summed(w: EveryPeriod, call: p.Call, back: int) -> Term:
    made = formula_of(call.function)
    if made is None:
        return free_figure(w.e, call, back)
    of = made.of(calls.asked(call))
    found = w.window(call, back, lambda copies: of(w.e.algebra, copies))
    return found if found is not None else free_figure(w.e, call, back)


@proves("median")
def _median(w: EveryPeriod, call: p.Call, back: int) -> Term:
    found = w.window(call, back, lambda copies: middle(w.e, list(copies)))
    return found if found is not None else free_figure(w.e, call, back)


@proves("streak")
def _streak(w: EveryPeriod, call: p.Call, back: int) -> Term:
    """At least 1 where it holds now, 0 where it does not; how many is a free figure, maybe without an end."""
    now = w.e.truth(call.arguments[0], back)
    low, high = free(w.e, p.sense(call), back), free(w.e, f"{p.sense(call)} at most", back)
    w.e.always(both(at_most(ONE, low.value), at_most(low.value, high.value)))
    least, never = choose(now.true, low.value, ZERO), no(now.can_true)
    return within(least, choose(never, ZERO, high.value), True, either(never, high.exact), False, False, False)


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
        """By what the table says of it: the figure, that figure times the periods, or what is made of copies of it."""
        row, periods = calls.function(call), self.periods(call)
        if row.flat is Flat.ITSELF:
            return x
        if row.flat is Flat.TIMES:
            return multiply(x, t.exact(Fraction(periods)))
        made = formula_of(call.function)
        if row.shape in (Shape.BACK, Shape.SHIFT) and made is not None:
            found: Num = made.of(calls.asked(call))(self.e.algebra, x, x)
            return found
        if periods < _ENOUGH or not x.bare:
            self.e.inexact("no change, of bounds")
            return anything(self.e, call.function, self.e.bool("undefined"), False)
        fine = both(x.exact, below(ZERO, x.value)) if row.positive else x.exact
        nm = either(x.nm, both(x.exact, no(fine)))
        maybe = either(x.undefined, nm, no(x.exact) if row.positive else False)
        return Num(ZERO, fine, undefined=maybe, nm=nm, assumed=x.assumed)

    def periods(self, call: p.Call) -> int:
        """How many periods a call takes; of a daily series the days of the calendar."""
        past = calls.back(call)
        if isinstance(past, Duration):
            return past.days_to(self.e.as_of)
        return 1 if past is None or past.steps is None else past.steps + 1

    def holds(self, expr: p.Holds, back: int) -> Tri:
        """It holds now."""
        return self.e.truth(expr.condition)

    def convert(self, value: Num, kind: Type, back: int) -> Num:
        """Where rules name one currency it is the reporting one; a rate is never known."""
        if kind.currency == reporting_currency(self.e.program):
            return value
        return Num(ZERO, False, undefined=value.undefined, nm=value.nm)


_ENOUGH = 3
"""A window of fewer periods may be too short for some functions (a trend, a spread), even of what never changes."""


@same("streak")
def _for_ever(w: OnePeriod, call: p.Call) -> Num:
    truth = w.e.truth(call.arguments[0])
    ever, never = Fraction(10_000), no(truth.can_true)
    return within(choose(truth.true, ever, ZERO), ZERO, True, never, False, False, False)


@same("percentile")
def _among_its_like(w: OnePeriod, call: p.Call) -> Num:
    """Of figures that are all alike the middle rank; of bounds anything, since it may differ from period to period."""
    x, periods = w.argument(call, 0), w.periods(call)
    if periods < _FEWEST_RANKED or not x.bare:
        w.e.inexact("a rank, of bounds")
        return anything(w.e, call.function, w.e.bool("undefined"), w.e.bool("nm"))
    rank = t.fraction(share(1 + (periods - 1) / 2, periods))
    return Num(rank, x.exact, undefined=either(x.undefined, x.nm, no(x.exact)), nm=x.nm, assumed=x.assumed)


_FEWEST_RANKED = 2
"""Of fewer figures there is no percentile."""


def reporting_currency(program: p.Program) -> str | None:
    """The currency of a world about no company: the one that the rules name, if they name one (as in `testing.py`)."""
    named = program.currencies
    return named[0] if len(named) == 1 else (None if named else DEFAULT_CURRENCY)


DEFAULT_CURRENCY = "USD"
"""What an example's money is in where the rules name no currency."""
