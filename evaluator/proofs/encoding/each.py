"""Calls as terms: functions of one period here, those that look back in `lookback.py`.

In: a call, its encoder, the period. Out: a term. What is registered here says more of a function than its formula does;
one that has neither is a free term, so that every function of the table has a term.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from fractions import Fraction

import z3

from dsl.program import program as p
from dsl.program.calls import asked, function
from dsl.program.calls import back as looks_back
from dsl.types.functions import WRITTEN, Shape
from evaluator.engine.functions.paths import discounted
from evaluator.engine.functions.registry import formula_of
from evaluator.proofs.encoding import kleene
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.arithmetic import numbered, rooted, subtract
from evaluator.proofs.encoding.either import as_word
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
    implies,
    no,
    plus,
    same,
    times,
)
from evaluator.proofs.encoding.terms import OPEN, ZERO, Group, Num, Options, Term, Tri, Word, within

Maker = Callable[[Encoder, p.Call, int], Term]
HALF = Fraction(1, 2)
proves: Proofs[Maker] = Proofs()


def encode_call(e: Encoder, call: p.Call, back: int) -> Term:
    """The term of a call: by what is registered, else by its formula, else a free one."""
    if looks_back(call) is not None:
        e.look_back()
        return e.periods.call(call, back)
    made = proves.get(call.function)
    return made(e, call, back) if made is not None else _by_formula(e, call, back)


def is_certain(program: p.Program, operand: p.Expr) -> bool:
    """Whether that something is known does not depend on how roughly: a figure that is written, an input, a param."""
    if isinstance(operand, p.Ref):
        return operand.name in program.inputs or operand.name in program.params
    return isinstance(operand, p.Const)


def _by_formula(e: Encoder, call: p.Call, back: int) -> Term:
    row, found = function(call), formula_of(call.function)
    if found is None:
        return free_term(e, call, back)
    given = [a for n, a in enumerate(call.arguments) if row.slot(n) not in WRITTEN]
    made = found.of(asked(call))
    if row.shape is Shape.LOGIC:
        term: Term = made(e.algebra, *(e.truth(a, back) for a in given))
    elif row.shape is Shape.PATH:
        term = made(e.algebra, _steps(e, call))
    elif row.shape is Shape.REDUCE:
        term = made(e.algebra, [e.figure(a, back) for a in given])
    else:
        term = made(e.algebra, *(e.figure(a, back) for a in given))
    return term


def _steps(e: Encoder, call: p.Call) -> list[Num]:
    """The steps of the forecast that a call is of, what it starts from first."""
    path = call.arguments[0]
    assert isinstance(path, p.PathRef), "the checker has seen to it"
    return [e.step(path.name, step) for step in range(e.program.forecasts[path.name].steps + 1)]


@proves("npv")
def _npv(e: Encoder, call: p.Call, back: int) -> Term:
    """A present value, at a rate of more than −100% alone."""
    steps = _steps(e, call)
    grown = e.algebra.add(t.exact(Fraction(1)), e.figure(call.arguments[1]))
    value = discounted(e.algebra, steps, grown)
    sure, never = _surely_above(grown), _never_above(grown)
    nm, undefined = either(value.nm, never), either(value.undefined, no(sure))
    known, bounded = both(value.exact, sure), both(no(nm), sure)
    return Num(value.value, known, value.low, value.high, both(value.has_low, bounded), both(value.has_high, bounded),
               undefined, nm, value.assumed)  # fmt: skip


def _surely_above(a: Num) -> Bool:
    """Whether a figure lies above 0, whatever is still to become known of it."""
    low = both(no(a.exact), a.has_low, below(ZERO, a.low)) if not a.bare else False
    return both(no(a.undefined), either(both(a.exact, below(ZERO, a.value)), low))


def _never_above(a: Num) -> Bool:
    """Whether a figure lies at 0 or below, whatever is still to become known of it."""
    high = both(no(a.exact), a.has_high, at_most(a.high, ZERO)) if not a.bare else False
    return either(a.nm, both(a.exact, at_most(a.value, ZERO)), high)


def _first(e: Encoder, call: p.Call, back: int) -> Num:
    return e.figure(call.arguments[0], back)


# --- of one figure -----------------------------------------------------------------------------------------------


def _floor(x: Real) -> Real:
    if isinstance(x, Fraction):
        return Fraction(x.numerator // x.denominator)
    return z3.ToReal(z3.ToInt(x))


def _whole(x: Real) -> Real:
    """The whole number at or below; what is within the tolerance of the next one is that one, as the evaluator has it."""
    under = _floor(x)
    over = plus(under, Fraction(1))
    return choose(kleene.close(x, over), over, under)


def _stepped(a: Num, step: Callable[[Real], Real]) -> Num:
    """A function that never falls, on both ends."""
    if a.bare:
        return Num(step(a.value), a.exact, undefined=a.undefined, nm=a.nm, assumed=a.assumed)
    found = within(step(a.low), step(a.high), a.has_low, a.has_high, a.undefined, a.nm, a.assumed)
    return t.pick(a.exact, Num(step(a.value), a.exact, undefined=a.undefined, nm=a.nm, assumed=a.assumed), found)


@proves("floor")
def _whole_below(e: Encoder, call: p.Call, back: int) -> Term:
    scale = Fraction(10) ** asked(call).percent_places
    return _stepped(_first(e, call, back), lambda x: times(_whole(times(x, scale)), 1 / scale))


@proves("ceil")
def _whole_above(e: Encoder, call: p.Call, back: int) -> Term:
    scale = Fraction(10) ** asked(call).percent_places
    return _stepped(_first(e, call, back), lambda x: times(_whole(times(x, -scale)), -1 / scale))


@proves("round")
def _round(e: Encoder, call: p.Call, back: int) -> Term:
    scale = Fraction(10) ** (asked(call).number + asked(call).percent_places)

    def rounded(x: Real) -> Real:
        up = times(_floor(plus(times(x, scale), HALF)), 1 / scale)
        down = times(_floor(plus(times(x, -scale), HALF)), -1 / scale)
        return choose(below(x, ZERO), down, up)

    return _stepped(_first(e, call, back), rounded)


def _with_ends(a: Num, value: Real, fine: Bool, nm: Bool, ends: tuple[Real, Real], has: tuple[Bool, Bool], undefined: Bool,
               assumed: Bool) -> Num:  # fmt: skip
    """A function of a figure: its number where that is exact and `fine`, else what its bounds say."""
    known = both(a.exact, fine)
    has_low, has_high = (both(no(nm), h) for h in has)
    found = within(*ends, has_low, has_high, undefined, nm, assumed)
    return numbered(known, value, found)


@proves("sqrt")
def _sqrt(e: Encoder, call: p.Call, back: int) -> Term:
    """The root; not meaningful of what is below 0, and at least 0 of what may be."""
    a = _first(e, call, back)
    (low, has_low), (high, has_high) = a.least, a.most
    under, never = either(no(has_low), below(low, ZERO)), both(has_high, below(high, ZERO))
    nm = either(a.nm, never)

    def root(x: Real) -> Real:
        return rooted(x, HALF, e)

    value = root(a.value)
    if a.bare:
        ends, has = (ZERO, ZERO), (True, False)
    else:
        ends, has = (choose(under, ZERO, root(low)), root(high)), (True, both(no(under), has_high))
    return _with_ends(a, value, no(under), nm, ends, has, either(a.undefined, under), either(a.assumed, a.wide))


@proves("ln")
def _ln(e: Encoder, call: p.Call, back: int) -> Term:
    """The logarithm; not meaningful of 0 or less. It has the sign of x − 1 and is never above it."""
    a = _first(e, call, back)
    e.inexact("a logarithm")
    (low, has_low), (high, has_high) = a.least, a.most
    under, never = either(no(has_low), at_most(low, ZERO)), both(has_high, at_most(high, ZERO))
    nm = either(a.nm, never)

    def log(x: Real) -> Real:
        if isinstance(x, Fraction):
            return Fraction(math.log(x)) if x > 0 else ZERO
        found, fine = e.real("a logarithm"), below(ZERO, x)
        e.always(implies(fine, both(at_most(plus(found, t.ONE), x), same(below(t.ONE, x), below(ZERO, found)))))
        return found

    value = log(a.value)
    ends, has = (ZERO, ZERO), (False, False)
    if not a.bare:
        ends, has = (log(low), log(high)), (no(under), both(no(under), has_high))
        e.always(implies(both(has[1], no(never)), at_most(*ends)))
    return _with_ends(a, value, no(under), nm, ends, has, either(a.undefined, under), a.assumed)


@proves("exp")
def _exp(e: Encoder, call: p.Call, back: int) -> Term:
    """e to the power of x: above 0, and never below 1 + x."""
    a = _first(e, call, back)
    e.inexact("an exponential")
    (low, has_low), (high, has_high) = a.least, a.most

    def raised(x: Real) -> Real:
        found = e.real("an exponential")
        e.always(both(below(ZERO, found), at_most(plus(x, t.ONE), found), same(below(ZERO, x), below(t.ONE, found))))
        return found

    value = raised(a.value)
    ends, has = (ZERO, ZERO), (True, False)
    if not a.bare:
        ends, has = (choose(has_low, raised(low), ZERO), raised(high)), (True, has_high)
        e.always(implies(both(has_low, has_high), at_most(*ends)))
    return _with_ends(a, value, True, a.nm, ends, has, a.undefined, either(a.assumed, a.wide))


@proves("annualised")
def _annualised(e: Encoder, call: p.Call, back: int) -> Term:
    """A period's figure times the periods of a year: of a company that reports by halves, two."""
    term = _by_formula(e, call, back)
    made, halves = formula_of(call.function), e.periods.halves(call.arguments[0].type.series)
    if halves is False or made is None:
        return term
    twice = e.algebra.multiply(_first(e, call, back), t.exact(Fraction(2)))
    return t.pick(halves, twice, term)


# --- of several --------------------------------------------------------------------------------------------------


MOST_SORTED = 7
"""Of so many figures the middle one is found by putting them in order."""


@proves("median")
def _median(e: Encoder, call: p.Call, back: int) -> Term:
    """The middle one, or the mean of the two in the middle: of the lower ends, and of the upper ones."""
    return middle(e, [e.figure(a, back) for a in call.arguments])


def middle(e: Encoder, items: list[Num]) -> Num:
    """The median of figures; what may not be meaningful makes it unknown."""
    nm, undefined = either(*(i.nm for i in items)), either(*(i.undefined for i in items))
    if len(items) > MOST_SORTED:
        e.inexact("a median")
        lows, highs = [(e.real("median"), e.bool("begins"))], [(e.real("median to"), e.bool("ends"))]
        e.always(at_most(lows[0][0], highs[0][0]))
    else:
        at, count = len(items) // 2, len(items)
        wanted = [at] if count % 2 else [at - 1, at]
        lows = [_in_order([i.least for i in items], up=False)[n] for n in wanted]
        highs = [_in_order([i.most for i in items], up=True)[n] for n in wanted]
    sure = no(undefined)
    ends = [_mean([value for value, _ in found]) for found in (lows, highs)]
    has = [both(sure, *(has for _, has in found)) for found in (lows, highs)]
    found = within(ends[0], ends[1], has[0], has[1], undefined, nm, False)
    return numbered(both(sure, *(i.exact for i in items)), ends[0], found)


def _mean(values: list[Real]) -> Real:
    return values[0] if len(values) == 1 else times(plus(values[0], values[1]), HALF)


def _in_order(ends: list[tuple[Real, Bool]], up: bool) -> list[tuple[Real, Bool]]:
    """Ends from the least to the greatest; one that is missing is +∞ (`up`) or −∞. By exchanging neighbours."""
    found = list(ends)
    for last in range(len(found) - 1, 0, -1):
        for n in range(last):
            (a, has_a), (b, has_b) = found[n], found[n + 1]
            beyond = no(has_a) if up else no(has_b)  # the one that is missing belongs to the other side
            turned = either(beyond, both(has_a, has_b, below(b, a)))
            found[n] = choose(turned, b, a), choose(turned, has_b, has_a)
            found[n + 1] = choose(turned, a, b), choose(turned, has_a, has_b)
    return found


@proves("count")
def _count(e: Encoder, call: p.Call, back: int) -> Term:
    first = e.term(call.arguments[0], back)
    if isinstance(first, Group):
        return kleene.counted_members(first)
    return kleene.counted([e.truth(a, back) for a in call.arguments])


@proves("first_known")
def _first_known(e: Encoder, call: p.Call, back: int) -> Term:
    """The first that is known; what is unknown or not meaningful is passed over."""
    terms = [e.term(a, back) for a in call.arguments]
    if any(isinstance(term, Word) for term in terms):  # beside a word that facts give, an `if` is one word or unknown
        terms = [as_word(term, e.numbers) if isinstance(term, Options) else term for term in terms]
    kind = next((type(term) for term in terms if not isinstance(term, Num)), Num)
    *before, found = [_of_kind(term, kind) for term in terms]
    for argument, term in reversed(list(zip(call.arguments, before, strict=False))):
        clear = e.bool("clear") if e.fog and not is_certain(e.program, argument) else True
        if term is not None:
            found = t.pick(both(term.known, clear), term, found) if found is not None else term
    return found if found is not None else t.unknown()


def _of_kind(term: Term, kind: type[Term]) -> Term | None:
    """A term; None for the literal `unknown` beside what is no figure."""
    return term if isinstance(term, kind) else OPEN if kind is Tri else None


@proves("year")
def _year(e: Encoder, call: p.Call, back: int) -> Term:
    """The calendar year: 365.2425 days on average, and never more than two days off."""
    a = _first(e, call, back)
    if isinstance(a.value, Fraction):
        return t.exact(Fraction(dt.date.fromordinal(max(1, int(a.value))).year), a.exact)
    e.inexact("a year of a date")
    year, days = e.whole("year"), Fraction(3652425, 10000)
    e.always(at_most(plus(times(year, days), -days - 2), a.value))
    e.always(at_most(a.value, plus(times(year, days), Fraction(2))))
    return t.exact(year, a.exact)


@proves("days_between")
def _days_between(e: Encoder, call: p.Call, back: int) -> Term:
    return subtract(e.figure(call.arguments[1], back), _first(e, call, back))
