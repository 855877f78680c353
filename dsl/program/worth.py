"""Whether an amount is an enterprise value: what the market pays for a company, with debt and less cash. It can be below 0, and a
multiple of it then means nothing, where debt less cash in the same place means that there is more cash.

In: a `Program`, an expression. Out: whether it is one. Must not know facts.
"""

from __future__ import annotations

import re

from dsl.program import program as p
from dsl.types.units import Frequency, Kind

_MARKET = re.compile(r"market[ _-]?(?:cap|value)|capitali[sz]ation", re.I)
_ENTERPRISE = re.compile(r"(?:^|[^a-z])ev(?:$|[^a-z])|enterprise[ _-]?value", re.I)


def is_enterprise_value(program: p.Program, expr: p.Expr) -> bool:
    """Whether an expression is a market value and something else, through metrics, or an input that is called an enterprise value."""
    if isinstance(expr, p.Ref) and expr.name in program.inputs:
        declared = program.inputs[expr.name]
        return declared.type.kind is Kind.MONEY and _called(declared, _ENTERPRISE)
    inputs = (program.inputs[n] for n in program.upstream(p.names_in(expr)) if n in program.inputs)
    return _is_sum(program, expr) and any(_is_market(declared) for declared in inputs)


def _is_market(declared: p.Input) -> bool:
    if declared.type.kind is not Kind.MONEY:
        return False
    return declared.type.series is Frequency.DAY or _called(declared, _MARKET) or _called(declared, _ENTERPRISE)


def _called(declared: p.Input, words: re.Pattern[str]) -> bool:
    return any(words.search(text) for text in (declared.name.replace("_", " "), declared.title))


def _is_sum(program: p.Program, expr: p.Expr) -> bool:
    """Whether something is added or taken away: net debt that is added can be below 0 too."""
    match expr:
        case p.Arithmetic(operator="+" | "-"):
            return True
        case p.Convert() | p.Negative():
            return _is_sum(program, expr.operand)
        case p.Ref() if expr.name in program.metrics:
            return _is_sum(program, program.metrics[expr.name].value)
        case p.Call(function="latest"):
            return _is_sum(program, expr.arguments[0])
        case p.Call(function="sum"):
            return True
        case _:
            return False
