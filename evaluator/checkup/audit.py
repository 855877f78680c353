"""What looks wrong in a company's facts: contradictions and sums that do not close; with `slips`, `statements`, `lengths`,
`priced`, `rates` and `days` all that a careful colleague would see.

In: the names that rules declare, a `Company`, the day on which it is looked at. Out: diagnostics, each at its fact. Must
not know verdicts, nor who prints them. What makes a fact unusable (its unit, its period, its bounds) is for `bind.py`.

What is found is a suspicion: a figure that looks wrong may be true.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from dsl.program.program import Input, Metric, Program
from dsl.text.diagnostics import Diagnostic
from evaluator.checkup.audited import Audited, beside, of
from evaluator.checkup.days import copied, gaps, late, old, standing_still, to_come, twice
from evaluator.checkup.lengths import lengths
from evaluator.checkup.priced import priced
from evaluator.checkup.quotes import quotes
from evaluator.checkup.rates import rates
from evaluator.checkup.segments import beside_the_group
from evaluator.checkup.slips import slips
from evaluator.checkup.statements import statements
from evaluator.codes.messages import make
from evaluator.facts.held import about, names_of
from evaluator.facts.model import Company
from evaluator.known.asof import View, view
from evaluator.known.bind import BoundFact, bind
from evaluator.known.choose import FIRM
from evaluator.known.finding import Found
from evaluator.known.segments import parted, segmented


def declarations(programs: Sequence[Program], company: Company) -> Program | None:
    """One program that declares each name of the facts once. Where rule files declare it in several ways, the way that
    takes most of the facts counts, and of those the first. None without programs."""
    if not programs:
        return None
    asked = _asked(programs, names_of(company.facts))
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


def _asked(programs: Sequence[Program], names: Collection[str]) -> Collection[str]:
    """The names of facts, and the names by segment that facts of segments are about."""
    bases = [name for program in programs for name, declared in program.inputs.items() if declared.by_segment]
    return {*names, *(parted(name, bases)[0] for name in names)} if bases else names


def _declared(program: Program, names: Collection[str]) -> dict[str, Input | Metric]:
    """What a program says of these names."""
    found: dict[str, Input | Metric] = {n: d for n, d in program.metrics.items() if n in names}
    return found | {n: d for n, d in program.inputs.items() if n in names}


def _refused(program: Program, company: Company, names: Collection[str]) -> Counter[str]:
    """How many facts of each of these names a program's declarations refuse."""
    if not names:
        return Counter()
    only = company.model_copy(update={"facts": tuple(f for f in about(company.facts, names) if f.name in names)})
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
    program = segmented(program, company, day)
    bound = bind(program, company, elsewhere, company.fiscal_year_ends.on(day))
    seen = view(program, bound.facts, company, day)
    return sorted_once([*bound.diagnostics, *(one.finding for one in audit_view(program, company, seen, today or day))])


def audit_view(program: Program, company: Company, seen: View, today: dt.date = dt.date.max) -> list[Found]:
    """What is odd in facts that were bound already, as they were known on the day of a view; each with the facts that it
    casts doubt on. A gap, an old figure, a fact that stands twice cast none: no value is another for them. Nor do values that
    differ: bounds that hold both count, or the firmer one, or neither."""
    audited = Audited(program, company, seen.clock.as_of, today, seen)
    found = slips(audited)
    accused = frozenset[int]().union(*(one.facts for one in found))
    return [
        *found,
        *(one for check in (_open_sums, statements, priced) for one in check(audited, accused)),
        *(one for check in _DOUBTS for one in check(audited)),
        *(Found(d) for check in _CHECKS for d in check(audited)),
    ]


def sorted_once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings in the order of their files, each once."""
    return sorted(dict.fromkeys(found), key=Diagnostic.sort_key)


# --- what contradicts -----------------------------------------------------------------------------------


def _contradictions(a: Audited) -> Iterator[Diagnostic]:
    """Values of one day for one period that differ: within a kind, or across kinds."""
    for facts in a.groups:
        if len(facts) == 1:
            continue
        by_day: dict[dt.date, list[BoundFact]] = defaultdict(list)
        for fact in facts:
            by_day[fact.fact.published].append(fact)
        for published, of_day in by_day.items():
            if len(of_day) == 1:
                continue
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
            found = make("F030", last.fact.value_place, name=name, period=of(last.label), published=published,
                         values=values, mend=mend)  # fmt: skip
            yield beside(found, dispute.facts[:-1], a)


def _passed_over(a: Audited) -> Iterator[Diagnostic]:
    """What a source of a lower rank said later: an expectation after the results, a copy that differs from the filing."""
    for choice in a.chosen:
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
            found = make("F031", now.place, name=now.name, who=who, published=now.published, period=of(later.label),
                         given=a.text(now.name, value), why=why, mend=mend)  # fmt: skip
            yield beside(found, choice.facts, a)


def _open_sums(a: Audited, accused: Collection[int]) -> Iterator[Found]:
    """Figures that can be had in a second way, and differ by more than rounding; not where one of them is `accused`."""
    numbered = a.seen.by_number
    for conflict in a.seen.unreconciled:
        given, other, name = conflict.conflict.given, conflict.conflict.other, conflict.name
        if not (given.figure.facts | other.figure.facts).isdisjoint(accused):
            continue
        here = [numbered[n] for n in sorted(given.figure.facts)]
        found = make("F032", here[0].fact.value_place, name=name, period=of(given.label),
                     given=a.text(name, given.figure), formula=other.formula, other=a.text(name, other.figure))  # fmt: skip
        said = beside(found, [numbered[n] for n in sorted(other.figure.facts)], a)
        yield Found(said, frozenset(given.figure.facts | other.figure.facts))


def _restates_nothing(a: Audited) -> Iterator[Diagnostic]:
    for facts in a.groups:
        first = min(f.fact.published for f in facts)
        for f in facts:
            if f.fact.restates and f.fact.published == first:
                yield make("F038", f.fact.place, name=f.fact.name, period=of(f.label), restates=f.fact.restates)


_DOUBTS = (quotes, copied, lengths, rates)
_CHECKS = (
    _contradictions,
    _passed_over,
    _restates_nothing,
    gaps,
    old,
    to_come,
    standing_still,
    late,
    twice,
    beside_the_group,
)
