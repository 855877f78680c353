"""The difference of two linked programs by meaning: thresholds, conditions, rows of tables; texts apart.

In: two `Linked`. Out: `Difference`s, grouped and sorted; none exactly where the two have one fingerprint. Must not
know files, types or values; no text is compared as text but titles and other words of the analyst.

1. what was only renamed is found, and seen under its new name; 2. each name is compared with itself, part by part;
3. rows of a table are aligned by what they say, since the order in which they stand counts; 4. examples, header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from dsl.link.align import align
from dsl.link.linked import Entry, Linked
from dsl.link.meaning import Names, differences, encode, meaning, part_word, words
from dsl.syntax import nodes as s
from dsl.text.record import record
from dsl.text.source import Span

GROUPS = {
    "header": "Header",
    "thresholds": "Thresholds",
    "conditions": "Conditions",
    "tables": "Tables",
    "inputs": "Inputs",
    "formulas": "Formulas",
    "scenarios": "Scenarios",
    "dates": "Kills and catalysts",
    "examples": "Examples",
    "words": "Words only",
}
"""The groups in which differences are shown, in this order."""

_GROUP_OF = {
    "param": "thresholds", "bull": "conditions", "bear": "conditions", "pillar": "conditions", "verdict": "tables",
    "input": "inputs", "metric": "formulas", "valuation": "formulas", "forecast": "formulas",
    "scenario": "scenarios", "uncertain": "scenarios",
    "kill": "dates", "catalyst": "dates", "example": "examples", "rules": "header", "thesis": "header",
}  # fmt: skip
_TEXTS = frozenset({"title", "because", "otherwise", "asks", "view"})


@record
class Difference:
    """One difference: what it concerns, what stood and what stands, where on either side (None: not there)."""

    group: str
    action: str
    """changed, added, removed, renamed or moved"""
    keyword: str
    name: str
    part: str | None
    was: str | None
    now: str | None
    note: str | None
    """How far a figure moved."""
    before: Span | None
    after: Span | None


@record
class _Part:
    """A part in which two declarations differ."""

    part: str
    was: str | None
    now: str | None
    before: Span | None = None
    after: Span | None = None
    note: str | None = None
    action: str = "changed"
    text: bool = False


def compare(before: Linked, after: Linked) -> tuple[Difference, ...]:
    """Every difference in meaning between two programs, by group, then by name."""
    names = _renamed(before, after)
    found = [*_header(before, after, names)]
    for uncertain in (False, True):
        old, new = before.table(uncertain), after.table(uncertain)
        seen = {names.get(n, n): e for n, e in old.items()}
        for name in sorted({*seen, *new}):
            found += _named(seen.get(name), new.get(name), names)
    found += _examples(before, after, names)
    places = {group: n for n, group in enumerate(GROUPS)}
    return tuple(sorted(found, key=lambda d: places[d.group]))


# --- renamed, added, removed, changed ------------------------------------------------------------------


def _renamed(before: Linked, after: Linked) -> Names:
    """Old names with new ones, where nothing but the name differs and no other declaration could be meant."""
    names: dict[str, str] = {}
    while True:
        gone = {n: e for n, e in before.entries.items() if n not in after.entries and n not in names}
        come = {n: e for n, e in after.entries.items() if n not in before.entries and n not in names.values()}
        old, new = _by_meaning(gone, names), _by_meaning(come, {})
        more = {old[m][0]: new[m][0] for m in old if len(old[m]) == 1 and len(new.get(m, ())) == 1}
        if not more:
            return names
        names |= more


def _by_meaning(entries: Mapping[str, Entry], names: Names) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, entry in entries.items():
        said = encode(meaning(entry.declaration, {**names, name: "…"}))
        found.setdefault(said, []).append(name)
    return found


def _named(old: Entry | None, new: Entry | None, names: Names) -> Iterator[Difference]:
    if old is None or new is None:
        yield from _alone(old, new)
        return
    was, now = old.declaration, new.declaration
    name, group = now.name.name, _GROUP_OF[now.keyword]
    if was.name.name != name and not isinstance(now, s.Uncertain):
        yield Difference(group, "renamed", now.keyword, name, None, was.name.name, name, None, old.place, new.place)
    if type(was) is not type(now):
        yield Difference(group, "changed", now.keyword, name, "kind", _whole(old), _whole(new), None, old.place, new.place)  # fmt: skip
        return
    parts = list(_parts(was, now, names))
    if was.keyword != now.keyword:
        parts.insert(0, _Part("kind", was.keyword, now.keyword))
    for p in parts:
        place = "words" if p.text else group
        yield Difference(
            place, p.action, now.keyword, name, p.part, p.was, p.now, p.note,
            p.before or old.place, p.after or new.place,
        )  # fmt: skip


def _alone(old: Entry | None, new: Entry | None) -> Iterator[Difference]:
    entry, action = (old, "removed") if old else (new, "added")
    if entry is not None:
        d, said = entry.declaration, _whole(entry)
        was, now = (said, None) if old else (None, said)
        before, after = (entry.place, None) if old else (None, entry.place)
        yield Difference(_GROUP_OF[d.keyword], action, d.keyword, d.name.name, None, was, now, None, before, after)


def _whole(entry: Entry) -> str:
    """A declaration as written; where it was changed, what was written and what it was changed with."""
    first, last = words(entry.original), words(entry.declaration)
    return first if entry.by == entry.origin else f"{first}; {last}"


# --- part by part ---------------------------------------------------------------------------------------


def _parts(was: s.Declaration, now: s.Declaration, names: Names) -> Iterator[_Part]:
    changed = list(differences(was, now, names))
    if isinstance(now, s.Uncertain):
        if changed:
            old, new = (words(d).partition("~")[2].strip() for d in (was, now))
            yield _Part("distribution", old, new)
        return
    for slot in changed:
        before, after = getattr(was, slot), getattr(now, slot)
        special = _SPECIAL.get(slot)
        if special is not None:
            yield from special(before, after, names)
        else:
            yield _plain(slot, before, after, names)


def _plain(slot: str, old: object, new: object, names: Names) -> _Part:
    was, now = (_said(slot, value) for value in (old, new))
    note = moved(old, new, names)
    return _Part(part_word(slot), was, now, _place(old), _place(new), note, text=slot in _TEXTS)


def _said(slot: str, value: object) -> str:
    if value is None and slot == "weight":
        return "1"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words(value)


def _place(value: object) -> Span | None:
    if isinstance(value, tuple) and value:
        value = value[0]
    return value.span if isinstance(value, s.Node) else None


def _versions(old: tuple[s.ParamVersion, ...], new: tuple[s.ParamVersion, ...], names: Names) -> Iterator[_Part]:
    """A param's values by the day from which they count."""
    first, second = ({v.since: v for v in versions} for versions in (old, new))
    for since in sorted({*first, *second}, key=lambda d: (d is not None, d)):
        suffix = f" from {since}" if since else ""
        a, b = first.get(since), second.get(since)
        if a is None or b is None or meaning(a.value, names) != meaning(b.value):
            note = moved(a.value, b.value, names) if a and b else None
            yield _Part(f"value{suffix}", _value(a), _value(b), _place(a), _place(b), note)
        if a is not None and b is not None and (a.source, a.own) != (b.source, b.own):
            yield _Part(f"source{suffix}", _source(a), _source(b), a.span, b.span)


def _source(version: s.ParamVersion) -> str:
    return f"own: {version.source}" if version.own else version.source or "none named"


def _value(version: s.ParamVersion | None) -> str | None:
    return words(version.value) if version else None


def _bindings(word: str) -> Callable[[tuple[s.Binding, ...], tuple[s.Binding, ...], Names], Iterator[_Part]]:
    def parts(old: tuple[s.Binding, ...], new: tuple[s.Binding, ...], names: Names) -> Iterator[_Part]:
        first = {_told(b, names): b for b in old}
        second = {_told(b, {}): b for b in new}
        for name in sorted({*first, *second}):
            a, b = first.get(name), second.get(name)
            if a is None or b is None or meaning(a.value, names) != meaning(b.value):
                was, now = (words(x.value) if x else None for x in (a, b))
                note = moved(a.value, b.value, names) if a and b else None
                yield _Part(f"{word} {name}", was, now, _place(a), _place(b), note)

    return parts


def _told(binding: s.Binding, names: Names) -> str:
    """The name that is set, and the periods: `revenue 1 year ago`."""
    name = names.get(binding.name.name, binding.name.name)
    return f"{name} {words(binding.period)}" if binding.period is not None else name


def _rows(old: tuple[s.Row, ...], new: tuple[s.Row, ...], names: Names) -> Iterator[_Part]:
    """Rows of a table, aligned by what they ask and what they say; first match counts, so a move is a difference."""
    for a, b, in_order in align(old, new, names):
        i, j = (rows.index(r) + 1 if r is not None else 0 for rows, r in ((old, a), (new, b)))
        if a is None or b is None:
            row = a or b
            assert row is not None
            action, was, now = ("removed", words(a), None) if a else ("added", None, words(b))
            yield _Part(f"row {i or j}", was, now, _place(a), _place(b), action=action)
            continue
        if not in_order:
            yield _Part(f'row "{b.outcome.value}"', f"row {i}", f"row {j}", a.span, b.span, action="moved")
        label = f'row {j} "{b.outcome.value}"'
        if a.outcome.value != b.outcome.value:
            yield _Part(f"row {j}, outcome", words(a.outcome), words(b.outcome), a.span, b.span)
        if meaning(a.when, names) != meaning(b.when):
            was, now = (words(r.when) if r.when else "otherwise" for r in (a, b))
            yield _Part(f"{label}, when", was, now, a.span, b.span, moved(a.when, b.when, names))
        if a.tone != b.tone:
            yield _Part(f"{label}, tone", a.tone or "none", b.tone or "none", a.span, b.span)
        if meaning(a.because, names) != meaning(b.because):
            yield _Part(f"{label}, because", words(a.because), words(b.because), a.span, b.span, text=True)


_SPECIAL: Mapping[str, Callable[..., Iterator[_Part]]] = {
    "versions": _versions,
    "rows": _rows,
    "assume": _bindings("assume"),
    "given": _bindings("given"),
}

# --- how far a figure moved -------------------------------------------------------------------------------


def moved(old: object, new: object, names: Names) -> str | None:
    """Where two expressions differ in figures alone: by how much, each; else None."""
    pairs = list(_figures(old, new))
    without = meaning(_blank(old), names) if pairs else None
    if not pairs or without != meaning(_blank(new)):
        return None
    changed = [(a, b) for a, b in pairs if meaning(a) != meaning(b)]
    if any(a.unit != b.unit or a.currency != b.currency for a, b in changed):
        return None
    notes = [(a, b, _by(a, b)) for a, b in changed]
    return notes[0][2] if len(notes) == 1 else "; ".join(f"{words(a)} → {words(b)}: {n}" for a, b, n in notes)


def _figures(old: object, new: object) -> Iterator[tuple[s.Number, s.Number]]:
    yield from zip(_numbers(old), _numbers(new), strict=False)


def _numbers(node: object) -> Iterator[s.Number]:
    if isinstance(node, s.Number):
        yield node
    for child in _children(node):
        yield from _numbers(child)


def _children(node: object) -> Iterable[object]:
    if isinstance(node, tuple):
        return node
    return (getattr(node, slot) for slot in node.__dataclass_fields__) if isinstance(node, s.Node) else ()


def _blank(node: object) -> object:
    """An expression's shape: the same with every figure taken out."""
    if isinstance(node, s.Number):
        return "figure"
    if isinstance(node, s.Name) or not isinstance(node, s.Node | tuple):
        return node
    return (type(node).__name__, *(_blank(c) for c in _children(node) if not isinstance(c, Span)))


def _by(old: s.Number, new: s.Number) -> str:
    way = "up" if new.value > old.value else "down"
    share = f"{abs(new.value - old.value) / abs(old.value):.3g}" if old.value else ""
    percent = f"{float(share) * 100:.3g}%" if share else ""
    if old.unit in ("percent", "pp"):
        points = f"{abs(new.value - old.value) * 100:.4g}pp"
        return f"{way} by {points}, or {percent}" if percent else f"{way} by {points}"
    return f"{way} by {percent}" if percent else f"{way} from 0"


# --- examples, header ------------------------------------------------------------------------------------


def _examples(before: Linked, after: Linked, names: Names) -> Iterator[Difference]:
    """Examples are matched whole, then by title, then by what they give and expect."""
    old, new = list(before.examples), list(after.examples)
    _match(old, new, lambda e, n: encode(meaning(e.declaration, n)), names)  # the same: nothing to tell
    for a, b in _match(old, new, lambda e, n: e.declaration.name.name, names):
        yield from _named(a, b, names)
    for a, b in _match(old, new, _untitled, names):
        was, now = a.declaration.name.name, b.declaration.name.name
        yield Difference("words", "changed", "example", now, "title", was, now, None, a.place, b.place)
    for entry in old:
        yield from _alone(entry, None)
    for entry in new:
        yield from _alone(None, entry)


def _untitled(entry: Entry, names: Names) -> str:
    d = entry.declaration
    assert isinstance(d, s.Example)
    return encode((meaning(d, names)[0], sorted(encode(meaning(g, names)) for g in d.given), meaning(d.expect, names)))


def _match(
    old: list[Entry], new: list[Entry], said: Callable[[Entry, Names], str], names: Names
) -> list[tuple[Entry, Entry]]:
    """Takes the pairs that say the same out of both lists, in order."""
    waiting: dict[str, list[Entry]] = {}
    for entry in reversed(new):
        waiting.setdefault(said(entry, {}), []).append(entry)
    pairs, left = [], []
    for entry in old:
        partners = waiting.get(said(entry, names))
        if partners:
            pairs.append((entry, partners.pop()))
        else:
            left.append(entry)
    paired = {id(b) for _, b in pairs}
    old[:], new[:] = left, [e for e in new if id(e) not in paired]
    return pairs


def _header(before: Linked, after: Linked, names: Names) -> Iterator[Difference]:
    a, b = before.header, after.header
    if a is None or b is None:
        return
    begins = [f"{h.since.value}" if h.since is not None else None for h in (a, b)]
    shown = [", ".join(listed) or None for listed in (
        [names.get(name.name, name.name) for name in a.shown], [name.name for name in b.shown])]  # fmt: skip
    said: list[tuple[str, str | None, str | None, bool]] = [
        ("since", begins[0], begins[1], False), ("kind", a.keyword, b.keyword, False), ("name", a.name.name, b.name.name, False),
        ("company", a.ticker, b.ticker, False), ("title", a.title, b.title, True),
        ("asks", before.asks, after.asks, True), ("view", a.view, b.view, True),
        ("show", shown[0], shown[1], True),
    ]  # fmt: skip
    for part, was, now, text in said:
        if was != now:
            group = "words" if text else "header"
            yield Difference(group, "changed", b.keyword, b.name.name, part, was, now, None, a.name.span, b.name.span)
