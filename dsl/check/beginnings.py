"""From when on a thesis is judged: a thesis without its first day, a kill that ends before it.

In: a `Program` without errors and its header. Out: diagnostics. Must not know facts, nor which day it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.messages import make


def beginnings(program: p.Program, header: s.Header | None) -> Iterator[Diagnostic]:
    """What is wrong with the day on which a thesis began."""
    events = [*program.kills.values(), *program.catalysts.values()]
    if header is None:
        return
    if program.since is None:
        if events and program.keyword == "thesis":
            own = [e for e in events if e.origin == program.name][:1]
            labels = [Label(e.span, "judged from the first fact on") for e in own]
            yield make("T087", header.name.span, labels=labels, name=program.name)
        return
    for kill in program.kills.values():
        if kill.by is not None and kill.by < program.since:
            labels = [Label(header.since.span, "the thesis begins here")] if header.since is not None else []
            yield make("T098", kill.span, labels=labels, name=kill.name, by=kill.by, since=program.since)
