"""What the modules of a rule file bring, together: each declaration once, and what two of them say differently.

In: `Linked` of a file and of a module that it uses. Out: the file's `Linked`, with the module's declarations in it, and
diagnostics of names that two modules declare apart or leave in two states. Must not know where modules stand.
"""

from __future__ import annotations

from dataclasses import replace

from dsl.link.linked import Conflict, Dropped, Entry, Linked, key
from dsl.link.meaning import meaning
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import put
from dsl.text.messages import make


def _one_input(first: Entry, second: Entry) -> Entry | None:
    """Two modules that ask for one fact: inputs of one name and type, which nobody changed. It has the bounds of either, and
    the title of the module whose name comes first. None where they do not agree on a type or a bound."""
    first, second = sorted((first, second), key=lambda e: (e.origin, e.declaration.title or ""))
    one, other = first.declaration, second.declaration
    if not (isinstance(one, s.Input) and isinstance(other, s.Input)) or one.type is None or other.type is None:
        return None
    if first.by != first.origin or second.by != second.origin:
        return None
    if (meaning(one.type), one.balance, one.by_segment) != (meaning(other.type), other.balance, other.by_segment):
        return None
    for a, b in ((one.bounds, other.bounds), (one.stale_after, other.stale_after)):
        if a is not None and b is not None and meaning(a) != meaning(b):
            return None
    both = replace(
        one, optional=one.optional and other.optional, bounds=one.bounds or other.bounds,
        stale_after=one.stale_after or other.stale_after,
    )  # fmt: skip
    return replace(first, declaration=both)


def refused(module: Linked, use: s.Use) -> list[Diagnostic]:
    """What a module has that cannot apply now and then: a catalyst is met or missed on its day."""
    if use.when is None:
        return []
    catalysts = [e.declaration for e in module.entries.values() if isinstance(e.declaration, s.Catalyst)]
    return [
        make(
            "T119",
            use.when.span,
            labels=[Label(d.name.span, "declared here")],
            module=use.module.name,
            name=d.name.name,
        )
        for d in catalysts[:1]
    ]


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
    linked.diagnostics += _twice(linked, module, use)
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
    same = _one_input(present, entry) if differ or present.original is not entry.original else None
    if same is not None:
        table[name] = same
        return None
    if present.original is entry.original:
        if differ:
            linked.conflicts.setdefault(known, _conflict(use, present, entry))
        return None
    if differ:
        linked.clashes.add(name)
    return present


def _twice(linked: Linked, module: Linked, use: s.Use) -> list[Diagnostic]:
    """A condition that comes under two names: what it says would count twice in the score."""
    here = {str(e.original.name.span): n for n, e in module.entries.items() if isinstance(e.declaration, s.Condition)}
    for name, entry in linked.entries.items():
        other = here.get(str(entry.original.name.span), name) if isinstance(entry.declaration, s.Condition) else name
        if other != name:
            first, second = sorted((name, other), key=lambda n: (n.count("."), n))
            label = Label(entry.original.name.span, "declared here")
            return [make("T118", use.module.span, labels=[label], origin=entry.origin, first=first, second=second)]
    return []


def _clash(use: s.Use, pairs: list[tuple[Entry, Entry]]) -> Diagnostic:
    """Two modules that meet in one or several names: one clash, and one error."""
    labels = [
        Label(entry.declaration.name.span, f"declared by {entry.origin}") for pair in pairs[:MOST] for entry in pair
    ]
    names = list(dict.fromkeys(f"`{present.declaration.name.name}`" for present, _ in pairs))
    shown = names if len(names) <= MOST + 1 else [*names[:MOST], f"{len(names) - MOST} more"]
    said, verb = (shown[0], "is") if len(shown) == 1 else (f"{', '.join(shown[:-1])} and {shown[-1]}", "are")
    inputs = [pair for pair in pairs if any(isinstance(entry.declaration, s.Input) for entry in pair)]
    if inputs:  # an input keeps its name under any prefix
        (first, second), *_ = inputs
        mend = (
            f"what is the same figure in both: declare it in one and let the other use that module; else say what stands "
            f"for it, with `uses {use.module.name} with {first.declaration.name.name} = …`, or rename it in "
            f"`{first.origin}` or `{second.origin}`"
        )
        return make("T030", use.module.span, names=said, verb=verb, mend=mend, labels=labels)
    prefix = _prefix(use.module.name)
    mend = f"write `uses {use.module.name} as {prefix}`: what it declares is then called `{prefix}.{pairs[0][1].declaration.name.name}`"
    place = use.prefix.span if use.prefix is not None else use.module.span
    word = prefix if use.prefix is not None else f"{use.module.span.text} as {prefix}"
    return make("T030", use.module.span, names=said, verb=verb, mend=mend, labels=labels, fixes=[put(place, word)])


def _prefix(module: str) -> str:
    """A short prefix for a module: the first letters of its words, `ai` for `ai_infrastructure` alone being none of them."""
    last = module.rpartition(".")[2]
    return last if len(last) <= 8 else last.split("_")[0]


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
