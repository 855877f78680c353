"""Calls that look at what is expected, and at segments: a table holds what was reported of whole companies, so that nothing is expected
of any period to come, and no segment is known.

In: a lowering, a call. Out: figures that are not known, within the bounds that the rules give. Must not know tables.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl.program import program as p
from dsl.program.calls import Asked, function
from dsl.types.functions import Shape
from dsl.types.units import Frequency
from evaluator.columnar.algebra.figures import Number, Plain
from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.lowering import NOWHERE, Lowering, Value, as_number
from evaluator.facts.calendar import Calendar


def expecting(e: Lowering, expr: p.Call, plain: Asked, flat: Callable[[Number], Value], ago: int) -> Value:
    """What a call comes to that looks at expectations, today. `flat`: what it gives of what is the same in every period. Raises
    NotColumnar at an earlier period, where it would be what was known then."""
    if ago == NOWHERE:
        return e.f.unknown
    if ago:
        raise NotColumnar(Limit.THEN)
    target = expr.arguments[0]

    def single() -> Value:
        now = as_number(e.value(target, 0))
        bounds = e.f.chosen_number(e.f.wide(now), e.f.unknown, now)
        missing = as_number(e.missing_where(e.k.true, bounds) if e.program.can_mean_nothing(target) else bounds)
        return e.chosen(e.f.known(now), flat(now), _made(e, expr, missing))

    return e.by_series(target, single, lambda: _made(e, expr, as_number(e.nowhere(target))))


def _made(e: Lowering, expr: p.Call, missing: Number) -> Number:
    """What is made of a period of which nobody has said anything."""
    k, f = e.k, e.f
    match function(expr).shape:
        case Shape.AHEAD:
            return missing
        case Shape.RELEASE:
            return Plain(k.null("f"), k.true, k.false)
        case _:
            frequency = expr.arguments[0].type.series
            assert frequency is not None, "the checker has seen to it"
            if frequency is not Frequency.YEAR:
                return f.total([missing] * frequency.per_year)
            return f.total([f.multiply(missing, f.exact(weight)) for weight in _shares(e) if weight > 0])


def _shares(e: Lowering) -> tuple[float, float]:
    """How much of the year to come lies in the fiscal year that runs, and in the next one. Raises NotColumnar where names may have
    other years than the calendar's."""
    today = e.sources.as_of
    if today is None or e.sources.periods(Frequency.YEAR) is not None:
        raise NotColumnar(Limit.YEAR_AHEAD)
    calendar = Calendar()
    before = calendar.ended(today, Frequency.YEAR)
    begins, ends = calendar.end(before, Frequency.YEAR), calendar.end(before + 1, Frequency.YEAR)
    share = (ends - today).days / (ends - begins).days
    return share, 1.0 - share
