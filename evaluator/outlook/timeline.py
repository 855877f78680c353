"""What was judged on each day of a stretch of time, by what was known on it, as the result model says it.

In: rules on a company's facts as of any day (`AnyDay`), two days. Out: `Track`, or what is wrong with the facts. Must not know
files or how it is printed.

Each point is a run as of its day. There is one for each day on which a fact or a rate of exchange became known. Between two of
them nothing becomes known and only time passes: there the last day is looked at, and, where something is judged otherwise
than at the beginning, the days on which it turned are found by halving. Days on which time alone may turn something by
what is written (thresholds, deadlines, catalysts, ends of periods) are looked at in any case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from dsl.program import program as p
from dsl.text.record import record
from evaluator.codes.messages import make
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.known.bind import BoundFact
from evaluator.outlook.earlier import Before
from evaluator.report.checks import PERCENT, shown, title
from evaluator.report.fact_list import one_fact
from evaluator.report.worlds import settings, what_if
from evaluator.schema import history as h
from evaluator.schema.parts import Shown
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run
from evaluator.values.values import Words

MOST_KNOWN = 8
"""So many of the figures that became known on a day are named."""
DAY = dt.timedelta(days=1)

Tick = Callable[[int, int], None]
"""Told how many of how many days are done."""


@record
class Judged:
    """All that is judged on a day."""

    verdicts: Mapping[str, list[str]]
    score: Shown | None
    pillars: Mapping[str, list[str]]
    conditions: Mapping[str, str]
    kills: Mapping[str, str]
    catalysts: Mapping[str, str]

    def as_sets(self) -> tuple[object, ...]:
        """The same without the order in which outcomes that are still possible stand."""
        words = ({n: frozenset(w) for n, w in table.items()} for table in (self.verdicts, self.pillars))
        return (*words, self.score, self.conditions, self.kills, self.catalysts)

    def answer(self, role: h.Role, name: str) -> str | frozenset[str]:
        """What one of them says; of outcomes and statuses the set of those that are possible."""
        if role in ("verdict", "pillar"):
            return frozenset((self.verdicts if role == "verdict" else self.pillars)[name])
        return {"condition": self.conditions, "kill": self.kills, "catalyst": self.catalysts}[role][name]

    def says(self, role: h.Role, name: str) -> str:
        """The same in words, in the order of the report."""
        if role in ("verdict", "pillar"):
            return " or ".join((self.verdicts if role == "verdict" else self.pillars)[name])
        return str(self.answer(role, name))


def judged(evaluation: Evaluation) -> Judged:
    """What an evaluation says of all verdicts, pillars, conditions, kills and catalysts, as a report says it."""
    program, found = evaluation.program, score(evaluation)
    return Judged(
        verdicts={n: _words(evaluation, n) for n in program.verdicts},
        score=shown(evaluation, found, PERCENT, signed=True) if found is not None else None,
        pillars={n: _words(evaluation, n) for n in program.pillars},
        conditions={n: evaluation.judged[n].state.value for n in program.conditions},
        kills={n: evaluation.events[n].status.value for n in program.kills},
        catalysts={n: evaluation.events[n].status.value for n in program.catalysts},
    )


def _words(evaluation: Evaluation, name: str) -> list[str]:
    words = evaluation.values[name]
    assert isinstance(words, Words)
    return list(words.possible or ())


def first_known(days: AnyDay, end: dt.date) -> dt.date | None:
    """The day on which the first fact that the rules ask for became known; None where there is none."""
    return min((f.fact.published for f in days.bound(end).facts), default=None)


def assumed(run: Run) -> str:
    """What was set by hand on every day, in a sentence, as of the last."""
    return what_if(settings(run.evaluation, run.plain()))


def names(program: p.Program) -> list[h.Named]:
    """The judgements, pillars and conditions of rules."""
    found = []
    for name, v in program.verdicts.items():
        tones = {row.outcome: row.tone for row in v.rows if row.tone is not None}
        found.append(h.Named(name=name, title=v.title, role="verdict", side=None, tones=tones))
    others: tuple[tuple[h.Role, Mapping[str, p.Declared]], ...] = (
        ("kill", program.kills),
        ("catalyst", program.catalysts),
        ("pillar", program.pillars),
        ("condition", program.conditions),
    )
    for role, table in others:
        for name in table:
            side = program.conditions[name].side.value if role == "condition" else None
            found.append(h.Named(name=name, title=title(program, name), role=role, side=side, tones={}))
    return found


def track(
    days: AnyDay,
    begin: dt.date,
    end: dt.date,
    rules: str,
    commit: str | None = None,
    tick: Tick = lambda done, of: None,
) -> h.Track | Failed:
    """What rules judge from one day to another. Failed where the facts cannot be used."""
    found = _Days(days, begin, end, tick).points()
    if isinstance(found, Failed):
        return found
    return h.Track(rules=rules, commit=commit, fingerprint=days.fingerprint, names=names(days.program), points=found)


def history(
    days: AnyDay, begin: dt.date, end: dt.date, before: Before | None = None, tick: Tick = lambda done, of: None
) -> h.HistoryOutput | Failed:
    """What rules judge from one day to another, each day by what was known on it; beside them the rules of a commit.

    Failed (wrong use) where the first day comes after the last, and where nothing was known by the last; with findings
    where the facts cannot be used. Before the first fact there is nothing to judge: the history begins with it.
    """
    if begin > end:
        return _wrong(f"{begin} comes after {end}", "name the earlier day with --from, and the later one with --to")
    first = first_known(days, end)
    about = days.company.ticker if days.company is not None else "the company"
    if first is None:
        return _wrong(f"there is no fact about {about} that these rules ask for", "see `thesis facts coverage RULES`")
    if first > end:
        what = f"nothing was known of {about} by {end}: the first fact that these rules ask for became known on {first}"
        return _wrong(what, f"name {first} or a later day with --to")
    start = max(begin, first)
    sides = [(days, TODAY, None)] + ([(before.days, before.rules, before.commit)] if before is not None else [])
    tracks = []
    for number, (side, rules, commit) in enumerate(sides):
        found = track(side, start, end, rules, commit, _part(tick, number, len(sides)))
        if isinstance(found, Failed):
            return found
        tracks.append(found)
    last = days.at(end)
    assert isinstance(last, Run), "the points were made of the same facts"
    program = days.program
    return h.HistoryOutput(
        name=program.name,
        title=program.title,
        company=days.company.ticker if days.company is not None else None,
        begin=start,
        end=end,
        asked_from=begin,
        what_if=assumed(last),
        tracks=tracks,
        notes=list(before.notes) if before is not None else [],
    )


TODAY = "today's rules"


def _part(tick: Tick, number: int, of: int) -> Tick:
    """One of several parts of what is to be done."""
    return lambda done, whole: tick(number * whole + done, of * whole)


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)


class _Wrong(Exception):
    """Carries what is wrong with the facts out of a search."""

    def __init__(self, failed: Failed) -> None:
        super().__init__()
        self.failed = failed


class _Days:
    def __init__(self, days: AnyDay, begin: dt.date, end: dt.date, tick: Tick) -> None:
        self.days, self.begin, self.end, self.tick = days, begin, end, tick
        self.names = [(n.role, n.name, n.title) for n in names(days.program)]
        self.known = self._known()

    def points(self) -> list[h.HistoryPoint] | Failed:
        try:
            return list(self._points())
        except _Wrong as wrong:
            return wrong.failed

    def _at(self, day: dt.date) -> tuple[Evaluation, Judged]:
        found = self.days.judged(day)
        if isinstance(found, Failed):
            raise _Wrong(found)
        return found, judged(found)

    def _points(self) -> Iterator[h.HistoryPoint]:
        known = self.known
        looked = sorted({self.begin, *known, *self._by_what_is_written()})
        before: Judged | None = None
        for done, day in enumerate(looked):
            self.tick(done, len(looked))
            there, now = self._at(day)
            if before is None or day in known or now.as_sets() != before.as_sets():
                yield self._point(there, now, before, known.get(day, []))
            after = looked[done + 1] if done + 1 < len(looked) else self.end + DAY
            last = now
            for turned, said in self._between(day, now, after - DAY):
                yield self._point(turned, said, last, [])
                last = said
            before = last
        self.tick(len(looked), len(looked))

    def _between(self, day: dt.date, now: Judged, last: dt.date) -> Iterator[tuple[Evaluation, Judged]]:
        """The days up to the last one on which something turned by the passing of time."""
        while day < last:
            high, (found, said) = last, self._at(last)
            if said.as_sets() == now.as_sets():
                return
            low = day
            while high - low > DAY:
                middle = low + (high - low) // 2
                there, then = self._at(middle)
                if then.as_sets() == now.as_sets():
                    low = middle
                else:
                    high, found, said = middle, there, then
            yield found, said
            day, now = high, said

    # --- which days ------------------------------------------------------------------------------------

    def _known(self) -> dict[dt.date, list[BoundFact]]:
        """The days on which something became known, with the facts."""
        found: dict[dt.date, list[BoundFact]] = {}
        for fact in self.days.bound(self.end).facts:
            if self.begin <= fact.fact.published <= self.end:
                found.setdefault(fact.fact.published, []).append(fact)
        company = self.days.company
        for rate in company.exchange_rates if company is not None else ():
            if self.begin <= rate.published <= self.end:
                found.setdefault(rate.published, [])
        return found

    def _by_what_is_written(self) -> Iterator[dt.date]:
        """Days on which time alone may turn something, as rules and facts have it."""
        program, company = self.days.program, self.days.company
        days = [v.since for param in program.params.values() for v in param.versions]
        days += [program.since, *(c.day for c in program.catalysts.values())]
        days += [kill.by + DAY for kill in program.kills.values() if kill.by is not None]
        days += [f.end for f in self.days.bound(self.end).facts if f.end > f.fact.published]
        if company is not None:
            days += [era.until for era in company.fiscal_year_ends.earlier]
            days += [split.since for split in company.splits]
        yield from (day for day in days if day is not None and self.begin < day <= self.end)

    # --- a point ----------------------------------------------------------------------------------------

    def _point(
        self, there: Evaluation, now: Judged, before: Judged | None, facts: Sequence[BoundFact]
    ) -> h.HistoryPoint:
        day = there.clock.as_of
        known = list(dict.fromkeys(f"{title(there.program, f.fact.name)}, {f.label}" for f in facts))
        why: Literal["first", "facts", "time"] = "first" if before is None else "facts" if day in self.known else "time"
        return h.HistoryPoint(
            day=day,
            why=why,
            known=known[:MOST_KNOWN],
            known_count=len(known),
            verdicts=dict(now.verdicts),
            score=now.score,
            pillars=dict(now.pillars),
            conditions=dict(now.conditions),
            kills=dict(now.kills),
            catalysts=dict(now.catalysts),
            turned=list(self._turned(there, now, before)) if before is not None else [],
        )

    def _turned(self, there: Evaluation, now: Judged, before: Judged) -> Iterator[h.HistoryTurn]:
        for role, name, words in self.names:
            was, said = before.says(role, name), now.says(role, name)
            if before.answer(role, name) != now.answer(role, name):
                facts = list(_new_facts(there, name)) if role == "condition" else []
                yield h.HistoryTurn(name=name, title=words, role=role, before=was, after=said, facts=facts)


def _new_facts(evaluation: Evaluation, name: str) -> Iterator[str]:
    """The facts on which a condition rests that became known on the day itself."""
    by_number, day = evaluation.view.by_number, evaluation.clock.as_of
    for number in sorted(n for n in evaluation.judged[name].truth.facts if n > 0):
        if by_number[number].fact.published == day:
            fact = one_fact(evaluation, number)
            yield f"{fact.title}, {fact.period}: {fact.value} ({fact.kind}; {fact.source})"
