"""The unknown of each type: the one place that says what stands where nothing is known.

In: a kind of the checker, or a value; causes and facts. Out: a value of that kind that is unknown. Must not know names,
facts or expressions.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl.types.units import Kind
from evaluator.values.values import NO_FACTS, Causes, Day, Facts, Figure, Members, Single, Truth, Words

_OTHER: dict[Kind, Callable[[None, Causes, Facts], Single]] = {
    Kind.FLAG: Truth.of,
    Kind.CHOICE: Words,
    Kind.TEXT: Words,
    Kind.SET: Members,
    Kind.DATE: Day,
}
"""What is no figure."""


def unknown(kind: Kind, causes: Causes, facts: Facts = NO_FACTS) -> Single:
    """The unknown of a kind."""
    other = _OTHER.get(kind)
    return Figure.unknown(causes, facts) if other is None else other(None, causes, facts)


def unknown_like(value: Single, causes: Causes, facts: Facts = NO_FACTS) -> Single:
    """The unknown of a value's own kind."""
    if isinstance(value, Figure):
        return Figure.unknown(causes, facts)
    return Truth.of(None, causes, facts) if isinstance(value, Truth) else type(value)(None, causes, facts)
