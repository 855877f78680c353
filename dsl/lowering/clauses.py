"""What declarations of every kind share: their head, a clause that is missing, a figure written out.

In: a declaration of `syntax.py` and the `Scope`. Out: its parts, and diagnostics. Must not know the kinds.
"""

from __future__ import annotations

from dsl.lowering.expressions import lower
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.source import Span
from dsl.types.units import Type


def head(d: s.Declaration, origin: str) -> tuple[str, str, Span, str]:
    """What every declaration has: name, title, place, module."""
    return d.name.name, d.title or d.name.name, d.name.span, origin


def missing(d: s.Declaration, clause: str, mend: str, scope: Scope) -> None:
    """That a declaration misses a clause, and how it is written."""
    scope.error("T038", d.name.span, keyword=d.keyword, name=d.name.name, clause=clause, mend=mend)


def constant(node: s.Expr | None, scope: Scope) -> tuple[float, Type] | None:
    """A figure written out, maybe with a minus: its value and type; None where it is anything else."""
    figure = node.operand if isinstance(node, s.Negative) else node
    if node is None or not isinstance(figure, s.Number):
        return None
    expr = lower(node, scope)
    if isinstance(expr, p.Const) and isinstance(expr.value, float):
        return expr.value, expr.type
    return None
