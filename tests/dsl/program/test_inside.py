"""What is inside an expression: nothing is passed over, whatever kinds its parts are declared to be."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from dsl.program import expressions as x
from dsl.program import program as p
from dsl.workspace.workspace import Workspace
from tests.paths import RULES


def inside(expr: p.Expr) -> list[p.Expr]:
    """The same from all parts, the slow way."""
    parts: list[Any] = [getattr(expr, each.name) for each in fields(expr)]
    return [e for part in parts for e in (part if isinstance(part, tuple) else (part,)) if isinstance(e, p.Expr)]


@pytest.mark.parametrize("name", ["alibaba", "library/fair_value"])
def test_nothing_inside_an_expression_is_passed_over(name: str) -> None:
    program = Workspace((RULES, RULES / "library")).snapshot().checked(RULES / f"{name}.thesis").partial
    seen = 0
    for whole in (*(e for n in program.order for e in program.expressions(n)), *program.sentences):
        for expr in p.walk(whole):
            assert list(p.children(expr)) == inside(expr)
            seen += 1
    assert seen > 100


def test_parts_that_are_declared_to_be_expressions_are_looked_at() -> None:
    """Every kind, also those of which no shipped rule has one."""

    def kinds(of: type[p.Expr]) -> set[type[p.Expr]]:
        return {of, *(each for kind in of.__subclasses__() for each in kinds(kind))}

    for kind in kinds(p.Expr):
        mine = {f.name for f in fields(kind)} - {f.name for f in fields(p.Expr)}
        declared = {
            f.name for f in fields(kind) if f.name in mine and ("Expr" in str(f.type) or "Interval" in str(f.type))
        }
        assert declared <= set(x._slots(kind)), kind
