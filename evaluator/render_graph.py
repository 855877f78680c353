"""Where the boxes and arrows of the thesis's graph stand, layer by layer from left to right.

In: a report's graph. Out: frozen records of coordinates and lines of text. Must not know colours or markup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evaluator.render_charts import text_width
from evaluator.render_text import STATE_MARKS, TONE_LOOKS, TONE_MARKS, look
from evaluator.result import ConditionResult, Edge, Node, Report

BOX, HEIGHT, GAP, PITCH, EDGE = 164, 50, 42, 58, 12
_SIZE = 10.5


@dataclass(frozen=True, slots=True)
class Box:
    """A name: its title on two lines at most, its value, and how its state looks."""

    x: float
    y: float
    title: tuple[str, ...]
    value: str
    role: str
    look: str
    mark: str
    hint: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve from what is needed to what needs it; dashed where what is needed is unknown."""

    path: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole graph."""

    width: float
    height: float
    box: float
    box_height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawing(report: Report) -> Drawing | None:
    """Places the graph; None where it has no node."""
    nodes = report.graph.nodes
    if not nodes:
        return None
    pitch = _pitch(nodes)
    top = min([n.row for n in nodes] + [bend for e in report.graph.edges for bend in e.bends])
    bottom = max([n.row for n in nodes] + [bend for e in report.graph.edges for bend in e.bends])
    first = min(n.layer for n in nodes)
    places = {n.name: (float(EDGE + (n.layer - first) * (BOX + GAP)), EDGE + (n.row - top) * pitch) for n in nodes}
    conditions = {c.name: c for c in report.conditions}
    boxes = tuple(_box(n, *places[n.name], conditions.get(n.name)) for n in nodes)
    unknown = {n.name for n in nodes if n.state == "unknown"}
    drawn = [e for e in report.graph.edges if e.source in places and e.target in places]
    arrows = tuple(Arrow(_path(e, places, top, pitch), e.source in unknown) for e in drawn)
    width = max(x for x, _ in places.values()) + BOX + EDGE
    return Drawing(width, round((bottom - top) * pitch + HEIGHT + 2 * EDGE, 1), BOX, HEIGHT, boxes, arrows)


def _pitch(nodes: list[Node]) -> float:
    """Px a row, so that no two boxes of a layer overlap."""
    rows: dict[int, list[float]] = defaultdict(list)
    for node in nodes:
        rows[node.layer].append(node.row)
    steps = [b - a for column in map(sorted, rows.values()) for a, b in pairwise(column)]
    closest = min((step for step in steps if step > 0.05), default=1.0)
    return PITCH / min(closest, 1.0)


def _box(node: Node, x: float, y: float, condition: ConditionResult | None) -> Box:
    role = condition.side if condition else node.role
    if condition:
        seen, mark = look(condition), STATE_MARKS[condition.state]
    elif node.state in ("bullish", "bearish", "neutral"):
        seen, mark = TONE_LOOKS[node.state], TONE_MARKS[node.state]
    else:
        seen = {"unknown": "warn", "known": "plain", "true": "bad" if role == "kill" else "good"}.get(
            node.state, "flat"
        )
        mark = STATE_MARKS.get(node.state, "")
    room = BOX - 24 - text_width(role, 9) - (12 if mark else 0)
    hint = f"{node.title} ({role}): {node.text}" + (f" = {node.expression}" if node.expression else "")
    return Box(
        round(x, 1),
        round(y, 1),
        wrap(node.title, BOX - 18, _SIZE),
        clip(node.text, room, _SIZE),
        role,
        seen,
        mark,
        hint,
    )


def _path(edge: Edge, places: dict[str, tuple[float, float]], top: float, pitch: float) -> str:
    """Level across each column, a curve between columns."""
    (x, y), (end, last) = places[edge.source], places[edge.target]
    x, y = x + BOX, y + HEIGHT / 2
    path = f"M{x:.1f} {y:.1f}"
    for bend in edge.bends:
        level = EDGE + (bend - top) * pitch + HEIGHT / 2
        path += _curve(x, y, x + GAP, level) + f"H{x + GAP + BOX:.1f}"
        x, y = x + GAP + BOX, level
    return path + _curve(x, y, end - 3, last + HEIGHT / 2)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """A text on two lines at most, the second clipped."""
    if text_width(text, size) <= width:
        return (text,)
    words, first = text.split(), ""
    while words and text_width(f"{first} {words[0]}".strip(), size) <= width:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return (clip(text, width, size),)
    return first, clip(" ".join(words), width, size)


def clip(text: str, width: float, size: float) -> str:
    """A text cut to a width, with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip(" ,") + "…"


CHARTS: dict[str, Callable[..., Any]] = {"drawing": drawing}
