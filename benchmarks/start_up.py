"""What a start costs, as a ratio to the start of Python itself.

    python -m benchmarks.start_up [TURNS]

Each command runs in a process of its own, in turn with `python -c pass`; medians of the ratios of each turn. What a
command costs in processor time (its own, not the machine's) is what is compared.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
WITHOUT_TABLE = "import dsl.syntax.parser_table as t; t.TABLE = 'none'; "
RUN = "import sys; sys.argv = ['thesis', {args}]; from evaluator.commands.main import main; main()"
COMMANDS = {
    "python -c pass": "pass",
    "import click": "import click",
    "import lark": "import lark",
    "thesis --help": RUN.format(args="'--help'"),
    "thesis check alibaba": RUN.format(args="'check', 'alibaba'"),
    "thesis check alibaba, tables worked out": WITHOUT_TABLE + RUN.format(args="'check', 'alibaba'"),
}


def seconds(code: str) -> float:
    """Processor time of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints the medians."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    for code in COMMANDS.values():
        seconds(code)  # compiled and cached
    taken = [{name: seconds(code) for name, code in COMMANDS.items()} for _ in range(turns)]
    for name in COMMANDS:
        ratio = median(t[name] / t["python -c pass"] for t in taken)
        print(
            json.dumps({"command": name, "ratio": round(ratio, 1), "ms": round(1000 * median(t[name] for t in taken))})
        )


if __name__ == "__main__":
    main()
