"""What a judgement may say, and which judgements are asked for where none is named.

In: an `Evaluation`. Out: outcomes, names. Must not know reports. A judgement is a verdict, or a kill that has not happened.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.program import program as p
from evaluator.engine.evaluation import Evaluation, Status, in_window
from evaluator.prepared.form import Found, Whole
from evaluator.values.values import May, Words

HAPPENS, NOT = "happens", "does not happen"


def judgements(today: Evaluation, asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Those asked for; where none is named all verdicts, and all kills that may still happen."""
    return tuple(asked) or (*today.program.verdicts, *_watched(today))


def outcomes(evaluation: Evaluation, judgement: str) -> tuple[str, ...]:
    """What a verdict may say, or a kill may do."""
    return said(evaluation.program, Whole(evaluation), judgement)


def said(program: p.Program, found: Found, judgement: str) -> tuple[str, ...]:
    """The same of what is read of a world."""
    if judgement in program.kills:
        possible = found.happened(judgement).possible
        return tuple(word for may, word in ((May.TRUE, HAPPENS), (~May.TRUE, NOT)) if possible & may)
    words = found.now(judgement)
    assert isinstance(words, Words)
    return words.possible or ()


def _watched(today: Evaluation) -> tuple[str, ...]:
    """The kills that may still happen: their time is not over, and they held neither yet nor when the thesis began."""
    program, day = today.program, today.clock.as_of

    def may(kill: p.Kill) -> bool:
        event = today.events.get(kill.name)
        begun_so = event is not None and event.status is Status.ALREADY
        return not begun_so and in_window(kill, program.since, day) and today.happened(kill).value is not True

    return tuple(name for name, kill in program.kills.items() if may(kill))
