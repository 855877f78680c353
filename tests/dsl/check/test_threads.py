"""Checking holds no state that threads share: whatever is checked at the same time gives what it gives alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from dsl.check.checker import Checked, check_file
from dsl.layout.format import format_source
from dsl.link.library import Library
from dsl.link.meaning import meaning
from dsl.lowering.settings import read_settings
from dsl.text.diagnostics import to_json
from dsl.text.source import SourceFile
from tests.paths import CASES, RULES

PLACES = Library((RULES, RULES / "library"))
SHIPPED = sorted([*RULES.glob("*.thesis"), *(RULES / "library").glob("*.thesis")])
WRONG = sorted((CASES / "invalid").glob("*.thesis"))


@pytest.fixture(autouse=True)
def _often() -> Iterator[None]:
    """Threads take turns fifty times as often as usual, so that what they share is seen to be shared."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


def outcome(checked: Checked) -> object:
    """All that a check says: its findings, with their places, and what the rules mean."""
    return [to_json(d) for d in checked.diagnostics], checked.fingerprint() if checked.program else None


def check(path: Path) -> object:
    return outcome(check_file(SourceFile.read(path, path.name), PLACES))


AT_ONCE = 20
"""More threads than that mostly wait for their turn."""


def together(work: Callable[[Path], object], files: list[Path]) -> list[object]:
    """Each file in its own thread; up to `AT_ONCE` of them begin together."""
    found: list[object] = []
    for first in range(0, len(files), AT_ONCE):
        some = files[first : first + AT_ONCE]
        begin = Barrier(len(some))

        def one(path: Path, begin: Barrier = begin) -> object:
            begin.wait(30)
            return work(path)

        with ThreadPoolExecutor(len(some)) as pool:
            found += pool.map(one, some)
    return found


def test_four_threads_check_four_shipped_files() -> None:
    files = [p for p in SHIPPED if p.stem in ("alibaba", "microsoft", "coreweave", "altman_z")]
    assert len(files) == 4
    alone = [check(path) for path in files]
    assert all(found == [] for found, _ in alone)  # type: ignore[misc,attr-defined]
    for _ in range(3):
        assert together(check, files) == alone


def test_a_hundred_threads_twenty_at_a_time_check_the_same_and_different_files() -> None:
    files = [*SHIPPED[:3] * 12, *SHIPPED, *WRONG][:100]
    assert len(files) == 100
    alone = {path: check(path) for path in dict.fromkeys(files)}
    assert together(check, files) == [alone[path] for path in files]


def test_settings_and_layout_in_threads() -> None:
    program = check_file(SourceFile.read(RULES / "alibaba.thesis"), PLACES).program
    assert program is not None
    name = next(iter(program.params))

    def work(path: Path) -> object:
        given, problems = read_settings(program, [f"{name} = {len(path.stem)}%"])
        return format_source(SourceFile.read(path)).text, [str(v) for v in given], [d.code for d in problems]

    files = SHIPPED[:8]
    alone = {path: work(path) for path in dict.fromkeys(files)}
    assert together(work, files) == [alone[path] for path in files]


def test_what_is_read_in_a_thread_means_the_same() -> None:
    """Another meaning that is accepted without a word would pass a look at the findings alone."""

    def work(path: Path) -> object:
        checked = check_file(SourceFile.read(path), PLACES)
        return [meaning(e.declaration) for e in checked.linked.entries.values()]

    files = SHIPPED * 2
    alone = {path: work(path) for path in dict.fromkeys(files)}
    assert together(work, files) == [alone[path] for path in files]
