"""What became of kills and catalysts of all names at once, where the table says one day's figures of each.

In: a lowering, an event. Out: in which status it is, as truths of terms. Must not know tables. The way is that of `past/events`: a kill is
judged on each day from the beginning of the thesis to its deadline on which something may have changed, and on the first later day that
knows the periods that had ended by then; a catalyst from its own day on. What a table of one day says became known on that day, so
that on every day before it nothing was known: these days are the same for all names, and are told from the rules alone. What a figure
says of a period that had ended by an earlier day counts for that day once it is known.

Raises NotColumnar for a table with periods, or one that says since when a row is known; for an event with a day of its own that rests
on the day that is looked at, or on another event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dsl.program import program as p
from dsl.types.lengths import Duration
from dsl.types.units import Frequency
from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth
from evaluator.columnar.lowering import Lowering
from evaluator.columnar.views import View
from evaluator.engine.evaluation import Status, in_window
from evaluator.facts.calendar import Calendar
from evaluator.past.events import GRACE, day_after, looked_back

_DAY = dt.timedelta(days=1)
_ASKED = {
    p.EventState.MET: (Status.MET,), p.EventState.MISSED: (Status.MISSED,),
    p.EventState.PENDING: (Status.PENDING, Status.UPCOMING),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """In which status an event is: the first of several that is true, else the last. `open_`: whether a kill that is watched is not
    decided today."""

    ways: tuple[tuple[Term, Status], ...]
    otherwise: Status
    open_: Term

    def each(self, e: Lowering) -> dict[Status, Term]:
        """Each status that is possible, with whether it is that one."""
        k, found, left = e.k, dict[Status, Term](), e.k.true
        for asked, status in self.ways:
            found[status] = k.any(found.get(status, k.false), k.both(left, asked))
            left = k.both(left, k.negated(asked))
        found[self.otherwise] = k.any(found.get(self.otherwise, k.false), left)
        return found


def asked(e: Lowering, name: str, state: p.EventState) -> Truth:
    """Whether an event is in a state that rules ask for (`Event.asked`, `happened`)."""
    kill = e.program.kills.get(name)
    if kill is not None and state is p.EventState.HAPPENED:
        return happened(e, kill)
    k, each = e.k, event(e, name).each(e)
    yes = k.any(*(each.get(status, k.false) for status in _ASKED[state]))
    open_ = each.get(Status.PENDING, k.false) if state is not p.EventState.PENDING else k.false
    return Truth(k.any(yes, open_), k.any(open_, k.negated(yes)), k.false)


def happened(e: Lowering, kill: p.Kill) -> Truth:
    """Whether a kill has happened: by its status, and open where its condition is not decided today."""
    k, found = e.k, event(e, kill.name)
    each = found.each(e)
    yes, already = each.get(Status.HAPPENED, k.false), each.get(Status.ALREADY, k.false)
    watched = k.both(each.get(Status.WATCHED, k.false), found.open_)
    open_ = k.any(each.get(Status.PENDING, k.false), watched)
    as_of = e.sources.as_of
    assert as_of is not None, "a table of one day"
    if in_window(kill, e.program.since, as_of):
        here = e.truth(kill.when, 0)
        maybe = k.both(here.true, k.any(here.false, here.nm), k.negated(yes), k.negated(already))
        open_ = k.any(open_, maybe)
    return Truth(k.any(yes, open_), k.negated(yes), k.false)


def event(e: Lowering, name: str) -> Event:
    """What became of an event."""
    found = e.events.get(name)
    if not isinstance(found, Event):
        if e.sources.as_of is None or not e.sources.of_one_day:
            raise NotColumnar(Limit.EVENTS_BY_PERIOD)
        local, e.local = e.local, None
        try:
            found = _Kill(e, name).judged() if name in e.program.kills else _Catalyst(e, name).judged()
        finally:
            e.local = local
        e.events[name] = found
    return found


class _Judge:
    """What judging a kill and a catalyst share."""

    def __init__(self, e: Lowering, name: str) -> None:
        self.e, self.k, self.program, self.name = e, e.k, e.program, name
        assert e.sources.as_of is not None, "a table of one day"
        self.today = e.sources.as_of
        self.expr = self.program.expressions(name)[0]
        self.upstream = self.program.upstream([name])
        names: list[p.Input | p.Metric] = [*self.program.inputs.values(), *self.program.metrics.values()]
        self.ends = {d.name: end for d in names if d.name in self.upstream and (end := e.sources.ended(d)) is not None}
        """Of all figures of the table on which it rests: the end of the period, or the day, of which they are."""
        self.any = self.k.any(*(e.sources.has(name) for name in sorted(self.ends)))
        """Whether the table says anything that it rests on."""

    def alone(self) -> None:
        """Raises NotColumnar where an event with a day of its own cannot be told from the rules and the table alone."""
        exprs = [expr for name in self.upstream for expr in self.program.expressions(name)]
        if any(isinstance(node, p.IsEvent) for expr in exprs for node in p.walk(expr)):
            raise NotColumnar(Limit.EVENTS_ON_EVENTS)
        if self.name in self.program.with_the_day:
            raise NotColumnar(Limit.EVENTS_BY_THE_DAY)

    def on(self, day: dt.date, until: dt.date | None) -> Truth:
        """Whether it holds, as of a day, with the figures of the table that are of days and periods up to one; None: none."""
        seen = frozenset(n for n, end in self.ends.items() if until is not None and end <= until)
        lowering = self.e.again(View(self.e.sources, self.k, day, seen))
        return lowering.truth(self.expr, 0)

    def due(self, day: dt.date, on: dt.date) -> Term:
        """Whether the table has the last period that ended by a day of each series that it rests on, not yet stale on the day on which
        it is judged."""
        found, calendar = self.k.true, Calendar()
        for name in sorted(self.upstream & self.program.inputs.keys()):
            declared, end = self.program.inputs[name], self.ends.get(name)
            series, limit = declared.type.series, declared.stale_after
            if series is not None:
                is_last = (
                    end is not None
                    and end <= day
                    and shows(calendar.ended(day, series), calendar.ordinal(end, series), series)
                )
                fresh = limit is None or (end is not None and limit.before(on) <= end)
                found = self.k.both(found, self.e.sources.has(name) if is_last and fresh else self.k.false)
        return found

    def changes(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days after one, up to another, on which it may change though nothing becomes known: a threshold does, or a figure
        grows too old for what a later day says of it."""
        found: set[dt.date] = set()
        for name in self.upstream:
            param, declared = self.program.params.get(name), self.program.inputs.get(name)
            found |= {version.since for version in (param.versions if param else ()) if version.since is not None}
            if declared is not None and declared.stale_after is not None and name in self.ends:
                limits = declared.stale_after.least, declared.stale_after.most + 2
                start = self.ends[name].toordinal()
                found |= {dt.date.fromordinal(start + days) for days in range(*limits)}
        return sorted(day for day in found if first < day <= last)

    @property
    def reads_series(self) -> bool:
        """Whether it rests on anything by period."""
        return any(self.program.inputs[n].type.series is not None for n in self.upstream & self.program.inputs.keys())

    def holds(self, truth: Truth) -> Term:
        """Whether it is true."""
        return self.e.f.holds(truth)

    def unknown(self, truth: Truth) -> Term:
        """Whether it is not settled."""
        return self.k.negated(self.e.f.settled(truth))


def shows(asked: int, has: int | None, series: Frequency) -> bool:
    """Whether a figure of a period is one of the last period, or of days and weeks of one shortly before."""
    return has is not None and asked - looked_back(series) <= has <= asked


class _Kill(_Judge):
    def __init__(self, e: Lowering, name: str) -> None:
        super().__init__(e, name)
        self.kill = self.program.kills[name]
        self.undecided: list[dt.date] = []
        """Days before today on which it was not known whether it held: the same for all names."""

    def judged(self) -> Event:
        """What became of it."""
        k, by, start = self.k, self.kill.by, self.program.since
        if start is not None and start > self.today:
            return Event((), Status.WATCHED, k.false)
        since = start if start is not None else self.today
        if since < self.today or (by is not None and by < self.today):
            self.alone()
        if by is not None and by < since:
            return self._after(False, by)
        already = False
        for day in [since, *self.changes(since, min(by or self.today, self.today))]:
            if day == self.today:
                break
            truth = self.on(day, None)
            if self.holds(truth) is k.true:
                if day != since and not already:
                    return Event((), Status.HAPPENED, k.false)
                already = already or day == since
                continue
            already = False
            if self.unknown(truth) is k.true:
                self.undecided.append(day)
        if by is not None and by < self.today:
            return self._after(already, by)
        return self._today(since, already)

    def _today(self, since: dt.date, already: bool) -> Event:
        """It can be judged today."""
        k, here = self.k, self.e.truth(self.expr, 0)
        open_ = self.unknown(here)
        if since == self.today:
            return Event(((self.holds(here), Status.ALREADY),), Status.WATCHED, open_)
        settled, _ = self._settled()
        # Where the table says nothing of it, today is no day on which it may have changed.
        found = k.any(k.both(self.any, settled), self.holds(here))
        held = Status.ALREADY if already else Status.HAPPENED
        return Event(((found, held),), Status.WATCHED, open_)

    def _settled(self) -> tuple[Term, Term]:
        """Whether a day that was undecided turns out to have been one on which it happened, by what is known today; whether one is
        undecided still."""
        truths = [self.on(day, day) for day in self.undecided]
        return self.k.any(*map(self.holds, truths)), self.k.any(*map(self.unknown, truths))

    def _after(self, already: bool, by: dt.date) -> Event:
        """The deadline has passed: judged by what is known today of the last period that had ended by then."""
        k, nothing = self.k, self.on(by, None)
        no_series = not self.reads_series
        if no_series and self.holds(nothing) is k.true and not already:
            return Event((), Status.HAPPENED, k.false)
        if no_series and self.e.f.settled(nothing) is k.true and not self.undecided:
            held = already and self.holds(nothing) is k.true
            return Event((), Status.ALREADY if held else Status.NOT_HAPPENED, k.false)
        settled, still = self._settled()
        there, truth = self.due(by, by), self.on(by, by)
        if not self.undecided:
            settled = still = k.false
        holds = k.both(there, self.holds(truth))
        ways = [(k.negated(self.any), Status.PENDING), (settled, Status.HAPPENED)]
        if not already:
            ways.append((holds, Status.HAPPENED))
        over = k.both(there, self.e.f.settled(truth), k.negated(still))
        ways += [(k.both(over, holds), Status.ALREADY), (over, Status.NOT_HAPPENED)]
        return Event(tuple(ways), Status.PENDING, k.false)


class _Catalyst(_Judge):
    def __init__(self, e: Lowering, name: str) -> None:
        super().__init__(e, name)
        self.catalyst = self.program.catalysts[name]
        grace = self.catalyst.grace
        self.over = day_after(self.catalyst.day, Duration(grace.count, grace.unit) if grace is not None else GRACE)
        inputs = self.upstream & self.program.inputs.keys()
        self.has_dated = any(self.program.inputs[n].type.series is None for n in inputs)

    def judged(self) -> Event:
        """What became of it."""
        k, day = self.k, self.catalyst.day
        if day > self.today:
            return Event((), Status.UPCOMING, k.false)
        self.alone()
        ways: list[tuple[Term, Status]] = []
        for at in self._days():
            today = at == self.today
            last = min(at, self.over)
            until = last if today else None
            truth = self.on(last, until) if not today else self._seen(last, day)
            there = self.due(day, last) if today else k.const(not self.reads_series)
            here = k.both(there, self._counts(at, day))
            ways.append((k.both(here, self.holds(truth)), Status.MET))
            missed = k.true if at > self.over else self.e.f.settled(truth) if not self.has_dated else k.false
            ways.append((k.both(here, missed), Status.MISSED))
        return Event(tuple((t, s) for t, s in ways if t is not k.false), Status.PENDING, k.false)

    def _seen(self, last: dt.date, day: dt.date) -> Truth:
        """Whether it holds by the figures of the table: those by period that had ended by its day, and what is dated by the end of its
        grace."""
        inputs, metrics = self.program.inputs, self.program.metrics
        series = {n for n in self.ends if (inputs.get(n) or metrics[n]).type.series is not None}
        seen = frozenset(n for n, end in self.ends.items() if end <= (day if n in series else last))
        return self.e.again(View(self.e.sources, self.k, last, seen)).truth(self.expr, 0)

    def _days(self) -> Sequence[dt.date]:
        """The days on which it may be judged: its own, those on which a threshold changes, the day after its grace, today."""
        day, end = self.catalyst.day, min(self.over, self.today)
        found = {day, *self.changes(day, end), self.today}
        found |= {self.over + _DAY} if self.over + _DAY <= self.today else set()
        return sorted(found)

    def _counts(self, at: dt.date, day: dt.date) -> Term:
        """Whether a day is one on which it is judged: today only where the table says something that counts."""
        k = self.k
        if at in (day, self.over + _DAY) or at != self.today:
            return k.true
        if at <= self.over:
            return self.any
        inputs, metrics = self.program.inputs, self.program.metrics
        late = [
            n for n, end in sorted(self.ends.items())
            if min(end, at) <= self.over and ((inputs.get(n) or metrics[n]).type.series is None or end <= day)
        ]  # fmt: skip
        return k.any(*(self.e.sources.has(n) for n in late))
