"""A long file is as much work for each declaration as a short one: to check, to look at again after a keystroke, to lay out.

Work is counted (instructions of Python's), never timed. What Python's own loops do inside one instruction is not seen here;
`benchmarks/editor.py` times it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.generate import generate
from dsl.check.checker import Checked, check_file
from dsl.check.examples import examined
from dsl.check.signs import rewarded
from dsl.ide.view import View
from dsl.layout.format import format_source
from dsl.link.library import Library
from dsl.text.source import SourceFile
from dsl.workspace.workspace import Memory, Workspace
from tests.support.work import grows_evenly

MANY = Path("many.thesis")


def segments(n: int) -> str:
    """All kinds of declarations, each segment reading the one before it."""
    return generate(40 * n)


def thresholds(n: int) -> str:
    """One block of lines in columns."""
    return 'rules many "Many"\n' + "".join(f'param p{i} "P {i}" = {i}%\n' for i in range(16 * n))


def checked(text: str) -> Checked:
    return check_file(SourceFile(str(MANY), text), Library(()))


def test_what_is_allowed_and_looks_wrong_is_looked_for_evenly() -> None:
    def work(n: int) -> Callable[[], object]:
        program = checked(segments(n)).partial
        program.all_needs, program.position  # noqa: B018  # made once, and measured below
        return lambda: [*rewarded(program), *examined(program)]

    grows_evenly(work, 8)


@pytest.mark.parametrize(("text", "size"), [(segments, 1), (thresholds, 6)])
def test_a_keystroke_grows_with_the_file(text: Callable[[int], str], size: int) -> None:
    def work(n: int) -> Callable[[], object]:
        workspace, before = Workspace(memory=Memory()), text(n)
        workspace.open(MANY, before)
        View(workspace.snapshot(), MANY)
        at = before.index('"', len(before) // 2)
        workspace.open(MANY, f"{before[:at]}{before[at:].replace('P', 'Q', 1)}")
        return lambda: View(workspace.snapshot(), MANY)

    grows_evenly(work, size)


@pytest.mark.parametrize(("text", "size"), [(segments, 1), (thresholds, 10)])
def test_layout_grows_with_the_file(text: Callable[[int], str], size: int) -> None:
    def work(n: int) -> Callable[[], object]:
        source = SourceFile(str(MANY), text(n).replace(" = ", "   =  "))
        return lambda: format_source(source)

    grows_evenly(work, size)
