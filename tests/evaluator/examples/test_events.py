"""Kills in examples: an example is a world of its own, on no day and with no past, so that a kill has happened there if it
is true, whatever the day on which the examples are run."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.examples.running import run_examples
from tests.support.runs import checked

RULES = """
rules small "S" since 2026-01-01
input growth "Growth" : percent per quarter
input equity "Equity" : money per quarter balance
metric earned "Earned" : percent = growth / 2 meaningful when equity > 0
pillar demand "Is there demand?"
bull grows "Grows" on demand when growth > 10%
kill gone "It shrinks" by 2026-12-31 when growth < 0%
kill lost "Nothing is earned" when earned < 5%
verdict stance "Stance"
  when gone has happened then "Out" bearish
  when lost has not happened then "In" bullish
  otherwise "Watch" neutral
"""
SHRINKS = 'example "it shrinks" given growth = -1% expect gone has happened, stance is "Out" because gone'
GROWS = 'example "it grows" given growth = 20%, equity = 1 USD expect gone has not happened, lost has not happened, stance is "In"'
MEANS_NOTHING = 'example "no equity" given growth = 0%, equity = -1 USD expect lost has not happened'
UNKNOWN = 'example "unknown" given growth = unknown expect gone is unknown, stance is unknown'


@pytest.mark.parametrize("day", [dt.date(2025, 1, 1), dt.date(2026, 6, 1), dt.date(2027, 1, 1)], ids=str)
@pytest.mark.parametrize("example", [SHRINKS, GROWS, MEANS_NOTHING, UNKNOWN])
def test_a_kill_has_happened_in_an_example_where_it_is_true(example: str, day: dt.date) -> None:
    program = checked(f"{RULES}\n{example}\n").program
    assert program is not None
    (ran,) = run_examples(program, day)
    assert ran.passed, [(e.written, e.instead) for e in ran.output.expectations if e.holds != "true"]
