"""Every implementation of the algebra of `evaluator/values/algebra.py`, with how a test makes and reads its figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.algebra import Terms
from evaluator.proofs.encoding.logic import is_constant
from evaluator.proofs.encoding.terms import Loose, Num, Tri
from evaluator.values.algebra import FIGURES, Algebra
from evaluator.values.values import Figure, Truth, because

WHY = because("known roughly", "x")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a figure says: its ends (infinite: none), and whether there is no such number."""

    low: float
    high: float
    undefined: bool = False

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return not (math.isinf(self.low) and math.isinf(self.high))


@dataclass(frozen=True)
class Implementation:
    """An algebra; `seen` gives None where the figure is open, as a formula of the solver may be: nothing is said then."""

    name: str
    algebra: Algebra[Any, Any]
    figure: Callable[[float, float], Any]
    seen: Callable[[Any], Seen | None]
    truth: Callable[[bool | None], Any]
    said: Callable[[Any], bool | None]


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


def _figure(low: float, high: float) -> Figure:
    return Figure(low, high, WHY if low != high else frozenset())


def _seen(figure: Figure) -> Seen:
    return Seen(figure.low, figure.high, figure.undefined)


def _num(low: float, high: float) -> Num:
    if low == high:
        return t.exact(t.fraction(low))
    if math.isinf(low) and math.isinf(high):
        return t.unknown()
    ends = [Fraction(0) if math.isinf(end) else t.fraction(end) for end in (low, high)]
    return Num(ends[0], ends[1], not math.isinf(low), not math.isinf(high))


def _seen_term(num: Num) -> Seen | None:
    if not all(is_constant(part) for part in (num.has_low, num.has_high, num.undefined)):
        return None
    if (num.has_low and not is_constant(num.low)) or (num.has_high and not is_constant(num.high)):
        return None
    low = float(num.low) if num.has_low else -math.inf
    return Seen(low, float(num.high) if num.has_high else math.inf, bool(num.undefined))


def _said_term(truth: Tri) -> bool | None:
    assert is_constant(truth.true)
    assert is_constant(truth.false)
    assert not (truth.true and truth.false)
    return True if truth.true else False if truth.false else None


REFERENCE = Implementation(
    "figures", FIGURES, _figure, _seen, lambda v: Truth.of(v, WHY if v is None else frozenset()), lambda b: b.value
)
TERMS = Implementation("terms", Terms(_Open()), _num, _seen_term, lambda v: Tri(v is True, v is False), _said_term)
IMPLEMENTATIONS = (REFERENCE, TERMS)
"""All that there are; a test that walks them holds for each that is added."""
