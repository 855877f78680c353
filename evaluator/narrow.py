"""Which missing figure would tell most: what would be left of the verdicts if it were known.

In: an `Evaluation`. Out: `UnknownResult`s, the most telling first. Must not know templates.

1. Every comparison that is unknown is put down to the figures that it lacks.
2. For each such figure the comparisons that lack it alone are taken as true and as false, in every combination
   (up to `MAX_TOGETHER` of them), and the program is evaluated again in each of these worlds.
3. A figure's gain is how many outcomes fall away on average over the worlds, each of them as likely as the next.
   The combinations are an upper bound: two comparisons of one figure may exclude each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from dsl import program as p
from dsl.units import Kind
from evaluator.evaluate import Evaluation, evaluate
from evaluator.explain import atoms, reasons, title
from evaluator.result import Narrowing, UnknownResult
from evaluator.series import Series
from evaluator.values import Cause, Words
from evaluator.verdicts import State, judge, score

MAX_TOGETHER = 4
MAX_WORLDS = 300
"""So many worlds are evaluated for one report; figures beyond that are ranked by the weight that hangs on them."""


def unknowns(evaluation: Evaluation, order: Sequence[str]) -> list[UnknownResult]:
    """Each figure that is lacking, ranked by what knowing it would tell."""
    lacking: dict[str, list[p.Expr]] = defaultdict(list)
    causes: dict[str, set[Cause]] = defaultdict(set)
    for _, atom in _open_atoms(evaluation):
        found = evaluation.truth(atom).causes
        names = {c.name for c in found if c.name}
        for cause in found:
            if cause.name:
                causes[cause.name].add(cause)
        if len(names) == 1:
            lacking[next(iter(names))].append(atom)
    for name, declared in evaluation.program.inputs.items():
        value = evaluation.read(evaluation.values[name])
        if not value.known and not declared.optional and not _has_history(evaluation, name):
            causes[name] |= value.causes
    budget = [MAX_WORLDS]
    found_all = [_unknown(evaluation, order, name, causes[name], lacking.get(name, []), budget) for name in causes]
    return sorted(found_all, key=lambda u: (-u.gain, -u.score_gain, -u.weight, u.name))


def _has_history(evaluation: Evaluation, name: str) -> bool:
    """Whether facts give a series something to work with: whole years, say, where quarters are lacking."""
    value = evaluation.values[name]
    return isinstance(value, Series) and (bool(value.annual) or any(x.known for x in value.points.values()))


def _open_atoms(evaluation: Evaluation) -> Iterator[tuple[str, p.Expr]]:
    """Comparisons of facts that are unknown, with the name they stand in; what asks of other judgements is left out."""
    for name in evaluation.program.order:
        if name in evaluation.world.replaced:
            continue
        for expr in evaluation.program.expressions(name):
            if expr.type.kind is not Kind.FLAG:
                continue
            for atom in atoms(expr):
                if not _judgement(evaluation.program, atom) and evaluation.truth(atom).value is None:
                    yield name, atom


def _judgement(program: p.Program, atom: p.Expr) -> bool:
    atom = atom.operand if isinstance(atom, p.Not) else atom
    operand = atom.operand if isinstance(atom, p.IsWord | p.IsTruth) else atom
    return isinstance(operand, p.Ref) and (
        operand.name in program.conditions or operand.type.kind in (Kind.PILLAR, Kind.VERDICT)
    )


def _unknown(
    evaluation: Evaluation, order: Sequence[str], name: str, causes: set[Cause], alone: list[p.Expr], budget: list[int]
) -> UnknownResult:
    program = evaluation.program
    hanging = _conditions(evaluation, name)
    worlds = _worlds(evaluation, order, alone, budget)
    narrowed = [n for v in program.verdicts if (n := _narrowing(evaluation, worlds, v)) is not None]
    declared = program.inputs.get(name)
    pillars = dict.fromkeys(x for c in hanging for x in program.conditions[c].pillars)
    return UnknownResult(
        name=name,
        title=title(program, name),
        required=declared is not None and not declared.optional,
        wanted=reasons(program, frozenset(causes)),
        conditions=hanging,
        weight=sum(program.conditions[c].weight for c in hanging),
        pillars=list(pillars),
        verdicts=narrowed,
        gain=round(sum(n.now - n.then for n in narrowed), 9),
        score_gain=_score_gain(evaluation, worlds),
    )


def _conditions(evaluation: Evaluation, name: str) -> list[str]:
    """The unknown conditions that lack a figure."""
    found = []
    for condition in evaluation.program.conditions.values():
        judged = judge(evaluation, condition)
        if judged.state is State.UNKNOWN and any(c.name == name for c in judged.truth.causes):
            found.append(condition.name)
    return found


def _worlds(evaluation: Evaluation, order: Sequence[str], alone: list[p.Expr], budget: list[int]) -> list[Evaluation]:
    together = alone[:MAX_TOGETHER]
    if not together or 2 ** len(together) > budget[0]:
        return []
    budget[0] -= 2 ** len(together)
    found = []
    for truths in product((True, False), repeat=len(together)):
        forced: Mapping[int, bool] = {
            **evaluation.world.forced,
            **{id(a): t for a, t in zip(together, truths, strict=True)},
        }
        found.append(evaluate(evaluation.program, order, evaluation.view, replace(evaluation.world, forced=forced)))
    return found


def _outcomes(evaluation: Evaluation, verdict: str) -> tuple[str, ...]:
    words = evaluation.values[verdict]
    assert isinstance(words, Words)
    return words.possible or ()


def _narrowing(evaluation: Evaluation, worlds: list[Evaluation], verdict: str) -> Narrowing | None:
    now = _outcomes(evaluation, verdict)
    if len(now) < 2 or not worlds:
        return None
    left = [_outcomes(w, verdict) for w in worlds]
    then = sum(len(o) for o in left) / len(left)
    if then >= len(now):
        return None
    sets = [list(o) for o in dict.fromkeys(left)]
    return Narrowing(
        verdict=verdict, title=title(evaluation.program, verdict), now=len(now), then=round(then, 9), outcomes=sets
    )


def _score_gain(evaluation: Evaluation, worlds: list[Evaluation]) -> float:
    now = score(evaluation)
    widths = [s.high - s.low for w in worlds if (s := score(w)) is not None]
    if now is None or not widths:
        return 0.0
    return round(max(0.0, (now.high - now.low) - sum(widths) / len(widths)), 9)
