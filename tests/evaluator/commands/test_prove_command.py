"""`thesis prove`: exit status, what it says where it cannot run, what it prints."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from tests.support.command_line import RULES, call, program, refused

HOLE = 'rules hole "H"\ninput growth "G" : percent\nverdict v "V"\n  when growth > 20% then "A"\n  when growth < 10% then "B"\n'


def test_rules_without_a_hole_exit_0(here: Path) -> None:
    (here / "small.thesis").write_text(RULES, encoding="utf-8")
    ran = call("prove", "small")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "small: 2 tables, 2 conditions, 1 pillar; all proven\n"


def test_the_shipped_rules_are_proven() -> None:
    ran = call("prove", "alibaba", "ai_infrastructure")
    assert ran.status == 0
    assert ran.out.count("all proven, ") == 2
    assert ran.out.count("warning[P009]: bear `slow_conversion` and bull `earns_back` can never both hold") == 2
    assert "error[" not in ran.out


def test_findings_exit_1(here: Path) -> None:
    (here / "hole.thesis").write_text(HOLE, encoding="utf-8")
    ran = call("prove", "hole.thesis")
    assert ran.status == 1
    assert "error[P001]: verdict `v` has a gap" in ran.out
    assert 'expect v is not "A", v is not "B"' in ran.out
    assert ran.err == "`thesis check --explain P001` says more\n"
    page = call("check", "--explain", "P001").out
    assert page.startswith("P001 (error): a table has a gap: no row holds\n")
    assert call("check", "--explain", "error[p001]:").out == page


def test_rules_with_errors_are_not_proven(here: Path) -> None:
    (here / "wrong.thesis").write_text('rules wrong "W"\nmetric a = nothing\n', encoding="utf-8")
    refused(call("prove", "wrong.thesis"), 1, "there is no `nothing`")
    refused(call("prove", "none.thesis"), 2, "there is no such file")


@pytest.mark.parametrize("budget", ["0", "-1", "soon"])
def test_a_budget_that_is_none(budget: str) -> None:
    refused(call("prove", "alibaba", "--budget", budget), 2, "--budget")


def test_without_z3_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("evaluator.session.service.find_spec", lambda name: None if name == "z3" else real(name))
    refused(call("prove", "alibaba"), 2, "z3-solver", 'pip install "thesis-evaluator[prove]"')


def test_the_same_bytes_every_time(here: Path) -> None:
    """In two processes with other seeds for hashes."""
    (here / "hole.thesis").write_text(
        HOLE + 'verdict w "W"\n  when growth > 20% then "A"\n  otherwise "B"\n', encoding="utf-8"
    )
    one, two = (program("prove", "hole.thesis", "--format", "json", cwd=here, env={"PYTHONHASHSEED": s}) for s in "12")
    assert one == two
    assert json.loads(one.out)["files"][0]["findings"][0]["witness"]["given"] == ["growth = 20%"]


def test_a_day_chooses_the_params(here: Path) -> None:
    text = (
        'rules later "L"\ninput growth "G" : percent\nparam fast = 20%\n  from 2027-01-01 = 30%\n'
        'verdict v "V"\n  when growth >= fast then "A"\n  when growth < 20% then "B"\n'
    )
    (here / "later.thesis").write_text(text, encoding="utf-8")
    assert call("prove", "later.thesis", "--as-of", "2026-05-14").status == 0
    assert call("prove", "later.thesis", "--as-of", "2027-05-14").status == 1
    ran = call("prove", "later.thesis")
    assert ran.status == 1
    assert "(with the params in force on 2027-01-01)" in ran.out
