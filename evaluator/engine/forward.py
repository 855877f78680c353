"""Calls that look into the years to come, or into other worlds: the steps of a forecast, what is weighted by probability; and over all
segments of a company.

In: a call, the engine that is under way. Out: its value, today. Must not know how expressions are evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dsl.program import program as p
from dsl.program.calls import asked, function
from dsl.types.functions import WRITTEN, Shape
from evaluator.engine.causes import of_operand
from evaluator.engine.evaluation import OneWorld, Weighed
from evaluator.engine.functions.registry import reducer
from evaluator.engine.money import in_reporting, of_one_currency
from evaluator.engine.under_way import UnderWay
from evaluator.values.series import Value, expect
from evaluator.values.values import Figure, because


def over_path(e: UnderWay, expr: p.Call) -> Value:
    """What is made of all steps of a forecast, today: of a series beside them what is read."""
    path, *others = expr.arguments
    assert isinstance(path, p.PathRef), "the checker has seen to it"
    e.value(path)
    given = [e.single(x) for x, slot in zip(others, function(expr).slots[1:], strict=False) if slot not in WRITTEN]
    reduce = e.does.reducer(expr.function, reducer(expr.function).of(asked(expr)))
    return of_operand(e, expr, reduce(e.paths[path.name], *given))


def over_worlds(e: UnderWay, expr: p.Call) -> Value:
    """What something is in each scenario, weighted by the probabilities that today's world gives them; what is left to 100% is
    today's world. In a scenario it is what it is today, since it is over all of them."""
    target = expr.arguments[0]
    today = expect(e.read(in_reporting(e, target)), Figure)
    if e.world.scenario and expr.address in e.weighed:
        return _weighted(e.weighed[expr.address])
    worlds = [OneWorld(s.name, _weight(e, s.probability), _there(e, s.name, target))
              for s in e.program.scenarios.values() if s.probability is not None]  # fmt: skip
    known = [world.weight for world in worlds if world.weight.is_exact]
    left = max(0.0, 1.0 - sum(weight.low for weight in known))
    rest = Figure.exact(left) if len(known) == len(worlds) else Figure(0.0, left, because("it is what is left"))
    found = (*worlds, OneWorld("", rest, today))
    if expr.address:
        e.weighed[expr.address] = found
    return _weighted(found)


def _weight(e: UnderWay, probability: p.Expr) -> Figure:
    return expect(e.single(probability), Figure)


def _there(e: UnderWay, scenario: str, target: p.Expr) -> Figure:
    assert e.there is not None, "names are evaluated, so that other worlds can be"
    assumed = e.program.assumptions(scenario)
    return e.there(e.world.laid_over(assumed), assumed, target)


def _weighted(worlds: Weighed) -> Figure:
    found: Figure = reducer("expected").function([w.value for w in worlds], [w.weight for w in worlds])
    return found


NO_SEGMENT = "no segment is known"


def over_segments(e: UnderWay, call: p.Call) -> Value:
    """The amounts of all segments that were known on the day, together: one figure of today. A segment of which nothing had been
    published by then was none yet; one of which anything had is unknown where its amount is, and so is the sum."""
    return added(e, call, of_one_currency(e, call.arguments))


def added(e: UnderWay, call: p.Call, values: Sequence[Value]) -> Figure:
    """The same of the values of its parts, which are in one currency."""
    known = [
        expect(e.read(value), Figure) for part, value in zip(call.arguments, values, strict=True) if _known(e, part)
    ]
    if not known:
        bases = [name for name in p.names_in(call) if name in e.program.inputs]
        names = sorted(
            {name.removesuffix(f".{e.program.inputs[name].segment}") for name in bases if _by_segment(e, name)}
        )
        return Figure.unknown(frozenset().union(*(because(NO_SEGMENT, name) for name in names)))
    together: Figure = e.does.reducer("sum", reducer("sum").of(asked(call)))(known)
    return together


def _by_segment(e: UnderWay, name: str) -> bool:
    return e.program.inputs[name].by_segment or bool(e.program.inputs[name].segment)


def _known(e: UnderWay, part: p.Expr) -> bool:
    """Whether anything had been published by the day, or is set, of the segment that a part is of."""
    inputs = e.program.inputs
    own = (name for name in p.names_in(part) if name in inputs and inputs[name].segment)
    return any(name in e.view.values or name in e.world.replaced for name in own)


FORWARD: Mapping[Shape, Callable[[UnderWay, p.Call], Value]] = {
    Shape.PATH: over_path, Shape.WORLDS: over_worlds, Shape.SEGMENTS: over_segments,
}  # fmt: skip
