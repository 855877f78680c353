"""Examples from the solver's worlds, for what the search finds none: each is run before it is given."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from evaluator.examples.coverage import coverage
from evaluator.examples.running import run_linked
from evaluator.examples.suggest import suggest
from evaluator.examples.witnessed import witnessed
from evaluator.session.places import library
from tests.support.runs import checked

DAY = dt.date(2026, 5, 14)
RULES = """rules main "Main"
input a "A" : number at least 0
input b "B" : number at least 0
pillar p "P"
bull tight "Tight" on p
  applies when a + b > 99.5 and a + b < 99.7 and a - b > 40.1 and a - b < 40.3
  when a * b > 2076 and a * b < 2077
verdict call "The call"
  when a * b > 100 and a + b < 20.5 and a - b > 1 then "Narrow" bullish
  when a > 3 and a < 2 then "Never" bearish
  otherwise "Wide" neutral
"""


def test_what_figures_must_be_together_is_found_by_the_solver() -> None:
    pytest.importorskip("z3")
    rules, places = checked(RULES), library()
    assert rules.program is not None
    before = coverage(rules.program, run_linked(rules.program, DAY, places))
    searched = suggest(rules, before, DAY, places)
    left = [target for target, _ in searched.not_found]
    assert {(t.name, t.part, t.row) for t in left} >= {("call", "row", 1), ("call", "row", 2)}
    found = witnessed(rules, before, left, DAY, places, 5.0)
    reached = {target for each in found for target in each.covers}
    assert {t for t in left if t.row != 2} <= reached
    assert not [t for t in reached if t.row == 2]  # no world reaches it, and none is made up
    # each holds when it is run, and reaches what it says
    after = checked(RULES + "".join(each.text for each in found))
    assert after.program is not None
    runs = run_linked(after.program, DAY, places)
    assert all(ran.passed for ran in runs)
    assert reached <= coverage(after.program, runs).reached


def test_no_more_targets_are_asked_about_than_somebody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    rules = checked(RULES)
    assert rules.program is not None
    before = coverage(rules.program, ())
    monkeypatch.setattr("evaluator.examples.witnessed.MOST", 1)
    first = [t for t in before.targets if t.part == "row"]
    assert len(witnessed(rules, before, first, DAY, library(), 5.0)) == 1
    assert witnessed(rules, replace(before, targets=()), [], DAY, library(), 5.0) == []
