"""The one table of lengths: by the calendar, clamped at the ends of months, the same whichever unit says it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.types.lengths import LENGTHS, Duration, days_back, month_length, window_in
from dsl.types.units import Frequency

D, W, M, Q, H, Y = Frequency
DAYS = st.dates(dt.date(1, 1, 1), dt.date(2400, 12, 31))


def before(day: str, count: int, unit: Frequency) -> str:
    return Duration(count, unit).before(dt.date.fromisoformat(day)).isoformat()


@pytest.mark.parametrize(
    ("day", "count", "unit", "then"),
    [
        ("2026-05-14", 1, Q, "2026-02-14"),
        ("2026-05-31", 1, Q, "2026-02-28"),
        ("2024-05-31", 1, Q, "2024-02-29"),
        ("2026-03-31", 1, M, "2026-02-28"),
        ("2026-05-31", 1, M, "2026-04-30"),
        ("2026-08-31", 1, H, "2026-02-28"),
        ("2026-06-30", 3, H, "2024-12-30"),
        ("2024-02-29", 1, Y, "2023-02-28"),
        ("2028-02-29", 4, Y, "2024-02-29"),
        ("2026-01-01", 1, M, "2025-12-01"),
        ("2026-05-14", 60, D, "2026-03-15"),
        ("2026-05-14", 2, W, "2026-04-30"),
        ("2026-05-14", 9999, Y, "0001-01-01"),
        ("0001-01-31", 1, W, "0001-01-24"),
        ("0001-01-05", 1, W, "0001-01-01"),
    ],
)
def test_a_day_so_long_before(day: str, count: int, unit: Frequency, then: str) -> None:
    assert before(day, count, unit) == then


def test_no_unit_is_shorter_or_longer_than_the_table_says() -> None:
    """Every day of 400 years, after which the calendar repeats."""
    days = range(dt.date(2000, 1, 1).toordinal(), dt.date(2400, 1, 1).toordinal())
    for unit, length in LENGTHS.items():
        spans = {day - days_back(day, 1, unit) for day in days}
        assert (min(spans), max(spans)) == (length.least, length.most), unit


@given(DAYS, st.integers(1, 40), st.sampled_from(list(Frequency)))
def test_so_many_units_lie_within_their_bounds(day: dt.date, count: int, unit: Frequency) -> None:
    duration = Duration(count, unit)
    span = duration.days_to(day)
    assert span <= duration.most
    assert span >= duration.least or duration.before(day) == dt.date.min
    assert span == (day - duration.before(day)).days


@given(DAYS, st.integers(1, 40))
def test_one_length_by_several_names(day: dt.date, count: int) -> None:
    at = day.toordinal()
    assert days_back(at, count, Q) == days_back(at, 3 * count, M)
    assert days_back(at, count, Y) == days_back(at, 4 * count, Q) == days_back(at, 12 * count, M)
    assert days_back(at, count, W) == days_back(at, 7 * count, D)


@given(DAYS, DAYS, st.integers(1, 40), st.sampled_from(list(Frequency)))
def test_a_later_day_never_looks_back_further(a: dt.date, b: dt.date, count: int, unit: Frequency) -> None:
    early, late = sorted((a.toordinal(), b.toordinal()))
    assert days_back(early, count, unit) <= days_back(late, count, unit)
    assert days_back(late, count + 1, unit) <= days_back(late, count, unit)


@pytest.mark.parametrize(
    ("series", "count", "unit", "window"),
    [
        (Q, 1, Y, (4, Q)),
        (Q, 6, M, (2, Q)),
        (Q, 4, M, None),
        (Q, 60, D, None),
        (M, 1, Q, (3, M)),
        (Y, 4, Q, (1, Y)),
        (Y, 3, Q, None),
        (W, 2, W, (2, W)),
        (W, 1, Y, (52, W)),
        (W, 1, Q, None),
        (W, 14, D, None),
        (D, 1, Q, (1, Q)),
    ],
)
def test_a_duration_in_periods(
    series: Frequency, count: int, unit: Frequency, window: tuple[int, Frequency] | None
) -> None:
    assert window_in(series, count, unit) == window


def test_as_it_is_written() -> None:
    assert [str(Duration(n, u)) for n, u in ((1, Q), (2, Q), (120, D))] == ["1 quarter", "2 quarters", "120 days"]
    assert [Duration(n, u).in_days for n, u in ((1, Q), (120, D))] == ["1 quarter", "120"]
    assert [month_length(f) for f in Frequency] == [0, 0, 1, 3, 6, 12]
