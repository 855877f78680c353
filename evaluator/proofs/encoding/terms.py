"""Figures, truths, words and sets as terms for the solver: what `evaluator/values/values.py` has as floats and words.

In: nothing. Out: the terms, and one of two of a kind. Must not know arithmetic, names or expressions. What a formula of the
solver cannot say exactly is left open (`Loose`), and noted: what is proven then still holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar

from dsl.program.declared import DOES_NOT_APPLY
from dsl.text.record import record
from evaluator.proofs.encoding.logic import Bool, Real, both, choose, either, equal, no

ZERO, ONE = Fraction(0), Fraction(1)


@record
class Num:
    """A figure: one number (`value`, where `exact`), else bounds, each of which may be missing; with none it is unknown.

    `undefined`: it may be not meaningful; `nm`: it is not, and then it is no number and has no bounds. `assumed`: its bounds
    are but those of the rules, so that nothing is known of it.
    """

    value: Real
    exact: Bool
    low: Real = ZERO
    high: Real = ZERO
    has_low: Bool = False
    has_high: Bool = False
    undefined: Bool = False
    nm: Bool = False
    assumed: Bool = False

    @property
    def known(self) -> Bool:
        """Whether it is a number of which facts say something."""
        return both(no(self.wide), no(self.undefined), no(self.assumed))

    @property
    def settled(self) -> Bool:
        """Whether it is known, or known to be not meaningful."""
        return either(self.known, self.nm)

    @property
    def wide(self) -> Bool:
        """Whether it may be any number at all."""
        return no(either(self.exact, self.has_low, self.has_high))

    @property
    def bare(self) -> bool:
        """Exact or without any bound, by its shape."""
        return self.has_low is False and self.has_high is False

    @property
    def least(self) -> tuple[Real, Bool]:
        """Its lower end, and whether it has one."""
        return _end(self, self.low, self.has_low)

    @property
    def most(self) -> tuple[Real, Bool]:
        """Its upper end, and whether it has one."""
        return _end(self, self.high, self.has_high)


def _end(a: Num, end: Real, has: Bool) -> tuple[Real, Bool]:
    return (a.value, a.exact) if has is False else (choose(a.exact, a.value, end), either(a.exact, has))


@record
class Tri:
    """The truths that are possible of a condition: more than one of them is unknown."""

    can_true: Bool
    can_false: Bool
    can_nm: Bool = False

    @property
    def true(self) -> Bool:
        """Whether it is true."""
        return both(self.can_true, no(self.can_false), no(self.can_nm))

    @property
    def false(self) -> Bool:
        """Whether it is false."""
        return both(self.can_false, no(self.can_true), no(self.can_nm))

    @property
    def nm(self) -> Bool:
        """Whether it is not meaningful, whatever becomes known."""
        return both(self.can_nm, no(self.can_true), no(self.can_false))

    @property
    def known(self) -> Bool:
        """Whether it is true or false."""
        return both(no(self.can_nm), either(no(self.can_true), no(self.can_false)))

    @property
    def settled(self) -> Bool:
        """Whether it is true, false or not meaningful."""
        return either(self.known, self.nm)


@record
class Word:
    """A choice or text: the number of the word, or unknown."""

    known: Bool
    code: Real

    @property
    def settled(self) -> Bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


@record
class Group:
    """A set: whether each member is in it, or unknown."""

    known: Bool
    members: Mapping[str, Bool]

    @property
    def settled(self) -> Bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


ANY_WORD = "any word at all"
"""Beside the words of an `if`: that it may be any word, of which nothing is known. No word of a rule file has blanks."""


@record
class Options:
    """A pillar's status, a verdict's outcome or the words of an `if`: whether each is still possible."""

    possible: Mapping[str, Bool]

    @property
    def known(self) -> Bool:
        """Whether one is left, and it says something."""
        return either(*(self.only(word) for word in self.possible if word != DOES_NOT_APPLY))

    @property
    def settled(self) -> Bool:
        """Whether one is left, or it does not apply."""
        return either(self.known, self.only(DOES_NOT_APPLY))

    @property
    def nothing(self) -> Bool:
        """Whether it may be that it does not apply."""
        return self.possible.get(DOES_NOT_APPLY, False)

    def only(self, word: str) -> Bool:
        """Whether this one alone is left."""
        return both(self.possible.get(word, False), no(self.besides(word)))

    def besides(self, word: str) -> Bool:
        """Whether another is still possible."""
        return either(*(b for w, b in self.possible.items() if w != word))


Term = Num | Tri | Word | Group | Options


def where(possible: Mapping[str, Bool], applies: Tri | None) -> Options:
    """What is possible of a pillar or a table, where it applies; or that it does not."""
    if applies is None:
        return Options(possible)
    there = {word: both(way, applies.can_true) for word, way in possible.items()}
    return Options({**there, DOES_NOT_APPLY: either(applies.can_false, applies.can_nm)})


class Loose:
    """Where open terms come from: fresh names, what is always so about them, and which of them say too little."""

    def real(self, hint: str) -> Real:
        """A fresh number."""
        raise NotImplementedError

    def bool(self, hint: str) -> Bool:
        """A fresh truth."""
        raise NotImplementedError

    def always(self, fact: Bool) -> None:
        """Notes what holds in every world."""
        raise NotImplementedError

    def inexact(self, why: str) -> None:
        """Notes that a term says less than the evaluator knows."""
        raise NotImplementedError


def fraction(value: float) -> Fraction:
    """A figure by the digits that are written: 0.3 is three tenths."""
    return Fraction(repr(value))


def exact(value: Real, known: Bool = True) -> Num:
    """A figure that is one number, or unknown."""
    return Num(value, known)


def unknown(undefined: Bool = False) -> Num:
    """Any number at all."""
    return Num(ZERO, False, undefined=undefined)


def meaningless() -> Num:
    """No number: not meaningful."""
    return Num(ZERO, False, undefined=True, nm=True)


def within(low: Real, high: Real, has_low: Bool, has_high: Bool, undefined: Bool, nm: Bool, assumed: Bool) -> Num:
    """A figure from its bounds; where they meet it is one number, of which more than what the rules allow is known."""
    pinned = both(has_low, has_high, equal(low, high))
    return Num(low, pinned, low, high, has_low, has_high, undefined, nm, both(assumed, either(undefined, no(pinned))))


def decided(value: Bool, known: Bool = True) -> Tri:
    """True or false as a value says, where that is known; else either of the two."""
    return Tri(either(no(known), value), either(no(known), no(value)))


OPEN = Tri(True, True)
"""True or false."""


_T = TypeVar("_T")


def pick(test: Bool, a: _T, b: _T) -> _T:
    """One of two terms of a kind."""
    picked: _T = _picked(test, a, b)
    return picked


def _picked(test: Bool, a: Any, b: Any) -> Any:
    if isinstance(a, Num | Tri | Word):
        parts = a.__dataclass_fields__
        return type(a)(**{part: choose(test, getattr(a, part), getattr(b, part)) for part in parts})
    if isinstance(a, Group):
        words = {*a.members, *b.members}
        members = {w: choose(test, a.members.get(w, False), b.members.get(w, False)) for w in sorted(words)}
        return Group(choose(test, a.known, b.known), members)
    assert isinstance(a, Options)
    words = {*a.possible, *b.possible}
    return Options({w: choose(test, a.possible.get(w, False), b.possible.get(w, False)) for w in sorted(words)})
