"""Whether something held on each of many days, by what was known on that day, without an evaluation for each.

In: a `History`, a name. Out: its truth on a day, or None where only an evaluation as of that day can say it. Must not know
events or reports.

A daily figure that was known on its own day, and never said otherwise, is the same whichever later day it is seen from. Between
two days on which anything else changes (an epoch), what is made of such figures day by day is one series: its point of a day
is what an evaluation as of that day would read. So one evaluation an epoch says what it was on all days of it. That holds for what
stands on each day alone (`_by_day`), joined by `and`, `or` and `not`; whatever reads a daily series in another way is left to an
evaluation. Where money is converted, a day on which a rate of exchange becomes known begins an epoch, unless it is a threshold
alone that is converted, at the rate of each day. Laws in tests hold the one to the other.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate, ready
from evaluator.engine.evaluation import AS_IT_IS, Evaluation
from evaluator.engine.expressions import Engine
from evaluator.known.asof import view
from evaluator.known.bind import BoundFact
from evaluator.values import bounds as v
from evaluator.values.points import Points, ordered, up_to
from evaluator.values.series import Series, expect
from evaluator.values.values import Truth

if TYPE_CHECKING:
    from evaluator.past.history import History

On = Callable[[int], Truth | None]
"""A truth by the day, as `date.toordinal` counts; None where nothing had been known by then."""


class OverDays:
    """A kill or a catalyst on many days."""

    def __init__(self, history: History, name: str) -> None:
        self.history, self.program, self.name = history, history.program, name
        expr = self.program.expressions(name)[0]
        self.daily = history.plain_daily & self.program.upstream([name])
        self.able = bool(self.daily) and name not in self.program.with_the_day and self._joined(expr)
        self.expr = expr
        if not self.able:
            return
        others = self.program.upstream([name]) - self.daily
        self.epochs = history.days_of(others)
        if any(i.type.series not in (None, Frequency.DAY) for n, i in self.program.inputs.items() if n in others):
            self.epochs = sorted({*self.epochs, *history.days_of_reads, *history.days_of_calendars})
        self._rates = self._days_of_rates()
        if self._rates is None:
            self.able = False
            return
        self._master = self._series()
        self._on: tuple[int, On | None] = (-1, None)

    def truth(self, day: dt.date) -> Truth | None:
        """What it was on a day; None where that takes an evaluation."""
        epoch = bisect_right(self.epochs, day) if self.able else 0
        if not self.able or self._alone(day, epoch):
            return None
        if self._on[0] != epoch:
            self._on = epoch, self._in_epoch(epoch)
        on = self._on[1]
        found = on(day.toordinal()) if on is not None else None
        if found is None or all(cause.name for cause in found.causes):
            return found
        return replace(found, causes=frozenset(c if c.name else replace(c, name=self.name) for c in found.causes))

    # --- which expressions can be read day by day ------------------------------------------------------

    def _moves(self, expr: p.Expr) -> bool:
        """Whether it rests on daily figures."""
        return not self.daily.isdisjoint(self.program.upstream(p.names_in(expr)))

    def _joined(self, expr: p.Expr) -> bool:
        """Whether it is made, by `and`, `or` and `not`, of what stands on each day alone and of what rests on no daily
        figure."""
        if not self._moves(expr) or self._by_day(expr):
            return True
        match expr:
            case p.Logic():
                return expr.type.series is None and all(self._joined(item) for item in expr.items)
            case p.Not() | p.IsTruth():
                return self._joined(expr.operand)
            case p.Ref():
                condition = self.program.conditions.get(expr.name)
                return condition is not None and self._condition(condition)
            case _:
                return False

    def _condition(self, condition: p.Condition) -> bool:
        return self._by_day(condition.when) and (condition.applies is None or not self._moves(condition.applies))

    def _by_day(self, expr: p.Expr) -> bool:
        """Whether it is a series with a value for each day, in which nothing is read of another day than its own (or of a
        window that ends with it)."""
        if not self._moves(expr):
            return True
        if expr.type.series is not Frequency.DAY:
            return False
        if isinstance(expr, p.Ref):
            metric, condition = self.program.metrics.get(expr.name), self.program.conditions.get(expr.name)
            if condition is not None:
                return self._condition(condition)
            if metric is not None:
                parts = [metric.value] + ([metric.meaningful] if metric.meaningful is not None else [])
                return expr.name not in self.history.named and all(self._by_day(part) for part in parts)
            return expr.name in self.daily
        return all(self._by_day(part) for part in p.children(expr))

    # --- one evaluation an epoch ----------------------------------------------------------------------------

    def _series(self) -> dict[str, Series]:
        """The whole series of each daily name."""
        facts = [f for f in self.history.facts if f.fact.name in self.daily]
        last = max(f.end for f in facts)
        values = view(self.program, facts, self.history.company, last).values
        return {name: found for name in self.daily if isinstance(found := values[name], Series)}

    def _days_of_rates(self) -> list[int] | None:
        """The days on which rates became known, where any are asked for; they are days of epochs, unless each rate is known on
        its own day, and converts thresholds alone. None where a figure's rate depends on when it is looked at."""
        history, names = self.history, self.program.upstream([self.name])
        rates = history.company.exchange_rates if history.company is not None else ()
        typed = [node for name in names for expr in self.program.expressions(name) for node in p.walk(expr)]
        foreign = [node for node in typed if node.type.currency not in history.own]
        inputs = {
            n for n in names if n in self.program.inputs and self.program.inputs[n].type.currency not in history.own
        }
        inputs |= {f.fact.name for f in history.facts if f.fact.name in names and f.currency not in history.own}
        if not rates or not (foreign or inputs):
            return []
        if inputs & self.daily or any(rate.date is None for rate in rates):
            return None
        known = [
            (max(rate.published, rate.date), frozenset((rate.of, rate.to))) for rate in rates if rate.date is not None
        ]
        days = sorted({day for day, _ in known})
        on_its_day = all(rate.published == rate.date for rate in rates)
        if inputs or not on_its_day or not all(isinstance(node, p.Const | p.Convert) for node in foreign):
            self.epochs = sorted({*self.epochs, *days})
        else:
            firsts = {pair: day for day, pair in sorted(known, key=lambda one: one[0], reverse=True)}
            self.epochs = sorted({*self.epochs, *firsts.values()})
        return [day.toordinal() for day in days]

    def _alone(self, day: dt.date, epoch: int) -> bool:
        """Whether a day has to be evaluated alone: a daily figure is too old to be read, or there is none yet; or something
        changed since the figure that is read, which in an evaluation of the epoch is not the newest any more."""
        changed = self.epochs[epoch - 1].toordinal() if epoch else 0
        before = bisect_right(self._rates or (), day.toordinal())
        changed = max(changed, self._rates[before - 1] if self._rates and before else 0)
        end = self.epochs[epoch].toordinal() if epoch < len(self.epochs) else dt.date.max.toordinal()
        for series in self._master.values():
            ordinals, limit = ordered(series.points), series.expires
            at = bisect_right(ordinals, day.toordinal())
            if not at or (limit is not None and dt.date.fromordinal(ordinals[at - 1]) < limit.before(day)):
                return True
            if ordinals[at - 1] < changed and at < len(ordinals) and ordinals[at] < end:
                return True
        return False

    def _in_epoch(self, epoch: int) -> On | None:
        """What it was on each day of an epoch, from one evaluation as of its last day."""
        days, history = self.epochs, self.history
        ends = [dt.date.fromordinal(series.last) for series in self._master.values() if series.last is not None]
        last = max([*ends, *days[epoch - 1 : epoch]])
        if epoch < len(days):
            last = min(last, days[epoch] - dt.timedelta(days=1))
        wanted = self.program.upstream([self.name])
        facts = [f for f in self._others(wanted) if f.fact.published <= last]
        beside = history.beside(wanted, last)
        seen = view(self.program, facts, history.company, last, reads=history.reads(last), beside=beside)
        known = {
            name: replace(s, points=Points(up_to(ordered(s.points), last.toordinal()), s.points.__getitem__, s.points))
            for name, s in self._master.items()
        }
        events = {name: event.on(last) for name, event in history.events.items()}
        order = [name for name in history.order if name in wanted]
        values = {**seen.values, **known}
        evaluation = evaluate(self.program, order, replace(seen, values=values), events=events, past=history)
        return self._reading(evaluation, self.expr)

    def _others(self, wanted: frozenset[str]) -> list[BoundFact]:
        return [f for f in self.history.facts if f.fact.name in wanted and f.fact.name not in self.daily]

    def _reading(self, evaluation: Evaluation, expr: p.Expr) -> On | None:
        """How an expression is read on each day of the epoch of an evaluation."""
        engine = ready(Engine(self.program, evaluation.view, AS_IT_IS, evaluation))
        if not self._moves(expr):
            same = engine.truth(expr)
            return lambda _: same
        value = evaluation.values[expr.name] if isinstance(expr, p.Ref) else engine.value(expr)
        if isinstance(value, Series):
            points, ordinals = value.points, ordered(value.points)

            def on(day: int) -> Truth | None:
                at = bisect_right(ordinals, day)
                return expect(points[ordinals[at - 1]], Truth) if at else None

            return on
        match expr:
            case p.Logic():
                return self._logic(expr, [self._reading(evaluation, item) for item in expr.items])
            case p.Not() | p.IsTruth():
                below = self._reading(evaluation, expr.operand)
                as_it_is = isinstance(expr, p.IsTruth) and expr.wanted
                return below if as_it_is else _opposite(below)
            case _:
                return None

    def _logic(self, expr: p.Logic, items: list[On | None]) -> On | None:
        combine = v.conjunction if expr.operator == "and" else v.disjunction

        def on(day: int) -> Truth | None:
            truths = [item(day) if item is not None else None for item in items]
            known = [truth for truth in truths if truth is not None]
            return combine(known) if len(known) == len(truths) else None

        return on


def _opposite(below: On | None) -> On:
    def on(day: int) -> Truth | None:
        found = below(day) if below is not None else None
        return v.negate(found) if found is not None else None

    return on
