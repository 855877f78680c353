"""What an evaluation comes to: a value for every name, and what each expression came to where it stands.

In: nothing (made by `evaluate.py`). Out: `Evaluation`, `World`. Must not know how anything is evaluated: another engine
can fill it, and whoever explains, counts or draws a result reads it here and evaluates nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from dsl.program import program as p
from dsl.program.grounds import Assumption
from dsl.text.record import record
from dsl.types.units import Frequency, Kind
from evaluator.facts.model import ExchangeRate
from evaluator.known.asof import Clock, View
from evaluator.values.bounds import disjunction
from evaluator.values.series import Series, Value, expect
from evaluator.values.step import Step, Steps
from evaluator.values.values import NO_CAUSES, Causes, Figure, May, Single, Truth, because


@record
class Compared:
    """A reported figure and what the formula gives; the reported one counts. `differ`: by more than the tolerance."""

    name: str
    label: str
    reported: Figure
    calculated: Figure
    differ: bool


@dataclass(frozen=True)
class World:
    """What is replaced: names with constants (a scenario, an example, `--set`), decisions that are forced."""

    replaced: Mapping[str, p.Expr] = field(default_factory=dict)
    alone: bool = False
    """Whether nothing is known but what is replaced, the same in every period (an example); else what is replaced counts
    from the period that is read on, and earlier ones stay what the facts say."""
    forced: Mapping[str, bool] = field(default_factory=dict)
    """By the address of an expression: taken as true or false, to ask what would follow."""
    same: frozenset[str] = frozenset()
    """Names that are set to what they are today: by them nothing is another."""
    within: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Names of `replaced` that may be anywhere between two figures, in the unit of their values today: what comes out then
    is all that can come out for a figure between the two, as for any bounds."""

    def touches(self, below: frozenset[str]) -> bool:
        """Whether it sets any of some names to something else than today's, or forces a decision."""
        return bool(self.forced) or not below.isdisjoint(self.replaced.keys() - self.same)

    scenario: bool = False
    """Whether it is one of the worlds of the rules: what is weighted over all of them is what it is today."""

    def laid_over(self, assumed: Mapping[str, p.Expr]) -> World:
        """A scenario on top of this world."""
        within = {name: ends for name, ends in self.within.items() if name not in assumed}
        return replace(self, replaced={**self.replaced, **assumed}, same=frozenset(), within=within, scenario=True)


AS_IT_IS = World()


@record
class OneWorld:
    """What an expression is in one of the worlds that are weighted. `name`: the scenario; '' for today's world."""

    name: str
    weight: Figure
    value: Figure


Weighed = tuple[OneWorld, ...]


@record
class Traced:
    """What an expression came to where it stands: its value at the period that is read, and which period that is.

    `period`: the ordinal of that period, None for what has none; of a condition that must last, `held` says in how many
    of the last periods it held, of `periods` in which it must; of a window that leaves out what is not meaningful, of how many
    of its figures it is made. `currency`: of money that is not in the reporting one.
    `today`: a value of today is part of
    it, so that it is no value of the period's own end.
    """

    value: Single
    period: int | None = None
    frequency: Frequency | None = None
    held: int | None = None
    periods: int | None = None
    currency: str | None = None
    today: bool = False


class State(StrEnum):
    """What a condition is."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"
    NOT_MEANINGFUL = "not meaningful"


@record
class Judged:
    """A condition's state, and why. `counts`: what it may come to where it applies, none of it where it does not;
    `leaves`: whether it may leave the score, as it does not apply or is not meaningful."""

    state: State
    truth: Truth
    counts: May
    leaves: bool


class Status(StrEnum):
    """What a kill or a catalyst is; each is judged once."""

    HAPPENED = "has happened"
    ALREADY = "already so when the thesis began"
    NOT_HAPPENED = "has not happened"
    WATCHED = "watched"
    """A kill whose deadline has not passed, or that has none."""
    UPCOMING = "upcoming"
    MET = "met"
    MISSED = "missed"
    PENDING = "pending"


_YES = {
    p.EventState.HAPPENED: {Status.HAPPENED},
    p.EventState.MET: {Status.MET},
    p.EventState.MISSED: {Status.MISSED},
    p.EventState.PENDING: {Status.PENDING, Status.UPCOMING},
}


@dataclass(frozen=True)
class Event:
    """A kill or a catalyst. `day`: when it was judged, by what was known then (`evaluation`); `missing`: what is not
    known, where it is pending, watched and not decided today, or missed since nothing shows it; `deadline`: of a kill that
    was not decided by then, so that it was pending until it was judged; `due`: a catalyst's own day, before which it is
    still to come."""

    name: str
    status: Status
    day: dt.date | None = None
    evaluation: Evaluation | None = field(default=None, compare=False, repr=False)
    missing: Causes = NO_CAUSES
    deadline: dt.date | None = None
    due: dt.date | None = None

    def asked(self, state: p.EventState) -> Truth:
        """Whether it is in a state that rules ask for; what is pending is neither met nor missed, and a kill that is
        pending may have happened."""
        if self.status in _YES[state]:
            return Truth.of(True)
        open_still = self.status is Status.PENDING and state is not p.EventState.PENDING
        open_still |= self.status is Status.WATCHED and state is p.EventState.HAPPENED and bool(self.missing)
        return Truth.of(None, self.missing) if open_still else Truth.of(False)

    def on(self, day: dt.date) -> Event:
        """What it was on an earlier day: before it was judged nothing had come of it."""
        if self.due is not None and day < self.due:
            return replace(self, status=Status.UPCOMING, day=None, evaluation=None, missing=NO_CAUSES)
        if self.day is not None and self.day <= day:
            return self
        if self.deadline is not None:
            if day <= self.deadline:
                return replace(self, status=Status.WATCHED, day=None, evaluation=None, missing=NO_CAUSES)
            missing = self.missing or because("its last figures were not known yet", self.name)
            return replace(self, status=Status.PENDING, day=None, evaluation=None, missing=missing)
        if self.day is None:
            return replace(self, missing=NO_CAUSES) if self.status is Status.WATCHED else self
        waiting = Status.WATCHED if self.status in (Status.HAPPENED, Status.ALREADY) else Status.PENDING
        return replace(self, status=waiting, day=None, evaluation=None)


NOTHING = "nothing is known"


def happened(kill: p.Kill, event: Event | None, here: Truth, world: World, program: p.Program, day: dt.date) -> Truth:
    """Whether a kill has happened: by the facts, or, where its condition holds on the day that is read, in a world that
    assumes something else of what it rests on.

    `here`: its condition there. What is only expected decides no event: where the facts have not made it happen, and it
    holds all the same today, it is near. In an example there is no past, and what holds has happened.
    """
    example = event is None and world.alone
    holds = (May.TRUE & here.possible) | (May.FALSE if here.possible & (May.FALSE | May.NM) else May(0))
    here = replace(here, possible=holds)  # what is not meaningful does not happen
    if example:
        return here
    known = event.asked(p.EventState.HAPPENED) if event is not None else Truth.of(None, because(NOTHING, kill.name))
    if known.value is True or (event is not None and event.status is Status.ALREADY):
        return known
    if not in_window(kill, program.since, day):
        return known
    if world.touches(program.upstream([kill.name])):
        watched = event is not None and event.status is Status.WATCHED
        return here if watched else disjunction([known, here])
    return known if here.value is True else disjunction([known, here])


def in_window(kill: p.Kill, since: dt.date | None, day: dt.date) -> bool:
    """Whether a kill is judged on a day: from the beginning of the thesis to its deadline."""
    return (since is None or since <= day) and (kill.by is None or day <= kill.by)


class Past(Protocol):
    """What names came to on earlier days."""

    def latest(self, expr: p.Expr, as_of: dt.date) -> Steps | None:
        """What `latest(expr)` was on each day up to a day, as it was known then."""

    def then(self, expr: p.Expr, as_of: dt.date) -> Steps:
        """What an expression of one value was on each day up to a day, as it was known then."""


@dataclass(frozen=True)
class Evaluation:
    """Every name's value as of a day in a world, and what led to it.

    Example: `evaluation.read(evaluation.values["cloud_growth"])` is the growth at the period that is read, a `Figure` in
    base units (38% is 0.38); `evaluation.truth(program.conditions["thin_margin"].when)` what its condition came to.
    """

    program: p.Program
    view: View
    world: World
    values: Mapping[str, Value]
    trace: Mapping[str, Traced]
    """By address: what each expression that was evaluated came to."""
    judged: Mapping[str, Judged]
    """Each bull and bear."""
    rows: Mapping[str, tuple[Truth, ...]]
    """Each table's rows, in order: whether their conditions hold. `otherwise` always does."""
    paths: Mapping[str, tuple[Figure, ...]]
    """Each forecast's steps."""
    compared: tuple[Compared, ...]
    """Reported figures in place of a formula whose figure is known as well."""
    given: frozenset[str]
    """Metrics for which facts stand in place of the formula, at the period that is read."""
    rates_used: tuple[ExchangeRate, ...]
    """The rates by which figures were converted, those of the facts first."""
    currencies: Mapping[str, str | None] = field(default_factory=dict)
    """Names whose value is in a foreign currency, with it."""
    stated: Mapping[str, Single] = field(default_factory=dict)
    """Of these, what they are in the reporting currency, where a rate is known."""
    events: Mapping[str, Event] = field(default_factory=dict)
    """What became of each kill and catalyst."""
    assumptions: tuple[Assumption, ...] = ()
    """What values can rest on beside facts: a value's number −1 means the first. Those of the program come first, in its order, so
    that a number means the same in every evaluation of it."""
    past: Past | None = field(default=None, compare=False, repr=False)
    """What names came to on earlier days."""
    whole: Mapping[str, Value] = field(default_factory=dict, compare=False, repr=False)
    """By address: what each expression came to in every period, for worlds in which it comes to the same."""

    weighed: Mapping[str, Weighed] = field(default_factory=dict, compare=False, repr=False)
    """By address: what `expected(…)` weighs, the value in each world with its probability."""

    def __getstate__(self) -> dict[str, object]:
        """What goes to another process: what can be evaluated again there is left out."""
        return {**self.__dict__, "whole": {}}

    @property
    def disagreements(self) -> tuple[Compared, ...]:
        """Reported figures that differ from their formula's by more than the tolerance."""
        return tuple(c for c in self.compared if c.differ)

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""
        return self.view.clock

    def read(self, value: Value) -> Single:
        """The value of the period that conditions and tables read; of a daily or weekly series the last one."""
        return read(self.clock, value)

    def of(self, name: str) -> Single:
        """A name's value as a reader is shown it: read, and in the reporting currency where a rate is known."""
        found = self.stated.get(name)
        return found if found is not None else self.read(self.values[name])

    def reading(self, series: Series) -> int | None:
        """Which period of a series is read."""
        return reading(self.clock, series)

    def at(self, expr: p.Expr) -> Traced:
        """What an expression of the program came to. Raises KeyError for one that was not evaluated."""
        found = self.trace.get(expr.address)
        if found is None and isinstance(expr, p.Ref) and expr.name in self.values:
            return traced(self.clock, expr, self.values[expr.name])
        return found if found is not None else self.trace[expr.address or expr.text]

    def single(self, expr: p.Expr) -> Single:
        """The value of an expression of the program, read."""
        return self.at(expr).value

    def truth(self, expr: p.Expr) -> Truth:
        """Whether an expression of the program holds, read."""
        return expect(self.single(expr), Truth)

    def happened(self, kill: p.Kill) -> Truth:
        """Whether a kill has happened, by the facts or in this world."""
        here, event = expect(self.read(self.values[kill.name]), Truth), self.events.get(kill.name)
        return happened(kill, event, here, self.world, self.program, self.clock.as_of)

    def applies(self, judged: p.Condition | p.Pillar | p.Verdict) -> Truth:
        """Whether a condition, a pillar or a table applies."""
        return self.truth(judged.applies) if judged.applies is not None else Truth.of(True)

    def row_truths(self, verdict: p.Verdict) -> list[tuple[p.Row, Truth]]:
        """Each row of a table with whether it holds."""
        return list(zip(verdict.rows, self.rows[verdict.name], strict=True))


def read(clock: Clock, value: Value) -> Single:
    """The value of the period that is read; unknown, with the period, where there is none."""
    if isinstance(value, Step):
        return value.now
    if not isinstance(value, Series):
        return value
    ordinal = reading(clock, value)
    found = value.points.get(ordinal) if ordinal is not None else None
    if found is not None:
        return found
    label = clock.label(ordinal, value.frequency) if ordinal is not None else ""
    return Figure.unknown(because("no figure is known", "", label))


def reading(clock: Clock, series: Series) -> int | None:
    """Which period of a series is read."""
    return clock.reads_of(series.frequency, series.last)


def traced(clock: Clock, expr: p.Expr, value: Value, held: tuple[int, int] | None = None) -> Traced:
    """The value of an expression, read, with the period. `held`: in how many periods it held, of how many."""
    single = read(clock, value)
    last, asked = held or (None, None)
    if isinstance(single, Figure) and expr.type.kind is Kind.FLAG:
        single = Truth.of(None, single.causes, single.facts)  # no period at all: unknown, as a truth
    if not isinstance(value, Series):
        return Traced(single, held=last, periods=asked)
    ordinal = reading(clock, value)
    return Traced(single, ordinal, value.frequency, last, asked, today=ordinal in value.closing)
