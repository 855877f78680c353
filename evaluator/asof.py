"""What was known on a day: which facts exist then, which of several counts, which are stale, and the value they give.

In: a `Program`, bound facts, a `Company`, the as-of date. Out: `View`. Nothing published after the date is looked at.
Must not know formulas or verdicts.

Of several facts for one period the latest published counts (restatements). Several of that same day: the firmest
kind; of one kind, bounds that span them all.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dsl.program import Input, Metric, Program
from dsl.units import Frequency, Kind, Type
from evaluator.bind import BoundFact
from evaluator.derive import Conflict, Derivation, Ledger, Stretch
from evaluator.facts import Company, ExchangeRate, SourceKind
from evaluator.periods import Calendar, month_length
from evaluator.series import Series, Value
from evaluator.values import Causes, Day, Figure, Members, Single, Truth, Words, because, multiply

_FIRM = (SourceKind.REPORTED, SourceKind.DERIVED)


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure that replaced an earlier one for the same period."""

    name: str
    label: str
    was: BoundFact
    now: BoundFact


@dataclass(frozen=True, slots=True)
class Disputed:
    """Figures for one period, published on one day, that differ; `used` says what was made of them."""

    name: str
    label: str
    facts: tuple[BoundFact, ...]
    used: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure that no source gave and others make up: for a period of the series, or the year that ends with it."""

    name: str
    label: str
    derivation: Derivation


@dataclass(frozen=True, slots=True)
class Unreconciled:
    """A figure that a source gave and other figures of the same name contradict."""

    name: str
    conflict: Conflict


@dataclass(frozen=True)
class Clock:
    """The as-of date, the fiscal calendar, and the period of each frequency that is read: the latest complete one
    for which results are known."""

    as_of: dt.date
    calendar: Calendar
    reads: Mapping[Frequency, int]

    def label(self, ordinal: int, frequency: Frequency) -> str:
        """What a period is called."""
        return self.calendar.name(ordinal, frequency)


@dataclass(frozen=True)
class View:
    """All that was known on the as-of date, by name: a series, a single value, or nothing."""

    clock: Clock
    currency: str | None
    facts: tuple[BoundFact, ...]
    """Every bound fact that had been published."""
    values: Mapping[str, Value]
    used: frozenset[int]
    """The numbers of the facts that count: not replaced, not of a period to come."""
    restated: tuple[Restated, ...]
    disputed: tuple[Disputed, ...]
    stale: Mapping[str, int]
    """Inputs past their `stale after`, with their age in days."""
    rates: tuple[ExchangeRate, ...]
    derived: tuple[Derived, ...] = ()
    unreconciled: tuple[Unreconciled, ...] = ()

    def rate(self, of: str) -> tuple[float | None, Causes]:
        """The latest known rate from a currency into the reporting one, or the cause why there is none."""
        if of == self.currency:
            return 1.0, frozenset()
        known = [r for r in self.rates if {r.of, r.to} == {of, self.currency}]
        if not known:
            return None, because(f"no exchange rate {of}/{self.currency or 'reporting currency'} is known", of, "")
        best = max(known, key=lambda r: (r.date, r.published))
        return (best.value if best.of == of else 1.0 / best.value), frozenset()

    def convert(self, value: Figure, of: str | None, to: str | None = None) -> Figure:
        """A figure in some currency, in another; None is the reporting currency."""
        of, to = of or self.currency, to or self.currency
        if of == to:
            return value
        for currency, inverse in ((of, False), (to, True)):
            if currency is None or currency == self.currency:
                continue
            rate, causes = self.rate(currency)
            if rate is None:
                return Figure.unknown(value.causes | causes, value.facts)
            value = multiply(value, Figure.exact(1.0 / rate if inverse else rate))
        return value


def view(
    program: Program, facts: Iterable[BoundFact], company: Company | None, as_of: dt.date, currency: str | None = None
) -> View:
    """What the facts say of the program's names as of a day. Without a company `currency` is the reporting one."""
    published = [f for f in facts if f.fact.published <= as_of]
    # Numbered by what was known, not by the file: a later fact must not shift the numbers.
    visible = tuple(replace(f, number=n) for n, f in enumerate(published, 1))
    calendar = company.fiscal_year_ends if company else Calendar()
    rates = tuple(
        r
        for r in (company.exchange_rates if company else ())
        if r.published <= as_of and r.date is not None and r.date <= as_of
    )
    clock = Clock(as_of, calendar, _reads(program, visible, calendar, as_of))
    builder = _Builder(clock, company.currency if company else currency, visible, rates)
    builder.currencies = {n: i.type.currency for n, i in program.inputs.items()}
    builder.currencies |= {n: m.type.currency for n, m in program.metrics.items()}
    values = {}
    by_name: dict[str, list[BoundFact]] = defaultdict(list)
    for bound in visible:
        by_name[bound.fact.name].append(bound)
    for name, mine in by_name.items():
        values[name] = builder.value(program.inputs.get(name) or program.metrics[name], mine)
    return replace(builder.empty, values=values, used=frozenset(builder.used), restated=tuple(builder.restated),
                   disputed=tuple(builder.disputed), stale=builder.stale, derived=tuple(builder.derived),
                   unreconciled=tuple(builder.unreconciled))  # fmt: skip


def _reads(
    program: Program, visible: tuple[BoundFact, ...], calendar: Calendar, as_of: dt.date
) -> dict[Frequency, int]:
    """The latest ended period of each frequency with a firm figure (any figure, where none is firm)."""
    firm: dict[Frequency, int] = {}
    other: dict[Frequency, int] = {}
    for bound in visible:
        declared = program.inputs.get(bound.fact.name) or program.metrics[bound.fact.name]
        frequency = declared.type.series
        if frequency is None or bound.ordinal is None or bound.end > as_of:
            continue
        table = firm if bound.fact.kind in _FIRM else other
        table[frequency] = max(table.get(frequency, bound.ordinal), bound.ordinal)
    return {**other, **firm}


class _Builder:
    def __init__(
        self, clock: Clock, currency: str | None, visible: tuple[BoundFact, ...], rates: tuple[ExchangeRate, ...]
    ) -> None:
        self.clock = clock
        self.used: set[int] = set()
        self.restated: list[Restated] = []
        self.disputed: list[Disputed] = []
        self.stale: dict[str, int] = {}
        self.currencies: dict[str, str | None] = {}
        self.derived: list[Derived] = []
        self.unreconciled: list[Unreconciled] = []
        self.empty = View(clock, currency, visible, {}, frozenset(), (), (), {}, rates)

    def value(self, declared: Input | Metric, facts: list[BoundFact]) -> Value:
        """The series or single value that a name's facts give."""
        by_period: dict[tuple[int | None, int, dt.date | None], list[BoundFact]] = defaultdict(list)
        for f in facts:
            by_period[f.ordinal, f.months, f.end if f.ordinal is None else None].append(f)
        chosen = {key: self._choose(group) for key, group in sorted(by_period.items(), key=lambda item: item[1][0].end)}
        stale = self._stale(declared, [f for f in facts if f.end <= self.clock.as_of or f.ordinal is None])
        frequency = declared.type.series
        if frequency is None:
            # Of several days the latest counts.
            _, (value, used) = max(chosen.items(), key=lambda item: item[0][2] or dt.date.min)
            self.used |= used
            return _unknown_like(declared.type, stale) if stale else value
        return self._series(declared, frequency, chosen, facts, stale)

    def _series(self, declared: Input | Metric, frequency: Frequency,
                chosen: Mapping[tuple[int | None, int, dt.date | None], tuple[Single, set[int]]],
                by_number: list[BoundFact], stale: Causes) -> Series:  # fmt: skip
        points: dict[int, Single] = {}
        annual: dict[int, Figure] = {}
        stretches: list[Stretch] = []
        own = month_length(frequency)
        yearly = declared.type.per is Frequency.YEAR and frequency is not Frequency.YEAR  # a trailing-year metric
        for (ordinal, months, _), (value, used) in chosen.items():
            first = next(f for f in by_number if f.number in used)
            if first.end > self.clock.as_of and frequency is not Frequency.WEEK:
                continue  # a period to come is no complete period
            if declared.type.is_flow and isinstance(value, Figure):
                stretches.append(_stretch(first, value))
            if ordinal is None:
                continue
            if months == 12 and own != 12 and not yearly:
                assert isinstance(value, Figure)
                annual[ordinal] = value
            elif months == own or (yearly and months == 12):
                points[ordinal] = value
            else:
                continue
            self.used |= used
        if frequency not in (Frequency.DAY, Frequency.WEEK):
            if {s.end - s.start for s in stretches} - {own}:
                self._derive(declared.name, frequency, Ledger(stretches), points, annual)
            self._fill(declared, frequency, points, annual)
        if stale:
            points = {o: Figure.unknown(stale) for o in points}
            annual = {o: Figure.unknown(stale) for o in annual}
        return Series(frequency, dict(sorted(points.items())), dict(sorted(annual.items())))

    def _derive(
        self, name: str, frequency: Frequency, ledger: Ledger, points: dict[int, Single], annual: dict[int, Figure]
    ) -> None:
        """Periods that no source gave, and trailing years that the periods do not add up to, from other stretches."""
        own, count = month_length(frequency), frequency.per_year
        calendar = self.clock.calendar
        ends = {end: o for end in ledger.ends if (o := calendar.closing(end, frequency)) is not None}
        for end, ordinal in sorted(ends.items()):
            if ordinal not in points and (found := ledger.derive(end - own, end)):
                points[ordinal] = found.figure
                self._derived(name, calendar.name(ordinal, frequency), found)
        for end, ordinal in sorted(ends.items()):
            summed = all((p := points.get(o)) and p.known for o in range(ordinal - count + 1, ordinal + 1))
            if own < 12 and not summed and ordinal not in annual and (found := ledger.derive(end - 12, end)):
                annual[ordinal] = found.figure
                self._derived(name, calendar.year_to(ordinal, frequency), found)
        self.unreconciled += [Unreconciled(name, conflict) for conflict in ledger.conflicts()]

    def _derived(self, name: str, label: str, found: Derivation) -> None:
        self.derived.append(Derived(name, label, found))
        self.used |= found.figure.facts

    def _fill(
        self, declared: Input | Metric, frequency: Frequency, points: dict[int, Single], annual: dict[int, Figure]
    ) -> None:
        """Gaps, and what is missing up to the period that is read, become unknown with their cause."""
        known = [*points, *annual]
        if not known:
            return
        last = max([*known, self.clock.reads.get(frequency, max(known))])
        for ordinal in range(min(known), last + 1):
            if ordinal not in points:
                points[ordinal] = Figure.unknown(
                    because("no figure is known", declared.name, self.clock.label(ordinal, frequency))
                )

    def _choose(self, facts: list[BoundFact]) -> tuple[Single, set[int]]:
        """The value that counts for one period, and the facts it is."""
        newest = max(f.fact.published for f in facts)
        of_day = [f for f in facts if f.fact.published == newest]
        best = min(f.fact.kind.rank for f in of_day)
        firmest = [f for f in of_day if f.fact.kind.rank == best]
        now = firmest[-1]
        earlier = [f for f in facts if f.fact.published < newest]
        if earlier:
            was = max(earlier, key=lambda f: (f.fact.published, -f.fact.kind.rank))
            if _differ(was.value, now.value):
                self.restated.append(Restated(now.fact.name, now.label, was, now))
        values = [self._own(f) for f in firmest]
        if len(of_day) > 1 and any(_differ(f.value, now.value) for f in of_day):
            used = (
                "the firmest kind"
                if len(firmest) == 1
                else "bounds that span them"
                if isinstance(now.value, Figure)
                else "unknown"
            )
            self.disputed.append(Disputed(now.fact.name, now.label, tuple(of_day), used))
        if len(values) == 1 or not any(_differ(v, values[0]) for v in values):
            return values[0], {now.number}
        return _span(values, now), {f.number for f in firmest}

    def _own(self, bound: BoundFact) -> Single:
        """A fact's value in its name's currency (the reporting one, unless it says `in USD`), resting on that fact."""
        value = replace(bound.value, facts=frozenset({bound.number}))
        return (
            self.empty.convert(value, bound.currency, self.currencies.get(bound.fact.name))
            if isinstance(value, Figure)
            else value
        )

    def _stale(self, declared: Input | Metric, facts: list[BoundFact]) -> Causes:
        if not isinstance(declared, Input) or declared.stale_days is None or not facts:
            return frozenset()
        newest = max(facts, key=lambda f: f.observed)
        age = (self.clock.as_of - newest.observed).days
        if age <= declared.stale_days:
            return frozenset()
        self.stale[declared.name] = age
        return because(f"stale: {age} days old, and it counts for {declared.stale_days}", declared.name, newest.label)


def _stretch(bound: BoundFact, value: Figure) -> Stretch:
    """A fact of a flow as what flowed between two month ends."""
    end = bound.end.year * 12 + bound.end.month
    return Stretch(end - bound.months, end, value, bound.label, bound.rounding)


def _differ(a: Single, b: Single) -> bool:
    if isinstance(a, Figure) and isinstance(b, Figure):
        return (a.low, a.high) != (b.low, b.high)
    return replace(a, causes=frozenset(), facts=frozenset()) != replace(b, causes=frozenset(), facts=frozenset())


def _span(values: list[Single], bound: BoundFact) -> Single:
    """Bounds that hold every figure; words and sets that differ are unknown."""
    facts = frozenset().union(*(v.facts for v in values))
    causes = because("sources differ", bound.fact.name, bound.label)
    figures = [v for v in values if isinstance(v, Figure)]
    if figures:
        return Figure(min(f.low for f in figures), max(f.high for f in figures), causes, facts)
    return _blank(values[0], causes, facts)


def _blank(value: Single, causes: Causes, facts: frozenset[int]) -> Single:
    match value:
        case Truth():
            return Truth(None, causes, facts)
        case Words():
            return Words(None, causes, facts)
        case Members():
            return Members(None, causes, facts)
        case Day():
            return Day(None, causes, facts)
        case Figure():
            return Figure.unknown(causes, facts)


def _unknown_like(kind: Type, causes: Causes) -> Single:
    """The unknown of a declared type."""
    match kind.kind:
        case Kind.FLAG:
            return Truth(None, causes)
        case Kind.CHOICE | Kind.TEXT:
            return Words(None, causes)
        case Kind.SET:
            return Members(None, causes)
        case Kind.DATE:
            return Day(None, causes)
        case _:
            return Figure.unknown(causes)


def no_fact(declared: Input | Metric) -> Single:
    """The value of a name about which nothing is known."""
    return _unknown_like(
        declared.type, because("no figure is known" if declared.type.is_figure else "nothing is known", declared.name)
    )
