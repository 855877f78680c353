"""How to bring something about: from what shall be true or false to values of names that may make it so.

In: expressions with the truth that is wanted, candidates. Out: worlds worth trying, one after the other; whether they do
it, evaluation must show. Must not know coverage or how examples are written.

1. A goal is taken apart by its logic: to make `A and B` true make both true, to make it false make one false; a row
   fires where it is true and those above it are false; a pillar is supported where one bull is true and no bear.
2. What is left are comparisons and words. One that speaks of one name thins out that name's candidates, and a name with
   none left ends the attempt; what speaks of several names is tried out at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from dsl.program import program as p
from dsl.program.calls import function
from evaluator.engine.evaluate import ask
from evaluator.engine.evaluation import World
from evaluator.examples.candidates import Candidate, Candidates
from evaluator.examples.pasts import looks_back
from evaluator.values.series import expect
from evaluator.values.values import Truth

Goal = tuple[p.Expr, bool]
"""An expression and the truth it shall have."""
Way = Sequence[Goal]
"""Goals that together bring another one about."""

MAX_STEPS = 4_000
"""How many goals are taken apart for one target before the search gives up."""
MAX_TRIED = 2_000
"""How many combinations of values are tried for comparisons of several names."""


@dataclass(frozen=True)
class _State:
    """What is still possible: for each name its candidates, and what speaks of several names."""

    domains: dict[str, tuple[Candidate, ...]]
    several: tuple[Goal, ...] = ()


class Solver:
    """Finds worlds for goals. One for a program: what it learns of candidates is kept."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        self.program = candidates.program
        self._fits: dict[tuple[str, bool, str], dict[Candidate, None]] = {}
        """By the address of an expression."""
        self._steps = 0

    def worlds(self, goals: Iterable[Goal]) -> Iterator[dict[str, Candidate]]:
        """Worlds in which the goals may hold, the plainest first."""
        self._steps = 0
        for state in self._solve(tuple(goals)):
            yield from islice(self._finish(state), 4)

    def row(self, verdict: p.Verdict, number: int) -> Way:
        """What makes a row fire (from 1): it holds, and none above."""
        row = verdict.rows[number - 1]
        holds = [(row.when, True)] if row.when is not None else []
        applies = [(verdict.applies, True)] if verdict.applies is not None else []
        return [*applies, *holds, *((r.when, False) for r in verdict.rows[: number - 1] if r.when is not None)]

    # --- taking apart -------------------------------------------------------------------------------------

    def _solve(self, goals: tuple[Goal, ...]) -> Iterator[_State]:
        """Depth first, the first way first; a stack of our own, since a table may have hundreds of rows."""
        stack = [(_State({}), goals)]
        while stack:
            state, left = stack.pop()
            if not left:
                yield state
                continue
            self._steps += 1
            if self._steps > MAX_STEPS:
                return
            (expr, wanted), rest = left[0], left[1:]
            ways = self._ways(expr, wanted)
            if ways is None:
                narrowed = self._narrow(state, expr, wanted)
                stack += [(narrowed, rest)] if narrowed is not None else []
            else:
                stack += [(state, (*way, *rest)) for way in reversed(ways)]

    def _ways(self, expr: p.Expr, wanted: bool) -> list[Way] | None:
        """The ways to bring a goal about; None for what cannot be taken apart."""
        match expr:
            case p.Not():
                return [[(expr.operand, not wanted)]]
            case p.IsTruth():
                return [[(expr.operand, wanted is expr.wanted)]]
            case p.Holds() if not looks_back(expr):
                return [[(expr.condition, wanted)]]  # what is given once is the same in every period
            case p.Logic():
                return self._logic(expr.items, (expr.operator == "and") is wanted, wanted)
            case p.Call() if operator := function(expr).operator:
                return self._logic(expr.arguments, (operator == "and") is wanted, wanted)
            case p.If():
                return self._either(expr, wanted)
            case p.Ref():
                return self._named(expr.name, wanted)
            case p.IsEvent(operand=p.Ref(name=name)) if name in self.program.kills:
                return [[(self.program.kills[name].when, wanted)]]  # in an example it has happened where it is true
            case p.IsWord(operand=p.Ref(name=name)) if name in self.program.pillars:
                return self._status(name, expr.word, wanted)
            case p.IsWord(operand=p.Ref(name=name)) if name in self.program.verdicts:
                verdict = self.program.verdicts[name]
                numbered = enumerate(verdict.rows, 1)
                return [self.row(verdict, n) for n, row in numbered if (row.outcome == expr.word) is wanted]
            case p.Compare():
                return self._counted(expr, wanted)
            case p.IsKnown(operand=p.Ref(name=name)) if not self.candidates.settable(name):
                return self._decided(name, wanted)
        return None

    def _logic(self, items: Sequence[p.Expr], every: bool, wanted: bool) -> list[Way]:
        """All of the items, or one of them; what fewest names decide first."""
        if every:
            return [[(item, wanted) for item in items]]
        return [[(item, wanted)] for item in sorted(items, key=self._size)]

    def _either(self, expr: p.If, wanted: bool) -> list[Way]:
        """One of its values, with its condition true and those before it false."""
        found: list[Way] = []
        before: list[Goal] = []
        for condition, value in expr.ways:
            found.append([*before, *([(condition, True)] if condition is not None else []), (value, wanted)])
            before += [(condition, False)] if condition is not None else []
        return found

    def _size(self, expr: p.Expr) -> int:
        """How many names that can be set an expression asks for, itself and through conditions and tables."""
        program = self.program
        set_directly = {*program.metrics, *program.forecasts} - program.paths_read
        return sum(self.candidates.settable(n) for n in program.upstream(p.names_in(expr), stop=set_directly))

    def _named(self, name: str, wanted: bool) -> list[Way] | None:
        condition = self.program.conditions.get(name)
        if condition is None:
            kill = self.program.kills.get(name)
            return None if kill is None else [[(kill.when, wanted)]]
        if condition.applies is None:
            return [[(condition.when, wanted)]]
        if wanted:
            return [[(condition.applies, True), (condition.when, True)]]
        return [[(condition.when, False)], [(condition.applies, False)]]

    def _status(self, pillar: str, status: str, wanted: bool) -> list[Way]:
        sides = {side: self._side(pillar, side) for side in p.Side}
        bull, bear = sides[p.Side.BULL], sides[p.Side.BEAR]
        with_bull, with_bear = status in ("supported", "contested"), status in ("undermined", "contested")
        if wanted:
            return [[*a, *b] for a in bull[with_bull] for b in bear[with_bear]]
        return [*bull[not with_bull], *bear[not with_bear]]

    def _side(self, pillar: str, side: p.Side) -> dict[bool, list[Way]]:
        """The ways to have one true on a side, and to have none."""
        conditions = [c for c in self.program.speaking(pillar) if c.side is side]
        refs = [p.Ref(c.when.span, c.when.type, c.name) for c in conditions]
        return {True: [[(ref, True)] for ref in refs], False: [[(ref, False) for ref in refs]]}

    def _decided(self, name: str, wanted: bool) -> list[Way] | None:
        """A condition, pillar or table that is known: any way to decide it. Unknown: leave it be."""
        if not wanted:
            return [[]]
        if verdict := self.program.verdicts.get(name):
            return [self.row(verdict, n) for n in range(1, len(verdict.rows) + 1)]
        if name in self.program.pillars:
            return [way for s in ("open", "supported", "undermined") for way in self._status(name, s, True)]
        return [*(self._named(name, True) or ()), *(self._named(name, False) or ())]

    def _counted(self, expr: p.Compare, wanted: bool) -> list[Way] | None:
        """`count(a, b, c) >= 2` of conditions: how many must hold, the first ones first."""
        counts = [c for c in p.walk(expr) if isinstance(c, p.Call) and function(c).counts]
        flags = [
            a for c in counts for a in c.arguments if not (isinstance(a, p.Ref) and self.candidates.settable(a.name))
        ]
        if not flags:
            return None
        ways: list[Way] = []
        for holding in range(len(flags) + 1):
            world = World(forced={flag.address: n < holding for n, flag in enumerate(flags)})
            if expect(ask(self.candidates.base, expr, world), Truth).value is wanted:
                ways.append([(flag, n < holding) for n, flag in enumerate(flags)])
        return ways

    # --- names and their candidates --------------------------------------------------------------------------

    def _narrow(self, state: _State, expr: p.Expr, wanted: bool) -> _State | None:
        """The state with only what can still give an expression its truth; None where nothing is left."""
        names = sorted(n for n in p.names_in(expr) if self.candidates.settable(n))
        if not names:
            return state if expect(ask(self.candidates.base, expr), Truth).value is wanted else None
        if len(names) > 1:
            domains = {n: state.domains.get(n) or self.candidates.of(n) for n in names}
            return _State({**state.domains, **domains}, (*state.several, (expr, wanted)))
        (name,) = names
        fits = self._fitting(expr, wanted, name)
        before = state.domains.get(name)
        left = tuple(fits) if before is None else tuple(c for c in before if c in fits)
        return replace(state, domains={**state.domains, name: left}) if left else None

    def _fitting(self, expr: p.Expr, wanted: bool, name: str) -> dict[Candidate, None]:
        """The candidates that give an expression its truth, in their order."""
        key = (expr.address, wanted, name)
        if not expr.address or key not in self._fits:
            known = isinstance(expr, p.IsKnown)
            options = (*self.candidates.of(name), *((self.candidates.unknown(name),) if known else ()))
            self._fits[key] = {c: None for c in options if self._truth(expr, (c,)) is wanted}
        return self._fits[key]

    def _truth(self, expr: p.Expr, chosen: Iterable[Candidate]) -> bool | None:
        return expect(self.candidates.asked(expr, {c.name: c.value for c in chosen}), Truth).value

    def _finish(self, state: _State) -> Iterator[dict[str, Candidate]]:
        """One value for each name: the first left, but what several names are compared in is tried out."""
        plain = {name: left[0] for name, left in state.domains.items()}
        if not state.several:
            yield plain
            return
        names = sorted({n for expr, _ in state.several for n in p.names_in(expr) if n in state.domains})
        for values in islice(product(*(state.domains[n] for n in names)), MAX_TRIED):
            chosen = {**plain, **dict(zip(names, values, strict=True))}
            if all(self._truth(expr, chosen.values()) is wanted for expr, wanted in state.several):
                yield chosen
