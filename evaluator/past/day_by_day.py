"""What rules judge on one day after another: of each day only what can be another than on the day before is evaluated.

In: a program, its order, views of days, what became of events by them. Out: evaluations in which all that is judged is what the
reference evaluator gives of that day alone (a law in tests). Which rates were used, and in which period a cause is missing, they
do not say: nobody asks that of a day in a row of days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from dsl.program import program as p
from dsl.program.calls import function, window
from dsl.types.functions import EXPECTING
from evaluator.engine.evaluate import evaluate_name, param_version, ready
from evaluator.engine.evaluation import AS_IT_IS, Evaluation, Event, Past, in_window
from evaluator.engine.expressions import Engine
from evaluator.known.asof import View
from evaluator.values.points import Points
from evaluator.values.series import Series
from evaluator.values.values import Single


class _Engine(Engine):
    """The reference evaluator, which converts a figure when it is read."""

    def points(
        self, ordinals: Sequence[int], give: Callable[[int], Single], below: Mapping[int, Single]
    ) -> Mapping[int, Single]:
        """Converted points, each when it is asked for."""
        return Points(ordinals, give, below)


class DayByDay:
    """A program on one day after another, in any order; the nearer two are, the less is evaluated."""

    def __init__(self, program: p.Program, order: Sequence[str], past: Past) -> None:
        self.program, self.order, self.past = program, tuple(order), past
        self._last: Evaluation | None = None
        by_day = frozenset(self._by_day())
        self._daily = program.with_the_day | by_day
        nodes = (node for name in by_day for whole in program.expressions(name) for node in p.walk(whole))
        self._addresses = frozenset(node.address for node in nodes)
        """Of expressions that ask for no name that changed, and may come to something else all the same."""

    def _by_day(self) -> Iterator[str]:
        """Names whose value depends on the day itself though they do not ask for it: what is expected then, how many days a window
        of what is the same each day has."""
        for name in self.program.order:
            for node in (node for whole in self.program.expressions(name) for node in p.walk(whole)):
                if not isinstance(node, p.Call):
                    continue
                flat = window(node) is not None and node.arguments[0].type.series is None
                if flat or function(node).shape in EXPECTING:
                    yield name

    def evaluated(self, view: View, events: Mapping[str, Event]) -> Evaluation:
        """A day."""
        before = self._last
        changed = self._changed(before, view, events) if before is not None else None
        names = self.order
        if before is None or changed is None:
            engine = ready(_Engine(self.program, view, AS_IT_IS, events=events, past=self.past))
        else:
            below = frozenset(self.program.downstream(changed))
            names = tuple(name for name in self.order if name in below)
            again = self.program.reading((*names, p.AS_OF)) | self._addresses
            engine = ready(_Engine(self.program, view, AS_IT_IS, before, events, self.past, again))
        for name in names:
            evaluate_name(engine, name, stated=False)
        self._last = engine.finished()
        return self._last

    def _changed(self, before: Evaluation, view: View, events: Mapping[str, Event]) -> Collection[str] | None:
        """The names that may be another than on a day before, beside those that rest on them; None where all may be."""
        then, program = before.view, self.program
        if self._everything(then, view):
            return None
        days = then.clock.as_of, view.clock.as_of
        found = {n for n in then.values.keys() | view.values.keys() if then.values.get(n) is not view.values.get(n)}
        rhythms = {
            x.frequency for n in found for x in (then.values.get(n), view.values.get(n)) if isinstance(x, Series)
        }
        # What one name has a figure of, others of its rhythm have a gap.
        found |= {n for n, x in view.values.items() if isinstance(x, Series) and x.frequency in rhythms}
        found |= {n for n, x in program.params.items() if len({id(param_version(x, day)) for day in days}) > 1}
        found |= {n for n in events if events[n] != before.events.get(n)}
        return found | self._daily

    def _everything(self, then: View, view: View) -> bool:
        days = then.clock.as_of, view.clock.as_of
        same = then.clock.slow_reads == view.clock.slow_reads and then.clock.calendar == view.clock.calendar
        same = same and then.rates.known == view.rates.known and then.currencies == view.currencies
        since = self.program.since
        windows = [[in_window(kill, since, day) for kill in self.program.kills.values()] for day in days]
        return not same or windows[0] != windows[1] or _begun(since, days[0]) != _begun(since, days[1])


def _begun(since: dt.date | None, day: dt.date) -> bool:
    return since is None or since <= day
