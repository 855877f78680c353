"""One file of a snapshot, with all that is asked of it: its check, what stands where, what each name is.

In: a `Snapshot` and a path. Out: `View`. Must not know editors, nor facts: what only facts say comes in as `Beside`.

A file with errors has a program as well (`Checked.partial`). What is lost in it, since it is half typed, is taken from
the newest check of the file that found no error: names keep their types while one of them is being written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.units import FLAG, Kind, Type
from dsl.workspace.index import Index, Use, uses_of
from dsl.workspace.workspace import Snapshot

STATUSES = ("supported", "undermined", "contested", "open")
"""What a pillar may be."""
EVENTS = ("met", "missed", "pending")
"""What may have become of a catalyst."""


@record
class Known:
    """What a name or an expression comes to for the company that is shown: the value in a few characters, and the line that says
    the rest of it (period, source, how far from the threshold). `trend`: what it was in its last periods, the newest at the end."""

    text: str
    more: str = ""
    trend: str = ""


class Beside(Protocol):
    """What only facts say: of names for a company on a day, of companies, of names in facts files."""

    def value(self, name: str) -> Known | None:
        """What a name comes to; None where that is not known now."""

    def at(self, address: str) -> Known | None:
        """What an expression of the program comes to, by its address."""

    def tickers(self) -> Sequence[str]:
        """The companies of which facts are there."""

    def day(self) -> dt.date | None:
        """The day as of which values are shown; None where nobody says."""


class NoFacts:
    """Nothing beside the rules."""

    def value(self, name: str) -> Known | None:
        """Nothing."""
        return None

    def at(self, address: str) -> Known | None:
        """Nothing."""
        return None

    def tickers(self) -> Sequence[str]:
        """None."""
        return ()

    def day(self) -> dt.date | None:
        """None."""
        return None


NO_FACTS = NoFacts()


class View:
    """A file as it is in one snapshot."""

    def __init__(self, snapshot: Snapshot, path: Path) -> None:
        self.snapshot, self.path = snapshot, path
        self.checked = snapshot.checked(path)
        self.source = self.checked.source
        self.program = self.checked.partial
        self.index = Index(self.checked)

    @property
    def text(self) -> str:
        """The text as it is read."""
        return self.source.text

    @cached_property
    def good(self) -> p.Program | None:
        """The program of the newest text without errors."""
        found = self.snapshot.last_good(self.path)
        return found.program if found is not None else None

    def declared(self, name: str) -> p.Declared | None:
        """What a name is, here or in the last text without errors; None where it is nothing."""
        found = self.index.declared(name)
        if (found is None or isinstance(found, p.Broken)) and self.good is not None:
            try:
                return self.good.declared(name)
            except KeyError:
                return found
        return found

    def role(self, name: str) -> str:
        """`input`, `metric`, `bull`, `bear` and so on; '' for a name that is nothing."""
        found = self.declared(name)
        if isinstance(found, p.Broken):
            return found.keyword
        if isinstance(found, p.Condition):
            return found.side.value
        return type(found).__name__.lower() if found is not None else ""

    @cached_property
    def names(self) -> dict[str, p.Declared]:
        """Every name of the program and of the last one without errors, in the order of the text."""
        found: dict[str, p.Declared] = {}
        for program in (self.program, self.good):
            if program is not None:
                for table in program.tables.values():
                    for name, declared in table.items():
                        found.setdefault(name, declared)
        for broken in self.program.broken:
            if broken.name:
                found.setdefault(broken.name, broken)
        return found

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every name that stands in this file and could be read, in the order of the text: those of declarations that do not
        count among them, such as what is dropped."""
        return _uses(self.own())

    def uses_near(self, offset: int) -> tuple[Use, ...]:
        """Those of the declarations that a place stands in, or at the end of."""
        return _uses(each for each in self.own() if each.span.start <= offset <= each.span.end)

    def own(self) -> Iterator[s.Declaration]:
        """The declarations that stand in this file, in the order of the text, those that cannot be read among them."""
        parsed = self.snapshot.parse(self.source)
        found = [*parsed.file.declarations, *parsed.broken]
        return iter(sorted(found, key=lambda each: each.span.start))


def _uses(declarations: Iterable[s.Declaration]) -> tuple[Use, ...]:
    found: dict[Span, Use] = {}
    for written in declarations:
        for use in uses_of(written) if not isinstance(written, s.Broken) else ():
            declares = use.declares and not isinstance(written, s.Drop)
            found.setdefault(use.span, use if declares else Use(use.name, use.span, False))
    return tuple(sorted(found.values(), key=lambda each: each.span.start))


def type_of(declared: p.Declared | None) -> Type | None:
    """The type of what a name holds; None for what holds nothing (a scenario, a catalyst)."""
    match declared:
        case p.Metric():
            return declared.shown
        case p.Input() | p.Param() | p.Forecast():
            return declared.type
        case p.Condition() | p.Kill():
            return FLAG
        case p.Pillar():
            return Type(Kind.PILLAR, options=STATUSES)
        case p.Verdict():
            return Type(Kind.VERDICT, options=declared.outcomes)
        case _:
            return None


def words_of(declared: p.Declared | None) -> tuple[str, ...]:
    """The words that a name may be asked for with `is`, as they are written: outcomes in quotes."""
    kind = type_of(declared)
    if isinstance(declared, p.Catalyst):
        return EVENTS
    if kind is None:
        return ()
    if kind.kind is Kind.VERDICT:
        return tuple(f'"{outcome}"' for outcome in kind.options)
    if kind.kind is Kind.FLAG:
        return ("true", "false")
    return kind.options


def whole_lines(span: Span) -> tuple[int, int]:
    """Offsets of the lines that a place stands on, the newline of the last one left out."""
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", max(span.end - 1, span.start))
    return start, len(text) if end < 0 else end
