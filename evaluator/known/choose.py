"""Which of several facts about one interval of time counts: what was said last, by the firmest kind of source.

In: facts about one interval, and the value of each in one currency. Out: `Choice`: the value, the facts it is, what it
restated and who contradicted whom. Must not know formulas, nor the as-of date: facts that nobody knew yet are left out
before.

What says what was comes before what somebody expected or claimed, whenever that was published; of these, the source that is
nearest to the company. Of values of one rank the latest published replaces the earlier ones (restatements), each step of
which is listed. Of values of one day the firmest kind counts; of one kind, bounds that span them all. Figures that agree
within the digits that were printed say the same, and the finer one counts. What a source of a lower rank says otherwise,
later, is a contradiction and no restatement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from dsl.text.record import record
from evaluator.facts.model import Rank, SourceKind
from evaluator.known.bind import BoundFact
from evaluator.values.unknown import unknown_like
from evaluator.values.values import Figure, Single, because

FIRM = (SourceKind.REPORTED, SourceKind.DERIVED)
"""Kinds that say what was, and not what somebody expects or claims."""


@record
class Restated:
    """A value that replaced an earlier one for the same period, both in the name's currency."""

    name: str
    label: str
    was: BoundFact
    now: BoundFact
    before: Single
    after: Single


@record
class Disputed:
    """Values for one period, published on one day, that differ; `used` says what was made of them."""

    name: str
    label: str
    facts: tuple[BoundFact, ...]
    values: tuple[Single, ...]
    used: str


@record
class Choice:
    """What counts for one interval of time."""

    value: Single
    facts: tuple[BoundFact, ...]
    """Those that it is: several where their values had to be spanned."""
    rounding: float
    restated: tuple[Restated, ...] = ()
    disputed: Disputed | None = None
    passed_over: tuple[tuple[BoundFact, Single], ...] = ()
    """What was said otherwise, later, by a source of a lower rank, and does not count."""

    @property
    def first(self) -> BoundFact:
        """One of the facts, to ask what it describes."""
        return self.facts[0]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of the facts."""
        return frozenset(f.number for f in self.facts)

    @property
    def firm(self) -> bool:
        """Whether it says what was."""
        return all(f.fact.kind in FIRM for f in self.facts)


def choose(facts: Sequence[BoundFact], own: Callable[[BoundFact], Single]) -> Choice:
    """What counts of the facts about one interval, at least one; `own` gives a fact's value in its name's currency."""
    if len(facts) == 1:  # most are said once: prices by the thousand
        return Choice(own(facts[0]), (facts[0],), facts[0].rounding)
    ordered = sorted(facts, key=_order)
    days = [_of_a_day(list(group), own) for _, group in groupby(ordered, key=lambda f: f.fact.published)]
    best, steps = days[0], []
    for after in days[1:]:
        if _tier(after.first) > _tier(best.first):
            best = _contradicted(best, after)
            continue
        if not _agree(best, after):
            was, now = best.first, after.first
            steps.append(Restated(now.fact.name, now.label, was, now, best.value, after.value))
        best = after  # what was passed over came before it, and is replaced as well
    return replace(best, restated=tuple(steps))


def _tier(bound: BoundFact) -> tuple[bool, int]:
    """What says what was, before what is expected or claimed; then who is nearest to the company."""
    return bound.fact.kind not in FIRM, _RANKS[bound.fact.rank]


_RANKS = {rank: n for n, rank in enumerate(Rank)}


def _contradicted(best: Choice, later: Choice) -> Choice:
    """What counts, beside what a source of a lower rank said later. What is only expected contradicts nothing."""
    if _agree(best, later):
        return best
    best = replace(best, passed_over=(*best.passed_over, (later.first, later.value)))
    if not later.firm or best.disputed is not None:
        return best
    first = best.first
    used = f"the {first.fact.rank} source"
    found = Disputed(first.fact.name, first.label, (*best.facts, *later.facts), (best.value, later.value), used)
    return replace(best, disputed=found)


def _order(bound: BoundFact) -> tuple[object, ...]:
    """By what a fact says, so that its place in a file does not matter; the firmest and finest of a day first."""
    fact = bound.fact
    return (
        fact.published,
        *_tier(bound),
        fact.kind.rank,
        bound.rounding,
        fact.source,
        bound.label,
        str(fact.value),
        fact.note or "",
    )


def _of_a_day(facts: list[BoundFact], own: Callable[[BoundFact], Single]) -> Choice:
    each = [Choice(own(f), (f,), f.rounding) for f in facts]
    now = each[0]
    nearest = [c for c in each if _tier(c.first) == _tier(now.first)]
    firmest = [c for c in nearest if c.first.fact.kind is now.first.fact.kind]
    differ = [c for c in firmest if not _agree(now, c)]
    if all(_agree(now, c) for c in each):
        return now
    if not differ:
        by_rank = any(c.firm == now.firm and _tier(c.first) != _tier(now.first) for c in each)
        used = f"the {now.first.fact.rank} source" if by_rank else "the firmest kind"
    else:
        used = "bounds that span them" if isinstance(now.value, Figure) else "unknown"
        now = _span(firmest)
    first = now.first
    disputed = Disputed(first.fact.name, first.label, tuple(facts), tuple(c.value for c in each), used)
    return replace(now, disputed=disputed)


def _agree(a: Choice, b: Choice) -> bool:
    """Whether two say the same, as far as the digits that were printed go."""
    x, y = a.value, b.value
    if isinstance(x, Figure) and isinstance(y, Figure):
        if x.is_exact and y.is_exact and x.low != y.low:
            return abs(x.low - y.low) <= max(a.rounding, b.rounding) * (1 + 1e-9)
        return (x.low, x.high) == (y.low, y.high)
    return replace(x, causes=frozenset(), facts=frozenset()) == replace(y, causes=frozenset(), facts=frozenset())


def _span(choices: list[Choice]) -> Choice:
    """Bounds that hold every figure; words and sets that differ are unknown."""
    first, values = choices[0].first, [c.value for c in choices]
    facts = frozenset[int]().union(*(v.facts for v in values))
    causes = because("sources differ", first.fact.name, first.label)
    figures = [v for v in values if isinstance(v, Figure)]
    value: Single
    if figures:
        value = Figure(min(f.low for f in figures), max(f.high for f in figures), causes, facts)
    else:
        value = unknown_like(values[0], causes, facts)
    return Choice(value, tuple(c.first for c in choices), max(c.rounding for c in choices))
