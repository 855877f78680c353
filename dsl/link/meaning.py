"""The meaning of what is written: all of it but places, layout, comments and order where order says nothing.

In: nodes of `syntax.py`, a `Linked` program. Out: nested tuples that are equal where the meaning is, the parts in
which two declarations differ, and the hash of a whole program. Must not know types or values.

What counts as the same: `1` and `1.0`; `50bps` and `0.5pp`; `weight 1` and no weight; the bindings of a world in any
order, and so the pillars of a condition and the values of a param by their days. What does not: `100%` and `1` (the
unit is part of it), `a and b` and `b and a` (the written order is kept), any text or title.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from dsl.link.linked import Linked
from dsl.syntax import nodes as s

VERSION = "thesis rules, meaning 2"
"""Begins what is hashed: a change in how meanings are written must change it, so that no two ways are compared."""

Meaning = Any
"""Nested tuples of texts, figures, days and None."""
Names = Mapping[str, str]
"""Old names with new ones: a meaning can be asked for as it would be after a renaming."""

_PLACES = ("span", "word_span")
_UNORDERED = {
    ("Condition", "pillars"),
    ("Scenario", "assume"),
    ("Example", "given"),
    ("Param", "versions"),
    ("Expectation", "because"),
    ("Uncertain", "correlated"),
}
_OWN_WORDS = {("Call", "function"), ("TypeNode", "options"), ("Includes", "member"), ("Uncertain", "distribution")}
"""Words that look like names and are none."""
_ONE = ("Number", ("value", 1.0), ("unit", "number"))
_NO_NAMES: Names = {}


_SLOTS: dict[type[s.Node], tuple[str, ...]] = {}  # threads may fill it: an entry is always the same


def _slots(kind: type[s.Node]) -> tuple[str, ...]:
    """The fields of a node's class that mean something; looked up once for each class."""
    found = _SLOTS.get(kind)
    if found is None:
        found = _SLOTS[kind] = tuple(f.name for f in fields(kind) if f.name not in _PLACES)
    return found


def _unsaid(value: Meaning) -> bool:
    return value is None or value is False or value == ()


def meaning(node: Any, names: Names = _NO_NAMES) -> Meaning:
    """A node as nested tuples without places: equal where the meaning is equal. What is not written is left out."""
    if isinstance(node, s.Name):
        return ("Name", names.get(node.name, node.name))
    if isinstance(node, s.Template):
        return ("Template", *(meaning(part, names) for part in node.parts))
    if isinstance(node, s.Truth):
        return ("Truth", node.value)
    if isinstance(node, s.Node):
        kind = type(node)
        said = ((slot, part(node, slot, names)) for slot in _slots(kind))
        return (kind.__name__, *((slot, value) for slot, value in said if not _unsaid(value)))
    if isinstance(node, tuple):
        return tuple(meaning(n, names) for n in node)
    return node + 0.0 if isinstance(node, float) else node  # -0.0 is 0.0


def part(node: s.Node, slot: str, names: Names = _NO_NAMES) -> Meaning:
    """The meaning of one field of a node."""
    kind = type(node).__name__
    value = meaning(getattr(node, slot), _NO_NAMES if (kind, slot) in _OWN_WORDS else names)
    if isinstance(value, tuple) and (kind, slot) in _UNORDERED:
        return tuple(sorted(value, key=encode))
    return None if slot == "weight" and value == _ONE else value


_AS_JSON = json.JSONEncoder().encode


def encode(value: Meaning) -> str:
    """A meaning as text, the same on every machine: figures by their bits, texts as ASCII JSON."""
    match value:
        case None:
            return "~"
        case bool():
            return "yes" if value else "no"
        case str():
            return _AS_JSON(value)
        case float():
            return value.hex()
        case int():
            return str(value)
        case dt.date():
            return f"@{value.isoformat()}"
        case _:
            return f"({' '.join(map(encode, value))})"


_ONE_WRITTEN = encode(_ONE)
_HEADS: dict[tuple[type[s.Node], str], str] = {}  # threads may fill it: an entry is always the same


def written(node: Any) -> str:
    """`encode(meaning(node))` in one pass: a fingerprint is made at every run, and two passes cost it twice."""
    if isinstance(node, s.Name):
        return f'("Name" {_AS_JSON(node.name)})'
    if isinstance(node, s.Template):
        return f'("Template"{"".join(f" {written(part)}" for part in node.parts)})'
    if isinstance(node, s.Truth):
        return f'("Truth" {encode(node.value)})'
    if isinstance(node, tuple):
        return f"({' '.join(map(written, node))})"
    if not isinstance(node, s.Node):
        return encode(node + 0.0 if isinstance(node, float) else node)
    kind = type(node)
    said = [_head(kind, "")]
    for slot in _slots(kind):
        value = getattr(node, slot)
        if value is None or value is False or (type(value) is tuple and not value):
            continue
        if type(value) is tuple and (kind.__name__, slot) in _UNORDERED:
            text = f"({' '.join(sorted(map(written, value)))})"
        else:
            text = written(value)
        if slot != "weight" or text != _ONE_WRITTEN:
            said.append(f"({_head(kind, slot)} {text})")
    return f"({' '.join(said)})"


def _head(kind: type[s.Node], slot: str) -> str:
    found = _HEADS.get((kind, slot))
    if found is None:
        found = _HEADS[kind, slot] = _AS_JSON(slot or kind.__name__)
    return found


def fingerprint(linked: Linked) -> str:
    """The hash of a linked program's meaning (SHA-256, 64 hex digits): what counts after `uses`, `with`, `override`
    and `drop`, whichever file says it. Comments, layout and the order of declarations are no part of it."""
    header = linked.header
    head: tuple[object, ...] = ()
    if header:
        since = header.since.value if header.since else None
        shown = (tuple(name.name for name in header.shown),) if header.shown else ()
        head = (header.keyword, header.name.name, header.title, header.ticker, linked.asks, header.view, since, *shown)
    counted = (*linked.entries.values(), *linked.uncertain.values(), *linked.examples)
    lines = sorted(written(entry.declaration) for entry in counted)
    return hashlib.sha256("\n".join((VERSION, encode(head), *lines)).encode("ascii")).hexdigest()


# --- the parts in which two declarations differ ---------------------------------------------------------


def differences(old: s.Declaration, new: s.Declaration, names: Names = _NO_NAMES) -> Iterator[str]:
    """The fields in which two declarations of one kind differ, but for the name; `names` renames in the old one."""
    for slot in _slots(type(old)):
        if slot not in ("keyword", "name") and part(old, slot, names) != part(new, slot):
            yield slot


_PARTS = {
    "versions": "value",
    "applies": "applies when",
    "stale_after": "stale after",
    "bounds": "bounds",
    "meaningful": "meaningful when",
    "otherwise": "else because",
    "base": "on",
    "grace": "within",
    "price": "against",
}


def part_word(slot: str) -> str:
    """A field in the words of the language."""
    return _PARTS.get(slot, slot)


def words(value: Any) -> str:
    """A part of a declaration as it was written, on one line."""
    if isinstance(value, s.ParamVersion):
        source = f" ({'own: ' if value.own else ''}{value.source})" if value.source else ""
        since = f"from {value.since}: " if value.since else ""
        return f"{since}{value.value.span.text}{source}"
    if isinstance(value, s.Template):
        return value.raw
    if isinstance(value, s.Node):
        return " ".join(value.span.text.split())
    if isinstance(value, tuple):
        return ", ".join(words(v) for v in value) or "nothing"
    if value is None or value is False:
        return "nothing"
    return "yes" if value is True else str(value)
