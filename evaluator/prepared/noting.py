"""The engine's operations, noted on a tape where one of their values is not known yet.

In: values, some of which are placeholders. Out: values. Must not know expressions or programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from dsl.types.lengths import Duration
from evaluator.engine.evaluation import Judged
from evaluator.engine.functions.spans import Missing, held
from evaluator.engine.operations import REFERENCE, Operations
from evaluator.prepared.tape import NotNoted, Tape, is_noted
from evaluator.values import bounds as v
from evaluator.values import questions
from evaluator.values.series import Series
from evaluator.values.values import Facts, Figure, Single, Truth, Words

_OF_TRUTHS = frozenset({"any", "all"})
_OF_ITS_KIND = frozenset({"latest", "first_known"})


class Noting(Operations):
    """What the engine does, noted."""

    notes = False

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def _noted(self, kind: str, function: Callable[..., Any], *values: Any, like: type[Any]) -> Any:
        """One of the operations: noted once of the same values."""
        return (
            self.tape.note(kind, function, values, like, key=kind) if any(map(is_noted, values)) else function(*values)
        )

    def arithmetic(self, operator: str) -> Callable[[Figure, Figure], Figure]:
        """+ - * / ^."""
        return partial(self._noted, operator, REFERENCE.arithmetic(operator), like=Figure)

    def negative(self, x: Figure) -> Figure:
        """−x."""
        found: Figure = self._noted("negative", v.negative, x, like=Figure)
        return found

    def scaled(self, x: Figure, by: Callable[[Figure], Figure]) -> Figure:
        """A figure times what `by` multiplies figures with."""
        found: Figure = self.tape.note("", by, (x,), Figure) if is_noted(x) else by(x)
        return found

    def compared(self, function: Callable[[Single, Single], Truth], operator: str, a: Single, b: Single) -> Truth:
        """A comparison with all that it rests on."""
        if not (is_noted(a) or is_noted(b)):
            return function(a, b)
        figures = isinstance(a, Figure) and isinstance(b, Figure)
        found: Truth = self.tape.note(f"compare {operator}" if figures else "", function, (a, b), Truth)
        return found

    def negate(self, truth: Truth) -> Truth:
        """Kleene's not."""
        found: Truth = self._noted("not", v.negate, truth, like=Truth)
        return found

    def conjunction(self, items: Iterable[Truth]) -> Truth:
        """Kleene's and."""
        found: Truth = self._noted("and", _conjunction, *items, like=Truth)
        return found

    def disjunction(self, items: Iterable[Truth]) -> Truth:
        """Kleene's or."""
        found: Truth = self._noted("or", _disjunction, *items, like=Truth)
        return found

    def at_least(self, items: Iterable[Truth], least: int) -> Truth:
        """Whether so many of several hold."""
        given = list(items)
        if not any(map(is_noted, given)):
            return v.at_least(given, least)
        found: Truth = self.tape.note("", lambda *truths: v.at_least(truths, least), given, Truth)
        return found

    def either(self, question: Truth, yes: Single, no: Single) -> Single:
        """One of two by a question."""
        if not any(map(is_noted, (question, yes, no))):
            return REFERENCE.either(question, yes, no)
        if not isinstance(yes, Figure | Truth | Words):
            raise NotNoted("days and sets are not noted")
        found: Single = self._noted("either", REFERENCE.either, question, yes, no, like=_like(yes))
        return found

    def asked(self, question: Callable[..., Truth], *values: Single) -> Truth:
        """A question."""
        if not any(map(is_noted, values)):
            return question(*values)
        known = question in (questions.is_known, questions.is_meaningful) and isinstance(values[0], Figure)
        found: Truth = self.tape.note("sure" if known else "asked", question, values, Truth)
        return found

    def held(self, condition: Series, span: Duration, past: Missing, least: int | None) -> Series:
        """Whether a condition held in each period of each span."""
        return held(condition, span, past, least, self)

    def resting(self, value: Single, facts: Facts) -> Single:
        """A value with other facts."""
        if not is_noted(value):
            return REFERENCE.resting(value, facts)
        found: Single = self.tape.note("resting", lambda x: REFERENCE.resting(x, facts), (value,), type(value))
        return found

    def made(self, function: Callable[..., Any], *values: Any) -> Any:
        """What a function gives of values at which it looks: of the kind of the first, but for what is judged of truths."""
        if not any(map(is_noted, values)):
            return function(*values)
        name = getattr(getattr(function, "func", function), "__name__", "")
        kind, like = _MADE.get(name, ("", _like(values[0])))
        return self.tape.note(kind, function, values, like)

    def relabelled(self, point: Callable[[Single, int | None], Single], value: Single, ordinal: int | None) -> Single:
        """The same value with other causes."""
        if not is_noted(value):
            return point(value, ordinal)
        found: Single = self.tape.note("same", lambda x: point(x, ordinal), (value,), type(value))
        return found

    def wide(self, figure: Figure) -> bool:
        """What is not known yet is not seen to be any number at all."""
        return not is_noted(figure) and figure.wide

    def reducer(self, name: str, reduce: Callable[..., Any]) -> Callable[..., Any]:
        """What a function gives of the values of one period."""

        def reduced(*items: Any) -> Any:
            if name == "latest":
                items = (_newest(items[0]),)
            flat = [x for item in items for x in (item if isinstance(item, list | tuple) else (item,))]
            if not any(map(is_noted, flat)):
                return reduce(*items)
            sizes = tuple(len(item) if isinstance(item, list | tuple) else None for item in items)
            like = Truth if name in _OF_TRUTHS else _like(flat[0]) if name in _OF_ITS_KIND else Figure
            return self.tape.note(f"call {name}", partial(_of_parts, reduce, sizes), flat, like)

        return reduced


def _like(value: Any) -> type[Any]:
    for kind in (Figure, Truth, Words, Judged):
        if isinstance(value, kind):
            return kind
    raise NotNoted(f"{type(value).__name__} is not noted")


def _conjunction(*items: Truth) -> Truth:
    return v.conjunction(items)


def _disjunction(*items: Truth) -> Truth:
    return v.disjunction(items)


def _newest(values: Sequence[Single]) -> list[Single]:
    """Those of a series on which its newest rests: up to the last that is settled in every world."""
    found: list[Single] = []
    for value in reversed(values):
        found.append(value)
        if not is_noted(value) and value.settled:
            break
    return found[::-1]


def _of_parts(reduce: Callable[..., Any], sizes: tuple[int | None, ...], *flat: Any) -> Any:
    """A reducer of values that stand in one row: of each argument that is a list, so many."""
    arguments: list[Any] = []
    at = 0
    for size in sizes:
        arguments.append(list(flat[at : at + size]) if size is not None else flat[at])
        at += size if size is not None else 1
    return reduce(*arguments)


_MADE: dict[str, tuple[str, type[Any]]] = {
    "judged": ("judged", Judged), "statuses": ("statuses", Words), "outcomes": ("outcomes", Words),
    "state": ("state", Words), "scored": ("scored", Figure), "_of_base": ("same", Figure), "left_foreign": ("", Truth),
}  # fmt: skip
"""What is made of truths and of conditions, by the function that makes it."""
