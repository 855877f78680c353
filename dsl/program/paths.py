"""What is read of forecasts: all steps of one, the same step of another, the last one; what is read of all scenarios, and of all
segments of a company.

In: typed expressions. Out: the names that they read in each of these ways; how the figure of one segment is called. Must not know
programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsl.program.expressions import Call, Expr, PathRef, Ref, children, walk
from dsl.types.functions import FUNCTIONS, Shape


def own_steps(exprs: Iterable[Expr]) -> Iterator[Ref]:
    """The names that expressions read by themselves, not as a whole path: of a forecast inside another the same step, anywhere
    else its last one."""
    for expr in exprs:
        yield from (node for node in walk(expr) if isinstance(node, Ref) and not isinstance(node, PathRef))


def over_worlds(exprs: Iterable[Expr]) -> list[Call]:
    """The calls in expressions that weigh something over all scenarios."""
    nodes = (node for expr in exprs for node in walk(expr) if isinstance(node, Call))
    return [node for node in nodes if FUNCTIONS[node.function].shape is Shape.WORLDS]


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
