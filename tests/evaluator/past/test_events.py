"""What becomes of kills at the edges of their window: a deadline before anything is known, periods that only others have."""

from __future__ import annotations

import datetime as dt

from evaluator.engine.evaluation import Status
from tests.support.runs import company, fact, quarters, ran


def test_where_nothing_says_when_a_thesis_began_its_first_fact_does_unless_a_deadline_lies_before_it() -> None:
    """A kill is written before its deadline: what held then cannot have been so already when the thesis began."""
    for by, on_first in (("2025-12-31", Status.HAPPENED), ("2026-12-31", Status.ALREADY)):
        rules = f"""thesis main "M" for AAA
input g : percent per quarter between 0% and 100%
input other : percent per quarter
kill k "K" by {by} when g < 10%
pillar p "?"
bull always on p when 1 < 2
"""
        first = quarters("g", ["5%"], last="2025-12-31")
        found = ran(rules, company(first, ends="12-31")).evaluation.events["k"]
        assert (found.status, found.day) == (on_first, dt.date(2026, 1, 30))
        earlier = quarters("other", ["5%", "6%"], last="2025-12-31")
        found = ran(rules, company(first + earlier, ends="12-31")).evaluation.events["k"]
        assert (found.status, found.day) == (Status.HAPPENED, dt.date(2026, 1, 30))


def test_a_period_that_only_other_names_have_is_not_known_of_a_kill() -> None:
    """Bounds alone say nothing of a period: the kill waits for its figure."""
    rules = """thesis main "M" for AAA since 2025-01-01
input g : percent per quarter between 0% and 100%
input other : percent per quarter
kill k "K" by 2025-12-31 when g < 10%
pillar p "?"
bull always on p when 1 < 2
"""
    facts = quarters("g", ["50%"], last="2025-09-30") + quarters("other", ["5%"], last="2025-12-31")
    found = ran(rules, company(facts, ends="12-31")).evaluation.events["k"]
    assert found.status is Status.PENDING
    assert ("g", "quarter to 2025-12-31") in {(c.name, c.period) for c in found.missing}


NEAR = """thesis main "M" for AAA since 2025-06-01
input g : percent
input bar : percent
kill k "K" by 2026-12-31 when g < 10%
verdict v "V"
  when k has happened then "Out" bearish
  otherwise "In" bullish
scenario same "As expected" assume g = 5%
scenario worse "Worse" assume g = 4%
scenario other "Another name" assume bar = 3%
pillar p "?"
bull always on p when 1 < 2
"""


def test_a_scenario_that_assumes_what_is_expected_changes_nothing() -> None:
    """An estimate below the threshold makes a kill near, and whoever assumes the estimate assumes nothing new; what is assumed
    beyond it lets the kill happen in that world."""
    facts = "  g:\n" + fact("2025-09-30", "20%", "2025-10-30", key="date")
    facts += fact("2026-03-31", "5%", "2026-03-31", "estimate", key="date")
    facts += "  bar:\n" + fact("2025-09-30", "1%", "2025-10-30", key="date")
    report = ran(NEAR, company(facts, ends="12-31")).report()
    assert report.verdicts[0].outcomes == ["In"]
    assert [(s.name, s.outcomes["v"]) for s in report.scenarios] == [
        ("same", ["In"]), ("worse", ["Out"]), ("other", ["In"]),
    ]  # fmt: skip


LATE = """thesis main "M" for AAA since {since}
input g : percent per quarter
input other : percent per quarter
kill k "K" by 2026-01-31 when g < 10%
pillar p "?"
bull always on p when 1 < 2
"""


def test_a_deadline_is_read_at_its_own_period_though_other_names_have_newer_ones() -> None:
    """The figure of the last period up to the deadline comes after another name's next quarter: the kill happened all the same."""
    facts = "  g:\n" + fact("2025-09-30", "20%", "2025-10-30") + fact("2025-12-31", "5%", "2026-06-10")
    facts += "  other:\n" + fact("2025-12-31", "1%", "2026-02-01") + fact("2026-03-31", "1%", "2026-05-01")
    found = ran(LATE.format(since="2025-11-01"), company(facts, ends="12-31"), dt.date(2026, 7, 1)).evaluation.events[
        "k"
    ]
    assert (found.status, found.day) == (Status.HAPPENED, dt.date(2026, 6, 10))


def test_what_is_missing_of_a_day_is_the_period_that_had_ended_by_then() -> None:
    """Nobody knows what growth was when the thesis began: a figure of a later quarter says nothing of it, and is not asked for."""
    facts = "  g:\n" + fact("2025-12-31", "20%", "2026-02-10") + fact("2026-03-31", "20%", "2026-05-10")
    found = ran(LATE.format(since="2025-11-01"), company(facts, ends="12-31"), dt.date(2026, 7, 1)).evaluation.events[
        "k"
    ]
    assert (found.status, {(c.name, c.period) for c in found.missing}) == (
        Status.PENDING, {("g", "quarter to 2025-09-30")})  # fmt: skip


TOLD = """thesis main "M" for AAA since 2025-06-01
input sold : money per quarter
input cost : money per quarter
kill k "K" when sold < 3bn CNY because "It sold {sold}, {sold - cost} more than its cost of {cost}; {growth} growth."
metric growth = change(sold)
catalyst c "C" on 2026-02-15 expects sold > 1bn CNY because "Margin {1 - cost / sold}."
pillar p "?"
bull always on p when 1 < 2
"""


def test_what_happened_says_what_its_text_asks_for_of_that_day_also_what_its_condition_does_not() -> None:
    facts = quarters("sold", ["4bn", "2bn", "9bn"]) + quarters("cost", ["1bn", "0.5bn", "8bn"])
    report = ran(TOLD, company(facts, ends="12-31")).report()
    (kill,), (catalyst,) = report.kills, report.catalysts
    assert kill.because == "It sold 2bn CNY, 1.5bn CNY more than its cost of 500m CNY; −2bn CNY growth."
    assert catalyst.because == "Margin 0.75."
