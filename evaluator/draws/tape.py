"""What the engine does with columns of draws, noted once and done for each block of draws.

In: operations on figures, truths and words of which some are columns. Out: a `Tape`, which runs them on arrays. Must not know
expressions or programs.

While the reference evaluator walks a program, what depends on draws is a placeholder (`ColumnFigure` and its like), and each
operation on one is noted as a step. Whoever looks inside a placeholder, where there are many figures and not one, is stopped
(`NotInColumns`): then the program is evaluated draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from dsl.text.record import record
from evaluator.draws.columns import Numbers
from evaluator.values.values import NO_CAUSES, NO_FACTS, Figure, Single, Truth, Words


class NotInColumns(Exception):
    """What cannot be done with columns, and has to be done draw by draw."""


class _Placeholder:
    """A column in place of one value: nothing of it can be looked at."""

    __slots__ = ()
    causes = NO_CAUSES
    facts = NO_FACTS
    node: int

    @property
    def wide(self) -> bool:
        """No column is wholly unknown: who asks goes on, and is stopped where it looks at an end."""
        return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.node})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.node == getattr(other, "node", None)

    def __hash__(self) -> int:
        return hash(self.node)


def _stopped(name: str) -> property:
    def look(self: object) -> Any:
        raise NotInColumns(f"`{name}` of a column is looked at")

    return property(look)


class ColumnFigure(_Placeholder, Figure):
    """A column of figures."""

    __slots__ = ("node",)

    def __init__(self, node: int) -> None:
        object.__setattr__(self, "node", node)


class ColumnTruth(_Placeholder, Truth):
    """A column of truths."""

    __slots__ = ("node",)

    def __init__(self, node: int) -> None:
        object.__setattr__(self, "node", node)


class ColumnWords(_Placeholder, Words):
    """A column of words: of each draw which of `options` are possible, as bits; one bit more: any word at all."""

    __slots__ = ("node", "options")
    options: tuple[str, ...]

    def __init__(self, node: int, options: tuple[str, ...]) -> None:
        object.__setattr__(self, "node", node)
        object.__setattr__(self, "options", options)


for _kind, _names in (
    (ColumnFigure, ("low", "high", "undefined", "nm", "assumed")),
    (ColumnTruth, ("possible",)),
    (ColumnWords, ("possible",)),
):
    for _name in _names:
        setattr(_kind, _name, _stopped(_name))

Placeholder = ColumnFigure | ColumnTruth | ColumnWords


def is_column(value: object) -> bool:
    """Whether a value stands for a column."""
    return isinstance(value, _Placeholder)


@record
class _Step:
    """A function of columns and constants: `nodes` where an argument is a column, else None and a constant."""

    function: Callable[..., Any]
    nodes: tuple[int | None, ...]
    constants: tuple[Any, ...]


class Tape:
    """Steps over columns, the first `inputs` of which are what is drawn."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.steps: list[_Step] = []
        self._known: dict[Hashable, int] = {}

    def note(self, name: Hashable, function: Callable[..., Any], arguments: Sequence[Any]) -> int:
        """The node of a step; the same step is noted once. An argument is a placeholder or a value."""
        nodes = tuple(a.node if isinstance(a, _Placeholder) else None for a in arguments)
        constants = tuple(None if isinstance(a, _Placeholder) else plain(a) for a in arguments)
        key = (name, nodes, tuple(_key(c) for c in constants))
        if key not in self._known:
            self._known[key] = self.inputs + len(self.steps)
            self.steps.append(_Step(function, nodes, constants))
        return self._known[key]

    def ready(self, wanted: Sequence[int]) -> Prepared:
        """The steps that some nodes rest on, in order."""
        return Prepared(self, wanted)


class Prepared:
    """A tape cut to what is wanted, with what may be let go after each step."""

    def __init__(self, tape: Tape, wanted: Sequence[int]) -> None:
        needed, stack = set(wanted), list(wanted)
        while stack:
            at = stack.pop() - tape.inputs
            for node in tape.steps[at].nodes if at >= 0 else ():
                if node is not None and node not in needed:
                    needed.add(node)
                    stack.append(node)
        self.wanted, self.inputs = tuple(wanted), tape.inputs
        self.reads = frozenset(n for n in needed if n < tape.inputs)
        """Which of what is drawn is asked for."""
        order = sorted(n for n in needed if n >= tape.inputs)
        last = {
            node: at for at, n in enumerate(order) for node in tape.steps[n - tape.inputs].nodes if node is not None
        }
        free: dict[int, list[int]] = {}
        for node, at in last.items():
            if node not in set(wanted):
                free.setdefault(at, []).append(node)
        self._steps = [(n, tape.steps[n - tape.inputs], tuple(free.get(at, ()))) for at, n in enumerate(order)]

    def run(self, drawn: Sequence[Any]) -> list[Any]:
        """What is wanted, of columns of draws."""
        held: dict[int, Any] = dict(enumerate(drawn))
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            for node, step, free in self._steps:
                arguments = [
                    constant if at is None else held[at]
                    for at, constant in zip(step.nodes, step.constants, strict=True)
                ]
                held[node] = step.function(*arguments)
                for each in free:
                    del held[each]
        return [held[node] for node in self.wanted]


def plain(value: Any) -> Any:
    """A value as a constant of columns: a float, `Numbers`, a truth or a set of truths; anything else as it is."""
    match value:
        case Figure():
            exact = value.is_exact and not (value.undefined or value.nm or value.assumed)
            return value.low if exact else Numbers.of(value)
        case Truth():
            return value.value if value.value is not None else int(value.possible)
        case _:
            return value


def _key(constant: Any) -> Hashable:
    if isinstance(constant, Numbers):
        return float(constant.low), float(constant.high), int(constant.odd)
    return type(constant).__name__, constant


def anything(options: tuple[str, ...]) -> int:
    """The bit behind those of the options: any word at all."""
    return 1 << len(options)


def words_of(value: Single, options: tuple[str, ...]) -> int:
    """Which of some options are possible of a word, as bits."""
    assert isinstance(value, Words)
    if value.possible is None:
        return anything(options)
    return sum(1 << options.index(word) for word in value.possible)
