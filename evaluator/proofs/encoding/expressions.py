"""Each kind of expression as a term, with the meaning that `evaluator/engine/expressions.py` gives it.

In: an expression, its encoder, the period. Out: a term. Must not know names' declarations or functions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from dsl.types.units import PERCENTS, Frequency, Kind
from evaluator.engine.money import is_nil
from evaluator.proofs.encoding import kleene
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.arithmetic import negative
from evaluator.proofs.encoding.each import encode_call, is_certain
from evaluator.proofs.encoding.either import as_options, as_word, either, shares
from evaluator.proofs.encoding.encode import Encoder, Worlds, blank
from evaluator.proofs.encoding.events import asked
from evaluator.proofs.encoding.logic import Real, both, equal, implies, no
from evaluator.proofs.encoding.logic import either as one_of
from evaluator.proofs.encoding.terms import ANY_WORD, OPEN, Group, Num, Options, Term, Tri, Word, decided, fraction
from evaluator.values.algebra import OPERATORS
from evaluator.values.questions import folded


def encode(e: Encoder, expr: p.Expr, back: int) -> Term:
    """The term of an expression, so many periods back."""
    return _ENCODE[type(expr)](e, expr, back)


def _const(e: Encoder, expr: p.Const, back: int) -> Term:
    value = expr.value
    if value is None:
        return blank(expr.type, e)
    if isinstance(value, bool):
        return decided(value)
    if isinstance(value, float):
        return t.exact(fraction(value))
    if isinstance(value, dt.date):
        return t.exact(t.fraction(float(value.toordinal())))
    return Word(True, e.word(value))


def _ref(e: Encoder, expr: p.Ref, back: int) -> Term:
    """A name. Where a condition has a value for each period, its name means the latest."""
    if expr.name in e.local:
        return e.local[expr.name]
    latest = expr.type.kind is Kind.FLAG and expr.type.series is None and _by_period(e.program.declared(expr.name))
    return e.name(expr.name, 0 if latest else back)


def _by_period(declared: p.Declared) -> bool:
    match declared:
        case p.Condition() | p.Kill():
            return declared.when.type.series is not None
        case p.Input():
            return declared.type.series is not None
        case _:
            return False


def _as_of(e: Encoder, expr: p.AsOf, back: int) -> Term:
    """The day on which is judged: any day; in a world of facts it is known, and another one at each earlier time."""
    return e.day(back)


def _convert(e: Encoder, expr: p.Convert, back: int) -> Term:
    return e.periods.convert(e.figure(expr.operand, back), expr.operand.type, back)


def _negative(e: Encoder, expr: p.Negative, back: int) -> Term:
    return negative(e.figure(expr.operand, back))


def _meeting(e: Encoder, left: p.Expr, right: p.Expr, back: int) -> tuple[Term, Term]:
    """Two values that meet: rules that speak of quarters mean a quarter's amount, and no half's where that is all there is."""
    a, b = e.term(left, back), e.term(right, back)
    halves = e.periods.halves(Frequency.QUARTER)
    if halves is not False and isinstance(a, Num) and isinstance(b, Num):
        of_quarter = [_is_amount(e.program, expr) for expr in (left, right)]
        if of_quarter[0] and not (of_quarter[1] or _of_any_length(right)):
            a = t.pick(halves, t.unknown(), a)
        elif of_quarter[1] and not (of_quarter[0] or _of_any_length(left)):
            b = t.pick(halves, t.unknown(), b)
    return a, b


def _is_amount(program: p.Program, expr: p.Expr) -> bool:
    """Whether an expression is an amount that flows in each quarter: one amount by another (a price a tonne) is none."""
    if not expr.type.is_flow or expr.type.series is not Frequency.QUARTER:
        return False
    match expr:
        case p.Ref():
            metric = program.metrics.get(expr.name)
            return metric is None or _is_amount(program, metric.value)
        case p.Arithmetic(operator="/"):
            return _is_amount(program, expr.left) and not _is_amount(program, expr.right)
        case _:
            return True


def _of_any_length(expr: p.Expr) -> bool:
    """What goes with amounts of any length of time: 0, and shares of them."""
    return is_nil(expr) or expr.type.kind in (*PERCENTS, Kind.RATIO)


def _arithmetic(e: Encoder, expr: p.Arithmetic, back: int) -> Term:
    a, b = (term if isinstance(term, Num) else t.unknown() for term in _meeting(e, expr.left, expr.right, back))
    found: Num = OPERATORS[expr.operator](e.algebra)(a, b)
    return found


def _comparison(e: Encoder, expr: p.Compare, back: int) -> Term:
    a, b = _meeting(e, expr.left, expr.right, back)
    if not (isinstance(a, Num) and isinstance(b, Num)):
        return OPEN  # one of them is written as unknown
    return e.blurred(kleene.compare(expr.operator, a, b))


def _logic(e: Encoder, expr: p.Logic, back: int) -> Term:
    combine = kleene.conjunction if expr.operator == "and" else kleene.disjunction
    return combine([e.truth(i, back if expr.type.series is not None else _alone(i, back)) for i in expr.items])


def _alone(expr: p.Expr, back: int) -> int:
    """How far back a value by itself is looked at: a series, a status and an outcome are read today, what is dated is what it
    was at each time."""
    return 0 if expr.type.series is not None or expr.type.kind in (Kind.PILLAR, Kind.VERDICT) else back


def _not(e: Encoder, expr: p.Not, back: int) -> Term:
    return kleene.negate(e.truth(expr.operand, back))


def _is_known(e: Encoder, expr: p.IsKnown, back: int) -> Term:
    known = e.term(expr.operand, back if expr.type.series is not None else _alone(expr.operand, back)).known
    if e.fog and not is_certain(e.program, expr.operand):
        known = both(known, e.bool("clear"))
    return decided(known)


def _is_meaningful(e: Encoder, expr: p.IsMeaningful, back: int) -> Term:
    """Itself never n.m.; unknown where that depends on what is not known."""
    term = e.term(expr.operand, back if expr.type.series is not None else _alone(expr.operand, back))
    if isinstance(term, Tri):
        return e.blurred(Tri(one_of(term.can_true, term.can_false), term.can_nm))
    if isinstance(term, Options):
        return Tri(term.besides(DOES_NOT_APPLY), term.nothing)
    if not isinstance(term, Num) or term.undefined is False:
        return decided(True)
    return e.blurred(Tri(no(term.nm), term.undefined))


def _is_event(e: Encoder, expr: p.IsEvent, back: int) -> Term:
    return asked(e, expr.operand.name, expr.state)


def _is_truth(e: Encoder, expr: p.IsTruth, back: int) -> Term:
    truth = e.truth(expr.operand, back if expr.type.series is not None else _alone(expr.operand, back))
    return truth if expr.wanted else kleene.negate(truth)


def _is_word(e: Encoder, expr: p.IsWord, back: int) -> Term:
    term = e.term(expr.operand, _alone(expr.operand, back))
    if isinstance(term, Options):
        possible = one_of(term.possible.get(expr.word, False), term.possible.get(ANY_WORD, False))
        others = (b for w, b in term.possible.items() if w not in (expr.word, DOES_NOT_APPLY))
        found = Tri(possible, one_of(*others), term.nothing)
        return found if expr.operand.type.kind in (Kind.PILLAR, Kind.VERDICT) else e.blurred(found)
    if not isinstance(term, Word):
        return OPEN
    return e.blurred(decided(equal(term.code, e.word(expr.word)), term.known))


def _one_of(e: Encoder, expr: p.OneOf, back: int) -> Term:
    """Of words one question: whether each that is possible is one of these. Else an `or`."""
    words = expr.words
    if words is None:
        return _logic(e, expr, back)
    term = e.term(expr.asked, _alone(expr.asked, back))
    if isinstance(term, Options):
        within = [possible for word, possible in term.possible.items() if word in words or word == ANY_WORD]
        beside = [possible for word, possible in term.possible.items() if word not in words and word != DOES_NOT_APPLY]
        found = Tri(one_of(*within), one_of(*beside), term.nothing)
        return found if expr.asked.type.kind in (Kind.PILLAR, Kind.VERDICT) else e.blurred(found)
    if not isinstance(term, Word):
        return OPEN
    return e.blurred(decided(one_of(*(equal(term.code, e.word(word)) for word in sorted(words))), term.known))


def _is_same(e: Encoder, expr: p.IsSame, back: int) -> Term:
    sides = [e.term(side, _alone(side, back)) for side in (expr.operand, expr.other)]
    if any(isinstance(side, Options) for side in sides):
        words = dict.fromkeys((*expr.operand.type.options, *expr.other.type.options))
        given = [as_options(side, _numbers(e, words)) if isinstance(side, Word) and words else side for side in sides]
        left, right = given
        if isinstance(left, Options) and isinstance(right, Options):
            return e.blurred(shares(left, right))
        e.inexact("two texts, of which one is given by an `if`")
        return OPEN
    left, right = sides
    if not isinstance(left, Word) or not isinstance(right, Word):
        return OPEN
    return e.blurred(decided(equal(left.code, right.code), both(left.known, right.known)))


def _numbers(e: Encoder, words: Iterable[str]) -> list[tuple[str, Real]]:
    """Words with their numbers."""
    return [(word, e.word(word)) for word in words]


def _if(e: Encoder, expr: p.If, back: int) -> Term:
    """From the last value backwards: one of two."""
    terms = _worded(e, expr, [e.term(value, back) for value in expr.values])
    found = terms[-1]
    for condition, term in zip(reversed(expr.conditions), reversed(terms[:-1]), strict=True):
        found = either(e.truth(condition, back), term, found, expr.type.kind is Kind.DATE)
    return found


def _worded(e: Encoder, expr: p.If, terms: list[Term]) -> list[Term]:
    """Words as options where it is known which there are, so that it is known which are still possible; of texts that facts
    give nobody knows."""
    if not any(isinstance(term, Word | Options) for term in terms):
        return terms
    plain = all(isinstance(v, p.Const) or isinstance(t, Options) for v, t in zip(expr.values, terms, strict=True))
    words = [*expr.type.options, *(v.value for v in expr.values if isinstance(v, p.Const) and isinstance(v.value, str))]
    known = _numbers(e, dict.fromkeys(words))
    if expr.type.kind is Kind.CHOICE or plain:
        return [as_options(term, known) if isinstance(term, Word) else term for term in terms]
    e.inexact("a text that is given by an `if`")
    return [as_word(term, e.numbers) if isinstance(term, Options) else term for term in terms]


def _includes(e: Encoder, expr: p.Includes, back: int) -> Term:
    term = e.term(expr.operand, _alone(expr.operand, back))
    if not isinstance(term, Group):
        return OPEN
    return e.blurred(decided(term.members.get(expr.member, False), term.known))


def _contains(e: Encoder, expr: p.Contains, back: int) -> Term:
    """Of words that an `if` gives it is known which hold these. What facts give is any text: in any world it may hold them or
    not, the same wherever it is asked; an example gives one of the words that rules ask for."""
    back, words = _alone(expr.operand, back), folded(expr.words)
    term = e.term(expr.operand, back)
    if isinstance(term, Options):
        any_word = term.possible.get(ANY_WORD, False)
        holds = [possible for word, possible in term.possible.items() if word != ANY_WORD and words in folded(word)]
        lacks = [possible for word, possible in term.possible.items() if word != ANY_WORD and words not in folded(word)]
        return e.blurred(Tri(one_of(any_word, *holds), one_of(any_word, *lacks)))
    if not isinstance(term, Word):
        return OPEN
    e.inexact("words inside a text")
    e.know_texts()
    holding = [equal(term.code, number) for word, number in e.numbers if words in folded(word)]
    if e.worlds is not Worlds.ANY:
        return e.blurred(decided(one_of(*holding), term.known))
    found = e.named(f"{p.sense(expr.operand)}@{back} contains {words}")
    e.always(implies(one_of(*holding), found))
    return e.blurred(decided(found, term.known))


def _members(e: Encoder, expr: p.Members, back: int) -> Term:
    return Group(True, {option: option in expr.members for option in expr.type.options})


def _holds(e: Encoder, expr: p.Holds, back: int) -> Term:
    e.look_back()
    return e.periods.holds(expr, back)


_ENCODE: dict[type[p.Expr], Callable[..., Term]] = {
    p.Const: _const, p.Ref: _ref, p.PathRef: _ref, p.AsOf: _as_of, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _comparison, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsMeaningful: _is_meaningful, p.IsEvent: _is_event, p.IsWord: _is_word, p.IsSame: _is_same, p.Includes: _includes,
    p.Members: _members, p.Holds: _holds, p.Call: encode_call, p.If: _if, p.OneOf: _one_of, p.Contains: _contains,
}  # fmt: skip
