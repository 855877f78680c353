"""How a ratio is best printed: money by money is a plain number, but 0.09 reads as 9% beside a threshold of 10%.

In: a `Program`. Out: name -> type to print by. Must not change what is calculated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dsl.program import program as p
from dsl.program.calls import function
from dsl.types.units import PERCENTS, Kind, Type


def shown_types(program: p.Program) -> dict[str, Type]:
    """The metrics that are ratios and stand somewhere beside percents or multiples, with that kind."""
    found: dict[str, Type] = {}
    for left, right in _pairs(program):
        kind = Kind.PERCENT if right.kind in PERCENTS else right.kind
        for name in _carriers(left):
            metric = program.metrics.get(name)
            if metric is not None and metric.type.kind is Kind.RATIO and kind in (Kind.PERCENT, Kind.MULTIPLE):
                found.setdefault(name, replace(metric.type, kind=kind))
    return found


def _pairs(program: p.Program) -> Iterator[tuple[p.Expr, Type]]:
    """Expressions with the type of what they are compared with."""
    for name in program.order:
        for expr in program.expressions(name):
            for node in p.walk(expr):
                if isinstance(node, p.Compare) or (isinstance(node, p.Arithmetic) and node.operator in "+-"):
                    yield node.left, node.right.type
                    yield node.right, node.left.type
    worlds = [s.assume for s in program.scenarios.values()] + [e.given for e in program.examples]
    for world in worlds:
        for name, value in world.items():
            metric = program.metrics.get(name)
            if metric is not None:
                yield p.Ref(value.span, metric.type, name), value.type


def _carriers(expr: p.Expr) -> Iterator[str]:
    """The names whose unit an expression has: itself, or through functions and sums that keep it."""
    match expr:
        case p.Ref():
            yield expr.name
        case p.Call() if function(expr).keeps_unit:
            for argument in expr.arguments:
                yield from _carriers(argument)
        case p.Arithmetic() if expr.operator in "+-":
            yield from _carriers(expr.left)
            yield from _carriers(expr.right)
        case p.Negative():
            yield from _carriers(expr.operand)
        case p.If():
            for value in expr.values:
                yield from _carriers(value)
