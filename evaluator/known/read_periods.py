"""Which period a run reads, how old it is, and whether newer results must be out.

In: a `View`. Out: `ReadPeriod`s. Must not know rules or what is made of the periods.
"""

from __future__ import annotations

from dsl.types.lengths import month_length
from evaluator.known.asof import View
from evaluator.schema.periods import ReadPeriod

LATE = 60
"""Results come out within so many days of a period's end; a company silent for longer has newer ones."""


def read_periods(view: View) -> list[ReadPeriod]:
    """The period of each frequency that conditions read, the shortest frequency's name first in the alphabet."""
    found = []
    for frequency, ordinal in sorted(view.clock.reads.items()):
        end = view.clock.calendar.end(ordinal, frequency)
        age, length = (view.clock.as_of - end).days, 31 * month_length(frequency)
        behind = bool(length) and age > length + LATE
        label = view.clock.label(ordinal, frequency)
        found.append(ReadPeriod(frequency=frequency.value, period=label, end=end, age_days=age, behind=behind))
    return found
