"""Types, units, currencies and frequencies, and their algebra: what a figure is, never which.

In: types of operands. Out: the type of the result, or a refusal with its mend. Must not know names or places.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum

from dsl.text.record import record


class Frequency(StrEnum):
    """How often a series has a figure."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def per_year(self) -> int:
        """How many of them make a year (252 trading days, 52 weeks)."""
        return {"day": 252, "week": 52, "month": 12, "quarter": 4, "half": 2, "year": 1}[self.value]


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
_DECLARABLE = FIGURES | {Kind.FLAG, Kind.DATE, Kind.TEXT, Kind.CHOICE, Kind.SET}
PLAIN = frozenset({Kind.NUMBER, Kind.RATIO, Kind.COUNT})
PERCENTS = frozenset({Kind.PERCENT, Kind.POINTS})


@record
class Type:
    """A kind; for money the currency (None: the name's reporting currency) and the period it flows over;
    for a series its frequency; for a choice or set its options; for a verdict its outcomes."""

    kind: Kind
    currency: str | None = None
    per: Frequency | None = None
    series: Frequency | None = None
    options: tuple[str, ...] = ()
    balance: bool = field(default=False, compare=False)
    """Whether an input stands at the end of its period (debt, cash, shares); any other flows in it or is measured over
    it. In a formula the two go together as they are."""

    share: bool = field(default=False, compare=False)
    """Whether an input is an amount per share: over a longer time the shares are others, so that it is no sum of its parts."""

    @property
    def is_figure(self) -> bool:
        """A number of some unit (or not known to be anything else)."""
        return self.kind in FIGURES or self.kind is Kind.ANY

    @property
    def is_flow(self) -> bool:
        """Money or a count that flows over its period, so that figures of longer periods are sums of those of shorter ones."""
        months = self.series in (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)
        own = self.per is self.series if self.kind is Kind.MONEY else self.per in (None, self.series)
        return self.is_sum and months and own

    @property
    def is_sum(self) -> bool:
        """A figure that may be given for a longer interval than the series' own period: money or a count, no balance and
        nothing per share."""
        return self.kind in (Kind.MONEY, Kind.COUNT) and not (self.balance or self.share)

    @property
    def single(self) -> Type:
        """The type of one of its values."""
        return self if self.series is None else replace(self, series=None)

    @property
    def written(self) -> str:
        """As a declaration writes it; '' for what none declares."""
        if self.kind not in _DECLARABLE or self.kind in (Kind.CHOICE, Kind.SET):
            return ""
        every = self.per or self.series
        word = "number" if self.kind is Kind.RATIO else "percent" if self.kind is Kind.POINTS else self.kind.value
        per = (" per share" if self.share else "") + (f" per {every.value}" if every else "")
        return word + (f" in {self.currency}" if self.currency else "") + per

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
FLAGS: dict[Frequency | None, Type] = {None: FLAG, **{f: Type(Kind.FLAG, series=f) for f in Frequency}}
"""Something true or false, once or for each period."""
NUMBER = Type(Kind.NUMBER)
RATIO = Type(Kind.RATIO)
COUNT = Type(Kind.COUNT)
PERCENT = Type(Kind.PERCENT)


@record
class Refusal:
    """Why two types do not go together: a code of `messages.py` and the mend."""

    code: str
    mend: str = ""


def common_series(*types: Type) -> Frequency | Refusal | None:
    """The frequency of values that meet: a single value meets every series, two frequencies never meet."""
    found = {t.series for t in types if t.series is not None}
    if len(found) > 1:
        if found & {Frequency.DAY, Frequency.WEEK}:
            return Refusal("T076", "take one value of the finer one with `latest(…)`")
        return Refusal("T065", "take one value of each with `latest(…)`")
    return next(iter(found), None)


def _in_series(result: Type | Refusal, left: Type, right: Type) -> Type | Refusal:
    """A result period by period. What two things are is said before how often they come."""
    if isinstance(result, Refusal):
        return result
    series = _series_of(left, right)
    if isinstance(series, Refusal):
        return series
    return result if result.series is series else replace(result, series=series)


def _series_of(left: Type, right: Type) -> Frequency | Refusal | None:
    """The frequency of two, without a set where they agree: it is asked for each operator of a file."""
    if right.series is None or left.series is right.series:
        return left.series
    return right.series if left.series is None else common_series(left, right)


def add(left: Type, right: Type, minus: bool) -> Type | Refusal:
    """The type of left + right (or left − right): like with like; a percent less a percent is in pp."""
    return _in_series(_add_kinds(left, right, minus), left, right)


def _add_kinds(left: Type, right: Type, minus: bool) -> Type | Refusal:
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        known = left if b is Kind.ANY else right
        if known.kind is Kind.MONEY:
            return Type(Kind.MONEY)  # of which currency and period the other would say
        return ANY if known.kind in PERCENTS else known.single  # 1 + growth is no percent
    if a is Kind.MONEY and b is Kind.MONEY:
        return _same_money(left, right)
    if a in PERCENTS and b in PERCENTS:
        both_percent = a is Kind.PERCENT and b is Kind.PERCENT
        points = (both_percent and minus) or (a is Kind.POINTS and b is Kind.POINTS)
        return Type(Kind.POINTS if points else Kind.PERCENT)
    if a is b is Kind.COUNT:
        return _same_count(left, right)
    pair = {a, b}
    if pair & PERCENTS and pair <= PERCENTS | {Kind.RATIO}:
        return PERCENT
    if pair & PERCENTS and Kind.NUMBER in pair:
        return NUMBER  # 1 + growth
    if Kind.MULTIPLE in pair and pair <= {Kind.MULTIPLE, Kind.RATIO}:
        return Type(Kind.MULTIPLE)
    if pair <= PLAIN:
        return Type(a if a is b else Kind.NUMBER)
    return _unlike(pair)


def _unlike(pair: set[Kind]) -> Refusal:
    """Why two figures of different kinds are neither added nor compared."""
    if pair & {Kind.MONEY, Kind.COUNT} and pair & PERCENTS:
        return Refusal("T069", "to grow a figure by a percent write `figure * (1 + percent)`")
    if Kind.MONEY in pair and pair & PLAIN:
        return Refusal("T074", "write the figure with its currency, such as `5bn USD`")
    if pair & PERCENTS and pair & PLAIN:
        return Refusal("T071", "write the figure as a percent, such as `38%`")
    if Kind.MULTIPLE in pair and pair & PLAIN:
        return Refusal("T072", "write the figure as a multiple, such as `22x`")
    if Kind.MULTIPLE in pair and pair & PERCENTS:
        return Refusal("T073", "compare a multiple with a multiple, such as `22x`, and a percent with a percent")
    return Refusal("T060", "only figures of one unit go together: divide money by money first")


def _same_money(left: Type, right: Type) -> Type | Refusal:
    if left.currency and right.currency and left.currency != right.currency:
        return Refusal("T061", "declare both in one currency, or bring one over with a rate of your own")
    if left.per is not right.per and left.per is not None and right.per is not None:
        return Refusal("T070", "annualise with ttm(): bring both to a year with `ttm(…)` or `annualised(…)`")
    currency = left.currency if left.currency == right.currency else None
    return Type(Kind.MONEY, currency, left.per or right.per)


def _same_count(left: Type, right: Type) -> Type | Refusal:
    """A trailing year's count beside one of each period; a count of no said period goes with both."""
    for one, other in ((left, right), (right, left)):
        if one.per is Frequency.YEAR and other.per is None and other.series not in (None, Frequency.YEAR):
            return Refusal("T070", "annualise with ttm(): bring both to a year with `ttm(…)` or `annualised(…)`")
    return Type(Kind.COUNT, per=left.per or right.per)


def multiply(left: Type, right: Type) -> Type | Refusal:
    """The type of left × right: money by a number, a percent or a multiple is money; money by money is refused."""
    return _in_series(_multiply_kinds(left, right), left, right)


_CARRIERS = (Kind.MONEY, Kind.MULTIPLE, Kind.COUNT, Kind.POINTS, Kind.PERCENT, Kind.RATIO, Kind.NUMBER)
"""Whose unit a product has, the first that is there: 10% of 50 customers is customers."""


def _multiply_kinds(left: Type, right: Type) -> Type | Refusal:
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        return next((t for t in (left, right) if t.kind is Kind.MONEY), ANY)  # by a percent it might be anything
    if a is Kind.MONEY and b is Kind.MONEY:
        return Refusal("T060", "multiply money by a number or a percent")
    if a is b is Kind.COUNT:
        return Type(Kind.COUNT, per=left.per if left.per is right.per else None)
    kind = next(k for k in _CARRIERS if k in (a, b))
    carrier, other = (left, b) if a is kind else (right, a)
    if kind is Kind.COUNT and other in PLAIN and other is not Kind.COUNT:
        return NUMBER  # 2.5 times a count need not be whole
    if kind is Kind.RATIO and other is Kind.NUMBER:
        return NUMBER
    if kind is Kind.POINTS and other is Kind.PERCENT:
        return PERCENT
    return carrier


def divide(left: Type, right: Type) -> Type | Refusal:
    """The type of left ÷ right: like by like is a plain ratio; money by a number is money."""
    return _in_series(_divide_kinds(left, right), left, right)


def _divide_kinds(left: Type, right: Type) -> Type | Refusal:
    a, b = left.kind, right.kind
    if Kind.ANY in (a, b):
        return ANY
    if a is Kind.MONEY and b is Kind.MONEY:
        same = _same_money(left, right)
        return same if isinstance(same, Refusal) else RATIO
    if b is Kind.MONEY:
        return NUMBER
    if a is Kind.MONEY:
        return left
    if a is b or (a in PERCENTS and b in PERCENTS):
        return NUMBER if a is Kind.NUMBER else RATIO
    if a in PLAIN and b is Kind.MULTIPLE:
        return RATIO  # 1 / pe is the yield, and a yield is a percent
    if b in PLAIN:
        return NUMBER if a in PLAIN else left
    if a is Kind.COUNT and b in PERCENTS:
        return left  # 50 customers, a tenth of all: 500 customers
    return NUMBER


def power(base: Type, exponent: Type) -> Type | Refusal:
    """The type of base ^ exponent: a plain number; money and dates have no powers."""
    if base.kind is Kind.MONEY or exponent.kind not in PLAIN | {Kind.ANY}:
        return Refusal("T060", "only plain numbers have powers")
    return _in_series(NUMBER, base, exponent)


def either(left: Type, right: Type) -> Type | Refusal:
    """The type of one of two, of which nobody knows which it will be: both must be of one kind and unit. A plain ratio goes
    with percents and multiples, percents with points, counts with numbers; choices with all words of both."""
    a, b = left.kind, right.kind
    if a is Kind.MONEY and b is Kind.MONEY:
        return _same_money(left, right)
    if a is b is Kind.COUNT:
        return _same_count(left, right)
    if a is b and a in (Kind.CHOICE, Kind.SET):
        return replace(left.single, options=tuple(dict.fromkeys((*left.options, *right.options))))
    if a is b:
        return left.single
    pair = {a, b}
    if pair <= PERCENTS | {Kind.RATIO}:
        return PERCENT if Kind.PERCENT in pair else Type(Kind.POINTS)
    if pair <= PLAIN:
        return NUMBER
    if pair == {Kind.MULTIPLE, Kind.RATIO}:
        return Type(Kind.MULTIPLE)
    if pair <= FIGURES:
        refusal = _unlike(pair)
        return Refusal("T060", "give both in one unit") if refusal.code in ("T060", "T069") else refusal
    return Refusal("T060", "give both of one kind")


_FAMILIES = (PERCENTS | {Kind.RATIO}, PLAIN, frozenset({Kind.MULTIPLE, Kind.RATIO}), frozenset({Kind.DATE}))
"""Kinds that are compared with each other."""

_NO_FIGURES = {
    Kind.PILLAR: ("T077", "ask for its status: `… is supported`"),
    Kind.FLAG: ("T075", "ask for it with `is true` or `is false`"),
    Kind.VERDICT: ("T078", 'ask for its outcome: `… is "…"`'),
    Kind.CHOICE: ("T078", "words are asked for with `is`"),
    Kind.TEXT: ("T078", "words are asked for with `is`"),
    Kind.SET: ("T078", "members of a set are asked for with `includes`"),
    Kind.DATE: ("T091", "compare a date with a date, such as `2026-08-27`"),
    Kind.DURATION: ("T093", "write how many as a plain figure, such as `60`"),
}
"""What is no figure, the plainest mistake first: its code where it is compared with another thing, and the mend."""


def compare(left: Type, right: Type) -> Frequency | Refusal | None:
    """The frequency at which two types can be compared, or why they cannot."""
    a, b = left.kind, right.kind
    if Kind.ANY not in (a, b):
        if a is Kind.MONEY and b is Kind.MONEY:
            same = _same_money(left, right)
        elif a is b is Kind.COUNT:
            same = _same_count(left, right)
        elif any(a in family and b in family for family in _FAMILIES):
            same = left
        else:
            same = _incomparable({a, b})
        if isinstance(same, Refusal):
            return same
    return _series_of(left, right)


def _incomparable(pair: set[Kind]) -> Refusal:
    for kind, (code, mend) in _NO_FIGURES.items():
        if kind in pair:
            return Refusal(code, mend)
    unlike = _unlike(pair)
    if unlike.code in ("T060", "T069"):
        return Refusal("T062", "compare like with like: divide one by the other first, or write the figure in its unit")
    return unlike
