"""Sets that are made of other sets and hold them, in place of a copy of what is in them.

In: sets. Out: `union`, a set. Must not know what is in them.

On each of 5,000 days an average of 200 days rests on 200 facts, nearly all of which are those of the day before. Copied, that is
a million entries; shared, it is one small object a day. What is in a `Shared` is gathered when somebody looks, which is
where a figure is explained: at the period that is read, and on the days that a chart shows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

T_co = TypeVar("T_co", bound=Hashable, covariant=True)
_T = TypeVar("_T", bound=Hashable)

SMALL = 64
"""Sets that have no more together are copied: small sets are quicker, and take less, than what would share them."""


class Shared(AbstractSet[T_co]):
    """A set of all that is in its parts, of which there are at least two, none of them empty. Equal to any set that holds
    the same, and hashed as a frozenset is."""

    __slots__ = ("_all", "_parts")

    def __init__(self, parts: tuple[AbstractSet[T_co], ...]) -> None:
        self._parts = parts
        self._all: frozenset[T_co] | None = None

    @property
    def _whole(self) -> frozenset[T_co]:
        """All that is in it, gathered when it is looked into as a whole, and kept."""
        if self._all is None:
            self._all = frozenset(iter(self))
        return self._all

    def __iter__(self) -> Iterator[T_co]:
        """Each element once. A part that several parts share is gone through once, and no depth is too deep."""
        found: set[T_co] = set()
        parts: set[int] = set()
        waiting: list[AbstractSet[T_co]] = [self]
        while waiting:
            part = waiting.pop()
            if id(part) in parts:
                continue
            parts.add(id(part))
            if isinstance(part, Shared):
                waiting += part._parts
                continue
            fresh = part - found
            found |= fresh
            yield from fresh

    def __contains__(self, item: object) -> bool:
        return item in self._whole

    def __len__(self) -> int:
        return len(self._whole)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._whole == _plain(other) if isinstance(other, AbstractSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._whole)

    def __or__(self, other: AbstractSet[_T]) -> AbstractSet[T_co | _T]:
        return union((self, other)) if isinstance(other, AbstractSet) else NotImplemented

    def __ror__(self, other: AbstractSet[_T]) -> AbstractSet[T_co | _T]:
        if isinstance(other, set):  # `found |= facts` goes on gathering in its own set
            return other | self._whole
        return union((other, self)) if isinstance(other, AbstractSet) else NotImplemented

    def __and__(self, other: AbstractSet[Any]) -> frozenset[T_co]:
        return self._whole & _plain(other) if isinstance(other, AbstractSet) else NotImplemented

    __rand__ = __and__

    def __sub__(self, other: AbstractSet[Any]) -> frozenset[T_co]:
        return self._whole - _plain(other) if isinstance(other, AbstractSet) else NotImplemented

    def __rsub__(self, other: AbstractSet[Any]) -> frozenset[Any]:
        return _plain(other) - self._whole if isinstance(other, AbstractSet) else NotImplemented

    def __le__(self, other: AbstractSet[Any]) -> bool:
        return self._whole <= _plain(other) if isinstance(other, AbstractSet) else NotImplemented

    def __ge__(self, other: AbstractSet[Any]) -> bool:
        return self._whole >= _plain(other) if isinstance(other, AbstractSet) else NotImplemented

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return frozenset(it)

    def __reduce__(self) -> tuple[Any, ...]:
        return frozenset, (tuple(self._whole),)

    def __repr__(self) -> str:
        return repr(self._whole)


def _plain(other: AbstractSet[_T]) -> frozenset[_T]:
    return other._whole if isinstance(other, Shared) else frozenset(other)


def both(one: AbstractSet[_T], other: AbstractSet[_T]) -> AbstractSet[_T]:
    """`union` of two, which is what arithmetic asks for at every point of a series: nearly always one of them is empty."""
    if one is other or not other:
        return one or frozenset()
    return union((one, other)) if one else other


def union(sets: Iterable[AbstractSet[_T]]) -> AbstractSet[_T]:
    """All that is in some sets. Small ones are copied into one; of larger ones it holds the sets themselves.

    Example: `union([frozenset({1}), frozenset({2})])` is `{1, 2}`.
    """
    parts = {id(one): one for one in sets if one}
    if len(parts) < 2:
        return next(iter(parts.values()), frozenset())
    size = 0
    for part in parts.values():
        size += SMALL + 1 if isinstance(part, Shared) else len(part)
        if size > SMALL:
            return Shared(tuple(parts.values()))
    return frozenset().union(*parts.values())
