"""Where the figures of kills have moved over the last periods.

In: the parts of a report. Out: `Trend`s. Must not know values or templates.
"""

from __future__ import annotations

from evaluator.schema import report as r

PERIODS = 4
LEVEL = 0.02
"""A figure is level where it moved by less than this part of its way to the threshold, or of the threshold."""


def trends(report: r.Report) -> list[r.Trend]:
    """Of each kill that has not happened, by the first of its comparisons that is one of a series with a fixed threshold."""
    series = {one.name: one for one in report.series}
    found = []
    for kill in report.kills:
        if kill.status in ("has happened", "already so when the thesis began"):
            continue
        for check in kill.checks:
            drawn = series.get(check.names[0]) if len(check.names) == 1 else None
            trend = _trend(kill.name, check, drawn) if drawn is not None else None
            if trend is not None:
                found.append(trend)
                break
    return found


def _trend(kill: str, check: r.Check, drawn: r.SeriesResult) -> r.Trend | None:
    limit = check.limit.low if check.limit is not None and check.limit.low == check.limit.high else None
    points = [x for x in drawn.points if x.value.low is not None and x.value.low == x.value.high][-PERIODS:]
    if limit is None or len(points) < 2 or not ({"<", ">"} & set(check.operator)):
        return None
    first, last = points[0].value.low or 0.0, points[-1].value.low or 0.0
    sign = 1.0 if "<" in check.operator else -1.0  # the kill lies below: to fall is to come nearer
    moved = sign * (first - last)
    least = LEVEL * max(abs(first - limit), abs(limit))
    past = sign * (last - limit) < 0
    direction: r.Direction = "past" if past else "level" if abs(moved) < least else "towards" if moved > 0 else "away"
    return r.Trend(
        name=kill, figure=drawn.title, direction=direction,
        values=[x.value.text for x in points], periods=[x.period for x in points],
    )  # fmt: skip
