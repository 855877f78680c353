"""What turned between two days, and why, as the result model says it.

In: the runs of the two days. Out: `ChangesOutput`. Must not know files or how it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Literal

from dsl.types.units import Kind, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.explore.attribution import shares
from evaluator.outlook.figures import judgement
from evaluator.outlook.hybrids import Hybrids
from evaluator.report.checks import PERCENT, kind_of, shown, title
from evaluator.report.doubts import alerts
from evaluator.report.fact_list import one_fact
from evaluator.report.worlds import settings, what_if
from evaluator.schema import outlook as o
from evaluator.schema.parts import Shown
from evaluator.session.run import Run
from evaluator.values.display import describe, show
from evaluator.values.values import Figure

TIME = "time"
MOST_FACTS = 5
"""So many facts are named under a condition."""
_POINTS = Type(Kind.POINTS)

Role = Literal["verdict", "kill", "catalyst", "pillar", "condition"]


def changed(first: Run, last: Run) -> o.ChangesOutput:
    """What is judged otherwise in the later of two runs of the same rules on the same company's facts, and what made it so."""
    hybrids, program = Hybrids(first, last), last.program
    before, after = score(first.evaluation), score(last.evaluation)
    return o.ChangesOutput(
        name=program.name,
        title=program.title,
        company=last.company.ticker if last.company is not None else None,
        begin=hybrids.begin,
        end=hybrids.end,
        what_if=what_if(settings(last.evaluation, last.plain())),
        alerts=alerts(last.evaluation, last.found()),
        verdicts=[judgement(last.evaluation, name) for name in program.verdicts],
        turned=list(_turned(hybrids)),
        score_before=shown(first.evaluation, before, PERCENT, signed=True) if before is not None else None,
        score_after=shown(last.evaluation, after, PERCENT, signed=True) if after is not None else None,
        parts=_parts(hybrids),
        moved=list(_moved(first.evaluation, last.evaluation)),
    )


# --- what turned ------------------------------------------------------------------------------------------------


def _turned(hybrids: Hybrids) -> Iterator[o.Turned]:
    first, last = hybrids.first.evaluation, hybrids.last.evaluation
    program = last.program
    tables: tuple[tuple[Role, list[str]], ...] = (
        ("verdict", list(program.verdicts)),
        ("kill", list(program.kills)),
        ("catalyst", list(program.catalysts)),
        ("pillar", list(program.pillars)),
        ("condition", list(program.conditions)),
    )
    for role, names in tables:
        for name in names:
            before, after = _says(first, name, role), _says(last, name, role)
            if before != after:
                facts = list(_facts(hybrids, name)) if role == "condition" else []
                causes = _causes(hybrids, name, role, after)
                yield o.Turned(
                    name=name, title=title(program, name), role=role, before=before, after=after, causes=causes, facts=facts
                )  # fmt: skip


def _says(evaluation: Evaluation, name: str, role: Role) -> str:
    """What something is judged to be, in words."""
    if role in ("kill", "catalyst"):
        return evaluation.events[name].status.value
    if role == "condition":
        return evaluation.judged[name].state.value
    return describe(evaluation.read(evaluation.values[name]), Type(Kind.VERDICT if role == "verdict" else Kind.PILLAR))


def _causes(hybrids: Hybrids, name: str, role: Role, after: str) -> list[str]:
    """The fewest causes with which it comes out as it is now."""
    for size in range(len(hybrids.new) + 1):
        for some in combinations(hybrids.new, size):
            if _says(hybrids.at(frozenset(some)), name, role) == after:
                return list(some) or [TIME]
    return []


def _facts(hybrids: Hybrids, name: str) -> Iterator[str]:
    """The facts on which a condition rests now and that were not known on the first day, the newest first."""
    last = hybrids.last.evaluation
    numbers = sorted(n for n in last.judged[name].truth.facts if n > 0)
    found = [last.view.by_number[n] for n in numbers]
    new = [f for f in found if f.fact.published > hybrids.begin]
    new.sort(key=lambda f: (f.fact.published, f.end), reverse=True)
    for bound in new[:MOST_FACTS]:
        fact = one_fact(last, bound.number)
        yield f"{fact.title}, {fact.period}: {fact.value} ({fact.kind}, published {fact.published}; {fact.source})"


# --- the score ---------------------------------------------------------------------------------------------------


def _parts(hybrids: Hybrids) -> list[o.Part]:
    first, last = _middle(hybrids.first.evaluation), _middle(hybrids.last.evaluation)
    if first is None or last is None:
        return []
    passed = _middle(hybrids.at(frozenset()))
    assert passed is not None, "whether conditions apply is asked in every world"
    found = {TIME: passed - first} | dict(shares(list(hybrids.new), lambda come: _middle(hybrids.at(come)) or 0.0))
    parts = [
        o.Part(cause=cause, by=by, text=show(by, _POINTS, signed=True), count=len(hybrids.new.get(cause, ())))
        for cause, by in found.items()
    ]
    return sorted(parts, key=lambda part: -abs(part.by))


def _middle(evaluation: Evaluation) -> float | None:
    """The score; of one with bounds its middle. None where no condition applies."""
    found = score(evaluation)
    return found.middle if found is not None else None


# --- figures ------------------------------------------------------------------------------------------------------


def _moved(before: Evaluation, after: Evaluation) -> Iterator[o.Moved]:
    """The figures that are read and are others now: inputs and metrics on which a judgement rests."""
    program = after.program
    for name in program.order:
        if name not in program.asked_for or not (name in program.inputs or name in program.metrics):
            continue
        one, other = (e.read(e.values[name]) for e in (before, after))
        if replace(one, causes=frozenset(), facts=frozenset()) != replace(other, causes=frozenset(), facts=frozenset()):
            if isinstance(one, Figure) and isinstance(other, Figure) and not (one.known or other.known):
                continue
            yield o.Moved(name=name, title=title(program, name), before=_value(before, name), after=_value(after, name))


def _value(evaluation: Evaluation, name: str) -> Shown:
    value = evaluation.read(evaluation.values[name])
    return shown(evaluation, value, kind_of(evaluation, name), currency=evaluation.currencies.get(name))
