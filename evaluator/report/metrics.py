"""Every metric of the rules as a report lists it, whether a judgement rests on it or not.

In: an `Evaluation`. Out: `MetricResult`s. Must not know templates.
"""

from __future__ import annotations

from dsl.program import program as p
from dsl.program.calls import function
from evaluator.engine.evaluation import Evaluation
from evaluator.report.checks import facts_below, reasons
from evaluator.report.worlds import shown_name
from evaluator.schema import report as r
from evaluator.values.series import Series


def metric_results(evaluation: Evaluation) -> list[r.MetricResult]:
    """In the order of the rules."""
    return [_metric(evaluation, name) for name in evaluation.program.metrics]


def _metric(evaluation: Evaluation, name: str) -> r.MetricResult:
    metric, value = evaluation.program.metrics[name], evaluation.of(name)
    set_by_hand = evaluation.world.replaced.get(name)
    return r.MetricResult(
        name=name,
        title=metric.title,
        value=shown_name(evaluation, name),
        period=period_of(evaluation, name),
        written=f"set: {set_by_hand.text}" if set_by_hand is not None else metric.value.text,
        given=name in evaluation.given and set_by_hand is None,
        left_out=left_out(evaluation, metric.value) if set_by_hand is None and name not in evaluation.given else [],
        reasons=[] if value.known else reasons(evaluation.program, value.causes),
        facts=facts_below([value]),
        origin=metric.origin,
    )


def left_out(evaluation: Evaluation, *exprs: p.Expr) -> list[str]:
    """Of the windows under expressions that leave out what is not meaningful: of how many figures each is made."""
    found: list[str] = []
    for expr in exprs:
        for node in p.walk(expr):
            if not (isinstance(node, p.Call) and function(node).leaves_out and node.address in evaluation.trace):
                continue
            at = evaluation.at(node)
            if at.held is not None and at.held != at.periods:
                found.append(f"{node.text}: of {at.held} of {at.periods} figures, the others are not meaningful")
    return found


def period_of(evaluation: Evaluation, name: str) -> str:
    """Of which period the value is that is read, in words; '' for what has none."""
    value = evaluation.values[name]
    ordinal = evaluation.reading(value) if isinstance(value, Series) else None
    if not isinstance(value, Series) or ordinal is None:
        return ""
    label = evaluation.clock.label(ordinal, value.frequency)
    return f"{label}, with what is known today" if ordinal in value.closing else label
