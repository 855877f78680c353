"""What was known on a day: which facts exist then, what they make of each period, which are stale.

In: a `Program`, bound facts, a `Company`, the as-of date. Out: `View`. Nothing published after the date is looked at.
Must not know formulas or verdicts. Which of several facts counts is for `choose.py`, what follows from others for
`derive.py`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from dsl.program.program import Bounds, Input, Metric, Program
from dsl.text.record import record
from dsl.types.units import Frequency, Kind, Type
from evaluator.facts.calendar import Calendar, rhythm
from evaluator.facts.model import Company, ExchangeRate, Reports
from evaluator.facts.rates import Rates, UsedRates, When
from evaluator.known.basis import on_one_basis
from evaluator.known.bind import BoundFact
from evaluator.known.choose import FIRM, Choice, Disputed, Restated, choose
from evaluator.known.dated import dated
from evaluator.known.derive import Conflict, Derivation, Interval, Ledger
from evaluator.known.expected import EXPECTED, expected
from evaluator.known.filling import Filling, interval_of
from evaluator.known.unknown import unknown_of, within
from evaluator.known.vintages import MIXED, Vintages
from evaluator.values.expected import Expected
from evaluator.values.series import BY_DAY, Series, Value
from evaluator.values.values import Causes, Figure, Single, because, resting_on

OF_SHARES = "no figure is known: a year's amount per share less that of nine months is no quarter's, since the shares are others"


@record
class Derived:
    """A figure that no source gave and others make up: for a period of the series, or the year that ends with it."""

    name: str
    label: str
    derivation: Derivation
    before: dt.date | None = None
    """It is of figures as they were known before that day, on which one of them was restated and others were not."""


@record
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
    halves: bool = False
    """Whether the company reports by halves: what rules ask for by quarter then comes by half."""
    by_hand: bool = False
    """Whether there is no company: nothing is known but what an example gives, and of days that is what matters."""

    @property
    def slow_reads(self) -> Mapping[Frequency, int]:
        """The same of all but days and weeks, which are read at their own last one."""
        return {frequency: ordinal for frequency, ordinal in self.reads.items() if frequency not in BY_DAY}

    def rhythm(self, frequency: Frequency) -> Frequency:
        """How often figures come that rules ask for so often."""
        return rhythm(frequency, self.halves)

    def last_day(self, ordinal: int, frequency: Frequency) -> int:
        """The last day of a period, as `date.toordinal` counts."""
        return self.calendar.end(ordinal, frequency).toordinal()

    def reads_of(self, frequency: Frequency, newest: int | None) -> int | None:
        """The period that is read of a series whose newest is given: of days and weeks its own last one."""
        return newest if frequency in BY_DAY else self.reads.get(frequency, newest)

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
    rates: Rates
    rates_used: tuple[ExchangeRate, ...] = ()
    """The rates by which facts were brought into their names' currencies."""
    derived: tuple[Derived, ...] = ()
    unreconciled: tuple[Unreconciled, ...] = ()
    currencies: Mapping[str, str] = field(default_factory=dict)
    """Names whose facts are all in one foreign currency: their values are left in it, and converted where they meet
    money of another, so that a ratio or a fall within one currency needs no rate."""

    @cached_property
    def by_name(self) -> Mapping[str, tuple[BoundFact, ...]]:
        """The facts of each name, in the order of their numbers; whoever asks name by name need not go through all of them."""
        return _by_name(self.facts)

    @cached_property
    def first_day(self) -> dt.date:
        """The end of the oldest period of which a fact is known, or the as-of date where that is earlier."""
        return min((fact.end for fact in self.facts if fact.end < self.clock.as_of), default=self.clock.as_of)

    @cached_property
    def by_number(self) -> Mapping[int, BoundFact]:
        """Each fact under its number."""
        return {fact.number: fact for fact in self.facts}

    def own(self, bound: BoundFact, kind: Type, used: UsedRates | None = None, when: When | None = None) -> Single:
        """A fact's value in the currency of its name, at the rate of its time (or of `when`), resting on that fact. What is to
        come is converted at the newest rate."""
        value = resting_on(bound.value, frozenset({bound.number}))
        if not isinstance(value, Figure) or self.stands(bound, kind):
            return value
        reads = kind.series is None or self._is_read(bound, kind.series)
        if when is None and bound.end > self.clock.as_of:
            when = When(bound.end, 0, bound.label, read=True)
        when = when or When(bound.end, 0 if kind.balance else bound.months, bound.label, reads)
        return self.rates.convert(value, bound.currency, kind.currency, when, used)

    def stands(self, bound: BoundFact, kind: Type) -> bool:
        """Whether the value of a fact is in the currency of its name as it was given."""
        reporting = self.rates.currency
        if self.currencies.get(bound.fact.name) == bound.currency:
            return True
        return (bound.currency or reporting) == (kind.currency or reporting)

    def _is_read(self, bound: BoundFact, frequency: Frequency) -> bool:
        """Whether a fact is of the period that conditions read."""
        return bound.ordinal is not None and bound.ordinal == self.clock.reads.get(self.clock.rhythm(frequency))


def view(
    program: Program,
    facts: Iterable[BoundFact],
    company: Company | None,
    as_of: dt.date,
    currency: str | None = None,
    known_by: dt.date | None = None,
    reads: Mapping[Frequency, int] | None = None,
    beside: Iterable[BoundFact] = (),
    kept: Kept | None = None,
) -> View:
    """What the facts say of the program's names as of a day. Without a company `currency` is the reporting one.

    `beside`: what was expected, where that decides nothing: it is looked at for what a release was compared with alone.
    `known_by`: with what had become known by a later day; `reads`: at these periods, in place of the newest. `kept`: what names
    came to on another day, for views of many days: facts then keep the numbers under which they come.
    """
    published = [f for f in facts if f.fact.published <= (known_by or as_of)]
    counting = len(published)
    published += [f for f in beside if f.fact.published <= (known_by or as_of)]
    # Numbered by what was known, not by the file: a later fact must not shift the numbers.
    both = tuple(f if kept is not None else f.numbered(n) for n, f in enumerate(published, 1))
    if company is not None and company.splits:
        declared: dict[str, Input | Metric] = {**program.metrics, **program.inputs}
        both = on_one_basis(both, declared, company.splits, known_by or as_of)
    visible, also = both[:counting], both[counting:]
    calendar = company.fiscal_year_ends.on(as_of) if company else Calendar()
    halves = company is not None and company.reports is Reports.HALVES
    clock = Clock(
        as_of,
        calendar,
        reads if reads is not None else _reads(program, visible, as_of, halves),
        halves,
        company is None,
    )
    reporting = company.currency if company else currency
    rates = Rates.as_of(company.exchange_rates if company else (), reporting, calendar, as_of)
    types = {n: i.type for n, i in program.inputs.items()} | {n: m.type for n, m in program.metrics.items()}
    empty = View(clock, reporting, both, {}, frozenset(), (), (), {}, rates)
    foreign = {n: code for n, mine in empty.by_name.items() if (code := _foreign(mine, types[n], reporting))}
    bounds = {n: i.bounds for n, i in program.inputs.items() if i.bounds is not None}
    builder = _Builder(replace(empty, currencies=foreign), types, bounds, also)
    values = {}
    for name, mine in _by_name(visible).items():
        values[name] = builder.value_of(program.inputs.get(name) or program.metrics[name], mine, kept)
    return replace(builder.empty, values=values, used=frozenset(builder.used), restated=tuple(builder.restated),
                   disputed=tuple(builder.disputed), stale=builder.stale, derived=tuple(builder.derived),
                   unreconciled=tuple(builder.unreconciled), rates_used=tuple(builder.rates_used))  # fmt: skip


def _by_name(facts: Iterable[BoundFact]) -> Mapping[str, tuple[BoundFact, ...]]:
    found: dict[str, list[BoundFact]] = defaultdict(list)
    for fact in facts:
        found[fact.fact.name].append(fact)
    return {name: tuple(mine) for name, mine in found.items()}


def _foreign(facts: Sequence[BoundFact], kind: Type, reporting: str | None) -> str | None:
    """The one currency of all facts of a name, where that is not the reporting one and the rules name none."""
    if kind.kind is not Kind.MONEY or kind.currency is not None:
        return None
    codes = {f.currency for f in facts}
    code = codes.pop() if len(codes) == 1 else None
    return code if code != reporting else None


def _reads(program: Program, visible: tuple[BoundFact, ...], as_of: dt.date, halves: bool) -> dict[Frequency, int]:
    """The latest ended period of each frequency with a firm figure (any figure, where none is firm)."""
    firm: dict[Frequency, int] = {}
    other: dict[Frequency, int] = {}
    for bound in visible:
        declared = program.inputs.get(bound.fact.name) or program.metrics[bound.fact.name]
        if declared.type.series is None or bound.ordinal is None or bound.end > as_of:
            continue
        frequency = rhythm(declared.type.series, halves)
        table = firm if bound.fact.kind in FIRM else other
        table[frequency] = max(table.get(frequency, bound.ordinal), bound.ordinal)
    return {**other, **firm}


@dataclass(frozen=True, slots=True)
class _Part:
    """What a name came to on a day: for which facts, what else it depends on, and all that was noted on the way."""

    facts: tuple[BoundFact, ...]
    key: object
    value: Value
    noted: _Builder


Kept = dict[str, _Part]
"""By name what it came to on the last day that was looked at."""


class _Builder:
    def __init__(
        self, empty: View, types: Mapping[str, Type], bounds: Mapping[str, Bounds], beside: Sequence[BoundFact] = ()
    ) -> None:
        self.empty, self.clock, self.types, self.bounds = empty, empty.clock, types, bounds
        self.beside = _by_name(beside)
        self._last: dict[Frequency, int] = {}
        self.used: set[int] = set()
        self.restated: list[Restated] = []
        self.disputed: list[Disputed] = []
        self.stale: dict[str, int] = {}
        self.derived: list[Derived] = []
        self.unreconciled: list[Unreconciled] = []
        self.rates_used: UsedRates = {}

    def value_of(self, declared: Input | Metric, facts: tuple[BoundFact, ...], kept: Kept | None) -> Value:
        """The value that a name's facts give; where nothing changed on which it depends, the one that they gave on the day before."""
        key = self._key(declared, facts) if kept is not None else None
        if kept is None or key is None:
            return self.value(declared, facts)
        found = kept.get(declared.name)
        if found is None or found.key != key or any(a is not b for a, b in zip(found.facts, facts, strict=True)):
            noted = _Builder(self.empty, self.types, self.bounds)
            noted.beside, noted._last = self.beside, self._last
            found = kept[declared.name] = _Part(facts, key, noted.value(declared, facts), noted)
        noted = found.noted
        self.used |= noted.used
        self.restated += noted.restated
        self.disputed += noted.disputed
        self.derived += noted.derived
        self.unreconciled += noted.unreconciled
        return found.value

    def _key(self, declared: Input | Metric, facts: Sequence[BoundFact]) -> object:
        """All beside the facts of a name themselves on which its value depends, but for the day; None where the day itself counts: where
        something is converted, expected, or has grown stale."""
        kind, clock = self.types[declared.name], self.clock
        if any(
            f.fact.kind in EXPECTED or not self.empty.stands(f, kind)
            for f in (*facts, *self.beside.get(declared.name, ()))
        ):
            return None
        limit = declared.stale_after if isinstance(declared, Input) else None
        if limit is not None and max(f.observed for f in facts) < limit.before(clock.as_of):
            return None
        ended = sum(f.end <= clock.as_of for f in facts)
        own = clock.rhythm(declared.type.series) if declared.type.series is not None else None
        reads = (self._reported(own), clock.reads.get(own)) if own is not None else None
        return len(facts), ended, reads, clock.calendar, clock.slow_reads, self.empty.currencies.get(declared.name)

    def value(self, declared: Input | Metric, facts: Sequence[BoundFact]) -> Value:
        """The series or single value that a name's facts give."""
        by_slot: dict[object, list[BoundFact]] = defaultdict(list)
        for f in facts:
            by_slot[f.placed.slot].append(f)
        chosen = [choose(group, self._own) for group in by_slot.values()]
        chosen.sort(key=lambda c: (c.first.end, c.first.months))
        for choice in chosen:
            self.restated += choice.restated
            self.disputed += [choice.disputed] if choice.disputed else []
        stale = self._stale(declared, [f for f in facts if f.end <= self.clock.as_of or f.ordinal is None])
        if declared.type.series is not None:
            return self._series(
                declared, self.clock.rhythm(declared.type.series), chosen, list(by_slot.values()), stale
            )
        latest = chosen[-1]  # of several days the latest counts
        self.used |= latest.numbers
        now = unknown_of(declared, stale) if stale else latest.value
        return dated(declared, now, facts, chosen, self._own, self.clock.as_of)

    def _series(
        self,
        declared: Input | Metric,
        frequency: Frequency,
        chosen: list[Choice],
        groups: Sequence[Sequence[BoundFact]],
        stale: Causes,
    ) -> Series:
        """Points from what the facts say of whole periods, then what follows from facts of other intervals."""
        made = Filling(declared, frequency)
        vintages: Vintages | None = None
        intervals: list[Interval] = []
        firm: list[Interval] = []
        is_flow = declared.type.is_flow
        # A period to come is no complete period (a week's figure counts from its own day on).
        ended = [c for c in chosen if c.first.end <= self.clock.as_of or frequency is Frequency.WEEK]
        for choice in ended:
            if is_flow and isinstance(choice.value, Figure):
                intervals.append(interval_of(choice, choice.value))
                firm += intervals[-1:] if choice.firm else []
            if made.take(choice):
                self.used |= choice.numbers
        if made.own:
            made.prefer_sums()
            if {s.end - s.start for s in intervals} - {made.own}:
                ended_groups = [g for g in groups if g[0].end <= self.clock.as_of]
                self._derive(made, Vintages(ended_groups, self._own, firm_only=True))
                made.settle()
                vintages = Vintages(ended_groups, self._own, firm_only=False)
                self._derive(made, vintages)
            self.unreconciled += [Unreconciled(declared.name, conflict) for conflict in Ledger(firm).conflicts()]
            self._fill(made, vintages)
        found = made.series(stale, unknown_of(declared, stale))
        return found if frequency in BY_DAY else replace(found, expected=self._expected(declared, frequency, groups))

    def _reported(self, frequency: Frequency) -> int:
        """The latest reported period of a rhythm; where none has been reported, the last that has ended."""
        if frequency not in self._last:
            clock, halves = self.clock, self.clock.halves
            read = clock.reads.get(frequency)
            at_it = (
                (f for f in self.empty.facts if f.ordinal == read and f.fact.kind in FIRM) if read is not None else ()
            )
            rhythms = (rhythm(s, halves) for f in at_it if (s := self.types[f.fact.name].series) is not None)
            found = read if frequency in rhythms else None
            self._last[frequency] = clock.calendar.ended(clock.as_of, frequency) if found is None else found
        return self._last[frequency]

    def _expected(
        self, declared: Input | Metric, frequency: Frequency, groups: Sequence[Sequence[BoundFact]]
    ) -> Expected:
        """What is expected after the latest reported period: of what has never been reported, after the last that has ended."""
        clock, also = self.clock, self.beside.get(declared.name, ())

        def on(bound: BoundFact, day: dt.date) -> Single:
            return self._own(bound, When(day, 0, bound.label))

        found = expected(declared, frequency, self._reported(frequency), groups, also, self._own, on, clock.as_of)
        for value in (*found.points.values(), *found.years.values()):
            self.used |= value.facts
        return found

    def _derive(self, made: Filling, vintages: Vintages) -> None:
        """Periods that no source gave, and trailing years that the periods do not add up to, from other intervals.
        What was is taken before what somebody expected of the same period."""
        calendar, frequency, own, count = self.clock.calendar, made.frequency, made.own, made.frequency.per_year
        ends = {end: o for end in vintages.ends if (o := calendar.closing(end, frequency)) is not None}
        for end, ordinal in sorted(ends.items()):
            if made.points.misses(ordinal) and (found := vintages.derive(end - own, end)):
                made.points.put(ordinal, found[0].figure)
                made.as_of[ordinal] = found[1]
                self._derived(made.declared.name, calendar.name(ordinal, frequency), *found)
        for end, ordinal in sorted(ends.items()):
            if own == 12 or not made.annual.misses(ordinal):
                continue
            parts = range(ordinal - count + 1, ordinal + 1)
            summed = all((p := made.points.get(o)) and p.known for o in parts)
            closes = [(o, end - own * (ordinal - o)) for o in parts]
            mixed = summed and any(vintages.outdated(to - own, to, made.as_of.get(o)) for o, to in closes)
            if summed and not mixed:
                continue
            label = calendar.year_to(ordinal, frequency)
            if found := vintages.derive(end - 12, end):
                made.annual.put(ordinal, found[0].figure)
                self._derived(made.declared.name, label, *found)
            elif mixed:
                made.annual.put(ordinal, Figure.unknown(because(MIXED, made.declared.name, label)))

    def _derived(self, name: str, label: str, found: Derivation, before: dt.date | None) -> None:
        self.derived.append(Derived(name, label, found, before))
        self.used |= found.figure.facts

    def _fill(self, made: Filling, vintages: Vintages | None) -> None:
        """Gaps, and what is missing up to the period that is read, become unknown with their cause."""
        known = [*made.points, *made.annual]
        if not known:
            return
        last = max([*known, self.clock.reads.get(made.frequency, max(known))])
        for ordinal in range(min(known), last + 1):
            if ordinal not in made.points:
                label = self.clock.label(ordinal, made.frequency)
                end = self.clock.calendar.closes(ordinal, made.frequency) if made.own else 0
                mixed = vintages is not None and vintages.only_mixed(end - made.own, end)
                per_share = made.declared.type.share and ordinal in made.annual
                reason = MIXED if mixed else OF_SHARES if per_share else "no figure is known"
                made.points[ordinal] = unknown_of(made.declared, because(reason, made.declared.name, label))

    def _own(self, bound: BoundFact, when: When | None = None) -> Single:
        """A fact's value in its name's currency (the reporting one, unless it says `in USD`), resting on that fact."""
        value = self.empty.own(bound, self.types[bound.fact.name], self.rates_used, when)
        bounds = self.bounds.get(bound.fact.name)
        return within(bounds, value) if bounds is not None else value

    def _stale(self, declared: Input | Metric, facts: list[BoundFact]) -> Causes:
        if not isinstance(declared, Input) or declared.stale_after is None or not facts:
            return frozenset()
        newest = max(facts, key=lambda f: f.observed)
        if newest.observed >= declared.stale_after.before(self.clock.as_of):
            return frozenset()
        age = (self.clock.as_of - newest.observed).days
        self.stale[declared.name] = age
        limit = declared.stale_after.in_days
        return because(f"stale: {age} days old, and it counts for {limit}", declared.name, newest.label)
