"""What is read of worlds of one form: some names set to figures, words or truths, again and again to others.

In: a `Prepared`, which names are set and what is asked for. Out: `Found`, what is read there. Must not know what any operation
gives, nor what the worlds are for.

The reference evaluator walks the program once, with placeholders in place of what is set (`noted`), and what it did with them is
done again for each world (`tape`): the same functions with the same values, so that causes and facts are the same. Where it had
to look at one (which scenario is likely, how often something held), the engine evaluates each world as before: nobody who asks
sees a difference, but for the time that it takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from dsl.program import program as p
from dsl.types.units import Type
from evaluator.engine.assumed import VARIED
from evaluator.engine.evaluate import alike, laid_over
from evaluator.engine.evaluation import Evaluation, World
from evaluator.prepared.bare import bare as stripped_value
from evaluator.prepared.bare import stripped
from evaluator.prepared.noted import Walked
from evaluator.prepared.plain import NotPlain, Plain, code, plain
from evaluator.prepared.prepared import Prepared
from evaluator.prepared.resting import code_with_facts
from evaluator.prepared.tape import NotNoted, Step, is_noted
from evaluator.values.values import NO_CAUSES, Facts, Figure, Single, Truth, Words, because

SAME = 1e-12
"""Within this part of today's figure a figure is today's (`evaluate.laid_over`)."""
Given = tuple[float, float] | str | bool
"""What a name is set to: anywhere between two figures, in the unit of its values (both the same: to one), a word or a truth."""


class Found(Protocol):
    """What is read of a world."""

    def now(self, name: str) -> Single:
        """A name's value, read. Raises KeyError for a name that was not asked for."""

    def happened(self, kill: str) -> Truth:
        """Whether a kill has happened there."""

    def single(self, address: str) -> Single | None:
        """What an expression came to, read, by its address; None for one that was not evaluated."""

    def currency(self, address: str) -> str | None:
        """The currency of that, where it is not the reporting one."""


class Whole:
    """What is read of an evaluation."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation

    def now(self, name: str) -> Single:
        """A name's value, read."""
        return self.evaluation.read(self.evaluation.values[name])

    def happened(self, kill: str) -> Truth:
        """Whether a kill has happened there."""
        return self.evaluation.happened(self.evaluation.program.kills[kill])

    def single(self, address: str) -> Single | None:
        """What an expression came to."""
        found = self.evaluation.trace.get(address)
        return found.value if found is not None else None

    def currency(self, address: str) -> str | None:
        """Its currency."""
        found = self.evaluation.trace.get(address)
        return found.currency if found is not None else None


class _Here:
    """What is read of one world of a form, each when it is asked for."""

    __slots__ = ("_held", "_of", "_world")

    def __init__(self, of: _Noted, given: Sequence[Single], same: frozenset[str]) -> None:
        self._of, self._held, self._world = of, of.start.copy(), of.world(same)
        self._held[: len(given)] = given

    def _come_to(self, value: Any) -> Any:
        if not is_noted(value):
            return value
        held, slot = self._held, self._of.slot(value)
        if held[slot] is None:
            self._of.walked.world = self._world
            for step in self._of.behind(slot):
                if held[step.slot] is None:
                    held[step.slot] = step.function(*[held[place] for place in step.places])
        return held[slot]

    def now(self, name: str) -> Single:
        """A name's value, read."""
        found: Single = self._come_to(self._of.now(name))
        return found

    def happened(self, kill: str) -> Truth:
        """Whether a kill has happened there."""
        found: Truth = self._come_to(self._of.happened(kill))
        return found

    def single(self, address: str) -> Single | None:
        """What an expression came to."""
        found = self._of.walked.trace.get(address)
        return self._come_to(found.value) if found is not None else None

    def currency(self, address: str) -> str | None:
        """Its currency."""
        walked = self._of.walked
        if address in walked.foreign:
            code, left = walked.foreign[address]
            truth: Truth = self._come_to(left)
            return code if truth.value else None
        found = walked.trace.get(address)
        return found.currency if found is not None else None


class _Noted:
    """A program walked for worlds of one form. `bare`: without causes and facts."""

    def __init__(self, walked: Walked, bare: bool) -> None:
        self.walked, self._bare = walked, bare
        self._same: dict[int, int] = {}
        self._start: list[Any] = []
        self._now: dict[str, Any] = {}
        self._happened: dict[str, Any] = {}
        self._behind: dict[int, tuple[Step, ...]] = {}
        self._worlds: dict[frozenset[str], World] = {}

    def world(self, same: frozenset[str]) -> World:
        """A world of the form in which these names are what they are today."""
        if same not in self._worlds:
            self._worlds[same] = replace(self.walked.world, same=same)
        return self._worlds[same]

    @property
    def start(self) -> list[Any]:
        """By slot what is the same in every world."""
        given = self.walked.tape.start
        if not self._bare:
            return given
        self._start += map(stripped_value, given[len(self._start) :])  # what is asked for later makes more slots
        return self._start

    def slot(self, value: Any) -> int:
        """Where a placeholder's value is."""
        slot: int = value.slot
        if self._bare:
            self.behind(slot)
        return self._same.get(slot, slot)

    def behind(self, slot: int) -> tuple[Step, ...]:
        """The steps to a slot, in order."""
        found = self._behind.get(slot)
        if found is None:
            found = self.walked.tape.behind((slot,))
            if self._bare:
                found, same = stripped(found)
                self._same |= same
                self._behind[self._same.get(slot, slot)] = found
            self._behind[slot] = found
        return found

    def now(self, name: str) -> Any:
        """A name's value, read, or its placeholder."""
        if name not in self._now:
            self._now[name] = self.walked.read(self.walked.values[name])
        return self._now[name]

    def happened(self, kill: str) -> Any:
        """The same of whether a kill has happened."""
        if kill not in self._happened:
            self._happened[kill] = self.walked.happened(self.walked.program.kills[kill])
        return self._happened[kill]


@dataclass(repr=False)
class Form:
    """Worlds in which some names are set, laid over today's. `plain`: today's with nothing set by hand; `wanted`: the names
    that are asked for, and `forced` by address the expressions that are taken as true or false."""

    prepared: Prepared
    plain: Evaluation
    names: tuple[str, ...]
    wanted: frozenset[str]
    forced: tuple[str, ...] = ()
    bare: bool = False
    """Without causes and facts: what comes out, and not why."""

    def at(self, given: Sequence[Given], forced: Sequence[bool] = ()) -> Found:
        """What is read where the names are set to these, in their order, and the expressions forced to those."""
        noted = self._noted
        if noted is not None:
            same = self._same(given) if self.prepared.today.program.kills else frozenset()
            singles: list[Single] = [_value("" if self.bare else n, x) for n, x in zip(self.names, given, strict=True)]
            return _Here(noted, [*singles, *map(Truth.of, forced)], same)
        return Whole(self.evaluated(given, forced))

    def quick(self, wanted: Sequence[str]) -> Callable[[Sequence[Plain]], tuple[Plain | Single, ...]]:
        """A function of one figure, truth or word for each name, in their order, which gives what some names come to, of a kill
        whether it has happened: plain where that is one figure, truth or word, else the value."""
        return self._ready(wanted, code, _plainly)

    def quick_with_facts(
        self, wanted: Sequence[str]
    ) -> Callable[[Sequence[Plain]], tuple[tuple[Plain | Single, Facts], ...]]:
        """The same, each with the facts on which it rests. What is plain has no cause; of what is not the value has its causes."""
        return self._ready(wanted, code_with_facts, lambda value: (_plainly(value), value.facts))

    def plainly(
        self, wanted: Sequence[str], states: Sequence[str] = (), scored: bool = False
    ) -> Callable[[Sequence[Plain]], tuple[Plain, ...] | None] | None:
        """A function of one figure, truth or word for each name, in their order, which gives what some names come to as `quick`
        does, then the states of some conditions, then the score of all where that is asked for: all of them plain. It gives None of
        a world in which anything is not, and is None where no code can be made, or what is asked for is in foreign money."""
        noted = self._noted
        if noted is None or any(noted.walked.currencies.get(n) or self.plain.currencies.get(n) for n in wanted):
            return None
        try:
            asked = [*map(noted.walked.state_of, states), *([noted.walked.score_there()] if scored else [])]
        except NotNoted:
            return None
        return self._code(wanted, code, asked)

    def _ready(
        self, wanted: Sequence[str], write: Callable[..., Callable[..., Any]], said: Callable[[Single], Any]
    ) -> Callable[[Sequence[Plain]], Any]:
        run = self._code(wanted, write)
        program = self.prepared.today.program

        def slowly(given: Sequence[Plain]) -> Any:
            found = self.at([(x, x) if isinstance(x, float) else x for x in given])
            return tuple(said(found.happened(n) if n in program.kills else found.now(n)) for n in wanted)

        if run is None:
            return slowly

        def quickly(given: Sequence[Plain]) -> Any:
            found = run(given)
            return found if found is not None else slowly(given)

        return quickly

    def _code(
        self, wanted: Sequence[str], write: Callable[..., Callable[..., Any]], also: Sequence[Any] = ()
    ) -> Callable[..., Any] | None:
        today = self.prepared.today
        kills = bool(today.program.kills)
        noted = self._noted
        if noted is None:
            return None
        aside = [f"x{n} == {x!r}" if low is None else f"{low!r} <= x{n} <= {x!r}"
                 for n, name in enumerate(self.names) for low, x in _near(self.plain, name)] if kills else []  # fmt: skip
        asked = [noted.happened(n) if n in today.program.kills else noted.now(n) for n in wanted] + [*also]
        try:
            run = write(noted.walked.tape, len(self.names), asked, aside)
        except NotPlain:
            return None
        if not kills:
            return run
        walked, world = noted.walked, noted.world(self._same_by_hand or today.world.same)

        def judged(given: Sequence[Plain]) -> Any:
            walked.world = world
            return run(given)

        return judged

    def evaluated(self, given: Sequence[Given], forced: Sequence[bool] = ()) -> Evaluation:
        """The same evaluated by the engine, whole."""
        world = self.world(given, forced)
        return laid_over(self.plain, world, lambda there: self.prepared.evaluated(there, self.wanted))

    def world(self, given: Sequence[Given], forced: Sequence[bool] = ()) -> World:
        """The world in which they are set."""
        before = self.prepared.today.world
        replaced, within = dict(before.replaced), dict(before.within)
        for name, x in zip(self.names, given, strict=True):
            replaced[name] = self._const(name, x)
            if isinstance(x, tuple):
                within[name] = x
        forces = {**before.forced, **dict(zip(self.forced, forced, strict=True))}
        return replace(before, replaced=replaced, within=within, forced=forces)

    def _const(self, name: str, given: Given) -> p.Const:
        declared = self.prepared.today.program.declared(name)
        kind: Type = declared.type.single  # type: ignore[attr-defined]
        value = given[0] if isinstance(given, tuple) else given
        if isinstance(value, float) and math.isinf(value):
            value = 0.0  # only the bounds count
        return p.Const(declared.span, kind, value=value)

    def _same(self, given: Sequence[Given]) -> frozenset[str]:
        """The names that are set to what they are today, by which nothing is another (`evaluate.laid_over`)."""
        found = frozenset(n for n, x in zip(self.names, given, strict=True) if _alike(self.plain, n, x))
        return found | self._same_by_hand or self.prepared.today.world.same

    @cached_property
    def _same_by_hand(self) -> frozenset[str]:
        """Those that today's world sets to what they are where nothing is set by hand."""
        today, plain = self.prepared.today, self.plain
        by_hand = today.world.replaced.keys() - set(self.names)
        return frozenset(
            n for n in by_hand if not isinstance(today.world.replaced[n], p.ByPeriod) and alike(n, plain, today)
        )

    @cached_property
    def _noted(self) -> _Noted | None:
        """The program walked; None where the engine evaluates each world."""
        today = self.prepared.today
        if today.world.alone or today.world.forced or today.world.within:
            return None
        try:
            world = self.world([_any(today, n) for n in self.names], (True,) * len(self.forced))
            order, kept = self.prepared.planned(world, self.wanted)
            if not (today.world.replaced.keys() & set(order)) <= set(self.names):
                raise NotNoted("what is set by hand rests on what is set here")
            walked = Walked(today, today.world, self.names, self.forced, kept)
            walked.walk(order)
            noted = _Noted(walked, self.bare)
            for name in self.wanted:
                noted.now(name)
                if name in today.program.kills:
                    noted.happened(name)
        except NotNoted:
            return None
        return noted


def _value(name: str, given: Given) -> Single:
    if isinstance(given, tuple):
        return Figure(*given, because(VARIED, name) if name and given[0] != given[1] else NO_CAUSES)
    return Truth.of(given) if isinstance(given, bool) else Words((given,))


def _any(today: Evaluation, name: str) -> Given:
    value = today.read(today.values[name])
    return (0.0, 0.0) if isinstance(value, Figure) else isinstance(value, Truth) or ""


def _near(plain: Evaluation, name: str) -> Iterator[tuple[float | None, Plain]]:
    """Today's figure with what counts as that, from the least to the most; of a truth or word (None) itself."""
    value = plain.read(plain.values[name])
    if isinstance(value, Figure):
        if value.is_exact:
            aside = 2 * SAME * abs(value.low)
            yield value.low - aside, value.low + aside
    elif (found := _plainly(value)) is not value and isinstance(found, bool | str):
        yield None, found


def plainly(value: Single) -> Plain | None:
    """A value that is one figure, truth or word; None of any other."""
    try:
        return plain(value)
    except ArithmeticError:
        return None


def _plainly(value: Single) -> Plain | Single:
    found = plainly(value)
    return found if found is not None else value


def _alike(plain: Evaluation, name: str, given: Given) -> bool:
    today = plain.read(plain.values[name])
    if isinstance(today, Figure):
        exact = isinstance(given, tuple) and given[0] == given[1] and today.is_exact
        return exact and isinstance(given, tuple) and math.isclose(today.low, given[0], rel_tol=SAME)
    there = _value(name, given)
    return today.settled and replace(today, causes=NO_CAUSES, facts=frozenset()) == there
