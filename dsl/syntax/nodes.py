"""What was written: frozen nodes, each with its place. Nothing is resolved or judged here.

In: nothing. Out: the nodes that `build.py` makes and `load.py` links. Must not know types or facts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dsl.text.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Anything written, with its place."""

    span: Span


# --- expressions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expr(Node):
    """An expression."""


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A figure; `unit` is number, scaled, percent, pp, multiple or money; value in base units (25% is 0.25)."""

    value: float
    unit: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Date(Expr):
    """A day."""

    value: dt.date


@dataclass(frozen=True, slots=True)
class Duration(Expr):
    """`60 days`, `8 quarters`: how many, and of what (day, week, month, quarter, half, year)."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Text(Expr):
    """A text in quotes, without them."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Expr):
    """`true`, `false`, or None for `unknown`."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A name."""

    name: str


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function with its arguments."""

    function: Name
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Group(Expr):
    """Items in parentheses: `(cloud, models)`, a set."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Negative(Expr):
    """`-x`."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """`a + b`, and so on; `operator` is one of + - * / ^."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """`a < b <= c`: operands one more than operators (< <= > >= = !=)."""

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """`x between a and b`, ends included."""

    operand: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Is(Expr):
    """`x is [not] WORD` or `x is "Outcome"`; `quoted` says which."""

    operand: Expr
    negated: bool
    word: str
    quoted: bool
    word_span: Span


@dataclass(frozen=True, slots=True)
class Happened(Expr):
    """`k has [not] happened`, of a kill."""

    kill: Name
    negated: bool


@dataclass(frozen=True, slots=True)
class Includes(Expr):
    """`routes includes cloud`."""

    operand: Expr
    member: Name


@dataclass(frozen=True, slots=True)
class Holds(Expr):
    """`C for 2 quarters`."""

    condition: Expr
    duration: Duration


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """`not C`."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Logic(Expr):
    """`a and b and c` or `a or b`; `operator` is "and" or "or"."""

    operator: str
    items: tuple[Expr, ...]


# --- pieces of declarations -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypeNode(Node):
    """A written type: base word, `per` frequency, `in` currency, options of a choice or set, whether `per share`."""

    base: str
    per: str | None = None
    currency: str | None = None
    options: tuple[Name, ...] = ()
    share: bool = False


@dataclass(frozen=True, slots=True)
class Period(Node):
    """`1 year ago` (one period) or `for 4 quarters` (each of the last so many)."""

    duration: Duration
    ago: bool


@dataclass(frozen=True, slots=True)
class Binding(Node):
    """`NAME [PERIOD] = EXPR`."""

    name: Name
    value: Expr
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Bounds(Node):
    """`between 0% and 100%`, `above 0`, `at least 0 USD`, `below 5x`, `at most 100%`; an open end is not itself allowed."""

    low: Expr | None
    high: Expr | None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Template(Node):
    """A text with `{EXPR}` in it: its parts in order."""

    raw: str
    parts: tuple[str | Expr, ...]


@dataclass(frozen=True, slots=True)
class Expectation(Node):
    """What an example expects: something true, maybe `within` a tolerance, maybe `because` of names."""

    expr: Expr
    within: Expr | None
    because: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Use(Node):
    """One module taken, with the params that are set for it."""

    module: Name
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class ParamVersion(Node):
    """A param's value from a day on (None: from the beginning)."""

    since: dt.date | None
    value: Expr
    source: str | None
    own: bool = False
    """Whether the source is the author's own judgement: `own "why"`."""


@dataclass(frozen=True, slots=True)
class Row(Node):
    """A row of a verdict table; `when` is None for `otherwise`."""

    when: Expr | None
    outcome: Text
    tone: str | None
    because: Template | None


# --- declarations -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """A declaration: the word it begins with, its name, its title."""

    keyword: str
    name: Name
    title: str | None


@dataclass(frozen=True, slots=True)
class Header(Declaration):
    """`rules` or `thesis`."""

    ticker: str | None
    uses: tuple[Use, ...]
    asks: str | None
    view: str | None
    since: Date | None = None
    """The day on which the thesis began."""


@dataclass(frozen=True, slots=True)
class Input(Declaration):
    """A fact that the data must bring."""

    type: TypeNode | None
    balance: bool
    optional: bool
    bounds: Bounds | None
    stale_after: Duration | None


@dataclass(frozen=True, slots=True)
class Param(Declaration):
    """A threshold, maybe changing by date; `source` alone may be overridden."""

    type: TypeNode | None
    versions: tuple[ParamVersion, ...]
    source: str | None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Metric(Declaration):
    """A formula."""

    type: TypeNode | None
    value: Expr | None
    tolerance: Expr | None
    meaningful: Expr | None = None
    """When the figure means something."""


@dataclass(frozen=True, slots=True)
class Forecast(Declaration):
    """A path into the future."""

    type: TypeNode | None
    horizon: Duration | None
    starts: Expr | None
    then: Expr | None


@dataclass(frozen=True, slots=True)
class Pillar(Declaration):
    """A question that the thesis depends on (its title)."""


@dataclass(frozen=True, slots=True)
class Condition(Declaration):
    """A bull or a bear. None: the clause was not written."""

    pillars: tuple[Name, ...]
    weight: Expr | None
    critical: bool
    applies: Expr | None
    when: Expr | None
    because: Template | None
    otherwise: Template | None = None
    """`else because`: what is said where it does not hold."""


@dataclass(frozen=True, slots=True)
class Verdict(Declaration):
    """A first-match table."""

    over: Duration | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Scenario(Declaration):
    """A named world."""

    probability: Expr | None
    assume: tuple[Binding, ...]
    base: Name | None = None
    """The scenario on which it builds."""


@dataclass(frozen=True, slots=True)
class Uncertain(Declaration):
    """A distribution for a name."""

    distribution: Name
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Example(Declaration):
    """A test of the rules; its name is its title."""

    given: tuple[Binding, ...]
    expect: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Catalyst(Declaration):
    """A dated event and what must be true by then."""

    day: Date | None
    expects: Expr | None
    because: Template | None
    grace: Duration | None = None
    """How long after its day it may still be shown."""


@dataclass(frozen=True, slots=True)
class Kill(Declaration):
    """What would end the thesis."""

    by: Date | None
    when: Expr | None
    because: Template | None


@dataclass(frozen=True, slots=True)
class Override(Declaration):
    """Another declaration, laid over one that a module brought."""

    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Drop(Declaration):
    """A declaration of a module that is not taken; `kind` is the word before the name, if any."""

    kind: str | None


@dataclass(frozen=True, slots=True)
class File:
    """One file's declarations, in order."""

    declarations: tuple[Declaration, ...]

    @property
    def header(self) -> Header | None:
        """The first header, where there is one."""
        return next((d for d in self.declarations if isinstance(d, Header)), None)
