"""Worlds that can be written down: found by the solver, made short and round, and run through the evaluator.

In: a `Program`, what is looked for. Out: a `Found` world as `given` reads it. Nothing is said that the evaluator has
not confirmed. `find_world` is for whoever looks for an example of an expression.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property

from dsl.lowering.by_period import ago
from dsl.lowering.settings import read_settings
from dsl.program import calls
from dsl.program import program as p
from dsl.types.units import Kind, Type
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation, World
from evaluator.known.asof import view
from evaluator.proofs.encoding.encode import ELSE, Encoder, Worlds
from evaluator.proofs.encoding.logic import Bool, at_most, both, either, equal, implies, no, same
from evaluator.proofs.encoding.lookback import reporting_currency
from evaluator.proofs.encoding.terms import Group, Num, Term, Tri, Word
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.proofs.spell import rounder, spell

Goals = Callable[[Encoder], Sequence[Bool]]
Claim = Callable[[Evaluation], bool]


class Missing(Enum):
    """Why there is no world."""

    NONE = "there is none"
    UNDECIDED = "not decided"


@dataclass(frozen=True)
class Found:
    """A world: what an example gives, by name, as values and as `NAME = VALUE`; and what the evaluator makes of it."""

    given: Mapping[str, p.Expr]
    texts: tuple[str, ...]
    evaluation: Evaluation


def find_world(
    program: p.Program,
    target: p.Expr,
    wanted: bool | None,
    as_of: dt.date,
    seconds: float = 5.0,
    beside: Sequence[p.Expr] = (),
) -> Found | Missing:
    """What an example must give so that an expression of the program is true, false or (None) unknown.

    In: a checked program, an expression of it (typed against its names), the day for params that change; `beside`: expressions
    that must be true as well. Out: a world that the evaluator has confirmed; `Missing.NONE` where no example can do it;
    `Missing.UNDECIDED` where the solver did not decide, or what it found did not hold up.
    """

    def goals(e: Encoder) -> list[Bool]:
        truth = e.truth(target)
        own = no(truth.known) if wanted is None else truth.true if wanted else truth.false
        return [own, *(e.truth(other).true for other in beside)]

    def claim(evaluation: Evaluation) -> bool:
        return evaluation.truth(target).value is wanted and all(evaluation.truth(other).value for other in beside)

    return Examples(Encoders(program, as_of), Budget(seconds), program.order).find(goals, claim)


def givable(program: p.Program, names: Sequence[str]) -> frozenset[str]:
    """Of some names and all below them, in order, the metrics that look back: what an example gives for them can follow
    from no figure that is the same in every period."""
    found: set[str] = set()
    for name in names:
        exprs = program.expressions(name)
        if name in program.metrics or name in program.forecasts:
            looks = any((isinstance(n, p.Call) and calls.back(n) is not None) or isinstance(n, p.Convert)
                        for e in exprs for n in p.walk(e))  # fmt: skip
            if looks or program.needs(name) & found:
                found.add(name)
    return frozenset(found)


class Examples:
    """Looks for worlds that an example can give, for one program on one day, within one budget. `about`: the names that are
    asked about; no others than those they rest on are given or calculated."""

    def __init__(self, encoders: Encoders, budget: Budget, about: Sequence[str]) -> None:
        self.program, self.as_of, self.budget = encoders.program, encoders.as_of, budget
        self._encoders, self._about = encoders, about
        self._sessions: dict[Worlds, Session] = {}
        self._worlds = Worlds.EXAMPLES
        self._currency = reporting_currency(self.program)

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return self.program.in_order(self.program.upstream(self._about))

    @cached_property
    def _free(self) -> frozenset[str]:
        return givable(self.program, self._order)

    @property
    def session(self) -> Session:
        """The solver for the worlds that are looked at, made when it is first asked."""
        if self._worlds not in self._sessions:
            self._sessions[self._worlds] = Session(self._encoders.of(self._worlds), self.budget)
        return self._sessions[self._worlds]

    def find(self, goals: Goals, claim: Claim, named: Sequence[str] = (), always: bool = False) -> Found | Missing:
        """A world in which the goals hold and of which the claim is true when it is evaluated.

        First one whose metrics follow their formulas, but for those that look back; else one that gives any metric
        whose formula is unknown; else, for what looks back, one that gives figures of several periods. `named`: names
        that are said to be unknown where they are, if nothing else is given (or `always`).
        """
        if self.budget.spent:
            return Missing.UNDECIDED
        self._worlds = Worlds.EXAMPLES
        answer = Answer.NO
        for strict in (True, False):
            found, answer = self._ask(goals, claim, named, always, strict)
            if found is not None:
                return found
        exact = answer is Answer.NO and not self.session.encoder.notes
        if not self.session.encoder.looks_back:
            return Missing.NONE if exact else Missing.UNDECIDED
        self._worlds = Worlds.PERIODS
        found, _ = self._ask(goals, claim, named, always, strict=True)
        return found if found is not None else Missing.UNDECIDED

    def _ask(
        self, goals: Goals, claim: Claim, named: Sequence[str], always: bool, strict: bool
    ) -> tuple[Found | None, Answer]:
        """A world of the kind that is looked at, and what the solver said; `OPEN` where its world did not hold up."""
        wanted = [*goals(self.session.encoder)]
        wanted += self._rules(strict)
        answer = self.session.world(*wanted)
        if answer is not Answer.YES:
            return None, answer
        return self._confirmed(wanted, claim, named, always), Answer.OPEN

    def _rules(self, strict: bool) -> list[Bool]:
        """Which metrics may be given, and which periods are then not there at all: those before the first that is given."""
        terms = self.session.encoder
        rules: list[Bool] = []
        for name, replaced in terms.replaced.items():
            if name not in self._free:
                rules.append(no(replaced) if strict else implies(replaced, no(terms.formulas[name])))
        for (name, back), gap in terms.gaps.items():
            given = {n: term.known for (other, n), term in terms.givens.items() if other == name}
            newer = either(*(known for n, known in given.items() if n < back))
            rules.append(same(gap, both(newer, *(no(known) for n, known in given.items() if n >= back))))
        return rules

    def _confirmed(self, goals: list[Bool], claim: Claim, named: Sequence[str], always: bool) -> Found | None:
        """The short and round world, else the solver's own. A metric that is said to be unknown may differ from one that
        has no such number: where that matters only inputs are named."""
        inputs = [n for n in named if n in self.program.inputs]
        first = self._written(inputs, always)
        self._settle(goals, named)
        for texts in dict.fromkeys((self._written(named, always), self._written(inputs, always), first)):
            found = self.replay(texts, claim)
            if found is not None:
                return found
        return None

    def replay(self, texts: Sequence[str], claim: Claim) -> Found | None:
        """A world as it is written, read and evaluated as an example is; None where the claim is not true of it."""
        given, problems = read_settings(self.program, texts, ago=True)
        if any(d.is_error for d in problems):
            return None
        nothing = view(self.program, (), None, self.as_of, self._currency)
        evaluation = evaluate(self.program, self._order, nothing, World(given, alone=True))
        return Found(given, tuple(texts), evaluation) if claim(evaluation) else None

    # --- short and round -------------------------------------------------------------------------------------

    def _settle(self, goals: list[Bool], named: Sequence[str]) -> None:
        """Leaves out what need not be known, then takes the roundest figures that will do. An input that conditions speak
        of is given, though its bounds alone decide what is asked of it."""
        session, fixed = self.session, list(goals)
        givens = session.encoder.givens
        kept: list[tuple[str, int]] = []
        for wish in self._wishes():
            if session.world(*fixed, wish) is Answer.YES:
                fixed.append(wish)
        for at in sorted(givens, key=self._dearness):
            term, known = givens[at], givens[at].known
            asked = at[0] in named and not at[1] and isinstance(term, Num) and not term.bare
            if asked and session.world(*fixed, known) is Answer.YES:
                fixed.append(known)
                kept.append(at)
            elif not session.holds(known) or session.world(*fixed, no(known)) is Answer.YES:
                fixed.append(no(known))
            else:
                fixed.append(known)
                kept.append(at)
        for at in kept:
            term = givens[at]
            if isinstance(term, Num):
                fixed.append(self._rounded(term, self._type(at[0]), fixed))
            else:
                fixed.append(self._as_it_is(term))

    def _wishes(self) -> list[Bool]:
        """What makes a world look like a company: no negative money, multiples or counts as inputs, no share of more
        than all."""
        wishes: list[Bool] = []
        for (name, _), term in self.session.encoder.givens.items():
            if isinstance(term, Num) and name in self.program.inputs:
                kind = self._type(name).kind
                if kind in (Kind.MONEY, Kind.MULTIPLE, Kind.COUNT):
                    wishes.append(implies(term.known, at_most(Fraction(0), term.value)))
                elif kind is Kind.PERCENT:
                    wishes.append(implies(term.known, at_most(term.value, Fraction(1))))
        return [both(*wishes)]

    def _dearness(self, at: tuple[str, int]) -> tuple[int, int, int]:
        """What is left out first: metrics that follow from figures, then figures, the oldest first, then what looks
        back."""
        name, back = at
        rank = 2 if name in self._free else 1 if name in self.program.inputs else 0
        return rank, self.program.position.get(name, -1), -back

    def _rounded(self, term: Num, kind: Type, fixed: list[Bool]) -> Bool:
        value = self.session.number(term.value)
        for near in rounder(value, kind):
            if near == value or self.session.world(*fixed, equal(term.value, near)) is Answer.YES:
                return equal(term.value, near)
        return equal(term.value, value)

    def _as_it_is(self, term: Term) -> Bool:
        session = self.session
        match term:
            case Tri():
                return term.true if session.holds(term.true) else term.false
            case Word():
                return equal(term.code, session.number(term.code))
            case Group():
                return both(*(b if session.holds(b) else no(b) for b in term.members.values()))
            case _:
                return True

    # --- as it is written ----------------------------------------------------------------------------------------

    def _written(self, named: Sequence[str], always: bool) -> tuple[str, ...]:
        givens = self.session.encoder.givens
        known = {name for name, back in givens if self.session.holds(givens[name, back].known)}
        said = {name for name in named if (always or not known) and self._settable(name)}
        return tuple(
            text
            for name in (p.AS_OF, *self._order)
            if name in known | said
            for text in (self._given(name) if name in known else (f"{name} = unknown",))
        )

    def _given(self, name: str) -> Iterator[str]:
        """What is given for a name: once, where it is the same in every period that was asked for; else by period."""
        givens = self.session.encoder.givens
        asked = {back: term for (other, back), term in sorted(givens.items()) if other == name}
        known = {back: self._value(name, term) for back, term in asked.items() if self.session.holds(term.known)}
        if len(known) == len(asked) and len(set(known.values())) == 1:
            yield f"{name} = {next(iter(known.values()))}"
            return
        series = self.program.inputs[name].type.series
        assert series is not None
        run = next(n for n in range(len(known) + 1) if n not in known or known[n] != known[0])
        if run > 1 or (run == 1 and len(known) == 1):
            yield f"{name} for {run} {series}{'s' if run > 1 else ''} = {known[0]}"
            known = {back: value for back, value in known.items() if back >= run}
        for back, value in known.items():
            yield f"{name} {f'{ago(back, series)} ' if back else ''}= {value}"

    def _settable(self, name: str) -> bool:
        """An input or forecast; a metric only where an example may give it and nothing else makes it known."""
        if name in self.program.inputs:
            return True
        formulas = self.session.encoder.formulas
        return name in formulas and not self.session.holds(formulas[name])

    def _type(self, name: str) -> Type:
        if name == p.AS_OF:
            return Type(Kind.DATE)
        declared = self.program.declared(name)
        if isinstance(declared, p.Metric):
            return declared.shown
        assert isinstance(declared, p.Input | p.Forecast)
        return declared.type

    def _value(self, name: str, term: Term) -> str:
        session = self.session
        match term:
            case Num():
                return spell(session.number(term.value), self._type(name), self._currency)
            case Tri():
                return "true" if session.holds(term.true) else "false"
            case Word():
                words = {Fraction(code): word for word, code in session.encoder.words.items()}
                word = words.get(session.number(term.code), ELSE)
                return f'"{word}"' if self._type(name).kind.value == "text" else word
            case Group():
                return f"({', '.join(m for m, b in term.members.items() if session.holds(b))})"
            case _:
                raise AssertionError(name)
