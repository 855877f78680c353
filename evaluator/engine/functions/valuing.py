"""A value beside a price.

In: the two, in one currency. Out: how far they are apart. Must not know valuations.
"""

from __future__ import annotations

from typing import Any

from evaluator.engine.functions.registry import formula
from evaluator.values.algebra import Algebra, N


@formula("upside")
def upside(a: Algebra[N, Any], value: N, price: N) -> N:
    """value ÷ price − 1, of a price above 0."""
    return a.subtract(a.ratio(value, price, "a price of 0 or less"), a.exact(1.0))


@formula("margin_of_safety")
def margin_of_safety(a: Algebra[N, Any], value: N, price: N) -> N:
    """1 − price ÷ value, of a value above 0 (Graham's margin, as a share of the value)."""
    return a.subtract(a.exact(1.0), a.ratio(price, value, "a value of 0 or less"))
