"""What is given beside the rules: --set, --as-of, --for, --facts, --library."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import DAY, FACTS, HEAD, RULES, Ran, call, refused

ACME = ("report", "small", "--for", "ACME")


def report(*args: str) -> dict[str, Any]:
    ran = call(*ACME, *DAY, "--format", "json", *args)
    assert ran.status == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def outcome(found: dict[str, Any], name: str = "call") -> list[str]:
    return next(v["outcomes"] for v in found["verdicts"] if v["name"] == name)


# --- --set ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([], ["Buy"]),
        (["enough=12%"], ["Wait"]),
        (["enough = 11.9%"], ["Buy"]),
        (["growth=5%"], ["Wait"]),
        (["growth=unknown"], ["Buy", "Wait"]),
        (["margin=1%", "growth=90%"], ["Wait"]),
        (["margin=1%, growth=90%"], ["Wait"]),
        (["enough=-5pp + 20%"], ["Wait"]),
    ],
)
def test_a_setting_stands_in_place_of_fact_and_threshold(settings: list[str], expected: list[str]) -> None:
    assert outcome(report(*(word for s in settings for word in ("--set", s)))) == expected


def test_a_metric_can_be_set_and_the_report_says_so() -> None:
    found = report("--set", "room=-1pp", "--set", "sales=2bn CNY")
    assert outcome(found, "sizing") == ["Small"]
    assert {(a["name"], a["value"]["text"]) for a in found["settings"]} == {("room", "−1pp"), ("sales", "2bn CNY")}
    assert outcome(report("--set", "sales=2bn CNY"), "sizing") == ["Large"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["growht=5%"], ("there is no `growht`", "did you mean `growth`?", "--set:1:1")),
        (["growth=5bn"], ("`growth` is a percent, but this value is a number", "`--set growth=38%`", "--set:1:8")),
        (["sales=5"], ("`sales` is money per quarter", "`--set 'sales=10bn CNY'`")),
        (["growth=true"], ("`growth` is a percent", "true or false")),
        (["call=Buy"], ("`call` is a verdict; only inputs, params, metrics and forecasts can be set",)),
        (["growing=true"], ("`growing` is a bull", "set the figures it depends on")),
        (["growth=5%", "growth=6%"], ("`growth` is set twice here",)),
        (["growth=5%, growth=6%"], ("`growth` is set twice here",)),
        (["growth"], ("`growth` does not say what to set", "NAME=VALUE")),
        (["growth="], ("`growth=` does not say what to set", "NAME=VALUE")),
        (["=5%"], ("`=5%` does not say what to set",)),
        ([""], ("`` does not say what to set",)),
        (["growth=5% +"], ("the text ends in the middle of the setting", "a figure")),
        (["growth=(5%"], ("the text ends in the middle of the setting", "`)`")),
        (["growth=5%)"], ("should stand here, not `)`", "--set:1:10")),
        (["growth=margin"], ("a setting must be a constant, and `margin` is an input",)),
        (["growth=1e999"], ("error[",)),
        (["growth=" + "(" * 5000], ("nested more than",)),
        (["growht=5%", "margin=5bn"], ("`growht`", "`margin`", "2 errors")),
    ],
)
@pytest.mark.parametrize("command", ["report", "explain"])
def test_a_wrong_setting_is_wrong_use(command: str, settings: list[str], words: tuple[str, ...]) -> None:
    name = ("call",) if command == "explain" else ()
    typed = [word for s in settings for word in ("--set", s)]
    ran = call(command, "small", *name, "--for", "ACME", *DAY, *typed)
    refused(ran, 2, *words)
    assert "the file" not in ran.err  # nobody wrote one


# --- --as-of --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-30", "there is no day 2026-02-30 in the calendar"),
        ("tomorrow", "`tomorrow` is not a day; write it as YYYY-MM-DD"),
        ("20260514", "`20260514` is not a day"),
        ("2026-W20-4", "`2026-W20-4` is not a day"),
        ("2026-5-4", "`2026-5-4` is not a day"),
        ("14.05.2026", "`14.05.2026` is not a day"),
        ("٢٠٢٦-٠٥-١٤", "is not a day"),
        ("", "`` is not a day"),
    ],
)
@pytest.mark.parametrize("typed", [ACME, ("explain", "small", "call", "--for", "ACME"), ("test", "small")])
def test_a_bad_day(typed: tuple[str, ...], day: str, words: str) -> None:
    refused(call(*typed, "--as-of", day), 2, words, "'--as-of'")


def test_without_a_day_it_is_today_and_says_so() -> None:
    ran = call(*ACME, "--format", "json")
    today = dt.date.today().isoformat()
    assert json.loads(ran.out)["as_of"] == today
    assert f"as of {today} (today); name another day with --as-of" in ran.err
    assert "today" not in call(*ACME, *DAY).err


def test_nothing_published_later_is_known() -> None:
    before = call(*ACME, "--as-of", "2026-05-12", "--format", "json")
    assert outcome(json.loads(before.out)) == ["Buy", "Wait"]
    assert json.loads(before.out)["facts"] == []


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_ends_of_the_calendar(day: str) -> None:
    assert call(*ACME, "--as-of", day).status == 0


# --- --for, --facts, --library --------------------------------------------------------------------


def test_the_company() -> None:
    refused(call("report", "small", *DAY), 2, "say which with --for TICKER", "ACME")
    refused(call("report", "small", "--for", "ACEM", *DAY), 2, "no facts about ACEM", "did you mean `ACME`?")
    refused(call("report", "small", "--for", "QQQ", *DAY), 2, "no facts about QQQ", "--facts")
    refused(call("report", "small", "--for", " ", *DAY), 2, "Invalid value for '--for': it is empty")


def test_a_thesis_on_another_company(here: Path) -> None:
    (here / "own.thesis").write_text('thesis own "Own" for ACME uses small\n', encoding="utf-8")
    (here / "facts" / "OTHR.yaml").write_text(FACTS.replace("ACME", "OTHR").replace("12%", "2%"), encoding="utf-8")
    own = call("report", "own", *DAY, "--format", "json")
    other = call("report", "own", "--for", "OTHR", *DAY, "--format", "json")
    assert outcome(json.loads(own.out)) == ["Buy"]
    assert outcome(json.loads(other.out)) == ["Wait"]
    assert json.loads(other.out)["company"]["ticker"] == "OTHR"


def test_facts_by_file_and_by_folder(here: Path) -> None:
    other = here / "other place"
    other.mkdir()
    (other / "ACME.yaml").write_text(FACTS.replace("12%", "2%"), encoding="utf-8")
    for given in ("other place", "other place/ACME.yaml", str(other / "ACME.yaml")):
        assert outcome(report("--facts", given)) == ["Wait"]
    alone = call("report", "small", *DAY, "--facts", "other place/ACME.yaml", "--format", "json")
    assert outcome(json.loads(alone.out)) == ["Wait"]


def test_facts_that_are_not_there_or_on_another_company(here: Path) -> None:
    (here / "facts" / "OTHR.yaml").write_text(FACTS, encoding="utf-8")
    refused(call("report", "small", "--for", "OTHR", *DAY), 2, "the facts are about ACME, not OTHR", "OTHR.yaml")
    refused(call(*ACME, *DAY, "--facts", "no.yaml"), 2, "there is no such file", "no.yaml")
    (here / "empty").mkdir()
    refused(call(*ACME, *DAY, "--facts", "empty"), 2, "there are no facts about ACME in this folder", "ACME.yaml")


def test_facts_without_one_fact_leave_every_outcome_open(here: Path) -> None:
    (here / "none.yaml").write_text(HEAD.replace("facts:", "facts: {}"), encoding="utf-8")
    assert outcome(report("--facts", "none.yaml")) == ["Buy", "Wait"]


def modules(here: Path, *args: str) -> Ran:
    (here / "user.thesis").write_text('thesis user "User" for ACME uses shared\n', encoding="utf-8")
    for folder, enough in (("one", "10%"), ("two", "50%")):
        (here / folder).mkdir(exist_ok=True)
        text = RULES.replace("rules small", "rules shared").replace('enough" = 10%', f'enough" = {enough}')
        (here / folder / "shared.thesis").write_text(text, encoding="utf-8")
    return call("report", "user", *DAY, "--format", "json", *args)


def test_the_library_is_looked_through_in_order(here: Path) -> None:
    refused(modules(here), 1, "there is no module `shared`", "user.thesis:1:")
    for order, expected in (("one", ["Buy"]), ("two", ["Wait"])):
        ran = modules(here, "--library", order, "--library", "one")
        assert outcome(json.loads(ran.out)) == expected
    refused(modules(here, "--library", "three"), 2, "this is not a folder", "three")
    refused(modules(here, "--library", "user.thesis"), 2, "this is not a folder")


@pytest.mark.parametrize(
    "typed",
    [
        ("--for", "{}"),
        ("--facts", "{}"),
        ("--library", "{}"),
        ("-o", "{}"),
        ("-o", "{}/memo.md"),
        ("--as-of", "{}"),
        ("--set", "{}=3%"),
    ],
)
def test_words_too_long_for_any_disk(here: Path, typed: tuple[str, str]) -> None:
    refused(call(*ACME, *DAY, typed[0], typed[1].format("x" * 5000)), 2)
    refused(call("graph", "x" * 5000), 2, "there are no rules")
    (here / "long.thesis").write_text(f'rules long "L" uses {"x" * 5000}\n', encoding="utf-8")
    refused(call("graph", "long"), 1, "there is no module")
