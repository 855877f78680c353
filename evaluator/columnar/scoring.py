"""The score of all names at once: the least and the most that it may be.

In: a lowering, conditions. Out: two columns, and where there is none. Must not know tables.

`verdicts.score_of` looks for the best choice of what each condition may add, step by step. Of these fractions the best is plain:
each condition adds −1, 0 or 1 times its weight above the line and its weight below, or leaves both. For the least, what may be −1 is
−1; what may be 0 is 0; what may leave leaves, but for a 0 where the rest is above 0, which it brings down. Only where nothing else
is left does a condition count that could leave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dsl.program.program import Condition, Side
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.lowering import Lowering


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a condition may be for the score: true, false, and whether it may leave it."""

    weight: float
    true: Term
    false: Term
    leaves: Term


def scored(e: Lowering, conditions: Iterable[Condition], bull: Side) -> tuple[Term, Term, Term]:
    """The least, the most, and where no condition counts at all."""
    k = e.k
    sides: dict[bool, list[_Counted]] = {True: [], False: []}
    for condition in conditions:
        applies, holds = e.applies(condition), e.truth(condition.when, 0)
        there = applies.true
        leaves = k.any(applies.false, applies.nm, holds.nm)
        sides[condition.side is bull].append(
            _Counted(condition.weight, k.both(there, holds.true), k.both(there, holds.false), leaves)
        )
    low, none = _least(e, sides[True], sides[False])
    high, _ = _least(e, sides[False], sides[True])
    return low, k.when(k.eq(high, k.const(0.0)), high, k.neg(high)), none  # of 0 it is no −0


_SANE = 1e-9
"""Of a smaller part of all weights a condition that is open may not show in a float."""


def decided(e: Lowering, conditions: Sequence[Condition], bull: Side) -> Term | None:
    """The score where it is one number, else null. None where conditions may leave it while they are decided: then `scored` says.

    A condition that is open moves the score, whatever the others are, so that it is one number where none is.
    """
    k, weights = e.k, [c.weight for c in conditions]
    total = math.fsum(weights)
    truths = [e.truth(c.when, 0) for c in conditions]
    if any(c.applies is not None for c in conditions) or not all(map(e.f.says_plainly, truths)):
        return None
    if not weights or min(weights) < _SANE * total:
        return None
    found = k.weighed([
        (e.f.holds(t), c.weight if c.side is bull else -c.weight) for c, t in zip(conditions, truths, strict=True)
    ])  # fmt: skip
    open_ = k.any(*(k.is_null(t.sure) for t in truths if t.sure is not None))
    return k.when(open_, k.null("f"), k.div(found, k.const(total)))


def _least(e: Lowering, up: list[_Counted], down: list[_Counted]) -> tuple[Term, Term]:
    """The least ratio, where `up` counts 1 and `down` −1."""
    k, zero, total = e.k, e.k.const(0.0), e.k.weighed
    stays, above, flexible, optional = [], [], [], []
    for c in up:
        must = k.both(c.true, k.negated(c.false), k.negated(c.leaves))
        above.append((must, c.weight))
        stays.append((k.any(must, k.both(c.false, k.negated(c.leaves))), c.weight))
        flexible.append((k.both(c.false, c.leaves), c.weight))
        optional.append(k.both(c.true, c.leaves, k.negated(c.false)))
    for c in down:
        above.append((c.true, -c.weight))
        stays.append((k.any(c.true, k.both(c.false, k.negated(c.leaves))), c.weight))
        flexible.append((k.both(c.false, c.leaves, k.negated(c.true)), c.weight))
    over, under, more = total(above), total(stays), total(flexible)
    below = k.when(k.lt(zero, over), k.add(under, more), under)
    alone = k.any(*optional)
    something = k.lt(zero, below)
    ratio = k.div(over, k.when(something, below, k.const(1.0)))
    beside = k.when(k.lt(zero, more), zero, k.const(1.0))
    none = k.negated(k.any(something, k.lt(zero, more), alone))
    return k.when(something, ratio, beside), none
