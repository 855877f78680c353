"""Examples that contradict themselves: two expectations that cannot both hold, or one that what is given rules out.

In: a typed `Example`. Out: diagnostics, one an example. What the rules make of the figures is not looked at: that is
what running the example shows. Must not know other declarations.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Container, Iterator

from dsl.program import program as p
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import Span

_TOLERANCE = 1e-9
"""Figures this near count as equal, as they do when rules are evaluated."""

_UNKNOWN, _KNOWN = "unknown", "known"


def contradictions(example: p.Example, bounded: Container[str] = ()) -> Iterator[Diagnostic]:
    """The first contradiction of an example, at the second of the two that do not go together. `bounded`: names of which the
    bounds are known where nothing else is, so that a figure may be expected of them all the same."""
    claims = [_given(name, value) for name, value in example.given.items()]
    for expectation in example.expect:
        claims += list(_claims(expectation.condition, True, expectation.span))
    claims = [c for c in claims if not (c.word == _UNKNOWN and c.of_bounds(bounded))]
    for n, later in enumerate(claims):
        for earlier in claims[:n]:
            if earlier.subject == later.subject and earlier.excludes(later):
                first, second = earlier.words, later.words
                labels = [Label(earlier.span, "the other one")]
                yield make("T124", later.span, labels=labels, name=f'"{example.title}"', first=first, second=second)
                return


@record
class _Claim:
    """What is said of one subject: a range of figures, or a word that it is or is not."""

    subject: str
    span: Span
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    word: object = None
    negated: bool = False
    currency: str | None = None
    name: str = ""
    """Of what is given, since its place is the value's alone."""
    bare: str | None = None
    """The name, where the subject is no more than that."""

    def of_bounds(self, bounded: Container[str]) -> bool:
        """Whether something is known of its subject where it is unknown: of an input with bounds, or of a formula, which may
        be at least 0 of anything."""
        return self.bare is None or self.bare in bounded

    @property
    def words(self) -> str:
        """As it was written, for a message."""
        text = " ".join(f"{self.name} = {self.span.text}".split() if self.name else self.span.text.split())
        return f"`{text if len(text) <= 60 else text[:59] + '…'}`"

    def excludes(self, other: _Claim) -> bool:
        """Whether both cannot be true of one subject."""
        if self.word is not None and other.word is not None:
            return self._excludes_word(other)
        if (self.word, other.word) != (None, None):  # a figure beside `is unknown`
            return _UNKNOWN in (self.word, other.word)
        if self.currency != other.currency:
            return False  # which is more depends on a rate that the rules do not know
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low > high:
            return not math.isclose(low, high, rel_tol=_TOLERANCE)
        ends = (self, other)
        shut = any(e.open_low and e.low == low for e in ends) or any(e.open_high and e.high == high for e in ends)
        return low == high and shut

    def _excludes_word(self, other: _Claim) -> bool:
        words = {self.word, other.word}
        if (
            _UNKNOWN in words
        ):  # of several outcomes still possible, another may be ruled out: `is not` has room beside it
            return words != {_UNKNOWN} and not (self.negated or other.negated)
        if _KNOWN in words:
            return False
        if self.negated or other.negated:
            return self.negated != other.negated and self.word == other.word
        return self.word != other.word


def _given(name: str, value: p.Expr) -> _Claim:
    """`name = value` as a claim; a value that is no plain figure or word says nothing here."""
    subject = p.sense(p.Ref(value.span, value.type, name))
    if isinstance(value, p.ByPeriod):  # an expectation speaks of the period that is read
        value = next((s.value for s in value.intervals if not (s.ago and s.count)), value)
    span = value.span
    if isinstance(value, p.Const):
        number = _number(value)
        if number is not None:
            return _Claim(subject, span, number, number, currency=_currency(value), name=name)
        word = _UNKNOWN if value.value is None else value.value
        return _Claim(subject, span, word=word, name=name, bare=name)
    return _Claim(f"{subject} given", span, name=name)


def _number(expr: p.Expr) -> float | None:
    """A figure or a day as a number; money in its own currency, which `_currency` tells."""
    expr = expr.operand if isinstance(expr, p.Convert) else expr
    value = expr.value if isinstance(expr, p.Const) else None
    if isinstance(value, dt.date):
        return float(value.toordinal())
    return value if isinstance(value, float) else None


def _currency(expr: p.Expr) -> str | None:
    return next((node.type.currency for node in p.walk(expr) if node.type.currency), None)


def _claims(expr: p.Expr, wanted: bool, span: Span) -> Iterator[_Claim]:
    """What an expectation says of single subjects; what it says of several together is left out."""
    match expr:
        case p.Not():
            yield from _claims(expr.operand, not wanted, span)
        case p.Logic() if (expr.operator == "and") == wanted:
            for item in expr.items:
                yield from _claims(item, wanted, span)
        case p.IsTruth():
            yield from _claims(expr.operand, wanted == expr.wanted, span)
        case p.IsWord():
            yield _Claim(p.sense(expr.operand), span, word=expr.word, negated=not wanted)
        case p.IsKnown():
            bare = expr.operand.name if isinstance(expr.operand, p.Ref) else None
            yield _Claim(p.sense(expr.operand), span, word=_KNOWN if wanted else _UNKNOWN, bare=bare)
        case p.Compare():
            yield from _figures(expr, wanted, span)
        case _:
            yield _Claim(p.sense(expr), span, word=wanted)


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _figures(expr: p.Compare, wanted: bool, span: Span) -> Iterator[_Claim]:
    operator = expr.operator if wanted else _OPPOSITE[expr.operator]
    left, limit = expr.left, _number(expr.right)
    if limit is None:
        limit = _band(expr.right)
    if limit is None:
        left, limit, operator = expr.right, _number(expr.left), _MIRRORED[operator]
    if limit is None:
        yield _Claim(f"{p.sense(expr)} compared", span, word=wanted)
        return
    if operator != "!=":
        low = limit if operator in (">", ">=", "=") else -math.inf
        high = limit if operator in ("<", "<=", "=") else math.inf
        shut = (operator == ">", operator == "<")
        yield _Claim(p.sense(left), span, low, high, *shut, currency=_currency(expr.right) or _currency(expr.left))


def _band(expr: p.Expr) -> float | None:
    """The end of `within`: a figure plus or minus a figure, or a part of it."""
    if not isinstance(expr, p.Arithmetic) or expr.operator not in ("+", "-"):
        return None
    middle, slack = _number(expr.left), _number(expr.right)
    if slack is None and isinstance(expr.right, p.Arithmetic) and middle is not None:
        share = _number(expr.right.left)
        slack = share * abs(middle) if share is not None else None
    if middle is None or slack is None:
        return None
    return middle + slack if expr.operator == "+" else middle - slack
