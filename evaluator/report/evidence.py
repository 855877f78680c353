"""On what a conclusion rests: the shares of its weight by kind of source.

In: conditions with their facts. Out: shares that add up to 1. Must not know templates.

A condition's weight is split evenly over the names it rests on, and a name's part over its facts: a figure known
from eight quarterly claims counts as one name that is claimed. Only decided conditions carry weight; what a verdict
asks of figures directly counts as a condition of weight 1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from evaluator.facts.model import SourceKind
from evaluator.known.asof import View
from evaluator.schema.report import Evidence

NO_FACT = "no fact"
ASSUMPTION = "assumption"
"""A figure of the author's own, a fallback that was taken, the bounds of an input of which nothing is known."""


def kinds(view: View, facts: Iterable[int]) -> dict[str, float]:
    """Shares by kind of source of what rests on these facts; empty where it rests on none."""
    by_name: dict[str, Counter[str]] = defaultdict(Counter)
    for number in facts:
        if number < 0:  # what the rules assume counts as its own name
            by_name[str(number)][ASSUMPTION] += 1
            continue
        bound = view.by_number[number]
        by_name[bound.fact.name][bound.fact.kind.value] += 1
    shares: Counter[str] = Counter()
    for counts in by_name.values():
        for kind, count in counts.items():
            shares[kind] += count / counts.total() / len(by_name)  # type: ignore[assignment]
    return {k: round(shares[k], 12) for k in (*map(str, SourceKind), ASSUMPTION) if shares[k]}


def evidence(parts: Iterable[tuple[float, dict[str, float]]]) -> Evidence:
    """Several weights with their shares, together."""
    total = 0.0
    sums: dict[str, float] = defaultdict(float)
    for weight, shares in parts:
        total += weight
        for kind, share in (shares or {NO_FACT: 1.0}).items():
            sums[kind] += weight * share
    order = [*SourceKind, ASSUMPTION, NO_FACT]
    return Evidence(
        shares={str(k): round(sums[k] / total, 12) for k in order if sums.get(k)} if total else {}, weight=total
    )
