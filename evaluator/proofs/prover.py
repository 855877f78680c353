"""Questions about a program, asked in every world and, for what must be shown, in those of examples.

In: the encoders of a program, a budget. Out: whether something is impossible, and worlds that show what is. Must not know
which questions are asked.

"Impossible" is said where the solver finds no world among all of them (more than there are: a figure that looks back
is any figure). "Possible" is said where it finds one and every term was exact, or where an example was found and
confirmed by the evaluator. Everything else is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from dsl.program import program as p
from evaluator.engine.evaluation import Evaluation
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.logic import Bool, no
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.findings import Witness
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.proofs.witness import Claim, Examples, Found, Goals

PROOFS_SHARE = 0.6
"""So much of a budget is for proofs, the rest for examples that show what was found."""


class Outcome(Enum):
    """Whether a world was found."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    IMPOSSIBLE_WHEN_EXACT = "impossible when exact"
    """A bounded figure, or a period that one of several series misses, may yet make it so."""
    UNDECIDED = "undecided"

    @property
    def never(self) -> bool:
        """Whether it is proven that there is none."""
        return self in (Outcome.IMPOSSIBLE, Outcome.IMPOSSIBLE_WHEN_EXACT)


class Prover:
    """One subject (a table, a condition, a pillar) of a program on one day."""

    def __init__(self, encoders: Encoders, seconds: float, subject: str) -> None:
        self.program, self._encoders = encoders.program, encoders
        self._budget = Budget(seconds * PROOFS_SHARE)
        self.session = Session(encoders.of(Worlds.ANY), self._budget)
        self.examples = Examples(encoders, Budget(seconds * (1 - PROOFS_SHARE) / 2), (subject,))
        """For examples that show what was found."""
        self._confirming = Examples(encoders, Budget(seconds * (1 - PROOFS_SHARE) / 2), (subject,))
        self._asks_what_is_known = subject in self.program.asking_what_is_known
        self._fog: Session | None = None

    @property
    def encoder(self) -> Encoder:
        """The terms of every world."""
        return self.session.encoder

    def outcome(
        self, goals: Goals, claim: Claim | None = None, besides_supposed: Sequence[Bool] | None = None
    ) -> Outcome:
        """Whether all goals can hold at once; `claim` says the same of an evaluation, to confirm what is not exact.
        `besides_supposed`: the goals of the session that are not supposed in it already."""
        answer = self.session.world(*(goals(self.encoder) if besides_supposed is None else besides_supposed))
        if answer is Answer.NO:
            return self._in_fog(goals)
        if answer is Answer.YES and not self.encoder.notes:
            return Outcome.POSSIBLE
        if claim is not None and isinstance(self._confirming.find(goals, claim), Found):
            return Outcome.POSSIBLE
        return Outcome.UNDECIDED

    def _in_fog(self, goals: Goals) -> Outcome:
        """What is decided of exact figures holds of bounded ones too, but where rules ask what is known."""
        if not self._asks_what_is_known:
            return Outcome.IMPOSSIBLE
        if self._fog is None:
            self._fog = Session(self._encoders.of(Worlds.ANY, fog=True), self._budget)
        clear = self._fog.world(*goals(self._fog.encoder)) is Answer.NO
        return Outcome.IMPOSSIBLE if clear else Outcome.IMPOSSIBLE_WHEN_EXACT

    def clash(self, exprs: Sequence[p.Expr]) -> list[p.Expr]:
        """Of conditions that can never hold at once, as few as can be found; none where that is not decided."""
        found = self.session.clash([self.encoder.truth(e).true for e in exprs])
        return [exprs[n] for n in found or ()]

    def near_miss(self, clash: Sequence[p.Expr], title: str) -> Witness | None:
        """Of conditions that exclude each other, an example of all but one: that one is not true there."""
        *others, last = clash or (None,)
        if last is None or any("#" in e.text for e in clash):
            return None
        return self._missed(others, last, False, title) or self._missed(others, last, None, title)

    def _missed(self, others: Sequence[p.Expr], last: p.Expr, failed: bool | None, title: str) -> Witness | None:
        """An example in which all others hold, and the last is false or unknown."""

        def goals(e: Encoder) -> list[Bool]:
            missed = e.truth(last).false if failed is False else no(e.truth(last).settled)
            return [*(e.truth(o).true for o in others), missed]

        def claim(evaluation: Evaluation) -> bool:
            missed = evaluation.truth(last)
            return all(evaluation.truth(o).value for o in others) and missed.value is failed and not missed.nm

        found = self.examples.find(goals, claim, named(self.program, [*others, last]))
        if not isinstance(found, Found):
            return None
        fails = f"not ({last.text})" if failed is False else f"({last.text}) is unknown"
        return Witness(title, found.texts, tuple(dict.fromkeys([*(o.text for o in others), fails])))


def parts(*exprs: p.Expr | None) -> list[p.Expr]:
    """What conditions join with `and`; `between` stays whole, since its halves have no separate text."""
    found: list[p.Expr] = []
    for expr in exprs:
        if isinstance(expr, p.Logic) and expr.operator == "and" and expr.span not in {i.span for i in expr.items}:
            found += parts(*expr.items)
        elif expr is not None:
            found.append(expr)
    return found


def expressions_below(program: p.Program, name: str) -> list[p.Expr]:
    """The expressions of a name; of a pillar those of its conditions."""
    names = sorted(program.needs(name)) if name in program.pillars else [name]
    return [e for n in names for e in program.expressions(n)]


def asks_what_is_missing(program: p.Program, when: p.Expr | None) -> bool:
    """Whether a condition, or one that it names, asks whether something is unknown or not meaningful."""
    waiting, seen = ([when] if when is not None else []), set[str]()
    while waiting:
        for node in p.walk(waiting.pop()):
            if isinstance(node, p.Not) and isinstance(node.operand, p.IsKnown | p.IsMeaningful):
                return True
            if isinstance(node, p.Ref) and node.name in program.conditions and node.name not in seen:
                seen.add(node.name)
                waiting += program.expressions(node.name)
    return False


def named(program: p.Program, exprs: Iterable[p.Expr]) -> list[str]:
    """The figures that conditions speak of: through conditions, pillars and tables, not into formulas."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = set(p.names_in(*exprs))
    while waiting:
        name = waiting.pop()
        seen.add(name)
        alone = name in program.forecasts and name not in program.paths_read
        if name in program.inputs or name in program.metrics or alone:
            found.add(name)
        elif name not in program.params:
            waiting |= program.needs(name) - seen
    return list(program.in_order(found))
