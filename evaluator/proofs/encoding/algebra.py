"""The algebra of terms: what `arithmetic.py` and `kleene.py` do, as `evaluator/values/algebra.py` asks for it.

In: terms. Out: terms. Must not know names or expressions.
"""

from __future__ import annotations

from dsl.text.record import record
from evaluator.proofs.encoding import arithmetic, kleene
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.terms import Loose, Num


@record
class Terms:
    """Figures `Num` and truths `Tri`; what a formula of the solver cannot say exactly comes from `loose`."""

    loose: Loose

    add = staticmethod(arithmetic.add)
    subtract = staticmethod(arithmetic.subtract)
    negative = staticmethod(arithmetic.negative)
    multiply = staticmethod(arithmetic.multiply)
    absolute = staticmethod(arithmetic.absolute)
    smallest = staticmethod(arithmetic.smallest)
    largest = staticmethod(arithmetic.largest)
    total = staticmethod(arithmetic.total)
    compare = staticmethod(kleene.compare)
    negate = staticmethod(kleene.negate)
    conjunction = staticmethod(kleene.conjunction)
    disjunction = staticmethod(kleene.disjunction)

    def exact(self, value: float, /) -> Num:
        """One number, by the digits that are written."""
        return t.exact(t.fraction(value))

    def nothing(self, reason: str, /) -> Num:
        """There is no such number."""
        return t.meaningless()

    def divide(self, a: Num, b: Num, /) -> Num:
        """a ÷ b."""
        return arithmetic.divide(a, b, self.loose)

    def ratio(self, a: Num, base: Num, reason: str, /) -> Num:
        """a ÷ base, of a base above 0."""
        return arithmetic.ratio(a, base, self.loose)

    def power(self, base: Num, exponent: Num, /) -> Num:
        """base ^ exponent."""
        return arithmetic.power(base, exponent, self.loose)
