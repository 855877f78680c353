"""One name explained down to the facts, as a tree: what `thesis explain` shows.

In: an `Evaluation` and a name. Out: `NodeExplanation`. A name that stands twice is explained once; after that it is
named only, so that the tree stays as large as the graph. Must not know the command line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from dsl.program import program as p
from dsl.program.declared import Valuation
from dsl.program.paths import over_segments, over_worlds
from dsl.types.units import ANY
from evaluator.engine.evaluation import Evaluation
from evaluator.report.charts import node_state
from evaluator.report.checks import PERCENT, checks, reasons, shown, shown_at, shown_type, state, title
from evaluator.report.events import catalyst_result, kill_result
from evaluator.report.fact_list import one_fact
from evaluator.report.metrics import left_out
from evaluator.report.sentences import condition_sentence, phrase
from evaluator.schema import report as r
from evaluator.values.series import Series, Value
from evaluator.values.values import Causes, Figure, May, Single, Truth

MAX_DEPTH = 200


def explain(evaluation: Evaluation, name: str) -> r.NodeExplanation:
    """The tree of a name that has a value. Raises KeyError where there is none."""
    evaluation.program.declared(name)
    return _node(evaluation, name, set(), 0)


def _node(evaluation: Evaluation, name: str, seen: set[str], depth: int) -> r.NodeExplanation:
    program = evaluation.program
    declared = program.declared(name)
    raw = evaluation.values[name]
    value = evaluation.of(name)
    kind = shown_type(program, p.Ref(declared.span, getattr(declared, "type", ANY), name))
    event = _event(evaluation, declared)
    first = name not in seen
    seen.add(name)
    needs = sorted(program.needs(name), key=program.order.index) if first and depth < MAX_DEPTH else []
    given = {f.number for f in evaluation.view.facts if f.fact.name == name}
    if name in evaluation.world.replaced or (name in evaluation.given and value.facts <= given):
        needs = []  # a value that was set, or a source's own: what the formula needs is not underneath
    return r.NodeExplanation(
        name=name,
        title=declared.title,
        role=program.role(name),
        value=_value(evaluation, name, shown(evaluation, value, replace(kind, series=None), name=name)),
        state=_state(evaluation, name, value),
        status=event.status if event is not None else "",
        day=_day(event),
        then=event.then if event is not None and first else [],
        written="\n".join([_written(evaluation, declared), *_left_out(evaluation, declared)]),
        because=_because(evaluation, declared),
        checks=checks(evaluation, *program.expressions(name))
        if first and name in {*program.conditions, *program.kills, *program.catalysts}
        else [],
        facts=[one_fact(evaluation, n) for n in _own_facts(evaluation, name, raw)],
        reasons=event.reasons
        if event is not None and event.reasons
        else reasons(program, _causes(evaluation, name, value)),
        needs=[_node(evaluation, n, seen, depth + 1) for n in needs],
        shown_above=not first,
        alerts=[],
    )


def _event(evaluation: Evaluation, declared: p.Declared) -> r.KillResult | r.CatalystResult | None:
    """What became of a kill or a catalyst."""
    if isinstance(declared, p.Kill):
        return kill_result(evaluation, declared)
    return catalyst_result(evaluation, declared) if isinstance(declared, p.Catalyst) else None


def _day(event: r.KillResult | r.CatalystResult | None) -> dt.date | None:
    """On which day it was judged."""
    if event is None:
        return None
    return event.day if isinstance(event, r.KillResult) else event.judged


def _value(evaluation: Evaluation, name: str, found: r.Shown) -> r.Shown:
    """A condition's value is its state: one that does not apply, or means nothing, is neither true nor false."""
    judged = evaluation.judged.get(name)
    return found if judged is None else found.model_copy(update={"text": judged.state.value})


def _state(evaluation: Evaluation, name: str, value: Single) -> str:
    if isinstance(value, Figure) and value.nm:
        return "not meaningful"
    return node_state(evaluation, name, value)


def _causes(evaluation: Evaluation, name: str, value: Single) -> Causes:
    judged = evaluation.judged.get(name)
    return value.causes if judged is None else judged.truth.causes


def _own_facts(evaluation: Evaluation, name: str, raw: Value) -> list[int]:
    """The facts that were given under this very name, at the periods that are read of it or by what needs it."""
    own = {f.number for f in evaluation.view.facts if f.fact.name == name}
    if not isinstance(raw, Series):
        return sorted(own & evaluation.read(raw).facts)
    used: set[int] = set()
    for value in evaluation.values.values():
        used |= evaluation.read(value).facts
    return sorted(own & used)


def _written(evaluation: Evaluation, declared: p.Declared) -> str:
    if declared.name in evaluation.world.replaced:
        return f"set: {evaluation.world.replaced[declared.name].text}"
    if isinstance(declared, p.Verdict):
        lines = (
            [f"applies when {declared.applies.text} ({_holds(evaluation.applies(declared))})"]
            if declared.applies is not None
            else []
        )
        for row, truth in evaluation.row_truths(declared):
            mark = _holds(truth)
            condition = f"when {row.when.text}" if row.when is not None else "otherwise"
            lines.append(
                f'{condition} → "{row.outcome}" ({mark})' if row.when is not None else f'otherwise → "{row.outcome}"'
            )
            if truth.value:
                break
        return "\n".join(lines)
    if declared.name in evaluation.given:
        return f"given by a source, in place of {evaluation.program.expressions(declared.name)[0].text}"
    if isinstance(declared, p.Metric) and isinstance(declared.value, p.If):
        return "\n".join(_ways(evaluation, declared.value))
    if isinstance(declared, p.Pillar):
        return f"applies when {declared.applies.text}" if declared.applies is not None else ""
    if isinstance(declared, p.Forecast) and declared.name in evaluation.paths:
        said = "; ".join(e.text for e in evaluation.program.expressions(declared.name))
        return f"{said}\n{_steps(evaluation, declared)}"
    if isinstance(declared, Valuation):
        return "\n".join([declared.value.text, *_against(evaluation, declared)])
    if isinstance(declared, p.Condition):
        applies = f"applies when {declared.applies.text}; " if declared.applies is not None else ""
        return f"{applies}when {declared.when.text}"
    return "; ".join(e.text for e in evaluation.program.expressions(declared.name))


_ENDS = 6
"""Of a longer path the first and the last steps are shown, so many together."""


def _steps(evaluation: Evaluation, declared: p.Forecast) -> str:
    """A path step by step, what it starts from first; of a long one its two ends."""
    path = [
        shown(evaluation, figure, declared.type, currency=evaluation.view.currency).text
        for figure in evaluation.paths[declared.name]
    ]
    left = [*path[: _ENDS // 2], "…", *path[-_ENDS // 2 :]] if len(path) > _ENDS + 1 else path
    return f"from {left[0]}, by {declared.unit}: {', '.join(left[1:])}"


def _against(evaluation: Evaluation, declared: Valuation) -> list[str]:
    """The price that a value is compared with, and how far the two are apart."""
    if declared.upside.address not in evaluation.trace:
        return [f"against {declared.price.text}"]
    price = evaluation.of(declared.price.name)
    kind = shown_type(evaluation.program, declared.price).single
    paid = shown(evaluation, price, kind, name=declared.price.name).text
    up, safe = (evaluation.single(expr) for expr in (declared.upside, declared.safety))
    return [
        f"against {declared.price.text}: {paid}",
        f"upside {shown(evaluation, up, PERCENT, signed=True).text}, margin of safety {shown(evaluation, safe, PERCENT).text}",
    ]


def _left_out(evaluation: Evaluation, declared: p.Declared) -> list[str]:
    """What windows in its formula leave out; nothing of a value that no formula gave."""
    if declared.name in evaluation.world.replaced or declared.name in evaluation.given:
        return []
    exprs = evaluation.program.expressions(declared.name)
    return [*left_out(evaluation, *exprs), *_worlds(evaluation, exprs), *_segments(evaluation, exprs)]


def _worlds(evaluation: Evaluation, exprs: tuple[p.Expr, ...]) -> Iterator[str]:
    """Of what is weighted over all scenarios: what it is in each."""
    for call in over_worlds(exprs):
        kind = shown_type(evaluation.program, call.arguments[0]).single
        parts = []
        for world in evaluation.weighed.get(call.address, ()):
            name = title(evaluation.program, world.name) if world.name else "today"
            likely = shown(evaluation, world.weight, PERCENT).text
            value = shown(evaluation, world.value, kind, currency=evaluation.view.currency).text
            parts.append(f"{name} {value} ({likely})")
        if parts:
            yield f"{call.text}: {', '.join(parts)}"


def _segments(evaluation: Evaluation, exprs: tuple[p.Expr, ...]) -> Iterator[str]:
    """Of what is added up over segments: what it is of each."""
    for call in over_segments(exprs):
        inputs = evaluation.program.inputs
        parts = []
        for part in call.arguments:
            segment = next(
                (inputs[n].segment for n in sorted(p.names_in(part)) if n in inputs and inputs[n].segment), ""
            )
            found = evaluation.trace.get(part.address)
            if segment and found is not None:
                kind = shown_type(evaluation.program, part).single
                parts.append(f"{segment} {shown_at(evaluation, found, kind).text}")
        if parts:
            yield f"{call.text}: {', '.join(parts)}"


def _ways(evaluation: Evaluation, expr: p.If) -> Iterator[str]:
    """The ways of an `if` down to the one that was taken, each with whether its condition holds."""
    for number, (condition, value) in enumerate(expr.ways):
        if condition is None:
            yield f"else {value.text}"
            return
        truth = evaluation.truth(condition)
        yield f"{'else ' if number else ''}if {condition.text} then {value.text} ({_holds(truth)})"
        if truth.value:
            return


def _holds(truth: Truth) -> str:
    return {"true": "holds", "false": "does not hold"}.get(state(truth), state(truth))


def _because(evaluation: Evaluation, declared: p.Declared) -> str:
    if isinstance(declared, p.Verdict):
        row = next((row for row, truth in evaluation.row_truths(declared) if truth.possible & May.TRUE), None)
        return phrase(evaluation, row.because) if row is not None else ""
    if isinstance(declared, p.Condition):
        return condition_sentence(evaluation, declared)
    event = _event(evaluation, declared)
    return event.because if event is not None else ""
