"""What in the rules a value can rest on in place of a fact.

In: declarations and expressions of a program. Out: `Assumption`s, in the order of the program. Must not know values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from dsl.program.declared import Input, Param
from dsl.program.expressions import Call, Expr, Ref, children, names_in, walk
from dsl.text.record import record


class Assumes(StrEnum):
    """What in the rules stands in place of a fact."""

    OWN = "the author's own figure"
    DEFAULT = "by default"
    BOUNDS = "its bounds alone"


@record
class Assumption:
    """Something in the rules on which a value rests: a param of the author's own, a fallback that was taken, the bounds of an
    input of which nothing is known. `name`: the param, the input, or what has no figure; `text`: as written."""

    kind: Assumes
    name: str
    text: str


def of_param(param: Param) -> Iterator[Assumption]:
    """The figures of the author's own that a param has."""
    return (Assumption(Assumes.OWN, param.name, v.value.text) for v in param.versions if v.own)


def of_input(declared: Input) -> Iterator[Assumption]:
    """The bounds of an input."""
    if declared.bounds is not None:
        yield Assumption(Assumes.BOUNDS, declared.name, declared.bounds.text)


def of_fallback(call: Call, argument: Expr, params: Mapping[str, Param]) -> Assumption | None:
    """An argument of `first_known` that the rules write in place of what is not known; None for one that facts give."""
    if names_in(argument) - params.keys():  # params rest on params alone
        return None
    return Assumption(Assumes.DEFAULT, ", ".join(sorted(names_in(call.arguments[0]))), argument.text)


def without_fallback(expr: Expr, params: Mapping[str, Param]) -> Iterator[str]:
    """The names in an expression for which nothing that the rules write stands in where they are unknown: all but those in a
    `first_known` that has a fallback."""
    if isinstance(expr, Ref):
        yield expr.name
    parts = list(children(expr))
    if isinstance(expr, Call) and expr.function == "first_known":
        parts = [a for a in expr.arguments if of_fallback(expr, a, params) is not None] or parts
    for part in parts:
        yield from without_fallback(part, params)


def in_expressions(exprs: Iterable[Expr], params: Mapping[str, Param]) -> Iterator[Assumption]:
    """The fallbacks in expressions."""
    for call in (
        node for expr in exprs for node in walk(expr) if isinstance(node, Call) and node.function == "first_known"
    ):
        yield from (found for a in call.arguments if (found := of_fallback(call, a, params)) is not None)
