"""The value of an expression: the reference evaluator, which walks it. Slow, obvious, exact.

In: a typed expression, the values of the names it speaks of, the clock. Out: a series or a single value, and in the
engine's trace what each expression came to. Must not know declarations, verdicts or reports.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property, partial

from dsl.program import program as p
from dsl.program.calls import function, least_of
from dsl.program.calls import window as window_of
from dsl.program.grounds import Assumes, Assumption, of_fallback
from dsl.types.functions import EXPECTING, Shape
from dsl.types.lengths import Duration, days_back, in_rhythm
from dsl.types.units import Frequency, Kind, Type
from evaluator.engine.causes import WRITTEN, of_operand
from evaluator.engine.evaluation import (
    NOTHING,
    Compared,
    Evaluation,
    Event,
    Judged,
    Past,
    Traced,
    World,
    happened,
    read,
    reading,
    traced,
)
from evaluator.engine.forward import FORWARD, Weighed, added
from evaluator.engine.functions.shapes import called
from evaluator.engine.functions.spans import Missing, afterwards
from evaluator.engine.meeting import meeting
from evaluator.engine.money import currency_of, in_reporting, of_one_currency
from evaluator.engine.operations import REFERENCE, Operations
from evaluator.engine.periods import Periods
from evaluator.facts.rates import UsedRates
from evaluator.known.asof import Clock, View
from evaluator.values import bounds as v
from evaluator.values import questions
from evaluator.values.series import Series, Value, expect, lift
from evaluator.values.step import EachDay, Step, Steps
from evaluator.values.unknown import unknown
from evaluator.values.values import Causes, Day, Facts, Figure, May, Members, Single, Truth, Words, because


class Engine:
    """One evaluation under way."""

    does: Operations = REFERENCE
    """What it does with single values."""

    def __init__(
        self,
        program: p.Program,
        view: View,
        world: World,
        start: Evaluation | None = None,
        events: Mapping[str, Event] | None = None,
        past: Past | None = None,
        changed: Container[str] = (),
    ) -> None:
        """`start`: what is taken over from an evaluation in another world, until it is evaluated again; of expressions all
        but the `changed`, by address. `events`: what became of kills and catalysts; `past`: what expressions came to on
        earlier days."""
        self.past = past if past is not None else start.past if start else None
        self.program, self.view, self.world = program, view, world
        self.values: dict[str, Value] = dict(start.values) if start else {}
        self.trace: dict[str, Traced] = dict(start.trace) if start else {}
        self.judged: dict[str, Judged] = dict(start.judged) if start else {}
        self.rows: dict[str, tuple[Truth, ...]] = dict(start.rows) if start else {}
        self.paths: dict[str, tuple[Figure, ...]] = dict(start.paths) if start else {}
        self.compared: list[Compared] = []
        self.given: set[str] = set(start.given) if start else set()
        self.rates_used: UsedRates = dict.fromkeys(start.rates_used if start else view.rates_used)
        self.local: dict[str, Figure] = {}
        """`previous` and `step` while a forecast runs."""
        self.currencies: dict[str, str | None] = dict(start.currencies) if start else {}
        """Names whose value is in a foreign currency."""
        self.stated: dict[str, Single] = dict(start.stated) if start else {}
        self.currencies_at: dict[str, str | None] = {}
        """The same by the address of an expression, as far as it was asked for."""
        self.reported: dict[str, Value] = {}
        """What expressions of foreign money come to in the reporting currency, by address, as far as it was asked for."""
        self.events: Mapping[str, Event] = events if events is not None else start.events if start else {}
        self.assumptions: dict[Assumption, int] = (
            {a: -n for n, a in enumerate(start.assumptions, 1)} if start else dict(program.grounds)
        )
        """What values rest on beside facts, with the number under which they say so."""
        self._owned: tuple[int, frozenset[int]] = (-1, frozenset())
        self.seen: dict[str, Value] = {a: x for a, x in start.whole.items() if a not in changed} if start else {}
        """By address: the values of expressions, whole."""
        self.kept: AbstractSet[str] = frozenset(self.seen)
        """Those that were taken over: they are not evaluated again."""
        self.weighed: dict[str, Weighed] = dict(start.weighed) if start else {}
        """By address of what is weighted by probability: what it is in each world."""
        self.there: Callable[[World, Iterable[str], p.Expr], Figure] | None = None
        """The value of an expression in another world that sets some names; None where no names are evaluated."""
        self.held: dict[str, tuple[int, int]] = {}
        """By address of a condition that must last: in how many of the periods asked for it held, and how many these are; of a
        window that leaves figures out: how many it keeps, of how many."""

    def finished(self) -> Evaluation:
        """What it came to."""
        return Evaluation(self.program, self.view, self.world, self.values, self.trace, self.judged, self.rows, self.paths,
                          tuple(self.compared), frozenset(self.given), tuple(self.rates_used), self.currencies, self.stated,
                          self.events, tuple(self.assumptions), self.past, self.seen,
                          self.weighed)  # fmt: skip

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""
        return self.view.clock

    @cached_property
    def periods(self) -> Periods:
        """The periods of which inputs have a figure."""
        return Periods.of(value for name, value in self.view.values.items() if name in self.program.inputs)

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

    def whole(self, expr: p.Expr) -> Value:
        """The value of an expression, which is not evaluated again where it was."""
        found = self.seen.get(expr.address) if expr.address else None
        return found if found is not None else self.value(expr)

    def traced(self, expr: p.Expr) -> Traced:
        """What an expression comes to, with the period that is read."""
        value = self.value(expr)
        return self.trace[expr.address] if expr.address else traced(self.clock, expr, value)

    def assume(self, found: Assumption) -> Facts:
        """The number of an assumption, as what a value rests on; what the program does not say itself comes after what it does."""
        return frozenset({self.assumptions.setdefault(found, -len(self.assumptions) - 1)})

    def thresholds(self, side: Single) -> Facts:
        """On what a side of a comparison rests. Figures of the author's own that meet no fact on their side are thresholds,
        and no part of what is compared."""
        if not side.facts or any(number > 0 for number in side.facts):
            return side.facts
        return side.facts - self._own(len(self.assumptions))

    def _own(self, count: int) -> frozenset[int]:
        """The numbers of the author's own figures, while so many assumptions are known."""
        if self._owned[0] != count:
            own = (number for assumption, number in self.assumptions.items() if assumption.kind is Assumes.OWN)
            self._owned = count, frozenset(own)
        return self._owned[1]

    def state(self, name: str, kind: Type) -> None:
        """Notes what a name's value in a foreign currency is in the reporting one, where a rate is known."""
        code = self.currencies.get(name)
        self.stated.pop(name, None)
        if code:
            span = self.program.declared(name).span
            found = self._stated(Traced(self.read(self.values[name])), p.Ref(span, kind, name), code)
            if found.currency is None:
                self.stated[name] = found.value

    def _stated(self, found: Traced, expr: p.Expr, code: str) -> Traced:
        single = self.read(in_reporting(self, expr))
        unknown = (
            isinstance(single, Figure) and single.wide and not (isinstance(found.value, Figure) and found.value.wide)
        )
        return replace(found, currency=code) if unknown else replace(found, value=single)

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
                return called(expr, parts, self.clock, self.known_on, self.program, self.does.reducer)
            case p.If():
                return _cases(self, expr, parts)
            case _:
                raise AssertionError(f"{type(expr).__name__} is no money")

    def known_on(self, expr: p.Expr) -> Callable[[], Steps | None] | None:
        """What the newest of a series was on each day, or what was expected, with what was known then; None where nothing is known
        of that."""
        past, as_of = self.past, self.clock.as_of
        if past is None:
            return None
        if isinstance(expr, p.Call) and function(expr).shape in EXPECTING:
            return lambda: past.then(expr, as_of)
        return lambda: past.latest(expr, as_of)

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points, all at once, since `give` notes which rates were used."""
        return {o: give(o) for o in ordinals}

    def rate(self, of: str | None, to: str | None) -> Figure | Step:
        """How much of one currency a unit of another is worth, as a function of time."""
        return self.view.rates.step(of, to, self.rates_used)

    def found(self, expr: p.Expr) -> Truth:
        """What a condition of the program came to when it was evaluated; evaluated now where it was not."""
        seen = self.trace.get(expr.address)
        return expect(seen.value, Truth) if seen is not None else self.truth(expr)

    def readable(self, expr: p.Expr, value: Value) -> Value:
        """A value by period of which the period that is read may be missing: it is there as unknown, and says which inputs
        are without it."""
        if not isinstance(value, Series):
            return value
        ordinal = reading(self.clock, value)
        if ordinal is None or ordinal in value.points:
            return value
        missing = self.open(expr, self._missing(expr, ordinal, value.frequency))
        return replace(value, points=dict(sorted({**value.points, ordinal: missing}.items())))

    def open(self, expr: p.Expr, causes: Causes) -> Single:
        """What is not known of an expression: it may turn out not to be meaningful, where it can be that."""
        found = unknown(expr.type.kind, causes)
        if not self.program.can_mean_nothing(expr):
            return found
        if isinstance(found, Truth):
            return replace(found, possible=May.ANY)
        return replace(found, undefined=True) if isinstance(found, Figure) else found

    def _missing(self, expr: p.Expr, ordinal: int, frequency: Frequency) -> Causes:
        """The inputs under an expression that have no figure of a period; all of them where each has one by itself."""
        causes = Missing(expr, self.clock, self.program).causes(ordinal, frequency, "no figure is known")
        return frozenset(c for c in causes if not self._has(c.name, ordinal)) or causes

    def _has(self, name: str, ordinal: int) -> bool:
        value = self.values.get(name)
        return isinstance(value, Series) and ordinal in value.points and value.points[ordinal].settled

    # --- expressions ---------------------------------------------------------------------------------

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression; what stands in the program is noted in the trace."""
        if expr.address in self.kept:
            return self.seen[expr.address]
        forced = self.world.forced.get(expr.address) if expr.address else None
        value = Truth.of(forced) if forced is not None else EVALUATE[type(expr)](self, expr)
        if expr.address:
            value = self.readable(expr, value)
            self.seen[expr.address] = value
            found = traced(self.clock, expr, value, self.held.get(expr.address))
            code = currency_of(self, expr)
            self.trace[expr.address] = self._stated(found, expr, code) if code else found
        return value


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

    return lift(e.clock, compared, *meeting(e, expr.left, expr.right))


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
    return of_operand(e, expr, called(expr, arguments, e.clock, e.known_on, e.program, e.does.reducer))


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
