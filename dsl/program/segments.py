"""What is added up over the segments of a company, as typed expressions have it; how the figure of one segment is called.

In: typed expressions. Out: the calls of `sum over segments` in them. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsl.program.expressions import Call, Expr, children, names_in
from dsl.program.program import Program
from dsl.types.functions import FUNCTIONS, Shape


def over_segments(exprs: Iterable[Expr], inner: bool = True) -> Iterator[Call]:
    """The calls in expressions that add up over segments, the outermost first; `inner`: also those within another one."""
    for expr in exprs:
        found = isinstance(expr, Call) and FUNCTIONS[expr.function].shape is Shape.SEGMENTS
        if isinstance(expr, Call) and found:
            yield expr
        if inner or not found:
            yield from over_segments(children(expr), inner)


def of_segment(name: str, segment: str) -> str:
    """What the figure of one segment is called: `profit.cloud`."""
    return f"{name}.{segment}"


def summed(program: Program, name: str) -> str:
    """A sum of the program in which a name by segment is read, as it was written; else how one is written."""
    said = (e for each in program.order for e in program.expressions(each))
    return next((call.text for call in over_segments(said) if name in names_in(call)), f"sum over segments(… {name} …)")
