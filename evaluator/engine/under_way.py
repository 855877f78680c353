"""An evaluation under way: what names and expressions came to so far, and what may be asked of it.

In: a program, what was known, what is taken over from another evaluation. Out: values, read or whole, and in the end an
`Evaluation`. Must not know how any kind of expression is evaluated.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property

from dsl.program import program as p
from dsl.program.calls import function
from dsl.program.grounds import Assumes, Assumption
from dsl.types.functions import EXPECTING
from dsl.types.units import Frequency, Type
from evaluator.engine.evaluation import (
    Compared,
    Evaluation,
    Event,
    Judged,
    Past,
    Traced,
    Weighed,
    World,
    read,
    reading,
    traced,
)
from evaluator.engine.functions.spans import Missing
from evaluator.engine.money import currency_of, in_reporting
from evaluator.engine.operations import REFERENCE, Operations
from evaluator.engine.periods import Periods
from evaluator.facts.rates import UsedRates
from evaluator.known.asof import Clock, View
from evaluator.values.series import Series, Value, expect
from evaluator.values.step import Step, Steps
from evaluator.values.unknown import unknown
from evaluator.values.values import Causes, Facts, Figure, May, Single, Truth


class UnderWay(ABC):
    """What is known while a program is evaluated, and what may be asked of it."""

    does: Operations = REFERENCE
    """What it does with single values."""

    def __init__(
        self,
        program: p.Program,
        view: View,
        world: World,
        start: Evaluation | None = None,
        events: Mapping[str, Event] | None = None,
        past: Past | None = None,
        changed: Container[str] = (),
    ) -> None:
        """`start`: what is taken over from an evaluation in another world, until it is evaluated again; of expressions all
        but the `changed`, by address. `events`: what became of kills and catalysts; `past`: what expressions came to on
        earlier days."""
        self.past = past if past is not None else start.past if start else None
        self.program, self.view, self.world = program, view, world
        self.values: dict[str, Value] = dict(start.values) if start else {}
        self.trace: dict[str, Traced] = dict(start.trace) if start else {}
        self.judged: dict[str, Judged] = dict(start.judged) if start else {}
        self.rows: dict[str, tuple[Truth, ...]] = dict(start.rows) if start else {}
        self.paths: dict[str, tuple[Figure, ...]] = dict(start.paths) if start else {}
        self.compared: list[Compared] = []
        self.given: set[str] = set(start.given) if start else set()
        self.rates_used: UsedRates = dict.fromkeys(start.rates_used if start else view.rates_used)
        self.local: dict[str, Figure] = {}
        """`previous` and `step` while a forecast runs."""
        self.currencies: dict[str, str | None] = dict(start.currencies) if start else {}
        """Names whose value is in a foreign currency."""
        self.stated: dict[str, Single] = dict(start.stated) if start else {}
        self.currencies_at: dict[str, str | None] = {}
        """The same by the address of an expression, as far as it was asked for."""
        self.reported: dict[str, Value] = {}
        """What expressions of foreign money come to in the reporting currency, by address, as far as it was asked for."""
        self.events: Mapping[str, Event] = events if events is not None else start.events if start else {}
        self.assumptions: dict[Assumption, int] = (
            {a: -n for n, a in enumerate(start.assumptions, 1)} if start else dict(program.grounds)
        )
        """What values rest on beside facts, with the number under which they say so."""
        self._owned: tuple[int, frozenset[int]] = (-1, frozenset())
        self.seen: dict[str, Value] = {a: x for a, x in start.whole.items() if a not in changed} if start else {}
        """By address: the values of expressions, whole."""
        self.kept: AbstractSet[str] = frozenset(self.seen)
        """Those that were taken over: they are not evaluated again."""
        self.weighed: dict[str, Weighed] = dict(start.weighed) if start else {}
        """By address of what is weighted by probability: what it is in each world."""
        self.there: Callable[[World, Iterable[str], p.Expr], Figure] | None = None
        """The value of an expression in another world that sets some names; None where no names are evaluated."""
        self.held: dict[str, tuple[int, int]] = {}
        """By address of a condition that must last: in how many of the periods asked for it held, and how many these are; of a
        window that leaves figures out: how many it keeps, of how many."""

    def finished(self) -> Evaluation:
        """What it came to."""
        return Evaluation(self.program, self.view, self.world, self.values, self.trace, self.judged, self.rows, self.paths,
                          tuple(self.compared), frozenset(self.given), tuple(self.rates_used), self.currencies, self.stated,
                          self.events, tuple(self.assumptions), self.past, self.seen,
                          self.weighed)  # fmt: skip

    @property
    def clock(self) -> Clock:
        """The as-of date, the calendar, the periods that are read."""
        return self.view.clock

    @cached_property
    def periods(self) -> Periods:
        """The periods of which inputs have a figure."""
        return Periods.of(value for name, value in self.view.values.items() if name in self.program.inputs)

    # --- reading -----------------------------------------------------------------------------------

    def read(self, value: Value) -> Single:
        """The value of the period that conditions and tables read; of a daily or weekly series the last one."""
        return read(self.clock, value)

    def single(self, expr: p.Expr) -> Single:
        """The value of an expression, read."""
        return self.traced(expr).value

    def truth(self, expr: p.Expr) -> Truth:
        """Whether an expression holds, read."""
        return expect(self.single(expr), Truth)

    def whole(self, expr: p.Expr) -> Value:
        """The value of an expression, which is not evaluated again where it was."""
        found = self.seen.get(expr.address) if expr.address else None
        return found if found is not None else self.value(expr)

    def traced(self, expr: p.Expr) -> Traced:
        """What an expression comes to, with the period that is read."""
        value = self.value(expr)
        return self.trace[expr.address] if expr.address else traced(self.clock, expr, value)

    def assume(self, found: Assumption) -> Facts:
        """The number of an assumption, as what a value rests on; what the program does not say itself comes after what it does."""
        return frozenset({self.assumptions.setdefault(found, -len(self.assumptions) - 1)})

    def thresholds(self, side: Single) -> Facts:
        """On what a side of a comparison rests. Figures of the author's own that meet no fact on their side are thresholds,
        and no part of what is compared."""
        if not side.facts or any(number > 0 for number in side.facts):
            return side.facts
        return side.facts - self._own(len(self.assumptions))

    def _own(self, count: int) -> frozenset[int]:
        """The numbers of the author's own figures, while so many assumptions are known."""
        if self._owned[0] != count:
            own = (number for assumption, number in self.assumptions.items() if assumption.kind is Assumes.OWN)
            self._owned = count, frozenset(own)
        return self._owned[1]

    def state(self, name: str, kind: Type) -> None:
        """Notes what a name's value in a foreign currency is in the reporting one, where a rate is known."""
        code = self.currencies.get(name)
        self.stated.pop(name, None)
        if code:
            span = self.program.declared(name).span
            found = self._stated(Traced(self.read(self.values[name])), p.Ref(span, kind, name), code)
            if found.currency is None:
                self.stated[name] = found.value

    def _stated(self, found: Traced, expr: p.Expr, code: str) -> Traced:
        single = self.read(in_reporting(self, expr))
        unknown = (
            isinstance(single, Figure) and single.wide and not (isinstance(found.value, Figure) and found.value.wide)
        )
        return replace(found, currency=code) if unknown else replace(found, value=single)

    def known_on(self, expr: p.Expr) -> Callable[[], Steps | None] | None:
        """What the newest of a series was on each day, or what was expected, with what was known then; None where nothing is known
        of that."""
        past, as_of = self.past, self.clock.as_of
        if past is None:
            return None
        if isinstance(expr, p.Call) and function(expr).shape in EXPECTING:
            return lambda: past.then(expr, as_of)
        return lambda: past.latest(expr, as_of)

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points, all at once, since `give` notes which rates were used."""
        return {o: give(o) for o in ordinals}

    def rate(self, of: str | None, to: str | None) -> Figure | Step:
        """How much of one currency a unit of another is worth, as a function of time."""
        return self.view.rates.step(of, to, self.rates_used)

    def found(self, expr: p.Expr) -> Truth:
        """What a condition of the program came to when it was evaluated; evaluated now where it was not."""
        seen = self.trace.get(expr.address)
        return expect(seen.value, Truth) if seen is not None else self.truth(expr)

    def readable(self, expr: p.Expr, value: Value) -> Value:
        """A value by period of which the period that is read may be missing: it is there as unknown, and says which inputs
        are without it."""
        if not isinstance(value, Series):
            return value
        ordinal = reading(self.clock, value)
        if ordinal is None or ordinal in value.points:
            return value
        missing = self.open(expr, self._missing(expr, ordinal, value.frequency))
        return replace(value, points=dict(sorted({**value.points, ordinal: missing}.items())))

    def open(self, expr: p.Expr, causes: Causes) -> Single:
        """What is not known of an expression: it may turn out not to be meaningful, where it can be that."""
        found = unknown(expr.type.kind, causes)
        if not self.program.can_mean_nothing(expr):
            return found
        if isinstance(found, Truth):
            return replace(found, possible=May.ANY)
        return replace(found, undefined=True) if isinstance(found, Figure) else found

    def _missing(self, expr: p.Expr, ordinal: int, frequency: Frequency) -> Causes:
        """The inputs under an expression that have no figure of a period; all of them where each has one by itself."""
        causes = Missing(expr, self.clock, self.program).causes(ordinal, frequency, "no figure is known")
        return frozenset(c for c in causes if not self._has(c.name, ordinal)) or causes

    def _has(self, name: str, ordinal: int) -> bool:
        value = self.values.get(name)
        return isinstance(value, Series) and ordinal in value.points and value.points[ordinal].settled

    # --- expressions ---------------------------------------------------------------------------------

    @abstractmethod
    def evaluated(self, expr: p.Expr) -> Value:
        """What an expression comes to, by its kind."""

    @abstractmethod
    def remade(self, expr: p.Expr, parts: list[Value]) -> Value:
        """What an expression of money comes to with its parts in another currency."""

    def forced_to(self, expr: p.Expr) -> Truth | None:
        """As what an expression is taken in this world, whatever it comes to."""
        forced = self.world.forced.get(expr.address) if expr.address else None
        return Truth.of(forced) if forced is not None else None

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression; what stands in the program is noted in the trace."""
        if expr.address in self.kept:
            return self.seen[expr.address]
        forced = self.forced_to(expr)
        value = forced if forced is not None else self.evaluated(expr)
        if expr.address:
            value = self.readable(expr, value)
            self.seen[expr.address] = value
            found = traced(self.clock, expr, value, self.held.get(expr.address))
            code = currency_of(self, expr)
            self.trace[expr.address] = self._stated(found, expr, code) if code else found
        return value
