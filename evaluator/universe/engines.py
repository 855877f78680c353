"""Which engine judges a screen: the fastest that can do all of it.

In: a program, a table, what is asked. Out: an engine, and who judges in words. Must not know how any of them does it.
"""

from __future__ import annotations

from dsl.program.program import Program
from evaluator.screening.by_rows import ByRows
from evaluator.screening.protocol import Asked, ScreenEngine, Table

ROWS = "rows"
BY_ROWS = "name by name, by the reference evaluator"


def judged_by(program: Program, table: Table, asked: Asked, wanted: str | None) -> tuple[ScreenEngine, str]:
    """The engine for what is asked, and what a reader is told of it. `wanted`: `rows` for the reference evaluator."""
    return ByRows(), BY_ROWS
