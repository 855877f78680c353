"""Functions of conditions, of sets, and of what is known.

In: values of one period. Out: a value. Must not know periods.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values.algebra import Algebra, B
from evaluator.values.series import expect
from evaluator.values.shared import union
from evaluator.values.values import NO_CAUSES, Figure, May, Members, Single, Truth


@formula("any")
def disjunction(a: Algebra[Any, B], *truths: B) -> B:
    """Whether one is true."""
    return a.disjunction(truths)


@formula("all")
def conjunction(a: Algebra[Any, B], *truths: B) -> B:
    """Whether every one is true."""
    return a.conjunction(truths)


@gives("count")
def count(*items: Single, options: int) -> Figure:
    """How many members a set has (of one that is unknown: none to all of its options), or how many conditions are
    true: from those that are certain to those that are possible. What is not meaningful is not true."""
    first = items[0]
    if isinstance(first, Members):
        if first.members is None:
            return Figure(0.0, float(options), first.causes, first.facts)
        return Figure.exact(float(len(first.members)), first.facts)
    truths = [expect(i, Truth) for i in items]
    certain = sum(t.value is True for t in truths)
    possible = sum(bool(t.possible & May.TRUE) for t in truths)
    causes = union(t.causes for t in truths if t.unknown) if certain != possible else NO_CAUSES
    return Figure(float(certain), float(possible), causes, union(t.facts for t in truths))


@gives("first_known")
def first_known(*items: Single) -> Single:
    """The first that is known; what is unknown or not meaningful is passed over. Else the unknown of all."""
    known = next((i for i in items if i.known), None)
    if known is not None:
        return known
    return replace(items[-1], causes=union(i.causes for i in items))
