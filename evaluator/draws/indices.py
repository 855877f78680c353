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


Columns = Sequence[Any]
"""What is drawn of each name: an array each."""


def indices(
    draw: Callable[[Any], Columns],
    model: Callable[[Columns], Any],
    chances: Chances,
    size: int,
    groups: Sequence[Sequence[int]],
    answers: Sequence[slice] = (slice(None),),
) -> list[Indices | None]:
    """The indices of each answer of a model.

    `draw` gives of chances (a row for each draw, a column for each name) what is drawn of each name; `model` of that a matrix with a
    row of figures for each part of an answer, `answers` the rows of each. `size`: of how many draws, a power of two, each of 16
    replicates is made; `groups`: the places of the names that count as one, each independent of all others. Each name is drawn
    twice in a replicate, whatever the number of groups: what is exchanged is what was drawn.
    """
    names = chances.names
    double = Chances(2 * names, chances.method, chances.seed)
    firsts: list[list[Any]] = [[] for _ in answers]
    totals: list[list[Any]] = [[] for _ in answers]
    for at in range(REPLICATES):
        both = double.batch(at, size, STREAM)
        a, b = (draw(chances.mixed(half)) for half in (both[:, :names], both[:, names:]))
        of_a, of_b = model(a), model(b)
        centred = of_b - ((of_a.mean(axis=1) + of_b.mean(axis=1)) / 2)[:, None]
        variance = np.var(np.concatenate([of_a, of_b], axis=1), axis=1)
        first, total = np.zeros((len(groups), len(variance))), np.zeros((len(groups), len(variance)))
        for place, group in enumerate(groups):
            apart = model([b[n] if n in group else column for n, column in enumerate(a)]) - of_a
            first[place] = np.mean(centred * apart, axis=1)
            total[place] = np.mean(apart**2, axis=1) / 2
        for answer, part in enumerate(answers):
            whole = np.sum(variance[part])
            firsts[answer].append(np.append(first[:, part].sum(axis=1), whole))
            totals[answer].append(np.append(total[:, part].sum(axis=1), whole))
    return [
        Indices(_ratios(np.array(one)), _ratios(np.array(other))) if np.mean([f[-1] for f in one]) > 0 else None
        for one, other in zip(firsts, totals, strict=True)
    ]


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
