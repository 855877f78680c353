"""The headings of periods: what they cover, and that nothing is guessed.

Laws: a period written in any of the ways that analysts use reads back as that period; a mark of an estimate makes an estimate,
whatever stands before it; a day that may be two days is refused, and no other.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.facts.calendar import Calendar
from evaluator.facts.spelling import Misspelled
from evaluator.readers.layouts.days import day_of, month_of, order_of
from evaluator.readers.layouts.headings import Covered, Rule, covered, end_of, looks_like_one, spaced
from evaluator.readers.rows import Interval

DECEMBER, MARCH = Calendar(), Calendar(3, 31)
QUARTERS = (
    "Q{q} {y}",
    "{q}Q{yy}",
    "Q{q}'{yy}",
    "{y}Q{q}",
    "{y}-Q{q}",
    "Q{q} FY{y}",
    "FY{yy} Q{q}",
    "{q}Q {y}",
    "FQ{q} {y}",
    "q{q}-{yy}",
)
YEARS = ("FY{yy}", "FY{y}", "FY {y}", "{y}", "FY'{yy}")
HALVES = ("H{h} {yy}", "{h}H{yy}", "H{h} FY{y}", "{h}H {y}")
ESTIMATES = ("{}E", "{} E", "{}e", "{} (E)", "{} Est", "{}F", "{} est.")


def read(text: str, calendar: Calendar | None = DECEMBER, **rule: object) -> Covered | Misspelled:
    return covered(text, Rule(**rule), calendar)  # type: ignore[arg-type]


@given(st.sampled_from(QUARTERS), st.integers(2000, 2099), st.integers(1, 4), st.sampled_from(("", *ESTIMATES)))
def test_a_quarter_reads_back(form: str, year: int, quarter: int, estimate: str) -> None:
    text = form.format(q=quarter, y=year, yy=f"{year % 100:02d}")
    found = read(estimate.format(text) if estimate else text)
    assert found == Covered(period=f"Q{quarter} FY{year}", estimate=bool(estimate))


@given(st.sampled_from(YEARS), st.integers(2000, 2099), st.sampled_from(("", "A", " (A)", *ESTIMATES)))
def test_a_year_reads_back(form: str, year: int, mark: str) -> None:
    text = form.format(y=year, yy=f"{year % 100:02d}")
    found = read(mark.format(text) if "{}" in mark else text + mark)
    assert found == Covered(period=f"FY{year}", estimate="{}" in mark, actual="A" in mark)


@given(st.sampled_from(HALVES), st.integers(2000, 2099), st.integers(1, 2))
def test_a_half_reads_back(form: str, year: int, half: int) -> None:
    assert read(form.format(h=half, y=year, yy=f"{year % 100:02d}")) == Covered(period=f"H{half} FY{year}")


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_is_read_in_one_way_or_refused(day: dt.date) -> None:
    for form in ("%Y-%m-%d", "%b %d, %Y", "%d-%b-%y", "%d %B %Y", "%b-%d-%Y", "%Y%m%d", "%Y-%m-%d 00:00:00-04:00"):
        assert day_of(day.strftime(form)) == day
    assert day_of(day.strftime("%m/%d/%Y"), "month first") == day == day_of(day.strftime("%d.%m.%y"), "day first")
    found = day_of(day.strftime("%m/%d/%Y"))
    assert isinstance(found, Misspelled) if day.day <= 12 and day.day != day.month else found == day


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(("%b-%y", "%b %Y", "%B %Y", "%Y-%m", "%b'%y"))
)
def test_a_month_is_its_last_day(day: dt.date, form: str) -> None:
    end = month_of(day.strftime(form))
    assert end is not None
    assert (end.year, end.month, (end + dt.timedelta(days=1)).day) == (day.year, day.month, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sep-25", "a day, a month, a quarter or a year"),
        ("2025-09-30", "a day, a month, a quarter or a year"),
        ("03/04/2025", "2025-03-04 or 2025-04-03"),
        ("31/31/2025", "there is no day"),
        ("LTM", "when its twelve months end"),
        ("TTM", "when its twelve months end"),
        ("Revenue", "is not a period"),
        ("Q5 2025", "is not a period"),
        ("H3 25", "is not a period"),
        ("25", "is not a period"),
        ("E", "is not a period"),
        ("Growth 2025E", "is not a period"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    found = read(text)
    assert isinstance(found, Misspelled)
    assert words in found.reason
    assert found.mend


def test_a_quarter_of_which_year() -> None:
    assert isinstance(read("Q1 2025", MARCH), Misspelled)
    assert isinstance(read("FY25", MARCH), Covered)
    assert read("Q1 2025", MARCH, years="fiscal") == Covered(period="Q1 FY2025")
    assert read("FQ1 2025", MARCH) == Covered(period="Q1 FY2025")
    calendar = read("Q1 2025", MARCH, years="calendar")
    assert isinstance(calendar, Covered)
    assert end_of(calendar, MARCH) == dt.date(2025, 3, 31)
    assert end_of(Covered(period="Q1 FY2025"), MARCH) == dt.date(2024, 6, 30)


@pytest.mark.parametrize(
    "text", ["LTM Sep-25", "TTM 2025-09-30", "Sep-25 LTM", "LTM 12 months Sep-30-2025", "LTM Q3 2025", "TTM (Sep-25)"]
)
def test_twelve_months_that_end_then(text: str) -> None:
    found = read(text.replace("(", "").replace(")", ""))
    assert found == Covered(Interval(dt.date(2025, 9, 30), 12, trailing=True))


def test_a_length_that_is_written_out() -> None:
    found = read("3 months ended Dec 31, 2025")
    assert found == Covered(Interval(dt.date(2025, 12, 31), 3, start=dt.date(2025, 10, 1)))
    assert read("Sep-25", each="quarter") == Covered(Interval(dt.date(2025, 9, 30), 3))
    assert read("2025-07-01", each="quarter from its first day") == Covered(Interval(dt.date(2025, 9, 30), 3))
    assert read("2025-11-01", each="quarter from its first day") == Covered(Interval(dt.date(2026, 1, 31), 3))


def test_how_far_apart_days_are() -> None:
    ends = [dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 9, 30)]
    assert spaced(ends) == "quarter"
    assert spaced(ends[:1]) is None
    assert spaced([dt.date(y, 12, 31) for y in (2020, 2021, 2023)]) == "year"
    assert spaced([dt.date(2024, 12, 31), dt.date(2025, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 5, 5)]) is None


def test_the_order_that_a_column_shows() -> None:
    assert order_of(["03/04/2026", "03/14/2026"]) == "month first"
    assert order_of(["03/04/2026", "14/03/2026"]) == "day first"
    assert order_of(["03/14/2026", "14/03/2026"]) is None
    assert order_of(["03/04/2026"]) is None


def test_labels_are_no_headings() -> None:
    assert not any(looks_like_one(t) for t in ("", "Revenue", "Total", "USD", "n/a", "1,234", "Q", "FY", "Note 5"))
    assert all(looks_like_one(t) for t in ("Sep-25", "FY25", "2024", "12/31/2024", "03/04/2025", "1Q25E"))
