"""Functions of one figure, in each period alone, and of several.

In: values. Out: a value. Must not know periods.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import bounds as v
from evaluator.values.algebra import Algebra, N
from evaluator.values.values import Figure


@formula("abs")
def absolute(a: Algebra[N, Any], x: N) -> N:
    """|x|."""
    return a.absolute(x)


@formula("annualised")
def annualised(a: Algebra[N, Any], x: N, *, per_year: int) -> N:
    """One period's figure times the periods of a year."""
    return a.multiply(x, a.exact(float(per_year)))


gives("sqrt")(v.square_root)
gives("ln")(v.logarithm)


@gives("exp")
def exponential(x: Figure) -> Figure:
    """e to the power of x."""
    return v.rising(math.exp, x)


_DIGITS = Context(prec=400)
"""Enough for any float with 15 decimals."""


def _to(places: int, direction: str) -> Callable[[float], float]:
    """Rounds by the digits as they are written: 2.675 stands for itself, not for the float, which lies below it."""
    unit = Decimal(1).scaleb(-places)
    return lambda x: float(Decimal(repr(x)).quantize(unit, direction, _DIGITS))


@gives("round")
def rounded(x: Figure, *, number: int, percent_places: int) -> Figure:
    """To so many decimals, halves away from zero; a percent as it is written."""
    return v.rising(_to(number + percent_places, ROUND_HALF_UP), x, widen=False)


def _whole(places: int, direction: str) -> Callable[[float], float]:
    """The whole number (of so many decimals) at or below, or at or above; what is within the tolerance of one is that one,
    so that 0.29 * 100 is 29."""
    unit = Decimal(1).scaleb(-places)

    def stepped(x: float) -> float:
        exact = Decimal(repr(x))
        near = exact.quantize(unit, ROUND_HALF_UP, _DIGITS)
        if abs(exact - near) <= _TOLERANCE * max(abs(exact), abs(near)):
            return float(near)
        return float(exact.quantize(unit, direction, _DIGITS))

    return stepped


_TOLERANCE = Decimal(repr(v.REL_TOLERANCE))


@gives("floor")
def floor(x: Figure, *, percent_places: int) -> Figure:
    """The whole number, or the whole percent, at or below."""
    return v.rising(_whole(percent_places, ROUND_FLOOR), x, widen=False)


@gives("ceil")
def ceil(x: Figure, *, percent_places: int) -> Figure:
    """The whole number, or the whole percent, at or above."""
    return v.rising(_whole(percent_places, ROUND_CEILING), x, widen=False)
