"""An evaluation -> the values of the face.

In: a run of the evaluator. Out: `Named`, `Series`, `Value`, `Fact`. Must not evaluate anything: it reads what is there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from dsl.program import program as p
from dsl.types.units import ANY, Frequency, Type
from evaluator.engine.evaluation import Evaluation
from evaluator.facts import model
from evaluator.facts.spelling import Misspelled, amount
from evaluator.report.charts import node_state
from evaluator.report.checks import assumed_below, facts_below, reasons, shown_type, unit_word
from evaluator.values import series as s
from evaluator.values import values as v
from evaluator.values.display import describe
from thesis.values import Day, Fact, Figure, Members, Named, Period, Reason, Series, Truth, Value, Words


def fact(given: model.Fact) -> Fact:
    """A fact as its source gave it, with its figure as numbers where it is one."""
    text = given.value if isinstance(given.value, str) else ", ".join(given.value)
    found = amount(text) if isinstance(given.value, str) else None
    figure = found if found is not None and not isinstance(found, Misspelled) else None
    return Fact(
        name=given.name,
        period=given.period,
        date=given.date,
        value=text,
        low=_bound(figure.low) if figure is not None else None,
        high=_bound(figure.high) if figure is not None else None,
        unit=(figure.currency or figure.unit) if figure is not None else None,
        published=given.published,
        kind=given.kind.value,
        source=given.source,
        url=given.url,
        note=given.note,
        restates=given.restates,
    )


def _bound(end: float) -> float | None:
    return end if math.isfinite(end) else None


class Reader:
    """What an evaluation says, name by name."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.program = evaluation.program

    @cached_property
    def facts(self) -> dict[int, Fact]:
        """Each fact that was known, by its number."""
        return {bound.number: fact(bound.fact) for bound in self.evaluation.view.facts}

    @cached_property
    def _own(self) -> dict[str, set[int]]:
        """The numbers of the facts under each name."""
        found: dict[str, set[int]] = {}
        for bound in self.evaluation.view.facts:
            found.setdefault(bound.fact.name, set()).add(bound.number)
        return found

    def named(self, name: str, periods: bool = True) -> Named:
        """A name that has a value; without its periods where they are not asked for."""
        declared = self.program.declared(name)
        raw = self.evaluation.values[name]
        single = self.evaluation.read(raw)
        kind = self.kind(name)
        return Named(
            name=name,
            title=declared.title,
            role=self.program.role(name),
            formula="; ".join(e.text for e in self.program.expressions(name)),
            state=node_state(self.evaluation, name, single),
            value=self.value(single, kind),
            period=self._period_read(raw, kind),
            series=self._series(name, raw, kind) if isinstance(raw, s.Series) and periods else None,
            path=tuple(self.value(step, kind) for step in self.evaluation.paths.get(name, ())),
        )

    def kind(self, name: str) -> Type:
        """The type by which a name is printed."""
        declared = self.program.declared(name)
        return shown_type(self.program, p.Ref(declared.span, getattr(declared, "type", ANY), name))

    def value(self, value: v.Single, kind: Type) -> Value:
        """A value with its text, its reasons and the facts underneath."""
        single = replace(kind, series=None)
        text = describe(value, single, self.evaluation.view.currency)
        why = tuple(Reason(r.name, r.title, r.period, r.reason) for r in reasons(self.program, value.causes))
        rests = (tuple(self.facts[n] for n in facts_below([value])), tuple(assumed_below(self.evaluation, [value])))
        match value:
            case v.Figure():
                unit = unit_word(single, self.evaluation.view.currency)
                ends = (None, None) if value.assumed else (_bound(value.low), _bound(value.high))
                return Figure(text, value.known, why, *rests, unit, *ends)
            case v.Truth():
                return Truth(text, value.known, why, *rests, value.value)
            case v.Words():
                return Words(text, value.known, why, *rests, value.possible or ())
            case v.Members():
                members = tuple(sorted(value.members)) if value.members is not None else None
                return Members(text, value.known, why, *rests, members)
            case v.Day():
                return Day(text, value.known, why, *rests, value.value)

    def _period_read(self, raw: s.Value, kind: Type) -> str:
        ordinal = self.evaluation.reading(raw) if isinstance(raw, s.Series) else None
        return self._label(ordinal, raw.frequency, kind) if ordinal is not None and isinstance(raw, s.Series) else ""

    def _label(self, ordinal: int, frequency: Frequency, kind: Type) -> str:
        """What a period is called: of figures by the year, the year that ends with it."""
        clock = self.evaluation.clock
        if kind.per is Frequency.YEAR and frequency is not Frequency.YEAR:
            return clock.calendar.year_to(ordinal, frequency)
        return clock.label(ordinal, frequency)

    def _series(self, name: str, raw: s.Series, kind: Type) -> Series:
        calendar, frequency = self.evaluation.clock.calendar, raw.frequency
        own = self._own.get(name, set())

        def periods(points: Iterable[tuple[int, v.Single]], labels: dict[int, str] | None = None) -> tuple[Period, ...]:
            return tuple(
                Period(
                    label=labels[ordinal] if labels is not None else self._label(ordinal, frequency, kind),
                    end=calendar.end(ordinal, frequency),
                    value=self.value(value, kind),
                    reported=bool(own & value.facts),
                )
                for ordinal, value in sorted(points)
            )

        return Series(
            name=name,
            frequency=frequency.value,
            unit=unit_word(replace(kind, series=None), self.evaluation.view.currency),
            periods=periods((o, raw.points[o]) for o in raw.known_span),
            years=periods(raw.annual.items(), {o: calendar.year_to(o, frequency) for o in raw.annual}),
        )
