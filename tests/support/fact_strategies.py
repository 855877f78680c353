"""Random stores of facts for the inputs and metrics of a program: restated, contradicted, bounded, late, foreign."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from dsl.program.program import Input, Metric, Program
from dsl.text.source import SourceFile
from dsl.types.units import FIGURES, Frequency, Kind, Type
from evaluator.facts.calendar import Calendar
from evaluator.facts.model import Company, ExchangeRate, Fact, SourceKind

AS_OF = dt.date(2026, 5, 14)
_SPAN = SourceFile("facts.yaml", "x").span(0, 1)
_CALENDAR = Calendar(3, 31)
_FORWARD = (SourceKind.GUIDANCE, SourceKind.ESTIMATE)


def _one(kind: Kind, bounded: bool = False, quoted: bool = False) -> st.SearchStrategy[str]:
    """A figure of a kind, as facts files spell it; a price that is `quoted` has its currency, without which it is refused
    beside others that have one."""
    whole = st.integers(1, 200) if bounded else st.integers(-20, 220)  # bounds in the rules: 0% to 100%, or above 0
    match kind:
        case Kind.PERCENT | Kind.POINTS | Kind.RATIO:
            return whole.map(lambda n: f"{n / 2:g}%")
        case Kind.MONEY:
            codes = [" CNY", " USD", " EUR"] if quoted else ["", " CNY", " USD", " EUR"]
            return st.tuples(whole, st.sampled_from(codes)).map(lambda x: f"{x[0]}bn{x[1]}")
        case Kind.MULTIPLE:
            return whole.map(lambda n: f"{n / 4:g}x")
        case _:
            return whole.map(str)


def spelled(kind: Type, bounded: bool = False) -> st.SearchStrategy[str | tuple[str, ...]]:
    """A value of a type, as facts files spell it."""
    if kind.kind in FIGURES:
        one = _one(kind.kind, bounded, kind.series in (Frequency.DAY, Frequency.WEEK))
        return st.one_of(
            one, one, one,
            st.tuples(st.sampled_from(["at least", "at most", "about"]), one).map(" ".join),
            st.just("unknown"),
        )  # fmt: skip
    words: dict[Kind, st.SearchStrategy[str | tuple[str, ...]]] = {
        Kind.FLAG: st.sampled_from(["yes", "no", "unknown"]),
        Kind.DATE: st.sampled_from(["2020-02-29", "2026-08-27", "unknown"]),
        Kind.CHOICE: st.sampled_from([*kind.options, "unknown"]),
        Kind.SET: st.lists(st.sampled_from(kind.options or ("x",)), min_size=1, unique=True).map(tuple),
    }
    return words.get(kind.kind, st.just("words"))


def one_fact(
    name: str,
    value: str,
    published: dt.date,
    *,
    period: str | None = None,
    day: dt.date | None = None,
    kind: SourceKind = SourceKind.REPORTED,
) -> Fact:
    """A fact as it is read, of a period or of a day."""
    return Fact(name=name, period=period, date=day, value=value, published=published, kind=kind, source="S",
                place=_SPAN, value_place=_SPAN)  # fmt: skip


@st.composite
def facts(draw: st.DrawFn, declared: Input | Metric, first: dt.date, last: dt.date) -> Fact:
    """One fact about a name, published from one day to another."""
    published = first + dt.timedelta(days=draw(st.integers(0, (last - first).days)))
    kind = draw(st.sampled_from(list(SourceKind)))
    period: str | None = None
    day: dt.date | None = None
    end = published - dt.timedelta(days=draw(st.integers(0, 90)))
    ahead = draw(st.integers(0, 3)) if kind in _FORWARD else 0
    every = declared.type.series
    if every in (None, Frequency.DAY, Frequency.WEEK):
        day = end + dt.timedelta(days=100 * ahead)
    else:
        assert every is not None
        months = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}[every]
        count = end.year * 12 + end.month - 1  # the month before this one has ended
        ordinal = {1: count - 1, 3: (count + 9 - _CALENDAR.month) // 3, 12: (count - _CALENDAR.month) // 12}[months]
        back = draw(st.integers(0, 9))
        ordinal = ordinal - back + ahead
        while _CALENDAR.end(ordinal, every) > published and not ahead:
            ordinal -= 1
        ends = _CALENDAR.end(ordinal, every)
        year = _CALENDAR.ordinal(ends, Frequency.YEAR)
        flows = declared.type.kind in (Kind.MONEY, Kind.COUNT)  # a year's percent is none of its quarters'
        whole = year is not None and months < 12 and flows and draw(st.integers(0, 3)) == 0
        trailing = declared.type.per is Frequency.YEAR and months < 12
        period = f"TTM {ends}" if trailing else f"FY{year}" if whole else ends.isoformat()
    bounded = getattr(declared, "bounds", None) is not None
    value = draw(spelled(declared.type, bounded))
    return Fact(name=declared.name, period=period, date=day, value=value, published=published, kind=kind, source="S",
                place=_SPAN, value_place=_SPAN)  # fmt: skip


@st.composite
def rates(draw: st.DrawFn, first: dt.date, last: dt.date) -> ExchangeRate:
    """An exchange rate between the currencies that facts are in: of a day, or the average of a period."""
    day = first + dt.timedelta(days=draw(st.integers(0, (last - first).days)))
    of, to = draw(st.sampled_from([("USD", "CNY"), ("CNY", "USD"), ("EUR", "CNY")]))
    period = draw(st.sampled_from([None, None, "Q3 FY2026", "Q4 FY2026", "FY2026", "H1 FY2026"]))
    when = {"date": day} if period is None else {"period": period}
    return ExchangeRate(of=of, to=to, value=draw(st.integers(1, 40)) / 4, published=day, source="S", **when)


def company(found: list[Fact], known: list[ExchangeRate], currency: str = "CNY") -> Company:
    """A company that these facts are about."""
    return Company(name="A", ticker="AAA", currency=currency, fiscal_year_ends=_CALENDAR, facts=tuple(found),
                   exchange_rates=tuple(known), path="facts.yaml")  # fmt: skip


def stores(program: Program, first: dt.date, last: dt.date, most: int) -> st.SearchStrategy[list[Fact]]:
    """Facts about what a program asks for, given under inputs mostly, under metrics now and then."""
    names = [*program.inputs.values()] * 4 + [*program.metrics.values()]
    asked = [d for d in names if not (d.type.kind in (Kind.CHOICE, Kind.SET) and not d.type.options)]
    asked = [d for d in asked if d.type.kind not in (Kind.ANY, Kind.DURATION)]
    if not asked:
        return st.just([])
    return st.lists(st.sampled_from(asked).flatmap(lambda d: facts(d, first, last)), max_size=most)
