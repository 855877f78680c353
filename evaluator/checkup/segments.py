"""The figures of a company's segments beside its own: what no segment bears.

In: an `Audited`. Out: diagnostics. Must not know how they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dsl.program.program import Input
from dsl.text.diagnostics import Diagnostic
from dsl.types.units import Kind
from evaluator.checkup.audited import Audited, of
from evaluator.codes.messages import make
from evaluator.known.bind import BoundFact
from evaluator.known.segments import base_of
from evaluator.values.values import Figure

_APART = 0.01
"""Segments may be off from the group by rounding: by so much of the group's figure."""


def beside_the_group(a: Audited) -> Iterator[Diagnostic]:
    """A group's own figure that its segments do not add up to: of each name the newest period in which all of them are known."""
    for name, declared in a.program.inputs.items():
        own = [i.name for i in a.program.inputs.values() if i.segment and base_of(i) == name]
        if not own or not _adds_up(declared) or len({a.seen.currencies.get(n) for n in (name, *own)}) > 1:
            continue
        parts = [_exact(a, each) for each in own]
        for slot, (group, fact) in sorted(_exact(a, name).items(), key=lambda item: item[1][1].end, reverse=True):
            if not all(slot in part for part in parts):
                continue
            total = sum(part[slot][0] for part in parts)
            if abs(total - group) > _APART * abs(group):
                yield make("F082", fact.fact.value_place, name=name, period=of(fact.label), count=len(own),
                           group=a.text(name, Figure.exact(group)), sum=a.text(name, Figure.exact(total)),
                           apart=a.text(name, Figure.exact(abs(total - group))))  # fmt: skip
            break


def _adds_up(declared: Input) -> bool:
    """Whether the group's figure is what its segments have together: no ratio, and no amount of one share."""
    return declared.type.kind in (Kind.MONEY, Kind.COUNT) and not declared.type.share


def _exact(a: Audited, name: str) -> Mapping[object, tuple[float, BoundFact]]:
    """The exact figures of a name, by what they cover; those that are 0 among them."""
    points = [point for line in a.lines if line.name == name for point in line.points]
    found: dict[object, tuple[float, BoundFact]] = {p.fact.placed.slot: (p.value, p.fact) for p in points}
    zeros = (fact for (other, _), facts in a.zeros.items() if other == name for fact in facts)
    return found | {fact.placed.slot: (0.0, fact) for fact in zeros}
