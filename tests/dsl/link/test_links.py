"""A library whose folders hold links to each other and to themselves is listed once, and a long chain of modules is read."""

from __future__ import annotations

from pathlib import Path

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.text.source import SourceFile


def test_folders_that_links_lead_to_are_gone_through_once(tmp_path: Path) -> None:
    (tmp_path / "a.thesis").write_text("rules a\n", "utf-8")
    (tmp_path / "credit").mkdir()
    (tmp_path / "credit" / "b.thesis").write_text("rules b\n", "utf-8")
    for n in range(12):
        (tmp_path / f"here{n}").symlink_to(".")
        (tmp_path / "credit" / f"up{n}").symlink_to("..")
    assert Library((tmp_path,)).names() == ["a", "credit.b"]
    found = Library((tmp_path,)).look("here3.credit.up1.a")  # such a way may still be written
    assert found is not None


def test_a_chain_of_modules_may_be_long(tmp_path: Path) -> None:
    count = 500
    for n in range(count):
        uses = f"  uses m{n + 1}\n" if n + 1 < count else ""
        figure = f"x{n + 1} + 1" if n + 1 < count else "1"
        (tmp_path / f"m{n}.thesis").write_text(f'rules m{n} "M"\n{uses}metric x{n} "X" = {figure}\n', "utf-8")
    checked = check_file(SourceFile.read(tmp_path / "m0.thesis"), Library((tmp_path,)))
    assert not [d for d in checked.diagnostics if d.is_error]
    assert checked.program is not None
    assert len(checked.program.metrics) == count
