"""Typed expressions: what conditions, formulas and tables are made of.

In: nothing (made by `lowering/`). Out: the nodes, and what can be asked of a tree of them. Must not know declarations.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, fields
from enum import StrEnum

from dsl.text.record import MAX_TEXT, cut, record
from dsl.text.source import Span
from dsl.types.functions import FUNCTIONS
from dsl.types.units import Frequency, Kind, Type


@record
class Expr:
    """A typed expression with its place."""

    span: Span
    type: Type
    address: str = field(default="", compare=False, kw_only=True)
    """Where it stands in the program: `thin_margin.when.2` (`addresses.py`); '' for what is no part of one."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.span}, {cut(self.text, MAX_TEXT)!r}: {cut(str(self.type), MAX_TEXT)})"

    @property
    def text(self) -> str:
        """As it was written, on one line."""
        return " ".join(self.span.text.split())


@record
class Const(Expr):
    """A literal: a float in base units, a date, a text, a truth, or None for `unknown`."""

    value: float | dt.date | str | bool | None


@record
class Window(Expr):
    """`60 days`."""

    count: int
    unit: Frequency


@record
class Members(Expr):
    """A set written out."""

    members: frozenset[str]


@record
class Ref(Expr):
    """A declared name (or `previous` and `step` inside a forecast)."""

    name: str


AS_OF = "as_of"
"""The name of the day on which rules are judged; nothing else can have it."""


@record
class AsOf(Expr):
    """`as_of`: the day on which the rules are judged; in a past period its end."""


@record
class PathRef(Ref):
    """A forecast of which all steps are read: `npv(fcf, 9%)`."""


@record
class Convert(Expr):
    """Money brought from its own currency to the name's reporting currency."""

    operand: Expr


@record
class Negative(Expr):
    """Minus."""

    operand: Expr


@record
class Arithmetic(Expr):
    """+ - * / ^."""

    operator: str
    left: Expr
    right: Expr


@record
class Compare(Expr):
    """One comparison: < <= > >= = !=. Chains and `between` are conjunctions of these."""

    operator: str
    left: Expr
    right: Expr


@record
class Logic(Expr):
    """`and` or `or` over items."""

    operator: str
    items: tuple[Expr, ...]


@record
class OneOf(Logic):
    """`x in (a, b, c)`: an `or` of questions that are asked of one thing."""

    @property
    def asked(self) -> Expr:
        """The thing that is asked."""
        first = self.items[0]
        return first.operand if isinstance(first, IsWord) else next(iter(children(first)), first)

    @property
    def words(self) -> frozenset[str] | None:
        """The words, where it is asked of a word alone; None of figures, days and names of words."""
        found = [item.word for item in self.items if isinstance(item, IsWord)]
        return frozenset(found) if len(found) == len(self.items) else None


@record
class Not(Expr):
    """Kleene's not."""

    operand: Expr


@record
class IsKnown(Expr):
    """Whether a value is known: itself never unknown."""

    operand: Expr


@record
class IsMeaningful(Expr):
    """Whether a figure means something: itself never n.m."""

    operand: Expr


class EventState(StrEnum):
    """What a rule may ask of a kill or a catalyst."""

    HAPPENED = "happened"
    MET = "met"
    MISSED = "missed"
    PENDING = "pending"


@record
class IsEvent(Expr):
    """`k has happened` of a kill; `c is met`, `is missed`, `is pending` of a catalyst."""

    operand: Ref
    state: EventState


@record
class IsWord(Expr):
    """Whether a choice, text, pillar status or verdict outcome is this word."""

    operand: Expr
    word: str


@record
class IsSame(Expr):
    """Whether two choices or texts are the same word."""

    operand: Expr
    other: Expr


@record
class IsTruth(Expr):
    """Whether a flag is true or false (`wanted`)."""

    operand: Expr
    wanted: bool


@record
class Includes(Expr):
    """Whether a set holds a member."""

    operand: Expr
    member: str


@record
class Contains(Expr):
    """Whether a text holds these words, in capitals or not."""

    operand: Expr
    words: str


@record
class Holds(Expr):
    """Whether a condition held in each of the last `count` periods, or in at least so many of them."""

    condition: Expr
    count: int
    unit: Frequency
    least: int | None = None


@record
class If(Expr):
    """The value behind the first condition that holds; the last one behind `else`."""

    conditions: tuple[Expr, ...]
    values: tuple[Expr, ...]

    @property
    def ways(self) -> Iterator[tuple[Expr | None, Expr]]:
        """Each value with its condition; None for `else`."""
        return zip((*self.conditions, None), self.values, strict=True)


@record
class Call(Expr):
    """A built-in function."""

    function: str
    arguments: tuple[Expr, ...]


@record
class Interval(Expr):
    """A value so many periods `ago` (0: the one that is read), or in each of the last so many. `words`: as written."""

    value: Expr
    count: int
    unit: Frequency
    ago: bool
    words: str


@record
class ByPeriod(Expr):
    """What a world sets by period: nothing else is known of the name."""

    intervals: tuple[Interval, ...]


@record
class Refused(Expr):
    """What has no meaning, with the parts of it that have one. It stands in a program with errors alone, which is never
    evaluated, so that who looks at a place finds what is there."""

    parts: tuple[Expr, ...] = ()


ATOMS = (Compare, IsWord, IsSame, OneOf, Includes, Contains, Holds, IsTruth, IsEvent)
"""The expressions that decide something: what a report shows as figure against threshold."""


_SLOTS: dict[type[Expr], tuple[str, ...]] = {}
"""The fields that only one kind of expression has: none of those that all have is an expression."""


def _slots(kind: type[Expr]) -> tuple[str, ...]:
    found = _SLOTS.get(kind)
    if found is None:
        everywhere = {each.name for each in fields(Expr)}
        own = (each for each in fields(kind) if each.name not in everywhere)
        found = _SLOTS[kind] = tuple(each.name for each in own if not _PLAIN.fullmatch(str(each.type)))
    return found


_PLAIN = re.compile(r"(?:float|int|str|bool|None|dt\.date|Frequency|frozenset\[str\]|[| ])+")
"""Parts of these kinds hold no expression."""


def children(expr: Expr) -> list[Expr]:
    """The expressions directly inside one. A check asks this of everything dozens of times: it is a plain loop."""
    found: list[Expr] = []
    slots = _SLOTS.get(type(expr))
    for slot in _slots(type(expr)) if slots is None else slots:
        value = getattr(expr, slot)
        if isinstance(value, Expr):
            found.append(value)
        elif isinstance(value, tuple):
            found += [v for v in value if isinstance(v, Expr)]
    return found


Parts = Callable[["If"], Iterable[Expr]]


def atoms(expr: Expr | None, of_if: Parts | None = None) -> Iterator[Expr]:
    """What decides an expression: its comparisons, each with its `not`; `C for N` counts as one. `of_if`: which parts of an
    `if` are looked at, if not all."""
    if expr is None:
        return
    bare = expr.operand if isinstance(expr, Not) else expr
    if isinstance(bare, ATOMS) or (isinstance(bare, Ref) and bare.type.kind is Kind.FLAG):
        yield expr
        return
    for child in of_if(expr) if of_if is not None and isinstance(expr, If) else children(expr):
        if child.type.kind in (Kind.FLAG, Kind.ANY):
            yield from atoms(child, of_if)


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and all inside it, outermost first."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        if _SLOTS.get(type(node), True):  # most are names and figures, which hold nothing
            inside = children(node)
            inside.reverse()
            stack += inside


def names_in(*exprs: Expr | None) -> frozenset[str]:
    """The names that expressions refer to."""
    return frozenset(n.name for e in exprs if e is not None for n in walk(e) if isinstance(n, Ref))


def asks_for_the_day(expr: Expr) -> bool:
    """Whether `as_of` is written in an expression."""
    return any(isinstance(node, AsOf) for node in walk(expr))


def series_in(expr: Expr) -> frozenset[str]:
    """The names of series that an expression refers to: those in which a period can be missing."""
    found = frozenset(n.name for n in walk(expr) if isinstance(n, Ref) and n.type.series is not None)
    return found or names_in(expr)


_NOTHING_OF = ("sqrt", "ln", "surprise")
"""What has no value for some figures, beside functions that measure from a figure which must be above 0."""


def makes_nothing(expr: Expr) -> bool:
    """Whether something in an expression itself can be not meaningful: a division, a power, growth, a root, a logarithm."""
    for node in walk(expr):
        if isinstance(node, Arithmetic) and node.operator in "/^":
            return True
        if isinstance(node, Call) and (FUNCTIONS[node.function].positive or node.function in _NOTHING_OF):
            return True
    return False


def sense(expr: Expr) -> str:
    """What an expression says, wherever it stands and however its type is read: the same text for the same figure."""
    parts: list[str] = []
    for name in expr.__dataclass_fields__:
        value = getattr(expr, name)
        if name in ("span", "type", "address"):
            continue
        if isinstance(value, Expr):
            parts.append(sense(value))
        elif isinstance(value, tuple):
            parts += [sense(v) if isinstance(v, Expr) else str(v) for v in value]
        else:
            parts.append(str(sorted(value)) if isinstance(value, frozenset) else str(value))
    return f"{type(expr).__name__}({', '.join(parts)})"
