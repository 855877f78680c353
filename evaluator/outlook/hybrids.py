"""A run between two days: what would be judged on the second day had only some of what came since come about.

In: the runs of two days; where the rules were edited since, those before the edit on the second day too. Out: evaluations. Must
not know what they are compared for.

Time passes first: with nothing but the later day, facts grow old, deadlines pass, periods end. All else is laid on that, in any
set: thresholds that are dated, new results, new prices, restatements, contradictions, rates of exchange, and an edit of the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import TypeVar

from dsl.text.record import record
from dsl.types.units import Frequency
from evaluator.engine.evaluate import param_version
from evaluator.engine.evaluation import Evaluation, World
from evaluator.facts.model import ExchangeRate
from evaluator.known.bind import BoundFact
from evaluator.session.run import Run, evaluated

_T = TypeVar("_T")
_New = BoundFact | ExchangeRate | str
"""A fact, a rate, or the name of a threshold."""

THRESHOLDS, RESULTS, PRICES, RESTATEMENTS = "thresholds", "results", "prices", "restatements"
CONTRADICTIONS, RATES, EDITS = "contradictions", "rates", "edits"


HEADER_WORD = "the header"
"""How an edit of the header is called."""


def edit_of(names: Iterable[str]) -> str:
    """The cause that some edits are which come together: `edits least, price`."""
    return f"{EDITS} {', '.join(names)}"


_OF_FACTS = (RESULTS, PRICES, RESTATEMENTS, CONTRADICTIONS)


class NotMixed(Exception):
    """Rules with some of their edits alone are none that can be evaluated: the edits come together."""


@record
class Edited:
    """The rules before they were edited, as of the last day, and their edits. `groups`: the edits that are told apart, by names;
    `mixed`: the rules with some of the groups alone, None where these are no rules."""

    earlier: Run
    groups: tuple[tuple[str, ...], ...] = ()
    mixed: Callable[[frozenset[tuple[str, ...]]], Run | None] = lambda come: None

    def together(self) -> Edited:
        """The same with all edits as one."""
        return Edited(self.earlier)


class Hybrids:
    """Two runs on the same company's facts, as of two days; of the same rules, or of rules that were edited since."""

    def __init__(self, first: Run, last: Run, edited: Edited | None = None) -> None:
        """`edited`: where the rules of the last run are an edit of those of the first. Raises NotMixed, there and by `at`, where edits
        that are told apart cannot be."""
        self.first, self.last = first, last
        self.edited, self.earlier = edited, edited.earlier if edited is not None else None
        groups = edited.groups if edited is not None else ()
        self.edits = {edit_of(g): g for g in groups} if len(groups) > 1 else {EDITS: ()} if edited is not None else {}
        """The edits that are told apart, by cause."""
        self._mixed = cache(self._mixed_side)
        self.begin, self.end = first.evaluation.clock.as_of, last.evaluation.clock.as_of
        self.at = cache(self._at)

    @cached_property
    def new(self) -> dict[str, list[_New]]:
        """What came since the first day, by cause; causes of which nothing came are left out."""
        last = self._last.new
        earlier = self._earlier.new if self._earlier is not None else {}
        found = {c: last.get(c) or earlier.get(c) or [] for c in (THRESHOLDS, *_OF_FACTS, RATES)}
        found |= {cause: list(group) or [self.last.fingerprint] for cause, group in self.edits.items()}
        return {cause: items for cause, items in found.items() if items}

    def causes_of(self, names: Iterable[str]) -> list[str]:
        """The causes that can matter to some names: of the edits those of what they rest on, in either state of the rules."""
        names = list(names)
        below: set[str] = {HEADER_WORD, *names}
        for run in (self.first, self.last):
            below |= run.program.upstream([n for n in names if n in run.program.position])
        return [c for c in self.new if not self.edits.get(c) or not below.isdisjoint(self.edits[c])]

    @cached_property
    def _last(self) -> _Side:
        return _Side(self.last, self.begin, self.end)

    @cached_property
    def _earlier(self) -> _Side | None:
        return _Side(self.earlier, self.begin, self.end) if self.earlier is not None else None

    def cause(self, fact: BoundFact) -> str:
        """Under which cause a fact of the last run falls that became known since."""
        return self._last.cause(fact)

    def _at(self, come: frozenset[str]) -> Evaluation:
        """What is judged on the last day where of what is new only some causes have come about."""
        edits = come & self.edits.keys()
        if len(edits) == len(self.edits):
            return self._last.at(come)
        if not edits and self._earlier is not None:
            return self._earlier.at(come)
        return self._mixed(frozenset(edits)).at(come)

    def _mixed_side(self, come: frozenset[str]) -> _Side:
        assert self.edited is not None, "there are no rules before the edit"
        run = self.edited.mixed(frozenset(self.edits[cause] for cause in come))
        if run is None:
            raise NotMixed
        return _Side(run, self.begin, self.end)


class _Side:
    """What came since the first day, for one state of the rules."""

    def __init__(self, run: Run, begin: dt.date, end: dt.date) -> None:
        self.run, self.begin, self.end = run, begin, end

    @cached_property
    def new(self) -> dict[str, list[_New]]:
        """What came, by cause; some of them empty."""
        found: dict[str, list[_New]] = {c: [] for c in (THRESHOLDS, *_OF_FACTS, RATES)}
        set_by_hand = self.run.evaluation.world.replaced
        for name, param in self.run.program.params.items():
            if name not in set_by_hand and param_version(param, self.begin) != param_version(param, self.end):
                found[THRESHOLDS].append(name)
        for fact in self.run.bound.facts:
            if self._since(fact.fact.published):
                found[self.cause(fact)].append(fact)
        company = self.run.company
        for rate in company.exchange_rates if company is not None else ():
            if self._since(rate.published):
                found[RATES].append(rate)
        return found

    def _since(self, day: dt.date) -> bool:
        return self.begin < day <= self.end

    def cause(self, fact: BoundFact) -> str:
        """Under which cause a fact falls that became known since: of a period of which a figure was known then it contradicts
        that figure, where the report lists the two as such, or restates it."""
        if self._place(fact) in self._known_then:
            return CONTRADICTIONS if id(fact.fact) in self._disputed else RESTATEMENTS
        declared = self.run.program.inputs.get(fact.fact.name) or self.run.program.metrics[fact.fact.name]
        return PRICES if declared.type.series in (Frequency.DAY, Frequency.WEEK) else RESULTS

    @cached_property
    def _disputed(self) -> frozenset[int]:
        return frozenset(id(f.fact) for d in self.run.evaluation.view.disputed for f in d.facts)

    @cached_property
    def _known_then(self) -> frozenset[object]:
        return frozenset(self._place(f) for f in self.run.bound.facts if f.fact.published <= self.begin)

    @staticmethod
    def _place(fact: BoundFact) -> tuple[str, dt.date, int]:
        return fact.fact.name, fact.end, fact.months

    def at(self, come: frozenset[str]) -> Evaluation:
        """What these rules judge on the last day where of what is new only some causes have come about."""
        run = self.run
        missing = {cause for cause, items in self.new.items() if items and cause not in come}
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
