"""Events in examples: an example is a separate world, on no day and with no past, so that a kill has happened there if it
is true, and a catalyst is still to come, whatever the day on which the examples are run. By facts, what was so already when
the thesis began has not happened."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.engine.evaluation import Status
from evaluator.examples.running import run_examples
from evaluator.values.values import Words
from tests.support.runs import checked, company, quarters
from tests.support.runs import ran as run_on

RULES = """
rules small "S" since 2026-01-01
input growth "Growth" : percent per quarter
input equity "Equity" : money per quarter balance
metric earned "Earned" : percent = growth / 2 meaningful when equity > 0
pillar demand "Is there demand?"
bull grows "Grows" on demand when growth > 10%
kill gone "It shrinks" by 2026-12-31 when growth < 0%
kill lost "Nothing is earned" when earned < 5%
catalyst shown "It shows" on 2026-06-30 expects growth > 5%
verdict stance "Stance"
  when gone has happened then "Out" bearish
  when lost has not happened then "In" bullish
  otherwise "Watch" neutral
"""
SHRINKS = 'example "it shrinks" given growth = -1% expect gone has happened, stance is "Out" because gone'
GROWS = 'example "it grows" given growth = 20%, equity = 1 USD expect gone has not happened, lost has not happened, stance is "In"'
MEANS_NOTHING = 'example "no equity" given growth = 0%, equity = -1 USD expect lost has not happened'
TO_COME = 'example "a day" given growth = 20% expect shown is pending, not shown is met, shown is not missed'
UNKNOWN = 'example "unknown" given growth = unknown expect gone is unknown, stance is unknown'


@pytest.mark.parametrize("day", [dt.date(2025, 1, 1), dt.date(2026, 6, 1), dt.date(2027, 1, 1)], ids=str)
@pytest.mark.parametrize("example", [SHRINKS, GROWS, MEANS_NOTHING, TO_COME, UNKNOWN])
def test_a_kill_has_happened_in_an_example_where_it_is_true(example: str, day: dt.date) -> None:
    program = checked(f"{RULES}\n{example}\n").program
    assert program is not None
    (ran,) = run_examples(program, day)
    assert ran.passed, [(e.written, e.instead) for e in ran.output.expectations if e.holds != "true"]


@pytest.mark.parametrize(("growth", "status", "outcome"), [(-5, Status.ALREADY, "In"), (5, Status.HAPPENED, "Out")])
def test_what_was_so_already_when_the_thesis_began_has_not_happened_to_rules_either(
    growth: int, status: Status, outcome: str
) -> None:
    facts = quarters("growth", [f"{growth}%", f"{growth}%", "-5%"]) + quarters("equity", [1, 1, 1])
    found = run_on(RULES, company(facts, ends="12-31"), dt.date(2026, 5, 14)).evaluation
    assert found.events["gone"].status is status
    stance = found.of("stance")
    assert isinstance(stance, Words)
    assert stance.possible == (outcome,)
