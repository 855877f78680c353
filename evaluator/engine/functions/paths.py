"""Functions of the steps of a forecast.

In: the figures of a path, what it starts from first. Out: a value. Must not know forecasts or worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import bounds as v
from evaluator.values.algebra import FIGURES, Algebra, N
from evaluator.values.values import Figure, because


@formula("at")
def at(a: Algebra[N, Any], path: Sequence[N], *, number: int) -> N:
    """The figure at a step."""
    return path[number]


@formula("total")
def total(a: Algebra[N, Any], path: Sequence[N]) -> N:
    """The steps together, from the first on."""
    return a.total(path[1:])


def discounted(a: Algebra[N, Any], path: Sequence[N], grown: N) -> N:
    """The sum of the figures at steps 1, 2, 3 … divided by `grown`, its square, its cube …: NPV of spreadsheets, with
    grown = 1 + rate (https://support.microsoft.com/en-us/office/npv-function-8672cb67-2576-4d07-b67b-ac28acf2a568)."""
    factor, parts = a.exact(1.0), []
    for figure in path[1:]:
        factor = a.multiply(factor, grown)
        parts.append(a.divide(figure, factor))
    return a.total(parts)


NO_RATE = "a rate of −100% or less discounts nothing"


@gives("npv")
def npv(path: Sequence[Figure], rate: Figure) -> Figure:
    """The present value of a path, the first step discounted once; not meaningful at a rate of −100% or less, unknown where
    the rate can be that."""
    grown = v.add(Figure.exact(1.0), rate)
    if grown.nm:
        return grown
    if grown.high <= 0:
        return Figure.meaningless(because(NO_RATE), grown.facts)
    if grown.low <= 0:
        causes = grown.causes if grown.wide else grown.causes | because("a rate that can be −100% or less")
        return Figure.unknown(causes, grown.facts, undefined=True)
    return discounted(FIGURES, path, grown)
