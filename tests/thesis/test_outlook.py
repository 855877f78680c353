"""What would change judgements and what changed them, from Python: as the commands say it."""

from __future__ import annotations

import datetime as dt
import pickle
import shutil
from pathlib import Path

import pytest

import thesis
from tests.support.command_line import FACTS, RULES, call
from tests.support.repository import commit
from thesis import ThesisError

DAY, SINCE = "2026-05-14", "2026-05-11"


@pytest.fixture(scope="module")
def run() -> thesis.Run:
    return thesis.evaluate("alibaba", "BABA", as_of=DAY)


def test_history_is_that_of_the_command(run: thesis.Run) -> None:
    found = run.history(SINCE)
    assert found.json() == call("history", "alibaba", "--from", SINCE, "--to", DAY, "--format", "json").out
    frame = found.to_polars()
    assert set(frame["day"]) == {p.day for p in found.model.tracks[0].points}
    assert "on 1 something turned" in repr(found)


def test_changes_are_those_of_the_command(run: thesis.Run) -> None:
    found = run.changes(dt.date(2026, 5, 11))
    assert found.json() == call("changes", "alibaba", "--from", SINCE, "--to", DAY, "--format", "json").out
    assert found.to_polars().height == len(found.model.turned) > 0
    assert found.text + "\n" == call("changes", "alibaba", "--from", SINCE, "--to", DAY).out


def test_earlier_rules_as_an_object(run: thesis.Run) -> None:
    text = thesis.load("alibaba").text.replace('"Best setup"', '"The best setup"')
    found = run.changes(SINCE, rules_before=thesis.load(text))
    assert (found.model.edits, found.model.rules_before) == ([], "the rules of <text>")
    with pytest.raises(ThesisError, match="keep one of them"):
        run.changes(SINCE, rules_before="alibaba", rules_as_of="HEAD")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_rules_of_a_commit(tmp_path: Path) -> None:
    strict = RULES.replace('"Growth that is enough" = 10%', '"Growth that is enough" = 15%').replace(
        "rules small", "rules strict"
    )
    commit(tmp_path, "2026-01-05", strict=strict)
    commit(tmp_path, "2026-02-05", strict=strict.replace("15%", "11%"))
    (tmp_path / "ACME.yaml").write_text(FACTS, encoding="utf-8")
    run = thesis.evaluate(tmp_path / "strict.thesis", tmp_path / "ACME.yaml", as_of=DAY)
    assert [t.rules[:23] for t in run.history(SINCE, rules_as_of="HEAD~1").model.tracks] == [
        "today's rules",
        "the rules of 2026-01-05",
    ]
    assert [e.was for e in run.changes(SINCE, rules_as_of="2026-01-31").model.edits] == ["15%"]
    with pytest.raises(ThesisError, match="there is no commit"):
        run.history(SINCE, rules_as_of="no/such")


def test_worlds_are_those_of_the_command(run: thesis.Run) -> None:
    found = run.worlds("setup", grid=["cloud_growth=10%..50%:5", "net_margin=0%..9%:2"])
    words = ("--show", "setup", "--grid", "cloud_growth=10%..50%:5", "--grid", "net_margin=0%..9%:2")
    assert found.json() == call("scenarios", "alibaba", "--as-of", DAY, *words, "--format", "json").out
    assert found.to_polars().height == 10
    assert set(run.worlds().to_polars()["world"]) == {"", *run.scenarios}


def test_a_goal_is_sought_as_the_command_does(run: thesis.Run) -> None:
    found = run.seek("cloud_path = 300bn CNY", "cloud_growth")
    words = ("seek", "alibaba", "cloud_path = 300bn CNY", "by", "cloud_growth", "--as-of", DAY, "--format", "json")
    assert found.json() == call(*words).out
    assert found.to_polars()["setting"].to_list() == [r.setting for r in found.model.reached]


def test_draws_are_those_of_the_command(run: thesis.Run) -> None:
    found = run.simulate("net_margin", draws=512, seed=7)
    words = ("--of", "net_margin", "--draws", "512", "--seed", "7")
    about = ("simulate", "alibaba", "--as-of", DAY, *words)
    assert found.json() == call(*about, "--format", "json").out
    assert found.csv() == call(*about, "--format", "csv").out
    assert found == run.simulate("net_margin", draws=512, seed=7)
    assert found != run.simulate("net_margin", draws=512, seed=8)
    frame = found.to_polars()
    assert frame.filter(kind="outcome", name="setup")["value"].sum() == pytest.approx(1)
    assert frame.filter(kind="quantile", name="net_margin")["value"].is_sorted()
    assert repr(found).startswith("<512 draws; ")
    assert pickle.loads(pickle.dumps(found)) == found


def test_what_moves_it_is_that_of_the_command(run: thesis.Run) -> None:
    found = run.sensitivity(by="20%")
    about = ("sensitivity", "alibaba", "--as-of", DAY, "--by", "20%")
    assert found.json() == call(*about, "--format", "json").out
    assert found.svg().startswith("<svg ")
    assert found.markdown().startswith("# ")
    frame = found.to_polars()
    assert frame.height == sum(len(t.bars) for t in found.model.tornados) > 0
    assert set(run.sensitivity("net_margin").to_polars()["figure"]) == {"net_margin"}
    assert "Score most by Cloud growth" in repr(found)


def test_without_scipy_python_says_how_to_install_it(run: thesis.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluator.session.service.find_spec", lambda name: None)
    with pytest.raises(ThesisError, match="need the package scipy"):
        run.simulate()
    assert "## How likely each verdict is" in run.report("simulate").markdown()


def test_settings_go_along(run: thesis.Run) -> None:
    set_by_hand = run.what_if(forward_pe="20x")
    words = ("--set", "forward_pe=20x", "--format", "json")
    assert set_by_hand.history(SINCE).json() == call("history", "alibaba", "--from", SINCE, "--to", DAY, *words).out
    assert set_by_hand.worlds().json() == call("scenarios", "alibaba", "--as-of", DAY, *words).out


def test_a_report_with_sections(run: thesis.Run) -> None:
    found = run.report("flip", since=SINCE)
    assert (
        found.json()
        == call("report", "alibaba", "--as-of", DAY, "--with", "flip", "--since", SINCE, "--format", "json").out
    )
    assert '<section id="changes"' in found.html()
    assert "## What changed" in found.markdown()
    assert "<section" not in run.report().markdown()


def test_what_cannot_be_meant_is_refused(run: thesis.Run) -> None:
    for wrong, words in (
        (lambda: run.history("2027-01-01"), "comes after"),
        (lambda: run.changes(DAY), "does not come before"),
        (lambda: run.worlds("no_such"), "no_such"),
        (lambda: run.worlds(grid="x"), "does not say what to vary"),
        (lambda: run.seek("cloud_path", "x"), "says no value"),
        (lambda: run.seek("cloud_path = 1bn CNY", "no_such"), "no_such"),
        (lambda: run.seek("cloud_path = 1bn CNY", "forward_pe"), "does not rest on"),
        (lambda: run.report("no_such"), "there is no section"),
        (lambda: run.simulate("no_such"), "no_such"),
        (lambda: run.simulate(draws=0), "no whole number of 1 or more"),
        (lambda: run.simulate(draws=True), "no whole number"),
        (lambda: run.simulate(seed=-1), "no whole number of 0 or more"),
        (lambda: run.simulate(draws="512"), "no whole number"),  # type: ignore[arg-type]
        (lambda: run.simulate(method="halton"), "no method 'halton'"),
        (lambda: run.what_if(cloud_growth="38%", net_margin="1%").simulate(), "set by hand"),
        (lambda: run.sensitivity(by="0%"), "no percent above 0%"),
        (lambda: run.sensitivity(by=0.1), "no percent above 0%"),  # type: ignore[arg-type]
        (lambda: run.sensitivity("setup"), "no figure of these rules"),
    ):
        with pytest.raises(ThesisError, match=words):
            wrong()


def test_they_are_saved_and_shown(run: thesis.Run, tmp_path: Path) -> None:
    found = run.worlds(grid="cloud_growth=10%..50%:3")
    for ending, begins in (("html", "<!DOCTYPE"), ("md", "# "), ("csv", "kind,"), ("json", "{")):
        assert found.save(tmp_path / f"a.{ending}").read_text("utf-8").startswith(begins)
    with pytest.raises(ThesisError):
        found.save(tmp_path / "a.xlsx")
    assert "<pre>" in found._repr_html_()
    assert pickle.loads(pickle.dumps(found)) == found
    assert pickle.loads(pickle.dumps(run)) == run
