"""A workspace says what a check from nothing says, whatever was checked before; it looks again at what changed alone."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.text.files import DISK, Disk, Listed, Overlay
from dsl.text.source import SourceFile
from dsl.workspace.workspace import Memory, Snapshot, Workspace
from tests.dsl.syntax.test_parser_total import WORDS
from tests.paths import RULES
from tests.support.survival import THESIS

BASE = 'rules base "Base"\ninput growth "Growth" : percent per quarter\nparam least "Least" = 10%\n'
USER = 'thesis top "Top" for X uses base\npillar p "Is it?"\nbull b on p when growth > least because "{growth}"\n'


class Counted(Disk):
    """The disk, which counts what it is asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def read(self, path: Path, shown: str | None = None) -> SourceFile:
        self.asked[f"read {path.name}"] += 1
        return super().read(path, shown)

    def list(self, folder: Path) -> tuple[Listed, ...]:
        self.asked["list"] += 1
        return super().list(folder)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.thesis").write_text(BASE, "utf-8")
    (tmp_path / "top.thesis").write_text(USER, "utf-8")
    return tmp_path


BASE_FILE, TOP = Path("base.thesis"), Path("top.thesis")


def codes(checked: Checked) -> list[str]:
    return [d.code for d in checked.diagnostics]


def test_an_unsaved_module_is_seen_by_its_user(folder: Path) -> None:
    workspace = Workspace()
    assert codes(workspace.snapshot().checked(TOP)) == []
    workspace.open(BASE_FILE, BASE.replace("growth", "growing"))
    assert "T031" in codes(workspace.snapshot().checked(TOP))
    workspace.close(BASE_FILE)
    assert codes(workspace.snapshot().checked(TOP)) == []


def test_a_module_that_is_in_no_file_yet(folder: Path) -> None:
    workspace = Workspace()
    workspace.open(TOP, USER.replace("uses base", "uses base, more"))
    assert "T025" in codes(workspace.snapshot().checked(TOP))
    workspace.open(Path("more.thesis"), 'rules more "More"\nmetric m = 1\n')
    assert codes(workspace.snapshot().checked(TOP)) == []
    workspace.open(Path("pack/most.thesis"), 'rules most "Most"\nmetric n = 1\n')
    workspace.open(TOP, USER.replace("uses base", "uses base, pack.most"))
    assert codes(workspace.snapshot().checked(TOP)) == []


def test_a_file_that_is_not_there(folder: Path) -> None:
    checked = Workspace().snapshot().checked(Path("none.thesis"))
    assert codes(checked) == ["T001"]
    assert checked.program is None
    assert checked.linked.entries == {}


def test_a_snapshot_sees_one_text(folder: Path) -> None:
    workspace = Workspace()
    snapshot = workspace.snapshot()
    before = snapshot.source(TOP)
    TOP.write_text("rules other\n", "utf-8")
    BASE_FILE.unlink()
    assert snapshot.source(TOP) is before
    assert snapshot.checked(TOP).source == before
    assert codes(snapshot.checked(TOP)) == ["T025"]  # its module was never looked at before, and is gone now
    assert workspace.snapshot().source(TOP) != before


def test_a_change_on_disk_is_seen_by_the_next_snapshot(folder: Path) -> None:
    workspace = Workspace()
    first = workspace.snapshot()
    assert codes(first.checked(TOP)) == []
    BASE_FILE.write_text(BASE.replace("least", "most"), "utf-8")
    assert codes(first.checked(TOP)) == []
    assert codes(workspace.snapshot().checked(TOP)) == ["T031"]


def test_only_what_looked_at_a_change_is_checked_again(folder: Path) -> None:
    (folder / "alone.thesis").write_text("rules alone\nmetric m = 1\n", "utf-8")
    workspace = Workspace()
    files = [TOP, BASE_FILE, Path("alone.thesis")]
    first = [workspace.snapshot().checked(path) for path in files]
    assert [workspace.snapshot().checked(path) for path in files] == first
    assert all(workspace.snapshot().checked(path) is before for path, before in zip(files, first, strict=True))
    workspace.open(TOP, USER + "# more\n")
    now = [workspace.snapshot().checked(path) for path in files]
    assert [a is b for a, b in zip(now, first, strict=True)] == [False, True, True]
    workspace.open(BASE_FILE, BASE + "# more\n")
    then = [workspace.snapshot().checked(path) for path in files]
    assert [a is b for a, b in zip(then, now, strict=True)] == [False, False, True]


def test_a_nearer_module_takes_the_place_of_one_further_away(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("away")
    BASE_FILE.rename(away / "base.thesis")
    workspace = Workspace([away])
    assert codes(workspace.snapshot().checked(TOP)) == []
    workspace.open(BASE_FILE, "rules base\nparam least = 5%\ninput growth : money per quarter\n")
    assert codes(workspace.snapshot().checked(TOP)) == ["T062"]
    workspace.close(BASE_FILE)
    assert codes(workspace.snapshot().checked(TOP)) == []


def test_the_last_good_program(folder: Path) -> None:
    workspace = Workspace()
    assert workspace.last_good(TOP) is None
    good = workspace.snapshot().checked(TOP)
    workspace.open(TOP, USER.replace("growth > least", "growth >"))
    broken = workspace.snapshot().checked(TOP)
    assert broken.program is None
    assert workspace.last_good(TOP) is good


def test_a_library_of_ten_thousand_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read is what is used, however much lies beside it; the folder is listed once, where a name is misspelt."""
    monkeypatch.chdir(tmp_path)
    for n in range(10_000):
        (tmp_path / f"m{n}.thesis").write_text(f"rules m{n}\nmetric x{n} = {n}\n", "utf-8")
    files = Counted()
    workspace = Workspace(files=files)
    top = tmp_path / "top.thesis"
    workspace.open(top, "thesis top for X uses m1, m77, m9999\nmetric a = x1 + x77 + x9999\n")
    assert codes(workspace.snapshot().checked(top)) == ["T080"]
    assert files.asked == {"read m1.thesis": 1, "read m77.thesis": 1, "read m9999.thesis": 1}
    workspace.open(top, "thesis top for X uses m1, m77, mm9999, nn77\n")
    assert codes(workspace.snapshot().checked(top)) == ["T025", "T025"]
    assert files.asked["list"] == 1
    assert len(Library((tmp_path,)).names()) == 10_000


EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(["", "\n", *WORDS])), max_size=6)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_edits_one_after_the_other(edits: list[tuple[int, int, str]]) -> None:
    says_what_it_says_alone(edits)


@pytest.mark.soak
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_many_edits_one_after_the_other(edits: list[tuple[int, int, str]]) -> None:
    says_what_it_says_alone(edits)


def says_what_it_says_alone(edits: list[tuple[int, int, str]]) -> None:
    """The law: after any edits a workspace says what a check of the text says that never saw another."""
    path, text = RULES / "alibaba.thesis", THESIS
    for at, length, word in edits:
        start = at % (len(text) + 1)
        text = text[:start] + word + text[start + length :]
        SHARED.open(path, text)
        found = SHARED.snapshot().checked(path)
        alone = check_file(SourceFile.of_text(str(path), text), Library((RULES,)))
        assert found.diagnostics == alone.diagnostics
        assert found.program == alone.program


SHARED = Workspace([RULES], memory=Memory(files=5, pieces=40))
"""A small memory, so that much of it is forgotten meanwhile."""


def test_a_hundred_threads(folder: Path) -> None:
    """Each thread opens its own text and checks; all share one memory."""
    memory = Memory(files=3, pieces=20)
    texts = [USER.replace("growth > least", f"growth > {n}%" if n % 3 else "growth > leas") for n in range(100)]

    def work(text: str) -> object:
        snapshot = Snapshot(Library((), Overlay({TOP: text}, DISK)), memory)
        first = snapshot.checked(TOP)
        return first.diagnostics, first.program, snapshot.checked(TOP) == first

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        with ThreadPoolExecutor(20) as pool:
            found = list(pool.map(work, texts))
    finally:
        sys.setswitchinterval(before)
    for text, result in zip(texts, found, strict=True):
        alone = check_file(SourceFile(str(TOP), text), Library(()))
        assert result == (alone.diagnostics, alone.program, True)


def test_threads_that_open_texts_of_one_workspace(folder: Path) -> None:
    workspace = Workspace()

    def work(n: int) -> bool:
        path = Path(f"t{n}.thesis")
        workspace.open(path, USER.replace("top", f"t{n}"))
        fine = codes(workspace.snapshot().checked(path)) == []
        if n % 2:
            workspace.close(path)
        return fine

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(64)))
    assert len(workspace.opened) == 32
