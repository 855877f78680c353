"""The figures that the rules `show`, each as it is read and in its last periods.

In: an `Evaluation`. Out: `KeyFigures`, a table for each rhythm. Must not know templates.
"""

from __future__ import annotations

from dsl.program import program as p
from dsl.types.units import ANY, Frequency
from evaluator.engine.evaluation import Evaluation
from evaluator.report.charts import own_point
from evaluator.report.checks import reasons, shown, shown_type
from evaluator.report.metrics import period_of
from evaluator.schema import report as r
from evaluator.values.series import Series

PERIODS = 8
"""A table has so many of the newest periods: of quarters two years."""


def key_figures(evaluation: Evaluation) -> list[r.KeyFigures]:
    """In the order in which the rules show them; those of one rhythm in one table."""
    tables: dict[Frequency | None, list[str]] = {}
    for name in evaluation.program.shown:
        value = evaluation.values[name]
        tables.setdefault(value.frequency if isinstance(value, Series) else None, []).append(name)
    return [_table(evaluation, names) for names in tables.values()]


def _table(evaluation: Evaluation, names: list[str]) -> r.KeyFigures:
    periods = sorted({ordinal for name in names for ordinal in _past(evaluation, name)})[-PERIODS:]
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
