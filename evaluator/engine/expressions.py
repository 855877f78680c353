"""The value of an expression: the reference evaluator, which walks it. Slow, obvious, exact.

In: a typed expression, the values of the names it speaks of, the clock. Out: a series or a single value, and in the
engine's trace what each expression came to. Must not know declarations, verdicts or reports.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from dsl.program import program as p
from dsl.types.lengths import Duration
from dsl.types.units import Frequency, Kind
from evaluator.engine.evaluation import Disagreement, Evaluation, Judged, Traced, World, read, reading, traced
from evaluator.engine.functions.shapes import called
from evaluator.engine.functions.spans import Past, held
from evaluator.facts.rates import UsedRates
from evaluator.known.asof import Clock, View
from evaluator.values import values as v
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.unknown import unknown
from evaluator.values.values import Day, Figure, Members, Single, Truth, Words, because


class Engine:
    """One evaluation under way."""

    def __init__(self, program: p.Program, view: View, world: World, start: Evaluation | None = None) -> None:
        """`start`: what is taken over from an evaluation in another world, until it is evaluated again."""
        self.program, self.view, self.world = program, view, world
        self.values: dict[str, Value] = dict(start.values) if start else {}
        self.trace: dict[str, Traced] = dict(start.trace) if start else {}
        self.judged: dict[str, Judged] = dict(start.judged) if start else {}
        self.rows: dict[str, tuple[Truth, ...]] = dict(start.rows) if start else {}
        self.paths: dict[str, tuple[Figure, ...]] = dict(start.paths) if start else {}
        self.disagreements: list[Disagreement] = []
        self.given: set[str] = set(start.given) if start else set()
        self.rates_used: UsedRates = dict.fromkeys(start.rates_used if start else view.rates_used)
        self.local: dict[str, Figure] = {}
        """`previous` and `step` while a forecast runs."""
        self.held: dict[str, int] = {}
        """By address of a condition that must last: in how many of the periods asked for it held."""

    def finished(self) -> Evaluation:
        """What it came to."""
        return Evaluation(self.program, self.view, self.world, self.values, self.trace, self.judged, self.rows, self.paths,
                          tuple(self.disagreements), frozenset(self.given), tuple(self.rates_used))  # fmt: skip

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""
        return self.view.clock

    # --- reading -----------------------------------------------------------------------------------

    def read(self, value: Value) -> Single:
        """The value of the period that conditions and tables read; of a daily or weekly series the last one."""
        return read(self.clock, value)

    def single(self, expr: p.Expr) -> Single:
        """The value of an expression, read."""
        return self.traced(expr).value

    def truth(self, expr: p.Expr) -> Truth:
        """Whether an expression holds, read."""
        return expect(self.single(expr), Truth)

    def traced(self, expr: p.Expr) -> Traced:
        """What an expression comes to, with the period that is read."""
        value = self.value(expr)
        return self.trace[expr.address] if expr.address else traced(self.clock, expr, value)

    def found(self, expr: p.Expr) -> Truth:
        """What a condition of the program came to when it was evaluated; evaluated now where it was not."""
        seen = self.trace.get(expr.address)
        return expect(seen.value, Truth) if seen is not None else self.truth(expr)

    def convert(self, value: Figure, of: str | None, to: str | None = None) -> Figure:
        """A figure in some currency, in another, at the latest rate; None is the reporting currency."""
        return self.view.rates.convert(value, of, to, used=self.rates_used)

    # --- expressions ---------------------------------------------------------------------------------

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression; what stands in the program is noted in the trace."""
        forced = self.world.forced.get(expr.address) if expr.address else None
        value = Truth(forced) if forced is not None else _EVALUATE[type(expr)](self, expr)
        if expr.address:
            self.trace[expr.address] = traced(self.clock, expr, value, self.held.get(expr.address))
        return value


# --- expressions, by kind ------------------------------------------------------------------------------------


def _const(e: Engine, expr: p.Const) -> Value:
    value = expr.value
    if value is None:
        return unknown(expr.type.kind, because("written as unknown"))
    if isinstance(value, bool):
        return Truth(value)
    if isinstance(value, float):
        return Figure.exact(value)
    if isinstance(value, dt.date):
        return Day(value)
    return Words((value,))


def _ref(e: Engine, expr: p.Ref) -> Value:
    if expr.name in e.local:
        return e.local[expr.name]
    value = e.values[expr.name]
    # A condition's name means its latest value, but for `for` and streak(), where its type is a series.
    if isinstance(value, Series) and expr.type.kind is Kind.FLAG and expr.type.series is None:
        return e.read(value)
    return value


def _convert(e: Engine, expr: p.Convert) -> Value:
    currency = expr.operand.type.currency
    return lift(lambda x: e.convert(expect(x, Figure), currency), e.value(expr.operand))


def _negative(e: Engine, expr: p.Negative) -> Value:
    return lift(lambda x: v.negative(expect(x, Figure)), e.value(expr.operand))


_OPERATORS: dict[str, Callable[[Figure, Figure], Figure]] = {
    "+": v.add, "-": v.subtract, "*": v.multiply, "/": v.divide, "^": v.power,
}  # fmt: skip


def _arithmetic(e: Engine, expr: p.Arithmetic) -> Value:
    operator = _OPERATORS[expr.operator]
    return lift(lambda a, b: operator(expect(a, Figure), expect(b, Figure)), e.value(expr.left), e.value(expr.right))


def _comparison(e: Engine, expr: p.Compare) -> Value:
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


def _logic(e: Engine, expr: p.Logic) -> Value:
    combine = v.conjunction if expr.operator == "and" else v.disjunction
    items = [e.value(i) if expr.type.series is not None else e.truth(i) for i in expr.items]
    return lift(lambda *truths: combine(expect(t, Truth) for t in truths), *items)


def _not(e: Engine, expr: p.Not) -> Value:
    return lift(lambda t: v.negate(expect(t, Truth)), e.value(expr.operand))


def _is_known(e: Engine, expr: p.IsKnown) -> Value:
    value = e.single(expr.operand)
    return Truth(value.known, v.NO_CAUSES, value.facts)


def _is_truth(e: Engine, expr: p.IsTruth) -> Value:
    truth = e.truth(expr.operand)
    return truth if expr.wanted else v.negate(truth)


def _is_word(e: Engine, expr: p.IsWord) -> Value:
    words = e.single(expr.operand)
    if not isinstance(words, Words) or words.possible is None:
        return Truth(None, words.causes, words.facts)
    if expr.word not in words.possible:
        return Truth(False, v.NO_CAUSES, words.facts)
    return Truth(True if words.known else None, words.causes, words.facts)


def _includes(e: Engine, expr: p.Includes) -> Value:
    members = e.single(expr.operand)
    if not isinstance(members, Members) or members.members is None:
        return Truth(None, members.causes, members.facts)
    return Truth(expr.member in members.members, v.NO_CAUSES, members.facts)


def _members(e: Engine, expr: p.Members) -> Value:
    return Members(expr.members)


def _holds(e: Engine, expr: p.Holds) -> Value:
    """True where it held in each of the last periods; a gap among them makes it unknown, unless one is false."""
    condition = e.value(expr.condition)
    if not isinstance(condition, Series):
        return condition
    _note_held(e, expr, condition)
    return held(condition, Duration(expr.count, expr.unit), Past(expr.condition, e.clock))


def _note_held(e: Engine, expr: p.Holds, condition: Series) -> None:
    """In how many of the periods asked for it held: how far `for 8 quarters` is off."""
    ordinal = reading(e.clock, condition)
    if ordinal is None or condition.frequency is Frequency.DAY:
        return
    window = [condition.points.get(o) for o in range(ordinal - expr.count + 1, ordinal + 1)]
    e.held[expr.address] = sum(isinstance(t, Truth) and t.value is True for t in window)


def _call(e: Engine, expr: p.Call) -> Value:
    arguments = [e.value(a) for a in expr.arguments if not isinstance(a, p.Window)]
    return called(expr, arguments, e.clock)


_EVALUATE: dict[type[p.Expr], Callable[..., Value]] = {
    p.Const: _const, p.Ref: _ref, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _comparison, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsWord: _is_word, p.Includes: _includes, p.Members: _members, p.Holds: _holds, p.Call: _call,
}  # fmt: skip
