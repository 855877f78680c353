"""Money of several currencies: in which one an expression's value is, and how values are brought into one.

In: an evaluation under way, typed expressions. Out: currencies (None: the reporting one), values of one currency. Must not know
where rates come from.

Facts that are all in one foreign currency are left in it, and so is what is made of them: growth, a ratio or a fall within
one currency needs no rate. Where money of two currencies meets, what is foreign is converted: the figure of a period at the
last rate up to the period's end, what is read today at the newest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from dsl.program import program as p
from dsl.program.calls import function
from dsl.types.functions import Shape
from dsl.types.lengths import month_length
from dsl.types.units import Kind, Type
from evaluator.engine.evaluation import World
from evaluator.engine.operations import Operations
from evaluator.facts.rates import UsedRates, When
from evaluator.known.asof import Clock, View
from evaluator.values import bounds as v
from evaluator.values.points import ordered
from evaluator.values.series import BY_DAY, Series, Value, expect, lift
from evaluator.values.step import Step
from evaluator.values.values import Figure, Single


class Under(Protocol):
    """What money asks of the evaluation that is under way."""

    program: p.Program
    view: View
    world: World
    currencies: dict[str, str | None]
    currencies_at: dict[str, str | None]
    rates_used: UsedRates
    reported: dict[str, Value]
    does: Operations

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression."""

    def whole(self, expr: p.Expr) -> Value:
        """The same, not evaluated again where it was."""

    def remade(self, expr: p.Expr, parts: list[Value]) -> Value:
        """What an expression comes to with its parts in another currency."""

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points: `give` notes which rate it took."""

    def rate(self, of: str | None, to: str | None) -> Figure | Step:
        """How much of one currency a unit of another is worth."""


def currency_of(engine: Under, expr: p.Expr) -> str | None:
    """The currency of an expression's value; None for the reporting one, and for what is no money."""
    if expr.type.kind is not Kind.MONEY:
        return None
    if expr.address and expr.address in engine.currencies_at:
        return engine.currencies_at[expr.address]
    found = _currency(engine, expr)
    reporting = engine.view.currency
    found = None if found == reporting else found
    if expr.address:
        engine.currencies_at[expr.address] = found
    return found


def _currency(engine: Under, expr: p.Expr) -> str | None:
    match expr:
        case p.Ref():
            return engine.currencies.get(expr.name) or expr.type.currency
        case p.Convert() | p.Negative():
            return currency_of(engine, expr.operand)
        case p.Arithmetic():
            return _shared(engine, (expr.left, expr.right))
        case p.Call() if function(expr).shape is Shape.WORLDS:
            return None  # what is weighted over scenarios is in the reporting currency, which they share
        case p.Call():
            return _shared(engine, expr.arguments)
        case p.If():
            return _shared(engine, expr.values)
        case _:
            return expr.type.currency


def _shared(engine: Under, exprs: Sequence[p.Expr]) -> str | None:
    """The currency of several that meet: their own where they agree, else the reporting one. A bare 0 has any."""
    found = {currency_of(engine, e) for e in exprs if e.type.kind is Kind.MONEY and not is_nil(e)}
    return found.pop() if len(found) == 1 else None


def is_nil(expr: p.Expr) -> bool:
    """Whether it is a 0 written out, which is 0 in any currency and of any length of time."""
    bare = expr.operand if isinstance(expr, p.Convert) else expr
    return isinstance(bare, p.Const) and bare.value == 0


def of_one_currency(engine: Under, exprs: Sequence[p.Expr]) -> list[Value]:
    """The values of expressions that meet, money among them in one currency."""
    money = [e for e in exprs if e.type.kind is Kind.MONEY and not is_nil(e)]
    if len({currency_of(engine, e) for e in money}) < 2:
        return [engine.value(e) for e in exprs]
    return [in_reporting(engine, e) if e in money else engine.value(e) for e in exprs]


def in_reporting(engine: Under, expr: p.Expr) -> Value:
    """The value of an expression with all money in it in the reporting currency: what flows in a period is converted where
    it stands, and then added up."""
    of = currency_of(engine, expr)
    value = engine.whole(expr)
    if of is None:
        return value
    found = engine.reported.get(expr.address) if expr.address else None
    if found is None:
        found = _in_reporting(engine, expr, value, of)
        if expr.address:
            engine.reported[expr.address] = found
    return found


def _in_reporting(engine: Under, expr: p.Expr, value: Value, of: str) -> Value:
    match expr:
        case p.Ref():
            metric = engine.program.metrics.get(expr.name)
            formula = metric is not None and expr.name not in engine.view.values and metric.meaningful is None
            if metric is None or not formula or expr.name in engine.world.replaced:
                return converted(engine, value, of, expr.type)
            return in_reporting(engine, metric.value)
        case p.Convert():
            return in_reporting(engine, expr.operand)
        case p.Const():
            return converted(engine, value, of, expr.type)
        case p.If():
            return engine.remade(expr, [in_reporting(engine, e) for e in expr.values])
        case _:
            return engine.remade(
                expr, [in_reporting(engine, e) for e in p.children(expr) if not isinstance(e, p.Window)]
            )


def converted(engine: Under, value: Value, of: str | None, kind: Type, to: str | None = None) -> Value:
    """A value in some currency, in another; None is the reporting one."""
    if of == to:
        return value
    if isinstance(value, Series):
        return _series(engine, value, of, kind, to)
    alone = isinstance(value, Figure)
    if isinstance(value, Figure) and engine.does.wide(value):
        return value  # an amount that is not known is not known in any currency: no rate was used

    def at(x: Single, rate: Single) -> Single:
        return engine.does.scaled(
            expect(x, Figure), lambda y: y if alone and y.wide else v.multiply(y, expect(rate, Figure))
        )

    return lift(engine.clock, at, value, engine.rate(of, to))


def _series(engine: Under, series: Series, of: str | None, kind: Type, to: str | None) -> Series:
    """Each period at the rate of its time, the one that is read at the newest."""
    calendar, frequency = engine.clock.calendar, series.frequency
    read = engine.clock.reads_of(frequency, series.last)
    months = month_length(frequency) if kind.is_flow else 0

    def point(ordinal: int, value: Single, today: bool) -> Single:
        label = engine.clock.label(ordinal, frequency)
        when = When(calendar.end(ordinal, frequency), months, label, today and ordinal == read)
        rates = engine.view.rates
        return engine.does.scaled(expect(value, Figure), lambda x: rates.convert(x, of, to, when, engine.rates_used))

    points = engine.points(ordered(series.points), lambda o: point(o, series.points[o], True), series.points)
    closing = {o: point(o, value, False) for o, value in series.closing.items()}
    if read is not None and read in points and not closing and not kind.is_flow and frequency not in BY_DAY:
        closing = {read: point(read, series.points[read], False)}
    annual = {o: expect(point(o, value, False), Figure) for o, value in series.annual.items()}
    elsewhere = series.elsewhere if _whatever_the_rate(series.elsewhere) else None
    expected = series.expected and series.expected.each(lambda value: _to_come(engine, value, of, to))
    return Series(frequency, points, annual, closing, series.expires, series.stale, elsewhere, expected)


def _to_come(engine: Under, value: Single, of: str | None, to: str | None) -> Single:
    """A figure of a period to come, at the newest rate."""
    return engine.view.rates.convert(expect(value, Figure), of, to, None, engine.rates_used)


def _whatever_the_rate(value: Single | None) -> bool:
    """Whether bounds are the same in every currency: above 0, or below."""
    return isinstance(value, Figure) and {value.low, value.high} <= SAME_IN_ALL


SAME_IN_ALL = {-math.inf, 0.0, -0.0, math.nextafter(0.0, 1), math.nextafter(0.0, -1), math.inf}
