"""The figure nearest to today's at which an answer turns.

In: a `Prober` and a question. Out: `Turn`, `Never` or `Open`. Must not know programs.

1. Where the evaluator, asked with bounds, finds one answer and it is today's, no figure between the bounds turns it: that
   is a proof, as far as the evaluator's bounds are sound.
2. Where more than one answer is left, the interval is cut and its nearer part looked at first. It is cut where a comparison
   turns, if one does between its ends: found by the secant method, kept inside a bracket.
3. What is found is evaluated on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from enum import Enum
from itertools import pairwise

from dsl.text.record import record
from evaluator.explore.varied import Prober, Varied
from evaluator.prepared.form import Found, Whole

Answer = frozenset[Hashable]
"""What can come out: one answer where it is decided."""
Question = Callable[[Found], Answer]

CLOSE = 16e-9
"""The two sides of a turn lie no further apart than this part of the figure. (Within 1e-9 the language takes two figures
for equal.)"""
NEARLY = 1e-4
"""So near to where a comparison turns bounds need not prove that it does not turn before: they grow tight there only in
ever smaller steps."""
FARTHEST = 1e3
"""So many times today's figure is looked at one by one; beyond it only as a whole."""
BUDGET = 250
"""So many evaluations are made for one name, in one direction."""
TOGETHER = 4
"""So many comparisons that turn together are taken as true and as false, in every combination."""
_SMALL = 1e-6


@record
class Turn:
    """`last`: the last figure that gives today's answer; `first`: the first that gives another, `answer`. `nearest`: that no
    figure nearer gives another is proven, but for the last 10,000th of the way."""

    last: float
    first: float
    answer: Answer
    nearest: bool


@record
class Never:
    """No figure that the name may be gives another answer: proven."""


@record
class Open:
    """None was found, and that there is none is not proven: up to `looked_to` it is, if `proven`."""

    looked_to: float
    proven: bool


def turn(prober: Prober, varied: Varied, question: Question, up: bool) -> Turn | Never | Open:
    """Where an answer that is decided today turns as a figure rises (or falls)."""
    return _Search(prober, varied, question, up).found()


class _BudgetSpent(Exception):
    pass


class _Way(Enum):
    """What is tried with an interval in which more than one answer is left: to find where a comparison turns, to take those
    that are open as true and as false, or to halve it."""

    LOOK, EITHER, HALVE = range(3)


class _Search:
    def __init__(self, prober: Prober, varied: Varied, question: Question, up: bool) -> None:
        assert varied.today is not None, "only figures rise and fall"
        self.prober, self.question, self.up = prober, question, up
        self.start = varied.today
        self.limit = varied.high if up else varied.low
        self.today = question(Whole(prober.today))
        self.scale = max(abs(self.start), _SMALL)
        self.unproven = False
        self.reached = self.start
        self.before = prober.evaluations
        self.edge: float | None = None
        """Where the nearest comparison that turns begins to turn."""
        self.skipped = False
        """Whether the last of the way to there was not proven."""
        self.sure = self.start
        """The last figure that was evaluated alone and gives today's answer."""

    def found(self) -> Turn | Never | Open:
        if self.start == self.limit:
            return Never()
        try:
            return Never() if self._between(self.start, self.limit) == self.today else self._outwards()
        except _BudgetSpent:
            return self._sampled() or Open(self.reached, not self.unproven)

    def _sampled(self) -> Turn | None:
        """A turn between two of some figures ever farther away, where the proof took too long: there may be a nearer one."""
        last, width = self.reached, max(abs(self.reached - self.start), self.scale) / 64
        while width <= FARTHEST * self.scale:
            figure = self.start + (width if self.up else -width)
            figure = min(figure, self.limit) if self.up else max(figure, self.limit)
            if (figure > last) == self.up and figure != last:
                answer = self.question(self.prober.at(figure))
                if answer != self.today:
                    return self._halved(last, figure)
                last = figure
            if figure == self.limit:
                break
            width *= 1.5
        return None

    def _halved(self, near: float, far: float) -> Turn:
        """The turn between two figures that give different answers, the near one today's."""
        while abs(far - near) > self._close(near, far):
            middle = near + (far - near) / 2
            if middle in (near, far):
                break
            if self.question(self.prober.at(middle)) == self.today:
                near = middle
            else:
                far = middle
        return Turn(near, far, self.question(self.prober.at(far)), False)

    def _outwards(self) -> Turn | Never | Open:
        for near, far in self._intervals():
            found = self._first(near, far)
            if found is not None:
                return found
            self.reached = far
        if self.unproven:
            return Open(self.reached, False)
        whole = math.isfinite(self.limit) or self._between(self.reached, self.limit) == self.today
        return Never() if whole else Open(self.reached, True)

    def _intervals(self) -> list[tuple[float, float]]:
        """From today's figure outwards, each ten times as wide as the one before. The first is no round part of the figure,
        since figures turn at round ones, 0 above all."""
        ends, width = [self.start], self.scale * 1.37
        while width <= FARTHEST * self.scale:
            end = self.start + (width if self.up else -width)
            if not (end < self.limit if self.up else end > self.limit):
                break
            ends.append(end)
            width *= 10
        if math.isfinite(self.limit):
            ends.append(self.limit)
        return list(pairwise(ends))

    # --- an interval -----------------------------------------------------------------------------------

    def _first(self, near: float, far: float) -> Turn | None:
        """The first turn in an interval whose near end gives today's answer."""
        waiting = [(near, far, _Way.LOOK)]
        while waiting:
            near, far, way = waiting.pop()
            if self._at(near) != self.today:  # the last of the way to here was not proven: it turns there
                return self._halved(self.sure, near)
            self.sure = near
            if self._between(near, far) == self.today or (way is _Way.EITHER and self._either_way(near, far)):
                self.reached = far
            elif abs(far - near) <= self._close(near, far):
                for figure in (self._root(near, far), far):  # `x = 3` holds in between alone
                    there = self._at(figure)
                    if there != self.today:
                        return Turn(near, figure, there, not self.unproven)
                self.unproven |= self.skipped or not self._either_way(near, far)
                self.reached, self.skipped = far, False
            elif far == self.edge and abs(far - near) <= NEARLY * abs(far - self.start):
                self.reached, self.skipped = far, True
            else:
                waiting += self._parts(near, far, way)
        there = self._at(far)
        return Turn(near, far, there, not self.unproven) if there != self.today else None

    def _parts(self, near: float, far: float, way: _Way) -> list[tuple[float, float, _Way]]:
        """An interval cut where the first comparison turns in it; else, or where that is known, its halves. The nearest part
        is the last."""
        before, after = self._crossing(near, far) if way is _Way.LOOK else (near, far)
        if (before, after) == (near, far):
            middle = near + (far - near) / 2
            return [(middle, far, _Way.HALVE), (near, middle, _Way.HALVE)]
        self.edge = before
        parts = [(after, far, _Way.LOOK), (before, after, _Way.HALVE), (near, before, _Way.EITHER)]
        return [part for part in parts if part[0] != part[1]]

    def _crossing(self, near: float, far: float) -> tuple[float, float]:
        """Two figures in an interval between which a comparison turns, close together; its ends where none does."""
        here, there = self.prober.margins(near), self.prober.margins(far)
        crossing = [a for a in here.keys() & there.keys() if here[a] * there[a] < 0 or here[a] != there[a] == 0]
        if not crossing:
            return near, far
        first = min(crossing, key=lambda a: (abs(here[a] / (there[a] - here[a])), a))
        return self._bracket(first, near, far, here[first], there[first])

    def _root(self, near: float, far: float) -> float:
        """Where in a narrow interval the sides of a comparison are equal; its middle where none crosses."""
        here, there = self.prober.margins(near), self.prober.margins(far)
        for atom in here.keys() & there.keys():
            if here[atom] * there[atom] < 0:
                return near - here[atom] * (far - near) / (there[atom] - here[atom])
        return near + (far - near) / 2

    def _bracket(self, atom: str, a: float, b: float, at_a: float, at_b: float) -> tuple[float, float]:
        """Around the figure at which a comparison turns, as close as `CLOSE` asks. By the secant method; where it moves one
        end alone, the weight of the other is halved (the Illinois variant), and each third step halves the bracket."""
        near, far = a, b
        if at_b == 0:
            a = b
        for step in range(100):
            if abs(b - a) <= self._close(a, b) / 4:
                break
            middle = a + (b - a) / 2
            guess = middle if step % 3 == 2 else a - at_a * (b - a) / (at_b - at_a)
            least, most = min(a, b), max(a, b)
            nudge = self._close(a, b) / 8  # past the root, so that both ends close in on it
            guess = min(max(guess + (nudge if (b > a) == (abs(at_a) < abs(at_b)) else -nudge), least), most)
            if guess in (a, b):
                guess = middle
            if guess in (a, b):
                break
            found = self.prober.margin(atom, guess)
            self._spend()
            if found is None:
                break
            if found * at_a > 0:
                a, at_a, at_b = guess, found, at_b / 2
            elif found * at_b > 0:
                b, at_b, at_a = guess, found, at_a / 2
            else:  # exactly where both sides are equal
                a = b = guess
        # a comparison turns a little before its sides are equal
        aside = math.copysign(self._close(a, b) / 4, far - near)
        before, after = a - aside, b + aside
        return (before if (before - near) * aside > 0 else near), (after if (far - after) * aside > 0 else far)

    # --- what is asked ---------------------------------------------------------------------------------

    def _at(self, figure: float) -> Answer:
        self._spend()
        return self.question(self.prober.at(figure))

    def _between(self, near: float, far: float) -> Answer:
        self._spend()
        return self.question(self.prober.between(near, far))

    def _either_way(self, near: float, far: float) -> bool:
        """Whether the answer is today's, whichever way the comparisons come out that turn in an interval: where rows ask for
        one of them and for its opposite, bounds alone cannot tell."""
        worlds = self.prober.either_way(near, far, TOGETHER)
        return bool(worlds) and all(self.question(there) == self.today for there in worlds)

    def _spend(self) -> None:
        if self.prober.evaluations - self.before >= BUDGET:
            raise _BudgetSpent

    def _close(self, a: float, b: float) -> float:
        return CLOSE * max(abs(a), abs(b), self.scale * _SMALL**2)
