"""Where the boxes and arrows of the thesis's graph stand, layer by layer from left to right.

In: a report's graph. Out: frozen records of coordinates and lines of text. Must not know colours or markup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from dsl.text.record import record
from evaluator.render.charts import NARROWEST, text_width
from evaluator.render.graph_parts import LAYERS, Group, groups
from evaluator.render.text import STATE_MARKS, TONE_LOOKS, TONE_MARKS, look
from evaluator.schema.report import ConditionResult, Edge, Node, Report

BOX, NARROW, HEIGHT, GAP, LANE, EDGE = 142, 114, 50, 22, 9, 12
PITCH = HEIGHT + LANE
_SIZE = 10.5


@record
class Box:
    """A name: its title and its value on three lines together at most, and how its state looks."""

    x: float
    y: float
    title: tuple[str, ...]
    value: tuple[str, ...]
    role: str
    role_fits: bool
    look: str
    hint: str
    cut: bool
    """Whether it rests on more than is drawn with it."""


@record
class Arrow:
    """A curve from what is needed to what needs it; dashed where what is needed is unknown."""

    path: str
    unknown: bool


@record
class Drawing:
    """The whole graph."""

    width: float
    height: float
    box: float
    box_height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@record
class Part:
    """A part of the graph, with its heading; '' where it is the whole."""

    title: str
    drawing: Drawing

    @property
    def cut(self) -> bool:
        """Whether a name on it rests on more than it shows."""
        return any(box.cut for box in self.drawing.boxes)


def drawings(report: Report) -> tuple[Part, ...]:
    """The parts of the graph, each drawn; empty where it has no node."""
    return tuple(Part(group.title, _drawn(report, group)) for group in groups(report))


def _drawn(report: Report, group: Group) -> Drawing:
    """Places the names of a part."""
    placed = {n.name: n for n in report.graph.nodes if n.name in group.layer}
    moved = any(
        len({n.layer for n in placed.values() if group.layer[n.name] == at}) > 1 for at in set(group.layer.values())
    )
    nodes = {name: n.model_copy(update={"layer": group.layer[name]}) for name, n in placed.items()}
    edges = [
        e for e in report.graph.edges
        if e.source in nodes and e.target in nodes and nodes[e.source].layer < nodes[e.target].layer
    ]  # fmt: skip
    chains = [_chain(e, nodes) for e in edges]
    heights = _heights(nodes, edges, chains, moved)
    first, last = (pick(n.layer for n in nodes.values()) for pick in (min, max))
    wide = BOX if last - first < LAYERS else NARROW
    places = {key: (float(EDGE + (key.layer - first) * (wide + GAP)), y) for key, y in heights.items()}
    conditions = {c.name: c for c in report.conditions}
    boxes = tuple(
        _box(n, *places[Slot(n.layer, n.name, True)], conditions.get(n.name), n.name in group.cut, wide)
        for n in nodes.values()
    )
    unknown = {n.name for n in nodes.values() if n.state == "unknown"}
    arrows = tuple(
        Arrow(_path(chain, places, wide), e.source in unknown) for e, chain in zip(edges, chains, strict=True)
    )
    width = max(x for x, _ in places.values()) + wide + EDGE
    bottom = max(y + _size(key) for key, y in heights.items())
    return Drawing(width, round(bottom + EDGE, 1), wide, HEIGHT, boxes, arrows)


@record
class Slot:
    """A place in a layer: a box, or the lane on which all arrows from one name pass the layer."""

    layer: int
    name: str
    box: bool


def _size(slot: Slot) -> float:
    return HEIGHT if slot.box else 0


def _chain(edge: Edge, nodes: Mapping[str, Node]) -> list[Slot]:
    """The slots an arrow passes, from its source to its target."""
    start, end = nodes[edge.source], nodes[edge.target]
    lanes = [Slot(layer, edge.source, False) for layer in range(start.layer + 1, end.layer)]
    return [Slot(start.layer, start.name, True), *lanes, Slot(end.layer, end.name, True)]


def _heights(nodes: Mapping[str, Node], edges: list[Edge], chains: list[list[Slot]], moved: bool) -> dict[Slot, float]:
    """The top of each slot: in the order of the report's rows, as near as may be to what it is joined to. `moved`: names stand on
    other layers than in the report, so that they are put in order again."""
    rows: dict[Slot, list[float]] = defaultdict(list)
    joined: dict[Slot, set[Slot]] = defaultdict(set)
    for node in nodes.values():
        rows[Slot(node.layer, node.name, True)].append(node.row)
    for edge, chain in zip(edges, chains, strict=True):
        for lane, bend in zip(chain[1:-1], (*edge.bends, *[nodes[edge.source].row] * len(chain)), strict=False):
            rows[lane].append(bend)
        for one, other in pairwise(chain):
            joined[one].add(other)
            joined[other].add(one)
    layers: dict[int, list[Slot]] = defaultdict(list)
    for slot in sorted(rows, key=lambda slot: (sum(rows[slot]) / len(rows[slot]), slot.name)):
        layers[slot.layer].append(slot)
    if moved:
        _untangled(layers, joined)
    centres = {slot: float(i * PITCH) for column in layers.values() for i, slot in enumerate(column)}
    for sweep in range(8):
        for layer in sorted(layers, reverse=sweep % 2 == 1):
            _settle(layers[layer], joined, centres)
    top = min(centres[slot] - _size(slot) / 2 for slot in centres) - EDGE
    return {slot: centre - _size(slot) / 2 - top for slot, centre in centres.items()}


def _untangled(layers: dict[int, list[Slot]], joined: Mapping[Slot, set[Slot]]) -> None:
    """Orders each layer by the mean place of what its slots are joined to, from the right and back."""
    place = {slot: i / len(column) for column in layers.values() for i, slot in enumerate(column)}
    for sweep in range(6):
        for layer in sorted(layers, reverse=sweep % 2 == 0):
            side = layer + (1 if sweep % 2 == 0 else -1)
            near = {slot: [place[other] for other in joined[slot] if other.layer == side] for slot in layers[layer]}
            mean = {slot: sum(at) / len(at) if at else place[slot] for slot, at in near.items()}
            layers[layer].sort(key=lambda slot: (mean[slot], place[slot], slot.name))
            place |= {slot: i / len(layers[layer]) for i, slot in enumerate(layers[layer])}


def _settle(column: list[Slot], joined: Mapping[Slot, set[Slot]], centres: dict[Slot, float]) -> None:
    """Moves a layer's slots toward the mean of what they are joined to, keeping order and distance: the least sum of
    squares, by pooling neighbours that would come too close (Ayer et al., 1955)."""
    offsets, offset = [], 0.0
    for before, slot in zip([None, *column], column, strict=False):
        offset += 0.0 if before is None else LANE + (_size(before) + _size(slot)) / 2
        offsets.append(offset)
    pools: list[list[float]] = []  # sum, count
    for slot, shift in zip(column, offsets, strict=True):
        near = joined.get(slot, set())
        wanted = sum(centres[other] for other in near) / len(near) if near else centres[slot]
        pools.append([wanted - shift, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    level = [total / count for total, count in pools for _ in range(int(count))]
    centres.update({slot: x + shift for slot, x, shift in zip(column, level, offsets, strict=True)})


def _box(node: Node, x: float, y: float, condition: ConditionResult | None, cut: bool, wide: float) -> Box:
    role = condition.side if condition else node.role
    seen, mark = _state(node, condition)
    value = f"{mark} {node.text}".strip()
    fits = text_width(value, _SIZE) + text_width(role, 9) < wide - 24
    hint = f"{node.title} ({role}): {node.text}" + (f" = {node.expression}" if node.expression else "")
    title = wrap(node.title, wide - 16, _SIZE)
    values = wrap(value, wide - 20, _SIZE) if len(title) == 1 else (clip(value, wide - 20, _SIZE),)
    return Box(round(x, 1), round(y, 1), title, values, role, fits, seen, hint, cut)


def _state(node: Node, condition: ConditionResult | None) -> tuple[str, str]:
    """How a node's state looks, and its mark."""
    if condition:
        return look(condition), STATE_MARKS[condition.state]
    if node.state in ("bullish", "bearish", "neutral"):
        return TONE_LOOKS[node.state], TONE_MARKS[node.state]
    if node.role == "kill" and node.state == "false":
        return "flat", "○"  # good news
    held = "bad" if node.role == "kill" else "good"
    looks = {"unknown": "warn", "known": "plain", "true": held}
    return looks.get(node.state, "flat"), STATE_MARKS.get(node.state, "")


def _path(chain: list[Slot], places: Mapping[Slot, tuple[float, float]], wide: float) -> str:
    """Level across each column, a curve between columns."""
    x, y = places[chain[0]]
    x, y = x + wide, y + HEIGHT / 2
    path = f"M{x:.1f} {y:.1f}"
    for lane in chain[1:-1]:
        start, level = places[lane]
        path += _curve(x, y, start, level) + f"H{start + wide:.1f}"
        x, y = start + wide, level
    end, last = places[chain[-1]]
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
    text = text[: int(width / (NARROWEST * size)) + 1]  # no more could fit: the rest is not tried letter by letter
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip(" ,") + "…"


CHARTS: dict[str, Callable[..., Any]] = {"drawings": drawings}
