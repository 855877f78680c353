"""From when on a thesis is judged: a thesis without its first day, a kill that ends before it.

In: a `Program` without errors and its header. Out: diagnostics. Must not know facts, nor which day it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Fix, insert
from dsl.text.messages import make
from dsl.text.source import Span


def beginnings(program: p.Program, header: s.Header | None) -> Iterator[Diagnostic]:
    """What is wrong with the day on which a thesis began."""
    events = [*program.kills.values(), *program.catalysts.values()]
    if header is None:
        return
    if program.since is None:
        if events and program.keyword == "thesis":
            own = [e for e in events if e.origin == program.name][:1]
            labels = [Label(e.span, "judged from the first fact on") for e in own]
            fixes = [_begins(header.name.span, _example(program))]
            yield make("T087", header.name.span, labels=labels, fixes=fixes, name=program.name)
        return
    for kill in program.kills.values():
        if kill.by is not None and kill.by < program.since:
            labels = [Label(header.since.span, "the thesis begins here")] if header.since is not None else []
            yield make("T098", kill.span, labels=labels, name=kill.name, by=kill.by, since=program.since)


_TITLE = re.compile(r'\s*"[^"\n]*"')
_AT_LEAST = dt.date(2025, 2, 1)
"""The day of the sentence, where the rules name none."""


def _example(program: p.Program) -> dt.date:
    """A day on which the thesis may have begun: a year before the first day that its events name. Its author knows the right
    one."""
    named = [k.by for k in program.kills.values() if k.by is not None] + [c.day for c in program.catalysts.values()]
    first = min(named, default=None)
    return dt.date(first.year - 1, first.month, 1) if first is not None and first.year > 1 else _AT_LEAST


def _begins(name: Span, day: dt.date) -> Fix:
    """`since` behind the name of a thesis and its title. Never sure: nobody but the author knows the day."""
    text = name.source.text
    title = _TITLE.match(text, name.end)
    end = title.end() if title is not None else name.end
    return insert(name.source.span(end, end), f" since {day}", f"add `since {day}`, with the day on which it began")
