"""What k, m, bn and tn stand for: the one table, for whoever reads or writes a large figure.

In: a figure. Out: how many of which. Must not know units or currencies.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

SCALES: dict[str, int] = {"k": 10**3, "m": 10**6, "bn": 10**9, "tn": 10**12}
"""Each word with its size, the smallest first."""
WORDS = "|".join(SCALES)
"""The words as a regular expression reads them: `k|m|bn|tn`."""

_N = TypeVar("_N", float, Fraction)


def scaled(value: _N, reach: float = 1.0) -> tuple[_N, str]:
    """A figure in the largest scale whose size it reaches, and the word: 39.8e9 is 39.8 `bn`, 12 is 12 and ''. `reach`: such a
    part of the size is enough, so that what is printed as 1,000m is printed as 1bn."""
    for word, size in reversed(SCALES.items()):
        if abs(value) >= size * reach:
            return value / size, word
    return value, ""
