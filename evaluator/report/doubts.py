"""Judgements that are decided and yet in doubt: by a ratio whose denominator is below 0, by a fact that looks wrong.

In: an `Evaluation`, what looks wrong in its facts. Out: `Doubt`s, `Suspect`s. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from dsl.program import program as p
from evaluator.engine.evaluation import Evaluation, State
from evaluator.facts.canonical import states
from evaluator.known.finding import Found
from evaluator.report.checks import asked_parts, in_words, shown, shown_type
from evaluator.schema import report as r
from evaluator.values.values import Figure, Truth, Words

_DECIDED = (State.TRUE, State.FALSE)

# --- facts that look wrong ------------------------------------------------------------------------------------


def suspects(evaluation: Evaluation, findings: Sequence[Found]) -> list[r.Suspect]:
    """The findings in the facts on which a judgement rests that is decided, those under the most judgements first: a reader of
    the verdicts must know them before the verdicts."""
    judged = list(_judged(evaluation))
    found = []
    for one in findings:
        titles = [title for title, facts in judged if one.touches(facts)]
        if titles:
            said = one.finding
            found.append(r.Suspect(code=said.code, message=said.message, mend=said.hint or "", judgements=titles))
    return sorted(found, key=lambda suspect: -len(suspect.judgements))


def _judged(evaluation: Evaluation) -> Iterator[tuple[str, frozenset[int]]]:
    """What is decided, the verdicts first: its title and the facts that it rests on."""
    program = evaluation.program
    for verdict in program.verdicts.values():
        words = evaluation.values[verdict.name]
        if isinstance(words, Words) and words.known:
            yield verdict.title, frozenset(words.facts)
    for name, condition in program.conditions.items():
        if evaluation.judged[name].state in _DECIDED:
            yield condition.title, frozenset(evaluation.judged[name].truth.facts)
    today = {states(bound.fact): bound.number for bound in evaluation.view.facts} if evaluation.events else {}
    for event in evaluation.events.values():
        then = event.evaluation if event.evaluation is not None else evaluation
        numbers = then.of(event.name).facts
        known = (states(one.fact) for number in numbers if (one := then.view.by_number.get(number)) is not None)
        facts = frozenset(today[said] for said in known if said in today)
        yield program.declared(event.name).title, facts


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
        if state is None or state.state in _DECIDED:
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
