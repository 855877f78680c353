"""Calls as terms: functions of one period here, those that look back in `lookback.py`.

In: a call, its encoder, the period. Out: a term. What is registered here says more of a function than its formula does;
one that has neither is a free term, so that every function of the table has a term.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

import z3

from dsl.program import program as p
from dsl.program.calls import asked, function
from dsl.program.calls import back as looks_back
from dsl.types.functions import WRITTEN, Shape
from evaluator.engine.functions.registry import formula_of
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.encode import Encoder
from evaluator.proofs.encoding.free import Proofs, free_term
from evaluator.proofs.encoding.logic import (
    Bool,
    Real,
    at_most,
    below,
    both,
    choose,
    either,
    equal,
    implies,
    no,
    plus,
    times,
)
from evaluator.proofs.encoding.terms import Group, Num, Term

Maker = Callable[[Encoder, p.Call, int], Term]
HALF = Fraction(1, 2)
proves: Proofs[Maker] = Proofs()


def encode_call(e: Encoder, call: p.Call, back: int) -> Term:
    """The term of a call: by what is registered, else by its formula, else a free one."""
    if looks_back(call) is not None:
        e.looks_back = True
        return e.periods.call(call, back)
    made = proves.get(call.function)
    return made(e, call, back) if made is not None else _by_formula(e, call, back)


def _by_formula(e: Encoder, call: p.Call, back: int) -> Term:
    row, found = function(call), formula_of(call.function)
    if found is None:
        return free_term(e, call, back)
    given = [a for n, a in enumerate(call.arguments) if row.slot(n) not in WRITTEN]
    made = found.of(asked(call))
    if row.shape is Shape.LOGIC:
        term: Term = made(e.algebra, *(e.truth(a, back) for a in given))
    elif row.shape is Shape.REDUCE:
        term = made(e.algebra, [e.figure(a, back) for a in given])
    else:
        term = made(e.algebra, *(e.figure(a, back) for a in given))
    return term


def _first(e: Encoder, call: p.Call, back: int) -> Num:
    return e.figure(call.arguments[0], back)


@proves("median")
def _median(e: Encoder, call: p.Call, back: int) -> Term:
    """The middle one: of more than two, something between the least and the greatest."""
    items = [e.figure(a, back) for a in call.arguments]
    if len(items) <= 2:
        return t.divide(t.total(items), t.exact(Fraction(len(items))), e)
    e.inexact("a median")
    least, most = t.smallest(items), t.largest(items)
    low, high = e.real("median"), e.real("median to")
    sure = both(*(both(i.has_low, i.has_high, equal(i.low, i.high)) for i in items))
    e.always(at_most(low, high))
    e.always(implies(sure, equal(low, high)))
    e.always(implies(least.has_low, at_most(least.low, low)))
    e.always(implies(most.has_high, at_most(high, most.high)))
    fine = no(either(*(i.undefined for i in items)))
    has_low, has_high = either(sure, e.bool("has_low")), either(sure, e.bool("has_high"))
    return Num(low, high, both(fine, has_low), both(fine, has_high), no(fine))


def _floor(x: Real) -> Real:
    if isinstance(x, Fraction):
        return Fraction(x.numerator // x.denominator)
    return z3.ToReal(z3.ToInt(x))


def _stepped(a: Num, step: Callable[[Real], Real]) -> Num:
    """A function that never falls, on both ends."""
    if a.simple:
        return t.exact(step(a.low), a.has_low, a.undefined)
    return Num(step(a.low), step(a.high), a.has_low, a.has_high, a.undefined)


@proves("floor")
def _whole_below(e: Encoder, call: p.Call, back: int) -> Term:
    scale = Fraction(10) ** asked(call).percent_places
    return _stepped(_first(e, call, back), lambda x: times(_floor(times(x, scale)), 1 / scale))


@proves("ceil")
def _whole_above(e: Encoder, call: p.Call, back: int) -> Term:
    scale = Fraction(10) ** asked(call).percent_places
    return _stepped(_first(e, call, back), lambda x: times(_floor(times(x, -scale)), -1 / scale))


@proves("round")
def _round(e: Encoder, call: p.Call, back: int) -> Term:
    scale = Fraction(10) ** (asked(call).number + asked(call).percent_places)

    def rounded(x: Real) -> Real:
        up = times(_floor(plus(times(x, scale), HALF)), 1 / scale)
        down = times(_floor(plus(times(x, -scale), HALF)), -1 / scale)
        return choose(below(x, Fraction(0)), down, up)

    return _stepped(_first(e, call, back), rounded)


def _open(e: Encoder, a: Num, why: str, fine: Callable[[Real], Bool], unknown_may_fail: bool) -> Num:
    """A function of which only its place and a few bounds are said."""
    e.inexact(why)
    good = both(*(either(no(has), fine(end)) for end, has in ((a.low, a.has_low), (a.high, a.has_high))), a.has_low)
    known = both(a.known, good) if unknown_may_fail else a.known
    value = e.real(why)
    undefined = no(known) if unknown_may_fail else a.undefined
    if a.simple:
        return t.exact(value, known, undefined)
    other = e.real(why)
    e.always(at_most(value, other))
    return Num(value, other, both(known, e.bool("has_low")), both(known, e.bool("has_high")), undefined)


@proves("sqrt")
def _sqrt(e: Encoder, call: p.Call, back: int) -> Term:
    a = _first(e, call, back)

    def fine(x: Real) -> Bool:
        return at_most(Fraction(0), x)

    if not a.simple:
        return _open(e, a, "a root of bounds", fine, True)
    root, known = e.real("root"), both(a.known, fine(a.low))
    e.always(at_most(Fraction(0), root))
    e.always(implies(fine(a.low), equal(times(root, root), a.low)))
    return t.exact(root, known, no(known))


@proves("ln")
def _ln(e: Encoder, call: p.Call, back: int) -> Term:
    a = _first(e, call, back)
    found = _open(e, a, "a logarithm", lambda x: below(Fraction(0), x), True)
    if found.simple:  # ln x ≤ x − 1, and it has the sign of x − 1
        e.always(implies(found.known, at_most(plus(found.low, Fraction(1)), a.low)))
        e.always(implies(found.known, _alike(below(Fraction(1), a.low), below(Fraction(0), found.low))))
    return found


@proves("exp")
def _exp(e: Encoder, call: p.Call, back: int) -> Term:
    a = _first(e, call, back)
    found = _open(e, a, "an exponential", lambda x: True, False)
    e.always(below(Fraction(0), found.low))
    if found.simple:  # e^x ≥ 1 + x
        e.always(implies(found.known, at_most(plus(a.low, Fraction(1)), found.low)))
    return found


def _alike(a: Bool, b: Bool) -> Bool:
    return both(implies(a, b), implies(b, a))


@proves("count")
def _count(e: Encoder, call: p.Call, back: int) -> Term:
    first = e.term(call.arguments[0], back)
    if isinstance(first, Group):
        return t.counted_members(first)
    return t.counted([e.truth(a, back) for a in call.arguments])


@proves("first_known")
def _first_known(e: Encoder, call: p.Call, back: int) -> Term:
    *before, found = [e.term(a, back) for a in call.arguments]
    for argument, term in reversed(list(zip(call.arguments, before, strict=False))):
        clear = e.bool("clear") if e.fog and not isinstance(argument, p.Ref | p.Const) else True
        if isinstance(term, Num) and isinstance(found, Num) and term.simple is not found.simple:
            term, found = (_plain(term), found) if term.simple else (term, _plain(found))
        found = t.pick(both(term.known, clear), term, found)
    return found


def _plain(a: Num) -> Num:
    """The same figure with ends of their own."""
    return Num(a.low, a.high, a.has_low, a.has_high, a.undefined)


@proves("year")
def _year(e: Encoder, call: p.Call, back: int) -> Term:
    """The calendar year: 365.2425 days on average, and never more than two days off."""
    a = _first(e, call, back)
    if isinstance(a.low, Fraction):
        return t.exact(Fraction(dt.date.fromordinal(int(a.low)).year), a.has_low)
    e.inexact("a year of a date")
    year, days = e.whole("year"), Fraction(3652425, 10000)
    e.always(at_most(plus(times(year, days), -days - 2), a.low))
    e.always(at_most(a.low, plus(times(year, days), Fraction(2))))
    return t.exact(year, a.has_low)


@proves("days_between")
def _days_between(e: Encoder, call: p.Call, back: int) -> Term:
    return t.subtract(e.figure(call.arguments[1], back), _first(e, call, back))
