"""What a call asks for, read off once: its row of the table, what is written out in it, how far back it looks.

In: a typed call (or `for`). Out: the row, plain numbers, periods back. Must not know values.
"""

from __future__ import annotations

from dsl.program.program import Call, Const, Holds, Window
from dsl.text.record import record
from dsl.types.functions import FUNCTIONS, WRITTEN, Back, Function, Shape
from dsl.types.lengths import Duration
from dsl.types.units import PERCENTS, Frequency


@record
class Asked:
    """The plain arguments that a function may need besides its values."""

    number: int
    """The number that is written out: periods, years, decimals; 0 where it takes none."""
    per_year: int
    """How many periods of the series make a year (252 days, 52 weeks, 12 months, 4 quarters)."""
    percent_places: int
    """2 where the figure is a percent: 38.54% is 0.3854, and is rounded as it is written; else 0."""
    options: int
    """How many members a set of this type may have."""


@record
class Periods:
    """The periods before this one: each `step`-th, so many `steps` (0: this one alone; None: as many as there are)."""

    step: int
    steps: int | None


def function(call: Call) -> Function:
    """The row of the table for the function that is called."""
    return FUNCTIONS[call.function]


def series(call: Call) -> Frequency:
    """How often the series of a call comes (a quarter, where the type does not say)."""
    return call.arguments[0].type.series or Frequency.QUARTER


def window(call: Call) -> Duration | None:
    """The window that is written in a call; None where there is none."""
    last = call.arguments[-1]
    return Duration(last.count, last.unit) if isinstance(last, Window) else None


def asked(call: Call) -> Asked:
    """The plain arguments of a call."""
    of = call.arguments[0].type
    return Asked(_number(call), series(call).per_year, 2 if of.kind in PERCENTS else 0, len(of.options))


def _number(call: Call) -> int:
    """The number that is written out, or what the table says where it is left out."""
    for at, slot in enumerate(function(call).slots):
        if slot in WRITTEN:
            if at >= len(call.arguments):
                return WRITTEN[slot].default
            constant = call.arguments[at]
            assert isinstance(constant, Const)
            assert isinstance(constant.value, float)
            return int(constant.value)
    return 0


def back(asks: Call | Holds) -> Periods | Duration | None:
    """How far back a call or `for` looks, this period among it: so many periods of its series, a length of the
    calendar where the series is daily, or None where it is a function of one period."""
    if isinstance(asks, Holds):
        return _span(Duration(asks.count, asks.unit), asks.condition.type.series)
    match function(asks).shape:
        case Shape.EACH | Shape.LOGIC | Shape.PATH | Shape.READ | Shape.WORLDS | Shape.SEGMENTS:
            return None
        case Shape.REDUCE | Shape.WINDOW:
            span = window(asks)
            return _span(span, series(asks)) if span is not None else None
        case Shape.YEAR | Shape.YEAR_AHEAD:
            return Periods(1, series(asks).per_year - 1)
        case Shape.LAST | Shape.RUN | Shape.AHEAD | Shape.RELEASE:
            return Periods(1, None)
        case Shape.BACK | Shape.SHIFT:
            return _earlier(asks)


def least_of(expr: Holds, periods: int) -> int | None:
    """In how many of so many periods it must hold: of a company that reports by halves the same share of its halves, rounded
    up. None: in each."""
    if expr.least is None or expr.unit is Frequency.DAY:
        return expr.least
    return -(-expr.least * periods // expr.count)


def _span(span: Duration, every: Frequency | None) -> Periods | Duration:
    return span if every is Frequency.DAY else Periods(1, span.count - 1)


def _earlier(call: Call) -> Periods | Duration:
    years = {Back.YEAR: 1, Back.YEARS: _number(call)}.get(function(call).back or Back.PERIOD)
    if years is None:
        return Periods(_number(call) or 1, 1)
    if series(call) is Frequency.DAY:
        return Duration(years, Frequency.YEAR)
    return Periods(years * series(call).per_year, 1)
