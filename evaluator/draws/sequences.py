"""Chances between 0 and 1 for many draws: scrambled Sobol sequences or random numbers, in batches that a seed determines.

In: how many, how many names, a seed. Out: arrays of chances. Must not know programs or distributions.

Each batch is scrambled for itself (Owen, 1997), by a seed made of the user's and the batch's place: so batches are
independent, tell how sure their mean is, and are the same on any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special
from scipy.stats import qmc

from evaluator.draws.quantiles import normal_at

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
        """The chances of a batch: an array of `size` rows and a column for each name (each a piece of memory), all above 0 and below
        1."""
        seed = np.random.SeedSequence([self.seed, stream, at])
        generator = np.random.Generator(np.random.PCG64(seed))
        if self.method == RANDOM:
            found = np.asfortranarray(np.clip(generator.random((size, self.names)), 2.0**-54, 1 - 2.0**-53))
        else:
            found = sobol(self.names, size, generator).T
        return self.mixed(found)

    def mixed(self, chances: Any) -> Any:
        """Independent chances made correlated."""
        return chances if self.mixing is None else special.ndtr(self.mixing @ normal_at(chances.T)).T


def sobol(names: int, size: int, generator: Any) -> Any:
    """The first points of a scrambled Sobol sequence: a row for each name, `size` chances in each.

    Direction numbers are scipy's; each name's are multiplied by a random lower triangular matrix of bits and its points shifted by
    random bits, as scipy's `scramble=True` does (Matousek's scrambling, 1998). Points come in the order of their own number and not of
    its Gray code, so that all of them come about by doubling: the second half is the first with one direction number more.
    """
    bits = max(size - 1, 1).bit_length()
    directions = _scrambled(_directions(names, max(bits, _BITS_OF_BATCH))[:, :bits], generator)
    found = np.empty((names, 1 << bits), np.uint32)
    found[:, 0] = generator.integers(0, 1 << _DIGITS, names, np.uint32)
    for at in range(bits):
        half = 1 << at
        np.bitwise_xor(found[:, :half], directions[:, at : at + 1], out=found[:, half : 2 * half])
    chances = np.multiply(found[:, :size], 2.0**-_DIGITS)
    chances += 2.0 ** -(_DIGITS + 1)
    return chances


_DIGITS = 30
"""Of so many binary digits a chance is made, as scipy has it."""
_BITS_OF_BATCH = 16


@lru_cache(maxsize=8)
def _directions(names: int, bits: int) -> Any:
    """The first direction numbers of each name: a row of `bits` for each. The point of the Gray code's number 2^(k+1) − 1 is the
    direction number k alone."""
    engine = qmc.Sobol(names, scramble=False, bits=_DIGITS)
    found = np.empty((names, bits), np.uint32)
    for at in range(bits):
        engine.fast_forward((2 << at) - 1 - engine.num_generated)
        found[:, at] = np.round(engine.random(1)[0] * 2.0**_DIGITS).astype(np.uint32)
    return found


def _scrambled(directions: Any, generator: Any) -> Any:
    """Direction numbers times a random matrix of bits for each name: ones on its diagonal, nothing above it."""
    names = len(directions)
    place = np.arange(_DIGITS, dtype=np.uint32)
    highest = np.uint32(1) << (np.uint32(_DIGITS - 1) - place)  # of each digit, the first first
    below = generator.integers(0, 1 << _DIGITS, (names, _DIGITS), np.uint32)
    rows = below & ~(2 * highest - np.uint32(1)) | highest  # the digits before its own at random, its own, none behind
    products = rows[:, None, :] & directions[:, :, None]
    for shift in (16, 8, 4, 2, 1):
        products ^= products >> np.uint32(shift)
    return np.bitwise_or.reduce((products & np.uint32(1)) * highest, axis=2)


def batches(draws: int, least: int = LEAST_BATCHES, most: int = MOST_IN_BATCH) -> tuple[int, int]:
    """In how many batches so many draws are made, and how many draws the first of them have at most."""
    if draws < least * 16:
        return 1, draws
    count = max(least, -(-draws // most))
    return count, -(-draws // count)


def sizes(draws: int, count: int, at: int) -> int:
    """How many draws a batch has."""
    return draws // count + (at < draws % count)
