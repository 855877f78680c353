"""The value of an expression: the reference evaluator, which walks it. Slow, obvious, exact.

In: a typed expression, the values of the names it speaks of, the clock. Out: a series or a single value, and in the
engine's trace what each expression came to. Must not know declarations, verdicts or reports.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

from dsl.program import program as p
from dsl.program.calls import function, least_of
from dsl.program.calls import window as window_of
from dsl.program.grounds import of_fallback
from dsl.types.functions import Shape
from dsl.types.lengths import Duration, days_back, in_rhythm
from dsl.types.units import Frequency, Kind
from evaluator.engine.causes import WRITTEN, of_operand
from evaluator.engine.evaluation import (
    NOTHING,
    happened,
    reading,
    traced,
)
from evaluator.engine.forward import FORWARD, added
from evaluator.engine.functions.shapes import called
from evaluator.engine.functions.spans import Missing, afterwards
from evaluator.engine.meeting import meeting
from evaluator.engine.money import of_one_currency
from evaluator.engine.under_way import UnderWay
from evaluator.values import bounds as v
from evaluator.values import questions
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.step import EachDay, Step
from evaluator.values.unknown import unknown
from evaluator.values.values import Day, Figure, Members, Single, Truth, Words, because


class Engine(UnderWay):
    """One evaluation under way, by the functions below."""

    def evaluated(self, expr: p.Expr) -> Value:
        """What an expression comes to, by its kind."""
        return EVALUATE[type(expr)](self, expr)

    def remade(self, expr: p.Expr, parts: list[Value]) -> Value:
        """What an expression of money comes to with its parts in another currency."""
        match expr:
            case p.Negative():
                return lift(self.clock, lambda x: self.does.negative(expect(x, Figure)), *parts)
            case p.Arithmetic():
                operator = self.does.arithmetic(expr.operator)
                return lift(self.clock, lambda a, b: operator(expect(a, Figure), expect(b, Figure)), *parts)
            case p.Call() if function(expr).shape is Shape.SEGMENTS:
                return added(self, expr, parts)
            case p.Call():
                does = self.does
                return called(expr, parts, self.clock, self.known_on, self.program, does.reducer, does.made)
            case p.If():
                return _cases(self, expr, parts)
            case _:
                raise AssertionError(f"{type(expr).__name__} is no money")


# --- expressions, by kind ------------------------------------------------------------------------------------


def _const(e: Engine, expr: p.Const) -> Value:
    value = expr.value
    if value is None:
        return unknown(expr.type.kind, because(WRITTEN))
    if isinstance(value, bool):
        return Truth.of(value)
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


def _as_of(e: Engine, expr: p.AsOf) -> Value:
    """The day on which is judged; beside a series each period's own end. An example is on the day that it gives."""
    if e.world.alone:
        given = e.world.replaced.get(p.AS_OF)
        return e.value(given) if given is not None else Day(None, because("no day is given", p.AS_OF))
    today = e.clock.as_of
    past = EachDay(lambda day: Day(dt.date.fromordinal(day)), e.view.first_day.toordinal(), today.toordinal())
    return Step(Day(today), past)


def _convert(e: Engine, expr: p.Convert) -> Value:
    """Left as it is: whoever brings it together with other money converts what must be."""
    return e.value(expr.operand)


def _negative(e: Engine, expr: p.Negative) -> Value:
    return lift(e.clock, lambda x: e.does.negative(expect(x, Figure)), e.value(expr.operand))


def _arithmetic(e: Engine, expr: p.Arithmetic) -> Value:
    operator = e.does.arithmetic(expr.operator)
    left, right = meeting(e, expr.left, expr.right)
    return of_operand(e, expr, lift(e.clock, lambda a, b: operator(expect(a, Figure), expect(b, Figure)), left, right))


def _comparison(e: Engine, expr: p.Compare) -> Value:
    def compared(a: Single, b: Single) -> Truth:
        if isinstance(a, Day) and isinstance(b, Day):
            return _compare_days(expr.operator, a, b)
        if not (isinstance(a, Figure) and isinstance(b, Figure)):
            return Truth.of(None, a.causes | b.causes, a.facts | b.facts)
        return e.does.truth_resting(e.does.compare(expr.operator, a, b), e.thresholds(a) | e.thresholds(b))

    return lift(e.clock, partial(e.does.compared, compared, expr.operator), *meeting(e, expr.left, expr.right))


def _compare_days(operator: str, a: Day, b: Day) -> Truth:
    if a.value is None or b.value is None:
        return Truth.of(None, a.causes | b.causes, a.facts | b.facts)
    left, right = (Figure.exact(float(d.value.toordinal()), d.facts) for d in (a, b) if d.value is not None)
    return v.compare(operator, left, right)


def _logic(e: Engine, expr: p.Logic) -> Value:
    """Items of one frequency meet period by period; of several, each is read at its own latest period."""
    combine = e.does.conjunction if expr.operator == "and" else e.does.disjunction
    items = _in_one_rhythm(e, expr, expr.items, [e.value(i) for i in expr.items])
    return lift(e.clock, lambda *truths: combine(expect(t, Truth) for t in truths), *items)


def _one_of(e: Engine, expr: p.OneOf) -> Value:
    """Of words one question: whether each that is possible is one of these. Else an `or`."""
    found = _logic(e, expr)
    words = expr.words
    if words is None:
        return found
    return lift(e.clock, partial(e.does.asked, partial(questions.is_one_of, words)), _alone(e, expr.asked, expr))


def _in_one_rhythm(e: Engine, whole: p.Expr, parts: Sequence[p.Expr], values: Sequence[Value]) -> list[Value]:
    """Values that meet period by period. Where several frequencies meet, which questions alone may do, those are kept that
    give the whole its rhythm; the others are read."""
    if len({value.frequency for value in values if isinstance(value, Series)}) < 2:
        return list(values)
    kept = whole.type.series is not None
    return [
        x if kept and part.type.series is not None else _read(e, part, x) for part, x in zip(parts, values, strict=True)
    ]


def _alone(e: Engine, expr: p.Expr, asked: p.Expr) -> Value:
    """What a question is asked of: of a series the period that is read, unless it is asked of each; of what is dated what it
    was at each time."""
    value = e.value(expr)
    return value if asked.type.series is not None else _read(e, expr, value)


def _read(e: Engine, expr: p.Expr, value: Value) -> Value:
    """A value by period, read; any other as it is."""
    return traced(e.clock, expr, value).value if isinstance(value, Series) else value


def _cases(e: Engine, expr: p.If, values: list[Value]) -> Value:
    """Period by period the value behind the first condition that holds, from the last one backwards."""
    parts = (*expr.conditions, *expr.values)
    met = _in_one_rhythm(e, expr, parts, [*(e.value(c) for c in expr.conditions), *values])

    def chosen(*singles: Single) -> Single:
        asked, given = singles[: len(expr.conditions)], singles[len(expr.conditions) :]
        found = given[-1]
        for question, value in zip(reversed(asked), reversed(given[:-1]), strict=True):
            found = e.does.either(expect(question, Truth), value, found)
        return found

    return lift(e.clock, chosen, *met)


def _not(e: Engine, expr: p.Not) -> Value:
    return lift(e.clock, lambda t: e.does.negate(expect(t, Truth)), e.value(expr.operand))


def _is_known(e: Engine, expr: p.IsKnown) -> Value:
    return lift(e.clock, partial(e.does.asked, questions.is_known), _alone(e, expr.operand, expr))


def _is_meaningful(e: Engine, expr: p.IsMeaningful) -> Value:
    return lift(e.clock, partial(e.does.asked, questions.is_meaningful), _alone(e, expr.operand, expr))


def _is_event(e: Engine, expr: p.IsEvent) -> Value:
    """By the facts; of a kill also in this world, on the day that is read. An example is a separate world, on no day and
    with no past: there a kill has happened if it is true, and a catalyst is still to come."""
    name, state = expr.operand.name, expr.state
    event, kill = e.events.get(name), e.program.kills.get(name)
    if kill is not None and state is p.EventState.HAPPENED:
        here = expect(e.read(e.values[name]), Truth)
        return e.does.asked(lambda t: happened(kill, event, t, e.world, e.program, e.clock.as_of), here)
    if event is None:
        return Truth.of(state is p.EventState.PENDING) if e.world.alone else Truth.of(None, because(NOTHING, name))
    return event.asked(state)


def _is_truth(e: Engine, expr: p.IsTruth) -> Value:
    truth = _alone(e, expr.operand, expr)
    return truth if expr.wanted else lift(e.clock, lambda t: e.does.negate(expect(t, Truth)), truth)


def _is_word(e: Engine, expr: p.IsWord) -> Value:
    return lift(e.clock, partial(e.does.asked, partial(questions.is_word, expr.word)), _alone(e, expr.operand, expr))


def _is_same(e: Engine, expr: p.IsSame) -> Value:
    sides = _alone(e, expr.operand, expr), _alone(e, expr.other, expr)
    return lift(e.clock, partial(e.does.asked, questions.is_same), *sides)


def _includes(e: Engine, expr: p.Includes) -> Value:
    return lift(e.clock, partial(e.does.asked, partial(questions.includes, expr.member)), _alone(e, expr.operand, expr))


def _contains(e: Engine, expr: p.Contains) -> Value:
    return lift(e.clock, partial(e.does.asked, partial(questions.contains, expr.words)), _alone(e, expr.operand, expr))


def _members(e: Engine, expr: p.Members) -> Value:
    return Members(expr.members)


def _holds(e: Engine, expr: p.Holds) -> Value:
    """True where it held in each of the last periods, or in so many of them; a gap among them makes it unknown, unless the
    others decide."""
    condition = e.value(expr.condition)
    if not isinstance(condition, Series):
        return condition
    span = in_rhythm(Duration(expr.count, expr.unit), condition.frequency)
    if e.does.notes:
        _note_held(e, expr, condition, span)
    past, least = Missing(expr.condition, e.clock, e.program), least_of(expr, span.count)
    return afterwards(condition, lambda over: e.does.held(over, span, past, least))


def _note_held(e: Engine, expr: p.Holds, condition: Series, span: Duration) -> None:
    """In how many of the periods asked for it held, and of how many: how far `for 8 quarters` is off. Of a daily series these
    are the days on which it has a figure."""
    window = _window_read(e, condition, span)
    if window is not None:
        asked = len(window) if condition.frequency is Frequency.DAY else span.count
        e.held[expr.address] = sum(isinstance(t, Truth) and t.value is True for t in window), asked


def _window_read(e: Engine, series: Series, span: Duration) -> list[Single] | None:
    """What a series has in the window that is read; None where no period is."""
    ordinal = reading(e.clock, series)
    if ordinal is None:
        return None
    if series.frequency is Frequency.DAY:
        first = days_back(ordinal, span.count, span.unit) + 1
        return [x for o, x in series.points.items() if first <= o <= ordinal]
    return [series.points[o] for o in range(ordinal - span.count + 1, ordinal + 1) if o in series.points]


def _note_left_out(e: Engine, expr: p.Call, series: Value) -> None:
    """Of how many of the figures in its window a figure is made that leaves out what is not meaningful."""
    span = window_of(expr)
    window = _window_read(e, series, in_rhythm(span, series.frequency)) if span and isinstance(series, Series) else None
    if window is not None:
        e.held[expr.address] = sum(not (isinstance(x, Figure) and x.nm) for x in window), len(window)


def _call(e: Engine, expr: p.Call) -> Value:
    if function(expr).shape in FORWARD:
        return FORWARD[function(expr).shape](e, expr)
    arguments = of_one_currency(e, [a for a in expr.arguments if not isinstance(a, p.Window)])
    if function(expr).shape is Shape.READ:
        arguments = [e.read(value) for value in arguments]
    if expr.function == "first_known":
        arguments = [_fallback(e, expr, a, value) for a, value in zip(expr.arguments, arguments, strict=True)]
    if function(expr).leaves_out and e.does.notes:
        _note_left_out(e, expr, arguments[0])
    return of_operand(e, expr, called(expr, arguments, e.clock, e.known_on, e.program, e.does.reducer, e.does.made))


def _fallback(e: Engine, expr: p.Call, argument: p.Expr, value: Value) -> Value:
    """A figure that the rules write in place of one that is not known, marked as such."""
    found = of_fallback(expr, argument, e.program.params)
    if found is None:
        return value
    ground = e.assume(found)
    return lift(e.clock, lambda x: e.does.resting(x, ground), value)


EVALUATE: dict[type[p.Expr], Callable[..., Value]] = {
    p.Const: _const, p.Ref: _ref, p.PathRef: _ref, p.AsOf: _as_of, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _comparison, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsMeaningful: _is_meaningful, p.IsEvent: _is_event,
    p.IsWord: _is_word, p.IsSame: _is_same, p.Includes: _includes, p.Members: _members, p.Holds: _holds, p.Call: _call,
    p.If: lambda e, expr: _cases(e, expr, of_one_currency(e, expr.values)), p.OneOf: _one_of, p.Contains: _contains,
}  # fmt: skip
"""How each kind of expression is evaluated."""
