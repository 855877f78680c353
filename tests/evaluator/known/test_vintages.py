"""Derived quarters and years are made within one vintage; where no vintage is whole, that is said."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.known.vintages import MIXED
from evaluator.values.series import Series
from evaluator.values.values import Figure
from tests.support.runs import HEAD, TAIL, company, fact, ran

RULES = 'input revenue "Revenue" : money per quarter\nmetric year = ttm(revenue)\nkill k when year < 0 or revenue < 0\n'


def quarters(facts: str, day: str) -> dict[str, float | str]:
    """Each quarter on a day, by its last day: the figure, or why it is unknown."""
    seen = ran(
        HEAD + RULES + TAIL, company("  revenue:\n" + facts, ends="12-31"), dt.date.fromisoformat(day)
    ).evaluation
    series = seen.view.values["revenue"]
    assert isinstance(series, Series)
    found: dict[str, float | str] = {}
    for ordinal, value in sorted(series.points.items()):
        assert isinstance(value, Figure)
        why = next(iter(value.causes)).reason if value.causes else ""
        found[seen.clock.label(ordinal, series.frequency)[-10:]] = value.low if value.is_exact else why
    return found


RESTATED = (
    fact("Q1 FY2024", "10", "2024-05-01")
    + fact("H1 FY2024", "21", "2024-08-01")
    + fact("9M FY2024", "33", "2024-11-01")
    + fact("FY2024", "46", "2025-02-01")
    + fact("FY2024", "66", "2025-03-01")
)
"""A year that was restated in an amended report, before any part of it was."""


def test_a_fourth_quarter_is_no_restated_year_less_nine_months_that_were_not() -> None:
    before, after = quarters(RESTATED, "2025-02-20"), quarters(RESTATED, "2025-03-01")
    assert before["2024-12-31"] == after["2024-12-31"] == 13
    seen = ran(HEAD + RULES + TAIL, company("  revenue:\n" + RESTATED, ends="12-31"), dt.date(2025, 3, 1))
    (fourth,) = [x for x in seen.report().derived if x.period == "quarter to 2024-12-31"]
    assert fourth.detail.startswith("FY2024 − 9M FY2024 (facts 3, 4)")
    assert fourth.detail.endswith(", as known before the restatement of 2025-03-01")


def test_parts_that_are_given_anew_make_the_new_vintage_whole() -> None:
    anew = RESTATED + fact("9M FY2024", "48", "2025-11-01")
    assert quarters(anew, "2025-10-31")["2024-12-31"] == 13
    assert quarters(anew, "2025-11-01")["2024-12-31"] == 18


def test_a_part_that_is_said_again_unchanged_belongs_to_the_new_vintage() -> None:
    again = RESTATED + fact("9M FY2024", "33", "2025-11-01")
    assert quarters(again, "2025-11-01")["2024-12-31"] == 33


def test_a_trailing_year_is_of_one_vintage_and_no_sum_of_two() -> None:
    facts = (
        "".join(
            fact(f"Q{n} FY2024", str(9 + n), f"{2024 + (n == 4)}-{(3 * n + 1) % 12 + 1:02d}-01") for n in range(1, 5)
        )
        + fact("FY2024", "46", "2025-02-01")
        + fact("FY2024", "66", "2025-03-01")
        + fact("Q1 FY2025", "20", "2025-05-01")
        + fact("Q1 FY2024", "15", "2025-05-01")
    )
    seen = ran(HEAD + RULES + TAIL, company("  revenue:\n" + facts, ends="12-31"), dt.date(2025, 5, 1)).evaluation
    year = seen.of("year")
    assert isinstance(year, Figure)
    assert year.low == 66 + 20 - 15


def test_a_year_that_no_vintage_has_whole_is_unknown_and_says_so() -> None:
    facts = (
        "".join(fact(f"Q{n} FY2024", str(9 + n), f"2024-{3 * n + 1:02d}-20") for n in range(1, 4))
        + fact("H2 FY2024", "25", "2025-02-01")
        + fact("9M FY2024", "33", "2024-11-01")
        + fact("9M FY2024", "53", "2025-03-01")
        + fact("Q1 FY2025", "20", "2025-05-01")
    )
    found = ran(HEAD + RULES + TAIL, company("  revenue:\n" + facts, ends="12-31"), dt.date(2025, 5, 1)).evaluation
    year = found.of("year")
    assert isinstance(year, Figure)
    assert not year.known
    assert {cause.reason for cause in year.causes} == {MIXED}


def test_guidance_that_was_wrong_is_no_restatement() -> None:
    facts = (
        fact("9M FY2024", "33", "2024-11-01")
        + fact("FY2024", "40", "2024-05-01", "guidance")
        + fact("FY2024", "46", "2025-02-01")
    )
    assert quarters(facts, "2025-02-01")["2024-12-31"] == 13


PARTS = {"Q1 FY2024": (0, 1), "H1 FY2024": (0, 2), "9M FY2024": (0, 3), "FY2024": (0, 4), "Q3 FY2024": (2, 3)}


@given(
    st.lists(st.integers(1, 99), min_size=4, max_size=4),
    st.lists(st.integers(100, 999), min_size=4, max_size=4),
    st.lists(st.sampled_from(sorted(PARTS)), max_size=6, unique=True),
    st.integers(0, 6),
)
def test_every_derived_quarter_is_one_of_a_whole_vintage(
    old: list[int], new: list[int], order: list[str], said: int
) -> None:
    """A company gives everything once, and then one part after the other anew on another basis, in any order: each quarter
    that is derived is the old one or the new one, and nothing between."""
    facts = "".join(fact(p, str(sum(old[a:b])), f"2025-01-{n + 1:02d}") for n, (p, (a, b)) in enumerate(PARTS.items()))
    for n, part in enumerate(order[:said]):
        a, b = PARTS[part]
        facts += fact(part, str(sum(new[a:b])), f"2025-02-{n + 1:02d}")
    ends = ("2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31")
    found = quarters(facts, "2025-03-01")
    for n, end in enumerate(ends):
        assert found[end] in (old[n], new[n]), (end, order[:said])


@pytest.mark.parametrize("order", list(itertools.permutations(["FY2024", "9M FY2024"])))
def test_once_all_was_given_anew_the_order_does_not_matter(order: tuple[str, ...]) -> None:
    values = {"FY2024": "66", "9M FY2024": "48"}
    anew = "".join(fact(part, values[part], f"2025-0{n + 3}-01") for n, part in enumerate(order))
    facts = fact("9M FY2024", "33", "2024-11-01") + fact("FY2024", "46", "2025-02-01") + anew
    assert quarters(facts, "2025-06-01")["2024-12-31"] == 18
