"""Every implementation of the algebra of `evaluator/values/algebra.py`, with how a test makes and reads its figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import z3

from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.algebra import Terms
from evaluator.proofs.encoding.logic import is_constant
from evaluator.proofs.encoding.terms import Loose, Num, Tri
from evaluator.values.algebra import FIGURES, Algebra
from evaluator.values.values import NO_CAUSES, Figure, May, Truth, because

WHY = because("known roughly", "x")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a figure says: its ends (infinite: none), whether it may be not meaningful, whether it is, and whether its bounds
    are but those of the rules."""

    low: float
    high: float
    undefined: bool = False
    nm: bool = False
    assumed: bool = False

    @property
    def wide(self) -> bool:
        """Whether it may be any number at all."""
        return math.isinf(self.low) and math.isinf(self.high)

    @property
    def known(self) -> bool:
        """Whether facts say something of it."""
        return not (self.wide or self.undefined or self.assumed)


@dataclass(frozen=True)
class Implementation:
    """An algebra; `seen` gives None where the figure is open, as a formula of the solver may be: nothing is said then.
    `made` is any figure, `figure` one that is defined, of which facts say its ends."""

    name: str
    algebra: Algebra[Any, Any]
    made: Callable[[Seen], Any]
    seen: Callable[[Any], Seen | None]
    truth: Callable[[May], Any]
    said: Callable[[Any], May]

    def figure(self, low: float, high: float) -> Any:
        """A figure between two ends."""
        return self.made(Seen(low, high))


class _Open(Loose):
    """Fresh names of the solver, of which nothing is asked."""

    def real(self, hint: str) -> Any:
        return z3.Real(hint)

    def bool(self, hint: str) -> Any:
        return z3.Bool(hint)

    def always(self, fact: Any) -> None:
        return

    def inexact(self, why: str) -> None:
        return


def _figure(seen: Seen) -> Figure:
    exact = seen.low == seen.high and not seen.undefined
    return Figure(seen.low, seen.high, NO_CAUSES if exact else WHY, frozenset(), seen.undefined, seen.nm, seen.assumed)


def _seen(figure: Figure) -> Seen:
    return _known(Seen(figure.low, figure.high, figure.undefined, figure.nm, figure.assumed))


def _known(seen: Seen) -> Seen:
    """What is wholly unknown is assumed or not: that says nothing."""
    return replace(seen, assumed=False) if seen.wide else seen


def _num(seen: Seen) -> Num:
    if seen.nm:
        return t.meaningless()
    if seen.low == seen.high:
        return Num(t.fraction(seen.low), True, undefined=seen.undefined, assumed=seen.assumed)
    ends = [Fraction(0) if math.isinf(end) else t.fraction(end) for end in (seen.low, seen.high)]
    has = [not math.isinf(end) for end in (seen.low, seen.high)]
    return Num(Fraction(0), False, ends[0], ends[1], has[0], has[1], seen.undefined, assumed=seen.assumed)


def _seen_term(num: Num) -> Seen | None:
    (low, has_low), (high, has_high) = num.least, num.most
    if not all(is_constant(part) for part in (has_low, has_high, num.undefined, num.nm, num.assumed)):
        return None
    if (has_low and not is_constant(low)) or (has_high and not is_constant(high)):
        return None
    ends = float(low) if has_low else -math.inf, float(high) if has_high else math.inf
    return _known(Seen(*ends, bool(num.undefined), bool(num.nm), bool(num.assumed)))


def _said_term(truth: Tri) -> May:
    possible = May(0)
    for word, can in ((May.TRUE, truth.can_true), (May.FALSE, truth.can_false), (May.NM, truth.can_nm)):
        assert is_constant(can)
        possible |= word if can else May(0)
    return possible


def _truth(possible: May) -> Truth:
    return Truth(possible, NO_CAUSES if possible in (May.TRUE, May.FALSE) else WHY)


def _tri(possible: May) -> Tri:
    return Tri(bool(possible & May.TRUE), bool(possible & May.FALSE), bool(possible & May.NM))


REFERENCE = Implementation("figures", FIGURES, _figure, _seen, _truth, lambda b: b.possible)
TERMS = Implementation("terms", Terms(_Open()), _num, _seen_term, _tri, _said_term)
IMPLEMENTATIONS = (REFERENCE, TERMS)
"""All that there are; a test that walks them holds for each that is added."""
