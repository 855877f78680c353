"""Functions that look back at an earlier period, over a year, at the newest that is known, at how long.

In: figures of the periods that a shape brings together. Out: a value. Must not know how far back they lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import bounds as v
from evaluator.values.algebra import Algebra, N
from evaluator.values.shared import union
from evaluator.values.values import Figure, May, Single, Truth


@formula("yoy", "qoq")
def growth(a: Algebra[N, Any], now: N, then: N) -> N:
    """now ÷ then − 1; from a base that can be 0 or less growth says nothing."""
    return a.subtract(a.ratio(now, then, "growth from a base of 0 or less means nothing"), a.exact(1.0))


@formula("cagr")
def growth_a_year(a: Algebra[N, Any], now: N, then: N, *, number: int) -> N:
    """(now ÷ then) ^ (1 ÷ years) − 1: growth a year, compounded."""
    grown = growth(a, now, then)
    if number == 1:
        return grown
    ratio = a.add(grown, a.exact(1.0))
    return a.subtract(a.power(ratio, a.exact(1.0 / number)), a.exact(1.0))


@formula("lag")
def earlier(a: Algebra[N, Any], now: N, then: N) -> N:
    """The earlier figure."""
    return then


@formula("change")
def change(a: Algebra[N, Any], now: N, then: N) -> N:
    """now − then."""
    return a.subtract(now, then)


@formula("ttm")
def trailing_year(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The sum of a year's periods."""
    return a.total(figures)


@gives("latest")
def latest(values: Sequence[Single]) -> Single:
    """The newest that is known, or known to be not meaningful; else the newest."""
    return next((value for value in reversed(values) if value.settled), values[-1])


@gives("streak")
def streak(before: Figure, held: Truth) -> Figure:
    """One more than before where it holds, 0 where it does not (or is not meaningful), 0 to one more where that is
    unknown."""
    longer = v.add(before, Figure.exact(1.0))
    if held.value is True:
        return replace(longer, facts=union((before.facts, held.facts)))
    if not held.possible & May.TRUE:
        return Figure.exact(0.0, held.facts)
    return Figure(0.0, longer.high, union((longer.causes, held.causes)), union((longer.facts, held.facts)))
