"""What became of kills and catalysts, as terms: any of their states, whatever the figures of today are.

In: a name, the state that is asked for, the encoder. Out: a truth that is never n.m. Must not know expressions.

An event was judged on its own day by what was known then, so that today's figures say little of it: it is a free term,
but that a catalyst is never met and missed. A kill that holds has happened, or it has not: it held already when the thesis
began, holds by what is only expected, or after its deadline. In an example nothing is known of the past: a kill has happened
where it holds there, else what became of an event is unknown.
"""

from __future__ import annotations

from dsl.program import program as p
from evaluator.engine.evaluation import in_window
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.kleene import disjunction
from evaluator.proofs.encoding.logic import Bool, both, either, no
from evaluator.proofs.encoding.terms import OPEN, Tri, decided, pick


def asked(e: Encoder, name: str, state: p.EventState) -> Tri:
    """Whether an event is in a state."""
    kill = e.program.kills.get(name)
    if kill is None:
        return OPEN if e.worlds is not Worlds.ANY else _catalyst(e, name, state)
    today = e.name(name)
    assert isinstance(today, Tri)
    here = decided(today.true, today.known)
    if e.worlds is not Worlds.ANY:
        return disjunction([OPEN, here]) if in_window(kill, e.program.since, e.as_of) else OPEN
    known = _leaf(e, name, "happened", "reported")
    before = decided(known["happened"], known["reported"])
    counts = _leaf(e, name, "counts")["counts"]
    return pick(counts, disjunction([before, here]), before)


def _catalyst(e: Encoder, name: str, state: p.EventState) -> Tri:
    """Met, missed, still to come, or pending, so that it may be either; or nothing is known of it."""
    known = _leaf(e, name, "met", "missed", "waiting", "reported")
    met, missed, waiting = (known[word] for word in ("met", "missed", "waiting"))
    for one, other in ((met, missed), (met, waiting), (missed, waiting)):
        e.always(no(both(one, other)))
    nothing = no(either(met, missed, waiting))
    if state is p.EventState.PENDING:
        return Tri(either(waiting, nothing), no(waiting))
    here = met if state is p.EventState.MET else missed
    maybe = either(nothing, both(waiting, no(known["reported"])))
    return Tri(either(here, maybe), no(here))


def _leaf(e: Encoder, name: str, *words: str) -> dict[str, Bool]:
    """Free truths about an event, each made once."""
    return {word: e.named(f"{name} is {word}") for word in words}
