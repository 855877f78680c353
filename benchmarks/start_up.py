"""What a start costs, as a ratio to the start of Python itself.

    python -m benchmarks.start_up [TURNS]

Each command runs in a process of its own, in turn with `python -c pass`; medians of the ratios of each turn. What a
command costs in processor time (its own, not the machine's) is what is compared.
"""

from __future__ import annotations

import json
import sys
from statistics import median

from benchmarks.processes import RUN, seconds_of_process, with_bytecode

WITHOUT_TABLE = "import dsl.syntax.parser_table as t; t.TABLE = 'none'; "
COMMANDS = {
    "python -c pass": "pass",
    "import click": "import click",
    "import lark": "import lark",
    "thesis --help": RUN.format(args="'--help'"),
    "thesis check alibaba": RUN.format(args="'check', 'alibaba'"),
    "thesis check alibaba, tables worked out": WITHOUT_TABLE + RUN.format(args="'check', 'alibaba'"),
}


def main() -> None:
    """Prints the medians."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    with with_bytecode() as environment:
        for code in COMMANDS.values():
            seconds_of_process(code, environment)  # compiled and cached
        taken = [{name: seconds_of_process(code, environment) for name, code in COMMANDS.items()} for _ in range(turns)]
    for name in COMMANDS:
        ratio = median(t[name] / t["python -c pass"] for t in taken)
        print(
            json.dumps({"command": name, "ratio": round(ratio, 1), "ms": round(1000 * median(t[name] for t in taken))})
        )


if __name__ == "__main__":
    main()
