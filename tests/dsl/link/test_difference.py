"""The difference by meaning: each kind of part, rows aligned, renamed names, where each stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.difference import GROUPS, Difference, compare
from dsl.link.library import Library
from dsl.link.linked import Linked
from dsl.text.source import SourceFile
from tests.dsl.link.test_load import BASE, THESIS


def linked(text: str, path: str = "x.thesis") -> Linked:
    found = check_file(SourceFile(path, text), Library(()))
    assert found.errors == []
    return found.linked


def differences(before: str, after: str) -> tuple[Difference, ...]:
    return compare(linked(before, "old.thesis"), linked(after, "new.thesis"))


def told(before: str, after: str) -> list[tuple[str, str, str, str | None, str | None, str | None, str | None]]:
    return [(d.group, d.action, d.name, d.part, d.was, d.now, d.note) for d in differences(before, after)]


CHANGED = [
    ("= 10% source", "= 12% source", ("thresholds", "least", "value", "10%", "12%", "up by 2pp, or 20%")),
    ("House view", "Letter", ("thresholds", "least", "source", "House view", "Letter", None)),
    ("10% source", '10% from 2027-01-01 = 5% source',
     [("thresholds", "least", "source", "House view", "none named", None),
      ("thresholds", "least", "value from 2027-01-01", None, "5%", None)]),
    ("weight 3", "weight 4.5", ("conditions", "grows", "weight", "3", "4.5", "up by 50%")),
    (" weight 3", "", ("conditions", "grows", "weight", "3", "1", None)),
    (" critical", "", ("conditions", "grows", "critical", "yes", "no", None)),
    ("revenue > 0 ", "revenue > 5bn CNY ", ("conditions", "grows", "applies when", "revenue > 0", "revenue > 5bn CNY", None)),
    ("doubled > least", "doubled >= least", ("conditions", "grows", "when", "doubled > least", "doubled >= least", None)),
    ("< least / 2", "< least / 4", ("conditions", "slows", "when", "growth < least / 2", "growth < least / 4", "up by 100%")),
    ("It grew {growth}.", "Up {growth}.", ("words", "grows", "because", "It grew {growth}.", "Up {growth}.", None)),
    ('"It grows"', '"Growing"', ("words", "grows", "title", "It grows", "Growing", None)),
    ("bear slows", "bull slows", ("conditions", "slows", "kind", "bear", "bull", None)),
    ("between 0% and 100%", "between 0% and 90%",
     ("inputs", "growth", "bounds", "between 0% and 100%", "between 0% and 90%", "down by 10pp, or 10%")),
    ("stale after 120 days", "stale after 90 days", ("inputs", "growth", "stale after", "120 days", "90 days", None)),
    ("money per quarter\n", "money per quarter optional\n", ("inputs", "revenue", "optional", "no", "yes", None)),
    ("growth * 2 ", "growth * 3 ", ("formulas", "doubled", "value", "growth * 2", "growth * 3", "up by 50%")),
    ("tolerance 1pp", "tolerance 2pp", ("formulas", "doubled", "tolerance", "1pp", "2pp", "up by 1pp, or 100%")),
    ("for 3 years", "for 5 years", ("formulas", "path", "horizon", "3 years", "5 years", None)),
    ("previous * 1.1", "previous * 1.2", ("formulas", "path", "then", "previous * 1.1", "previous * 1.2", "up by 9.09%")),
    ("over 6 months", "over 1 year", ("tables", "call", "over", "6 months", "1 year", None)),
    ("probability 60%", "probability 50%", ("scenarios", "boom", "probability", "60%", "50%", "down by 10pp, or 16.7%")),
    ("assume growth = 40%", "assume growth = 45%", ("scenarios", "boom", "assume growth", "40%", "45%", "up by 5pp, or 12.5%")),
    ("normal(35%, 6pp)", "normal(35%, 7pp)",
     ("scenarios", "growth", "distribution", "normal(35%, 6pp)", "normal(35%, 7pp)", None)),
    ("on 2026-08-27", "on 2026-08-28", ("dates", "results", "day", "2026-08-27", "2026-08-28", None)),
    ("by 2027-06-30", "by 2027-07-30", ("dates", "over", "by", "2027-06-30", "2027-07-30", None)),
    ("given growth = 50%", "given growth = 60%", ("examples", "fast", "given growth", "50%", "60%", "up by 10pp, or 20%")),
    ("given growth = 50%", "given growth = 50%, revenue 1 year ago = 5bn CNY",
     ("examples", "fast", "given revenue 1 year ago", None, "5bn CNY", None)),
    ("expect grows is true", "expect grows is unknown",
     ("examples", "fast", "expect", "grows is true", "grows is unknown", None)),
    ('"fast"', '"quick"', ("words", "quick", "title", "fast", "quick", None)),
    ('"Is there demand?"', '"Is demand there?"', ("words", "demand", "title", "Is there demand?", "Is demand there?", None)),
    ("rules base", "rules bass", ("header", "bass", "name", "base", "bass", None)),
    ("  asks", "  show growth\n  asks", ("words", "base", "show", None, "growth", None)),
    ("Does it grow?", "Does it?", ("words", "base", "asks", "Does it grow?", "Does it?", None)),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CHANGED)
def test_each_part(old: str, new: str, expected: object) -> None:
    assert BASE.count(old) == 1
    found = told(BASE, BASE.replace(old, new))
    wanted = expected if isinstance(expected, list) else [expected]
    assert [(g, n, p, w, o, note) for g, _, n, p, w, o, note in found] == wanted
    assert {d.action for d in differences(BASE, BASE.replace(old, new))} == {"changed"}
    back = told(BASE.replace(old, new), BASE)
    assert [(g, p, o, w) for g, _, _, p, w, o, _ in back] == [(g, p, w, o) for g, _, p, w, o, _ in wanted]


def test_comments_layout_and_order_never_show() -> None:
    head, *rest = BASE.replace("param", "\nparam").split("\n\n")
    spread = head + "\n# word\n" + "\n\n# more\n".join(reversed(rest)).replace(" on ", "\n  on ")
    assert linked(spread).entries.keys() == linked(BASE).entries.keys()
    assert told(BASE, spread) == []


def test_added_removed_and_where() -> None:
    line = "kill late when growth < 2%\n"
    (added,) = differences(BASE, BASE + line)
    assert (added.group, added.action, added.now, added.before) == ("dates", "added", line.strip(), None)
    assert str(added.after) == f"new.thesis:{BASE.count(chr(10)) + 1}:6"
    (removed,) = differences(BASE + line, BASE)
    assert (removed.action, removed.was, removed.after) == ("removed", line.strip(), None)
    (changed,) = differences(BASE, BASE.replace("weight 3", "weight 4"))
    assert (str(changed.before), str(changed.after)) == ("old.thesis:11:40", "new.thesis:11:40")


def test_renamed_names_are_followed_wherever_they_stand() -> None:
    clean = BASE.replace("doubled", "twice").replace("least", "minimum")
    assert [(a, w, n) for _, a, _, _, w, n, _ in told(BASE, clean)] == [
        ("renamed", "least", "minimum"), ("renamed", "doubled", "twice"),
    ]  # fmt: skip


def test_two_that_could_be_meant_are_not_taken_for_renamed() -> None:
    old = 'rules x "X"\ninput a : percent\ninput b : percent\nkill k when a > b\n'
    new = 'rules x "X"\ninput c : percent\ninput d : percent\nkill k when c > d\n'
    assert {a for _, a, *_ in told(old, new)} == {"added", "removed", "changed"}


ROWS = [
    'when a > 1% then "One" bullish',
    'when a > 2% then "Two" bearish',
    'when a > 3% then "Three"',
    'otherwise "Four"',
]


def table(*rows: str) -> str:
    return 'rules x "X"\ninput a : percent\nverdict v "V"\n  ' + "\n  ".join(rows) + "\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([ROWS[1], ROWS[0], *ROWS[2:]], [("moved", 'row "Two"', "row 2", "row 1")]),
        ([ROWS[2], ROWS[0], ROWS[1], ROWS[3]], [("moved", 'row "Three"', "row 3", "row 1")]),
        ([ROWS[0], *ROWS[2:]], [("removed", "row 2", ROWS[1], None)]),
        ([*ROWS[:1], 'when a > 9% then "New"', *ROWS[1:]], [("added", "row 2", None, 'when a > 9% then "New"')]),
        ([*ROWS[:3], 'otherwise "Five"'], [("changed", "row 4, outcome", '"Four"', '"Five"')]),
        ([ROWS[0].replace("1%", "5%"), *ROWS[1:]], [("changed", 'row 1 "One", when', "a > 1%", "a > 5%")]),
        ([ROWS[0].replace("bullish", "bearish"), *ROWS[1:]], [("changed", 'row 1 "One", tone', "bullish", "bearish")]),
        ([f'{ROWS[0]} because "So."', *ROWS[1:]], [("changed", 'row 1 "One", because', "nothing", "So.")]),
        (ROWS[:3], [("removed", "row 4", ROWS[3], None)]),
        ([ROWS[1].replace("2%", "7%"), *ROWS[2:]],
         [("changed", 'row 1 "Two", when', "a > 2%", "a > 7%"), ("removed", "row 1", ROWS[0], None)]),
    ],
)  # fmt: skip
def test_rows_are_aligned_by_what_they_say(rows: list[str], expected: list[tuple[str, ...]]) -> None:
    found = [(d.action, d.part, d.was, d.now) for d in differences(table(*ROWS), table(*rows))]
    assert sorted(found) == sorted(expected)


def test_what_is_linked_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.thesis").write_text(BASE, "utf-8")
    before, after = THESIS, f"{THESIS} with least = 20%\noverride bull grows weight 5\ndrop lonely\n"
    found = differences(before, after)
    assert [(d.group, d.action, d.name, d.part, d.was, d.now) for d in found] == [
        ("thresholds", "changed", "least", "value", "10%", "20%"),
        ("thresholds", "changed", "least", "source", "House view", "none named"),
        ("conditions", "changed", "grows", "weight", "3", "5"),
        ("formulas", "removed", "lonely", None, 'metric lonely "Used by nothing but this" = growth / 2', None),
    ]
    assert (str(found[0].before), str(found[0].after)) == ("base.thesis:6:28", "new.thesis:1:42")


def test_groups_stand_in_their_order_with_words_last() -> None:
    new = (
        BASE.replace('"It grows"', '"Growing"').replace("weight 3", "weight 4").replace("= 10% source", "= 11% source")
    )
    groups = [d.group for d in differences(BASE, new)]
    assert groups == ["thresholds", "conditions", "words"]
    assert list(GROUPS)[-1] == "words"
