"""Quarters of 12, 13, 16 and 17 weeks: where they end, what they are called, and what is still a slip of the pen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.facts.calendar import USUAL_WEEKS, Calendar, Unclear, weeks_of, weeks_that_fit
from evaluator.facts.model import Company
from evaluator.readers.assemble import assemble
from evaluator.readers.filings import filings
from evaluator.readers.load import read_company
from evaluator.readers.rows import Settings
from evaluator.readers.write import company_text
from evaluator.values.series import Series
from tests.support.filed import CASH, REVENUE, company_facts, flow
from tests.support.runs import HEAD, TAIL, fact, number, ran

RULES = "input revenue : money per quarter\nmetric year = ttm(revenue)\nkill k when year < 0 or revenue < 0\n"
ABOUT = "name: Example Stores\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 08-31\n"
ENDS = ("2024-11-24", "2025-02-16", "2025-05-11", "2025-08-31")
FACTS = "facts:\n  revenue:\n" + "".join(
    fact(end, f"{value}m", str(dt.date.fromisoformat(end) + dt.timedelta(days=18)))
    for end, value in zip(ENDS, (60, 61, 62, 84), strict=True)
)


def read(text: str) -> Company:
    found, problems = read_company(SourceFile("facts.yaml", text))
    assert found is not None, "\n".join(to_text(d) for d in problems)
    return found


@pytest.mark.parametrize("said", ["", "quarters: 12, 12, 12, 16 weeks\n", "quarters: 12, 12, 12 and 16 weeks\n"])
def test_a_year_of_three_short_quarters_and_a_long_one(said: str) -> None:
    about = read(ABOUT + said + FACTS)
    assert about.quarters in ((), (12, 12, 12, 16)) if said else about.quarters == (12, 12, 12, 16)
    evaluation = ran(HEAD + RULES + TAIL, about, dt.date(2025, 12, 1)).evaluation
    assert number(evaluation.of("year")) == 267e6
    series = evaluation.view.values["revenue"]
    assert isinstance(series, Series)
    assert [evaluation.clock.label(o, series.frequency) for o in sorted(series.points)] == [
        f"quarter to {end}" for end in ENDS
    ]
    assert company_text(read(company_text(about))) == company_text(about)


def test_a_quarter_is_read_once_it_has_ended_and_not_weeks_later() -> None:
    evaluation = ran(HEAD + RULES + TAIL, read(ABOUT + FACTS), dt.date(2025, 5, 29)).evaluation
    assert number(evaluation.of("revenue")) == 62e6


def test_a_day_that_ends_no_quarter_is_still_refused() -> None:
    slip = (
        ABOUT
        + "facts:\n  revenue:\n"
        + fact("2025-05-11", "62m", "2025-06-29")
        + fact("2025-02-28", "61m", "2025-03-29")
    )
    program = HEAD + RULES + TAIL
    with pytest.raises(AssertionError, match="2025-05-11 is not the end of a quarter"):
        ran(program, read(slip), dt.date(2025, 12, 1))


def test_days_on_which_results_came_out_are_no_ends_of_quarters() -> None:
    """They lie where quarters of 16, 12, 12 and 12 weeks would end."""
    days = [f"{y}-{d}" for y in (2024, 2025) for d in ("04-23", "07-18", "10-10")]
    facts = "facts:\n  revenue:\n" + "".join(fact(day, "62m", day) for day in days)
    about = read(ABOUT.replace("08-31", "12-31") + facts)
    assert about.quarters == ()
    with pytest.raises(AssertionError, match="2024-04-23 is not the end of a quarter"):
        ran(HEAD + RULES + TAIL, about, dt.date(2025, 12, 1))


@pytest.mark.parametrize(
    "text", ["12, 12, 12, 17 weeks", "12, 12, 16 weeks", "10, 14, 14, 14 weeks", "thirteen", "12 12 12 16", "weeks"]
)
def test_weeks_that_make_up_no_year(text: str) -> None:
    found = weeks_of(text)
    assert isinstance(found, Unclear) == (text != "12, 12, 12, 17 weeks")
    company, problems = read_company(SourceFile("facts.yaml", f"{ABOUT}quarters: {text}\n"))
    if isinstance(found, Unclear):
        assert company is None
        assert "12, 12, 12, 16 weeks" in "\n".join(to_text(d) for d in problems)


@given(st.sampled_from(USUAL_WEEKS), st.integers(1, 12), st.integers(2000, 2040), st.integers(-3, 3), st.booleans())
def test_each_quarter_of_a_year_of_weeks_is_found_again(
    weeks: tuple[int, ...], month: int, year: int, off: int, longer: bool
) -> None:
    """Fiscal years end on the weekday next to the end of a month; every sixth has 53 weeks, the last quarter one more."""
    months = Calendar(month, 28)
    calendar = replace(months, weeks=weeks)
    close = months.end(year, Frequency.YEAR) + dt.timedelta(days=off)
    last = weeks[3] + longer
    ends = [close - dt.timedelta(weeks=n) for n in (last + weeks[2] + weeks[1], last + weeks[2], last, 0)]
    found = [calendar.ordinal(end, Frequency.QUARTER) for end in ends]
    if not longer or off >= 0:
        assert found == [4 * year + n for n in range(4)]
        assert [calendar.month_of(end) for end in ends] == [
            calendar.closes(4 * year + n, Frequency.QUARTER) for n in range(4)
        ]
    assert weeks_that_fit(months, set()) == ()


@pytest.mark.parametrize(
    ("lengths", "said"),
    [((12, 12, 12, 16), "12, 12, 12, 16 weeks"), ((16, 12, 12, 12), "16, 12, 12, 12 weeks"), ((13, 13, 13, 13), "")],
)
def test_filings_say_how_long_quarters_are(lengths: tuple[int, ...], said: str) -> None:
    figures, start = [], dt.date(2022, 8, 29)
    for _ in range(3):
        at, opened = start, start
        for n, weeks in enumerate(lengths):
            end = at + dt.timedelta(weeks=weeks, days=-1)
            filed = str(end + dt.timedelta(days=30))
            if n < 3:
                figures.append(flow(REVENUE, f"{at}..{end}", 10 * weeks, filed))
                figures.append(flow(CASH, f"{opened}..{end}", 5 * sum(lengths[: n + 1]), filed))
            else:
                figures += [flow(c, f"{opened}..{end}", v, filed, "10-K") for c, v in ((REVENUE, 520), (CASH, 260))]
            at = end + dt.timedelta(days=1)
        start = at
    reading = filings.read(SourceFile("companyfacts.json", company_facts(figures)), Settings(ticker="EXMPL"))
    assert reading.weak.get("quarters", "") == said
    about, problems = assemble([reading], "companyfacts.json")
    assert problems == []
    assert about is not None
    rules = RULES.replace("kill k", "input operating_cash : money per quarter\nkill k2 when operating_cash < 0\nkill k")
    seen = ran(HEAD + rules + TAIL, about, dt.date(2025, 12, 1)).evaluation
    for name, each in (("revenue", 10), ("operating_cash", 5)):
        series = seen.view.values[name]
        assert isinstance(series, Series)
        assert [number(series.points[o]) for o in sorted(series.points)] == [each * w for w in lengths] * 3
