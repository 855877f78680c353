"""An engine that evaluates again what another world changes, and takes over all else.

In: an `Evaluation`, the plan of what is evaluated again. Out: an engine. Must not know what any operation gives: every value
is made by the same functions as in the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dsl.program.grounds import Assumption
from evaluator.engine.evaluation import Evaluation, World
from evaluator.engine.expressions import Engine
from evaluator.values.points import Points
from evaluator.values.series import Value
from evaluator.values.values import Single


class Again(Engine):
    """One evaluation in another world under way."""

    def __init__(
        self,
        today: Evaluation,
        world: World,
        kept: Mapping[str, Value],
        assumptions: dict[Assumption, int],
        reported: Mapping[str, Value],
    ) -> None:
        """`kept`: by address what expressions come to that this world does not change; `reported`: what these come to in the
        reporting currency; `assumptions`: what is assumed in any world, each under one number in all of them."""
        super().__init__(today.program, today.view, world, today, changed=today.whole)
        self.assumptions = assumptions
        self.seen = dict(kept)
        self.kept = kept.keys()
        self.reported = dict(reported)

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points, each when it is asked for: nobody asks another world which rates it used."""
        return Points(ordinals, give, below)
