"""A company's facts as checks look at them: groups about one interval, lines of figures over time, what a name seems to be.

In: the names that rules declare, a `Company`, a `View`. Out: `Audited`, `Line`, `Point`. Must not know what is odd.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dsl.program.program import Input, Metric, Program
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.record import record
from dsl.types.units import PERCENTS, Frequency, Kind
from evaluator.facts.held import about
from evaluator.facts.model import Company, Fact, Reports
from evaluator.known.asof import View
from evaluator.known.bind import BoundFact
from evaluator.known.choose import Choice, choose
from evaluator.values.display import describe
from evaluator.values.values import Figure, Single

Declared = Input | Metric
_LISTED = 3
_COST = re.compile(
    r"capex|capital_(?:expenditure|spending)|cost_of|\bcogs\b|depreciation|amorti[sz]ation|research_and|\br_?and_?d\b|\bsg_?a\b|"
    r"interest_(?:expense|paid)|dividends?_paid|buybacks?\b|repurchase|operating_expenses"
)
"""Names of costs and outflows that are no less for being printed with a minus."""
_NEAR_ZERO = re.compile(
    r"income|profit|loss|earnings|\beps\b|cash_?flow|free_cash|operating_cash|gain|change|growth|result|move"
)
"""Names of what is left of large amounts, so that it may be small in a year without a slip."""
_SHARES = re.compile(r"\bshares?\b|\bshares_|_shares\b|share_count|\bsh\b")


@record
class Point:
    """An exact figure of a line, with the fact that gave it."""

    fact: BoundFact
    value: float

    @property
    def log(self) -> float:
        """The power of ten of its size."""
        return math.log10(abs(self.value))


def numbers(points: Iterable[Point]) -> frozenset[int]:
    """The numbers of the facts behind points."""
    return frozenset(point.fact.number for point in points)


@dataclass(frozen=True)
class Line:
    """A name's exact figures for intervals of one length, the earliest first; none is 0."""

    name: str
    declared: Declared
    months: int
    points: tuple[Point, ...]

    @cached_property
    def words(self) -> str:
        """The name and the title as one text, in which roles are looked for."""
        return f"{self.name} {re.sub(r'[^a-z0-9]+', '_', (self.declared.title or '').lower())}"

    @cached_property
    def is_cost(self) -> bool:
        """Whether it seems to be a cost or an outflow."""
        return self.declared.type.kind is Kind.MONEY and _COST.search(self.words) is not None

    @cached_property
    def may_be_near_zero(self) -> bool:
        """Whether a figure may be a small part of the others without a slip: what is left of larger amounts, and anything
        that has been on both sides of 0."""
        return self.on_both_sides or _NEAR_ZERO.search(self.words) is not None

    @cached_property
    def on_both_sides(self) -> bool:
        """Whether it has been above 0 and below."""
        return len({p.value > 0 for p in self.points}) > 1

    @cached_property
    def moves_freely(self) -> bool:
        """Whether its size says little: a growth rate or a move, which may be anything around 0."""
        return self.declared.type.kind in PERCENTS and self.may_be_near_zero

    @cached_property
    def is_shares(self) -> bool:
        """Whether it counts shares."""
        return self.declared.type.kind is Kind.COUNT and _SHARES.search(self.words) is not None

    @cached_property
    def is_per_share(self) -> bool:
        """Whether it is money per share: earnings, a dividend, a price."""
        kind = self.declared.type
        price = kind.series in (Frequency.DAY, Frequency.WEEK) and "price" in self.words
        return kind.kind is Kind.MONEY and (
            kind.share or price or re.search(r"\beps\b|per_share", self.words) is not None
        )


@dataclass(frozen=True)
class Audited:
    """A company's facts, bound to what the rules declare, and what they say on a day."""

    program: Program
    company: Company
    day: dt.date
    today: dt.date
    seen: View

    @cached_property
    def facts(self) -> Iterable[Fact]:
        """The facts as they stand in the files, of columns those alone that the rules ask for."""
        return about(self.company.facts, {**self.program.inputs, **self.program.metrics})

    @cached_property
    def groups(self) -> list[list[BoundFact]]:
        """Facts about one interval of one name."""
        found: dict[object, list[BoundFact]] = defaultdict(list)
        for fact in self.seen.facts:
            found[fact.fact.name, fact.placed.slot].append(fact)
        return list(found.values())

    @cached_property
    def chosen(self) -> list[Choice]:
        """Which fact counts of each group of several."""
        return [self.choice(facts) for facts in self.groups if len(facts) > 1]

    @cached_property
    def _exact(self) -> dict[tuple[str, int], list[Point]]:
        """Every name's exact figures, for each length of interval."""
        found: dict[tuple[str, int], list[Point]] = defaultdict(list)
        chosen = iter(self.chosen)
        for facts in self.groups:
            if len(facts) > 1:
                choice = next(chosen)
                first, value = choice.first, choice.value
            else:  # most are said once: prices by the thousand
                first = facts[0]
                value = first.value if self.seen.stands(first, self.declared(first.fact.name).type) else self.own(first)
            if isinstance(value, Figure) and value.low == value.high:
                found[first.fact.name, first.placed.months].append(Point(first, value.low))
        for points in found.values():
            points.sort(key=lambda p: p.fact.placed.end)
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """Every name's exact figures other than 0, for each length of interval."""
        found = ((name, months, tuple(p for p in points if p.value)) for (name, months), points in self._exact.items())
        return [Line(name, self.declared(name), months, points) for name, months, points in found if points]

    @cached_property
    def zeros(self) -> dict[tuple[str, int], list[BoundFact]]:
        """The facts that are 0, by name and length of interval."""
        found = {key: [p.fact for p in points if not p.value] for key, points in self._exact.items()}
        return {key: facts for key, facts in found.items() if facts}

    def declared(self, name: str) -> Declared:
        """What the rules say of a name."""
        return self.program.inputs.get(name) or self.program.metrics[name]

    def choice(self, facts: Sequence[BoundFact]) -> Choice:
        """Which of the facts about one interval counts."""
        return choose(facts, self.own)

    def expected(self, ordinal: int, frequency: Frequency) -> bool:
        """Whether the company gives results for a period: one that reports by halves for the quarter that ends a half."""
        return self.company.reports is Reports.QUARTERS or frequency is not Frequency.QUARTER or ordinal % 2 == 1

    def own(self, bound: BoundFact) -> Single:
        """A fact's value in its name's currency."""
        return self.seen.own(bound, self.declared(bound.fact.name).type)

    def text(self, name: str, value: Single) -> str:
        """A value in its unit."""
        return describe(value, self.declared(name).type.single, self.seen.currencies.get(name, self.company.currency))


def of(label: str) -> str:
    """`the quarter to 2026-03-31`, `Q1 FY2026`."""
    return f"the {label}" if " to " in label else label


def beside(found: Diagnostic, facts: Sequence[BoundFact], a: Audited) -> Diagnostic:
    """A finding with the places of the other facts that it speaks of."""
    labels = [Label(f.fact.value_place, f"{a.text(f.fact.name, a.own(f))}, {f.label}") for f in facts[:_LISTED]]
    return replace(found, labels=tuple(label for label in labels if label.span != found.span))


def more_after(count: int) -> str:
    """That so many figures after the first have the same."""
    return f" (and {count - 1} more after it)" if count > 1 else ""
