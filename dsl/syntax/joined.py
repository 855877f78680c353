"""Conditions that are written apart and count together: `sector is bank` of a `uses` and `nim > 2%` of a bull.

In: written expressions. Out: one expression, with a text that says it. Must not know what names mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.syntax import nodes as s
from dsl.text.renamed import JoinedSource


def joined(operator: str, items: Sequence[s.Expr | None]) -> s.Expr | None:
    """`a and b` (or `a or b`) of what there is, each once; None of nothing. It stands where the first of them does."""
    found: dict[s.Expr, None] = {}
    for item in items:
        if item is not None:
            found |= dict.fromkeys(_parts(item, operator))
    parts = tuple(found)
    if len(parts) < 2:
        return parts[0] if parts else None
    text = f" {operator} ".join(map(_said, parts))
    made = JoinedSource(parts[0].span.source.path, text, parts[0].span)
    return s.Logic(made.span(0, len(text)), operator, parts)


def is_joined(expr: s.Expr) -> bool:
    """Whether an expression was put together here."""
    return isinstance(expr, s.Logic) and isinstance(expr.span.source, JoinedSource)


def _parts(expr: s.Expr, operator: str) -> tuple[s.Expr, ...]:
    same = isinstance(expr, s.Logic) and expr.operator == operator and is_joined(expr)
    return expr.items if same and isinstance(expr, s.Logic) else (expr,)


def _said(part: s.Expr) -> str:
    text = " ".join(part.span.text.split())
    return f"({text})" if isinstance(part, s.Logic | s.If) else text
