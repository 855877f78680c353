"""Rules of a commit: read from git with all that they used, nothing written; whatever stands in the way is a sentence."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dsl.link.library import Library
from evaluator.session.committed import Committed, at_commit
from evaluator.session.reading import Failed
from tests.support.repository import commit, git

OLD = 'rules main "Main" uses base\nmetric twice = growth * 2\n'
BASE = 'rules base\ninput growth : percent\nparam least = {}\nbull up on p when growth > least\npillar p "?"\n'

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits: the threshold of a module, and the file itself, are others in the second."""
    monkeypatch.chdir(tmp_path)
    commit(tmp_path, "2026-01-05", main=OLD, base=BASE.format("10%"))
    commit(tmp_path, "2026-02-05", main=OLD.replace("* 2", "* 3"), base=BASE.format("20%"))
    return tmp_path


def at(asked: str, rules: str = "main", folder: Path = Path()) -> Committed:
    found = at_commit(rules, Library((folder,)), asked)
    assert isinstance(found, Committed), found
    return found


def why(asked: str, rules: str = "main") -> str:
    found = at_commit(rules, Library((Path(),)), asked)
    assert isinstance(found, Failed)
    return "\n".join(f"{d.message}: {d.hint}" for d in found.diagnostics)


def written(found: Committed) -> tuple[str, str]:
    program = found.checked.program
    assert program is not None
    return program.metrics["twice"].value.text, program.params["least"].versions[0].value.text


def test_the_file_and_its_modules_are_those_of_the_commit(repo: Path) -> None:
    assert written(at("HEAD~1")) == ("growth * 2", "10%")
    assert written(at("HEAD")) == ("growth * 3", "20%")
    (repo / "base.thesis").write_text("nothing that can be read", encoding="utf-8")
    assert written(at("main")) == ("growth * 3", "20%")
    assert at("HEAD").outside == ()


def test_a_day_is_its_last_commit(repo: Path) -> None:
    assert written(at("2026-01-31")) == ("growth * 2", "10%")
    assert str(at("2026-01-31").day) == "2026-01-05"
    assert "there is no commit by 2025-01-31" in why("2025-01-31")


@pytest.mark.parametrize(
    "asked", ["nope", "--output=x", "-p", "HEAD:main.thesis", "main..HEAD", "@{u}", "HEAD^{tree}", "\x07", "", "a b"]
)
def test_what_is_no_commit(asked: str, repo: Path) -> None:
    assert "there is no commit" in why(asked)
    assert not (repo / "x").exists()


def test_a_file_that_was_not_there(repo: Path) -> None:
    commit(repo, "2026-03-05", later="rules later\nmetric a = 1\n")
    assert "later.thesis is not in git at HEAD~1" in why("HEAD~1", "later")
    assert at("HEAD", "later").checked.program is not None


def test_a_module_that_was_not_there_is_not_taken_from_today(repo: Path) -> None:
    commit(repo, "2026-03-05", main=OLD.replace("uses base", "uses base, more"))
    (repo / "more.thesis").write_text("rules more\nmetric b = 1\n", encoding="utf-8")
    found = why("HEAD")
    assert "the rules had errors at HEAD" in found
    assert "more" in found


def test_rules_that_did_not_parse_say_where(repo: Path) -> None:
    then = commit(repo, "2026-03-05", main="rules main\nmetric = = 2\n")
    found = at_commit("main", Library((Path(),)), "HEAD")
    assert isinstance(found, Failed)
    assert not found.wrong_use
    first, *rest = found.diagnostics
    assert f"the rules had errors at HEAD (commit {then[:10]} of 2026-03-05)" in first.message
    assert rest[0].span is not None
    assert rest[0].span.source.path == f"main.thesis at {then[:10]}"


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "main.thesis").write_text(OLD, encoding="utf-8")
    assert "are in no git repository" in why("HEAD")


def test_without_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo))
    assert "git is not installed" in why("HEAD")


def test_no_such_rules(repo: Path) -> None:
    assert "there are no rules `mian`" in why("HEAD", "mian")
    assert "no folder" in why("HEAD", "no/where/main.thesis")


def test_another_repository_of_the_surroundings_is_not_asked(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert written(at("HEAD~1")) == ("growth * 2", "10%")


def test_from_a_folder_below_and_by_a_link_to_the_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "below").mkdir()
    monkeypatch.chdir(repo / "below")
    assert written(at("HEAD~1", "../main.thesis", Path(".."))) == ("growth * 2", "10%")
    link = tmp_path.parent / f"{tmp_path.name}-link"
    link.symlink_to(repo)
    monkeypatch.chdir(link)
    assert written(at("HEAD~1", str(link / "main.thesis"), link)) == ("growth * 2", "10%")


def test_a_link_in_the_repository_leads_where_it_led_then(repo: Path) -> None:
    (repo / "base.thesis").rename(repo / "kept.thesis")
    (repo / "base.thesis").symlink_to("kept.thesis")
    (repo / "loop.thesis").symlink_to("loop.thesis")
    (repo / "out.thesis").symlink_to("/etc/hostname")
    commit(repo, "2026-03-05")
    (repo / "base.thesis").unlink()
    assert written(at("HEAD")) == ("growth * 3", "20%")
    for name in ("loop", "out"):
        assert "is not in git at HEAD" in why("HEAD", f"{name}.thesis")


def test_what_is_in_no_commit_is_read_as_it_is_and_said(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    shared = tmp_path_factory.mktemp("shared")
    (shared / "more.thesis").write_text("rules more\nmetric b = 1\n", encoding="utf-8")
    commit(repo, "2026-03-05", main=OLD.replace("uses base", "uses base, more"))
    found = at_commit("main", Library((Path(), shared)), "HEAD")
    assert isinstance(found, Committed)
    assert [os.path.basename(path) for path in found.outside] == ["more.thesis"]


def test_nothing_is_written_and_no_filter_of_the_repository_runs(repo: Path) -> None:
    (repo / ".gitattributes").write_text("*.thesis filter=loud diff=loud\n", encoding="utf-8")
    commit(repo, "2026-03-05")
    for key in ("filter.loud.smudge", "diff.loud.textconv", "core.fsmonitor", "core.pager", "diff.external"):
        git(repo, "config", key, f"touch {repo}/ran; cat")
    before = {p: p.stat().st_mtime_ns for p in repo.rglob("*")}
    at("HEAD~1")
    assert {p: p.stat().st_mtime_ns for p in repo.rglob("*")} == before
