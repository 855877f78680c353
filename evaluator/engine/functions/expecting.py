"""Functions of what is expected: a period to come, the year to come, how far a release was off.

In: figures of the periods that a shape brings together. Out: a value. Must not know which periods they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import bounds as v
from evaluator.values.algebra import Algebra, N
from evaluator.values.values import Figure


@gives("ahead")
def ahead(figure: Figure) -> Figure:
    """The figure of that period."""
    return figure


@formula("ntm")
def year_to_come(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The sum of the periods to come, or of the shares of two years."""
    return a.total(figures)


@gives("surprise")
def surprise(actual: Figure, expected: Figure, *, percent_places: int) -> Figure:
    """(actual − expected) ÷ |expected|, so that it is above 0 where more came than was expected, also of losses; not meaningful
    where 0 was expected. Of a percent the difference, in points."""
    gap = v.subtract(actual, expected)
    return gap if percent_places else v.divide(gap, v.absolute(expected))
