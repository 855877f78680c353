"""What looks wrong in a company's facts: contradictions, sums that do not close, slips of units and signs, gaps, what is
old, and what is said to be known on days to come.

In: the names that rules declare, a `Company`, the day on which it is looked at. Out: diagnostics, each at its fact. Must
not know verdicts, nor who prints them. What makes a fact unusable (its unit, its period, its bounds) is for `bind.py`.

A slip is a suspicion: a figure ten times its neighbours, where these hardly differ from each other, may be true.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from dsl.program.program import Input, Metric, Program
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.source import Span
from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.codes.messages import make
from evaluator.facts.model import Company, Reports
from evaluator.known.asof import View, view
from evaluator.known.bind import BoundFact, bind
from evaluator.known.choose import FIRM, Choice, Restated, choose
from evaluator.known.typed_value import shown
from evaluator.values.display import describe
from evaluator.values.series import Series
from evaluator.values.values import Figure, Single

Declared = Input | Metric
_SLIPS = ((1000.0, 3.3), (100.0, 1.6), (10.0, 1.4))
"""So many times too large or too small, and how far from it the ratio may be."""
_STEADY = 2.0
"""Neighbours of which the largest is at most so many times the smallest say what a figure should be about."""
_NEIGHBOURS = 4
_LISTED = 3


@dataclass(frozen=True)
class Audited:
    """A company's facts, bound to what the rules declare, and what they say on a day."""

    program: Program
    company: Company
    day: dt.date
    today: dt.date
    seen: View

    @cached_property
    def groups(self) -> list[list[BoundFact]]:
        """Facts about one stretch of one name."""
        found: dict[object, list[BoundFact]] = defaultdict(list)
        for fact in self.seen.facts:
            found[fact.fact.name, fact.placed.slot].append(fact)
        return list(found.values())

    def declared(self, name: str) -> Declared:
        """What the rules say of a name."""
        return self.program.inputs.get(name) or self.program.metrics[name]

    def choice(self, facts: Sequence[BoundFact]) -> Choice:
        """Which of the facts about one stretch counts."""
        return choose(facts, self.own)

    def expected(self, ordinal: int, frequency: Frequency) -> bool:
        """Whether the company gives results for a period: one that reports by halves for the quarter that ends a half."""
        return self.company.reports is Reports.QUARTERS or frequency is not Frequency.QUARTER or ordinal % 2 == 1

    def own(self, bound: BoundFact) -> Single:
        """A fact's value in its name's currency."""
        return self.seen.own(bound, self.declared(bound.fact.name).type)

    def text(self, name: str, value: Single) -> str:
        """A value in its unit."""
        return describe(value, self.declared(name).type.single, self.company.currency)


def declarations(programs: Sequence[Program], company: Company) -> Program | None:
    """One program that declares each name of the facts once. Where rule files declare it in several ways, the way that
    takes most of the facts counts, and of those the first. None without programs."""
    if not programs:
        return None
    asked = {f.name for f in company.facts}
    ways = [_declared(program, asked) for program in programs]
    times = Counter(name for mine in ways for name in mine)
    chosen: dict[str, tuple[int, Input | Metric]] = {}
    for program, mine in zip(programs, ways, strict=True):
        refused = _refused(program, company, {name for name in mine if times[name] > 1})
        for name, declared in mine.items():
            if name not in chosen or refused[name] < chosen[name][0]:
                chosen[name] = (refused[name], declared)
    inputs = {n: d for n, (_, d) in chosen.items() if isinstance(d, Input)}
    metrics = {n: d for n, (_, d) in chosen.items() if isinstance(d, Metric)}
    return replace(programs[0], inputs=inputs, metrics=metrics)


def _declared(program: Program, names: Collection[str]) -> dict[str, Input | Metric]:
    """What a program says of these names."""
    found: dict[str, Input | Metric] = {n: d for n, d in program.metrics.items() if n in names}
    return found | {n: d for n, d in program.inputs.items() if n in names}


def _refused(program: Program, company: Company, names: Collection[str]) -> Counter[str]:
    """How many facts of each of these names a program's declarations refuse."""
    if not names:
        return Counter()
    only = company.model_copy(update={"facts": tuple(f for f in company.facts if f.name in names)})
    found = Counter(f.name for f in only.facts)
    found.subtract(bound.fact.name for bound in bind(program, only).facts)
    return found


def audit(
    program: Program,
    company: Company,
    day: dt.date,
    elsewhere: Callable[[], Collection[str]] = tuple,
    today: dt.date | None = None,
) -> list[Diagnostic]:
    """All that looks wrong in what was known on a day, in the order of the file: what no rule could use, and what is
    odd. Names that are asked for `elsewhere` are passed over; days after `today` (that day, where it is not given) are
    still to come."""
    bound = bind(program, company, elsewhere, company.fiscal_year_ends.on(day))
    seen = view(program, bound.facts, company, day)
    return sorted_once([*bound.diagnostics, *audit_view(program, company, seen, today or day)])


def audit_view(program: Program, company: Company, seen: View, today: dt.date = dt.date.max) -> list[Diagnostic]:
    """What is odd in facts that were bound already, as they were known on the day of a view."""
    audited = Audited(program, company, seen.clock.as_of, today, seen)
    return [d for check in _CHECKS for d in check(audited)]


def sorted_once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings in the order of their files, each once."""
    return sorted(dict.fromkeys(found), key=Diagnostic.sort_key)


# --- what contradicts -----------------------------------------------------------------------------------


def _contradictions(a: Audited) -> Iterator[Diagnostic]:
    """Values of one day for one period that differ: within a kind, or across kinds."""
    for facts in a.groups:
        by_day: dict[dt.date, list[BoundFact]] = defaultdict(list)
        for fact in facts:
            by_day[fact.fact.published].append(fact)
        for published, of_day in by_day.items():
            dispute = a.choice(of_day).disputed
            if dispute is None:
                continue
            name, last = dispute.name, dispute.facts[-1]
            values = ", ".join(
                f"{a.text(name, v)} ({f.fact.kind}, {f.fact.source})"
                for f, v in zip(dispute.facts, dispute.values, strict=True)
            )
            firm = dispute.facts[0].fact
            mend = {
                "the firmest kind": f"the {firm.kind} one counts; leave the other out if it is wrong",
                f"the {firm.rank} source": f"the {firm.rank} source counts; leave the other out if it is wrong",
                "bounds that span them": "bounds that hold both count; leave out the one that is wrong",
            }.get(dispute.used, "neither counts; leave out the one that is wrong")
            found = make("F030", last.fact.value_place, name=name, period=_of(last.label), published=published,
                         values=values, mend=mend)  # fmt: skip
            yield _beside(found, dispute.facts[:-1], a)


def _passed_over(a: Audited) -> Iterator[Diagnostic]:
    """What a source of a lower rank said later: an expectation after the results, a copy that differs from the filing."""
    for facts in a.groups:
        choice = a.choice(facts)
        for later, value in choice.passed_over:
            now, counts = later.fact, choice.first.fact
            soft = now.kind not in FIRM
            who = f"{now.kind}" if soft else f"{now.rank} source"
            why = f"{a.text(now.name, choice.value)} was {counts.kind} on {counts.published}"
            if not soft:
                why = f"the {counts.rank} source of {counts.published} says {a.text(now.name, choice.value)}"
            mend = (
                "leave it out, or give it the day on which it was made"
                if soft
                else "look both up, and leave out the one that is wrong"
            )
            found = make("F031", now.place, name=now.name, who=who, published=now.published, period=_of(later.label),
                         given=a.text(now.name, value), why=why, mend=mend)  # fmt: skip
            yield _beside(found, choice.facts, a)


def _open_sums(a: Audited) -> Iterator[Diagnostic]:
    """Figures that can be had in a second way, and differ by more than rounding."""
    numbered = a.seen.by_number
    for conflict in a.seen.unreconciled:
        given, other, name = conflict.conflict.given, conflict.conflict.other, conflict.name
        here = [numbered[n] for n in sorted(given.figure.facts)]
        found = make("F032", here[0].fact.value_place, name=name, period=_of(given.label),
                     given=a.text(name, given.figure), formula=other.formula, other=a.text(name, other.figure))  # fmt: skip
        yield _beside(found, [numbered[n] for n in sorted(other.figure.facts)], a)


def _restates_nothing(a: Audited) -> Iterator[Diagnostic]:
    for facts in a.groups:
        first = min(f.fact.published for f in facts)
        for f in facts:
            if f.fact.restates and f.fact.published == first:
                yield make("F038", f.fact.place, name=f.fact.name, period=_of(f.label), restates=f.fact.restates)


# --- slips -------------------------------------------------------------------------------------------------


def _slips(a: Audited) -> Iterator[Diagnostic]:
    """Figures ten, a hundred or a thousand times their neighbours, or of the other sign."""
    by_length: dict[tuple[str, int], list[tuple[BoundFact, Figure]]] = defaultdict(list)
    told: set[Span | None] = set()
    for facts in a.groups:
        choice = a.choice(facts)
        if isinstance(choice.value, Figure) and choice.value.is_exact and choice.value.low != 0:
            by_length[choice.first.fact.name, choice.first.months].append((choice.first, choice.value))
        restated = [found for step in choice.restated if (found := _restated_slip(a, step)) is not None]
        told |= {found.span for found in restated}
        yield from restated
    for line in by_length.values():
        line.sort(key=lambda item: item[0].end)
        for at, (fact, value) in enumerate(line):
            near = [v.low for _, v in line[max(0, at - _NEIGHBOURS // 2) : at + 1 + _NEIGHBOURS // 2]]
            near.remove(value.low)
            found = _slip(a, fact, value.low, near) if len(near) >= 2 else None
            if found is not None and found.span not in told:
                yield found


def _slip(a: Audited, fact: BoundFact, value: float, near: list[float]) -> Diagnostic | None:
    sizes = [abs(x) for x in near]
    if max(sizes) > _STEADY * min(sizes) or len({x > 0 for x in near}) > 1:
        return None  # they differ so much from each other that they say nothing of this one
    name, middle = fact.fact.name, statistics.median(near)
    given, other = f"`{shown(fact.fact.value)}`", a.text(name, Figure.exact(middle))
    if (value > 0) != (middle > 0) and 1 / _STEADY <= abs(value / middle) <= _STEADY:
        return make("F034", fact.fact.value_place, name=name, period=_of(fact.label), given=given, other=other)
    times = _times(abs(value / middle))
    if times is None:
        return None
    return make("F033", fact.fact.value_place, name=name, period=_of(fact.label), given=given, times=times,
                whom="the figures around it", other=other)  # fmt: skip


def _restated_slip(a: Audited, step: Restated) -> Diagnostic | None:
    before, after, fact = step.before, step.after, step.now.fact
    if not (isinstance(before, Figure) and isinstance(after, Figure) and before.is_exact and after.is_exact):
        return None
    times = _times(abs(after.low / before.low)) if before.low and after.low else None
    if times is None:
        return None
    found = make("F033", fact.value_place, name=fact.name, period=_of(step.label), given=f"`{shown(fact.value)}`",
                 times=times, whom="what it restates", other=a.text(fact.name, before))  # fmt: skip
    return _beside(found, [step.was], a)


def _times(ratio: float) -> str | None:
    for factor, room in _SLIPS:
        for wanted, word in ((factor, f"{factor:g} times"), (1 / factor, f"a {_ORDINALS[factor]} of")):
            if wanted / room <= ratio <= wanted * room:
                return word
    return None


_ORDINALS = {10.0: "tenth", 100.0: "hundredth", 1000.0: "thousandth"}


# --- time ----------------------------------------------------------------------------------------------------


def _gaps(a: Audited) -> Iterator[Diagnostic]:
    """Periods without a figure between two that have one."""
    for name, series in a.seen.values.items():
        if not isinstance(series, Series) or not month_length(series.frequency):
            continue
        known = sorted(o for o, p in series.points.items() if p.known)
        for before, after in pairwise(known):
            missing = [
                o for o in range(before + 1, after) if a.expected(o, series.frequency) and _never_given(series, o)
            ]
            if not missing:
                continue
            here = a.seen.by_number[min(series.points[after].facts)]
            more = f" (and {len(missing) - 1} more after it)" if len(missing) > 1 else ""
            yield make(
                "F035",
                here.fact.place,
                name=name,
                period=_of(a.seen.clock.label(missing[0], series.frequency)),
                more=more,
            )


def _never_given(series: Series, ordinal: int) -> bool:
    point = series.points.get(ordinal)
    return point is not None and not point.facts


def _old(a: Audited) -> Iterator[Diagnostic]:
    for name, age in a.seen.stale.items():
        declared = a.program.inputs[name]
        newest = max(a.seen.by_name[name], key=lambda f: f.observed)
        limit = declared.stale_after.in_days if declared.stale_after else ""
        yield make("F036", newest.fact.place, name=name, age=age, day=a.day, limit=limit)


def _to_come(a: Audited) -> Iterator[Diagnostic]:
    for fact in a.company.facts:
        if fact.published > a.today:
            yield make("F037", fact.place, name=fact.name, published=fact.published, day=a.today)


def _of(label: str) -> str:
    """`the quarter to 2026-03-31`, `Q1 FY2026`."""
    return f"the {label}" if " to " in label else label


_CHECKS = (_contradictions, _passed_over, _open_sums, _restates_nothing, _slips, _gaps, _old, _to_come)


def _beside(found: Diagnostic, facts: Sequence[BoundFact], a: Audited) -> Diagnostic:
    """A finding with the places of the other facts that it speaks of."""
    labels = [Label(f.fact.value_place, f"{a.text(f.fact.name, a.own(f))}, {f.label}") for f in facts[:_LISTED]]
    return replace(found, labels=tuple(label for label in labels if label.span != found.span))
