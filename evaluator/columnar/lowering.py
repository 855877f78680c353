"""Typed expressions -> terms: what an expression comes to for all names at once, at the period that is read and at earlier ones.

In: a `Program`, which columns there are (`Sources`). Out: figures, truths, words and days of terms. Must not know tables or back ends.
`NotColumnar` for what columns cannot say.

A value is asked for `ago` periods before the one that is read: 0 is that one. So a function that looks back is one of the columns of the
periods that it looks at, and a period of which a table says nothing is unknown there, as any other. `NOWHERE` stands for a period of
which nothing at all is known: what can be said of it follows from the bounds of inputs alone (`Series.elsewhere`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from dsl.program import program as p
from dsl.program.calls import Asked, Periods, asked, back, function, least_of
from dsl.program.calls import window as window_of
from dsl.program.declared import DOES_NOT_APPLY
from dsl.types.functions import EXPECTING, WRITTEN, Flat, Shape
from dsl.types.lengths import Duration, days_back, in_rhythm
from dsl.types.units import FIGURES, Frequency, Kind
from evaluator.columnar import functions as fn
from evaluator.columnar import words as w
from evaluator.columnar.figures import Bounded, Figures, Number, Plain
from evaluator.columnar.functions import NotColumnar
from evaluator.columnar.terms import Term
from evaluator.columnar.truths import Truth
from evaluator.columnar.words import Day, Words
from evaluator.engine.functions.registry import formula_of
from evaluator.engine.functions.shapes import MODULES
from evaluator.engine.functions.spans import CLOSED, WEEKEND
from evaluator.engine.verdicts import NO_ROW
from evaluator.known.unknown import no_fact
from evaluator.values.algebra import OPERATORS
from evaluator.values.questions import folded
from evaluator.values.values import Figure

NOWHERE = -1
"""A period of which nothing is known."""
LONGEST = 64
"""So many periods are looked at: beyond, the row engine is no slower."""
_REGISTERED = MODULES
_MOST = 10_000.0

Value = Number | Truth | Words | Day


class Sources(Protocol):
    """What a table has."""

    as_of: dt.date | None
    """The day on which is judged; None where each row has its own."""

    def input(self, declared: p.Input | p.Metric, ago: int) -> Value | None:
        """What a table says of a name, so many periods ago; None where it has no column for it."""

    def has(self, name: str) -> Term:
        """Whether a table says anything of a name, of any period."""

    def periods(self, frequency: Frequency) -> Term | None:
        """How many periods before the one that is read the first one lies of which anything is known; None where no earlier one is."""

    def depth(self) -> int:
        """How many earlier periods any name has."""

    def today(self, ago: int) -> Day:
        """The day on which is judged, and the end of each earlier period."""

    def currency(self, code: str) -> bool:
        """Whether a currency that rules name is that of each name."""


class Lowering:
    """A program on columns: each name and expression is lowered once for each period that is asked for."""

    def __init__(self, program: p.Program, figures: Figures, sources: Sources) -> None:
        self.program, self.f, self.sources = program, figures, sources
        self.k = figures.terms
        self._names: dict[tuple[str, int], Value] = {}
        self._exprs: dict[tuple[int, int], Value] = {}
        self._local: dict[str, Number] | None = None
        self._paths: dict[str, tuple[Number, ...]] = {}
        self._keep: list[p.Expr] = []

    # --- names --------------------------------------------------------------------------------------------------

    def name(self, name: str, ago: int = 0) -> Value:
        """The value of a name. Raises NotColumnar, with the name."""
        key = name, ago
        if key not in self._names:
            local, self._local = self._local, None
            try:
                self._names[key] = self._declared(self.program.declared(name), ago)
            except NotColumnar as found:
                raise found if found.name else NotColumnar(found.reason, name) from None
            finally:
                self._local = local
        return self._names[key]

    def _declared(self, declared: p.Declared, ago: int) -> Value:
        match declared:
            case p.Input():
                if declared.by_segment or declared.segment:
                    raise NotColumnar("figures of segments")
                self._money(declared.type)
                found = self.sources.input(declared, ago)
                return found if found is not None else self.no_fact(declared)
            case p.Param():
                return self._param(declared, ago)
            case p.Metric():
                return self._metric(declared, ago)
            case p.Forecast():
                return self.path(declared.name)[-1]
            case p.Condition():
                return self._condition(declared, ago)
            case p.Kill():
                return self.value(declared.when, ago)
            case p.Pillar():
                return self.pillar(declared.name)
            case p.Verdict():
                return self.verdict(declared.name)
            case _:
                raise NotColumnar("events are judged name by name")

    def no_fact(self, declared: p.Input | p.Metric) -> Value:
        """A name of which nothing is known."""
        kind = declared.type.kind
        if declared.type.is_figure:
            found = no_fact(declared)
            assert isinstance(found, Figure)
            return self.f.figure(found)
        if kind is Kind.FLAG:
            return self.f.open
        if kind is Kind.DATE:
            return Day(self.k.null("d"))
        if kind in (Kind.CHOICE, Kind.TEXT):
            return w.written(self.f, None)
        raise NotColumnar("sets")

    def _money(self, kind: Any) -> None:
        if kind.currency is not None and not self.sources.currency(kind.currency):
            raise NotColumnar("money of another currency than that of each name")

    def _param(self, declared: p.Param, ago: int) -> Value:
        """The version in force on the day: of a table of many days, on the day of each row."""
        f, k = self.f, self.k
        versions = declared.versions
        if self.sources.as_of is not None:
            in_force = [v for v in versions if v.since is None or v.since <= self.sources.as_of]
            return self.value(in_force[-1].value, ago) if in_force else f.unknown
        found: Value = f.unknown
        for version in versions:
            value = self.value(version.value, ago)
            if version.since is None:
                found = value
                continue
            since = k.le(k.const(version.since.toordinal()), self.sources.today(0).value)
            found = self._chosen(since, value, found)
        return found

    def _metric(self, declared: p.Metric, ago: int) -> Value:
        """A figure that is given wins over the formula; outside `meaningful when` it means nothing."""
        found = self.value(declared.value, ago)
        given = self.sources.input(declared, ago)
        if given is not None:
            self._money(declared.type)
            says = self.f.known(given) if isinstance(given, Plain | Bounded | Truth) else None
            if says is None:
                raise NotColumnar("a metric that is no figure and is given")
            found = self._chosen(says, given, found)
        if declared.meaningful is None:
            return found
        assert isinstance(found, Plain | Bounded)
        means = self.value(declared.meaningful, ago)
        assert isinstance(means, Truth)
        return fn.meaningful(self.f, found, means)

    def path(self, name: str) -> tuple[Number, ...]:
        """The steps of a forecast, from what it starts from."""
        if name not in self._paths:
            declared = self.program.forecasts[name]
            path: list[Number] = []
            for step in range(declared.steps + 1):
                others = self.program.steps_read[name]
                local = {n: self.path(n)[step] for n in others if step < len(self.path(n))}
                if path:
                    local |= {"previous": path[-1], "step": self.f.exact(float(step))}
                before, self._local = self._local, local
                try:
                    found = self._evaluated(declared.then if path else declared.starts, 0)
                finally:
                    self._local = before
                path.append(_number(found))
            self._paths[name] = tuple(path)
        return self._paths[name]

    # --- what is judged ---------------------------------------------------------------------------------------------

    def _condition(self, declared: p.Condition, ago: int) -> Value:
        holds = self.truth(declared.when, ago)
        if declared.applies is None:
            return holds
        return self.f.conjunction([self.truth(declared.applies, 0), holds])

    def applies(self, declared: p.Condition | p.Pillar | p.Verdict) -> Truth:
        """Whether it applies, at the period that is read."""
        return self.truth(declared.applies, 0) if declared.applies is not None else self.f.yes

    def pillar(self, name: str) -> Words:
        """The statuses that are possible (`verdicts.pillar_status`)."""
        f, k = self.f, self.k
        declared = self.program.pillars[name]
        may: dict[p.Side, tuple[Term, Term]] = {}
        for side in p.Side:
            certain, maybe = [], []
            for condition in self.program.speaking(name):
                if condition.side is side:
                    applies, holds = self.applies(condition), self.truth(condition.when, 0)
                    certain.append(k.both(f.holds(applies), f.holds(holds)))
                    maybe.append(k.both(applies.true, holds.true))
            may[side] = k.any(*maybe), k.negated(k.any(*certain))
        (bull, no_bull), (bear, no_bear) = may[p.Side.BULL], may[p.Side.BEAR]
        words = [
            ("supported", k.both(bull, no_bear)), ("undermined", k.both(no_bull, bear)),
            ("contested", k.both(bull, bear)), ("open", k.both(no_bull, no_bear)),
        ]  # fmt: skip
        return Words(self._where_it_applies(words, declared), k.false)

    def verdict(self, name: str) -> Words:
        """The outcomes that are possible (`verdicts.verdict_outcomes`)."""
        k, words = self.k, dict[str, Term]()
        for word, may in self.in_order(name):
            words[word.value] = k.any(words.get(word.value, k.false), may)
        return Words(tuple((k.const(word), may) for word, may in words.items()), k.false)

    def in_order(self, name: str) -> tuple[tuple[Term, Term], ...]:
        """The outcome of each row, with whether it may be that one: an outcome of several rows stands there several times."""
        f, k = self.f, self.k
        declared = self.program.verdicts[name]
        alive, rows = k.true, list[tuple[str, Term]]()
        for row in declared.rows:
            truth = self.truth(row.when, 0) if row.when is not None else f.yes
            rows.append((row.outcome, k.both(alive, truth.true)))
            alive = k.both(alive, k.negated(f.holds(truth)))
        return self._where_it_applies([*rows, (NO_ROW, alive)], declared)

    def _where_it_applies(
        self, words: Sequence[tuple[str, Term]], declared: p.Pillar | p.Verdict
    ) -> tuple[tuple[Term, Term], ...]:
        f, k = self.f, self.k
        if declared.applies is not None:
            applies = self.applies(declared)
            words = [(word, k.both(may, applies.true)) for word, may in words]
            words = [*words, (DOES_NOT_APPLY, k.negated(f.holds(applies)))]
        return tuple((k.const(word), may) for word, may in words if may is not k.false)

    # --- expressions -------------------------------------------------------------------------------------------

    def truth(self, expr: p.Expr, ago: int) -> Truth:
        """Whether an expression holds."""
        found = self.value(expr, ago)
        assert isinstance(found, Truth), f"{expr} is no question"
        return found

    def value(self, expr: p.Expr, ago: int) -> Value:
        """What an expression comes to, so many periods ago."""
        if self._local is not None:
            return self._evaluated(expr, ago)
        key = id(expr), ago
        if key not in self._exprs:
            self._keep.append(expr)
            self._exprs[key] = self._evaluated(expr, ago)
        return self._exprs[key]

    def _evaluated(self, expr: p.Expr, ago: int) -> Value:
        lower = _LOWER.get(type(expr))
        if lower is None:
            raise NotColumnar(f"`{expr.text}`")
        found: Value = lower(self, expr, ago)
        return found

    def _read(self, expr: p.Expr, whole: p.Expr, ago: int) -> Value:
        """A part of a question: of a series the period that is read, unless it is asked of each."""
        if whole.type.series is not None and expr.type.series not in (None, whole.type.series):
            raise NotColumnar("series of several frequencies that meet")
        return self.value(expr, ago if whole.type.series is not None or expr.type.series is None else 0)

    def _chosen(self, mask: Term, yes: Value, no: Value) -> Value:
        """One of two by a column that is decided."""
        f = self.f
        if isinstance(yes, Truth) and isinstance(no, Truth):
            return f.chosen(mask, yes, no)
        if isinstance(yes, Words) and isinstance(no, Words):
            return w.chosen(f, mask, yes, no)
        if isinstance(yes, Day) and isinstance(no, Day):
            return Day(self.k.when(mask, yes.value, no.value))
        return f.chosen_number(mask, _number(yes), _number(no))

    def either(self, question: Truth, yes: Value, no: Value) -> Value:
        """One of two by a question (`values.either`)."""
        f = self.f
        if isinstance(yes, Truth) and isinstance(no, Truth):
            return f.either(question, yes, no)
        if isinstance(yes, Words) and isinstance(no, Words):
            return w.either(f, question, yes, no)
        if isinstance(yes, Day) and isinstance(no, Day):
            return w.either_day(f, question, yes, no)
        return fn.either(f, question, _number(yes), _number(no))

    # --- periods ------------------------------------------------------------------------------------------------------

    def known_series(self, expr: p.Expr) -> Term:
        """Whether an expression is a series: where nothing is known of any input of its frequency, it is one value."""
        inputs, frequency = self.program.inputs, expr.type.series
        if frequency is None:
            return self.k.false
        below = self.program.upstream(p.names_in(expr))
        names = sorted(n for n in below if n in inputs and inputs[n].type.series is frequency)
        return self.k.any(*(self.sources.has(n) for n in names))

    def by_series(self, expr: p.Expr, single: Callable[[], Value], series: Callable[[], Value]) -> Value:
        """What is made of a series, and of one value in its place."""
        mask = self.known_series(expr)
        if mask.constant:
            return series() if mask.value else single()
        return self._chosen(mask, series(), single())

    def nowhere(self, expr: p.Expr) -> Value:
        """What an expression is in a period of which nothing is known (`Missing`): within its bounds, where it has some, else it may
        turn out to mean nothing."""
        found = self.nowhere_bounds(expr)
        return self._missing_where(self.k.true, found) if self.program.can_mean_nothing(expr) else found

    def nowhere_bounds(self, expr: p.Expr) -> Value:
        """What follows of such a period from bounds alone (`Series.elsewhere`). Of what is dated nothing is known there."""
        f, k = self.f, self.k
        found = self.value(expr, NOWHERE)
        inputs = self.program.inputs
        below = self.program.upstream(p.names_in(expr))
        dated = k.any(*(self.sources.has(n) for n in sorted(below) if n in inputs and inputs[n].type.series is None))
        if p.asks_for_the_day(expr) or not self.program.with_the_day.isdisjoint(below):
            dated = k.true
        if isinstance(found, Truth):
            return f.chosen(k.any(dated, k.negated(f.settled(found))), f.open, found)
        number = _number(found)
        return f.chosen_number(k.any(dated, number.nm), f.unknown, number)

    def earlier(self, expr: p.Expr, ago: int, steps: int) -> Value:
        """What a series was so many periods before another."""
        if ago == NOWHERE or self._begins(expr) is None:
            return self.nowhere(expr)
        if ago + steps > LONGEST:
            raise NotColumnar(f"more than {LONGEST} periods back")
        return self.at(expr, ago + steps)

    def at(self, expr: p.Expr, ago: int) -> Value:
        """What a series was so many periods ago; before its first period what it is of nothing."""
        found, begins = self.value(expr, ago), self._begins(expr)
        if not ago or begins is None:
            return found
        return self._chosen(self.k.lt(begins, self.k.const(float(ago))), self.nowhere(expr), found)

    def _begins(self, expr: p.Expr) -> Term | None:
        frequency = expr.type.series
        return self.sources.periods(frequency) if frequency is not None else None

    def _missing_where(self, before: Term, found: Value) -> Value:
        f, k = self.f, self.k
        if isinstance(found, Truth):
            open_ = k.negated(f.settled(found))
            return Truth(found.true, found.false, k.any(found.nm, k.both(before, open_)))
        number = _number(found)
        maybe = k.any(number.undefined, k.both(before, f.wide(number)))
        if isinstance(number, Plain):
            return Plain(number.value, maybe, number.nm, number.rough, number.doubtful)
        return Bounded(number.low, number.high, maybe, number.nm, number.assumed)

    def span(self, expr: p.Expr, span: Duration, ago: int) -> tuple[list[int], Term]:
        """The periods of a span that ends so many periods ago, the oldest first, and where it begins before the first one."""
        k, frequency = self.k, expr.type.series
        assert frequency is not None, "only a series has a past"
        if frequency is Frequency.DAY:
            if self.sources.periods(frequency) is not None or self.sources.as_of is None:
                raise NotColumnar("a series by day of many days")
            today = self.sources.as_of.toordinal()
            back_to = days_back(today, span.count, span.unit)
            short = today <= back_to + min(WEEKEND, CLOSED)
            return ([ago], k.false) if short else ([ago], k.true)
        count = in_rhythm(span, frequency).count
        if in_rhythm(span, frequency).unit is not frequency:
            raise NotColumnar(f"a span of {span}")
        begins = self._begins(expr)
        if count == 1:
            return [ago], k.false
        if begins is None:
            return [ago], k.true
        if ago + count - 1 > LONGEST:
            raise NotColumnar(f"more than {LONGEST} periods back")
        return list(range(ago + count - 1, ago - 1, -1)), k.lt(begins, k.const(float(ago + count - 1)))


def _number(value: Value) -> Number:
    if not isinstance(value, Plain | Bounded):
        raise NotColumnar("what is no figure")
    return value


# --- expressions, by kind ------------------------------------------------------------------------------------------


def _const(e: Lowering, expr: p.Const, ago: int) -> Value:
    value = expr.value
    e._money(expr.type)
    if value is None:
        kind = expr.type.kind
        if kind is Kind.FLAG:
            return e.f.open
        if kind in (Kind.CHOICE, Kind.TEXT):
            return w.written(e.f, None)
        return Day(e.k.null("d")) if kind is Kind.DATE else e.f.unknown
    if isinstance(value, bool):
        return e.f.yes if value else e.f.no
    if isinstance(value, float):
        return e.f.exact(value)
    if isinstance(value, dt.date):
        return Day(e.k.const(value.toordinal()))
    return w.written(e.f, (value,))


def _ref(e: Lowering, expr: p.Ref, ago: int) -> Value:
    if e._local is not None and expr.name in e._local:
        return e._local[expr.name]
    # A condition's name means its latest value, but for `for` and streak(), where its type is a series.
    judged = e.program.conditions.get(expr.name) or e.program.kills.get(expr.name)
    if judged is not None and judged.when.type.series is not None and expr.type.series is None:
        return e.name(expr.name, 0)
    if expr.type.kind is Kind.SET:
        raise NotColumnar("sets")
    return e.name(expr.name, ago)


def _as_of(e: Lowering, expr: p.AsOf, ago: int) -> Value:
    return e.sources.today(ago)


def _convert(e: Lowering, expr: p.Convert, ago: int) -> Value:
    e._money(expr.operand.type)
    return e.value(expr.operand, ago)


def _negative(e: Lowering, expr: p.Negative, ago: int) -> Value:
    return e.f.negative(_number(e.value(expr.operand, ago)))


def _arithmetic(e: Lowering, expr: p.Arithmetic, ago: int) -> Value:
    left, right = _number(e.value(expr.left, ago)), _number(e.value(expr.right, ago))
    if expr.operator == "^":
        return fn.power(e.f, left, right)
    found: Value = OPERATORS[expr.operator](e.f)(left, right)
    return found


def _compare(e: Lowering, expr: p.Compare, ago: int) -> Value:
    a, b = e.value(expr.left, ago), e.value(expr.right, ago)
    if isinstance(a, Day) and isinstance(b, Day):
        return _compare_days(e, expr.operator, a, b)
    return e.f.compare(expr.operator, _number(a), _number(b))


def _compare_days(e: Lowering, operator: str, a: Day, b: Day) -> Truth:
    f, k = e.f, e.k
    if operator in (">", ">="):
        return _compare_days(e, "<" if operator == ">" else "<=", b, a)
    op = {"<": "lt", "<=": "le", "=": "eq", "!=": "ne"}[operator]
    other = {"lt": "le", "le": "lt"}
    true = k.compared(op, a.value, b.value, null=True)
    if op in other:
        return Truth(true, k.compared(other[op], b.value, a.value, null=True), k.false)
    return Truth(true, k.compared("ne" if op == "eq" else "eq", a.value, b.value, null=True), f.no.true)


def _logic(e: Lowering, expr: p.Logic, ago: int) -> Value:
    items = [_question(e.value(x, ago) if x.type.series is None else e._read(x, expr, ago)) for x in expr.items]
    return e.f.conjunction(items) if expr.operator == "and" else e.f.disjunction(items)


def _question(value: Value) -> Truth:
    assert isinstance(value, Truth), "the checker has seen to it"
    return value


def _one_of(e: Lowering, expr: p.OneOf, ago: int) -> Value:
    if expr.words is None:
        return _logic(e, expr, ago)
    return w.among(e.f, expr.words, _words(e._read(expr.asked, expr, ago)))


def _words(value: Value) -> Words:
    assert isinstance(value, Words), "the checker has seen to it"
    return value


def _not(e: Lowering, expr: p.Not, ago: int) -> Value:
    return e.f.negate(e.truth(expr.operand, ago))


def _is_known(e: Lowering, expr: p.IsKnown, ago: int) -> Value:
    found, f = e._read(expr.operand, expr, ago), e.f
    if isinstance(found, Words):
        return f.decided(w.known(f, found))
    return f.decided(e.k.negated(e.k.is_null(found.value)) if isinstance(found, Day) else f.known(found))


def _is_meaningful(e: Lowering, expr: p.IsMeaningful, ago: int) -> Value:
    found, f, k = e._read(expr.operand, expr, ago), e.f, e.k
    match found:
        case Truth():
            return Truth(k.any(found.true, found.false), found.nm, k.false)
        case Words():
            return w.is_meaningful(f, found)
        case Day():
            return f.yes
        case _:
            number = f.settled_number(found) if isinstance(found, Plain) else found
            return Truth(k.negated(number.nm), number.undefined, k.false)


def _is_event(e: Lowering, expr: p.IsEvent, ago: int) -> Value:
    raise NotColumnar("events are judged name by name")


def _is_truth(e: Lowering, expr: p.IsTruth, ago: int) -> Value:
    found = _question(e._read(expr.operand, expr, ago))
    return found if expr.wanted else e.f.negate(found)


def _is_word(e: Lowering, expr: p.IsWord, ago: int) -> Value:
    return w.among(e.f, frozenset((expr.word,)), _words(e._read(expr.operand, expr, ago)))


def _is_same(e: Lowering, expr: p.IsSame, ago: int) -> Value:
    sides = _words(e._read(expr.operand, expr, ago)), _words(e._read(expr.other, expr, ago))
    return w.is_same(e.f, *sides)


def _contains(e: Lowering, expr: p.Contains, ago: int) -> Value:
    return w.contains(e.f, folded(expr.words), _words(e._read(expr.operand, expr, ago)))


def _cases(e: Lowering, expr: p.If, ago: int) -> Value:
    parts = [e._read(x, expr, ago) if x.type.series is not None else e.value(x, ago) for x in (*expr.conditions, *expr.values)]
    asked_, given = parts[: len(expr.conditions)], parts[len(expr.conditions) :]
    found = given[-1]
    for question, value in zip(reversed(asked_), reversed(given[:-1]), strict=True):
        found = e.either(_question(question), value, found)
    return found


def _holds(e: Lowering, expr: p.Holds, ago: int) -> Value:
    """True where it held in each of the last periods, or in so many of them."""
    condition = expr.condition
    if condition.type.series is None or ago == NOWHERE:
        return e.value(condition, ago)
    return e.by_series(condition, lambda: e.value(condition, ago), lambda: _held(e, expr, ago))


def _held(e: Lowering, expr: p.Holds, ago: int) -> Value:
    condition, f = expr.condition, e.f
    frequency = condition.type.series
    assert frequency is not None
    span = in_rhythm(Duration(expr.count, expr.unit), frequency)
    if span.unit is Frequency.DAY:
        raise NotColumnar("a condition by day that must last")
    periods, _ = e.span(condition, span, ago)
    truths = [_question(e.at(condition, at)) for at in periods]
    lacking = [_question(e.nowhere(condition))] * (span.count - len(periods))
    least = least_of(expr, span.count)
    if least is None:
        return f.conjunction([*truths, *lacking])
    return f.at_least([*truths, *lacking], least)


def _call(e: Lowering, expr: p.Call, ago: int) -> Value:
    row, plain = function(expr), asked(expr)
    shape = row.shape
    if shape in EXPECTING or shape in (Shape.WORLDS, Shape.SEGMENTS):
        raise NotColumnar(f"`{row.name}`")
    if shape is Shape.PATH:
        return _over_path(e, expr, plain)
    values = [
        a for a, s in zip(expr.arguments, (row.slot(n) for n in range(len(expr.arguments))), strict=True)
        if not isinstance(a, p.Window) and s not in WRITTEN
    ]  # fmt: skip
    if shape is Shape.REDUCE and window_of(expr) is None:
        return _reduced(e, expr.function, [_number(e.value(a, ago)) for a in values], plain)
    first = values[0]
    match shape:
        case Shape.EACH | Shape.LOGIC | Shape.REDUCE if window_of(expr) is None:
            return _each(e, expr, values, plain, ago)
        case Shape.READ:
            return _each(e, expr, values, plain, 0)
        case Shape.BACK | Shape.SHIFT:
            return _back(e, expr, first, plain, ago)
        case Shape.WINDOW | Shape.REDUCE:
            return _window(e, expr, first, plain, ago)
        case Shape.YEAR:
            return _year(e, expr, first, plain, ago)
        case Shape.LAST:
            return _latest(e, first, ago)
        case _:
            return _streak(e, first, ago)


def _keywords(e: Lowering, name: str, plain: Asked) -> dict[str, Any]:
    given = formula_of(name)
    return {want: getattr(plain, want) for want in given.wants} if given is not None else {}


def _by_formula(e: Lowering, name: str, plain: Asked, *arguments: Any) -> Value:
    given = formula_of(name)
    assert given is not None
    if name == "cagr" and plain.number != 1:
        return _growth_a_year(e, plain.number, *arguments)
    found: Value = given.function(e.f, *arguments, **_keywords(e, name, plain))
    return found


def _growth_a_year(e: Lowering, years: int, now: Number, then: Number) -> Number:
    f = e.f
    grown = f.subtract(f.ratio(now, then, ""), f.exact(1.0))
    ratio = f.add(grown, f.exact(1.0))
    return f.subtract(fn.power(f, ratio, f.exact(1.0 / years)), f.exact(1.0))


def _reduced(e: Lowering, name: str, items: Sequence[Number], plain: Asked) -> Value:
    match name:
        case "median":
            return fn.median(e.f, items)
        case "stdev":
            return fn.stdev(e.f, items)
        case "volatility":
            return fn.volatility(e.f, items, per_year=plain.per_year)
        case "percentile":
            return fn.percentile(e.f, items)
        case _:
            return _by_formula(e, name, plain, items)


def _each(e: Lowering, expr: p.Call, values: Sequence[p.Expr], plain: Asked, ago: int) -> Value:
    name, f, k = expr.function, e.f, e.k
    given = [e.value(a, ago) for a in values]
    match name:
        case "sqrt":
            return fn.square_root(f, _number(given[0]))
        case "ln":
            return fn.logarithm(f, _number(given[0]))
        case "exp":
            return fn.exponential(f, _number(given[0]))
        case "round":
            return fn.rounded(f, _number(given[0]), number=plain.number, percent_places=plain.percent_places)
        case "floor" | "ceil":
            return fn.stepped(f, _number(given[0]), name == "ceil", plain.percent_places)
        case "count":
            return fn.count(f, [_question(x) for x in given])
        case "first_known":
            found = given[-1]
            for value in reversed(given[:-1]):
                found = e._chosen(_known(e, value), value, found)
            return found
        case "days_between":
            first, second = (k.ordinal(_day(x)) for x in given)
            return f.plain(k.sub(second, first))
        case "months_between":
            return f.plain(_months_between(e, _day(given[0]), _day(given[1])))
        case "add_months":
            return Day(k.months_later(_day(given[0]), plain.number))
        case "year":
            return f.plain(k.day_part("year", _day(given[0])))
        case _:
            return _by_formula(e, name, plain, *given)


def _known(e: Lowering, value: Value) -> Term:
    if isinstance(value, Words):
        return w.known(e.f, value)
    return e.k.negated(e.k.is_null(value.value)) if isinstance(value, Day) else e.f.known(value)


def _day(value: Value) -> Term:
    assert isinstance(value, Day), "the checker has seen to it"
    return value.value


def _months_between(e: Lowering, first: Term, second: Term) -> Term:
    """Whole months: the difference of the months, one less where the day is not reached yet. A month that has no such day is
    reached on its last."""
    k, one, zero = e.k, e.k.const(1.0), e.k.const(0.0)

    def month(day: Term) -> Term:
        return k.add(k.mul(k.day_part("year", day), k.const(12.0)), k.day_part("month", day))

    months = k.sub(month(second), month(first))
    last = k.day_part("last_day", second)
    reached = k.least(k.day_part("day", first), last)  # on which day of its month the second date is so many months later
    day = k.day_part("day", second)
    later, earlier = k.le(first, second), k.lt(second, first)
    less = k.both(later, k.lt(day, reached))
    more = k.both(earlier, k.lt(reached, day))
    return k.add(months, k.when(less, k.neg(one), k.when(more, one, zero)))


def _over_path(e: Lowering, expr: p.Call, plain: Asked) -> Value:
    path = expr.arguments[0]
    assert isinstance(path, p.PathRef), "the checker has seen to it"
    local = e._local
    if local is not None:
        raise NotColumnar("the steps of a forecast within a forecast")
    steps = e.path(path.name)
    if expr.function == "npv":
        return fn.npv(e.f, steps, _number(e.value(expr.arguments[1], 0)))
    return _by_formula(e, expr.function, plain, steps)


def _back(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked, ago: int) -> Value:
    """A period with an earlier one; of a single value with itself."""
    now = _number(e.value(series, ago))

    def earlier() -> Value:
        found = back(expr)
        if isinstance(found, Periods):
            then = e.earlier(series, ago, found.step)
        elif e._begins(series) is None:
            then = e.nowhere(series)
        else:
            raise NotColumnar("a series by day of many days")
        return _by_formula(e, expr.function, plain, now, _number(then))

    def itself() -> Value:
        return _by_formula(e, expr.function, plain, now, now)

    return itself() if ago == NOWHERE else e.by_series(series, itself, earlier)


def _window(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked, ago: int) -> Value:
    span = window_of(expr)
    assert span is not None

    def over() -> Value:
        periods, before = e.span(series, span, ago)
        missing = _missing_window(e, expr, series, plain)
        if before is e.k.true:
            return missing
        figures = [_number(e.at(series, at)) for at in periods]
        return e._chosen(before, missing, _reduced(e, expr.function, figures, plain))

    def flat() -> Value:
        return _flat(e, expr, _number(e.value(series, ago)), plain)

    return flat() if ago == NOWHERE else e.by_series(series, flat, over)


def _missing_window(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked) -> Value:
    """A window that begins before the series: what it would be of the bounds of what it is made of."""
    of_bounds = _flat(e, expr, _number(e.nowhere_bounds(series)), plain)
    found = e.f.chosen_number(e.f.wide(_number(of_bounds)), e.f.unknown, _number(of_bounds))
    return e._missing_where(e.k.true, found) if e.program.can_mean_nothing(series) else found


def _flat(e: Lowering, expr: p.Call, value: Number, plain: Asked) -> Value:
    """What it gives of what is the same in every period (`Flat`)."""
    row, found = function(expr), back(expr)
    if row.flat is Flat.ITSELF:
        return value
    if isinstance(found, Duration):
        if e.sources.as_of is None:
            raise NotColumnar("a window of days as of many days")
        periods = max(1, found.days_to(e.sources.as_of))
    else:
        periods = 1 if found is None or found.steps is None else found.steps + 1
    if row.flat is Flat.TIMES:
        return e.f.multiply(value, e.f.exact(float(periods)))
    if periods > LONGEST:
        raise NotColumnar(f"more than {LONGEST} periods back")
    return _reduced(e, expr.function, [value] * periods, plain)


def _year(e: Lowering, expr: p.Call, series: p.Expr, plain: Asked, ago: int) -> Value:
    """The trailing year: the sum of its periods."""

    def over() -> Value:
        assert series.type.series is not None
        count = series.type.series.per_year
        figures = [e.earlier(series, ago, at) if at else e.value(series, ago) for at in range(count - 1, -1, -1)]
        return _by_formula(e, expr.function, plain, [_number(figure) for figure in figures])

    def flat() -> Value:
        return _flat(e, expr, _number(e.value(series, ago)), plain)

    return flat() if ago == NOWHERE else e.by_series(series, flat, over)


def _latest(e: Lowering, series: p.Expr, ago: int) -> Value:
    """The newest that is known, or known to mean nothing; else the newest."""
    begins = e._begins(series)
    if begins is None or ago == NOWHERE:
        return e.value(series, ago)
    if ago and any(i.stale_after for n, i in e.program.inputs.items() if n in e.program.upstream(p.names_in(series))):
        raise NotColumnar("`latest` at an earlier period of what grows stale")
    found = e.value(series, ago)
    for at in range(_depth(e), ago - 1, -1):
        value = e.value(series, at)
        here = e.k.le(e.k.const(float(at)), begins)
        found = e._chosen(e.k.both(here, _settled(e, value)), value, found)
    return found


def _settled(e: Lowering, value: Value) -> Term:
    if isinstance(value, Truth):
        return e.f.settled(value)
    return e.k.any(e.f.known(value), value.nm) if isinstance(value, Plain | Bounded) else _known(e, value)


def _depth(e: Lowering) -> int:
    if e.sources.depth() > LONGEST:
        raise NotColumnar(f"more than {LONGEST} periods back")
    return e.sources.depth()


def _streak(e: Lowering, series: p.Expr, ago: int) -> Value:
    f, k = e.f, e.k

    def of(low: Term) -> Number:
        return Bounded(low, f.high_end, k.false, k.false, k.false)

    def ever() -> Value:
        return fn.streak(f, of(k.const(_MOST - 1)), e.truth(series, ago))

    def run() -> Value:
        begins = e._begins(series)
        always = f.holds(_question(e.value(series, NOWHERE)))
        start: Number = of(k.when(always, k.const(_MOST - 1), k.const(0.0)))
        if begins is None:
            return fn.streak(f, start, e.truth(series, ago))
        found = start
        for at in range(_depth(e), ago - 1, -1):
            longer = fn.streak(f, found, e.truth(series, at))
            found = f.chosen_number(k.lt(begins, k.const(float(at))), start, longer)
        return found

    return ever() if ago == NOWHERE else e.by_series(series, ever, run)


_LOWER: dict[type[p.Expr], Callable[..., Value]] = {
    p.Const: _const, p.Ref: _ref, p.PathRef: _ref, p.AsOf: _as_of, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _compare, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsMeaningful: _is_meaningful, p.IsEvent: _is_event, p.IsWord: _is_word, p.IsSame: _is_same, p.Holds: _holds, p.Call: _call,
    p.If: _cases, p.OneOf: _one_of, p.Contains: _contains,
}  # fmt: skip
"""How each kind of expression is lowered."""
