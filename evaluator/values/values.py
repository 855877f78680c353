"""What a figure can be: exact, bounded, unknown or not meaningful; what a condition can be: true, false or not
meaningful, or one of several of these.

In: nothing. Out: `Figure`, `Truth`, `Words`, `Members`, `Day`. Must not know time, facts files or programs; what is done with
them stands in `bounds.py`.

An exact figure has equal ends and is never infinite or NaN; an infinite end means "no bound known".

Not meaningful (n.m.) is not the same as not known: growth from a loss, a division by 0, a ratio outside its `meaningful when`
have no value that any later fact could bring. It stands between false and true: `and` is the least, `or` the most, `not`
turns round. What is unknown is the set of truths that are still possible, and logic is done on each of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import IntFlag

from dsl.program.declared import DOES_NOT_APPLY
from dsl.text.record import record

_INF = math.inf


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Why something is unknown: the name that is missing, the period ('' for none), the reason in words."""

    name: str
    period: str
    reason: str

    def __str__(self) -> str:
        about = f"{self.name} {self.period}".strip()
        return f"{about}: {self.reason}" if about else self.reason


Causes = AbstractSet[Cause]
Facts = AbstractSet[int]
"""On what a value rests: facts by their number in the evaluation's list, and below 0 what the rules assume (−1 is the first
of the evaluation's assumptions)."""

NO_CAUSES: Causes = frozenset()
NO_FACTS: Facts = frozenset()


def because(reason: str, name: str = "", period: str = "") -> Causes:
    """One cause."""
    return frozenset({Cause(name, period, reason)})


@record
class Figure:
    """A number between two bounds. `undefined`: it may be not meaningful (a division by what can be 0); `nm`: it is not,
    whatever becomes known (a division by 0), and `causes` say why.

    Example: `Figure(0.1, 0.2)` is a percent between 10% and 20%, `Figure.exact(0.38)` is 38%.
    """

    low: float
    high: float
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS
    undefined: bool = False
    nm: bool = False
    assumed: bool = False
    """Whether nothing is known of it but what the rules allow it to be (the bounds of an input)."""

    @staticmethod
    def exact(value: float, facts: Facts = NO_FACTS) -> Figure:
        """One number."""
        return Figure(value, value, NO_CAUSES, facts)

    @staticmethod
    def unknown(causes: Causes, facts: Facts = NO_FACTS, undefined: bool = False) -> Figure:
        """Any number at all."""
        return Figure(-_INF, _INF, causes, facts, undefined)

    @staticmethod
    def meaningless(causes: Causes, facts: Facts = NO_FACTS) -> Figure:
        """No number: not meaningful."""
        return Figure(-_INF, _INF, causes, facts, True, True)

    @property
    def wide(self) -> bool:
        """Whether it may be any number at all."""
        return self.low == -_INF and self.high == _INF

    @property
    def known(self) -> bool:
        """Whether it is a number of which facts say something."""
        return not (self.wide or self.undefined or self.assumed)

    @property
    def settled(self) -> bool:
        """Whether it is known, or known to be not meaningful."""
        return self.known or self.nm

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def middle(self) -> float | None:
        """The number, or the middle of two finite bounds."""
        if math.isinf(self.low) or math.isinf(self.high):
            return None
        return self.low if self.is_exact else self.low + (self.high - self.low) / 2


class May(IntFlag):
    """The truths that are possible; more than one of them: unknown."""

    FALSE = 1
    NM = 2
    TRUE = 4
    OPEN = 5
    """True or false."""
    ANY = 7

    def __or__(self, other: int) -> May:
        return _MAYS[int.__or__(self, other)]

    def __and__(self, other: int) -> May:
        return _MAYS[int.__and__(self, other)]


_MAYS = tuple(May(n) for n in range(8))
"""Every one by its number: to look one up takes a tenth of making it, and logic does it for each point of a series."""


@record
class Truth:
    """The truths that are possible of a condition: true, false, not meaningful; unknown where there are several."""

    possible: May
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @staticmethod
    def of(value: bool | None, causes: Causes = NO_CAUSES, facts: Facts = NO_FACTS) -> Truth:
        """True, false, or None for either of the two."""
        return Truth(May.OPEN if value is None else May.TRUE if value else May.FALSE, causes, facts)

    @property
    def value(self) -> bool | None:
        """True or false where it is decided to be that; None where it is unknown or not meaningful."""
        return True if self.possible is May.TRUE else False if self.possible is May.FALSE else None

    @property
    def known(self) -> bool:
        """Whether it is true or false."""
        return self.value is not None

    @property
    def nm(self) -> bool:
        """Whether it is not meaningful, whatever becomes known."""
        return self.possible is May.NM

    @property
    def settled(self) -> bool:
        """Whether it is true, false or not meaningful, whatever becomes known."""
        return self.possible in (May.TRUE, May.FALSE, May.NM)

    @property
    def unknown(self) -> bool:
        """Whether more than one truth is possible."""
        return not self.settled


@record
class Words:
    """One of several words that are still possible (None: any at all): a choice, text, status or outcome.

    A status or an outcome may be `DOES_NOT_APPLY`: what asks for it then is not meaningful.
    """

    possible: tuple[str, ...] | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether one word is left, and it says something."""
        return self.settled and not self.nm

    @property
    def nm(self) -> bool:
        """Whether it does not apply, whatever becomes known."""
        return self.possible == (DOES_NOT_APPLY,)

    @property
    def settled(self) -> bool:
        """Whether one word is left, or it is known that it does not apply."""
        return self.possible is not None and len(self.possible) == 1


@record
class Members:
    """A set, or None where it is unknown."""

    members: frozenset[str] | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether the set is known."""
        return self.members is not None

    @property
    def settled(self) -> bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


@record
class Day:
    """A date, or None where it is unknown."""

    value: dt.date | None
    causes: Causes = NO_CAUSES
    facts: Facts = NO_FACTS

    @property
    def known(self) -> bool:
        """Whether the day is known."""
        return self.value is not None

    @property
    def settled(self) -> bool:
        """The same: nothing but figures and truths is ever not meaningful."""
        return self.known


Single = Figure | Truth | Words | Members | Day


def resting_on(value: Single, facts: Facts) -> Single:
    """The same value, resting on these facts. (Every fact of a name passes here: `replace` costs four times as much.)"""
    if isinstance(value, Figure):
        return Figure(value.low, value.high, value.causes, facts, value.undefined, value.nm, value.assumed)
    return replace(value, facts=facts)
