"""How much work a call is, counted and never timed: the same on any machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(work: Callable[[], object]) -> int:
    """How many instructions of Python's a call runs, in all functions and comprehensions below it."""
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def grows_evenly(work: Callable[[int], Callable[[], object]], size: int) -> None:
    """Twice as much to do is at most a little more than twice the work; `work` prepares a call for a size.

    What does not grow drops out of the differences. A loop over all inside a loop over all would give 4, not 2.
    """
    for n in (size, 2 * size, 4 * size):
        work(n)()  # what is made once and kept is no part of it
    small, middle, large = (steps(work(n)) for n in (size, 2 * size, 4 * size))
    assert middle > small, "the work must grow at all, or nothing is measured"
    assert large - middle <= 2.3 * (middle - small), (
        f"{small}, {middle}, {large} steps for {size}, {2 * size}, {4 * size}"
    )
