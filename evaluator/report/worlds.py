"""Worlds beside today's as a report shows them: what a scenario or a setting assumes, and what follows from it.

In: the evaluations of today and of other worlds. Out: parts of the result model. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl.program import program as p
from dsl.types.units import Type
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from evaluator.report.checks import PERCENT, shown, shown_type, title
from evaluator.schema import report as r
from evaluator.values.bounds import add, multiply
from evaluator.values.values import Figure, Words


def settings(evaluation: Evaluation, plain: Evaluation) -> list[r.Assumed]:
    """What was set by hand, with what it stands in place of."""
    return [assumed(evaluation, name, expr, plain) for name, expr in evaluation.world.replaced.items()]


def what_if(assumed: Sequence[r.Assumed]) -> str:
    """The first line of a report on a world that was set by hand: `NPL ratio = 2%, today 6%`; '' where none was."""
    return "; ".join(
        f"{a.title} = {a.value.text}{f' {a.lasting}' if a.lasting else ''}, today {a.instead.text}" for a in assumed
    )


def assumed(evaluation: Evaluation, name: str, expr: p.Expr, instead_of: Evaluation) -> r.Assumed:
    """A name that a world sets, with what it would be without."""
    kind = shown_type(evaluation.program, p.Ref(expr.span, expr.type, name)).single
    return r.Assumed(
        name=name,
        title=title(evaluation.program, name),
        value=shown(evaluation, evaluation.of(name), kind, name=name),
        lasting=", ".join(i.words for i in expr.intervals if i.words) if isinstance(expr, p.ByPeriod) else "",
        instead=shown(instead_of, instead_of.of(name), kind, name=name),
    )


def scenario_result(
    today: Evaluation, there: Evaluation, scenario: p.Scenario, figures: Sequence[str]
) -> r.ScenarioResult:
    """A scenario: what it assumes, and all that follows: conditions, verdicts, kills, score, figures."""
    program = today.program
    turned = [
        f"{c.title}: {today.judged[c.name].state.value} → {there.judged[c.name].state.value}"
        for c in program.conditions.values()
        if there.judged[c.name].state is not today.judged[c.name].state
    ]
    for kill in program.kills.values():
        before, after = (e.happened(kill) for e in (today, there))
        if after.possible is not before.possible:
            words = {True: "happens in this world", False: "does not happen in this world"}
            turned.append(f"{kill.title}: {words[after.value] if after.value is not None else 'unknown'}")
    assumes = program.assumptions(scenario.name)
    found = score(there)
    return r.ScenarioResult(
        name=scenario.name,
        title=scenario.title,
        base=title(program, scenario.base) if scenario.base else None,
        probability=probability(today, scenario),
        assumes=[assumed(there, n, e, today) for n, e in assumes.items()],
        outcomes={n: list(_words(there, n)) for n in program.verdicts},
        kills=[k.name for k in program.kills.values() if there.happened(k).value is True],
        score=shown(there, found, PERCENT, signed=True) if found is not None else None,
        turned=turned,
        figures=[_figure(there, name) for name in figures],
        stays=[title(program, n) for n in program.metrics if n in there.given and _rests_on(program, n, assumes)],
    )


def _rests_on(program: p.Program, name: str, assumes: Mapping[str, p.Expr]) -> bool:
    return name not in assumes and bool(program.upstream(program.needs(name)) & assumes.keys())


def _words(evaluation: Evaluation, verdict: str) -> tuple[str, ...]:
    words = evaluation.of(verdict)
    assert isinstance(words, Words)
    return words.possible or ()


def probability(today: Evaluation, scenario: p.Scenario) -> float | None:
    """A scenario's probability, read in today's world; None where it has none, or none that is known."""
    found = today.single(scenario.probability) if scenario.probability is not None else None
    return found.low if isinstance(found, Figure) and found.is_exact else None


def moved(today: Evaluation, worlds: Mapping[str, Evaluation]) -> list[str]:
    """The metrics that differ in any scenario, in the order of the rules: what a scenario is worth is among them."""
    program = today.program
    return [
        n
        for n in program.metrics
        if any(
            isinstance(there.of(n), Figure) and _bounds(there, n) != _bounds(today, n) and n not in there.world.replaced
            for there in worlds.values()
        )
    ]


def _bounds(evaluation: Evaluation, name: str) -> tuple[object, ...]:
    value = evaluation.of(name)
    return (value.low, value.high, value.nm) if isinstance(value, Figure) else (value,)


def _figure(evaluation: Evaluation, name: str) -> r.Figured:
    return r.Figured(name=name, title=title(evaluation.program, name), value=shown_name(evaluation, name))


def shown_name(evaluation: Evaluation, name: str) -> r.Shown:
    """A name's value as a reader is shown it."""
    return shown(evaluation, evaluation.of(name), _kind(evaluation, name), name=name)


def _kind(evaluation: Evaluation, name: str) -> Type:
    metric = evaluation.program.metrics[name]
    return metric.shown.single


def weighted(
    today: Evaluation, worlds: Mapping[str, Evaluation], figures: Sequence[str], probabilities: Mapping[str, float]
) -> list[r.Figured]:
    """Each figure weighted by the probabilities of the scenarios; what no scenario has counts as today's world."""
    rest = max(0.0, 1 - sum(probabilities.values()))
    if not probabilities or len(probabilities) < len(worlds):
        return []
    parts = [*((worlds[n], w) for n, w in probabilities.items()), *([(today, rest)] if rest > 1e-9 else [])]
    found = []
    for name in figures:
        total = Figure.exact(0.0)
        for world, weight in parts:
            value = world.of(name)
            assert isinstance(value, Figure)
            total = add(total, multiply(value, Figure.exact(weight)))
        found.append(
            r.Figured(
                name=name,
                title=title(today.program, name),
                value=shown(today, total, _kind(today, name), name=name),
            )
        )
    return found
