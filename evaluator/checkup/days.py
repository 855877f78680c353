"""What days say: gaps, what is old, what stands still, what became known long after its period, what is written twice.

In: an `Audited`. Out: diagnostics. Must not know how they are printed.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Fix, leave_out
from dsl.text.source import Span
from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.checkup.audited import Audited, Line, more_after, of
from evaluator.codes.messages import make
from evaluator.facts.canonical import states
from evaluator.facts.model import Fact, SourceKind
from evaluator.known.bind import BoundFact
from evaluator.known.finding import Found
from evaluator.values.series import Series, Value

_STILL = 5
"""Days in a row with the same close: more than a holiday, which has no close at all."""
_OLD_PRICE = 14
"""Days after which the newest price of a series is old: more than the longest holidays of an exchange."""
_OLD_RATE = 92
"""Days after which a rate of exchange is old: a quarter."""
_LATE = 200
"""Days after the end of its period by which every result is out (20-F and annual reports of small companies included)."""
_COLUMNS = re.compile(r"prior[- ]|previous|comparative|year[- ]ago|earlier year|column|first shown|recast|re-cast")
_COPIED, _COPIED_DIGITS = 2, 3
"""So many figures of so many digits are copied, and not by chance the same."""
_COLUMN = 3
"""A day on which so many late figures became known is that of a report with earlier columns, or of a table."""


def gaps(a: Audited) -> Iterator[Diagnostic]:
    """Periods without a figure between two that have one: one finding, at the name with the most of them."""
    found = {name: gap for name, series in a.seen.values.items() if (gap := _gap(a, series)) is not None}
    if not found:
        return
    name = max(found, key=lambda n: len(found[n][1]))
    here, missing = found[name]
    others = [f"`{other}` ({len(gap[1])})" for other, gap in found.items() if other != name]
    more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    more += f"; likewise {', '.join(others)}" if others else ""
    series = a.seen.values[name]
    assert isinstance(series, Series)
    yield make(
        "F035", here.fact.place, name=name, period=of(a.seen.clock.label(missing[0], series.frequency)), more=more
    )


def _gap(a: Audited, series: Value) -> tuple[BoundFact, list[int]] | None:
    """The fact behind the first gap of a series, and all periods that are missing."""
    if not isinstance(series, Series) or not month_length(series.frequency):
        return None
    known = sorted(o for o, p in series.points.items() if p.known)
    steps = Counter(after - before for before, after in pairwise(known))
    step, times = steps.most_common(1)[0] if steps else (1, 0)
    year = series.frequency.per_year
    if step > 1 and (step == year or (year % step == 0 and times > 1)):
        return None  # a year's or a half's figures under what comes per quarter: nothing is missing between them
    missing: list[int] = []
    here: BoundFact | None = None
    for before, after in pairwise(known):
        between = [o for o in range(before + 1, after) if a.expected(o, series.frequency) and _never_given(series, o)]
        if between and here is None:
            here = a.seen.by_number[min(series.points[after].facts)]
        missing += between
    return (here, missing) if here is not None else None


def _never_given(series: Series, ordinal: int) -> bool:
    point = series.points.get(ordinal)
    return point is not None and not point.facts


def old(a: Audited) -> Iterator[Diagnostic]:
    """Inputs past the age that rules allow."""
    for name, age in a.seen.stale.items():
        declared = a.program.inputs[name]
        newest = max(a.seen.by_name[name], key=lambda f: f.observed)
        limit = declared.stale_after.in_days if declared.stale_after else ""
        yield make("F036", newest.fact.place, name=name, age=age, day=a.day, limit=limit)


def to_come(a: Audited) -> Iterator[Diagnostic]:
    """Facts that are said to be known on a day to come."""
    for fact in a.facts:
        if fact.published > a.today:
            yield make("F037", fact.place, name=fact.name, published=fact.published, day=a.today)


def standing_still(a: Audited) -> Iterator[Diagnostic]:
    """Daily prices that are the same for days, a finding for each name, and series of prices and rates that have ended."""
    for line in a.lines:
        kind = line.declared.type
        if kind.series is not Frequency.DAY or len(line.points) < 2:
            continue
        still = [
            run for _, members in groupby(line.points, key=lambda p: p.value) if len(run := list(members)) >= _STILL
        ]
        if still:
            first, last = still[0][0].fact, still[0][-1].fact
            what = f"is the same on {len(still[0])} days in a row, to {last.end}"
            what += f", and so {len(still) - 1} more times" if len(still) > 1 else ""
            yield make("F052", first.fact.value_place, name=f"`{line.name}` of {first.label}", what=what,
                       mend="a source that has stopped repeats its last figure: look the days up elsewhere")  # fmt: skip
        yield from _ended(a, line)
    newest: dict[frozenset[str], dt.date] = {}
    for rate in a.seen.rates_used:
        if rate.date is not None:
            pair = frozenset((rate.of, rate.to))
            newest[pair] = max(newest.get(pair, rate.date), rate.date)
    for rate in a.seen.rates_used:
        if (
            rate.date is None
            or rate.date != newest[frozenset((rate.of, rate.to))]
            or (a.day - rate.date).days <= _OLD_RATE
        ):
            continue
        what = f"is {(a.day - rate.date).days} days old on {a.day}, and what is converted at it is of that day"
        yield make("F052", None, at=a.company.path, name=f"the newest rate {rate.of}/{rate.to}", what=what,
                   mend="add a newer rate to `exchange_rates`")  # fmt: skip


def _ended(a: Audited, line: Line) -> Iterator[Diagnostic]:
    declared, last = line.declared, line.points[-1].fact
    own_limit = getattr(declared, "stale_after", None) is not None
    age = (a.day - last.end).days
    if not own_limit and age > _OLD_PRICE:
        what = f"is the newest, and {age} days old on {a.day}"
        yield make("F052", last.fact.value_place, name=f"`{line.name}` of {last.label}", what=what,
                   mend="add the figures since then, or look at an earlier day with --as-of")  # fmt: skip


def late(a: Audited) -> Iterator[Diagnostic]:
    """Results that became known long after their period, where others of the name did not: a wrong year in the day, sooner
    than a late report. Columns of earlier years, which a report prints beside its own, are many on one day."""
    first = {id(facts): min(facts, key=lambda f: f.fact.published) for facts in a.groups}
    reported = [f for f in first.values() if f.fact.kind is SourceKind.REPORTED and f.months and not f.fact.restates]
    lag = {f.number: (f.fact.published - f.end).days for f in reported}
    on_day = Counter(f.fact.published for f in reported if lag[f.number] > _LATE)
    by_name: dict[str, list[BoundFact]] = defaultdict(list)
    for f in reported:
        by_name[f.fact.name].append(f)
    for name, mine in by_name.items():
        usual = statistics.median(lag[f.number] for f in mine)
        found = [
            f
            for f in mine
            if lag[f.number] > _LATE and on_day[f.fact.published] < _COLUMN and not _earlier_column(f, mine)
        ]
        if usual > _LATE / 2 or not found or len(found) > len(mine) / 4:
            continue
        f = found[0]
        yield make("F053", f.fact.place, name=name, period=of(f.label), more=more_after(len(found)),
                   published=f.fact.published, days=lag[f.number], usual=round(usual))  # fmt: skip


def _earlier_column(f: BoundFact, mine: Sequence[BoundFact]) -> bool:
    """Whether a figure is from the column of an earlier period in a later report: its source says so, or it is the source of
    that report and of no earlier one."""
    if _COLUMNS.search(f"{f.fact.source} {f.fact.note or ''}".lower()):
        return True
    same = [other for other in mine if other.fact.source == f.fact.source and other is not f]
    return bool(same) and all(other.fact.published == f.fact.published for other in same)


def twice(a: Audited) -> Iterator[Diagnostic]:
    """Facts that stand twice in one file word for word; the second may go."""
    known = [fact for fact in a.facts if fact.published <= a.day]
    times = Counter((fact.name, fact.period, fact.date) for fact in known)
    seen: dict[tuple[object, ...], Fact] = {}
    for fact in known:
        if times[fact.name, fact.period, fact.date] == 1:
            continue  # most are said once, and what a fact states takes longer to compare
        before = seen.setdefault(states(fact), fact)
        if before is not fact:
            what = fact.period or str(fact.date)
            found = make("F050", fact.place, name=fact.name, period=what, published=fact.published)
            yield replace(found, labels=(Label(before.place, "the first time"),), fixes=_removed(fact.place))


def copied(a: Audited) -> Iterator[Found]:
    """Columns that repeat the one before: several figures of one period that are those of the last one to the last digit. One
    that is so by chance, or stays as it is (shares, debt), is none."""
    same: dict[tuple[dt.date, dt.date, int], list[tuple[BoundFact, BoundFact]]] = defaultdict(list)
    both: Counter[tuple[dt.date, dt.date, int]] = Counter()
    for line in a.lines:
        pairs = [(one.fact, two.fact) for one, two in pairwise(line.points) if line.months]
        equal = [(one, two) for one, two in pairs if one.value == two.value]
        both.update((one.end, two.end, line.months) for one, two in pairs)
        if len(equal) == 1 and _digits(equal[0][1]) >= _COPIED_DIGITS:
            same[equal[0][0].end, equal[0][1].end, line.months].append(equal[0])
    for column, found in same.items():
        if len(found) >= _COPIED and len(found) * 2 >= both[column]:
            one, two = found[0]
            names = ", ".join(f"`{later.fact.name}`" for _, later in found)
            wrong = make("F058", two.fact.value_place, names=names, period=of(two.label), before=of(one.label))
            said = replace(wrong, labels=(Label(one.fact.value_place, f"`{one.fact.name}`, {one.label}"),))
            yield Found(said, frozenset(fact.number for pair in found for fact in pair))


def _digits(fact: BoundFact) -> int:
    """How many digits a value was written with."""
    text = fact.fact.value if isinstance(fact.fact.value, str) else ""
    return len(re.sub(r"[^0-9]", "", text).strip("0"))


def _removed(place: Span) -> tuple[Fix, ...]:
    """The fix that takes an entry of a YAML list away, or the row of a table, which nobody could want otherwise; none where a
    fact is a cell among others."""
    source, path = place.source, place.source.path
    if source.sheet is None and path.endswith((".csv", ".tsv")):
        line = source.text[source.text.rfind("\n", 0, place.start) + 1 :].split("\n", 1)[0]
        return (leave_out(place, sure=True),) if line.strip() == place.text.strip() else ()
    text = source.text if path.endswith((".yaml", ".yml")) else ""
    dash = re.search(r"-[ \t]*$", text[: place.start])
    return (leave_out(source.span(dash.start(), place.end), sure=True),) if dash else ()
