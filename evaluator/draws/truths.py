"""Comparisons and the logic of many draws at once.

In: columns of figures and truths. Out: columns of truths. Must not know programs or how draws are made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from evaluator.draws.columns import (
    NM,
    REL,
    UNDEFINED,
    Bits,
    Column,
    Numbers,
    Truths,
    general,
    is_exact,
    largest_of,
)
from evaluator.values import bounds as v
from evaluator.values.values import May, Truth

_INF = math.inf


# --- comparisons ---------------------------------------------------------------------------------------------


@cache
def cuts(threshold: float) -> tuple[float, float]:
    """Which figures count as equal to one: from the least to the greatest float. What is below the first is less."""

    def edge(outer: float, is_out: Callable[[float], bool]) -> float:
        inner = threshold
        while True:
            middle = outer + (inner - outer) / 2
            if middle in (outer, inner):
                return inner
            outer, inner = (middle, inner) if is_out(middle) else (outer, middle)

    width = 3 * REL * abs(threshold)
    if width == 0:
        return threshold, threshold
    return (
        edge(threshold - width, lambda x: not v.close(x, threshold)),
        edge(threshold + width, lambda x: not v.close(x, threshold)),
    )


def compare(operator: str, a: Column, b: Column) -> Truths:
    """a < b and so on, within the tolerance."""
    if is_exact(a, b):
        if np.ndim(b) == 0:  # type: ignore[arg-type]
            return _to_threshold(operator, a, float(b))  # type: ignore[arg-type]
        if np.ndim(a) == 0:  # type: ignore[arg-type]
            return _to_threshold(_TURNED[operator], b, float(a))  # type: ignore[arg-type]
        return _exactly(operator, a, b)
    with np.errstate(all="ignore"):
        return _within_bounds(operator, general(a), general(b))


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def _to_threshold(operator: str, a: Any, threshold: float) -> Truths:
    low, high = cuts(threshold)
    match operator:
        case "<":
            return a < low  # type: ignore[no-any-return]
        case ">=":
            return a >= low  # type: ignore[no-any-return]
        case "<=":
            return a <= high  # type: ignore[no-any-return]
        case ">":
            return a > high  # type: ignore[no-any-return]
        case "=":
            return (a >= low) & (a <= high)  # type: ignore[no-any-return]
        case _:
            return (a < low) | (a > high)  # type: ignore[no-any-return]


def _close(a: Any, b: Any) -> Any:
    return (a == b) | (np.isfinite(a) & np.isfinite(b) & (np.abs(a - b) <= REL * np.maximum(np.abs(a), np.abs(b))))


def _exactly(operator: str, a: Any, b: Any) -> Truths:
    size = np.abs(a - b)
    near = float(np.min(size)) <= REL * max(largest_of(a), largest_of(b))
    match operator:
        case "<" | ">":
            found = a < b if operator == "<" else a > b
            return found & ~_close(a, b) if near else found  # type: ignore[no-any-return]
        case "<=" | ">=":
            found = a <= b if operator == "<=" else a >= b
            return found | _close(a, b) if near else found  # type: ignore[no-any-return]
        case "=":
            return _close(a, b)  # type: ignore[no-any-return]
        case _:
            return ~_close(a, b)  # type: ignore[no-any-return]


def _less(a: Any, b: Any) -> Any:
    return (a < b) & ~_close(a, b)


def _at_most(a: Any, b: Any) -> Any:
    return (a <= b) | _close(a, b)


def _lt(a: Numbers, b: Numbers) -> tuple[Any, Any]:
    """Where it holds for every value in the bounds, and where for none."""
    yes = (a.high < _INF) & (b.low > -_INF) & _less(a.high, b.low)
    return yes, ~yes & (a.low > -_INF) & (b.high < _INF) & _at_most(b.high, a.low)


def _le(a: Numbers, b: Numbers) -> tuple[Any, Any]:
    yes = (a.high < _INF) & (b.low > -_INF) & _at_most(a.high, b.low)
    return yes, ~yes & (a.low > -_INF) & (b.high < _INF) & _less(b.high, a.low)


def _eq(a: Numbers, b: Numbers) -> tuple[Any, Any]:
    exact = (a.low == a.high) & (b.low == b.high)
    same = _close(a.low, b.low)
    apart = _lt(a, b)[0] | _lt(b, a)[0]
    return exact & same, np.where(exact, ~same, apart)


def _within_bounds(operator: str, a: Numbers, b: Numbers) -> Truths:
    match operator:
        case "<":
            yes, no = _lt(a, b)
        case "<=":
            yes, no = _le(a, b)
        case ">":
            yes, no = _lt(b, a)
        case ">=":
            yes, no = _le(b, a)
        case "=":
            yes, no = _eq(a, b)
        case _:
            no, yes = _eq(a, b)
    may = np.where(yes, int(May.TRUE), np.where(no, int(May.FALSE), int(May.OPEN))).astype(np.uint8)
    odd = a.odd | b.odd
    may = np.where((odd & NM) > 0, int(May.NM), np.where((odd & UNDEFINED) > 0, may | int(May.NM), may))
    return decided(may.astype(np.uint8))


# --- truths -------------------------------------------------------------------------------------------------


_TRUE, _FALSE = np.uint8(May.TRUE), np.uint8(May.FALSE)


def decided(truths: Bits) -> Truths:
    """The same as booleans, where each is true or false."""
    true = truths == int(May.TRUE)
    return true if np.all(true | (truths == int(May.FALSE))) else truths


def bits(truths: Truths) -> Any:
    """Any column of truths as sets."""
    if isinstance(truths, bool | np.bool_) or (isinstance(truths, np.ndarray) and truths.dtype == np.bool_):
        return picked(truths, _TRUE, _FALSE)
    return np.asarray(truths, np.uint8)


def picked(truths: Any, yes: Any, no: Any) -> Any:
    """Where booleans are true one byte or column of bytes, elsewhere another (`np.where` is some ten times slower of bytes)."""
    if np.ndim(truths) == 0:
        return np.where(truths, yes, no)
    return no ^ ((yes ^ no) & np.negative(truths.view(np.uint8)))


def booleans(*truths: Truths) -> bool:
    """Whether all columns are of booleans."""
    return all(isinstance(t, bool | np.bool_) or getattr(t, "dtype", None) == np.bool_ for t in truths)


@cache
def _table(decisive: str) -> Bits:
    combine = v.conjunction if decisive == "and" else v.disjunction
    found = np.zeros((8, 8), np.uint8)
    for a in range(1, 8):
        for b in range(1, 8):
            found[a, b] = int(combine([Truth(May(a)), Truth(May(b))]).possible)
    return found


def conjunction(a: Truths, b: Truths) -> Truths:
    """Kleene's and."""
    return a & b if booleans(a, b) else decided(_table("and")[bits(a), bits(b)])  # type: ignore[return-value]


def disjunction(a: Truths, b: Truths) -> Truths:
    """Kleene's or."""
    return a | b if booleans(a, b) else decided(_table("or")[bits(a), bits(b)])  # type: ignore[return-value]


def table_of(function: Callable[[Truth], Truth]) -> Bits:
    """What a function of one truth gives of each set of truths."""
    return np.array([0, *(int(function(Truth(May(n))).possible) for n in range(1, 8))], np.uint8)


def looked_up(table: Bits, truths: Truths) -> Truths:
    """What a table gives of each truth."""
    if booleans(truths):
        false, true = int(table[int(May.FALSE)]), int(table[int(May.TRUE)])
        if {false, true} == {int(May.FALSE), int(May.TRUE)}:
            return truths if true == int(May.TRUE) else np.logical_not(truths)
        return decided(picked(truths, table[int(May.TRUE)], table[int(May.FALSE)]))
    return decided(table[bits(truths)])


@cache
def _negation() -> Bits:
    return table_of(v.negate)


def negate(a: Truths) -> Truths:
    """Kleene's not."""
    return np.logical_not(a) if booleans(a) else looked_up(_negation(), a)
