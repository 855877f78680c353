"""What the engine does with values that another world changes, noted once and done again for each world.

In: operations on single values of which some are not known yet. Out: a `Tape` of steps. Must not know expressions or programs.

While the reference evaluator walks a program, what a world changes is a placeholder, and each operation on one is a step: the
reference's own function, which is called with values later, so that causes and facts are those of the reference. Whoever looks
inside a placeholder is stopped (`NotNoted`): such a program is evaluated by the engine itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from dsl.text.record import record
from evaluator.engine.evaluation import Judged
from evaluator.values.values import Figure, Truth, Words


class NotNoted(Exception):
    """What cannot be noted, and is evaluated by the engine."""


class _Placeholder:
    """A value that is not known yet: nothing of it can be looked at."""

    __slots__ = ()
    slot: int

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.slot})"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class NotedFigure(_Placeholder, Figure):
    """A figure that is not known yet."""

    __slots__ = ("slot",)


class NotedTruth(_Placeholder, Truth):
    """A truth that is not known yet."""

    __slots__ = ("slot",)


class NotedWords(_Placeholder, Words):
    """Words that are not known yet."""

    __slots__ = ("slot",)


class NotedJudged(_Placeholder, Judged):
    """A condition that is not judged yet."""

    __slots__ = ("slot",)


def _stopped(name: str) -> property:
    def look(self: object) -> Any:
        raise NotNoted(f"`{name}` of what is not known yet is looked at")

    return property(look)


_HOLDS: dict[type[Any], tuple[str, ...]] = {
    NotedFigure: ("low", "high", "causes", "facts", "undefined", "nm", "assumed"),
    NotedTruth: ("possible", "causes", "facts"),
    NotedWords: ("possible", "causes", "facts"),
    NotedJudged: ("state", "truth", "counts", "leaves"),
}
for _kind, _names in _HOLDS.items():
    for _name in _names:
        setattr(_kind, _name, _stopped(_name))

LIKE: dict[type[Any], type[Any]] = {
    Figure: NotedFigure, Truth: NotedTruth, Words: NotedWords, Judged: NotedJudged,
    **{kind: kind for kind in _HOLDS},
}  # fmt: skip
"""The placeholder of each kind of value."""


def is_noted(value: object) -> bool:
    """Whether a value is not known yet."""
    return isinstance(value, _Placeholder)


@record
class Step:
    """`function` of the values at `places` gives the one at `slot`. `kind`: what it is, where that has a form of its own in
    generated code, else ''."""

    slot: int
    kind: str
    function: Callable[..., Any]
    places: tuple[int, ...]


class Tape:
    """Values by slot: what is given in each world, what is the same in all, and what steps give, each of earlier slots."""

    def __init__(self) -> None:
        self.start: list[Any] = []
        """By slot what is the same in every world; None for what is not."""
        self.kinds: dict[int, type[Any]] = {}
        """By slot the kind of a placeholder."""
        self.steps: dict[int, Step] = {}
        self._known: dict[Hashable, Any] = {}
        self._constants: dict[int, int] = {}

    def given(self, like: type[Any]) -> Any:
        """A placeholder for what each world gives."""
        return self._new(LIKE[like])

    def _new(self, kind: type[Any]) -> Any:
        found = object.__new__(kind)
        object.__setattr__(found, "slot", len(self.start))
        self.kinds[found.slot] = kind
        self.start.append(None)
        return found

    def place(self, value: Any) -> int:
        """The slot of a value: a placeholder's own, or one for what is the same in every world."""
        if isinstance(value, _Placeholder):
            return value.slot
        found = self._constants.get(id(value))
        if found is None:
            found = self._constants[id(value)] = len(self.start)
            self.start.append(value)
        return found

    def note(
        self, kind: str, function: Callable[..., Any], arguments: Iterable[Any], like: type[Any], key: Hashable = None
    ) -> Any:
        """The placeholder of a step. `key`: what is done; the same of the same values is noted once."""
        places = tuple(self.place(x) for x in arguments)
        known = (key, places) if key is not None else None
        found = self._known.get(known) if known is not None else None
        if found is None:
            found = self._new(LIKE[like])
            self.steps[found.slot] = Step(found.slot, kind, function, places)
            if known is not None:
                self._known[known] = found
        return found

    def behind(self, slots: Sequence[int]) -> tuple[Step, ...]:
        """The steps that some slots rest on, in order."""
        needed, waiting = set(slots), list(slots)
        while waiting:
            step = self.steps.get(waiting.pop())
            for place in step.places if step is not None else ():
                if place not in needed:
                    needed.add(place)
                    waiting.append(place)
        return tuple(self.steps[slot] for slot in sorted(needed) if slot in self.steps)
