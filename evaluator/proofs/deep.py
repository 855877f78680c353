"""A stack as deep as a program's longest chain: formulas of formulas are encoded, and read by the solver, the one within the
other.

In: a function, how many names there are. Out: what it returns. Must not know proofs.

Python and the solver both walk a formula by calling themselves. The stack of a process is made for a few hundred calls of that
kind; a thread may have its own, of which the system gives only what is used.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")
_CALLS = 30
"""A name takes no more calls than so many, one within the other."""
_BYTES = 32 * 1024
"""Nor more of the stack than this."""
SHALLOW = 25
"""So many names need no separate stack."""


def with_room(function: Callable[[], _T], names: int) -> _T:
    """What a function returns or raises, run where chains of so many names have room."""
    if names <= SHALLOW:
        return function()
    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(function())
        except BaseException as error:
            done.set_exception(error)

    calls, stack = sys.getrecursionlimit(), threading.stack_size(64 * 1024 * 1024 + _BYTES * min(names, 30_000))
    try:
        sys.setrecursionlimit(max(calls, 1000 + _CALLS * names))
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return done.result()
    finally:
        threading.stack_size(stack)
        sys.setrecursionlimit(calls)
