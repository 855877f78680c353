"""Program + what was known -> a value for every name, in the graph's order. The reference: slow, obvious, exact.

In: a `Program`, its order, a `View`, and what is replaced in this world. Out: `Evaluation`. Must not know reports.

An expression is evaluated by walking it (`Evaluation.value`); its value is a series or a single value. `read` turns
a series into the value of the period that conditions and tables read. Which verdict, status and score follow is for
`verdicts.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dsl import program as p
from dsl.units import Frequency, Kind
from evaluator import values as v
from evaluator.asof import Clock, View, no_fact
from evaluator.functions import FUNCTIONS, Context
from evaluator.series import Series, Value, expect, lift
from evaluator.values import Day, Figure, Members, Single, Truth, Words, because
from evaluator.verdicts import pillar_status, verdict_outcomes

DEFAULT_TOLERANCE = 0.01
"""Reported and reckoned figures may differ by 1 percentage point, or by 1% of the figure, before it is said."""


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


def evaluate(program: p.Program, order: Sequence[str], view: View, world: World = AS_IT_IS) -> Evaluation:
    """Gives every name its value.

    In: a checked program, the order of its graph, what was known. Out: an Evaluation. Never raises for missing or
    odd facts: what cannot be reckoned is unknown, with its cause.
    """
    return _fill(Evaluation(program, view, world), order)


def evaluate_again(evaluation: Evaluation, names: Sequence[str], world: World) -> Evaluation:
    """The same in another world that differs for `names` alone (in order); all other values are taken over."""
    values = dict(evaluation.values)
    return _fill(Evaluation(evaluation.program, evaluation.view, world, values, given=set(evaluation.given)), names)


def _fill(evaluation: Evaluation, order: Sequence[str]) -> Evaluation:
    program, world = evaluation.program, evaluation.world
    for name in order:
        replaced = world.replaced.get(name)
        if replaced is not None:
            evaluation.values[name] = _constant(evaluation, replaced, program.declared(name))
        else:
            evaluation.values[name] = _declared(evaluation, name)
    return evaluation


def _constant(evaluation: Evaluation, expr: p.Expr, declared: p.Declared) -> Value:
    """What a world sets: the same in every period."""
    value = evaluation.single(expr)
    if isinstance(expr, p.Const) and expr.value is None and isinstance(declared, p.Input | p.Metric):
        unknown = no_fact(declared)
        return replace(unknown, causes=because("set to unknown", declared.name))
    if isinstance(value, Figure) and expr.type.currency:
        return evaluation.view.convert(value, expr.type.currency)
    return value


def _declared(evaluation: Evaluation, name: str) -> Value:
    declared = evaluation.program.declared(name)
    match declared:
        case p.Input():
            found = evaluation.view.values.get(name)
            return found if found is not None else no_fact(declared)
        case p.Param():
            return _param(evaluation, declared)
        case p.Metric():
            return _metric(evaluation, declared)
        case p.Forecast():
            return _forecast(evaluation, declared)
        case p.Condition():
            return _condition(evaluation, declared)
        case p.Pillar():
            return pillar_status(evaluation, declared)
        case p.Verdict():
            return verdict_outcomes(evaluation, declared)
        case p.Kill():
            return _readable(evaluation, evaluation.value(declared.when))
        case p.Catalyst():
            return evaluation.truth(declared.expects)
        case _:
            raise AssertionError(f"{name} has no value")


def param_version(param: p.Param, as_of: dt.date) -> p.ParamVersion | None:
    """The version in force on a day; None before the first."""
    in_force = [version for version in param.versions if version.since is None or version.since <= as_of]
    return in_force[-1] if in_force else None


def _param(evaluation: Evaluation, declared: p.Param) -> Value:
    version = param_version(declared, evaluation.clock.as_of)
    if version is None:
        return Figure.unknown(because(f"no value is in force on {evaluation.clock.as_of}", declared.name))
    return evaluation.value(version.value)


def _metric(evaluation: Evaluation, declared: p.Metric) -> Value:
    """Facts under a metric's name win over the formula, period by period."""
    reckoned = evaluation.value(declared.value)
    given = evaluation.view.values.get(declared.name)
    if given is None:
        return reckoned
    if not isinstance(given, Series):
        if isinstance(given, Figure) and not isinstance(reckoned, Series):
            _compare(evaluation, declared, "", given, expect(reckoned, Figure))
        evaluation.given.add(declared.name)
        return given
    formula = reckoned.points if isinstance(reckoned, Series) else {}
    merged = dict(formula)
    for ordinal, point in given.points.items():
        if point.known or point.facts or ordinal not in merged:
            merged[ordinal] = point
    series = Series(given.frequency, dict(sorted(merged.items())))
    read = evaluation.reading(series)
    if read is not None and read in given.points and given.points[read].facts:
        evaluation.given.add(declared.name)
        own, other = given.points[read], formula.get(read)
        if isinstance(own, Figure) and isinstance(other, Figure):
            _compare(evaluation, declared, evaluation.clock.label(read, series.frequency), own, other)
    return series


def _compare(evaluation: Evaluation, declared: p.Metric, label: str, reported: Figure, reckoned: Figure) -> None:
    if not (reported.known and reckoned.known):
        return
    gap = max(reported.low - reckoned.high, reckoned.low - reported.high)
    by_point = declared.shown.kind in (Kind.PERCENT, Kind.POINTS)
    scale = 1.0 if by_point else max(abs(reported.middle or 0.0), abs(reckoned.middle or 0.0))
    tolerance = declared.tolerance if declared.tolerance is not None else DEFAULT_TOLERANCE * scale
    if gap > tolerance:
        evaluation.disagreements.append(Disagreement(declared.name, label, reported, reckoned))


def _forecast(evaluation: Evaluation, declared: p.Forecast) -> Value:
    previous = expect(evaluation.single(declared.starts), Figure)
    path = [previous]
    for step in range(1, declared.steps + 1):
        evaluation.local = {"previous": previous, "step": Figure.exact(float(step))}
        previous = expect(evaluation.single(declared.then), Figure)
        path.append(previous)
    evaluation.local = {}
    evaluation.paths[declared.name] = tuple(path)
    return previous


def _condition(evaluation: Evaluation, declared: p.Condition) -> Value:
    """`applies when` and `when` together: what does not apply is not true."""
    holds = evaluation.value(declared.when)
    if declared.applies is None:
        return _readable(evaluation, holds)
    applies = evaluation.truth(declared.applies)
    return _readable(evaluation, lift(lambda h: v.conjunction([applies, expect(h, Truth)]), holds))


def _readable(evaluation: Evaluation, value: Value) -> Value:
    """Truths by period of which the period that is read may be missing: it is there as unknown, so that what reads a
    condition finds a truth."""
    if not isinstance(value, Series):
        return value
    ordinal = evaluation.reading(value)
    if ordinal is None:
        return Truth(None, because("no figure is known"))
    if ordinal in value.points:
        return value
    missing = Truth(None, because("no figure is known", "", evaluation.clock.label(ordinal, value.frequency)))
    return Series(value.frequency, dict(sorted({**value.points, ordinal: missing}.items())))


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
