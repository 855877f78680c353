"""A call, run: what is done around a reducer, once for each shape of the table.

In: a typed call, the values of its arguments, the clock. Out: a value. Unknown in, unknown out, with its cause; what
reaches before the first figure is unknown. A single value in place of a series is the same in every period, and the row
says what the function gives of that (`Flat`). Must not know what any function gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from dsl.program import calls
from dsl.program import program as p
from dsl.text.record import record
from dsl.types.functions import WRITTEN, Back, Flat, Function, Shape
from dsl.types.lengths import Duration, days_back, in_rhythm
from dsl.types.units import Frequency
from evaluator.engine.functions import dates, each, expecting, logic, lookback, moving, paths, valuing, windows
from evaluator.engine.functions.coming import Asking, periods_ahead, released, value_known, year_ahead
from evaluator.engine.functions.registry import reducer, sliding
from evaluator.engine.functions.spans import Missing, afterwards, rolling
from evaluator.known.asof import Clock
from evaluator.known.vintages import MIXED
from evaluator.values import bounds as v
from evaluator.values.points import ordered
from evaluator.values.series import Series, Value, expect, lift, points_of
from evaluator.values.step import Step, Steps
from evaluator.values.values import Figure, Single, Truth, because

KnownOn = Callable[[p.Expr], Callable[[], Steps | None] | None]

MODULES = (dates, each, expecting, logic, lookback, moving, paths, valuing, windows)
"""Where reducers stand: imported here, so that all of them are registered."""


def _made(function: Callable[..., Any], *values: Any) -> Any:
    return function(*values)


@record
class _Called:
    """One call: its row, its reducer with the plain arguments filled in, how far back it looks, and what is said of
    missing periods."""

    call: p.Call
    row: Function
    reduce: Callable[..., Any]
    back: calls.Periods | Duration | None
    clock: Clock
    past: Missing
    known_on: KnownOn | None = None
    slides: bool = True
    """Whether windows may be worked out together, by what is registered for that."""
    made: Callable[..., Any] = _made
    """What looks into what came out, to say of which period it speaks."""

    def flat(self, value: Single, copies: Callable[[Figure], Single]) -> Single:
        """What it gives of what is the same in every period: `copies` makes it of several that are alike."""
        if self.row.flat is Flat.ITSELF:
            return value
        figure = expect(value, Figure)
        if self.row.flat is Flat.TIMES:
            return v.multiply(figure, Figure.exact(float(self.periods)))
        return copies(figure)

    @property
    def periods(self) -> int:
        """How many periods it takes, this one among them; of a daily series each day up to the as-of date. In the first days
        of the calendar a window has no days before it."""
        if isinstance(self.back, Duration):
            return max(1, self.back.days_to(self.clock.as_of))
        return 1 if self.back is None or self.back.steps is None else self.back.steps + 1


def called(
    call: p.Call,
    arguments: Sequence[Value],
    clock: Clock,
    known_on: KnownOn | None = None,
    program: p.Program | None = None,
    instead: Callable[[str, Callable[..., Any]], Callable[..., Any]] | None = None,
    made: Callable[..., Any] = _made,
) -> Value:
    """The value of a call; `arguments`: the values of all that is no window. `known_on` says what the newest of an
    expression was on each day, as it was known then; `instead` what does the work of a function's reducer, by its name; `made`
    what looks into values (`Operations.made`)."""
    row = calls.function(call)
    values = (
        list(arguments)
        if row.rest
        else [a for a, s in zip(arguments, row.slots, strict=False) if s not in WRITTEN]
        if row.shape is not Shape.READ
        else list(arguments)
    )
    gives = reducer(row.name)
    past, back = Missing(call.arguments[0], clock, program, row.name), calls.back(call)
    series = next((v for v in values if isinstance(v, Series)), None)
    if series is not None and series.frequency is Frequency.HALF:
        reduce = gives.of(replace(calls.asked(call), per_year=series.frequency.per_year))
        if isinstance(back, calls.Periods) and row.back in (Back.YEAR, Back.YEARS):  # a year is two halves
            back = replace(back, step=back.step * series.frequency.per_year // calls.series(call).per_year)
    else:
        reduce = gives.of(calls.asked(call)) if gives.wants else gives.function
    does = reduce if instead is None else instead(row.name, reduce)
    return _SHAPES[row.shape](_Called(call, row, does, back, clock, past, known_on, does is reduce, made), values)


def _each(of: _Called, values: list[Value]) -> Value:
    return lift(of.clock, of.reduce, *values)


def _reduce(of: _Called, values: list[Value]) -> Value:
    if calls.window(of.call) is not None:
        return _window(of, values)
    return lift(of.clock, lambda *items: of.reduce([expect(i, Figure) for i in items]), *values)


def _window(of: _Called, values: list[Value]) -> Value:
    series, span = values[0], calls.window(of.call)
    assert span is not None, "the checker has seen to it"
    if not isinstance(series, Series):
        return lift(of.clock, lambda x: of.flat(x, lambda figure: of.reduce([figure] * of.periods)), series)
    elsewhere = series.elsewhere and of.flat(series.elsewhere, lambda figure: of.reduce([figure] * of.periods))
    slides = sliding(of.row.name) if of.slides else None
    slide = slides.of(calls.asked(of.call)) if slides is not None else None
    window = in_rhythm(span, series.frequency)
    return afterwards(series, lambda over: rolling(over, window, of.past, of.reduce, slide, elsewhere))


def _back(of: _Called, values: list[Value]) -> Value:
    """Each period with the earlier one."""
    series = values[0]
    if not isinstance(series, Series):
        return lift(of.clock, lambda x: of.flat(x, lambda figure: of.reduce(figure, figure)), series)

    def with_base(now: Single, ordinal: int) -> Single:
        """What comes out; where that means nothing, it is the base that gives no growth, and its period is said."""
        found: Single = of.made(partial(_of_base, of, series, ordinal), of.reduce(now, _earlier(of, series, ordinal)))
        return found

    def point(ordinal: int) -> Single:
        return with_base(series.points[ordinal], ordinal)

    points = points_of(series.frequency, ordered(series.points), point, series.points)
    closing = {o: with_base(now, o) for o, now in series.closing.items()}
    elsewhere = series.elsewhere and of.flat(series.elsewhere, lambda figure: of.reduce(figure, figure))
    return Series(series.frequency, points, closing=closing, elsewhere=elsewhere)


def _of_base(of: _Called, series: Series, ordinal: int, found: Single) -> Single:
    if all(cause.name for cause in found.causes):
        return found
    label = of.clock.label(_base(of, ordinal), series.frequency)
    return replace(found, causes=frozenset(c if c.name else replace(c, period=label) for c in found.causes))


def _base(of: _Called, ordinal: int) -> int:
    """The earlier period."""
    if isinstance(of.back, Duration):
        return days_back(ordinal, of.back.count, of.back.unit)
    assert of.back is not None, "the checker has seen to it"
    return ordinal - of.back.step


def _earlier(of: _Called, series: Series, ordinal: int) -> Figure:
    """The earlier figure, as it was at its own end: what is of today counts today alone, and for nothing that comes after. So
    many years before a day is the last day at or before it that has a figure, within a week."""
    points, start = series.points, _base(of, ordinal)
    within = 8 if isinstance(of.back, Duration) else 1
    found = next((series.closing.get(o, points[o]) for o in range(start, start - within, -1) if o in points), None)
    return expect(found, Figure) if found is not None else of.past.missing(start, series.frequency, series.elsewhere)


def _shift(of: _Called, values: list[Value]) -> Value:
    """The earlier period, with what sources gave of its whole year."""
    series, shifted, back = values[0], _back(of, values), of.back
    if not isinstance(series, Series) or not isinstance(shifted, Series) or not isinstance(back, calls.Periods):
        return shifted
    return replace(shifted, annual={o + back.step: f for o, f in series.annual.items()})


def _year(of: _Called, values: list[Value]) -> Value:
    """A year that a source gives whole, else what is made of its periods."""
    series = values[0]
    if not isinstance(series, Series):
        return lift(of.clock, lambda x: of.flat(x, lambda figure: of.reduce([figure])), series)
    return afterwards(series, partial(_years, of))


def _years(of: _Called, series: Series) -> Series:
    def point(ordinal: int) -> Single:
        whole = series.annual.get(ordinal)
        if whole is not None and (whole.known or any(cause.reason == MIXED for cause in whole.causes)):
            return whole
        wanted = range(ordinal - series.frequency.per_year + 1, ordinal + 1)
        figures = (series.points.get(o) or of.past.missing(o, series.frequency, series.elsewhere) for o in wanted)
        found: Single = of.reduce([expect(figure, Figure) for figure in figures])
        return found

    points = points_of(series.frequency, sorted({*series.points, *series.annual}), point, series.points)
    elsewhere = series.elsewhere and of.flat(series.elsewhere, lambda figure: of.reduce([figure]))
    return Series(series.frequency, points, elsewhere=elsewhere)


def _last(of: _Called, values: list[Value]) -> Value:
    """One value today, and at each earlier time the newest of the periods that had ended by then."""
    series = values[0]
    if not isinstance(series, Series):
        return series
    if not series.points:
        return Figure.unknown(of.past.causes(0, Frequency.YEAR, "no figure is known"))
    now: Single = of.reduce(_Values(series.points))
    known_on = of.known_on(of.call.arguments[0]) if of.known_on is not None else None

    def held() -> Steps:
        return _newest(of, series)

    return Step(now, held, None if known_on is None else lambda: known_on() or held())


class _Values(Sequence[Single]):
    """The values of a series, the oldest first, each worked out when it is asked for."""

    def __init__(self, points: Mapping[int, Single]) -> None:
        self._points, self._ordinals = points, ordered(points)

    def __len__(self) -> int:
        return len(self._ordinals)

    def __getitem__(self, at: Any) -> Any:
        found = self._ordinals[at]
        return [self._points[o] for o in found] if isinstance(at, slice) else self._points[found]


def _newest(of: _Called, series: Series) -> Steps:
    """The newest figure by the day on which its period ended: the last that is known, or known to mean nothing; from the
    day on which it is too old, unknown."""
    found: list[tuple[int, Single]] = []
    seen: list[Single] = []
    ordinals = ordered(series.points)
    for at, ordinal in enumerate(ordinals):
        value = series.closing.get(ordinal, series.points[ordinal])
        seen = [value] if value.settled else [*seen[:1], value]  # the last that is settled, if any, and the newest
        day = of.clock.last_day(ordinal, series.frequency)
        found.append((day, of.reduce(seen)))
        if series.expires is not None and value.settled:
            stale = day + series.expires.most + 1
            following = of.clock.last_day(ordinals[at + 1], series.frequency) if at + 1 < len(ordinals) else None
            if following is None or stale < following:
                reason = f"stale: it counts for {series.expires.in_days}"
                found.append((stale, Figure.unknown(of.past.causes(ordinal, series.frequency, reason))))
    first = ordinals[0]
    causes = of.past.causes(first, series.frequency, "no figure had been known by then")
    bounds = series.elsewhere
    if isinstance(bounds, Figure) and not bounds.wide:
        return Steps(found, replace(bounds, causes=causes))
    return Steps(found, Figure.unknown(causes))


_EVER = 10_000.0
"""What is the same in every period has held longer than any number of periods that can be asked for."""


def _runs(of: _Called, values: list[Value]) -> Value:
    """Period after period; where the series begins, and after a gap, it may have held before for any time."""
    series = values[0]
    if isinstance(series, Step):
        series = series.now
    if not isinstance(series, Series):
        ever = Figure(_EVER - 1, math.inf, because("it is the same in every period"))
        whole: Single = of.reduce(ever, expect(series, Truth))
        return whole
    return afterwards(series, partial(_streaks, of))


def _streaks(of: _Called, series: Series) -> Series:
    points: dict[int, Single] = {}
    ordinals = ordered(series.points)
    daily = series.frequency is Frequency.DAY
    for at, ordinal in enumerate(ordinals):
        before = points.get(ordinals[at - 1]) if at and (daily or ordinals[at - 1] == ordinal - 1) else None
        if before is None:
            causes = of.past.causes(ordinal - 1, series.frequency)
            always = isinstance(series.elsewhere, Truth) and series.elsewhere.value is True
            before = Figure(_EVER - 1 if always else 0.0, math.inf, causes)
        points[ordinal] = of.reduce(before, expect(series.points[ordinal], Truth))
    return Series(series.frequency, points)


def _expected(give: Callable[[Asking, Series | Figure], Figure], of: _Called, values: list[Value]) -> Value:
    """One value of the day on which it is asked for, and on each earlier day what was known then; in a world of which no facts
    speak what that figure gives that is the same in every period."""
    value = values[0]
    if not isinstance(value, Series) and (of.clock.by_hand or value_known(value)):
        return lift(of.clock, lambda x: of.flat(x, lambda figure: of.reduce(figure, figure)), value)
    own = value if isinstance(value, Series) else expect(value.now if isinstance(value, Step) else value, Figure)
    asking = Asking(of.call, of.clock, of.past, calls.asked(of.call).number, of.reduce)
    past = of.known_on(of.call) if of.known_on is not None else None

    def then() -> Steps:
        found = past() if past is not None else None
        return found if found is not None else Steps([], Figure.unknown(asking.missing_then))

    return Step(give(asking, own), then)


_SHAPES: dict[Shape, Callable[[_Called, list[Value]], Value]] = {
    Shape.EACH: _each, Shape.LOGIC: _each, Shape.READ: _each, Shape.REDUCE: _reduce, Shape.WINDOW: _window, Shape.BACK: _back,
    Shape.SHIFT: _shift, Shape.YEAR: _year, Shape.LAST: _last, Shape.RUN: _runs,
    Shape.AHEAD: partial(_expected, periods_ahead), Shape.YEAR_AHEAD: partial(_expected, year_ahead),
    Shape.RELEASE: partial(_expected, released),
}  # fmt: skip
