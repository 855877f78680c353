"""Calls -> terms: what is done around a function, once for each shape (`engine/functions/shapes`).

In: a lowering, a call, how many periods ago. Out: its value. Must not know names or tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsl.program import program as p
from dsl.program.calls import Asked, Periods, asked, back, function
from dsl.program.calls import window as window_of
from dsl.types.functions import EXPECTING, WRITTEN, Flat, Shape
from dsl.types.lengths import Duration
from evaluator.columnar.algebra import deviations, sets
from evaluator.columnar.algebra import functions as fn
from evaluator.columnar.algebra.figures import Bounded, Number, Plain
from evaluator.columnar.algebra.limits import LONGEST, Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth
from evaluator.columnar.algebra.words import Day
from evaluator.columnar.expecting import expecting
from evaluator.columnar.lowering import NOWHERE, Lowering, Value, as_day, as_number, as_truth
from evaluator.columnar.money import meeting
from evaluator.engine.functions.registry import formula_of
from evaluator.engine.functions.shapes import MODULES

_REGISTERED = MODULES
"""Where formulas stand: imported here, so that all of them are registered."""
_EVER = 10_000.0
"""What is the same in every period has held for longer than can be asked (`functions/shapes`)."""


def call(e: Lowering, expr: p.Call, ago: int) -> Value:
    """What a call comes to. Raises NotColumnar for what is over several scenarios."""
    row, plain = function(expr), asked(expr)
    shape = row.shape
    if shape is Shape.WORLDS:
        raise NotColumnar(Limit.SCENARIOS)
    if shape is Shape.SEGMENTS:
        return e.f.unknown
    if shape in EXPECTING:
        return expecting(e, expr, plain, lambda value: _of_alike(e, expr, value, plain), ago)
    if shape is Shape.PATH:
        return _over_path(e, expr, plain)
    values = [
        a for a, s in zip(expr.arguments, (row.slot(n) for n in range(len(expr.arguments))), strict=True)
        if not isinstance(a, p.Window) and s not in WRITTEN
    ]  # fmt: skip
    if shape is Shape.REDUCE and window_of(expr) is None:
        return _reduced(e, expr.function, [as_number(x) for x in meeting(e, values, ago)], plain)
    first = values[0]
    match shape:
        case Shape.EACH | Shape.LOGIC | Shape.REDUCE if window_of(expr) is None:
            return _each(e, expr, values, plain, ago)
        case Shape.READ:
            return _each(e, expr, values, plain, 0)
        case Shape.BACK | Shape.SHIFT:
            return _back(e, expr, first, plain, ago)
        case Shape.WINDOW | Shape.REDUCE:
            return _window(e, expr, first, plain, ago)
        case Shape.YEAR:
            return _year(e, expr, first, plain, ago)
        case Shape.LAST:
            return _latest(e, first, ago)
        case _:
            return _streak(e, first, ago)


def _keywords(e: Lowering, name: str, plain: Asked) -> dict[str, Any]:
    given = formula_of(name)
    return {want: getattr(plain, want) for want in given.wants} if given is not None else {}


def _by_formula(e: Lowering, name: str, plain: Asked, *arguments: Any) -> Value:
    given = formula_of(name)
    assert given is not None
    found: Value = given.function(e.f, *arguments, **_keywords(e, name, plain))
    return found


def _reduced(e: Lowering, name: str, items: Sequence[Number], plain: Asked) -> Value:
    match name:
        case "median":
            return fn.median(e.f, items)
        case "stdev":
            return deviations.stdev(e.f, items)
        case "volatility":
            return deviations.volatility(e.f, items, per_year=plain.per_year)
        case "percentile":
            return fn.percentile(e.f, items)
        case _:
            return _by_formula(e, name, plain, items)


def _each(e: Lowering, expr: p.Call, values: Sequence[p.Expr], plain: Asked, ago: int) -> Value:
    name, f, k = expr.function, e.f, e.k
    given = meeting(e, values, ago)
    match name:
        case "sqrt":
            return fn.square_root(f, as_number(given[0]))
        case "ln":
            return fn.logarithm(f, as_number(given[0]))
        case "exp":
            return fn.exponential(f, as_number(given[0]))
        case "round":
            return fn.rounded(f, as_number(given[0]), number=plain.number, percent_places=plain.percent_places)
        case "floor" | "ceil":
            return fn.stepped(f, as_number(given[0]), name == "ceil", plain.percent_places)
        case "count" if isinstance(given[0], sets.Members):
            return sets.count(f, given[0], plain.options)
        case "count":
            return fn.count(f, [as_truth(x) for x in given])
        case "first_known":
            found = given[-1]
            for value in reversed(given[:-1]):
                found = e.chosen(e.known(value), value, found)
            return found
        case "days_between":
            first, second = (k.ordinal(as_day(x)) for x in given)
            return f.plain(k.sub(second, first))
        case "months_between":
            return f.plain(_months_between(e, as_day(given[0]), as_day(given[1])))
        case "add_months":
            return Day(k.months_later(as_day(given[0]), plain.number))
        case "year":
            return f.plain(k.day_part("year", as_day(given[0])))
        case _:
            return _by_formula(e, name, plain, *given)


def _months_between(e: Lowering, first: Term, second: Term) -> Term:
    """Whole months: the difference of the months, one less where the day is not reached yet. A month that has no such day is
    reached on its last."""
    k, one, zero = e.k, e.k.const(1.0), e.k.const(0.0)

    def month(day: Term) -> Term:
        return k.add(k.mul(k.day_part("year", day), k.const(12.0)), k.day_part("month", day))

    months = k.sub(month(second), month(first))
    last = k.day_part("last_day", second)
    reached = k.least(
        k.day_part("day", first), last
    )  # on which day of its month the second date is so many months later
    day = k.day_part("day", second)
    later, earlier = k.le(first, second), k.lt(second, first)
    less = k.both(later, k.lt(day, reached))
    more = k.both(earlier, k.lt(reached, day))
    return k.add(months, k.when(less, k.neg(one), k.when(more, one, zero)))


def _over_path(e: Lowering, expr: p.Call, plain: Asked) -> Value:
    path = expr.arguments[0]
    assert isinstance(path, p.PathRef), "the checker has seen to it"
    local = e.local
    if local is not None:
        raise NotColumnar(Limit.STEPS)
    steps = e.path(path.name)
    if expr.function == "npv":
        return fn.npv(e.f, steps, as_number(e.value(expr.arguments[1], 0)))
    return _by_formula(e, expr.function, plain, steps)


def _back(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked, ago: int) -> Value:
    """A period with an earlier one; of a single value with itself."""
    now = as_number(e.value(series, ago))

    def earlier() -> Value:
        found = back(expr)
        if isinstance(found, Periods):
            then = e.earlier(series, ago, found.step)
        elif e.begins(series) is None:
            then = e.nowhere(series)
        else:
            raise NotColumnar(Limit.DAILY)
        return _by_formula(e, expr.function, plain, now, as_number(then))

    def itself() -> Value:
        return _by_formula(e, expr.function, plain, now, now)

    return itself() if ago == NOWHERE else e.by_series(series, itself, earlier)


def _window(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked, ago: int) -> Value:
    span = window_of(expr)
    assert span is not None

    def over() -> Value:
        periods, before = e.span(series, span, ago)
        missing = _missing_window(e, expr, series, plain)
        if before is e.k.true:
            return missing
        figures = [as_number(e.at(series, at)) for at in periods]
        return e.chosen(before, missing, _reduced(e, expr.function, figures, plain))

    def flat() -> Value:
        return _flat(e, expr, as_number(e.value(series, ago)), plain)

    return flat() if ago == NOWHERE else e.by_series(series, flat, over)


def _missing_window(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked) -> Value:
    """A window that begins before the series: what it would be of the bounds of what it is made of."""
    of_bounds = _flat(e, expr, as_number(e.nowhere_bounds(series)), plain)
    found = e.f.chosen_number(e.f.wide(as_number(of_bounds)), e.f.unknown, as_number(of_bounds))
    return e.missing_where(e.k.true, found) if e.program.can_mean_nothing(series) else found


def _of_alike(e: Lowering, expr: p.Call, value: Number, plain: Asked) -> Value:
    """What a function of expectations gives of what is the same in every period."""
    if function(expr).shape is not Shape.RELEASE:
        return _flat(e, expr, value, plain)
    gap = e.f.subtract(value, value)
    return gap if plain.percent_places else e.f.divide(gap, e.f.absolute(value))


def _flat(e: Lowering, expr: p.Call, value: Number, plain: Asked) -> Value:
    """What it gives of what is the same in every period (`Flat`)."""
    row, found = function(expr), back(expr)
    if row.flat is Flat.ITSELF:
        return value
    if isinstance(found, Duration):
        if e.sources.as_of is None:
            raise NotColumnar(Limit.DAILY)
        periods = max(1, found.days_to(e.sources.as_of))
    else:
        periods = 1 if found is None or found.steps is None else found.steps + 1
    if row.flat is Flat.TIMES:
        return e.f.multiply(value, e.f.exact(float(periods)))
    if periods > LONGEST:
        raise NotColumnar(Limit.FAR_BACK)
    return _reduced(e, expr.function, [value] * periods, plain)


def _year(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked, ago: int) -> Value:
    """The trailing year: the sum of its periods."""

    def over() -> Value:
        assert series.type.series is not None
        count = series.type.series.per_year
        figures = [e.earlier(series, ago, at) if at else e.value(series, ago) for at in range(count - 1, -1, -1)]
        return _by_formula(e, expr.function, plain, [as_number(figure) for figure in figures])

    def flat() -> Value:
        return _flat(e, expr, as_number(e.value(series, ago)), plain)

    return flat() if ago == NOWHERE else e.by_series(series, flat, over)


def _latest(e: Lowering, series: p.Expr, ago: int) -> Value:
    """The newest that is known, or known to mean nothing; else the newest."""
    begins = e.begins(series)
    if begins is None or ago == NOWHERE:
        return e.value(series, ago)
    if ago and any(i.stale_after for n, i in e.program.inputs.items() if n in e.program.upstream(p.names_in(series))):
        raise NotColumnar(Limit.LATEST)
    found = e.value(series, ago)
    for at in range(_depth(e), ago - 1, -1):
        value = e.value(series, at)
        here = e.k.le(e.k.const(float(at)), begins)
        found = e.chosen(e.k.both(here, _settled(e, value)), value, found)
    return found


def _settled(e: Lowering, value: Value) -> Term:
    if isinstance(value, Truth):
        return e.f.settled(value)
    return e.k.any(e.f.known(value), value.nm) if isinstance(value, Plain | Bounded) else e.known(value)


def _depth(e: Lowering) -> int:
    if e.sources.depth() > LONGEST:
        raise NotColumnar(Limit.FAR_BACK)
    return e.sources.depth()


def _streak(e: Lowering, series: p.Expr, ago: int) -> Value:
    f, k = e.f, e.k

    def of(low: Term) -> Number:
        return Bounded(low, f.high_end, k.false, k.false, k.false)

    def ever() -> Value:
        return fn.streak(f, of(k.const(_EVER - 1)), e.truth(series, ago))

    def run() -> Value:
        begins = e.begins(series)
        always = f.holds(as_truth(e.value(series, NOWHERE)))
        start: Number = of(k.when(always, k.const(_EVER - 1), k.const(0.0)))
        if begins is None:
            return fn.streak(f, start, e.truth(series, ago))
        found = start
        for at in range(_depth(e), ago - 1, -1):
            longer = fn.streak(f, found, e.truth(series, at))
            found = f.chosen_number(k.lt(begins, k.const(float(at))), start, longer)
        return found

    return ever() if ago == NOWHERE else e.by_series(series, ever, run)
