"""What the modules of a rule file bring, together: each declaration once, and what two of them say differently.

In: `Linked` of a file and of a module that it uses. Out: the file's `Linked`, with the module's declarations in it, and
diagnostics of names that two modules declare apart or leave in two states. Must not know where modules stand.
"""

from __future__ import annotations

from dsl.link.linked import Conflict, Dropped, Entry, Linked, key
from dsl.link.meaning import meaning
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.messages import make

MOST = 3
"""Of so many names that two modules both declare the places are shown."""


def take(linked: Linked, module: Linked, use: s.Use) -> None:
    """Everything a module brings: each declaration once, whatever ways lead to it."""
    clashes: dict[tuple[str, str], list[tuple[Entry, Entry]]] = {}
    for uncertain in (False, True):
        for entry in module.table(uncertain).values():
            other = _take_entry(linked, entry, use, uncertain)
            if other is not None:
                clashes.setdefault((other.origin, entry.origin), []).append((other, entry))
    linked.diagnostics += [_clash(use, pairs) for pairs in clashes.values()]
    for name, out in module.dropped.items():
        uncertain = name.startswith("uncertain ")
        kept = linked.table(uncertain).get(out.entry.declaration.name.name)
        if kept is not None and kept.original is out.entry.original:
            linked.conflicts.setdefault(name, _conflict(use, kept, out))
        linked.dropped.setdefault(name, out)
    linked.dropped_examples += module.dropped_examples
    dropped = {id(d) for d in linked.dropped_examples}
    present = {id(e.original) for e in linked.examples}
    linked.examples += [e for e in module.examples if id(e.original) not in present]
    linked.examples = [e for e in linked.examples if id(e.original) not in dropped]
    linked.changes += [c for c in module.changes if c not in linked.changes]


def _take_entry(linked: Linked, entry: Entry, use: s.Use, uncertain: bool) -> Entry | None:
    """Takes one declaration; gives the other one of this name where the two are declared apart."""
    name = entry.declaration.name.name
    table, known = linked.table(uncertain), key(name, uncertain)
    dropped = linked.dropped.get(known)
    present = table.setdefault(name, entry)
    if present is entry:
        if dropped is not None and dropped.entry.original is entry.original:
            linked.conflicts.setdefault(known, _conflict(use, dropped, entry))
        return None
    differ = meaning(present.declaration) != meaning(entry.declaration)
    if present.original is entry.original:
        if differ:
            linked.conflicts.setdefault(known, _conflict(use, present, entry))
        return None
    if differ:
        linked.clashes.add(name)
    return present


def _clash(use: s.Use, pairs: list[tuple[Entry, Entry]]) -> Diagnostic:
    """Two modules that meet in one or several names: one clash, and one error."""
    labels = [
        Label(entry.declaration.name.span, f"declared by {entry.origin}") for pair in pairs[:MOST] for entry in pair
    ]
    names = list(dict.fromkeys(f"`{present.declaration.name.name}`" for present, _ in pairs))
    shown = names if len(names) <= MOST + 1 else [*names[:MOST], f"{len(names) - MOST} more"]
    if len(shown) == 1:
        said, verb, mend = shown[0], "is", "rename it in one of the modules, or use only one"
    else:
        said, verb = f"{', '.join(shown[:-1])} and {shown[-1]}", "are"
        (first, second), *_ = pairs
        mend = (
            f"what is the same figure in both: declare it in one and let the other use that module; "
            f"else rename it in `{first.origin}` or `{second.origin}`, or use only one"
        )
    return make("T030", use.module.span, names=said, verb=verb, mend=mend, labels=labels)


def _conflict(use: s.Use, first: Entry | Dropped, second: Entry | Dropped) -> Conflict:
    entry = first if isinstance(first, Entry) else first.entry
    return Conflict(entry.declaration.name.name, use.module.span, first, second)


def unsettled(conflict: Conflict) -> Diagnostic:
    """A name that came by two ways in two states, which the file that uses both does not settle."""
    labels = [_state(conflict.first), _state(conflict.second)]
    entries = [e for e in (conflict.first, conflict.second) if isinstance(e, Entry)]
    keyword, name = entries[0].declaration.keyword, conflict.name
    return make("T113", conflict.use, labels=labels, name=name, keyword=keyword)


def _state(state: Entry | Dropped) -> Label:
    if isinstance(state, Dropped):
        return Label(state.span, f"dropped by {state.by}")
    said = "declared by" if state.by == state.origin else "changed by"
    return Label(state.place, f"{said} {state.by}")
