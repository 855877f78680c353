"""Functions of several figures: of those that are written, or of one series within a window.

In: figures, the oldest first. Out: one figure. Must not know periods or how long a window is.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

from evaluator.engine.functions.registry import formula, gives
from evaluator.values import bounds as v
from evaluator.values.algebra import FIGURES, Algebra, N
from evaluator.values.shared import union
from evaluator.values.values import NO_CAUSES, Causes, Facts, Figure, because


@formula("max", "high")
def largest(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The largest."""
    return a.largest(figures)


@formula("min", "low")
def smallest(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The smallest."""
    return a.smallest(figures)


@formula("sum")
def total(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """All together."""
    return a.total(figures)


@formula("average")
def average(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The mean."""
    return a.divide(a.total(figures), a.exact(float(len(figures))))


@gives("median")
def median(figures: Sequence[Figure]) -> Figure:
    """The middle one; of an even number, the mean of the two in the middle. Its ends are the medians of the ends."""
    causes = union(f.causes for f in figures)
    facts = union(f.facts for f in figures)
    if any(f.nm for f in figures):
        return Figure.meaningless(causes, facts)
    if any(f.undefined for f in figures):
        return Figure.unknown(causes, facts, undefined=True)
    return median_of(sorted(f.low for f in figures), sorted(f.high for f in figures), causes, facts)


def median_of(lows: Sequence[float], highs: Sequence[float], causes: Causes, facts: Facts) -> Figure:
    """The median of figures whose ends are given, each in order of size."""
    middle = len(lows) // 2
    within = slice(middle, middle + 1) if len(lows) % 2 else slice(middle - 1, middle + 1)
    pick = zip(lows[within], highs[within], strict=True)
    return average(FIGURES, [Figure(low, high, causes if low != high else NO_CAUSES, facts) for low, high in pick])


@formula("drawdown")
def drawdown(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """1 − last ÷ highest. The last is among those the highest is taken from, so it is never below 0."""
    return fallen(a, figures[-1], a.largest(figures))


def fallen(a: Algebra[N, Any], last: N, highest: N) -> N:
    """The fall from a highest figure to one that is among those it is the highest of."""
    part = a.ratio(last, highest, "a fall from 0 or less means nothing")
    return a.subtract(a.exact(1.0), a.smallest([part, a.exact(1.0)]))


@formula("trend")
def trend(a: Algebra[N, Any], figures: Sequence[N]) -> N:
    """The slope of least squares is a sum of figures with fixed weights, so that bounds carry through exactly."""
    count = len(figures)
    if count < 2:
        return a.nothing("a trend needs at least 2 periods")
    return a.total([a.multiply(a.exact(weight), f) for weight, f in zip(weights(count), figures, strict=True)])


@lru_cache(maxsize=64)
def weights(count: int) -> tuple[float, ...]:
    """With what each of so many figures, at least 2, counts in the slope of least squares."""
    centre = (count - 1) / 2
    spread = sum((n - centre) ** 2 for n in range(count))
    return tuple((n - centre) / spread for n in range(count))


@gives("volatility")
def volatility(figures: Sequence[Figure], *, per_year: int) -> Figure:
    """Sample standard deviation of log returns × √periods a year. Bounds are not carried through: a bounded figure
    among them makes it unknown; where one can be 0 or less there is no such number."""
    causes = union(f.causes for f in figures)
    facts = union(f.facts for f in figures)
    if any(f.nm or f.high <= 0 for f in figures):
        return Figure.meaningless(causes | because("volatility needs figures above 0"), facts)
    if any(not f.is_exact or f.undefined or f.low <= 0 for f in figures):
        nothing = any(f.undefined or f.low <= 0 for f in figures)
        return Figure.unknown(causes | because("volatility needs exact figures above 0"), facts, nothing)
    returns = [math.log(b.low) - math.log(a.low) for a, b in pairwise(figures)]
    if len(returns) < 2:
        return Figure.unknown(causes | because("volatility needs at least 3 figures"), facts)
    return Figure.exact(statistics.stdev(returns) * math.sqrt(per_year), facts)


@gives("stdev")
def stdev(figures: Sequence[Figure]) -> Figure:
    """Sample standard deviation. Of bounds: Σ(x − mean)² is the least, over a centre c, of Σ(x − c)²; so it is at least
    that of the nearest points of the bounds to the best c, and at most that of the farthest ones to any c."""
    if len(figures) < 2:
        return v.nothing("a standard deviation needs at least 2 figures")
    whole = v.total(figures)
    if not all(
        f.known for f in figures
    ):  # what is missing may be anything within its bounds: the sum says nothing of it
        missing = union(f.causes for f in figures if not f.known)
        return whole if whole.wide else Figure.unknown(missing, whole.facts, whole.undefined)
    try:
        if all(f.is_exact for f in figures):
            return Figure.exact(statistics.stdev(f.low for f in figures), whole.facts)
        low, high = _deviations([(f.low, f.high) for f in figures])
    except OverflowError:
        return replace(v.nothing("the result is too large to calculate with"), facts=whole.facts)
    return Figure(low, high, union(f.causes for f in figures), whole.facts)


@gives("percentile")
def percentile(figures: Sequence[Figure]) -> Figure:
    """The mean rank of the last figure among all that mean something, as a share of how many these are: 1 for itself and for
    each below it, ½ for each that equals it, which is `rank(pct=True)` of pandas.

    It only rises with the last figure and only falls with the others, so that its ends are those of the ends. A figure that
    may not be meaningful counts or is left out, whichever gives the end."""
    *others, now = figures
    facts = union(f.facts for f in figures)
    if now.nm:
        return Figure.meaningless(now.causes, facts)
    left = [f for f in others if not f.nm]
    if not left:
        return Figure.meaningless(because("a percentile needs at least 2 figures that mean something"), facts)
    sure, maybe = [f for f in left if not f.undefined], [f for f in left if f.undefined]
    low = _rank(now.low, [f.high for f in sure], [f.high for f in maybe], min)
    high = _rank(now.high, [f.low for f in sure], [f.low for f in maybe], max)
    undefined = now.undefined or not sure
    if low == high and not undefined:
        return Figure.exact(low, facts)
    soft = [f.assumed or f.wide for f in left]
    firm = [f for f, is_soft in zip(left, soft, strict=True) if not is_soft]
    says = not (now.assumed or now.wide) and (any(now.low > f.high or now.high < f.low for f in firm))
    assumed = not says and (any(soft) or now.assumed or now.wide)
    return Figure(low, high, union(f.causes for f in (*left, now)), facts, undefined, assumed=assumed)


def _rank(now: float, sure: Sequence[float], maybe: Sequence[float], pick: Callable[[Iterable[float]], float]) -> float:
    """The least or the most of the share, over all choices of those that may be left out: of so many, those that count the
    least (the most) are kept."""
    counts, size = 1.0 + sum(_counts(now, other) for other in sure), 1 + len(sure)
    shares = [share(counts, size)] if sure else []
    for count in sorted((_counts(now, other) for other in maybe), reverse=pick is max):
        counts, size = counts + count, size + 1
        shares.append(share(counts, size))
    return pick(shares)


def _counts(now: float, other: float) -> float:
    return 1.0 if other < now else 0.5 if other == now else 0.0


def share(counts: float, size: int) -> float:
    """So much of so many, rounded once."""
    return counts / size


def _deviations(bounds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The least and the most that the deviation of figures within bounds can be; exact until the roots, which are
    widened. Everything is measured by the largest end, so that no square is too large or too small for a float."""
    unit = Fraction(max(abs(end) for pair in bounds for end in pair if math.isfinite(end)) or 1.0)
    ends = [tuple(Fraction(e) / unit if math.isfinite(e) else e for e in pair) for pair in bounds]

    def near(c: Fraction) -> list[Fraction]:
        return [Fraction(max(low, min(c, high))) for low, high in ends]

    def far(c: Fraction) -> list[Fraction]:
        return [Fraction(high if c + c <= low + high else low) for low, high in ends]

    def root(square: Fraction, widened: float) -> float:
        return math.sqrt(square / (len(ends) - 1)) * float(unit) * widened

    low = root(_least(near, [e for pair in ends for e in pair if isinstance(e, Fraction)]), 1 - 2**-50)
    if not all(isinstance(e, Fraction) for pair in ends for e in pair):
        return low, math.inf
    return low, root(_least(far, [Fraction(a + b) / 2 for a, b in ends]), 1 + 2**-50)


def _least(points: Callable[[Fraction], list[Fraction]], breaks: Sequence[Fraction]) -> Fraction:
    """The least of Σ(c − p)² over c, of points p that depend on c and turn only at the breaks: it falls, then rises."""
    turns = sorted(set(breaks))
    at = bisect_left(turns, True, key=lambda c: len(points(c)) * c >= sum(points(c)))
    left, right = turns[max(at - 1, 0)], turns[min(at, len(turns) - 1)]
    between = (left + right) / 2
    fixed = [p for p in points(between) if p != between]  # the others lie at the centre itself, wherever it is
    best = sum(fixed, Fraction(0)) / len(fixed) if fixed else between
    return min(sum(((c - p) ** 2 for p in points(c)), Fraction(0)) for c in (left, right, min(max(best, left), right)))
