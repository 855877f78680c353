"""Why a value is unknown or means nothing, in names and periods that somebody can bring.

In: values of an engine, expressions. Out: the same values, whose causes name inputs and periods. Must not know how values are
made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Protocol

from dsl.program import program as p
from evaluator.engine.evaluation import World
from evaluator.engine.operations import Operations
from evaluator.known.asof import Clock
from evaluator.values.points import Points, ordered
from evaluator.values.series import BY_DAY, Series, Value, lift
from evaluator.values.step import Step
from evaluator.values.values import Causes, Single, because

WRITTEN = "written as unknown"
"""Why the literal `unknown` is unknown: it speaks of no name."""


class _Evaluating(Protocol):
    """What an engine knows of the names that a cause may speak of."""

    @property
    def clock(self) -> Clock: ...
    @property
    def program(self) -> p.Program: ...
    @property
    def world(self) -> World: ...
    @property
    def given(self) -> Collection[str]: ...
    @property
    def does(self) -> Operations: ...


def to_bring(clock: Clock, declared: p.Input | p.Metric) -> str:
    """The period of which a figure would be read, of a name about which nothing is known: the one that is read of its rhythm,
    else the last that had ended when the newest ended that is read of any; of a single value by which day it must be dated. ''
    where there is no company."""
    if clock.by_hand:
        return ""
    if declared.type.series is None:
        return by_day(clock.as_of, declared)
    own = clock.rhythm(declared.type.series)
    read = clock.reads.get(own)
    if read is None:
        ends = [clock.calendar.end(ordinal, frequency) for frequency, ordinal in clock.reads.items()]
        read = clock.calendar.ended(clock.as_of if own in BY_DAY else max(ends, default=clock.as_of), own)
    return clock.label(read, own)


def by_day(day: dt.date, declared: p.Input | p.Metric) -> str:
    """Between which days a single value must be dated to be read on a day."""
    lasts = declared.stale_after if isinstance(declared, p.Input) else None
    return f"{lasts.before(day)} to {day}" if lasts is not None else f"by {day}"


def called_by(name: str, value: Value, engine: _Evaluating) -> Value:
    """A value whose causes all say of what they speak: what names nothing speaks of the name at hand."""

    def point(x: Single, _: int | None) -> Single:
        if not x.causes or all(cause.name for cause in x.causes):
            return x
        return replace(x, causes=frozenset(c if c.name else replace(c, name=name) for c in x.causes))

    return _each(engine, value, point)


def of_operand(engine: _Evaluating, expr: p.Expr, value: Value) -> Value:
    """A value whose causes speak of the inputs that a figure would be divided by, or whose root is asked for: what came out
    is not what is 0."""
    operand = _operand(expr)
    if operand is None or not engine.program.can_mean_nothing(expr):
        return value

    def point(x: Single, ordinal: int | None) -> Single:
        nameless = [c for c in x.causes if not c.name and c.reason != WRITTEN] if x.causes else ()
        if not nameless:
            return x
        names = _inputs(engine, operand)
        if not names:
            return x
        plain = _plain(engine, operand)
        label = (
            engine.clock.label(ordinal, value.frequency) if isinstance(value, Series) and ordinal is not None else ""
        )
        named: Causes = frozenset(x.causes) - frozenset(nameless)
        for cause in nameless:
            reason = cause.reason if plain else f"{cause.reason}, in {operand.text}"
            for name in names:
                named |= because(reason, name, cause.period or label)
        return replace(x, causes=named)

    return _each(engine, value, point)


def _operand(expr: p.Expr) -> p.Expr | None:
    """What a figure would be divided by, raised, or asked for its root, its logarithm, its growth."""
    match expr:
        case p.Arithmetic(operator="/"):
            return expr.right
        case p.Arithmetic(operator="^"):
            return expr.left
        case p.Call(function="upside"):
            return expr.arguments[1]
        case p.Call() if expr.arguments:
            rate = isinstance(expr.arguments[0], p.PathRef)
            return expr.arguments[-1 if rate else 0]
        case _:
            return None


def _inputs(engine: _Evaluating, expr: p.Expr) -> frozenset[str]:
    """The inputs under an expression, and what a fact or a world gives in their place; of params the params."""
    stop = {*engine.world.replaced, *engine.given}
    below = engine.program.upstream(p.names_in(expr) - {"previous", "step"}, stop)
    found = frozenset(name for name in below if name in engine.program.inputs or name in stop)
    return found or frozenset(p.names_in(expr) & engine.program.params.keys())


def _plain(engine: _Evaluating, expr: p.Expr) -> bool:
    """Whether an expression is one input, its year or its newest figure, also through metrics: it is 0 where that is."""
    match expr:
        case p.Ref():
            metric = engine.program.metrics.get(expr.name)
            leaf = metric is None or expr.name in engine.given or expr.name in engine.world.replaced
            return leaf or (metric is not None and _plain(engine, metric.value))
        case p.Convert() | p.Negative():
            return _plain(engine, expr.operand)
        case p.Call(function="latest" | "ttm" | "annualised"):
            return _plain(engine, expr.arguments[0])
        case _:
            return False


def _each(engine: _Evaluating, value: Value, give: Callable[[Single, int | None], Single]) -> Value:
    """A value with each of its points made anew, with the period; the same value where none changes."""

    def point(x: Single, ordinal: int | None) -> Single:
        return engine.does.relabelled(give, x, ordinal)

    if isinstance(value, Step):
        return lift(engine.clock, lambda x: point(x, None), value) if point(value.now, None) is not value.now else value
    if not isinstance(value, Series):
        return point(value, None)
    if isinstance(value.points, Points):
        return replace(value, points=_again(value.points, point), closing=_again(value.closing, point))
    closing = {o: point(x, o) for o, x in value.closing.items()}
    points = {o: point(x, o) for o, x in value.points.items()}
    same = all(points[o] is x for o, x in value.points.items()) and all(
        closing[o] is x for o, x in value.closing.items()
    )
    return value if same else replace(value, points=points, closing=closing)


def _again(below: Mapping[int, Single], point: Callable[[Single, int | None], Single]) -> Mapping[int, Single]:
    """Points made anew, each when it is asked for."""
    return Points(ordered(below), lambda o: point(below[o], o), below) if below else below
