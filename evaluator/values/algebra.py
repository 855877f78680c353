"""The arithmetic and the logic that stand more than once: one protocol, and the functions that are written over it.

In: figures `N` and truths `B` of some kind. Out: the same. Must not know which kind: `bounds.py` has bounds of floats with
causes and facts, `evaluator/proofs` has terms for the solver; columns of bounds are a third. A formula that is written over
an `Algebra` means the same in all of them, and laws in tests/evaluator/values hold each to the same tables and bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from evaluator.values import bounds
from evaluator.values.values import Figure, Truth

N = TypeVar("N")
B = TypeVar("B")


class Algebra(Protocol[N, B]):
    """What can be done with figures that may be bounded or unknown, and with truths that may be unknown."""

    def exact(self, value: float, /) -> N:
        """One number."""

    def nothing(self, reason: str, /) -> N:
        """There is no such number, for a reason in words."""

    def add(self, a: N, b: N, /) -> N:
        """a + b."""

    def subtract(self, a: N, b: N, /) -> N:
        """a − b."""

    def negative(self, a: N, /) -> N:
        """−a."""

    def multiply(self, a: N, b: N, /) -> N:
        """a × b."""

    def divide(self, a: N, b: N, /) -> N:
        """a ÷ b; there is no such number where b can be 0."""

    def ratio(self, a: N, base: N, reason: str, /) -> N:
        """a ÷ base, of a base above 0; where it can be 0 or less there is no such number, for that reason."""

    def power(self, base: N, exponent: N, /) -> N:
        """base ^ exponent."""

    def absolute(self, a: N, /) -> N:
        """|a|; at least 0 of what is unknown."""

    def smallest(self, items: Sequence[N], /) -> N:
        """The least of some: at most the least that is known."""

    def largest(self, items: Sequence[N], /) -> N:
        """The greatest of some: at least the greatest that is known."""

    def total(self, items: Sequence[N], /) -> N:
        """The sum of some."""

    def compare(self, operator: str, a: N, b: N, /) -> B:
        """a < b and so on (< <= > >= = !=), within the tolerance of `values.REL_TOLERANCE`."""

    def negate(self, a: B, /) -> B:
        """Kleene's not."""

    def conjunction(self, items: Iterable[B], /) -> B:
        """Kleene's and."""

    def disjunction(self, items: Iterable[B], /) -> B:
        """Kleene's or."""


OPERATORS: dict[str, Callable[[Algebra[Any, Any]], Callable[[Any, Any], Any]]] = {
    "+": lambda a: a.add, "-": lambda a: a.subtract, "*": lambda a: a.multiply, "/": lambda a: a.divide,
    "^": lambda a: a.power,
}  # fmt: skip
"""What each operator of the language does in an algebra."""

FIGURES: Algebra[Figure, Truth] = bounds
"""The reference: bounds of floats, with causes and facts."""
