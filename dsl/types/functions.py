"""The one table of functions: what each is called, takes, gives and means, and how it looks at time.

In: nothing. Out: `FUNCTIONS`, one row a function. Must not know values, expressions or places.

Everything that is keyed by a function follows from its row: how a call is checked (`dsl/lowering/calls.py`), how far
back it looks (`dsl/program/calls.py`), how it is run (`evaluator/engine/functions/`, where the figure itself is made),
what a proof may take for granted, which examples are tried, the row of docs/language.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

from dsl.text.record import record
from dsl.types.units import ANY, COUNT, FLAG, NUMBER, PERCENT, RATIO, Frequency, Kind, Type


class Slot(StrEnum):
    """What an argument must be, in the words of the reference."""

    FIGURE = "a figure"
    SERIES = "a series"
    MONEY_SERIES = "a flow per week, month, quarter or year"
    WINDOW = "a number of periods or a duration"
    PERIODS = "a number of periods"
    YEARS = "a number of years"
    DECIMALS = "a number of decimals"
    MONTHS = "a number of months"
    FLAG = "something true or false"
    MANY = "figures"
    FLAGS = "conditions, or one set"
    ANY = "anything"
    DATE = "a date"
    PATH = "a forecast"
    STEP = "a step"
    RATE = "a rate for each step"
    VALUATION = "a valuation"
    OF_SEGMENTS = "an amount of each segment"
    EXPECTED = "a name that comes per month, quarter or year"
    EXPECTED_FLOW = "a flow per month, quarter or year, by its name"


@record
class Written:
    """A number that must be written out: what it counts, how small and how large it may be, what it is if left out."""

    what: str
    least: int
    most: int
    default: int


WRITTEN: dict[Slot, Written] = {
    Slot.PERIODS: Written("periods", 1, 10_000, 1),
    Slot.YEARS: Written("years", 1, 10_000, 1),
    Slot.DECIMALS: Written("decimals", -15, 15, 0),
    Slot.MONTHS: Written("months", -1_200, 1_200, 0),
    Slot.STEP: Written("steps", 0, 100, 0),
}
"""The slots whose argument is a number of the text, not a figure that is calculated."""


class Shape(StrEnum):
    """How a function meets its arguments. What is done around it (periods, windows, gaps, short histories, what is the
    same in every period) is written once for each shape."""

    EACH = "each period alone"
    LOGIC = "conditions of each period alone"
    REDUCE = "several figures, or one series within a window"
    WINDOW = "one series within a window"
    BACK = "a period and an earlier one"
    SHIFT = "an earlier period, with all that is known of it"
    YEAR = "the periods of a year"
    LAST = "the series up to the newest"
    RUN = "a condition, period after period"
    PATH = "the steps of a forecast"
    READ = "figures as they are read today"
    WORLDS = "a figure in each scenario"
    SEGMENTS = "a figure of each segment of a company"
    AHEAD = "a period to come"
    YEAR_AHEAD = "the year to come"
    RELEASE = "a period's figure, and what was expected of it"


EXPECTING = (Shape.AHEAD, Shape.YEAR_AHEAD, Shape.RELEASE)
"""What looks at expectations: one value, of the day on which it is asked for."""


class Back(StrEnum):
    """Which earlier period `BACK` and `SHIFT` look at."""

    PERIOD = "the one before"
    PERIODS = "so many periods before, as written"
    YEAR = "the same a year before"
    YEARS = "so many years before, as written"


class Flat(StrEnum):
    """What a function that looks back gives of what is the same in every period."""

    ITSELF = "that figure"
    NOTHING = "0, as there is no change"
    TIMES = "that figure times the number of periods"
    ALIKE = "what it gives of figures that are all alike"


@record
class Function:
    """A function: its slots (`rest` repeats, `optional` of them may be left out), the type of the result, its meaning,
    an example, and what it gives where something is `missing`.

    `back`, `flat`: for those that look back. `positive`: measured from a figure that must be above 0, else there is no
    such number. `least`: no result is below it. `exact`: from figures that are exact or missing
    comes one number or none, never bounds. `plain_only`: it refuses money. `operator`: the word that says the same
    of conditions. `asks_known`: what it gives depends on what is known, so that more knowledge may turn it. `leaves_out`: figures of
    its window that are not meaningful are left out, which an explanation says.
    """

    name: str
    shape: Shape
    slots: tuple[Slot, ...]
    result: Callable[[Sequence[Type]], Type]
    meaning: str
    example: str
    missing: str = "Unknown."
    optional: int = 0
    rest: bool = False
    back: Back | None = None
    flat: Flat = Flat.ITSELF
    positive: bool = False
    least: float | None = None
    exact: bool = False
    plain_only: bool = False
    operator: str = ""
    asks_known: bool = False
    leaves_out: bool = False

    @property
    def fewest(self) -> int:
        """How many arguments it needs."""
        return len(self.slots) - self.optional

    def wanted(self) -> str:
        """'2 arguments', '1 or 2 arguments', 'at least 1 argument'."""
        if self.rest:
            return f"at least {self.fewest} argument{'s' if self.fewest > 1 else ''}"
        if self.optional:
            return f"{self.fewest} or {len(self.slots)} arguments"
        return f"{self.fewest} argument{'s' if self.fewest != 1 else ''}"

    def takes(self) -> str:
        """What it takes, in words: 'a series, a number of periods (the last may be left out)'."""
        more = ", …" if self.rest else " (the last may be left out)" if self.optional else ""
        return ", ".join(str(slot) for slot in self.slots) + more

    def slot(self, at: int) -> Slot:
        """What the argument at a place must be (from 0)."""
        return self.slots[min(at, len(self.slots) - 1)]

    @property
    def keeps_unit(self) -> bool:
        """Whether the result is a figure of the same unit, so that a ratio stays one."""
        return self.result([RATIO]).kind is Kind.RATIO

    @property
    def counts(self) -> bool:
        """Whether it counts conditions, or the members of a set."""
        return Slot.FLAGS in self.slots

    @property
    def compares_with_past(self) -> bool:
        """Whether it compares a name with its own past, so that one figure for every period tells nothing."""
        past = self.shape not in EXPECTING
        return past and (self.shape in (Shape.SHIFT, Shape.RUN) or self.flat in (Flat.NOTHING, Flat.ALIKE))


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


def _together(types: Sequence[Type]) -> Type:
    """Several flows are an amount, which flows in no period."""
    return replace(types[0], per=None) if types[0].kind in (Kind.MONEY, Kind.COUNT) else types[0]


def _single_year(types: Sequence[Type]) -> Type:
    return _yearly(types).single


def _surprise(types: Sequence[Type]) -> Type:
    """Relative; of percents the difference, in points."""
    return Type(Kind.POINTS) if types[0].kind is Kind.PERCENT else ANY if types[0].kind is Kind.ANY else PERCENT


def _fixed(kind: Type) -> Callable[[Sequence[Type]], Type]:
    return lambda types: kind


_F, _S, _W, _N = Slot.FIGURE, Slot.SERIES, Slot.WINDOW, Slot.PERIODS
_M, _P = Slot.MANY, Slot.MONEY_SERIES

_ROWS = (
    Function("abs", Shape.EACH, (_F,), _same, "The figure without its sign.", "abs(-3) = 3", missing="At least 0."),
    Function("min", Shape.REDUCE, (_M,), _widest, "The smallest; of a series and a duration, within that window.", "min(3, 5) = 3", rest=True, missing="At most the smallest that is known."),
    Function("max", Shape.REDUCE, (_M,), _widest, "The largest; of a series and a duration, within that window.", "max(3, 5) = 5", rest=True, missing="At least the largest that is known."),
    Function("sum", Shape.REDUCE, (_M,), _widest, "All together; of a series and a duration, within that window.", "sum(3, 5) = 8", rest=True, missing="Unknown; so is a window with a gap.", flat=Flat.TIMES, exact=True),
    Function("average", Shape.REDUCE, (_M,), _widest, "The mean; of a series and a duration, within that window.", "average(3, 5) = 4", rest=True, missing="Unknown; so is a window with a gap.", exact=True),
    Function("median", Shape.REDUCE, (_M,), _widest, "The middle one; of an even number, the mean of the two in the middle.", "median(3, 5, 10) = 5", rest=True, missing="What the known ones leave possible, else unknown."),
    Function("round", Shape.EACH, (_F, Slot.DECIMALS), _same, "Rounded to so many decimals (none: to a whole number; a percent as it is written: 38.54% to 38.5%), halves away from zero; below 0, to so many places before the point: `round(x, -3)` to thousands.", "round(2.345, 1) = 2.3", optional=1),
    Function("floor", Shape.EACH, (_F,), _same, "The whole number, or whole percent, at or below.", "floor(2.7) = 2"),
    Function("ceil", Shape.EACH, (_F,), _same, "The whole number, or whole percent, at or above.", "ceil(2.1) = 3"),
    Function("sqrt", Shape.EACH, (_F,), _series_of(NUMBER), "The square root; of a negative, unknown.", "sqrt(9) = 3", plain_only=True),
    Function("ln", Shape.EACH, (_F,), _series_of(NUMBER), "The natural logarithm; of 0 or less, unknown.", "ln(1) = 0"),
    Function("exp", Shape.EACH, (_F,), _series_of(NUMBER), "e to this power.", "exp(0) = 1", plain_only=True),
    Function("yoy", Shape.BACK, (_S,), _series_of(PERCENT), "Growth on the same period a year earlier (where results come by halves: of the half); from a base of 0 or less it means nothing.", "yoy(revenue)", missing="Unknown where either figure is, and in the first year of a series.", back=Back.YEAR, flat=Flat.NOTHING, positive=True, exact=True),
    Function("qoq", Shape.BACK, (_S,), _series_of(PERCENT), "Growth on the period before; from a base of 0 or less it means nothing.", "qoq(revenue)", missing="Unknown where either figure is, and in the first period of a series.", back=Back.PERIOD, flat=Flat.NOTHING, positive=True, exact=True),
    Function("lag", Shape.SHIFT, (_S, _N), _same, "The figure so many periods earlier.", "lag(revenue, 4)", missing="Unknown where that figure is, and before the series begins.", back=Back.PERIODS, exact=True),
    Function("change", Shape.BACK, (_S, _N), _difference, "The figure less the one so many periods earlier (1 where none is given).", "change(revenue, 4)", optional=1, missing="Unknown where either figure is, and before the series begins.", back=Back.PERIODS, flat=Flat.NOTHING, exact=True),
    Function("cagr", Shape.BACK, (_S, Slot.YEARS), _series_of(PERCENT), "Growth a year, compounded over so many years.", "cagr(revenue, 3)", missing="Unknown where either figure is, and in the first years of a series.", back=Back.YEARS, flat=Flat.NOTHING, positive=True, exact=True),
    Function("ttm", Shape.YEAR, (_P,), _yearly, "The trailing year: a reported year that ends with the period, else the sum of the year's periods.", "ttm(revenue)", missing="Unknown; so is a year with a gap.", flat=Flat.TIMES, exact=True),
    Function("annualised", Shape.EACH, (_P,), _yearly, "One period's figure times the periods of a year.", "annualised(revenue)"),
    Function("latest", Shape.LAST, (_S,), _single, "The last figure that is known, however old; a single value.", "latest(revenue)", missing="Passes over what is unknown; unknown where nothing is known.", exact=True),
    Function("ahead", Shape.AHEAD, (Slot.EXPECTED, _N), _single, "What is expected of the period so many after the latest reported one: the newest estimate or guidance that is known; a single value.", "ahead(eps, 1)", missing="Unknown where nobody has said anything of that period.", exact=True),
    Function("ntm", Shape.YEAR_AHEAD, (Slot.EXPECTED_FLOW,), _single_year, "The next twelve months: the expected periods of a year after the latest reported one; where years alone are expected, the fiscal year that runs and the next one, each by its share of the days to come; a single value.", "ntm(revenue)", missing="Unknown; so is a year with a gap.", flat=Flat.TIMES, exact=True),
    Function("surprise", Shape.RELEASE, (Slot.EXPECTED,), _surprise, "How far the latest reported period, as it was first reported, was from what was expected on the day before: of what was expected without its sign, so that more than expected is above 0; of a percent in points; a single value.", "surprise(eps)", missing="Unknown where either is; not meaningful where 0 was expected.", flat=Flat.NOTHING, exact=True),
    Function("high", Shape.WINDOW, (_S, _W), _same, "The highest within the window.", "high(price, 60 days)", missing="At least the highest that is known; unknown where the window begins before the series."),
    Function("low", Shape.WINDOW, (_S, _W), _same, "The lowest within the window.", "low(price, 60 days)", missing="At most the lowest that is known; unknown where the window begins before the series."),
    Function("drawdown", Shape.WINDOW, (_S, _W), _series_of(PERCENT), "How far below the highest of the window.", "drawdown(price, 60 days)", missing="What is still possible, else unknown; unknown where the window begins before the series.", flat=Flat.NOTHING, positive=True, least=0.0),
    Function("volatility", Shape.WINDOW, (_S, _W), _series_of(PERCENT), "Standard deviation of log returns within the window, a year's worth (252 days, 52 weeks, 12 months, 4 quarters).", "volatility(price, 60 days)", missing="Unknown; so is a window with a gap, with bounds, or that begins before the series.", flat=Flat.NOTHING, positive=True, least=0.0, exact=True),
    Function("stdev", Shape.WINDOW, (_S, _W), _same, "Standard deviation of the figures within the window: of a sample, so divided by one less than there are, as STDEV of spreadsheets and std of pandas do.", "stdev(margin, 8 quarters)", missing="Unknown; so is a window with a gap, with fewer than two figures, or that begins before the series.", flat=Flat.NOTHING, least=0.0, exact=True),
    Function("percentile", Shape.WINDOW, (_S, _W), _series_of(PERCENT), "Where the figure stands among all of its window, itself one of them: the share of figures at or below it, of equal ones the middle, as `rank(pct=True)` of pandas. What is not meaningful is left out; of fewer than two there is none.", "percentile(price, 5 years)", missing="What is still possible; unknown where the window begins before the series.", flat=Flat.ALIKE, least=0.0, leaves_out=True),
    Function("trend", Shape.WINDOW, (_S, _W), _difference, "Slope a period of the straight line of least squares through the window.", "trend(margin, 8 quarters)", missing="Unknown; so is a window with a gap, or that begins before the series.", flat=Flat.NOTHING, exact=True),
    Function("streak", Shape.RUN, (Slot.FLAG,), _series_of(COUNT), "For how many periods running, up to this one, it has held.", "streak(yoy(revenue) > 20%)", missing="What is still possible; at least so many where it held when the series begins."),
    Function("count", Shape.LOGIC, (Slot.FLAGS,), _fixed(COUNT), "How many are true; of a set, how many members it has.", "count(1 < 2, 2 < 1) = 1", rest=True, missing="What is still possible, such as 1 to 2."),
    Function("any", Shape.LOGIC, (Slot.FLAG,), _fixed(FLAG), "Whether one is true.", "any(1 < 2, 2 < 1)", rest=True, missing="True where one is true all the same, else unknown.", operator="or"),
    Function("all", Shape.LOGIC, (Slot.FLAG,), _fixed(FLAG), "Whether every one is true.", "all(1 < 2, 2 < 3)", rest=True, missing="False where one is false all the same, else unknown.", operator="and"),
    Function("first_known", Shape.EACH, (Slot.ANY,), _widest, "The first of these that is known.", "first_known(unknown, 3) = 3", rest=True, missing="Passes over what is unknown; unknown where nothing is known.", asks_known=True),
    Function("at", Shape.PATH, (Slot.PATH, Slot.STEP), _same, "The figure of a forecast at a step; at 0 the one that it starts from.", "at(revenue_ahead, 1)"),
    Function("total", Shape.PATH, (Slot.PATH,), _together, "All steps of a forecast together, from the first on; what it starts from is no step.", "total(revenue_ahead)", missing="Unknown where a step is."),
    Function("npv", Shape.PATH, (Slot.PATH, Slot.RATE), _together, "The steps of a forecast at their present value, as NPV of spreadsheets has it: the first discounted once, what it starts from left out. The rate is that of one step. At −100% or less it means nothing.", "npv(revenue_ahead, 9%)", missing="Unknown where a step is, or the rate."),
    Function("upside", Shape.READ, (Slot.VALUATION,), _fixed(PERCENT), "The value of a valuation less its price, of that price, both as they are read today.", "upside(fair_value)", missing="Unknown where value or price is."),
    Function("margin_of_safety", Shape.READ, (Slot.VALUATION,), _fixed(PERCENT), "How far the price lies below the value of a valuation, of that value; of a value of 0 or less it means nothing.", "margin_of_safety(fair_value)", missing="Unknown where value or price is."),
    Function("expected", Shape.WORLDS, (Slot.FIGURE,), _single, "The figure over all scenarios, weighted by their probabilities; what these leave to 100% counts as today's world.", "expected(revenue)", missing="What is still possible of each world, by its weight; where a probability is unknown, between the lowest and the highest of all."),
    Function("sum over segments", Shape.SEGMENTS, (Slot.OF_SEGMENTS,), _single, "The amount for each segment of the company, as it is read today, all together; an input that is declared `by segment` stands in it for the segment's own figure. A segment counts from the day on which a first fact of it is known.", "sum over segments(profit * multiple_of)", missing="Unknown where it is of one segment, and where no segment is known."),
    Function("days_between", Shape.EACH, (Slot.DATE, Slot.DATE), _fixed(COUNT), "Days from the first date to the second.", "days_between(2026-01-01, 2026-01-31) = 30"),
    Function("months_between", Shape.EACH, (Slot.DATE, Slot.DATE), _fixed(COUNT), "Whole months from the first date to the second, below 0 where it comes first: so many as `add_months` may add without passing it.", "months_between(2026-01-31, 2026-03-30) = 1"),
    Function("add_months", Shape.EACH, (Slot.DATE, Slot.MONTHS), _fixed(Type(Kind.DATE)), "The date so many months later (below 0: earlier); where that month has no such day, its last day.", "add_months(2026-01-31, 1)"),
    Function("year", Shape.EACH, (Slot.DATE,), _fixed(COUNT), "The calendar year of a date.", "year(2026-08-27) = 2026"),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}
"""Every function by its name, in the order of the reference."""

DISTRIBUTIONS: dict[str, tuple[int, str]] = {
    "normal": (2, "normal(35%, 6pp)"),
    "lognormal": (2, "lognormal(3, 0.2)"),
    "uniform": (2, "uniform(10%, 20%)"),
    "triangular": (3, "triangular(0%, 3%, 10%)"),
    "beta": (2, "beta(2, 5)"),
    "discrete": (-2, "discrete(10%, 1, 20%, 3)"),
    "mixture": (-2, "mixture(normal(30%, 6pp), 70%, normal(10%, 4pp), 30%)"),
}
"""How many figures each takes (negative: pairs of a value, or a distribution, and its weight) and how it is written."""
INTERVAL = "to"
"""What the distribution of `5% to 10%` is called."""
PASTS = ("history", "changes")
"""What may be drawn from the past: `from history`, `from changes`."""
