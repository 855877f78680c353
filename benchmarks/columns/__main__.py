"""A screen of a representative thesis with columns, against the same in other ways (needs polars and numpy):

    python -m benchmarks.columns [ROWS …]    # each way, at a million rows or at so many
    python -m benchmarks.columns engine      # where figures are 0, and with all that a screen asks for
    python -m benchmarks.columns growth      # with rows and with the graph; draws docs/images/columns_*.svg

DuckDB, ibis, Hamilton and C are measured where there is duckdb, ibis-framework, sf-hamilton, a compiler. All ways are held to each other
on every row. The clock runs from checked rules and figures in memory to answers, with what is compiled from the rules, in turns; medians,
and ratios of turns next to each other to polars by hand. On a busy machine the ratio of processor time says more. Peak memory is that
of a process of its own, above what it has before.
"""

from __future__ import annotations

import sys

from benchmarks.columns import growth, measuring

ROWS = 1_000_000
TURNS = 7


def main() -> None:
    """Prints what it measures."""
    print(measuring.machine())
    if "growth" in sys.argv[1:]:
        growth.measured()
    elif "engine" in sys.argv[1:]:
        measuring.of_the_engine(ROWS, TURNS)
    else:
        for rows in map(int, sys.argv[1:] or [str(ROWS)]):
            measuring.compared(rows, TURNS if rows <= ROWS else 5)


if __name__ == "__main__":
    main()
