"""`thesis diff`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.check.checker import Checked
from dsl.link.difference import GROUPS, Difference, compare
from dsl.link.load import Library
from dsl.text.source import Span
from evaluator.commands.common import day_of, from_here, library_of, open_rules, run_checked
from evaluator.commands.options import (
    NAME,
    PIPED,
    STDIN,
    as_of_option,
    facts_option,
    for_option,
    format_option,
    library_option,
)
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, out, out_json, paint, say

if TYPE_CHECKING:
    from evaluator.schema.commands import DiffOutput, DiffPlace, EventDifference

_ONE_LINE = 100
"""What was and what is stand on one line up to so many characters."""
_LONGEST = 300
_EVENTS = ("kill", "catalyst")


@click.command("diff")
@click.argument("before", type=NAME, metavar="RULES_A")
@click.argument("after", type=NAME, metavar="RULES_B")
@for_option
@facts_option
@as_of_option("Judge kills and catalysts by what was known on this day (default: today).")
@library_option
@format_option()
def command(
    before: str,
    after: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Show how RULES_B differ from RULES_A in meaning: thresholds, conditions, rows, with all that they use.

    Comments, layout and the order of declarations never show. With --for or --facts it says which kills had happened
    to that company, and by RULES_B have not. Exit status: 0 no difference, 1 differences, 2 a file has mistakes.
    """
    if (before, after).count(STDIN) + facts.count(PIPED) > 1:
        raise click.UsageError("- is standard input, and stands for one thing")
    places = library_of(library)
    sides = [open_rules(name, places) for name in (before, after)]
    wrong = [d for side in sides for d in side.diagnostics if d.is_error]
    if wrong:
        fail(dict.fromkeys(wrong), WRONG_USE)
    old, new = sides
    found = compare(old.linked, new.linked)
    events: list[EventDifference] = []
    if ticker is not None or facts or as_of is not None:
        events = _unmade(old, new, found, places, ticker, facts, day_of(as_of))
    elif touched := _touched(old, found):
        say(f"to see whether what was judged of {', '.join(touched)} still is, name a company with --for")
    if form == "json":
        out_json(_output(old, new, found, events))
    else:
        out("\n".join([_text(old, new, found), *_warned(events)]))
    if found:
        sys.exit(FINDINGS)


def _touched(old: Checked, found: Sequence[Difference]) -> list[str]:
    """The kills and catalysts of the rules before that differ, or rest on what does; all of them where the thesis begins on
    another day."""
    program = old.program
    if program is None:
        return []
    changed = {d.was if d.action == "renamed" and d.was else d.name for d in found if d.action != "added"}
    begins = any(d.part == "since" for d in found)
    events = [*program.kills, *program.catalysts]
    return [e for e in events if begins or not changed.isdisjoint(program.upstream([e]) | {e})]


def _unmade(
    old: Checked,
    new: Checked,
    found: Sequence[Difference],
    places: Library,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date,
) -> list[EventDifference]:
    """What had been judged of a company, and is judged otherwise by the new rules."""
    from evaluator.across.unmade import unmade

    runs = [run_checked(rules, places, ticker, facts, as_of, ()) for rules in (old, new)]
    renamed = {d.was: d.now for d in found if d.action == "renamed" and d.keyword in _EVENTS and d.was and d.now}
    return unmade(runs[0].evaluation, runs[1].evaluation, renamed)


def _warned(events: Sequence[EventDifference]) -> list[str]:
    """What the edit does to the past, a line each."""
    if not events:
        return []
    lines = ["", paint("What had been judged is judged otherwise by the new rules", bold=True)]
    for e in events:
        was, now = (f"{state}{f' on {day}' if day else ''}" for state, day in ((e.was, e.was_on), (e.now, e.now_on)))
        lines.append(f"  {paint('warning', fg='yellow')}: {e.keyword} {e.name} ({e.title}): {was} → {now}")
    return lines


def _text(old: Checked, new: Checked, found: Sequence[Difference]) -> str:
    names = f"{from_here(Path(old.source.path))} → {from_here(Path(new.source.path))}"
    if not found:
        return f"{names}: the same rules, {new.fingerprint()[:12]}"
    count = f"{len(found)} difference{'s' if len(found) > 1 else ''}"
    lines = [f"{names}: {count}, rules {old.fingerprint()[:12]} → {new.fingerprint()[:12]}"]
    for group, members in groupby(found, key=lambda d: d.group):
        lines += ["", paint(GROUPS[group], bold=True)]
        for difference in members:
            lines += _lines(difference)
    return "\n".join(lines)


def _lines(d: Difference) -> list[str]:
    """A difference as it is read out, then where it stands."""
    subject = f"{d.keyword} {d.name}{f', {d.part}' if d.part else ''}"
    note = f" ({d.note})" if d.note else ""
    was, now = _cut(d.was), _cut(d.now)
    if d.action in ("added", "removed"):
        lines = [f"  {subject} {d.action}: {was if d.now is None else now}"]
    elif d.action == "renamed":
        lines = [f"  {d.keyword} {was} is now called {now}"]
    elif len(was) + len(now) <= _ONE_LINE:
        lines = [f"  {subject}{' moved' if d.action == 'moved' else ''}: {was} → {now}{note}"]
    else:
        lines = [f"  {subject}{note}", f"    was  {was}", f"    now  {now}"]
    places = [f"{from_here(Path(s.source.path))}:{s.line}" for s in (d.before, d.after) if s is not None]
    return [*lines, f"    {' → '.join(places)}"]


def _cut(text: str | None) -> str:
    shown = "nothing" if text is None else text
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _output(old: Checked, new: Checked, found: Sequence[Difference], events: Sequence[EventDifference]) -> DiffOutput:
    from evaluator.schema.commands import DifferenceOutput, DiffOutput, DiffSide

    sides = [
        DiffSide(file=from_here(Path(c.source.path)), name=c.linked.name, fingerprint=c.fingerprint())
        for c in (old, new)
    ]
    listed = [
        DifferenceOutput(
            group=d.group, action=d.action, keyword=d.keyword, name=d.name, part=d.part, was=d.was, now=d.now,
            note=d.note, before=_place(d.before), after=_place(d.after),
        )
        for d in found
    ]  # fmt: skip
    return DiffOutput(before=sides[0], after=sides[1], same=not found, differences=listed, unmade=list(events))


def _place(span: Span | None) -> DiffPlace | None:
    from evaluator.schema.commands import DiffPlace

    return DiffPlace(file=from_here(Path(span.source.path)), line=span.line, column=span.column) if span else None
