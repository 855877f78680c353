"""What was encoded already, for all who ask about one program on one day: a term is made once, however many tables rest on it.

In: nothing. Out: `Memory`, `Part`. Must not know expressions or names.

An encoder belongs to one table, condition or pillar, and says what is so of that one: its facts, what it looks back at, what an
example may give. A part holds its term and the notes that were made with it, in order, and of parts within it those parts; an
encoder that meets a part which another one made takes its notes over. So it ends as if it had made the term itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import z3

E = TypeVar("E")
Note = Callable[[E], object]
"""What an encoder does to note something of itself."""


class Part(Generic[E]):
    """A term, and what is noted by whoever asks for it."""

    __slots__ = ("steps", "term")

    def __init__(self) -> None:
        self.term: Any = None
        self.steps: list[Note[E] | Part[E]] = []


class Memory(Generic[E]):
    """The parts of one program in one kind of worlds, by what they are called; and the numbers of words and of fresh names."""

    def __init__(self, other: str) -> None:
        """`other`: the word that stands for any that no rule asks for."""
        self.context = z3.Context()
        self.parts: dict[Hashable, Part[E]] = {}
        self.words: dict[str, int] = {other: 0}
        self.fresh = 0
