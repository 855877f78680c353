"""Program + what was known -> a value for every name, in the graph's order.

In: a `Program`, its order, a `View`, and what is replaced in this world. Out: `Evaluation`. Must not know reports.

Expressions are evaluated by `expressions.py`; which status and outcome follow is for `verdicts.py`. Here each
declaration gets its value: facts under a metric's name win over its formula, a forecast runs its steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dsl.program import program as p
from dsl.types.units import Kind
from evaluator.engine.assumed import assumed
from evaluator.engine.expressions import AS_IT_IS, Disagreement, Evaluation, World
from evaluator.engine.verdicts import pillar_status, verdict_outcomes
from evaluator.known.asof import View, no_fact
from evaluator.values import values as v
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.values import Figure, Truth, because

DEFAULT_TOLERANCE = 0.01
"""Reported and reckoned figures may differ by 1 percentage point, or by 1% of the figure, before it is said."""


def evaluate(program: p.Program, order: Sequence[str], view: View, world: World = AS_IT_IS) -> Evaluation:
    """Gives every name its value.

    In: a checked program, the order of its graph, what was known. Out: an Evaluation. Never raises for missing or
    odd facts: what cannot be reckoned is unknown, with its cause.
    """
    return _fill(Evaluation(program, view, world), order)


def evaluate_again(evaluation: Evaluation, names: Sequence[str], world: World) -> Evaluation:
    """The same in another world that differs for `names` alone (in order); all other values are taken over."""
    values = dict(evaluation.values)
    return _fill(Evaluation(evaluation.program, evaluation.view, world, values, given=set(evaluation.given)), names)


def _fill(evaluation: Evaluation, order: Sequence[str]) -> Evaluation:
    program, world = evaluation.program, evaluation.world
    for name in order:
        replaced = world.replaced.get(name)
        if replaced is not None:
            evaluation.values[name] = assumed(evaluation, replaced, program.declared(name))
        else:
            evaluation.values[name] = _declared(evaluation, name)
    return evaluation


def _declared(evaluation: Evaluation, name: str) -> Value:
    declared = evaluation.program.declared(name)
    match declared:
        case p.Input():
            found = evaluation.view.values.get(name)
            return found if found is not None else no_fact(declared)
        case p.Param():
            return _param(evaluation, declared)
        case p.Metric():
            return _metric(evaluation, declared)
        case p.Forecast():
            return _forecast(evaluation, declared)
        case p.Condition():
            return _condition(evaluation, declared)
        case p.Pillar():
            return pillar_status(evaluation, declared)
        case p.Verdict():
            return verdict_outcomes(evaluation, declared)
        case p.Kill():
            return _readable(evaluation, evaluation.value(declared.when))
        case p.Catalyst():
            return evaluation.truth(declared.expects)
        case _:
            raise AssertionError(f"{name} has no value")


def param_version(param: p.Param, as_of: dt.date) -> p.ParamVersion | None:
    """The version in force on a day; None before the first."""
    in_force = [version for version in param.versions if version.since is None or version.since <= as_of]
    return in_force[-1] if in_force else None


def _param(evaluation: Evaluation, declared: p.Param) -> Value:
    version = param_version(declared, evaluation.clock.as_of)
    if version is None:
        return Figure.unknown(because(f"no value is in force on {evaluation.clock.as_of}", declared.name))
    return evaluation.value(version.value)


def _metric(evaluation: Evaluation, declared: p.Metric) -> Value:
    """Facts under a metric's name win over the formula, period by period."""
    reckoned = evaluation.value(declared.value)
    given = evaluation.view.values.get(declared.name)
    if given is None:
        return reckoned
    if not isinstance(given, Series):
        if isinstance(given, Figure) and not isinstance(reckoned, Series):
            _compare(evaluation, declared, "", given, expect(reckoned, Figure))
        evaluation.given.add(declared.name)
        return given
    formula = reckoned.points if isinstance(reckoned, Series) else {}
    merged = dict(formula)
    for ordinal, point in given.points.items():
        if point.known or point.facts or ordinal not in merged:
            merged[ordinal] = point
    series = Series(given.frequency, dict(sorted(merged.items())))
    read = evaluation.reading(series)
    if read is not None and read in given.points and given.points[read].facts:
        evaluation.given.add(declared.name)
        own, other = given.points[read], formula.get(read)
        if isinstance(own, Figure) and isinstance(other, Figure):
            _compare(evaluation, declared, evaluation.clock.label(read, series.frequency), own, other)
    return series


def _compare(evaluation: Evaluation, declared: p.Metric, label: str, reported: Figure, reckoned: Figure) -> None:
    if not (reported.known and reckoned.known):
        return
    gap = max(reported.low - reckoned.high, reckoned.low - reported.high)
    by_point = declared.shown.kind in (Kind.PERCENT, Kind.POINTS)
    scale = 1.0 if by_point else max(abs(reported.middle or 0.0), abs(reckoned.middle or 0.0))
    tolerance = declared.tolerance if declared.tolerance is not None else DEFAULT_TOLERANCE * scale
    if gap > tolerance:
        evaluation.disagreements.append(Disagreement(declared.name, label, reported, reckoned))


def _forecast(evaluation: Evaluation, declared: p.Forecast) -> Value:
    previous = expect(evaluation.single(declared.starts), Figure)
    path = [previous]
    for step in range(1, declared.steps + 1):
        evaluation.local = {"previous": previous, "step": Figure.exact(float(step))}
        previous = expect(evaluation.single(declared.then), Figure)
        path.append(previous)
    evaluation.local = {}
    evaluation.paths[declared.name] = tuple(path)
    return previous


def _condition(evaluation: Evaluation, declared: p.Condition) -> Value:
    """`applies when` and `when` together: what does not apply is not true."""
    holds = evaluation.value(declared.when)
    if declared.applies is None:
        return _readable(evaluation, holds)
    applies = evaluation.truth(declared.applies)
    return _readable(evaluation, lift(lambda h: v.conjunction([applies, expect(h, Truth)]), holds))


def _readable(evaluation: Evaluation, value: Value) -> Value:
    """Truths by period of which the period that is read may be missing: it is there as unknown, so that what reads a
    condition finds a truth."""
    if not isinstance(value, Series):
        return value
    ordinal = evaluation.reading(value)
    if ordinal is None:
        return Truth(None, because("no figure is known"))
    if ordinal in value.points:
        return value
    missing = Truth(None, because("no figure is known", "", evaluation.clock.label(ordinal, value.frequency)))
    return Series(value.frequency, dict(sorted({**value.points, ordinal: missing}.items())))
