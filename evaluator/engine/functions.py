"""The built-in functions: what each does with values. Names, types and meanings stand in `dsl/types/functions.py`.

In: values of the arguments, and the clock. Out: a value. Unknown in, unknown out, with its cause; a window that
reaches before the first figure is unknown. A single value in place of a series counts as the same in every period.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from decimal import Context as DecimalContext
from itertools import pairwise

from dsl.program.program import Call, Const, Window, series_in
from dsl.types.lengths import days_back
from dsl.types.units import PERCENTS, Frequency
from evaluator.known.asof import Clock
from evaluator.values import values as v
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.values import Day, Figure, Members, Single, Truth, because


@dataclass(frozen=True, slots=True)
class Context:
    """What a function may look at besides its values: the call as written, and the clock."""

    call: Call
    clock: Clock

    def missing(self, ordinal: int, frequency: Frequency, reason: str = "no figure so far back is known") -> Figure:
        """The unknown of a period before the series begins."""
        names = series_in(self.call.arguments[0]) or {self.call.function}
        yearly = self.call.arguments[0].type.per is Frequency.YEAR and frequency is not Frequency.YEAR
        label = self.clock.calendar.year_to(ordinal, frequency) if yearly else self.clock.label(ordinal, frequency)
        return Figure.unknown(frozenset(v.Cause(name, label, reason) for name in names))

    def number(self, at: int, default: int = 1) -> int:
        """A number written out."""
        arguments = self.call.arguments
        if at >= len(arguments):
            return default
        constant = arguments[at]
        assert isinstance(constant, Const)
        assert isinstance(constant.value, float)
        return int(constant.value)

    def window(self, at: int = 1) -> Window:
        """A window written out."""
        window = self.call.arguments[at]
        assert isinstance(window, Window)
        return window


Function = Callable[[Context, Sequence[Value]], Value]


def _each(function: Callable[..., Single]) -> Function:
    """A function of single figures, period by period."""
    return lambda context, arguments: lift(function, *arguments)


def _figures(items: tuple[Single, ...]) -> list[Figure]:
    return [expect(i, Figure) for i in items]


# --- windows over a series -------------------------------------------------------------------------------


def _rolling(series: Series, context: Context, window: Window, reduce: Callable[[list[Figure]], Figure]) -> Series:
    """At each period the figures of the window that ends there."""
    if series.frequency is Frequency.DAY:
        return _rolling_days(series, window, context, reduce)
    points: dict[int, Single] = {}
    first = min(series.points, default=0)
    for ordinal in series.points:
        start = ordinal - window.count + 1
        if start < first:
            points[ordinal] = context.missing(start, series.frequency)
            continue
        wanted = range(start, ordinal + 1)
        points[ordinal] = reduce(
            [expect(series.points.get(o) or context.missing(o, series.frequency), Figure) for o in wanted]
        )
    return Series(series.frequency, points)


def _rolling_days(series: Series, window: Window, context: Context, reduce: Callable[[list[Figure]], Figure]) -> Series:
    """A daily series has gaps (weekends): a window holds what lies in it, and must not begin before the series."""
    ordinals = sorted(series.points)
    points: dict[int, Single] = {}
    first = 0
    for at, ordinal in enumerate(ordinals):
        start = days_back(ordinal, window.count, window.unit)
        while ordinals[first] <= start:
            first += 1
        if ordinals[0] > start + WEEKEND:
            points[ordinal] = context.missing(start + 1, series.frequency)
        else:
            points[ordinal] = reduce([expect(series.points[o], Figure) for o in ordinals[first : at + 1]])
    return Series(series.frequency, points)


WEEKEND = 4
"""A series may begin so many days into a window and still fill it: a long weekend."""


def _windowed(
    reduce: Callable[[list[Figure]], Figure], constant: Callable[[Figure, int], Figure] | None = None
) -> Function:
    """max, sum, average …: of several figures, or of one series within a window."""

    def function(context: Context, arguments: Sequence[Value]) -> Value:
        if len(context.call.arguments) == 2 and isinstance(context.call.arguments[1], Window):
            window = context.window()
            if isinstance(arguments[0], Series):
                return _rolling(arguments[0], context, window, reduce)
            return lift(lambda x: constant(x, window.count) if constant else x, arguments[0])
        return lift(lambda *items: reduce(_figures(items)), *arguments)

    return function


def _average(figures: list[Figure]) -> Figure:
    return v.divide(v.total(figures), Figure.exact(float(len(figures))))


def _median(figures: list[Figure]) -> Figure:
    causes = frozenset().union(*(f.causes for f in figures))
    facts = frozenset().union(*(f.facts for f in figures))
    if any(f.undefined for f in figures):
        return Figure.unknown(causes, facts, undefined=True)
    lows, highs = sorted(f.low for f in figures), sorted(f.high for f in figures)
    middle = len(figures) // 2
    pick = (
        [(lows[middle], highs[middle])]
        if len(figures) % 2
        else list(zip(lows, highs, strict=True))[middle - 1 : middle + 1]
    )
    return _average([Figure(low, high, causes if low != high else v.NO_CAUSES, facts) for low, high in pick])


def _over_window(reduce: Callable[[list[Figure]], Figure], of_constant: Callable[[Figure], Figure]) -> Function:
    def function(context: Context, arguments: Sequence[Value]) -> Value:
        series = arguments[0]
        if isinstance(series, Series):
            return _rolling(series, context, context.window(), reduce)
        return of_constant(expect(series, Figure))

    return function


def _drawdown(figures: list[Figure]) -> Figure:
    """1 − last ÷ highest. The last is among those the highest is taken from, so it is never below 0."""
    highest = v.extreme(figures, max)
    if highest.known and highest.low <= 0:
        reason = "a fall from 0 or less means nothing"
        return Figure.unknown(highest.causes | because(reason), highest.facts | figures[-1].facts, undefined=True)
    fall = v.subtract(Figure.exact(1.0), v.divide(figures[-1], highest))
    return fall if not fall.known else replace(fall, low=max(fall.low, 0.0), high=max(fall.high, 0.0))


def _volatility(frequency_per_year: int) -> Callable[[list[Figure]], Figure]:
    """Sample standard deviation of log returns × √periods a year. Bounds are not carried through: a bounded figure
    among them makes it unknown."""

    def reduce(figures: list[Figure]) -> Figure:
        causes = frozenset().union(*(f.causes for f in figures))
        facts = frozenset().union(*(f.facts for f in figures))
        if any(not f.is_exact or f.low <= 0 for f in figures):
            return Figure.unknown(causes | because("volatility needs exact figures above 0"), facts)
        returns = [math.log(b.low) - math.log(a.low) for a, b in pairwise(figures)]
        if len(returns) < 2:
            return Figure.unknown(causes | because("volatility needs at least 3 figures"), facts)
        return Figure.exact(statistics.stdev(returns) * math.sqrt(frequency_per_year), facts)

    return reduce


def _volatility_of(context: Context, arguments: Sequence[Value]) -> Value:
    series = arguments[0]
    if not isinstance(series, Series):
        return Figure.exact(0.0) if expect(series, Figure).is_exact else series
    return _rolling(series, context, context.window(), _volatility(series.frequency.per_year))


def _trend(figures: list[Figure]) -> Figure:
    """The slope of least squares is a sum of figures with fixed weights, so that bounds carry through exactly."""
    n = len(figures)
    if n < 2:
        return Figure.unknown(because("a trend needs at least 2 periods"))
    centre = (n - 1) / 2
    spread = sum((i - centre) ** 2 for i in range(n))
    return v.total(v.multiply(Figure.exact((i - centre) / spread), f) for i, f in enumerate(figures))


# --- looking back ------------------------------------------------------------------------------------------


def _back(context: Context, series: Series, periods: int, combine: Callable[[Figure, Figure], Figure]) -> Series:
    """Each period's figure with the one so many periods earlier."""
    points: dict[int, Single] = {}
    for ordinal, now in series.points.items():
        then = series.points.get(ordinal - periods) or context.missing(ordinal - periods, series.frequency)
        points[ordinal] = combine(expect(now, Figure), expect(then, Figure))
    return Series(series.frequency, points)


def _growth(now: Figure, then: Figure) -> Figure:
    """now ÷ then − 1; from a base that can be 0 or less growth says nothing."""
    if then.known and then.low <= 0:
        reason = "growth from a base of 0 or less means nothing"
        return Figure.unknown(now.causes | then.causes | because(reason), now.facts | then.facts, undefined=True)
    return v.subtract(v.divide(now, then), Figure.exact(1.0))


def _qoq(context: Context, arguments: Sequence[Value]) -> Value:
    series = arguments[0]
    return _back(context, series, 1, _growth) if isinstance(series, Series) else _growth_of_constant(series)


def _growth_of_constant(value: Single) -> Figure:
    return Figure.exact(0.0) if _exact(value) else _growth(expect(value, Figure), expect(value, Figure))


def _exact(value: Value) -> bool:
    return isinstance(value, Figure) and value.is_exact and value.low > 0


def _years_back(context: Context, series: Series, years: int, combine: Callable[[Figure, Figure], Figure]) -> Series:
    """Each period's figure with the one so many years earlier. A year ago of a daily series is the last day at or
    before it that has a figure, within a week."""
    if series.frequency is not Frequency.DAY:
        return _back(context, series, years * series.frequency.per_year, combine)
    points: dict[int, Single] = {}
    for ordinal, now in series.points.items():
        start = days_back(ordinal, years, Frequency.YEAR)
        then = next((series.points[o] for o in range(start, start - 8, -1) if o in series.points), None)
        points[ordinal] = combine(expect(now, Figure), expect(then or context.missing(start, series.frequency), Figure))
    return Series(series.frequency, points)


def _yoy(context: Context, arguments: Sequence[Value]) -> Value:
    """A company that reports by halves grows from the half a year before, which is two halves back."""
    series = arguments[0]
    if not isinstance(series, Series):
        return _growth_of_constant(series)
    return _yoy_of_halves(context, series) if series.halves else _years_back(context, series, 1, _growth)


def _yoy_of_halves(context: Context, series: Series) -> Series:
    year = series.frequency.per_year
    grown = _back(context, series, year, _growth)
    points = dict(grown.points)
    for ordinal, now in series.halves.items():
        if not points[ordinal].known:
            then = series.halves.get(ordinal - year) or context.missing(ordinal - year, series.frequency)
            points[ordinal] = _growth(now, then)
    return replace(grown, points=points)


def _lag(context: Context, arguments: Sequence[Value]) -> Value:
    series = arguments[0]
    if not isinstance(series, Series):
        return series
    periods = context.number(1)
    shifted = _back(context, series, periods, lambda now, then: then)
    later = [{o + periods: f for o, f in table.items()} for table in (series.annual, series.halves)]
    return replace(shifted, annual=later[0], halves=later[1])


def _change(context: Context, arguments: Sequence[Value]) -> Value:
    series = arguments[0]
    if not isinstance(series, Series):
        figure = expect(series, Figure)
        return Figure.exact(0.0) if figure.is_exact else v.subtract(figure, figure)
    return _back(context, series, context.number(1), v.subtract)


def _cagr(context: Context, arguments: Sequence[Value]) -> Value:
    series, years = arguments[0], context.number(1)
    if not isinstance(series, Series):
        return _growth_of_constant(series)

    def compounded(now: Figure, then: Figure) -> Figure:
        growth = _growth(now, then)
        if not growth.known:
            return growth
        ratio = v.add(growth, Figure.exact(1.0))
        return v.subtract(v.power(ratio, Figure.exact(1.0 / years)), Figure.exact(1.0))

    return _years_back(context, series, years, compounded)


def _ttm(context: Context, arguments: Sequence[Value]) -> Value:
    """A year that a source gives whole, else the sum of its periods."""
    series = arguments[0]
    if not isinstance(series, Series):
        periods = (context.call.arguments[0].type.series or Frequency.QUARTER).per_year
        return v.multiply(expect(series, Figure), Figure.exact(float(periods)))
    count = series.frequency.per_year
    points: dict[int, Single] = {}
    for ordinal in sorted({*series.points, *series.annual}):
        whole = series.annual.get(ordinal)
        if whole is not None and whole.known:
            points[ordinal] = whole
            continue
        wanted = range(ordinal - count + 1, ordinal + 1)
        points[ordinal] = v.total(
            expect(series.points.get(o) or context.missing(o, series.frequency), Figure) for o in wanted
        )
    return Series(series.frequency, points)


def _annualised(context: Context, arguments: Sequence[Value]) -> Value:
    frequency = context.call.arguments[0].type.series or Frequency.QUARTER
    return lift(lambda x: v.multiply(expect(x, Figure), Figure.exact(float(frequency.per_year))), arguments[0])


def _latest(context: Context, arguments: Sequence[Value]) -> Value:
    series = arguments[0]
    if not isinstance(series, Series):
        return series
    known = [o for o, p in series.points.items() if p.known]
    if known:
        return series.points[max(known)]
    return (
        series.points[series.last]
        if series.last is not None
        else context.missing(0, Frequency.YEAR, "no figure is known")
    )


_EVER = 10_000.0
"""What is the same in every period has held longer than any number of periods that can be asked for."""


def _streak(context: Context, arguments: Sequence[Value]) -> Value:
    """How many periods running it has held; where the series begins with it holding, at least so many."""
    series = arguments[0]
    if not isinstance(series, Series):
        truth = expect(series, Truth)
        if truth.value is False:
            return Figure.exact(0.0, truth.facts)
        return Figure(
            _EVER if truth.value else 0.0,
            math.inf,
            truth.causes | because("it is the same in every period"),
            truth.facts,
        )
    points: dict[int, Single] = {}
    ordinals = sorted(series.points)
    daily = series.frequency is Frequency.DAY
    for at, ordinal in enumerate(ordinals):
        earlier = points.get(ordinals[at - 1]) if at and (daily or ordinals[at - 1] == ordinal - 1) else None
        begun = earlier or Figure(
            0.0, math.inf, because("the series begins here", "", context.clock.label(ordinal, series.frequency))
        )
        held, before = expect(series.points[ordinal], Truth), expect(begun, Figure)
        longer = v.add(before, Figure.exact(1.0))
        if held.value is True:
            points[ordinal] = replace(longer, facts=before.facts | held.facts)
        elif held.value is False:
            points[ordinal] = Figure.exact(0.0, held.facts)
        else:
            points[ordinal] = Figure(0.0, longer.high, longer.causes | held.causes, longer.facts | held.facts)
    return Series(series.frequency, points)


# --- the rest ------------------------------------------------------------------------------------------------


_DIGITS = DecimalContext(prec=400)
"""Enough for any float with 15 decimals."""


def _round(context: Context, arguments: Sequence[Value]) -> Value:
    places = context.number(1, 0) + _percent_places(context)
    unit = Decimal(1).scaleb(-places)

    def rounded(x: float) -> float:
        # by the digits as they are written: 2.675 stands for itself, not for the float, which lies below it
        return float(Decimal(repr(x)).quantize(unit, ROUND_HALF_UP, _DIGITS))

    return lift(lambda x: v.rising(rounded, expect(x, Figure), widen=False), arguments[0])


def _percent_places(context: Context) -> int:
    """A percent is rounded as it is written: 38.54% to one decimal is 38.5%, and not 40%."""
    return 2 if context.call.arguments[0].type.kind in PERCENTS else 0


def _whole(direction: str) -> Callable[[Context, Sequence[Value]], Value]:
    """floor and ceil: the whole number, or the whole percent, at or below, at or above."""

    def function(context: Context, arguments: Sequence[Value]) -> Value:
        unit = Decimal(1).scaleb(-_percent_places(context))

        def whole(x: float) -> float:
            return float(Decimal(repr(x)).quantize(unit, direction, _DIGITS))

        return lift(lambda x: v.rising(whole, expect(x, Figure), widen=False), arguments[0])

    return function


def _count(context: Context, arguments: Sequence[Value]) -> Value:
    first = arguments[0]
    if isinstance(first, Members):
        if first.members is None:
            return Figure(0.0, float(len(context.call.arguments[0].type.options)), first.causes, first.facts)
        return Figure.exact(float(len(first.members)), first.facts)

    def counted(*items: Single) -> Figure:
        truths = [expect(i, Truth) for i in items]
        certain = sum(t.value is True for t in truths)
        possible = certain + sum(t.value is None for t in truths)
        causes = frozenset().union(*(t.causes for t in truths if t.value is None))
        return Figure(float(certain), float(possible), causes, frozenset().union(*(t.facts for t in truths)))

    return lift(counted, *arguments)


def _first_known(*items: Single) -> Single:
    known = next((i for i in items if i.known), None)
    if known is not None:
        return known
    causes = frozenset().union(*(i.causes for i in items))
    return replace(items[-1], causes=causes)


def _days_between(first: Single, second: Single) -> Single:
    a, b = first, second
    assert isinstance(a, Day)
    assert isinstance(b, Day)
    if a.value is None or b.value is None:
        return Figure.unknown(a.causes | b.causes, a.facts | b.facts)
    return Figure.exact(float((b.value - a.value).days), a.facts | b.facts)


def _year(day: Single) -> Single:
    assert isinstance(day, Day)
    return (
        Figure.unknown(day.causes, day.facts) if day.value is None else Figure.exact(float(day.value.year), day.facts)
    )


def _figure_of(function: Callable[[Figure], Figure]) -> Function:
    return _each(lambda x: function(expect(x, Figure)))


FUNCTIONS: dict[str, Function] = {
    "abs": _figure_of(v.absolute),
    "min": _windowed(lambda figures: v.extreme(figures, min)),
    "max": _windowed(lambda figures: v.extreme(figures, max)),
    "sum": _windowed(v.total, lambda x, n: v.multiply(x, Figure.exact(float(n)))),
    "average": _windowed(_average),
    "median": _windowed(_median),
    "round": _round,
    "floor": _whole(ROUND_FLOOR),
    "ceil": _whole(ROUND_CEILING),
    "sqrt": _figure_of(v.square_root),
    "ln": _figure_of(v.logarithm),
    "exp": _figure_of(lambda x: v.rising(math.exp, x)),
    "yoy": _yoy,
    "qoq": _qoq,
    "lag": _lag,
    "change": _change,
    "cagr": _cagr,
    "ttm": _ttm,
    "annualised": _annualised,
    "latest": _latest,
    "high": _over_window(lambda figures: v.extreme(figures, max), lambda x: x),
    "low": _over_window(lambda figures: v.extreme(figures, min), lambda x: x),
    "drawdown": _over_window(_drawdown, lambda x: Figure.exact(0.0, x.facts) if x.is_exact else _drawdown([x])),
    "volatility": _volatility_of,
    "trend": _over_window(_trend, lambda x: Figure.exact(0.0, x.facts) if x.is_exact else v.subtract(x, x)),
    "streak": _streak,
    "count": _count,
    "any": _each(lambda *items: v.disjunction(expect(i, Truth) for i in items)),
    "all": _each(lambda *items: v.conjunction(expect(i, Truth) for i in items)),
    "first_known": lambda context, arguments: lift(_first_known, *arguments),
    "days_between": lambda context, arguments: lift(_days_between, *arguments),
    "year": lambda context, arguments: lift(_year, *arguments),
}
"""One function a name; the names are those of `SIGNATURES`."""
