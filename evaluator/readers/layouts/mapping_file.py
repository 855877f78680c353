"""Mapping files: a `Layout` from its YAML, with each mistake at its place, and as YAML again.

In: a `SourceFile`, or a part of a facts file. Out: `Layout`, diagnostics; text. Must not know tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile, Span
from evaluator.codes.messages import make
from evaluator.facts.yamltree import YamlList, YamlMap, YamlNode, read_yaml, without_places
from evaluator.readers.build import unknown_key
from evaluator.readers.layouts.mapping import SCALES, Entry, Layout
from evaluator.readers.write import plain


def read_layout(source: SourceFile) -> tuple[Layout | None, list[Diagnostic]]:
    """A mapping file -> the layout, or None with every mistake in it."""
    tree, problems = read_yaml(source)
    if isinstance(tree, YamlMap):
        return layout_of(tree, problems)
    mend = "write `names:` and below it each label with its name, such as `Total Revenue: revenue`"
    at = tree.span if tree else None
    return None, problems or [
        make("F013", at, at=source.path, where="the mapping", wanted="keys and values", mend=mend)
    ]


def layout_of(tree: YamlMap, problems: list[Diagnostic] | None = None) -> tuple[Layout | None, list[Diagnostic]]:
    """The part of a file that holds a mapping."""
    found = list(problems or [])
    data = {key.text: without_places(node) for key, node in tree.items}
    if data.get("splits") == "none":
        data["splits"] = []
    names = data.get("names")
    if isinstance(names, dict):
        data["names"] = {label: {"name": one} if isinstance(one, str) else one for label, one in names.items()}
    for key in ("only", "look_ahead"):
        if isinstance(said := data.get(key), dict):
            data[key] = {column: [words] if isinstance(words, str) else words for column, words in said.items()}
    try:
        return (Layout.model_validate(data), found) if not found else (None, found)
    except ValidationError as invalid:
        return None, [*found, *(_finding(tree, dict(error)) for error in invalid.errors())]


def _finding(tree: YamlMap, error: Mapping[str, Any]) -> Diagnostic:
    """What pydantic finds, at the place that it speaks of."""
    path = [str(part) for part in error["loc"] if not str(part).startswith(("function-", "literal", "is-instance"))]
    span, key_span = _place(tree, path)
    where = "the mapping" if len(path) < 2 else f"`{path[1]}` of the mapping"
    if error["type"] == "missing":
        mend = "write each label with its name, such as `Total Revenue: revenue`" if path[-1] == "names" else ""
        return make("F010", span, where=where, key=path[-1], mend=mend)
    if error["type"] == "extra_forbidden":
        model = Entry if path[0] == "names" else Layout
        known = [key for key in model.model_fields if key not in ("said", "vendor", "recognise")]
        return unknown_key(where, key_span, path[-1], known)
    reason = (
        str(error.get("ctx", {}).get("error", "")) or f"`{error.get('input')}` does not fit: {error['msg'].lower()}"
    )
    text, _, mend = reason.partition("; ")
    return make("F012", span, where=f"`{path[0]}` of the mapping" if path else "the mapping", reason=text, mend=mend)


def _place(tree: YamlNode, path: list[str]) -> tuple[Span, Span]:
    """The value that a path leads to, and its key; as far as it leads."""
    node, key_span = tree, tree.span
    for part in path:
        if isinstance(node, YamlMap) and (inner := node.get(part)) is not None:
            key_span = next(key.span for key, _ in node.items if key.text == part)
            node = inner
        elif isinstance(node, YamlList) and part.isdigit() and int(part) < len(node.items):
            node = node.items[int(part)]
    first = node.span
    return (
        Span(first.source, first.start, min(first.end, first.start + 1)) if isinstance(node, YamlMap) else first
    ), key_span


def layout_text(layout: Layout, comments: list[str], unnamed: list[str]) -> str:
    """A mapping file; `unnamed` are labels of the table that have no name yet, as comments to take up."""
    lines = [f"# {comment}" for comment in comments]
    for key in ("periods", "sheet", "head", "labels", "period", "ends", "each", "years", "dates", "value", "ticker"):
        lines += _line(key, getattr(layout, key))
    for key in ("unit", "currency", "decimal", "sign", "empty", "restated", "kind", "source", "closes", "split_column"):
        if not (key == "empty" and layout.empty == "gap"):
            lines += _line(key, getattr(layout, key))
    lines += _line("published", layout.published)
    if layout.splits is not None:
        lines.append("splits: none" if not layout.splits else "splits:")
        lines += [f"  - {{date: {s.date}, ratio: {s.ratio:g}}}" for s in layout.splits]
    if layout.leave_out:
        lines.append(f"leave_out: [{', '.join(map(plain, layout.leave_out))}]")
    for key in ("only", "look_ahead"):
        said = getattr(layout, key)
        lines += [f"{key}:", *(f"  {plain(c)}: [{', '.join(map(plain, w))}]" for c, w in said.items())] if said else []
    lines += ["names:", *(f"  {plain(label)}: {_entry(entry)}" for label, entry in layout.names.items())]
    lines += [f"  # {plain(label)}: …" for label in unnamed]
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, tuple):
        return [f"{key}: [{', '.join(map(plain, value))}]"] if value else []
    text = (
        f"column {value.head}"
        if hasattr(value, "head")
        else f"{value.days} days after"
        if hasattr(value, "days")
        else str(value)
    )
    text = "own day" if text == "0 days after" else SCALES.get(text, text) if key == "unit" else text
    return [f"{key}: {plain(text)}"]


def _entry(entry: Entry) -> str:
    more = [f"unit: {plain(entry.spelled)}"] if entry.said else []
    more += [f"covers: {entry.covers}"] if entry.covers != "period" else []
    more += ["outflow: yes"] if entry.outflow else []
    if entry.words:
        more.append(
            "words: {" + ", ".join(f"{plain(word)}: {plain(meant)}" for word, meant in entry.words.items()) + "}"
        )
    if entry.rate is not None:
        return "{" + ", ".join([f"rate: {plain(entry.rate)}", *more]) + "}"
    return "{" + ", ".join([f"name: {entry.name}", *more]) + "}" if more else str(entry.name)
