"""What turned between two days: each cause alone has all of its change, and the parts add up to the whole."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.engine.verdicts import score
from evaluator.facts.model import Company
from evaluator.outlook.changed import changed
from evaluator.outlook.earlier import Before, of_file, turned
from evaluator.outlook.hybrids import Hybrids
from evaluator.render.outlook.changes import lines
from evaluator.schema.outlook import ChangesOutput
from evaluator.session.run import AnyDay, Run, run
from evaluator.session.service import settings_for
from tests.support.command_line import call
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import rates, stores
from tests.support.runs import checked, company, fact
from tests.support.strategies import RuleFile, rule_files

BEGIN, END = dt.date(2026, 2, 1), dt.date(2026, 5, 14)
RULES = """rules main
input growth "Growth" : percent per quarter stale after 200 days
input price "Price" : money per share per day above 0
param least "Least growth" = 20%
  from 2026-04-01 = {later}
pillar p "Does it grow?"
bull grows "It grows" on p when growth >= least
bear dear "It is dear" on p when price > 100 CNY
verdict call "The call"
  when grows then "Buy" bullish
  when grows is unknown then "Look" neutral
  otherwise "Wait" neutral
kill shrinks "It shrinks" when growth < 5%
"""
OLD_GROWTH = fact("2025-12-31", "15%", "2026-01-30")
OLD_PRICE = fact("2026-01-30", "90 CNY", "2026-01-30", key="date")


def runs(facts: str, later: str = "20%", more: str = "", begin: dt.date = BEGIN, end: dt.date = END) -> tuple[Run, Run]:
    """The same rules and facts on two days."""
    about = company(facts, more=more)
    return on(about, RULES.replace("{later}", later), begin), on(about, RULES.replace("{later}", later), end)


def on(about: Company, rules: str, day: dt.date) -> Run:
    found = run(checked(rules), about, day)
    assert isinstance(found, Run)
    return found


def told(facts: str, **more: object) -> ChangesOutput:
    return changed(*runs(facts, **more))  # type: ignore[arg-type]


def facts_of(growth: str = "", price: str = "") -> str:
    return f"  growth:\n{OLD_GROWTH}{growth}  price:\n{OLD_PRICE}{price}"


@pytest.mark.parametrize(
    ("facts", "later", "cause"),
    [
        (facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")), "20%", "results"),
        (facts_of(growth=fact("2025-12-31", "22%", "2026-03-01")), "20%", "restatements"),
        (facts_of(), "10%", "thresholds"),
        (facts_of(price=fact("2026-05-01", "120 CNY", "2026-05-01", key="date")), "20%", "prices"),
    ],
)
def test_one_cause_alone_has_all_of_the_change(facts: str, later: str, cause: str) -> None:
    found = told(facts, later=later)
    (part,) = (p for p in found.parts if p.by)
    assert part.cause == cause
    assert abs(part.by) == pytest.approx(0.5)
    turned = {t.name: t.causes for t in found.turned if t.role == "condition"}
    assert list(turned.values()) == [[cause]]


def test_rates_of_exchange_are_a_cause() -> None:
    rate = "  - {{of: USD, to: CNY, date: {0}, value: {1}, published: {0}, source: R}}\n"
    more = "exchange_rates:\n" + rate.format("2026-01-30", 7) + rate.format("2026-05-01", 8)
    old = fact("2026-01-30", "13 USD", "2026-01-30", key="date")
    found = told(f"  growth:\n{OLD_GROWTH}  price:\n{old}", more=more)
    (part,) = (p for p in found.parts if p.by)
    assert (part.cause, part.by) == ("rates", pytest.approx(-0.5))


def test_what_only_grew_old_is_due_to_time() -> None:
    found = told(facts_of(), end=dt.date(2026, 12, 1))
    (turned,) = (t for t in found.turned if t.role == "verdict")
    assert (turned.before, turned.after, turned.causes) == ("Wait", "Buy or Look", ["time"])


def test_what_takes_two_causes_names_both() -> None:
    found = told(facts_of(growth=fact("2026-03-31", "19%", "2026-05-01")), later="18%")
    (turned,) = (t for t in found.turned if t.role == "condition")
    assert turned.causes == ["thresholds", "results"]
    assert {p.cause: p.by for p in found.parts if p.by} == {
        "thresholds": pytest.approx(0.25),
        "results": pytest.approx(0.25),
    }


def test_a_kill_that_happened_is_said_with_its_cause() -> None:
    found = told(facts_of(growth=fact("2026-03-31", "3%", "2026-05-01")))
    (turned,) = (t for t in found.turned if t.role == "kill")
    assert (turned.before, turned.after, turned.causes) == ("watched", "has happened", ["results"])


def test_the_page() -> None:
    found = told(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")))
    assert list(lines(found)) == [
        "main (main) for AAA, from 2026-02-01 to 2026-05-14",
        "",
        "The call: Wait → Buy: new results (Growth) 100%; way back: Growth below 20% (25% today). Score 0% → +50%: new results +50pp.",
        "",
        "Verdicts",
        "  The call: Wait → Buy (new results)",
        "      way back: Growth below 20% (25% today)",
        "      way back: Least growth above 25% (20% today)",
        "",
        "Pillars",
        "  Does it grow?: open → supported (new results)",
        "",
        "Conditions",
        "  It grows: false → true (new results)",
        "      Growth, quarter to 2026-03-31: 25% (reported, published 2026-05-01; S)",
        "",
        "Figures",
        "  Growth: 15% → 25%",
    ]


def test_an_outcome_of_several_words_is_one_outcome() -> None:
    rules = RULES.replace('"Buy"', '"Buy or hold"').replace("{later}", "20%")
    about = company(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")))
    found = changed(on(about, rules, BEGIN), on(about, rules, END))
    assert [v.outcomes for v in found.verdicts] == [["Buy or hold"]]


def test_days_in_the_wrong_order_are_wrong_use() -> None:
    ran = call("changes", "alibaba", "--from", "2026-05-14", "--to", "2026-05-14")
    assert ran.status == 2
    assert "2026-05-14 does not come before 2026-05-14" in ran.err


# --- laws ------------------------------------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_the_parts_add_up_and_all_causes_make_the_last_day(rules: RuleFile, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    early = dt.date(2023, 1, 1)
    known = data.draw(stores(program, early, END, 12))
    about = company_of(known, data.draw(st.lists(rates(early, END), max_size=2)))
    first, last = (on(about, rules.text, day) for day in (dt.date(2025, 9, 1), END))
    found = changed(first, last)
    for each in found.turned:
        assert math.isclose(math.fsum(s.share for s in each.shares), 1.0, abs_tol=1e-12), each
    before, after = (score(r.evaluation) for r in (first, last))
    if found.parts:
        assert before is not None
        assert after is not None
        assert before.middle is not None
        assert after.middle is not None
        assert math.isclose(math.fsum(p.by for p in found.parts), after.middle - before.middle, abs_tol=1e-12)
    hybrids = Hybrids(first, last)
    whole = hybrids.at(frozenset(hybrids.new))
    assert {n: whole.of(n) for n in whole.values} == {n: last.evaluation.of(n) for n in whole.values}


# --- edits of the rules ----------------------------------------------------------------------------------------------

STRICT = RULES.replace("{later}", "20%")
LOOSE = STRICT.replace('"Least growth" = 20%', '"Least growth" = 10%').replace(
    "from 2026-04-01 = 20%", "from 2026-04-01 = 12%"
)


def edited(facts: str, before: str, after: str, begin: dt.date = BEGIN, end: dt.date = END) -> ChangesOutput:
    """What turned where the rules of the first day were others."""
    about = company(facts)
    days = AnyDay(checked(after), about)
    then = of_file(checked(before), days)
    assert isinstance(then, Before)
    found = turned(days, begin, end, then)
    assert isinstance(found, ChangesOutput)
    return found


def test_an_edit_alone_has_all_of_the_change() -> None:
    found = edited(facts_of(), STRICT, STRICT.replace("20%", "10%"))
    (part,) = (p for p in found.parts if p.by)
    assert (part.cause, part.share, part.count) == ("edits", 1.0, 2)
    causes = {t.name: t.causes for t in found.turned}
    assert causes["grows"] == causes["call"] == ["edits"]
    assert [(e.keyword, e.name, e.was, e.now) for e in found.edits] == [
        ("param", "least", "20%", "10%"),
        ("param", "least", "20%", "10%"),
    ]
    page = "\n".join(lines(found))
    assert "your edit of the rules +50pp" in page
    assert "Edits since the rules of main.thesis" in page


def test_edits_are_told_apart_by_declaration() -> None:
    """Of three edits one turns the verdict, one only the score, one nothing; a new name and what asks for it come together."""
    after = (
        STRICT.replace('"Least growth" = 20%', '"Least growth" = 12%').replace("from 2026-04-01 = 20%", "from 2026-04-01 = 12%")
        .replace("price > 100 CNY", "price > dearest").replace('pillar p "', 'param dearest "Dearest" = 80 CNY\npillar p "')
        .replace("growth < 5%", "growth < 4%")
    )  # fmt: skip
    found = edited(facts_of(), STRICT, after)
    assert {p.cause: (p.by, p.count) for p in found.parts if p.cause not in ("time", "thresholds")} == {
        "edits least": (pytest.approx(0.5), 2),
        "edits dearest, dear": (pytest.approx(-0.5), 2),
        "edits shrinks": (0.0, 1),
    }
    (verdict,) = (t for t in found.turned if t.role == "verdict")
    assert {s.cause: s.share for s in verdict.shares} == {
        "edits least": 1.0,
        "edits dearest, dear": 0.0,
        "edits shrinks": 0.0,
    }
    page = "\n".join(lines(found))
    assert (
        "The call: Wait → Buy: your edit of least 100%, your 2 other edits 0%; way back: Growth below 12% (15% today)."
        in page
    )
    assert "your edit of least +50pp, your edit of dearest and dear −50pp, your edit of shrinks 0pp." in page


def test_edits_that_are_no_rules_one_without_the_other_come_together() -> None:
    """A metric has another unit, and so has the threshold that asks for it."""
    before = STRICT + 'metric pace = growth\nbull quick "Quick" on p when pace > 30%\n'
    after = STRICT + 'metric pace = growth / 5%\nbull quick "Quick" on p when pace > 2\n'
    found = edited(facts_of(), before, after)
    assert {p.cause for p in found.parts if p.by} == {"edits"}
    assert {t.name: t.causes for t in found.turned if t.role == "condition"} == {"quick": ["edits"]}


def test_two_causes_that_turn_it_only_together_have_half_each() -> None:
    found = told(facts_of(growth=fact("2026-03-31", "19%", "2026-05-01")), later="18%")
    (verdict,) = (t for t in found.turned if t.role == "verdict")
    assert [(s.cause, s.share, s.of) for s in verdict.shares] == [("thresholds", 0.5, []), ("results", 0.5, ["Growth"])]
    assert "The call: Wait → Buy: dated thresholds 50%, new results (Growth) 50%; way back: " in "\n".join(lines(found))


def test_on_one_day_an_edit_is_all_that_can_turn_anything() -> None:
    """Facts that came the day before are on both sides."""
    facts = facts_of(growth=fact("2026-03-31", "25%", "2026-05-01"))
    found = edited(facts, STRICT, STRICT.replace("20%", "30%"), begin=END, end=END)
    assert {cause for t in found.turned for cause in t.causes} == {"edits"}
    assert [p.cause for p in found.parts if p.by] == ["edits"]
    assert all(math.copysign(1, p.share) > 0 for p in found.parts if p.share == 0)  # never -0%
    same = edited(facts, STRICT, STRICT + "# a comment\n", begin=END, end=END)
    assert (same.turned, same.edits) == ([], [])


def test_rules_that_mean_the_same_are_no_cause() -> None:
    found = edited(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")), STRICT, STRICT + "# a comment\n")
    same = told(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")))
    assert found.edits == []
    assert (found.parts, found.turned) == (same.parts, same.turned)


def test_an_edit_that_was_not_needed_is_said_with_nothing() -> None:
    found = edited(
        facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")), STRICT, STRICT.replace("price > 100", "price > 101")
    )
    assert {p.cause: p.by for p in found.parts} == {
        "time": 0.0,
        "thresholds": 0.0,
        "results": pytest.approx(0.5),
        "edits": 0.0,
    }
    page = "\n".join(lines(found))
    assert "new results +50pp, your edit of the rules 0pp" in page
    assert "The call: Wait → Buy: new results (Growth) 100%, your edit of the rules 0%; way back: Growth below" in page


def test_what_only_one_state_of_the_rules_has() -> None:
    more = STRICT + 'bear slow "It is slow" on p when growth < 30%\nkill never "Never" when growth < 1%\n'
    added, dropped = edited(facts_of(), STRICT, more), edited(facts_of(), more, STRICT)
    assert {(t.name, t.before, t.after) for t in added.turned} >= {
        ("slow", "not in the rules", "true"),
        ("never", "not in the rules", "watched"),
    }
    assert {(t.name, t.before, t.after) for t in dropped.turned} >= {("slow", "true", "not in the rules")}
    assert all(c.partition(" ")[0] == "edits" for t in added.turned for c in t.causes)
    assert {t.name: t.causes for t in added.turned if t.role in ("condition", "kill")} == {
        "slow": ["edits slow"],
        "never": ["edits never"],
    }
    list(lines(added))
    list(lines(dropped))


def test_facts_that_only_one_state_of_the_rules_asks_for() -> None:
    more = STRICT + 'input margin "Margin" : percent\nbear thin "Thin" on p when margin < 30%\n'
    facts = facts_of() + "  margin:\n" + fact("2026-01-30", "9%", "2026-01-30", key="date")
    assert {t.name for t in edited(facts, STRICT, more).turned} >= {"thin"}
    assert {t.name for t in edited(facts, more, STRICT).turned} >= {"thin"}


def test_a_contradiction_is_no_restatement() -> None:
    other = fact("2025-12-31", "22%", "2026-03-01").replace('source: "S"', 'source: "T", rank: opinion')
    found = told(facts_of(growth=other))
    assert {p.cause: p.count for p in found.parts if p.cause not in ("time", "thresholds")} == {"contradictions": 1}


def test_the_way_back_is_the_change_that_brings_back_what_was_judged() -> None:
    found = told(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")))
    (verdict,) = (t for t in found.turned if t.role == "verdict")
    assert [c.setting.partition("=")[0] for c in verdict.back] == ["growth", "least"]
    assert "      way back: Growth below 20% (25% today)" in list(lines(found))
    _, last = runs(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")))
    for change in verdict.back:
        given = settings_for(last.program, [change.setting])
        assert isinstance(given, dict)
        assert last.with_settings(given).evaluation.of("call").possible == (verdict.before,)  # type: ignore[union-attr]


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(rule_files(), rule_files(), st.data())
def test_with_an_edit_the_parts_still_add_up(before: RuleFile, after: RuleFile, data: st.DataObject) -> None:
    program = checked(after.text).program
    assert program is not None
    early = dt.date(2023, 1, 1)
    about = company_of(data.draw(stores(program, early, END, 10)), data.draw(st.lists(rates(early, END), max_size=2)))
    days = AnyDay(checked(after.text), about)
    then = of_file(checked(before.text), days)
    assert isinstance(then, Before)
    found = turned(days, dt.date(2025, 9, 1), END, then)
    if not isinstance(found, ChangesOutput):  # the facts are of other types than the earlier rules ask for
        return
    first = then.days.at(dt.date(2025, 9, 1))
    last = days.at(END)
    assert isinstance(first, Run)
    assert isinstance(last, Run)
    for each in found.turned:
        assert math.isclose(math.fsum(s.share for s in each.shares), 1.0, abs_tol=1e-12), each
    one, other = score(first.evaluation), score(last.evaluation)
    if found.parts:
        assert one is not None
        assert other is not None
        assert one.middle is not None
        assert other.middle is not None
        assert math.isclose(math.fsum(p.by for p in found.parts), other.middle - one.middle, abs_tol=1e-12)


def test_two_ways_to_say_the_earlier_rules_are_one_too_many() -> None:
    ran = call("changes", "alibaba", "--from", "2026-02-01", "--rules-as-of", "HEAD", "--rules-before", "alibaba")
    assert ran.status == 2
    assert "write one" in ran.err
