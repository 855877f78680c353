"""Rules as they were before, beside today's, on the same company's facts.

In: rules of a commit or of a file, today's rules on a company (`AnyDay`). Out: `Before`; what turned between two days with the
edit among its causes. Must not know how rules are found or how it is printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from dsl.check.checker import Checked
from dsl.link.difference import compare
from dsl.text.record import record
from evaluator.outlook.changed import Earlier, changed
from evaluator.schema.outlook import ChangesOutput
from evaluator.session.committed import Committed
from evaluator.session.places import from_here
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay
from evaluator.session.service import in_order, program_of, settings_for


@record
class Before:
    """Rules as they were before."""

    days: AnyDay
    commit: str | None
    rules: str
    """How they are called: `the rules of 2026-02-01 (commit 1a2b3c4d5e)`."""
    notes: tuple[str, ...] = ()


def of_commit(then: Committed, days: AnyDay, settings: Sequence[str] = ()) -> Before | Failed:
    """Rules as they stood at a commit on the same company as today's, with the same settings. Failed (wrong use) where those
    rules have no such name to set."""
    called = f"the rules of {then.day} (commit {then.short})"
    notes = tuple(f"{path} is in no commit of this repository, and is read as it is today" for path in then.outside)
    return _before(then.checked, days, settings, then.commit, called, notes)


def of_file(then: Checked, days: AnyDay, settings: Sequence[str] = ()) -> Before | Failed:
    """The same of rules that are kept in a file."""
    return _before(then, days, settings, None, f"the rules of {from_here(Path(then.source.path))}")


def _before(
    then: Checked, days: AnyDay, settings: Sequence[str], commit: str | None, called: str, notes: tuple[str, ...] = ()
) -> Before | Failed:
    given = settings_for(program_of(then), settings)
    if isinstance(given, Failed):
        return given
    beside = AnyDay(then, days.company, given, elsewhere=days.asked_anywhere)
    days.asked_as_well(beside.program)
    return Before(beside, commit, called, notes)


def turned(days: AnyDay, begin: dt.date, end: dt.date, before: Before | None = None) -> ChangesOutput | Failed:
    """What turned between two days: by the same rules, or by those of the first day and then by today's. With other rules before,
    both may be one day: then it is what the edit alone turns. Failed where the days are in the wrong order (wrong use) or the
    facts cannot be used."""
    unordered = in_order(begin, end) if before is None or begin != end else None
    if unordered is not None:
        return unordered
    first, last = (before.days if before is not None else days).at(begin), days.at(end)
    if isinstance(first, Failed):
        return first
    if isinstance(last, Failed):
        return last
    earlier = None
    if before is not None:
        then = before.days.at(end)
        if isinstance(then, Failed):
            return then
        earlier = Earlier(before.rules, then, compare(before.days.checked.linked, days.checked.linked))
    return changed(first, last, earlier)
