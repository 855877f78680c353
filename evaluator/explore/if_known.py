"""What would be left of the verdicts if a missing figure were known.

In: an `Evaluation`. Out: `Missing` figures, each with the outcomes that are left in the worlds where it is known. Must
not know reports.

1. Every comparison that is unknown is put down to the figures that are missing for it.
2. For each such figure the comparisons for which it alone is missing are taken as true and as false, in every combination
   (up to `MAX_TOGETHER` of them), and the program is evaluated again in each of these worlds.
3. The combinations are an upper bound: two comparisons of one figure may exclude each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from dsl.program import program as p
from dsl.text.record import record
from dsl.types.units import Kind
from evaluator.engine.evaluation import Evaluation, State
from evaluator.engine.verdicts import score
from evaluator.prepared.prepared import Prepared
from evaluator.values.series import Series
from evaluator.values.values import Cause, Causes, Figure, May, Words

MAX_TOGETHER = 4
MAX_WORLDS = 300
"""So many worlds are evaluated for one report; figures beyond that are ranked by the weight that hangs on them."""


@record
class Left:
    """What is left in one world: each verdict's outcomes, and the score."""

    outcomes: Mapping[str, tuple[str, ...]]
    score: Figure | None


@record
class Missing:
    """A figure that is missing: why, the unknown conditions for which it is missing, and what is left in each world where it is
    known (none where it is alone missing for no comparison, or too many worlds were evaluated before)."""

    name: str
    causes: Causes
    conditions: tuple[str, ...]
    worlds: tuple[Left, ...]


def missing_figures(prepared: Prepared) -> tuple[Missing, ...]:
    """Each figure that is missing, in the order in which the rules ask for it."""
    return _Search(prepared).found()


def left(evaluation: Evaluation) -> Left:
    """What is left of the verdicts in an evaluation."""
    return Left({name: _outcomes(evaluation, name) for name in evaluation.program.verdicts}, score(evaluation))


def _outcomes(evaluation: Evaluation, verdict: str) -> tuple[str, ...]:
    words = evaluation.values[verdict]
    assert isinstance(words, Words)
    return words.possible or ()


class _Search:
    def __init__(self, prepared: Prepared) -> None:
        self.prepared, self.evaluation, self.program = prepared, prepared.today, prepared.today.program
        evaluation = self.evaluation
        self.asked = asked(evaluation)
        self.budget = MAX_WORLDS
        self.causes: dict[str, set[Cause]] = defaultdict(set)
        self.alone: dict[str, list[tuple[str, p.Expr]]] = defaultdict(list)
        """Comparisons for which one figure alone is missing, with the names they stand in."""
        self.hanging: dict[str, list[str]] = defaultdict(list)
        """The unknown conditions for which a figure is missing."""

    def found(self) -> tuple[Missing, ...]:
        self._collect()
        return tuple(
            Missing(name, frozenset(causes), tuple(self.hanging[name]), self._worlds(self.alone[name]))
            for name, causes in self.causes.items()
        )

    def _collect(self) -> None:
        for owner, atom in _open_atoms(self.evaluation, self.asked):
            missing = [c for c in self.evaluation.truth(atom).causes if c.name]
            for cause in missing:
                self.causes[cause.name].add(cause)
            if len({c.name for c in missing}) == 1:
                self.alone[missing[0].name].append((owner, atom))
        for name, declared in self.program.inputs.items():
            if name not in self.asked:
                continue
            value = self.evaluation.of(name)
            if not value.known and not declared.optional and not _has_history(self.evaluation, name):
                self.causes[name] |= value.causes
        for name, causes in self._defaults():
            self.causes[name] |= causes
        for name in self.program.conditions:
            judged = self.evaluation.judged[name]
            if judged.state is State.UNKNOWN:
                for figure in dict.fromkeys(c.name for c in sorted(judged.truth.causes)):
                    self.hanging[figure].append(name)

    def _defaults(self) -> Iterator[tuple[str, Causes]]:
        """Figures in place of which a fallback of the rules was taken: they are missing all the same."""
        out = idle(self.evaluation)
        for name in self.asked - out.keys():
            for call in (c for e in self.program.expressions(name) for c in p.walk(e) if isinstance(c, p.Call)):
                if call.function != "first_known" or call.address not in self.evaluation.trace:
                    continue
                first = self.evaluation.at(call.arguments[0]).value
                if not first.settled:
                    for cause in first.causes:
                        if cause.name:
                            yield cause.name, frozenset({cause})

    def _worlds(self, alone: list[tuple[str, p.Expr]]) -> tuple[Left, ...]:
        together = alone[:MAX_TOGETHER]
        if not together or 2 ** len(together) > self.budget:
            return ()
        self.budget -= 2 ** len(together)
        found = []
        for truths in product((True, False), repeat=len(together)):
            forced = {atom.address: t for (_, atom), t in zip(together, truths, strict=True)}
            world = replace(self.evaluation.world, forced={**self.evaluation.world.forced, **forced})
            found.append(left(self.prepared.evaluated(world)))
        return tuple(found)


def _has_history(evaluation: Evaluation, name: str) -> bool:
    """Whether facts give a series something to work with: whole years, say, where quarters are missing."""
    value = evaluation.values[name]
    return isinstance(value, Series) and (bool(value.annual) or any(x.known for x in value.points.values()))


def idle(evaluation: Evaluation) -> Mapping[str, p.Expr]:
    """The conditions, pillars and tables that do not apply, whatever their figures are: of them only the question whether they
    apply is asked. What a metric is outside its `meaningful when` is asked neither."""
    program = evaluation.program
    judged: tuple[p.Condition | p.Pillar | p.Verdict, ...]
    judged = (*program.conditions.values(), *program.pillars.values(), *program.verdicts.values())
    found = {d.name: d.applies for d in judged if d.applies is not None and _never(evaluation, d.applies)}
    guarded = ((m.name, m.meaningful) for m in program.metrics.values())
    return found | {n: means for n, means in guarded if means is not None and _never(evaluation, means)}


def _never(evaluation: Evaluation, applies: p.Expr) -> bool:
    return applies.address in evaluation.trace and not evaluation.truth(applies).possible & May.TRUE


def _ruling_out(evaluation: Evaluation, applies: p.Expr) -> frozenset[str]:
    """The names by which it is settled that something does not apply: of an `and` those of a part that is enough."""
    while isinstance(applies, p.Logic) and applies.operator == "and":
        part = next((item for item in applies.items if not evaluation.truth(item).possible & May.TRUE), None)
        if part is None:
            break
        applies = part
    return p.names_in(applies)


def asked(evaluation: Evaluation) -> frozenset[str]:
    """The names on which a judgement or its text rests; what only a condition asks for that does not apply is left out."""
    program, out = evaluation.program, idle(evaluation)
    if not out:
        return program.asked_for
    judged = (*program.conditions, *program.kills, *program.catalysts, *program.verdicts, *program.forecasts)
    texts = [e for name, d in program.conditions.items() if name in out for e in (*d.because, *d.otherwise)]
    texts += [e for name, d in program.verdicts.items() if name in out for row in d.rows for e in row.because]
    said = {e.address for e in texts if not isinstance(e, str)}
    waiting = [*judged, *p.names_in(*(e for e in program.sentences if e.address not in said))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += _ruling_out(evaluation, out[name]) if name in out else program.needs(name)
    return frozenset(found)


def _open_atoms(evaluation: Evaluation, wanted: frozenset[str]) -> Iterator[tuple[str, p.Expr]]:
    """Comparisons of facts that are unknown, with the name they stand in; what asks of other judgements is left out, and what
    is not meaningful is not unknown: nothing that becomes known changes it."""
    program, out = evaluation.program, idle(evaluation)
    for name in program.order:
        if name in evaluation.world.replaced or name not in wanted or name in out:
            continue  # that it does not apply is settled, whatever else becomes known
        for expr in program.expressions(name):
            if expr.type.kind is not Kind.FLAG:
                continue
            for atom in p.atoms(expr):
                if not _judgement(program, atom) and evaluation.truth(atom).unknown:
                    yield name, atom


def _judgement(program: p.Program, atom: p.Expr) -> bool:
    atom = atom.operand if isinstance(atom, p.Not) else atom
    operand = (
        atom.operand if isinstance(atom, p.IsWord | p.IsTruth) else atom.asked if isinstance(atom, p.OneOf) else atom
    )
    return isinstance(operand, p.Ref) and (
        operand.name in program.conditions or operand.type.kind in (Kind.PILLAR, Kind.VERDICT)
    )
