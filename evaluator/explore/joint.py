"""The smallest changes of two or three figures together that change a judgement, where none alone does it as near.

In: an evaluation, what was found of single changes. Out: `Joint`s. Must not know reports.

How far figures move is measured by the one that moves furthest, as a part of its figure today: `4%` says that no figure moves by
more than 4%. All of them move alike until the judgement turns, then each back as far as it need not have moved; none moves
further than is plausible: than its bounds allow, or than half of its range beyond where it has been. (Counterfactual
explanations that change few figures: Wachter, Mittelstadt and Russell, 2018; the distance here is the maximum norm.)

1. Where bounds show that no figure of a box around today's turns the judgement, no pair of them does: proven, by one evaluation.
2. Else the corners of the box are evaluated, and towards one that turns it the way is halved.
3. What is found is evaluated on both sides, and with each of its figures left as it is today, which must not turn it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from dsl.text.record import record
from evaluator.explore.cells import Box, Cell, Cells
from evaluator.explore.judged import outcomes, said
from evaluator.explore.varied import Varied

NEARER = 0.5
"""A joint change is worth saying where it is no more than this part of the smallest single one."""
FARTHEST = 1.0
"""No figure moves by more than this part of itself."""
MAX_EVALUATIONS = 250
"""So many evaluations are made for one judgement."""
CLOSE = 1e-6
"""The two sides of a turn lie no further apart than this part of the way."""
MOST = 3
"""Of each judgement so many changes are said, the smallest first."""


@record
class Move:
    """One figure that moves: from today's, up to `last`, where the judgement is still today's, and to `first`, where it is not.
    `at`: one of few digits past that; with all at theirs the same is judged as at `first`."""

    name: str
    today: float
    last: float
    first: float
    at: float


@record
class Joint:
    """Figures that change a judgement together. `size`: the part of today's figure by which none moves more; `nearest`: whether
    no smaller change of these figures does it, which is proven."""

    judgement: str
    moves: tuple[Move, ...]
    size: float
    outcomes: tuple[str, ...]
    nearest: bool


def joint(cells: Cells, judgement: str, figures: Sequence[Varied], alone: float) -> tuple[Joint, ...]:
    """The smallest changes of two figures, or of three where none of two is found. `figures`: those that may move; `alone`: the
    part of today's figure by which the smallest single change moves it; infinite where there is none."""
    return _Search(cells, judgement, [f for f in figures if f.today], min(alone * NEARER, FARTHEST)).found()


class _Search:
    def __init__(self, cells: Cells, judgement: str, figures: Sequence[Varied], reach: float) -> None:
        self.cells, self.judgement, self.figures, self.reach = cells, judgement, figures, reach
        self.wanted = frozenset({judgement})
        self.now = outcomes(cells.today, judgement)
        self.evaluations = 0

    def found(self) -> tuple[Joint, ...]:
        if self.reach <= CLOSE or len(self.figures) < 2 or not self._turns(self._box(self.figures, self.reach)):
            return ()
        for count in (2, 3):
            found = sorted(self._of(count), key=lambda j: j.size)
            if found:
                return tuple(found[:MOST])
        return ()

    def _of(self, count: int) -> Iterator[Joint]:
        for group in combinations(self.figures, count):
            if self.evaluations >= MAX_EVALUATIONS:
                return
            if self._turns(self._box(group, self.reach)):
                ways = product((1, -1), repeat=count)
                each = [j for way in ways if (j := self._along(group, way)) is not None]
                if each:
                    yield min(each, key=lambda j: j.size)

    # --- one group ---------------------------------------------------------------------------------------

    def _along(self, group: Sequence[Varied], way: Sequence[int]) -> Joint | None:
        """The turn on the way to one corner; None where there is none, or not all of these figures are needed."""
        if not self._turned(self._point(group, way, self.reach)):
            return None
        last, first = 0.0, self.reach
        while first - last > CLOSE * first:
            middle = last + (first - last) / 2
            if self._turned(self._point(group, way, middle)):
                first = middle
            else:
                last = middle
        there = self._point(group, way, first)
        for left_out in group:
            if self._turned({name: cell for name, cell in there.items() if name != left_out.name}):
                return None
        before, beyond = self._least(group, self._point(group, way, last), there)
        at = self._short(group, beyond)
        moves = tuple(Move(f.name, f.today or 0.0, *(x[f.name].low for x in (before, beyond, at))) for f in group)
        nearest = not self._turns(self._box(group, last))
        size = max(abs((m.first - m.today) / m.today) for m in moves)
        return Joint(self.judgement, moves, size, self._outcomes(beyond), nearest)

    def _least(self, group: Sequence[Varied], before: Box, there: Box) -> tuple[Box, Box]:
        """Both sides of a turn with each figure moved no further than it must be, the others being where they are."""
        near, far = dict(before), dict(there)
        for figure in group:
            today, end = figure.today or 0.0, far[figure.name].low
            start = today
            while abs(end - start) > CLOSE * abs(far[figure.name].low - today):
                middle = start + (end - start) / 2
                if self._turned({**far, figure.name: Cell(middle, middle)}):
                    end = middle
                else:
                    start = middle
            near[figure.name], far[figure.name] = Cell(start, start), Cell(end, end)
        return (near, far) if self._outcomes(near) == self.now else (before, there)

    def _short(self, group: Sequence[Varied], there: Box) -> Box:
        """Figures of few digits past a turn, with which the same is judged; what is long is left as it is."""
        found = self._outcomes(there)
        for digits in range(3, 10):
            ends = {f.name: outwards(there[f.name].low, f.today or 0.0, digits) for f in group}
            inside = all(f.low <= ends[f.name] <= f.high for f in group)
            short = {name: Cell(end, end) for name, end in ends.items()}
            if inside and self._outcomes(short) == found:
                return short
        return there

    def _point(self, group: Sequence[Varied], way: Sequence[int], part: float) -> dict[str, Cell]:
        ends = [(figure, self._moved(figure, part)[0 if up < 0 else 1]) for figure, up in zip(group, way, strict=True)]
        return {figure.name: Cell(end, end) for figure, end in ends}

    def _box(self, group: Sequence[Varied], part: float) -> dict[str, Cell]:
        return {figure.name: Cell(*self._moved(figure, part)) for figure in group}

    def _moved(self, figure: Varied, part: float) -> tuple[float, float]:
        """The least and the greatest that a figure is where it moves by no more than a part of itself."""
        today = figure.today or 0.0
        low, high = plausible(figure)
        return max(low, today - part * abs(today)), min(high, today + part * abs(today))

    # --- what is asked -----------------------------------------------------------------------------------

    def _turned(self, point: Box) -> bool:
        """Whether at one figure each another outcome is left alone."""
        found = self._outcomes(point)
        return self.now[0] not in found

    def _turns(self, box: Box) -> bool:
        """Whether anywhere in a box another outcome may come out."""
        return self._outcomes(box) != self.now

    def _outcomes(self, box: Box) -> tuple[str, ...]:
        self.evaluations += 1
        return said(self.cells.today.program, self.cells.found(box, self.wanted), self.judgement)


def outwards(figure: float, today: float, digits: int) -> float:
    """A figure in so many digits that lies no nearer to today's."""
    if not figure:
        return figure
    step = 10.0 ** (math.floor(math.log10(abs(figure))) + 1 - digits)
    whole = math.ceil(figure / step - 1e-9) if figure > today else math.floor(figure / step + 1e-9)
    return float(f"{whole * step:.{digits}g}")


def plausible(figure: Varied) -> tuple[float, float]:
    """Between which figures it is plausible: within its bounds, and not further beyond where it has been than half of the width
    of that."""
    low, high = figure.low, figure.high
    if figure.seen is not None and figure.today is not None:
        aside = (figure.seen[1] - figure.seen[0]) / 2
        low, high = max(low, figure.seen[0] - aside), min(high, figure.seen[1] + aside)
        low, high = min(low, figure.today), max(high, figure.today)
    return low, high
