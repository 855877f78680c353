"""Figures of another length than they are read as: a year under the day of its last quarter, columns that run up over the year,
a table of years where rules ask for quarters.

In: an `Audited`. Out: diagnostics. Must not know how they are printed.

A day alone does not say how long a figure is, and a vendor's heading may say `Q4` of the whole year. What a line does shows it:
a fourth quarter that is the other three and one more, quarters that rise by one each and fall back when the year is over.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dsl.types.units import Frequency, Kind
from evaluator.checkup.audited import Audited, Line, Point, more_after, numbers, of
from evaluator.codes.messages import make
from evaluator.known.finding import Found

_STEPS, _STEPS_OF_ONE = (0.4, 1.9), (0.7, 1.4)
"""Of the year's total a quarter adds about a fourth: so many times that, where several years show it, and where one alone does."""
_RUNS_UP = (2.8, 5.5)
"""The last column over the first, where columns run up over the year."""
_FALLS_BACK = 0.6
"""The first column of the next year over the last of this one."""
_A_YEAR = 2.5
"""A whole year stands out from its quarters at least so many times."""
_ONE_MORE = (0.5, 2.0)
"""What a year leaves for its fourth quarter, by the smallest and the largest of the others."""
_CALM = 2.0
"""Quarters of one year that lie so near to each other say what a quarter is."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_Years = dict[int, dict[int, Point]]


def lengths(a: Audited) -> Iterator[Found]:
    """One finding for each name whose figures are of another length than they are read as."""
    for line in a.lines:
        if not _flows_by_quarter(line):
            continue
        years: _Years = defaultdict(dict)
        for point in line.points:
            if point.fact.ordinal is not None:
                year, nth = divmod(point.fact.ordinal, 4)
                years[year][nth] = point
        if rising := _running_up(years):
            what = "runs up over the year: each figure is about a quarter more than the one before, and each is read as a quarter's"
            yield _said(
                line,
                rising,
                what,
                "write what each covers: `YTD 2025-09-30` as its period, or `each: year to date` in a mapping",
            )
        elif whole := _whole_years(years):
            what = "is about as much as a whole year, and is read as the last quarter's"
            yield _said(line, whole, what, "where it is the year's, write `FY2025` as its period; else look it up")
        elif apart := _only_last_quarters(years):
            what = "is read as a quarter's, and there are figures of years' ends alone"
            yield _said(
                line,
                apart,
                what,
                "where they are the years', write `FY2025` as their period, or `each: year` in a mapping",
            )


def _said(line: Line, points: Sequence[Point], what: str, mend: str) -> Found:
    first = points[0].fact
    said = make("F055", first.fact.value_place, name=line.name, period=of(first.label), more=more_after(len(points)),
                what=what, mend=mend)  # fmt: skip
    return Found(said, numbers(points))


def _flows_by_quarter(line: Line) -> bool:
    kind = line.declared.type
    by_quarter = kind.series is Frequency.QUARTER and line.months == 3 and not kind.balance
    return by_quarter and kind.kind is Kind.MONEY and kind.per is not Frequency.YEAR


def _running_up(years: _Years) -> list[Point]:
    """The figures past the first of each year, where every year that has three columns or more runs up from its first."""
    full = {year: points for year, points in years.items() if len(points) >= 3 and set(points) >= {0, 1, 2}}
    least, most = _STEPS if len(full) > 1 else _STEPS_OF_ONE
    for year, points in full.items():
        values = [points[nth].value for nth in sorted(points)]
        one = values[-1] / len(values)
        steps = [values[0], *(after - before for before, after in pairwise(values))]
        even = all(least <= step / one <= most for step in steps)
        rises = len(values) < 4 or _RUNS_UP[0] <= values[-1] / values[0] <= _RUNS_UP[1]
        following = years.get(year + 1, {}).get(0)
        back = following is None or following.value / values[-1] <= _FALLS_BACK
        if not (even and rises and back):
            return []
    return [points[nth] for points in full.values() for nth in sorted(points) if nth]


def _whole_years(years: _Years) -> list[Point]:
    """Last quarters that are as large as their year: the three before and one more; or, where the year has no others, several
    of the quarters next to it."""
    found = []
    for year, points in sorted(years.items()):
        last = points.get(3)
        if last is None:
            continue
        others = [points[nth].value for nth in (0, 1, 2) if nth in points]
        if len(others) == 3:
            rest = last.value - sum(others)
            alike = min(others) * _ONE_MORE[0] <= rest <= max(others) * _ONE_MORE[1]
            if min(others) > 0 and alike and last.value >= _A_YEAR * max(others):
                found.append(last)
        elif not others:
            after = next((years[y] for y in range(year + 1, year + 6) if set(years.get(y, {})) >= {0, 1, 2}), None)
            near = [after[nth].value for nth in (0, 1, 2)] if after else [0.0]
            calm = min(near) > 0 and max(near) <= _CALM * min(near)
            if calm and _A_YEAR <= last.value / statistics.median(near) <= 2 * _A_YEAR:
                found.append(last)
    return found


def _only_last_quarters(years: _Years) -> list[Point]:
    """Three figures or more, each of the last quarter of a year and under its day alone: no other quarter is there."""
    points = [years[year][nth] for year in sorted(years) for nth in years[year]]
    lone = all(set(mine) == {3} for mine in years.values())
    bare = all(_DAY.fullmatch(point.fact.fact.period or "") for point in points)
    return points if len(points) >= 3 and lone and bare else []
