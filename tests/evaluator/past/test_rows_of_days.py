"""A history is made a day after another, and each of its days is a run as of that day alone: byte for byte, whatever rules ask for
and whenever a company says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked
from dsl.types.units import Frequency
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Company, SourceKind
from evaluator.known.asof import Kept, view
from evaluator.known.bind import BoundFact, bind
from evaluator.outlook.timeline import history, judged
from evaluator.schema.history import HistoryOutput
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run, run
from evaluator.values.series import Series
from evaluator.values.values import Single
from tests.support.rows_of_days import BEGIN, END, companies_of_days, rules_of_days
from tests.support.runs import HEAD, TAIL, checked, company, fact, quarters


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


# --- what the days keep of one another, each precaution with a case that needs it --------------------------------------------


def run_of(text: str, facts: str, days: list[str], **about: str) -> list[Evaluation]:
    """What some days are in a row, in this order, each held against itself alone."""
    rules, company_of = checked(HEAD + text + TAIL), company(facts, **about)
    in_a_row, found = AnyDay(rules, company_of), []
    for day in map(dt.date.fromisoformat, days):
        fresh, there = run(rules, company_of, day), in_a_row.judged(day)
        assert isinstance(fresh, Run)
        assert isinstance(there, Evaluation)
        assert_same_evaluation(there, fresh.evaluation)
        found.append(there)
    return found


def test_a_kill_that_the_day_itself_turns_is_judged_on_each_day() -> None:
    """What was judged on a later day, and then on an earlier one, says nothing of the days between them."""
    text = (
        'input sales "Sales" : money per quarter\n'
        'kill late "Too late" when as_of > 2025-12-31 and sales > 1bn CNY\nkill after "After it" when late has happened\n'
    )
    days = ["2025-11-10", "2026-01-20", "2025-12-20", "2026-01-01", "2025-12-31", "2026-01-02"]
    found = run_of(text, quarters("sales", ["2bn CNY", "3bn CNY"], last="2025-09-30"), days)
    assert [e.events["late"].status.value for e in found] == [
        *["watched", "has happened"] * 3,
    ]  # fmt: skip
    assert found[-1].events["late"].day == dt.date(2026, 1, 1)


def test_a_gap_that_another_series_of_the_same_rhythm_makes() -> None:
    """Of the quarter to March one of two names is reported: the other, of which nothing is new, has a gap from then on. Of days none
    is made."""
    text = (
        'input price "Price" : number per day\ninput other "Other" : number per day\n'
        'input sales "Sales" : money per quarter\ninput costs "Costs" : money per quarter\n'
        "metric each = sum(costs, 2 quarters)\nbull more on p when costs > lag(costs, 1)\nbull dear on p when price > 3 for 3 days\n"
    )
    facts = quarters("sales", ["2bn CNY", "3bn CNY", "4bn CNY"]) + quarters(
        "costs", ["1bn CNY", "2bn CNY"], "2025-12-31"
    )
    for name, last in (("price", 22), ("other", 25)):
        facts += f"  {name}:\n"
        facts += "".join(fact(f"2026-04-{n}", 5, f"2026-04-{n}", key="date") for n in range(20, last))
    days = ["2026-04-21", "2026-04-22", "2026-04-24", "2026-04-29", "2026-04-30", "2026-04-29", "2026-04-21"]
    found = run_of(text, facts, days)
    assert [judged(e).conditions["more"] for e in found] == ["true"] * 4 + ["unknown"] + ["true"] * 2


def test_what_ends_after_it_was_published_counts_from_its_end() -> None:
    """Nothing but guidance may end later than it was published; what a name came to is kept by what has ended all the same."""
    rules = checked(HEAD + 'input sales "Sales" : money per quarter\ninput fee "Fee" : money per quarter\n' + TAIL)
    about = company(
        quarters("sales", ["1bn CNY", "2bn CNY"]) + quarters("fee", ["1bn CNY", "2bn CNY"], kind="guidance")
    )
    program = rules.program
    assert program is not None
    early = dt.date(2026, 3, 1)
    facts = [
        replace(f, fact=f.fact.model_copy(update={"published": early, "kind": SourceKind.REPORTED}))
        for f in bind(program, about).facts
    ]
    kept: Kept = {}
    known = []
    for day in ("2026-03-01", "2026-03-30", "2026-03-31", "2026-04-01", "2026-03-30"):
        as_of = dt.date.fromisoformat(day)
        reads = {Frequency.QUARTER: 4 * 2026 + 2}  # the same on all days
        alone = view(program, facts, about, as_of, reads=reads)
        in_a_row = view(program, facts, about, as_of, reads=reads, kept=kept)
        assert in_a_row.values == alone.values
        assert in_a_row.used == alone.used
        known.append(len(in_a_row.used))
    assert known == [2, 2, 4, 4, 2]


def test_money_that_turns_foreign_and_what_grows_stale() -> None:
    """A second currency among the facts of a name; a limit that passes with no fact; a rate that becomes known."""
    text = (
        'input sales "Sales" : money per quarter stale after 60 days\ninput single "Single" : number stale after 30 days\n'
        "metric each = ttm(sales)\nbull more on p when sales > 3bn CNY\nbull one on p when single > 3\n"
    )
    facts = quarters("sales", ["2bn USD", "3bn USD"], "2025-12-31") + fact("2026-03-31", "4bn CNY", "2026-04-30")
    facts += f"  single:\n{fact('2026-02-01', 5, '2026-02-02', key='date')}"
    rate = 'exchange_rates:\n  - {of: USD, to: CNY, value: 7, date: 2026-03-10, published: 2026-03-10, source: "S"}\n'
    days = [
        "2026-02-05",
        "2026-03-02",
        "2026-03-03",
        "2026-03-04",
        "2026-03-09",
        "2026-03-10",
        "2026-04-01",
        "2026-04-30",
    ]
    found = run_of(text, facts, [*days, *days[::-3]], more=rate)
    assert len({judged(e).conditions["one"] for e in found}) == 2
    assert len({judged(e).conditions["more"] for e in found}) > 1
