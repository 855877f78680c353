"""A program walked once by the reference evaluator, in a world of which some names are not known yet.

In: an `Evaluation`, the names that other worlds set, in order what rests on them. Out: a `Walked`, in which what is read of
names and expressions is known already or a placeholder on a tape; `NotNoted` where that cannot be. Must not know what any
operation gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dsl.program import program as p
from dsl.types.units import Kind, Type
from evaluator.engine.evaluate import evaluate_name
from evaluator.engine.evaluation import Evaluation, Judged, Traced, World, happened
from evaluator.engine.expressions import Engine
from evaluator.engine.money import in_reporting
from evaluator.engine.verdicts import score_of
from evaluator.prepared.noting import Noting
from evaluator.prepared.tape import NotNoted, Tape, is_noted
from evaluator.values.points import Points
from evaluator.values.series import Value, expect
from evaluator.values.values import Figure, Single, Truth, Words


class Walked(Engine):
    """The reference evaluator with placeholders in place of what worlds set or force."""

    def __init__(
        self, today: Evaluation, world: World, names: Sequence[str], forced: Sequence[str], kept: Mapping[str, Value]
    ) -> None:
        """`world`: what is set beside these names; `names`: what each world sets, `forced`: by address what each takes as true
        or false, in the order of the tape's slots; `kept`: as `Again` has it."""
        program = today.program
        self.tape = Tape()
        self.consts = {n: p.Const(program.declared(n).span, _unit(today, n), value=0.0) for n in names}
        self.names: dict[str, Single] = {n: self.tape.given(_kind(today, n)) for n in names}
        self.forced: dict[str, Truth] = {address: self.tape.given(Truth) for address in forced}
        self.today = today
        here = replace(world, replaced={**world.replaced, **self.consts}, within={}, forced=dict.fromkeys(forced, True))
        super().__init__(program, today.view, here, today, changed=today.whole)
        self.does = Noting(self.tape)
        self.seen = dict(kept)
        self.kept = kept.keys()
        self._by_const = {id(const): self.names[n] for n, const in self.consts.items()}
        self.there = _refused
        self.foreign: dict[str, tuple[str, Truth]] = {}
        """By address: the currency of an amount of foreign money, and whether it is left in that."""

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points, each when it is asked for."""
        return Points(ordinals, give, below)

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression; what is set or forced is a placeholder."""
        given = self._by_const.get(id(expr))
        if given is not None:
            return given
        return super().value(expr)

    def forced_to(self, expr: p.Expr) -> Truth | None:
        """As what an expression is taken, which each world says."""
        return self.forced.get(expr.address) if expr.address else None

    def walk(self, order: Iterable[str]) -> None:
        """Gives names their values."""
        for name in order:
            evaluate_name(self, name, stated=False)

    def _stated(self, found: Traced, expr: p.Expr, code: str) -> Traced:
        """In the reporting currency, where a rate is known, which shows when the value is."""
        single = self.read(in_reporting(self, expr))
        if not (is_noted(single) or is_noted(found.value)):
            return super()._stated(found, expr, code)
        self.foreign[expr.address] = code, self.does.made(left_foreign, found.value, single)
        return replace(found, value=self.does.made(_reported, found.value, single), currency=None)

    def happened(self, kill: p.Kill) -> Truth:
        """Whether a kill has happened in such a world."""
        here, event = expect(self.read(self.values[kill.name]), Truth), self.events.get(kill.name)

        def asked(t: Truth) -> Truth:
            return happened(kill, event, t, self.world, self.program, self.clock.as_of)

        found: Truth = self.tape.note("asked", asked, (here,), Truth, key=("happened", kill.name))
        return found

    def state_of(self, condition: str) -> Words:
        """The state of a condition in such a world, as a word."""
        found: Words = self.does.made(state, self.judged[condition])
        return found

    def score_there(self) -> Figure:
        """The score of all conditions in such a world."""
        conditions = tuple(self.program.conditions.values())
        found: Figure = self.does.made(partial(scored, conditions), *(self.judged[c.name] for c in conditions))
        return found

    def evaluated(self, expr: p.Expr) -> Value:
        """What an expression comes to, by its kind. Whether a kill has happened is asked in each world, also where its condition is the
        same in all: by what is set to what it is today nothing happens."""
        if (
            isinstance(expr, p.IsEvent)
            and expr.state is p.EventState.HAPPENED
            and expr.operand.name in self.program.kills
        ):
            return self.happened(self.program.kills[expr.operand.name])
        return super().evaluated(expr)


def state(judged: Judged) -> Words:
    """The state of a condition, as a word."""
    return Words((judged.state.value,))


def scored(conditions: Sequence[p.Condition], *judged: Judged) -> Figure:
    """The score of conditions as they are judged; not meaningful where none applies."""
    found = score_of(list(zip(conditions, judged, strict=True)))
    return Figure(*found) if found is not None else Figure.meaningless(frozenset())


def left_foreign(own: Figure, reported: Figure) -> Truth:
    """Whether an amount is left in its own currency, since no rate is known."""
    return Truth.of(reported.wide and not own.wide)


def _reported(own: Figure, reported: Figure) -> Figure:
    return own if left_foreign(own, reported).value else reported


def _unit(today: Evaluation, name: str) -> Type:
    """The unit in which a name's own values are."""
    declared = today.program.declared(name)
    kind: Type = declared.type.single  # type: ignore[attr-defined]
    if kind.kind is not Kind.MONEY:
        return kind
    return replace(kind, currency=today.currencies.get(name) or declared.type.currency)  # type: ignore[attr-defined]


def _kind(today: Evaluation, name: str) -> type[Figure | Truth | Words]:
    value = today.read(today.values[name])
    for kind in (Figure, Truth, Words):
        if isinstance(value, kind):
            return kind
    raise NotNoted(f"{type(value).__name__} is not noted")


def _refused(*_: object) -> Figure:
    raise NotNoted("what is weighted over all scenarios")
