"""What may become of values when more is known: nothing that was decided turns, no bound grows wider."""

from __future__ import annotations

from evaluator.engine.evaluation import Evaluation
from evaluator.values.values import Figure, Truth, Words


def nothing_wider(before: Evaluation, after: Evaluation) -> None:
    """Each name of an evaluation lies, once more is known, within what it was before."""
    for name in before.values:
        was, now = before.of(name), after.of(name)
        if isinstance(was, Truth) and isinstance(now, Truth):
            assert now.possible & was.possible is now.possible, name
        elif isinstance(was, Words) and isinstance(now, Words) and was.possible is not None:
            assert set(now.possible or ()) <= set(was.possible), name
        elif isinstance(was, Figure) and isinstance(now, Figure):
            assert was.undefined or not now.undefined, name
            assert now.nm or (was.low <= now.low and now.high <= was.high and not was.nm), name
