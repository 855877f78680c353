"""Two states of rules between each other: the later with only some of its edits.

In: two `Linked`. Out: the edits, those that need each other as one; a `Linked` with some of them. Must not know files, types or
values.

An edit is a declaration that means something else, or that only one state has. A declaration that is new, gone or of another kind
goes together with every edited one that names it in either state, so that no name is left without its declaration.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from dsl.link.linked import Entry, Linked, key
from dsl.link.meaning import encode, meaning
from dsl.syntax import nodes as s

HEADER = ""
"""The header among the edits; no name is empty."""


def edits(before: Linked, after: Linked) -> tuple[tuple[str, ...], ...]:
    """The edits as keys (`uncertain NAME` for a distribution), in the order of the later text; examples are left out."""
    found = [k for k in _keys(before, after) if _said(_entry(before, k)) != _said(_entry(after, k))]
    group = {k: k for k in found}
    for k in found:
        for other in found:
            if k != other and _moves(before, after, k) and _names(before, after, other) & {_name(k)}:
                old, new = group[other], group[k]
                group = {each: new if of == old else of for each, of in group.items()}
    together = {of: tuple(k for k in found if group[k] == of) for of in group.values()}
    header = () if _head(before) == _head(after) else ((HEADER,),)
    return (*header, *together.values())


def mixed(before: Linked, after: Linked, come: Collection[str]) -> Linked:
    """The later state with only some of its edits, by their keys; without examples."""
    tables = []
    for uncertain in (False, True):
        old, new = before.table(uncertain), after.table(uncertain)
        picked = {
            n: new if key(n, uncertain) in come or _said(old.get(n)) == _said(new.get(n)) else old
            for n in {**new, **old}
        }
        tables.append({n: table[n] for n, table in picked.items() if n in table})
    header = after.header if HEADER in come else before.header
    return replace(after, header=header, entries=tables[0], uncertain=tables[1], examples=[])


def _keys(before: Linked, after: Linked) -> Iterator[str]:
    for uncertain in (False, True):
        yield from (key(n, uncertain) for n in {**after.table(uncertain), **before.table(uncertain)})


def _name(key: str) -> str:
    return key.rpartition(" ")[2]


def _entry(linked: Linked, key: str) -> Entry | None:
    return linked.table(" " in key).get(_name(key))


def _said(entry: Entry | None) -> str | None:
    return encode(meaning(entry.declaration)) if entry is not None else None


def _head(linked: Linked) -> tuple[object, ...]:
    """What the header says that counts in a judgement."""
    header = linked.header
    return (header.ticker, header.since.value if header.since else None) if header is not None else ()


def _moves(before: Linked, after: Linked, key: str) -> bool:
    """Whether a declaration is new, gone, or of another kind."""
    old, new = _entry(before, key), _entry(after, key)
    return old is None or new is None or type(old.declaration) is not type(new.declaration)


def _names(before: Linked, after: Linked, key: str) -> frozenset[str]:
    """The names that a declaration names, in either state."""
    found: set[str] = set()
    for linked in (before, after):
        entry = _entry(linked, key)
        if entry is not None:
            found |= set(_named(meaning(entry.declaration))) | {_name(key)}
    return frozenset(found)


def _named(said: Any) -> Iterator[str]:
    if isinstance(said, tuple):
        if len(said) == 2 and said[0] == s.Name.__name__ and isinstance(said[1], str):
            yield said[1]
        else:
            for part in said:
                yield from _named(part)
