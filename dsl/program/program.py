"""The checked program: names resolved, types known, modules merged. The only thing later stages read.

In: nothing (made by `check/`). Out: `Program`, with its declarations and expressions. Must not know how it was written,
facts or values.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from dsl.link.linked import Change
from dsl.program.declared import Bounds as Bounds
from dsl.program.declared import Broken as Broken
from dsl.program.declared import Catalyst as Catalyst
from dsl.program.declared import Condition as Condition
from dsl.program.declared import Correlation as Correlation
from dsl.program.declared import Declared as Declared
from dsl.program.declared import Example as Example
from dsl.program.declared import Expectation as Expectation
from dsl.program.declared import Forecast as Forecast
from dsl.program.declared import Input as Input
from dsl.program.declared import Kill as Kill
from dsl.program.declared import Metric as Metric
from dsl.program.declared import Param as Param
from dsl.program.declared import ParamVersion as ParamVersion
from dsl.program.declared import Pillar as Pillar
from dsl.program.declared import Row as Row
from dsl.program.declared import Scenario as Scenario
from dsl.program.declared import Side as Side
from dsl.program.declared import Spread as Spread
from dsl.program.declared import Template as Template
from dsl.program.declared import Uncertain as Uncertain
from dsl.program.declared import Verdict as Verdict
from dsl.program.expressions import AS_OF as AS_OF
from dsl.program.expressions import ATOMS as ATOMS
from dsl.program.expressions import Arithmetic as Arithmetic
from dsl.program.expressions import AsOf as AsOf
from dsl.program.expressions import ByPeriod as ByPeriod
from dsl.program.expressions import Call as Call
from dsl.program.expressions import Compare as Compare
from dsl.program.expressions import Const as Const
from dsl.program.expressions import Contains as Contains
from dsl.program.expressions import Convert as Convert
from dsl.program.expressions import EventState as EventState
from dsl.program.expressions import Expr as Expr
from dsl.program.expressions import Holds as Holds
from dsl.program.expressions import If as If
from dsl.program.expressions import Includes as Includes
from dsl.program.expressions import Interval as Interval
from dsl.program.expressions import IsEvent as IsEvent
from dsl.program.expressions import IsKnown as IsKnown
from dsl.program.expressions import IsMeaningful as IsMeaningful
from dsl.program.expressions import IsSame as IsSame
from dsl.program.expressions import IsTruth as IsTruth
from dsl.program.expressions import IsWord as IsWord
from dsl.program.expressions import Logic as Logic
from dsl.program.expressions import Members as Members
from dsl.program.expressions import Negative as Negative
from dsl.program.expressions import Not as Not
from dsl.program.expressions import OneOf as OneOf
from dsl.program.expressions import PathRef as PathRef
from dsl.program.expressions import Ref as Ref
from dsl.program.expressions import Refused as Refused
from dsl.program.expressions import Window as Window
from dsl.program.expressions import asks_for_the_day as asks_for_the_day
from dsl.program.expressions import atoms as atoms
from dsl.program.expressions import children as children
from dsl.program.expressions import makes_nothing as makes_nothing
from dsl.program.expressions import names_in as names_in
from dsl.program.expressions import sense as sense
from dsl.program.expressions import series_in as series_in
from dsl.program.expressions import walk as walk
from dsl.program.grounds import Assumption, in_expressions, of_input, of_param
from dsl.program.paths import over_worlds, own_steps
from dsl.text.record import MAX_SHOWN, cut, record
from dsl.types.functions import FUNCTIONS

_EVENT = "has happened"
_EVERYWHERE = (_EVENT, "previous", "step")
"""What expressions ask for that can differ in any other world, or at any step."""


@record
class Module:
    """A module that the program took, with its question; `shown` is how a report names its file."""

    name: str
    title: str
    path: str
    shown: str
    asks: str | None


@dataclass(frozen=True, repr=False)
class Program:
    """A checked thesis or module. Mappings keep the order of declaration. Two are equal where all that was declared is,
    with its places; equal ones have one hash."""

    name: str
    title: str
    keyword: str
    path: str
    ticker: str | None
    asks: str | None
    view: str | None
    since: dt.date | None
    """The day on which the thesis began: events are judged from then on."""
    modules: tuple[Module, ...]
    changes: tuple[Change, ...]
    inputs: Mapping[str, Input]
    params: Mapping[str, Param]
    metrics: Mapping[str, Metric]
    forecasts: Mapping[str, Forecast]
    pillars: Mapping[str, Pillar]
    conditions: Mapping[str, Condition]
    verdicts: Mapping[str, Verdict]
    scenarios: Mapping[str, Scenario]
    catalysts: Mapping[str, Catalyst]
    kills: Mapping[str, Kill]
    uncertain: tuple[Uncertain, ...]
    examples: tuple[Example, ...]
    order: tuple[str, ...]
    """Every name that has a value, each after the names it needs."""
    broken: tuple[Broken, ...] = ()
    shown: tuple[str, ...] = ()
    """The names of the key figures of a report: figures worth showing, though nothing may rest on them."""
    """Declarations that could not be read or are not whole, in the order of the text: none in a program that counts."""

    def __hash__(self) -> int:
        return hash((self.name, self.path, self.order))

    def __repr__(self) -> str:
        parts = ((f.name, getattr(self, f.name)) for f in fields(self))
        counts = [f"{len(found)} {name}" for name, found in parts if isinstance(found, dict | tuple) and found]
        return cut(f"Program({self.keyword} {self.name}: {', '.join(counts) or 'nothing'})", MAX_SHOWN)

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """Every currency that the expressions of the program name."""
        exprs = (expr for name in self.order for expr in self.expressions(name))
        return tuple(sorted({node.type.currency for expr in exprs for node in walk(expr) if node.type.currency}))

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Declared]]:
        """Everything with a name, under the word for what it is, in the order of the way from fact to verdict."""
        return {
            "input": self.inputs, "param": self.params, "metric": self.metrics, "forecast": self.forecasts,
            "condition": self.conditions, "pillar": self.pillars, "verdict": self.verdicts, "kill": self.kills,
            "catalyst": self.catalysts, "scenario": self.scenarios,
        }  # fmt: skip

    def role(self, name: str) -> str:
        """What a name is: `input`, `condition` and so on. Raises KeyError where there is none."""
        for word, table in self.tables.items():
            if name in table:
                return word
        raise KeyError(name)

    def declared(self, name: str) -> Declared:
        """The declaration behind a name. Raises KeyError where there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, Declared]:
        """Every declaration by its name: what is read before what is broken, of each the first."""
        found: dict[str, Declared] = {}
        for table in self.tables.values():
            for name, declared in table.items():
                found.setdefault(name, declared)
        for broken in self.broken:
            found.setdefault(broken.name, broken)
        return found

    @property
    def sentences(self) -> Iterator[Expr]:
        """The expressions in the texts of judgements."""
        judged: tuple[Condition | Kill | Catalyst, ...]
        judged = (*self.conditions.values(), *self.kills.values(), *self.catalysts.values())
        texts = (
            *(d.because for d in judged),
            *(c.otherwise for c in self.conditions.values()),
            *(r.because for v in self.verdicts.values() for r in v.rows),
        )
        return (part for text in texts for part in text if not isinstance(part, str))

    def speaking(self, pillar: str) -> tuple[Condition, ...]:
        """The conditions that speak about a pillar, in the order of the text."""
        return self._speaking.get(pillar, ())

    @cached_property
    def _speaking(self) -> Mapping[str, tuple[Condition, ...]]:
        found: dict[str, list[Condition]] = {}
        for condition in self.conditions.values():
            for pillar in condition.pillars:
                found.setdefault(pillar, []).append(condition)
        return {pillar: tuple(conditions) for pillar, conditions in found.items()}

    def assumptions(self, scenario: str) -> Mapping[str, Expr]:
        """All that a scenario assumes: what it says, and of the rest what those say on which it builds."""
        found: dict[str, Expr] = {}
        chain: dict[str, None] = {}
        name: str | None = scenario
        while name is not None and name not in chain:
            chain[name] = None
            name = self.scenarios[name].base
        for step in reversed(chain):
            found |= self.scenarios[step].assume
        return found

    @property
    def probabilities(self) -> Iterator[Expr]:
        """The probabilities of the scenarios."""
        return (s.probability for s in self.scenarios.values() if s.probability is not None)

    @property
    def beside(self) -> Iterator[Expr]:
        """What no name's value is made of, and a report shows: figures in texts, probabilities, prices beside values."""
        yield from (*self.sentences, *self.probabilities)
        yield from (expr for metric in self.metrics.values() for expr in metric.beside)

    def needs(self, name: str) -> frozenset[str]:
        """The names that a name's value is made of, directly (a pillar: its conditions)."""
        found = self.all_needs.get(name)
        return found if found is not None else self._needs(name)

    def _needs(self, name: str) -> frozenset[str]:
        if name in self.pillars:
            return names_in(*self.expressions(name)) | {c.name for c in self.speaking(name)}
        exprs = self.expressions(name)
        worlds = names_in(*self._scenarios_rest_on) if over_worlds(exprs) else frozenset()
        return names_in(*exprs) - {"previous", "step"} | worlds

    @property
    def _scenarios_rest_on(self) -> Iterator[Expr]:
        """How probable the scenarios are, and what they assume."""
        yield from self.probabilities
        for scenario in self.scenarios.values():
            yield from scenario.assume.values()

    @cached_property
    def all_needs(self) -> Mapping[str, frozenset[str]]:
        """`needs` of every name in `order`, calculated once."""
        return {name: self._needs(name) for name in self.order}

    @cached_property
    def asking_what_is_known(self) -> frozenset[str]:
        """The names whose values rest on anything that asks what is known."""
        found: set[str] = set()
        for name in self.order:
            nodes = (node for expr in self.expressions(name) for node in walk(expr))
            if not found.isdisjoint(self.all_needs[name]) or any(map(_asks_what_is_known, nodes)):
                found.add(name)
        return frozenset(found)

    @cached_property
    def with_the_day(self) -> frozenset[str]:
        """The names whose values rest on `as_of`: another day may turn them, though no fact does."""
        found: set[str] = set()
        for name in self.order:
            exprs = self.expressions(name)
            if not found.isdisjoint(self.all_needs[name]) or any(map(asks_for_the_day, exprs)):
                found.add(name)
        return frozenset(found)

    def rests_on_the_day(self, expr: Expr) -> bool:
        """Whether `as_of` is part of an expression, or of a name in it."""
        return asks_for_the_day(expr) or not self.with_the_day.isdisjoint(names_in(expr))

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each name stands in `order`."""
        return {name: at for at, name in enumerate(self.order)}

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of some names that have a value, each after the names it needs."""
        return tuple(sorted((n for n in names if n in self.position), key=self.position.__getitem__))

    def below(self, names: Iterable[str], stop: Container[str] = ()) -> Iterator[str]:
        """All that some names rest on, themselves first; below a name in `stop` nothing is looked at."""
        found: set[str] = set()
        queue = deque(names)
        while queue:
            name = queue.popleft()
            if name not in found:
                found.add(name)
                yield name
                queue += self.all_needs.get(name, ()) if name not in stop else ()

    def upstream(self, names: Iterable[str], stop: Container[str] = ()) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.below(names, stop))

    def inputs_under(self, names: Iterable[str]) -> frozenset[str]:
        """The inputs with periods that some names rest on; the names themselves where there are none."""
        found = frozenset(
            n for n in self.upstream(names) if n in self.inputs and self.inputs[n].type.series is not None
        )
        return found or frozenset(names)

    def downstream(self, names: Iterable[str]) -> tuple[str, ...]:
        """Some names and all whose values can change with theirs, in order."""
        affected = set(names)
        for name in self.order:
            if not affected.isdisjoint(self.all_needs[name]):
                affected.add(name)
        return self.in_order(affected)

    def reading(self, names: Iterable[str], addresses: Iterable[str] = ()) -> frozenset[str]:
        """The addresses of the expressions whose value can change where some names' values do, or what some expressions
        come to: those that ask for them, at any depth. What asks for an event can change in any other world, and what asks
        for the step of a forecast has no value that stays."""
        asking = self._asking
        found = (asking.get(name, frozenset()) for name in (*names, *_EVERYWHERE))
        return frozenset(_around(addresses)).union(*found)

    @cached_property
    def _asking(self) -> Mapping[str, frozenset[str]]:
        """The expressions that ask for a name, themselves or in a part of them, by their addresses."""
        found: dict[str, set[str]] = defaultdict(set)
        said = (*(e for name in self.order for e in self.expressions(name)), *self.beside)
        for expr in (inner for each in said for inner in walk(each)):
            if isinstance(expr, Ref):
                found[expr.name].add(expr.address)
            elif isinstance(expr, IsEvent):
                found[_EVENT].add(expr.address)
            elif isinstance(expr, AsOf):
                found[AS_OF].add(expr.address)
        for name, others in self.steps_read.items():  # they have another value at each step
            parts = (node for expr in self.expressions(name) for node in walk(expr))
            found["step"].update(node.address for node in parts if isinstance(node, Ref) and node.name in others)
        return {name: frozenset(_around(addresses)) for name, addresses in found.items()}

    @cached_property
    def steps_read(self) -> Mapping[str, frozenset[str]]:
        """Each forecast with the forecasts that it reads at the same step."""
        return {
            name: frozenset(o.name for o in own_steps(self.expressions(name)) if o.name in self.forecasts)
            for name in self.forecasts
        }

    @cached_property
    def paths_read(self) -> frozenset[str]:
        """The forecasts of which something reads the steps, and not the last one alone."""
        asked = (*(x.condition for e in self.examples for x in e.expect), *self.beside)
        exprs = (*(expr for name in self.order for expr in self.expressions(name)), *asked)
        whole = (node.name for expr in exprs for node in walk(expr) if isinstance(node, PathRef))
        return frozenset(whole).union(*self.steps_read.values())

    @cached_property
    def grounds(self) -> Mapping[Assumption, int]:
        """What a value of this program can rest on in place of a fact, each with its number, below 0: the same in every world
        and on every day, whatever is evaluated first."""
        declared = [*map(of_param, self.params.values()), *map(of_input, self.inputs.values())]
        said = (*(e for name in self.order for e in self.expressions(name)), *self.beside)
        found = dict.fromkeys((*(each for some in declared for each in some), *in_expressions(said, self.params)))
        return {ground: -number for number, ground in enumerate(found, 1)}

    @cached_property
    def may_mean_nothing(self) -> frozenset[str]:
        """The names whose value may be not meaningful, whatever the facts are: those with `meaningful when`, tables and pillars
        with `applies when`, those that divide, take growth or roots, and all that rest on them."""
        found: set[str] = set()
        for name in self.order:
            metric = self.metrics.get(name)
            judged = self.pillars.get(name) or self.verdicts.get(name)
            guarded = metric is not None and metric.meaningful is not None
            guarded |= judged is not None and judged.applies is not None
            if guarded or self.all_needs[name] & found or any(makes_nothing(e) for e in self.expressions(name)):
                found.add(name)
        return frozenset(found)

    def can_mean_nothing(self, expr: Expr) -> bool:
        """Whether an expression may be not meaningful."""
        if not expr.address:
            return self._can_mean_nothing(expr)
        found = self._meaning_nothing.get(expr.address)
        if found is None:
            found = self._meaning_nothing[expr.address] = self._can_mean_nothing(expr)
        return found

    def _can_mean_nothing(self, expr: Expr) -> bool:
        return makes_nothing(expr) or not self.may_mean_nothing.isdisjoint(names_in(expr))

    @cached_property
    def _meaning_nothing(self) -> dict[str, bool]:
        """By address, as far as it was asked: it is asked at each division of each evaluation."""
        return {}

    @cached_property
    def asked_for(self) -> frozenset[str]:
        """The names on which a judgement, its text or a key figure rests. A module brings inputs that a thesis may have no use for."""
        judged = (*self.conditions, *self.kills, *self.catalysts, *self.verdicts, *self.forecasts)
        return self.upstream((*judged, *names_in(*self.beside), *self.shown))

    def expressions(self, name: str) -> tuple[Expr, ...]:
        """The expressions that decide a name's value; texts are not among them."""
        d = self.declared(name)
        match d:
            case Param():
                return tuple(v.value for v in d.versions)
            case Metric():
                return (d.value,) if d.meaningful is None else (d.value, d.meaningful)
            case Forecast():
                return (d.starts, d.then)
            case Condition():
                return (d.when,) if d.applies is None else (d.applies, d.when)
            case Verdict():
                rows = tuple(r.when for r in d.rows if r.when is not None)
                return rows if d.applies is None else (d.applies, *rows)
            case Pillar():
                return () if d.applies is None else (d.applies,)
            case Kill():
                return (d.when,)
            case Catalyst():
                return (d.expects,)
            case _:
                return ()


def _around(addresses: Iterable[str]) -> set[str]:
    """Some addresses, and those of the expressions around them."""
    found: set[str] = set()
    for address in addresses:
        while address and address not in found:
            found.add(address)
            address = address.rpartition(".")[0]
    return found


def _asks_what_is_known(node: Expr) -> bool:
    """Whether an expression itself, without those inside it, asks what is known."""
    return isinstance(node, IsKnown) or (isinstance(node, Call) and FUNCTIONS[node.function].asks_known)
