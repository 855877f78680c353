"""What a world sets a name to, as its value: one figure for every period, or a figure for each period it speaks of.

In: an `Engine`, what is set, the name's declaration. Out: a series or a single value. Must not know formulas.

Where a world speaks of periods nothing else is known of the name: a period that it does not give is unknown. What has
no words is the figure of the period that is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dsl.program import program as p
from dsl.types.lengths import days_back
from dsl.types.units import Frequency
from evaluator.engine.expressions import Engine
from evaluator.known.asof import no_fact
from evaluator.values.series import Series, Value
from evaluator.values.values import Figure, Single, because


def assumed(engine: Engine, expr: p.Expr, declared: p.Declared) -> Value:
    """The value of what a world sets."""
    if isinstance(expr, p.ByPeriod):
        return _by_period(engine, expr, declared)
    return _constant(engine, expr, declared)


def _constant(engine: Engine, expr: p.Expr, declared: p.Declared) -> Single:
    value = engine.single(expr)
    if isinstance(expr, p.Const) and expr.value is None and isinstance(declared, p.Input | p.Metric):
        return _lacking(declared, "set to unknown")
    if isinstance(value, Figure) and expr.type.currency:
        own = declared.type.currency if isinstance(declared, p.Input | p.Param | p.Metric | p.Forecast) else None
        return engine.convert(value, expr.type.currency, own)
    return value


def _lacking(declared: p.Input | p.Metric, reason: str, label: str = "") -> Single:
    return replace(no_fact(declared), causes=because(reason, declared.name, label))


def _by_period(engine: Engine, expr: p.ByPeriod, declared: p.Declared) -> Series:
    """Counted back from the period that is read; of a daily or weekly series, from the as-of date. A day that is not
    given is none of the series, as a day without trade; any other period is a gap."""
    assert isinstance(declared, p.Input | p.Metric), "the checker lets only series be set by period"
    frequency = declared.type.series
    assert frequency is not None
    clock = engine.clock
    daily = frequency in (Frequency.DAY, Frequency.WEEK)
    ended = clock.calendar.ended(clock.as_of, frequency)
    now = ended if daily else clock.reads.get(frequency, ended)
    points: dict[int, Single] = {}
    for stretch in expr.stretches:
        value = _constant(engine, stretch.value, declared)
        points |= dict.fromkeys(_ordinals(stretch, now, frequency), value)
    gaps = (now,) if frequency is Frequency.DAY else range(min(points), now + 1)
    for ordinal in gaps:
        if ordinal not in points:
            points[ordinal] = _lacking(declared, "no figure is given", clock.label(ordinal, frequency))
    return Series(frequency, dict(sorted(points.items())))


def _ordinals(stretch: p.Stretch, now: int, frequency: Frequency) -> Iterable[int]:
    """The periods of a stretch."""
    first = days_back(now, stretch.count, stretch.unit) if frequency is Frequency.DAY else now - stretch.count
    return (first,) if stretch.ago else range(first + 1, now + 1)
