"""Program + what was known -> a value for every name, in the graph's order.

In: a `Program`, its order, a `View`, and what is replaced in this world. Out: `Evaluation`. Must not know reports.

Expressions are evaluated by `expressions.py`; which status and outcome follow is for `verdicts.py`. Here each
declaration gets its value: facts under a metric's name win over its formula, a forecast runs its steps.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from dsl.program import program as p
from dsl.program.grounds import Assumes, Assumption
from dsl.types.units import Kind
from evaluator.engine.assumed import assumed
from evaluator.engine.causes import called_by, to_bring
from evaluator.engine.evaluation import AS_IT_IS, Compared, Evaluation, Event, Past, World, reading
from evaluator.engine.expressions import Engine
from evaluator.engine.money import converted, currency_of, in_reporting
from evaluator.engine.verdicts import judge, pillar_status, verdict_outcomes
from evaluator.known.asof import View
from evaluator.known.unknown import no_fact, unknown_of
from evaluator.values.points import Points
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.values import Figure, May, Single, Truth, because

AnyEngine = TypeVar("AnyEngine", bound=Engine)
DEFAULT_TOLERANCE = 0.01
"""Reported and calculated figures may differ by 1 percentage point, or by 1% of the figure, before it is said."""


def evaluate(
    program: p.Program,
    order: Sequence[str],
    view: View,
    world: World = AS_IT_IS,
    also: Iterable[p.Expr] = (),
    events: Mapping[str, Event] | None = None,
    past: Past | None = None,
) -> Evaluation:
    """Gives every name its value.

    In: a checked program, the order of its graph, what was known, and expressions of the program that no name's value
    is made of but whose own is wanted (texts, what an example expects); what became of events, and what names came to on
    earlier days. Out: an Evaluation. Never raises for missing or odd facts: what cannot be calculated is unknown, with its
    cause.
    """
    return _run(ready(Engine(program, view, world, events=events, past=past)), order, also)


def evaluate_again(
    before: Evaluation, names: Sequence[str], world: World, also: Iterable[p.Expr] = (), stated: bool = True
) -> Evaluation:
    """The same in another world that differs for `names` alone (in order); all other values are taken over, and so is what
    an expression comes to that asks for none of them. `stated`: also what foreign money is in the reporting currency, which
    a reader wants and no rule asks for."""
    changed = before.program.reading(names, world.forced)
    return _run(ready(Engine(before.program, before.view, world, before, changed=changed)), names, also, stated)


def on_another_day(before: Evaluation, day: dt.date) -> Evaluation:
    """An evaluation as of another day, between which and its own nothing became known, grew stale or came into force: what
    rests on `as_of` alone can differ."""
    program = before.program
    names = [name for name in program.order if name in program.with_the_day and name in before.values]
    view = replace(before.view, clock=replace(before.view.clock, as_of=day))
    engine = Engine(program, view, before.world, before, changed=program.reading((*names, p.AS_OF)))
    return _run(engine, names, (), stated=False)


def laid_over(today: Evaluation, world: World, there: Callable[[World], Evaluation]) -> Evaluation:
    """A world that is laid over today's, as `there` evaluates it: what it sets to what it is today changes nothing, so that a
    kill that is near by an estimate does not happen where the estimate is assumed."""
    found = there(world)
    if not today.program.kills:
        return found
    unchanged = (n for n, expr in world.replaced.items() if not isinstance(expr, p.ByPeriod) and alike(n, today, found))
    same = frozenset(unchanged)
    return there(replace(world, same=same)) if same else found


def alike(name: str, one: Evaluation, other: Evaluation) -> bool:
    """Whether what is read of a name is one and the same figure, truth or word in two worlds."""
    a, b = one.read(one.values[name]), other.read(other.values[name])
    if isinstance(a, Figure) and isinstance(b, Figure):
        return a.is_exact and b.is_exact and math.isclose(a.low, b.low, rel_tol=1e-12)
    return a.settled and b.settled and replace(a, causes=b.causes, facts=b.facts) == b


def ask(
    before: Evaluation,
    expr: p.Expr,
    world: World = AS_IT_IS,
    instead: Mapping[str, Value] | None = None,
    day: dt.date | None = None,
) -> Single:
    """What one expression would come to in another world: with decisions that are forced, or with other values of names
    that it asks for. What these names' own values lead to is not carried on to other names. `day`: as of a later day, by which
    nothing else had changed."""
    changed = before.program.reading(instead or (), world.forced)
    view = before.view if day is None else replace(before.view, clock=replace(before.view.clock, as_of=day))
    engine = ready(Engine(before.program, view, world, before, changed=changed))
    engine.values |= instead or {}
    return engine.single(expr)


def _run(engine: Engine, order: Sequence[str], also: Iterable[p.Expr], stated: bool = True) -> Evaluation:
    for name in order:
        evaluate_name(engine, name, stated)
    for expr in also:
        engine.value(expr)
    return engine.finished()


def evaluate_name(engine: Engine, name: str, stated: bool = True) -> None:
    """Gives one name its value; those that it needs have theirs. `stated`: also in the reporting currency."""
    program, world = engine.program, engine.world
    replaced = world.replaced.get(name)
    if replaced is None or not world.alone:
        engine.values[name] = _declared(engine, name)
    if replaced is not None:
        engine.values[name] = assumed(engine, replaced, program.declared(name))
    engine.values[name] = called_by(name, engine.values[name], engine)
    if stated and engine.currencies.get(name):
        engine.state(name, (program.inputs.get(name) or program.metrics[name]).type)
    if name in program.conditions:
        engine.judged[name] = judge(engine, program.conditions[name])


def ready(engine: AnyEngine) -> AnyEngine:
    """An engine that can look into other worlds."""
    engine.there = partial(_there, engine)
    return engine


def _there(engine: Engine, world: World, assumed: Iterable[str], expr: p.Expr) -> Figure:
    """What an expression is in another world that sets some names, in the reporting currency: what it rests on is evaluated
    there, and all else is taken over."""
    program = engine.program
    below = program.upstream(p.names_in(expr))
    names = tuple(n for n in program.downstream({*assumed, *program.kills, *program.catalysts}) if n in below)
    changed = program.reading(names) | {node.address for node in p.walk(expr)}
    there = ready(Engine(program, engine.view, world, engine.finished(), changed=changed))
    _run(there, names, ())
    return expect(there.read(in_reporting(there, expr)), Figure)


def _declared(engine: Engine, name: str) -> Value:
    declared = engine.program.declared(name)
    match declared:
        case p.Input():
            found = engine.view.values.get(name)
            engine.currencies[name] = engine.view.currencies.get(name)
            whole = _whole(engine, declared, found) if isinstance(found, Series) else found
            return _bounded(
                engine, declared, whole if whole is not None else no_fact(declared, to_bring(engine.clock, declared))
            )
        case p.Param():
            return _param(engine, declared)
        case p.Metric():
            return _metric(engine, declared)
        case p.Forecast():
            return _forecast(engine, declared)
        case p.Condition():
            return _condition(engine, declared)
        case p.Pillar():
            return pillar_status(engine, declared)
        case p.Verdict():
            return verdict_outcomes(engine, declared)
        case p.Kill():
            return _readable(engine, declared.when, engine.value(declared.when))
        case p.Catalyst():
            return _readable(engine, declared.expects, engine.value(declared.expects))
        case _:
            raise AssertionError(f"{name} has no value")


def _whole(engine: Engine, declared: p.Input, series: Series) -> Series:
    """An input's series, with the periods of which other inputs have a figure."""
    first = min(series.points, default=0)

    def unknown(ordinal: int) -> Single:
        reason = "no figure so far back is known" if ordinal < first else "no figure is known"
        return unknown_of(declared, because(reason, declared.name, engine.clock.label(ordinal, series.frequency)))

    return replace(engine.periods.filled(series, unknown), elsewhere=no_fact(declared))


def param_version(param: p.Param, as_of: dt.date) -> p.ParamVersion | None:
    """The version in force on a day; None before the first."""
    in_force = [version for version in param.versions if version.since is None or version.since <= as_of]
    return in_force[-1] if in_force else None


def _param(engine: Engine, declared: p.Param) -> Value:
    version = param_version(declared, engine.clock.as_of)
    if version is None:
        return Figure.unknown(because(f"no value is in force on {engine.clock.as_of}", declared.name))
    value = engine.value(version.value)
    if not version.own or not isinstance(value, Figure):
        return value
    ground = engine.assume(Assumption(Assumes.OWN, declared.name, version.value.text))
    return engine.does.resting(value, ground)


def _bounded(engine: Engine, declared: p.Input, value: Value) -> Value:
    """What rests on the bounds of an input alone says so."""
    if declared.bounds is None:
        return value
    ground = engine.assume(Assumption(Assumes.BOUNDS, declared.name, declared.bounds.text))

    def point(x: Single) -> Single:
        return replace(x, facts=x.facts | ground) if isinstance(x, Figure) and x.assumed else x

    if isinstance(value, Series):
        elsewhere = value.elsewhere and point(value.elsewhere)
        expected = value.expected and value.expected.each(point)
        return replace(
            value, points={o: point(x) for o, x in value.points.items()}, elsewhere=elsewhere, expected=expected
        )
    return lift(engine.clock, point, value)


def _metric(engine: Engine, declared: p.Metric) -> Value:
    """Facts under a metric's name win over the formula, period by period; outside `meaningful when` a figure is not
    meaningful, whoever gives it."""
    return _meaningful(engine, declared, _given_or_calculated(engine, declared))


def facts_first(given: Series, calculated: Value) -> Series:
    """What facts give of a metric, and what its formula gives in the other periods, both in one currency."""
    formula = calculated.points if isinstance(calculated, Series) else {}
    said = {o: x for o, x in given.points.items() if x.known or x.facts or o not in formula}
    merged = Points(sorted({*formula, *said}), lambda o: said[o] if o in said else formula[o], formula)
    closing = calculated.closing if isinstance(calculated, Series) else {}
    left = {o: x for o, x in closing.items() if o not in said}
    return Series(given.frequency, merged, closing=left, expected=given.expected)


def _given_or_calculated(engine: Engine, declared: p.Metric) -> Value:
    calculated, own = engine.value(declared.value), currency_of(engine, declared.value)
    given, foreign = engine.view.values.get(declared.name), engine.view.currencies.get(declared.name)
    engine.currencies[declared.name] = own
    if given is None:
        return calculated
    if own != foreign:
        given = converted(engine, given, foreign, declared.type)
        calculated = converted(engine, calculated, own, declared.type)
        engine.currencies[declared.name] = None
    if not isinstance(given, Series):
        single, formula_now = engine.read(given), engine.read(calculated)
        if isinstance(single, Figure) and not isinstance(calculated, Series):
            _compare(engine, declared, "", single, expect(formula_now, Figure))
        engine.given.add(declared.name)
        return given
    series = facts_first(given, calculated)
    formula = calculated.points if isinstance(calculated, Series) else {}
    read = reading(engine.clock, series)
    if read is not None and read in given.points and given.points[read].facts:
        engine.given.add(declared.name)
        stated, other = given.points[read], formula.get(read)
        if isinstance(stated, Figure) and isinstance(other, Figure):
            _compare(engine, declared, engine.clock.label(read, series.frequency), stated, other)
    return series


def _meaningful(engine: Engine, declared: p.Metric, value: Value) -> Value:
    if declared.meaningful is None:
        return value
    reason = f"it means something only where {declared.meaningful.text}"

    def point(figure: Single, means: Single) -> Single:
        truth, found = expect(means, Truth), expect(figure, Figure)
        if truth.value is True or found.nm:
            return found
        facts = found.facts | truth.facts
        if not truth.possible & May.TRUE:
            return Figure.meaningless(because(reason, declared.name), facts)
        return replace(found, causes=found.causes | truth.causes, facts=facts, undefined=True)

    found = lift(engine.clock, partial(engine.does.made, point), value, engine.value(declared.meaningful))
    if isinstance(found, Series) and isinstance(value, Series):
        return replace(found, expires=value.expires, stale=value.stale, expected=value.expected)
    return found


def _compare(engine: Engine, declared: p.Metric, label: str, reported: Figure, calculated: Figure) -> None:
    if not engine.does.notes or not (reported.known and calculated.known):
        return
    gap = max(reported.low - calculated.high, calculated.low - reported.high)
    by_point = declared.shown.kind in (Kind.PERCENT, Kind.POINTS)
    scale = 1.0 if by_point else max(abs(reported.middle or 0.0), abs(calculated.middle or 0.0))
    tolerance = declared.tolerance if declared.tolerance is not None else DEFAULT_TOLERANCE * scale
    engine.compared.append(Compared(declared.name, label, reported, calculated, gap > tolerance))


def _forecast(engine: Engine, declared: p.Forecast) -> Value:
    """The path, step by step: what it starts from is step 0. Other forecasts that it reads are read at the same step."""
    others = engine.program.steps_read[declared.name]
    path: list[Figure] = []
    for step in range(declared.steps + 1):
        engine.local = {n: engine.paths[n][step] for n in others if step < len(engine.paths[n])}
        if path:
            engine.local |= {"previous": path[-1], "step": Figure.exact(float(step))}
        said = declared.then if path else declared.starts
        for node in p.walk(said):  # what it came to at the step before
            if node.address not in engine.kept:
                engine.seen.pop(node.address, None)
        found = called_by(declared.name, engine.read(in_reporting(engine, said)), engine)
        path.append(expect(engine.read(found), Figure))
    engine.local = {}
    engine.paths[declared.name] = tuple(path)
    return path[-1]


def _condition(engine: Engine, declared: p.Condition) -> Value:
    """`applies when` and `when` together: what does not apply is not true."""
    holds = engine.value(declared.when)
    if declared.applies is None:
        return _readable(engine, declared.when, holds)
    applies = engine.truth(declared.applies)
    return _readable(
        engine, declared.when, lift(engine.clock, lambda h: engine.does.conjunction([applies, expect(h, Truth)]), holds)
    )


def _readable(engine: Engine, expr: p.Expr, value: Value) -> Value:
    """Truths of which the period that is read is there, so that what reads a condition finds a truth."""
    found = engine.readable(expr, value)
    if isinstance(found, Series) and reading(engine.clock, found) is None:
        return engine.open(expr, because("no figure is known"))
    return found
