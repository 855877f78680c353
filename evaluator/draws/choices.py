"""One of two figures of each draw, and functions of figures that are no arithmetic.

In: columns. Out: columns. Must not know programs or how draws are made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evaluator.draws.columns import (
    ASSUMED,
    NM,
    UNDEFINED,
    Column,
    Numbers,
    Truths,
    add,
    figure_at,
    general,
    is_exact,
    odd_of,
    simple,
    wide,
)
from evaluator.draws.truths import bits, booleans, decided
from evaluator.values import bounds as v
from evaluator.values.values import Figure, May, Truth

_INF = math.inf


# --- one of two, what is known ---------------------------------------------------------------------------------


def known(column: Column) -> Any:
    """Which figures are known."""
    if not isinstance(column, Numbers):
        return np.ones(np.shape(column), bool)
    return ~(wide(column) | ((column.odd & (UNDEFINED | ASSUMED)) > 0))


def settled(column: Column) -> Any:
    """Which figures are known, or not meaningful."""
    return known(column) | ((general(column).odd & NM) > 0)


def chosen(mask: Any, yes: Column, no: Column) -> Column:
    """One of two figures by a mask."""
    if is_exact(yes, no):
        return np.where(mask, yes, no)  # type: ignore[arg-type]
    a, b = general(yes), general(no)
    return Numbers(np.where(mask, a.low, b.low), np.where(mask, a.high, b.high), np.where(mask, a.odd, b.odd))


def either(question: Truths, yes: Column, no: Column) -> Column:
    """One of two figures by a question; the least bounds that hold both where it is not decided."""
    if booleans(question):
        return chosen(question, yes, no)
    asked, a, b = bits(question), general(yes), general(no)
    may_yes, may_no, nothing = ((asked & int(m)) > 0 for m in (May.TRUE, May.FALSE, May.NM))
    with np.errstate(all="ignore"):
        low_a, high_a = np.where(may_yes, a.low, _INF), np.where(may_yes, a.high, -_INF)
        low_b, high_b = np.where(may_no, b.low, _INF), np.where(may_no, b.high, -_INF)
        nm_a, nm_b = (a.odd & NM) > 0, (b.odd & NM) > 0
        low = np.minimum(np.where(nm_a, _INF, low_a), np.where(nm_b, _INF, low_b))
        high = np.maximum(np.where(nm_a, -_INF, high_a), np.where(nm_b, -_INF, high_b))
        none = ~((may_yes & ~nm_a) | (may_no & ~nm_b))
        undefined = nothing | (may_yes & ((a.odd & UNDEFINED) > 0)) | (may_no & ((b.odd & UNDEFINED) > 0))
        exact = (low == high) & ~undefined
        nowhere = (low == -_INF) & (high == _INF)
        odd = np.where(exact, 0, UNDEFINED * undefined | np.where(nowhere, 0, ASSUMED))
        made = Numbers(
            np.where(none, -_INF, low), np.where(none, _INF, high), np.where(none, UNDEFINED | NM, odd).astype(np.uint8)
        )
    is_true, is_false = asked == int(May.TRUE), asked == int(May.FALSE)
    return simple(general(chosen(is_true, yes, chosen(is_false, no, made))))


def either_truth(question: Truths, yes: Truths, no: Truths) -> Truths:
    """One of two truths by a question."""
    if booleans(question, yes, no):
        return np.where(question, yes, no)
    asked, a, b = bits(question), bits(yes), bits(no)
    found = np.where((asked & int(May.TRUE)) > 0, a, 0) | np.where((asked & int(May.FALSE)) > 0, b, 0)
    return decided((found | (asked & int(May.NM))).astype(np.uint8))


# --- what is done one by one ------------------------------------------------------------------------------------


def mostly(fast: Callable[..., Any], slow: Callable[..., Figure], fits: Callable[..., Any], *columns: Column) -> Column:
    """A function of figures: fast where all are exact and `fits`, and for the other draws as the reference has it."""
    each = [general(c) for c in columns]
    shape = np.broadcast_shapes(*(n.low.shape for n in each))
    with np.errstate(all="ignore"):
        fit = np.broadcast_to(np.asarray(fits(*(n.low for n in each))), shape).copy()
        for n in each:
            fit &= (n.low == n.high) & (n.odd == 0)
        found = np.where(fit, fast(*(np.where(fit, n.low, 1.0) for n in each)), 0.0)
        fit &= np.isfinite(found)
    if fit.all():
        return found
    low, high, odd = found.copy(), found.copy(), np.zeros(shape, np.uint8)
    for draw in np.flatnonzero(~fit):
        one = slow(*(figure_at(c, int(draw)) for c in columns))
        low[draw], high[draw], odd[draw] = one.low, one.high, odd_of(one)
    return simple(Numbers(low, high, odd))


def one_by_one(function: Callable[..., Figure], of_truths: Sequence[bool], *columns: Any) -> Column:
    """A function of figures and truths as the reference has it, draw by draw."""
    ready = [bits(c) if truth else c for c, truth in zip(columns, of_truths, strict=True)]
    size = max(_length(c) for c in ready)
    low, high, odd = np.empty(size), np.empty(size), np.zeros(size, np.uint8)
    for draw in range(size):
        items: list[Figure | Truth] = []
        for c, truth in zip(ready, of_truths, strict=True):
            items.append(Truth(May(int(c[draw] if np.ndim(c) else c))) if truth else figure_at(c, draw))
        one = function(*items)
        low[draw], high[draw], odd[draw] = one.low, one.high, odd_of(one)
    return simple(Numbers(low, high, odd))


def _length(column: Any) -> int:
    if isinstance(column, Numbers):
        return max(int(np.size(x)) for x in (column.low, column.high, column.odd))
    return int(np.size(column))


def power(base: Column, exponent: Column) -> Column:
    """base ^ exponent."""

    def fits(b: Any, e: Any) -> Any:
        return (b > 0) | ((e == np.floor(e)) & ((b != 0) | (e >= 0)))

    return mostly(np.power, v.power, fits, base, exponent)


def square_root(a: Column) -> Column:
    """√a."""
    return mostly(np.sqrt, v.square_root, lambda x: x >= 0, a)


def logarithm(a: Column) -> Column:
    """ln a."""
    return mostly(np.log, v.logarithm, lambda x: x > 0, a)


def exponential(a: Column) -> Column:
    """e to the power of a."""
    return mostly(np.exp, lambda x: v.rising(math.exp, x), lambda x: x < 700, a)


def count(*truths: Truths) -> Column:
    """How many are true, and how many may be."""
    each = [bits(t) for t in truths]
    certain = sum((t == int(May.TRUE)).astype(np.float64) for t in each)
    may = sum(((t & int(May.TRUE)) > 0).astype(np.float64) for t in each)
    return simple(Numbers(certain, may, np.zeros(np.shape(certain), np.uint8)))


def streak(before: Column, held: Truths) -> Column:
    """One more than before where it holds, 0 where it does not, 0 to one more where that is unknown."""
    longer, asked = general(add(before, 1.0)), bits(held)
    zero = Numbers(np.float64(0), np.float64(0), np.uint8(0))  # type: ignore[arg-type]
    maybe = Numbers(np.zeros(asked.shape), np.broadcast_to(longer.high, asked.shape), np.zeros(asked.shape, np.uint8))
    found = chosen((asked & int(May.TRUE)) > 0, maybe, zero)
    return simple(general(chosen(asked == int(May.TRUE), longer, found)))


def meaningful(figure: Column, means: Truths) -> Column:
    """A figure where it means something; not meaningful where it does not; maybe so where that is unknown."""
    if booleans(means) and np.all(means):
        return figure
    asked, n = bits(means), general(figure)
    stays = (asked == int(May.TRUE)) | ((n.odd & NM) > 0)
    none = ~stays & ((asked & int(May.TRUE)) == 0)
    odd = np.where(stays, n.odd, np.where(none, UNDEFINED | NM, n.odd | UNDEFINED)).astype(np.uint8)
    return simple(Numbers(np.where(none, -_INF, n.low), np.where(none, _INF, n.high), odd))


def is_meaningful(column: Column) -> Truths:
    """Whether figures mean something."""
    odd = general(column).odd
    may = np.where((odd & NM) > 0, int(May.FALSE), np.where((odd & UNDEFINED) > 0, int(May.OPEN), int(May.TRUE)))
    return decided(may.astype(np.uint8))
