"""What was judged from day to day: each point is a run as of its day, and between two points nothing turned."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.facts.model import Company
from evaluator.outlook.timeline import Judged, history, judged
from evaluator.render.outlook.history import lines, spans, to_csv
from evaluator.schema.history import HistoryOutput, HistoryPoint
from evaluator.session.run import AnyDay, Run, run
from tests.support.command_line import RULES as SMALL
from tests.support.command_line import call, lay_small, refused
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import rates, stores
from tests.support.repository import commit
from tests.support.runs import checked, company, fact
from tests.support.strategies import RuleFile, rule_files

BEGIN, END = dt.date(2025, 9, 1), dt.date(2026, 5, 14)
RULES = """rules main
input growth "Growth" : percent per quarter stale after 200 days
input price "Price" : money per share per day above 0
param least "Least growth" = 20%
  from 2026-04-01 = 10%
pillar p "Does it grow?"
bull grows "It grows" on p when growth >= least
bear dear "It is dear" on p when price > 100 CNY
verdict call "The call"
  when grows then "Buy" bullish
  when grows is unknown then "Look" neutral
  otherwise "Wait" neutral
kill shrinks "It shrinks" when growth < 5%
kill slow "Never fast" by 2026-02-15 when growth > 90%
catalyst spring "Spring" on 2026-03-01 expects growth > 1%
"""
FACTS = (
    f"  growth:\n{fact('2025-12-31', '15%', '2026-01-30')}{fact('2025-09-30', '25%', '2025-10-30')}"
    f"  price:\n{fact('2026-01-30', '90 CNY', '2026-01-30', key='date')}{fact('2026-02-02', '120 CNY', '2026-02-02', key='date')}"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path


def of(rules: str, about: Company | None, begin: dt.date = BEGIN, end: dt.date = END) -> HistoryOutput:
    found = history(AnyDay(checked(rules), about), begin, end)
    assert isinstance(found, HistoryOutput), found
    return found


def fresh(rules: str, about: Company, day: dt.date) -> Judged:
    found = run(checked(rules), about, day)
    assert isinstance(found, Run)
    return judged(found.evaluation)


def as_judged(point: HistoryPoint) -> Judged:
    return Judged(point.verdicts, point.score, point.pillars, point.conditions, point.kills, point.catalysts)


def part(report: dict[str, Any]) -> dict[str, Any]:
    """Of a report what a point says as well, from its JSON."""
    return {
        "day": report["as_of"],
        "verdicts": {v["name"]: v["outcomes"] for v in report["verdicts"]},
        "score": report["score"],
        "pillars": {p["name"]: p["statuses"] for p in report["pillars"]},
        "conditions": {c["name"]: c["state"] for c in report["conditions"]},
        "kills": {k["name"]: k["status"] for k in report["kills"]},
        "catalysts": {c["name"]: c["status"] for c in report["catalysts"]},
    }


@pytest.mark.parametrize(
    ("args", "begin", "end"),
    [
        (("alibaba",), "2026-03-12", "2026-03-22"),
        (("alibaba", "--set", "forward_pe=20x"), "2026-05-11", "2026-05-15"),
        (("microsoft",), "2026-04-28", "2026-04-30"),
    ],
)
def test_each_point_is_the_report_of_its_day_byte_for_byte(args: tuple[str, ...], begin: str, end: str) -> None:
    ran = call("history", *args, "--from", begin, "--to", end, "--format", "json")
    points = json.loads(ran.out)["tracks"][0]["points"]
    assert len(points) > 2
    for point in points:
        report = json.loads(call("report", *args, "--as-of", point["day"], "--format", "json").out)
        expected = part(report)
        assert json.dumps({key: point[key] for key in expected}) == json.dumps(expected)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_a_point_is_a_fresh_run_and_nothing_turns_between_points(rules: RuleFile, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    early = dt.date(2023, 1, 1)
    about = company_of(data.draw(stores(program, early, END, 12)), data.draw(st.lists(rates(early, END), max_size=2)))
    found = history(AnyDay(checked(rules.text), about), BEGIN, END)
    if not isinstance(found, HistoryOutput):  # nothing was known by then
        assert found.wrong_use
        return
    points = found.tracks[0].points
    days = [p.day for p in points]
    assert days == sorted(set(days))
    assert days[0] == found.begin
    for point in points:
        assert as_judged(point) == fresh(rules.text, about, point.day)
    for day in data.draw(st.lists(st.dates(found.begin, END), max_size=6)):
        last = [p for p in points if p.day <= day][-1]
        assert as_judged(last).as_sets() == fresh(rules.text, about, day).as_sets()


def test_there_is_a_point_for_each_day_on_which_something_became_known_and_for_what_time_turned() -> None:
    about = company(FACTS)
    points = of(RULES, about, end=dt.date(2026, 12, 31)).tracks[0].points
    assert [(p.day.isoformat(), p.why) for p in points] == [
        ("2025-10-30", "first"),
        ("2026-01-30", "facts"),
        ("2026-02-02", "facts"),
        ("2026-02-16", "time"),  # the deadline of `slow` has passed
        ("2026-03-01", "time"),  # the day of `spring`
        ("2026-04-01", "time"),  # another threshold is in force
        ("2026-07-20", "time"),  # growth is stale, 201 days after the end of its quarter
    ]
    for point in points:
        assert as_judged(point) == fresh(RULES, about, point.day)
    for point in points[3:]:
        assert fresh(RULES, about, point.day - dt.timedelta(days=1)) != as_judged(point)


def test_what_became_known_is_named_and_the_facts_under_what_turned() -> None:
    points = of(RULES, company(FACTS)).tracks[0].points
    assert points[1].known == ["Growth, quarter to 2025-12-31", "Price, 2026-01-30"]
    turned = {t.name: (t.before, t.after, t.facts) for t in points[1].turned}
    assert turned["grows"] == ("true", "false", ["Growth, quarter to 2025-12-31: 15% (reported; S)"])
    assert turned["call"][:2] == ("Buy", "Wait")


def test_the_page_puts_days_together_on_which_one_thing_is_said() -> None:
    found = of(RULES, company(FACTS))
    named = found.tracks[0].names[0]
    assert [(str(s.first), str(s.last), s.text) for s in spans(found.tracks[0], named, found.end)] == [
        ("2025-10-30", "2026-01-29", "Buy"),
        ("2026-01-30", "2026-03-31", "Wait"),
        ("2026-04-01", "2026-05-14", "Buy"),
    ]
    page = "\n".join(lines(found))
    assert "on 3 days something became known, and on 3 by the passing of time alone something turned" in page
    assert "Nothing was known before 2025-10-30." in page
    strip = next(line for line in page.splitlines() if line.startswith("  The call "))
    assert set(strip.split()[-1]) == {"A", "B"}
    assert "2026-04-01  nothing became known: time passed\n    The call: Wait → Buy" in page
    assert to_csv(found).splitlines()[0].startswith("day,rules,why,score_low,score_high,verdict call,kill shrinks")
    assert len(to_csv(found).splitlines()) == 1 + len(found.tracks[0].points)


def test_a_rate_of_exchange_is_something_that_became_known() -> None:
    more = "exchange_rates:\n" + "".join(
        f"  - {{of: USD, to: CNY, date: {day}, value: {rate}, published: {day}, source: R}}\n"
        for day, rate in (("2026-01-30", 7), ("2026-03-05", 9))
    )
    facts = f"  price:\n{fact('2026-01-30', '13 USD', '2026-01-30', key='date')}"
    found = of(RULES, company(facts, more=more))
    point = next(p for p in found.tracks[0].points if p.day == dt.date(2026, 3, 5))
    assert (point.why, point.conditions["dear"]) == ("facts", "true")
    assert "2026-03-05  an exchange rate" in "\n".join(lines(found))


# --- days that cannot be meant -------------------------------------------------------------------------------------


def test_days_in_the_wrong_order(here: Path) -> None:
    refused(
        call("history", "small", "--for", "ACME", "--from", "2026-05-14", "--to", "2026-05-13"),
        2,
        "2026-05-14 comes after 2026-05-13",
    )


def test_a_history_before_the_first_fact(here: Path) -> None:
    ran = call("history", "small", "--for", "ACME", "--from", "2020-01-01", "--to", "2021-01-01")
    refused(ran, 2, "nothing was known of ACME by 2021-01-01", "2026-05-13")


def test_one_day_is_a_history_too(here: Path) -> None:
    ran = call("history", "small", "--for", "ACME", "--from", "2026-05-14", "--to", "2026-05-14")
    assert ran.status == 0
    assert "2026-05-14 to 2026-05-14  Buy" in ran.out
    assert "Nothing turned." in ran.out


def test_without_a_terminal_there_is_no_bar(here: Path) -> None:
    ran = call("history", "small", "--for", "ACME", "--from", "2026-05-01", "--to", "2026-05-20")
    assert ran.err == ""


def test_rules_that_judge_nothing(here: Path) -> None:
    (here / "bare.thesis").write_text('rules bare "B"\ninput growth : percent\nmetric g = growth\n', encoding="utf-8")
    (here / "facts" / "B.yaml").write_text(
        "name: B\nticker: B\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts:\n  growth:\n"
        "    - {date: 2026-03-31, value: 12%, published: 2026-05-13, kind: reported, source: R}\n",
        encoding="utf-8",
    )
    ran = call("history", "bare", "--for", "B", "--from", "2026-05-01", "--to", "2026-05-20")
    assert ran.status == 0
    assert "Nothing turned." in ran.out


# --- the rules of a commit -------------------------------------------------------------------------------------------


def test_the_rules_of_a_commit_beside_todays(here: Path) -> None:
    strict = SMALL.replace('"Growth that is enough" = 10%', '"Growth that is enough" = 15%')
    then = commit(here, "2026-01-05", small=strict)
    commit(here, "2026-02-05", small=SMALL)
    ran = call(
        "history", "small.thesis", "--for", "ACME", "--from", "2026-05-01", "--to", "2026-05-20", "--rules-as-of", then
    )
    assert ran.status == 0, ran.err
    assert f"Where the rules of 2026-01-05 (commit {then[:10]}) judge otherwise than today's" in ran.out
    assert "2026-05-13 to 2026-05-20  The call: Buy by today's rules, Wait by the others" in ran.out
    alike = call(
        "history",
        "small.thesis",
        "--for",
        "ACME",
        "--from",
        "2026-05-01",
        "--to",
        "2026-05-20",
        "--rules-as-of",
        "HEAD",
    )
    assert "Today's rules mean the same as the rules of 2026-02-05" in alike.out


def test_rules_that_are_piped_in_are_in_no_commit(here: Path) -> None:
    for command in ("history", "changes"):
        ran = call(command, "-", "--from", "2026-05-01", "--to", "2026-05-14", "--rules-as-of", "HEAD")
        assert ran.status == 2
        assert "are in no commit" in ran.err
