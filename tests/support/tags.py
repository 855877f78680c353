"""The tags of a PDF as a tree: enough of a reader of PDF to hold ours to what PDF/UA asks, without a package for it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    rb"(?P<space>\s+)|(?P<open><<|\[)|(?P<close>>>|\])|/(?P<name>[^\s<>\[\]()/%]*)|(?P<ref>\d+\s+\d+\s+R\b)|<(?P<hex>[0-9A-Fa-f\s]*)>"
    rb"|\((?P<text>(?:[^()\\]|\\.)*)\)|(?P<word>[^\s<>\[\]()/%]+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Ref:
    """A reference to an object."""

    number: int


@dataclass
class Tag:
    """An element of structure: its role, its attributes, what stands in it."""

    role: str
    keys: dict[str, Any]
    kids: list[Tag] = field(default_factory=list)

    def walk(self) -> Iterator[Tag]:
        """It and all below it, in the order of reading."""
        yield self
        for kid in self.kids:
            yield from kid.walk()


def tags(data: bytes) -> tuple[dict[str, Any], Tag]:
    """The catalogue of a PDF, and the root of its tags."""
    objects = _objects(data)
    catalogue = next(o for o in objects.values() if isinstance(o, dict) and o.get("Type") == "Catalog")

    def of(value: Any) -> Any:
        return objects.get(value.number) if isinstance(value, Ref) else value

    def tag(node: dict[str, Any]) -> Tag:
        kids = of(node.get("K"))
        there = [of(kid) for kid in (kids if isinstance(kids, list) else [kids])]
        keys = {key: of(value) for key, value in node.items() if key not in ("K", "P")}
        return Tag(str(node.get("S", "")), keys, [tag(kid) for kid in there if isinstance(kid, dict) and "S" in kid])

    return {key: of(value) for key, value in catalogue.items()}, tag(of(catalogue["StructTreeRoot"]))


def _objects(data: bytes) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for at in re.finditer(rb"(?<![\d])(\d+) 0 obj\b(.*?)endobj", data, re.DOTALL):
        head, stream, rest = at[2].partition(b"stream")
        about = _read(head)
        if isinstance(about, dict) and about.get("Type") == "ObjStm" and stream:
            text = zlib.decompressobj().decompress(rest.lstrip(b"\r\n"))
            first = int(about["First"])
            numbers = [int(n) for n in text[:first].split()]
            for number, offset in zip(numbers[::2], numbers[1::2], strict=True):
                found[number] = _read(text[first + offset :])
        else:
            found[int(at[1])] = about
    return found


def _read(text: bytes) -> Any:
    """The first object of a text."""
    stack: list[list[Any]] = [[]]
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "space":
            continue
        if kind == "open":
            stack.append([])
            continue
        if kind == "close":
            items = stack.pop()
            value: Any = dict(zip(items[::2], items[1::2], strict=False)) if token[0] == b">>" else items
        elif kind == "ref":
            value = Ref(int(token[0].split()[0]))
        else:
            assert kind is not None
            value = token[kind].decode("latin-1")
        stack[-1].append(value)
        if len(stack) == 1:
            return value
    return None
