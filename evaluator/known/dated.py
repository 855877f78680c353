"""What is dated, as a function of time: the last value dated by a day, as it is known today and as it was known then.

In: the facts about a name that has no periods. Out: `Step`. Must not know formulas.

A fact counts from the day that it describes, or from its publication where that is earlier (an estimate of a day to come).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from dsl.program.program import Input, Metric
from evaluator.known.bind import BoundFact
from evaluator.known.choose import Choice, choose
from evaluator.known.unknown import unknown_of
from evaluator.values.step import Step, Steps
from evaluator.values.values import Single, because

Own = Callable[[BoundFact], Single]


def dated(
    declared: Input | Metric,
    now: Single,
    facts: Sequence[BoundFact],
    chosen: Sequence[Choice],
    own: Own,
    as_of: dt.date,
) -> Step:
    """The step of a name: `now` today; `chosen` is what counts today of each day, in order."""
    before = unknown_of(declared, because("nothing is dated so early", declared.name))

    def held() -> Steps:
        return Steps(_expiring(declared, ((c.first.observed, c) for c in chosen), as_of), before)

    def known() -> Steps:
        return Steps(_expiring(declared, _as_it_was(facts, own), as_of), before)

    return Step(now, held, known)


def _as_it_was(facts: Sequence[BoundFact], own: Own) -> Iterable[tuple[dt.date, Choice]]:
    """The newest that was known, on each day on which that changed: of several days described, the last one."""
    by_day: dict[dt.date, list[BoundFact]] = defaultdict(list)
    for fact in facts:
        by_day[max(fact.observed, fact.fact.published)].append(fact)
    seen: dict[object, list[BoundFact]] = defaultdict(list)
    newest: BoundFact | None = None
    for day in sorted(by_day):
        for fact in by_day[day]:
            seen[fact.placed.slot].append(fact)
            if newest is None or fact.end >= newest.end:
                newest = fact
        assert newest is not None
        yield day, choose(seen[newest.placed.slot], own)


def _expiring(
    declared: Input | Metric, choices: Iterable[tuple[dt.date, Choice]], as_of: dt.date
) -> Iterable[tuple[int, Single]]:
    """Each value from its day on, and unknown from the day on which it is too old, where none has come by then."""
    limit = declared.stale_after if isinstance(declared, Input) else None
    ordered = list(choices)
    for at, (day, choice) in enumerate(ordered):
        yield day.toordinal(), choice.value
        if limit is None:
            continue
        ends = choice.first.observed.toordinal() + limit.most + 1
        following = ordered[at + 1][0].toordinal() if at + 1 < len(ordered) else as_of.toordinal() + 1
        if ends < following:
            reason = f"stale: it counts for {limit.in_days}"
            yield max(ends, day.toordinal()), unknown_of(declared, because(reason, declared.name, choice.first.label))
