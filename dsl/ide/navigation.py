"""Where a name is declared and where it stands, over all rule files that share it; what a name reads and what reads it.

In: a `View`, an offset, the rule files that are there. Out: `Span`s. Must not know editors.

A module may be taken under a prefix: its `score` is `z.score` there, and what is found, and renamed, is the last part.
A name is one where its first declaration is one: the same word in two modules that do not share it are two names, and a
name that a thesis overrides, or drops and declares anew, is that of its module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dsl.ide.view import View
from dsl.link.linked import Entry
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.record import record
from dsl.text.source import SourceFile, Span, UnreadableFileError
from dsl.workspace.workspace import Snapshot

Identity = frozenset[str]
"""The files of a name's first declarations, links followed."""


@record
class Place:
    """A place of a name; `declares`: whether it is declared there."""

    span: Span
    declares: bool = False


# --- from a place to what stands there ---------------------------------------------------------------------


def name_at(view: View, offset: int) -> tuple[str, Span] | None:
    """The name that stands at a place."""
    use = next((u for u in view.uses_near(offset) if u.span.start <= offset <= u.span.end), None)
    use = use or view.index.use_at(view.source.path, offset)
    return (use.name, use.span) if use is not None else None


def input_at(view: View, offset: int) -> str:
    """The name of the input that is declared where a place is; '' where none is."""
    found = (d for d in view.own() if isinstance(d, s.Input) and d.span.start <= offset <= d.span.end)
    return next((d.name.name for d in found), "")


@record
class Module:
    """A module as it stands behind `uses`: its name, its place, and its file (None: there is none)."""

    name: str
    span: Span
    path: str | None


def modules_of(view: View) -> Iterator[Module]:
    """The modules that a file uses, in the order of the text."""
    library = view.snapshot.library.near(Path(view.source.path).parent)
    for declaration in view.own():
        if isinstance(declaration, s.Header):
            for use in declaration.uses:
                found = library.find(use.module.name)
                yield Module(use.module.name, use.module.span, str(found) if found is not None else None)


def module_at(view: View, offset: int) -> Module | None:
    """The module whose name stands at a place."""
    return next((m for m in modules_of(view) if m.span.start <= offset <= m.span.end), None)


def definition(view: View, offset: int) -> tuple[Span, ...]:
    """Where what stands at a place is declared: what counts first, then what a module said before. Of a module the
    beginning of its file; of a word or an outcome the place where it is listed."""
    module = module_at(view, offset)
    if module is not None:
        source = _read(view.snapshot, module.path)
        return (source.span(0, 0),) if source is not None else ()
    word = _listed(view, offset)
    if word is not None:
        return (word,)
    found = name_at(view, offset)
    if found is None:
        return ()
    places = declarations(view, found[0])
    return tuple(place for place in places if place != found[1]) or places


def declarations(view: View, name: str) -> tuple[Span, ...]:
    """The places where a name is declared: the one that counts, and that of its module."""
    entry = view.checked.linked.entries.get(name) or _dropped(view, name)
    if entry is not None:
        return tuple(dict.fromkeys((entry.declaration.name.span, entry.original.name.span)))
    declared = view.declared(name)
    return (declared.span,) if declared is not None else ()


def _listed(view: View, offset: int) -> Span | None:
    """The word of a choice, or the outcome of a table, that is asked for at a place."""
    for expr in view.index.expressions_at(view.source.path, offset):
        match expr:
            case p.IsWord(operand=p.Ref(name=name), word=word) | p.Includes(operand=p.Ref(name=name), member=word):
                if offset > expr.operand.span.end:
                    return _option(view, name, word)
    return None


def _option(view: View, name: str, word: str) -> Span | None:
    entry = view.checked.linked.entries.get(name)
    written = entry.declaration if entry is not None else None
    if isinstance(written, s.Verdict):
        return next((row.outcome.span for row in written.rows if row.outcome.value == word), None)
    if isinstance(written, s.Input | s.Param | s.Metric) and written.type is not None:
        return next((option.span for option in written.type.options if option.name == word), None)
    return None


def type_definition(view: View, offset: int) -> tuple[Span, ...]:
    """Where the type of a name is written: its own, else that of the inputs its formula is made of."""
    found = name_at(view, offset)
    if found is None:
        return ()
    entry = view.checked.linked.entries.get(found[0])
    if entry is None:
        return ()
    kind = getattr(entry.declaration, "type", None)
    if isinstance(kind, s.TypeNode):
        return (kind.span,)
    below = view.program.inputs_under([found[0]]) if found[0] in view.program.position else frozenset()
    entries = (view.checked.linked.entries.get(name) for name in view.program.in_order(below))
    kinds = (getattr(each.declaration, "type", None) for each in entries if each is not None)
    return tuple(kind.span for kind in kinds if isinstance(kind, s.TypeNode))


# --- all places of a name ------------------------------------------------------------------------------------


def identity(view: View, name: str) -> Identity:
    """The files of a name's first declarations; none for a word that is declared nowhere.

    A thesis may drop a name of a module and declare another under it, which the module's formulas then mean: there the two
    are one name.
    """
    linked = view.checked.linked
    brought = [entries[name] for entries in linked.brought.values() if name in entries]
    entries = [linked.entries.get(name), _dropped(view, name), *brought]
    found = [entry.original for entry in entries if entry is not None]
    paths = [written.span.source.path for written in found]
    if not found:
        paths = [broken.span.source.path for broken in view.program.broken if broken.name == name]
    return frozenset(view.snapshot.library.files.real(Path(path)) for path in paths)


def _dropped(view: View, name: str) -> Entry | None:
    dropped = view.checked.linked.dropped.get(name)
    return dropped.entry if dropped is not None else None


def last_part(name: str) -> str:
    """A name without the prefixes of the modules that it comes through."""
    return name.rpartition(".")[2]


def last_place(span: Span) -> Span:
    """The last part of a name with prefixes."""
    return span.source.span(span.end - len(last_part(span.text)), span.end)


def _meant(view: View, name: str, which: Identity) -> tuple[Place, ...]:
    """All places in the file of a view where what some files call `name` is meant, under a prefix or without one, and as what
    a `uses` says of it."""
    same = {use.name for use in view.uses if last_part(use.name) == name}
    same |= {b.name for b in view.program.broken if b.name == name}
    places = {p.span: p.declares for each in same if identity(view, each) & which for p in places_in(view, each)}
    library = view.snapshot.library.near(Path(view.source.path).parent)
    for header in (each for each in view.own() if isinstance(each, s.Header)):
        for use in (each for each in header.uses if any(b.name.name == name for b in each.bindings)):
            path = library.find(use.module.name)
            if path is not None and library.files.real(path) in which:
                places |= {b.name.span: False for b in use.bindings if b.name.name == name}
    return tuple(Place(span, declares) for span, declares in sorted(places.items(), key=lambda each: each[0].start))


def places_in(view: View, name: str) -> tuple[Place, ...]:
    """All places of a name in the file of a view, in the order of the text, those in declarations that cannot be read among
    them; of one with a prefix its last part."""
    found = {last_place(use.span): use.declares for use in view.uses if use.name == name}
    for broken in view.snapshot.parse(view.source).broken:
        for span in _words(broken.span, name):
            found.setdefault(last_place(span), span == broken.name.span)
    return tuple(Place(span, declares) for span, declares in sorted(found.items(), key=lambda each: each[0].start))


def _words(whole: Span, name: str) -> Iterator[Span]:
    """Where a word stands in what cannot be read: in no comment, and in a text only inside braces."""
    source = whole.source
    texts = re.compile(rf'\#[^\n]*|(?P<text>"[^"\n]*"?)|(?<![\w.])(?P<word>{re.escape(name)})(?![\w.])')
    for found in texts.finditer(source.text, whole.start, whole.end):
        if found["word"]:
            yield source.span(*found.span())
        elif found["text"]:
            for braces in re.finditer(r"\{([^{}]*)", found["text"]):
                for inner in re.finditer(rf"(?<![\w.]){re.escape(name)}(?![\w.])", braces[1]):
                    at = found.start() + braces.start(1) + inner.start()
                    yield source.span(at, at + len(name))


def views_with(snapshot: Snapshot, paths: Iterable[Path], name: str) -> Iterator[View]:
    """Views of those files in which a word stands at all; each file once, whatever way leads to it."""
    seen: set[str] = set()
    word = re.compile(rf"\b{re.escape(name)}\b")
    for path in paths:
        real = snapshot.library.files.real(path)
        source = _read(snapshot, str(path)) if real not in seen else None
        seen.add(real)
        if source is not None and word.search(source.text):
            yield View(snapshot, path)


def references(view: View, offset: int, paths: Iterable[Path] = ()) -> tuple[Place, ...]:
    """All places of the name at a place: in its own file, and in those of `paths` that mean the same name by it."""
    found = name_at(view, offset)
    if found is None or not (which := identity(view, found[0])):
        return ()
    name, real = last_part(found[0]), view.snapshot.library.files.real
    others = {real(v.path): v for v in views_with(view.snapshot, [*paths, *map(Path, sorted(which))], name)}
    others.pop(real(view.path), None)
    theirs = {path: _identities(other, name) for path, other in others.items()}
    reached: set[str] = set()
    while more := {path for path, each in theirs.items() if path not in reached and any(i & which for i in each)}:
        reached |= more
        which = which.union(*(i for path in more for i in theirs[path] if i & which))
    places = list(_meant(view, name, which))
    for other in others.values():
        places += _meant(other, name, which)
    return tuple(places)


def _identities(view: View, name: str) -> list[Identity]:
    """What a word may mean in a file, under a prefix or without one."""
    return [identity(view, each) for each in {use.name for use in view.uses if last_part(use.name) == name}]


def _read(snapshot: Snapshot, path: str | None) -> SourceFile | None:
    try:
        return snapshot.source(Path(path)) if path is not None else None
    except UnreadableFileError:
        return None


# --- the graph -------------------------------------------------------------------------------------------------


@record
class Step:
    """A name that another reads, or that reads it: where it is declared, and where the one stands in the other."""

    name: str
    declared: Span
    whole: Span
    places: tuple[Span, ...]


def step_of(view: View, name: str) -> Step | None:
    """A name with its declaration, as the root of a look at the graph."""
    entry = view.checked.linked.entries.get(name)
    return Step(name, entry.declaration.name.span, entry.declaration.span, ()) if entry is not None else None


def reads(view: View, name: str) -> tuple[Step, ...]:
    """What a name's value is made of, directly."""
    needed = view.program.in_order(view.program.all_needs.get(name, frozenset()))
    return tuple(_step(view, other, other, name) for other in needed if step_of(view, other) is not None)


def read_by(view: View, name: str) -> tuple[Step, ...]:
    """What is made of a name, directly."""
    users = [other for other, needs in view.program.all_needs.items() if name in needs]
    return tuple(_step(view, other, name, other) for other in users if step_of(view, other) is not None)


def _step(view: View, shown: str, name: str, inside: str) -> Step:
    """`shown`, with the places of `name` in the declaration of `inside`."""
    root, within = step_of(view, shown), step_of(view, inside)
    assert root is not None
    whole = within.whole if within is not None else root.whole
    places = [u for u in view.index.uses(name) if u.source == whole.source and whole.start <= u.start < whole.end]
    return Step(shown, root.declared, root.whole, tuple(place for place in places if place != root.declared))
