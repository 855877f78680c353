"""What a proof says: findings, each with its place, its mend and a world that shows it; and what was proven.

In: nothing. Out: `Finding`, `Proved`. Must not know the solver.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.record import record
from dsl.text.source import Span
from evaluator.codes.messages import make


class State(Enum):
    """What came of looking at one declaration."""

    PROVEN = "proven"
    FINDING = "finding"
    UNDECIDED = "undecided"


@record
class Witness:
    """A world that shows a finding, confirmed by the evaluator: an example that can be pasted."""

    title: str
    given: tuple[str, ...]
    expect: tuple[str, ...]

    @property
    def text(self) -> str:
        """The example as it stands in a rule file."""
        given = f"  given {', '.join(self.given)}\n" if self.given else ""
        return f'example "{self.title}"\n{given}  expect {", ".join(self.expect)}'


@record
class Finding:
    """One finding: the diagnostic, the declaration, the row of a table (from 1), what shows it."""

    diagnostic: Diagnostic
    name: str
    row: int | None = None
    witness: Witness | None = None

    @property
    def code(self) -> str:
        """The stable code."""
        return self.diagnostic.code

    @property
    def fails(self) -> bool:
        """Whether the rules are not proven with it: an error, or what could not be decided."""
        return self.diagnostic.is_error or self.code in UNDECIDED


UNDECIDED = frozenset({"P011", "P012"})
"""The codes that say that something was not decided: warnings, but nothing is proven with them."""


@record
class Proved:
    """One declaration that was looked at: what it is, its name, what came of it."""

    kind: str
    name: str
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """Proven where nothing but warnings was found."""
        if any(f.diagnostic.is_error for f in self.findings):
            return State.FINDING
        return State.UNDECIDED if any(f.fails for f in self.findings) else State.PROVEN


@record
class Proof:
    """A rule file: the days on which it was looked at, and everything that was."""

    days: tuple[dt.date, ...]
    proved: tuple[Proved, ...]

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in the order of the file."""
        return sorted((f for one in self.proved for f in one.findings), key=lambda f: f.diagnostic.sort_key())


def finding(
    code: str,
    span: Span,
    name: str,
    *,
    row: int | None = None,
    witness: Witness | None = None,
    labels: Sequence[Label] = (),
    **words: str,
) -> Finding:
    """A finding of a code; `words` fill its sentence."""
    diagnostic = make(code, span, at=None, name=name, row=row, **words)
    return Finding(replace(diagnostic, labels=tuple(labels)), name, row, witness)


def listed(items: Sequence[object], joiner: str = "and") -> str:
    """'1', '1 and 2', '1, 2 and 3'."""
    words = [str(i) for i in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def ranges(numbers: Sequence[int]) -> str:
    """'1, 4 and 7 to 20': rising numbers, three or more in a row as one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [w for run in runs for w in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(n) for n in run])]
    return listed(words)
