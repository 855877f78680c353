"""What is offered at a place beside mends: when a ratio means something, examples, and layout when a new line is begun."""

from __future__ import annotations

import pytest

from dsl.ide.actions import REWRITE, actions
from dsl.ide.formatting import formatted, formatted_typed
from dsl.ide.hints import Command
from dsl.text.edits import applied
from tests.paths import RULES
from tests.support.editing import SMALL, looked_at

RATIOS = """input debt "Debt" : money balance
input price "Price" : money per share per day above 0
"""


@pytest.mark.parametrize(
    ("metric", "clause"),
    [
        ("m = revenue / debt", "meaningful when debt > 0"),
        ("m = revenue / debt # a comment", "meaningful when debt > 0"),
        ("m = revenue / (debt - revenue) / 2 + revenue / debt", "meaningful when (debt - revenue) > 0 and debt > 0"),
        ("m =\n  revenue\n  / ttm(\n    revenue)", "meaningful when ttm( revenue) > 0"),
        ("m = revenue / 2", None),
        ("m = latest(price) / price", None),
        ("m = revenue / debt meaningful when debt > 1bn CNY", None),
        ("m = revenue / ", None),
    ],
)
def test_a_ratio_is_made_to_say_when_it_means_something(metric: str, clause: str | None) -> None:
    view = looked_at(f"{SMALL}{RATIOS}metric {metric}\n").view
    at = view.text.index(f"metric {metric}")
    found = [a for a in actions(view, at, at, (REWRITE,)) if a.edits]
    assert [a.title.rpartition("`")[0].partition("`")[2] for a in found] == ([clause] if clause else [])
    for action in found:
        after = looked_at(applied(view.source, action.edits).text).view
        assert len(after.checked.errors) <= len(view.checked.errors)
        assert after.program.metrics["m"].meaningful is not None
        assert not [a for a in actions(after, at, at, (REWRITE,)) if a.edits]


def test_examples_are_offered_for_what_can_be_reached() -> None:
    view = looked_at(SMALL).view
    asked = {}
    for word in ("bull grows", "verdict call", "metric growth", "input revenue", "kill stops"):
        at = view.text.index(word)
        asked[word] = [(a.command, a.arguments) for a in actions(view, at, at) if a.command]
    assert asked == {
        "bull grows": [(Command.EXAMPLES, ("grows",))], "verdict call": [(Command.EXAMPLES, ("call",))],
        "metric growth": [], "input revenue": [], "kill stops": [],
    }  # fmt: skip
    broken = looked_at(SMALL.replace("yoy(revenue)", "yoy(revenu)")).view
    at = broken.text.index("bull grows")
    assert not [a for a in actions(broken, at, at) if a.command]  # rules with errors are not run


WIDE = SMALL.replace("metric growth", "metric   growth").replace("  when growth >", "     when   growth >")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('metric   growth "Growth" = yoy(revenue)\n‸', 'metric growth "Growth" = yoy(revenue)\n'),
        ('metric   growth "Growth" = yoy(revenue)\n   ‸', 'metric growth "Growth" = yoy(revenue)\n   '),
        ('metric   growth "Growth" = yoy(revenue)‸\n', None),  # not begun yet: the line before is what ends
        ('metric   growth "Growth" = \n‸', None),  # half typed
        ("‸metric   growth = 1%\n", None),
        ("\n\n‸", None),
    ],
)
def test_a_declaration_is_laid_out_when_a_line_is_begun_behind_it(text: str, after: str | None) -> None:
    marked = looked_at('rules r "R"\ninput revenue "Revenue" : money per quarter\n\n' + text)
    edits = formatted_typed(marked.view, marked.at)
    made = applied(marked.view.source, edits).text
    assert made.partition("quarter\n\n")[2] == (text.replace("‸", "") if after is None else after)


def test_what_stands_behind_a_new_line_is_left() -> None:
    """The line that is begun, and what follows it, are nobody's business while somebody types there."""
    text = WIDE.replace("pillar demand", "‸\n# why\npillar   demand")
    marked = looked_at(text)
    made = applied(marked.view.source, formatted_typed(marked.view, marked.at)).text
    assert made == text.replace("‸", "").replace("metric   growth", "metric growth")
    text = WIDE.replace("  because", "‸\n  because")
    marked = looked_at(text)
    made = applied(marked.view.source, formatted_typed(marked.view, marked.at)).text
    assert made == text.replace("‸", "")  # the condition goes on where the place is


@pytest.mark.parametrize("name", ["ai_infrastructure", "disclosures"])
def test_what_is_laid_out_stays_when_a_line_is_begun_behind_it(name: str) -> None:
    """Whatever stands in columns with others is laid out as in its whole file."""
    view = looked_at((RULES / f"{name}.thesis").read_text("utf-8")).view
    assert not formatted(view)
    for declared in view.own():
        assert formatted_typed(view, min(declared.span.end + 1, len(view.text))) == (), declared.name.name
