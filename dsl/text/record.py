"""`@record`: a frozen value with named parts, as `@dataclass(frozen=True, slots=True)` makes one, in a fifth of the time.

In: a class with annotated parts. Out: the same class: made by position or by name, never changed, equal and hashed by
its parts, pickled by them, shown on a line however much it holds. Must not know what any record means.

A dataclass writes and compiles six functions for each class, half a millisecond; a front end of a hundred kinds of nodes
pays for that at every start. A record compiles `__init__` alone and shares the rest. `fields`, `replace`, `asdict` and
`match` work as they do for any dataclass, and type checkers read it as one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_T = TypeVar("_T")

MAX_SHOWN = 300
"""So many characters of a record are shown: in a notebook it is a line or a few, whatever hangs on it."""
MAX_TEXT = 60
"""So many characters of a text in it."""
_MAX_ITEMS, _MAX_DEPTH = 4, 3


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """The class as a record. Parts with defaults come after those without; `field(compare=False)` leaves a part out of
    equality and hash, `field(hash=False)` out of the hash, `field(repr=False)` out of what is shown. What the class
    defines itself is kept."""
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    parts: tuple[Field[Any], ...] = dataclasses.fields(made)
    made.__init__ = _init(made, parts)
    made._compared = staticmethod(_getter([f.name for f in parts if f.compare]))
    made._hashed = staticmethod(_getter([f.name for f in parts if (f.compare if f.hash is None else f.hash)]))
    made._shown = tuple(f.name for f in parts if f.repr)
    for name, method in _SHARED.items():
        if getattr(made, name, None) is getattr(object, name, None):
            setattr(made, name, method)
    if made.__hash__ is None:  # a class that says what is equal says how it is hashed, or is not
        made.__hash__ = made.__dict__.get("__hash__") or (_hash if "__eq__" not in made.__dict__ else None)
    found: type[_T] = made
    return found


def _init(cls: Any, parts: Iterable[Field[Any]]) -> Callable[..., None]:
    """`__init__`, which sets each part past the guard that keeps a record from being changed."""
    known: dict[str, Any] = {"MISSING": MISSING}
    by_place, by_name, lines = ["self"], ["*"], []
    for part in parts:
        name = part.name
        known[f"set_{name}"] = getattr(cls, name).__set__
        value, argument = name, name
        if part.default_factory is not MISSING:
            known[f"make_{name}"] = part.default_factory
            value, argument = f"make_{name}() if {name} is MISSING else {name}", f"{name}=MISSING"
        elif part.default is not MISSING:
            known[f"default_{name}"] = part.default
            argument = f"{name}=default_{name}"
        (by_name if part.kw_only else by_place).append(argument)
        lines.append(f" set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    arguments = ", ".join(by_place + (by_name if len(by_name) > 1 else []))
    exec(f"def __init__({arguments}):\n" + ("\n".join(lines) or " pass"), known)
    made: Callable[..., None] = known["__init__"]
    return made


def _getter(names: list[str]) -> Callable[[Any], Any]:
    """All parts at once."""
    if not names:
        return lambda each: ()
    return attrgetter(*names)


# --- what all records share -------------------------------------------------------------------------------


def _eq(self: Any, other: Any) -> bool:
    if self is other:
        return True
    same = self.__class__ is other.__class__
    return bool(self._compared(self) == self._compared(other)) if same else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._hashed(self))


def _refuse_set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to {name!r}: a {type(self).__name__} never changes")


def _refuse_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete {name!r}: a {type(self).__name__} never changes")


def _reduce(self: Any) -> tuple[Any, ...]:
    return _remade, (type(self), tuple(getattr(self, name) for name in self.__dataclass_fields__))


def _remade(cls: Any, values: tuple[Any, ...]) -> Any:
    """A record as it was pickled."""
    made = object.__new__(cls)
    for name, value in zip(cls.__dataclass_fields__, values, strict=True):
        object.__setattr__(made, name, value)
    return made


def _repr(self: Any) -> str:
    return shown(self)


_SHARED: Mapping[str, Any] = {
    "__eq__": _eq, "__hash__": _hash, "__repr__": _repr, "__setattr__": _refuse_set, "__delattr__": _refuse_delete,
    "__reduce__": _reduce,
}  # fmt: skip


# --- how a value is shown -----------------------------------------------------------------------------------


def shown(value: object) -> str:
    """A value on one line of at most `MAX_SHOWN` characters: its first parts, the first items of each, texts cut."""
    return cut(_shown(value, 0), MAX_SHOWN)


def cut(text: str, most: int) -> str:
    """A text, with `…` in place of what is beyond so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _shown(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return repr(cut(value, MAX_TEXT))
    names: tuple[str, ...] | None = getattr(type(value), "_shown", None)
    if names is not None and getattr(type(value), "__repr__", None) is _repr:
        if depth >= _MAX_DEPTH:
            return f"{type(value).__name__}(…)"
        parts = (f"{name}={_shown(getattr(value, name), depth + 1)}" for name in names)
        return f"{type(value).__qualname__}({_listed(parts, len(names), 12)})"
    if isinstance(value, tuple | list | set | frozenset):
        if not value:
            return repr(value)
        left, right = ("(", ")") if isinstance(value, tuple) else ("[", "]") if isinstance(value, list) else ("{", "}")
        one = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return left + _listed((_shown(v, depth + 1) for v in value), len(value), _MAX_ITEMS) + one + right
    if isinstance(value, Mapping):
        pairs = (f"{_shown(k, depth + 1)}: {_shown(v, depth + 1)}" for k, v in value.items())
        return "{" + _listed(pairs, len(value), _MAX_ITEMS) + "}"
    return cut(repr(value), MAX_SHOWN)


def _listed(texts: Iterable[str], count: int, most: int) -> str:
    """The first of some texts, and how many more there are; no more is made than is shown."""
    found: list[str] = []
    length = 0
    for text in texts:
        if len(found) >= most or length > MAX_SHOWN:
            break
        found.append(text)
        length += len(text)
    left = count - len(found)
    return ", ".join(found) + (f", … {left} more" if left else "")
