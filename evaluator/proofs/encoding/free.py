"""What is not said of a call is a free term: any value at all, or unknown, the same wherever the same is asked.

In: a call, the encoder, the period. Out: a term; and `Proofs`, where modules register what they know of functions. Must
not know functions. A free term says less than the evaluator knows: what is proven with it holds, and more may hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from dsl.program import program as p
from dsl.program.calls import function
from dsl.types.functions import FUNCTIONS
from dsl.types.units import FIGURES, Kind
from evaluator.proofs.encoding import terms as t
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.logic import at_most, both, no
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


def free(e: Encoder, name: str, back: int) -> Num:
    """A free figure by what it is called: exact, or unknown."""
    at = (name, back)
    if at not in e.leaves:
        e.leaves[at] = t.exact(e.real(f"{name}@{back}"), e.bool(f"{name}@{back} known"))
    found = e.leaves[at]
    assert isinstance(found, Num)
    return found


def free_truth(e: Encoder, name: str, back: int) -> Tri:
    """A free truth by what it is called."""
    at = (name, back)
    if at not in e.leaves:
        known, value = e.bool(f"{name}@{back} known"), e.bool(f"{name}@{back}")
        e.leaves[at] = Tri(both(known, value), both(known, no(value)))
    found = e.leaves[at]
    assert isinstance(found, Tri)
    return found


def free_figure(e: Encoder, call: p.Call, back: int) -> Num:
    """The figure of a call: one number or none, or (where the table does not say `exact`) bounds, never below `least`;
    without it there may be no such number."""
    row, name = function(call), p.sense(call)
    if e.local and p.names_in(call) & _LOCAL:
        name = f"{name} #{len(e.leaves)}"
    at = (name, back)
    if at not in e.leaves:
        low, known = e.real(f"{name}@{back}"), e.bool(f"{name}@{back} known")
        high, has_high = (low, known) if row.exact else (e.real(f"{name}@{back} to"), e.bool(f"{name}@{back} ends"))
        e.always(at_most(low, high))
        if row.least is not None:
            e.always(at_most(t.fraction(row.least), low))
        undefined = both(no(known), no(has_high), e.bool(f"{name}@{back} undefined"))
        e.leaves[at] = Num(low, high, known, has_high, undefined)
    found = e.leaves[at]
    assert isinstance(found, Num)
    return found


def free_term(e: Encoder, call: p.Call, back: int) -> Term:
    """The term of a call of which nothing is known, by the type of its result; an example has one for all periods."""
    e.inexact("a function of which nothing is said")
    at = 0 if e.worlds is Worlds.EXAMPLES else back
    if call.type.kind in FIGURES | {Kind.ANY}:
        return free_figure(e, call, at)
    name = (p.sense(call), at)
    if name not in e.leaves or (e.local and p.names_in(call) & _LOCAL):
        e.leaves[name] = e.leaf(f"{p.sense(call)}@{at}", call.type)
    return e.leaves[name]
