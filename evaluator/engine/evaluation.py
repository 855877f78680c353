"""What an evaluation comes to: a value for every name, and what each expression came to where it stands.

In: nothing (made by `evaluate.py`). Out: `Evaluation`, `World`. Must not know how anything is evaluated: another engine
can fill it, and whoever explains, counts or draws a result reads it here and evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dsl.program import program as p
from dsl.types.units import Frequency, Kind
from evaluator.facts.model import ExchangeRate
from evaluator.known.asof import Clock, View
from evaluator.values.series import Series, Value, expect
from evaluator.values.values import Figure, Single, Truth, because


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A reported figure and the formula's, which differ by more than the tolerance; the reported one counts."""

    name: str
    label: str
    reported: Figure
    calculated: Figure


@dataclass(frozen=True)
class World:
    """What is replaced: names with constants (a scenario, an example, `--set`), decisions that are forced."""

    replaced: Mapping[str, p.Expr] = field(default_factory=dict)
    forced: Mapping[str, bool] = field(default_factory=dict)
    """By the address of an expression: taken as true or false, to ask what would follow."""


AS_IT_IS = World()


@dataclass(frozen=True, slots=True)
class Traced:
    """What an expression came to where it stands: its value at the period that is read, and which period that is.

    `period`: the ordinal of that period, None for what has none; of a condition that must last, `held` says in how many
    of the last periods it held.
    """

    value: Single
    period: int | None = None
    frequency: Frequency | None = None
    held: int | None = None


class State(StrEnum):
    """What a condition is."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition's state, whether it may turn out not to apply, and why; `holds`: its `when` alone."""

    state: State
    may_not_apply: bool
    truth: Truth
    holds: bool | None


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
    disagreements: tuple[Disagreement, ...]
    given: frozenset[str]
    """Metrics for which facts stand in place of the formula, at the period that is read."""
    rates_used: tuple[ExchangeRate, ...]
    """The rates by which figures were converted, those of the facts first."""

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""
        return self.view.clock

    def read(self, value: Value) -> Single:
        """The value of the period that conditions and tables read; of a daily or weekly series the last one."""
        return read(self.clock, value)

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

    def row_truths(self, verdict: p.Verdict) -> list[tuple[p.Row, Truth]]:
        """Each row of a table with whether it holds."""
        return list(zip(verdict.rows, self.rows[verdict.name], strict=True))


def read(clock: Clock, value: Value) -> Single:
    """The value of the period that is read; unknown, with the period, where there is none."""
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
    if series.frequency in (Frequency.DAY, Frequency.WEEK):
        return series.last
    return clock.reads.get(series.frequency, series.last)


def traced(clock: Clock, expr: p.Expr, value: Value, held: int | None = None) -> Traced:
    """The value of an expression, read, with the period."""
    single = read(clock, value)
    if isinstance(single, Figure) and expr.type.kind is Kind.FLAG:
        single = Truth(None, single.causes, single.facts)  # no period at all: unknown, as a truth
    if not isinstance(value, Series):
        return Traced(single, held=held)
    return Traced(single, reading(clock, value), value.frequency, held)
