"""On which names an outcome rests: what decided it, or, where it is undecided, what is missing.

In: an `Evaluation` and an expression. Out: names. Must not know examples or reports.

`A and B` that is true rests on both, and where it is false on those that are false; `or` the other way round. A row
that fired rests on its condition, `otherwise` on the rows above it, all of them false. A pillar's status rests on the
bulls that are true (on all of them where none is) and likewise on the bears. From there it goes on down: a metric
rests on the names of its formula, but one that a world or a fact sets rests on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dsl.program import program as p
from dsl.program.calls import function
from evaluator.engine.evaluation import Evaluation, State
from evaluator.values.values import May, Words


def rests_on(evaluation: Evaluation, expr: p.Expr) -> frozenset[str]:
    """The names that an expression's truth rests on, down to the inputs."""
    return _down(evaluation, deciders(evaluation, expr))


def rests(evaluation: Evaluation, name: str) -> frozenset[str]:
    """The names that a name's value rests on, down to the inputs, and itself."""
    return _down(evaluation, [name])


def _down(evaluation: Evaluation, names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += _below(evaluation, name)
    return frozenset(found)


def _below(evaluation: Evaluation, name: str) -> Iterable[str]:
    program = evaluation.program
    if name in evaluation.world.replaced or name in evaluation.given:
        return ()
    if condition := program.conditions.get(name):
        return _of_condition(evaluation, condition)
    if kill := program.kills.get(name):
        return deciders(evaluation, kill.when)
    if pillar := program.pillars.get(name):
        return _of_pillar(evaluation, pillar)
    if verdict := program.verdicts.get(name):
        rows = _of_verdict(evaluation, verdict, None) if evaluation.applies(verdict).possible & May.TRUE else set()
        return rows | _applying(evaluation, verdict)
    if metric := program.metrics.get(name):
        written = (metric.value,) if metric.meaningful is None else (metric.value, metric.meaningful)
        return _telling(evaluation, dict.fromkeys(n for expr in written for n in _taken(evaluation, expr)))
    return _telling(evaluation, program.needs(name))


def _taken(evaluation: Evaluation, expr: p.Expr) -> Iterator[str]:
    """The names that an expression was made of: of an `if` those of its conditions, as far as they were asked, and of the
    value that was taken."""
    if isinstance(expr, p.Ref):
        yield expr.name
        return
    if not isinstance(expr, p.If):
        for child in p.children(expr):
            yield from _taken(evaluation, child)
        return
    for condition, value in expr.ways:
        truth = evaluation.truth(condition).value if condition is not None else True
        if condition is not None:
            yield from _taken(evaluation, condition)
        if truth is not False:
            yield from _taken(evaluation, value)
        if truth:
            return


def _telling(evaluation: Evaluation, names: Iterable[str]) -> list[str]:
    """Names among which unknown ones say nothing, since what they stand in was decided without them."""
    return [n for n in names if n in evaluation.values and evaluation.of(n).known]


def _of_condition(evaluation: Evaluation, condition: p.Condition) -> Iterable[str]:
    return deciders(evaluation, condition.when) | _applying(evaluation, condition)


def _applying(evaluation: Evaluation, judged: p.Condition | p.Pillar | p.Verdict) -> set[str]:
    return deciders(evaluation, judged.applies) if judged.applies is not None else set()


def _of_pillar(evaluation: Evaluation, pillar: p.Pillar) -> set[str]:
    found = _applying(evaluation, pillar)
    for side in p.Side:
        conditions = [c for c in evaluation.program.speaking(pillar.name) if c.side is side]
        states = {c.name: evaluation.judged[c.name].state for c in conditions}
        true = {name for name, state in states.items() if state is State.TRUE}
        if true or State.UNKNOWN not in states.values():
            found |= true or set(states)
    return found


def _of_verdict(evaluation: Evaluation, verdict: p.Verdict, word: str | None) -> set[str]:
    """What let a row fire; where several still can, what ruled out the rows that say `word`."""
    above: set[str] = set()
    ruled_out: set[str] = set()
    undecided = False
    for row, truth in evaluation.row_truths(verdict):
        names = deciders(evaluation, row.when) if row.when is not None else set()
        if truth.value and not undecided:
            return names if row.when is not None else above
        undecided |= truth.value is None
        if truth.value is False:
            above |= names
            ruled_out |= names if row.outcome == word else set()
        elif truth.value and word is not None:
            return ruled_out | names
    return ruled_out if undecided else above


def deciders(evaluation: Evaluation, expr: p.Expr) -> set[str]:
    """The names directly in an expression that made it true or false; none where it is neither."""
    truth = evaluation.truth(expr).value
    maker = _DECIDERS.get(type(expr), _leaf)
    return maker(evaluation, expr) if truth is not None else set()


def _leaf(evaluation: Evaluation, expr: p.Expr) -> set[str]:
    return set(_telling(evaluation, _taken(evaluation, expr)))


def _logic(evaluation: Evaluation, expr: p.Logic) -> set[str]:
    truths = [(item, evaluation.truth(item).value) for item in expr.items]
    short = expr.operator == "or"  # one item that is true decides an `or`, one that is false an `and`
    deciding = [item for item, truth in truths if truth is short] or list(expr.items)
    return set().union(*(deciders(evaluation, item) for item in deciding))


def _one_of(evaluation: Evaluation, expr: p.OneOf) -> set[str]:
    """What made it one of several, or none."""
    return _logic(evaluation, expr) or _leaf(evaluation, expr)


def _either(evaluation: Evaluation, expr: p.If) -> set[str]:
    """What decided the conditions that were asked, and the value that was taken."""
    found: set[str] = set()
    for condition, value in expr.ways:
        truth = evaluation.truth(condition).value if condition is not None else True
        found |= deciders(evaluation, condition) if condition is not None else set()
        found |= deciders(evaluation, value) if truth is not False else set()
        if truth:
            break
    return found


def _inner(evaluation: Evaluation, expr: p.Not | p.IsTruth) -> set[str]:
    return deciders(evaluation, expr.operand)


def _known(evaluation: Evaluation, expr: p.IsKnown) -> set[str]:
    """That something is unknown rests on what is missing, and on the names in between."""
    if evaluation.single(expr.operand).known:
        return _leaf(evaluation, expr.operand)
    return set(missing_for(evaluation, expr.operand))


def _word(evaluation: Evaluation, expr: p.IsWord) -> set[str]:
    verdict = evaluation.program.verdicts.get(expr.operand.name) if isinstance(expr.operand, p.Ref) else None
    value = evaluation.single(expr.operand)
    if verdict is None or not isinstance(value, Words) or value.known:
        names = _leaf(evaluation, expr)
        return names or set(p.names_in(expr))  # a status can be ruled out though several are left
    return {verdict.name} | _of_verdict(evaluation, verdict, expr.word)


def _call(evaluation: Evaluation, expr: p.Call) -> set[str]:
    """`any` and `all` of conditions, as `or` and `and`."""
    operator = function(expr).operator
    if not operator:
        return _leaf(evaluation, expr)
    return _logic(evaluation, p.Logic(expr.span, expr.type, operator, expr.arguments))


_DECIDERS: dict[type[p.Expr], Callable[..., set[str]]] = {
    p.Logic: _logic, p.Not: _inner, p.IsTruth: _inner, p.IsKnown: _known, p.IsWord: _word, p.Call: _call,
    p.If: _either, p.OneOf: _one_of,
}  # fmt: skip


def missing_for(evaluation: Evaluation, expr: p.Expr) -> frozenset[str]:
    """The names for which an expression is unknown: the figures that are missing, and what is undecided for their want."""
    causes = evaluation.single(expr).causes
    found = {cause.name for cause in causes}
    for name in evaluation.program.upstream(p.names_in(expr), stop=evaluation.world.replaced):
        value = evaluation.of(name)
        if not value.known and value.causes & causes:
            found.add(name)
    return frozenset(found)
