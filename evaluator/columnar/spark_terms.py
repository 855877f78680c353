"""Terms -> Apache Spark, from the same lowering and in the same steps as polars.

In: a data frame of Spark with the columns that terms name, terms to give. Out: a data frame. Must not know rules or figures.

Traps of Spark that stand here, each once: a division by 0 raises in ANSI mode, and is NaN here, which `finite` makes null; `least` and
`greatest` skip nulls; NaN is larger than every number and equal to itself; `floor` gives whole numbers of 64 bits.
"""

from __future__ import annotations

import datetime as dt
import importlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from evaluator.columnar.algebra.functions import NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.steps import Steps

_TYPES = {"f": "double", "b": "boolean", "s": "string", "d": "date"}


def frame(rows: Any, keep: Sequence[str], outputs: Mapping[str, Term]) -> Any:
    """The columns that are kept, and each output under its name. Raises NotColumnar for texts that are searched."""
    emitted = _Emitted(steps := Steps(keep, outputs))
    found = rows
    for step in steps.steps():
        found = found.withColumns({steps.own[term.number]: emitted.made(term) for term in step.new})
        if step.left is not None:
            found = found.select(*(emitted.column(c) for c in step.left))
    given = [emitted.of(term).alias(name) for name, term in outputs.items()]
    return found.select(*(emitted.column(c) for c in keep), *given)


class _Emitted:
    """Spark's expressions of terms, each made once."""

    def __init__(self, steps: Steps) -> None:
        self.own = steps.own
        self.f = importlib.import_module("pyspark.sql.functions")
        self._known: dict[int, Any] = {}

    def column(self, name: str) -> Any:
        """A column by its name, which may have a point in it."""
        return self.f.col(f"`{name}`")

    def of(self, term: Term) -> Any:
        """A term where it is asked for: its column, or its expression."""
        name = self.own.get(term.number)
        return self.column(name) if name is not None else self.made(term)

    def made(self, term: Term) -> Any:
        """The expression of a term, over the columns that it is made of."""
        if term.number not in self._known:
            self._known[term.number] = self._emitted(term)
        return self._known[term.number]

    def _emitted(self, term: Term) -> Any:
        f, kind = self.f, _TYPES[term.kind]
        parts = [self.of(part) for part in term.parts]
        match term.op:
            case "const":
                value = dt.date.fromordinal(term.value) if term.kind == "d" else term.value
                return f.lit(value).cast(kind)
            case "null":
                return f.lit(None).cast(kind)
            case "col":
                return self.column(term.value)
            case "lt" | "le" | "eq" | "ne":
                return f.coalesce(_COMPARE[term.op](*parts), f.lit(term.args[2]))
            case "fill" | "or_else":
                return f.coalesce(parts[0], f.lit(term.args[1]))
            case "is_finite":
                return f.coalesce(parts[0] * 0.0 == 0.0, f.lit(term.args[1]))
            case "finite":
                return f.when(parts[0] * 0.0 == 0.0, parts[0])
            case "div":
                return f.when(parts[1] != 0.0, parts[0] / parts[1]).when(
                    parts[0].isNotNull() & parts[1].isNotNull(), math.nan
                )
            case "least":
                return f.when(parts[0] <= parts[1], parts[0]).when(parts[1] < parts[0], parts[1])
            case "most":
                return f.when(parts[0] >= parts[1], parts[0]).when(parts[1] > parts[0], parts[1])
            case "when":
                return f.when(parts[0], parts[1]).otherwise(parts[2])
            case "known_truth":
                return f.when(parts[1], parts[0])
            case "weighed":
                found = f.lit(term.args[0])
                for part, weight in zip(parts, term.args[2::2], strict=True):
                    found = found + f.when(part, weight).otherwise(0.0)
                return found
            case "word":
                found = f.lit(term.args[0]).cast("string")
                for part, word in reversed(list(zip(parts, term.args[2::2], strict=True))):
                    found = f.when(part, f.lit(word).cast("string")).otherwise(found)
                return found
            case "months_later":
                return f.add_months(parts[0], term.args[1])
            case "days_later":
                return f.date_add(parts[0], term.args[1])
            case "ordinal":
                since = f.datediff(parts[0], f.lit(dt.date(1970, 1, 1)))
                return since.cast("double") + float(dt.date(1970, 1, 1).toordinal())
            case "has_member":
                words = f.split(f.trim(parts[0]), r"\s*,\s*")
                return f.coalesce(f.array_contains(words, term.args[1]), f.lit(False))
            case "listed":
                words = [f.when(part, f.lit(word)) for part, word in zip(parts[1:], term.args[2::2], strict=True)]
                return f.when(parts[0], f.concat_ws(", ", *words))
            case "contains":
                raise NotColumnar("texts that are searched, on Spark")
            case _:
                return self._simple(term.op, parts)

    def _simple(self, op: str, parts: Sequence[Any]) -> Any:
        f, a, b = self.f, parts[0], parts[-1]
        table = {
            "add": lambda: a + b, "sub": lambda: a - b, "mul": lambda: a * b, "neg": lambda: -a, "abs": lambda: f.abs(a),
            "larger": lambda: f.greatest(a, b), "pow": lambda: f.pow(a, b), "sqrt": lambda: f.sqrt(a), "ln": lambda: f.log(a),
            "exp": lambda: f.exp(a), "floor": lambda: self._whole(f.floor, a), "ceil": lambda: self._whole(f.ceil, a),
            "number": lambda: f.when(a, 1.0).otherwise(0.0), "loosely_le": lambda: a <= b, "is_null": lambda: a.isNull(),
            "not": lambda: ~a, "and": lambda: a & b, "or": lambda: a | b, "year": lambda: f.year(a).cast("double"),
            "month": lambda: f.month(a).cast("double"), "day": lambda: f.dayofmonth(a).cast("double"),
            "last_day": lambda: f.dayofmonth(f.last_day(a)).cast("double"),
        }  # fmt: skip
        return table[op]()

    def _whole(self, of: Any, a: Any) -> Any:
        """Of figures from 2⁵² on each is whole; beyond 64 bits `floor` raises."""
        return self.f.when(self.f.abs(a) < _WHOLE, of(a).cast("double")).otherwise(a)


_WHOLE = 2.0**52
_COMPARE: dict[str, Any] = {
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
}  # fmt: skip
