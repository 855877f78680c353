"""What names came to on earlier days: each day with what was known then, and only the names that are wanted.

In: a program, its order, all bound facts, the company. Out: evaluations as of a day, the days on which something could
change. Must not know events or reports.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.engine.evaluate import ask, evaluate
from evaluator.engine.evaluation import Evaluation, Event
from evaluator.facts.calendar import rhythm
from evaluator.facts.model import Company, Rank, Reports
from evaluator.known.asof import view
from evaluator.known.bind import BoundFact
from evaluator.known.choose import FIRM
from evaluator.known.expected import EXPECTED
from evaluator.values.series import BY_DAY, Series
from evaluator.values.step import EachDay, Step, Steps
from evaluator.values.values import Single


def _only_expected(bound: BoundFact) -> bool:
    return bound.fact.kind in EXPECTED or bound.fact.rank is Rank.OPINION


@dataclass(slots=True)
class _Newest:
    """What the newest of a series was on the days on which it may have changed, as far as it was asked for."""

    days: list[dt.date]
    before: Single
    values: list[tuple[int, Single]] = field(default_factory=list)


class History:
    """A program on a company's facts, as of any day."""

    def __init__(
        self,
        program: p.Program,
        order: Sequence[str],
        facts: Iterable[BoundFact],
        company: Company | None,
        decided: bool = False,
    ) -> None:
        """`decided`: without what is only expected or an opinion, as events are judged."""
        self.program, self.order, self.company = program, tuple(order), company
        every = tuple(facts)
        self.facts = tuple(f for f in every if not (decided and _only_expected(f)))
        self._beside = [f for f in every if decided and f.fact.kind in EXPECTED]
        """What was expected and decides nothing: a release is compared with it."""
        self.events: dict[str, Event] = {}
        """What became of kills and catalysts, as far as it is known; each day sees what had been judged by then."""
        self._by_name: dict[str, list[BoundFact]] = defaultdict(list)
        for bound in self.facts:
            self._by_name[bound.fact.name].append(bound)
        self._evaluated: dict[object, Evaluation] = {}
        self._latest: dict[object, _Newest] = {}
        self._epochs: dict[object, list[dt.date]] = {}

    def _ended(self) -> Iterable[tuple[dt.date, Frequency, int, bool]]:
        """From which day on which period may be read: when its first figure is known and it has ended."""
        halves = self.company is not None and self.company.reports is Reports.HALVES
        for bound in self.facts:
            declared = self.program.inputs.get(bound.fact.name) or self.program.metrics[bound.fact.name]
            if declared.type.series is not None and bound.ordinal is not None:
                day = max(bound.fact.published, bound.end)
                yield day, rhythm(declared.type.series, halves), bound.ordinal, bound.fact.kind in FIRM

    def reads(self, day: dt.date) -> Mapping[Frequency, int]:
        """The period of each frequency that is read on a day: of all facts, not only of those that are looked at."""
        days, tables = self._reads
        at = bisect_right(days, day)
        return tables[at - 1] if at else {}

    @cached_property
    def _reads(self) -> tuple[list[dt.date], list[Mapping[Frequency, int]]]:
        """From which day on which periods are read."""
        firm: dict[Frequency, int] = {}
        other: dict[Frequency, int] = {}
        days: list[dt.date] = []
        tables: list[Mapping[Frequency, int]] = []
        for known, frequency, ordinal, is_firm in sorted(self._ended()):
            table = firm if is_firm else other
            table[frequency] = max(table.get(frequency, ordinal), ordinal)
            if not days or days[-1] != known:
                days.append(known)
                tables.append({})
            tables[-1] = {**other, **firm}
        return days, tables

    @cached_property
    def days_of_reads(self) -> list[dt.date]:
        """The days from which on another period is read, but for days and weeks, which are read at their own last one."""
        found: list[dt.date] = []
        before: dict[Frequency, int] = {}
        for day, table in zip(*self._reads, strict=True):
            now = {frequency: ordinal for frequency, ordinal in table.items() if frequency not in BY_DAY}
            found += [day] if now != before else []
            before = now
        return found

    @property
    def days_of_calendars(self) -> list[dt.date]:
        """The days from which on a fiscal year ended otherwise."""
        return [era.until for era in self.company.fiscal_year_ends.earlier] if self.company is not None else []

    def epochs(self, names: Iterable[str]) -> list[dt.date]:
        """The days on which anything changes that some names rest on but the day itself: between two of them a value that rests
        on `as_of` differs by that alone."""
        wanted = self.program.upstream(names)
        found = {*self.days(names), *self.days_of_reads, *self.days_of_calendars}
        found |= {fact.end for name in wanted for fact in self._by_name.get(name, ())}
        rates = self.company.exchange_rates if self.company is not None else ()
        found |= {day for rate in rates for day in (rate.published, rate.date) if day is not None}
        return sorted(found)

    @cached_property
    def named(self) -> frozenset[str]:
        """The names about which there are facts."""
        return frozenset(self._by_name)

    @cached_property
    def plain_daily(self) -> frozenset[str]:
        """Daily inputs of which each figure was known on its own day, and never said otherwise or in another currency:
        what they were by a day is what they are up to it."""
        daily = (
            n for n in self.named & self.program.inputs.keys() if self.program.inputs[n].type.series is Frequency.DAY
        )
        return frozenset(name for name in daily if self._plain(self._by_name[name]))

    def _plain(self, facts: Sequence[BoundFact]) -> bool:
        same_day = all(f.fact.published == f.end and f.ordinal is not None and f.currency in self.own for f in facts)
        return same_day and len({f.ordinal for f in facts}) == len(facts)

    @cached_property
    def own(self) -> tuple[str | None, str | None]:
        """How the reporting currency is said."""
        return None, self.company.currency if self.company is not None else None

    @property
    def first_day(self) -> dt.date | None:
        """The day on which the first fact became known."""
        return min((f.fact.published for f in self.facts), default=None)

    def days(self, names: Iterable[str]) -> list[dt.date]:
        """The days on which a value of some names, or of what they rest on, may change: when a fact becomes known, when
        what it describes has ended, when it grows stale, when a param changes, when an event was judged."""
        return self.days_of(self.program.upstream(names))

    def days_of(self, names: Iterable[str]) -> list[dt.date]:
        """The same of some names alone, and not of what they rest on."""
        found: set[dt.date] = set()
        for name in names:
            declared = self.program.inputs.get(name)
            for bound in self._by_name.get(name, ()):
                found |= {bound.fact.published, max(bound.fact.published, bound.end)}
                if declared is not None and declared.stale_after is not None:
                    observed = bound.observed.toordinal()
                    limits = (declared.stale_after.least, declared.stale_after.most)
                    found |= {dt.date.fromordinal(observed + days) for days in range(limits[0], limits[1] + 2)}
            param = self.program.params.get(name)
            found |= {version.since for version in (param.versions if param else ()) if version.since is not None}
            event = self.events.get(name)
            found |= {event.day} if event is not None and event.day is not None else set()
        return sorted(found)

    def evaluation(
        self,
        day: dt.date,
        names: Iterable[str],
        known_by: dt.date | None = None,
        reads: Mapping[Frequency, int] | None = None,
        series_until: dt.date | None = None,
    ) -> Evaluation:
        """Some names, and what they rest on, as of a day.

        `known_by`: with what had become known by a later day; `reads`: at these periods; `series_until`: without periods
        that ended later, while what is dated counts up to the day.
        """
        wanted = self.program.upstream(names)
        known = known_by or day
        read = dict(
            reads if reads is not None else self.reads(min(day, series_until or day) if known_by is None else known)
        )
        key = (day, frozenset(names), known, tuple(sorted(read.items())), series_until)
        if key not in self._evaluated:
            facts = [
                f
                for name in self._by_name
                if name in wanted
                for f in self._by_name[name]
                if f.fact.published <= known
                and not (series_until is not None and f.ordinal is not None and f.end > series_until)
                and not (known_by is not None and f.observed > day)
            ]
            beside = self.beside(wanted, known)
            seen = view(self.program, facts, self.company, day, known_by=known, reads=read, beside=beside)
            events = {name: event.on(known) for name, event in self.events.items()}
            order = [name for name in self.order if name in wanted]
            self._evaluated[key] = evaluate(self.program, order, seen, events=events, past=self)
        return self._evaluated[key]

    def beside(self, names: Iterable[str], known_by: dt.date) -> list[BoundFact]:
        """What had been expected of some names by a day, where that decides nothing."""
        wanted = frozenset(names)
        return [f for f in self._beside if f.fact.name in wanted and f.fact.published <= known_by]

    def latest(self, expr: p.Expr, as_of: dt.date) -> Steps | None:
        """What `latest(expr)` was on each day, with what was known on that day; None where its past as known today says
        the same: a daily figure is known on its own day."""
        if expr.type.series in BY_DAY:
            return None
        key = expr.address or p.sense(expr)
        names = p.names_in(expr) - {"previous", "step"}
        if self.program.rests_on_the_day(expr):
            first = min(as_of, self.first_day or as_of)
            return EachDay(
                lambda day: self._newest(expr, names, dt.date.fromordinal(day)), first.toordinal(), as_of.toordinal()
            )
        if key not in self._latest:
            self._latest[key] = _Newest(self.days(names), self._newest(expr, names, dt.date.min))
        found = self._latest[key]
        until = bisect_right(found.days, as_of)
        while len(found.values) < until:
            day = found.days[len(found.values)]
            found.values.append((day.toordinal(), self._newest(expr, names, day)))
        return Steps(found.values[:until], found.before)

    def then(self, expr: p.Expr, as_of: dt.date) -> Steps:
        """What an expression of one value was on each day, with what was known on that day."""
        key, names = ("then", p.sense(expr)), sorted(p.names_in(expr))
        if key not in self._epochs:
            self._epochs[key] = self.epochs(names)
        days, first = self._epochs[key], min(as_of, self.first_day or as_of)

        def on(ordinal: int) -> Single:
            day = dt.date.fromordinal(ordinal)
            at = bisect_right(days, day)
            return ask(self.evaluation(days[at - 1] if at else day, names), expr, day=day)

        return EachDay(on, first.toordinal(), as_of.toordinal())

    def _newest(self, expr: p.Expr, names: Iterable[str], day: dt.date) -> Single:
        evaluation = self.evaluation(day, names)
        value = ask(evaluation, expr)
        if isinstance(value, Step):
            return value.now
        if not isinstance(value, Series):
            return value
        settled = [o for o, x in value.points.items() if x.settled]
        if settled:
            return value.points[max(settled)]
        return value.points[max(value.points)] if value.points else evaluation.read(value)
