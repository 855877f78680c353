"""What is expected of a series: its periods to come, and what was expected of the one that was reported last.

In: figures by period. Out: `Expected`. Must not know facts files or calendars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from dsl.text.record import record
from evaluator.values.values import Single


@record
class Release:
    """A period's figure as it was first reported, and what was expected of it on the day before (None: nothing was)."""

    actual: Single
    expected: Single | None
    day: dt.date
    """The day on which it was first reported."""


@record
class Expected:
    """Figures of the periods after the latest reported one, by ordinal. `years`: of whole years, by the ordinal of the period
    with which each ends; `release`: of the latest reported period."""

    after: int
    """The latest reported period."""
    points: Mapping[int, Single]
    years: Mapping[int, Single]
    release: Release | None = None

    def each(self, change: Callable[[Single], Single]) -> Expected:
        """The same with each figure to come made anew; what was expected of a reported period stays."""
        points = {o: change(x) for o, x in self.points.items()}
        return replace(self, points=points, years={o: change(x) for o, x in self.years.items()})
