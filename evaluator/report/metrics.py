"""Every metric of the rules as a report lists it, whether a judgement rests on it or not; and the judgements that rest on a
ratio whose denominator is below 0.

In: an `Evaluation`. Out: `MetricResult`s, `Doubt`s. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dsl.program import program as p
from evaluator.engine.evaluation import Evaluation, State
from evaluator.report.checks import asked_parts, facts_below, in_words, reasons, shown, shown_type
from evaluator.report.worlds import shown_name
from evaluator.schema import report as r
from evaluator.values.series import Series
from evaluator.values.values import Figure, Truth, Words


def metric_results(evaluation: Evaluation) -> list[r.MetricResult]:
    """In the order of the rules."""
    return [_metric(evaluation, name) for name in evaluation.program.metrics]


def _metric(evaluation: Evaluation, name: str) -> r.MetricResult:
    metric, value = evaluation.program.metrics[name], evaluation.of(name)
    set_by_hand = evaluation.world.replaced.get(name)
    return r.MetricResult(
        name=name,
        title=metric.title,
        value=shown_name(evaluation, name),
        period=_period(evaluation, name),
        written=f"set: {set_by_hand.text}" if set_by_hand is not None else metric.value.text,
        given=name in evaluation.given and set_by_hand is None,
        reasons=[] if value.known else reasons(evaluation.program, value.causes),
        facts=facts_below([value]),
        origin=metric.origin,
    )


def _period(evaluation: Evaluation, name: str) -> str:
    value = evaluation.values[name]
    ordinal = evaluation.reading(value) if isinstance(value, Series) else None
    if not isinstance(value, Series) or ordinal is None:
        return ""
    label = evaluation.clock.label(ordinal, value.frequency)
    return f"{label}, with what is known today" if ordinal in value.closing else label


# --- ratios that may mean nothing -----------------------------------------------------------------------------


def doubts(evaluation: Evaluation) -> list[r.Doubt]:
    """The judgements that are decided by a ratio whose denominator is below 0 today. Where the rules say when a ratio means
    something, it decides nothing; where they do not, whoever reads the verdict must know."""
    program, found = evaluation.program, dict[tuple[str, str, str], r.Doubt]()
    for name, expr in _deciding(evaluation):
        for owner, ratio in _below_zero(evaluation, expr):
            figure = program.metrics[owner].title if owner else in_words(program, ratio)
            under = ratio.right
            denominator = in_words(program, under)
            value = shown(evaluation, evaluation.single(under), shown_type(program, under).single)
            says = _says(evaluation, name)
            doubt = r.Doubt(name=name, title=program.declared(name).title, says=says, figure=figure,
                            denominator=denominator, value=value)  # fmt: skip
            found.setdefault((name, figure, denominator), doubt)
    return list(found.values())


def _deciding(evaluation: Evaluation) -> Iterator[tuple[str, p.Expr]]:
    """The comparisons by which each judgement came out as it did; of a table those of the row that gives the outcome."""
    program = evaluation.program
    asked: tuple[p.Condition | p.Kill, ...] = (*program.conditions.values(), *program.kills.values())
    for judged in asked:
        state = evaluation.judged.get(judged.name)
        if state is None or state.state in (State.TRUE, State.FALSE):
            yield from ((judged.name, atom) for atom in _as_whole(evaluation, judged.when))
    for verdict in program.verdicts.values():
        holds = next((row for row, truth in evaluation.row_truths(verdict) if truth.value), None)
        if holds is not None and holds.when is not None:
            yield from ((verdict.name, atom) for atom in _as_whole(evaluation, holds.when))


def _as_whole(evaluation: Evaluation, expr: p.Expr) -> Iterator[p.Expr]:
    """The comparisons in an expression that came out as it did, where it is decided."""
    if expr.address not in evaluation.trace:
        return
    whole = evaluation.truth(expr)
    if whole.known:
        asked = partial(asked_parts, evaluation)
        yield from (atom for atom in p.atoms(expr, asked) if evaluation.truth(atom).value is whole.value)


def _below_zero(evaluation: Evaluation, expr: p.Expr) -> Iterator[tuple[str, p.Arithmetic]]:
    """The ratios under an expression whose denominator is below 0, through the formulas of metrics, each with the metric it
    stands in."""
    program, seen = evaluation.program, set[str]()
    waiting: list[tuple[str, p.Expr]] = [("", expr)]
    while waiting:
        owner, each = waiting.pop()
        for node in _made_of(evaluation, each):
            if isinstance(node, p.Arithmetic) and node.operator == "/" and _negative(evaluation, node.right):
                yield owner, node
            if isinstance(node, p.Ref) and node.name in program.metrics and node.name not in seen:
                seen.add(node.name)
                if node.name not in evaluation.given and node.name not in evaluation.world.replaced:
                    waiting.append((node.name, program.metrics[node.name].value))


def _made_of(evaluation: Evaluation, expr: p.Expr) -> Iterator[p.Expr]:
    """An expression and what it is made of today: of an `if` what was asked and taken. A ratio behind a condition that does
    not hold decides nothing."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        evaluated = isinstance(node, p.If) and node.conditions[0].address in evaluation.trace
        stack += asked_parts(evaluation, node) if evaluated and isinstance(node, p.If) else p.children(node)


def _negative(evaluation: Evaluation, under: p.Expr) -> bool:
    if isinstance(under, p.Const) or under.address not in evaluation.trace:
        return False
    value = evaluation.single(under)
    return isinstance(value, Figure) and value.known and value.high < 0


def _says(evaluation: Evaluation, name: str) -> str:
    value = evaluation.of(name)
    if isinstance(value, Words):
        return " or ".join(value.possible or ())
    return "true" if isinstance(value, Truth) and value.value else "false"
