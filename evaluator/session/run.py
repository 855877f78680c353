"""The way from checked rules and a company's facts to a report, as one call; each step returns its diagnostics.

In: rules, facts, an as-of date, settings. Out: `Run`. Must not print; must not know formats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field, replace

import networkx as nx

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.program.program import Expr, Program
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from evaluator.checkup.audit import audit_view, sorted_once
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate, laid_over
from evaluator.engine.evaluation import Evaluation, World
from evaluator.engine.events import judge_events
from evaluator.engine.history import History
from evaluator.explore.if_known import missing_figures
from evaluator.explore.settled import FEW, settled
from evaluator.facts.held import about
from evaluator.facts.model import Company
from evaluator.known.asof import view
from evaluator.known.bind import Bound, BoundFact, bind
from evaluator.known.finding import Found
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

    def _assuming(self, assumed: Mapping[str, Expr], plain: Evaluation, prepared: Prepared) -> Evaluation:
        """The same with more names set: what rests on none of them, and on no event, comes to the same. `plain`: the same
        with nothing set."""
        also, world = _also(self.program), self.evaluation.world.laid_over(assumed)
        return laid_over(plain, world, lambda world: prepared.evaluated(world, also=also))

    def beside(self) -> Beside:
        """What the other worlds that a report shows come to."""
        plain = self.plain()
        prepared, program = Prepared(self.evaluation), self.program
        scenarios = {name: self._assuming(program.assumptions(name), plain, prepared) for name in program.scenarios}
        decides = settled(prepared, plain, tuple(self.program.verdicts), FEW)
        return Beside(plain, scenarios, missing_figures(prepared), decides)

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
) -> Evaluation:
    """A program as of a day on some of a company's facts, with what became of its kills and catalysts, which no world
    changes."""
    order = graphs.order(graph)
    seen = view(program, facts, company, as_of)
    events = judge_events(History(program, order, facts, company, decided=True), as_of)
    also = _also(program)
    past = History(program, order, facts, company)

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
    program = checked.program
    if program is None:
        return Failed(checked.diagnostics)
    bound = Bound((), (), ())
    if company is not None:
        in_force = company.fiscal_year_ends.on(as_of)
        bound = bind(program, company, elsewhere or (lambda: names_elsewhere(places)), in_force)
    if any(d.is_error for d in bound.diagnostics):
        return Failed(bound.diagnostics)
    graph = graphs.build(program)
    evaluation = evaluated(program, graph, bound.facts, company, as_of, World(dict(settings or {})))
    warnings = tuple(d for d in (*checked.diagnostics, *bound.diagnostics) if not d.is_error)
    return Run(program, company, bound, graph, evaluation, warnings, checked.fingerprint())
