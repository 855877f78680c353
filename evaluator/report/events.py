"""Kills and catalysts as a report shows them: what became of them, on which day and figures, and how they stand today.

In: an `Evaluation` with its events. Out: parts of the result model. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl.program import program as p
from evaluator.engine.evaluation import Evaluation, Event, State, Status
from evaluator.report.checks import checks, reasons, state
from evaluator.report.sentences import phrase, pieces
from evaluator.schema import report as r
from evaluator.values.series import expect
from evaluator.values.values import Truth


def kill_result(evaluation: Evaluation, kill: p.Kill) -> r.KillResult:
    """A kill: judged once, and beside it what its condition says today."""
    truth, event = _truth(evaluation, kill.name), _event(evaluation, kill.name)
    happened = event.status is Status.HAPPENED
    then = event.evaluation if happened else None
    return r.KillResult(
        name=kill.name,
        title=kill.title,
        by=kill.by,
        days_left=(kill.by - evaluation.clock.as_of).days if kill.by else None,
        status=event.status.value,
        day=event.day,
        state=state(truth),
        near=event.status is Status.WATCHED and truth.value is True,
        written=kill.when.text,
        because=phrase(then, kill.because) if then is not None else "",
        said=pieces(then, kill.because) if then is not None else [],
        then=checks(then, kill.when) if then is not None else [],
        checks=checks(evaluation, kill.when),
        reasons=reasons(evaluation.program, event.missing or truth.causes),
    )


def catalyst_result(evaluation: Evaluation, catalyst: p.Catalyst) -> r.CatalystResult:
    """A catalyst: judged once, and beside it what it expects of today's figures."""
    event = _event(evaluation, catalyst.name)
    judged = event.evaluation if event.status in (Status.MET, Status.MISSED) else None
    return r.CatalystResult(
        name=catalyst.name,
        title=catalyst.title,
        day=catalyst.day,
        days_left=(catalyst.day - evaluation.clock.as_of).days,
        status=event.status.value,
        judged=event.day,
        written=catalyst.expects.text,
        because=phrase(judged, catalyst.because) if judged is not None and event.status is Status.MET else "",
        said=pieces(judged, catalyst.because) if judged is not None and event.status is Status.MET else [],
        then=checks(judged, catalyst.expects) if judged is not None else [],
        checks=checks(evaluation, catalyst.expects),
        reasons=reasons(evaluation.program, event.missing),
    )


def next_catalyst(evaluation: Evaluation) -> str:
    """The catalyst that comes next, or is still open, by its day; '' where there is none."""
    program = evaluation.program
    waiting = (Status.UPCOMING, Status.PENDING)
    due = [c for c in program.catalysts.values() if _event(evaluation, c.name).status in waiting]
    ahead = [c for c in due if c.day >= evaluation.clock.as_of] or due
    return min(ahead, key=lambda c: (c.day, c.name)).name if ahead else ""


def _truth(evaluation: Evaluation, name: str) -> Truth:
    return expect(evaluation.of(name), Truth)


def _event(evaluation: Evaluation, name: str) -> Event:
    kill = name in evaluation.program.kills
    return evaluation.events.get(name, Event(name, Status.WATCHED if kill else Status.UPCOMING))


def alarms(evaluation: Evaluation) -> list[r.Alarm]:
    """What stands above the verdicts: kills that have happened, critical bears that are true, catalysts that were missed."""
    return list(_alarms(evaluation))


def _alarms(evaluation: Evaluation) -> Iterable[r.Alarm]:
    program = evaluation.program
    for kill in program.kills.values():
        event = _event(evaluation, kill.name)
        if event.status is Status.HAPPENED:
            yield r.Alarm(kind="kill", name=kill.name, title=kill.title, day=event.day)
    for condition in program.conditions.values():
        holds = evaluation.judged[condition.name].state is State.TRUE
        if holds and condition.critical and condition.side is p.Side.BEAR:
            yield r.Alarm(kind="critical bear", name=condition.name, title=condition.title, day=None)
    for catalyst in program.catalysts.values():
        if _event(evaluation, catalyst.name).status is Status.MISSED:
            yield r.Alarm(kind="missed catalyst", name=catalyst.name, title=catalyst.title, day=catalyst.day)
