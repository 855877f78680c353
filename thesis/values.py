"""What names come to: figures with their bounds, truths, words, days; series with their periods; the facts underneath.

In: nothing (made by `reading.py`). Out: the values of the face. Must not know how anything is calculated.

A figure is a number between two bounds, in base units: 38% is 0.38, 2pp is 0.02, 22x is 22.0, money is in whole units of
its currency, per share and per period as the rules declare it. Exact: both bounds are the same. A bound that is not known
is None, and so is one that only the rules give (the bounds of an unknown input); where neither is, nothing is known, and
`reasons` say why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar, overload

from thesis.errors import refusal, short, unknown_name
from thesis.frames import Kind, Table, Tabular, table
from thesis.pages import table as html_table

T = TypeVar("T")


class Lean:
    """What is pickled by its fields alone: what was made of them on the way is made again."""

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)


class Names(Mapping[str, T], Generic[T]):
    """Things by name, in the order of the rules. A name that is not there raises UnknownNameError, with the nearest."""

    __slots__ = ("_held", "_what")

    def __init__(self, held: Mapping[str, T], what: str) -> None:
        self._held, self._what = dict(held), what

    def __getitem__(self, name: str) -> T:
        try:
            return self._held[name]
        except (KeyError, TypeError):
            raise unknown_name(name, list(self._held), self._what) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return short(f"<{len(self)} by name: {', '.join(self._held)}>") if self._held else "<none>"


@dataclass(frozen=True, slots=True, repr=False)
class Reason:
    """Why something is unknown: the name whose figure is missing ('' for none) with its title, the period, in words."""

    name: str
    title: str
    period: str
    reason: str

    def __str__(self) -> str:
        about = f"{self.title or self.name} {self.period}".strip()
        return f"{about}: {self.reason}" if about else self.reason

    def __repr__(self) -> str:
        return short(f"<{self}>")


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """A fact as its source gave it.

    `period` is as the facts file writes it (None where `date` says the day that it describes). `value` is as the source
    spells it; `low`, `high` and `unit` are the same as numbers in base units where it is a figure: `unit` is percent, pp,
    multiple, a currency where one was written, or plain. `published` is the day it became known; `kind` is reported,
    derived, guidance, claim or estimate.
    """

    name: str
    period: str | None
    date: dt.date | None
    value: str
    low: float | None
    high: float | None
    unit: str | None
    published: dt.date
    kind: str
    source: str
    url: str | None
    note: str | None
    restates: str | None

    def __repr__(self) -> str:
        return short(
            f"<{self.name} {self.period or self.date}: {self.value} ({self.kind}, published {self.published})>"
        )


FACT_COLUMNS: dict[str, Kind] = {
    "name": "text", "period": "text", "date": "day", "value": "text", "low": "number", "high": "number", "unit": "text",
    "published": "day", "kind": "text", "source": "text", "url": "text", "note": "text", "restates": "text",
}  # fmt: skip


def fact_table(facts: Sequence[Fact]) -> Table:
    """Facts as a table, a row each."""
    return table(FACT_COLUMNS, ([getattr(f, column) for column in FACT_COLUMNS] for f in facts))


# --- values ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """What any value has: `text` as a report prints it ("n.m." where it means nothing); whether anything is `known`; why not;
    the facts underneath; in words, what the rules assume in place of facts."""

    text: str
    known: bool
    reasons: tuple[Reason, ...]
    facts: tuple[Fact, ...]
    assumptions: tuple[str, ...]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        why = f": {self.reasons[0]}" if self.reasons and not self.known else ""
        return short(f"<{type(self).__name__} {self.text}{why}>")


@dataclass(frozen=True, slots=True, repr=False)
class Figure(Value):
    """A number between two bounds, in base units; None where no bound is known. `unit` is percent, pp, multiple, number,
    count, or the currency of money."""

    unit: str
    low: float | None
    high: float | None

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high

    def __float__(self) -> float:
        """The one number of an exact figure. Raises ThesisError for what is bounded or unknown: it is no number."""
        if self.low is None or self.low != self.high:
            said = "unknown" if not self.known else self.text
            raise refusal(f"a figure that is {said} is not one number", "use its bounds, `low` and `high`")
        return self.low

    def __bool__(self) -> bool:
        raise refusal("a figure is neither true nor false", "ask whether it is `known`, or compare its bounds")


@dataclass(frozen=True, slots=True, repr=False)
class Truth(Value):
    """True, false, or None for unknown."""

    value: bool | None

    def __bool__(self) -> bool:
        """Whether it holds. Raises ThesisError where that is unknown."""
        if self.value is None:
            raise refusal("what is unknown is neither true nor false", "ask whether `value` is True, False or None")
        return self.value


@dataclass(frozen=True, slots=True, repr=False)
class Words(Value):
    """The words that are still possible: one where it is decided; none where any may be. Of a choice, a text, the status
    of a pillar or the outcome of a table."""

    possible: tuple[str, ...]

    @property
    def word(self) -> str | None:
        """The one word; None where several are possible."""
        return self.possible[0] if len(self.possible) == 1 else None


@dataclass(frozen=True, slots=True, repr=False)
class Members(Value):
    """The members of a set; None where it is unknown."""

    members: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, repr=False)
class Day(Value):
    """A date; None where it is unknown."""

    day: dt.date | None


# --- series ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Period:
    """A period with its value: `label` as a report calls it, `end` its last day, `reported` whether a fact gives the
    value (a formula otherwise, or nothing)."""

    label: str
    end: dt.date
    value: Value
    reported: bool

    def __repr__(self) -> str:
        return short(f"<{self.label}: {self.value.text}>")


@dataclass(frozen=True, slots=True, repr=False)
class Series(Tabular):
    """A value for each period, the oldest first; a period between the first and the last that nothing gives is there as
    unknown. `years`: whole years that a source gave. Of a company that reports by halves `frequency` is half."""

    name: str
    frequency: str
    unit: str
    periods: tuple[Period, ...]
    years: tuple[Period, ...] = ()

    def __len__(self) -> int:
        return len(self.periods)

    def __iter__(self) -> Iterator[Period]:
        return iter(self.periods)

    @overload
    def __getitem__(self, at: int | str | dt.date) -> Period: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Period, ...]: ...

    def __getitem__(self, at: int | str | dt.date | slice) -> Period | tuple[Period, ...]:
        """A period by its place (-1 is the newest), its label or its last day; several by a slice."""
        if isinstance(at, slice):
            return self.periods[at]
        if isinstance(at, int):
            if not -len(self.periods) <= at < len(self.periods):
                raise unknown_name(at, [p.label for p in self.periods], "period")
            return self.periods[at]
        found = next((p for p in self.periods if at in (p.label, p.end, p.end.isoformat())), None)
        if found is None:
            raise unknown_name(at, [p.label for p in reversed(self.periods)], "period")
        return found

    def __repr__(self) -> str:
        last = f", to {self.periods[-1].end}: {self.periods[-1].value.text}" if self.periods else ""
        return short(f"<{self.name} by {self.frequency}, {len(self.periods)} periods{last}>")

    def _table(self) -> Table:
        return period_table(self.periods)

    def _repr_html_(self) -> str:
        rows = [(p.label, p.value.text, "reported" if p.reported else "") for p in reversed(self.periods)]
        return html_table(f"{self.name} by {self.frequency}", ("period", "value", ""), rows)


PERIOD_COLUMNS: dict[str, Kind] = {
    "period": "text", "end": "day", "low": "number", "high": "number", "known": "flag", "unit": "text", "text": "text",
    "reported": "flag",
}  # fmt: skip


def period_table(periods: Sequence[Period]) -> Table:
    """Periods as a table, the oldest first."""
    rows = ((p.label, p.end, *bounds(p.value), p.value.known, unit(p.value), p.value.text, p.reported) for p in periods)
    return table(PERIOD_COLUMNS, rows)


def bounds(value: Value) -> tuple[float | None, float | None]:
    """The bounds of a figure; of anything else none."""
    return (value.low, value.high) if isinstance(value, Figure) else (None, None)


def unit(value: Value) -> str | None:
    """The unit of a figure."""
    return value.unit if isinstance(value, Figure) else None


# --- names -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Named(Tabular):
    """A name of the rules and what it came to.

    `role` is input, param, metric, forecast, condition, pillar, verdict, kill or catalyst; `formula` as written, '' for an
    input. `value` is the one of the period that is read, `period` what that period is called ('' where the name has no
    periods), `series` all periods (None). `state` is true, false, unknown or not applicable of a condition, bullish,
    neutral or bearish of a table, else known or unknown. `path`: where a forecast starts, and each of its steps; empty of
    anything else.
    """

    name: str
    title: str
    role: str
    formula: str
    state: str
    value: Value
    period: str
    series: Series | None
    path: tuple[Value, ...] = ()

    def __repr__(self) -> str:
        return short(f"<{self.role} {self.name}{f', {self.period}' if self.period else ''}: {self.value.text}>")

    def _table(self) -> Table:
        """The periods of a series; of anything else one row."""
        return self.series._table() if self.series is not None else named_table([self])

    def _repr_html_(self) -> str:
        if self.series is not None:
            return self.series._repr_html_()
        notes = [str(reason) for reason in self.value.reasons]
        return html_table(
            f"{self.title} ({self.role} {self.name})", ("value", "state"), [(self.value.text, self.state)], notes
        )


NAMED_COLUMNS: dict[str, Kind] = {
    "name": "text", "title": "text", "role": "text", "period": "text", "state": "text", "text": "text", "low": "number",
    "high": "number", "known": "flag", "unit": "text",
}  # fmt: skip


def named_table(names: Sequence[Named]) -> Table:
    """Names as a table, a row each."""
    rows = (
        (
            n.name,
            n.title,
            n.role,
            n.period or None,
            n.state,
            n.value.text,
            *bounds(n.value),
            n.value.known,
            unit(n.value),
        )
        for n in names
    )
    return table(NAMED_COLUMNS, rows)
