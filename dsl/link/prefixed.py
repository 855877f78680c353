"""What a `uses` makes of a module: other names (`as z`), inputs that are figures of the file's own (`with sales = revenue`),
declarations that apply only where something holds (`when sector is industrial`).

In: `Linked` of a module, the `uses` that takes it. Out: another `Linked`, the module's as it counts in the file that uses it.
Must not know types, values or files.

1. every name but those of inputs gets the prefix, wherever it stands, in the text as well as in the tree, so that reports
speak of it by the name it has; 2. an input that is mapped becomes a metric of the module, of the input's type; 3. `when` goes
before the `applies when` of conditions, pillars and tables, the `meaningful when` of metrics and what a kill asks. Inputs,
params, forecasts and worlds stay: by themselves they say nothing.

The examples of a module speak of it as it is: with `when` or a mapped input they are not taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from dsl.link.linked import Dropped, Entry, Linked
from dsl.syntax import nodes as s
from dsl.syntax.joined import is_joined, joined
from dsl.text.renamed import Renaming
from dsl.text.source import SourceFile, Span

_T = TypeVar("_T")
_VALUES = (s.Input, s.Param, s.Metric)
"""What a bare word after `is` may name."""


def taken_as(module: Linked, use: s.Use) -> Linked:
    """A module as a `uses` takes it; the module itself where it says no more than its name and params."""
    inputs = {n: e for n, e in module.entries.items() if isinstance(e.declaration, s.Input)}
    mapped = {b.name.name: b for b in use.bindings if b.name.name in inputs}
    if use.prefix is None and use.when is None and not mapped:
        return module
    prefix = f"{use.prefix.name}." if use.prefix is not None else ""
    names = {n: f"{prefix}{n}" for n in (*module.entries, *_gone(module)) if n not in inputs or n in mapped}
    renamer = _Renamer(module, names)
    found = Linked(module.source, module.header, modules=module.modules, lost=module.lost)
    for entry in module.entries.values():
        binding = mapped.get(entry.declaration.name.name)
        moved = renamer.entry(entry)
        if binding is not None:
            moved = _mapped(moved, binding)
        if use.when is not None:
            moved = replace(moved, declaration=_only_when(moved.declaration, use.when))
        found.entries[moved.declaration.name.name] = moved
    for entry in module.uncertain.values():
        moved = renamer.entry(entry)
        found.uncertain[moved.declaration.name.name] = moved
    if use.when is None and not mapped:
        found.examples = [renamer.entry(e) for e in module.examples]
        found.dropped_examples = list(module.dropped_examples)
    found.changes = [replace(c, name=names.get(c.name, c.name)) for c in module.changes]
    found.dropped = {renamer.key(k): Dropped(d.span, d.by, renamer.entry(d.entry)) for k, d in module.dropped.items()}
    return found


def _gone(module: Linked) -> Iterator[str]:
    """Names that were dropped: they stay apart from others of the same name."""
    return (d.entry.declaration.name.name for d in module.dropped.values())


def _mapped(entry: Entry, binding: s.Binding) -> Entry:
    """An input as the figure that stands for it: a metric of the input's type. What stands at the end of a period flows in
    none."""
    old = entry.declaration
    assert isinstance(old, s.Input)
    kind = replace(old.type, per=None) if old.type is not None and old.balance else old.type
    metric = s.Metric(binding.span, "metric", old.name, old.title, kind, binding.value, None, None)
    return replace(entry, declaration=metric, original=metric, place=binding.span)


# --- when it applies ------------------------------------------------------------------------------------------


def _only_when(d: s.Declaration, when: s.Expr) -> s.Declaration:
    """A declaration that applies only where something holds, beside what it says of that itself."""
    match d:
        case s.Condition() | s.Pillar() | s.Verdict():
            return replace(d, applies=joined("and", (when, d.applies)))
        case s.Metric():
            return replace(d, meaningful=joined("and", (when, d.meaningful)))
        case s.Kill() if d.when is not None:
            return replace(d, when=joined("and", (when, d.when)))
        case _:
            return d


# --- other names ------------------------------------------------------------------------------------------------


class _Renamer:
    """The nodes of a module under other names, and the texts in which they stand."""

    def __init__(self, module: Linked, names: Mapping[str, str]) -> None:
        self.names = {old: new for old, new in names.items() if old != new}
        values = {n for n, e in module.entries.items() if isinstance(e.declaration, _VALUES)}
        self._values = values & self.names.keys()
        self._words = _own_words(module)
        self._made: dict[int, Any] = {}
        """Nodes that were made anew, by the old node, which is kept beside them: what two share stays one."""
        places: dict[SourceFile, dict[tuple[int, int], str]] = defaultdict(dict)
        tables = (
            module.entries.values(),
            module.uncertain.values(),
            module.examples,
            (d.entry for d in module.dropped.values()),
        )
        for entry in (e for table in tables for e in table):
            for d in (entry.declaration, entry.original):
                for span, word in self._places(d):
                    places[span.source][span.start, span.end] = word
        self._sources = {source: Renaming(source, words) for source, words in places.items()}

    def key(self, known: str) -> str:
        """A key of `dropped`."""
        word, blank, name = known.rpartition(" ")
        return f"{word}{blank}{self.names.get(name, name)}"

    def entry(self, entry: Entry) -> Entry:
        """An entry under its new name. One in which nothing is renamed stays the same one, so that it is known again."""
        declaration, original = self.node(entry.declaration), self.node(entry.original)
        if declaration is entry.declaration and original is entry.original:
            return entry
        return replace(entry, declaration=declaration, original=original)

    def node(self, node: _T) -> _T:
        """A node with all below it; the same one where nothing in it is renamed."""
        if not self.names or not any(True for _ in self._places(node)):
            return node
        moved: _T = self._anew(node)
        return moved

    def _anew(self, node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(self._anew(each) for each in node)
        if isinstance(node, Span):
            renaming = self._sources.get(node.source)
            return renaming.span(node) if renaming is not None else node
        if not is_dataclass(node) or not isinstance(node, s.Node):
            return node
        found = self._made.get(id(node))
        if found is None:
            found = self._made[id(node)] = (node, self._node(node))
        return found[1]

    def _node(self, node: s.Node) -> s.Node:
        if isinstance(node, s.Logic) and is_joined(node):
            again = joined(node.operator, self._anew(node.items))
            assert again is not None
            return again
        changed = {f.name: self._anew(getattr(node, f.name)) for f in fields(node)}
        if isinstance(node, s.Name):
            changed["name"] = self.names.get(node.name, node.name) if self._is_renamed(node) else node.name
        elif isinstance(node, s.Is) and self._names_a_value(node):
            changed["word"] = self.names[node.word]
        elif isinstance(node, s.Template):
            changed["raw"] = changed["span"].text[1:-1]
        return replace(node, **changed)

    def _is_renamed(self, name: s.Name) -> bool:
        """Whether this word is a name here: its place was found among those that are renamed."""
        return (name.span.start, name.span.end) in self._renamed_in(name.span.source)

    def _renamed_in(self, source: SourceFile) -> Mapping[tuple[int, int], str]:
        renaming = self._sources.get(source)
        return renaming.words if renaming is not None else {}

    # --- where names stand --------------------------------------------------------------------------------

    def _places(self, node: Any, word: bool = False) -> Iterator[tuple[Span, str]]:
        """Every place of a name that is renamed, with the new one. `word`: where a bare word may be one of a choice."""
        if isinstance(node, tuple):
            for each in node:
                yield from self._places(each, word)
        elif isinstance(node, s.Name):
            if node.name in self.names and not (word and node.name in self._words):
                yield node.span, self.names[node.name]
        elif isinstance(node, s.Node):
            if isinstance(node, s.Is) and self._names_a_value(node):
                yield node.word_span, self.names[node.word]
            for f in fields(node):
                if (type(node), f.name) not in _NO_NAMES and not (isinstance(node, s.Example) and f.name == "name"):
                    yield from self._places(getattr(node, f.name), (type(node), f.name) in _WORDS)

    def _names_a_value(self, node: s.Is) -> bool:
        return not node.quoted and node.word in self._values and node.word not in self._words


_NO_NAMES = {(s.Call, "function"), (s.TypeNode, "options"), (s.Includes, "member"), (s.Uncertain, "distribution")}
"""Words that look like names and are none."""
_WORDS = {(s.In, "items"), (s.Binding, "value"), (s.If, "values"), (s.Group, "items")}
"""Where a bare word may be one of a choice."""


def _own_words(module: Linked) -> frozenset[str]:
    """The words of the module's choices and sets."""
    kinds = (getattr(e.declaration, "type", None) for e in module.entries.values())
    return frozenset(o.name for kind in kinds if isinstance(kind, s.TypeNode) for o in kind.options)
