"""The day on which is judged: what rests on it turns with the day alone, on every day as a run of that day has it."""

from __future__ import annotations

import datetime as dt
import pickle
from itertools import pairwise

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from evaluator.engine.evaluate import on_another_day
from evaluator.engine.evaluation import Status
from evaluator.examples.running import run_examples
from evaluator.facts.model import Fact
from evaluator.past.history import History
from evaluator.values.step import EachDay, Step, Steps
from evaluator.values.values import Day, Figure, Truth
from tests.support.runs import HEAD, TAIL, company, fact, number, quarters, ran, read
from tests.support.stories import FIRST, NAMES, about, days, stories

DUE = "  due:\n" + fact("2025-01-10", "2026-12-31", "2025-01-10", key="date")
RULES = HEAD + "input due : date\ninput cash : money per quarter balance\n"


def test_in_the_period_that_is_read_it_is_the_day_that_was_asked_for() -> None:
    evaluation = ran(
        RULES + "metric left = days_between(as_of, due)" + TAIL, company(DUE), dt.date(2026, 5, 14)
    ).evaluation
    assert number(read(evaluation, "left")) == 231


def test_beside_a_series_it_is_the_end_of_each_past_period() -> None:
    """120 in cash with 457 days to go at the end of September, 100 with 365 at the end of December; today counts for the newest."""
    facts = DUE + quarters("cash", ["120m", "100m", "90m"])
    evaluation = ran(
        RULES + "metric daily = cash / days_between(as_of, due)" + TAIL, company(facts, ends="12-31")
    ).evaluation
    series = evaluation.values["daily"]
    assert [number(x) for x in series.points.values()] == [120e6 / 457, 100e6 / 365, 90e6 / 231]  # type: ignore[union-attr]


def test_what_latest_was_on_a_day_is_of_that_day() -> None:
    """Beside daily prices: 60 days before the due day, then 59, whatever quarter was the newest."""
    rules = (
        RULES
        + "input price : money per share per day\nmetric a = price * latest(days_between(as_of, due) + cash / cash)"
        + TAIL
    )
    prices = "".join(fact(f"2026-11-0{d}", "1 CNY", f"2026-11-0{d}") for d in (1, 2))
    facts = DUE + quarters("cash", ["120m", "100m"]) + "  price:\n" + prices
    evaluation = ran(rules, company(facts), dt.date(2026, 11, 20)).evaluation
    points = evaluation.values["a"].points  # type: ignore[union-attr]
    assert [number(points[o]) for o in points] == [61, 42]


def test_an_example_is_on_the_day_that_it_gives_and_on_none_without() -> None:
    rules = RULES + 'bull far "Far" on p when days_between(as_of, due) > 100\n' + TAIL
    rules += 'example "far" given due = 2026-12-31, as_of = 2026-01-01 expect far is true\n'
    rules += 'example "late" given due = 2026-12-31, as_of = 2026-12-01 expect far is false\n'
    rules += 'example "no day" given due = 2026-12-31 expect far is unknown\n'
    assert all(result.passed for result in run_examples(ran(rules, None).program, dt.date(2026, 5, 14)))


def test_a_kill_turns_on_the_day_itself_though_nothing_became_known() -> None:
    rules = 'thesis main "M" for AAA since 2025-02-01\ninput due : date\n'
    rules += 'kill late "Late" by 2026-12-31 when days_between(as_of, due) < 300' + TAIL
    event = ran(rules, company(DUE), dt.date(2026, 5, 14)).evaluation.events["late"]
    assert (event.status, event.day) == (Status.HAPPENED, dt.date(2026, 3, 7))
    before = ran(rules, company(DUE), dt.date(2026, 3, 6)).evaluation.events["late"]
    assert before.status is Status.WATCHED


def test_a_catalyst_is_met_on_the_day_itself_within_its_grace() -> None:
    rules = 'thesis main "M" for AAA since 2025-02-01\ninput due : date\n'
    rules += 'catalyst near "Near" on 2026-03-01 expects days_between(as_of, due) < 300' + TAIL
    event = ran(rules, company(DUE), dt.date(2026, 5, 14)).evaluation.events["near"]
    assert (event.status, event.day) == (Status.MET, dt.date(2026, 3, 7))


ON_THE_DAY = """
metric left = days_between(as_of, 2026-12-31)
metric tenure = months_between(2025-01-31, as_of)
metric soon = add_months(as_of, 6)
metric by_day = price * days_between(as_of, 2026-12-31)
metric by_quarter = earned / max(1, months_between(2024-12-31, as_of))
metric of_latest = price * latest(growth * days_between(2024-12-31, as_of))
"""
_RULES = f"rules main since 2025-03-01\n{NAMES}{ON_THE_DAY}"
_KILLS = (
    "as_of > 2026-03-15", "growth < 10% and left < 300", "year(as_of) = 2026 and share > 30%", "tenure >= 12 or signed",
    "price < 80 CNY and soon > 2026-10-01", "pe < 15x and left between 100 and 200",
)  # fmt: skip


def _shown(value: object, day: dt.date) -> object:
    """A value of a day, without what it rests on."""
    single = value.now if isinstance(value, Step) else value
    if isinstance(single, Figure):
        return single.low, single.high
    return single.value if isinstance(single, Day) else single


@settings(max_examples=12)
@given(stories(), st.sampled_from(_KILLS), st.lists(days(FIRST, dt.date(2027, 2, 28)), min_size=2, max_size=4))
def test_a_history_has_on_each_day_what_a_run_of_that_day_has(
    story: list[Fact], when: str, asked: list[dt.date]
) -> None:
    """No look-ahead: a kill is on each day what it is in a run of that day by the facts of that day alone; so are steps."""
    note(when)
    rules = _RULES + f'kill k "K" when {when}' + TAIL
    whole = ran(rules, about(story), dt.date(2027, 2, 28)).evaluation
    happened = whole.events["k"]
    for day in asked:
        then = ran(rules, about([f for f in story if f.published <= day]), day).evaluation
        for name in ("left", "tenure", "soon"):
            step = whole.values[name]
            assert isinstance(step, Step)
            assert _shown(step.known.at(day.toordinal()), day) == _shown(then.values[name], day)
        event = then.events["k"]
        if event.status is Status.HAPPENED:
            assert (happened.status, happened.day) == (Status.HAPPENED, event.day)
        elif happened.status is Status.HAPPENED and happened.day is not None and day >= happened.day:
            raise AssertionError(f"{when}: by {day} it had happened on {happened.day}")


@settings(max_examples=25)
@given(stories(), st.sampled_from(_KILLS))
def test_a_day_between_two_changes_is_as_a_run_of_it_has_it(story: list[Fact], when: str) -> None:
    """The evaluation that differs by the day alone is that of the day, name by name."""
    found = ran(_RULES + f'kill k "K" when {when}' + TAIL, about(story), dt.date(2027, 2, 28))
    history = History(found.program, found.program.order, found.bound.facts, about(story), decided=True)
    epochs = history.epochs(["k"])
    for start, end in pairwise(epochs):
        day = end - dt.timedelta(days=1)
        moved, fresh = on_another_day(history.evaluation(start, ["k"]), day), history.evaluation(day, ["k"])
        assert (
            moved.truth(found.program.kills["k"].when).possible == fresh.truth(found.program.kills["k"].when).possible
        )


def test_a_value_of_each_day_is_stored_as_the_days_on_which_it_turns() -> None:
    each = EachDay(lambda day: Truth.of(day >= 105), 100, 110)
    assert each == Steps([(100, Truth.of(False)), (105, Truth.of(True))], Truth.of(False))
    assert pickle.loads(pickle.dumps(Step(each.at(110), Steps([], each.at(99))))) == Step(
        each.at(110), Steps([], each.at(99))
    )


@pytest.mark.parametrize("past", ["held", "known"])
def test_a_result_that_holds_the_day_comes_back_the_same(past: str) -> None:
    evaluation = ran(RULES + "metric left = days_between(as_of, due)" + TAIL, company(DUE)).evaluation
    step = evaluation.values["left"]
    again = pickle.loads(pickle.dumps(step))
    assert again == step
    assert getattr(again, past).at(dt.date(2026, 1, 1).toordinal()) == getattr(step, past).at(
        dt.date(2026, 1, 1).toordinal()
    )
