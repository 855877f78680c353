"""Score and status of pillars as a spreadsheet calculates them from the states of conditions.

In: a `Ledger`. Out: numbers and words, to be compared with the report's. Must not know the syntax of a spreadsheet.
"""

from __future__ import annotations

import math

from dsl.text.record import record
from evaluator.ledger.ledger import Ledger
from evaluator.schema.report import PillarResult

_NEAR = 1e-9


@record
class Scores:
    """The least and the most that the score may be, where each unknown condition counts, for or against."""

    low: float
    high: float

    def comes_to(self, low: float, high: float) -> bool:
        """Whether these are the report's."""
        return math.isclose(self.low, low, abs_tol=_NEAR) and math.isclose(self.high, high, abs_tol=_NEAR)


def scores(ledger: Ledger) -> Scores | None:
    """The score by the states; None where no condition counts. What does not apply or means nothing leaves the sum. Where an
    unknown one may leave it too, the report knows better, and the two differ."""
    true = below = for_ = against = 0.0
    for scored in ledger.scored:
        c = scored.condition
        signed = c.weight if c.side == "bull" else -c.weight
        if c.state in ("true", "false", "unknown"):
            below += c.weight
        if c.state == "true":
            true += signed
        elif c.state == "unknown":
            for_, against = for_ + max(signed, 0.0), against + min(signed, 0.0)
    return Scores((true + against) / below, (true + for_) / below) if below else None


def pillar_status(ledger: Ledger, pillar: PillarResult) -> str:
    """The status of a pillar by the states of its conditions; `not decided` where the unknown ones leave several."""
    states = {
        side: {
            s.condition.state
            for s in ledger.scored
            if s.condition.side == side and s.condition.name in pillar.conditions
        }
        for side in ("bull", "bear")
    }
    bull, bear = ("true" in found for found in states.values())
    bull_may, bear_may = (not found.isdisjoint({"true", "unknown"}) for found in states.values())
    if bull and bear:
        return "contested"
    if bull and not bear_may:
        return "supported"
    if bear and not bull_may:
        return "undermined"
    return "not decided" if bull_may or bear_may else "open"
