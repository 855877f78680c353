"""Functions of several figures: of those that are written, or of one series within a window.

In: figures, the oldest first. Out: one figure. Must not know periods or how long a window is.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import values as v
from evaluator.values.algebra import FIGURES, Algebra, N
from evaluator.values.values import Figure, because


@formula("max", "high")
def largest(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The largest."""
    return a.largest(figures)


@formula("min", "low")
def smallest(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The smallest."""
    return a.smallest(figures)


@formula("sum")
def total(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """All together."""
    return a.total(figures)


@formula("average")
def average(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The mean."""
    return a.divide(a.total(figures), a.exact(float(len(figures))))


@gives("median")
def median(figures: Sequence[Figure]) -> Figure:
    """The middle one; of an even number, the mean of the two in the middle. Its ends are the medians of the ends."""
    causes = frozenset().union(*(f.causes for f in figures))
    facts = frozenset().union(*(f.facts for f in figures))
    if any(f.undefined for f in figures):
        return Figure.unknown(causes, facts, undefined=True)
    lows, highs = sorted(f.low for f in figures), sorted(f.high for f in figures)
    middle = len(figures) // 2
    pairs = list(zip(lows, highs, strict=True))
    pick = [pairs[middle]] if len(figures) % 2 else pairs[middle - 1 : middle + 1]
    return average(FIGURES, [Figure(low, high, causes if low != high else v.NO_CAUSES, facts) for low, high in pick])


@formula("drawdown")
def drawdown(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """1 − last ÷ highest. The last is among those the highest is taken from, so it is never below 0."""
    part = a.ratio(figures[-1], a.largest(figures), "a fall from 0 or less means nothing")
    return a.subtract(a.exact(1.0), a.smallest([part, a.exact(1.0)]))


@formula("trend")
def trend(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The slope of least squares is a sum of figures with fixed weights, so that bounds carry through exactly."""
    count = len(figures)
    if count < 2:
        return a.nothing("a trend needs at least 2 periods")
    centre = (count - 1) / 2
    spread = sum((n - centre) ** 2 for n in range(count))
    return a.total([a.multiply(a.exact((n - centre) / spread), f) for n, f in enumerate(figures)])


@gives("volatility")
def volatility(figures: Sequence[Figure], *, per_year: int) -> Figure:
    """Sample standard deviation of log returns × √periods a year. Bounds are not carried through: a bounded figure
    among them makes it unknown; where one can be 0 or less there is no such number."""
    causes = frozenset().union(*(f.causes for f in figures))
    facts = frozenset().union(*(f.facts for f in figures))
    if any(not f.is_exact or f.low <= 0 for f in figures):
        nothing = any(f.undefined or f.low <= 0 for f in figures)
        return Figure.unknown(causes | because("volatility needs exact figures above 0"), facts, nothing)
    returns = [math.log(b.low) - math.log(a.low) for a, b in pairwise(figures)]
    if len(returns) < 2:
        return Figure.unknown(causes | because("volatility needs at least 3 figures"), facts)
    return Figure.exact(statistics.stdev(returns) * math.sqrt(per_year), facts)
