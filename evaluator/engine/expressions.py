"""The value of an expression: the reference evaluator, which walks it. Slow, obvious, exact.

In: a typed expression, the values of the names it speaks of, the clock. Out: a series or a single value. `read` turns a
series into the value of the period that conditions and tables read. Must not know declarations, verdicts or reports.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dsl.program import program as p
from dsl.types.units import Frequency, Kind
from evaluator.engine.functions import FUNCTIONS, Context
from evaluator.known.asof import Clock, View
from evaluator.values import values as v
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.values import Day, Figure, Members, Single, Truth, Words, because


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A reported figure and the formula's, which differ by more than the tolerance; the reported one counts."""

    name: str
    label: str
    reported: Figure
    reckoned: Figure


@dataclass(frozen=True)
class World:
    """What is replaced: names with constants (a scenario, an example, `--set`), decisions that are forced."""

    replaced: Mapping[str, p.Expr] = field(default_factory=dict)
    forced: Mapping[int, bool] = field(default_factory=dict)
    """By id() of an expression of the program: taken as true or false, to ask what would follow."""


AS_IT_IS = World()


@dataclass
class Evaluation:
    """Every name's value as of a day in a world."""

    program: p.Program
    view: View
    world: World
    values: dict[str, Value] = field(default_factory=dict)
    paths: dict[str, tuple[Figure, ...]] = field(default_factory=dict)
    """Each forecast's steps."""
    disagreements: list[Disagreement] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """Metrics for which facts stand in place of the formula, at the period that is read."""
    local: dict[str, Figure] = field(default_factory=dict)
    """`previous` and `step` while a forecast runs."""

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""
        return self.view.clock

    # --- reading -----------------------------------------------------------------------------------

    def read(self, value: Value) -> Single:
        """The value of the period that conditions and tables read; of a daily or weekly series the last one."""
        if not isinstance(value, Series):
            return value
        ordinal = self.reading(value)
        found = value.points.get(ordinal) if ordinal is not None else None
        if found is not None:
            return found
        label = self.clock.label(ordinal, value.frequency) if ordinal is not None else ""
        return Figure.unknown(because("no figure is known", "", label))

    def reading(self, series: Series) -> int | None:
        """Which period of a series is read."""
        if series.frequency in (Frequency.DAY, Frequency.WEEK):
            return series.last
        return self.clock.reads.get(series.frequency, series.last)

    def single(self, expr: p.Expr) -> Single:
        """The value of an expression, read."""
        value = self.read(self.value(expr))
        if expr.type.kind is Kind.FLAG and isinstance(value, Figure):
            return Truth(None, value.causes, value.facts)  # no period at all: unknown, as a truth
        return value

    def truth(self, expr: p.Expr) -> Truth:
        """Whether an expression holds, read."""
        return expect(self.single(expr), Truth)

    # --- expressions ---------------------------------------------------------------------------------

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression."""
        forced = self.world.forced.get(id(expr))
        if forced is not None:
            return Truth(forced)
        return _EVALUATE[type(expr)](self, expr)

    def as_of(self, name: str) -> Value:
        """The value of a name; a condition's past is in `past`."""
        return self.values[name]


# --- expressions, by kind ------------------------------------------------------------------------------------


def _const(e: Evaluation, expr: p.Const) -> Value:
    value = expr.value
    if value is None:
        return _unknown_const(expr)
    if isinstance(value, bool):
        return Truth(value)
    if isinstance(value, float):
        return Figure.exact(value)
    if isinstance(value, dt.date):
        return Day(value)
    return Words((value,))


def _unknown_const(expr: p.Const) -> Value:
    causes = because("written as unknown")
    blanks: dict[Kind, Single] = {
        Kind.FLAG: Truth(None, causes),
        Kind.CHOICE: Words(None, causes),
        Kind.TEXT: Words(None, causes),
        Kind.DATE: Day(None, causes),
        Kind.SET: Members(None, causes),
    }
    return blanks.get(expr.type.kind, Figure.unknown(causes))


def _ref(e: Evaluation, expr: p.Ref) -> Value:
    if expr.name in e.local:
        return e.local[expr.name]
    value = e.values[expr.name]
    # A condition's name means its latest value, but for `for` and streak(), where its type is a series.
    if isinstance(value, Series) and expr.type.kind is Kind.FLAG and expr.type.series is None:
        return e.read(value)
    return value


def _convert(e: Evaluation, expr: p.Convert) -> Value:
    currency = expr.operand.type.currency
    return lift(lambda x: e.view.convert(expect(x, Figure), currency), e.value(expr.operand))


def _negative(e: Evaluation, expr: p.Negative) -> Value:
    return lift(lambda x: v.negative(expect(x, Figure)), e.value(expr.operand))


_OPERATORS: dict[str, Callable[[Figure, Figure], Figure]] = {
    "+": v.add, "-": v.subtract, "*": v.multiply, "/": v.divide, "^": v.power,
}  # fmt: skip


def _arithmetic(e: Evaluation, expr: p.Arithmetic) -> Value:
    operator = _OPERATORS[expr.operator]
    return lift(lambda a, b: operator(expect(a, Figure), expect(b, Figure)), e.value(expr.left), e.value(expr.right))


def _comparison(e: Evaluation, expr: p.Compare) -> Value:
    def compared(a: Single, b: Single) -> Truth:
        if isinstance(a, Day) and isinstance(b, Day):
            return _compare_days(expr.operator, a, b)
        if not (isinstance(a, Figure) and isinstance(b, Figure)):
            return Truth(None, a.causes | b.causes, a.facts | b.facts)
        return v.compare(expr.operator, a, b)

    return lift(compared, e.value(expr.left), e.value(expr.right))


def _compare_days(operator: str, a: Day, b: Day) -> Truth:
    if a.value is None or b.value is None:
        return Truth(None, a.causes | b.causes, a.facts | b.facts)
    left, right = (Figure.exact(float(d.value.toordinal()), d.facts) for d in (a, b) if d.value is not None)
    return v.compare(operator, left, right)


def _logic(e: Evaluation, expr: p.Logic) -> Value:
    combine = v.conjunction if expr.operator == "and" else v.disjunction
    items = [e.value(i) if expr.type.series is not None else e.truth(i) for i in expr.items]
    return lift(lambda *truths: combine(expect(t, Truth) for t in truths), *items)


def _not(e: Evaluation, expr: p.Not) -> Value:
    return lift(lambda t: v.negate(expect(t, Truth)), e.value(expr.operand))


def _is_known(e: Evaluation, expr: p.IsKnown) -> Value:
    value = e.single(expr.operand)
    return Truth(value.known, v.NO_CAUSES, value.facts)


def _is_truth(e: Evaluation, expr: p.IsTruth) -> Value:
    truth = e.truth(expr.operand)
    return truth if expr.wanted else v.negate(truth)


def _is_word(e: Evaluation, expr: p.IsWord) -> Value:
    words = e.single(expr.operand)
    if not isinstance(words, Words) or words.possible is None:
        return Truth(None, words.causes, words.facts)
    if expr.word not in words.possible:
        return Truth(False, v.NO_CAUSES, words.facts)
    return Truth(True if words.known else None, words.causes, words.facts)


def _includes(e: Evaluation, expr: p.Includes) -> Value:
    members = e.single(expr.operand)
    if not isinstance(members, Members) or members.members is None:
        return Truth(None, members.causes, members.facts)
    return Truth(expr.member in members.members, v.NO_CAUSES, members.facts)


def _members(e: Evaluation, expr: p.Members) -> Value:
    return Members(expr.members)


def _holds(e: Evaluation, expr: p.Holds) -> Value:
    """True where it held in each of the last periods; a gap among them makes it unknown, unless one is false."""
    condition = e.value(expr.condition)
    if not isinstance(condition, Series):
        return condition
    frequency = condition.frequency
    points: dict[int, Single] = {}
    first = min(condition.points, default=0)
    for ordinal in condition.points:
        if frequency is Frequency.DAY:
            span = range(ordinal - _in_days(expr) + 1, ordinal + 1)
            window = [condition.points[o] for o in span if o in condition.points]
            if min(condition.points) > ordinal - _in_days(expr) + 4:
                window.append(_gap(e, expr, ordinal - _in_days(expr), frequency))
        else:
            start = ordinal - expr.count + 1
            window = [
                condition.points.get(o) or _gap(e, expr, o, frequency) for o in range(max(start, first), ordinal + 1)
            ]
            if start < first:
                window.append(_gap(e, expr, start, frequency))
        points[ordinal] = v.conjunction(expect(t, Truth) for t in window)
    return Series(frequency, points)


def _gap(e: Evaluation, expr: p.Holds, ordinal: int, frequency: Frequency) -> Truth:
    label = e.clock.label(ordinal, frequency)
    return Truth(
        None, frozenset(v.Cause(n, label, "no figure so far back is known") for n in p.series_in(expr.condition))
    )


def _in_days(expr: p.Holds) -> int:
    return expr.count * {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[expr.unit.value]


def _call(e: Evaluation, expr: p.Call) -> Value:
    arguments = [e.value(a) for a in expr.arguments if not isinstance(a, p.Window)]
    return FUNCTIONS[expr.function](Context(expr, e.clock), arguments)


_EVALUATE: dict[type[p.Expr], Callable[..., Value]] = {
    p.Const: _const, p.Ref: _ref, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _comparison, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsWord: _is_word, p.Includes: _includes, p.Members: _members, p.Holds: _holds, p.Call: _call,
}  # fmt: skip
