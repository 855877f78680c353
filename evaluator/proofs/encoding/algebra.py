"""The algebra of terms: what `terms.py` does, as `evaluator/values/algebra.py` asks for it.

In: terms. Out: terms. Must not know names or expressions.
"""

from __future__ import annotations

from dataclasses import dataclass

from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.terms import Loose, Num


@dataclass(frozen=True, slots=True)
class Terms:
    """Figures `Num` and truths `Tri`; what a formula of the solver cannot say exactly comes from `loose`."""

    loose: Loose

    add = staticmethod(t.add)
    subtract = staticmethod(t.subtract)
    negative = staticmethod(t.negative)
    absolute = staticmethod(t.absolute)
    smallest = staticmethod(t.smallest)
    largest = staticmethod(t.largest)
    total = staticmethod(t.total)
    compare = staticmethod(t.compare)
    negate = staticmethod(t.negate)
    conjunction = staticmethod(t.conjunction)
    disjunction = staticmethod(t.disjunction)

    def exact(self, value: float, /) -> Num:
        """One number, by the digits that are written."""
        return t.exact(t.fraction(value))

    def nothing(self, reason: str, /) -> Num:
        """There is no such number."""
        return t.unknown(undefined=True)

    def multiply(self, a: Num, b: Num, /) -> Num:
        """a × b."""
        return t.multiply(a, b, self.loose)

    def divide(self, a: Num, b: Num, /) -> Num:
        """a ÷ b."""
        return t.divide(a, b, self.loose)

    def ratio(self, a: Num, base: Num, reason: str, /) -> Num:
        """a ÷ base, of a base above 0."""
        return t.ratio(a, base, self.loose)

    def power(self, base: Num, exponent: Num, /) -> Num:
        """base ^ exponent."""
        return t.power(base, exponent, self.loose)
