"""An engine that evaluates again what another world changes, and takes over all else.

In: an `Evaluation`, the parts of its program that may change. Out: an engine. Must not know what any operation gives: every
value is made by the same functions as in the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dsl.program import program as p
from dsl.program.grounds import Assumption
from evaluator.engine.evaluate import evaluate_name
from evaluator.engine.evaluation import Evaluation, Traced, World
from evaluator.engine.expressions import Engine
from evaluator.prepared.states import NamePart, NameState, Part, State
from evaluator.values.points import Points
from evaluator.values.series import Series, Value
from evaluator.values.step import Step
from evaluator.values.values import Single


class Again(Engine):
    """One evaluation in another world under way."""

    def __init__(
        self,
        today: Evaluation,
        world: World,
        kept: Mapping[str, Value],
        parts: Mapping[str, Part],
        assumptions: dict[Assumption, int],
        reported: Mapping[str, Value],
    ) -> None:
        """`kept`: by address what expressions come to that this world does not change; `parts`: by address, expressions that
        are evaluated again only where what they ask for is another than in the last worlds; `reported`: what kept ones come to
        in the reporting currency; `assumptions`: what is assumed in any world, each under one number in all of them."""
        super().__init__(today.program, today.view, world, today, changed=today.whole)
        self.today, self.parts = today, parts
        self.assumptions = assumptions
        self.seen = dict(kept)
        self.kept = kept.keys()
        self.reported = dict(reported)
        self.states: dict[str, NameState] = {}
        """The names that are not what they are today."""

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points, each when it is asked for: nobody asks another world which rates it used."""
        return Points(ordinals, give, below)

    # --- expressions -------------------------------------------------------------------------------------

    def value(self, expr: p.Expr) -> Value:
        """The value of an expression, which is not evaluated again where all that it asks for is what it was."""
        part = self.parts.get(expr.address)
        if part is None:
            return super().value(expr)
        key = part.key(self.states)
        if not any(key):
            self.seen[expr.address] = self.today.whole[expr.address]
            return self.today.whole[expr.address]
        found = part.states.get(key)
        if found is None:
            value = super().value(expr)
            found = State(0, 0, value, *self._noted(part))
            part.remember(key, found)
        else:
            self.trace |= found.trace
            self.seen |= found.seen
        return found.value

    def _noted(self, part: Part) -> tuple[dict[str, Traced], dict[str, Value]]:
        """What was noted of the expressions in a part."""
        trace, seen = self.trace, self.seen
        return {a: trace[a] for a in part.addresses if a in trace}, {a: seen[a] for a in part.addresses if a in seen}

    # --- names -------------------------------------------------------------------------------------------

    def settle(self, part: NamePart, stated: bool) -> None:
        """Gives a name its value, where it is not what it is today."""
        key = part.key(self.states)
        if not part.always:
            if not (part.events or any(key)):
                return
            found = part.states.get(key)
            if isinstance(found, NameState):
                self._take_over(part.name, found)
                return
        evaluate_name(self, part.name, stated)
        state = self.states[part.name] = self._state(part)
        if not part.always:
            part.remember(key, state)

    def _state(self, part: NamePart) -> NameState:
        """What a name came to. Where what is read of it is what it was before, it has the number of that; but who asks for
        what is dated asks for its past too, and who asks for a forecast for its steps."""
        value, judged = self.values[part.name], self.judged.get(part.name)
        part.made += 1
        read = part.made
        if not isinstance(value, Step):
            single = self.read(value)
            for before in reversed(part.states.values()):
                if isinstance(before, NameState) and before.judged == judged and self.read(before.value) == single:
                    read = before.read
                    break
        whole = part.made if isinstance(value, Series) or part.name in self.paths else read
        name, (trace, seen) = part.name, self._noted(part)
        return NameState(
            read, whole, value, trace, seen, judged, self.rows.get(name), self.paths.get(name), self.stated.get(name),
            self.currencies.get(name), name in self.given,
        )  # fmt: skip

    def _take_over(self, name: str, state: NameState) -> None:
        self.states[name] = state
        self.values[name] = state.value
        self.trace |= state.trace
        self.seen |= state.seen
        if name in self.currencies:
            self.currencies[name] = state.currency
        self.stated.pop(name, None)
        if state.judged is not None:
            self.judged[name] = state.judged
        if state.rows is not None:
            self.rows[name] = state.rows
        if state.path is not None:
            self.paths[name] = state.path
        if state.stated is not None:
            self.stated[name] = state.stated
        if state.given:
            self.given.add(name)
