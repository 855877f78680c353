"""A value for each period: points by ordinal, and figures of whole years beside them.

In: points. Out: `Series` and period-by-period operations. Must not know calendars or facts files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from dsl.types.units import Frequency
from evaluator.values.values import Figure, Single, Truth


@dataclass(frozen=True, slots=True)
class Series:
    """Figures or truths by period. `annual`: the whole year that ends with a period, where a source gave one; `halves`:
    the half that ends with it, of a company that reports by halves; only the series of an input has them. A period
    between the first and the last that no source gives stands here as unknown, with its cause."""

    frequency: Frequency
    points: Mapping[int, Single]
    annual: Mapping[int, Figure] = field(default_factory=dict)
    halves: Mapping[int, Figure] = field(default_factory=dict)

    @property
    def last(self) -> int | None:
        """The newest period."""
        return max(self.points, default=None)


Value = Single | Series


def lift(function: Callable[..., Single], *values: Value) -> Value:
    """A function of single values, period by period: over the periods that all series have; a single value
    combines with every period."""
    series = [v for v in values if isinstance(v, Series)]
    if not series:
        return function(*values)
    shared = set(series[0].points).intersection(*(s.points for s in series[1:]))
    return Series(
        series[0].frequency,
        {o: function(*(v.points[o] if isinstance(v, Series) else v for v in values)) for o in sorted(shared)},
    )


_S = TypeVar("_S", Figure, Truth)


def expect(value: Single, kind: type[_S]) -> _S:
    """A single value known to be of a kind: the checker has seen to it."""
    assert isinstance(value, kind), f"{value} is no {kind.__name__}"
    return value
