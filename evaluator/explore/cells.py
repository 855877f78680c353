"""The parts into which conditions cut what a name that is not known may be: in each part all of its figures are judged alike.

In: a prepared evaluation, names that are unknown or known within bounds. Out: `Cell`s of each. Must not know reports.

A cut is looked for where a question of the rules comes out otherwise, at figures ever farther from 0 and at the thresholds that
the name is compared with, and closed in on by halving. A cut that is not found makes no part wrong: whoever asks what comes out
in a part asks with its bounds, and is told of all that can come out.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from dsl.program import program as p
from dsl.text.record import record
from dsl.types.units import PERCENTS, Kind, Type
from evaluator.engine.evaluate import laid_over
from evaluator.engine.evaluation import Evaluation, World
from evaluator.prepared.form import Form, Found, Whole
from evaluator.prepared.prepared import Prepared
from evaluator.values.values import Figure, Truth, Words

CLOSE = 1e-8
"""A cut lies between two figures no further apart than this part of them. What lies in between belongs to no part."""
MAX_CUTS = 8
"""So many cuts are looked for of one name."""


@record
class Cell:
    """A part of what a name may be: between two figures, both included and equal where it is one; or a word, a truth."""

    low: float = -math.inf
    high: float = math.inf
    word: str | bool | None = None


@record
class Open:
    """A name that is not known, or only within bounds, and the parts of what it may be; none where it is no figure, truth or
    choice."""

    name: str
    cells: tuple[Cell, ...]


Box = Mapping[str, Cell]
"""For some names one part each."""


class Cells:
    """Finds the parts of names, and evaluates in them."""

    def __init__(self, prepared: Prepared, plain: Evaluation, targets: frozenset[str]) -> None:
        """`plain`: the same with nothing set by hand; `targets`: the names that are asked for."""
        self.prepared, self.today, self.plain, self.targets = prepared, prepared.today, plain, targets
        self._consts: dict[tuple[str, object], p.Const] = {}
        self._forms: dict[tuple[tuple[str, ...], frozenset[str]], Form | None] = {}
        """By the names that are set and those that are asked for; None where that was done once."""

    def open_names(self) -> tuple[Open, ...]:
        """The names that are not known, each with its parts."""
        return tuple(Open(name, tuple(self._cells(name))) for name in self.unknown())

    def unknown(self) -> tuple[str, ...]:
        """The names on which a target rests, that no formula gives, and that are not known to be one figure, word or truth."""
        program, today = self.today.program, self.today
        below = program.in_order(program.upstream(self.targets) - self.targets)
        base = (n for n in below if n in program.inputs or n in program.params or n in today.given)
        return tuple(name for name in base if self._is_open(name))

    def _is_open(self, name: str) -> bool:
        value = self.today.read(self.today.values[name])
        if isinstance(value, Figure):
            return not value.nm and not (value.known and value.is_exact)
        return not value.settled

    def at(self, box: Box, wanted: frozenset[str] | None = None) -> Evaluation:
        """What comes out where names lie anywhere in these parts, and all else is as it is. `wanted`: the names that are asked
        for, if not all targets."""
        before = self.today.world
        replaced, within = dict(before.replaced), dict(before.within)
        for name, cell in box.items():
            replaced[name] = self._const(name, cell.low if cell.word is None else cell.word)
            if cell.word is None:
                within[name] = (cell.low, cell.high)
        world = replace(before, replaced=replaced, within=within)

        def there(world: World) -> Evaluation:
            return self.prepared.evaluated(world, self.targets if wanted is None else wanted)

        return laid_over(self.plain, world, there)

    def found(self, box: Box, wanted: frozenset[str]) -> Found:
        """What is read there of some names, without causes. What is asked for once is evaluated, since to make it ready costs as much."""
        names = tuple(sorted(box))
        if (names, wanted) not in self._forms:
            self._forms[names, wanted] = None
            return Whole(self.at(box, wanted))
        form = self._forms[names, wanted]
        if form is None:
            form = self._forms[names, wanted] = Form(self.prepared, self.plain, names, wanted, bare=True)
        return form.at([(c.low, c.high) if c.word is None else c.word for c in map(box.__getitem__, names)])

    def _const(self, name: str, value: float | str | bool) -> p.Const:
        if isinstance(value, float) and math.isinf(value):
            value = 0.0  # only the bounds count
        key = (name, value)
        if key not in self._consts:
            declared = self.today.program.declared(name)
            kind: Type = declared.type.single  # type: ignore[attr-defined]
            self._consts[key] = p.Const(declared.span, kind, value=value)
        return self._consts[key]

    # --- parts -------------------------------------------------------------------------------------------

    def _cells(self, name: str) -> Iterator[Cell]:
        value = self.today.read(self.today.values[name])
        kind: Type = self.today.program.declared(name).type  # type: ignore[attr-defined]
        match value:
            case Figure():
                yield from self._of_figure(name, value.low, value.high, kind)
            case Truth():
                yield from (Cell(word=word) for word in (True, False))
            case Words() if kind.kind is Kind.CHOICE:
                yield from (Cell(word=word) for word in value.possible or kind.options)

    def _of_figure(self, name: str, low: float, high: float, kind: Type) -> Iterator[Cell]:
        cuts = self._cuts(name, low, high, kind)
        if not cuts and low == -math.inf and high == math.inf:
            cuts = [(0.0, 0.0)]  # any figure at all is unknown; of two halves each is a figure that is known
        begins = [low, *(first for _, first in cuts)]
        ends = [*(last for last, _ in cuts), high]
        yield from (Cell(a, b) for a, b in zip(begins, ends, strict=True) if a <= b)

    def _cuts(self, name: str, low: float, high: float, kind: Type) -> list[tuple[float, float]]:
        """The last figure before and the first after each cut."""
        asked = self._asked(name)
        owners = frozenset(asked.values())

        def answer(figure: float) -> Hashable:
            there = self.found({name: Cell(figure, figure)}, owners)
            return tuple(truth.possible for address in asked if isinstance(truth := there.single(address), Truth))

        if not asked:
            return []
        found: list[tuple[float, float]] = []
        answers = [(figure, answer(figure)) for figure in self._figures(name, low, high, kind)]
        for (a, at_a), (b, at_b) in pairwise(answers):
            while at_a != at_b and len(found) < MAX_CUTS:
                last, first, at_first = a, b, at_b
                while abs(first - last) > CLOSE * max(abs(first), abs(last), CLOSE):
                    middle = last + (first - last) / 2
                    if middle in (last, first):
                        break
                    there = answer(middle)
                    if there == at_a:
                        last = middle
                    else:
                        first, at_first = middle, there
                found.append((last, first))
                a, at_a = first, at_first
        return found

    def _asked(self, name: str) -> dict[str, str]:
        """The questions below a name that are open today, by address, each with the name in which it stands."""
        program, trace = self.today.program, self.today.trace
        needed = program.upstream(self.targets) | self.targets
        return {
            node.address: n
            for n in program.downstream([name])
            if n in needed
            for whole in program.expressions(n)
            for node in p.walk(whole)
            if node.type.kind is Kind.FLAG
            and not isinstance(node, p.Logic | p.Not | p.Ref | p.Const)
            and node.address in trace
            and not trace[node.address].value.settled
        }

    def _figures(self, name: str, low: float, high: float, kind: Type) -> list[float]:
        """Figures at which is looked: its ends, its thresholds, 0, and figures ever farther from it."""
        last = 3 if kind.kind in PERCENTS else 14
        steps = [10.0**k for k in range(-4, last)]
        found = {0.0, *steps, *(-x for x in steps), *self._thresholds(name)}
        if math.isfinite(low) and math.isfinite(high):
            found |= {low + (high - low) * n / 12 for n in range(13)}
        found |= {x for x in (low, high) if math.isfinite(x)}
        return sorted(x for x in found if low <= x <= high)

    def _thresholds(self, name: str) -> Iterator[float]:
        """What the name itself is compared with, where that is known."""
        program, trace = self.today.program, self.today.trace
        for n in program.downstream([name]):
            for node in (node for whole in program.expressions(n) for node in p.walk(whole)):
                if not isinstance(node, p.Compare):
                    continue
                for side, other in ((node.left, node.right), (node.right, node.left)):
                    if isinstance(side, p.Ref) and side.name == name:
                        known = trace[other.address].value if other.address in trace else None
                        if isinstance(known, Figure) and known.known and known.is_exact:
                            yield known.low
