"""Two values that meet: money in one currency, and amounts of a half never beside amounts that rules name for a quarter.

In: an evaluation under way, typed expressions. Out: their values, or unknown where only a half's amount is known. Must not
know what is made of them.
"""

from __future__ import annotations

from dataclasses import replace

from dsl.program import program as p
from dsl.types.units import PERCENTS, Frequency, Kind
from evaluator.engine.functions.spans import Missing
from evaluator.engine.money import Under, is_nil, of_one_currency
from evaluator.values.series import Series, Value
from evaluator.values.values import Figure


def meeting(e: Under, left: p.Expr, right: p.Expr) -> tuple[Value, Value]:
    """Two values that meet: money of one currency; figures of halves only where both are, or where one is 0 or a share,
    since rules that speak of quarters mean a quarter's amount."""
    a, b = of_one_currency(e, (left, right))
    if _of_halves(e, left, a) and not (_of_halves(e, right, b) or _any_length(right)):
        a = _no_quarter(e, left, a)
    elif _of_halves(e, right, b) and not (_of_halves(e, left, a) or _any_length(left)):
        b = _no_quarter(e, right, b)
    return a, b


def _of_halves(e: Under, expr: p.Expr, value: Value) -> bool:
    """Whether amounts of a half stand where rules speak of a quarter's."""
    return isinstance(value, Series) and value.frequency is Frequency.HALF and _is_amount(e, expr)


def _is_amount(e: Under, expr: p.Expr) -> bool:
    """Whether an expression is an amount that flows in a period: one amount by another (a price a tonne) is none."""
    if not expr.type.is_flow:
        return False
    match expr:
        case p.Ref():
            metric = e.program.metrics.get(expr.name)
            return metric is None or _is_amount(e, metric.value)
        case p.Arithmetic(operator="/"):
            return _is_amount(e, expr.left) and not _is_amount(e, expr.right)
        case _:
            return True


def _any_length(expr: p.Expr) -> bool:
    """What goes with amounts of any length of time: 0, and shares of them."""
    return is_nil(expr) or expr.type.kind in (*PERCENTS, Kind.RATIO)


def _no_quarter(e: Under, expr: p.Expr, value: Value) -> Value:
    assert isinstance(value, Series)
    missing = Missing(expr, e.clock, e.program)
    reason = "only the half that ends then is known, and the rules ask for a quarter"
    return replace(
        value,
        points={o: Figure.unknown(missing.causes(o, value.frequency, reason)) for o in value.points},
        annual={},
        elsewhere=None,
    )
