"""What a program declares: inputs, params, metrics, forecasts, pillars, conditions, tables, worlds, examples, events.

In: nothing (made by `lowering/`). Out: the declarations. Must not know the program that they are part of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from dsl.program.expressions import Expr, Ref, Window
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import MAX_TEXT, cut, record
from dsl.text.source import Span
from dsl.types.lengths import Duration
from dsl.types.units import ANY, Frequency, Type

Template = tuple[str | Expr, ...]
"""A text with expressions in it."""


DOES_NOT_APPLY = "does not apply"
"""What a table or a pillar is where its `applies when` does not hold; no row may say it."""


class Side(StrEnum):
    """For or against the thesis."""

    BULL = "bull"
    BEAR = "bear"


@record
class Declared:
    """What every declaration has: name, title (the name where none was written), place, module."""

    name: str
    title: str
    span: Span
    origin: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}({cut(self.name, MAX_TEXT)!r} at {self.span})"


@record
class Bounds:
    """What an input may be, in base units (an infinite end: no bound), and as it was written: `0% to 100%`. An open end
    is not itself allowed: `above 0`."""

    low: float
    high: float
    text: str
    low_open: bool = False
    high_open: bool = False
    currency: str | None = None
    """Of money: the currency in which the bounds are written; None where they are 0 or no money."""

    def admit(self, value: float) -> bool:
        """Whether a figure lies inside them."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below


@record
class Input(Declared):
    """A fact to be brought; `stale_after` None: never stale. `by_segment`: one for each segment of a company."""

    type: Type
    optional: bool
    bounds: Bounds | None
    stale_after: Duration | None
    by_segment: bool = False
    segment: str = ""
    """Of which segment of a company it is, where such an input met the facts of one (`evaluator/known/segments.py`)."""


@record
class ParamVersion:
    """A value in force from a day on (None: always)."""

    since: dt.date | None
    value: Expr
    source: str | None
    own: bool = False
    """Whether it is the author's own judgement: `own "why"`, or no word on where it is from."""


@record
class Param(Declared):
    """A threshold; versions from the earliest."""

    type: Type
    versions: tuple[ParamVersion, ...]


@record
class Metric(Declared):
    """A formula. `shown` is the type to print it by: a ratio that is compared with percents shows as one."""

    type: Type
    shown: Type
    value: Expr
    tolerance: float | None
    meaningful: Expr | None = None
    """When the figure means something; outside, it is not meaningful (n.m.)."""

    @property
    def beside(self) -> tuple[Expr, ...]:
        """What a report shows beside its value, and that value is not made of."""
        return ()


@record
class Valuation(Metric):
    """What something is worth, compared with a price: `upside` is value ÷ price − 1, `safety` 1 − price ÷ value."""

    price: Ref = field(kw_only=True)
    upside: Expr = field(kw_only=True)
    safety: Expr = field(kw_only=True)

    @property
    def beside(self) -> tuple[Expr, ...]:
        """The price, the upside, the margin of safety."""
        return (self.price, self.upside, self.safety)


def valuations(metrics: Mapping[str, Metric]) -> tuple[Valuation, ...]:
    """The valuations among metrics, in the order of the rules."""
    return tuple(metric for metric in metrics.values() if isinstance(metric, Valuation))


@record
class Forecast(Declared):
    """A path of `steps` steps."""

    type: Type
    steps: int
    unit: Frequency
    starts: Expr
    then: Expr


@record
class Pillar(Declared):
    """A thing that the thesis depends on; the title is its question. `applies`: when it is one at all."""

    applies: Expr | None = None


@record
class Condition(Declared):
    """A bull or a bear."""

    side: Side
    pillars: tuple[str, ...]
    weight: float
    critical: bool
    applies: Expr | None
    when: Expr
    because: Template
    otherwise: Template = ()
    """What is said where it does not hold."""


@record
class Row:
    """A row of a table; `when` None: otherwise."""

    when: Expr | None
    outcome: str
    tone: str | None
    because: Template
    span: Span


@record
class Verdict(Declared):
    """A first-match table; `horizon` such as "6 months". `applies`: when it says anything."""

    horizon: str | None
    rows: tuple[Row, ...]
    applies: Expr | None = None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What it can say, in order, each once."""
        return tuple(dict.fromkeys(row.outcome for row in self.rows))


@record
class Scenario(Declared):
    """A named world, laid over today's or over that of the scenario `base`. Its probability is read in today's world."""

    probability: Expr | None
    assume: Mapping[str, Expr] = field(hash=False)
    base: str | None = None


@record
class Spread:
    """A distribution and its figures in base units. `words`: of a discrete one the words or truths that it takes, of which
    `figures` are the weights; `parts`: of a mixture its distributions, of which `figures` are the probabilities."""

    distribution: str
    figures: tuple[float, ...]
    words: tuple[str | bool, ...] = ()
    parts: tuple[Spread, ...] = ()


@record
class Correlation:
    """How the ranks of a name go together with another's: Spearman's coefficient."""

    other: str
    rank: float


@record
class Uncertain(Declared):
    """How a name is spread. `unit`: that of its figures."""

    spread: Spread
    unit: Type = ANY
    correlated: tuple[Correlation, ...] = ()

    @property
    def distribution(self) -> str:
        """What its distribution is called."""
        return self.spread.distribution

    @property
    def figures(self) -> tuple[float, ...]:
        """The figures of its distribution."""
        return self.spread.figures


@record
class Expectation:
    """What must be true (a tolerance is part of it), and the names that it must rest on."""

    span: Span
    condition: Expr
    because: tuple[Ref, ...] = ()

    @property
    def text(self) -> str:
        """As it was written, on one line."""
        return " ".join(self.span.text.split())


@record
class Example(Declared):
    """A test: what is given, what is expected."""

    given: Mapping[str, Expr] = field(hash=False)
    expect: tuple[Expectation, ...]


@record
class Catalyst(Declared):
    """A dated event."""

    day: dt.date
    expects: Expr
    because: Template
    grace: Window | None = None
    """How long after its day it may still be shown; None: 30 days."""


@record
class Kill(Declared):
    """What would end the thesis."""

    by: dt.date | None
    when: Expr
    because: Template


@record
class Broken(Declared):
    """A declaration that could not be read, or misses what it must have. It stands in a program with errors alone.

    `keyword` is the word it begins with, `span` its name (all of it where none was read), `whole` all that was written of
    it, `finding` what is wrong where that was said of it.
    """

    keyword: str
    whole: Span
    finding: Diagnostic | None
    type: Type = ANY
