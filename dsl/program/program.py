"""The checked program: names resolved, types known, modules merged. The only thing later stages read.

In: nothing (made by `check.py`). Out: `Program`. Must not know how it was written, facts or values.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from dsl.link.linked import Change
from dsl.text.source import Span
from dsl.types.units import Frequency, Type


@dataclass(frozen=True, slots=True)
class Expr:
    """A typed expression with its place."""

    span: Span
    type: Type

    @property
    def text(self) -> str:
        """As it was written, on one line."""
        return " ".join(self.span.text.split())


@dataclass(frozen=True, slots=True)
class Const(Expr):
    """A literal: a float in base units, a date, a text, a truth, or None for `unknown`."""

    value: float | dt.date | str | bool | None


@dataclass(frozen=True, slots=True)
class Window(Expr):
    """`60 days`."""

    count: int
    unit: Frequency


@dataclass(frozen=True, slots=True)
class Members(Expr):
    """A set written out."""

    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ref(Expr):
    """A declared name (or `previous` and `step` inside a forecast)."""

    name: str


@dataclass(frozen=True, slots=True)
class Convert(Expr):
    """Money brought from its own currency to the name's reporting currency."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Negative(Expr):
    """Minus."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """+ - * / ^."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """One comparison: < <= > >= = !=. Chains and `between` are conjunctions of these."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Logic(Expr):
    """`and` or `or` over items."""

    operator: str
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """Kleene's not."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class IsKnown(Expr):
    """Whether a value is known: itself never unknown."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class IsWord(Expr):
    """Whether a choice, text, pillar status or verdict outcome is this word."""

    operand: Expr
    word: str


@dataclass(frozen=True, slots=True)
class IsTruth(Expr):
    """Whether a flag is true or false (`wanted`)."""

    operand: Expr
    wanted: bool


@dataclass(frozen=True, slots=True)
class Includes(Expr):
    """Whether a set holds a member."""

    operand: Expr
    member: str


@dataclass(frozen=True, slots=True)
class Holds(Expr):
    """Whether a condition held in each of the last `count` periods."""

    condition: Expr
    count: int
    unit: Frequency


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A built-in function."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Stretch(Expr):
    """A value so many periods `ago` (0: the one that is read), or in each of the last so many. `words`: as written."""

    value: Expr
    count: int
    unit: Frequency
    ago: bool
    words: str


@dataclass(frozen=True, slots=True)
class ByPeriod(Expr):
    """What a world sets by period: nothing else is known of the name."""

    stretches: tuple[Stretch, ...]


ATOMS = (Compare, IsWord, Includes, Holds, IsTruth)
"""The expressions that decide something: what a report shows as figure against threshold."""


def children(expr: Expr) -> Iterator[Expr]:
    """The expressions directly inside one."""
    for slot in expr.__dataclass_fields__:
        value = getattr(expr, slot)
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, Expr))


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and all inside it, outermost first."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(children(node))))


def names_in(*exprs: Expr | None) -> frozenset[str]:
    """The names that expressions refer to."""
    return frozenset(n.name for e in exprs if e is not None for n in walk(e) if isinstance(n, Ref))


def series_in(expr: Expr) -> frozenset[str]:
    """The names of series that an expression refers to: those that can lack a period."""
    found = frozenset(n.name for n in walk(expr) if isinstance(n, Ref) and n.type.series is not None)
    return found or names_in(expr)


# --- declarations --------------------------------------------------------------------------------------

Template = tuple[str | Expr, ...]
"""A text with expressions in it."""


class Side(StrEnum):
    """For or against the thesis."""

    BULL = "bull"
    BEAR = "bear"


@dataclass(frozen=True, slots=True)
class Declared:
    """What every declaration has: name, title (the name where none was written), place, module."""

    name: str
    title: str
    span: Span
    origin: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an input may be, in base units, and as it was written: `0% to 100%`."""

    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Input(Declared):
    """A fact to be brought; `stale_days` None: never stale."""

    type: Type
    optional: bool
    bounds: Bounds | None
    stale_days: int | None


@dataclass(frozen=True, slots=True)
class ParamVersion:
    """A value in force from a day on (None: always)."""

    since: dt.date | None
    value: Expr
    source: str | None


@dataclass(frozen=True, slots=True)
class Param(Declared):
    """A threshold; versions from the earliest."""

    type: Type
    versions: tuple[ParamVersion, ...]


@dataclass(frozen=True, slots=True)
class Metric(Declared):
    """A formula. `shown` is the type to print it by: a ratio that is compared with percents shows as one."""

    type: Type
    shown: Type
    value: Expr
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class Forecast(Declared):
    """A path of `steps` steps."""

    type: Type
    steps: int
    unit: Frequency
    starts: Expr
    then: Expr


@dataclass(frozen=True, slots=True)
class Pillar(Declared):
    """A thing that the thesis depends on; the title is its question."""


@dataclass(frozen=True, slots=True)
class Condition(Declared):
    """A bull or a bear."""

    side: Side
    pillars: tuple[str, ...]
    weight: float
    critical: bool
    applies: Expr | None
    when: Expr
    because: Template


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `when` None: otherwise."""

    when: Expr | None
    outcome: str
    tone: str | None
    because: Template
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict(Declared):
    """A first-match table; `horizon` such as "6 months"."""

    horizon: str | None
    rows: tuple[Row, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What it can say, in order, each once."""
        return tuple(dict.fromkeys(row.outcome for row in self.rows))


@dataclass(frozen=True, slots=True)
class Scenario(Declared):
    """A named world; probability from 0 to 1."""

    probability: float | None
    assume: Mapping[str, Expr]


@dataclass(frozen=True, slots=True)
class Uncertain(Declared):
    """A distribution and its figures in base units."""

    distribution: str
    figures: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be true (a tolerance is part of it), and the names that it must rest on."""

    span: Span
    condition: Expr
    because: tuple[Ref, ...] = ()

    @property
    def text(self) -> str:
        """As it was written, on one line."""
        return " ".join(self.span.text.split())


@dataclass(frozen=True, slots=True)
class Example(Declared):
    """A test: what is given, what is expected."""

    given: Mapping[str, Expr]
    expect: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Catalyst(Declared):
    """A dated event."""

    day: dt.date
    expects: Expr
    because: Template


@dataclass(frozen=True, slots=True)
class Kill(Declared):
    """What would end the thesis."""

    by: dt.date | None
    when: Expr
    because: Template


@dataclass(frozen=True, slots=True)
class Module:
    """A module that the program took, with its question; `shown` is how a report names its file."""

    name: str
    title: str
    path: str
    shown: str
    asks: str | None


@dataclass(frozen=True)
class Program:
    """A checked thesis or module. Mappings keep the order of declaration."""

    name: str
    title: str
    keyword: str
    path: str
    ticker: str | None
    asks: str | None
    view: str | None
    modules: tuple[Module, ...]
    changes: tuple[Change, ...]
    inputs: Mapping[str, Input]
    params: Mapping[str, Param]
    metrics: Mapping[str, Metric]
    forecasts: Mapping[str, Forecast]
    pillars: Mapping[str, Pillar]
    conditions: Mapping[str, Condition]
    verdicts: Mapping[str, Verdict]
    scenarios: Mapping[str, Scenario]
    catalysts: Mapping[str, Catalyst]
    kills: Mapping[str, Kill]
    uncertain: tuple[Uncertain, ...]
    examples: tuple[Example, ...]
    order: tuple[str, ...]
    """Every name that has a value, each after the names it needs."""

    def declared(self, name: str) -> Declared:
        """The declaration behind a name. Raises KeyError where there is none."""
        for table in (self.inputs, self.params, self.metrics, self.forecasts, self.pillars, self.conditions,
                      self.verdicts, self.scenarios, self.catalysts, self.kills):  # fmt: skip
            found: Declared | None = table.get(name)
            if found is not None:
                return found
        raise KeyError(name)

    def speaking(self, pillar: str) -> tuple[Condition, ...]:
        """The conditions that speak about a pillar, in the order of the text."""
        return self._speaking.get(pillar, ())

    @cached_property
    def _speaking(self) -> Mapping[str, tuple[Condition, ...]]:
        found: dict[str, list[Condition]] = {}
        for condition in self.conditions.values():
            for pillar in condition.pillars:
                found.setdefault(pillar, []).append(condition)
        return {pillar: tuple(conditions) for pillar, conditions in found.items()}

    def needs(self, name: str) -> frozenset[str]:
        """The names that a name's value is made of, directly (a pillar: its conditions)."""
        if name in self.pillars:
            return frozenset(c.name for c in self.speaking(name))
        return names_in(*self.expressions(name)) - {"previous", "step"}

    @cached_property
    def all_needs(self) -> Mapping[str, frozenset[str]]:
        """`needs` of every name in `order`, reckoned once."""
        return {name: self.needs(name) for name in self.order}

    def below(self, names: Iterable[str], stop: Container[str] = ()) -> Iterator[str]:
        """All that some names rest on, themselves first; below a name in `stop` nothing is looked at."""
        found: set[str] = set()
        queue = deque(names)
        while queue:
            name = queue.popleft()
            if name not in found:
                found.add(name)
                yield name
                queue += self.all_needs.get(name, ()) if name not in stop else ()

    def upstream(self, names: Iterable[str], stop: Container[str] = ()) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.below(names, stop))

    def expressions(self, name: str) -> tuple[Expr, ...]:
        """The expressions that decide a name's value; texts are not among them."""
        d = self.declared(name)
        match d:
            case Param():
                return tuple(v.value for v in d.versions)
            case Metric():
                return (d.value,)
            case Forecast():
                return (d.starts, d.then)
            case Condition():
                return (d.when,) if d.applies is None else (d.applies, d.when)
            case Verdict():
                return tuple(r.when for r in d.rows if r.when is not None)
            case Kill():
                return (d.when,)
            case Catalyst():
                return (d.expects,)
            case _:
                return ()
