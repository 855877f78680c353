"""What a process costs: its processor time, with Python's bytecode kept as an installation keeps it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = "import sys; sys.argv = ['thesis', {args}]; from evaluator.commands.main import main; main()"
"""The code of a run: `RUN.format(args="'check', 'alibaba'")`."""


@contextmanager
def with_bytecode() -> Iterator[dict[str, str]]:
    """The environment of the processes: bytecode is written once, in its own folder, and read afterwards.

    Some machines say PYTHONDONTWRITEBYTECODE; each start would then compile every module anew (0.7 s of `thesis report`),
    which no user of an installed package ever waits for.
    """
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield {**kept, "PYTHONPYCACHEPREFIX": folder}


def seconds_of_process(code: str, environment: Mapping[str, str], checkout: Path = ROOT) -> float:
    """Processor time of one process that runs `code` in a checkout, in seconds: its own, not the machine's."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=checkout, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
