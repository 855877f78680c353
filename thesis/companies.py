"""A company and its facts from Python.

In: a ticker or paths. Out: `Company`. Must not know rules or how facts are used.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from thesis.errors import Diagnostic, diagnostics, short
from thesis.frames import Table, Tabular
from thesis.pages import table
from thesis.values import Fact, Lean, fact_table

if TYPE_CHECKING:
    from evaluator.session.service import About
    from thesis.asked import AsOf


@dataclass(frozen=True, repr=False)
class Company(Lean, Tabular):
    """A company with its facts as they were when its files were read.

    `until`: facts that became known later are left out of what is shown (None: none is). `about` is the program's own, for
    `evaluate`, which itself leaves out what was not known on its as-of day.
    """

    about: About
    until: dt.date | None = None

    @property
    def name(self) -> str:
        """The company's name."""
        return self.about.company.name

    @property
    def ticker(self) -> str:
        """Its ticker."""
        return self.about.company.ticker

    @property
    def currency(self) -> str:
        """The currency in which it reports."""
        return self.about.company.currency

    @property
    def fiscal_year_ends(self) -> str:
        """The last day of its fiscal year in force, as MM-DD."""
        return self.about.company.fiscal_year_ends.written

    @property
    def files(self) -> tuple[str, ...]:
        """The files that its facts were read from, in the order in which they were read."""
        return self.about.company.files

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said of its files: warnings."""
        return diagnostics(self.about.notes)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Its facts, in the order of its files."""
        from thesis.reading import fact

        held = self.about.company.facts
        return tuple(fact(f) for f in held if self.until is None or f.published <= self.until)

    def of(self, name: str) -> tuple[Fact, ...]:
        """The facts of one name. Raises UnknownNameError where there is none."""
        from thesis.errors import unknown_name

        found = tuple(f for f in self.facts if f.name == name)
        if not found:
            raise unknown_name(name, list(dict.fromkeys(f.name for f in self.facts)), "fact of")
        return found

    def __len__(self) -> int:
        return len(self.facts)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __bool__(self) -> bool:
        """A company is one, also where no fact of it is known."""
        return True

    def __repr__(self) -> str:
        known = f", known by {self.until}" if self.until is not None else ""
        return short(f"<{self.ticker}, {self.name}: {len(self)} facts{known}>")

    def _table(self) -> Table:
        return fact_table(self.facts)

    def _repr_html_(self) -> str:
        rows = [(f.name, f.period or str(f.date), f.value, f.kind, str(f.published), f.source) for f in self.facts]
        head = ("name", "period", "value", "kind", "published", "source")
        notes = [d.message for d in self.diagnostics]
        return table(f"{self.name} ({self.ticker}), money in {self.currency}", head, rows, notes)


def facts(
    company: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Company,
    *,
    ticker: str | None = None,
    as_of: AsOf = None,
) -> Company:
    """A company with its facts: value, source, kind, and the day on which each became known.

    In: a ticker such as "BABA", or the files or folders that hold its facts (`ticker` says which company, where a file
    holds several); a day, to leave out what became known later (None: all facts). Out: the company. Raises ThesisError
    where there are no facts, and with every mistake where the files have any.
    """
    from thesis.asked import company_at, day

    return Company(company_at(company, ticker), day(as_of) if as_of is not None else None)
