"""What an edit of rules does to events that were judged: a kill that had happened and by the new rules has not.

In: two evaluations of one company as of one day, by the rules before and after an edit. Out: `EventDifference`s. The present
rules judge the past; that they judge it otherwise than the ones before is what a reader must know. Must not know the
command line.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluator.engine.evaluation import Evaluation, Event, Status
from evaluator.schema.commands import EventDifference

_JUDGED = (Status.HAPPENED, Status.MET, Status.MISSED)


def unmade(before: Evaluation, after: Evaluation, renamed: Mapping[str, str]) -> list[EventDifference]:
    """The kills that had happened, and the catalysts that were met or missed, and are something else by the rules after the
    edit. `renamed`: names of the rules before, with what they are called now."""
    found = []
    for name, was in before.events.items():
        now = after.events.get(renamed.get(name, name))
        if was.status in _JUDGED and (now is None or now.status is not was.status):
            found.append(_difference(before, was, now))
    return found


def _difference(before: Evaluation, was: Event, now: Event | None) -> EventDifference:
    declared = before.program.kills.get(was.name) or before.program.catalysts[was.name]
    return EventDifference(
        keyword="kill" if was.name in before.program.kills else "catalyst",
        name=was.name,
        title=declared.title,
        was=was.status.value,
        was_on=was.day,
        now=now.status.value if now is not None else "not asked any more",
        now_on=now.day if now is not None else None,
    )
