"""Which figures of a flow may be calculated together: those of one vintage.

In: the facts of a name by what they describe. Out: ledgers, the newest vintage first. Must not know formulas or rules.

A company that restates a year leaves the nine months in it as they were until they are given anew. The year less those
nine months is no quarter of anything. So a figure is left out of a vintage where another one that overlaps it was restated
after it was last said; and where the newest vintage has gaps, the one before that restatement is asked: the year as it
was less the nine months as they were. A restatement that only catches up with an earlier one (the nine months, given anew
in the year after) outdates nothing: the year had been restated already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from dsl.text.record import record
from evaluator.known.bind import BoundFact
from evaluator.known.choose import FIRM, Choice, choose
from evaluator.known.derive import Derivation, Interval, Ledger
from evaluator.known.filling import interval_of
from evaluator.values.values import Figure, Single

MIXED = "it would follow only from restated figures together with some that were not restated"
MOST = 16
"""So many vintages of one name are looked at."""


@record
class Vintage:
    """What may be calculated together; `before`: as it was known before that day (None: as it is now)."""

    ledger: Ledger
    before: dt.date | None


class Vintages:
    """The vintages of one flow, made as they are asked for."""

    def __init__(
        self, groups: Sequence[Sequence[BoundFact]], own: Callable[[BoundFact], Single], firm_only: bool
    ) -> None:
        """`groups`: the facts about each interval; `firm_only`: without what is only expected or claimed."""
        self._groups, self._own, self._firm_only = groups, own, firm_only
        self._made: list[Vintage] = []
        self._newest = self._said(None)
        self._outdated: list[Interval] = []
        self._rest = self._each()
        self._mixed: Ledger | None = None

    def __iter__(self) -> Iterator[Vintage]:
        at = 0
        while at < len(self._made) or self._more():
            yield self._made[at]
            at += 1

    def _more(self) -> bool:
        found = next(self._rest, None)
        self._made += [found] if found is not None else []
        return found is not None

    @property
    def ends(self) -> list[int]:
        """The month ends that figures of any vintage begin or end with."""
        return sorted({end for vintage in self for end in vintage.ledger.ends})

    def derive(self, start: int, end: int) -> tuple[Derivation, dt.date | None] | None:
        """The figure of an interval from the newest vintage that has it whole, and before which day that was known so."""
        for vintage in self:
            found = vintage.ledger.derive(start, end)
            if found is not None:
                return found, vintage.before
        return None

    def only_mixed(self, start: int, end: int) -> bool:
        """Whether an interval would follow, but from figures of two vintages alone."""
        if self._mixed is None:
            self._mixed = Ledger([said.interval for said in self._newest])
        return self._mixed.derive(start, end) is not None

    def outdated(self, start: int, end: int, before: dt.date | None) -> bool:
        """Whether something that overlaps an interval was restated, and the interval was not. `before`: of a derived one, of
        which vintage it is."""
        if before is not None:
            changed = (change.interval for change, day in _changes(self._newest) if day >= before)
            return any(interval.start < end and start < interval.end for interval in changed)
        return any((s.start, s.end) == (start, end) for s in self._outdated)

    def _each(self) -> Iterator[Vintage]:
        before: dt.date | None = None
        for _ in range(MOST):
            known = self._newest if before is None else self._said(before)
            outdated: set[int] = set()
            by: list[dt.date] = []
            for change, day in _changes(known):
                late = {n for n, s in enumerate(known) if s.last < day and _overlap(s.interval, change.interval)}
                outdated |= late
                by += [day] if late else []
            if before is None:
                self._outdated = [known[n].interval for n in outdated]
            yield Vintage(Ledger([said.interval for n, said in enumerate(known) if n not in outdated]), before)
            if not by:
                return
            before = max(by)

    def _said(self, before: dt.date | None) -> list[_Said]:
        """What was known before a day (None: what is known now)."""
        found = []
        for group in self._groups:
            known = [f for f in group if before is None or f.fact.published < before]
            choice = choose(known, self._own) if known else None
            if choice is not None and isinstance(choice.value, Figure) and (choice.firm or not self._firm_only):
                found.append(_said(choice, choice.value))
        return found


@record
class _Said:
    """What counts of an interval: when it was last said, when it was restated, and when what it replaced had last been said."""

    interval: Interval
    last: dt.date
    restated: dt.date | None
    replaced: dt.date | None


def _changes(known: Sequence[_Said]) -> list[tuple[_Said, dt.date]]:
    """What was restated, with the day on which that began: the first restatement of something that it overlaps, where what
    it replaced had last been said before."""
    found = []
    restated = [said for said in known if said.restated is not None]
    for change in restated:
        begun = [
            other.restated
            for other in restated
            if other.restated is not None and change.replaced is not None and change.restated is not None
            if change.replaced < other.restated <= change.restated
            if other is change or _overlap(other.interval, change.interval)
        ]
        found += [(change, min(begun))] if begun else []
    return found


def _said(choice: Choice, value: Figure) -> _Said:
    steps = [s for s in choice.restated if s.was.fact.kind in FIRM and s.now.fact.kind in FIRM]
    last = max(steps, key=lambda step: step.now.fact.published) if steps else None
    published = choice.first.fact.published
    if last is None:
        return _Said(interval_of(choice, value), published, None, None)
    return _Said(interval_of(choice, value), published, last.now.fact.published, last.was.fact.published)


def _overlap(a: Interval, b: Interval) -> bool:
    return (a.start, a.end) != (b.start, b.end) and a.start < b.end and b.start < a.end
