"""What names and comparisons of a run came to, as an editor shows them beside the text.

In: a `Run`. Out: `Known` by name, and by the address of an expression. Must not know editors, and evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dsl.ide.view import Known
from dsl.program import program as p
from dsl.types.units import ANY, Frequency, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.report.charts import own_point
from evaluator.report.checks import check, shown, shown_type
from evaluator.report.metrics import period_of
from evaluator.schema.report import Check
from evaluator.session.run import Run
from evaluator.values.series import Series
from evaluator.values.values import Single

_PERIODS = 6
"""So many of the last periods of a series are shown."""
_SOURCES = 2
"""So many sources are named beside a value; more of them are counted."""


def names(run: Run) -> dict[str, Known]:
    """Every name that has a value."""
    return {name: _known(run.evaluation, name) for name in run.evaluation.values}


def comparisons(run: Run) -> dict[str, Known]:
    """Every comparison of the rules, under the address of its expression."""
    found: dict[str, Known] = {}
    program = run.program
    for name in program.order:
        for expr in program.expressions(name):
            for atom in p.atoms(expr):
                if atom.address in run.evaluation.trace:
                    found[atom.address] = _compared(check(run.evaluation, atom))
    return found


def _known(evaluation: Evaluation, name: str) -> Known:
    program = evaluation.program
    declared = program.declared(name)
    value = evaluation.of(name)
    event = evaluation.events.get(name)
    judged = evaluation.judged.get(name)
    if judged is not None:
        return Known(judged.state.value, _why(evaluation, value))
    if event is not None:
        day = f"judged on {event.day}" if event.day is not None else ""
        return Known(event.status.value, day)
    kind = shown_type(program, p.Ref(declared.span, _type(evaluation, name), name))
    text = shown(evaluation, value, replace(kind, series=None), name=name).text
    more = [period_of(evaluation, name), *_sources(evaluation, name, value)]
    if not value.known:
        more.append(_why(evaluation, value))
    return Known(text, "; ".join(part for part in more if part), _trend(evaluation, name))


def _trend(evaluation: Evaluation, name: str) -> str:
    """What a series was in its last periods, as the report's table of key figures says it; '' for what has no past, and for days,
    whose last few say nothing."""
    value = evaluation.values[name]
    if not isinstance(value, Series) or value.frequency in (Frequency.DAY, Frequency.WEEK):
        return ""
    reading = evaluation.reading(value)
    ordinals = [o for o in value.known_span[:] if reading is not None and o <= reading][-_PERIODS:]
    kind = shown_type(evaluation.program, p.Ref(evaluation.program.declared(name).span, _type(evaluation, name), name))
    points = [own_point(evaluation, value, ordinal, kind, name) for ordinal in ordinals]
    if sum(point.value.known for point in points) < 2:
        return ""
    return f"{' → '.join(point.value.text for point in points)} (from the {points[0].period} on)"


def _type(evaluation: Evaluation, name: str) -> Type:
    """The type of what a name holds."""
    found: Type = getattr(evaluation.program.declared(name), "type", ANY)
    return found


def _why(evaluation: Evaluation, value: Single) -> str:
    """What is missing, where something is."""
    if value.known:
        return ""
    causes = sorted(value.causes)
    said = [f"{c.name} {c.period}: {c.reason}".strip() for c in causes[:_SOURCES]]
    return "; ".join(said) + (f"; and {len(causes) - _SOURCES} more" if len(causes) > _SOURCES else "")


def _sources(evaluation: Evaluation, name: str, value: Single) -> Iterator[str]:
    """Where a value is from, where facts were given under this very name; else on how many facts it rests."""
    if name in evaluation.world.replaced:
        yield "set by hand"
        return
    facts = [evaluation.view.by_number[n] for n in sorted(value.facts) if n in evaluation.view.by_number]
    own = [bound for bound in facts if bound.fact.name == name]
    for bound in own[:_SOURCES]:
        yield f"{bound.fact.kind.value}, {bound.fact.source}, known on {bound.fact.published}"
    if len(own) > _SOURCES:
        yield f"and {len(own) - _SOURCES} more facts"
    if not own and facts:
        yield f"rests on {len(facts)} fact{'s' if len(facts) != 1 else ''}"


_MARKS = {"true": "✓", "false": "✗", "unknown": "?", "not applicable": "–", "not meaningful": "n.m."}


def _compared(found: Check) -> Known:
    """A comparison: whether it holds, the figure, and how far it is from the threshold."""
    mark = _MARKS.get(found.holds, "?")
    held = f", in {found.held} of {found.periods}" if found.held is not None else ""
    figure = "" if found.value.text in ("true", "false") else f" {found.value.text}"
    from_zero = found.limit is not None and found.limit.low == found.limit.high == 0
    margin = f" ({found.margin.text})" if found.margin is not None and not from_zero else ""
    limit = f"; the threshold is {found.limit.text}" if found.limit is not None else ""
    period = f", {found.period}" if found.period else ""
    said = f"{found.figure}: {found.value.text}{period}{limit}"
    away = f"; {found.margin.text} from it" if found.margin is not None and not from_zero else ""
    return Known(f"{mark}{figure}{margin}{held}", f"{said}{away}. It is {found.holds}.")
