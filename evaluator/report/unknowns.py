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
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import product

from dsl.program import program as p
from dsl.types.units import Kind
from evaluator.engine.evaluate import evaluate_again
from evaluator.engine.expressions import Evaluation
from evaluator.engine.verdicts import State, judge, score
from evaluator.report.checks import atoms, reasons, title
from evaluator.schema.report import Narrowing, UnknownResult
from evaluator.values.series import Series
from evaluator.values.values import Cause, Words

MAX_TOGETHER = 4
MAX_WORLDS = 300
"""So many worlds are evaluated for one report; figures beyond that are ranked by the weight that hangs on them."""


def unknowns(evaluation: Evaluation) -> list[UnknownResult]:
    """Each figure that is lacking, ranked by what knowing it would tell."""
    return _Narrower(evaluation).ranked()


def _has_history(evaluation: Evaluation, name: str) -> bool:
    """Whether facts give a series something to work with: whole years, say, where quarters are lacking."""
    value = evaluation.values[name]
    return isinstance(value, Series) and (
        bool(value.annual or value.halves) or any(x.known for x in value.points.values())
    )


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


def asked_for(program: p.Program) -> set[str]:
    """The names on which a judgement or its text rests. A module brings inputs that a thesis may have no use for."""
    judged: list[p.Condition | p.Kill | p.Catalyst] = [*program.conditions.values(), *program.kills.values()]
    judged += program.catalysts.values()
    texts = [d.because for d in judged] + [r.because for v in program.verdicts.values() for r in v.rows]
    stack = [*(d.name for d in judged), *program.verdicts, *program.forecasts]
    stack += p.names_in(*(part for text in texts for part in text if not isinstance(part, str)))
    found: set[str] = set()
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += program.needs(name)
    return found


def _judgement(program: p.Program, atom: p.Expr) -> bool:
    atom = atom.operand if isinstance(atom, p.Not) else atom
    operand = atom.operand if isinstance(atom, p.IsWord | p.IsTruth) else atom
    return isinstance(operand, p.Ref) and (
        operand.name in program.conditions or operand.type.kind in (Kind.PILLAR, Kind.VERDICT)
    )


class _Narrower:
    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation, self.program = evaluation, evaluation.program
        self.budget = MAX_WORLDS
        self.causes: dict[str, set[Cause]] = defaultdict(set)
        self.alone: dict[str, list[tuple[str, p.Expr]]] = defaultdict(list)
        """Comparisons that lack one figure alone, with the names they stand in."""
        self.hanging: dict[str, list[str]] = defaultdict(list)
        """The unknown conditions that lack a figure."""

    def ranked(self) -> list[UnknownResult]:
        self._collect()
        found = [self._unknown(name) for name in self.causes]
        return sorted(found, key=lambda u: (-u.gain, -u.score_gain, -u.weight, u.name))

    def _collect(self) -> None:
        for owner, atom in _open_atoms(self.evaluation):
            found = [c for c in self.evaluation.truth(atom).causes if c.name]
            for cause in found:
                self.causes[cause.name].add(cause)
            if len({c.name for c in found}) == 1:
                self.alone[found[0].name].append((owner, atom))
        asked = asked_for(self.program)
        for name, declared in self.program.inputs.items():
            if name not in asked:
                continue
            value = self.evaluation.read(self.evaluation.values[name])
            if not value.known and not declared.optional and not _has_history(self.evaluation, name):
                self.causes[name] |= value.causes
        for condition in self.program.conditions.values():
            judged = judge(self.evaluation, condition)
            if judged.state is State.UNKNOWN:
                for name in dict.fromkeys(c.name for c in sorted(judged.truth.causes)):
                    self.hanging[name].append(condition.name)

    def _unknown(self, name: str) -> UnknownResult:
        hanging, worlds = self.hanging[name], self._worlds(self.alone[name])
        narrowed = [n for v in self.program.verdicts if (n := _narrowing(self.evaluation, worlds, v)) is not None]
        declared = self.program.inputs.get(name)
        return UnknownResult(
            name=name,
            title=title(self.program, name),
            required=declared is not None and not declared.optional,
            wanted=reasons(self.program, frozenset(self.causes[name])),
            conditions=hanging,
            weight=sum(self.program.conditions[c].weight for c in hanging),
            pillars=list(dict.fromkeys(x for c in hanging for x in self.program.conditions[c].pillars)),
            verdicts=narrowed,
            gain=round(sum(n.now - n.then for n in narrowed), 9),
            score_gain=_score_gain(self.evaluation, worlds),
        )

    def _worlds(self, alone: list[tuple[str, p.Expr]]) -> list[Evaluation]:
        together = alone[:MAX_TOGETHER]
        if not together or 2 ** len(together) > self.budget:
            return []
        self.budget -= 2 ** len(together)
        affected = self._downstream({owner for owner, _ in together})
        found = []
        for truths in product((True, False), repeat=len(together)):
            forced = {id(atom): t for (_, atom), t in zip(together, truths, strict=True)}
            world = replace(self.evaluation.world, forced={**self.evaluation.world.forced, **forced})
            found.append(evaluate_again(self.evaluation, affected, world))
        return found

    @cached_property
    def _needs(self) -> dict[str, frozenset[str]]:
        return {name: self.program.needs(name) for name in self.program.order}

    def _downstream(self, owners: set[str]) -> list[str]:
        """The names whose values can change with those of the owners, in order."""
        affected = set(owners)
        for name in self.program.order:
            if not affected.isdisjoint(self._needs[name]):
                affected.add(name)
        return [name for name in self.program.order if name in affected]


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
