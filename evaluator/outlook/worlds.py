"""The scenarios of rules side by side with today's world, and weighted by probability, as the result model says it.

In: a `Run`, the names whose figures are wanted, grids. Out: `ScenariosOutput`. Must not know files or how it is printed.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.program import program as p
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.outlook.grids import Plan, asked, grids, named, says
from evaluator.report.checks import PERCENT, kind_of, shown, title
from evaluator.report.doubts import alerts
from evaluator.report.worlds import moved, probability, scenario_result, settings, what_if
from evaluator.schema import worlds as w
from evaluator.schema.parts import Shown
from evaluator.schema.report import Figured
from evaluator.session.run import Run
from evaluator.values.bounds import add, multiply
from evaluator.values.values import Figure

TODAY = "Today"


def scenarios(run: Run, show: Sequence[str] = (), plan: Plan | None = None) -> w.ScenariosOutput:
    """Every scenario beside today's world: what it assumes, what follows, and all of it weighted by probability, where every
    scenario has one (what is left to 100% is today's world).

    `show`: the names whose figures are wanted (none: the metrics that differ in any scenario); `plan`: a grid of worlds.
    """
    today, program = run.evaluation, run.program
    worlds = run.worlds()
    wanted = [n for n in dict.fromkeys(show) if n in program.order and named(program, n).role == "figure"]
    figures = wanted or moved(today, worlds)
    found = {s.name: probability(today, s) for s in program.scenarios.values()}
    likely = {name: share for name, share in found.items() if share is not None}
    rest = max(0.0, 1 - sum(likely.values())) if likely and len(likely) == len(found) else None
    rest = round(rest, 12) if rest is not None else None
    parts = [(worlds[n], share) for n, share in likely.items()] if rest is not None else []
    parts += [(today, rest)] if rest else []
    names = asked(program)
    planned = grids(run, plan) if plan is not None else ([], [], [])
    return w.ScenariosOutput(
        name=program.name,
        title=program.title,
        company=run.company.ticker if run.company is not None else None,
        as_of=today.clock.as_of,
        what_if=what_if(settings(today, run.plain())),
        alerts=alerts(today, run.found()),
        names=names,
        worlds=[
            _world(today, None, rest, figures),
            *(_scenario(today, worlds[s.name], s, figures) for s in program.scenarios.values()),
        ],
        unassigned=rest,
        weighted=[w.Weighted(of=n, answers=_answers(n, parts)) for n in names] if parts else [],
        weighted_score=_weighted_score(today, parts),
        weighted_figures=_weighted_figures(today, figures, parts),
        axes=planned[0],
        grids=planned[1],
        notes=planned[2],
    )


def _world(there: Evaluation, scenario: p.Scenario | None, share: float | None, figures: Sequence[str]) -> w.World:
    program, found = there.program, score(there)
    return w.World(
        name=scenario.name if scenario is not None else "",
        title=scenario.title if scenario is not None else TODAY,
        base=None,
        probability=share,
        assumes=[],
        verdicts={n: says(there, n, "verdict") for n in program.verdicts},
        score=shown(there, found, PERCENT, signed=True) if found is not None else None,
        pillars={n: says(there, n, "pillar") for n in program.pillars},
        conditions={n: there.judged[n].state.value for n in program.conditions},
        kills={n: says(there, n, "kill")[0] for n in program.kills},
        figures=[Figured(name=n, title=title(program, n), value=_shown(there, n)) for n in figures],
        turned=[],
        stays=[],
    )


def _scenario(today: Evaluation, there: Evaluation, scenario: p.Scenario, figures: Sequence[str]) -> w.World:
    """A scenario, as a report says it, with its pillars, conditions and all its kills."""
    said = scenario_result(today, there, scenario, ())
    return _world(there, scenario, said.probability, figures).model_copy(
        update={"base": said.base, "assumes": said.assumes, "turned": said.turned, "stays": said.stays}
    )


def _shown(evaluation: Evaluation, name: str) -> Shown:
    return shown(evaluation, evaluation.of(name), kind_of(evaluation, name), name=name)


# --- weighted by probability -------------------------------------------------------------------------------------

Parts = Sequence[tuple[Evaluation, float]]
"""Each world with its probability."""


def _answers(of: w.Asked, parts: Parts) -> list[w.Likely]:
    found: dict[frozenset[str], tuple[list[str], list[float]]] = {}
    for there, share in parts:
        words = says(there, of.name, of.role)
        found.setdefault(frozenset(words), (words, []))[1].append(share)
    answers = [w.Likely(outcomes=words, probability=round(sum(shares), 12)) for words, shares in found.values()]
    return sorted((a for a in answers if a.probability), key=lambda a: -a.probability)


def _weighted_score(today: Evaluation, parts: Parts) -> Shown | None:
    found = [(score(there), share) for there, share in parts]
    known = [(figure, share) for figure, share in found if figure is not None]
    if not found or len(known) < len(found):
        return None
    return shown(today, _mean(known), PERCENT, signed=True)


def _weighted_figures(today: Evaluation, figures: Sequence[str], parts: Parts) -> list[Figured]:
    """Each figure weighted; of a word, a date or a truth there is no mean."""
    made = []
    for name in figures if parts else ():
        found = [(there.of(name), share) for there, share in parts]
        known = [(value, share) for value, share in found if isinstance(value, Figure)]
        if len(known) == len(found):
            value = shown(today, _mean(known), kind_of(today, name), name=name)
            made.append(Figured(name=name, title=title(today.program, name), value=value))
    return made


def _mean(parts: Sequence[tuple[Figure, float]]) -> Figure:
    total = Figure.exact(0.0)
    for figure, share in parts:
        total = add(total, multiply(figure, Figure.exact(share)))
    return total
