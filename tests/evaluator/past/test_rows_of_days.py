"""A history is made a day after another, and each of its days is a run as of that day alone: byte for byte, whatever rules ask for
and whenever a company says it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Company
from evaluator.known.bind import BoundFact
from evaluator.outlook.timeline import history, judged
from evaluator.schema.history import HistoryOutput
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run, run
from evaluator.values.series import Series
from evaluator.values.values import Single
from tests.support.rows_of_days import BEGIN, END, companies_of_days, rules_of_days
from tests.support.runs import checked


class Alone(AnyDay):
    """Each day evaluated from the start by the reference evaluator, with nothing kept from another day."""

    def judged(self, day: dt.date) -> Evaluation | Failed:
        found = run(self.checked, self.company, day)
        return found.evaluation if isinstance(found, Run) else found


def of(evaluation: Evaluation, value: Single) -> tuple[object, ...]:
    """A value with the facts on which it rests, by what they say: in a row of days they have other numbers."""
    by_number = evaluation.view.by_number
    facts = {_said(by_number[n]) if n > 0 else n for n in value.facts}
    shown = {k: v for k, v in vars_of(value).items() if k not in ("facts", "causes")}
    return type(value), tuple(shown.items()), frozenset((c.reason, c.name) for c in value.causes), frozenset(facts)


def vars_of(value: Single) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _said(bound: BoundFact) -> tuple[object, ...]:
    return bound.fact.name, bound.placed, bound.fact.published, bound.fact.kind, str(bound.fact.value), bound.carried


def assert_same_evaluation(found: Evaluation, fresh: Evaluation) -> None:
    """That all names come to the same, period by period, on the same facts."""
    assert judged(found) == judged(fresh)
    for name in fresh.program.order:
        here, there = found.values[name], fresh.values[name]
        assert of(found, found.read(here)) == of(fresh, fresh.read(there)), name
        if isinstance(there, Series) and name in fresh.program.inputs:
            assert isinstance(here, Series)
            assert here.points.keys() == there.points.keys(), name
            assert all(of(found, here.points[o]) == of(fresh, there.points[o]) for o in there.points), name
    stated = fresh.view.stale, {_said(f) for f in fresh.view.facts}
    assert (found.view.stale, {_said(f) for f in found.view.facts}) == stated


def days_in_a_row(rules: Checked, about: Company, days: list[dt.date]) -> None:
    """That each of some days, in this order, is what it is alone."""
    in_a_row = AnyDay(rules, about)
    for day in days:
        fresh, found = run(rules, about, day), in_a_row.judged(day)
        assert isinstance(fresh, Run) == isinstance(found, Evaluation)
        if isinstance(fresh, Run) and isinstance(found, Evaluation):
            assert_same_evaluation(found, fresh.evaluation)


def history_is_of_days_alone(text: str, data: st.DataObject, most: int) -> None:
    rules = checked(text)
    assert rules.program is not None
    note(text)
    about = data.draw(companies_of_days(rules.program))
    known = sorted({f.published for f in about.facts if BEGIN <= f.published <= END})
    near = st.sampled_from(known) if known else st.dates(BEGIN, END)
    days_in_a_row(rules, about, data.draw(st.lists(st.one_of(st.dates(BEGIN, END), near), min_size=2, max_size=most)))
    begin = data.draw(st.dates(BEGIN, END - dt.timedelta(days=40)))
    end = begin + dt.timedelta(days=40)
    found, alone = history(AnyDay(rules, about), begin, end), history(Alone(rules, about), begin, end)
    assert type(found) is type(alone)
    if isinstance(found, HistoryOutput) and isinstance(alone, HistoryOutput):
        assert found.model_dump_json() == alone.model_dump_json()


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(rules_of_days(), st.data())
def test_a_history_is_of_days_alone(text: str, data: st.DataObject) -> None:
    history_is_of_days_alone(text, data, 4)


@pytest.mark.soak
@settings(max_examples=1500, suppress_health_check=list(HealthCheck), deadline=None)
@given(rules_of_days(), st.data())
def test_a_history_is_of_days_alone_in_many_companies(text: str, data: st.DataObject) -> None:
    history_is_of_days_alone(text, data, 12)
