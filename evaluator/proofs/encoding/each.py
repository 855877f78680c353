"""The built-in functions as terms: those of one period here, those that look back in `periods.py`.

In: a call, its encoder, the period. Out: a term. A test holds the names to those of the language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

import z3

from dsl.program import program as p
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.encode import Encoder
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
from evaluator.proofs.encoding.lookback import BACKWARD
from evaluator.proofs.encoding.terms import Group, Num, Term

Maker = Callable[[Encoder, p.Call, int], Term]
HALF = Fraction(1, 2)


def encode_call(e: Encoder, call: p.Call, back: int) -> Term:
    """The term of a call."""
    if call.function in BACKWARD or (len(call.arguments) == 2 and isinstance(call.arguments[1], p.Window)):
        e.looks_back = True
        return e.periods.call(call, back)
    return FUNCTIONS[call.function](e, call, back)


def _figures(e: Encoder, call: p.Call, back: int) -> list[Num]:
    return [e.figure(a, back) for a in call.arguments if not isinstance(a, p.Window)]


def _first(e: Encoder, call: p.Call, back: int) -> Num:
    return e.figure(call.arguments[0], back)


def average(items: list[Num], e: Encoder) -> Num:
    """The mean."""
    return t.divide(t.total(items), t.exact(Fraction(len(items))), e)


def median(items: list[Num], e: Encoder) -> Num:
    """The middle one: of more than two, something between the least and the greatest."""
    if len(items) <= 2:
        return average(items, e)
    e.inexact("a median")
    low, high = t.smallest(items), t.largest(items)
    middle, known = e.real("median"), both(*(i.known for i in items))
    e.always(implies(known, both(at_most(low.low, middle), at_most(middle, high.high))))
    has_low, has_high = e.bool("has_low"), e.bool("has_high")
    other = e.real("median to")
    e.always(at_most(middle, other))
    e.always(implies(known, equal(middle, other)))
    fine = no(either(*(i.undefined for i in items)))
    return Num(middle, other, both(fine, either(known, has_low)), both(fine, either(known, has_high)), no(fine))


def _floor(x: Real) -> Real:
    if isinstance(x, Fraction):
        return Fraction(x.numerator // x.denominator)
    return z3.ToReal(z3.ToInt(x))


def _stepped(step: Callable[[Real], Real]) -> Maker:
    """A function that never falls, on both ends."""

    def made(e: Encoder, call: p.Call, back: int) -> Term:
        a = _first(e, call, back)
        if a.simple:
            return t.exact(step(a.low), a.has_low, a.undefined)
        return Num(step(a.low), step(a.high), a.has_low, a.has_high, a.undefined)

    return made


def _round(e: Encoder, call: p.Call, back: int) -> Term:
    digits = 0
    if len(call.arguments) > 1:
        written = call.arguments[1]
        assert isinstance(written, p.Const)
        assert isinstance(written.value, float)
        digits = int(written.value)
    scale = Fraction(10) ** digits

    def rounded(x: Real) -> Real:
        up = times(_floor(plus(times(x, scale), HALF)), 1 / scale)
        down = times(_floor(plus(times(x, -scale), HALF)), -1 / scale)
        return choose(below(x, Fraction(0)), down, up)

    return _stepped(rounded)(e, call, back)


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


def _ln(e: Encoder, call: p.Call, back: int) -> Term:
    a = _first(e, call, back)
    found = _open(e, a, "a logarithm", lambda x: below(Fraction(0), x), True)
    if found.simple:  # ln x ≤ x − 1, and it has the sign of x − 1
        e.always(implies(found.known, at_most(plus(found.low, Fraction(1)), a.low)))
        e.always(implies(found.known, _alike(below(Fraction(1), a.low), below(Fraction(0), found.low))))
    return found


def _exp(e: Encoder, call: p.Call, back: int) -> Term:
    a = _first(e, call, back)
    found = _open(e, a, "an exponential", lambda x: True, False)
    e.always(below(Fraction(0), found.low))
    if found.simple:  # e^x ≥ 1 + x
        e.always(implies(found.known, at_most(plus(a.low, Fraction(1)), found.low)))
    return found


def _alike(a: Bool, b: Bool) -> Bool:
    return both(implies(a, b), implies(b, a))


def _count(e: Encoder, call: p.Call, back: int) -> Term:
    first = e.term(call.arguments[0], back)
    if isinstance(first, Group):
        return t.counted_members(first)
    return t.counted([e.truth(a, back) for a in call.arguments])


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


FUNCTIONS: dict[str, Maker] = {
    "abs": lambda e, call, back: t.absolute(_first(e, call, back)),
    "min": lambda e, call, back: t.smallest(_figures(e, call, back)),
    "max": lambda e, call, back: t.largest(_figures(e, call, back)),
    "sum": lambda e, call, back: t.total(_figures(e, call, back)),
    "average": lambda e, call, back: average(_figures(e, call, back), e),
    "median": lambda e, call, back: median(_figures(e, call, back), e),
    "round": _round,
    "floor": _stepped(_floor),
    "ceil": _stepped(lambda x: times(_floor(times(x, Fraction(-1))), Fraction(-1))),
    "sqrt": _sqrt,
    "ln": _ln,
    "exp": _exp,
    "count": _count,
    "any": lambda e, call, back: t.disjunction([e.truth(a, back) for a in call.arguments]),
    "all": lambda e, call, back: t.conjunction([e.truth(a, back) for a in call.arguments]),
    "first_known": _first_known,
    "days_between": lambda e, call, back: t.subtract(e.figure(call.arguments[1], back), _first(e, call, back)),
    "year": _year,
}
