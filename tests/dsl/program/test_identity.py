"""A program is what it says, not which object it is: equal after pickling, after a second check, in another process; and
whatever hangs on a value, it is shown in a line."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.program.program import Program
from dsl.text.source import SourceFile
from tests.paths import CASES, ROOT, RULES

PLACES = Library((RULES, RULES / "library"))
SHIPPED = sorted([*RULES.glob("*.thesis"), *(RULES / "library").glob("*.thesis")])
MAX = 400


def checked(path: Path) -> Checked:
    return check_file(SourceFile.read(path, path.name), PLACES)


def program(path: Path) -> Program:
    found = checked(path).program
    assert found is not None
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_equal_after_pickling_and_after_a_second_check(path: Path) -> None:
    first = program(path)
    for other in (pickle.loads(pickle.dumps(first)), program(path)):
        assert other is not first
        assert other == first
        assert hash(other) == hash(first)
        assert {first: 1}[other] == 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_all_that_is_checked_is_equal_and_hashed(path: Path) -> None:
    first = checked(path)
    for other in (pickle.loads(pickle.dumps(first)), checked(path)):
        assert other == first
        assert hash(other) == hash(first)


@pytest.mark.parametrize("case", sorted((CASES / "invalid").glob("*.thesis")), ids=lambda p: p.stem)
def test_findings_are_equal_after_pickling_and_after_a_second_check(case: Path) -> None:
    first = checked(case)
    assert pickle.loads(pickle.dumps(first)) == first == checked(case)
    assert len({*first.diagnostics, *checked(case).diagnostics}) == len(set(first.diagnostics))


def test_another_text_is_another_program() -> None:
    path = RULES / "alibaba.thesis"
    text = path.read_text("utf-8")
    same = [check_file(SourceFile("alibaba.thesis", text), PLACES).program for _ in range(2)]
    assert same[0] == same[1]
    moved = check_file(SourceFile("alibaba.thesis", text + "\n"), PLACES).program
    elsewhere = check_file(SourceFile("other.thesis", text), PLACES).program
    assert same[0] != moved
    assert same[0] != elsewhere


def test_equal_in_another_process() -> None:
    path = RULES / "alibaba.thesis"
    code = (
        "import pickle, sys\n"
        "from tests.dsl.program.test_identity import program\n"
        "from pathlib import Path\n"
        f"sys.stdout.buffer.write(pickle.dumps(program(Path({str(path)!r}))))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=120)
    assert pickle.loads(ran.stdout) == program(path)


def reachable(value: object) -> Iterator[object]:
    """A value and all that hangs on it, each once."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        each = stack.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if is_dataclass(each) and not isinstance(each, type):
            yield each
            stack += [getattr(each, f.name) for f in fields(each)]
        elif isinstance(each, Mapping):
            stack += [*each.keys(), *each.values()]
        elif isinstance(each, tuple | list | set | frozenset):
            stack += each


@pytest.mark.parametrize(
    "path", [RULES / "alibaba.thesis", RULES / "library" / "altman_z.thesis", *(CASES / "invalid").glob("T03*.thesis")],
    ids=lambda p: p.stem,
)  # fmt: skip
def test_all_that_hangs_on_a_check_is_shown_in_a_line(path: Path) -> None:
    kinds = set()
    for each in reachable(checked(path)):
        kinds.add(type(each).__name__)
        assert len(repr(each)) <= MAX, type(each).__name__
        assert "\n" not in repr(each), type(each).__name__
    assert {"SourceFile", "Span", "Checked", "Linked"} <= kinds


def test_what_is_shown_says_what_it_is() -> None:
    found = checked(RULES / "alibaba.thesis")
    assert found.program is not None
    assert repr(found).startswith("Checked(alibaba.thesis: no findings)")
    assert repr(found.program).startswith("Program(thesis alibaba: 1 modules, ")
    assert repr(found.source) == f"SourceFile(alibaba.thesis, {found.source.text.count(chr(10))} lines)"
    (name, entry), *_ = found.linked.entries.items()
    assert repr(entry.declaration.name.span).endswith(f", {name!r})")
    metric = next(iter(found.program.metrics.values()))
    assert repr(metric).startswith(f"Metric({metric.name!r} at ")
