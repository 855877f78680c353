"""Chances between 0 and 1 for many draws: scrambled Sobol sequences or random numbers, in batches that a seed determines.

In: how many, how many names, a seed. Out: arrays of chances. Must not know programs or distributions.

Each batch is scrambled for itself (Owen, 1997), by a seed made of the user's and the batch's place: so batches are
independent, tell how sure their mean is, and are the same on any number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
from scipy import special
from scipy.stats import qmc

from dsl.uncertain.matrices import nearest, of_normals, possible

LEAST_BATCHES = 16
"""So many batches there are at least, where there are enough draws: their spread is the standard error."""
MOST_IN_BATCH = 1 << 16
"""A batch has no more draws, so that memory is bounded."""
SOBOL, RANDOM = "sobol", "random"


@dataclass(frozen=True, slots=True)
class Chances:
    """How chances are drawn: of so many names, by which method and seed; `mixing` makes normals correlated (None: they are not)."""

    names: int
    method: str
    seed: int
    mixing: Any = None

    def batch(self, at: int, size: int, stream: int = 0) -> Any:
        """The chances of a batch: an array of `size` rows and a column for each name, all above 0 and below 1."""
        seed = np.random.SeedSequence([self.seed, stream, at])
        generator = np.random.Generator(np.random.PCG64(seed))
        if self.method == RANDOM:
            found = generator.random((size, self.names))
        else:
            found = _sobol(self.names, size, generator)
        found = np.clip(found, 2.0**-54, 1 - 2.0**-53)
        return found if self.mixing is None else special.ndtr(special.ndtri(found) @ self.mixing.T)


def _sobol(names: int, size: int, generator: Any) -> Any:
    engine = qmc.Sobol(names, scramble=True, **{_GENERATOR: generator})
    return engine.random_base2(max(size - 1, 0).bit_length())[:size]


_GENERATOR = "rng" if "rng" in signature(qmc.Sobol).parameters else "seed"
"""What scipy calls the generator: `seed` before 1.15."""


def batches(draws: int, least: int = LEAST_BATCHES, most: int = MOST_IN_BATCH) -> tuple[int, int]:
    """In how many batches so many draws are made, and how many draws the first of them have at most."""
    if draws < least * 16:
        return 1, draws
    count = max(least, -(-draws // most))
    return count, -(-draws // count)


def sizes(draws: int, count: int, at: int) -> int:
    """How many draws a batch has."""
    return draws // count + (at < draws % count)


def mixing(ranks: Sequence[Sequence[float]]) -> Any:
    """What makes independent normals correlated, so that the ranks of what is drawn go together as is wanted: the root of the
    correlations of normals (a Gaussian copula; Iman and Conover's reordering comes to the same where there are many draws)."""
    matrix = [[1.0 if i == j else of_normals(r) for j, r in enumerate(row)] for i, row in enumerate(ranks)]
    if not possible(matrix):
        matrix = nearest(matrix)
    values, vectors = np.linalg.eigh(np.array(matrix))
    return vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
