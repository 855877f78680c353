"""A whole program: every table, condition and pillar, on every day on which its params change.

In: a `Program`, a day (or all that matter), a budget a table. Out: a `Proof`. Must not know the command line.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dsl.program import program as p
from evaluator.proofs.conditions import prove_condition, prove_pillar, subjects
from evaluator.proofs.deep import with_room
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.findings import Finding, Proof, Proved
from evaluator.proofs.verdict_tables import prove_table

ANY_DAY = dt.date(2000, 1, 1)
"""Where no param changes, every day is the same."""

Question = Callable[[Encoders], list[Finding]]
Asked = tuple[str, str, Question]
"""The kind of what is asked about, its name, and the question."""


def prove(program: p.Program, as_of: dt.date | None, seconds: float) -> Proof:
    """Looks at everything there is to prove about a program.

    In: a checked program; a day, or None for each day from which another set of params is in force; seconds a table,
    condition or pillar. Out: a Proof. Raises ImportError where z3 is not installed.
    """
    return with_room(lambda: _prove(program, as_of, seconds), len(program.order))


def _prove(program: p.Program, as_of: dt.date | None, seconds: float) -> Proof:
    days = (as_of,) if as_of is not None else days_of(program)
    questions = list(_questions(program, seconds))
    found = [_on(program, day, questions) for day in days]
    by_day = (list(zip(days, of_one, strict=True)) for of_one in zip(*found, strict=True))
    proved = (Proved(kind, name, _over(of_one)) for (kind, name, _), of_one in zip(questions, by_day, strict=True))
    return Proof(days, tuple(proved))


def days_of(program: p.Program) -> tuple[dt.date, ...]:
    """One day in each interval in which the same params are in force; none before a param has its first value."""
    versions = [v.since for param in program.params.values() for v in param.versions]
    firsts = [param.versions[0].since for param in program.params.values() if param.versions]
    starts = sorted({day for day in versions if day is not None})
    begun = max((day for day in firsts if day is not None), default=None)
    if not starts:
        return (ANY_DAY,)
    if begun is None:
        return (starts[0] - dt.timedelta(days=1), *starts)
    return tuple(day for day in starts if day >= begun)


def _questions(program: p.Program, seconds: float) -> Iterator[Asked]:
    for verdict in program.verdicts.values():
        yield "verdict", verdict.name, lambda e, v=verdict: prove_table(e, v, seconds)  # type: ignore[misc]
    for subject in subjects(program):
        yield subject.kind, subject.name, lambda e, s=subject: prove_condition(e, s, seconds)  # type: ignore[misc]
    for pillar in program.pillars.values():
        yield "pillar", pillar.name, lambda e, q=pillar: prove_pillar(e, q, seconds)  # type: ignore[misc]


def _on(program: p.Program, day: dt.date, questions: Sequence[Asked]) -> list[list[Finding]]:
    """What comes of each question on one day: they share the terms of that day."""
    encoders, found = Encoders(program, day), list[list[Finding]]()
    for _, _, ask in questions:
        found.append(ask(encoders))
        gc.collect(
            1
        )  # the encoder of an example knows its parts, which know it: a circle, which holds megabytes of the solver's
    return found


def _over(by_day: Sequence[tuple[dt.date, list[Finding]]]) -> tuple[Finding, ...]:
    """The findings of every day, each once: with the first day, where it is not so on all."""
    first: dict[tuple[str, str, int | None], tuple[dt.date, Finding]] = {}
    times: dict[tuple[str, str, int | None], int] = {}
    for day, found in by_day:
        for one in found:
            at = (one.code, one.name, one.row)
            first.setdefault(at, (day, one))
            times[at] = times.get(at, 0) + 1
    return tuple(one if times[at] >= len(by_day) else _dated(one, day) for at, (day, one) in first.items())


def _dated(found: Finding, day: dt.date) -> Finding:
    message = f"{found.diagnostic.message} (with the params in force on {day})"
    return replace(found, diagnostic=replace(found.diagnostic, message=message))
