"""Facts of which each is made when somebody asks for it, or for those of some names.

In: what makes them. Out: `Held`, a sequence of facts. Must not know where they are from.

A file of 500 metrics holds 20,000 figures of a company; rules ask for a dozen of its names. What they do not ask for costs
nothing: it was judged in its columns, and is no object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar, overload


class Named(Protocol):
    """What is about a name."""

    @property
    def name(self) -> str:
        """The name."""


Fact = TypeVar("Fact", bound=Named)


class Held(Sequence[Fact]):
    """Facts that are right and not made yet; equal to any sequence of the same facts, and pickled as a tuple of them."""

    __slots__ = ("_all", "_count", "_make", "_some", "names")

    def __init__(
        self, names: Iterable[str], count: int, make: Callable[[Collection[str] | None], Sequence[Fact]]
    ) -> None:
        """`names`: what they are about; `count`: how many there are; `make`: those about some of the names (None: all), in
        their order."""
        self.names, self._count, self._make = frozenset(names), count, make
        self._all: tuple[Fact, ...] | None = None
        self._some: dict[frozenset[str], Sequence[Fact]] = {}
        """Those that were last asked for."""

    def about(self, names: Collection[str]) -> Sequence[Fact]:
        """The facts about some names, in their order."""
        if self._all is not None:
            return [fact for fact in self._all if fact.name in names]
        mine = self.names.intersection(names)
        if mine not in self._some:
            self._some = {mine: self._make(mine) if mine else ()}
        return self._some[mine]

    def whole(self) -> tuple[Fact, ...]:
        """All facts, made once."""
        if self._all is None:
            self._all = tuple(self._make(None))
        return self._all

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.whole())

    @overload
    def __getitem__(self, at: int) -> Fact: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Fact]: ...
    def __getitem__(self, at: int | slice) -> Fact | Sequence[Fact]:
        return self.whole()[at]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self.whole() == tuple(other) if isinstance(other, tuple | list | Held) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.whole())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self.whole(),)

    def __repr__(self) -> str:
        return f"Held({len(self)} facts about {len(self.names)} names)"


def about(facts: Sequence[Fact], names: Collection[str]) -> Iterable[Fact]:
    """The facts about some names; with what is made already of all others: to look at it costs less than to choose."""
    return facts.about(names) if isinstance(facts, Held) else facts


def one_after_the_other(parts: Sequence[Sequence[Fact]]) -> Held[Fact]:
    """Facts of several parts as one. No two of them may be about one name, or a fact that stands in both would be there twice."""

    def make(names: Collection[str] | None) -> Sequence[Fact]:
        return [fact for part in parts for fact in part_of(part, names)]

    def part_of(part: Sequence[Fact], names: Collection[str] | None) -> Iterable[Fact]:
        if names is None:
            return part
        return part.about(names) if isinstance(part, Held) else (fact for fact in part if fact.name in names)

    return Held((name for part in parts for name in names_of(part)), sum(map(len, parts)), make)


def names_of(facts: Sequence[Named]) -> Collection[str]:
    """What facts are about."""
    return facts.names if isinstance(facts, Held) else {fact.name for fact in facts}
