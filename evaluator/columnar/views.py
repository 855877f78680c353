"""A table as it stood on an earlier day: what of it was known by then, for what is judged on days of its own.

In: the sources of a table with one row for a name, a day, the names of which anything is known. Out: sources for another lowering of the
same terms. Must not know expressions.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.columnar.algebra.terms import Term, Terms
from evaluator.columnar.algebra.words import Day

if TYPE_CHECKING:
    from evaluator.columnar.lowering import Sources, Value


class View:
    """Sources as of a day. `seen`: the names of which what the table says counts; of all others nothing is known."""

    def __init__(self, base: Sources, terms: Terms, day: dt.date, seen: frozenset[str]) -> None:
        self.base, self.k, self.day, self.seen = base, terms, day, seen
        self.as_of: dt.date | None = day

    @property
    def of_one_day(self) -> bool:
        """No event is judged as of an earlier day."""
        return False

    def input(self, declared: p.Input | p.Metric, ago: int, day: dt.date | None = None) -> Value | None:
        """What a table says of a name, as of that day."""
        return self.base.input(declared, ago, self.day) if declared.name in self.seen else None

    def has(self, name: str) -> Term:
        """Whether a table says anything of a name."""
        return self.base.has(name) if name in self.seen else self.k.false

    def periods(self, frequency: Frequency) -> Term | None:
        """No earlier period is known."""
        return None

    def depth(self) -> int:
        """No earlier period is known."""
        return 0

    def today(self, ago: int) -> Day:
        """The day."""
        return Day(self.k.null("d") if ago < 0 else self.k.const(self.day.toordinal()))

    def home(self, code: str) -> Term:
        """Whether a currency that rules name is that of a name."""
        return self.base.home(code)

    def ended(self, declared: p.Input | p.Metric) -> dt.date | None:
        """The day of which a figure of a name is."""
        return self.base.ended(declared)
