"""How old the newest figures are on which the verdicts rest, and whether that is older than they come.

In: an `Evaluation`, the facts under its verdicts. Out: what is too old. Must not know templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dsl.program import program as p
from dsl.types.units import Frequency, Kind
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import SourceKind
from evaluator.known.bind import BoundFact
from evaluator.report.checks import title
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
_PRICE = re.compile(r"price", re.IGNORECASE)


def too_old(evaluation: Evaluation, numbers: Iterable[int]) -> list[r.Old]:
    """The newest known figure of each name under the verdicts, where it is older than its rhythm allows, the oldest first;
    names of one period together. An input that says itself how long it counts (`stale after`) is measured by that, and
    not here; words, flags and days have no age."""
    program, view = evaluation.program, evaluation.view
    names = dict.fromkeys(view.by_number[n].fact.name for n in numbers if n in view.by_number)
    found: dict[tuple[str, int, int], list[str]] = {}
    for name in names:
        declared = program.inputs.get(name) or program.metrics[name]
        newest = max(view.by_name[name], key=lambda f: (f.observed, f.number))
        allowed = _allowed(evaluation, declared, newest)
        age = (view.clock.as_of - newest.observed).days
        if allowed is not None and age > allowed:
            found.setdefault((newest.label, age, allowed), []).append(title(program, name))
    old = [r.Old(names=n, period=label, age_days=age, allowed_days=most) for (label, age, most), n in found.items()]
    return sorted(old, key=lambda one: -one.age_days)


def _allowed(evaluation: Evaluation, declared: p.Input | p.Metric, newest: BoundFact) -> int | None:
    """For how many days a figure is the newest that there is; None where nothing says. What somebody expected is gone over
    with each quarter's results. A single value has no rhythm: a price has that of days, anything else a year's."""
    kind = declared.type
    if getattr(declared, "stale_after", None) is not None or not kind.is_figure:
        return None
    if kind.series is not None:
        days = ALLOWED[evaluation.clock.rhythm(kind.series)]
    else:
        priced = kind.kind is Kind.MONEY and kind.share and _PRICE.search(f"{declared.name} {declared.title}")
        days = ALLOWED[Frequency.DAY if priced and newest.fact.kind is SourceKind.REPORTED else Frequency.YEAR]
    return min(days, ALLOWED[Frequency.QUARTER]) if newest.fact.kind is SourceKind.ESTIMATE else days
