"""What becomes of kills at the edges of their window: a deadline before anything is known, periods that only others have."""

from __future__ import annotations

import datetime as dt

from evaluator.engine.evaluation import Status
from tests.support.runs import company, quarters, ran


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
