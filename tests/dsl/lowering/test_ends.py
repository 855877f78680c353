"""The ends of what is allowed belong to it, or not: probabilities, bounds, weights, lengths, each just inside and just outside."""

from __future__ import annotations

import pytest

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.text.source import SourceFile

HEAD = """rules ends "Ends"
input growth "Growth" : percent per quarter
pillar demand "Does demand grow?"
"""
USED = 'bull fast "Fast" on demand when growth > 20%\nbear slow "Slow" on demand when growth < 1%\n'


def codes(line: str) -> list[str]:
    """The errors of a line in a small rule file."""
    return [d.code for d in check_file(SourceFile("ends.thesis", f"{HEAD}{USED}{line}\n"), Library(())).errors]


@pytest.mark.parametrize(
    ("line", "inside", "outside", "code"),
    [
        ("scenario s probability {} assume growth = 5%", ("0%", "0.5%", "100%"), ("100.5%", "-1%", "1", "0.5"), "T043"),
        ("bull more on demand weight {} when growth > 5%", ("0.001", "1", "9"), ("0", "-0.001", "5%"), "T042"),
        ("input share : percent between {}", ("5% and 5%", "0% and 1%"), ("5% and 4.9%", "1% and 0%"), "T058"),
        ("input share : percent {}", ("at least 5% at most 5%", "above 4% below 5%"), ("above 5% below 5%",), "T058"),
        ("input share : percent {}", (), ("above 5% at most 5%", "at least 5% below 5%", "at least 5% at most 4%"), "T058"),
        ("forecast f for {} starts growth then previous", ("1 year", "100 years"), ("0 years", "101 years"), "T066"),
    ],
    ids=lambda x: x if isinstance(x, str) else None,
)  # fmt: skip
def test_ends(line: str, inside: tuple[str, ...], outside: tuple[str, ...], code: str) -> None:
    assert {given: codes(line.format(given)) for given in inside} == {given: [] for given in inside}
    assert {given: codes(line.format(given)) for given in outside} == {given: [code] for given in outside}


def test_probabilities_add_up_to_a_hundred_percent_and_no_more() -> None:
    two = "scenario a probability 60% assume growth = 5%\nscenario b probability {} assume growth = 1%"
    assert codes(two.format("40%")) == []
    assert codes(two.format("40.1%")) == ["T044"]
