"""Whether a judgement is settled: which of the names that are not known could still change it, and which could not.

In: an `Evaluation`. Out: `Settled` of each judgement that is not decided. Must not know reports.

1. What a name may be is cut into parts in which all its figures are judged alike (`cells.py`).
2. In each combination of the parts of all names together the program is evaluated with bounds, so that what comes out is all
   that can come out there. Where one outcome is left in each, the table of them is exact: a name of which no part gives
   another outcome than the next, whatever the others are, cannot change the judgement.
3. Where there are too many combinations, or more than one outcome is left in one, what is left is an upper bound, and of
   names that are not shown to change nothing it is not decided whether they can.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from dsl.text.record import record
from evaluator.engine.assumed import VARIED
from evaluator.engine.evaluation import Evaluation
from evaluator.explore.cells import Box, Cell, Cells, Open
from evaluator.explore.judged import outcomes
from evaluator.prepared.prepared import Prepared
from evaluator.values.values import Causes

MAX_EVALUATIONS = 100
"""So many evaluations are made for one judgement."""
MAX_BOXES = 5000
"""So many combinations are looked at: most need no evaluation, since the judgement is decided before all names are known."""

FEW = 4
"""On so many names that are not known a verdict rests at most of which a report says what decides it."""

Outcomes = tuple[str, ...]


@record
class Decider:
    """A name that is not known and could change a judgement. `left`: for each part of what it may be the outcomes that are left
    where it lies there; `gain`: how many outcomes fall away on average, each part as likely as the next; `certain`: whether it
    is proven that it can change it."""

    name: str
    left: tuple[tuple[Cell, Outcomes], ...]
    gain: float
    certain: bool


@record
class Settled:
    """A judgement that is not decided. `now`: what it may be as it is evaluated today; `left`: which of these can come about,
    in the same order; `deciding`: the names that could change it, the most telling first; `idle`: those that cannot, whatever
    they are; `exact`: whether all that is the whole truth, and no bound of it; `besides`: names of which more is missing than
    the period that is read."""

    judgement: str
    now: Outcomes
    left: Outcomes
    deciding: tuple[Decider, ...]
    idle: tuple[str, ...]
    exact: bool
    besides: tuple[str, ...]


def settled(
    prepared: Prepared, plain: Evaluation, judgements: Sequence[str], most: float = math.inf
) -> tuple[Settled, ...]:
    """Of each judgement that is not decided today what decides it. `plain`: the same with nothing set by hand; `most`: only of
    those that rest on no more names that are not known. Of one that asks whether something is known nothing is said: between
    two figures a name is still not known, and at any of them it is."""
    today = prepared.today
    asking = today.program.asking_what_is_known
    undecided = [j for j in judgements if len(outcomes(today, j)) > 1 and j not in asking]
    if most < math.inf:
        undecided = [j for j in undecided if len(Cells(prepared, plain, frozenset({j})).unknown()) <= most]
    if not undecided:
        return ()
    cells = Cells(prepared, plain, frozenset(undecided))
    names = {o.name: o for o in cells.open_names()}
    alone = {o.name: [(cell, cells.at({o.name: cell})) for cell in o.cells] for o in names.values()}
    return tuple(_Judgement(cells, j, names, alone).found() for j in undecided)


_Alone = Mapping[str, list[tuple[Cell, Evaluation]]]


class _Judgement:
    """One judgement, with the names on which it rests."""

    def __init__(self, cells: Cells, judgement: str, names: Mapping[str, Open], alone: _Alone) -> None:
        self.cells, self.judgement, self.today = cells, judgement, cells.today
        below = self.today.program.upstream([judgement])
        self.names = [o for name, o in names.items() if name in below and o.cells]
        self.closed = [name for name, o in names.items() if name in below and not o.cells]
        self.now = outcomes(self.today, judgement)
        self.alone = {o.name: [(c, outcomes(e, judgement)) for c, e in alone[o.name]] for o in self.names}
        self.evaluations = 0
        self.open_box: Box | None = None
        """A combination in which all names are known and more than one outcome is left."""

    def found(self) -> Settled:
        together = self._together()
        boxes = self._table(together)
        decided = all(len(left) == 1 for left in boxes.values())
        idle = [o.name for at, o in enumerate(together) if _same(boxes, at)]
        if decided:  # whatever the others are: they were left open
            idle += [o.name for o in self.names if o not in together] + self.closed
        left = self._in_order(x for found in boxes.values() for x in found)
        deciding = [self._decider(o, boxes, together, left) for o in self.names if o.name not in idle]
        deciding.sort(key=lambda d: -d.gain)
        return Settled(self.judgement, self.now, left, tuple(deciding), tuple(idle), decided, self._besides())

    def _together(self) -> list[Open]:
        """The names that are taken together, the most telling first: all, as far as there are not too many combinations."""
        found: list[Open] = []
        for each in sorted(self.names, key=lambda o: -_gain(self.now, [left for _, left in self.alone[o.name]])):
            if prod(len(o.cells) for o in [*found, each]) <= MAX_BOXES:
                found.append(each)
        return found

    def _table(self, names: Sequence[Open]) -> dict[tuple[Cell, ...], Outcomes]:
        """What is left in each combination. Name after name is known; where one outcome is left before the last is, it is left
        whatever the rest are."""
        found: dict[tuple[Cell, ...], Outcomes] = {}
        waiting: list[tuple[Cell, ...]] = [()]
        while waiting:
            box = waiting.pop()
            left, rest = self._left(names, box), names[len(box) :]
            if len(left) == 1 or not rest or self.evaluations >= MAX_EVALUATIONS:
                found |= {(*box, *more): left for more in product(*(o.cells for o in rest))}
                if len(left) > 1 and not rest:
                    self.open_box = self._box(names, box)
            else:
                waiting += [(*box, cell) for cell in rest[0].cells]
        return found

    def _left(self, names: Sequence[Open], box: tuple[Cell, ...]) -> Outcomes:
        if not box:
            return self.now
        self.evaluations += 1
        return outcomes(self.cells.at(self._box(names, box), frozenset({self.judgement})), self.judgement)

    @staticmethod
    def _box(names: Sequence[Open], box: tuple[Cell, ...]) -> Box:
        return {o.name: cell for o, cell in zip(names, box, strict=False)}

    def _in_order(self, found: Iterable[str]) -> Outcomes:
        among = frozenset(found)
        return tuple(x for x in self.now if x in among) + tuple(sorted(among - set(self.now)))

    def _decider(
        self, name: Open, boxes: Mapping[tuple[Cell, ...], Outcomes], together: list[Open], left: Outcomes
    ) -> Decider:
        if name not in together:
            each = tuple(self.alone[name.name])
            return Decider(name.name, each, _gain(left, [x for _, x in each]), False)
        at = together.index(name)
        by_cell = [
            (c, self._in_order(x for box, found in boxes.items() if box[at] == c for x in found)) for c in name.cells
        ]
        gain = _gain(left, [found for _, found in by_cell])
        return Decider(name.name, tuple(_merged(by_cell, boxes, at)), gain, _differs(boxes, at))

    def _besides(self) -> tuple[str, ...]:
        """The names of which more is missing than what is read: they leave a combination open in which all is known."""
        if self.open_box is None:
            return ()
        there = self.cells.at(self.open_box, frozenset({self.judgement}))
        causes = self._causes(there)
        left_out = {o.name for o in self.names if o.name not in self.open_box} | set(self.closed)
        return tuple(sorted({c.name for c in causes if c.name and c.reason != VARIED} - left_out))

    def _causes(self, there: Evaluation) -> Causes:
        kill = there.program.kills.get(self.judgement)
        return there.happened(kill).causes if kill is not None else there.read(there.values[self.judgement]).causes


def _gain(now: Outcomes, then: Sequence[Outcomes]) -> float:
    """How many outcomes fall away on average."""
    return max(0.0, len(now) - sum(map(len, then)) / len(then)) if then else 0.0


def _merged(
    by_cell: Sequence[tuple[Cell, Outcomes]], boxes: Mapping[tuple[Cell, ...], Outcomes], at: int
) -> Iterator[tuple[Cell, Outcomes]]:
    """Parts that lie beside each other and are judged alike, whatever the other names are, as one."""
    slices = {c: [left for box, left in boxes.items() if box[at] == c] for c, _ in by_cell}
    waiting: tuple[Cell, Outcomes] | None = None
    for cell, left in by_cell:
        if waiting is not None and cell.word is None and slices[cell] == slices[waiting[0]]:
            merged = Cell(waiting[0].low, cell.high)
            slices[merged] = slices[cell]
            waiting = merged, left
            continue
        if waiting is not None:
            yield waiting
        waiting = cell, left
    if waiting is not None:
        yield waiting


def _others(boxes: Mapping[tuple[Cell, ...], Outcomes], at: int) -> Iterable[list[Outcomes]]:
    """For each combination of all names but one what is left in each of its parts."""
    found: dict[tuple[Cell, ...], list[Outcomes]] = {}
    for box, left in boxes.items():
        found.setdefault(box[:at] + box[at + 1 :], []).append(left)
    return found.values()


def _same(boxes: Mapping[tuple[Cell, ...], Outcomes], at: int) -> bool:
    """Whether one outcome is left in all parts of a name, whatever the others are."""
    return all(len(row[0]) == 1 and len(set(row)) == 1 for row in _others(boxes, at))


def _differs(boxes: Mapping[tuple[Cell, ...], Outcomes], at: int) -> bool:
    """Whether two parts of a name surely give different outcomes for some of the others."""
    return any(len({x for x in row if len(x) == 1}) > 1 for row in _others(boxes, at))
