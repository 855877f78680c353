"""Functions that look back where an example gives a figure for each period: exact, so that a world can be found.

In: a call, its encoder, the period. Out: a term. `lookback.py` proves that no history does something; here one is looked
for that does, and the evaluator has the last word: what stays a free figure here may not hold up there.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl.program import calls
from dsl.program import program as p
from dsl.types.units import Frequency, Type
from evaluator.engine.functions.registry import formula_of
from evaluator.proofs.encoding import lookback
from evaluator.proofs.encoding.free import Proofs
from evaluator.proofs.encoding.logic import Bool
from evaluator.proofs.encoding.lookback import EveryPeriod, OnePeriod
from evaluator.proofs.encoding.terms import Num, Term, pick

Maker = Callable[["GivenPeriods", p.Call, int], Term | None]
proves: Proofs[Maker] = Proofs()
"""What is known of functions where periods are given; else it follows from their formulas."""


class GivenPeriods(EveryPeriod):
    """A figure for each period that an example may give."""

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back: by what is registered, else by its formula where it has one."""
        made = proves.get(call.function)
        found = made(self, call, back) if made is not None else self._by_formula(call, back)
        return found if found is not None else super().call(call, back)

    def convert(self, value: Num, kind: Type, back: int) -> Num:
        """As in any example: there are no rates."""
        return OnePeriod(self.e).convert(value, kind, back)

    def halves(self, every: Frequency | None) -> Bool:
        """An example is about no company: it reports as the rules ask."""
        return False

    def _by_formula(self, call: p.Call, back: int) -> Num | None:
        """What is registered for any world is as exact."""
        made, copies = formula_of(call.function), self.copies(call, back)
        if made is None or copies is None or call.function in lookback.proves.names:
            return None
        found: Num = made.of(calls.asked(call))(self.e.algebra, list(reversed(copies)))
        return found


@proves("latest")
def _latest(w: GivenPeriods, call: p.Call, back: int) -> Term | None:
    """This period's figure, else that of the one before: no witness needs an older one."""
    if back and w.e.rhythm is not calls.series(call):
        return None
    now, before = w.argument(call, back), w.argument(call, back + 1)
    return pick(now.settled, now, before)
