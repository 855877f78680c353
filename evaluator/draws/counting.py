"""Many draws counted: how often each outcome came, quantiles, how sure that is.

In: a `Ready`, how many draws. Out: a `Counted`. Must not know how results are shown.

Draws are made in batches that are independent of each other; what is counted of each batch is kept, in the order of the batches,
so that the result is the same on any number of threads. The standard error of a share, a mean or a quantile is that of the mean of
its batches (Owen, Monte Carlo theory, ch. 17: replicated randomised sequences). Memory holds one batch a thread.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluator.draws.columns import NM, Column, general
from evaluator.draws.plan import Block
from evaluator.draws.ready import BLOCK, Ready
from evaluator.draws.sequences import batches, sizes

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_OF_QUANTILES = 1 << 20
"""Quantiles are taken of so many draws: more would say no more, and cost more than the draws."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was found, and its standard error; None where there are too few batches to say."""

    value: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over all draws: the share of draws in which it is one number, in which it is not meaningful, in which it is known
    only within bounds or not at all; of those that are one number the mean and the quantiles."""

    exact: Estimate
    nothing: Estimate
    open: Estimate
    mean: Estimate | None
    quantiles: tuple[Estimate, ...]


@dataclass(frozen=True)
class Counted:
    """What draws came to. `verdicts`: of each set of outcomes that is possible, as bits, its share; `conditions`: of each state;
    `kills`: of each set of truths. `steps`: after so many draws, the share of what came most often in the first verdict."""

    draws: int
    batches: int
    verdicts: Mapping[str, Mapping[int, Estimate]]
    pillars: Mapping[str, Mapping[int, Estimate]]
    conditions: Mapping[str, Mapping[int, Estimate]]
    kills: Mapping[str, Mapping[int, Estimate]]
    figures: Mapping[str, Spread]
    score: Spread | None
    steps: Mapping[str, tuple[tuple[int, Estimate], ...]] = field(default_factory=dict)


@dataclass
class _Tally:
    """What was counted of a batch: shares by what they are of, and means and quantiles by figure."""

    size: int
    counts: dict[tuple[str, str], dict[int, int]]
    figures: dict[str, tuple[int, int, float, tuple[float, ...]]]


Progress = Callable[[int, int], None]
"""Told how many batches are done, of how many."""


def timed(ready: Ready, draws: int) -> float:
    """How many seconds so many draws will take on one thread, by a first few."""
    size = min(draws, 8 if ready.slow else BLOCK)
    chances = ready.chances.batch(0, size, stream=2)
    ready.block(chances)
    begun = time.perf_counter()
    ready.block(ready.chances.batch(1, size, stream=2))
    return (time.perf_counter() - begun) / size * draws


def counted(ready: Ready, draws: int, threads: int = 1, progress: Progress | None = None) -> Counted:
    """So many draws, counted."""
    count, largest = batches(draws)
    taken = max(1, min(count, MOST_OF_QUANTILES // max(largest, 1)))

    def batch(at: int) -> _Tally:
        return _tallied(ready, at, sizes(draws, count, at), quantiles=at < taken)

    tallies = []
    for done, tally in enumerate(_each(batch, count, 1 if ready.slow else threads), 1):
        tallies.append(tally)
        if progress is not None:
            progress(done, count)
    return _together(ready, draws, tallies)


def _each(batch: Callable[[int], _Tally], count: int, threads: int) -> Iterator[_Tally]:
    if threads < 2 or count < 2:
        yield from map(batch, range(count))
        return
    executor = ThreadPoolExecutor(threads)
    try:
        window = [executor.submit(batch, at) for at in range(min(count, 2 * threads))]
        for at in range(count):
            found = window[at % len(window)].result()
            if at + len(window) < count:
                window[at % len(window)] = executor.submit(batch, at + len(window))
            yield found
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _tallied(ready: Ready, at: int, size: int, quantiles: bool) -> _Tally:
    chances = ready.chances.batch(at, size)
    counts: dict[tuple[str, str], dict[int, int]] = {}
    columns: dict[str, list[Column]] = {}
    for start in range(0, size, BLOCK):
        part = chances[start : start + BLOCK]
        block = ready.block(part)
        for role, name, codes in _codes(block):
            into = counts.setdefault((role, name), {})
            for code, many in _histogram(codes, block.size):
                into[code] = into.get(code, 0) + many
        for name, column in (*block.figures.items(), *([("", block.score)] if block.score is not None else [])):
            columns.setdefault(name, []).append(_broadcast(column, block.size))
    return _Tally(size, counts, {name: _figure(parts, quantiles) for name, parts in columns.items()})


def _codes(block: Block) -> Iterator[tuple[str, str, Any]]:
    for role in ("verdicts", "pillars", "conditions", "kills"):
        for name, codes in getattr(block, role).items():
            yield role, name, codes


def _histogram(codes: Any, size: int) -> Iterator[tuple[int, int]]:
    """How often each code comes. Most often there are few: each is compared with all."""
    if np.ndim(codes) == 0:
        yield int(codes), size
        return
    seen: Any = np.False_
    at, left = 0, size
    for _ in range(_FEW):
        same = codes == codes[at]
        here = int(np.count_nonzero(same))
        yield int(codes[at]), here
        left -= here
        if not left:
            return
        seen = seen | same
        at = int(np.argmin(seen))
    kinds, many = np.unique(codes[~seen], return_counts=True)
    yield from zip((int(k) for k in kinds), (int(m) for m in many), strict=True)


_FEW = 12


def _broadcast(column: Column, size: int) -> Column:
    if isinstance(column, float):
        return np.full(size, column)
    return column


def _figure(parts: list[Column], quantiles: bool) -> tuple[int, int, float, tuple[float, ...]]:
    """Of a figure in a batch: how many draws are one number, how many are not meaningful, the sum of the numbers, quantiles (of
    midpoints, which for sequences that are even are right to within far less than their spread)."""
    numbers, nothing = [], 0
    for part in parts:
        if isinstance(part, np.ndarray):
            numbers.append(part)
            continue
        n = general(part)
        nothing += int(np.count_nonzero(n.odd & NM))
        exact = (n.low == n.high) & (n.odd == 0)
        numbers.append(n.low[exact] if np.ndim(n.low) else np.array([]))
    whole = np.concatenate(numbers)
    found = tuple(_quantiles(np.sort(whole))) if quantiles and len(whole) else ()
    return len(whole), nothing, float(np.sum(whole)), found


def _quantiles(ordered: Any) -> Iterator[float]:
    """Quantiles between midpoints (Hazen) of figures in their order: to sort all is faster than numpy's `quantile`."""
    for part in QUANTILES:
        place = min(max(part * len(ordered) - 0.5, 0.0), len(ordered) - 1.0)
        below = int(place)
        low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
        yield low + (high - low) * (place - below)


# --- batches together ------------------------------------------------------------------------------------------


def _together(ready: Ready, draws: int, tallies: list[_Tally]) -> Counted:
    roles: dict[str, dict[str, dict[int, Estimate]]] = {}
    steps: dict[str, tuple[tuple[int, Estimate], ...]] = {}
    for role, name in tallies[0].counts:
        each = [t.counts[role, name] for t in tallies]
        codes = sorted({code for one in each for code in one})
        shares = {
            c: _share([one.get(c, 0) for one in each], [t.size for t in tallies], ready.chances.method) for c in codes
        }
        roles.setdefault(role, {})[name] = shares
        if role == "verdicts":
            often = max(shares, key=lambda c: (shares[c].value, -c))
            steps[name] = tuple(_steps([one.get(often, 0) for one in each], tallies, ready.chances.method))
    figures = {name: _spread([t.figures[name] for t in tallies], tallies, ready) for name in tallies[0].figures}
    score = figures.pop("", None)
    return Counted(
        draws,
        len(tallies),
        roles.get("verdicts", {}),
        roles.get("pillars", {}),
        roles.get("conditions", {}),
        roles.get("kills", {}),
        figures,
        score,
        steps,
    )


def _share(counts: list[int], of: list[int], method: str) -> Estimate:
    """A share, with the standard error of the mean of the batches; of a single batch of random draws that of so many draws."""
    whole, many = sum(of), sum(counts)
    value = many / whole
    if len(of) > 1:
        error = _error([c / s for c, s in zip(counts, of, strict=True)])
        return Estimate(value, max(error, 1 / whole) if 0 < many < whole else error)  # batches may all be alike
    return Estimate(value, math.sqrt(value * (1 - value) / whole) if method == "random" and whole > 30 else None)


def _error(each: list[float]) -> float:
    if len(each) < 2:
        return math.nan
    return float(np.std(each, ddof=1) / math.sqrt(len(each)))


def _steps(counts: list[int], tallies: list[_Tally], method: str) -> Iterator[tuple[int, Estimate]]:
    """The share after a quarter, half and all of the batches."""
    for part in (4, 2, 1):
        upto = len(tallies) // part
        if upto > 1 or part == 1:
            of = [t.size for t in tallies[:upto]]
            yield sum(of), _share(counts[:upto], of, method)


def _spread(each: list[tuple[int, int, float, tuple[float, ...]]], tallies: list[_Tally], ready: Ready) -> Spread:
    of = [t.size for t in tallies]
    exact, nothing = [e[0] for e in each], [e[1] for e in each]
    open_ = [s - a - b for s, a, b in zip(of, exact, nothing, strict=True)]
    method = ready.chances.method
    known = [(n, s / n) for n, _, s, _ in each if n]
    mean = None
    if known:
        value = sum(e[2] for e in each) / sum(exact)
        mean = Estimate(value, _error([m for _, m in known]) if len(known) > 1 else None)
    taken = [q for _, _, _, q in each if q]
    quantiles = tuple(
        Estimate(float(np.mean([q[at] for q in taken])), _error([q[at] for q in taken]) if len(taken) > 1 else None)
        for at in range(len(QUANTILES) if taken else 0)
    )
    return Spread(_share(exact, of, method), _share(nothing, of, method), _share(open_, of, method), mean, quantiles)
