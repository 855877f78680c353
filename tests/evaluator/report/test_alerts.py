"""What stands above the verdicts of a report is said wherever an outcome is shown: `explain`, `compare`, `portable`, from
Python and in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import thesis
from evaluator.report.doubts import alerts_of
from tests.support.command_line import call
from tests.support.runs import company, fact, quarters, ran

RULES = """
rules main "Main"
input price "Price" : money per share per day
input eps "EPS" : money per share per year
input growth "Growth" : percent per quarter
metric pe "P/E" : multiple = latest(price) / latest(eps)
metric calm "Calm" : multiple = latest(price) / 20 USD
pillar value "Cheap?"
pillar demand "Grows?"
bull cheap "Cheap" on value when pe < 15x
bull grows "Grows" on demand when growth > 5%
verdict stance "Stance" when value is supported then "Buy" bullish otherwise "Hold"
verdict other "Other" when demand is supported then "Yes" otherwise "No"
kill slow "Too slow" by 2027-12-31 when growth < 8%
"""
FACTS = """name: Loss
ticker: LOSS
currency: USD
fiscal_year_ends: 12-31
facts:
  price:
    - {period: 2026-03-02, value: 20, published: 2026-03-02, kind: reported, source: "s"}
  eps:
    - {period: FY2025, value: -4, published: 2026-02-15, kind: reported, source: "s"}
  growth:
    - {period: 2025-09-30, value: 9%, published: 2025-11-15, kind: reported, source: "s"}
    - {period: 2025-12-31, value: 6%, published: 2026-02-15, kind: reported, source: "s"}
"""
PE = "Cheap is true, and may mean nothing: P/E divides by latest EPS, which is −4 USD"
SLOW = "Too slow: would end the thesis, and has happened on 2026-02-15"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    rules, facts = tmp_path / "main.thesis", tmp_path / "LOSS.yaml"
    rules.write_text(RULES, encoding="utf-8")
    facts.write_text(FACTS, encoding="utf-8")
    return str(rules), str(facts)


def _asked(files: tuple[str, str]) -> list[str]:
    return ["--for", "LOSS", "--facts", files[1], "--as-of", "2026-03-10"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("stance", [PE]),
        ("value", [PE]),
        ("cheap", [PE]),
        ("pe", ["P/E is −5x, and may mean nothing: P/E divides by latest EPS, which is −4 USD"]),
        ("slow", [SLOW]),
        ("other", []),
        ("grows", []),
        ("calm", []),
    ],
)
def test_explain_says_first_what_the_name_rests_on(files: tuple[str, str], name: str, said: list[str]) -> None:
    shown = call("explain", files[0], name, *_asked(files))
    assert [line.removeprefix("! ") for line in shown.out.splitlines() if line.startswith("! ")] == said
    as_json = json.loads(call("explain", files[0], name, *_asked(files), "--format", "json").out)
    assert [alert["text"] for alert in as_json["explained"][0]["alerts"]] == said


def test_explain_of_several_names_says_each_thing_once(files: tuple[str, str]) -> None:
    assert call("explain", files[0], "stance", "cheap", *_asked(files)).out.count(PE) == 1


def test_compare_marks_the_name_and_what_rests_on_it(files: tuple[str, str]) -> None:
    shown = call("compare", files[0], *_asked(files)).out
    assert shown.index(PE) < shown.index("## Verdicts")
    assert "| Stance | ▲ Buy ! |" in shown
    assert "| Other | ◆ Yes |" in shown
    found = json.loads(call("compare", files[0], *_asked(files), "--format", "json").out)
    assert [alert["text"] for alert in found["names"][0]["alerts"]] == [SLOW, PE]
    marked = {row["name"] for row in found["rows"] if row["cells"][0]["alert"]}
    assert marked == {"stance", "score", "value", "cheap", "slow"}
    for form in ("html", "csv"):
        assert PE in call("compare", files[0], *_asked(files), "--format", form).out


def test_portable_says_it(files: tuple[str, str]) -> None:
    assert PE in call("portable", files[0], *_asked(files)).out
    found = json.loads(call("portable", files[0], *_asked(files), "--format", "json").out)
    assert [alert["text"] for alert in found["alerts"]] == [SLOW, PE]


def test_python_says_it_beside_each_outcome(files: tuple[str, str]) -> None:
    run = thesis.evaluate(files[0], "LOSS", as_of="2026-03-10", facts=[files[1]])
    assert [str(alert) for alert in run.alerts] == [SLOW, PE]
    assert [str(alert) for alert in run.verdicts["stance"].alerts] == [PE]
    assert not run.verdicts["other"].alerts
    assert [str(alert) for alert in run.kills["slow"].alerts] == [SLOW]
    assert run.pillars["value"].alerts == run.conditions["cheap"].alerts == run.verdicts["stance"].alerts
    assert "(! Cheap is true" in repr(run.verdicts["stance"])
    assert "may mean nothing" in run._repr_html_()


def test_a_finding_in_the_facts_is_said_of_all_that_rests_on_it() -> None:
    rules = RULES.replace("20 USD", "20 CNY").replace("per share per day", "per share")
    rules = rules.replace("latest(price)", "price")
    about = company(
        f"  price:\n{fact('2026-03-02', '20', '2026-03-02', key='date')}  eps:\n{fact('FY2025', '4', '2026-02-15')}"
        + quarters("growth", ["9%"]),
        currency="CNY", ends="12-31",
    )  # fmt: skip
    run = ran(rules, about)
    (found,) = run.report().alerts
    assert found.kind == "finding"
    assert found.names == ["cheap", "value", "stance"]
    assert "(F062)" in found.text
    for name in ("price", "pe", "calm", "cheap", "stance"):
        assert [alert.kind for alert in alerts_of(run.evaluation, run.found(), name)] == ["finding"]
    assert not alerts_of(run.evaluation, run.found(), "growth")
