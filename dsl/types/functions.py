"""The functions of the language as the checker sees them: what goes in, what comes out.

In: nothing. Out: `SIGNATURES`, one entry a function; `evaluator/engine/functions.py` holds what each one does, and a
test holds the two together. Must not know values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dsl.types.units import ANY, COUNT, FLAG, NUMBER, PERCENT, Frequency, Kind, Type


class Slot(StrEnum):
    """What an argument must be."""

    FIGURE = "a figure"
    SERIES = "a series"
    MONEY_SERIES = "a flow per week, month, quarter or year"
    WINDOW = "a number of periods or a duration"
    NUMBER = "a number written out"
    FLAG = "something true or false"
    MANY = "figures"
    FLAGS = "conditions, or one set"
    ANY = "anything"
    DATE = "a date"


@dataclass(frozen=True, slots=True)
class Signature:
    """A function: its slots (`rest` repeats, `optional` of them may be left out), result, meaning, example, and what it
    gives where something that it takes is unknown."""

    slots: tuple[Slot, ...]
    result: Callable[[Sequence[Type]], Type]
    meaning: str
    example: str
    optional: int = 0
    rest: bool = False
    lacking: str = "Unknown."

    @property
    def least(self) -> int:
        """How many arguments it needs."""
        return len(self.slots) - self.optional

    def wanted(self) -> str:
        """'2 arguments', '1 or 2 arguments', 'at least 1 argument'."""
        if self.rest:
            return f"at least {self.least} argument{'s' if self.least > 1 else ''}"
        if self.optional:
            return f"{self.least} or {len(self.slots)} arguments"
        return f"{self.least} argument{'s' if self.least != 1 else ''}"


def _same(types: Sequence[Type]) -> Type:
    return types[0]


def _widest(types: Sequence[Type]) -> Type:
    series = next((t.series for t in types if t.series), None)
    figures = [t for t in types if t.kind is not Kind.DURATION]
    named = next((t for t in figures if t.kind is not Kind.ANY), types[0])
    return replace(named, series=series)


def _series_of(kind: Type) -> Callable[[Sequence[Type]], Type]:
    return lambda types: ANY if types[0].kind is Kind.ANY else replace(kind, series=types[0].series)


def _difference(types: Sequence[Type]) -> Type:
    """A change of percents is in points; anything else keeps its unit."""
    return replace(types[0], kind=Kind.POINTS) if types[0].kind is Kind.PERCENT else types[0]


def _yearly(types: Sequence[Type]) -> Type:
    """A flow becomes a flow per year; the series keeps its frequency."""
    return replace(types[0], per=Frequency.YEAR) if types[0].kind in (Kind.MONEY, Kind.COUNT) else types[0]


def _single(types: Sequence[Type]) -> Type:
    return types[0].single


def _fixed(kind: Type) -> Callable[[Sequence[Type]], Type]:
    return lambda types: kind


_F, _S, _W, _N = Slot.FIGURE, Slot.SERIES, Slot.WINDOW, Slot.NUMBER
_M, _P = Slot.MANY, Slot.MONEY_SERIES

SIGNATURES: dict[str, Signature] = {
    "abs": Signature((_F,), _same, "The figure without its sign.", "abs(-3) = 3", lacking="At least 0."),
    "min": Signature((_M,), _widest, "The smallest; of a series and a duration, within that window.", "min(3, 5) = 3", rest=True, lacking="At most the smallest that is known."),
    "max": Signature((_M,), _widest, "The largest; of a series and a duration, within that window.", "max(3, 5) = 5", rest=True, lacking="At least the largest that is known."),
    "sum": Signature((_M,), _widest, "All together; of a series and a duration, within that window.", "sum(3, 5) = 8", rest=True, lacking="Unknown; so is a window with a gap."),
    "average": Signature((_M,), _widest, "The mean; of a series and a duration, within that window.", "average(3, 5) = 4", rest=True, lacking="Unknown; so is a window with a gap."),
    "median": Signature((_M,), _widest, "The middle one; of an even number, the mean of the two in the middle.", "median(3, 5, 10) = 5", rest=True, lacking="What the known ones leave possible, else unknown."),
    "round": Signature((_F, _N), _same, "Rounded to so many decimals (none: to a whole number; a percent as it is written: 38.54% to 38.5%), halves away from zero.", "round(2.345, 1) = 2.3", optional=1),
    "floor": Signature((_F,), _same, "The whole number, or whole percent, at or below.", "floor(2.7) = 2"),
    "ceil": Signature((_F,), _same, "The whole number, or whole percent, at or above.", "ceil(2.1) = 3"),
    "sqrt": Signature((_F,), _series_of(NUMBER), "The square root; of a negative, unknown.", "sqrt(9) = 3"),
    "ln": Signature((_F,), _series_of(NUMBER), "The natural logarithm; of 0 or less, unknown.", "ln(1) = 0"),
    "exp": Signature((_F,), _series_of(NUMBER), "e to this power.", "exp(0) = 1"),
    "yoy": Signature((_S,), _series_of(PERCENT), "Growth on the same period a year earlier (where results come by halves: of the half); from a base of 0 or less it means nothing.", "yoy(revenue)", lacking="Unknown where either figure is, and in the first year of a series."),
    "qoq": Signature((_S,), _series_of(PERCENT), "Growth on the period before; from a base of 0 or less it means nothing.", "qoq(revenue)", lacking="Unknown where either figure is, and in the first period of a series."),
    "lag": Signature((_S, _N), _same, "The figure so many periods earlier.", "lag(revenue, 4)", lacking="Unknown where that figure is, and before the series begins."),
    "change": Signature((_S, _N), _difference, "The figure less the one so many periods earlier (1 where none is given).", "change(revenue, 4)", optional=1, lacking="Unknown where either figure is, and before the series begins."),
    "cagr": Signature((_S, _N), _series_of(PERCENT), "Growth a year, compounded over so many years.", "cagr(revenue, 3)", lacking="Unknown where either figure is, and in the first years of a series."),
    "ttm": Signature((_P,), _yearly, "The trailing year: a reported year that ends with the period, else the sum of the year's periods.", "ttm(revenue)", lacking="Unknown; so is a year with a gap."),
    "annualised": Signature((_P,), _yearly, "One period's figure times the periods of a year.", "annualised(revenue)"),
    "latest": Signature((_S,), _single, "The last figure that is known, however old; a single value.", "latest(revenue)", lacking="Passes over what is unknown; unknown where nothing is known."),
    "high": Signature((_S, _W), _same, "The highest within the window.", "high(price, 60 days)", lacking="At least the highest that is known; unknown where the window begins before the series."),
    "low": Signature((_S, _W), _same, "The lowest within the window.", "low(price, 60 days)", lacking="At most the lowest that is known; unknown where the window begins before the series."),
    "drawdown": Signature((_S, _W), _series_of(PERCENT), "How far below the highest of the window.", "drawdown(price, 60 days)", lacking="What is still possible, else unknown; unknown where the window begins before the series."),
    "volatility": Signature((_S, _W), _series_of(PERCENT), "Standard deviation of log returns within the window, a year's worth (252 days, 52 weeks, 12 months, 4 quarters).", "volatility(price, 60 days)", lacking="Unknown; so is a window with a gap, with bounds, or that begins before the series."),
    "trend": Signature((_S, _W), _difference, "Slope a period of the straight line of least squares through the window.", "trend(margin, 8 quarters)", lacking="Unknown; so is a window with a gap, or that begins before the series."),
    "streak": Signature((Slot.FLAG,), _series_of(COUNT), "For how many periods running, up to this one, it has held.", "streak(yoy(revenue) > 20%)", lacking="What is still possible; at least so many where it held when the series begins."),
    "count": Signature((Slot.FLAGS,), _fixed(COUNT), "How many are true; of a set, how many members it has.", "count(1 < 2, 2 < 1) = 1", rest=True, lacking="What is still possible, such as 1 to 2."),
    "any": Signature((Slot.FLAG,), _fixed(FLAG), "Whether one is true.", "any(1 < 2, 2 < 1)", rest=True, lacking="True where one is true all the same, else unknown."),
    "all": Signature((Slot.FLAG,), _fixed(FLAG), "Whether every one is true.", "all(1 < 2, 2 < 3)", rest=True, lacking="False where one is false all the same, else unknown."),
    "first_known": Signature((Slot.ANY,), _widest, "The first of these that is known.", "first_known(unknown, 3) = 3", rest=True, lacking="Passes over what is unknown; unknown where nothing is known."),
    "days_between": Signature((Slot.DATE, Slot.DATE), _fixed(COUNT), "Days from the first date to the second.", "days_between(2026-01-01, 2026-01-31) = 30"),
    "year": Signature((Slot.DATE,), _fixed(COUNT), "The calendar year of a date.", "year(2026-08-27) = 2026"),
}  # fmt: skip

WINDOWED = frozenset({"min", "max", "sum", "average", "median"})
"""Functions of many figures that also take one series and a duration."""

DISTRIBUTIONS: dict[str, tuple[int, str]] = {
    "normal": (2, "normal(35%, 6pp)"),
    "lognormal": (2, "lognormal(35%, 6pp)"),
    "uniform": (2, "uniform(10%, 20%)"),
    "triangular": (3, "triangular(0%, 3%, 10%)"),
    "beta": (2, "beta(2, 5)"),
    "discrete": (-2, "discrete(10%, 1, 20%, 3)"),
}
"""How many figures each takes (negative: pairs of value and weight) and how it is written."""
