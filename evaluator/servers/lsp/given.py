"""What a message gives, with its types: each part is asked for by name, and one that is not there, or is something else, is
an error that says so.

In: the JSON of a message. Out: texts, numbers, places, or `Refused`. Must not know what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeVar

from dsl.ide.positions import Position, Range

_T = TypeVar("_T")


class Code(IntEnum):
    """Why a request has no answer, as the protocol numbers it."""

    PARSE = -32700
    REQUEST = -32600
    METHOD = -32601
    PARAMS = -32602
    INTERNAL = -32603
    NOT_INITIALISED = -32002
    FAILED = -32803
    CANCELLED = -32800
    MODIFIED = -32801


class Refused(Exception):
    """A request that is not answered, with the code and a sentence."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Given:
    """The parts of an object. `where` is how errors name it."""

    def __init__(self, parts: object, where: str = "params") -> None:
        if parts is None:
            parts = {}
        if not isinstance(parts, Mapping):
            raise Refused(Code.PARAMS, f"{where} must be an object")
        self._parts: Mapping[str, Any] = parts
        self._where = where

    def has(self, name: str) -> bool:
        """Whether a part is there and not null."""
        return self._parts.get(name) is not None

    def raw(self, name: str) -> Any:
        """A part as it is; None where it is not there."""
        return self._parts.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """A text. Raises Refused."""
        return self._typed(name, str, "a text", default)

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number; true is none. Raises Refused."""
        found = self._typed(name, int, "a whole number", default)
        if isinstance(found, bool):
            raise Refused(Code.PARAMS, f"{self._where}.{name} must be a whole number")
        return found

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false. Raises Refused."""
        return self._typed(name, bool, "true or false", default)

    def part(self, name: str) -> Given:
        """An object inside; an empty one where it is not there. Raises Refused."""
        return Given(self._parts.get(name), f"{self._where}.{name}")

    def items(self, name: str) -> Iterator[Given]:
        """The objects of a list. Raises Refused."""
        for at, item in enumerate(self.list(name)):
            yield Given(item, f"{self._where}.{name}[{at}]")

    def list(self, name: str) -> list[Any]:
        """A list; an empty one where it is not there. Raises Refused."""
        found = self._parts.get(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise Refused(Code.PARAMS, f"{self._where}.{name} must be a list")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; what is none is left out."""
        return tuple(item for item in self.list(name) if isinstance(item, str))

    def position(self, name: str = "position") -> Position:
        """A place. One that no text has is taken; the text says which is nearest. Raises Refused."""
        found = self.part(name)
        return Position(found.number("line"), found.number("character"))

    def range(self, name: str = "range") -> Range:
        """From a place to another. Raises Refused."""
        found = self.part(name)
        return Range(found.position("start"), found.position("end"))

    def _typed(self, name: str, kind: type[_T], said: str, default: _T | None) -> _T:
        found = self._parts.get(name)
        if found is None and default is not None:
            return default
        if not isinstance(found, kind):
            raise Refused(Code.PARAMS, f"{self._where}.{name} must be {said}")
        return found


def address_in(given: Given) -> str:
    """The address of the file that a request is about: as its text document, the item that it asks more of, or the first that
    a command is given; '' where it names none."""
    for path in (("textDocument",), ("data",), ("item", "data")):
        found = given.raw(path[0])
        for part in path[1:]:
            found = found.get(part) if isinstance(found, Mapping) else None
        address = found.get("uri") if isinstance(found, Mapping) else None
        if isinstance(address, str):
            return address
    arguments = given.raw("arguments")
    first = arguments[0] if isinstance(arguments, list) and arguments else None
    return first if isinstance(first, str) else ""
