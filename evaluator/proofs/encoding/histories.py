"""Functions that look back where an example gives a figure for each period: exact, so that a world can be found.

In: a call, its encoder, the period. Out: a term. `periods.py` proves that no history does something; here one is looked
for that does, and the evaluator has the last word: what stays a figure of its own here may not hold up there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from dsl.program import program as p
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.logic import below, both, choose, either, no
from evaluator.proofs.encoding.lookback import EveryPeriod, OnePeriod, frequency, written
from evaluator.proofs.encoding.terms import ONE, ZERO, Num, Term

Maker = Callable[["GivenPeriods", p.Call, int], Term]


class GivenPeriods(EveryPeriod):
    """A figure for each period that an example may give."""

    def call(self, call: p.Call, back: int) -> Term:
        """A function that looks back, by its formula where it has one."""
        made = _EXACT.get(call.function)
        found = made(self, call, back) if made is not None else None
        return found if found is not None else super().call(call, back)

    def convert(self, value: Num, currency: str | None) -> Num:
        """As in any example: there are no rates."""
        return OnePeriod(self.e).convert(value, currency)


def _growth(periods: Callable[[p.Call], int]) -> Callable[[GivenPeriods, p.Call, int], Term | None]:
    """Now on then, less 1, from a base above 0; over several years a root of it, which is left open."""

    def made(w: GivenPeriods, call: p.Call, back: int) -> Term | None:
        step = periods(call)
        if not step:
            return None
        now, then = w.argument(call, back), w.argument(call, back + step)
        if not (now.simple and then.simple):
            return None
        base = both(then.known, below(ZERO, then.low))
        grown = t.subtract(t.divide(now, then, w.e), t.exact(ONE))
        return t.exact(grown.low, both(now.known, base), either(now.undefined, no(base)))

    return made


def _ttm(w: GivenPeriods, call: p.Call, back: int) -> Term:
    return t.total([w.argument(call, back + n) for n in range(frequency(call).per_year)])


def _drawdown(w: GivenPeriods, call: p.Call, back: int) -> Term | None:
    copies = w.copies(call, back)
    if copies is None or not all(c.simple for c in copies):
        return None
    top = copies[0].low
    for copy in copies[1:]:
        top = choose(below(top, copy.low), copy.low, top)
    known, risen = both(*(c.known for c in copies)), below(ZERO, top)
    fall = t.subtract(t.exact(ONE), t.divide(copies[0], t.exact(top), w.e))
    return t.exact(fall.low, both(known, risen), both(known, no(risen)))


def _trend(w: GivenPeriods, call: p.Call, back: int) -> Term | None:
    copies = w.copies(call, back)
    if copies is None or len(copies) < 2:
        return None
    centre = Fraction(len(copies) - 1, 2)
    spread = sum((n - centre) ** 2 for n in range(len(copies)))
    weights = [(n - centre) / spread for n in range(len(copies))]
    return t.total([t.multiply(t.exact(weight), x, w.e) for weight, x in zip(weights, reversed(copies), strict=True)])


def _latest(w: GivenPeriods, call: p.Call, back: int) -> Term | None:
    """This period's figure, else that of the one before: no witness needs an older one."""
    now, before = w.argument(call, 0), w.argument(call, 1)
    if not (now.simple and before.simple):
        return None
    return t.exact(choose(now.known, now.low, before.low), either(now.known, before.known))


_EXACT: Mapping[str, Callable[[GivenPeriods, p.Call, int], Term | None]] = {
    "yoy": _growth(lambda call: 0 if frequency(call).value == "day" else frequency(call).per_year),
    "qoq": _growth(lambda call: 1),
    "cagr": _growth(lambda call: frequency(call).per_year if written(call) == 1 else 0),
    "ttm": _ttm,
    "drawdown": _drawdown,
    "trend": _trend,
    "latest": _latest,
}
