"""Golden files for every test: compare with what was frozen, or freeze anew with `--update-golden`."""

from __future__ import annotations

import difflib
import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from evaluator.render.languages import catalogue

# Programs that tests start keep what they compile: without it each of some hundred compiles all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Tables of the parser are built in the first example, so its time says nothing: no deadline, same seed every run.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("steady")

catalogue.strict(True)  # a text that a language does not have is a mistake of ours

Golden = Callable[[Path, str], None]


gc.set_threshold(20_000, 20, 20)  # programs, facts and reports are many small objects that live as long as a test
FREEZE_EVERY = 200
"""After so many tests what they left is passed over by the collector, which else goes through all of it again and again."""
_run = 0


def pytest_runtest_teardown() -> None:
    global _run
    _run += 1
    if _run % FREEZE_EVERY == 0:
        gc.collect()
        gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text)`: fails with a unified diff where the file holds something else."""
    update: bool = request.config.getoption("--update-golden")

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        frozen = path.read_text(encoding="utf-8") if path.is_file() else ""
        if frozen != text:
            diff = difflib.unified_diff(frozen.splitlines(), text.splitlines(), "frozen", "now", lineterm="", n=3)
            listed = "\n".join(diff) or "(only the newline at the end differs)"
            pytest.fail(f"{path.name} differs; if that is meant, run with --update-golden\n{listed}", pytrace=False)

    return compare
