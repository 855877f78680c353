"""Whether an amount is what the market pays for a company, less something: an enterprise value. It can be below 0, and a multiple
of it then means nothing, where debt less cash in the same place means that there is more cash.

In: a `Program`, an expression. Out: whether it is one. Must not know facts.
"""

from __future__ import annotations

import re

from dsl.program import program as p
from dsl.types.units import Frequency, Kind

_MARKET = re.compile(r"market[ _-]?(?:cap|value)|capitali[sz]ation", re.I)
_ENTERPRISE = re.compile(r"(?:^|[^a-z])ev(?:$|[^a-z])|enterprise[ _-]?value", re.I)


def is_worth_less_something(program: p.Program, expr: p.Expr) -> bool:
    """Whether an expression is a market value less something, through metrics, or an input that is called an enterprise value."""
    if isinstance(expr, p.Ref) and expr.name in program.inputs:
        declared = program.inputs[expr.name]
        return declared.type.kind is Kind.MONEY and _called(declared, _ENTERPRISE)
    inputs = (program.inputs[n] for n in program.upstream(p.names_in(expr)) if n in program.inputs)
    return _subtracts(program, expr) and any(_is_market(declared) for declared in inputs)


def _is_market(declared: p.Input) -> bool:
    if declared.type.kind is not Kind.MONEY:
        return False
    return declared.type.series is Frequency.DAY or _called(declared, _MARKET) or _called(declared, _ENTERPRISE)


def _called(declared: p.Input, words: re.Pattern[str]) -> bool:
    return any(words.search(text) for text in (declared.name.replace("_", " "), declared.title))


def _subtracts(program: p.Program, expr: p.Expr) -> bool:
    """Whether something is taken away in a sum."""
    match expr:
        case p.Arithmetic(operator="+" | "-"):
            return expr.operator == "-" or _subtracts(program, expr.left) or _subtracts(program, expr.right)
        case p.Negative():
            return True
        case p.Convert():
            return _subtracts(program, expr.operand)
        case p.Ref() if expr.name in program.metrics:
            return _subtracts(program, program.metrics[expr.name].value)
        case p.Call(function="latest" | "sum"):
            return any(_subtracts(program, each) for each in expr.arguments)
        case _:
            return False
