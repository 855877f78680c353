"""What linking leaves: every declaration that counts, where it came from, what was changed.

In: nothing. Out: `Linked` and its parts, which `load.py` fills and `check.py` reads. Must not know types or what
names mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import MAX_SHOWN, cut, record
from dsl.text.source import SourceFile, Span


@record
class Change:
    """What an override, a drop or a `with` did: the part, what the module said, what stands now, and who said so."""

    action: str
    keyword: str
    name: str
    title: str | None
    part: str
    was: str
    now: str | None
    module: str
    span: Span
    by: str


@record
class Entry:
    """A declaration that counts, the module or thesis that brought it, and what that one said at first."""

    declaration: s.Declaration
    origin: str
    original: s.Declaration
    by: str
    place: Span
    """Who changed it last, and where; the origin and its own place where nobody did."""

    @classmethod
    def own(cls, declaration: s.Declaration, origin: str) -> Entry:
        """A declaration as its file says it."""
        return cls(declaration, origin, declaration, origin, declaration.name.span)


@record
class Dropped:
    """A declaration that was taken out: where, by whom, and what it was."""

    span: Span
    by: str
    entry: Entry


@record
class Taken:
    """A module that was taken: the name it goes by, its header and file, and how a report names the file."""

    name: str
    header: s.Header
    source: SourceFile
    shown: str


@record
class Conflict:
    """One declaration that comes by two ways in two states; what uses both must say which counts."""

    name: str
    use: Span
    first: Entry | Dropped
    second: Entry | Dropped


@dataclass(slots=True, repr=False)
class Linked:
    """A thesis or module with all that it uses. Names are unique; examples are a list."""

    source: SourceFile
    header: s.Header | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    uncertain: dict[str, Entry] = field(default_factory=dict)
    examples: list[Entry] = field(default_factory=list)
    modules: list[Taken] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    dropped: dict[str, Dropped] = field(default_factory=dict)
    """By `key`, so that a distribution that is dropped is not taken for the name it is for."""
    dropped_examples: list[s.Declaration] = field(default_factory=list)
    brought: dict[str, dict[str, Entry]] = field(default_factory=dict)
    """What each module that the file uses brings, by the name in `uses`."""
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    clashes: set[str] = field(default_factory=set)
    """Names that two declarations claim: which of them is meant, and so what its uses are, is not known."""
    lost: set[str] = field(default_factory=set)
    broken: list[tuple[s.Broken, str]] = field(default_factory=list)
    """Declarations that could not be read, each with the module or thesis that it stands in."""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def __repr__(self) -> str:
        taken = ", ".join(m.name for m in self.modules)
        return cut(
            f"Linked({self.source.path}: {len(self.entries)} names{f', uses {taken}' if taken else ''})", MAX_SHOWN
        )

    @property
    def name(self) -> str:
        """The name in the header, or ''."""
        return self.header.name.name if self.header else ""

    @property
    def asks(self) -> str | None:
        """The key question: the file's own, else that of the first module that asks one."""
        own = self.header.asks if self.header else None
        return own or next((m.header.asks for m in self.modules if m.header.asks), None)

    def table(self, uncertain: bool) -> dict[str, Entry]:
        """Distributions, or all that has its own name."""
        return self.uncertain if uncertain else self.entries


def key(name: str, uncertain: bool) -> str:
    """A name among `dropped` and `conflicts`; no name holds a blank."""
    return f"uncertain {name}" if uncertain else name
