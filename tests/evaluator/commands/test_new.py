"""`thesis new`: a thesis of each kind checks, passes its examples and runs; nothing that is there is overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.session.new_thesis import KINDS
from tests.support.command_line import call


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    return empty


@pytest.mark.parametrize("kind", KINDS)
def test_a_thesis_of_each_kind_checks_and_its_report_says_what_is_missing(kind: str, folder: Path) -> None:
    begun = call("new", kind, f"my_{kind}.thesis", "--for", "NEWCO")
    assert (begun.status, begun.out) == (0, f"my_{kind}.thesis\nfacts/NEWCO.yaml\n")
    assert "To do next" in begun.err
    checked = call("check", f"my_{kind}.thesis")
    assert (checked.status, checked.err) == (0, "")
    assert call("test", f"my_{kind}.thesis").status == 0
    report = call("report", f"my_{kind}.thesis")
    assert report.status == 0
    assert "Ranked by how much knowing each would narrow the verdicts" in report.out
    assert "(invented)" not in report.out
    text = (folder / f"my_{kind}.thesis").read_text("utf-8")
    assert "invented" not in text
    assert "for NEWCO" in text
    assert call("fmt", "--check", f"my_{kind}.thesis").status == 0


def test_what_is_there_stays(folder: Path) -> None:
    (folder / "mine.thesis").write_text("mine")
    refused = call("new", "bank", "mine.thesis", "--for", "NEWCO")
    assert (refused.status, refused.out) == (2, "")
    assert "the file is there already" in refused.err
    assert (folder / "mine.thesis").read_text() == "mine"
    assert not (folder / "facts").exists(), "nothing is half-written"


def test_facts_that_are_there_stay_and_are_named(folder: Path) -> None:
    assert call("new", "saas", "one.thesis", "--for", "NEWCO").status == 0
    facts = folder / "facts" / "NEWCO.yaml"
    facts.write_text(facts.read_text("utf-8").replace("name: NEWCO", "name: New Company"))
    again = call("new", "bank", "two.thesis", "--for", "NEWCO")
    assert (again.status, again.out) == (0, "two.thesis\n")
    assert "are there already, and stay" in again.err
    assert "New Company" in facts.read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("bnak", "x.thesis", "--for", "NEWCO"), "did you mean `bank`?"),
        (("software", "x.thesis", "--for", "NEWCO"), "did you mean `saas`?"),
        (("zzz", "x.thesis", "--for", "NEWCO"), "`company` fits any"),
        (("bank", "x.thesis", "--for", "new co"), "is no ticker"),
        (("bank", "x.thesis", "--for", "../up"), "is no ticker"),
        (("bank", "nowhere/x.thesis", "--for", "NEWCO"), "there is no folder nowhere"),
        (("bank", "x.thesis"), "--for"),
        (("bank",), "FILE"),
    ],
)
def test_wrong_use_writes_nothing(args: tuple[str, ...], said: str, folder: Path) -> None:
    found = call("new", *args)
    assert (found.status, found.out) == (2, "")
    assert said in found.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("9 lives.thesis", "my_9_lives"),
        ("input.thesis", "my_input"),
        ("plain", "plain"),
        ("Größe.thesis", "gr_e"),
        ("_.thesis", "thesis_of_mine"),
    ],
)
def test_the_thesis_is_named_after_its_file(file: str, name: str, folder: Path) -> None:
    found = call("new", "company", file, "--for", "NEWCO", "--format", "json")
    assert found.status == 0
    said = json.loads(found.out)
    assert said["written"] == [said["rules"], "facts/NEWCO.yaml"]
    assert f"thesis {name} " in Path(said["rules"]).read_text("utf-8")
    assert call("check", said["rules"]).status == 0


def test_what_is_expected_lies_ahead(folder: Path) -> None:
    import datetime as dt

    assert call("new", "bank", "b.thesis", "--for", "NEWCO").status == 0
    text = (folder / "b.thesis").read_text("utf-8")
    today = dt.date.today()
    assert f"since {today}" in text
    days = [dt.date.fromisoformat(word) for line in text.splitlines() if line.startswith(("catalyst", "kill"))
            for word in line.split() if word[:2] == "20" and word.count("-") == 2]  # fmt: skip
    assert days
    assert min(days) > today
