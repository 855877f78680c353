"""An evaluation, prepared once and made again in many worlds that differ from it.

In: an `Evaluation` and a `World`. Out: the `Evaluation` there, equal to what the reference evaluator gives from the start.
Must not know what any operation gives, nor what the worlds are for.

1. What is set in a world changes the names that rest on it, and no others: they are found once for all worlds that set the
   same names (`_Plan`), with the expressions below them that nothing changes.
2. Of these a name is evaluated again only where what it asks for is not what it was in one of the last worlds, and so is each
   row of a table and each item of an `and`: a table whose conditions come to the same truths is not gone through again.
3. Of a series each period is calculated when it is asked for, so that of years of prices the day that is read is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsl.program import program as p
from dsl.program.grounds import Assumption
from dsl.program.paths import over_worlds
from dsl.types.units import Kind
from evaluator.engine.evaluate import ready
from evaluator.engine.evaluation import Evaluation, World
from evaluator.prepared.again import Again
from evaluator.prepared.states import NamePart, Part
from evaluator.values.series import Value


@dataclass(slots=True)
class _Plan:
    """What is evaluated again in all worlds of one kind, in order, and what is taken over."""

    names: tuple[NamePart, ...]
    parts: Mapping[str, Part]
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

    def evaluated(self, world: World, wanted: Collection[str] | None = None, also: Iterable[p.Expr] = ()) -> Evaluation:
        """What comes out in a world that is laid over today's as today's own is. `wanted`: the names that are asked for, with
        all on which they rest; other names stay as they are today (None: all are asked for). `also`: expressions of the
        program that no name's value is made of."""
        plan = self._plan(world, wanted)
        engine = ready(Again(self.today, world, plan.kept, plan.parts, self._assumptions, plan.reported))
        for name in plan.names:
            engine.settle(name, self._stated)
        for expr in also:
            engine.value(expr)
        plan.reported |= {a: x for a, x in engine.reported.items() if a in plan.kept}
        return engine.finished()

    def planned(self, world: World, wanted: Collection[str]) -> tuple[tuple[str, ...], Mapping[str, Value]]:
        """For worlds of one kind: the names that are evaluated again, in order, and by address what is taken over."""
        below, kept, _ = self._below(world, self._set(world), frozenset(wanted))
        return below, kept

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
        return frozenset(
            n
            for n in world.replaced.keys() | before.replaced.keys()
            if world.replaced.get(n) is not before.replaced.get(n) or world.within.get(n) != before.within.get(n)
        )

    def _below(
        self, world: World, set_here: frozenset[str], wanted: frozenset[str] | None
    ) -> tuple[tuple[str, ...], Mapping[str, Value], frozenset[str]]:
        """The names that are evaluated again, in order; by address what is taken over; names in which something is forced."""
        program, forced, before = self.today.program, world.forced, self.today.world.forced
        changed = frozenset(a for a in forced.keys() | before.keys() if forced.get(a) is not before.get(a))
        holding = {n for n in program.order if changed and not changed.isdisjoint(self._addresses_of(n))}
        below = program.downstream({*set_here, *holding, *program.kills, *program.catalysts})
        if wanted is not None:
            needed = program.upstream(wanted) | wanted
            below = tuple(n for n in below if n in needed or n in set_here)
        addresses = program.reading(below, forced.keys() | before.keys())
        return below, {a: x for a, x in self.today.whole.items() if a not in addresses}, frozenset(holding)

    def _made(self, world: World, set_here: frozenset[str], wanted: frozenset[str] | None) -> _Plan:
        program = self.today.program
        below, kept, holding = self._below(world, set_here, wanted)
        affected = frozenset(below)
        always = {n for n in below if n in set_here or n in holding or over_worlds(program.expressions(n))}
        names = tuple(self._name(n, affected, n in always) for n in below)
        parts = {
            expr.address: self._part((expr,), affected)
            for name in names
            if not name.always and not name.events
            for expr in self._pieces(name.name)
            if expr.address in self.today.whole and expr.address not in kept
        }
        return _Plan(names, parts, kept)

    def _pieces(self, name: str) -> Iterator[p.Expr]:
        """The rows of a table and the items of an `and`, an `or`: what may stay while the rest changes."""
        program = self.today.program
        for whole in program.expressions(name):
            if name in program.verdicts:
                yield whole
            for node in p.walk(whole):
                if isinstance(node, p.Logic):
                    yield from (item for item in node.items if item.address and not isinstance(item, p.Ref))

    def _name(self, name: str, affected: frozenset[str], always: bool) -> NamePart:
        program = self.today.program
        part, whole = self._part(program.expressions(name), affected), name not in program.pillars
        known = dict(
            part.needs
        )  # what is needed beside expressions: conditions by a pillar, which asks how they are judged
        needs = tuple((n, known.get(n, whole)) for n in sorted(program.needs(name)) if n in affected)
        events = any(isinstance(node, p.IsEvent) for e in program.expressions(name) for node in p.walk(e))
        return NamePart(needs, part.addresses, name=name, always=always, events=events)

    def _part(self, exprs: Iterable[p.Expr], affected: frozenset[str]) -> Part:
        nodes = [node for expr in exprs for node in p.walk(expr)]
        needs: dict[str, bool] = {}
        for node in nodes:
            if isinstance(node, p.Ref) and node.name in affected:
                read_alone = node.type.kind is Kind.FLAG and node.type.series is None
                needs[node.name] = needs.get(node.name, False) or not read_alone
        addresses = dict.fromkeys(node.address for node in nodes if node.address)
        return Part(tuple(sorted(needs.items())), tuple(addresses))

    def _addresses_of(self, name: str) -> tuple[str, ...]:
        """The addresses of the expressions that decide a name."""
        found = self._addresses.get(name)
        if found is None:
            nodes = (node for expr in self.today.program.expressions(name) for node in p.walk(expr))
            found = self._addresses[name] = tuple(dict.fromkeys(node.address for node in nodes if node.address))
        return found
