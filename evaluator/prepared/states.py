"""What a part of a program came to in the last worlds of one kind, by what it asks for.

In: what a part asks for, in numbers. Out: `Part`, `State`. Must not know programs or how anything is evaluated.

A state of a name has two numbers: of what is read of it, and of all that it is. Two states with one number are the same, and
`TODAY` is what it is today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluator.engine.evaluation import Judged, Traced
from evaluator.values.series import Value
from evaluator.values.values import Figure, Single, Truth

REMEMBERED = 8
"""So many states of a part are remembered."""
TODAY = 0


@dataclass(frozen=True, slots=True)
class State:
    """What a name or an expression came to: its value, and all that was noted on the way."""

    read: int
    whole: int
    value: Value
    trace: Mapping[str, Traced]
    seen: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class NameState(State):
    """The same of a name, with what only names have."""

    judged: Judged | None
    rows: tuple[Truth, ...] | None
    path: tuple[Figure, ...] | None
    stated: Single | None
    currency: str | None
    given: bool


@dataclass(slots=True)
class Part:
    """A name or an expression that a world may change. `needs`: the names that it asks for which may change too, each with
    whether more than what is read of it counts; `addresses`: of the expressions in it."""

    needs: tuple[tuple[str, bool], ...]
    addresses: tuple[str, ...]
    states: dict[tuple[int, ...], State] = field(default_factory=dict)
    made: int = 0

    def key(self, states: Mapping[str, State]) -> tuple[int, ...]:
        """What it asks for, in a world in which names came to these."""
        found = []
        for need, whole in self.needs:
            state = states.get(need)
            found.append(TODAY if state is None else state.whole if whole else state.read)
        return tuple(found)

    def remember(self, key: tuple[int, ...], state: State) -> None:
        """Keeps a state; the oldest makes room."""
        if len(self.states) >= REMEMBERED:
            del self.states[next(iter(self.states))]
        self.states[key] = state


@dataclass(slots=True)
class NamePart(Part):
    """A name. `always`: it is evaluated in every world, since something is set or forced in it or it looks into all scenarios,
    which may set what is another here; `events`: it asks what became
    of an event."""

    name: str = ""
    always: bool = False
    events: bool = False
