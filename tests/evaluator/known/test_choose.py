"""Which of several facts about one period counts, and what is said of the others."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.schema.report import Report
from evaluator.values.values import Figure
from tests.support.runs import HEAD, TAIL, company, fact, ran

RULES = 'input revenue "Revenue" : money per quarter\nmetric year "Year" = ttm(revenue)\nkill k when year < 0 or revenue < 0\n'
RATE = 'exchange_rates:\n  - {of: USD, to: CNY, date: 2026-01-01, value: 7, published: 2026-01-01, source: "S"}\n'
Q4 = "2026-03-31"


def report(*facts: str, more: str = "") -> tuple[Report, tuple[float, float] | None]:
    """The report as of 2026-05-14 and what the revenue of the quarter is."""
    run = ran(HEAD + RULES + TAIL, company("  revenue:\n" + "".join(facts), more=more), dt.date(2026, 5, 14))
    value = run.evaluation.of("revenue")
    assert isinstance(value, Figure)
    return run.report(), (value.low, value.high) if value.known else None


def test_each_step_of_a_restatement_is_named_with_its_size() -> None:
    found, value = report(
        fact(Q4, "10bn", "2026-04-20"), fact(Q4, "12bn", "2026-05-10"), fact(Q4, "11bn", "2026-05-01")
    )
    assert value == (12e9, 12e9)
    assert [(x.was, x.now, x.change) for x in found.restated] == [
        ("10bn CNY", "11bn CNY", "+1bn CNY (+10%)"),
        ("11bn CNY", "12bn CNY", "+1bn CNY (+9.09%)"),
    ]


def test_what_it_restates_is_told_in_the_words_of_the_source() -> None:
    later = fact(Q4, "11bn", "2026-05-10").replace("value:", 'restates: "before Sun Art left", value:')
    found, _ = report(fact(Q4, "10bn", "2026-04-20"), later)
    assert found.restated[0].detail.endswith(": before Sun Art left")


def test_the_same_in_another_currency_is_no_restatement_and_another_amount_is_one() -> None:
    found, value = report(fact(Q4, "70bn", "2026-04-20"), fact(Q4, "10bn USD", "2026-05-10"), more=RATE)
    assert (found.restated, value) == ([], (70e9, 70e9))
    found, value = report(fact(Q4, "10bn", "2026-04-20"), fact(Q4, "10bn USD", "2026-05-10"), more=RATE)
    assert [(x.was, x.now) for x in found.restated] == [("10bn CNY", "70bn CNY")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_figures_that_agree_as_far_as_their_digits_go_are_one_and_the_finer_counts(order: tuple[int, int]) -> None:
    facts = [fact(Q4, "39.8bn", "2026-05-01"), fact(Q4, "39.824bn", "2026-05-01")]
    found, value = report(*(facts[n] for n in order))
    assert (found.disputed, found.restated, value) == ([], [], (39.824e9, 39.824e9))
    found, value = report(fact(Q4, "39.7bn", "2026-05-01"), facts[1])
    assert value == (39.7e9, 39.824e9)
    assert [x.now for x in found.disputed] == ["bounds that span them"]


@pytest.mark.parametrize("soft", ["guidance", "claim", "estimate"])
def test_what_follows_from_reported_figures_is_taken_before_what_was_expected(soft: str) -> None:
    facts = [fact("9M FY2026", "33bn", "2026-02-01"), fact("FY2026", "46bn", "2026-05-01")]
    found, value = report(*facts, fact(Q4, "15bn", "2026-05-01", soft))
    assert value == (13e9, 13e9)
    assert [x.period for x in found.derived] == ["quarter to 2026-03-31"]
    assert found.unreconciled == []
    found, value = report(*facts, fact(Q4, "15bn", "2026-05-01"))
    assert value == (15e9, 15e9)
    assert len(found.unreconciled) == 1


def test_a_year_that_was_only_expected_gives_way_to_its_quarters() -> None:
    quarters = [fact(f"Q{n} FY2026", f"{9 + n}bn", "2026-05-01") for n in (1, 2, 3, 4)]
    found, _ = report(*quarters, fact("FY2026", "50bn", "2025-05-01", "guidance"))
    year = next(f for f in found.graph.nodes if f.name == "year")
    assert year.text == "46bn CNY"


def test_a_quarter_that_follows_from_guidance_alone_is_there_where_nothing_firmer_is() -> None:
    found, value = report(fact("9M FY2026", "33bn", "2026-02-01"), fact("FY2026", "46bn", "2026-02-01", "guidance"))
    assert [(x.period, x.now) for x in found.derived] == [
        ("quarter to 2026-03-31", "13bn CNY"),
    ]
    assert value is None  # the period that is read is the last with results


KINDS = ["reported", "derived", "guidance", "claim", "estimate"]
"""The firmest first."""
PAIRS = [(firm, soft) for n, firm in enumerate(KINDS) for soft in KINDS[n + 1 :]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("firm", "soft"), PAIRS)
def test_of_one_day_the_firmest_kind_counts(firm: str, soft: str, order: tuple[int, int]) -> None:
    """And the report says who was contradicted, whatever the order in the file."""
    facts = [fact(Q4, "10bn", "2026-05-01", firm), fact(Q4, "12bn", "2026-05-01", soft)]
    found, value = report(*(facts[n] for n in order))
    assert value == (10e9, 10e9)
    assert [x.now for x in found.disputed] == ["the firmest kind"]


def firm_kind(kind: str) -> bool:
    """Whether a kind says what was."""
    return kind in ("reported", "derived")


@pytest.mark.parametrize(("firm", "soft"), PAIRS)
def test_of_two_days_the_later_counts_and_what_is_expected_never_displaces_what_was(firm: str, soft: str) -> None:
    for first, second in ((firm, soft), (soft, firm)):
        found, value = report(fact(Q4, "10bn", "2026-05-01", first), fact(Q4, "12bn", "2026-05-02", second))
        if firm_kind(first) and not firm_kind(second):
            assert (value, found.restated) == ((10e9, 10e9), [])
        else:
            assert value == (12e9, 12e9)
            assert [(x.was, x.now) for x in found.restated] == [("10bn CNY", "12bn CNY")]


RANKS = ["primary", "secondary", "opinion"]
"""The nearest to the company first."""


def ranked(value: str, published: str, rank: str) -> str:
    """A reported figure from a source of some rank."""
    return fact(Q4, value, published).replace("value:", f"rank: {rank}, value:")


@pytest.mark.parametrize(("near", "far"), [(a, b) for n, a in enumerate(RANKS) for b in RANKS[n + 1 :]])
def test_a_later_copy_never_restates_a_filing_and_is_shown_as_a_contradiction(near: str, far: str) -> None:
    found, value = report(ranked("10bn", "2026-05-01", near), ranked("12bn", "2026-05-02", far))
    assert (value, found.restated) == ((10e9, 10e9), [])
    assert [x.now for x in found.disputed] == [f"the {near} source"]
    found, value = report(ranked("10bn", "2026-05-01", far), ranked("12bn", "2026-05-02", near))
    assert value == (12e9, 12e9)
    assert [(x.was, x.now) for x in found.restated] == [("10bn CNY", "12bn CNY")]
    found, value = report(ranked("10bn", "2026-05-01", near), ranked("12bn", "2026-05-01", far))
    assert value == (10e9, 10e9)
    assert [x.now for x in found.disputed] == [f"the {near} source"]


def test_a_copy_that_agrees_says_nothing_new_and_one_that_came_first_stays_until_the_filing() -> None:
    agreed, value = report(ranked("10.02bn", "2026-05-01", "primary"), ranked("10bn", "2026-05-02", "secondary"))
    assert (value, agreed.disputed, agreed.restated) == ((10.02e9, 10.02e9), [], [])
    early, value = report(ranked("12bn", "2026-04-28", "opinion"))
    assert (value, early.disputed) == ((12e9, 12e9), [])


def test_a_restatement_of_the_filing_still_counts_after_a_copy_was_passed_over() -> None:
    found, value = report(
        ranked("10bn", "2026-05-01", "primary"),
        ranked("12bn", "2026-05-02", "secondary"),
        ranked("11bn", "2026-05-03", "primary"),
    )
    assert value == (11e9, 11e9)
    assert [(x.was, x.now) for x in found.restated] == [("10bn CNY", "11bn CNY")]
