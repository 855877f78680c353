"""Expressions of a program -> terms for the solver, with the meanings of the reference evaluator.

In: a `Program`, the day for params that change, in which worlds to look. Out: a `Term` for each expression, and what
holds in every world (`facts`). Must not know questions, findings or the command line.

Three kinds of worlds:

- `Worlds.ANY`: every company. An input is exact or unknown, and a series has a free figure in each period that
  is asked for. A function over time that a formula cannot say is a free figure, one for each place in time
  (`lookback.py`). Metrics follow their formulas. What is shown to be impossible here is impossible.
- `Worlds.EXAMPLES`: what an `example` can give. Each name is one figure for every period, or unknown; a metric may be
  given in place of its formula. What is found here can be written down and run.
- `Worlds.PERIODS`: what an `example` can give by period. A series has a free figure in each period that is asked
  for; metrics follow their formulas. What is found here can be written down and run too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import Enum
from fractions import Fraction
from typing import Any

import z3

from dsl.program import program as p
from dsl.types.units import Kind, Type
from evaluator.engine.evaluate import param_version
from evaluator.engine.verdicts import NO_ROW
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.algebra import Terms
from evaluator.proofs.encoding.logic import Bool, Real, at_most, both, either, equal, implies, no
from evaluator.proofs.encoding.terms import Group, Loose, Num, Options, Term, Tri, Word, fraction
from evaluator.values.algebra import OPERATORS, Algebra


class Worlds(Enum):
    """In which worlds is looked."""

    ANY = "any"
    EXAMPLES = "examples"
    PERIODS = "periods"


Calls = Callable[["Encoder", p.Call, int], Term]
"""The term of a call of a built-in function."""
ELSE = "something else"
"""A text that no rule asks for."""
_FIRST, _LAST = Fraction(dt.date.min.toordinal()), Fraction(dt.date.max.toordinal())


class Periods:
    """How an encoder looks back in time."""

    def __init__(self, encoder: Encoder) -> None:
        self.e = encoder

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back."""
        raise NotImplementedError

    def holds(self, expr: p.Holds, back: int) -> Tri:
        """A condition in each of the last periods."""
        raise NotImplementedError

    def convert(self, value: Num, currency: str | None) -> Num:
        """Money in its own currency, in the reporting one."""
        raise NotImplementedError

    def argument(self, call: p.Call, back: int) -> Num:
        """The first argument, so many periods back."""
        return self.e.figure(call.arguments[0], back)


class Encoder(Loose):
    """The terms of one program in one kind of worlds; names are made as they are asked for."""

    def __init__(
        self, program: p.Program, as_of: dt.date, worlds: Worlds, fog: bool, periods: type[Periods], calls: Calls
    ) -> None:
        """`fog`: comparisons of what is known may be unknown too, as they are for bounded figures and for periods that
        one of several series lacks. `periods`, `calls`: how it looks back, and the functions (`worlds.py` knows)."""
        self.program, self.as_of, self.worlds, self.fog = program, as_of, worlds, fog
        self.context = z3.Context()
        self.facts: list[Bool] = []
        self.leaves: dict[tuple[str, int], Term] = {}
        """Each input at each offset, and each figure of its own, by what it is called."""
        self.givens: dict[tuple[str, int], Term] = {}
        """What an example may give, by name and periods back: its term is known where it is given."""
        self.looks_back = False
        """Whether anything that was asked for so far looks back."""
        self.replaced: dict[str, Bool] = {}
        """Metrics and forecasts: whether the example gives them in place of the formula."""
        self.formulas: dict[str, Bool] = {}
        """Metrics and forecasts: whether the formula is known."""
        self.notes: set[str] = set()
        self.words: dict[str, int] = {ELSE: 0}
        self.local: dict[str, Num] = {}
        self.periods, self.calls = periods(self), calls
        self.algebra: Algebra[Num, Tri] = Terms(self)
        self._names: dict[tuple[str, int], Term] = {}
        self._terms: dict[tuple[str, int], Term] = {}
        self._fresh = 0

    # --- Loose ---------------------------------------------------------------------------------------------

    def real(self, hint: str) -> Real:
        """A fresh number."""
        self._fresh += 1
        return z3.Real(f"{hint}#{self._fresh}", self.context)

    def whole(self, hint: str) -> Real:
        """A fresh whole number."""
        self._fresh += 1
        return z3.ToReal(z3.Int(f"{hint}#{self._fresh}", self.context))

    def bool(self, hint: str) -> Bool:
        """A fresh truth."""
        self._fresh += 1
        return z3.Bool(f"{hint}#{self._fresh}", self.context)

    def always(self, fact: Bool) -> None:
        """Notes what holds in every world."""
        if fact is not True:
            self.facts.append(fact)

    def inexact(self, why: str) -> None:
        """Notes that a term says less than the evaluator knows."""
        self.notes.add(why)

    # --- expressions -----------------------------------------------------------------------------------------

    def term(self, expr: p.Expr, back: int = 0) -> Term:
        """The term of an expression, so many periods before the one that is read."""
        if self.local or not expr.address:
            return _ENCODE[type(expr)](self, expr, back)
        key = (expr.address, back)
        if key not in self._terms:
            self._terms[key] = _ENCODE[type(expr)](self, expr, back)
        return self._terms[key]

    def truth(self, expr: p.Expr, back: int = 0) -> Tri:
        """The term of a condition."""
        term = self.term(expr, back)
        if isinstance(term, Num):  # written as unknown
            return Tri(False, False)
        assert isinstance(term, Tri), expr
        return term

    def figure(self, expr: p.Expr, back: int = 0) -> Num:
        """The term of a figure."""
        term = self.term(expr, back)
        assert isinstance(term, Num), expr
        return term

    def word(self, word: str) -> Fraction:
        """The number of a word."""
        return Fraction(self.words.setdefault(word, len(self.words)))

    def blurred(self, truth: Tri) -> Tri:
        """A comparison that fog may hide."""
        if not self.fog:
            return truth
        clear = self.bool("clear")
        return Tri(both(truth.true, clear), both(truth.false, clear))

    # --- names -------------------------------------------------------------------------------------------------

    def name(self, name: str, back: int = 0) -> Term:
        """The term of a name."""
        key = (name, back if self.worlds is not Worlds.EXAMPLES else 0)
        if key not in self._names:
            local, self.local = self.local, {}
            self._names[key] = self._declared(name, back)
            self.local = local
        return self._names[key]

    def _declared(self, name: str, back: int) -> Term:
        declared = self.program.declared(name)
        match declared:
            case p.Input():
                return self._input(declared, back)
            case p.Param():
                version = param_version(declared, self.as_of)
                return self.term(version.value) if version else blank(declared.type, self)
            case p.Metric():
                return self._given(name, declared.type, self.term(declared.value, back))
            case p.Forecast():
                return self._given(name, declared.type, self._forecast(declared))
            case p.Condition():
                holds = self.truth(declared.when, back)
                return holds if declared.applies is None else t.conjunction([self.truth(declared.applies), holds])
            case p.Pillar():
                return self._pillar(name)
            case p.Verdict():
                return Options(possible_outcomes(self, declared))
            case p.Kill():
                return self.truth(declared.when, back)
            case p.Catalyst():
                return self.truth(declared.expects)
            case _:
                raise AssertionError(f"{name} has no value")

    def _input(self, declared: p.Input, back: int) -> Term:
        at = back if declared.type.series is not None and self.worlds is not Worlds.EXAMPLES else 0
        key = (declared.name, at)
        if key not in self.leaves:
            self.leaves[key] = term = self.leaf(declared.name if not at else f"{declared.name}@{at}", declared.type)
            if declared.bounds is not None and isinstance(term, Num):
                low, high = fraction(declared.bounds.low), fraction(declared.bounds.high)
                self.always(implies(term.known, both(at_most(low, term.low), at_most(term.low, high))))
            if self.worlds is not Worlds.ANY:
                self.givens[key] = term
        return self.leaves[key]

    def leaf(self, hint: str, kind: Type) -> Term:
        """A value of its own: anything of its type, or unknown."""
        known = self.bool(f"{hint} known")
        match kind.kind:
            case Kind.FLAG:
                value = self.bool(hint)
                return Tri(both(known, value), both(known, no(value)))
            case Kind.SET:
                return Group(known, {option: self.bool(f"{hint} {option}") for option in kind.options})
            case Kind.CHOICE:
                code = self.real(hint)
                self.always(either(*(equal(code, self.word(option)) for option in kind.options)))
                return Word(known, code)
            case Kind.TEXT:
                return Word(known, self.real(hint))
            case Kind.COUNT:
                return t.exact(self.whole(hint), known)
            case Kind.DATE:
                day = self.whole(hint)
                self.always(both(at_most(_FIRST, day), at_most(day, _LAST)))
                return t.exact(day, known)
            case _:
                return t.exact(self.real(hint), known)

    def _given(self, name: str, kind: Type, formula: Term) -> Term:
        """A metric or forecast: its formula, or in an example what is given."""
        if self.worlds is not Worlds.EXAMPLES:
            return formula
        own = self.leaf(name, kind)
        self.givens[name, 0] = own
        self.replaced[name] = own.known
        self.formulas[name] = formula.known
        return own if isinstance(formula, Options) else t.pick(own.known, _like(own, formula), formula)

    def _forecast(self, declared: p.Forecast) -> Num:
        if declared.steps > _MOST_STEPS:
            self.inexact("a long forecast")
            return t.exact(self.real(declared.name), self.bool("known"))
        previous = self.figure(declared.starts)
        for step in range(1, declared.steps + 1):
            self.local = {"previous": previous, "step": t.exact(Fraction(step))}
            previous = self.figure(declared.then)
        self.local = {}
        return previous

    # --- judgement -----------------------------------------------------------------------------------------------

    def side(self, pillar: str, side: p.Side) -> Tri:
        """Whether a condition of one side holds on a pillar."""
        own = [c for c in self.program.speaking(pillar) if c.side is side]
        return t.disjunction([self._held(c) for c in own])

    def _held(self, condition: p.Condition) -> Tri:
        held = self.name(condition.name)
        assert isinstance(held, Tri)
        return held

    def _pillar(self, name: str) -> Options:
        bull, bear = self.side(name, p.Side.BULL), self.side(name, p.Side.BEAR)
        for_it, against = {True: no(bull.false), False: no(bull.true)}, {True: no(bear.false), False: no(bear.true)}
        return Options({
            "supported": both(for_it[True], against[False]),
            "undermined": both(for_it[False], against[True]),
            "contested": both(for_it[True], against[True]),
            "open": both(for_it[False], against[False]),
        })  # fmt: skip


_MOST_STEPS = 12


def rows(encoder: Encoder, verdict: p.Verdict) -> list[Tri]:
    """Whether each row of a table holds; `otherwise` always does."""
    return [encoder.truth(row.when) if row.when is not None else Tri(True, False) for row in verdict.rows]


def possible_outcomes(encoder: Encoder, verdict: p.Verdict) -> dict[str, Bool]:
    """Whether each outcome of a table is still possible: of the first true row and the unknown ones before it."""
    possible: dict[str, list[Bool]] = {}
    before: Bool = True
    for row, truth in zip(verdict.rows, rows(encoder, verdict), strict=True):
        possible.setdefault(row.outcome, []).append(both(before, no(truth.false)))
        before = both(before, no(truth.true))
    possible.setdefault(NO_ROW, []).append(before)
    return {outcome: either(*ways) for outcome, ways in possible.items()}


def blank(kind: Type, encoder: Encoder) -> Term:
    """The unknown of a type."""
    match kind.kind:
        case Kind.FLAG:
            return Tri(False, False)
        case Kind.SET:
            return Group(False, dict.fromkeys(kind.options, False))
        case Kind.CHOICE | Kind.TEXT:
            return Word(False, encoder.word(ELSE))
        case _:
            return t.unknown()


def _like(own: Term, other: Term) -> Any:
    """A given figure in the shape of the formula's term."""
    if isinstance(own, Num) and isinstance(other, Num) and not other.simple:
        return Num(own.low, own.high, own.has_low, own.has_high, own.undefined)
    return own


# --- by kind -----------------------------------------------------------------------------------------------------


def _const(e: Encoder, expr: p.Const, back: int) -> Term:
    value = expr.value
    if value is None:
        return blank(expr.type, e)
    if isinstance(value, bool):
        return Tri(value, not value)
    if isinstance(value, float):
        return t.exact(fraction(value))
    if isinstance(value, dt.date):
        return t.exact(Fraction(value.toordinal()))
    return Word(True, e.word(value))


def _ref(e: Encoder, expr: p.Ref, back: int) -> Term:
    if expr.name in e.local:
        return e.local[expr.name]
    read = expr.type.kind is Kind.FLAG and expr.type.series is None  # a condition's latest value
    return e.name(expr.name, 0 if read else back)


def _convert(e: Encoder, expr: p.Convert, back: int) -> Term:
    return e.periods.convert(e.figure(expr.operand, back), expr.operand.type.currency)


def _negative(e: Encoder, expr: p.Negative, back: int) -> Term:
    return t.negative(e.figure(expr.operand, back))


def _arithmetic(e: Encoder, expr: p.Arithmetic, back: int) -> Term:
    a, b = e.figure(expr.left, back), e.figure(expr.right, back)
    found: Num = OPERATORS[expr.operator](e.algebra)(a, b)
    return found


def _comparison(e: Encoder, expr: p.Compare, back: int) -> Term:
    return e.blurred(t.compare(expr.operator, e.figure(expr.left, back), e.figure(expr.right, back)))


def _logic(e: Encoder, expr: p.Logic, back: int) -> Term:
    combine = t.conjunction if expr.operator == "and" else t.disjunction
    return combine([e.truth(i, back if expr.type.series is not None else 0) for i in expr.items])


def _not(e: Encoder, expr: p.Not, back: int) -> Term:
    return t.negate(e.truth(expr.operand, back))


def _is_known(e: Encoder, expr: p.IsKnown, back: int) -> Term:
    known = e.term(expr.operand).known
    if e.fog and not isinstance(expr.operand, p.Ref | p.Const):
        known = both(known, e.bool("clear"))
    return Tri(known, no(known))


def _is_truth(e: Encoder, expr: p.IsTruth, back: int) -> Term:
    truth = e.truth(expr.operand)
    return truth if expr.wanted else t.negate(truth)


def _is_word(e: Encoder, expr: p.IsWord, back: int) -> Term:
    term = e.term(expr.operand)
    if isinstance(term, Options):
        return Tri(term.only(expr.word), no(term.possible.get(expr.word, False)))
    assert isinstance(term, Word)
    hit = equal(term.code, e.word(expr.word))
    return e.blurred(Tri(both(term.known, hit), both(term.known, no(hit))))


def _includes(e: Encoder, expr: p.Includes, back: int) -> Term:
    term = e.term(expr.operand)
    assert isinstance(term, Group)
    inside = term.members.get(expr.member, False)
    return e.blurred(Tri(both(term.known, inside), both(term.known, no(inside))))


def _members(e: Encoder, expr: p.Members, back: int) -> Term:
    return Group(True, {option: option in expr.members for option in expr.type.options})


def _holds(e: Encoder, expr: p.Holds, back: int) -> Term:
    e.looks_back = True
    return e.periods.holds(expr, back)


def _call(e: Encoder, expr: p.Call, back: int) -> Term:
    return e.calls(e, expr, back)


_ENCODE: dict[type[p.Expr], Callable[..., Term]] = {
    p.Const: _const, p.Ref: _ref, p.Convert: _convert, p.Negative: _negative, p.Arithmetic: _arithmetic,
    p.Compare: _comparison, p.Logic: _logic, p.Not: _not, p.IsKnown: _is_known, p.IsTruth: _is_truth,
    p.IsWord: _is_word, p.Includes: _includes, p.Members: _members, p.Holds: _holds, p.Call: _call,
}  # fmt: skip
