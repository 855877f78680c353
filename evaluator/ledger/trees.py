"""Formulas over lines: what any spreadsheet can calculate, and what each comes to.

In: nothing. Out: trees, and their values. Must not know programs, facts or the syntax of a spreadsheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from dsl.text.record import record
from evaluator.values.bounds import REL_TOLERANCE


@record
class Num:
    """A number that is written out."""

    value: float


@record
class Key:
    """The figure of a line; `high`: its upper bound."""

    of: str
    high: bool = False


@record
class Neg:
    """Minus."""

    of: Tree


@record
class Op:
    """+ - * / ^."""

    sign: str
    left: Tree
    right: Tree


@record
class Fn:
    """SUM, MIN, MAX, ABS."""

    name: str
    of: tuple[Tree, ...]


@record
class Holds:
    """A comparison of two figures: <, <=, >, >=."""

    operator: str
    left: Tree
    right: Tree


@record
class Where:
    """A figure that means something only where all of these hold."""

    of: Tree
    conditions: tuple[Holds, ...]


Tree = Num | Key | Neg | Op | Fn | Where

_OPS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "^": lambda a, b: a**b,
}  # fmt: skip
_FNS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "SUM": math.fsum, "MIN": min, "MAX": max, "ABS": lambda of: abs(of[0])
}  # fmt: skip


def worth(tree: Tree, lines: Mapping[tuple[str, bool], float]) -> float | None:
    """What a formula comes to; None where it comes to no number. `lines`: the figures by line, and whether the upper bound."""
    try:
        found = _worth(tree, lines)
    except (ArithmeticError, KeyError, ValueError):
        return None
    return found if isinstance(found, float) and math.isfinite(found) else None


def _worth(tree: Tree, lines: Mapping[tuple[str, bool], float]) -> float:
    match tree:
        case Num():
            return tree.value
        case Key():
            return lines[tree.of, tree.high]
        case Neg():
            return -_worth(tree.of, lines)
        case Op():
            return _OPS[tree.sign](_worth(tree.left, lines), _worth(tree.right, lines))
        case Fn():
            return float(_FNS[tree.name]([_worth(part, lines) for part in tree.of]))
        case Where():
            if not all(_holds(each, lines) for each in tree.conditions):
                raise ValueError("it means nothing")
            return _worth(tree.of, lines)


def below(one: float, other: float) -> bool:
    """Whether a number is less than another, and not only by how it was rounded."""
    return other - one > REL_TOLERANCE * max(abs(one), abs(other))


def _holds(each: Holds, lines: Mapping[tuple[str, bool], float]) -> bool:
    one, other = _worth(each.left, lines), _worth(each.right, lines)
    if each.operator in (">", ">="):
        one, other = other, one
    return below(one, other) if each.operator in ("<", ">") else not below(other, one)


def keys(*trees: Tree | None) -> Iterable[str]:
    """The lines that formulas read."""
    for tree in trees:
        match tree:
            case Key():
                yield tree.of
            case Neg():
                yield from keys(tree.of)
            case Op():
                yield from keys(tree.left, tree.right)
            case Fn():
                yield from keys(*tree.of)
            case Where():
                yield from keys(tree.of, *(side for each in tree.conditions for side in (each.left, each.right)))


# --- what holds ------------------------------------------------------------------------------------------------


@record
class At:
    """Whether a test holds, by its number among the tests of its condition."""

    test: int


@record
class Not:
    """The opposite."""

    of: Logic


@record
class All:
    """Whether all of them hold."""

    of: tuple[Logic, ...]


@record
class Any:
    """Whether one of them holds."""

    of: tuple[Logic, ...]


Logic = At | Not | All | Any


def holds(logic: Logic, tests: Sequence[str]) -> str | None:
    """`true`, `false` or `unknown` by the states of the tests; None where one of them is something else, such as not meaningful."""
    match logic:
        case At():
            found = tests[logic.test]
            return found if found in ("true", "false", "unknown") else None
        case Not():
            inner = holds(logic.of, tests)
            return {"true": "false", "false": "true"}.get(inner, inner) if inner is not None else None
        case All() | Any():
            parts = [holds(part, tests) for part in logic.of]
            ends, else_ = ("false", "true") if isinstance(logic, All) else ("true", "false")
            if None in parts:
                return None
            return ends if ends in parts else else_ if all(part == else_ for part in parts) else "unknown"
