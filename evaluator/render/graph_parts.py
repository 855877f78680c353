"""Which names of the graph are drawn together, so that a page of paper holds each drawing in letters that can be read.

In: a report's graph. Out: parts, each with its heading and the layer of each of its names. Must not know where a box stands.

A small graph is one part. Of a larger one each pillar has its own, with all that it rests on. What would still be too wide or too
high is taken apart from the right: a part shows `LAYERS` layers, and what the names on the last of them rest on stands in a part
behind it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dsl.text.record import record
from evaluator.schema.report import Node, Report

WHOLE = 30
"""So many names are one part where they fit. Of more each pillar has its own: on paper one of all could not be read."""
LAYERS = 5
"""So many layers stand side by side on paper in letters of 6 points or more."""
MOST = 6
"""So many layers a small graph may have that is drawn whole, in narrower boxes."""
ROWS = 14
"""So many boxes of a layer stand one below the other on a page."""


@record
class Group:
    """A part: its heading ('' where it is the whole), the layer of each of its names from the left, those of its names that rest on
    more than the part shows."""

    title: str
    layer: Mapping[str, int]
    cut: frozenset[str]


def groups(report: Report) -> tuple[Group, ...]:
    """The parts of the graph: as a whole where it is small; else first what the verdicts read, then each pillar with all that it
    rests on, and what is left under kills and valuations. Empty where it has no node."""
    nodes = {n.name: n for n in report.graph.nodes}
    if not nodes:
        return ()
    edges = ((edge.source, edge.target) for edge in report.graph.edges)
    made = _Parts(nodes, [(source, target) for source, target in edges if source in nodes and target in nodes])
    if len(nodes) <= WHOLE and made.fits(set(nodes), MOST):
        return (made.whole("", set(nodes)),)
    verdicts = {v.name for v in report.verdicts} & set(nodes)
    judged = {n.name for n in nodes.values() if n.role in ("condition", "pillar", "verdict", "kill", "catalyst")}
    read = {name for verdict in verdicts for name in made.needs[verdict]} & judged
    if verdicts:
        made.add("What the verdicts read", verdicts | read, deep=False)
    for pillar in report.pillars:
        if pillar.name in nodes:
            made.add(pillar.question, made.below({pillar.name}))
    shown = {name for group in made.found for name in group.layer}
    ends = {n.name for n in nodes.values() if n.name not in shown and n.role not in ("input", "param")}
    rest = made.below(ends | {k.name for k in report.kills if k.name in nodes})
    if rest - shown:
        made.add("What else is judged", rest)
    return tuple(made.found)


class _Parts:
    """The parts that are found so far."""

    def __init__(self, nodes: Mapping[str, Node], edges: Iterable[tuple[str, str]]) -> None:
        self.nodes = nodes
        self.needs: dict[str, set[str]] = defaultdict(set)
        for source, target in edges:
            self.needs[target].add(source)
        self.found: list[Group] = []
        self.whole_below: set[str] = set()
        """Names of which some part shows all that they rest on, or a part of their own does."""

    def below(self, names: set[str]) -> set[str]:
        """Names and all that they rest on."""
        found, waiting = set[str](), list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.needs[name]
        return found

    def fits(self, names: set[str], layers: int = LAYERS) -> bool:
        """Whether they stand on a page in the layers of the report, those that are empty left out."""
        size: dict[int, int] = defaultdict(int)
        for name in names:
            size[self.nodes[name].layer] += 1
        return len(size) <= layers and max(size.values()) <= ROWS

    def whole(self, title: str, names: set[str]) -> Group:
        """All of them in the layers of the report."""
        at = {layer: i for i, layer in enumerate(sorted({self.nodes[name].layer for name in names}))}
        return Group(title, {name: at[self.nodes[name].layer] for name in self._ordered(names)}, frozenset())

    def add(self, title: str, names: set[str], deep: bool = True) -> None:
        """The parts of these names. Not `deep`: what they rest on beside them stands in other parts."""
        if self.fits(names):
            self._keep(self.whole(title, names), deep)
            return
        ends = self._ordered(names - {need for name in names for need in self.needs[name]})
        top = ends[0] if len(ends) == 1 else None
        several = list(self._pages(top, ends if top is None else self._ordered(self.needs[top] & names), names))
        left: dict[str, None] = {}
        for at, (layer, cut) in enumerate(several, 1):
            count = f" ({at} of {len(several)})" if len(several) > 1 else ""
            self._keep(Group(f"{title}{count}", layer, frozenset(cut)), deep)
            left |= dict.fromkeys(name for name in layer if name in cut)
        if deep:
            for together in self._behind([name for name in left if name not in self.whole_below]):
                if not together <= self.whole_below:
                    self.add(self._rests(together), self.below(together))

    def _keep(self, group: Group, deep: bool) -> None:
        self.found.append(group)
        if deep:
            self.whole_below |= {name for name in group.layer if not self.below({name}) & group.cut}

    def _pages(
        self, top: str | None, heads: Sequence[str], names: set[str]
    ) -> Iterator[tuple[dict[str, int], set[str]]]:
        """As many of these heads at a time as a page has room for, each with what it rests on, below `top`."""
        while heads:
            count, made = 1, self._from_right(top, heads[:1], names)
            for layers in range(LAYERS - 1, 2, -1):  # one head that rests on more than a page holds
                if _highest(made[0]) > ROWS:
                    made = self._from_right(top, heads[:1], names, layers)
            while count < len(heads):
                more = self._from_right(top, heads[: count + 1], names)
                if _highest(more[0]) > ROWS:
                    break
                count, made = count + 1, more
            yield made
            heads = [head for head in heads[count:] if head not in made[0]]

    def _from_right(
        self, top: str | None, heads: Sequence[str], names: set[str], layers: int = LAYERS
    ) -> tuple[dict[str, int], set[str]]:
        """These names at the right, and on so many layers what they rest on; and which of them rest on more."""
        depth, waiting = {} if top is None else {top: 0}, deque(heads)
        depth |= dict.fromkeys(heads, len(depth))
        while waiting:  # the shortest way to each
            name = waiting.popleft()
            for need in self._ordered(self.needs[name] & names):
                if need not in depth and depth[name] < layers - 1:
                    depth[need] = depth[name] + 1
                    waiting.append(need)
        below = [name for name in self._ordered(depth) if name != top]  # by layers, each name before what it rests on
        for name in below:  # as far left as what it is needed by allows
            for need in self.needs[name] & depth.keys():
                depth[need] = max(depth[need], min(depth[name] + 1, layers - 1))
        cut = {name for name in below if any(depth.get(n, 0) <= depth[name] for n in self.needs[name] & names)}
        last = max(depth.values())
        return {name: last - depth[name] for name in self._ordered(depth)}, cut

    def _behind(self, names: Sequence[str]) -> Iterator[set[str]]:
        """Names that have a part together, behind the one that they stand in."""
        together: set[str] = set()
        for name in names:
            if together and not self.fits(self.below(together | {name})):
                yield together
                together = set()
            together = together | {name}
        if together:
            yield together

    def _rests(self, names: set[str]) -> str:
        """The heading of what these names rest on."""
        titles = [self.nodes[name].title for name in self._ordered(names)]
        if len(titles) == 1:
            return f"What {titles[0]} rests on"
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        return f"What these rest on: {'; '.join(titles[:3])}{more}"

    def _ordered(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (-self.nodes[name].layer, self.nodes[name].row, name))


def _highest(layer: Mapping[str, int]) -> int:
    size: dict[int, int] = defaultdict(int)
    for at in layer.values():
        size[at] += 1
    return max(size.values())
