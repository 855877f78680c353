"""What functions of windows give on all windows of a long series: each the same as its reducer gives of one window alone,
which stands in `windows.py`, and laws in tests hold one to the other.

In: `Moving` windows. Out: a figure for each. Must not know periods.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from operator import mul

from evaluator.engine.functions.registry import slides
from evaluator.engine.functions.sliding import Moving, Sums, sorted_windows
from evaluator.engine.functions.windows import fallen, median_of, percentile, share, stdev, trend, volatility, weights
from evaluator.values import bounds as v
from evaluator.values.algebra import FIGURES
from evaluator.values.values import Figure


@slides("high")
def highs(windows: Moving) -> list[Figure]:
    """The largest."""
    return _extremes(windows, largest=True)


@slides("low")
def lows(windows: Moving) -> list[Figure]:
    """The smallest."""
    return _extremes(windows, largest=False)


def _extremes(windows: Moving, largest: bool) -> list[Figure]:
    pick = max if largest else min
    figures, nowhere = windows.figures, -math.inf if largest else math.inf
    soft = [f.assumed or f.wide for f in figures]
    low_of_firm, high_of_firm = (  # an end that is a known figure's says something of the result
        windows.extremes([nowhere if s else end for s, end in zip(soft, ends, strict=True)], pick)
        for ends in ([f.low for f in figures], [f.high for f in figures])
    )
    parts = zip(
        windows.extremes([f.low for f in figures], pick), low_of_firm,
        windows.extremes([f.high for f in figures], pick), high_of_firm,
        windows.causes(), windows.facts(),
        windows.any(lambda f: f.nm), windows.causes(lambda f: f.nm),
        windows.any(lambda f: f.undefined), windows.any_of(soft), strict=True,
    )  # fmt: skip
    found = []
    for low, firm_low, high, firm_high, causes, facts, nm, none, undefined, any_soft in parts:
        assumed = any_soft and not (-math.inf < low == firm_low or firm_high == high < math.inf)
        made = v.extreme(low, high, causes, facts, undefined, assumed)
        found.append(Figure.meaningless(none, facts) if nm else made)
    return found


@slides("sum")
def totals(windows: Moving) -> list[Figure]:
    """All together."""
    if windows.large:
        return [v.total(windows.window(at)) for at in range(len(windows.figures))]
    figures = windows.figures
    low, high = _Ends(windows, [f.low for f in figures]), _Ends(windows, [f.high for f in figures])
    parts = zip(
        windows.causes(), windows.facts(), windows.any(lambda f: not f.is_exact),
        windows.any(lambda f: f.undefined), windows.any(lambda f: f.assumed),
        windows.any(lambda f: f.wide), windows.causes(lambda f: f.wide),
        windows.any(lambda f: f.nm), windows.causes(lambda f: f.nm), strict=True,
    )  # fmt: skip
    found = []
    for at, (causes, facts, loose, undefined, assumed, wide, of_wide, nm, of_nm) in enumerate(parts):
        if nm:
            found.append(Figure.meaningless(of_nm, facts))
        elif wide:
            found.append(Figure(-math.inf, math.inf, of_wide, facts, undefined, assumed=assumed))
        else:
            made = v.made(low.sum(at), high.sum(at), causes, facts, not loose, undefined, assumed)
            found.append(made if made.wide else v.cancelled(made, (low.greatest[at],), (high.greatest[at],)))
    return found


class _Ends:
    """The sums of one end of all figures, of which some may be open."""

    def __init__(self, windows: Moving, ends: Sequence[float]) -> None:
        self._open = windows.any_of([math.isinf(end) for end in ends])
        self._infinite = next((end for end in ends if math.isinf(end)), 0.0)
        finite = [0.0 if math.isinf(end) else end for end in ends]
        self._sums = Sums(finite, windows.firsts)
        self.greatest = windows.extremes([abs(end) for end in ends], max)

    def sum(self, at: int) -> float:
        """The sum over a window."""
        return self._infinite if self._open[at] else self._sums.rounded(at)


@slides("average")
def averages(windows: Moving) -> list[Figure]:
    """The mean."""
    return [v.divide(total, v.exact(float(windows.count(at)))) for at, total in enumerate(totals(windows))]


@slides("drawdown")
def drawdowns(windows: Moving) -> list[Figure]:
    """1 − last ÷ highest."""
    return [fallen(FIGURES, last, highest) for last, highest in zip(windows.figures, highs(windows), strict=True)]


@slides("median")
def medians(windows: Moving) -> Iterator[Figure]:
    """The middle one, or the mean of the two in the middle."""
    lows, highs = ([f.low for f in windows.figures], [f.high for f in windows.figures])
    parts = zip(
        sorted_windows(lows, windows.firsts), sorted_windows(highs, windows.firsts), windows.causes(), windows.facts(),
        windows.any(lambda f: f.nm), windows.any(lambda f: f.undefined), strict=True,
    )  # fmt: skip
    for low, high, causes, facts, nm, undefined in parts:
        if nm:
            yield Figure.meaningless(causes, facts)
        elif undefined:
            yield Figure.unknown(causes, facts, undefined=True)
        else:
            yield median_of(low, high, causes, facts)


@slides("trend")
def trends(windows: Moving) -> Iterator[Figure]:
    """The slope of least squares; each product is rounded, so that each window needs all of its figures."""
    values = [f.low for f in windows.figures]
    plain = windows.any(lambda f: not f.is_exact or f.undefined or f.assumed)
    for at, facts in enumerate(windows.facts()):
        if windows.large or plain[at] or windows.count(at) < 2:
            yield trend(FIGURES, windows.window(at))
            continue
        products = list(map(mul, weights(windows.count(at)), values[windows.firsts[at] : at + 1]))
        greatest = (max(map(abs, products)),)
        yield v.cancelled(Figure.exact(math.fsum(products), facts), greatest, greatest)


@slides("volatility")
def volatilities(windows: Moving, *, per_year: int) -> Iterator[Figure]:
    """Sample standard deviation of log returns × √periods a year."""
    figures = windows.figures
    good = [f.is_exact and f.low > 0 and not f.nm for f in figures]
    logs = [math.log(f.low) if fine else 0.0 for f, fine in zip(figures, good, strict=True)]
    returns = [0.0, *(b - a for a, b in pairwise(logs))]
    firsts = [min(first + 1, at) for at, first in enumerate(windows.firsts)]
    sums, odd = Sums(returns, firsts), windows.any(lambda f: not (f.is_exact and f.low > 0) or f.undefined)
    for at, facts in enumerate(windows.facts()):
        if odd[at] or windows.count(at) < 3:
            yield volatility(windows.window(at), per_year=per_year)
        else:
            yield Figure.exact(sums.deviation(at) * math.sqrt(per_year), facts)


@slides("stdev")
def deviations(windows: Moving) -> Iterator[Figure]:
    """Sample standard deviation."""
    odd = windows.any(lambda f: not (f.known and f.is_exact))
    sums = Sums([0.0 if math.isinf(f.low) else f.low for f in windows.figures], windows.firsts)
    for at, facts in enumerate(windows.facts()):
        if odd[at] or windows.large or windows.count(at) < 2:
            yield stdev(windows.window(at))
        else:
            yield Figure.exact(sums.deviation(at), facts)


@slides("percentile")
def percentiles(windows: Moving) -> Iterator[Figure]:
    """The share of a window's figures at or below its last."""
    figures, means = windows.figures, [not f.nm for f in windows.figures]
    upto = [0, *accumulate(means)]  # how many before each place mean something
    values = [f.low for f in figures if not f.nm]
    firsts = [min(upto[windows.firsts[at]], upto[at]) for at in range(len(figures)) if means[at]]
    odd = windows.any(lambda f: not f.nm and (not f.is_exact or f.undefined or f.assumed))
    in_order = sorted_windows(values, firsts)
    for at, facts in enumerate(windows.facts()):
        held = next(in_order) if means[at] else []
        if odd[at] or len(held) < 2:
            yield percentile(windows.window(at))
            continue
        below, upto_it = bisect_left(held, figures[at].low), bisect_right(held, figures[at].low)
        yield Figure.exact(share(1.0 + below + 0.5 * (upto_it - below - 1), len(held)), facts)
