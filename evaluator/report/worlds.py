"""Worlds beside today's as a report shows them: what a scenario or a setting assumes, and what follows from it.

In: the evaluations of today and of other worlds. Out: parts of the result model. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl.program import program as p
from dsl.program.declared import Valuation, valuations
from dsl.types.units import Type
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.functions.valuing import upside
from evaluator.engine.verdicts import score
from evaluator.report.age import too_old
from evaluator.report.checks import PERCENT, facts_below, reasons, shown, shown_type, title
from evaluator.schema import report as r
from evaluator.values.algebra import FIGURES
from evaluator.values.bounds import add, multiply
from evaluator.values.values import Figure, Single, Words, because


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
    found = []
    for name in figures:
        total = _weighted(today, worlds, name, probabilities)
        if total is not None:
            value = shown(today, total, _kind(today, name), name=name)
            found.append(r.Figured(name=name, title=title(today.program, name), value=value))
    return found


def _weighted(
    today: Evaluation, worlds: Mapping[str, Evaluation], name: str, probabilities: Mapping[str, float]
) -> Figure | None:
    """A metric weighted by the probabilities of all worlds, as `expected(…)` has it; None where none has one, or one is not
    known. A scenario that the rules give no probability counts for nothing."""
    rest = max(0.0, 1 - sum(probabilities.values()))
    if not probabilities or len(probabilities) < len(list(today.program.probabilities)):
        return None
    total = Figure.exact(0.0)
    parts = [*((worlds[n], w) for n, w in probabilities.items()), *([(today, rest)] if rest > 1e-9 else [])]
    for world, weight in parts:
        value = world.of(name)
        assert isinstance(value, Figure)
        total = add(total, multiply(value, Figure.exact(weight)))
    return total


# --- what something is worth --------------------------------------------------------------------------------


def valuation_results(
    today: Evaluation, worlds: Mapping[str, Evaluation], probabilities: Mapping[str, float]
) -> list[r.ValuationResult]:
    """Each valuation: value and price today, in each scenario, and weighted by probability."""
    return [_valuation(today, worlds, probabilities, one) for one in valuations(today.program.metrics)]


def _valuation(
    today: Evaluation, worlds: Mapping[str, Evaluation], probabilities: Mapping[str, float], one: Valuation
) -> r.ValuationResult:
    program, value, price = today.program, _figure_of(today, one.name), _figure_of(today, one.price.name)
    facts = facts_below([price])
    days = [today.view.by_number[n].observed for n in facts if n in today.view.by_number]
    day = max(days, default=None)
    return r.ValuationResult(
        name=one.name,
        title=one.title,
        value=shown_name(today, one.name),
        written=one.value.text,
        range=_range(today, worlds, one),
        price=_shown_price(today, one),
        price_name=one.price.name,
        price_title=title(program, one.price.name),
        price_day=day,
        price_age_days=(today.clock.as_of - day).days if day is not None else None,
        price_old=bool(too_old(today, facts)),
        upside=_upside(today, value, today.single(one.upside)),
        margin_of_safety=shown(today, today.single(one.safety), PERCENT),
        scenarios=[
            r.Valued(
                name=name,
                title=title(program, name),
                probability=probability(today, program.scenarios[name]),
                value=shown_name(there, one.name),
                upside=_upside(there, _figure_of(there, one.name), there.single(one.upside)),
            )
            for name, there in worlds.items()
        ],
        weighted=_valued_by_all(today, worlds, probabilities, one),
        reasons=[] if value.known else reasons(program, value.causes),
        price_reasons=[] if price.known else reasons(program, price.causes),
        facts=facts_below([value, price]),
        origin=one.origin,
    )


BELOW_ZERO = "n.m.: the value is below 0"


def _upside(evaluation: Evaluation, value: Figure, upside: Single) -> r.Shown:
    """The upside as a memo says it: nobody loses more than the price, so that a value below 0 has none that means anything, and
    bounds end at −100%. What rules compare is the figure itself."""
    found = shown(evaluation, upside, PERCENT, signed=True)
    if not isinstance(upside, Figure) or not upside.known or upside.low >= -1.0:
        return found
    if value.high < 0 or upside.high < -1.0:
        return found.model_copy(
            update={"text": BELOW_ZERO, "known": False, "meaningful": False, "low": None, "high": None}
        )
    return shown(evaluation, Figure(-1.0, upside.high), PERCENT, signed=True)


def _figure_of(evaluation: Evaluation, name: str) -> Figure:
    value = evaluation.of(name)
    assert isinstance(value, Figure)
    return value


def _code(evaluation: Evaluation, name: str) -> str | None:
    """The currency in which a name is shown; None for the reporting one."""
    return evaluation.currencies.get(name) if name not in evaluation.stated else None


def _shown_price(evaluation: Evaluation, one: Valuation) -> r.Shown:
    kind = shown_type(evaluation.program, one.price).single
    return shown(evaluation, _figure_of(evaluation, one.price.name), kind, name=one.price.name)


def _range(today: Evaluation, worlds: Mapping[str, Evaluation], one: Valuation) -> r.Shown | None:
    """The lowest and the highest value of all worlds, where they are in one currency and known."""
    every = [(e, _figure_of(e, one.name)) for e in (today, *worlds.values())]
    figures = [figure for _, figure in every if figure.known]
    codes = {_code(e, one.name) for e, _ in every}
    if len(figures) < len(every) or len(codes) > 1:
        return None
    low, high = min(f.low for f in figures), max(f.high for f in figures)
    return shown(today, Figure(low, high), _kind(today, one.name), name=one.name) if low < high else None


def _valued_by_all(
    today: Evaluation, worlds: Mapping[str, Evaluation], probabilities: Mapping[str, float], one: Valuation
) -> r.Valued | None:
    """Weighted by probability, at today's price."""
    total = _weighted(today, worlds, one.name, probabilities)
    if total is None:
        return None
    price = _figure_of(today, one.price.name)
    alike = _code(today, one.name) == _code(today, one.price.name)
    up = (
        upside(FIGURES, total, price)
        if alike
        else Figure.unknown(because("no rate of exchange is known", one.price.name))
    )
    return r.Valued(name="", title="Weighted by probability", probability=None,
                    value=shown(today, total, _kind(today, one.name), name=one.name),
                    upside=_upside(today, total, up))  # fmt: skip
