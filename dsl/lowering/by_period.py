"""The periods of which a world speaks: `revenue 1 year ago`, `dividend for 20 years`.

In: a binding of `syntax.py`, its typed value. Out: what is set for a name, as one expression; diagnostics of periods
that do not exist or are set twice. Must not know which day it is: a daily series keeps months and years as written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl.lowering.calls import whole_periods
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import leave_out, leave_out_item
from dsl.text.source import Span
from dsl.types.lengths import LENGTHS, Duration, window_in
from dsl.types.units import ANY, Frequency, Kind, Type

MOST_YEARS = 100
"""No figure is asked for from further back."""
_BY_YEAR = (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)
"""What is set in years where it can be."""


@dataclass(slots=True)
class Assigned:
    """What a world tells of one name, binding by binding."""

    last: p.Expr | None = None
    intervals: list[p.Interval] = field(default_factory=list)
    places: list[tuple[Span, range]] = field(default_factory=list)
    """Where each was set, and the periods back that it may speak of."""
    bindings: list[s.Binding] = field(default_factory=list)

    def add(self, node: s.Binding, value: p.Expr, scope: Scope, ago: bool, alone: bool = True) -> None:
        """Takes one binding in (`alone`: the only one of its name); a period that is set twice is an error, and one that
        is none is not taken. `ago`: whether it may speak of an earlier period alone."""
        name, kind = node.name.name, scope.types.get(node.name.name, ANY)
        self.last = value
        if node.period is not None and node.period.ago and not ago:
            words, why = f"`{_words(node.period)}`", "only an example speaks of earlier periods, here the facts do"
            mend = f"write `{name} = …` for the newest period, or `{name} for 2 … = …` for the newest two"
            fixes = [leave_out(node.period.span)] if alone else []
            scope.error("T126", node.period.span, fixes=fixes, name=name, found=words, why=why, mend=mend)
            return
        interval = _interval(node, kind, value, scope, alone)
        if interval is None:
            return
        periods, place = _periods(interval, kind), node.name.span
        earlier = next((span for span, taken in self.places if _meet(taken, periods)), None)
        if earlier is not None:
            first = next(binding for binding in self.bindings if binding.name.span == earlier)
            again = first.span.text.split() == node.span.text.split()
            fixes = [leave_out_item(node.span, again), *([] if again else [leave_out_item(first.span)])]
            labels = [Label(earlier, "set here first")]
            scope.error("T059", place, labels, fixes=fixes, name=f"{name} {interval.words}".strip())
        self.places.append((place, periods))
        self.bindings.append(node)
        self.intervals.append(interval)

    @property
    def value(self) -> p.Expr:
        """One figure for every period, or what is set by period."""
        assert self.last is not None, "nothing was set"
        if not any(s.words for s in self.intervals):
            return self.last
        first = self.intervals[0]
        return p.ByPeriod(first.span, first.type, tuple(self.intervals))


def _interval(node: s.Binding, kind: Type, value: p.Expr, scope: Scope, alone: bool) -> p.Interval | None:
    """The periods of a binding; None where there are no such periods, which is said."""
    if node.period is None:
        return p.Interval(value.span, value.type, value, 0, kind.series or Frequency.YEAR, True, "")
    if kind.kind is Kind.ANY:
        return None
    name, written, duration = node.name.name, node.period, node.period.duration
    words = _words(written)
    count, unit = duration.count, Frequency(duration.unit)
    labels = scope.declared(name, "declared here")
    if kind.series is None:
        fixes = [leave_out(written.span)] if alone else []
        scope.error(
            "T125", written.span, labels, fixes=fixes, name=name, found=f"`{words}`", mend=_no_series(name, kind)
        )
        return None
    if count < 1:
        why = "that is the period that is read itself" if written.ago else "that is not a period"
        fixes, mend = [leave_out(written.span)] if alone else [], f"write `{name} = …`"
        scope.error("T126", written.span, fixes=fixes, name=name, found=f"`{words}`", why=why, mend=mend)
        return None
    if Duration(count, unit).least > MOST_YEARS * LENGTHS[Frequency.YEAR].least:
        mend = f"stay within {MOST_YEARS} years"
        scope.error("T126", written.span, name=name, found=f"`{words}`", why="that is too far back", mend=mend)
        return None
    window = window_in(kind.series, count, unit)
    if window is None:
        such = p.Ref(node.name.span, kind, name)
        whole_periods(duration.span, such, kind.series, 2, scope)
        return None
    return p.Interval(value.span, value.type, value, *window, written.ago, words)


def _words(period: s.Period) -> str:
    return " ".join(period.span.text.split())


def _meet(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def _no_series(name: str, kind: Type) -> str:
    if kind.is_figure:
        return f"give it once, `{name} = …`, or declare it by period: `: {kind.written or 'percent'} per quarter`"
    return f"give it once: `{name} = …`"


def _periods(interval: p.Interval, kind: Type) -> range:
    """Which periods back an interval may speak of; of a daily series all that a month or year could mean."""
    length = Duration(interval.count, interval.unit if kind.series is Frequency.DAY else Frequency.DAY)
    return range(length.least, length.most + 1) if interval.ago else range(length.most)


def ago(back: int, series: Frequency) -> str:
    """So many periods of a series back, in words: `1 year ago`, `2 quarters ago`."""
    years, rest = divmod(back, series.per_year)
    count, unit = (years, "year") if not rest and series in _BY_YEAR else (back, series.value)
    return f"{count} {unit}{'s' if count > 1 else ''} ago"


def assumptions(name: str, value: p.Expr) -> list[str]:
    """What a world sets a name to, as it is written: `revenue = 5`, `revenue 1 year ago = 4`."""
    if not isinstance(value, p.ByPeriod):
        return [f"{name} = {value.text}"]
    return [f"{' '.join([name, s.words]).strip()} = {s.value.text}" for s in value.intervals]
