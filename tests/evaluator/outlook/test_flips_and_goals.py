"""What `thesis flip` and `thesis seek` say, from the rules to the page."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.support.command_line import DAY, call

RULES = """
rules owned "Owned"

input growth "Growth" : percent per quarter
input price "Price" : money per share per day above 0
input revenue "Revenue" : money per quarter above 0
input stage "Stage" : choice of (early, late)
input aside "Aside" : number optional
param least "Least growth" = 30%
  own "My bar"
metric margin "Margin" : percent = (revenue - 50bn CNY) / revenue
pillar demand "Is there demand?"
bull grows "It grows" on demand when growth >= least
bear dear "It is dear" on demand when price > 150 CNY
verdict call "The call"
  when grows and not dear then "Buy" bullish
  otherwise "Wait" neutral
kill shrinks "It shrinks" when growth < 10%
"""
FACTS = """
name: A
ticker: AAA
currency: CNY
fiscal_year_ends: 12-31
facts:
  growth:
    - {period: 2025-12-31, value: 28%, published: 2026-02-01, kind: reported, source: "S"}
    - {period: 2026-03-31, value: 31%, published: 2026-05-01, kind: reported, source: "S"}
  revenue:
    - {period: 2026-03-31, value: 80bn, published: 2026-05-01, kind: reported, source: "S"}
  price:
    - {date: 2026-05-13, value: 140 CNY, published: 2026-05-13, kind: reported, source: "S"}
"""


def lay(folder: Path, rules: str, text: str, facts: str) -> Path:
    """A folder with a rule file and the facts of AAA."""
    (folder / "facts").mkdir()
    (folder / "facts" / "AAA.yaml").write_text(facts, encoding="utf-8")
    (folder / rules).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(lay(tmp_path, "owned.thesis", RULES, FACTS))
    return tmp_path


def flip(*more: str, rules: str = "owned.thesis") -> str:
    ran = call("flip", rules, "--for", "AAA", *DAY, *more)
    assert ran.status == 0, ran.err
    return ran.out


def test_the_page_reads_as_a_memo(here: Path) -> None:
    assert flip().splitlines() == [
        "Owned (owned) for AAA, as of 2026-05-14",
        "",
        "Judged today",
        "  The call: Buy",
        "  It shrinks: does not happen",
        "",
        "What would change it: one figure alone, the smallest change first",
        "  Growth: 31% today, past 30% (−1pp, 3.2%)",
        "      The call: Wait",
        "  Price: 140 CNY today, past 150 CNY (+10 CNY, 7.1%)",
        "      The call: Wait",
        "  Growth: 31% today, past 10% (−21pp, 68%); it has never been there",
        "      It shrinks: happens",
        "",
        "And what you would have to judge otherwise: one threshold alone",
        "  Least growth: 30% today, past 31% (+1pp, 3.3%)",
        "      The call: Wait",
        "",
        "Within 5% of the threshold:",
        "  It grows: Growth is 31%, the threshold 30%",
        "",
        "Inputs on which none of it rests:",
        "  revenue, stage, aside",
    ]


def test_each_setting_that_is_named_gives_what_is_said_of_it(here: Path) -> None:
    found = json.loads(flip("--format", "json"))
    assert found["changes"]
    for change in found["changes"]:
        again = call(
            "flip", "owned.thesis", change["judgement"], "--for", "AAA", *DAY, "--set", change["setting"], "--format", "json"
        )  # fmt: skip
        (judged,) = json.loads(again.out)["judgements"]
        assert judged["outcomes"] == change["outcomes"], change["setting"]


def test_a_table_has_figures_as_numbers(here: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(flip("--format", "csv"))))
    assert [(r["name"], r["judgement"], r["direction"], r["unit"]) for r in rows] == [
        ("growth", "call", "down", "percent"),
        ("least", "call", "up", "percent"),
        ("price", "call", "up", "CNY"),
        ("growth", "shrinks", "down", "percent"),
    ]
    assert float(rows[0]["today"]) == 0.31
    assert float(rows[0]["past"]) == pytest.approx(0.3)


def test_a_world_that_is_set_by_hand_says_so(here: Path) -> None:
    page = flip("--set", "price=160 CNY", "call")
    assert page.startswith("What-if: Price = 160 CNY, today 140 CNY\n")
    assert "Price: 160 CNY today, past 150 CNY" in page


LOSS = """
rules loss "Loss"

input price "Price" : money per share per day above 0
input eps "Earnings a share" : money per share per year
input growth "Growth" : percent per quarter
metric pe "P/E" : multiple = latest(price) / eps
pillar value "Is it cheap?"
bull cheap "Cheap" on value when pe < 15x
verdict call "The call"
  when cheap then "Buy" bullish
  otherwise "Wait" neutral
kill shrinks "It shrinks" when growth < 10%
"""
WARNED = "Cheap is true, and may mean nothing: P/E divides by Earnings a share, which is −4 CNY"


def test_what_stands_above_a_verdict_stands_above_what_would_change_it(here: Path) -> None:
    """A P/E of a loss makes it cheap: whoever shows the outcome says so."""
    (here / "loss.thesis").write_text(LOSS, encoding="utf-8")
    facts = (
        FACTS + '  eps:\n    - {period: FY2025, value: -4 CNY, published: 2026-02-01, kind: reported, source: "S"}\n'
    )
    (here / "facts" / "AAA.yaml").write_text(
        facts.split("  revenue:")[0] + "  price:" + facts.split("  price:")[1], encoding="utf-8"
    )
    asked = ("--for", "AAA", *DAY)
    assert f"! {WARNED}" in call("flip", "loss.thesis", *asked).out.splitlines()
    assert WARNED not in call("flip", "loss.thesis", "shrinks", *asked).out
    ran = call("changes", "loss.thesis", "--for", "AAA", "--from", "2026-01-01", "--to", "2026-05-14")
    assert f"! {WARNED}" in ran.out.splitlines()
    assert "divides by Earnings a share" in call("seek", "loss.thesis", "pe * 2 = -60x", "by", "price", *asked).out
    found = json.loads(call("flip", "loss.thesis", *asked, "--format", "json").out)
    assert [(alert["kind"], alert["text"]) for alert in found["alerts"]] == [("below zero", WARNED)]


def test_a_name_that_is_no_judgement_is_wrong_use(here: Path) -> None:
    ran = call("flip", "owned.thesis", "cal", "--for", "AAA", *DAY)
    assert ran.status == 2
    assert "`cal` is no verdict or kill" in ran.err
    assert "did you mean `call`?" in ran.err


def seek(goal: str, *by: str) -> tuple[int, str]:
    ran = call("seek", "owned.thesis", goal, *by, "--for", "AAA", *DAY)
    return ran.status, ran.out + ran.err


@pytest.mark.parametrize(
    ("goal", "by", "says"),
    [
        ("margin = 50%", "revenue", "Revenue: 100bn CNY, 80bn CNY today (+20bn CNY)"),
        ("(revenue - 50bn CNY) / revenue = 0.5", "revenue", "Revenue: 100bn CNY"),
        ("price / 2 = 100 CNY", "price", "Price: 200 CNY, 140 CNY today (+60 CNY)"),
        ("growth - least = 5pp", "growth", "Growth: 35%"),
        ("growth - least = 5pp", "least", "Least growth: 26%"),
        ("max(growth, 30%) = 20%", "growth", "no figure that it may be reaches it: proven"),
        ("margin = 120%", "revenue", "none was found that reaches it"),
        ("min(growth, 5%) - 5% = 1pp", "growth", "no figure that it may be reaches it: proven"),
    ],
)
def test_a_goal_is_sought(here: Path, goal: str, by: str, says: str) -> None:
    status, text = seek(goal, "by", by)
    assert says in text
    assert status == (0 if "today (" in text or "--set" in text else 1)


@pytest.mark.parametrize(
    ("goal", "by", "says"),
    [
        ("margin > 50%", "revenue", "says no value that is wanted"),
        ("margin =", "revenue", "says no value that is wanted"),
        ("margin = 50%", "price", "does not rest on `price`"),
        ("margin = 50%", "margin", "does not rest on `margin`"),
        ("margin = 50%", "nothing", "there is no `nothing`"),
        ("margin = 50 CNY", "revenue", "cannot be compared"),
        ("nosuch = 50%", "revenue", "`nosuch`"),
    ],
)
def test_what_cannot_be_sought_says_why(here: Path, goal: str, by: str, says: str) -> None:
    status, text = seek(goal, by)
    assert status == 2
    assert says in text


# --- what is not decided, and joint changes ----------------------------------------------------------------------

OPEN_RULES = """
rules open "Open"

input growth "Growth" : percent per quarter
input share "AI share" : percent per quarter between 0% and 100%
input price "Price" : money per share per day above 0
input stage "Stage" : choice of (early, late)
pillar demand "Is there demand?"
bull grows "It grows" on demand when growth >= 30%
bear dear "It is dear" on demand when price > 150 CNY
bull ai "AI carries it" on demand when share >= 25%
bull late_ai "AI still carries it" on demand when share >= 60% and stage is late
catalyst day "Investor day" on 2026-06-10 expects growth > 30%
verdict call "The call"
  when grows and ai then "Buy" bullish
  when grows and dear then "Wait" neutral
  when ai then "Hold" neutral
  otherwise "Sell" bearish
verdict other "The other call"
  when price > 155 CNY and growth > 33.5% then "Run" bullish
  otherwise "Keep" neutral
verdict free "The free call"
  when ai or not ai then "Fine" bullish
  when stage is early then "Never" neutral
verdict both "Both"
  when late_ai and stage is early then "Never" bullish
  when stage is late then "Late" bullish
  otherwise "Early" bearish
"""
OPEN_FACTS = """
name: A
ticker: AAA
currency: CNY
fiscal_year_ends: 12-31
facts:
  growth:
    - {period: 2025-12-31, value: 28%, published: 2026-02-01, kind: reported, source: "S"}
    - {period: 2026-03-31, value: 32%, published: 2026-05-01, kind: reported, source: "S"}
  share:
    - {period: 2025-12-31, value: 28%, published: 2026-02-21, kind: reported, source: "S"}
  price:
    - {date: 2026-04-12, value: 120 CNY, published: 2026-04-12, kind: reported, source: "S"}
    - {date: 2026-05-13, value: 145 CNY, published: 2026-05-13, kind: reported, source: "S"}
"""


@pytest.fixture
def still_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(lay(tmp_path, "open.thesis", OPEN_RULES, OPEN_FACTS))
    return tmp_path


def flip_open(*more: str) -> str:
    return flip(*more, rules="open.thesis")


def test_what_is_not_decided_says_what_decides_it_and_by_when(still_open: Path) -> None:
    page = flip_open("call").split("Not decided today, and what would decide it\n")[1]
    assert page.splitlines() == [
        "  The call: Only AI share decides, due about 2026-05-22. Hold cannot come about.",
        "      AI share:",
        "          below 25%: Sell",
        "          25% or more: Buy",
        "",
        "Inputs on which none of it rests:",
        "  stage",
    ]


def test_what_cannot_come_about_or_change_anything_is_said(still_open: Path) -> None:
    settled = {s["judgement"]: s for s in json.loads(flip_open("--format", "json"))["settlements"]}
    assert settled["free"]["sentence"] == "It is Fine whatever is still unknown."
    assert settled["free"]["exact"]
    assert settled["both"]["left"] == ["Late", "Early"]
    assert settled["both"]["idle"] == ["share"]
    assert settled["both"]["sentence"] == (
        "Only Stage decides. Never cannot come about. AI share is unknown, and no value of it would change this."
    )


def test_a_setting_in_each_range_gives_what_is_said_of_it(still_open: Path) -> None:
    for setting, outcome in (("share=24.9%", "Sell"), ("share=25%", "Buy")):
        (judged,) = json.loads(flip_open("call", "--set", setting, "--format", "json"))["judgements"]
        assert judged["outcomes"] == [outcome]


def test_two_figures_together_with_settings_that_give_what_is_said(still_open: Path) -> None:
    page = flip_open("other")
    assert "Or together, where no figure alone does it as near: none moves by more than so much of itself" in page
    assert (
        "  6.9%: Growth 32% to 33.5% (+1.5pp), and Price 145 CNY to 155 CNY (+10 CNY)\n      The other call: Run"
        in page
    )
    (one,) = json.loads(flip_open("other", "--format", "json"))["together"]
    settings = [x for m in one["moves"] for x in ("--set", m["setting"])]
    (judged,) = json.loads(flip_open("other", *settings, "--format", "json"))["judgements"]
    assert judged["outcomes"] == one["outcomes"] == ["Run"]


def test_the_report_says_what_decides_above_what_is_missing(still_open: Path) -> None:
    ran = call("report", "open.thesis", "--for", "AAA", *DAY, "--format", "md")
    section = ran.out.split("## What is unknown, and what it could change")[1].split("\n## ")[0]
    assert "**The call**: Only AI share decides, due about 2026-05-22. Hold cannot come about." in section
    assert "- AI share: below 25%: Sell; 25% or more: Buy" in section
