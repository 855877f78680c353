"""The unknown of a declared name: of its kind, and within the bounds that the rules give it.

In: a declaration, why it is unknown. Out: a value. Must not know facts.
"""

from __future__ import annotations

import math
from dataclasses import replace

from dsl.program.program import Bounds, Input, Metric
from evaluator.values.unknown import unknown
from evaluator.values.values import Causes, Figure, Single, because


def unknown_of(declared: Input | Metric, causes: Causes) -> Single:
    """The unknown of a name. A figure that the rules bound lies within its bounds, whatever it turns out to be."""
    bounds = declared.bounds if isinstance(declared, Input) else None
    if bounds is None or not declared.type.is_figure:
        return unknown(declared.type.kind, causes)
    return bounded(bounds, causes)


def bounded(bounds: Bounds, causes: Causes) -> Figure:
    """A figure of which nothing is known but its bounds. An open end is the nearest figure inside: what is above 0 is no 0."""
    if bounds.currency is not None:  # the rate of a day to come is not known
        return Figure.unknown(causes)
    low = math.nextafter(bounds.low, math.inf) if bounds.low_open else bounds.low
    high = math.nextafter(bounds.high, -math.inf) if bounds.high_open else bounds.high
    return Figure(low, high, causes, assumed=True)


def within(bounds: Bounds, value: Single) -> Single:
    """What a fact says of a figure, and what the rules allow it to be, together: "at least 60%" of a share."""
    if not isinstance(value, Figure) or value.is_exact:
        return value
    limits = bounded(bounds, value.causes)
    low, high = max(value.low, limits.low), min(value.high, limits.high)
    if low > high:
        return value  # a fact outside the bounds was refused, but for the middle of a rough figure
    return replace(value, low=low, high=high, assumed=value.wide and not limits.wide)


def no_fact(declared: Input | Metric, period: str = "") -> Single:
    """The value of a name about which nothing is known; `period` is what would be read of it."""
    reason = "no figure is known" if declared.type.is_figure else "nothing is known"
    return unknown_of(declared, because(reason, declared.name, period))
