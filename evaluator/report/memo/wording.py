"""Expressions in words: titles in place of names, functions as a reader calls them.

In: a program and an expression of it. Out: text. Must not know values.

Who wants to copy what was written finds it beside the words (`Check.text`); a page shows it where a reader points.
"""

from __future__ import annotations

import re

from dsl.program import program as p
from dsl.types.units import Kind
from evaluator.values.display import plain_options

_CALLS: dict[str, str] = {
    "abs": "{0} without its sign", "min": "the lowest of {all}", "max": "the highest of {all}", "sum": "the sum of {all}",
    "average": "the average of {all}", "median": "the median of {all}", "round": "rounded {0}",
    "floor": "{0} rounded down", "ceil": "{0} rounded up", "sqrt": "the square root of {0}",
    "ln": "the logarithm of {0}", "exp": "e to the power of {0}", "yoy": "y/y growth of {0}", "qoq": "q/q growth of {0}",
    "cagr": "growth of {0} a year over {1} years", "ttm": "trailing-year {0}", "annualised": "annualised {0}",
    "latest": "latest {0}", "ntm": "{0} of the next twelve months", "surprise": "{0} against what was expected",
    "high": "the high of {0} within {1}", "low": "the low of {0} within {1}",
    "drawdown": "the fall of {0} from its high within {1}", "volatility": "the volatility of {0} within {1}",
    "stdev": "the standard deviation of {0} within {1}", "percentile": "the rank of {0} within {1}",
    "trend": "the trend of {0} within {1}", "streak": "periods in a row with {0}", "count": "the number of {all}",
    "any": "any of {all}", "all": "all of {all}", "total": "all steps of {0} together", "npv": "{0} at present value",
    "upside": "the upside of {0}", "margin_of_safety": "the margin of safety of {0}",
    "expected": "probability-weighted {0}", "days_between": "days from {0} to {1}",
    "months_between": "months from {0} to {1}", "add_months": "{0} plus {1} months", "year": "the year of {0}",
    "at": "{0} at step {1}",
}  # fmt: skip
"""Functions as a reader calls them; `{all}`: all arguments. Those with a count of periods are in `_counted`."""
_ATOM = re.compile(r'"[^"]*"|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*|\x00\d+\x00')
_SIGNS = re.compile(r"(?<=\s)(\*|>=|<=|!=)(?=\s)")
_SAID = {"*": "×", ">=": "≥", "<=": "≤", "!=": "≠"}


def title(program: p.Program, name: str) -> str:
    """A name's title; the name itself where it is no declaration (a currency, say)."""
    try:
        return program.declared(name).title
    except KeyError:
        return name


def in_words(program: p.Program, expr: p.Expr) -> str:
    """An expression as a reader sees it: its title where it is a name, else as written with titles in place of names and
    functions in words."""
    if isinstance(expr, p.Ref):
        return title(program, expr.name)
    if isinstance(expr, p.Negative) and isinstance(expr.operand, p.Ref):
        return f"minus {title(program, expr.operand.name)}"
    if isinstance(expr, p.Call):
        return _call(program, expr)
    return _within(program, expr)


def label(program: p.Program, expr: p.Expr) -> str:
    """The same as it stands at the beginning of a line."""
    said = in_words(program, expr)
    return f"{said[:1].upper()}{said[1:]}" if isinstance(expr, p.Call) else said


def _within(program: p.Program, expr: p.Expr) -> str:
    """An expression inside another: calls in it become words, then names titles, then signs those of print."""
    text, calls = expr.text, list[str]()
    for call in _outermost(expr):
        if call.text in text:
            text = text.replace(call.text, f"\x00{len(calls)}\x00", 1)
            calls.append(_call(program, call))
    quoted = (
        "“{}”" if expr.type.kind is Kind.FLAG else "{}"
    )  # a title is a sentence of its own, and may end with a question mark
    names = {name: quoted.format(title(program, name)) for name in p.names_in(expr)}
    options = {option: spelled for node in p.walk(expr) for option, spelled in _options(node)}

    def said(found: re.Match[str]) -> str:
        word = found[0]
        if word.startswith("\x00"):
            return calls[int(word[1:-1])]
        return names.get(word) or options.get(word, word)

    return _SIGNS.sub(lambda at: _SAID[at[1]], _ATOM.sub(said, text))


def _options(node: p.Expr) -> list[tuple[str, str]]:
    """The options of a choice or a set that an expression names, as prose."""
    if isinstance(node, p.IsWord):
        return [(node.word, plain_options(node.word, node.operand.type))]
    if isinstance(node, p.Includes):
        return [(node.member, plain_options(node.member, node.operand.type))]
    return []


def _outermost(expr: p.Expr) -> list[p.Call]:
    """The calls in an expression that stand in no other call, in the order in which they are written."""
    if isinstance(expr, p.Call):
        return [expr]
    return [call for child in p.children(expr) for call in _outermost(child)]


def _call(program: p.Program, call: p.Call) -> str:
    said = [_argument(program, each) for each in call.arguments]
    counted = _counted(call.function, said)
    if counted:
        return counted
    if call.function in ("min", "max", "sum", "average", "median") and isinstance(call.arguments[-1], p.Window):
        return _CALLS[call.function].format(all=f"{said[0]} within {said[-1]}")
    pattern = _CALLS.get(call.function)
    listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)
    try:
        return pattern.format(*said, all=listed) if pattern else f"{call.function.replace('_', ' ')} of {listed}"
    except IndexError:  # an argument that may be left out
        return f"{call.function.replace('_', ' ')} of {listed}"


def _argument(program: p.Program, expr: p.Expr) -> str:
    if isinstance(expr, p.Call):
        return _call(program, expr)
    return expr.text if isinstance(expr, p.Const | p.Window) else _bracketed(in_words(program, expr), expr)


def _bracketed(said: str, expr: p.Expr) -> str:
    return f"({said})" if isinstance(expr, p.Arithmetic) else said


def _counted(function: str, said: list[str]) -> str:
    """Functions that look so many periods back or ahead; '' for others."""
    count = said[1] if len(said) > 1 else "1"
    periods = f"{count} period{'' if count == '1' else 's'}"
    match function:
        case "lag":
            return f"{said[0]} {periods} earlier"
        case "change":
            return f"change in {said[0]}" + (f" over {periods}" if len(said) > 1 else "")
        case "ahead":
            return f"{said[0]} expected {periods} ahead"
        case "first_known":
            return " or else ".join(said)
        case _:
            return ""
