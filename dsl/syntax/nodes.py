"""What was written: frozen nodes, each with its place. Nothing is resolved or judged here.

In: nothing. Out: the nodes that `build.py` makes and `load.py` links. Must not know types or facts.
"""

from __future__ import annotations

import datetime as dt

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import MAX_TEXT, cut, record
from dsl.text.source import Span


@record
class Node:
    """Anything written, with its place."""

    span: Span

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.span}, {cut(' '.join(self.span.text.split()), MAX_TEXT)!r})"


# --- expressions -----------------------------------------------------------------------------


@record
class Expr(Node):
    """An expression."""


@record
class Number(Expr):
    """A figure; `unit` is number, scaled, percent, pp, multiple or money; value in base units (25% is 0.25)."""

    value: float
    unit: str
    currency: str | None = None


@record
class Date(Expr):
    """A day."""

    value: dt.date


@record
class Duration(Expr):
    """`60 days`, `8 quarters`: how many, and of what (day, week, month, quarter, half, year)."""

    count: int
    unit: str


@record
class Text(Expr):
    """A text in quotes, without them."""

    value: str


@record
class Truth(Expr):
    """`true`, `false`, or None for `unknown`."""

    value: bool | None


@record
class Name(Expr):
    """A name."""

    name: str


@record
class Call(Expr):
    """A function with its arguments."""

    function: Name
    arguments: tuple[Expr, ...]


@record
class Group(Expr):
    """Items in parentheses: `(cloud, models)`, a set."""

    items: tuple[Expr, ...]


@record
class Negative(Expr):
    """`-x`."""

    operand: Expr


@record
class Arithmetic(Expr):
    """`a + b`, and so on; `operator` is one of + - * / ^."""

    operator: str
    left: Expr
    right: Expr


@record
class Compare(Expr):
    """`a < b <= c`: operands one more than operators (< <= > >= = !=)."""

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]


@record
class Between(Expr):
    """`x [not] between a and b`, ends included."""

    operand: Expr
    low: Expr
    high: Expr
    negated: bool = False


@record
class In(Expr):
    """`x [not] in (a, b, c)`: one of several words, figures or days."""

    operand: Expr
    items: tuple[Expr, ...]
    negated: bool


@record
class Is(Expr):
    """`x is [not] WORD` or `x is "Outcome"`; `quoted` says which."""

    operand: Expr
    negated: bool
    word: str
    quoted: bool
    word_span: Span


@record
class Happened(Expr):
    """`k has [not] happened`, of a kill."""

    kill: Name
    negated: bool


@record
class Includes(Expr):
    """`routes includes cloud`."""

    operand: Expr
    member: Name


@record
class Contains(Expr):
    """`opinion contains "going concern"`."""

    operand: Expr
    text: str


@record
class Holds(Expr):
    """`C for 2 quarters`, `C for 6 of 8 quarters` (`least` 6)."""

    condition: Expr
    duration: Duration
    least: int | None = None


@record
class Not(Expr):
    """`not C`."""

    operand: Expr


@record
class Logic(Expr):
    """`a and b and c` or `a or b`; `operator` is "and" or "or"."""

    operator: str
    items: tuple[Expr, ...]


@record
class If(Expr):
    """`if C then A else if D then B else X`: what is asked, and the values, one more than there are questions."""

    conditions: tuple[Expr, ...]
    values: tuple[Expr, ...]


# --- pieces of declarations -----------------------------------------------------------------------


@record
class TypeNode(Node):
    """A written type: base word, `per` frequency, `in` currency, options of a choice or set, whether `per share`."""

    base: str
    per: str | None = None
    currency: str | None = None
    options: tuple[Name, ...] = ()
    share: bool = False


@record
class Period(Node):
    """`1 year ago` (one period) or `for 4 quarters` (each of the last so many)."""

    duration: Duration
    ago: bool


@record
class Binding(Node):
    """`NAME [PERIOD] = EXPR`."""

    name: Name
    value: Expr
    period: Period | None = None


@record
class Bounds(Node):
    """`between 0% and 100%`, `above 0`, `at least 0 USD`, `below 5x`, `at most 100%`; an open end is not itself allowed."""

    low: Expr | None
    high: Expr | None
    low_open: bool = False
    high_open: bool = False


@record
class Template(Node):
    """A text with `{EXPR}` in it: its parts in order."""

    raw: str
    parts: tuple[str | Expr, ...]


@record
class Expectation(Node):
    """What an example expects: something true, maybe `within` a tolerance, maybe `because` of names."""

    expr: Expr
    within: Expr | None
    because: tuple[Name, ...]


@record
class Use(Node):
    """One module taken, with the params that are set for it."""

    module: Name
    bindings: tuple[Binding, ...]
    prefix: Name | None = None
    """What stands before each name of it but those of inputs: `z` for `z.score`."""
    when: Expr | None = None
    """When what it declares applies."""


@record
class ParamVersion(Node):
    """A param's value from a day on (None: from the beginning)."""

    since: dt.date | None
    value: Expr
    source: str | None
    own: bool = False
    """Whether the source is the author's own judgement: `own "why"`."""


@record
class Row(Node):
    """A row of a verdict table; `when` is None for `otherwise`."""

    when: Expr | None
    outcome: Text
    tone: str | None
    because: Template | None


# --- declarations -------------------------------------------------------------------------------------


@record
class Declaration(Node):
    """A declaration: the word it begins with, its name, its title."""

    keyword: str
    name: Name
    title: str | None


@record
class Header(Declaration):
    """`rules` or `thesis`."""

    ticker: str | None
    uses: tuple[Use, ...]
    asks: str | None
    view: str | None
    since: Date | None = None
    """The day on which the thesis began."""
    shown: tuple[Name, ...] = ()
    """The key figures of a report, in this order."""


@record
class Input(Declaration):
    """A fact that the data must bring."""

    type: TypeNode | None
    balance: bool
    optional: bool
    bounds: Bounds | None
    stale_after: Duration | None
    by_segment: bool = False


@record
class Param(Declaration):
    """A threshold, maybe changing by date; `source` alone may be overridden."""

    type: TypeNode | None
    versions: tuple[ParamVersion, ...]
    source: str | None
    own: bool = False


@record
class Metric(Declaration):
    """A formula."""

    type: TypeNode | None
    value: Expr | None
    tolerance: Expr | None
    meaningful: Expr | None = None
    """When the figure means something."""


@record
class Valuation(Metric):
    """A formula for what something is worth, and the name of the price that it is compared with."""

    price: Name | None = None


@record
class Forecast(Declaration):
    """A path into the future."""

    type: TypeNode | None
    horizon: Duration | None
    starts: Expr | None
    then: Expr | None


@record
class Pillar(Declaration):
    """A question that the thesis depends on (its title), and when it is one at all."""

    applies: Expr | None = None


@record
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


@record
class Verdict(Declaration):
    """A first-match table."""

    over: Duration | None
    rows: tuple[Row, ...]
    applies: Expr | None = None


@record
class Scenario(Declaration):
    """A named world."""

    probability: Expr | None
    assume: tuple[Binding, ...]
    base: Name | None = None
    """The scenario on which it builds."""


@record
class Correlation(Node):
    """`correlated with NAME 0.6`: how two ranks go together."""

    other: Name
    rank: Expr


@record
class Distribution(Node):
    """`normal(35%, 6pp)`; `5% to 10%` is called `to`; `from history` has no figures."""

    distribution: Name
    arguments: tuple[Expr, ...]


@record
class Uncertain(Declaration):
    """A distribution for a name."""

    distribution: Name
    arguments: tuple[Expr, ...]
    correlated: tuple[Correlation, ...] = ()


@record
class Example(Declaration):
    """A test of the rules; its name is its title."""

    given: tuple[Binding, ...]
    expect: tuple[Expectation, ...]


@record
class Catalyst(Declaration):
    """A dated event and what must be true by then."""

    day: Date | None
    expects: Expr | None
    because: Template | None
    grace: Duration | None = None
    """How long after its day it may still be shown."""


@record
class Kill(Declaration):
    """What would end the thesis."""

    by: Date | None
    when: Expr | None
    because: Template | None


@record
class Override(Declaration):
    """Another declaration, laid over one that a module brought."""

    declaration: Declaration


@record
class Drop(Declaration):
    """A declaration of a module that is not taken; `kind` is the word before the name, if any."""

    kind: str | None


@record
class Broken(Declaration):
    """A declaration that could not be read: all that was written of it, its word and its name ('' and no place
    where none was read), and what is wrong with it where that was said of it."""

    finding: Diagnostic | None


@record
class File:
    """One file's declarations, in order."""

    declarations: tuple[Declaration, ...]

    @property
    def header(self) -> Header | None:
        """The first header, where there is one."""
        return next((d for d in self.declarations if isinstance(d, Header)), None)
