"""The way from checked rules and a company's facts to a report, as one call; each step returns its diagnostics.

In: rules, facts, an as-of date, settings. Out: `Run`. Must not print; must not know formats.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache, cached_property

import networkx as nx

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.program.program import Catalyst, Expr, Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.types.lengths import Duration
from evaluator.checkup.audit import audit_view, sorted_once
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate, laid_over
from evaluator.engine.evaluation import Evaluation, Event, Status, World
from evaluator.explore.if_known import missing_figures
from evaluator.explore.settled import FEW, settled
from evaluator.facts.calendar import Calendar
from evaluator.facts.held import about
from evaluator.facts.model import Company
from evaluator.known.asof import Kept, view
from evaluator.known.bind import Bound, BoundFact, bind
from evaluator.known.finding import Found
from evaluator.known.segments import known_segments, segmented
from evaluator.past.day_by_day import DayByDay
from evaluator.past.events import GRACE, judge_events
from evaluator.past.history import History
from evaluator.prepared.prepared import Prepared
from evaluator.report.report import Beside, build_report
from evaluator.schema.report import Report
from evaluator.session.elsewhere import names_elsewhere
from evaluator.session.reading import Failed


@record
class Run:
    """A program evaluated on a company's facts as of a day: a value, equal to another where all that went in is. It goes
    to another process and comes back the same."""

    program: Program
    company: Company | None
    bound: Bound
    graph: nx.DiGraph[str] = field(compare=False)
    """Made of the program alone."""
    evaluation: Evaluation
    warnings: tuple[Diagnostic, ...]
    fingerprint: str
    """The hash of what the rules mean."""

    def __repr__(self) -> str:
        about = f" on {self.company.ticker}" if self.company is not None else ""
        return f"Run({self.program.name}{about} as of {self.evaluation.clock.as_of})"

    def with_settings(self, settings: Mapping[str, Expr]) -> Run:
        """The same facts on the same day, with names set by hand in place of those that this run sets. What was known
        is looked at once: no fact is read or bound again."""
        return replace(self, evaluation=self._elsewhere(World(dict(settings))))

    def report(self) -> Report:
        """The result model of this run."""
        as_of = self.evaluation.clock.as_of
        ignored = list(self.bound.ignored)
        if ignored and self.company is not None:
            known = {f.name for f in about(self.company.facts, ignored) if f.published <= as_of}
            ignored = [name for name in ignored if name in known]
        return build_report(
            self.evaluation,
            self.beside(),
            self.graph,
            self.company,
            self.warnings,
            ignored,
            self.fingerprint,
            self.found(),
        )

    def findings(self) -> list[Diagnostic]:
        """What looks wrong or odd in the facts that the rules ask for, as known on the as-of date: what
        `thesis facts check --rules` says of them."""
        return sorted_once(found.finding for found in self.found())

    def found(self) -> list[Found]:
        """The findings, each with the facts that it casts doubt on."""
        if self.company is None:
            return []
        odd = audit_view(self.program, self.company, self.evaluation.view)
        return [*(Found(d) for d in self.bound.diagnostics), *odd]

    def _elsewhere(self, world: World) -> Evaluation:
        """The same in another world."""
        today = self.evaluation
        also, order = _also(self.program), graphs.order(self.graph)

        def there(world: World) -> Evaluation:
            return evaluate(self.program, order, today.view, world, also, today.events, today.past)

        return laid_over(self.plain(), world, there) if world.replaced else there(world)

    def assuming(self, assumed: Mapping[str, Expr], plain: Evaluation, prepared: Prepared) -> Evaluation:
        """The same with more names set: what rests on none of them, and on no event, comes to the same. `plain`: the same
        with nothing set."""
        also, world = _also(self.program), self.evaluation.world.laid_over(assumed)
        return laid_over(plain, world, lambda world: prepared.evaluated(world, also=also))

    def beside(self) -> Beside:
        """What the other worlds that a report shows come to."""
        plain, prepared = self.plain(), Prepared(self.evaluation)
        decides = settled(prepared, plain, tuple(self.program.verdicts), FEW)
        return Beside(plain, self.worlds(prepared), missing_figures(prepared), decides)

    def worlds(self, prepared: Prepared | None = None) -> Mapping[str, Evaluation]:
        """What each scenario comes to, by its name."""
        plain, prepared = self.plain(), prepared or Prepared(self.evaluation)
        program = self.program
        return {name: self.assuming(program.assumptions(name), plain, prepared) for name in program.scenarios}

    def plain(self) -> Evaluation:
        """The same with nothing set by hand."""
        return self._elsewhere(World()) if self.evaluation.world.replaced else self.evaluation


def _also(program: Program) -> tuple[Expr, ...]:
    """What no name's value is made of, and a report shows: the figures in texts, probabilities, prices beside values."""
    return tuple(program.beside)


def evaluated(
    program: Program,
    graph: nx.DiGraph[str],
    facts: Sequence[BoundFact],
    company: Company | None,
    as_of: dt.date,
    world: World,
    pasts: Pasts | None = None,
) -> Evaluation:
    """A program as of a day on some of a company's facts, with what became of its kills and catalysts, which no world
    changes. `pasts`: those of these rules and facts, where several days share them."""
    order = graphs.order(graph)
    seen = view(program, facts, company, as_of)
    pasts = pasts or Pasts(program, graph, facts, company)
    events, past = pasts.events(as_of), pasts.past
    also = _also(program)

    def there(world: World) -> Evaluation:
        return evaluate(program, order, seen, world, also, events, past)

    return laid_over(there(World()), world, there) if world.replaced and program.kills else there(world)


def run(
    checked: Checked,
    company: Company | None,
    as_of: dt.date,
    settings: Mapping[str, Expr] | None = None,
    places: Library | None = None,
    elsewhere: Callable[[], Collection[str]] | None = None,
) -> Run | Failed:
    """Evaluates a checked rule file on a company's facts.

    In: rules without errors, the company (None: nothing is known), the as-of date, names set by hand, the library
    (facts that its other rules ask for are passed over, others are errors; `elsewhere` gives their names where they are
    known already). Out: a Run, or what stood in the way.
    """
    if checked.program is None:
        return Failed(checked.diagnostics)
    return AnyDay(checked, company, settings, places, elsewhere).at(as_of)


class AnyDay:
    """Rules without errors on a company's facts, as of any day: what `run` gives of that day, which is this one asked once.
    What does not depend on the day is made once: the graph, the facts bound to a fiscal calendar, what names came to on
    earlier days."""

    def __init__(
        self,
        checked: Checked,
        company: Company | None,
        settings: Mapping[str, Expr] | None = None,
        places: Library | None = None,
        elsewhere: Callable[[], Collection[str]] | None = None,
    ) -> None:
        assert checked.program is not None, "rules with errors are not evaluated"
        self.checked, self.program, self.company = checked, checked.program, company
        self.settings = dict(settings or {})
        self.graph = graphs.build(self.program)
        self._elsewhere = cache(elsewhere or (lambda: names_elsewhere(places)))
        self._bound: dict[tuple[Calendar | None, frozenset[str]], tuple[Bound, Pasts]] = {}
        self._met: dict[frozenset[str], tuple[Program, nx.DiGraph[str]]] = {frozenset(): (self.program, self.graph)}
        """By the segments of the company that rules ask for: the rules with a figure for each."""

    def of(self, checked: Checked) -> AnyDay:
        """Other rules without errors on the same company, with the same settings: these with something asked beside them."""
        return AnyDay(checked, self.company, self.settings, elsewhere=self._elsewhere)

    def asked_as_well(self, other: Program) -> None:
        """That rules which stand beside these ask for facts too: a fact of theirs is passed over here, and not misspelt."""
        known = self._elsewhere
        self._elsewhere = cache(lambda: {*other.inputs, *other.metrics, *known()})

    def asked_anywhere(self) -> Collection[str]:
        """The names that these rules ask facts for, and other rules of the library: no fact of theirs is misspelt."""
        return {*self.program.inputs, *self.program.metrics, *self._elsewhere()}

    def bound(self, day: dt.date) -> Bound:
        """The facts in the periods of the fiscal calendar that was in force on a day."""
        return self._on(day)[0]

    def at(self, day: dt.date) -> Run | Failed:
        """The run as of a day, or what is wrong with the facts."""
        bound, pasts = self._on(day)
        program, graph = self._of_segments(day)
        if any(d.is_error for d in bound.diagnostics):
            return Failed(bound.diagnostics)
        # A segment that is set by hand was none before its first fact.
        world = World({n: x for n, x in self.settings.items() if n in program.position or "." not in n})
        evaluation = evaluated(program, graph, bound.facts, self.company, day, world, pasts)
        warnings = tuple(d for d in (*self.checked.diagnostics, *bound.diagnostics) if not d.is_error)
        return Run(program, self.company, bound, graph, evaluation, warnings, self.fingerprint)

    def judged(self, day: dt.date) -> Evaluation | Failed:
        """What is judged as of a day: the same as in the run as of it, for who looks at many days, one after the other, and asks
        of none which rates were used."""
        bound, pasts = self._on(day)
        if self.settings or any(d.is_error for d in bound.diagnostics):
            found = self.at(day)
            return found.evaluation if isinstance(found, Run) else found
        seen = view(pasts.program, bound.facts, self.company, day, kept=pasts.kept)
        return pasts.days.evaluated(seen, pasts.events(day))

    @cached_property
    def fingerprint(self) -> str:
        """The hash of what the rules mean."""
        return self.checked.fingerprint()

    def _on(self, day: dt.date) -> tuple[Bound, Pasts]:
        calendar = self.company.fiscal_year_ends.on(day) if self.company is not None else None
        program, graph = self._of_segments(day)
        at = calendar, frozenset(program.inputs.keys() - self.program.inputs.keys())
        if at not in self._bound:
            bound = Bound((), (), ())
            if self.company is not None:
                bound = bind(program, self.company, self._elsewhere, calendar)
            self._bound[at] = bound, Pasts(program, graph, bound.facts, self.company)
        return self._bound[at]

    def _of_segments(self, day: dt.date) -> tuple[Program, nx.DiGraph[str]]:
        """The rules with a figure for each segment that was known on a day, and their graph."""
        known = known_segments(self.program, self.company, day)
        if known not in self._met:
            program = segmented(self.program, self.company, day)
            self._met[known] = program, graphs.build(program)
        return self._met[known]


class Pasts:
    """What names came to on earlier days, and what became of kills and catalysts by then, for runs of the same rules on the
    same facts as of several days."""

    def __init__(
        self, program: Program, graph: nx.DiGraph[str], facts: Sequence[BoundFact], company: Company | None
    ) -> None:
        order = graphs.order(graph)
        self._of = program, order, facts, company
        self.program = program
        self.kept: Kept = {}
        self.past = History(program, order, facts, company)
        """It knows no event, so that what a day came to is the same from whichever later day it is looked at."""
        self.days = DayByDay(program, order, self.past)
        self._judged: tuple[dt.date, dt.date, Mapping[str, Event]] | None = None
        """From which day on, and up to which, the events are these."""
        self._boundaries = sorted(_boundaries(program, company))
        self._open = [_grace(catalyst) for catalyst in program.catalysts.values()]

    def events(self, day: dt.date) -> Mapping[str, Event]:
        """What became of each kill and catalyst by a day."""
        if self._judged is not None and self._judged[0] <= day < self._judged[1]:
            return self._judged[2]
        history = History(*self._of, decided=True)
        found = judge_events(history, day)
        self._judged = day, self._until(history, found, day), found
        return found

    def _until(self, history: History, events: Mapping[str, Event], day: dt.date) -> dt.date:
        """The next day on which events may be judged otherwise."""
        if day == dt.date.max:
            return day
        tomorrow = day + dt.timedelta(days=1)
        if history.first_day is None or history.first_day > day:  # the thesis has not begun: each day is its first
            return tomorrow
        if any(first <= day <= last for first, last in self._open):
            return tomorrow
        if any(name in self.program.with_the_day and event.status not in FINAL for name, event in events.items()):
            return tomorrow  # the day itself may turn it
        days = sorted({*self._boundaries, *history.days(events), *history.days_of_reads})
        at = bisect_right(days, day)
        return days[at] if at < len(days) else dt.date.max


def _boundaries(program: Program, company: Company | None) -> Iterator[dt.date]:
    """The days from which on events may be judged otherwise though no fact below them became known: the beginning of the thesis,
    deadlines and the days after them, days of catalysts, rates of exchange, splits, fiscal years."""
    days = [program.since, *(kill.by for kill in program.kills.values()), *(c.day for c in program.catalysts.values())]
    for day in days:
        if day is not None:
            yield from (day, day + dt.timedelta(days=1))
    if company is not None:
        for rate in company.exchange_rates:
            yield from (day for day in (rate.published, rate.date) if day is not None)
        yield from (day for split in company.splits for day in (split.since, split.date))
        yield from (era.until for era in company.fiscal_year_ends.earlier)


FINAL = (Status.HAPPENED, Status.NOT_HAPPENED, Status.MET, Status.MISSED)
"""What an event is for ever."""


def _grace(catalyst: Catalyst) -> tuple[dt.date, dt.date]:
    """The days from a catalyst's own to some after the end of its grace, on each of which it may be judged."""
    grace = Duration(catalyst.grace.count, catalyst.grace.unit) if catalyst.grace is not None else GRACE
    last = min(catalyst.day.toordinal() + grace.most + 5, dt.date.max.toordinal())
    return catalyst.day, dt.date.fromordinal(last)
