"""Terms -> polars, step by step.

In: a frame with the columns that terms name, terms to give. Out: a lazy frame. Must not know rules or figures.

Traps of polars that stand here, each once: a division by a literal is a product with its reciprocal, whose last digit differs, so
that a constant divides as a column, and so does a choice of literals, which polars holds as one value where all rows choose alike;
`max_horizontal` skips nulls, and so is asked only where none are, or where that is meant; a comparison with null is null, and is filled
as its term says.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.steps import Steps

if TYPE_CHECKING:
    import polars as pl


def frame(rows: pl.LazyFrame, keep: Sequence[str], outputs: Mapping[str, Term]) -> pl.LazyFrame:
    """The columns that are kept, and each output under its name."""
    import polars as pl

    steps = Steps(keep, outputs)
    found, emitted = rows, _Emitted(steps.own)
    for step in steps.steps():
        found = found.with_columns(*(emitted.made(term).alias(steps.own[term.number]) for term in step.new))
        if step.left is not None:
            found = found.select(*(pl.col(c) for c in step.left))
    return found.select(*(pl.col(c) for c in keep), *(emitted.of(term).alias(name) for name, term in outputs.items()))


_TOGETHER = 8
"""So many words are looked up together: of all ways in which they may be possible there is a table."""


def words(each: Sequence[tuple[str, str]]) -> Any:
    """The list of those words that are possible, each once, in their order: pairs of a word and the column that says whether it is.
    A list that is looked up costs a hundredth of one that is put together row by row."""
    import polars as pl

    parts = []
    for start in range(0, len(each), _TOGETHER):
        some = each[start : start + _TOGETHER]
        ways = [
            list(dict.fromkeys(word for at, (word, _) in enumerate(some) if way >> at & 1))
            for way in range(1 << len(some))
        ]
        bits = (
            pl.when(column).then(pl.lit(1 << at)).otherwise(pl.lit(0)).cast(pl.UInt32)
            for at, (_, column) in enumerate(some)
        )
        parts.append(pl.lit(pl.Series(ways, dtype=pl.List(pl.String))).gather(functools.reduce(operator.add, bits)))
    return parts[0] if len(parts) == 1 else pl.concat_list(*parts).list.unique(maintain_order=True)


class _Emitted:
    """Polars' expressions of terms, each made once."""

    def __init__(self, own: Mapping[int, str]) -> None:
        self.own = own
        self._known: dict[int, Any] = {}

    def of(self, term: Term) -> Any:
        """A term where it is asked for: its column, or its expression."""
        import polars as pl

        name = self.own.get(term.number)
        return pl.col(name) if name is not None else self.made(term)

    def made(self, term: Term) -> Any:
        """The expression of a term, over the columns that it is made of."""
        found = self._known.get(term.number)
        if found is None:
            found = self._known[term.number] = _EMIT[term.op](self, term)
        return found


TYPES = {"f": "Float64", "b": "Boolean", "s": "String", "d": "Date"}
"""The type of a column of each kind."""


def _const(e: _Emitted, term: Term) -> Any:
    import polars as pl

    value = term.value
    if term.kind == "d":
        return pl.lit(dt.date.fromordinal(value))
    return pl.lit(value)  # with its type said it would be made by way of a series, at ten times the time


def _null(e: _Emitted, term: Term) -> Any:
    import polars as pl

    return pl.lit(None, dtype=getattr(pl, TYPES[term.kind]))


def _col(e: _Emitted, term: Term) -> Any:
    import polars as pl

    return pl.col(term.value)


def _div(e: _Emitted, term: Term) -> Any:
    import polars as pl

    a, b = term.args
    over = e.of(b)
    literal = not _power_of_two(b.value) if b.constant else _may_be_one_value(b)
    if literal:  # a literal would be a product with its reciprocal
        x = e.of(a)
        over = x * 0.0 + over if a.nullable else (x == x).cast(pl.Float64) * over  # an end may be infinite
    return e.of(a) / over


_OF_COLUMNS = ("col", "finite", "ordinal", "or_else", "year", "month", "day", "last_day")


def _may_be_one_value(term: Term) -> bool:
    """Whether polars may hold a column as one value, as it does a choice of literals that comes out alike in every row: it is divided
    by as by a literal."""
    seen, stack = set[int](), [term]
    while stack:
        part = stack.pop()
        if part.number in seen or part.kind == "b":
            continue
        seen.add(part.number)
        if part.op in ("when", "weighed", "number", "word"):
            return True
        stack.extend(part.parts if part.op not in _OF_COLUMNS else ())
    return False


def _power_of_two(value: float) -> bool:
    return value != 0 and math.isfinite(value) and math.frexp(abs(value))[0] == 0.5 and abs(value) < 2.0**1000


_COMPARE = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
_MIRRORED = {"lt": "gt", "le": "ge", "eq": "eq", "ne": "ne"}


def _compared(e: _Emitted, term: Term) -> Any:
    a, b = term.args
    x, y, op = e.of(a), e.of(b), term.op
    if a.constant:  # a literal stands on the right: on the left of a column of one value its length is lost
        x, y, op = y, x, _MIRRORED[op]
    return _COMPARE[op](x, y)


def _least(e: _Emitted, term: Term) -> Any:
    import polars as pl

    a, b = term.args
    x, y = e.of(a), e.of(b)
    if a.nullable or b.nullable:
        first = x <= y if term.op == "least" else x >= y
        return pl.when(first).then(x).when(~first).then(y)
    return pl.min_horizontal(x, y) if term.op == "least" else pl.max_horizontal(x, y)


def _larger(e: _Emitted, term: Term) -> Any:
    import polars as pl

    return pl.max_horizontal(*(e.of(part) for part in term.args))


def _when(e: _Emitted, term: Term) -> Any:
    import polars as pl

    asked, yes, no = term.args
    found = pl.when(e.of(asked)).then(e.of(yes))
    return found if no.op == "null" else found.otherwise(e.of(no))


def _cancelled(e: _Emitted, term: Term) -> Any:
    import polars as pl

    total, within, *terms = term.args
    found = e.of(
        total
    )  # each term by itself is cheaper than their largest, and the same; where one is null, so is the sum
    nil = functools.reduce(operator.or_, (found.abs() <= e.of(t).abs() * within for t in terms))
    return pl.when(nil).then(0.0).otherwise(found)


def _finite(e: _Emitted, term: Term) -> Any:
    import polars as pl

    x = e.of(term.args[0])
    return pl.when(x * 0.0 == 0.0).then(x)  # `is_finite` takes twice as long


def _is_finite(e: _Emitted, term: Term) -> Any:
    return e.of(term.args[0]) * 0.0 == 0.0  # `is_finite` takes twice as long


def _contains(e: _Emitted, term: Term) -> Any:
    text, words = term.args
    old, new = _folds()
    lowered = e.of(text).str.to_lowercase().str.replace_many(list(old), list(new))
    spaced = lowered.str.replace_all(r"[\s\x1c-\x1f\x85]+", " ").str.strip_chars(" ")
    return spaced.str.contains(words, literal=True).fill_null(False)


def _has_member(e: _Emitted, term: Term) -> Any:
    text, word = term.args
    words = e.of(text).str.strip_chars().str.replace_all(r"\s*,\s*", ",").str.split(",")
    return words.list.contains(word).fill_null(False)


def _listed(e: _Emitted, term: Term) -> Any:
    import polars as pl

    known, *parts = term.args
    words = [pl.when(e.of(asked)).then(pl.lit(word)) for asked, word in zip(parts[::2], parts[1::2], strict=True)]
    found = pl.concat_str(words, separator=", ", ignore_nulls=True) if words else pl.lit("")
    return pl.when(e.of(known)).then(found)


_LAST_FOLDED = 0x10000
"""Behind it no small letter is folded into another (a test holds it)."""
_FOLDS: list[tuple[tuple[str, ...], tuple[str, ...]]] = []


def _folds() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The small letters that `casefold` writes in another way, and how."""
    if not _FOLDS:
        every = {c.lower() for c in map(chr, range(_LAST_FOLDED)) if not 0xD800 <= ord(c) <= 0xDFFF}
        pairs = sorted((c, c.casefold()) for c in every if len(c) == 1 and c.casefold() != c)
        _FOLDS.append((tuple(a for a, _ in pairs), tuple(b for _, b in pairs)))
    return _FOLDS[0]


def _months_later(e: _Emitted, term: Term) -> Any:
    day, months = term.args
    return e.of(day).dt.offset_by(f"{months}mo")


def _days_later(e: _Emitted, term: Term) -> Any:
    day, days = term.args
    return e.of(day).dt.offset_by(f"{days}d")


def _ordinal(e: _Emitted, term: Term) -> Any:
    import polars as pl

    return e.of(term.args[0]).to_physical().cast(pl.Float64) + float(dt.date(1970, 1, 1).toordinal())


def _part(e: _Emitted, term: Term) -> Any:
    import polars as pl

    day = e.of(term.args[0])
    found = {
        "year": day.dt.year,
        "month": day.dt.month,
        "day": day.dt.day,
        "last_day": lambda: day.dt.month_end().dt.day(),
    }
    return found[term.op]().cast(pl.Float64)


def _known_truth(e: _Emitted, term: Term) -> Any:
    import polars as pl

    value, known = term.args
    return pl.when(e.of(known)).then(e.of(value))


def _number(e: _Emitted, term: Term) -> Any:
    import polars as pl

    return pl.when(e.of(term.args[0])).then(1.0).otherwise(0.0)  # a cast takes five times as long


_SMALL = 30_000


def _weighed(e: _Emitted, term: Term) -> Any:
    import polars as pl

    always, *parts = term.args
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    small = all(w == int(w) for _, w in pairs) and sum(abs(w) for _, w in pairs) < _SMALL
    kind = pl.Int8 if small and sum(abs(w) for _, w in pairs) < 128 else pl.Int16 if small else pl.Float64
    found, nothing = None, pl.lit(0).cast(kind)
    for asked, weight in pairs:
        part = pl.when(e.of(asked)).then(pl.lit(weight).cast(kind)).otherwise(nothing)
        found = part if found is None else found + part
    assert found is not None
    found = found.cast(pl.Float64)
    return found + always if always else found


def _word(e: _Emitted, term: Term) -> Any:
    """By a code, since a column of texts costs more than ten of small numbers."""
    import polars as pl

    otherwise, *parts = term.args
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    words = list(dict.fromkeys([*(word for _, word in pairs), otherwise]))
    kind = pl.UInt8 if len(words) < 256 else pl.UInt32
    code = {word: pl.lit(n).cast(kind) for n, word in enumerate(words)}
    found = code[otherwise]
    for asked, word in reversed(pairs):
        found = pl.when(e.of(asked)).then(code[word]).otherwise(found)
    return pl.lit(pl.Series(words, dtype=pl.String)).gather(
        found.cast(pl.UInt32)
    )  # half of what `replace_strict` takes


_EMIT: dict[str, Any] = {
    "const": _const, "null": _null, "col": _col, "div": _div, "least": _least, "most": _least, "larger": _larger,
    "when": _when, "finite": _finite, "cancelled": _cancelled, "is_finite": _is_finite, "contains": _contains,
    "has_member": _has_member, "listed": _listed, "months_later": _months_later, "days_later": _days_later,
    "ordinal": _ordinal, "known_truth": _known_truth, "weighed": _weighed, "word": _word, "number": _number,
    **dict.fromkeys(("lt", "le", "eq", "ne"), _compared), **dict.fromkeys(("year", "month", "day", "last_day"), _part),
    "add": lambda e, t: e.of(t.args[0]) + e.of(t.args[1]),
    "sub": lambda e, t: e.of(t.args[0]) - e.of(t.args[1]),
    "mul": lambda e, t: e.of(t.args[0]) * e.of(t.args[1]),
    "pow": lambda e, t: e.of(t.args[0]).pow(e.of(t.args[1])),
    "neg": lambda e, t: -e.of(t.args[0]),
    "abs": lambda e, t: e.of(t.args[0]).abs(),
    "sqrt": lambda e, t: e.of(t.args[0]).sqrt(),
    "ln": lambda e, t: e.of(t.args[0]).log(),
    "exp": lambda e, t: e.of(t.args[0]).exp(),
    "floor": lambda e, t: e.of(t.args[0]).floor(),
    "ceil": lambda e, t: e.of(t.args[0]).ceil(),
    "fill": lambda e, t: e.of(t.args[0]).fill_null(t.args[1]),
    "is_null": lambda e, t: e.of(t.args[0]).is_null(),
    "or_else": lambda e, t: e.of(t.args[0]).fill_null(t.args[1]),
    "not": lambda e, t: ~e.of(t.args[0]),
    "and": lambda e, t: e.of(t.args[0]) & e.of(t.args[1]),
    "or": lambda e, t: e.of(t.args[0]) | e.of(t.args[1]),
}  # fmt: skip
"""How each operation is written in polars."""
