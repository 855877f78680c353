"""When a figure that is missing is due: by a catalyst of the rules, or by the rhythm in which it has come.

In: an `Evaluation`, a name. Out: `Due`. Must not know reports.
"""

from __future__ import annotations

import datetime as dt

from dsl.text.record import record
from evaluator.engine.evaluation import Evaluation
from evaluator.known.choose import FIRM
from evaluator.values.series import BY_DAY


@record
class Due:
    """The day on which a figure is due. `catalyst`: the rules say so themselves, of this catalyst; else it is about that day, as
    long after the end of its period as the one before came after its own."""

    day: dt.date
    catalyst: str = ""


def due(today: Evaluation, name: str) -> Due | None:
    """When the next figure of a name is due; None where nothing is known of that, or it comes every day."""
    program, as_of = today.program, today.clock.as_of
    days = [
        Due(c.day, c.name) for c in program.catalysts.values() if c.day >= as_of and name in program.upstream([c.name])
    ]
    rhythm = _by_rhythm(today, name)
    return min([*days, *([rhythm] if rhythm is not None else [])], key=lambda d: d.day, default=None)


def _by_rhythm(today: Evaluation, name: str) -> Due | None:
    declared = today.program.inputs.get(name)
    if declared is None or declared.type.series is None or declared.type.series in BY_DAY:
        return None
    frequency, calendar = today.clock.rhythm(declared.type.series), today.clock.calendar
    facts = [f for f in today.view.by_name.get(name, ()) if f.ordinal is not None and f.fact.kind in FIRM]
    came = {f.ordinal: f for f in sorted(facts, key=lambda f: f.fact.published, reverse=True)}
    if not came:
        return None
    last = max(o for o in came if o is not None)
    newest = came[last]
    after = newest.fact.published - newest.end
    day = calendar.end(last + 1, frequency) + after
    return Due(day) if after.days >= 0 else None
