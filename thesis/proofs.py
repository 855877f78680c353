"""What can be proven of rules in every world, from Python.

In: rules. Out: `Proof`. Must not know the solver.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

from thesis.errors import Diagnostic, diagnostic, refusal, settled, short
from thesis.frames import Kind, Table, Tabular, table
from thesis.pages import texts

if TYPE_CHECKING:
    from evaluator.proofs.findings import Proof as Found
    from thesis.asked import AsOf, Paths
    from thesis.rulefiles import Rules

_COLUMNS: dict[str, Kind] = {
    "code": "text", "severity": "text", "name": "text", "row": "whole", "message": "text", "file": "text", "line": "whole",
    "example": "text",
}  # fmt: skip
MOST_SECONDS = 3600


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """One finding of a proof: the declaration, the row of a table (from 1; None where it is no row), and an example that
    shows it, as it can be pasted into the rules (None where none can). `fails`: nothing is proven with it."""

    diagnostic: Diagnostic
    name: str
    row: int | None
    example: str | None
    fails: bool

    @property
    def code(self) -> str:
        """The stable code: `thesis check --explain CODE` has its page."""
        return self.diagnostic.code

    @property
    def message(self) -> str:
        """What was found, in words."""
        return self.diagnostic.message

    def __str__(self) -> str:
        return self.diagnostic.text + (f"\n  shown by:\n{self.example}" if self.example else "")

    def __repr__(self) -> str:
        return short(f"<{self.code} {self.name}: {self.message}>")


@dataclass(frozen=True, slots=True, repr=False)
class Proof(Tabular):
    """What was looked at, and what was found. `proved`: each table, condition and pillar with proven, finding or undecided;
    `days`: the days on which params were looked at."""

    rules: str
    findings: tuple[Finding, ...]
    proved: Mapping[str, str]
    days: tuple[dt.date, ...]

    @property
    def ok(self) -> bool:
        """Whether all is proven: nothing was found but warnings, and nothing was left undecided."""
        return not any(f.fails for f in self.findings)

    def __repr__(self) -> str:
        said = "all proven" if self.ok else f"{sum(f.fails for f in self.findings)} findings"
        return short(f"<{self.rules}: {len(self.proved)} looked at, {said}>")

    def _table(self) -> Table:
        rows = (
            (f.code, f.diagnostic.severity, f.name, f.row, f.message, f.diagnostic.file, f.diagnostic.line, f.example)
            for f in self.findings
        )
        return table(_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return texts([str(f) for f in self.findings], title=repr(self)[1:-1])


def prove(
    rules: str | os.PathLike[str] | Rules,
    *,
    as_of: AsOf = None,
    budget: float = 5.0,
    library: Paths | None = None,
) -> Proof:
    """Proves that tables have no gap and no dead row, and that conditions can be true and false, over every world of known
    and unknown figures (with z3: `pip install "thesis-evaluator[prove]"`).

    In: rules; a day for params that change by date (None: every day on which one changes); seconds for each table,
    condition and pillar. Out: what was found. Raises ThesisError where z3 is not installed, and as `load` does.
    """
    from evaluator.session import service
    from thesis.asked import day
    from thesis.rulefiles import load

    if isinstance(budget, bool) or not isinstance(budget, Real) or not 0 < float(budget) <= MOST_SECONDS:
        raise refusal(f"`budget` is {budget!r}", f"give seconds, above 0 and up to {MOST_SECONDS}")
    settled(service.no_solver())
    opened = load(rules, library=library)
    when = day(as_of) if as_of is not None else None
    return _proof(opened.name, settled(service.prove(opened.checked, when, float(budget))))


def _proof(name: str, found: Found) -> Proof:
    return Proof(
        name,
        tuple(
            Finding(diagnostic(f.diagnostic), f.name, f.row, f.witness.text if f.witness is not None else None, f.fails)
            for f in found.findings
        ),
        {one.name: one.state.value for one in found.proved},
        tuple(found.days),
    )
