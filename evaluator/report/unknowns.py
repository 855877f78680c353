"""Which missing figure would show most, as a report ranks them.

In: an `Evaluation`, the figures that are missing with what would be left if they were known. Out: `UnknownResult`s, the
most telling first. Must not know templates.

A figure's gain is how many outcomes fall away on average over the worlds in which it is known, each of them as likely
as the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from evaluator.engine.evaluation import Evaluation
from evaluator.explore.if_known import Left, Missing, left
from evaluator.facts.roles import same_line
from evaluator.report.checks import reasons, title
from evaluator.schema.report import Narrowing, UnknownResult


def unknowns(evaluation: Evaluation, missing: Iterable[Missing], not_read: Collection[str] = ()) -> list[UnknownResult]:
    """Each figure that is missing, ranked by what knowing it would tell. `not_read`: what the facts give besides."""
    now = left(evaluation)
    found = [_unknown(evaluation, now, figure, not_read) for figure in missing]
    return sorted(found, key=lambda u: (-u.gain, -u.score_gain, -u.weight, u.name))


def _unknown(evaluation: Evaluation, now: Left, missing: Missing, not_read: Collection[str]) -> UnknownResult:
    program = evaluation.program
    narrowed = [n for v in program.verdicts if (n := _narrowing(evaluation, now, missing.worlds, v)) is not None]
    declared = program.inputs.get(missing.name)
    conditions = [program.conditions[c] for c in missing.conditions]
    return UnknownResult(
        name=missing.name,
        title=title(program, missing.name),
        required=declared is not None and not declared.optional,
        wanted=reasons(program, missing.causes),
        not_read=same_line(missing.name, not_read),
        conditions=list(missing.conditions),
        weight=sum(c.weight for c in conditions),
        pillars=list(dict.fromkeys(x for c in conditions for x in c.pillars)),
        verdicts=narrowed,
        gain=round(sum(n.now - n.then for n in narrowed), 9),
        score_gain=_score_gain(now, missing.worlds),
    )


def _narrowing(evaluation: Evaluation, now: Left, worlds: tuple[Left, ...], verdict: str) -> Narrowing | None:
    possible = now.outcomes[verdict]
    if len(possible) < 2 or not worlds:
        return None
    outcomes = [w.outcomes[verdict] for w in worlds]
    then = sum(len(o) for o in outcomes) / len(outcomes)
    if then >= len(possible):
        return None
    sets = [list(o) for o in dict.fromkeys(outcomes)]
    return Narrowing(
        verdict=verdict, title=title(evaluation.program, verdict), now=len(possible), then=round(then, 9), outcomes=sets
    )


def _score_gain(now: Left, worlds: tuple[Left, ...]) -> float:
    widths = [w.score.high - w.score.low for w in worlds if w.score is not None]
    if now.score is None or not widths:
        return 0.0
    return round(max(0.0, (now.score.high - now.score.low) - sum(widths) / len(widths)), 9)
