"""How old the newest figures are on which the verdicts rest, and whether that is older than they come.

In: an `Evaluation`, the facts under its verdicts. Out: what is too old. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl.types.units import Frequency
from evaluator.engine.evaluation import Evaluation
from evaluator.schema import report as r

ALLOWED = {
    Frequency.YEAR: 500,
    Frequency.HALF: 320,
    Frequency.QUARTER: 200,
    Frequency.MONTH: 75,
    Frequency.WEEK: 21,
    Frequency.DAY: 30,
}
"""Days after its end by which the next figure of each rhythm is out, with room for late filers."""


def too_old(evaluation: Evaluation, numbers: Iterable[int]) -> list[r.Old]:
    """The newest figure of each rhythm, where it is older than its rhythm allows, the oldest first. An input that says
    itself how long it counts (`stale after`) is measured by that, and not here."""
    program, clock = evaluation.program, evaluation.clock
    newest: dict[Frequency, int] = {}
    for number in numbers:
        bound = evaluation.view.by_number.get(number)
        if bound is None:
            continue
        declared = program.inputs.get(bound.fact.name) or program.metrics[bound.fact.name]
        if declared.type.series is None or getattr(declared, "stale_after", None) is not None:
            continue
        own = clock.rhythm(declared.type.series)
        known = newest.get(own)
        if known is None or evaluation.view.by_number[known].end < bound.end:
            newest[own] = number
    found = []
    for frequency, number in newest.items():
        bound = evaluation.view.by_number[number]
        age = (clock.as_of - bound.end).days
        if age > ALLOWED[frequency]:
            found.append(r.Old(period=bound.label, age_days=age, allowed_days=ALLOWED[frequency]))
    return sorted(found, key=lambda old: -old.age_days)
