"""`thesis diff`: what is read out, what tools get, and what ends it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.conftest import Golden
from tests.paths import GOLDEN
from tests.support.command_line import RULES, call, refused


def write(here: Path, name: str, text: str) -> None:
    path = here / f"{name}.thesis"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_two_versions_of_one_file(here: Path, golden: Golden) -> None:
    write(here, "old/small", RULES)
    new = (
        re.sub(r"\benough\b(?!\")", "demanded", RULES)
        .replace("0pp then", "1pp then")
        .replace("margin < 5%", "margin < 4%")
    )
    new = new.replace('otherwise "Small"', 'when growth < 0% then "Shrinking" bearish\n  otherwise "Small"')
    new = new.replace('"Thin margin"', '"The margin is thin"').replace(
        "Growth is {growth}.", "Growth, at {growth}, is enough."
    )
    new = (
        new.replace("  when growing and not thin", "  # a word\n  when growing and not thin")
        + "kill over when growth < 0%\n"
    )
    write(here, "new/small", new)
    ran = call("diff", "old/small.thesis", "new/small.thesis")
    assert (ran.status, ran.err) == (1, "")
    golden(GOLDEN / "diff.txt", ran.out.replace("\\", "/"))
    found = json.loads(call("diff", "old/small.thesis", "new/small.thesis", "--format", "json").out)
    assert (found["same"], len(found["differences"])) == (
        False,
        ran.out.count("\n    old/") + ran.out.count("\n    new/"),
    )
    assert found["before"]["fingerprint"] != found["after"]["fingerprint"]


def test_the_same_rules(here: Path) -> None:
    write(here, "other/small", "# a comment\n" + RULES.replace(" : ", "  :  "))
    ran = call("diff", "other/small.thesis", "small")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"{Path('other', 'small.thesis')} → small.thesis: the same rules, ")
    assert ran.out.count("\n") == 1


def test_modules_come_from_the_library(here: Path) -> None:
    for place, least in (("one", "5%"), ("two", "6%")):
        write(here, f"{place}/shared", f'rules shared "S"\ninput g : percent\nkill k when g < {least}\n')
        write(here, f"{place}/user", 'rules user "U" uses shared\n')
    assert call("diff", "one/user.thesis", "two/user.thesis").status == 1  # each finds its neighbour
    write(here, "user", 'rules user "U" uses shared\n')
    ran = call("diff", "user", "two/user.thesis", "--library", "two")
    assert (ran.status, ran.err) == (0, "")


def test_what_ends_it(here: Path) -> None:
    write(here, "wrong", 'rules wrong "W"\nmetric a = nothing\n')
    refused(call("diff", "small", "wrong"), 2, "there is no `nothing`", "wrong.thesis:2:12")
    refused(call("diff", "small", "wrong", "--format", "json"), 2, "there is no `nothing`")
    refused(call("diff", "small", "smal"), 2, "did you mean `small`?")
    refused(call("diff", "none.thesis", "small"), 2, "there is no such file")
    refused(call("diff", "small"), 2, "Missing argument 'RULES_B'")
    refused(call("diff", "small", "small", "--library", "none"), 2, "this is not a folder")


KILLED = """rules small "Small" since 2025-01-01
input growth "Growth" : percent per quarter
kill slow "Slow" by 2026-12-31 when growth < 5%
kill faster "Fast" by 2026-12-31 when growth > 50%
catalyst results "Results" on 2025-06-30 expects growth >= 10%
"""
SLOW = """name: Example Company, which does not exist
ticker: EXMPL
currency: USD
fiscal_year_ends: 12-31
facts:
  growth:
    - {period: 2025-03-31, value: 4%, published: 2025-04-30, kind: reported, source: "Made up"}
    - {period: 2025-06-30, value: 12%, published: 2025-07-31, kind: reported, source: "Made up"}
"""


def test_another_beginning_is_a_difference_and_touches_every_event(here: Path) -> None:
    write(here, "old/small", KILLED)
    write(here, "new/small", KILLED.replace("2025-01-01", "2025-05-01"))
    write(here, "none/small", KILLED.replace(" since 2025-01-01", ""))
    for folder, now in (("new", "2025-05-01"), ("none", "nothing")):
        ran = call("diff", "old/small.thesis", f"{folder}/small.thesis")
        assert ran.status == 1
        assert f"since: 2025-01-01 → {now}" in ran.out
        assert "judged of slow, faster, results still is, name a company with --for" in ran.err


def test_what_lies_below_an_event_touches_it(here: Path) -> None:
    """A param, a metric: whoever edits them may take back what had happened."""
    below = KILLED.replace("< 5%", "< bar").replace("> 50%", "> high") + "param bar = 5%\nmetric high = 2 * growth\n"
    write(here, "old/small", below)
    for edit, events in (("bar = 5%", "slow"), ("2 * growth", "faster")):
        write(here, "new/small", below.replace(edit, edit.replace("5", "4").replace("2 *", "3 *")))
        assert (
            f"judged of {events} still is, name a company with --for"
            in call("diff", "old/small.thesis", "new/small.thesis").err
        )
    write(here, "new/small", below.replace('"Small"', '"Little"'))
    assert call("diff", "old/small.thesis", "new/small.thesis").err == ""


def test_an_edit_that_takes_back_what_had_been_judged_is_warned_of(here: Path) -> None:
    write(here, "old/small", KILLED)
    edited = KILLED.replace("growth < 5%", "growth < 3%").replace(">= 10%", ">= 15%").replace("faster", "fast")
    write(here, "new/small", edited)
    write(here, "gone/small", KILLED.replace('kill slow "Slow" by 2026-12-31 when growth < 5%\n', ""))
    (here / "EXMPL.yaml").write_text(SLOW, encoding="utf-8")
    about = ("--for", "EXMPL", "--facts", "EXMPL.yaml", "--as-of", "2025-09-30")
    ran = call("diff", "old/small.thesis", "new/small.thesis", *about)
    assert ran.status == 1
    assert ran.out.splitlines()[-2:] == [
        "  warning: kill slow (Slow): has happened on 2025-04-30 → watched",
        "  warning: catalyst results (Results): met on 2025-07-31 → missed on 2025-07-31",
    ]
    found = json.loads(call("diff", "old/small.thesis", "gone/small.thesis", *about, "--format", "json").out)
    assert [(e["name"], e["was_on"], e["now"]) for e in found["unmade"]] == [
        ("slow", "2025-04-30", "not asked any more")
    ]
    same = call("diff", "old/small.thesis", "old/small.thesis", *about)
    assert (same.status, "judged" in same.out) == (0, False)
    nobody = call("diff", "old/small.thesis", "new/small.thesis")
    assert "name a company with --for" in nobody.err
    assert "warning" not in nobody.out
