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
import math
from collections.abc import Callable, Hashable
from enum import Enum
from fractions import Fraction
from typing import TypeVar

import z3

from dsl.program import program as p
from dsl.types.units import Frequency, Kind, Type
from evaluator.engine.evaluate import param_version
from evaluator.engine.verdicts import NO_ROW
from evaluator.known.unknown import bounded
from evaluator.proofs.encoding import kleene
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.algebra import Terms
from evaluator.proofs.encoding.arithmetic import anything
from evaluator.proofs.encoding.either import as_options, as_word
from evaluator.proofs.encoding.logic import Bool, Real, at_most, below, both, either, equal, implies, no
from evaluator.proofs.encoding.memory import Memory, Note, Part
from evaluator.proofs.encoding.terms import OPEN, ZERO, Group, Loose, Num, Options, Term, Tri, Word, decided, fraction
from evaluator.values.algebra import Algebra
from evaluator.values.values import NO_CAUSES


class Worlds(Enum):
    """In which worlds is looked."""

    ANY = "any"
    EXAMPLES = "examples"
    PERIODS = "periods"


_T = TypeVar("_T", bound=Term)
Encode = Callable[["Encoder", p.Expr, int], Term]
"""The term of an expression, so many periods back (`expressions.py`)."""
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

    def convert(self, value: Num, kind: Type, back: int) -> Num:
        """Money in its own currency, in the reporting one."""
        raise NotImplementedError

    def halves(self, every: Frequency | None) -> Bool:
        """Whether what the rules ask for by quarter comes by halves."""
        return False

    def argument(self, call: p.Call, back: int) -> Num:
        """The first argument, so many periods back."""
        return self.e.figure(call.arguments[0], back)


class Encoder(Loose):
    """The terms of one program in one kind of worlds; names are made as they are asked for, and kept for others who ask."""

    def __init__(
        self,
        program: p.Program,
        as_of: dt.date,
        worlds: Worlds,
        fog: bool,
        periods: type[Periods],
        encode: Encode,
        memory: Memory[Encoder],
    ) -> None:
        """`fog`: comparisons of what is known may be unknown too, as they are for bounded figures and for periods that
        one of several series misses. `periods`, `encode`: how it looks back, and each kind of expression (`worlds.py`
        knows). `memory`: what was made already of this program, on this day, in these worlds."""
        self.program, self.as_of, self.worlds, self.fog = program, as_of, worlds, fog
        self._memory = memory
        self._met: set[Part[Encoder]] = set()
        """The parts whose notes are taken over."""
        self._open: list[Part[Encoder]] = []
        """The parts that are made now, one within the other."""
        self.context = memory.context
        self.facts: list[Bool] = []
        self.givens: dict[tuple[str, int], Term] = {}
        """What an example may give, by name and periods back: its term is known where it is given."""
        self.gaps: dict[tuple[str, int], Bool] = {}
        """Inputs with bounds, by name and periods back: whether that period is not there at all, so that not even the bounds
        are known of it."""
        self.looks_back = False
        """Whether anything that was asked for so far looks back."""
        self.rhythm: Frequency | None = None
        """Which periods are counted back, while an earlier one is looked at."""
        self.replaced: dict[str, Bool] = {}
        """Metrics and forecasts: whether the example gives them in place of the formula."""
        self.formulas: dict[str, Bool] = {}
        """Metrics and forecasts: whether the formula is known."""
        self.notes: set[str] = set()
        self.words: dict[str, int] = {ELSE: 0}
        """Each word that was asked for, with its number."""
        self.local: dict[str, Num] = {}
        self.periods, self._encode = periods(self), encode
        self.algebra: Algebra[Num, Tri] = Terms(self)
        self._texts_known = False

    # --- what is kept ----------------------------------------------------------------------------------------

    def kept(self, key: Hashable, make: Callable[[], Term]) -> Term:
        """A term by what it is called: made where nobody asked for it before."""
        part = self._memory.parts.get(key)
        if part is None:
            part = Part()
            self._open.append(part)
            try:
                part.term = make()
            finally:
                self._open.pop()
            self._memory.parts[key] = part
            self._met.add(part)
        else:
            self._meet(part)
        if self._open:
            self._open[-1].steps.append(part)
        term: Term = part.term
        return term

    def _meet(self, part: Part[Encoder]) -> None:
        """Takes over what was noted when a part was made."""
        if part not in self._met:
            self._met.add(part)
            for step in part.steps:
                if isinstance(step, Part):
                    self._meet(step)
                else:
                    step(self)

    def _note(self, note: Note[Encoder]) -> None:
        """Notes something of itself, and of whoever asks for the part that is made now."""
        note(self)
        if self._open:
            self._open[-1].steps.append(note)

    def number(self) -> int:
        """A number that no other fresh name has."""
        self._memory.fresh += 1
        return self._memory.fresh

    def look_back(self) -> None:
        """Notes that something looks back."""
        self._note(_looks_back)

    # --- Loose ---------------------------------------------------------------------------------------------

    def real(self, hint: str) -> Real:
        """A fresh number."""
        return z3.Real(f"{hint}#{self.number()}", self.context)

    def whole(self, hint: str) -> Real:
        """A fresh whole number."""
        return z3.ToReal(z3.Int(f"{hint}#{self.number()}", self.context))

    def bool(self, hint: str) -> Bool:
        """A fresh truth."""
        return z3.Bool(f"{hint}#{self.number()}", self.context)

    def named(self, name: str) -> Bool:
        """A truth by what it is called: the same wherever it is asked for."""
        return z3.Bool(name, self.context)

    def always(self, fact: Bool) -> None:
        """Notes what holds in every world."""
        if fact is not True:
            self._note(lambda e: e.facts.append(fact))

    def inexact(self, why: str) -> None:
        """Notes that a term says less than the evaluator knows."""
        self._note(lambda e: e.notes.add(why))

    # --- expressions -----------------------------------------------------------------------------------------

    def term(self, expr: p.Expr, back: int = 0) -> Term:
        """The term of an expression, so many periods before the one that is read."""
        outside = self.rhythm
        self.rhythm = (expr.type.series or outside) if back else None
        try:
            return self._term(expr, back)
        finally:
            self.rhythm = outside

    def _term(self, expr: p.Expr, back: int) -> Term:
        if self.local or not expr.address:
            return self._encode(self, expr, back)
        return self.kept(("expression", expr.address, back, self.rhythm), lambda: self._encode(self, expr, back))

    def truth(self, expr: p.Expr, back: int = 0) -> Tri:
        """The term of a condition."""
        term = self.term(expr, back)
        return term if isinstance(term, Tri) else OPEN  # written as unknown

    def figure(self, expr: p.Expr, back: int = 0) -> Num:
        """The term of a figure or a date."""
        term = self.term(expr, back)
        return term if isinstance(term, Num) else t.unknown()

    def word(self, word: str) -> Fraction:
        """The number of a word."""
        number = self._memory.words.setdefault(word, len(self._memory.words))
        self._note(lambda e: e.words.setdefault(word, number))
        return Fraction(number)

    @property
    def numbers(self) -> list[tuple[str, Fraction]]:
        """Every word that was asked for, with its number."""
        return [(word, Fraction(number)) for word, number in self.words.items()]

    def know_texts(self) -> None:
        """Gives each text that the rules ask for its number, before it is asked which of them hold some words."""
        if not self._texts_known:
            self._texts_known = True
            for name in self.program.order:
                for node in (n for expr in self.program.expressions(name) for n in p.walk(expr)):
                    if isinstance(node, p.IsWord | p.Contains) and node.operand.type.kind is Kind.TEXT:
                        self.word(node.word if isinstance(node, p.IsWord) else node.words)

    def blurred(self, truth: Tri) -> Tri:
        """A decision that fog may hide: of bounded figures anything that it can be of exact ones is possible."""
        if not self.fog:
            return truth
        hidden = self.bool("hidden")
        nm = truth.can_nm if truth.can_nm is False else either(truth.can_nm, hidden)
        return Tri(either(truth.can_true, hidden), either(truth.can_false, hidden), nm)

    # --- names -------------------------------------------------------------------------------------------------

    def name(self, name: str, back: int = 0) -> Term:
        """The term of a name."""
        back, rhythm = (back, self.rhythm) if self.worlds is not Worlds.EXAMPLES and back else (0, None)
        return self.kept(("name", name, back, rhythm), lambda: self._by_itself(name, back))

    def _by_itself(self, name: str, back: int) -> Term:
        """A name, whatever formula it stands in."""
        local, self.local = self.local, {}
        found = self._declared(name, back)
        self.local = local
        return found

    def _declared(self, name: str, back: int) -> Term:
        declared = self.program.declared(name)
        match declared:
            case p.Input():
                return self._input(declared, back)
            case p.Param():
                version = param_version(declared, self.as_of)
                return self.term(version.value) if version else blank(declared.type, self)
            case p.Metric():
                return self._given(name, declared.type, self._metric(declared, back))
            case p.Forecast():
                found = self.step(name, declared.steps)
                return found if name in self.program.paths_read else self._given(name, declared.type, found)
            case p.Condition():
                holds = self.truth(declared.when, back)
                return holds if declared.applies is None else kleene.conjunction([self.truth(declared.applies), holds])
            case p.Pillar():
                return t.where(self._pillar(name), self.truth(a) if (a := declared.applies) is not None else None)
            case p.Verdict():
                return t.where(
                    possible_outcomes(self, declared), self.truth(a) if (a := declared.applies) is not None else None
                )
            case p.Kill():
                return self.truth(declared.when, back)
            case p.Catalyst():
                return self.truth(declared.expects, back)
            case _:
                raise AssertionError(f"{name} has no value")

    def _input(self, declared: p.Input, back: int) -> Term:
        """In any world what is dated has its own value at each time too; an example gives one for all periods."""
        name, series = declared.name, declared.type.series
        if back and series is None and self.worlds is Worlds.ANY:
            name = f"{name} by {self.rhythm}"
        elif series is None or self.worlds is Worlds.EXAMPLES:
            back = 0
        key = (name, back)

        def make() -> Term:
            term = self.leaf(name if not back else f"{name}@{back}", declared.type)
            if declared.bounds is not None and isinstance(term, Num):
                term = self._bounded(declared, declared.bounds, term, key)
            if self.worlds is not Worlds.ANY:
                self._note(lambda e: e.givens.setdefault(key, term))
            return term

        return self.kept(key, make)

    def day(self, back: int) -> Num:
        """`as_of`, so many periods back: in any world it is known, and another one at each time; an example gives one."""
        facts = self.worlds is Worlds.ANY
        name = f"{p.AS_OF} by {self.rhythm}@{back}" if facts and back else p.AS_OF

        def make() -> Term:
            term = self.leaf(name, Type(Kind.DATE))
            assert isinstance(term, Num)
            if facts:
                return t.exact(term.value)
            self._note(lambda e: e.givens.setdefault((p.AS_OF, 0), term))
            return term

        found = self.kept((p.AS_OF, name), make)
        assert isinstance(found, Num)
        return found

    def _bounded(self, declared: p.Input, bounds: p.Bounds, figure: Num, key: tuple[str, int]) -> Num:
        """An input within its bounds; where it is unknown, these are known of it, but not of a period that is not there."""
        self.always(implies(figure.exact, self._admitted(declared, bounds, figure.value)))
        limits = bounded(bounds, NO_CAUSES)
        if limits.wide:
            return figure
        there: Bool = True
        if declared.type.series is not None and self.worlds is not Worlds.EXAMPLES:
            gap = self.bool(f"{key[0]}@{key[1]} gap")
            self._note(lambda e: e.gaps.setdefault(key, gap))
            there = no(gap)
        low, high = (ZERO if math.isinf(end) else fraction(end) for end in (limits.low, limits.high))
        has_low, has_high = (both(not math.isinf(end), there) for end in (limits.low, limits.high))
        return Num(figure.value, figure.exact, low, high, has_low, has_high, assumed=no(figure.exact))

    def _admitted(self, declared: p.Input, bounds: p.Bounds, value: Real) -> Bool:
        """Whether a figure lies inside its bounds. Of money that is converted, by the rate of its day, which says no
        more than on which side of 0 it lies."""
        low, high = bounds.low, bounds.high
        if self.worlds is Worlds.ANY and bounds.currency not in (None, declared.type.currency):
            low, high = 0.0 if low >= 0 else -math.inf, 0.0 if high <= 0 else math.inf
        above = True if math.isinf(low) else (below if bounds.low_open else at_most)(fraction(low), value)
        under = True if math.isinf(high) else (below if bounds.high_open else at_most)(value, fraction(high))
        return both(above, under)

    def leaf(self, hint: str, kind: Type) -> Term:
        """A free value: anything of its type, or unknown."""
        known = self.bool(f"{hint} known")
        match kind.kind:
            case Kind.FLAG:
                return decided(self.bool(hint), known)
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
        self._note(lambda e: e.may_be_given(name, own, formula))
        if isinstance(formula, Options) and isinstance(own, Word):
            if kind.kind is Kind.TEXT:
                self.inexact("a text that is given by an `if`")
                formula = as_word(formula, self.numbers)
            else:
                own = as_options(own, [(option, self.word(option)) for option in kind.options])
        return t.pick(own.known, own, formula) if type(own) is type(formula) else own

    def may_be_given(self, name: str, own: Term, formula: Term) -> None:
        """Notes a metric or forecast that an example may give: what it gives, and what else the formula comes to."""
        self.givens[name, 0] = own
        self.replaced[name] = own.known
        self.formulas[name] = formula.known

    def _metric(self, declared: p.Metric, back: int) -> Term:
        """A formula; outside `meaningful when` its figure is not meaningful."""
        found = self.term(declared.value, back)
        if declared.meaningful is None or not isinstance(found, Num):
            return found
        means = self.truth(declared.meaningful, back)
        nm, undefined = either(found.nm, no(means.can_true)), either(found.undefined, no(means.true))
        sure = no(nm)
        return Num(found.value, both(sure, found.exact), found.low, found.high, both(sure, found.has_low),
                   both(sure, found.has_high), undefined, nm, found.assumed)  # fmt: skip

    def step(self, name: str, step: int) -> Num:
        """A forecast's figure at a step; of a long one nothing is said."""
        declared = self.program.forecasts[name]

        def make() -> Num:
            if declared.steps > _MOST_STEPS:
                self.inexact("a long forecast")
                return anything(self, f"{name} at {step}", self.bool("undefined"), False)
            outside, self.local = self.local, {}
            others = self.program.steps_read[name]
            local = {o: self.step(o, step) for o in others if step <= self.program.forecasts[o].steps}
            if step:
                local |= {"previous": self.step(name, step - 1), "step": t.exact(Fraction(step))}
            self.local = local
            found = self.figure(declared.then if step else declared.starts)
            self.local = outside
            return found

        found = self.kept(("step", name, step), make)
        assert isinstance(found, Num)
        return found

    # --- judgement -----------------------------------------------------------------------------------------------

    def side(self, pillar: str, side: p.Side) -> Tri:
        """Whether a condition of one side is true on a pillar; what is not meaningful is not."""
        own = [self._held(c) for c in self.program.speaking(pillar) if c.side is side]
        return Tri(either(*(c.can_true for c in own)), no(either(*(c.true for c in own))))

    def _held(self, condition: p.Condition) -> Tri:
        held = self.name(condition.name)
        assert isinstance(held, Tri)
        return held

    def _pillar(self, name: str) -> dict[str, Bool]:
        bull, bear = self.side(name, p.Side.BULL), self.side(name, p.Side.BEAR)
        return {
            "supported": both(bull.can_true, bear.can_false),
            "undermined": both(bull.can_false, bear.can_true),
            "contested": both(bull.can_true, bear.can_true),
            "open": both(bull.can_false, bear.can_false),
        }  # fmt: skip


def _looks_back(e: Encoder) -> None:
    e.looks_back = True


_MOST_STEPS = 12


def rows(encoder: Encoder, verdict: p.Verdict) -> list[Tri]:
    """Whether each row of a table holds."""
    return [row_truth(encoder, row) for row in verdict.rows]


def row_truth(encoder: Encoder, row: p.Row) -> Tri:
    """Whether a row holds; `otherwise` always does."""
    return encoder.truth(row.when) if row.when is not None else decided(True)


def possible_outcomes(encoder: Encoder, verdict: p.Verdict) -> dict[str, Bool]:
    """Whether each outcome of a table is still possible: of the first true row and the unknown ones before it."""
    possible: dict[str, list[Bool]] = {}
    before: Bool = True
    for row, truth in zip(verdict.rows, rows(encoder, verdict), strict=True):
        possible.setdefault(row.outcome, []).append(both(before, truth.can_true))
        before = both(before, no(truth.true))
    possible.setdefault(NO_ROW, []).append(before)
    return {outcome: either(*ways) for outcome, ways in possible.items()}


def blank(kind: Type, encoder: Encoder) -> Term:
    """The unknown of a type."""
    match kind.kind:
        case Kind.FLAG:
            return OPEN
        case Kind.SET:
            return Group(False, dict.fromkeys(kind.options, False))
        case Kind.CHOICE | Kind.TEXT:
            return Word(False, encoder.word(ELSE))
        case _:
            return t.unknown()
