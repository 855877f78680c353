"""Whether two blocks of draws say the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from evaluator.draws.columns import general
from evaluator.draws.plan import Block


def differences(one: Block, other: Block) -> list[str]:
    """Where two blocks differ, in words; figures may differ in their last digits."""
    found: list[str] = []
    for role in ("verdicts", "pillars", "conditions", "kills"):
        a, b = getattr(one, role), getattr(other, role)
        assert a.keys() == b.keys()
        for name in a:
            left, right = (np.broadcast_to(np.asarray(x[name], np.uint64), one.size) for x in (a, b))
            found += [f"{role} {name} of draw {n}: {left[n]} and {right[n]}" for n in np.flatnonzero(left != right)[:3]]
    assert one.figures.keys() == other.figures.keys()
    figures = {n: (one.figures[n], other.figures[n]) for n in one.figures}
    if one.score is not None and other.score is not None:
        figures["the score"] = one.score, other.score
    assert (one.score is None) == (other.score is None)
    for name, (a, b) in figures.items():
        found += [f"{name} of draw {n}: {_at(a, n)} and {_at(b, n)}" for n in _apart(a, b, one.size)[:3]]
    return found


def _apart(one: Any, other: Any, size: int) -> Any:
    a, b = general(one), general(other)
    apart = np.broadcast_to(a.odd, size) != np.broadcast_to(b.odd, size)
    for end in ("low", "high"):
        left, right = (np.broadcast_to(getattr(x, end), size) for x in (a, b))
        apart = apart | ~np.isclose(left, right, rtol=1e-9, atol=1e-12)
    return np.flatnonzero(apart)


def _at(column: Any, draw: int) -> tuple[float, float, int]:
    found = general(column)
    low, high, odd = (x if np.ndim(x) == 0 else x[draw] for x in (found.low, found.high, found.odd))
    return float(low), float(high), int(odd)
