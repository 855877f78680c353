"""What is drawn of a run, and how: names that are uncertain, each with its distribution, bounds and past, and what is asked.

In: an `Evaluation`. Out: a `Ready`. Must not know how results are counted or shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from dsl.program import program as p
from dsl.types.units import Kind, Type
from evaluator.draws.correlating import Together, together
from evaluator.draws.one_by_one import OneByOne
from evaluator.draws.plan import Block, Plan, planned
from evaluator.draws.sequences import Chances
from evaluator.draws.spreads import Drawer, NotDrawn, Past, drawer
from evaluator.draws.tape import NotInColumns
from evaluator.engine.evaluation import Evaluation
from evaluator.values.series import BY_DAY, Series
from evaluator.values.values import Figure

BLOCK = 1 << 15
"""So many draws are evaluated together: their columns stay in the processor's cache."""


@dataclass(frozen=True)
class Ready:
    """Draws of some names that can be evaluated. `aside`: uncertain names on which nothing that is asked rests; `by_hand`: those
    that are set by hand, and so not drawn; `slow`: why draws are evaluated one by one, '' where they are not;
    `together`: how names are correlated."""

    today: Evaluation
    names: tuple[str, ...]
    units: Mapping[str, Type]
    drawers: tuple[Drawer, ...]
    chances: Chances
    model: Plan | OneByOne
    figures: tuple[str, ...]
    aside: tuple[str, ...]
    by_hand: tuple[str, ...]
    slow: str
    together: Together

    def block(self, chances: Any) -> Block:
        """What some draws come to, of their chances: a row each."""
        return self.model.run(self.drawn(chances), len(chances))

    def drawn(self, chances: Any) -> list[Any]:
        """What is drawn of each name."""
        found = []
        for at, (name, each) in enumerate(zip(self.names, self.drawers, strict=True)):
            column = each.draw(np.ascontiguousarray(chances[:, at]))
            if each.words:
                column = _words(self.units[name], each.words)[column]
            found.append(column)
        return found


def _words(unit: Type, words: Sequence[str | bool]) -> Any:
    """What each place in a list of words is as a column: a truth, or a bit of the options."""
    if unit.kind is Kind.FLAG:
        return np.array([word is True for word in words])
    bits = [1 << unit.options.index(str(word)) for word in words]
    return np.array(bits, np.uint8 if len(unit.options) < 8 else np.uint64)


def ready(
    today: Evaluation, before: Evaluation, figures: Sequence[str], method: str, seed: int, instead: bool = False
) -> Ready:
    """What is drawn of the rules of an evaluation. `before`: the same with nothing set by hand; `instead`: to evaluate draws one by
    one all the same. Raises NotDrawn, which names what cannot be drawn."""
    program = today.program
    asked = {*program.verdicts, *program.kills, *program.conditions, *figures}
    by_hand = tuple(u.name for u in program.uncertain if u.name in today.world.replaced)
    below = program.upstream(asked) | asked
    used = [u for u in program.uncertain if u.name in below and u.name not in by_hand]
    aside = tuple(u.name for u in program.uncertain if u.name not in below)
    correlated = {name for u in used for c in u.correlated for name in (u.name, c.other)}
    drawers = []
    units: dict[str, Type] = {}
    for u in used:
        try:
            found, units[u.name] = _drawer(today, u, u.name in correlated)
        except NotDrawn as refused:
            raise NotDrawn(f"`{u.name}` cannot be drawn: {refused.why}", refused.mend) from None
        drawers.append(found)
    names = tuple(units)
    ranks = {frozenset((u.name, c.other)): c.rank for u in used for c in u.correlated}
    with_each_other = together(names, drawers, ranks)
    chances = Chances(len(names), method, seed, with_each_other.mixing)
    model: Plan | OneByOne = OneByOne(today, before, units, tuple(figures))
    slow = "as is asked" if instead else ""
    if not instead:
        try:
            model = planned(today, before, units, figures)
        except NotInColumns as why:
            slow = str(why)
    return Ready(
        today, names, units, tuple(drawers), chances, model, tuple(figures), aside, by_hand, slow, with_each_other
    )


def _drawer(today: Evaluation, u: p.Uncertain, rising: bool) -> tuple[Drawer, Type]:
    """How a name is drawn, and in which unit."""
    if u.spread.distribution not in ("history", "changes"):
        low, high = _bounds(today, u.name, u.unit.currency)
        return drawer(u.spread, low, high, rising=rising), u.unit
    own = today.currencies.get(u.name) or u.unit.currency
    low, high = _bounds(today, u.name, own)
    return drawer(u.spread, low, high, _past(today, u)), replace(u.unit, currency=own)


def _bounds(today: Evaluation, name: str, currency: str | None) -> tuple[float, float]:
    """Between which figures an input may lie, as it is declared, in the currency in which it is drawn."""
    declared = today.program.inputs.get(name)
    bounds = declared.bounds if declared is not None else None
    if bounds is None:
        return -math.inf, math.inf
    currency = currency or today.view.currency
    if bounds.currency is not None and bounds.currency != currency:
        raise NotDrawn(
            f"its bounds are in {bounds.currency}, and it is drawn in {currency or 'another currency'}",
            f"write its distribution in {bounds.currency}",
        )
    low = math.nextafter(bounds.low, math.inf) if bounds.low_open else bounds.low
    high = math.nextafter(bounds.high, -math.inf) if bounds.high_open else bounds.high
    return low, high


def _past(today: Evaluation, u: p.Uncertain) -> Past:
    """What was known of a name on the day of the evaluation, up to the period that is read."""
    value = today.values[u.name]
    if not isinstance(value, Series):
        return Past()
    read = today.reading(value)
    known = {
        o: x.low
        for o, x in sorted(value.points.items())
        if isinstance(x, Figure) and x.known and x.is_exact and (read is None or o <= read)
    }
    ordinals = list(known)
    daily = value.frequency in BY_DAY
    pairs = [(known[a], known[b]) for a, b in pairwise(ordinals) if daily or b == a + 1]
    growth = u.unit.kind in (Kind.MONEY, Kind.COUNT)
    return Past(tuple(known.values()), tuple(pairs), known.get(read) if read is not None else None, growth)


def ends_of(
    today: Evaluation, u: p.Uncertain, low: float = 0.05, high: float = 0.95
) -> tuple[float, float, str | None]:
    """Two quantiles of what is uncertain, and the currency that they are in (None: that of the rules). Raises NotDrawn."""
    found, unit = _drawer(today, u, rising=True)
    ends = np.asarray(found.draw(np.array([low, high])), float)
    return float(ends[0]), float(ends[1]), unit.currency
