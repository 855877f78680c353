"""What facts say of periods to come, and what they had said of the latest reported one before it was.

In: the facts about a name, by what they describe. Out: `Expected`. Must not know formulas.

An estimate counts from the day on which it was published. Of several of one period the newest counts, whoever it is from; an
opinion only where there is nothing else. The surprise of a release is taken of the figure as it was first reported, against what
counted on the day before: a later restatement surprises nobody, and an estimate of that day, or after it, was no expectation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from dsl.program.program import Input, Metric
from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.facts.model import Rank, SourceKind
from evaluator.known.bind import BoundFact
from evaluator.known.choose import FIRM, choose
from evaluator.known.unknown import unknown_of
from evaluator.values.expected import Expected, Release
from evaluator.values.values import Single, because

EXPECTED = (SourceKind.ESTIMATE, SourceKind.GUIDANCE)
"""Kinds of facts that say what somebody expects: they never decide an event."""

Own = Callable[[BoundFact], Single]
OwnOn = Callable[[BoundFact, dt.date], Single]


def expected(
    declared: Input | Metric,
    frequency: Frequency,
    after: int,
    groups: Sequence[Sequence[BoundFact]],
    beside: Sequence[BoundFact],
    own: Own,
    own_on: OwnOn,
    as_of: dt.date,
) -> Expected:
    """What is expected after a period. `groups`: the facts about each interval; `beside`: what had been
    expected and counts for a release alone; `own` gives a fact's value in its name's
    currency, `own_on` the same at the rate of a day."""
    length = month_length(frequency)
    yearly = declared.type.per is Frequency.YEAR and length != 12  # a trailing-year metric
    points: dict[int, Single] = {}
    years: dict[int, Single] = {}
    release: Release | None = None
    for group in groups:
        ordinal, months = group[0].ordinal, group[0].months
        if ordinal is None or ordinal < after:
            continue
        whole = months == length or (yearly and months == 12)
        if ordinal == after:
            also = [f for f in beside if f.placed.slot == group[0].placed.slot]
            release = _released([*group, *also], own, own_on) if whole else release
            continue
        forward = [f for f in group if f.fact.kind in EXPECTED]
        if forward and (whole or months == 12):
            (points if whole else years)[ordinal] = _counting(declared, forward, own, as_of)
    return Expected(after, dict(sorted(points.items())), dict(sorted(years.items())), release)


def newest(facts: Sequence[BoundFact]) -> list[BoundFact]:
    """Of several expectations those of the newest day; opinions only where there is nothing else."""
    counting = [f for f in facts if f.fact.rank is not Rank.OPINION] or list(facts)
    last = max(f.fact.published for f in counting)
    return [f for f in counting if f.fact.published == last]


def _counting(declared: Input | Metric, forward: Sequence[BoundFact], own: Own, as_of: dt.date) -> Single:
    """What counts of the expectations of a period to come."""
    found = choose(newest(forward), own)
    limit = declared.stale_after if isinstance(declared, Input) else None
    if limit is not None and found.first.observed < limit.before(as_of):
        return unknown_of(declared, because(f"stale: it counts for {limit.in_days}", declared.name, found.first.label))
    return found.value


def _released(group: Sequence[BoundFact], own: Own, own_on: OwnOn) -> Release | None:
    firm = [f for f in group if f.fact.kind in FIRM]
    if not firm:
        return None
    day = min(f.fact.published for f in firm)
    actual = choose([f for f in firm if f.fact.published == day], own).value
    before = [f for f in group if f.fact.kind in EXPECTED and f.fact.published < day]
    if not before:
        return Release(actual, None, day)
    eve = day - dt.timedelta(days=1)
    return Release(actual, choose(newest(before), lambda f: own_on(f, eve)).value, day)
