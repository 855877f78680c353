"""Thresholds with the tolerance in them: `x < 3` of columns is one comparison with the float below which 3 counts as larger.

In: a float. Out: a float. Must not know columns. Two figures within the tolerance count as equal (`bounds.close`), which of one that is
fixed is a question of one float: it only turns once as the other grows.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

from evaluator.values.bounds import REL_TOLERANCE, close


def just_below(threshold: float) -> float:
    """The largest float that is less than a threshold, and not equal to it within the tolerance."""
    return _last(lambda x: x < threshold and not close(x, threshold), threshold - REL_TOLERANCE * abs(threshold))


def just_above(threshold: float) -> float:
    """The smallest float that is more than a threshold, and not equal to it within the tolerance; infinite where none is."""
    near = threshold + REL_TOLERANCE * abs(threshold)
    return math.nextafter(_last(lambda x: not (x > threshold and not close(x, threshold)), near), math.inf)


_FEW = 64
"""So many floats around a guess are looked at first."""


def _last(holds: Callable[[float], bool], guess: float) -> float:
    """The largest float for which something holds that no larger one has again; −∞ where it never does."""
    low, high = _rank(-math.inf), _rank(math.inf)
    around = _rank(guess)
    if (
        low < around - _FEW
        and around + _FEW < high
        and holds(_float(around - _FEW))
        and not holds(_float(around + _FEW))
    ):
        low, high = around - _FEW, around + _FEW
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(_float(middle)) else (low, middle)
    return _float(low)


def _rank(value: float) -> int:
    """The place of a float among all floats, in order of size; −0.0 and 0.0 have one."""
    bits: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return bits if bits >= 0 else -(bits + (1 << 63))


def _float(rank: int) -> float:
    bits = rank if rank >= 0 else -rank - (1 << 63)
    found: float = struct.unpack("<d", struct.pack("<q", bits))[0]
    return found
