"""What a period covers: written lengths, halves, years of 52 and 53 weeks, fiscal years that end anywhere or changed."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.facts.calendar import Calendar, Period, Unclear, calendar_of
from evaluator.known.bind import bind
from evaluator.readers.load import read_company
from evaluator.session.run import Run
from evaluator.values.values import Figure
from tests.support.runs import HEAD, TAIL, checked, company, fact, ran

Q, Y = Frequency.QUARTER, Frequency.YEAR
REVENUE = (
    'input revenue "Revenue" : money per quarter\nmetric year "Year" = ttm(revenue)\n'
    'metric growth "Growth" = yoy(revenue)\nmetric lately "Quarter on quarter" = qoq(revenue)\n'
    "kill k when year < 0 or growth < 0% or lately < 0%\n"
)
YEARLY = 'input revenue "Revenue" : money per year\nmetric growth "Growth" = yoy(revenue)\nkill k when growth < 0%\n'


def calendar(text: str) -> Calendar:
    found = calendar_of(text)
    assert isinstance(found, Calendar), found
    return found


def go(rules: str, facts: str, as_of: str, ends: str = "12-31", more: str = "") -> Run:
    return ran(HEAD + rules + TAIL, company("  revenue:\n" + facts, ends=ends, more=more), dt.date.fromisoformat(as_of))


def read(run: Run, name: str) -> float | None:
    """The exact figure of a name, rounded; None for unknown."""
    value = run.evaluation.of(name)
    assert isinstance(value, Figure)
    assert value.is_exact or not value.known
    return round(value.low, 6) if value.known else None


def codes(rules: str, facts: str, ends: str = "12-31", more: str = "") -> list[str]:
    program = checked(HEAD + rules + TAIL).program
    assert program is not None
    return [d.code for d in bind(program, company("  revenue:\n" + facts, ends=ends, more=more)).diagnostics]


# --- how an interval is written -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "end", "months"),
    [
        ("2025-09-30", "2025-09-30", 0),
        ("3M 2025-09-30", "2025-09-30", 3),
        ("6M 2025-09-30", "2025-09-30", 6),
        ("9M 2025-12-31", "2025-12-31", 9),
        ("12M 2025-12-31", "2025-12-31", 12),
        ("TTM 2025-12-31", "2025-12-31", 12),
        ("YTD 2025-12-31", "2025-12-31", 9),
        ("YTD 2026-03-31", "2026-03-31", 12),
        ("YTD 2025-06-28", "2025-06-28", 3),
        ("FY2026", "2026-03-31", 12),
        ("H1 FY2026", "2025-09-30", 6),
        ("9M FY2026", "2025-12-31", 9),
        ("Q4 FY2026", "2026-03-31", 3),
    ],
)
def test_an_interval_says_its_length(text: str, end: str, months: int) -> None:
    found = Calendar(3, 31).parse(text)
    assert isinstance(found, Period)
    assert (found.end.isoformat(), found.months) == (end, months)


@pytest.mark.parametrize(
    "text", ["25M 2025-12-31", "0M 2025-12-31", "9M 2025-02-30", "9M", "YTD FY2026", "Q5 FY2026", "FY26", ""]
)
def test_what_is_no_period_is_said(text: str) -> None:
    found = Calendar(3, 31).parse(text)
    assert isinstance(found, Unclear)
    assert found.reason
    assert found.mend


def test_a_quarter_from_two_intervals_whose_lengths_are_written() -> None:
    run = go(
        REVENUE,
        fact("6M 2025-06-30", "20bn", "2025-08-01") + fact("YTD 2025-09-30", "33bn", "2025-11-01"),
        "2025-11-02",
    )
    assert read(run, "revenue") == 13e9
    (found,) = run.report().derived
    assert found.detail.startswith(
        "year to date, to 2025-09-30 − half to 2025-06-30 (facts 1, 2), known since 2025-11-01"
    )


# --- companies that report by halves ------------------------------------------------------------------------

HALVES = "".join(
    fact(period, value, published)
    for period, value, published in [
        ("H1 FY2024", "40bn", "2024-08-20"),
        ("FY2024", "100bn", "2025-03-20"),
        ("6M 2025-06-30", "50bn", "2025-08-20"),
        ("H2 FY2025", "66bn", "2026-03-20"),
    ]
)
BY_HALVES = "reports: halves\n"


@pytest.mark.parametrize(
    ("as_of", "growth", "year"),
    [
        ("2025-08-20", 0.25, 110e9),  # 50 over 40; the year is 100 + 50 − 40
        ("2026-03-20", 0.1, 116e9),  # 66 over the 60 that the year leaves; 50 + 66
        ("2025-03-20", None, 100e9),
    ],
)
def test_a_year_ago_is_two_halves_back_and_two_halves_are_a_year(as_of: str, growth: float | None, year: float) -> None:
    run = go(REVENUE, HALVES, as_of, more=BY_HALVES)
    assert (read(run, "growth"), read(run, "year")) == (growth, year)
    assert any("results come by halves" in w and "`revenue`" in w for w in run.report().warnings)


def test_the_amount_of_a_half_is_never_held_against_one_that_is_meant_for_a_quarter() -> None:
    rules = REVENUE + 'pillar q "?"\nbull large on q when revenue > 60bn CNY\nbull any on q when revenue > 0 CNY\n'
    rules += "bull grows on q when revenue > lag(revenue, 1)\nbull lasts on q when growth > 5% for 2 halves\n"
    evaluation = go(rules, HALVES, "2026-03-20", more=BY_HALVES).evaluation
    states = {name: evaluation.judged[name].state.value for name in ("large", "any", "grows", "lasts")}
    assert states == {"large": "unknown", "any": "true", "grows": "true", "lasts": "true"}
    reasons = {c.reason for c in evaluation.judged["large"].truth.causes}
    assert reasons == {"only the half that ends then is known, and the rules ask for a quarter"}
    assert evaluation.clock.label(evaluation.trace["lasts.when"].period or 0, Frequency.HALF) == "half to 2025-12-31"


def test_halves_of_a_company_that_reports_quarters_make_no_growth() -> None:
    assert read(go(REVENUE, HALVES, "2026-03-20"), "growth") is None


def test_a_day_alone_is_refused_where_halves_are_reported() -> None:
    assert codes(REVENUE, fact("2025-06-30", "50bn", "2025-08-20"), more=BY_HALVES) == ["F026"]
    assert codes(REVENUE, fact("2025-06-30", "50bn", "2025-08-20")) == []
    assert codes(REVENUE, fact("3M 2025-06-30", "50bn", "2025-08-20"), more=BY_HALVES) == []


def test_a_percent_of_a_half_stands_where_the_half_ends() -> None:
    rules = 'input revenue "Margin" : percent per quarter\nmetric change "C" = change(revenue, 2)\nkill k when change < 0pp\n'
    facts = fact("H1 FY2024", "30%", "2024-08-20") + fact("H1 FY2025", "33%", "2025-08-20")
    assert read(go(rules, facts, "2025-08-20", more=BY_HALVES), "change") == 0.03
    assert codes(rules, facts) == ["F023", "F023"]


def test_how_often_results_come_is_quarters_or_halves() -> None:
    text = "name: A\nticker: A\ncurrency: CNY\nfiscal_year_ends: 12-31\nreports: yearly\nfacts: {}\n"
    _, (problem,) = read_company(SourceFile("f.yaml", text))
    assert (problem.code, "quarters, halves" in (problem.hint or "")) == ("F012", True)


# --- fiscal years that end anywhere ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "days"),
    [
        ("09-30", ["2022-09-24", "2023-09-30", "2024-09-28", "2025-09-27"]),  # the last Saturday of September
        ("01-31", ["2022-01-29", "2023-01-28", "2024-02-03", "2025-02-01"]),  # the Saturday nearest to its end
        ("12-31", ["2023-01-01", "2023-12-31", "2024-12-29", "2025-12-28"]),
    ],
)
def test_years_of_52_and_53_weeks_are_those_of_their_month(ends: str, days: list[str]) -> None:
    made = calendar(ends)
    years = [made.ordinal(dt.date.fromisoformat(day), Y) for day in days]
    assert None not in years
    assert [b - a for a, b in pairwise(years) if a and b] == [1, 1, 1]


def test_growth_over_years_of_52_and_53_weeks() -> None:
    facts = fact("2024-02-03", "10bn", "2024-03-01") + fact("2025-02-01", "12bn", "2025-03-01")
    run = go(REVENUE, facts, "2025-03-01", ends="01-31")
    assert read(run, "growth") == 0.2


def test_a_year_of_52_weeks_and_parts_of_it_make_the_rest() -> None:
    facts = fact("9M 2025-06-28", "30bn", "2025-08-01") + fact("12M 2025-09-27", "44bn", "2025-11-01")
    assert read(go(REVENUE, facts, "2025-11-01", ends="09-30"), "revenue") == 14e9


@pytest.mark.parametrize("month", range(1, 13))
def test_quarters_of_every_fiscal_year_end_with_it(month: int) -> None:
    made = Calendar(month, 28)
    year = made.ordinal(made.month_end(2025 * 12 + month), Y)
    assert year == 2025
    ends = [made.end(4 * 2025 + n, Q) for n in range(4)]
    assert [made.ordinal(end, Q) for end in ends] == [4 * 2025 + n for n in range(4)]
    assert ends[3] == made.end(2025, Y)
    assert [made.closes(4 * 2025 + n, Q) for n in range(4)] == [made.month_of(end) for end in ends]
    assert all(made.closing(made.closes(o, Q), Q) == o for o in range(8000, 8012))


def test_a_year_that_ends_within_a_month() -> None:
    facts = fact("H1 FY2025", "20bn", "2024-11-01") + fact("9M 2025-01-05", "33bn", "2025-02-01")
    run = go(REVENUE, facts, "2025-02-01", ends="04-05")
    assert read(run, "revenue") == 13e9


# --- fiscal years that were changed -----------------------------------------------------------------------------

CHANGED = "12-31, 03-31 from 2024-01-01"


def test_the_transition_is_no_year() -> None:
    made = calendar(CHANGED)
    found = [made.parse(text) for text in ("FY2023", "FY2024", "FY2025", "Q1 FY2023", "Q1 FY2025")]
    assert all(isinstance(p, Period) for p in found)
    assert [(p.end.isoformat(), p.months) for p in found if isinstance(p, Period)] == [
        ("2023-12-31", 12), ("2024-03-31", 3), ("2025-03-31", 12), ("2023-03-31", 3), ("2024-06-30", 3)
    ]  # fmt: skip
    assert isinstance(made.parse("H1 FY2024"), Unclear)
    assert [made.name(year, Y) for year in (2023, 2024, 2025)] == ["year to 2023-03-31", "year to 2024-03-31", "FY2025"]


def test_two_fiscal_years_that_end_in_one_year_are_not_chosen_between() -> None:
    found = calendar("03-31, 12-31 from 2024-04-01").parse("FY2024")
    assert isinstance(found, Unclear)
    assert found.mend == "write which is meant: 12M 2024-03-31 or 9M 2024-12-31"


def test_a_transition_is_never_held_against_a_full_year() -> None:
    facts = (
        fact("FY2022", "80bn", "2023-02-01")
        + fact("FY2023", "100bn", "2024-02-01")
        + fact("FY2024", "30bn", "2024-05-01")
        + fact("FY2025", "130bn", "2025-05-01")
    )
    assert read(go(YEARLY, facts, "2024-02-01", ends=CHANGED), "growth") is None  # the change is in force already
    assert read(go(YEARLY, facts, "2024-05-01", ends=CHANGED), "growth") is None
    assert read(go(YEARLY, facts, "2025-05-01", ends=CHANGED), "growth") is None
    assert read(go(YEARLY, facts, "2025-05-01", ends=CHANGED), "revenue") == 130e9
    with_quarters = facts + fact("3M 2023-03-31", "22bn", "2023-05-01")
    run = go(YEARLY, with_quarters, "2025-05-01", ends=CHANGED)  # 100 − 22 + 30 = 108 to March 2024
    assert read(run, "growth") == round(130 / 108 - 1, 6)
    assert [x.period for x in run.report().derived] == ["year to 2024-03-31"]


def test_before_the_change_the_old_years_count() -> None:
    facts = fact("FY2021", "80bn", "2022-02-01") + fact("FY2022", "100bn", "2023-02-01")
    assert read(go(YEARLY, facts, "2023-06-30", ends=CHANGED), "growth") == 0.25


def test_quarters_off_the_new_grid_are_kept_and_fill_no_period() -> None:
    changed = "01-31, 12-31 from 2024-02-01"
    facts = fact("2023-10-31", "10bn", "2023-12-01") + fact("2024-01-31", "11bn", "2024-03-01")
    facts += fact("2M 2024-03-31", "8bn", "2024-05-01") + fact("2024-06-30", "13bn", "2024-08-01")
    run = go(REVENUE, facts, "2024-08-01", ends=changed)
    assert codes(REVENUE, facts, changed) == []
    assert (read(run, "revenue"), read(run, "growth"), read(run, "year")) == (13e9, None, None)
    assert read(go(REVENUE, facts, "2024-01-20", ends=changed), "revenue") == 10e9


@pytest.mark.parametrize(
    "text",
    [
        "12-31, 03-31",
        "12-31, 03-31 from 2024-13-01",
        "13-01",
        "12-31, 9-30 from 2024-01-01",
        "12-31, 03-31 from 2024-01-01, 06-30 from 2023-01-01",
        "",
    ],
)
def test_what_is_no_end_of_a_fiscal_year_is_said(text: str) -> None:
    assert isinstance(calendar_of(text), Unclear)


def test_a_balance_is_the_same_however_its_day_is_written() -> None:
    rules = 'input revenue "Debt" : money per quarter balance\nmetric change "C" = change(revenue, 2)\nkill k when change > 0 USD\n'
    facts = (
        fact("FY2024", "10bn", "2025-03-20")
        + fact("H1 FY2025", "11bn", "2025-08-20")
        + fact("2025-12-31", "12bn", "2026-03-20")
    )
    run = go(rules.replace("USD", "CNY"), facts, "2026-03-20", more=BY_HALVES)
    assert (read(run, "revenue"), read(run, "change")) == (12e9, 2e9)
    assert run.report().derived == []
    assert run.report().unreconciled == []
