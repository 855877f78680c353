"""What stands where in a checked file, with errors in it or without: names, expressions, declarations by place.

In: `Checked`. Out: what is at an offset, where a name is declared and where it stands. Must not know editors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from dsl.check.checker import Checked
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.record import record
from dsl.text.source import SourceFile, Span

_WORD = re.compile(r"[A-Za-z_]\w*")
_NO_NAMES = {
    ("Call", "function"),
    ("TypeNode", "options"),
    ("Includes", "member"),
    ("Uncertain", "distribution"),
    ("Use", "module"),
}
"""Words that look like names of a program: functions, options of a choice, members of a set, modules."""


@record
class Use:
    """A name where it is written: in a formula, behind `on`, before `=` in a world, where it is declared."""

    name: str
    span: Span
    declares: bool


class Index:
    """The places of one check. Asking is cheap; the first question walks the program once."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.program = checked.partial

    def expressions_at(self, path: str, offset: int) -> tuple[p.Expr, ...]:
        """The typed expressions that cover a place in a file, innermost first; an end belongs to what ends there."""
        found = [e for e in self._expressions.get(path, ()) if e.span.start <= offset <= e.span.end]
        return tuple(sorted(found, key=lambda e: e.span.length))

    def declaration_at(self, path: str, offset: int) -> s.Declaration | None:
        """What is declared where a place is, whether it could be read or not."""
        for written in self._written:
            span = written.span
            if span.source.path == path and span.start <= offset <= span.end:
                return written
        return None

    def use_at(self, path: str, offset: int) -> Use | None:
        """The name that stands at a place; in what could not be read, any name that is declared somewhere."""
        for use in self._uses.get(path, ()):
            if use.span.start <= offset <= use.span.end:
                return use
        written = self.declaration_at(path, offset)
        if not isinstance(written, s.Broken):
            return None
        source = written.span.source
        for word in _WORD.finditer(source.text, written.span.start, written.span.end):
            if word.start() <= offset <= word.end() and self.declared(word[0]) is not None:
                place = source.span(*word.span())
                return Use(word[0], place, place == written.name.span)
        return None

    def declared(self, name: str) -> p.Declared | None:
        """The declaration of a name; None where there is none."""
        try:
            return self.program.declared(name)
        except KeyError:
            return None

    def uses(self, name: str) -> tuple[Span, ...]:
        """All places where a name stands in what could be read, by file and in the order of the text."""
        return tuple(u.span for path in sorted(self._uses) for u in self._uses[path] if u.name == name)

    # --- walked once --------------------------------------------------------------------------------------

    @cached_property
    def _written(self) -> tuple[s.Declaration, ...]:
        """Every declaration of the program and its modules as it stands in its file."""
        linked = self.checked.linked
        entries = (*linked.entries.values(), *linked.uncertain.values(), *linked.examples)
        once: dict[Span, s.Declaration] = {}
        for entry in entries:
            for written in (entry.original, entry.declaration):
                once.setdefault(written.span, written)
        for taken in linked.modules:
            once.setdefault(taken.header.span, taken.header)
        if linked.header is not None:
            once.setdefault(linked.header.span, linked.header)
        for broken, _ in linked.broken:
            once.setdefault(broken.span, broken)
        return tuple(once.values())

    @cached_property
    def _uses(self) -> dict[str, tuple[Use, ...]]:
        found: dict[str, dict[Span, Use]] = {}
        for written in self._written:
            for use in uses_of(written):
                found.setdefault(use.span.source.path, {}).setdefault(use.span, use)
        return {path: tuple(sorted(uses.values(), key=lambda u: u.span.start)) for path, uses in found.items()}

    @cached_property
    def _expressions(self) -> dict[str, tuple[p.Expr, ...]]:
        found: dict[str, list[p.Expr]] = {}
        for whole in _typed(self.program):
            for node in p.walk(whole):
                found.setdefault(node.span.source.path, []).append(node)
        return {path: tuple(nodes) for path, nodes in found.items()}


def source_of(checked: Checked, path: str) -> SourceFile | None:
    """The text of a file that takes part in a check: its own, or that of a module."""
    texts = (checked.source, *(m.source for m in checked.linked.modules))
    return next((each for each in texts if each.path == path), None)


def uses_of(written: s.Declaration) -> Iterator[Use]:
    """Every name in a declaration, where it stands without brackets around it."""
    for name, declares in _names(written):
        if name.name:
            yield Use(name.name, _bare(name), declares)


def _names(written: s.Declaration) -> Iterator[tuple[s.Name, bool]]:
    """Every name in a declaration, with whether it is the one that is declared."""
    if not isinstance(written, s.Example | s.Header):
        yield written.name, not isinstance(written, s.Uncertain)
    stack = list(_parts(written))
    while stack:
        node = stack.pop()
        if isinstance(node, s.Name):
            yield node, False
        elif isinstance(node, s.Node):
            stack += _parts(node)
        elif isinstance(node, tuple):
            stack += node


def _bare(name: s.Name) -> Span:
    """The place of a name without the brackets around it."""
    span = name.span
    if span.length == len(name.name):
        return span
    words = re.compile(rf"\#[^\n]*|\b(?P<name>{re.escape(name.name)})\b").finditer(
        span.source.text, span.start, span.end
    )
    return next((span.source.span(*word.span()) for word in words if word["name"]), span)


def _parts(node: s.Node) -> Iterator[object]:
    """What stands in a node; words that are no names of the program are left out, and what a declaration is called."""
    kind = type(node).__name__
    named = isinstance(node, s.Declaration)
    parts: tuple[str, ...] = type(node).__match_args__
    return (getattr(node, x) for x in parts if (kind, x) not in _NO_NAMES and not (named and x == "name"))


def _typed(program: p.Program) -> Iterator[p.Expr]:
    """Every typed expression of a program, whole."""
    for name in program.order:
        yield from program.expressions(name)
    yield from program.sentences
    for scenario in program.scenarios.values():
        yield from scenario.assume.values()
    for example in program.examples:
        yield from example.given.values()
        for expectation in example.expect:
            yield expectation.condition
            yield from expectation.because
