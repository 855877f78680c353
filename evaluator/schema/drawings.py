"""What a report draws: series with their thresholds, forecasts, the graph of the thesis.

In: nothing. Out: pydantic models, frozen, with every place that a drawing needs. Must not know how it is drawn.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from evaluator.schema.parts import Model, Reason, Shown


class Point(Model):
    """A period of a series."""

    period: str
    end: dt.date
    value: Shown
    reported: bool
    """Whether a fact gives it (a formula otherwise)."""
    derived: bool = False
    """Whether a fact gives it that no source gave: it was derived from figures that were."""
    today: bool = False
    """Whether it is of today, and not of the end of a period."""


class KeyFigure(Model):
    """A figure that the rules show, as it is read, and what it was in each of the periods of its table."""

    name: str
    title: str
    value: Shown
    period: str
    """Of which period, with a value of today laid beside it where the rules do so; '' for what has none."""
    past: list[Shown | None]
    """A value for each period of the table; null where it has none, or what it is made of has none."""
    reasons: list[Reason]
    """Why it is unknown, or not meaningful; empty where it is neither."""


class KeyFigures(Model):
    """The key figures of one rhythm, with the periods that the table has."""

    periods: list[str]
    """The last ones, the oldest first; none for figures that have no history."""
    figures: list[KeyFigure]


class SeriesResult(Model):
    """A metric or input over time, with the threshold it is compared with."""

    name: str
    title: str
    unit: str
    points: list[Point]
    threshold: Shown | None
    threshold_title: str | None


class PriceEvent(Model):
    """What happened on a day of the price chart."""

    day: dt.date
    title: str
    kind: Literal["thesis", "results", "catalyst", "kill"]


class PriceResult(Model):
    """The price over the last year that is known, with what happened then."""

    name: str
    title: str
    unit: str
    days: list[dt.date]
    values: list[float]
    first: str
    """The first price, as printed."""
    last: str
    events: list[PriceEvent]


class ForecastResult(Model):
    """A path: its start and each step."""

    name: str
    title: str
    unit: str
    step: str
    path: list[Shown]


class Node(Model):
    """A name in the graph of the thesis."""

    name: str
    title: str
    role: str
    layer: int
    row: float
    """Place within the layer, from 0 at the top, crossings kept few."""
    text: str
    state: Literal[
        "true", "false", "unknown", "not applicable", "not meaningful", "bullish", "bearish", "neutral", "known"
    ]
    expression: str


class Edge(Model):
    """An arrow from what is needed to what needs it; `bends` are rows in the layers between."""

    source: str
    target: str
    bends: list[float]


class GraphResult(Model):
    """The graph in layers."""

    nodes: list[Node]
    edges: list[Edge]
