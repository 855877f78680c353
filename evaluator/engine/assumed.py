"""What a world sets a name to, as its value.

In: an `Engine`, what is set, the name's declaration. Out: a series, a step or a single value. Must not know formulas.

- A world that is built from nothing (an example): one figure for every period, or a figure for each period that it speaks
  of; what it does not give is unknown.
- Any other (a scenario, `--set`): what is set takes the place of the figure of the period that is read, or of each of the
  last ones that it speaks of; earlier periods stay what the facts say, so that a change is the change from them. A reported
  year that contains a replaced figure no longer counts. Params are replaced in every period.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dsl.program import program as p
from dsl.types.lengths import Duration, days_back, in_rhythm
from dsl.types.units import Frequency, Kind
from evaluator.engine.expressions import Engine
from evaluator.engine.money import converted, currency_of, is_nil
from evaluator.known.unknown import unknown_of
from evaluator.values.series import BY_DAY, Series, Value, expect
from evaluator.values.step import Step
from evaluator.values.values import NO_CAUSES, Figure, Single, because

VARIED = "it is varied"
"""Why a name is not one figure that a world sets to anywhere between two."""


def assumed(engine: Engine, expr: p.Expr, declared: p.Declared) -> Value:
    """The value of what a world sets."""
    if engine.world.alone:
        if isinstance(expr, p.ByPeriod):
            return _by_period(engine, expr, declared)
        return _constant(engine, expr, declared)
    return _laid_over(engine, expr, declared)


def _constant(engine: Engine, expr: p.Expr, declared: p.Declared) -> Single:
    within = engine.world.within.get(declared.name)
    if within is not None:
        return Figure(*within, NO_CAUSES if within[0] == within[1] else because(VARIED, declared.name))
    reported = dict(engine.reported)  # names below this one are still what they are today, and will not be
    value = engine.read(engine.value(expr))
    if isinstance(expr, p.Const) and expr.value is None and isinstance(declared, p.Input | p.Metric):
        return _missing(declared, "set to unknown")
    if isinstance(value, Figure) and expr.type.kind is Kind.MONEY and not is_nil(expr):
        value = _in_its_currency(engine, expr, value, declared)
    engine.reported = reported
    return value


def _in_its_currency(engine: Engine, expr: p.Expr, value: Figure, declared: p.Declared) -> Figure:
    """An amount in the currency in which the name's own figures are, whose currency it takes; in a world that is built from
    nothing an amount of no said currency is in that one."""
    assert isinstance(declared, p.Input | p.Param | p.Metric | p.Forecast)
    of, to = currency_of(engine, expr), engine.currencies.get(declared.name) or declared.type.currency
    if of is None and engine.world.alone:
        return value
    found = converted(engine, value, of, expr.type, None if to == engine.view.currency else to)
    return expect(engine.read(found), Figure)


def _missing(declared: p.Input | p.Metric, reason: str, label: str = "") -> Single:
    return unknown_of(declared, because(reason, declared.name, label))


# --- worlds that are built from nothing ------------------------------------------------------------------


def _by_period(engine: Engine, expr: p.ByPeriod, declared: p.Declared) -> Series:
    """Counted back from the period that is read; of a daily or weekly series, from the as-of date. A day that is not
    given is none of the series, as a day without trade; any other period is a gap."""
    frequency, now = _now(engine, declared)
    assert isinstance(declared, p.Input | p.Metric), "the checker lets only series be set by period"
    points = _points(engine, expr, declared, frequency, now)
    gaps = (now,) if frequency is Frequency.DAY else range(min(points), now + 1)
    for ordinal in gaps:
        if ordinal not in points:
            points[ordinal] = _missing(declared, "no figure is given", engine.clock.label(ordinal, frequency))
    return Series(frequency, dict(sorted(points.items())), elsewhere=_missing(declared, "no figure is given"))


def _now(engine: Engine, declared: p.Declared) -> tuple[Frequency, int]:
    """How often a name's figures come, and the period that is read."""
    assert isinstance(declared, p.Input | p.Metric), "the checker lets only series be set by period"
    frequency, clock = declared.type.series, engine.clock
    assert frequency is not None
    own = clock.rhythm(frequency)
    ended = clock.calendar.ended(clock.as_of, own)
    return own, ended if own in BY_DAY else clock.reads.get(own, ended)


def _points(
    engine: Engine, expr: p.ByPeriod, declared: p.Declared, frequency: Frequency, now: int
) -> dict[int, Single]:
    points: dict[int, Single] = {}
    for interval in expr.intervals:
        value = _constant(engine, interval.value, declared)
        points |= dict.fromkeys(_ordinals(interval, now, frequency), value)
    return points


def _ordinals(interval: p.Interval, now: int, frequency: Frequency) -> Iterable[int]:
    """The periods of an interval."""
    span = in_rhythm(Duration(interval.count, interval.unit), frequency)
    first = days_back(now, span.count, span.unit) if frequency is Frequency.DAY else now - span.count
    return (first,) if interval.ago else range(first + 1, now + 1)


# --- worlds that are laid over today's --------------------------------------------------------------------


def _laid_over(engine: Engine, expr: p.Expr, declared: p.Declared) -> Value:
    before = engine.values[declared.name]
    if not isinstance(declared, p.Input | p.Metric):
        return _constant(engine, expr, declared)
    if declared.type.series is None:
        now = _constant(engine, expr, declared)
        return before.replaced(now) if isinstance(before, Step) else now
    frequency, now_read = _now(engine, declared)
    earlier = before if isinstance(before, Series) else Series(frequency, {})
    newest = engine.clock.reads_of(frequency, earlier.last if earlier.last is not None else now_read)
    read = newest if newest is not None else now_read
    if isinstance(expr, p.ByPeriod):
        points = _points(engine, expr, declared, frequency, read)
        if frequency is Frequency.DAY:  # a day without trade stays one
            points = {o: v for o, v in points.items() if o in earlier.points or o == read}
    else:
        points = {read: _constant(engine, expr, declared)}
    year = frequency.per_year
    annual = {o: f for o, f in earlier.annual.items() if not any(o - year < changed <= o for changed in points)}
    merged = dict(sorted({**earlier.points, **points}.items()))
    closing = {o: value for o, value in earlier.closing.items() if o not in points}
    return replace(earlier, points=merged, annual=annual, closing=closing, stale=frozenset())
