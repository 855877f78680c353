"""Every metric of the rules as a report lists it, whether a judgement rests on it or not.

In: an `Evaluation`. Out: `MetricResult`s. Must not know templates.
"""

from __future__ import annotations

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
    guard = metric.meaningful.text if metric.meaningful is not None else ""
    written = f"{metric.value.text} meaningful when {guard}" if guard else metric.value.text
    return r.MetricResult(
        name=name,
        title=metric.title,
        value=shown_name(evaluation, name),
        period=_period(evaluation, name),
        written=f"set: {set_by_hand.text}" if set_by_hand is not None else written,
        given=name in evaluation.given and set_by_hand is None,
        reasons=[] if value.known else _reasons(evaluation, name, guard),
        facts=facts_below([value]),
        origin=metric.origin,
    )


def _reasons(evaluation: Evaluation, name: str, guard: str) -> list[r.Reason]:
    """Why it is unknown; that it is outside its `meaningful when` stands in the formula."""
    found = reasons(evaluation.program, evaluation.of(name).causes)
    return [x for x in found if not (guard and x.name == name and x.reason.endswith(guard))]


def _period(evaluation: Evaluation, name: str) -> str:
    value = evaluation.values[name]
    ordinal = evaluation.reading(value) if isinstance(value, Series) else None
    if not isinstance(value, Series) or ordinal is None:
        return ""
    label = evaluation.clock.label(ordinal, value.frequency)
    return f"{label}, with what is known today" if ordinal in value.closing else label
