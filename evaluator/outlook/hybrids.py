"""A run between two days: what would be judged on the second day had only some of what came since come about.

In: the runs of two days. Out: evaluations. Must not know what they are compared for.

Time passes first: with nothing but the later day, facts grow old, deadlines pass, periods end. All else is laid on that, in any
set: thresholds that are dated, new results, new prices, restatements, rates of exchange.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache, cached_property
from typing import TypeVar

from dsl.types.units import Frequency
from evaluator.engine.evaluate import param_version
from evaluator.engine.evaluation import Evaluation, World
from evaluator.facts.model import ExchangeRate
from evaluator.known.bind import BoundFact
from evaluator.session.run import Run, evaluated

_T = TypeVar("_T")
_New = BoundFact | ExchangeRate | str
"""A fact, a rate, or the name of a threshold."""

THRESHOLDS, RESULTS, PRICES, RESTATEMENTS, RATES = "thresholds", "results", "prices", "restatements", "rates"


class Hybrids:
    """Two runs of the same rules on the same facts, as of two days."""

    def __init__(self, first: Run, last: Run) -> None:
        self.first, self.last = first, last
        self.begin, self.end = first.evaluation.clock.as_of, last.evaluation.clock.as_of
        self.at = cache(self._at)

    @cached_property
    def new(self) -> dict[str, list[_New]]:
        """What came since the first day, by cause; causes of which nothing came are left out."""
        found: dict[str, list[_New]] = {c: [] for c in (THRESHOLDS, RESULTS, PRICES, RESTATEMENTS, RATES)}
        set_by_hand = self.last.evaluation.world.replaced
        for name, param in self.last.program.params.items():
            if name not in set_by_hand and param_version(param, self.begin) != param_version(param, self.end):
                found[THRESHOLDS].append(name)
        for fact in self.last.bound.facts:
            if self._since(fact.fact.published):
                found[self.cause(fact)].append(fact)
        company = self.last.company
        for rate in company.exchange_rates if company is not None else ():
            if self._since(rate.published):
                found[RATES].append(rate)
        return {cause: items for cause, items in found.items() if items}

    def _since(self, day: dt.date) -> bool:
        return self.begin < day <= self.end

    def cause(self, fact: BoundFact) -> str:
        """Under which cause a fact falls that became known since."""
        if self._place(fact) in self._known_then:
            return RESTATEMENTS
        declared = self.last.program.inputs.get(fact.fact.name) or self.last.program.metrics[fact.fact.name]
        return PRICES if declared.type.series in (Frequency.DAY, Frequency.WEEK) else RESULTS

    @cached_property
    def _known_then(self) -> frozenset[object]:
        return frozenset(self._place(f) for f in self.last.bound.facts if f.fact.published <= self.begin)

    @staticmethod
    def _place(fact: BoundFact) -> tuple[str, dt.date, int]:
        return fact.fact.name, fact.end, fact.months

    def _at(self, come: frozenset[str]) -> Evaluation:
        """What is judged on the last day where of what is new only some causes have come about."""
        run = self.last
        missing = self.new.keys() - come
        if not missing:
            return run.evaluation
        left_out = {id(item) for cause in missing for item in self.new[cause]}
        facts = _left(run.bound.facts, left_out)
        company = run.company
        if company is not None:
            company = company.model_copy(update={"exchange_rates": _left(company.exchange_rates, left_out)})
        replaced = dict(run.evaluation.world.replaced)
        if THRESHOLDS in missing:
            for name in self.new[THRESHOLDS]:
                version = param_version(run.program.params[str(name)], self.begin)
                if version is not None:
                    replaced[str(name)] = version.value
        return evaluated(run.program, run.graph, facts, company, self.end, World(replaced))


def _left(items: Iterable[_T], left_out: set[int]) -> tuple[_T, ...]:
    return tuple(item for item in items if id(item) not in left_out)
