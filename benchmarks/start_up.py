"""What a start costs, as a ratio to the start of Python itself.

    python -m benchmarks.start_up [TURNS] [--before CHECKOUT]

Each command runs in a process of its own, in turn with `python -c pass`; medians of the ratios of each turn. What a
command costs in processor time (its own, not the machine's) is what is compared. With `--before` the same commands run
in another checkout as well, in the same turns.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median

from benchmarks.processes import ROOT, RUN, seconds_of_process, with_bytecode

WITHOUT_TABLE = "import dsl.syntax.parser_table as t; t.TABLE = 'none'; "
PYTHON = "python -c pass"
COMMANDS = {
    PYTHON: "pass",
    "import click": "import click",
    "import lark": "import lark",
    "import dsl.check.checker": "import dsl.check.checker",
    "thesis --help": RUN.format(args="'--help'"),
    "thesis check alibaba": RUN.format(args="'check', 'alibaba'"),
    "thesis check rules": RUN.format(args="'check', 'rules'"),
    "thesis check alibaba, tables worked out": WITHOUT_TABLE + RUN.format(args="'check', 'alibaba'"),
    "thesis report alibaba --format json": RUN.format(
        args="'report', 'alibaba', '--as-of', '2026-05-14', '--format', 'json'"
    ),
}


def main() -> None:
    """Prints the medians."""
    options = argparse.ArgumentParser(description="What a start costs.")
    options.add_argument("turns", type=int, nargs="?", default=15)
    options.add_argument("--before", type=Path, help="another checkout, measured in the same turns")
    given = options.parse_args()
    checkouts = {"after": ROOT, **({"before": given.before} if given.before else {})}
    runs = [(name, which) for name in COMMANDS for which in checkouts]
    with with_bytecode() as environment:
        for name, which in runs:
            seconds_of_process(COMMANDS[name], environment, checkouts[which])  # compiled and cached
        taken = [
            {(name, which): seconds_of_process(COMMANDS[name], environment, checkouts[which]) for name, which in runs}
            for _ in range(given.turns)
        ]
    for name in COMMANDS:
        found: dict[str, object] = {"command": name}
        for which in checkouts:
            ratio = median(t[name, which] / t[PYTHON, "after"] for t in taken)
            found |= {
                f"{which}, ratio": round(ratio, 1),
                f"{which}, ms": round(1000 * median(t[name, which] for t in taken)),
            }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
