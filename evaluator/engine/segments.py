"""What is added up over the segments of a company, as it is read today.

In: a call with a part for each segment, the engine that is under way. Out: its value. Must not know how expressions are evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsl.program import program as p
from dsl.program.calls import asked
from evaluator.engine.functions.registry import reducer
from evaluator.engine.money import of_one_currency
from evaluator.values.series import Value, expect
from evaluator.values.values import Figure, because

if TYPE_CHECKING:
    from evaluator.engine.expressions import Engine

NO_SEGMENT = "no segment is known"


def over_segments(e: Engine, call: p.Call) -> Value:
    """The amounts of all segments that were known on the day, together: one figure of today. A segment of which nothing had been
    published by then was none yet; one of which anything had is unknown where its amount is, and so is the sum."""
    return added(e, call, of_one_currency(e, call.arguments))


def added(e: Engine, call: p.Call, values: Sequence[Value]) -> Figure:
    """The same of the values of its parts, which are in one currency."""
    known = [
        expect(e.read(value), Figure) for part, value in zip(call.arguments, values, strict=True) if _known(e, part)
    ]
    if not known:
        bases = [name for name in p.names_in(call) if name in e.program.inputs]
        names = sorted(
            {name.removesuffix(f".{e.program.inputs[name].segment}") for name in bases if _by_segment(e, name)}
        )
        return Figure.unknown(frozenset().union(*(because(NO_SEGMENT, name) for name in names)))
    together: Figure = e.does.reducer("sum", reducer("sum").of(asked(call)))(known)
    return together


def _by_segment(e: Engine, name: str) -> bool:
    return e.program.inputs[name].by_segment or bool(e.program.inputs[name].segment)


def _known(e: Engine, part: p.Expr) -> bool:
    """Whether anything had been published by the day, or is set, of the segment that a part is of."""
    inputs = e.program.inputs
    own = (name for name in p.names_in(part) if name in inputs and inputs[name].segment)
    return any(name in e.view.values or name in e.world.replaced for name in own)
