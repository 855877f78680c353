"""The steps of a tape without causes and facts, for who asks what comes out and not why.

In: steps, values. Out: the same steps over values that rest on nothing, with the same figures, truths and words (a law in tests). Must not
know expressions or programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from evaluator.engine.evaluation import Judged
from evaluator.prepared.tape import Step
from evaluator.values import bounds as v
from evaluator.values.values import NO_CAUSES, NO_FACTS, Figure, May, Truth, Words

_TRUTHS = tuple(Truth(May(n)) for n in range(8))
_TRUE, _FALSE = _TRUTHS[May.TRUE], _TRUTHS[May.FALSE]


def bare(value: Any) -> Any:
    """A value that rests on nothing."""
    match value:
        case Truth():
            return _TRUTHS[value.possible]
        case Figure() | Words() if value.causes or value.facts:
            return replace(value, causes=NO_CAUSES, facts=NO_FACTS)
        case Judged():
            return replace(value, truth=bare(value.truth))
    return value


def _and(*truths: Truth) -> Truth:
    if all(t.possible is May.TRUE for t in truths):
        return _TRUE
    return _FALSE if any(t.possible is May.FALSE for t in truths) else _TRUTHS[v.conjunction(truths).possible]


def _or(*truths: Truth) -> Truth:
    if all(t.possible is May.FALSE for t in truths):
        return _FALSE
    return _TRUE if any(t.possible is May.TRUE for t in truths) else _TRUTHS[v.disjunction(truths).possible]


_NOT = tuple(v.negate(t) for t in _TRUTHS)


def _negated(truth: Truth) -> Truth:
    return _NOT[truth.possible]


_FORMS: Mapping[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "not": _negated,
    **{f"compare {operator}": partial(v.compare, operator) for operator in ("<", "<=", ">", ">=", "=", "!=")},
}


def stripped(steps: Iterable[Step]) -> tuple[tuple[Step, ...], Mapping[int, int]]:
    """Steps in order without those that change causes alone, and by the slot of each of these the slot that holds the same."""
    same: dict[int, int] = {}
    found = []
    for step in steps:
        places = tuple(same.get(place, place) for place in step.places)
        if step.kind in ("same", "resting"):
            same[step.slot] = places[0]
        else:
            found.append(Step(step.slot, step.kind, _FORMS.get(step.kind, step.function), places))
    return tuple(found), same
