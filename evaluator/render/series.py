"""Where the marks of the charts over time stand: series with their thresholds, forecasts.

In: a series or a forecast of a report. Out: frozen records of coordinates, rounded to a tenth. Must not know colours
or markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import groupby
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
    first = Label(max(dots[0].x - 3, 4), _clear(dots, height - 28), known[0].value.text, "start")
    return Plot(
        width, height, 10, height - 24, 4, round(width - side + 2, 1), _lines(series.points, xs, y), tuple(dots),
        _gaps(series.points, xs, step), line, _beside(line, limit, last, width - side + 6), _zero(y), first, last,
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


def _clear(dots: list[Dot], floor: float) -> float:
    """The first label goes where the line does not: above a falling start, below a rising one with room below."""
    rising = len(dots) > 1 and dots[1].y < dots[0].y - 2 and dots[0].bottom + 14 <= floor
    return round(dots[0].bottom + 14 if rising else dots[0].top - 8, 1)


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
    """A bar of a forecast: from 0 to its low end, and from there to its high end where it is bounded. `label` and `foot` are '' where
    there is no room for them; `at`: the middle of these words, which stays inside the drawing."""

    x: float
    width: float
    top: float
    middle: float
    known: bool
    open_up: bool
    label: str
    foot: str
    at: float


def steps(forecast: ForecastResult, width: int = 330, height: int = 132) -> list[Step]:
    """A forecast as bars, today first."""
    ends = [x for v in forecast.path for x in (v.low, v.high) if x is not None]
    y = Scale(min([0.0, *ends]), max([0.0, *ends]) or 1.0, height - 24, 22)
    pitch = (width - 12) / max(len(forecast.path), 1)
    feet = ["start", *(f"+{i} {forecast.step}{'s' if i > 1 else ''}" for i in range(1, len(forecast.path)))]
    widest = max(text_width(text, 10.5) for text in (*feet, *(v.text if v.known else "unknown" for v in forecast.path)))
    half = widest / 2
    every = (
        ceil(widest / pitch) if widest > pitch * 1.15 else 1
    )  # of bars closer than their words only each so many has them
    found = []
    for i, value in enumerate(forecast.path):
        low = y(value.low if value.low is not None else 0.0)
        high = y(value.high) if value.high is not None else low
        x = round(8 + i * pitch, 1)
        wide = round(max(pitch - 8, pitch * 0.7), 1)
        label, foot = (value.text, feet[i]) if i % every == 0 else ("", "")
        middle = round(x + wide / 2, 1)
        at = middle if every == 1 else round(min(max(middle, half), width - half), 1)
        found.append(Step(x, wide, high, low, value.known, value.high is None, label, foot, at))
    return found


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


CHARTS: dict[str, Callable[..., Any]] = {"plot": plot, "steps": steps, "price_plot": price_plot}
