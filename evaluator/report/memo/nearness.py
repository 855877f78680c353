"""How near a judgement that does not hold is to holding, by its own comparisons.

In: an expression and the checks of its comparisons, the series that a report draws. Out: a distance, and what would have to
turn. Must not know values.

A distance is measured in usual moves: by how much the figure has moved within a quarter, on average over the periods that are
known. A part of the threshold would say little: a change in growth that must not fall below −0.5pp is five thresholds away at
+2pp, and one bad quarter. Where a figure has no history, a tenth of its threshold counts as a usual move.

Of `A and B` all that do not hold must turn: the furthest counts. Of `A or B` one is enough: the nearest counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from dsl.program import program as p
from dsl.text.record import record
from evaluator.schema.report import Check, SeriesResult

NEAR = 2.0
"""A bear is near where what must turn is no further from its threshold than so many usual moves of a quarter."""
_QUARTER = 91.0
_PART = 0.1
Moves = Mapping[str, float]
"""Of each series by how much it usually moves within a quarter, in base units."""


def moves(series: Iterable[SeriesResult]) -> Moves:
    """The mean absolute change from period to period, brought to a quarter by the square root of time; of series with three
    exact figures or more."""
    found = {}
    for one in series:
        points = [x for x in one.points if x.value.low is not None and x.value.low == x.value.high and not x.today]
        if len(points) < 3:
            continue
        steps = [abs((b.value.low or 0.0) - (a.value.low or 0.0)) for a, b in pairwise(points)]
        days = (points[-1].end - points[0].end).days / len(steps)
        if any(steps) and days > 0:
            found[one.name] = sum(steps) / len(steps) * math.sqrt(_QUARTER / days)
    return found


def away(check: Check, usual: Moves) -> float | None:
    """How many usual moves a comparison is from turning; None where that cannot be said."""
    if check.slack is None:
        return None
    move = usual.get(check.names[0]) if len(check.names) == 1 else None
    margin = check.margin
    if move and margin is not None and margin.low is not None and margin.high is not None:
        return min(abs(margin.low), abs(margin.high)) / move
    return abs(check.slack) / _PART


@record
class Gap:
    """How far the comparison is that must turn last, None where that cannot be said; and all that must turn."""

    distance: float | None
    checks: tuple[Check, ...]


def gap(expr: p.Expr, checks: Sequence[Check], usual: Moves) -> Gap | None:
    """What must turn for an expression to hold; None where it holds, or where nothing in it can be compared."""
    return _gap(expr, {check.text: check for check in checks}, usual)


def _gap(expr: p.Expr, checks: Mapping[str, Check], usual: Moves) -> Gap | None:
    if isinstance(expr, p.Logic) and not isinstance(expr, p.OneOf):
        found = [each for item in expr.items if (each := _gap(item, checks, usual)) is not None]
        if not found:
            return None
        if expr.operator == "or":
            return min(found, key=lambda one: (one.distance is None, one.distance or 0.0))
        distances = [one.distance for one in found]
        known = [d for d in distances if d is not None]
        furthest = max(known) if len(known) == len(distances) else None
        return Gap(furthest, tuple(check for one in found for check in one.checks))
    check = checks.get(expr.text)
    if check is None or check.holds == "true":
        return None
    short = check.held is not None and check.periods is not None and check.held < check.periods
    lasting = bool(check.lasting) and short
    comparable = check.slack is not None and check.slack <= 0 and not lasting
    return Gap(away(check, usual) if comparable else None, (check,))
