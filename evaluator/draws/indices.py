"""Which of what is drawn drives an answer: Sobol's indices of first order and in total.

In: a model of chances, how many names. Out: `Indices`. Must not know programs.

The first-order index is the share of the variance that a name explains alone, the total index what it explains with all others
together: what would be left of the variance, on average, if all but it were known (Saltelli et al., Variance based sensitivity
analysis of model output, 2010: the estimator of Saltelli for the first, of Jansen for the total). Of an answer in words each
outcome counts as 0 or 1, and the variances of all outcomes are added up (Gamboa et al., 2014).

Names that are correlated count as one: of each alone the variance has no parts that add up, of a group of them that is independent of
all others it has (Jacques, Lavergne and Devictor, Sensitivity analysis in presence of model uncertainty and correlated inputs, 2006).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluator.draws.counting import Estimate
from evaluator.draws.sequences import Chances

REPLICATES = 16
STREAM = 1
"""The chances of indices are others than those of the draws that are counted."""


@dataclass(frozen=True, slots=True)
class Indices:
    """Of each group of names, in their order: its first-order and its total index. None: nothing varies."""

    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]


def indices(
    model: Callable[[Any], Any], chances: Chances, size: int, groups: Sequence[Sequence[int]] | None = None
) -> Indices | None:
    """The indices of a model, which gives of chances (a row for each draw, a column for each name) a row of figures each. `size`:
    of how many rows, a power of two, each of 16 replicates is made; `groups`: the places of the names that count as one, each
    independent of all others (None: each name is a group)."""
    names = chances.names
    groups = groups if groups is not None else [(at,) for at in range(names)]
    double = Chances(2 * names, chances.method, chances.seed)
    firsts, totals = [], []
    for at in range(REPLICATES):
        both = double.batch(at, size, STREAM)
        a, b = chances.mixed(both[:, :names]), chances.mixed(both[:, names:])
        of_a, of_b = model(a), model(b)
        centre = (of_a.mean(axis=0) + of_b.mean(axis=0)) / 2
        variance = float(np.sum(np.var(np.concatenate([of_a, of_b]), axis=0)))
        first, total = np.zeros(len(groups)), np.zeros(len(groups))
        for at_group, group in enumerate(groups):
            mixed = a.copy(order="F")
            mixed[:, list(group)] = b[:, list(group)]
            there = model(mixed)
            first[at_group] = np.sum(np.mean((of_b - centre) * (there - of_a), axis=0))
            total[at_group] = np.sum(np.mean((of_a - there) ** 2, axis=0)) / 2
        firsts.append(np.append(first, variance))
        totals.append(np.append(total, variance))
    if np.mean([f[-1] for f in firsts]) <= 0:
        return None
    return Indices(_ratios(np.array(firsts)), _ratios(np.array(totals)))


def _ratios(each: Any) -> tuple[Estimate, ...]:
    """Each mean over the mean of the variances, the last column, with its standard error by the jackknife over replicates."""
    count = len(each)
    whole = each.sum(axis=0)
    value = whole[:-1] / whole[-1]
    left = [(whole - one)[:-1] / (whole - one)[-1] if (whole - one)[-1] > 0 else value for one in each]
    error = np.sqrt((count - 1) / count * np.sum((np.array(left) - value) ** 2, axis=0))
    return tuple(Estimate(float(v), float(e)) for v, e in zip(value, error, strict=True))


def rows(draws: int, names: int) -> int:
    """Of how many rows each replicate is made, so that indices cost no more than a few times the draws."""
    wanted = max(64, min(4096, draws // REPLICATES))
    return 1 << int(math.log2(wanted)) if names else 0
