"""Two faults in how facts are handled, each behind two or three branches. The first is what a fuzzer must find within a minute, or
it shows nothing by finding nothing; the second is a measure of how far it goes (on 2026-11-27 not found in 1,600 inputs)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from evaluator.engine import expressions
from evaluator.facts import spelling
from evaluator.values import bounds

FAULTS = ("the first planted fault", "the second planted fault")


@contextmanager
def planted() -> Iterator[None]:
    """A figure whose `within` is larger than itself, and a bounded figure less one that is larger for certain, are mistakes of
    the program's."""
    about, subtract = spelling._about, expressions._OPERATORS["-"]

    def planted_about(value: spelling.Amount, within: spelling.Amount) -> object:
        if isinstance(within, spelling.Amount) and isinstance(value, spelling.Amount) and within.low > value.low > 0:
            raise RuntimeError(FAULTS[0])
        return about(value, within)

    def planted_subtract(a: bounds.Figure, b: bounds.Figure) -> bounds.Figure:
        if -math.inf < a.low < a.high < b.low < b.high < math.inf:
            raise RuntimeError(FAULTS[1])
        return subtract(a, b)

    spelling._about = planted_about  # type: ignore[assignment]
    expressions._OPERATORS["-"] = planted_subtract
    try:
        yield
    finally:
        spelling._about, expressions._OPERATORS["-"] = about, subtract
