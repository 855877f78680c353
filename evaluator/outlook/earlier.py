"""Rules as they were before, beside today's, on the same company's facts.

In: rules of a commit or of a file, today's rules on a company (`AnyDay`). Out: `Before`; what turned between two days with the
edit among its causes. Must not know how rules are found or how it is printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from dsl.check.checker import Checked, check
from dsl.link.difference import Difference, compare
from dsl.link.linked import Linked
from dsl.link.mixed import edits, mixed
from dsl.text.record import record
from evaluator.outlook.changed import WORDS_ONLY, Earlier, changed
from evaluator.outlook.hybrids import HEADER_WORD, Edited
from evaluator.schema.outlook import ChangesOutput
from evaluator.session.committed import Committed
from evaluator.session.places import from_here
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run
from evaluator.session.service import in_order, program_for, settings_for

MOST_EDITS = 12
"""So many edits are told apart: of more, rules that were written anew, none is the cause."""


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
    given = settings_for(program_for(then, days.company, None), settings)
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
        old, new = before.days.checked.linked, days.checked.linked
        differences = compare(old, new)
        earlier = Earlier(before.rules, _edited(then, old, new, differences, days, end), differences)
    return changed(first, last, earlier)


def _edited(
    then: Run, old: Linked, new: Linked, differences: Sequence[Difference], days: AnyDay, end: dt.date
) -> Edited:
    """Earlier rules as of the last day with their edits, each told apart that can change what is judged; of many none is."""
    telling = {d.name for d in differences if d.group not in (WORDS_ONLY, "examples")}
    groups = {tuple(dict.fromkeys(named(key) for key in keys)): keys for keys in edits(old, new)}
    told = {names: keys for names, keys in groups.items() if names == (HEADER_WORD,) or not telling.isdisjoint(names)}
    always = {key for names, keys in groups.items() if names not in told for key in keys}

    def mixed_rules(come: frozenset[tuple[str, ...]]) -> Run | None:
        checked = check(mixed(old, new, {*always, *(key for names in come for key in told[names])}))
        found = days.of(checked).at(end) if checked.program is not None else None
        return found if isinstance(found, Run) else None

    return Edited(then, tuple(told) if len(told) <= MOST_EDITS else (), mixed_rules)


def named(key: str) -> str:
    """How an edit is called."""
    return key.rpartition(" ")[2] or HEADER_WORD
