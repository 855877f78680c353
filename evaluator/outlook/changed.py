"""What turned between two days, and why, as the result model says it.

In: the runs of the two days. Out: `ChangesOutput`. Must not know files or how it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Literal

from dsl.link.difference import Difference
from dsl.program import program as p
from dsl.text.record import record
from dsl.types.units import Kind, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.explore.attribution import Share, shares
from evaluator.explore.judged import outcomes
from evaluator.known.bind import BoundFact
from evaluator.outlook.figures import as_calculated, judgement
from evaluator.outlook.flipped import flipped
from evaluator.outlook.hybrids import Edited, Hybrids, NotMixed
from evaluator.report.checks import PERCENT, shown, title
from evaluator.report.doubts import alerts
from evaluator.report.fact_list import one_fact
from evaluator.report.worlds import settings, what_if
from evaluator.schema import outlook as o
from evaluator.session.run import Run
from evaluator.values.display import describe, show
from evaluator.values.values import Figure

TIME = "time"
MOST_FACTS = 5
"""So many facts are named under a condition."""
MOST_WAYS = 3
"""So many ways back are named under a verdict."""
WORDS_ONLY = "words"
"""The group of edits that change titles and texts, and no meaning."""
_NONE = 1e-12
"""A change of the score that is no more than rounding."""
_POINTS = Type(Kind.POINTS)

Role = Literal["verdict", "kill", "catalyst", "pillar", "condition"]


NOT_THERE = "not in the rules"
"""What something is judged to be by rules that do not have it."""


@record
class Earlier:
    """The rules of the first day, where they were edited since."""

    called: str
    """`the rules of 2026-02-01 (commit 1a2b3c4d5e)`."""
    edited: Edited
    """These rules as of the last day, and with some of the edits alone."""
    edits: Sequence[Difference]


def changed(first: Run, last: Run, earlier: Earlier | None = None) -> o.ChangesOutput:
    """What is judged otherwise in the later of two runs on the same company's facts, and what made it so. `earlier`: where the
    rules of the first run are not those of the last."""
    edited = earlier.edited if earlier is not None and earlier.edited.earlier.fingerprint != last.fingerprint else None
    try:
        return _changed(Hybrids(first, last, edited), earlier)
    except NotMixed:
        assert edited is not None, "without edits nothing is mixed"
        return _changed(Hybrids(first, last, edited.together()), earlier)


def _changed(hybrids: Hybrids, earlier: Earlier | None) -> o.ChangesOutput:
    first, last, program = hybrids.first, hybrids.last, hybrids.last.program
    edits = [d for d in earlier.edits if d.group != WORDS_ONLY] if earlier is not None else []
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
        turned=_with_ways_back(first.evaluation, last, list(_turned(hybrids))),
        score_before=shown(first.evaluation, before, PERCENT, signed=True) if before is not None else None,
        score_after=shown(last.evaluation, after, PERCENT, signed=True) if after is not None else None,
        parts=_parts(hybrids, edits),
        moved=list(_moved(first.evaluation, last.evaluation)),
        rules_before=earlier.called if earlier is not None else None,
        edits=[
            o.Edit(
                group=d.group,
                action=d.action,
                keyword=d.keyword,
                name=d.name,
                part=d.part,
                was=d.was,
                now=d.now,
                note=d.note,
            )
            for d in edits
        ],
    )


# --- what turned ------------------------------------------------------------------------------------------------


def _turned(hybrids: Hybrids) -> Iterator[o.Turned]:
    first, last = hybrids.first.evaluation, hybrids.last.evaluation
    roles: tuple[Role, ...] = ("verdict", "kill", "catalyst", "pillar", "condition")
    for role in roles:
        for name in dict.fromkeys((*_table(last.program, role), *_table(first.program, role))):
            program = last.program if name in _table(last.program, role) else first.program
            before, after = _says(first, name, role), _says(last, name, role)
            if before != after:
                facts = list(_facts(hybrids, name)) if role == "condition" and after != NOT_THERE else []
                yield o.Turned(
                    name=name,
                    title=title(program, name),
                    role=role,
                    before=before,
                    after=after,
                    causes=_causes(hybrids, name, role, after),
                    shares=list(_shares(hybrids, name, role, after)),
                    facts=facts,
                    back=[],
                )


def _table(program: p.Program, role: Role) -> Mapping[str, p.Declared]:
    tables: dict[Role, Mapping[str, p.Declared]] = {
        "verdict": program.verdicts,
        "kill": program.kills,
        "catalyst": program.catalysts,
        "pillar": program.pillars,
        "condition": program.conditions,
    }
    return tables[role]


def _with_ways_back(first: Evaluation, last: Run, turned: list[o.Turned]) -> list[o.Turned]:
    """With the smallest changes that bring back what verdicts said before, of those that were and are decided: with figures that
    are all known nothing brings an open answer back."""
    was = {
        t.name: outcomes(first, t.name) for t in turned if t.role == "verdict" and NOT_THERE not in (t.before, t.after)
    }
    names = [n for n, words in was.items() if len(words) == len(outcomes(last.evaluation, n)) == 1]
    if not names:
        return turned
    found = [c for c in flipped(last, names).changes if tuple(c.outcomes) == was[c.judgement]]
    return [
        t.model_copy(update={"back": [c for c in found if t.role == "verdict" and c.judgement == t.name][:MOST_WAYS]})
        for t in turned
    ]


def _says(evaluation: Evaluation, name: str, role: Role) -> str:
    """What something is judged to be, in words."""
    if name not in _table(evaluation.program, role):
        return NOT_THERE
    if role in ("kill", "catalyst"):
        return evaluation.events[name].status.value
    if role == "condition":
        return evaluation.judged[name].state.value
    return describe(evaluation.read(evaluation.values[name]), Type(Kind.VERDICT if role == "verdict" else Kind.PILLAR))


def _causes(hybrids: Hybrids, name: str, role: Role, after: str) -> list[str]:
    """The fewest causes with which it comes out as it is now."""
    causes = hybrids.causes_of([name])
    for size in range(len(causes) + 1):
        for some in combinations(causes, size):
            if _says(hybrids.at(frozenset(some)), name, role) == after:
                return list(some) or [TIME]
    return []


def _shares(hybrids: Hybrids, name: str, role: Role, after: str) -> Iterator[o.TurnedShare]:
    """How much of it each cause is: the Shapley values of whether it comes out as it is now, 1 or 0, which add up to 1."""

    def is_so(come: frozenset[str]) -> float:
        return float(_says(hybrids.at(come), name, role) == after)

    found = {TIME: Share(is_so(frozenset()))} | dict(shares(hybrids.causes_of([name]), is_so))
    found |= {cause: Share(0.0) for cause in hybrids.edits if cause not in found}
    below = {name, *hybrids.last.program.upstream([name])} if name in hybrids.last.program.position else set()
    for cause, each in sorted(found.items(), key=lambda one: -abs(one[1].by)):
        if each.by or cause in hybrids.edits:
            facts = [
                x.fact.name for x in hybrids.new.get(cause, ()) if isinstance(x, BoundFact) and x.fact.name in below
            ]
            of = [title(hybrids.last.program, n) for n in dict.fromkeys(facts)]
            yield o.TurnedShare(cause=cause, share=each.by, error=each.error, of=of)


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


def _parts(hybrids: Hybrids, edits: Sequence[Difference]) -> list[o.Part]:
    first, last = _middle(hybrids.first.evaluation), _middle(hybrids.last.evaluation)
    if first is None or last is None:
        return []
    passed = _middle(hybrids.at(frozenset()))
    assert passed is not None, "whether conditions apply is asked in every world"
    conditions = {**hybrids.first.program.conditions, **hybrids.last.program.conditions}
    found = dict.fromkeys((TIME, *hybrids.new), Share(0.0)) | {TIME: Share(passed - first)}
    found |= shares(hybrids.causes_of(conditions), lambda come: _middle(hybrids.at(come)) or 0.0)
    whole = last - first
    counts = {cause: len(items) for cause, items in hybrids.new.items()}
    for cause, names in hybrids.edits.items():
        counts[cause] = sum(1 for d in edits if not names or d.name in names)
    parts = [
        o.Part(
            cause=cause,
            by=each.by,
            error=each.error,
            text=show(each.by, _POINTS, signed=True),
            share=each.by / whole + 0.0 if abs(whole) > _NONE else None,  # never -0%
            count=counts.get(cause, 0),
        )
        for cause, each in found.items()
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
        if name not in before.values or program.declared(name).type != before.program.declared(name).type:  # type: ignore[attr-defined]
            continue
        one, other = (e.read(e.values[name]) for e in (before, after))
        if replace(one, causes=frozenset(), facts=frozenset()) != replace(other, causes=frozenset(), facts=frozenset()):
            if isinstance(one, Figure) and isinstance(other, Figure) and not (one.known or other.known):
                continue
            yield o.Moved(
                name=name,
                title=title(program, name),
                before=as_calculated(before, name),
                after=as_calculated(after, name),
            )
