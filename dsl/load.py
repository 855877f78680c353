"""Follows `uses`, then lays `override` and `drop` over what the modules brought. Reads as its pipeline.

In: a `SourceFile` and the folders where modules stand. Out: `Linked`: every declaration that counts, where it
came from, what was changed. Must not know types or what names mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from dsl import syntax as s
from dsl.diagnostics import Diagnostic, Label
from dsl.messages import article, did_you_mean, fill, make
from dsl.parse import Parsed, parse
from dsl.source import SourceFile, Span, UnreadableFileError

SUFFIX = ".thesis"


@dataclass(frozen=True, slots=True)
class Library:
    """Folders in which modules are looked for by name, the nearest first."""

    folders: tuple[Path, ...]

    def find(self, name: str) -> Path | None:
        """The file of a module or thesis, or None."""
        candidates = (folder / f"{name}{SUFFIX}" for folder in self.folders)
        return next((path for path in candidates if os.path.isfile(path)), None)

    def names(self) -> list[str]:
        """All names that `find` would find, sorted."""
        return sorted({p.stem for folder in self.folders if folder.is_dir() for p in folder.glob(f"*{SUFFIX}")})

    def near(self, folder: Path) -> Library:
        """The same with one folder before all others."""
        return Library((folder, *(f for f in self.folders if f != folder)))


@dataclass(frozen=True, slots=True)
class Change:
    """What an override, a drop or a `with` did: the part, what the module said, what stands now."""

    action: str
    keyword: str
    name: str
    title: str | None
    part: str
    was: str
    now: str | None
    module: str
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A declaration that counts, and the module or thesis that brought it."""

    declaration: s.Declaration
    origin: str


@dataclass(slots=True)
class Linked:
    """A thesis or module with all that it uses. Names are unique; examples and uncertains are lists."""

    source: SourceFile
    header: s.Header | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    uncertain: list[Entry] = field(default_factory=list)
    examples: list[Entry] = field(default_factory=list)
    modules: list[tuple[s.Header, SourceFile]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    dropped: dict[str, s.Drop] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def load(source: SourceFile, library: Library) -> Linked:
    """Reads a rule file and all modules that it uses.

    1. parse; 2. header; 3. modules, depth first, each once; 4. own declarations; 5. overrides and drops.
    """
    return _Loader(library).load(parse(source), ())


class _Loader:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.done: dict[str, Linked] = {}

    def load(self, parsed: Parsed, path: tuple[str, ...]) -> Linked:
        linked = Linked(parsed.source, diagnostics=list(parsed.diagnostics), lost=set(parsed.lost))
        linked.header = _check_header(parsed, linked.diagnostics)
        if linked.header is not None:
            for use in linked.header.uses:
                self._use(linked, use, (*path, linked.header.name.name))
        own = linked.header.name.name if linked.header else Path(parsed.source.path).stem
        _declare(linked, parsed.file, own)
        _lay_over(linked, parsed.file, own)
        return linked

    def _use(self, linked: Linked, use: s.Use, path: tuple[str, ...]) -> None:
        name = use.module.name
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            linked.diagnostics.append(make("T026", use.module.span, circle=circle))
            return
        module = self.done.get(name) or self._load_module(linked, use, path)
        if module is None:
            linked.lost.add("*")
            return
        if any(d.is_error for d in module.diagnostics):
            known = {id(d) for d in linked.diagnostics}
            linked.diagnostics += [d for d in module.diagnostics if id(d) not in known]
            linked.lost |= module.lost
        _take(linked, module, use)

    def _load_module(self, linked: Linked, use: s.Use, path: tuple[str, ...]) -> Linked | None:
        name = use.module.name
        folder = Path(linked.source.path).parent
        library = self.library.near(folder)
        file = library.find(name)
        if file is None:
            mend = did_you_mean(
                name, library.names(), f"modules that are there: {', '.join(library.names()) or 'none'}"
            )
            linked.diagnostics.append(make("T025", use.module.span, name=name, mend=mend))
            return None
        try:
            source = SourceFile.read(file)
        except UnreadableFileError as error:
            label = Label(use.module.span, "used here")
            diagnostic = make("T001", None, path=error.path, reason=error.reason, mend=error.hint, labels=[label])
            linked.diagnostics.append(diagnostic)
            return None
        module = self.load(parse(source), path)
        if module.header is not None and module.header.keyword == "thesis":
            linked.diagnostics.append(make("T027", use.module.span, name=name))
            return None
        self.done[name] = module
        return module


def _check_header(parsed: Parsed, diagnostics: list[Diagnostic]) -> s.Header | None:
    headers = [d for d in parsed.file.declarations if isinstance(d, s.Header)]
    if not headers:
        nothing_read = any(d.code in ("T001", "T002", "T007") for d in parsed.diagnostics)
        begins = next((d.span for d in parsed.file.declarations), None)
        lost_header = any(d.span and d.span.start < (begins.start if begins else 1 << 62) for d in parsed.diagnostics)
        if not nothing_read and not lost_header:
            diagnostics.append(make("T020", begins, path=parsed.source.path))
        return None
    header = headers[0]
    for second in headers[1:]:
        diagnostics.append(make("T021", second.span, labels=[Label(header.span, "the first header")]))
    if parsed.file.declarations[0] is not header:
        diagnostics.append(make("T022", header.span, keyword=header.keyword, name=header.name.name))
    if header.keyword == "thesis" and header.ticker is None:
        diagnostics.append(make("T023", header.name.span, name=header.name.name))
    if header.keyword == "rules" and header.ticker is not None:
        diagnostics.append(make("T024", header.name.span, name=header.name.name))
    return header


def _take(linked: Linked, module: Linked, use: s.Use) -> None:
    """Everything a module brings, with the params that `with` sets."""
    for name, entry in module.entries.items():
        present = linked.entries.get(name)
        if present is not None and present.declaration is not entry.declaration:
            labels = [Label(present.declaration.name.span, f"declared by {present.origin}"),
                      Label(entry.declaration.name.span, f"declared by {entry.origin}")]  # fmt: skip
            mend = "rename it in one of the modules, or use only one"
            linked.diagnostics.append(make("T030", use.module.span, name=name, mend=mend, labels=labels))
            continue
        linked.entries[name] = entry
    present_examples = {id(e.declaration) for e in linked.examples + linked.uncertain}
    linked.examples += [e for e in module.examples if id(e.declaration) not in present_examples]
    linked.uncertain += [e for e in module.uncertain if id(e.declaration) not in present_examples]
    present_modules = {source.path for _, source in linked.modules}
    linked.modules += [m for m in module.modules if m[1].path not in present_modules]
    if module.header is not None:
        linked.modules.append((module.header, module.source))
    linked.changes += [c for c in module.changes if c not in linked.changes]
    linked.dropped.update(module.dropped)
    for binding in use.bindings:
        _set_param(linked, module, binding)


def _set_param(linked: Linked, module: Linked, binding: s.Binding) -> None:
    name = binding.name.name
    entry = module.entries.get(name)
    if entry is None or not isinstance(entry.declaration, s.Param):
        params = [n for n, e in module.entries.items() if isinstance(e.declaration, s.Param)]
        title = module.header.name.name if module.header else "?"
        mend = did_you_mean(name, params, f"its params are {', '.join(params[:12])}" if params else "it has no params")
        linked.diagnostics.append(make("T028", binding.name.span, module=title, name=name, mend=mend))
        return
    versions = (s.ParamVersion(binding.span, None, binding.value, None),)
    new = replace(entry.declaration, versions=_with_sources(versions, entry.declaration.versions))
    _replace(linked, "with", name, entry, new, binding.span)


def _declare(linked: Linked, file: s.File, own: str) -> None:
    for declaration in file.declarations:
        if isinstance(declaration, s.Header | s.Override | s.Drop):
            continue
        entry = Entry(declaration, own)
        if isinstance(declaration, s.Example):
            linked.examples.append(entry)
            continue
        if isinstance(declaration, s.Uncertain):
            _declare_uncertain(linked, entry)
            continue
        name = declaration.name.name
        present = linked.entries.get(name)
        if present is None:
            linked.entries[name] = entry
            continue
        taken = present.origin != own
        mend = (
            f"to change what {present.origin} says, write `override {declaration.keyword} {name}`"
            if taken
            else "rename or remove one"
        )
        label = Label(present.declaration.name.span, f"declared here first{f', by {present.origin}' if taken else ''}")
        linked.diagnostics.append(make("T030", declaration.name.span, name=name, mend=mend, labels=[label]))


def _declare_uncertain(linked: Linked, entry: Entry) -> None:
    name = entry.declaration.name.name
    present = next((e for e in linked.uncertain if e.declaration.name.name == name), None)
    if present is None:
        linked.uncertain.append(entry)
        return
    label = Label(present.declaration.name.span, "its first distribution")
    mend = "keep one" if present.origin == entry.origin else f"write `override uncertain {name}`"
    linked.diagnostics.append(make("T030", entry.declaration.name.span, name=name, mend=mend, labels=[label]))


def _lay_over(linked: Linked, file: s.File, own: str) -> None:
    for declaration in file.declarations:
        if isinstance(declaration, s.Override):
            _override(linked, declaration, own)
        elif isinstance(declaration, s.Drop):
            _drop(linked, declaration, own)


def _find(linked: Linked, name: s.Name, code: str, own: str, uncertain: bool) -> Entry | None:
    """What an override or drop means; it must have come from a module."""
    if uncertain:
        known = {e.declaration.name.name: e for e in linked.uncertain if e.origin != own}
    else:
        known = {n: e for n, e in linked.entries.items() if e.origin != own}
    entry = known.get(name.name)
    if entry is None and "*" not in linked.lost and name.name not in linked.lost:
        declared_here = linked.entries.get(name.name)
        otherwise = (
            "it is this file's own: change it where it stands"
            if declared_here
            else "no module that is used declares it"
        )
        mend = otherwise if declared_here else did_you_mean(name.name, known, otherwise)
        linked.diagnostics.append(make(code, name.span, name=name.name, mend=mend))
    return entry


def _override(linked: Linked, override: s.Override, own: str) -> None:
    new = override.declaration
    entry = _find(linked, new.name, "T033", own, isinstance(new, s.Uncertain))
    if entry is None:
        return
    old = entry.declaration
    if old.keyword != new.keyword:
        words = {
            "article": article(old.keyword),
            "was": old.keyword,
            "article2": article(new.keyword),
            "now": new.keyword,
        }
        label = Label(old.name.span, "declared here")
        linked.diagnostics.append(
            make("T036", override.span, name=new.name.name, keyword="override", labels=[label], **words)
        )
        return
    if isinstance(new, s.Param) and new.source and not new.versions and isinstance(old, s.Param):
        new = replace(new, versions=tuple(replace(v, source=new.source) for v in old.versions), source=None)
    if isinstance(new, s.Param) and isinstance(old, s.Param):
        new = replace(new, versions=_with_sources(new.versions, old.versions))
    kept = {f.name: getattr(old, f.name) for f in fields(old) if not getattr(new, f.name)}
    _replace(linked, "override", new.name.name, entry, replace(new, **kept), override.span)


def _with_sources(new: tuple[s.ParamVersion, ...], old: tuple[s.ParamVersion, ...]) -> tuple[s.ParamVersion, ...]:
    """A value that is said again without a source keeps the one it had; a new value does not."""
    sources = {(v.since, meaning(v.value)): v.source for v in old}
    return tuple(replace(v, source=v.source or sources.get((v.since, meaning(v.value)))) for v in new)


def _replace(linked: Linked, action: str, name: str, entry: Entry, new: s.Declaration, span: Span) -> None:
    old = entry.declaration
    changed = list(_differences(old, new))
    if not changed:
        linked.diagnostics.append(make("T034", span, name=name, labels=[Label(old.span, f"what {entry.origin} says")]))
        return
    for part, was, now in changed:
        linked.changes.append(Change(action, old.keyword, name, new.title, part, was, now, entry.origin, span))
    replaced = Entry(new, entry.origin)
    if isinstance(new, s.Uncertain):
        linked.uncertain = [replaced if e is entry else e for e in linked.uncertain]
    else:
        linked.entries[name] = replaced


def _drop(linked: Linked, drop: s.Drop, own: str) -> None:
    entry = _find(linked, drop.name, "T035", own, drop.kind == "uncertain")
    if entry is None:
        return
    old = entry.declaration
    if drop.kind is not None and drop.kind != old.keyword:
        words = {"article": article(old.keyword), "was": old.keyword, "article2": article(drop.kind), "now": drop.kind}
        linked.diagnostics.append(fill("T036", drop.span, words | {"name": drop.name.name, "keyword": "drop"}))
        return
    if isinstance(old, s.Uncertain):
        linked.uncertain = [e for e in linked.uncertain if e is not entry]
    else:
        del linked.entries[drop.name.name]
        linked.dropped[drop.name.name] = drop
    change = Change(
        "drop", old.keyword, drop.name.name, old.title, "all of it", _words(old), None, entry.origin, drop.span
    )
    linked.changes.append(change)


# --- the meaning of a node: all of it but its places ------------------------------------------------


def meaning(node: Any) -> Any:
    """A node as nested tuples without places: equal where the meaning is equal."""
    if isinstance(node, s.Template):
        return ("Template", node.raw)
    if is_dataclass(node) and not isinstance(node, type):
        parts = tuple(meaning(getattr(node, f.name)) for f in fields(node) if f.name not in ("span", "word_span"))
        return (type(node).__name__, *parts)
    if isinstance(node, tuple):
        return tuple(meaning(n) for n in node)
    return node


def _differences(old: s.Declaration, new: s.Declaration) -> Iterator[tuple[str, str, str]]:
    for f in fields(old):
        if f.name in ("span", "keyword", "name"):
            continue
        was, now = getattr(old, f.name), getattr(new, f.name)
        if meaning(was) != meaning(now):
            yield _PARTS.get(f.name, f.name), _words(was), _words(now)


_PARTS = {
    "versions": "value",
    "applies": "applies when",
    "stale_after": "stale after",
    "starts": "starts",
    "bounds": "between",
}


def _words(value: Any) -> str:
    """A part of a declaration as it was written, on one line."""
    if isinstance(value, s.ParamVersion):
        source = f" ({value.source})" if value.source else ""
        since = f"from {value.since}: " if value.since else ""
        return f"{since}{value.value.span.text}{source}"
    if isinstance(value, s.Template):
        return value.raw
    if isinstance(value, s.Node):
        return " ".join(value.span.text.split())
    if isinstance(value, tuple):
        return ", ".join(_words(v) for v in value) or "nothing"
    if value is None or value is False:
        return "nothing"
    return "yes" if value is True else str(value)
