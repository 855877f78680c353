"""Typed expressions -> terms, by kind.

In: a lowering, an expression, how many periods ago. Out: its value. Must not know names or tables.
"""

from __future__ import annotations

import datetime as dt

from dsl.program import program as p
from dsl.program.calls import least_of
from dsl.types.lengths import Duration, in_rhythm
from dsl.types.units import Frequency, Kind
from evaluator.columnar.algebra import sets
from evaluator.columnar.algebra import words as w
from evaluator.columnar.algebra.figures import Plain
from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.algebra.truths import Truth
from evaluator.columnar.algebra.words import Day, Words
from evaluator.columnar.calls import call
from evaluator.columnar.events import asked
from evaluator.columnar.lowering import NOWHERE, Kinds, Lowering, Value, as_number, as_set, as_truth, as_words
from evaluator.columnar.money import meeting
from evaluator.values.algebra import OPERATORS
from evaluator.values.questions import folded


def _const(e: Lowering, expr: p.Const, ago: int) -> Value:
    value = expr.value
    if value is None:
        kind = expr.type.kind
        if kind is Kind.FLAG:
            return e.f.open
        if kind in (Kind.CHOICE, Kind.TEXT):
            return w.written(e.f, None)
        if kind is Kind.SET:
            return sets.written(e.f, None)
        return Day(e.k.null("d")) if kind is Kind.DATE else e.f.unknown
    if isinstance(value, bool):
        return e.f.yes if value else e.f.no
    if isinstance(value, float):
        return e.f.exact(value)
    if isinstance(value, dt.date):
        return Day(e.k.const(value.toordinal()))
    return w.written(e.f, (value,))


def _ref(e: Lowering, expr: p.Ref, ago: int) -> Value:
    if e.local is not None and expr.name in e.local:
        return e.local[expr.name]
    # A condition's name means its latest value, but for `for` and streak(), where its type is a series.
    judged = e.program.conditions.get(expr.name) or e.program.kills.get(expr.name)
    if judged is not None and judged.when.type.series is not None and expr.type.series is None:
        return e.name(expr.name, 0)
    return e.name(expr.name, ago)


def _as_of(e: Lowering, expr: p.AsOf, ago: int) -> Value:
    return e.sources.today(ago)


def _convert(e: Lowering, expr: p.Convert, ago: int) -> Value:
    return e.value(expr.operand, ago)


def _negative(e: Lowering, expr: p.Negative, ago: int) -> Value:
    return e.f.negative(as_number(e.value(expr.operand, ago)))


def _arithmetic(e: Lowering, expr: p.Arithmetic, ago: int) -> Value:
    left, right = map(as_number, meeting(e, (expr.left, expr.right), ago))
    found: Value = OPERATORS[expr.operator](e.f)(left, right)
    return found


def _compare(e: Lowering, expr: p.Compare, ago: int) -> Value:
    a, b = meeting(e, (expr.left, expr.right), ago)
    if isinstance(a, Day) and isinstance(b, Day):
        return _compare_days(e, expr.operator, a, b)
    return e.f.compare(expr.operator, as_number(a), as_number(b))


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
    items = [as_truth(e.value(x, ago) if x.type.series is None else e.read(x, expr, ago)) for x in expr.items]
    return e.f.conjunction(items) if expr.operator == "and" else e.f.disjunction(items)


def _one_of(e: Lowering, expr: p.OneOf, ago: int) -> Value:
    if expr.words is None:
        return _logic(e, expr, ago)
    return w.among(e.f, expr.words, as_words(e.read(expr.asked, expr, ago)))


def _not(e: Lowering, expr: p.Not, ago: int) -> Value:
    return e.f.negate(e.truth(expr.operand, ago))


def _is_known(e: Lowering, expr: p.IsKnown, ago: int) -> Value:
    found, f = e.read(expr.operand, expr, ago), e.f
    return f.decided(e.known(found))


def _is_meaningful(e: Lowering, expr: p.IsMeaningful, ago: int) -> Value:
    found, f, k = e.read(expr.operand, expr, ago), e.f, e.k
    match found:
        case Truth():
            return Truth(k.any(found.true, found.false), found.nm, k.false)
        case Words():
            return w.is_meaningful(f, found)
        case Day() | sets.Members():
            return f.yes
        case _:
            number = f.settled_number(found) if isinstance(found, Plain) else found
            return Truth(k.negated(number.nm), number.undefined, k.false)


def _is_event(e: Lowering, expr: p.IsEvent, ago: int) -> Value:
    return asked(e, expr.operand.name, expr.state)


def _is_truth(e: Lowering, expr: p.IsTruth, ago: int) -> Value:
    found = as_truth(e.read(expr.operand, expr, ago))
    return found if expr.wanted else e.f.negate(found)


def _is_word(e: Lowering, expr: p.IsWord, ago: int) -> Value:
    return w.among(e.f, frozenset((expr.word,)), as_words(e.read(expr.operand, expr, ago)))


def _is_same(e: Lowering, expr: p.IsSame, ago: int) -> Value:
    sides = as_words(e.read(expr.operand, expr, ago)), as_words(e.read(expr.other, expr, ago))
    return w.is_same(e.f, *sides)


def _contains(e: Lowering, expr: p.Contains, ago: int) -> Value:
    return w.contains(e.f, folded(expr.words), as_words(e.read(expr.operand, expr, ago)))


def _members(e: Lowering, expr: p.Members, ago: int) -> Value:
    return sets.written(e.f, sorted(expr.members))


def _includes(e: Lowering, expr: p.Includes, ago: int) -> Value:
    return sets.includes(e.f, expr.member, as_set(e.read(expr.operand, expr, ago)))


def _cases(e: Lowering, expr: p.If, ago: int) -> Value:
    def part(x: p.Expr) -> Value:
        return e.read(x, expr, ago) if x.type.series is not None else e.value(x, ago)

    asked_ = [part(x) for x in expr.conditions]
    given = [part(x) for x in expr.values] if expr.type.kind is not Kind.MONEY else meeting(e, expr.values, ago)
    found = given[-1]
    for question, value in zip(reversed(asked_), reversed(given[:-1]), strict=True):
        found = e.either(as_truth(question), value, found)
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
        raise NotColumnar(Limit.DAILY)
    periods, _ = e.span(condition, span, ago)
    truths = [as_truth(e.at(condition, at)) for at in periods]
    lacking = [as_truth(e.nowhere(condition))] * (span.count - len(periods))
    least = least_of(expr, span.count)
    if least is None:
        return f.conjunction([*truths, *lacking])
    return f.at_least([*truths, *lacking], least)


KINDS: Kinds = {
    p.Const: _const, p.Ref: _ref, p.PathRef: _ref, p.AsOf: _as_of, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _compare, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsMeaningful: _is_meaningful, p.IsEvent: _is_event, p.IsWord: _is_word, p.IsSame: _is_same, p.Holds: _holds, p.Call: call,
    p.If: _cases, p.OneOf: _one_of, p.Contains: _contains, p.Includes: _includes, p.Members: _members,
}  # fmt: skip
"""How each kind of expression is lowered."""
