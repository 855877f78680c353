"""The figure below which a share of the normal distribution lies, of many shares at once.

In: chances between 0 and 1. Out: standard normal figures. Must not know distributions of a program.

Between 1/64 and 63/64 cubic pieces that have the figure and the slope of the inverse at their ends stand for it, which is right to
within 1e-10 (a test holds that; chances are drawn in steps of 1e-9) and takes half the time; beyond it is scipy's `ndtri`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

_PIECES = 1 << 13
_TAIL = 64


def normal_at(chances: Any) -> Any:
    """The figure of each chance."""
    u = np.asarray(chances, np.float64)
    if u.ndim == 0:
        return special.ndtri(u)
    scaled = u * _PIECES
    piece = scaled.astype(np.intp)
    scaled -= piece
    *rest, last = _pieces()
    found = last.take(piece, mode="clip")
    for each in reversed(rest):
        found *= scaled
        found += each.take(piece, mode="clip")
    tails = np.nonzero(np.isnan(found))
    if tails[0].size:
        found[tails] = special.ndtri(u[tails])
    return found


@lru_cache(maxsize=1)
def _pieces() -> tuple[Any, ...]:
    """The coefficients of each piece, of the powers 0 to 3 of the part of the piece (Hermite's cubic)."""
    ends = np.clip(np.arange(_PIECES + 1) / _PIECES, 1 / _PIECES, 1 - 1 / _PIECES)
    at = special.ndtri(ends)
    slope = np.sqrt(2 * np.pi) * np.exp(at**2 / 2) / _PIECES
    rise = np.diff(at)
    first, second = slope[:-1], slope[1:]
    found = (at[:-1].copy(), first, 3 * rise - 2 * first - second, first + second - 2 * rise)
    for each in found:  # the pieces beyond mark what is in them
        each[: _PIECES // _TAIL] = each[-(_PIECES // _TAIL) :] = np.nan
    return found
