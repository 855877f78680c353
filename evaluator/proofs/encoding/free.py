"""What is not said of a call is a free term: any value at all, or unknown, the same wherever the same is asked.

In: a call, the encoder, the period. Out: a term; and `Proofs`, where modules register what they know of functions. Must
not know functions. A free term says less than the evaluator knows: what is proven with it holds, and more may hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from dsl.program import program as p
from dsl.program.calls import back as looks_back
from dsl.program.calls import function
from dsl.types.functions import FUNCTIONS, Flat, Function, Shape
from dsl.types.units import FIGURES, Kind
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.logic import Bool, at_most, both, either, no
from evaluator.proofs.encoding.terms import Num, Term, Tri

M = TypeVar("M")
_LOCAL = {"previous", "step"}
"""What has another value at each step of a forecast."""


class Proofs(Generic[M]):
    """What is known of functions in one kind of worlds, by name. Optional: `get` gives None for what none registered."""

    def __init__(self) -> None:
        self._made: dict[str, M] = {}

    def __call__(self, *names: str) -> Callable[[M], M]:
        """Registers. Raises TypeError for a name that is not in the table of functions, or is registered already."""

        def register(made: M) -> M:
            for name in names:
                if name not in FUNCTIONS or name in self._made:
                    raise TypeError(f"{name} is not in the table of functions, or registered twice")
                self._made[name] = made
            return made

        return register

    def get(self, name: str) -> M | None:
        """What is known of a function."""
        return self._made.get(name)

    @property
    def names(self) -> frozenset[str]:
        """The functions of which something is known."""
        return frozenset(self._made)


def _at(e: Encoder, name: str, back: int) -> tuple[str, int]:
    """What a free term is called: what a single value was, periods ago, depends on how long these are."""
    return (f"{name} by {e.rhythm}" if back else name), back


def free(e: Encoder, name: str, back: int) -> Num:
    """A free figure by what it is called: exact, or unknown."""
    found = e.kept(_at(e, name, back), lambda: t.exact(e.real(f"{name}@{back}"), e.bool(f"{name}@{back} known")))
    assert isinstance(found, Num)
    return found


def free_truth(e: Encoder, name: str, back: int, nm: bool) -> Tri:
    """A free truth by what it is called; `nm`: whether it may be not meaningful."""

    def make() -> Tri:
        can_true, can_false = e.bool(f"{name}@{back} can be true"), e.bool(f"{name}@{back} can be false")
        can_nm = e.bool(f"{name}@{back} can be n.m.") if nm else False
        e.always(either(can_true, can_false, can_nm))
        return Tri(can_true, can_false, can_nm)

    found = e.kept(_at(e, name, back), make)
    assert isinstance(found, Tri)
    return found


def free_figure(e: Encoder, call: p.Call, back: int) -> Num:
    """The figure of a call: one number, bounds or none, never below `least`, and not meaningful where it may be that.
    Where the table says `exact` there are no bounds but those of the rules."""
    row, name = function(call), p.sense(call)
    if e.local and p.names_in(call) & _LOCAL:
        name = f"{name} #{e.number()}"
    found = e.kept(_at(e, name, back), lambda: _free_figure(e, call, row, f"{name}@{back}", back))
    assert isinstance(found, Num)
    return found


def _free_figure(e: Encoder, call: p.Call, row: Function, hint: str, back: int) -> Num:
    of = e.term(call.arguments[0], back)
    nm: Bool = False
    undefined: Bool = False
    if may_mean_nothing(call, of):
        nm = e.bool(f"{hint} n.m.")
        undefined = either(nm, e.bool(f"{hint} undefined"))
    value, known = e.real(hint), e.bool(f"{hint} known")
    ends = [value]
    has_low, has_high, low, high = False, False, t.ZERO, t.ZERO
    if not (row.exact and isinstance(of, Num) and of.bare and looks_back(call) is not None):
        low, high = e.real(f"{hint} from"), e.real(f"{hint} to")
        has_low, has_high = (both(no(nm), e.bool(f"{hint} {word}")) for word in ("begins", "ends"))
        e.always(at_most(low, high))
        ends.append(low)
    if row.least is not None:
        e.always(both(*(at_most(t.fraction(row.least), end) for end in ends)))
    exact = both(known, no(nm))
    assumed = no(exact) if row.exact else both(no(exact), e.bool(f"{hint} assumed"))
    return Num(value, exact, low, high, has_low, has_high, undefined, nm, assumed)


_NEVER_OF_ITSELF = (Shape.BACK, Shape.SHIFT, Shape.YEAR, Shape.LAST, Shape.RUN, Shape.WINDOW, Shape.REDUCE,
                     Shape.AHEAD, Shape.YEAR_AHEAD)  # fmt: skip


def may_mean_nothing(call: p.Call, of: Term) -> bool:
    """Whether the figure of a call may be not meaningful: where what it is of may be, where it is measured from a figure
    above 0, where its periods may be too few; and of what looks at one period alone always."""
    row = function(call)
    if row.shape not in _NEVER_OF_ITSELF or looks_back(call) is None:
        return True
    few = row.shape in (Shape.WINDOW, Shape.REDUCE) and row.flat in (Flat.NOTHING, Flat.ALIKE)
    return row.positive or few or (isinstance(of, Num) and of.undefined is not False)


def free_term(e: Encoder, call: p.Call, back: int) -> Term:
    """The term of a call of which nothing is known, by the type of its result; an example has one for all periods."""
    e.inexact("a function of which nothing is said")
    at = 0 if e.worlds is Worlds.EXAMPLES else back
    if call.type.kind in FIGURES | {Kind.ANY}:
        return free_figure(e, call, at)
    if call.type.kind is Kind.FLAG and not (e.local and p.names_in(call) & _LOCAL):
        return free_truth(e, p.sense(call), at, nm=True)
    sense = p.sense(call)
    name = f"{sense} #{e.number()}" if e.local and p.names_in(call) & _LOCAL else sense
    return e.kept(_at(e, name, at), lambda: e.leaf(f"{sense}@{at}", call.type))
