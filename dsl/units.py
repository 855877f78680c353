"""Types, units, currencies and frequencies, and their algebra: what a figure is, never which.

In: types of operands. Out: the type of the result, or a refusal with its mend. Must not know names or places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Frequency(StrEnum):
    """How often a series has a figure."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def per_year(self) -> int:
        """How many of them make a year (252 trading days, 52 weeks)."""
        return {"day": 252, "week": 52, "month": 12, "quarter": 4, "year": 1}[self.value]


class Kind(StrEnum):
    """What a value is. RATIO is a number that came from like by like: it may stand beside percents or multiples."""

    NUMBER = "number"
    RATIO = "ratio"
    PERCENT = "percent"
    POINTS = "pp"
    MULTIPLE = "multiple"
    MONEY = "money"
    COUNT = "count"
    FLAG = "flag"
    DATE = "date"
    DURATION = "duration"
    TEXT = "text"
    CHOICE = "choice"
    SET = "set"
    PILLAR = "pillar"
    VERDICT = "verdict"
    ANY = "anything"


FIGURES = frozenset({Kind.NUMBER, Kind.RATIO, Kind.PERCENT, Kind.POINTS, Kind.MULTIPLE, Kind.MONEY, Kind.COUNT})
PLAIN = frozenset({Kind.NUMBER, Kind.RATIO, Kind.COUNT})
PERCENTS = frozenset({Kind.PERCENT, Kind.POINTS})


@dataclass(frozen=True, slots=True)
class Type:
    """A kind; for money the currency (None: the name's reporting currency) and the period it flows over;
    for a series its frequency; for a choice or set its options; for a verdict its outcomes."""

    kind: Kind
    currency: str | None = None
    per: Frequency | None = None
    series: Frequency | None = None
    options: tuple[str, ...] = ()

    @property
    def is_figure(self) -> bool:
        """A number of some unit (or not known to be anything else)."""
        return self.kind in FIGURES or self.kind is Kind.ANY

    @property
    def single(self) -> Type:
        """The type of one of its values."""
        return replace(self, series=None)

    def __str__(self) -> str:
        words = _NAMES.get(self.kind, self.kind.value)
        if self.kind in (Kind.CHOICE, Kind.SET) and self.options:
            words = f"{words} of ({', '.join(self.options)})"
        every = self.per or self.series
        if every is not None:
            words += f" per {every.value}"
        if self.currency:
            words += f" in {self.currency}"
        return words


_NAMES = {
    Kind.RATIO: "a number", Kind.NUMBER: "a number", Kind.PERCENT: "a percent", Kind.POINTS: "percentage points",
    Kind.MULTIPLE: "a multiple", Kind.MONEY: "money", Kind.COUNT: "a count", Kind.FLAG: "something true or false",
    Kind.DATE: "a date", Kind.DURATION: "a duration", Kind.TEXT: "a text", Kind.CHOICE: "a choice", Kind.SET: "a set",
    Kind.PILLAR: "a pillar", Kind.VERDICT: "a verdict", Kind.ANY: "something unknown",
}  # fmt: skip

ANY = Type(Kind.ANY)
FLAG = Type(Kind.FLAG)
NUMBER = Type(Kind.NUMBER)
RATIO = Type(Kind.RATIO)
COUNT = Type(Kind.COUNT)
PERCENT = Type(Kind.PERCENT)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why two types do not go together: a code of `messages.py` and the mend."""

    code: str
    mend: str = ""


def common_series(*types: Type) -> Frequency | Refusal | None:
    """The frequency of values that meet: a single value meets every series, two frequencies never meet."""
    found = {t.series for t in types if t.series is not None}
    if len(found) > 1:
        return Refusal("T065", "take one value of each with `latest(…)`")
    return next(iter(found), None)


def add(left: Type, right: Type, minus: bool) -> Type | Refusal:
    """The type of left + right (or left − right): like with like; a percent less a percent is in pp."""
    series = common_series(left, right)
    if isinstance(series, Refusal):
        return series
    result = _add_kinds(left, right, minus)
    return replace(result, series=series) if isinstance(result, Type) else result


def _add_kinds(left: Type, right: Type, minus: bool) -> Type | Refusal:
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        return left.single if b is Kind.ANY else right.single
    if a is Kind.MONEY and b is Kind.MONEY:
        return _same_money(left, right)
    if Kind.MONEY in (a, b):
        other = b if a is Kind.MONEY else a
        if other in PERCENTS:
            return Refusal("T060", "to grow money by a percent write `money * (1 + percent)`")
        return Refusal("T060", "write the figure with its currency, such as `5bn USD`")
    if a in PERCENTS and b in PERCENTS:
        both_percent = a is Kind.PERCENT and b is Kind.PERCENT
        points = (both_percent and minus) or (a is Kind.POINTS and b is Kind.POINTS)
        return Type(Kind.POINTS if points else Kind.PERCENT)
    if a in PERCENTS or b in PERCENTS:
        other = b if a in PERCENTS else a
        if other is Kind.RATIO:
            return PERCENT
        if other in PLAIN:
            return NUMBER  # 1 + growth
        return Refusal("T060", "bring both to one unit")
    if Kind.MULTIPLE in (a, b):
        other = b if a is Kind.MULTIPLE else a
        if other in (Kind.MULTIPLE, Kind.RATIO):
            return Type(Kind.MULTIPLE)
        return Refusal("T060", "write the figure as a multiple, such as `5x`")
    if a in PLAIN and b in PLAIN:
        return Type(a if a is b else Kind.NUMBER)
    return Refusal("T060", "only figures of one unit can be added")


def _same_money(left: Type, right: Type) -> Type | Refusal:
    if left.currency and right.currency and left.currency != right.currency:
        return Refusal("T061")
    if left.per is not right.per and left.per is not None and right.per is not None:
        return Refusal("T065", "bring both to a year with `ttm(…)` or `annualised(…)`")
    currency = left.currency if left.currency == right.currency else None
    return Type(Kind.MONEY, currency, left.per or right.per)


def multiply(left: Type, right: Type) -> Type | Refusal:
    """The type of left × right: money by a number, a percent or a multiple is money; money by money is refused."""
    series = common_series(left, right)
    if isinstance(series, Refusal):
        return series
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        money = next((t for t in (left, right) if t.kind is Kind.MONEY), ANY)  # by a percent it might be anything
        return replace(money, series=series)
    if a is Kind.MONEY and b is Kind.MONEY:
        return Refusal("T060", "multiply money by a number or a percent")
    for kind in (Kind.MONEY, Kind.MULTIPLE, Kind.POINTS, Kind.PERCENT, Kind.RATIO, Kind.NUMBER):
        if kind in (a, b):
            carrier = left if a is kind else right
            other = b if a is kind else a
            if kind is Kind.RATIO and other in PLAIN:
                return Type(Kind.RATIO if other is Kind.RATIO else Kind.NUMBER, series=series)
            if kind is Kind.POINTS and other is Kind.PERCENT:
                return Type(Kind.PERCENT, series=series)
            return replace(carrier, series=series)
    return Type(Kind.COUNT if a is b is Kind.COUNT else Kind.NUMBER, series=series)


def divide(left: Type, right: Type) -> Type | Refusal:
    """The type of left ÷ right: like by like is a plain ratio; money by a number is money."""
    series = common_series(left, right)
    if isinstance(series, Refusal):
        return series
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        return replace(ANY, series=series)
    if a is Kind.MONEY and b is Kind.MONEY:
        same = _same_money(left, right)
        return same if isinstance(same, Refusal) else replace(RATIO, series=series)
    if b is Kind.MONEY:
        return Type(Kind.NUMBER, series=series)
    if a is Kind.MONEY:
        return replace(left, series=series)
    if a is b or (a in PERCENTS and b in PERCENTS):
        return Type(Kind.NUMBER if a is Kind.NUMBER else Kind.RATIO, series=series)
    if b in PLAIN:
        return Type(Kind.NUMBER if a in PLAIN else a, series=series)
    return Type(Kind.NUMBER, series=series)


def power(base: Type, exponent: Type) -> Type | Refusal:
    """The type of base ^ exponent: a plain number; money and dates have no powers."""
    series = common_series(base, exponent)
    if isinstance(series, Refusal):
        return series
    if base.kind is Kind.MONEY or exponent.kind not in PLAIN | {Kind.ANY}:
        return Refusal("T060", "only plain numbers have powers")
    return Type(Kind.NUMBER, series=series)


def compare(left: Type, right: Type) -> Frequency | Refusal | None:
    """The frequency at which two types can be compared, or why they cannot."""
    series = common_series(left, right)
    if isinstance(series, Refusal):
        return series
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        return series
    if a is Kind.MONEY and b is Kind.MONEY:
        same = _same_money(left, right)
        return same if isinstance(same, Refusal) else series
    families = (PERCENTS | {Kind.RATIO}, PLAIN, {Kind.MULTIPLE, Kind.RATIO}, {Kind.DATE})
    if any(a in family and b in family for family in families):
        return series
    pair = {a, b}
    if pair & PERCENTS and pair & PLAIN:
        return Refusal("T062", "write the figure as a percent, such as `38%`")
    if Kind.MULTIPLE in pair and pair & PLAIN:
        return Refusal("T062", "write the figure as a multiple, such as `22x`")
    if Kind.MONEY in pair:
        return Refusal("T062", "write the figure with its currency, such as `5bn USD`, or divide money by money first")
    if Kind.DURATION in pair:
        return Refusal("T062", "write how many as a plain figure, such as `60`")
    if Kind.PILLAR in pair:
        return Refusal("T062", "ask for its status: `… is supported`")
    if pair & {Kind.TEXT, Kind.CHOICE, Kind.VERDICT, Kind.FLAG, Kind.SET}:
        return Refusal("T062", "words are asked for with `is`, members of a set with `includes`")
    return Refusal("T062", "compare like with like")


def window_in(series: Frequency, count: int, unit: Frequency) -> tuple[int, Frequency] | None:
    """A duration in periods of a series; a daily series keeps it, since a calendar decides how many days it is."""
    if series is Frequency.DAY or unit is series:
        return count, unit
    months = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}
    if series in months and unit in months and (count * months[unit]) % months[series] == 0:
        return count * months[unit] // months[series], series
    if series is Frequency.WEEK and unit is Frequency.YEAR:
        return count * 52, series
    return None
