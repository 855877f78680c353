"""The period that conditions read, as every part of the program speaks of it.

In: nothing (made by `read_periods.py`). Out: a model, and its words. Apart from `names.py`, so that a report need not
make the models of every other command first.
"""

from __future__ import annotations

import datetime as dt

from evaluator.schema.report import Model


class ReadPeriod(Model):
    """The period that conditions read of one frequency, and how old it is on the as-of date."""

    frequency: str
    period: str
    end: dt.date
    age_days: int
    behind: bool
    """Whether newer results must be out, so long ago did it end."""


def the(period: str) -> str:
    """A period within a sentence: `the quarter to 2026-03-31`, `FY2026`, a day as it is."""
    return f"the {period}" if period[:1].islower() else period
