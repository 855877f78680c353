"""Lays what a file says over what its modules brought: `with`, `drop`, its own declarations, `override`.

In: the `Linked` that the modules filled, a file's declarations. Out: the same `Linked`, changed, with diagnostics.
Must not know files and folders, nor types.

A file says each thing once: a name that it changes twice is an error, so that no order decides. What comes by two
ways in two states is settled where an override makes one of the two, or a drop takes both out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from dsl.link.linked import Change, Dropped, Entry, Linked, key
from dsl.link.meaning import differences, meaning, part_word, words
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import Fix, Mend, doubted, insert, leave_out, meant, put, renamed
from dsl.text.messages import article, fill
from dsl.text.source import Span


@dataclass(slots=True)
class Overlay:
    """One file's words over what it takes."""

    linked: Linked
    own: str
    changed: dict[str, Span] = field(default_factory=dict)
    """What this file has changed, by `key`, and where."""
    _whole: set[Span] = field(default_factory=set)
    """Those of the places that are declarations themselves."""
    _changes: Counter[str] = field(default_factory=Counter)
    """How often the file changes each name, by its overrides and drops."""

    def lay(self, file: s.File, uses: Iterable[s.Use]) -> None:
        """All of it: params set, drops, own declarations, overrides."""
        for use in uses:
            for binding in use.bindings:
                self._set_param(use, binding)
        declared = [d for d in file.declarations if not isinstance(d, s.Header | s.Override | s.Drop)]
        self._changes = Counter(d.name.name for d in file.declarations if isinstance(d, s.Override | s.Drop))
        for drop in (d for d in file.declarations if isinstance(d, s.Drop)):
            self._drop(drop, declared)
        for declaration in declared:
            self._declare(declaration)
        for override in (d for d in file.declarations if isinstance(d, s.Override)):
            self._override(override)

    # --- params --------------------------------------------------------------------------------------

    def _set_param(self, use: s.Use, binding: s.Binding) -> None:
        brought = self.linked.brought.get(use.module.name, {})
        written = binding.name.name
        if written in brought and isinstance(brought[written].declaration, s.Input):
            self._map(use, binding)
            return
        name = f"{use.prefix.name}.{written}" if use.prefix is not None else written
        entry = self.linked.entries.get(name)
        if written not in brought or entry is None or not isinstance(entry.declaration, s.Param):
            if use.module.name in self.linked.brought:
                params = [n for n, e in brought.items() if isinstance(e.declaration, s.Param)]
                mend = _no_param(binding.name, params, brought, use.module.name)
                self._error("T028", binding.name.span, module=use.module.name, name=written, mend=mend)
            return
        versions = (s.ParamVersion(binding.span, None, binding.value, None),)
        before = self.changed.get(name)
        if before is not None and meaning(entry.declaration.versions[0].value) == meaning(binding.value):
            return  # said twice, and the same
        if self._once(name, binding.span):
            self.changed[name] = binding.span
            new = replace(entry.declaration, versions=_with_sources(versions, entry.declaration.versions))
            conflict = self.linked.conflicts.pop(name, None)
            self._replace("with", name, entry, new, binding.span, conflict is not None)

    def _map(self, use: s.Use, binding: s.Binding) -> None:
        """An input that the file says itself; `taken_as` has put it in its place."""
        first = next(b for b in use.bindings if b.name.name == binding.name.name)
        if first is not binding:
            labels = [Label(first.name.span, "changed here first")]
            self._error("T112", binding.name.span, labels, name=binding.name.name)

    # --- drops ---------------------------------------------------------------------------------------

    def _drop(self, drop: s.Drop, declared: list[s.Declaration]) -> None:
        if drop.kind == "example":
            self._drop_example(drop)
            return
        name, uncertain = drop.name.name, drop.kind == "uncertain"
        again = next((d for d in declared if d.name.name == name and isinstance(d, s.Uncertain) == uncertain), None)
        if not self._once(key(name, uncertain), drop.span, whole=True):
            return
        entry = self._find(drop.name, "T035", uncertain, again)
        if entry is None:
            return
        old = entry.declaration
        if drop.kind is not None and drop.kind != old.keyword:
            self._other_kind(drop.span, "drop", old, drop.kind, _of_kind(drop, old.keyword))
            return
        self.changed[key(name, uncertain)] = drop.span
        del self.linked.table(uncertain)[name]
        self.linked.conflicts.pop(key(name, uncertain), None)
        if again is None:
            self.linked.dropped[key(name, uncertain)] = Dropped(drop.span, self.own, entry)
        self._change("drop", entry, old.title, "all of it", words(old), words(again) if again else None, drop.span)

    def _drop_example(self, drop: s.Drop) -> None:
        title = drop.name.name
        found = [e for e in self.linked.examples if e.declaration.name.name == title]
        if not found:
            titles = [e.declaration.name.name for e in self.linked.examples]
            if not self.linked.lost:
                mend = meant(drop.name.span, title, titles, "name an example of a module by its title", quote='"')
                self._error("T035", drop.name.span, name=title, mend=mend)
            return
        self.linked.examples = [e for e in self.linked.examples if e.declaration.name.name != title]
        for entry in found:
            self.linked.dropped_examples.append(entry.original)
            self._change("drop", entry, title, "all of it", words(entry.declaration), None, drop.span)

    # --- own declarations ----------------------------------------------------------------------------

    def _declare(self, declaration: s.Declaration) -> None:
        entry = Entry.own(declaration, self.own)
        if isinstance(declaration, s.Example):
            self.linked.examples.append(entry)
            return
        name, uncertain = declaration.name.name, isinstance(declaration, s.Uncertain)
        table = self.linked.table(uncertain)
        if "." in name and name not in table and not uncertain:
            plain = name.replace(".", "_")
            fixes = renamed(declaration.name.span, plain)
            self._error("T117", declaration.name.span, fixes=fixes, name=name, mend=plain)
        present = table.setdefault(name, entry)
        if present is entry:
            return
        taken = present.origin != self.own
        mend, fixes = "keep one" if uncertain else "rename or remove one", []
        if meaning(present.declaration) == meaning(declaration):
            fixes = [leave_out(declaration.span, sure=True)]
        else:
            self.linked.clashes.add(name)
            if taken:
                mend, fixes = _taken(present, declaration)
            else:
                fixes = [leave_out(declaration.span), leave_out(present.declaration.span)]
        where = "its first distribution" if uncertain else "declared here first"
        label = Label(present.declaration.name.span, f"{where}{f', by {present.origin}' if taken else ''}")
        said = {"names": f"`{name}`", "verb": "is", "mend": mend}
        self._error("T030", declaration.name.span, [label], "and again here", fixes, **said)

    # --- overrides -----------------------------------------------------------------------------------

    def _override(self, override: s.Override) -> None:
        new = override.declaration
        name, uncertain = new.name.name, isinstance(new, s.Uncertain)
        if not self._once(key(name, uncertain), override.span, whole=True):
            return
        entry = self._find(new.name, "T033", uncertain)
        if entry is None:
            return
        if entry.declaration.keyword != new.keyword:
            word = new.span.source.span(new.span.start, new.span.start + len(new.keyword))
            self._other_kind(
                override.span, "override", entry.declaration, new.keyword, put(word, entry.declaration.keyword)
            )
            return
        self.changed[key(name, uncertain)] = override.span
        conflict = self.linked.conflicts.get(key(name, uncertain))
        others = [e for e in (conflict.first, conflict.second) if isinstance(e, Entry)] if conflict else []
        made = _merged(entry.declaration, new)
        settled = all(meaning(_merged(e.declaration, new)) == meaning(made) for e in others)
        if conflict is not None and settled:
            del self.linked.conflicts[key(name, uncertain)]
        self._replace("override", name, entry, made, override.span, conflict is not None)

    def _replace(self, action: str, name: str, entry: Entry, new: s.Declaration, span: Span, in_conflict: bool) -> None:
        old = entry.declaration
        changed = list(differences(old, new))
        if not changed and not in_conflict:
            fixes = [leave_out(span, sure=True)] if action == "override" else []
            self._error("T034", span, [Label(old.span, f"what {entry.by} says")], fixes=fixes, name=name)
            return
        for slot in changed:
            was, now = (_said(slot, getattr(d, slot)) for d in (old, new))
            self._change(action, entry, new.title, part_word(slot), was, now, span)
        self.linked.table(isinstance(new, s.Uncertain))[name] = replace(entry, declaration=new, by=self.own, place=span)

    # --- helpers -------------------------------------------------------------------------------------

    def _once(self, name: str, span: Span, whole: bool = False) -> bool:
        """Whether this file changes a name for the first time; it may not twice. `whole`: the place is a declaration."""
        first = self.changed.get(name)
        if first is not None:
            again = span.text.split() == first.text.split()
            fixes = [leave_out(span, sure=again)] if whole else []
            if whole and not again and first in self._whole:
                fixes.append(leave_out(first))
            self._error("T112", span, [Label(first, "changed here first")], fixes=fixes, name=name.rpartition(" ")[2])
        if whole:
            self._whole.add(span)
        return first is None

    def _find(self, name: s.Name, code: str, uncertain: bool, own: s.Declaration | None = None) -> Entry | None:
        """What an override or drop means; it must have come from a module. `own`: this file declares it, too."""
        table = self.linked.table(uncertain)
        known = {n: e for n, e in table.items() if e.origin != self.own}
        entry = known.get(name.name)
        if entry is None and not self.linked.lost & {"*", name.name}:
            otherwise = "no module that is used declares it"
            mend = meant(name.span, name.name, known, otherwise)
            here = own or (table[name.name].declaration if name.name in table else None)
            labels = []
            if here is not None:
                mend = Mend("it is this file's own: change it where it stands")
                labels = [Label(here.name.span, "declared here")]
            self._error(code, name.span, labels, name=name.name, mend=mend)
        return entry

    def _other_kind(self, span: Span, keyword: str, old: s.Declaration, kind: str, fix: Fix | None) -> None:
        said = {"name": old.name.name, "keyword": keyword, "article": article(old.keyword), "was": old.keyword,
                "article2": article(kind), "now": kind}  # fmt: skip
        once = self._changes[old.name.name] == 1  # else another change of it would be one too many
        labels, fixes = [Label(old.name.span, "declared here")], [fix] if fix and once else []
        self.linked.diagnostics.append(fill("T036", span, said, labels, fixes=fixes))

    def _change(
        self, action: str, entry: Entry, title: str | None, part: str, was: str, now: str | None, span: Span
    ) -> None:
        old = entry.declaration
        change = Change(action, old.keyword, old.name.name, title, part, was, now, entry.origin, span, self.own)
        self.linked.changes.append(change)

    def _error(
        self,
        code: str,
        span: Span,
        labels: Iterable[Label] = (),
        label: str = "",
        fixes: Iterable[Fix] = (),
        **said: object,
    ) -> None:
        self.linked.diagnostics.append(fill(code, span, said, labels, label=label, fixes=fixes))


def _no_param(name: s.Name, params: list[str], brought: Mapping[str, Entry], module: str) -> Mend:
    """A name that `with` cannot set: nearly a param's or an input's, another thing of the module, or none: then every param
    is named."""
    other = brought.get(name.name)
    inputs = [n for n, e in brought.items() if isinstance(e.declaration, s.Input)]
    listed = f"its params are {', '.join(params)}" if params else "it has no params"
    if other is not None:
        word = other.declaration.keyword
        change = f"write `override {word} {name.name}` to change it"
        return Mend(f"`{name.name}` is {article(word)} {word} of {module}: {change}; {listed}")
    return meant(name.span, name.name, [*params, *inputs], listed)


def _taken(present: Entry, own: s.Declaration) -> tuple[str, list[Fix]]:
    """A name that a module has: changed by an override where that fits, else another name for the file's own."""
    name, theirs = own.name.name, present.declaration
    other = f"own_{name}"
    apart = renamed(own.name.span, other)
    called = f"call it `{other}` here"
    if theirs.keyword != own.keyword:
        return f"{present.origin} declares {article(theirs.keyword)} {theirs.keyword} of this name: {called}", apart
    mend = f"to change what {present.origin} says, write `override {own.keyword} {name}`; if another thing is meant, {called}"
    if isinstance(own, s.Input) and isinstance(theirs, s.Input) and own.type and theirs.type:
        same = (own.type.base, own.type.per, own.type.options) == (
            theirs.type.base,
            theirs.type.per,
            theirs.type.options,
        )
        if not same:  # what the module makes of it needs the type that it has
            return f"{present.origin} declares it as `{theirs.type.span.text}`: {called}", apart
    return mend, [doubted(insert(own.span, "override ", f"write `override {own.keyword} {name}`")), *apart]


_KIND = re.compile(r"drop(?:\s|\#[^\n]*\n)+(?P<kind>[a-z]+)")


def _of_kind(drop: s.Drop, keyword: str) -> Fix | None:
    """Another word for what is dropped: names are unique, so that none else can be meant."""
    found = _KIND.match(drop.span.source.text, drop.span.start, drop.span.end)
    return put(drop.span.source.span(*found.span("kind")), keyword, sure=True) if found else None


def _said(slot: str, value: object) -> str:
    """A part in words; a weight that is not written is 1."""
    return "1" if slot == "weight" and value is None else words(value)


def _merged(old: s.Declaration, new: s.Declaration) -> s.Declaration:
    """What an override makes: what it says, and of the rest what stood."""
    if isinstance(new, s.Param) and isinstance(old, s.Param):
        versions = new.versions
        if new.source and not versions:
            versions = tuple(replace(v, source=new.source, own=new.own) for v in old.versions)
        new = replace(new, versions=_with_sources(versions, old.versions), source=None, own=False)
    kept = {f.name: getattr(old, f.name) for f in fields(old) if not getattr(new, f.name)}
    return replace(new, **kept)


def _with_sources(new: tuple[s.ParamVersion, ...], old: tuple[s.ParamVersion, ...]) -> tuple[s.ParamVersion, ...]:
    """A value that is said again without a source keeps the one it had; a new value does not."""
    sources = {(v.since, meaning(v.value)): (v.source, v.own) for v in old}
    found = ((v, sources.get((v.since, meaning(v.value)), (None, False))) for v in new)
    return tuple(v if v.source else replace(v, source=source, own=own) for v, (source, own) in found)
