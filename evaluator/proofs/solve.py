"""Asks the solver: whether there is a world in which a goal holds. Bounded in time and memory, the same every run.

In: an `Encoder`, goals. Out: an `Answer`, and for "yes" the world as a z3 model. Must not know what the goal means.

What bounds a question first is z3's own count of its steps (`rlimit`), which is the same on every machine; the clock
is the second bound, for the rare step that takes long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any

import z3

from evaluator.proofs.encoding.encode import Encoder
from evaluator.proofs.encoding.logic import Bool, Real

STEPS_A_SECOND = 1_000_000
"""About how many steps of z3 take a second."""
FIRST_TRY = 300_000
"""So many steps the solver that keeps what it learnt may take; what it does not decide is asked from scratch."""
SLACK = 2
"""So many times the budget may pass on the clock."""
MEGABYTES = 1_000


class Answer(Enum):
    """Whether there is such a world."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    """Not decided within the budget."""


@dataclass
class Budget:
    """What a table's questions may cost together: seconds of the solver, counted in steps."""

    seconds: float
    steps: int = field(init=False)
    _ends: float | None = None

    def __post_init__(self) -> None:
        self.steps = max(1, int(self.seconds * STEPS_A_SECOND))

    @property
    def spent(self) -> bool:
        """Whether nothing is left: any question would stay open."""
        return self.steps < 1 or self.milliseconds() < 1

    def milliseconds(self) -> int:
        """What is left on the clock, which starts with the first question: of this process's own time, so that a busy
        machine changes no answer."""
        now = time.process_time()
        if self._ends is None:
            self._ends = now + self.seconds * SLACK
        return max(0, int((self._ends - now) * 1000))


class Session:
    """One encoder with one solver; goals are asked one after the other and share a budget."""

    def __init__(self, encoder: Encoder, budget: Budget) -> None:
        self.encoder = encoder
        self.budget = budget
        self.model: Any = None
        """The world of the last "yes"."""
        self._solver = self._new(z3.Solver(ctx=encoder.context))
        self._asserted = 0
        self._supposed: list[Bool] = []

    def _new(self, solver: Any) -> Any:
        solver.set("random_seed", 0)
        solver.set("max_memory", MEGABYTES)
        return solver

    def world(self, *goals: Bool) -> Answer:
        """Whether all goals can hold at once."""
        kept = [g for g in goals if g is not True]
        facts = self.encoder.facts
        if any(f is False for f in (*facts, *self._supposed, *kept)):
            return Answer.NO
        self._tell()
        answer = self._check(self._solver, kept, min(FIRST_TRY, self.budget.steps))
        if answer is Answer.OPEN:
            alone = self._new(z3.SolverFor("QF_NRA", ctx=self.encoder.context))
            _assert(alone, (*facts, *self._supposed))
            answer = self._check(alone, kept, self.budget.steps)
        return answer

    @contextmanager
    def supposing(self) -> Iterator[Callable[[Bool], None]]:
        """Goals that are added one by one and hold for all questions inside: the rows above, as a table is gone down."""
        before = len(self._supposed)
        self._tell()
        asserted = self._asserted
        self._solver.push()

        def suppose(goal: Bool) -> None:
            self._supposed.append(goal)
            self._solver.add(goal)

        try:
            yield suppose
        finally:
            self._solver.pop()
            del self._supposed[before:]
            self._asserted = asserted  # what was added inside is gone with it

    def _tell(self) -> None:
        facts = self.encoder.facts
        _assert(self._solver, facts[self._asserted :])
        self._asserted = len(facts)

    def clash(self, goals: Sequence[Bool], *beside: Bool) -> list[int] | None:
        """Which of some goals, by number, cannot hold at once beside others: as few as can be found. None where it is
        not decided, or where all can hold."""
        if self.world(*goals, *beside) is not Answer.NO:
            return None
        needed = list(range(len(goals)))
        for size in (32, 8, 1):  # whole blocks first: of 200 rows a few matter
            needed = self._without_blocks(needed, size, lambda kept: self.world(*(goals[n] for n in kept), *beside))
        return needed

    def _without_blocks(self, needed: list[int], size: int, asked: Callable[[list[int]], Answer]) -> list[int]:
        """What is left where each block of a size, from the last to the first, is left out if the rest clashes all the same:
        how many go in a row is found by halving."""
        ends = range(len(needed), 0, -size)
        kept: list[int] = []
        """What has to stay, behind those that were looked at."""
        at = 0
        """So many blocks are looked at: the rest is `needed[: ends[at]]`."""

        def clashes(without: int) -> bool:
            left = needed[: ends[at + without]] if at + without < len(ends) else []
            return asked([*left, *kept]) is Answer.NO

        while at < len(ends):
            gone, stays = 0, len(ends) - at + 1
            while stays - gone > 1:  # so many can go, and so many cannot
                tried = (gone + stays) // 2
                gone, stays = (tried, stays) if clashes(tried) else (gone, tried)
            at += gone
            if at < len(ends):
                kept = [*needed[max(0, ends[at] - size) : ends[at]], *kept]
                at += 1
        return kept

    def _check(self, solver: Any, goals: list[Bool], steps: int) -> Answer:
        if self.budget.spent:
            return Answer.OPEN
        clock = self.budget.milliseconds()
        try:
            solver.push()
        except z3.Z3Exception:  # out of memory
            return Answer.OPEN
        try:
            solver.set("rlimit", steps)
            solver.set("timeout", clock * SLACK)
            before = _spent(solver)
            _assert(solver, goals)
            found = solver.check()
            self.budget.steps -= max(1, _spent(solver) - before)
            if found == z3.sat:
                self.model = solver.model()
                return Answer.YES
            return Answer.NO if found == z3.unsat else Answer.OPEN
        except z3.Z3Exception:  # out of memory
            return Answer.OPEN
        finally:
            solver.pop()

    def holds(self, truth: Bool) -> bool:
        """Whether a truth holds in the last world."""
        if isinstance(truth, bool):
            return truth
        return bool(z3.is_true(self.model.eval(truth, model_completion=True)))

    def number(self, value: Real) -> Fraction:
        """A number of the last world; a root is rounded to 12 digits."""
        if isinstance(value, Fraction):
            return value
        found = self.model.eval(value, model_completion=True)
        if z3.is_algebraic_value(found):
            found = found.approx(12)
        return Fraction(found.numerator_as_long(), found.denominator_as_long())


def _assert(solver: Any, truths: Sequence[Bool]) -> None:
    """Adds truths as they are: z3's wrapper for Python looks at the sort of each once more."""
    for truth in truths:
        z3.Z3_solver_assert(solver.ctx.ref(), solver.solver, truth.as_ast())


def _spent(solver: Any) -> int:
    statistics = solver.statistics()
    return int(statistics.get_key_value("rlimit count")) if "rlimit count" in statistics.keys() else 0  # noqa: SIM118
