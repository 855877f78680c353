"""An evaluation, prepared once and made again in many worlds that differ from it.

In: an `Evaluation` and a `World`. Out: the `Evaluation` there, equal to what the reference evaluator gives from the start.
Must not know what any operation gives, nor what the worlds are for.

1. What is set in a world changes the names that rest on it, and no others: they are found once for all worlds that set the
   same names (`Plan`), with the expressions below them that nothing changes.
2. Of these a name is evaluated again only where what it asks for is not what it was in one of the last worlds: a table whose
   conditions come to the same truths is not gone through again.
3. Of a series each period is calculated when it is asked for, so that of years of prices the day that is read is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from dsl.program import program as p
from dsl.program.grounds import Assumption
from dsl.types.units import Kind
from evaluator.engine.evaluate import evaluate_name
from evaluator.engine.evaluation import Evaluation, Judged, Traced, World
from evaluator.prepared.again import Again
from evaluator.values.series import Series, Value
from evaluator.values.step import Step
from evaluator.values.values import Figure, Single, Truth

REMEMBERED = 8
"""So many states of a name are remembered for each kind of world."""


@dataclass(slots=True)
class _State:
    """What one name came to: its value, and all that was noted on the way. `read`: the number of what is read of it, `whole`: of
    all that it is; where two states have one number they are the same."""

    read: int
    whole: int
    value: Value
    judged: Judged | None
    rows: tuple[Truth, ...] | None
    path: tuple[Figure, ...] | None
    stated: Single | None
    currency: str | None
    given: bool
    trace: Mapping[str, Traced]
    seen: Mapping[str, Value]


_TODAY = 0
"""The number of what a name is today."""


@dataclass(slots=True)
class _Name:
    """One name that a world may change. `needs`: those that it asks for which may change too, each with whether more than what
    is read of it counts; `always`: whether it is evaluated in every world, since something is set or forced in it; `events`:
    whether it asks what became of an event."""

    name: str
    needs: tuple[tuple[str, bool], ...]
    addresses: tuple[str, ...]
    always: bool
    events: bool
    states: dict[tuple[int, ...], _State] = field(default_factory=dict)
    made: int = 0


@dataclass(slots=True)
class _Plan:
    """What is evaluated again in all worlds of one kind, in order, and what is taken over."""

    names: tuple[_Name, ...]
    kept: Mapping[str, Value]
    reported: dict[str, Value] = field(default_factory=dict)


class Prepared:
    """An evaluation that can be made again in other worlds."""

    def __init__(self, today: Evaluation, stated: bool = True) -> None:
        """`stated`: also what foreign money is in the reporting currency, which a reader wants and no rule asks for."""
        self.today, self._stated = today, stated
        self._plans: dict[object, _Plan] = {}
        self._assumptions: dict[Assumption, int] = {a: -n for n, a in enumerate(today.assumptions, 1)}
        self._addresses: dict[str, tuple[str, ...]] = {}

    def evaluated(
        self, world: World, wanted: Collection[str] | None = None, also: Iterable[p.Expr] = ()
    ) -> Evaluation:
        """What comes out in a world that is laid over today's as today's own is. `wanted`: the names that are asked for, with
        all on which they rest; other names stay as they are today (None: all are asked for). `also`: expressions of the
        program that no name's value is made of."""
        plan = self._plan(world, wanted)
        engine = Again(self.today, world, plan.kept, self._assumptions, plan.reported)
        states: dict[str, _State] = {}
        for name in plan.names:
            state = self._state(engine, name, states)
            if state is not None:
                states[name.name] = state
        for expr in also:
            engine.value(expr)
        plan.reported |= {a: x for a, x in engine.reported.items() if a in plan.kept}
        return engine.finished()

    # --- plans -------------------------------------------------------------------------------------------

    def _plan(self, world: World, wanted: Collection[str] | None) -> _Plan:
        set_here = self._set(world)
        asked = frozenset(wanted) if wanted is not None else None
        key = (set_here, frozenset(world.replaced), world.same, frozenset(world.forced), asked)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._made(world, set_here, asked)
        return found

    def _set(self, world: World) -> frozenset[str]:
        """The names that a world sets otherwise than today's does."""
        before = self.today.world
        names = world.replaced.keys() | before.replaced.keys()
        return frozenset(
            n
            for n in names
            if world.replaced.get(n) is not before.replaced.get(n) or world.within.get(n) != before.within.get(n)
        )

    def _made(self, world: World, set_here: frozenset[str], wanted: frozenset[str] | None) -> _Plan:
        program, forced = self.today.program, world.forced.keys()
        changed = frozenset(a for a in forced if world.forced[a] is not self.today.world.forced.get(a))
        changed |= frozenset(self.today.world.forced.keys() - forced)
        holding = {n for n in program.order if changed and not changed.isdisjoint(self._addresses_of(n))}
        below = program.downstream({*set_here, *holding, *program.kills, *program.catalysts})
        if wanted is not None:
            needed = program.upstream(wanted) | wanted
            below = tuple(n for n in below if n in needed or n in set_here)
        affected = frozenset(below)
        addresses = program.reading(below, world.forced)
        kept = {a: x for a, x in self.today.whole.items() if a not in addresses}
        names = (self._name(n, affected, n in set_here or n in holding) for n in below)
        return _Plan(tuple(names), kept)

    def _name(self, name: str, affected: frozenset[str], always: bool) -> _Name:
        program = self.today.program
        nodes = [node for expr in program.expressions(name) for node in p.walk(expr)]
        whole = {
            node.name
            for node in nodes
            if isinstance(node, p.Ref) and not (node.type.kind is Kind.FLAG and node.type.series is None)
        }
        events = any(isinstance(node, p.IsEvent) for node in nodes)
        needs = tuple((n, n in whole) for n in sorted(program.needs(name)) if n in affected)
        return _Name(name, needs, self._addresses_of(name), always, events)

    def _addresses_of(self, name: str) -> tuple[str, ...]:
        """The addresses of the expressions that decide a name."""
        found = self._addresses.get(name)
        if found is None:
            nodes = (node for expr in self.today.program.expressions(name) for node in p.walk(expr))
            found = self._addresses[name] = tuple(dict.fromkeys(node.address for node in nodes if node.address))
        return found

    # --- names -------------------------------------------------------------------------------------------

    def _state(self, engine: Again, name: _Name, states: Mapping[str, _State]) -> _State | None:
        """What a name comes to in the world of an engine; None where it is what it is today."""
        key = tuple(_number(states.get(need), whole) for need, whole in name.needs)
        if not name.always:
            if not (name.events or any(key)):
                return None
            found = name.states.get(key)
            if found is not None:
                _take_over(engine, name.name, found)
                return found
        evaluate_name(engine, name.name, self._stated)
        state = self._numbered(engine, name)
        if not name.always:
            if len(name.states) >= REMEMBERED:
                del name.states[next(iter(name.states))]
            name.states[key] = state
        return state

    def _numbered(self, engine: Again, name: _Name) -> _State:
        """What a name came to. Where what is read of it is what it was before, it has the number of that."""
        value, judged = engine.values[name.name], engine.judged.get(name.name)
        read, plain = engine.read(value), not isinstance(value, Series)
        name.made += 1
        number = name.made
        if isinstance(value, Step):  # who asks for one asks for its past too
            return self._kept(engine, name, number, number)
        for before in reversed(name.states.values()):
            if before.judged == judged and engine.read(before.value) == read:
                number = before.read
                break
        return self._kept(engine, name, number, number if plain else name.made)

    @staticmethod
    def _kept(engine: Again, name: _Name, read: int, whole: int) -> _State:
        where = name.addresses
        return _State(
            read, whole, engine.values[name.name], engine.judged.get(name.name),
            engine.rows.get(name.name), engine.paths.get(name.name), engine.stated.get(name.name),
            engine.currencies.get(name.name), name.name in engine.given,
            {a: engine.trace[a] for a in where if a in engine.trace},
            {a: engine.seen[a] for a in where if a in engine.seen},
        )  # fmt: skip


def _number(state: _State | None, whole: bool) -> int:
    return _TODAY if state is None else state.whole if whole else state.read


def _take_over(engine: Again, name: str, state: _State) -> None:
    """Notes what a name came to in another world of the same kind, where it comes to the same."""
    engine.values[name] = state.value
    engine.trace |= state.trace
    engine.seen |= state.seen
    engine.currencies[name] = state.currency
    if state.judged is not None:
        engine.judged[name] = state.judged
    if state.rows is not None:
        engine.rows[name] = state.rows
    if state.path is not None:
        engine.paths[name] = state.path
    if state.stated is not None:
        engine.stated[name] = state.stated
    if state.given:
        engine.given.add(name)


