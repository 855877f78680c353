"""What makes normal figures correlated, so that the ranks of what is drawn go together as is written (a Gaussian copula).

In: how names are drawn, the rank coefficients of pairs. Out: `Together`. Must not know programs.

Of two distributions without ties the correlation of normals follows from that of ranks (Pearson, 1907), since a rising function
changes no rank. Where one is drawn from few values (`discrete`, `from history`), figures that are drawn alike share a rank, and the
coefficient of ranks is smaller than that: the correlation of normals is then found by halving, so that the ranks of what is drawn,
ties at their middle, have the coefficient that is written. Few values cannot follow each other beyond a bound; it is said which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from dsl.uncertain.matrices import nearest, of_normals, of_ranks, possible
from evaluator.draws.quantiles import normal_at
from evaluator.draws.sequences import sobol
from evaluator.draws.spreads import Drawer

NEAR = 0.01
"""So near the ranks come to what is written."""
_POINTS = 1 << 13
_HALVINGS = 16


@dataclass(frozen=True)
class Short:
    """Two names whose ranks cannot go together as is written: what is written, and what is drawn."""

    first: str
    second: str
    wanted: float
    reached: float


@dataclass(frozen=True)
class Together:
    """How names are drawn together. `mixing` makes normals correlated (None: none are); `groups`: the places of names that are
    correlated with each other, directly or by others; what is in no other's company is alone; `short`: what cannot be as written."""

    mixing: Any
    groups: tuple[tuple[int, ...], ...]
    short: tuple[Short, ...] = ()


def together(names: Sequence[str], drawers: Sequence[Drawer], ranks: Mapping[frozenset[str], float]) -> Together:
    """Of some names, each with how it is drawn, and the rank coefficients of pairs of them (0 where none is given)."""
    at = {name: place for place, name in enumerate(names)}
    pairs = {tuple(sorted(at[n] for n in pair)): rank for pair, rank in ranks.items() if pair <= at.keys()}
    groups = _groups(len(names), [p for p, rank in pairs.items() if rank])
    if not any(pairs.values()):
        return Together(None, groups)
    matrix = [[float(i == j) for j in range(len(names))] for i in range(len(names))]
    for (i, j), rank in pairs.items():
        matrix[i][j] = matrix[j][i] = normals_of(rank, drawers[i], drawers[j])
    if not possible(matrix):
        matrix = nearest(matrix)
    short = []
    for (i, j), rank in pairs.items():
        reached = ranks_of(matrix[i][j], drawers[i], drawers[j])
        if abs(reached - rank) > NEAR:
            short.append(Short(names[i], names[j], rank, reached))
    return Together(root(matrix), groups, tuple(short))


def root(matrix: Sequence[Sequence[float]]) -> Any:
    """The symmetric root of a correlation matrix: independent normals times it have these correlations."""
    values, vectors = np.linalg.eigh(np.array(matrix))
    return vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T


def normals_of(rank: float, one: Drawer, other: Drawer) -> float:
    """The correlation of normals by which what is drawn has a coefficient of ranks; the nearest where none has it."""
    if not (_tied(one) or _tied(other)):
        return of_normals(rank)
    low, high = (-1.0, 0.0) if rank < 0 else (0.0, 1.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if ranks_of(middle, one, other) < rank:
            low = middle
        else:
            high = middle
    return high if rank >= 0 else low


def ranks_of(correlation: float, one: Drawer, other: Drawer) -> float:
    """The coefficient of ranks (Spearman's, ties at the middle of their places) of what is drawn by correlated normals."""
    if not (_tied(one) or _tied(other)):
        return of_ranks(correlation)
    first, second = normal_at(sobol(2, _POINTS, np.random.Generator(np.random.PCG64(1))))
    second = correlation * first + np.sqrt(max(0.0, 1 - correlation**2)) * second
    ranks = [_ranks(drawer.draw(special.ndtr(z))) for drawer, z in ((one, first), (other, second))]
    spread = [float(np.std(r)) for r in ranks]
    return (
        float(np.mean((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean())) / np.prod(spread))
        if min(spread)
        else 0.0
    )


def _ranks(drawn: Any) -> Any:
    _, place, many = np.unique(drawn, return_inverse=True, return_counts=True)
    ends = np.cumsum(many)
    return (ends - many / 2)[place.reshape(-1)]


def _tied(drawer: Drawer) -> bool:
    """Whether it is drawn from few values."""
    chances = (np.arange(256) + 0.5) / 256
    return len(np.unique(drawer.draw(chances))) < len(chances)


def _groups(count: int, pairs: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    group = list(range(count))
    for i, j in pairs:
        old, new = max(group[i], group[j]), min(group[i], group[j])
        group = [new if g == old else g for g in group]
    return tuple(tuple(n for n in range(count) if group[n] == g) for g in sorted(set(group)))
