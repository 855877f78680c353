"""A value for each period: points by ordinal, and figures of whole years beside them.

In: points. Out: `Series` and period-by-period operations. Must not know calendars or facts files: how periods lie in time
is asked of `Moments`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Protocol, TypeVar

from dsl.text.record import record
from dsl.types.lengths import Duration
from dsl.types.units import Frequency
from evaluator.values.expected import Expected
from evaluator.values.points import Points, ordered, shared_by
from evaluator.values.step import Step
from evaluator.values.values import Causes, Figure, Single, Truth

BY_DAY = (Frequency.DAY, Frequency.WEEK)
"""What is read at its own last day, and not at the period for which results are known."""


@record
class Series:
    """Figures or truths by period, the key being the period's ordinal (`facts/calendar.py`).

    `annual`: the whole year that ends with a period, where a source gave one; only the series of an input has it. A period
    between the first and the last that no source gives stands here as unknown, with its cause. `frequency` is the rhythm of
    the figures: of a company that reports by halves a series that the rules ask for by quarter has one figure a half.

    The period that is read is read as of today: where a value of today was laid beside it (a price, something dated), its
    point holds that, and `closing` what it was at the period's own end.
    """

    frequency: Frequency
    points: Mapping[int, Single]
    annual: Mapping[int, Figure] = field(default_factory=dict)
    closing: Mapping[int, Single] = field(default_factory=dict)
    expires: Duration | None = None
    """How long a figure of it counts after its day, of an input with `stale after`."""
    stale: Causes = frozenset()
    """Why its newest figure is too old to be read today."""
    elsewhere: Single | None = None
    """What a period is of which it has no point, by the bounds of its names alone: an unknown that holds every figure that it
    can have. None where nothing is known of that."""
    expected: Expected | None = None
    """What is expected of its periods to come; only the series of a name of which facts speak has it."""

    @property
    def last(self) -> int | None:
        """The newest period."""
        if isinstance(self.points, Points):
            return self.points.ordinals[-1] if self.points.ordinals else None
        return max(self.points, default=None)

    @property
    def known_span(self) -> Sequence[int]:
        """The periods from the first to the last of which a figure is known, or a fact says anything: at its ends a series may
        have others, of which only other names have figures."""
        ordinals = ordered(self.points)
        says = [x.settled or any(number > 0 for number in x.facts) for x in map(self.points.__getitem__, ordinals)]
        if not any(says):
            return ordinals
        return ordinals[says.index(True) : len(says) - says[::-1].index(True)]


Value = Single | Series | Step


def points_of(
    frequency: Frequency, ordinals: Sequence[int], give: Callable[[int], Single], *below: Mapping[int, Single]
) -> Mapping[int, Single]:
    """The points of a series, each worked out when it is asked for: of a history most are not."""
    return Points(ordinals, give, *below)


class Moments(Protocol):
    """Where periods lie in time, and which of them is read."""

    def last_day(self, ordinal: int, frequency: Frequency) -> int:
        """The last day of a period, as `date.toordinal` counts."""

    def reads_of(self, frequency: Frequency, newest: int | None) -> int | None:
        """The period that is read of a series whose newest is given."""


def lift(moments: Moments, function: Callable[..., Single], *values: Value) -> Value:
    """A function of single values, period by period: over the periods that all series have. A single value combines with
    every period; a step with what it was at the end of each, and today with the one that is read."""
    series = [v for v in values if isinstance(v, Series)]
    if not series:
        if any(isinstance(v, Step) for v in values):
            return Step.lifted(function, [v for v in values if not isinstance(v, Series)])
        return function(*values)
    frequency = series[0].frequency
    shared = shared_by([s.points for s in series])
    if not any(isinstance(v, Step) or (isinstance(v, Series) and v.closing) for v in values):

        def plain(ordinal: int) -> Single:
            return function(*(v.points[ordinal] if isinstance(v, Series) else v for v in values))

        elsewhere = _elsewhere(function, values)
        return Series(frequency, points_of(frequency, shared, plain, *(s.points for s in series)), elsewhere=elsewhere)
    if frequency in BY_DAY:
        newest = moments.reads_of(frequency, shared[-1] if shared else None)

        def daily(ordinal: int) -> Single:
            if ordinal == newest:
                return function(*(_now(v, ordinal) for v in values))
            return function(*(_then(moments, v, frequency, ordinal) for v in values))

        points = points_of(frequency, shared, daily, *(s.points for s in series))
        return Series(frequency, points, elsewhere=_elsewhere(function, values))
    read = moments.reads_of(frequency, shared[-1] if shared else None)

    def past(ordinal: int) -> Single:
        return function(*(_then(moments, v, frequency, ordinal) for v in values))

    def point(ordinal: int) -> Single:
        return function(*(_now(v, ordinal) for v in values)) if ordinal == read else past(ordinal)

    below = [points for s in series for points in (s.points, s.closing)]
    closing = points_of(frequency, [o for o in shared if o == read], past, *below)
    whole = points_of(frequency, shared, point, *below)
    return Series(frequency, whole, closing=closing, elsewhere=_elsewhere(function, values))


def _elsewhere(function: Callable[..., Single], values: Sequence[Value]) -> Single | None:
    """A function of what values are in a period of which they have no point; None where one says nothing of that."""
    known: list[Single] = []
    for value in values:
        found = value.elsewhere if isinstance(value, Series) else value
        if found is None or isinstance(found, Step):
            return None
        known.append(found)
    return function(*known)


def _then(moments: Moments, value: Value, frequency: Frequency, ordinal: int) -> Single:
    """A value at the end of a period."""
    if isinstance(value, Series):
        return value.closing.get(ordinal, value.points[ordinal])
    if isinstance(value, Step):
        return (value.known if frequency in BY_DAY else value.held).at(moments.last_day(ordinal, frequency))
    return value


def _now(value: Value, ordinal: int) -> Single:
    if isinstance(value, Series):
        return value.points[ordinal]
    return value.now if isinstance(value, Step) else value


_S = TypeVar("_S", Figure, Truth)


def expect(value: Single, kind: type[_S]) -> _S:
    """A single value known to be of a kind: the checker has seen to it."""
    assert isinstance(value, kind), f"{value} is no {kind.__name__}"
    return value
