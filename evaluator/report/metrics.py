"""Every metric of the rules as a report lists it, whether a judgement rests on it or not; and the key figures that the rules
`show`, with their last periods.

In: an `Evaluation`. Out: `MetricResult`s, `KeyFigures`. Must not know templates.
"""

from __future__ import annotations

from dsl.program import program as p
from dsl.program.calls import function
from dsl.types.units import ANY, Frequency
from evaluator.engine.evaluation import Evaluation
from evaluator.report.charts import own_point
from evaluator.report.checks import facts_below, reasons, shown, shown_type
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
        period=period_of(evaluation, name),
        written=f"set: {set_by_hand.text}" if set_by_hand is not None else written,
        given=name in evaluation.given and set_by_hand is None,
        left_out=left_out(evaluation, metric.value) if set_by_hand is None and name not in evaluation.given else [],
        reasons=[] if value.known else _reasons(evaluation, name, guard),
        facts=facts_below([value]),
        origin=metric.origin,
    )


def _reasons(evaluation: Evaluation, name: str, guard: str) -> list[r.Reason]:
    """Why it is unknown; that it is outside its `meaningful when` stands in the formula."""
    found = reasons(evaluation.program, evaluation.of(name).causes)
    return [x for x in found if not (guard and x.name == name and x.reason.endswith(guard))]


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


# --- what the rules show ----------------------------------------------------------------------------

KEY_PERIODS = 8
"""A table has so many of the newest periods: of quarters two years."""


def key_figures(evaluation: Evaluation) -> list[r.KeyFigures]:
    """In the order in which the rules show them; those of one rhythm in one table."""
    tables: dict[Frequency | None, list[str]] = {}
    for name in evaluation.program.shown:
        value = evaluation.values[name]
        tables.setdefault(value.frequency if isinstance(value, Series) else None, []).append(name)
    return [_table(evaluation, names) for names in tables.values()]


def _table(evaluation: Evaluation, names: list[str]) -> r.KeyFigures:
    periods = sorted({ordinal for name in names for ordinal in _past(evaluation, name)})[-KEY_PERIODS:]
    labels: dict[int, str] = {}
    figures: list[r.KeyFigure] = []
    for name in names:
        value, single, past = evaluation.values[name], evaluation.of(name), _past(evaluation, name)
        declared = evaluation.program.declared(name)
        kind = shown_type(evaluation.program, p.Ref(declared.span, getattr(declared, "type", ANY), name))
        cells: list[r.Shown | None] = []
        for ordinal in periods:
            point = None
            if isinstance(value, Series) and ordinal in past:
                point = own_point(evaluation, value, ordinal, kind, name)
                labels[ordinal] = evaluation.clock.label(ordinal, value.frequency)
            cells.append(None if point is None else point.value)
        why = [] if single.known else reasons(evaluation.program, single.causes)
        figures.append(r.KeyFigure(name=name, title=declared.title, value=shown(evaluation, single, kind.single, name=name),
                                   period=period_of(evaluation, name), past=cells, reasons=why))  # fmt: skip
    return r.KeyFigures(periods=[labels[ordinal] for ordinal in periods], figures=figures)


def _past(evaluation: Evaluation, name: str) -> frozenset[int]:
    """The periods of which a name has a point, up to the one that is read; of those before any figure of it is known none."""
    value = evaluation.values[name]
    if not isinstance(value, Series):
        return frozenset()
    read, span = evaluation.reading(value), value.known_span
    until = read if read is not None else (span[-1] if span else 0)
    return frozenset(ordinal for ordinal in span[:] if ordinal <= until)
