"""How old the period is that is read, and from which day on newer results must be out."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.known.read_periods import LATE, read_periods
from tests.support.runs import evaluation, fact

END = dt.date(2026, 3, 31)


def behind(every: str, after: int) -> bool:
    """Whether a company whose last period ended on 2026-03-31 is behind so many days later."""
    as_of = END + dt.timedelta(days=after)
    found = evaluation(f'input x "X" : number per {every}\n', f"  x:\n{fact('2026-03-31', 5, '2026-03-31')}", as_of)
    (read,) = read_periods(found.view)
    assert (read.end, read.age_days, read.frequency) == (END, after, every)
    return read.behind


@pytest.mark.parametrize(("every", "longest"), [("month", 31), ("quarter", 93), ("year", 372)])
def test_newer_results_must_be_out_two_months_after_the_next_period(every: str, longest: int) -> None:
    """The next period has ended at the latest so many days later, and its results come out within 60 days of that."""
    assert LATE == 60
    assert not behind(every, longest + 60)
    assert behind(every, longest + 61)


def test_days_are_never_behind() -> None:
    assert not behind("day", 4000)


def test_of_several_frequencies_each_is_read() -> None:
    rules = 'input q "Q" : number per quarter\ninput y "Y" : number per year\n'
    facts = f"  q:\n{fact('2026-03-31', 5, '2026-04-30')}  y:\n{fact('FY2025', 5, '2025-06-30')}"
    found = read_periods(evaluation(rules, facts).view)
    assert [(r.frequency, r.period, r.behind) for r in found] == [
        ("quarter", "quarter to 2026-03-31", False),
        ("year", "FY2025", False),
    ]
