"""Conditions -> status of a pillar, score, outcome of a table. Each is a set or an interval where something is unknown.

In: an engine under way (values of conditions), declarations. Out: statuses, outcomes; of what it came to, the score. Must not know
facts files or reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from evaluator.engine.evaluation import Evaluation, Judged, State
from evaluator.engine.expressions import Engine
from evaluator.values.series import Value, expect
from evaluator.values.shared import union
from evaluator.values.values import NO_CAUSES, Causes, Facts, Figure, May, Truth, Words, because

STATUSES = ("supported", "undermined", "contested", "open")
NO_ROW = "No row holds"
"""What a table without `otherwise` says when none of its rows holds."""


def judge(engine: Engine, condition: p.Condition) -> Judged:
    """The state of a condition: not applicable where `applies when` does not hold."""
    truths = [expect(engine.read(engine.values[condition.name]), Truth)]
    if condition.applies is not None:
        truths += [engine.found(condition.applies), engine.found(condition.when)]
    found: Judged = engine.does.made(judged, *truths)
    return found


def judged(truth: Truth, applies: Truth | None = None, holds: Truth | None = None) -> Judged:
    """The same by its truths: the condition's own, and of `applies when` and `when` where it has the first."""
    if applies is None or holds is None:
        return Judged(_state(truth), truth, truth.possible & May.OPEN, bool(truth.possible & May.NM))
    if not applies.possible & May.TRUE:
        return Judged(State.NOT_APPLICABLE, applies, May(0), True)
    counts, leaves = holds.possible & May.OPEN, applies.value is not True or bool(holds.possible & May.NM)
    if applies.value is True or not holds.possible & May.TRUE:
        # Where `when` is false it is not true whether it applies or not: only its weight may leave the score.
        return Judged(_state(holds), holds, counts, leaves)
    both = Truth(truth.possible, holds.causes | applies.causes, holds.facts | applies.facts)
    return Judged(State.UNKNOWN, both, counts, leaves)


def _state(truth: Truth) -> State:
    if truth.nm:
        return State.NOT_MEANINGFUL
    return State.UNKNOWN if truth.value is None else State.TRUE if truth.value else State.FALSE


# --- pillars -----------------------------------------------------------------------------------------------


def pillar_status(engine: Engine, pillar: p.Pillar) -> Value:
    """supported (some bull true, no bear), undermined (the reverse), contested (both), open (neither).

    Where unknown conditions could change it, the statuses that are still possible.
    """
    speaking = engine.program.speaking(pillar.name)
    found: Words = engine.does.made(
        partial(statuses, pillar, tuple(c.side for c in speaking)),
        *(engine.judged[c.name] for c in speaking),
        _applies(engine, pillar),
    )
    return found


def _applies(engine: Engine, judged: p.Pillar | p.Verdict) -> Truth | None:
    return engine.truth(judged.applies) if judged.applies is not None else None


def statuses(pillar: p.Pillar, of: Sequence[p.Side], *given: Judged | Truth | None) -> Words:
    """The statuses of a pillar that are possible. `given`: the conditions that speak of it, whose sides are `of`, as they are
    judged, and last whether it applies (None: always)."""
    *conditions, applies = given
    sides: dict[p.Side, set[bool]] = {}
    causes: Causes = NO_CAUSES
    facts: Facts = frozenset()
    for side in p.Side:
        judged = [j for j, its in zip(conditions, of, strict=True) if its is side and isinstance(j, Judged)]
        certain = any(j.state is State.TRUE for j in judged)
        unknown = [j for j in judged if j.state is State.UNKNOWN and j.truth.possible & May.TRUE]
        sides[side] = {True} if certain else ({True, False} if unknown else {False})
        if not certain:
            causes |= union(j.truth.causes for j in unknown)
        decided = [j for j in judged if j.state is State.TRUE] or judged
        facts |= union(j.truth.facts for j in decided)
    possible = {status_of(bull, bear) for bull in sides[p.Side.BULL] for bear in sides[p.Side.BEAR]}
    ordered = tuple(s for s in STATUSES if s in possible)
    assert applies is None or isinstance(applies, Truth)
    return _where_it_applies(pillar, ordered, causes, facts, applies)


def _where_it_applies(
    judged: p.Pillar | p.Verdict, possible: tuple[str, ...], causes: Causes, facts: Facts, applies: Truth | None
) -> Words:
    """What is possible of a pillar or a table, with what its `applies when` says: that it does not apply, or may not."""
    if applies is None:
        return Words(possible, causes if len(possible) > 1 else NO_CAUSES, facts)
    if not applies.possible & May.TRUE:
        return Words((DOES_NOT_APPLY,), _why(judged, applies), applies.facts)
    if applies.value is not True:
        possible = (*possible, DOES_NOT_APPLY)
    causes = causes | applies.causes if len(possible) > 1 else NO_CAUSES
    return Words(possible, causes, facts | applies.facts)


def _why(judged: p.Pillar | p.Verdict, applies: Truth) -> Causes:
    """Why what reads it means nothing."""
    assert judged.applies is not None
    return applies.causes | because(f"it applies only where {judged.applies.text}", judged.name)


def status_of(bull: bool, bear: bool) -> str:
    """By whether some bull and some bear are true."""
    if bull:
        return "contested" if bear else "supported"
    return "undermined" if bear else "open"


# --- tables ---------------------------------------------------------------------------------------------------


def verdict_outcomes(engine: Engine, verdict: p.Verdict) -> Value:
    """The outcome of the first row that is true; with unknown rows before it, every outcome still possible."""
    rows = engine.rows[verdict.name] = _row_truths(engine, verdict)
    found: Words = engine.does.made(partial(outcomes, verdict), *rows, _applies(engine, verdict))
    return found


def outcomes(verdict: p.Verdict, *given: Truth | None) -> Words:
    """The same by whether each row holds, and last whether the table applies (None: always)."""
    *rows, applies = given
    possible: dict[str, None] = {}
    causes: Causes = NO_CAUSES
    facts: Facts = frozenset()
    for row, truth in zip(verdict.rows, rows, strict=True):
        assert truth is not None
        facts |= truth.facts
        if not truth.possible & May.TRUE:  # false, or not meaningful: the row does not hold
            continue
        possible[row.outcome] = None
        if truth.value:
            break
        causes |= truth.causes
    else:
        possible[NO_ROW] = None
    return _where_it_applies(verdict, tuple(possible), causes, facts, applies)


def _row_truths(engine: Engine, verdict: p.Verdict) -> tuple[Truth, ...]:
    """Whether each row holds; `otherwise` always does."""
    return tuple(engine.truth(row.when) if row.when is not None else Truth.of(True) for row in verdict.rows)


# --- score ------------------------------------------------------------------------------------------------------


def score(evaluation: Evaluation) -> Figure | None:
    """Weights of true bulls less true bears over all weights, from −1 to 1; an interval where some are unknown.

    What is not applicable leaves the sum. None where no condition applies.
    """
    causes: Causes = NO_CAUSES
    facts: Facts = frozenset()
    for condition in evaluation.program.conditions.values():
        judged = evaluation.judged[condition.name]
        if judged.state is State.UNKNOWN:
            causes |= judged.truth.causes
        facts |= judged.truth.facts
    found = score_of([(c, evaluation.judged[c.name]) for c in evaluation.program.conditions.values()])
    return Figure(*found, causes if found[0] != found[1] else NO_CAUSES, facts) if found is not None else None


def score_of(conditions: Sequence[tuple[p.Condition, Judged]]) -> tuple[float, float] | None:
    """The least and the most that the score may be, of conditions as they are judged."""
    options: list[list[tuple[float, float]]] = []  # for each condition what it may add above and below the line
    for condition, judged in conditions:
        signed = condition.weight if condition.side is p.Side.BULL else -condition.weight
        choices = [(signed, condition.weight)] if judged.counts & May.TRUE else []
        choices += [(0.0, condition.weight)] if judged.counts & May.FALSE else []
        choices += [(0.0, 0.0)] if judged.leaves and judged.counts else []
        if choices:
            options.append(choices)
    low, high = _least(options), _least([[(-above, below) for above, below in choices] for choices in options])
    return None if low is None or high is None else (low, 0.0 - high)  # of 0 it is no −0


def _least(options: list[list[tuple[float, float]]]) -> float | None:
    """The least ratio of the sums over one choice from each: Dinkelbach's iteration (1967), which ends after a few steps
    since each one takes a strictly better choice."""
    ratio: float | None = None
    while True:
        guess = ratio if ratio is not None else 1.0
        picked = [min(choices, key=lambda c: (c[0] - guess * c[1], -c[1])) for choices in options]
        below = sum(c[1] for c in picked)
        if below == 0:
            return ratio
        better = sum(c[0] for c in picked) / below
        if ratio is not None and better >= ratio:
            return ratio
        ratio = better
