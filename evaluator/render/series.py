"""Where the marks of the charts over time stand: series with their thresholds, forecasts.

In: a series or a forecast of a report. Out: frozen records of coordinates, rounded to a tenth. Must not know colours
or markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from math import ceil
from typing import Any

from dsl.text.record import record
from evaluator.render.charts import Scale, text_width
from evaluator.render.text import short_period
from evaluator.schema.report import ForecastResult, Point, PriceResult, SeriesResult, Shown


@record
class Dot:
    """A period's figure: a dot, or a bar of its bounds, with an arrow where a bound is not known."""

    x: float
    top: float
    bottom: float
    exact: bool
    open_up: bool
    open_down: bool
    reported: bool
    derived: bool
    title: str

    @property
    def y(self) -> float:
        """Its middle."""
        return round((self.top + self.bottom) / 2, 1)


@record
class Label:
    """A text at a place."""

    x: float
    y: float
    text: str
    anchor: str


@record
class Plot:
    """A series: its lines, dots, unknown periods, threshold, zero, and labels."""

    width: int
    height: int
    top: float
    bottom: float
    left: float
    right: float
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    gaps: tuple[tuple[float, float], ...]
    threshold: float | None
    threshold_label: Label | None
    zero: float | None
    first: Label | None
    last: Label | None
    periods: tuple[Label, ...]
    dense: bool


def plot(series: SeriesResult, width: int = 330, height: int = 132) -> Plot | None:
    """A small chart of a series; None where fewer than two of its periods are known."""
    known = [p for p in series.points if p.value.known]
    if len(known) < 2:
        return None
    limit = series.threshold if series.threshold is not None and series.threshold.low is not None else None
    side = max(text_width(t.text, 11.5) for t in (known[-1].value, limit or known[-1].value)) + 14
    y = Scale(*_domain([*(p.value for p in known), *([limit] if limit else [])]), height - 34, 16)
    step = (width - side - 16) / (len(series.points) - 1)
    xs = [round(10 + i * step, 1) for i in range(len(series.points))]
    dots = [_dot(p, x, y) for p, x in zip(series.points, xs, strict=True) if p.value.known]
    line = y(limit.low) if limit and limit.low is not None else None
    last = Label(dots[-1].x + 9, dots[-1].y + 4, known[-1].value.text, "start")
    gaps = _gaps(series.points, xs, step)
    taken = [Box(x, 0, x + wide, height) for x, wide in gaps]
    taken += [Box(0, line - 1, width, line + 1)] if line is not None else []
    taken += [Box(last.x, last.y - _LETTER, width, last.y + 2)]
    first = _first(dots, known[0].value.text, taken, Box(0, 2, width - 2, height - 22))
    return Plot(
        width, height, 10, height - 24, 4, round(width - side + 2, 1), _lines(series.points, xs, y), tuple(dots),
        gaps, line, _beside(line, limit, last, width - side + 6), _zero(y), first, last,
        _periods(series.points, xs), len(known) > 40,
    )  # fmt: skip


def _domain(values: list[Shown]) -> tuple[float, float]:
    ends = [x for v in values for x in (v.low, v.high) if x is not None]
    low, high = min(ends), max(ends)
    if 0 < low < 0.4 * high:
        low = 0.0
    spread = (high - low) or abs(high) or 1.0
    return low - 0.06 * spread * (low != 0), high + 0.12 * spread


def _dot(point: Point, x: float, y: Scale) -> Dot:
    low, high = point.value.low, point.value.high
    top, bottom = y(y.high if high is None else high), y(y.low if low is None else low)
    exact = low is not None and high is not None and bottom - top < 3
    how = " (derived)" if point.derived else "" if point.reported else " (by formula)"
    title = f"{point.period}: {point.value.text}{how}"
    return Dot(x, top, bottom, exact, high is None, low is None, point.reported, point.derived, title)


def _closed(point: Point) -> bool:
    return point.value.low is not None and point.value.high is not None


def _lines(points: list[Point], xs: list[float], y: Scale) -> tuple[str, ...]:
    """Polylines through neighbouring figures that are bounded on both sides."""
    found = []
    for closed, run in groupby(zip(points, xs, strict=True), key=lambda item: _closed(item[0])):
        pairs = [(x, y(((p.value.low or 0.0) + (p.value.high or 0.0)) / 2)) for p, x in run]
        if closed and len(pairs) > 1:
            found.append(" ".join(f"{a},{b}" for a, b in pairs))
    return tuple(found)


def _gaps(points: list[Point], xs: list[float], step: float) -> tuple[tuple[float, float], ...]:
    runs = [
        list(run) for known, run in groupby(zip(points, xs, strict=True), key=lambda i: i[0].value.known) if not known
    ]
    return tuple((round(run[0][1] - step * 0.4, 1), round(run[-1][1] - run[0][1] + step * 0.8, 1)) for run in runs)


def _first(dots: list[Dot], text: str, others: Sequence[Box], room: Box) -> Label | None:
    """The label of the first figure, where neither the line nor anything else is: above it, below it, or above or below the figures
    that follow; None where there is no such place. `others`: what it may not lie on, beside line and figures."""
    wide = text_width(text, 11)
    left = max(dots[0].x - 3, 4.0)
    marks = [Box(d.x - 5, d.top - 5, d.x + 5, d.bottom + 5) for d in dots[1:]]
    lines = list(pairwise(dots))
    near = [dot for dot in dots if dot.x <= left + wide]
    tops, bottoms = [d.top for d in near], [d.bottom for d in near]
    for base in (dots[0].top - 8, dots[0].bottom + 15, min(tops) - 8, max(bottoms) + 15):
        box = Box(left, base - _LETTER, left + wide, base + 2)
        if not room.holds(box) or any(box.meets(other) for other in (*others, *marks)):
            continue
        if not any(box.crossed(one.x, one.y, two.x, two.y) for one, two in lines):
            return Label(left, round(base, 1), text, "start")
    return None


_LETTER = 9.0
"""How high a digit of a label stands, in px."""


@record
class Box:
    """A field of the drawing, in px."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Whether another lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def meets(self, other: Box) -> bool:
        """Whether the two have a place in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def crossed(self, x: float, y: float, to_x: float, to_y: float) -> bool:
        """Whether a line from left to right goes through it."""
        begin, end = max(x, self.left), min(to_x, self.right)
        if begin > end or to_x <= x:
            return False
        at, then = (y + (to_y - y) * (place - x) / (to_x - x) for place in (begin, end))
        return min(at, then) < self.bottom and max(at, then) > self.top


def _beside(line: float | None, limit: Shown | None, last: Label, x: float) -> Label | None:
    """The threshold's label at the right, out of the way of the last figure's."""
    if line is None or limit is None:
        return None
    y = line + 4
    if abs(y - last.y) < 13 and last.x > x - 60:
        y = last.y + 13 if y >= last.y else last.y - 13
    return Label(round(x, 1), y, limit.text, "start")


def _zero(y: Scale) -> float | None:
    return y(0) if y.low <= 0 <= y.high else None


def _periods(points: list[Point], xs: list[float]) -> tuple[Label, ...]:
    first, last = points[0], points[-1]
    return (
        Label(4, 0, short_period(first.period, first.end), "start"),
        Label(xs[-1] + 6, 0, short_period(last.period, last.end), "end"),
    )


@record
class Step:
    """A step of a forecast, in px. `bar`: from 0 to its nearer end; `span`: between its ends, a little beyond one that is not known;
    `label` and `foot` are '' where there is no room for them; `at`: the middle of these words, which stays inside the drawing;
    `label_at`: how far down the label stands."""

    x: float
    width: float
    bar: tuple[float, float]
    span: tuple[float, float]
    known: bool
    label: str
    label_at: float
    foot: str
    at: float


@record
class Path:
    """A forecast: its steps, where 0 is. `fan`: the field between the lowest and the highest figure of each step, and `line`
    through the middle of each; '' where every step is one figure or a step has an end that is not known: then bars are drawn."""

    steps: tuple[Step, ...]
    zero: float
    fan: str
    line: str


def path(forecast: ForecastResult, width: int = 330, height: int = 132) -> Path:
    """A forecast, today first."""
    ends = [x for v in forecast.path for x in (v.low, v.high) if x is not None]
    least, most = min([0.0, *ends]), max([0.0, *ends])
    y = Scale(least, most if most > least else least + 1, height - (38 if least < 0 else 24), 22)
    zero = y(0)
    pitch = (width - 12) / max(len(forecast.path), 1)
    wide = round(max(pitch - 8, pitch * 0.7), 1)
    feet = ["start", *(f"+{i} {forecast.step}{'s' if i > 1 else ''}" for i in range(1, len(forecast.path)))]
    widest = max(text_width(text, 10.5) for text in (*feet, *(v.text if v.known else "unknown" for v in forecast.path)))
    # of bars closer than their words only each so many has them
    every = ceil((widest + _APART_WORDS) / pitch) if widest > pitch * 1.15 else 1
    spans = [_span(value, y) for value in forecast.path]
    found: list[Step] = []
    for i, (value, span) in enumerate(zip(forecast.path, spans, strict=True)):
        middle = round(8 + i * pitch + wide / 2, 1)
        at = middle if every == 1 else round(min(max(middle, widest / 2), width - widest / 2), 1)
        before = max((step.at for step in found if step.label), default=-widest)
        worded = i % every == 0 and (every == 1 or at - before >= widest + 2)
        above = span[0] <= zero - 1 or span == (zero, zero)
        near = (
            [n for n in range(len(spans)) if abs(8 + n * pitch + wide / 2 - at) < (widest + wide) / 2]
            if every > 1
            else [i]
        )
        tops = [spans[n][0] if forecast.path[n].known else UNKNOWN_TOP for n in near]
        label_at = min(tops) - 6 if above else max(spans[n][1] for n in near) + 13
        bar = (min(span[1], zero), zero) if above else (zero, max(span[0], zero))
        label = (value.text if value.known else "?" if every > 1 else "unknown") if worded else ""
        found.append(
            Step(
                round(8 + i * pitch, 1),
                wide,
                bar,
                span,
                value.known,
                label,
                round(label_at, 1),
                feet[i] if worded else "",
                at,
            )
        )
    return Path(tuple(found), zero, *_fan(forecast, found))


_APART_WORDS = 6.0
UNKNOWN_TOP = 40.0
"""How far down the hatched field of a step begins of which nothing is known."""
_BEYOND = 9.0
"""So far, in px, a step with an end that is not known is drawn beyond the end that is."""


def _span(value: Shown, y: Scale) -> tuple[float, float]:
    """The top and the bottom of a step."""
    if value.low is None and value.high is None:
        return y(0), y(0)
    low = y(value.low) if value.low is not None else y(value.high or 0.0) + _BEYOND
    high = y(value.high) if value.high is not None else y(value.low or 0.0) - _BEYOND
    return high, low


def _fan(forecast: ForecastResult, found: Sequence[Step]) -> tuple[str, str]:
    closed = all(v.low is not None and v.high is not None for v in forecast.path)
    if len(found) < 2 or not closed or all(step.span[1] - step.span[0] < 1.5 for step in found):
        return "", ""
    centres = [round(step.x + step.width / 2, 1) for step in found]
    tops = [f"{x},{step.span[0]}" for x, step in zip(centres, found, strict=True)]
    bottoms = [f"{x},{step.span[1]}" for x, step in zip(centres, found, strict=True)]
    middles = [f"{x},{round(sum(step.span) / 2, 1)}" for x, step in zip(centres, found, strict=True)]
    return " ".join([*tops, *reversed(bottoms)]), " ".join(middles)


@record
class Mark:
    """Events on the price that are close together: their place, their number in the list below, what they are."""

    x: float
    y: float
    number: int
    kind: str
    entries: tuple[tuple[dt.date, str], ...]


@record
class PricePlot:
    """The price as a line, with its ends, its high and low, and events."""

    width: int
    height: int
    line: str
    top: Label
    bottom: Label
    last: Label
    first_day: Label
    last_day: Label
    marks: tuple[Mark, ...]


_APART = 17.0
_WEIGHTIEST = ("kill", "catalyst", "thesis", "results")


def _short(price: float) -> str:
    """A price beside the line, without its currency."""
    return f"{price:,.0f}" if price >= 1000 else f"{price:.4g}"


def price_plot(prices: PriceResult, width: int = 680, height: int = 190) -> PricePlot:
    """The price over a year; events that are close together stand under one number."""
    low, high = min(prices.values), max(prices.values)
    begin, end = prices.days[0], prices.days[-1]
    side = text_width(prices.last, 11.5) + 16
    x = Scale(0, max((end - begin).days, 1), 10, width - side)
    y = Scale(low, high if high > low else low + 1, height - 34, 30)
    xs = [x((day - begin).days) for day in prices.days]
    ys = [y(value) for value in prices.values]
    marks: list[Mark] = []
    for event in prices.events:
        at, entry = x((event.day - begin).days), (event.day, event.title)
        if marks and at - marks[-1].x < _APART:  # two marks would hide each other
            last = marks[-1]
            kind = min(last.kind, event.kind, key=_WEIGHTIEST.index)
            marks[-1] = Mark(last.x, last.y, last.number, kind, (*last.entries, entry))
            continue
        near = min(range(len(xs)), key=lambda i: abs((prices.days[i] - event.day).days))
        marks.append(Mark(at, ys[near], len(marks) + 1, event.kind, (entry,)))
    foot = height - 10
    return PricePlot(
        width, height, " ".join(f"{a},{b}" for a, b in zip(xs, ys, strict=True)),
        Label(4, y(high) - 18, f"high {_short(high)}", "start"), Label(4, height - 22, f"low {_short(low)}", "start"),
        Label(xs[-1] + 6, ys[-1] + 4, prices.last, "start"), Label(60, foot, short_period("", begin), "start"),
        Label(xs[-1], foot, short_period("", end), "end"), tuple(marks),
    )  # fmt: skip


CHARTS: dict[str, Callable[..., Any]] = {"plot": plot, "path": path, "price_plot": price_plot}
