"""What an editor changes changes no figure: an expression made a metric, a figure made a param, a name made another name.

The rules hold what could go wrong: operators that bind differently, figures after a sign, `=` with its tolerance, calls that look
back, a value that is chosen, a table, texts with figures and texts with words that are names.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.ide.actions import EXTRACT, actions
from dsl.ide.renaming import Renamed, rename
from dsl.ide.view import View
from dsl.program import program as p
from dsl.text.edits import applied
from dsl.workspace.workspace import Workspace
from evaluator.editing.values import names
from evaluator.facts.model import Company
from tests.support.runs import company, fact, quarters, ran

FILE = Path("/rules/tricky.thesis")
RULES = """thesis tricky "revenue and margin"
  for AAA

input revenue "Revenue" : money per quarter
input costs   "Costs, of revenue"   : money per quarter
input price   "Price"   : money per day
input users   "Users"   : count per quarter
input share   "Share"   : percent per quarter

param floor "Floor" = 10%
  from 2026-01-01 = 12%

metric margin "Margin" = (revenue - costs) / revenue meaningful when revenue > 0
metric twice  "Twice"  = revenue * 2 - costs - costs * (1 - 30%)
metric powers "Powers" = (1 + 5%) ^ 3 - 2 ^ 3 / 100
metric below  "Below"  = -5% + margin - (margin - 2pp)
metric before "Before" = lag(revenue - costs, 2)
metric chosen "Chosen" = if margin > 20% then revenue - costs else costs

pillar ground "margin?"
bull thick "margin is thick" on ground
  when margin = 38.5% or share = 12%
  because "The margin is {margin * 2}, and revenue {revenue - costs}."  # margin of revenue
bull used "Used" on ground
  when users >= 1000 and not margin - 1pp < floor
bear thin "Thin" on ground weight 2
  when yoy(revenue) < -5% for 2 quarters or price < 1.5 * 60 CNY

verdict view "View" over 1 year
  when ground is supported and margin - 1pp > floor then "Good" bullish
  when thin                                         then "Bad"  bearish
  otherwise "Open"
"""


def about() -> Company:
    blocks = (
        quarters("revenue", ["100m", "110m", "121.4m", "130m", "138m", "150m", "160m", "175m"]),
        quarters("costs", ["60m", "66m", "71m", "80m", "85m", "92m", "99m", "107.6m"]),
        quarters("users", [900, 1000, 1100, 1200, 1300, 1400, 1500, 1600]),
        quarters("share", ["10%", "11%", "12%", "12%", "12%", "12%", "12%", "12.04%"]),
        "  price:\n" + fact("2026-05-13", "89 CNY", "2026-05-13"),
    )
    return company("".join(blocks))


def figures(text: str) -> dict[str, tuple[str, str]]:
    """What each name comes to, and was."""
    return {name: (known.text, known.trend) for name, known in names(ran(text, about())).items()}


def seen(text: str) -> View:
    workspace = Workspace()
    workspace.open(FILE, text)
    return View(workspace.snapshot(), FILE)


def test_what_is_extracted_has_the_value_that_stood_there() -> None:
    view, before = seen(RULES), figures(RULES)
    program = view.program
    wholes = [*(e for name in program.order for e in program.expressions(name)), *program.beside]
    places = {(node.span.start, node.span.end) for whole in wholes for node in p.walk(whole)}
    changed = {
        applied(view.source, found.edits).text for place in places for found in actions(view, *place, (EXTRACT,))
    }
    assert len(changed) >= 45
    for text in changed:
        after = figures(text)
        assert {name: after[name] for name in before} == before, text


def quoted(text: str) -> list[str]:
    """Texts and comments as they are written, without the figures in braces."""
    return [re.sub(r"\{[^}]*\}", "{}", found) for found in re.findall(r'"[^"\n]*"|#[^\n]*', text)]


@pytest.mark.parametrize("name", ["floor", "margin", "twice", "before", "chosen", "ground", "thick", "thin", "view"])
def test_another_name_has_the_value_of_the_old_one(name: str) -> None:
    view, before = seen(RULES), figures(RULES)
    declared = view.declared(name)
    assert declared is not None
    found = rename(view, declared.span.start, "another")
    assert isinstance(found, Renamed)
    text = applied(view.source, found.edits).text
    assert quoted(text) == quoted(RULES)
    assert {("another" if old == name else old): value for old, value in before.items()} == figures(text)
