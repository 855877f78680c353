"""Terms -> Apache Spark, from the same lowering and in the same steps as polars.

In: a data frame of Spark with the columns that terms name, terms to give. Out: a data frame. Must not know rules or figures.

Terms are written as texts of SQL: a column made call by call is hundreds of messages to the Java of Spark, which take seconds.

Traps of Spark that stand here, each once: a division by 0 raises in ANSI mode, and is NaN here, which `finite` makes null; `least` and
`greatest` skip nulls; NaN is larger than every number and equal to itself; `floor` gives whole numbers of 64 bits.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.steps import Steps

_TYPES = {"f": "double", "b": "boolean", "s": "string", "d": "date"}


DEEP = 4
"""Some terms are written with their parts several times, so that a text grows with its depth as a power does."""


def frame(rows: Any, keep: Sequence[str], outputs: Mapping[str, Term]) -> Any:
    """The columns that are kept, and each output under its name. Raises NotColumnar for texts that are searched."""
    written = _Written(steps := Steps(keep, outputs, DEEP))
    found = rows
    for step in steps.steps():
        new = {steps.own[term.number]: written.made(term) for term in step.new}
        found = found.selectExpr("*", *(f"{sql} AS {quoted(name)}" for name, sql in new.items()))
        if step.left is not None:
            found = found.selectExpr(*map(quoted, step.left))
    given = [f"{written.of(term)} AS {quoted(name)}" for name, term in outputs.items()]
    return found.selectExpr(*(quoted(c) for c in keep), *given)


def quoted(name: str) -> str:
    """A column by its name, whatever signs are in it, as SQL writes it."""
    return f"`{name.replace('`', '``')}`"


def literal(value: Any, kind: str) -> str:
    """A value as SQL writes it; `kind`: of terms."""
    if value is None:
        return f"CAST(NULL AS {_TYPES[kind]})"
    if kind == "b":
        return "TRUE" if value else "FALSE"
    if kind == "s":
        signs = {"\\": r"\\", "'": r"\'"}
        return "'" + "".join(signs.get(c, c if c.isprintable() else _unicode(c)) for c in value) + "'"
    if kind == "d":
        return f"DATE'{dt.date.fromordinal(value).isoformat()}'"
    number = float(value)
    if math.isfinite(number):
        return f"({number!r}D)"
    return f"CAST('{'NaN' if math.isnan(number) else 'Infinity' if number > 0 else '-Infinity'}' AS double)"


def _unicode(sign: str) -> str:
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08X}"


class _Written:
    """The SQL of terms, each made once."""

    def __init__(self, steps: Steps) -> None:
        self.own = steps.own
        self._known: dict[int, str] = {}

    def of(self, term: Term) -> str:
        """A term where it is asked for: its column, or its expression."""
        name = self.own.get(term.number)
        return quoted(name) if name is not None else self.made(term)

    def made(self, term: Term) -> str:
        """The expression of a term, over the columns that it is made of."""
        if term.number not in self._known:
            self._known[term.number] = self._sql(term)
        return self._known[term.number]

    def _sql(self, term: Term) -> str:
        parts = [self.of(part) for part in term.parts]
        match term.op:
            case "const":
                return literal(term.value, term.kind)
            case "null":
                return literal(None, term.kind)
            case "col":
                return quoted(term.value)
            case "lt" | "le" | "eq" | "ne":
                return f"({parts[0]} {_COMPARE[term.op]} {parts[1]})"
            case "cancelled":
                total, *each = parts
                nil = " OR ".join(f"ABS({total}) <= ABS({x}) * {literal(term.args[1], 'f')}" for x in each)
                return f"CASE WHEN {nil} THEN 0D ELSE {total} END"
            case "fill" | "or_else":
                return f"COALESCE({parts[0]}, {literal(term.args[1], term.kind)})"
            case "is_finite":
                return f"({parts[0]} * 0D = 0D)"
            case "weighed":
                given = (f"IF({part}, {literal(w, 'f')}, 0D)" for part, w in zip(parts, term.args[2::2], strict=True))
                return f"({' + '.join((literal(term.args[0], 'f'), *given))})"
            case "word":
                ways = zip(parts, term.args[2::2], strict=True)
                listed = " ".join(f"WHEN {part} THEN {literal(word, 's')}" for part, word in ways)
                otherwise = literal(term.args[0], "s")
                return f"CASE {listed} ELSE {otherwise} END" if listed else otherwise
            case "months_later":
                return f"ADD_MONTHS({parts[0]}, {int(term.args[1])})"
            case "days_later":
                return f"DATE_ADD({parts[0]}, {int(term.args[1])})"
            case "has_member":
                words = f"SPLIT(TRIM({parts[0]}), r'\\s*,\\s*')"
                return f"COALESCE(ARRAY_CONTAINS({words}, {literal(term.args[1], 's')}), false)"
            case "listed":
                named = zip(parts[1:], term.args[2::2], strict=True)
                words = ", ".join(["', '", *(f"IF({part}, {literal(word, 's')}, NULL)" for part, word in named)])
                return f"IF({parts[0]}, CONCAT_WS({words}), NULL)"
            case "contains":
                raise NotColumnar(Limit.SEARCHED)
            case _:
                return _SIMPLE[term.op].format(*parts, a=parts[0], b=parts[-1])


_POWER = "NANVL(POW({a}, {b}), IF({a} = 1D, 1D, DOUBLE('NaN')))"
"""Java says that 1 to the power of an endless number is none."""
_WHOLE = "4503599627370496D"
"""2⁵²: from there on each figure is whole, and beyond 64 bits `floor` raises."""
_COMPARE = {"lt": "<", "le": "<=", "eq": "=", "ne": "!="}
_SIMPLE = {
    "finite": "CASE WHEN {a} * 0D = 0D THEN {a} END",
    "div": "CASE WHEN {b} != 0D THEN {a} / {b} WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN DOUBLE('NaN') END",
    "least": "CASE WHEN {a} <= {b} THEN {a} WHEN {b} < {a} THEN {b} END",
    "most": "CASE WHEN {a} >= {b} THEN {a} WHEN {b} > {a} THEN {b} END",
    "when": "CASE WHEN {0} THEN {1} ELSE {2} END", "known_truth": "CASE WHEN {1} THEN {0} END",
    "ordinal": f"(CAST(DATEDIFF({{a}}, DATE'1970-01-01') AS double) + {dt.date(1970, 1, 1).toordinal()}D)",
    "add": "({a} + {b})", "sub": "({a} - {b})", "mul": "({a} * {b})", "neg": "(- {a})", "abs": "ABS({a})",
    "larger": "GREATEST({a}, {b})", "pow": _POWER, "sqrt": "SQRT({a})", "ln": "LN({a})", "exp": "EXP({a})",
    "floor": f"CASE WHEN ABS({{a}}) < {_WHOLE} THEN CAST(FLOOR({{a}}) AS double) ELSE {{a}} END",
    "ceil": f"CASE WHEN ABS({{a}}) < {_WHOLE} THEN CAST(CEIL({{a}}) AS double) ELSE {{a}} END",
    "number": "IF({a}, 1D, 0D)", "is_null": "({a} IS NULL)", "not": "(NOT {a})",
    "and": "({a} AND {b})", "or": "({a} OR {b})", "year": "CAST(YEAR({a}) AS double)", "month": "CAST(MONTH({a}) AS double)",
    "day": "CAST(DAYOFMONTH({a}) AS double)", "last_day": "CAST(DAYOFMONTH(LAST_DAY({a})) AS double)",
}  # fmt: skip
