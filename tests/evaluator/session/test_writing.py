"""A file is there whole or not at all, and one that somebody changed meanwhile is left as it is."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from evaluator.session.writing import put, replace_file, rewrite


def test_a_file_that_was_changed_meanwhile_is_left(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(b"mine")
    problem = rewrite(path, "facts.yaml", b"what was read", b"new")
    assert problem is not None
    assert (problem.code, problem.path, path.read_bytes()) == ("C002", "facts.yaml", b"mine")
    assert "changed" in problem.message
    assert rewrite(path, "facts.yaml", b"mine", b"new") is None
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["facts.yaml"]


def test_what_is_replaced_keeps_its_rights_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    assert rewrite(link, "link", b"old", b"new") is None
    assert link.is_symlink()
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_a_file_that_is_not_there_any_more_is_said(tmp_path: Path) -> None:
    problem = rewrite(tmp_path / "gone", "gone", b"", b"new")
    assert problem is not None
    assert not (tmp_path / "gone").exists()


def test_nothing_is_left_behind_where_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    problem = put("text", target)
    assert problem is not None
    assert "folder" in problem.message
    assert os.listdir(tmp_path) == ["folder"]
    replace_file(tmp_path / "new", b"whole", 0o600)
    assert sorted(os.listdir(tmp_path)) == ["folder", "new"]
