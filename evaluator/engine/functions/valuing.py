"""A value beside a price, and a value over several worlds.

In: figures in one currency. Out: how far two are apart, what several come to by their weights. Must not know valuations or worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import bounds as v
from evaluator.values.algebra import Algebra, N
from evaluator.values.shared import union
from evaluator.values.values import Figure, because


@formula("upside")
def upside(a: Algebra[N, Any], value: N, price: N) -> N:
    """value ÷ price − 1, of a price above 0."""
    return a.subtract(a.ratio(value, price, "a price of 0 or less"), a.exact(1.0))


@formula("margin_of_safety")
def margin_of_safety(a: Algebra[N, Any], value: N, price: N) -> N:
    """1 − price ÷ value, of a value above 0 (Graham's margin, as a share of the value)."""
    return a.subtract(a.exact(1.0), a.ratio(price, value, "a value of 0 or less"))


@gives("expected")
def expected(values: Sequence[Figure], weights: Sequence[Figure]) -> Figure:
    """The mean by weights, which add up to 1: the last one is what the others leave. A world of weight 0 counts for nothing. Where
    a weight is not known, anything between the lowest and the highest value is possible; weights above 1 have no mean."""
    if any(weight.nm for weight in weights):
        return next(weight for weight in weights if weight.nm)
    open_weights = [weight for weight in weights if not weight.is_exact]
    counted = [(x, w) for x, w in zip(values, weights, strict=True) if not (w.is_exact and w.low == 0.0)]
    total = sum(weight.low for weight in weights if weight.is_exact)
    if total > 1.0 + v.REL_TOLERANCE or any(weight.low < 0 for weight in weights if weight.is_exact):
        reason = f"the probabilities of the scenarios add up to {total * 100:.10g}%"
        return Figure.unknown(because(reason), union(w.facts for w in weights))
    if not open_weights:
        return v.total([v.multiply(x, w) for x, w in counted])
    none = [x for x, _ in counted if x.nm]
    causes = union((*(w.causes for w in open_weights), *(x.causes for x, _ in counted)))
    facts = union((*(w.facts for w in weights), *(x.facts for x, _ in counted)))
    found = Figure(min(x.low for x, _ in counted), max(x.high for x, _ in counted), causes, facts,
                   any(x.undefined for x, _ in counted))  # fmt: skip
    return replace(found, low=-float("inf"), high=float("inf"), undefined=True) if none else found


@gives("sum over segments")
def over_segments(parts: Sequence[Figure]) -> Figure:
    """The amounts of all segments together; unknown where one is."""
    return v.total(parts)
