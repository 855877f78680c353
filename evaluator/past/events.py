"""Kills and catalysts, judged once each by what was known on the days on which they could be judged.

In: a `History` without what is only expected, the as-of date. Out: an `Event` for each. Must not know reports.

Where no `since` is written a thesis begins with the first fact, and what held on that day was so already; but a kill whose
deadline lies before the first fact says that the thesis had begun by then: what its last period shows has happened.

A kill is judged on each day from the beginning of the thesis to its deadline on which something changed, and once more on
the first later day on which the last period that ended by the deadline is known. Once true it has happened, for ever. A day
on which it was unknown is settled by the first later day that knows its periods. A catalyst is judged on the first day, from
its own on, on which every series that it reads has its figure of the last period that ended by its day; what is dated may
show it until its grace has passed. What is not known is pending, and says what is missing; but a catalyst for which nothing
more is to come, since a source says that it gives no figure, is missed after its grace: nothing shows it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dsl.program import program as p
from dsl.types.lengths import Duration
from dsl.types.units import Frequency
from evaluator.engine.causes import by_day
from evaluator.engine.evaluate import evaluate_again, on_another_day
from evaluator.engine.evaluation import Evaluation, Event, Status
from evaluator.known.bind import BoundFact
from evaluator.past.history import History
from evaluator.past.over_days import OverDays
from evaluator.values.series import BY_DAY, Series, expect
from evaluator.values.values import NO_CAUSES, Causes, Truth, because

GRACE = Duration(30, Frequency.DAY)
"""How long after its day a catalyst may be shown by what is dated."""
_NEAR = 10
"""Days: the last figure of a daily or weekly series up to a day lies no further back, if there is any."""


def judge_events(history: History, as_of: dt.date) -> Mapping[str, Event]:
    """What became of each kill and catalyst by a day."""
    program = history.program
    for name in program.order:
        if name in program.kills:
            history.events[name] = _told(
                _Kill(history, program.kills[name], as_of).judged(), program.kills[name].because
            )
        elif name in program.catalysts:
            catalyst = program.catalysts[name]
            judged = replace(_Catalyst(history, catalyst, as_of).judged(), due=catalyst.day)
            history.events[name] = _told(judged, catalyst.because)
    return dict(history.events)


def _told(event: Event, text: p.Template) -> Event:
    """The same, with what the figures in its text came to on the day on which it was judged."""
    found, said = event.evaluation, _figures(text)
    if found is None or not said:
        return event
    return replace(event, evaluation=evaluate_again(found, (), found.world, said))


def _figures(text: p.Template) -> list[p.Expr]:
    return [part for part in text if not isinstance(part, str)]


class _Judge:
    """What judging a kill and a catalyst share."""

    def __init__(self, history: History, name: str, text: p.Template, as_of: dt.date) -> None:
        self.history, self.program, self.name, self.as_of = history, history.program, name, as_of
        self.names = [name, *sorted(p.names_in(*_figures(text)))]
        """It, and what its text says."""
        self.upstream = self.program.upstream([name])
        self.days = [day for day in history.days([name]) if day <= as_of]
        self.by_the_day = name in self.program.with_the_day
        """Whether it may turn on a day on which nothing became known."""
        self.epochs = history.epochs(self.names) if self.by_the_day else []
        self.published: dict[dt.date, list[BoundFact]] = defaultdict(list)
        """Facts below it by the day on which they became known."""
        for fact in history.facts:
            if fact.fact.name in self.upstream:
                self.published[fact.fact.published].append(fact)

    def on(self, day: dt.date, known_by: dt.date | None = None) -> Evaluation:
        """It, as of a day. Between two days on which anything else changed only the day itself is another."""
        if not self.by_the_day:
            reads = self.history.reads(day) if known_by is not None else None
            return self.history.evaluation(day, self.names, known_by=known_by, reads=reads)
        at = bisect_right(self.epochs, day)
        start = self.epochs[at - 1] if at else day
        reads = self.history.reads(start) if known_by is not None else None
        found = self.history.evaluation(start, self.names, known_by=known_by, reads=reads)
        return found if start == day else on_another_day(found, day)

    def days_from(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days after one, up to another, on which it may have changed: of what rests on the day itself every one."""
        if self.by_the_day:
            return [dt.date.fromordinal(day) for day in range(first.toordinal() + 1, last.toordinal() + 1)]
        return [day for day in self.days if first < day <= last]

    def truth(self, evaluation: Evaluation) -> Truth:
        """Whether it holds, in an evaluation of it."""
        return expect(evaluation.read(evaluation.values[self.name]), Truth)

    def due(self, evaluation: Evaluation, day: dt.date) -> Causes:
        """Which figures of the last periods that ended by a day an evaluation misses; none where all are known."""
        clock = evaluation.clock
        causes: Causes = frozenset()
        for name in sorted(self.upstream & self.program.inputs.keys()):
            frequency = self.program.inputs[name].type.series
            if frequency is None:
                continue
            own = clock.rhythm(frequency)
            ordinal, value = clock.calendar.ended(day, own), evaluation.values.get(name)
            if not _has(value, ordinal, own):
                said = value.points[ordinal].causes if isinstance(value, Series) and ordinal in value.points else None
                causes |= said or because("no figure is known", name, clock.label(ordinal, own))
        return causes

    def last_periods(self, evaluation: Evaluation, day: dt.date) -> dict[Frequency, int]:
        """The last period of each frequency that ended by a day."""
        clock = evaluation.clock
        found = {clock.rhythm(i.type.series) for i in self.program.inputs.values() if i.type.series is not None}
        return {f: clock.calendar.ended(day, f) for f in found if f not in BY_DAY}


def _has(value: object, ordinal: int, frequency: Frequency) -> bool:
    """Whether what a series has to say of a period is out; of days and weeks, of one shortly before. A source that says that
    it gives no figure (a fact that is `unknown`) has said so: nothing more is to be waited for."""
    if not isinstance(value, Series):
        return False
    found = (value.points[o] for o in range(ordinal - looked_back(frequency), ordinal + 1) if o in value.points)
    return any(point.settled or any(number > 0 for number in point.facts) for point in found)


def looked_back(frequency: Frequency) -> int:
    """How many periods before the last one a figure may lie that counts as one of it: some days, a week."""
    return 0 if frequency not in BY_DAY else _NEAR if frequency is Frequency.DAY else 1


class _Kill(_Judge):
    def __init__(self, history: History, kill: p.Kill, as_of: dt.date) -> None:
        super().__init__(history, kill.name, kill.because, as_of)
        self.kill = kill
        self.over_days = OverDays(history, kill.name)
        self.undecided: list[tuple[dt.date, Causes]] = []
        """Days on which it was not known whether it held, the first one first, and what was missing."""

    def judged(self) -> Event:
        if self.program.since is not None and self.program.since > self.as_of:
            return Event(self.name, Status.WATCHED)
        since = self.program.since or min(self.history.first_day or self.as_of, self.as_of)
        if self.kill.by is not None and self.kill.by < since:  # nothing was known by its deadline: later days may tell
            return replace(self._after(False, since), deadline=self.kill.by)
        last = min(self.kill.by or self.as_of, self.as_of)
        already, change = False, self.days_from(since, last)
        for day in [since, *change]:
            found = self._settled(day) or self._on(day)
            if found is None:
                already = False
            elif found.day == since and day == since:
                already = True
            elif not already:
                return found
        if self.kill.by is None or self.kill.by >= self.as_of:
            if already:
                return Event(self.name, Status.ALREADY, since)
            open_today = self.undecided and self.undecided[-1][0] == max([since, *change])
            return Event(self.name, Status.WATCHED, missing=self.undecided[-1][1] if open_today else NO_CAUSES)
        return replace(self._after(already, since), deadline=self.kill.by)

    def _on(self, day: dt.date) -> Event | None:
        """Whether it happened on a day, by what was known then."""
        truth = self.over_days.truth(day)
        if truth is None or truth.value is True:
            evaluation = self.on(day)
            truth = self.truth(evaluation)
            if truth.value is True:
                return Event(self.name, Status.HAPPENED, day, evaluation)
        if truth.unknown:
            self.undecided.append((day, self._missing(truth, day)))
        return None

    def _missing(self, truth: Truth, day: dt.date) -> Causes:
        """What was missing on a day: of a name of which nothing at all was known the period that had ended last by then, and
        not the one that is read today."""
        known = {fact.fact.name for when, facts in self.published.items() if when <= day for fact in facts}
        never = {c.name for c in truth.causes if c.name in self.program.inputs} - known
        if not never:
            return truth.causes
        single = {name for name in never if self.program.inputs[name].type.series is None}
        lacks = self.due(self.on(day), day) if never - single else NO_CAUSES
        return frozenset(
            replace(c, period=by_day(day, self.program.inputs[c.name])) if c.name in single else c
            for c in truth.causes
            if c.name not in never - single
        ) | frozenset(c for c in lacks if c.name in never)

    def _settled(self, day: dt.date) -> Event | None:
        """Whether a day that was undecided turns out to have been one on which it happened, by what is known now."""
        first = self._first_touched(day)
        if first is None or not self.undecided or self.undecided[-1][0] < first:
            return None
        still = [each for each in self.undecided if each[0] < first]
        for judged, _ in self.undecided[len(still) :]:
            later = self.on(judged, known_by=day)
            truth = self.truth(later)
            if truth.value is True:
                return Event(self.name, Status.HAPPENED, day, later)
            if truth.unknown:
                still.append((judged, self._missing(truth, judged)))
        self.undecided = still
        return None

    def _first_touched(self, day: dt.date) -> dt.date | None:
        """The first earlier day of which more is known since what became known on this day: a figure of a later day says
        nothing of it. None where there is none such."""
        if any(event.day == day for name, event in self.history.events.items() if name in self.upstream):
            return dt.date.min
        return min((f.observed for f in self.published.get(day, ())), default=None)

    def _after(self, already: bool, since: dt.date) -> Event:
        """The deadline has passed: judged once more when the last period that ended by then is known."""
        by = self.kill.by
        assert by is not None
        missing: Causes = frozenset()
        reads = self.last_periods(self.history.evaluation(by, self.names), by)
        for day in [by, *(d for d in self.days if d > by)]:
            found = self._settled(day)
            if found is not None:
                return found
            evaluation = self.history.evaluation(by, self.names, known_by=day, reads=reads)
            missing = self.due(evaluation, by)
            if missing:
                continue
            truth = self.truth(evaluation)
            if truth.value is True and not already:
                return Event(self.name, Status.HAPPENED, day, evaluation)
            if truth.settled and not self.undecided:
                status = Status.ALREADY if already and truth.value is True else Status.NOT_HAPPENED
                return Event(self.name, status, since if status is Status.ALREADY else day, evaluation)
            missing = truth.causes
        undecided = self.undecided[-1:] if self.by_the_day else self.undecided  # of days on end the last tells enough
        open_still = [c for _, causes in undecided for c in causes]
        return Event(self.name, Status.PENDING, missing=missing | frozenset(open_still))


class _Catalyst(_Judge):
    def __init__(self, history: History, catalyst: p.Catalyst, as_of: dt.date) -> None:
        super().__init__(history, catalyst.name, catalyst.because, as_of)
        self.catalyst = catalyst
        grace = catalyst.grace
        self.ends = day_after(catalyst.day, Duration(grace.count, grace.unit) if grace is not None else GRACE)
        inputs = self.upstream & self.program.inputs.keys()
        self.has_dated = self.by_the_day or any(self.program.inputs[n].type.series is None for n in inputs)

    def judged(self) -> Event:
        day = self.catalyst.day
        if day > self.as_of:
            return Event(self.name, Status.UPCOMING)
        causes: Causes = frozenset()
        for at in self._days():
            evaluation = self._on(at)
            causes = self.due(evaluation, day)
            if causes:
                continue
            truth = self.truth(evaluation)
            if truth.value is True:
                return Event(self.name, Status.MET, at, evaluation)
            if truth.settled and not self.has_dated:
                return Event(self.name, Status.MISSED, at, evaluation)
            if at > self.ends:  # what is dated had until then, and what a source does not give shows nothing
                return Event(self.name, Status.MISSED, at, evaluation, truth.causes)
            causes = truth.causes
        return Event(self.name, Status.PENDING, missing=causes)

    def _days(self) -> Iterable[dt.date]:
        """Its own day, every later one on which something changed, and the day after its grace."""
        first, over = self.catalyst.day, self.ends + dt.timedelta(days=1)
        later = {d for d in self.days if d > first and (d <= self.ends or self._counts(d))}
        later |= {over} if over <= self.as_of else set()
        if self.by_the_day:
            later |= set(self.days_from(first, min(self.ends, self.as_of)))
        return [first, *sorted(later)]

    def _counts(self, at: dt.date) -> bool:
        """Whether a day after its grace brought anything that counts: prices of later days do not."""
        if any(event.day == at for name, event in self.history.events.items() if name in self.upstream):
            return True
        return any(
            f.observed <= self.ends and (f.ordinal is None or f.end <= self.catalyst.day)
            for f in self.published.get(at, ())
        )

    def _on(self, at: dt.date) -> Evaluation:
        """What is dated by a day (no later than the end of the grace), beside the last periods that ended by its own day."""
        day = self.catalyst.day
        first = self.history.evaluation(day, self.names)
        reads = self.last_periods(first, day)
        return self.history.evaluation(min(at, self.ends), self.names, known_by=at, reads=reads, series_until=day)


def day_after(day: dt.date, span: Duration) -> dt.date:
    """The day so long after a day; in months, on the same day of the month or its last."""
    if span.unit in (Frequency.DAY, Frequency.WEEK):
        return day + dt.timedelta(days=span.most)
    return next(d for n in range(span.least, span.most + 4) if span.before(d := day + dt.timedelta(days=n)) >= day)
