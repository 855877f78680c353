"""Functions that look back where an example gives a figure for each period: exact, so that a world can be found.

In: a call, its encoder, the period. Out: a term. `lookback.py` proves that no history does something; here one is looked
for that does, and the evaluator has the last word: what stays a free figure here may not hold up there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsl.program import calls
from dsl.program import program as p
from dsl.types.functions import Shape
from evaluator.engine.functions.registry import formula_of
from evaluator.proofs.encoding import lookback
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.free import Proofs
from evaluator.proofs.encoding.logic import both, choose, either
from evaluator.proofs.encoding.lookback import EveryPeriod, OnePeriod, earlier
from evaluator.proofs.encoding.terms import Num, Term

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

    def convert(self, value: Num, currency: str | None) -> Num:
        """As in any example: there are no rates."""
        return OnePeriod(self.e).convert(value, currency)

    def _by_formula(self, call: p.Call, back: int) -> Num | None:
        """Of exact figures alone; what is registered for windows in any world is as exact."""
        made = formula_of(call.function)
        if made is None:
            return None
        formula = made.of(calls.asked(call))
        if calls.function(call).shape in (Shape.BACK, Shape.SHIFT):
            return self._of_two(formula, call, back)
        copies = self.copies(call, back)
        if call.function in lookback.proves.names or copies is None or not all(c.simple for c in copies):
            return None
        found: Num = formula(self.e.algebra, [t.exact(c.low) for c in reversed(copies)])
        known = both(*(c.known for c in copies))
        has_low = both(known, found.has_low)
        has_high = has_low if found.simple else both(known, found.has_high)
        return Num(found.low, found.high, has_low, has_high, both(known, found.undefined))

    def _of_two(self, formula: Callable[..., Any], call: p.Call, back: int) -> Num | None:
        step = earlier(call)
        if step is None:
            return None
        now, then = self.argument(call, back), self.argument(call, back + step)
        if not (now.simple and then.simple):
            return None
        found: Num = formula(self.e.algebra, now, then)
        return found


@proves("latest")
def _latest(w: GivenPeriods, call: p.Call, back: int) -> Term | None:
    """This period's figure, else that of the one before: no witness needs an older one."""
    now, before = w.argument(call, 0), w.argument(call, 1)
    if not (now.simple and before.simple):
        return None
    return t.exact(choose(now.known, now.low, before.low), either(now.known, before.known))
