"""What the examples of rules reach: every condition true and false, every row of a table fired, at least once.

In: a `Program` and the examples that were run. Out: `Coverage`. Must not know how missing examples are found, nor the
command line.

An example that passed covers whatever its world decided, asked for or not; one that failed covers nothing, since what
it shows is in doubt. A condition counts as false where it applies and does not hold; one that does not apply is
neither. A row counts where the table's outcome is decided and it is the one that fired.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Literal

from dsl.program import program as p
from dsl.text.record import record
from dsl.text.source import Span
from evaluator.engine.evaluation import Evaluation, State
from evaluator.examples.running import Ran
from evaluator.schema.commands import CoverageOutput, Missing
from evaluator.values.values import May


@record
class Target:
    """One thing to reach: `name` true or false, its `applies when` true or false, or a row of it (from 1)."""

    name: str
    part: Literal["when", "applies", "row"]
    """`when`, `applies` or `row`."""
    wanted: bool
    row: int
    span: Span = field(compare=False)
    origin: str = field(compare=False)
    words: str = field(compare=False)
    """`bear price_war: never true`."""


@record
class Coverage:
    """All that there is to reach, and what was."""

    targets: tuple[Target, ...]
    reached: frozenset[Target]

    @property
    def missing(self) -> list[Target]:
        """What was not reached, in the order of the rules."""
        return [t for t in self.targets if t not in self.reached]

    @property
    def percent(self) -> int:
        """Rounded down: only all is 100. Where there is nothing to reach, all of it is."""
        return percent(len(self.reached), len(self.targets))

    def output(self) -> CoverageOutput:
        """As the JSON model."""
        missing = [
            Missing(name=t.name, part=t.part, wanted=None if t.part == "row" else t.wanted, row=t.row or None,
                    words=t.words, origin=t.origin, file=t.span.source.path, line=t.span.line)
            for t in self.missing
        ]  # fmt: skip
        return CoverageOutput(covered=len(self.reached), total=len(self.targets), percent=self.percent, missing=missing)


def percent(covered: int, total: int) -> int:
    """A share in whole percents, rounded down in whole numbers: 999 of 1000 is 99."""
    return covered * 100 // total if total else 100


def coverage(program: p.Program, runs: Iterable[Ran]) -> Coverage:
    """What the examples that passed reached."""
    everything = targets(program)
    found: set[Target] = set()
    for ran in runs:
        if ran.passed:
            found |= reached(ran.evaluation, [t for t in everything if t not in found])
    return Coverage(everything, frozenset(found))


def targets(program: p.Program) -> tuple[Target, ...]:
    """All that there is to reach, in the order of the rules: conditions, tables, kills."""
    found: list[Target] = []
    for condition in program.conditions.values():
        if condition.applies is not None:
            found += _both(
                condition, "applies", f"{condition.side} {condition.name}: `applies when`", condition.applies
            )
        found += _both(condition, "when", f"{condition.side} {condition.name}:", None)
    for verdict in program.verdicts.values():
        for number, row in enumerate(verdict.rows, 1):
            words = f'verdict {verdict.name}, row {number} "{row.outcome}": never reached'
            found.append(Target(verdict.name, "row", True, number, row.span, verdict.origin, words))
    for kill in program.kills.values():
        found += _both(kill, "when", f"kill {kill.name}:", None)
    return tuple(found)


def _both(declared: p.Declared, part: Literal["when", "applies"], words: str, expr: p.Expr | None) -> Iterator[Target]:
    for wanted in (True, False):
        said = f"{words} never {'true' if wanted else 'false'}"
        span = expr.span if expr is not None else declared.span
        yield Target(declared.name, part, wanted, 0, span, declared.origin, said)


def reached(evaluation: Evaluation, wanted: Iterable[Target]) -> set[Target]:
    """Which of these an evaluation reaches."""
    fired: dict[str, int | None] = {}
    found = set()
    for target in wanted:
        if target.part == "row":
            if target.name not in fired:
                fired[target.name] = _fired(evaluation, evaluation.program.verdicts[target.name])
            if fired[target.name] == target.row:
                found.add(target)
        elif _truth(evaluation, target) is target.wanted:
            found.add(target)
    return found


def _fired(evaluation: Evaluation, verdict: p.Verdict) -> int | None:
    """The number of the row that fired, none above it being true or able to be; None where that is undecided."""
    if evaluation.applies(verdict).value is not True:
        return None
    for number, truth in enumerate(evaluation.rows[verdict.name], 1):
        if truth.possible & May.TRUE:
            return number if truth.value else None
    return None


def _truth(evaluation: Evaluation, target: Target) -> bool | None:
    condition = evaluation.program.conditions.get(target.name)
    if condition is None:
        return evaluation.truth(evaluation.program.kills[target.name].when).value
    if target.part == "applies":
        return evaluation.truth(condition.applies).value if condition.applies is not None else None
    judged = evaluation.judged[condition.name]
    decided = {State.TRUE: True, State.FALSE: None if judged.leaves else False}
    return decided.get(judged.state)
