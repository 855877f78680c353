"""Figures and truths of many draws at once: the arithmetic and logic of `bounds`, over columns.

In: columns. Out: the same. Must not know programs or how draws are made.

A column of figures is an array of floats where each draw is one number; else `Numbers`: bounds, and what is odd about each draw
(not meaningful, maybe so, assumed). Of exact figures the result is found in one step, and where numpy signals a division by 0,
an overflow or no number, it is found anew with all that can be odd. A column of truths is an array of booleans where each is
decided, else one of sets of truths, as `May` counts them. Causes and facts are no part of columns. Laws in tests hold each
operation to the reference, draw by draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluator.values import bounds as v
from evaluator.values.values import Figure

Floats: TypeAlias = NDArray[np.float64]
Bits: TypeAlias = NDArray[np.uint8]
UNDEFINED, NM, ASSUMED = 1, 2, 4
"""What may be odd about a figure, as bits."""
REL = v.REL_TOLERANCE
_INF = math.inf


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures between two bounds, and what is odd about each (`UNDEFINED`, `NM`, `ASSUMED`)."""

    low: Floats
    high: Floats
    odd: Bits

    @staticmethod
    def of(figure: Figure) -> Numbers:
        """One figure."""
        return Numbers(np.float64(figure.low), np.float64(figure.high), np.uint8(odd_of(figure)))  # type: ignore[arg-type]


Column: TypeAlias = "Floats | Numbers | float"
"""Figures: an array, bounds, or the one number of all draws."""
Truths: TypeAlias = "NDArray[np.bool_] | Bits | bool | int"
"""An array of booleans, of sets of truths, or the one truth (True, False, or a set as an int) of all draws."""


def odd_of(figure: Figure) -> int:
    """What is odd about a figure."""
    return UNDEFINED * figure.undefined | NM * figure.nm | ASSUMED * figure.assumed


def is_exact(*columns: Column) -> bool:
    """Whether each draw of all columns is one number."""
    return not any(isinstance(c, Numbers) for c in columns)


def general(column: Column) -> Numbers:
    """Any column as bounds."""
    if isinstance(column, Numbers):
        return column
    found = np.asarray(column, dtype=np.float64)
    return Numbers(found, found, np.zeros(found.shape, np.uint8))


def simple(found: Numbers) -> Column:
    """The same as an array, where each draw is one number."""
    if not np.any(found.odd) and np.array_equal(found.low, found.high) and np.all(np.isfinite(found.low)):
        return found.low
    return found


def figure_at(column: Column, draw: int) -> Figure:
    """The figure of one draw."""
    if not isinstance(column, Numbers):
        return Figure.exact(float(np.atleast_1d(np.asarray(column))[draw if np.ndim(column) else 0]))
    low, high, odd = (x if np.ndim(x) == 0 else x[draw] for x in (column.low, column.high, column.odd))
    flags = int(odd)
    return Figure(
        float(low), float(high), undefined=bool(flags & UNDEFINED), nm=bool(flags & NM), assumed=bool(flags & ASSUMED)
    )


# --- arithmetic ----------------------------------------------------------------------------------------------


def wide(a: Numbers) -> Any:
    """Which figures may be any number at all."""
    return (a.low == -_INF) & (a.high == _INF)


def _passed(found: Numbers, *sources: Numbers, also: Any = 0) -> Numbers:
    """What is passed on in place of a result: not meaningful where one is, unknown where one is wholly unknown."""
    nm: Any = np.False_
    any_wide: Any = np.False_
    undefined: Any = np.False_
    assumed: Any = np.False_
    for source in sources:
        nm, any_wide = nm | ((source.odd & NM) > 0), any_wide | wide(source)
        undefined, assumed = undefined | ((source.odd & UNDEFINED) > 0), assumed | ((source.odd & ASSUMED) > 0)
    out = nm | any_wide
    odd = np.where(nm, UNDEFINED | NM, UNDEFINED * undefined | ASSUMED * assumed).astype(np.uint8)
    odd = odd | np.where(also, UNDEFINED, 0).astype(np.uint8)
    return Numbers(
        np.where(out, -_INF, found.low), np.where(out, _INF, found.high), np.where(out, odd, found.odd).astype(np.uint8)
    )


def _made(low: Any, high: Any, *sources: Numbers) -> Numbers:
    """A result from its ends: unknown where it is too large; what one of its sources is, but for what is decided."""
    whole: Any = np.True_
    undefined: Any = np.False_
    assumed: Any = np.False_
    for s in sources:
        whole = whole & (s.low == s.high)
        undefined, assumed = undefined | ((s.odd & UNDEFINED) > 0), assumed | ((s.odd & ASSUMED) > 0)
    both = np.isinf(low) & np.isinf(high)
    over = np.isnan(low) | np.isnan(high) | (low == _INF) | (high == -_INF) | (both & whole)
    decided = ~both & (low == high) & ~undefined
    odd = np.where(over, UNDEFINED, UNDEFINED * undefined | ASSUMED * (assumed & ~decided)).astype(np.uint8)
    return Numbers(np.where(over, -_INF, low), np.where(over, _INF, high), odd)


def largest_of(column: Any) -> float:
    """The largest size of exact figures."""
    if np.ndim(column) == 0:
        return abs(float(column))
    return max(float(np.maximum.reduce(column)), -float(np.minimum.reduce(column)))


def _cancelled(found: Any, a: Any, b: Any) -> Any:
    """A sum of exact figures, 0 where it is within the tolerance of its largest term."""
    size = np.abs(found)
    smallest = float(np.minimum.reduce(size)) if size.ndim else float(size)
    # |a| is at most |a ± b| + |b|: where a result is within the tolerance of either, it is within about that of b.
    if smallest > 2 * REL * largest_of(b if np.ndim(b) == 0 else a if np.ndim(a) == 0 else b):
        return found
    nil = (size <= REL * np.maximum(np.abs(a), np.abs(b))) & (found != 0)
    return np.where(nil, 0.0, found) if nil.any() else found


def _cancelled_ends(found: Numbers, low: Sequence[Any], high: Sequence[Any]) -> Numbers:
    exact = found.low == found.high
    least = np.where(_nil(found.low, low) & ((found.low > 0) | exact), 0.0, found.low)
    most = np.where(_nil(found.high, high) & ((found.high < 0) | exact), 0.0, found.high)
    return Numbers(least, most, found.odd)


def _nil(value: Any, terms: Sequence[Any]) -> Any:
    largest = np.abs(terms[0])
    for term in terms[1:]:
        largest = np.maximum(largest, np.abs(term))
    return (value != 0) & np.isfinite(value) & (np.abs(value) <= REL * largest)


def _slowly(function: Callable[..., Numbers]) -> Callable[..., Column]:
    def found(*columns: Column) -> Column:
        with np.errstate(all="ignore"):
            return simple(function(*(general(c) for c in columns)))

    return found


@_slowly
def _add(a: Numbers, b: Numbers) -> Numbers:
    found = _made(a.low + b.low, a.high + b.high, a, b)
    return _passed(_cancelled_ends(found, (a.low, b.low), (a.high, b.high)), a, b)


@_slowly
def _subtract(a: Numbers, b: Numbers) -> Numbers:
    found = _made(a.low - b.high, a.high - b.low, a, b)
    return _passed(_cancelled_ends(found, (a.low, b.high), (a.high, b.low)), a, b)


def _ends(a: Numbers, b: Numbers, of: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    ends = [of(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = ends[0], ends[0]
    for end in ends[1:]:  # NaN is passed on, as `min` and `max` of floats may not
        low, high = np.minimum(low, end), np.maximum(high, end)
    return low, high


@_slowly
def _multiply(a: Numbers, b: Numbers) -> Numbers:
    low, high = _ends(a, b, lambda x, y: np.where((x == 0) | (y == 0), 0.0, x * y))
    return _passed(_made(low, high, a, b), a, b)


def _over(x: Any, y: Any) -> Any:
    return np.where(np.isinf(x) & np.isinf(y), np.where(x == y, 0.0, -0.0), x / y)


@_slowly
def _divide(a: Numbers, b: Numbers) -> Numbers:
    low, high = _ends(a, b, _over)
    found = _made(low, high, a, b)
    zero = (b.low <= 0) & (b.high >= 0)
    nothing = zero & (b.low == b.high)
    odd = np.where(nothing, UNDEFINED | NM, np.where(zero, UNDEFINED, found.odd)).astype(np.uint8)
    made = Numbers(np.where(zero, -_INF, found.low), np.where(zero, _INF, found.high), odd)
    return _passed(made, a, b, also=zero)


@_slowly
def _ratio(a: Numbers, base: Numbers) -> Numbers:
    least = np.where(base.low <= 0, 1.0, base.low)
    found = general(_divide(a, Numbers(least, np.where(base.low <= 0, 1.0, base.high), base.odd)))
    below = base.low <= 0
    odd = np.where(base.high <= 0, UNDEFINED | NM, UNDEFINED).astype(np.uint8)
    low, high = np.where(below, -_INF, found.low), np.where(below, _INF, found.high)
    made = Numbers(low, high, np.where(below, odd, found.odd).astype(np.uint8))
    return _passed(made, a, base, also=below)


def _fast(operator: Callable[[Any, Any], Any], slow: Callable[..., Column], sums: bool) -> Callable[..., Column]:
    def found(a: Column, b: Column) -> Column:
        if isinstance(a, Numbers) or isinstance(b, Numbers):
            return slow(a, b)
        try:
            made = operator(a, b)
        except FloatingPointError:
            return slow(a, b)
        return _cancelled(made, a, b) if sums else made  # type: ignore[no-any-return]

    return found


add = _fast(np.add, _add, sums=True)
subtract = _fast(np.subtract, _subtract, sums=True)
multiply = _fast(np.multiply, _multiply, sums=False)
divide = _fast(np.divide, _divide, sums=False)


def negative(a: Column) -> Column:
    """−a."""
    return Numbers(-a.high, -a.low, a.odd) if isinstance(a, Numbers) else -a


def ratio(a: Column, base: Column) -> Column:
    """a ÷ base, of a base above 0."""
    if is_exact(a, base) and float(np.min(np.asarray(base))) > 0:
        return divide(a, base)
    return _ratio(a, base)


def absolute(a: Column) -> Column:
    """|a|."""
    if not isinstance(a, Numbers):
        return np.abs(a)
    across, below = (a.low < 0) & (a.high > 0), a.high <= 0
    nm = (a.odd & NM) > 0
    low = np.where(nm, a.low, np.where(across, 0.0, np.where(below, -a.high, a.low)))
    high = np.where(nm, a.high, np.where(across, np.maximum(-a.low, a.high), np.where(below, -a.low, a.high)))
    return Numbers(low, high, np.where(across & ~nm & wide(a), a.odd | ASSUMED, a.odd).astype(np.uint8))


def smallest(items: Sequence[Column]) -> Column:
    """The least of some."""
    return _extreme(items, np.minimum)


def largest(items: Sequence[Column]) -> Column:
    """The greatest of some."""
    return _extreme(items, np.maximum)


def _extreme(items: Sequence[Column], pick: Callable[[Any, Any], Any]) -> Column:
    if is_exact(*items):
        found: Any = items[0]
        for item in items[1:]:
            found = pick(found, item)
        return found  # type: ignore[no-any-return]
    each = [general(c) for c in items]
    low, high = each[0].low, each[0].high
    nm: Any = np.False_
    undefined: Any = np.False_
    assumed: Any = np.False_
    for other in each[1:]:
        low, high = pick(low, other.low), pick(high, other.high)
    says: Any = np.False_
    for n in each:
        soft = ((n.odd & ASSUMED) > 0) | wide(n)
        nm, undefined, assumed = nm | ((n.odd & NM) > 0), undefined | ((n.odd & UNDEFINED) > 0), assumed | soft
        says = says | (~soft & (((low == n.low) & (low > -_INF)) | ((high == n.high) & (high < _INF))))
    decided = (low == high) & ~undefined
    odd = np.where(nm, UNDEFINED | NM, UNDEFINED * undefined | ASSUMED * (assumed & ~says & ~decided)).astype(np.uint8)
    return simple(Numbers(np.where(nm, -_INF, low), np.where(nm, _INF, high), odd))


def total(items: Sequence[Column]) -> Column:
    """The sum of some. (The reference rounds once; a sum of columns may differ from it in its last digits.)"""
    if len(items) == 1:
        return items[0]
    if is_exact(*items):
        try:
            found: Any = items[0]
            for item in items[1:]:
                found = found + item
        except FloatingPointError:
            pass
        else:
            most = max(largest_of(i) for i in items)
            if float(np.min(np.abs(found))) > REL * most:
                return found  # type: ignore[no-any-return]
            nil = _nil(found, items)
            return np.where(nil, 0.0, found)
    with np.errstate(all="ignore"):
        each = [general(c) for c in items]
        low, high = sum((n.low for n in each[1:]), each[0].low), sum((n.high for n in each[1:]), each[0].high)
        made = _cancelled_ends(_made(low, high, *each), [n.low for n in each], [n.high for n in each])
        return simple(_passed(made, *each))
