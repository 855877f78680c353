"""How a day is written, everywhere: YYYY-MM-DD, and nothing else that a calendar library takes for one.

In: a text. Out: the day. Must not know where it stands. Other spellings (`20260502`, `2026-W18`, digits of other scripts)
are refused: a reader of the file could take them for something else, and days far off are slips of the keyboard.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years in which rules and facts have days: windows, fiscal years and forecasts around them stay in the calendar."""
WRITTEN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""A day as a part of a pattern."""
_DAY = re.compile(WRITTEN)


@lru_cache(maxsize=10_000)
def iso(text: str) -> dt.date:
    """The day of a text. Raises ValueError where it is no day of these years, or written otherwise."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"`{text}` is not written as YYYY-MM-DD")
    day = dt.date.fromisoformat(text)
    if not in_range(day):
        raise ValueError(f"{text} is not a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def in_range(day: dt.date) -> bool:
    """Whether a day is of the years in which rules and facts have days."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
