"""One name varied and all else left as it is: what comes out where it is one figure, or anywhere between two.

In: an `Evaluation`. Out: what can be varied and what cannot, and a `Prober` that evaluates. Must not know reports.

Between two figures the reference evaluator is asked with bounds, so that what comes out is all that can come out for any
figure between the two (Moore, Interval Analysis, 1966): where one outcome is left, no figure there gives another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import product

from dsl.program import program as p
from dsl.text.record import record
from dsl.types.units import Kind, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.prepared.form import Form, Found, Given
from evaluator.prepared.prepared import Prepared
from evaluator.values.series import Series
from evaluator.values.values import Figure, Single, Truth, Words

_INF = math.inf


@record
class Varied:
    """A name that can be varied: of a figure what it is today and between which figures it may lie (both included; an end
    may be infinite; of an open end, `above 0`, all but the last billionth of the way), of a word or truth the others that it may be."""

    name: str
    today: float | None
    low: float = -_INF
    high: float = _INF
    others: tuple[str | bool, ...] = ()
    seen: tuple[float, float] | None = None
    """The least and the greatest that it has been; None where there is one figure only."""


@record
class Fixed:
    """A name that is not varied, and why. `whatever`: it is not known, and what rests on it is decided all the same."""

    name: str
    why: str
    whatever: bool = False


def varied(evaluation: Evaluation, targets: frozenset[str]) -> Iterator[Varied | Fixed]:
    """The names on which some others rest and that no formula gives: inputs, params, metrics that facts give; in the order
    of the rules."""
    program = evaluation.program
    for name in program.in_order(program.upstream(targets) - targets):
        if name in program.inputs or name in program.params or name in evaluation.given:
            each = _varied(evaluation, name)
            yield replace(each, whatever=_whatever(evaluation, name, targets)) if isinstance(each, Fixed) else each


def _whatever(evaluation: Evaluation, name: str, targets: frozenset[str]) -> bool:
    """Whether what is decided is decided whatever a name is that is not known: it was evaluated with all that the name may be,
    and nothing asks whether it is known."""
    program, value = evaluation.program, evaluation.read(evaluation.values[name])
    asking = program.asking_what_is_known.intersection(program.downstream([name]))
    known = value.nm or (value.known and value.is_exact) if isinstance(value, Figure) else value.settled
    return not known and asking.isdisjoint(targets)


def _varied(evaluation: Evaluation, name: str) -> Varied | Fixed:
    value = evaluation.read(evaluation.values[name])
    declared = evaluation.program.declared(name)
    kind: Type = declared.type  # type: ignore[attr-defined]
    match value:
        case Figure() if value.nm:
            return Fixed(name, "it is not meaningful today")
        case Figure() if not value.known:
            return Fixed(name, "it is unknown today")
        case Figure() if not value.is_exact:
            return Fixed(name, "it is known only within bounds today")
        case Figure():
            low, high = _limits(evaluation, declared, value.low)
            return Varied(name, value.low, min(low, value.low), max(high, value.low), seen=_seen(evaluation, name))
        case Truth() if value.value is not None:
            return Varied(name, None, others=(not value.value,))
        case Words() if value.known and kind.kind is Kind.CHOICE:
            return Varied(name, None, others=tuple(o for o in kind.options if o not in (value.possible or ())))
    return Fixed(name, "it is unknown today" if not value.known else f"it is a {kind.kind.value}")


def _limits(evaluation: Evaluation, declared: p.Declared, today: float) -> tuple[float, float]:
    """Between which figures an input may lie, as it is declared; bounds in another currency than its figures are no limits
    here."""
    bounds = declared.bounds if isinstance(declared, p.Input) else None
    if bounds is None:
        return -_INF, _INF
    own = evaluation.currencies.get(declared.name) or evaluation.view.currency
    if bounds.currency is not None and bounds.currency != own:
        return -_INF, _INF
    low = bounds.low + (today - bounds.low) * 1e-9 if bounds.low_open else bounds.low
    high = bounds.high - (bounds.high - today) * 1e-9 if bounds.high_open else bounds.high
    return low, high


def _seen(evaluation: Evaluation, name: str) -> tuple[float, float] | None:
    value = evaluation.values[name]
    if not isinstance(value, Series):
        return None
    points = [x for x in value.points.values() if isinstance(x, Figure) and x.known and x.is_exact]
    return (min(x.low for x in points), max(x.low for x in points)) if len(points) > 1 else None


class Prober:
    """Evaluates the names that some targets rest on, with one name varied. What was asked is kept."""

    def __init__(self, prepared: Prepared, plain: Evaluation, name: str, targets: frozenset[str]) -> None:
        """`plain`: the same with nothing set by hand."""
        self.prepared, self.today, self.plain, self.name, self.targets = prepared, prepared.today, plain, name, targets
        self._form = Form(prepared, plain, (name,), targets, bare=True)
        self._asked: dict[Given, Found] = {}
        self._whole: dict[Given, Evaluation] = {}
        self._margins: dict[tuple[str, float], float | None] = {}
        self._forced: dict[tuple[str, ...], Form] = {}

    @property
    def evaluations(self) -> int:
        """How often it has evaluated."""
        return len(self._asked) + len(self._margins)

    @cached_property
    def affected(self) -> tuple[str, ...]:
        """The names that are evaluated again: those that rest on the varied one or on an event, and on which a target
        rests."""
        program = self.today.program
        needed = program.upstream(self.targets) | self.targets
        found = program.downstream({self.name, *program.kills, *program.catalysts})
        return tuple(n for n in found if n in needed or n == self.name)

    def at(self, figure: float) -> Found:
        """What is read of the targets where all else is as it is, and the name one figure, in the unit of its values."""
        return self._found((figure, figure))

    def between(self, low: float, high: float) -> Found:
        """The same anywhere between two figures."""
        return self._found((min(low, high), max(low, high)))

    def instead(self, other: str | bool) -> Found:
        """The same with another word or truth."""
        return self._found(other)

    def _found(self, given: Given) -> Found:
        if given not in self._asked:
            self._asked[given] = self._form.at((given,))
        return self._asked[given]

    def whole(self, given: float | str | bool) -> Evaluation:
        """All that comes out with the name at one figure, word or truth."""
        key = (given, given) if isinstance(given, float) else given
        if key not in self._whole:
            self._whole[key] = self._form.evaluated((key,))
        return self._whole[key]

    def either_way(self, low: float, high: float, most: int) -> list[Found]:
        """The same with each comparison that is open there taken as true and as false, in every combination; none where more
        than so many are open."""
        there = self.between(low, high)
        came_to = {a.address: there.single(a.address) for a in self._comparisons}
        opened = tuple(address for address, truth in came_to.items() if isinstance(truth, Truth) and truth.unknown)
        if len(opened) > most:
            return []
        if opened not in self._forced:
            self._forced[opened] = replace(self._form, forced=opened)
        form, given = self._forced[opened], (min(low, high), max(low, high))
        return [form.at((given,), truths) for truths in product((True, False), repeat=len(opened))]

    def margins(self, figure: float) -> Mapping[str, float]:
        """By address: how far the sides of each comparison that rests on the name are apart where it is one figure."""
        there = self.at(figure)
        found = ((atom.address, _apart(there, atom)) for atom in self._comparisons)
        return {address: by for address, by in found if by is not None}

    def margin(self, address: str, figure: float) -> float | None:
        """The same of one of them."""
        key = (address, figure)
        if key not in self._margins:
            self._margins[key] = _apart(self._form.at(((figure, figure),)), self._by_address[address])
        return self._margins[key]

    @cached_property
    def _by_address(self) -> Mapping[str, p.Compare]:
        return {atom.address: atom for atom in self._comparisons}

    @cached_property
    def _comparisons(self) -> tuple[p.Compare, ...]:
        program = self.today.program
        changing = frozenset(self.affected)
        return tuple(
            expr
            for name in self.affected
            for whole in program.expressions(name)
            for expr in p.walk(whole)
            if isinstance(expr, p.Compare) and expr.address and not changing.isdisjoint(p.names_in(expr))
        )


def _apart(there: Found, atom: p.Compare) -> float | None:
    """How far the sides of a comparison are apart, where both are one figure in one currency."""
    a, b = (there.single(side.address) or _constant(side) for side in (atom.left, atom.right))
    same = there.currency(atom.left.address) == there.currency(atom.right.address)
    exact = same and isinstance(a, Figure) and isinstance(b, Figure) and a.is_exact and b.is_exact
    return a.low - b.low if exact and isinstance(a, Figure) and isinstance(b, Figure) else None


def _constant(expr: p.Expr) -> Single | None:
    return Figure.exact(expr.value) if isinstance(expr, p.Const) and isinstance(expr.value, float) else None
