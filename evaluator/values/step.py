"""A value that holds from some day on until the next: what was dated, or the newest of a series, as a function of time.

In: values by the day from which they hold. Out: `Step`. Must not know calendars, facts files or programs.

A step is one value where it stands alone, the newest (`now`). Beside a series it has a value for each period: the one that
held at the period's end. Beside daily and weekly series it must also have been known by then, as it was known then: `known`
has that past, while `held` has what is known today of each day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from evaluator.values.values import Single


class Steps:
    """Values by the day (`date.toordinal`) from which each holds, in order; before the first, `before` holds.

    Example: `Steps([(738_000, a), (738_090, b)], none).at(738_050)` is `a`.
    """

    __slots__ = ("before", "days", "values")

    def __init__(self, values: Iterable[tuple[int, Single]], before: Single) -> None:
        ordered = sorted(dict(values).items())
        self.days = [day for day, _ in ordered]
        self.values = [value for _, value in ordered]
        self.before = before

    def at(self, day: int) -> Single:
        """The value that holds on a day."""
        at = bisect_right(self.days, day)
        return self.values[at - 1] if at else self.before

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Steps) and (self.days, self.values, self.before) == (
            other.days,
            other.values,
            other.before,
        )

    def __hash__(self) -> int:
        return hash(tuple(self.days))


class EachDay(Steps):
    """A value that may be another one on each day, worked out when it is asked for: what rests on the day itself.

    `first` and `last` (`date.toordinal`): the days between which it is asked for. Equal to, and stored as, the steps that
    come out on these days.
    """

    __slots__ = ("_give", "first", "last")

    def __init__(self, give: Callable[[int], Single], first: int, last: int) -> None:
        self._give, self.first, self.last = give, first, max(first, last)

    def at(self, day: int) -> Single:
        """The value of a day."""
        return self._give(day)

    def plain(self) -> Steps:
        """The same as steps: each day on which the value is another."""
        found: list[tuple[int, Single]] = []
        for day in range(self.first, self.last + 1):
            value = self._give(day)
            if not found or found[-1][1] != value:
                found.append((day, value))
        return Steps(found, found[0][1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Steps) and self.plain() == (other.plain() if isinstance(other, EachDay) else other)

    def __hash__(self) -> int:
        return hash(self.plain())

    def __reduce__(self) -> tuple[Any, ...]:
        plain = self.plain()
        return Steps, (list(zip(plain.days, plain.values, strict=True)), plain.before)


Past = Steps | Callable[[], Steps]
"""Steps, or what makes them when they are first asked for."""


class Step:
    """One value today, with what it was on earlier days. Two are equal where their values today are, and their pasts."""

    __slots__ = ("_held", "_known", "now")

    def __init__(self, now: Single, held: Past, known: Past | None = None) -> None:
        """`held`: the past as it is known today; `known`: as it was known on each day (None: the same)."""
        self.now = now
        self._held, self._known = held, known if known is not None else held

    @property
    def held(self) -> Steps:
        """What held on each day, as it is known today."""
        if not isinstance(self._held, Steps):
            self._held = self._held()
        return self._held

    @property
    def known(self) -> Steps:
        """What was known on each day."""
        if not isinstance(self._known, Steps):
            self._known = self._known()
        return self._known

    @staticmethod
    def lifted(function: Callable[..., Single], parts: list[Single | Step]) -> Step:
        """A function of values of which at least one is a step: on each day of what each was then."""
        now = function(*(part.now if isinstance(part, Step) else part for part in parts))
        return Step(now, lambda: _merged(function, parts, "held"), lambda: _merged(function, parts, "known"))

    def replaced(self, now: Single) -> Step:
        """The same past with another value today."""
        return Step(now, lambda: self.held, lambda: self.known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and (self.now, self.held, self.known) == (other.now, other.held, other.known)

    def __hash__(self) -> int:
        return hash(self.now)

    def __reduce__(self) -> tuple[Any, ...]:
        return Step, (self.now, self.held, self.known)

    def __repr__(self) -> str:
        return f"Step(now={self.now!r})"


def _merged(function: Callable[..., Single], parts: list[Single | Step], past: str) -> Steps:
    tables: list[Steps | None] = [getattr(part, past) if isinstance(part, Step) else None for part in parts]

    def on(day: int | None) -> Single:
        held = (
            part if table is None else table.before if day is None else table.at(day)
            for part, table in zip(parts, tables, strict=True)
        )
        return function(*held)

    daily = [table for table in tables if isinstance(table, EachDay)]
    if daily:
        return EachDay(on, min(table.first for table in daily), max(table.last for table in daily))
    days = sorted({day for table in tables if table is not None for day in table.days})
    return Steps(((day, on(day)) for day in days), on(None))
