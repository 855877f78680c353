"""What columns cannot say: the one list, which docs/scale.md has as well.

In: nothing. Out: `Limit`, `NotColumnar`. Must not know terms.
"""

from __future__ import annotations

from enum import StrEnum

LONGEST = 520
"""So many periods are looked at, ten years of weeks: each is a column of each input."""
MOST = 12
"""So many figures are put in order."""


class Limit(StrEnum):
    """What is judged name by name, as a reader is told it."""

    EVENTS_BY_PERIOD = "kills and catalysts in a table with periods, or in one that says since when a row is known"
    EVENTS_ON_EVENTS = "a kill or a catalyst with a day of its own that rests on another one"
    EVENTS_BY_THE_DAY = "a kill or a catalyst with a day of its own that rests on `as_of`"
    SCENARIOS = "a figure over several scenarios (`expected`)"
    SEGMENTS = "figures of a segment that the table gives"
    MONEY = (
        "an amount in a currency that the rules name and not each name has, shown as a figure, in a forecast, or given"
    )
    DAILY = "series by day or week in a table with periods"
    DAY_TABLE = "a table of each day or week"
    FREQUENCIES = "figures that come more or less often than the periods of the table"
    GIVEN = "a metric that the table gives by period"
    MEETING = "series of several frequencies in one question"
    WINDOWS = "a window that is no number of periods of its series"
    FAR_BACK = f"more than {LONGEST} periods back"
    MEDIAN = f"the median of more than {MOST} figures"
    DEVIATION = f"the standard deviation of more than {MOST} figures within bounds"
    LATEST = "`latest` at an earlier period, of what grows stale"
    THEN = "what was expected at an earlier period"
    YEAR_AHEAD = "`ntm` of figures by year in a table with periods"
    STEPS = "the steps of a forecast within another forecast"
    HISTORY = "the history of a table without periods"
    REASONS = "the names that are missing where something is not decided"
    NAMES = "a name that tables use themselves (`name`, `as_of`)"
    SEARCHED = "on Spark, a text that is searched (`contains`)"
    OTHER = "anything that has no kind of column"


class NotColumnar(Exception):
    """What cannot be done with columns: why (a `Limit`, but for what another engine adds), and of which declaration."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(f"{name}: {reason}" if name else reason)
        self.reason, self.name = str(reason), name
