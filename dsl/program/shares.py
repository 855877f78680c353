"""Whether an amount of money is one per share, or one of the whole company.

In: a `Program`, an expression. Out: which of the two, None where the rules do not say. Must not know facts.
"""

from __future__ import annotations

from dsl.program import program as p
from dsl.types.units import Frequency, Kind


def per_share(program: p.Program, expr: p.Expr) -> bool | None:
    """True: of one share; False: of all of them. An input says so with `per share`; money that flows, or stands in a balance, is
    the company's; a price by day that does not say so may be either."""
    if expr.type.kind is not Kind.MONEY:
        return None
    match expr:
        case p.Ref():
            return _named(program, expr.name)
        case p.Convert() | p.Negative():
            return per_share(program, expr.operand)
        case p.Call():
            return _agreed(program, expr.arguments)
        case p.If():
            return _agreed(program, expr.values)
        case p.Arithmetic(operator="+" | "-"):
            return _agreed(program, (expr.left, expr.right))
        case p.Arithmetic(operator="/"):
            whole = per_share(program, expr.left)
            return True if whole is False and expr.right.type.kind is Kind.COUNT else whole
        case p.Arithmetic(operator="*"):
            money, times = (expr.left, expr.right) if expr.left.type.kind is Kind.MONEY else (expr.right, expr.left)
            one = per_share(program, money)
            if times.type.kind is not Kind.COUNT:
                return one
            return False if one is True else None
        case _:
            return None


def _named(program: p.Program, name: str) -> bool | None:
    if name in program.metrics:
        return per_share(program, program.metrics[name].value)
    if name in program.forecasts:
        return per_share(program, program.forecasts[name].starts)
    declared = program.inputs.get(name)
    if declared is None:
        return None
    kind = declared.type
    if kind.share:
        return True
    flows = kind.series in (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)
    return False if flows else None


def _agreed(program: p.Program, parts: tuple[p.Expr, ...]) -> bool | None:
    found = {per_share(program, part) for part in parts if part.type.kind is Kind.MONEY and not _nil(part)}
    return found.pop() if len(found) == 1 else None


def _nil(expr: p.Expr) -> bool:
    return isinstance(expr, p.Const) and expr.value == 0
