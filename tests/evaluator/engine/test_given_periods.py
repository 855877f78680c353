"""An example's figures of several periods: they mean what facts of the same periods mean, and nothing between them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.types.lengths import days_back
from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation
from evaluator.examples.running import Ran, run_examples
from evaluator.facts.calendar import Calendar
from evaluator.values.values import Figure, Truth
from tests.support.runs import AS_OF, HEAD, TAIL, checked, evaluation, fact, number, quarters, read

FORMULAS = (
    "yoy(r)", "qoq(r)", "lag(r, 3)", "change(r, 2)", "cagr(r, 2)", "ttm(r)", "latest(r)", "annualised(r)",
    "average(r, 3 quarters)", "median(r, 1 year)", "max(r, 5 quarters)", "drawdown(r, 4 quarters)",
    "volatility(r, 4 quarters)", "trend(r, 3 quarters)", "streak(r > 5)", "lag(average(r, 2 quarters), 4)",
    "first_known(lag(r, 1), lag(r, 2), 0)",
)  # fmt: skip
TRUTHS = ("r > 4 for 3 quarters", "not (r > 4 for 2 quarters)", "r > lag(r, 4)", "yoy(r) > 10% for 2 quarters")


def example(rules: str, world: str, as_of: dt.date = AS_OF) -> Evaluation:
    """The evaluation of an example that gives a world."""
    return ran(rules, world, "1 < 2", as_of).evaluation


def ran(rules: str, world: str, expected: str, as_of: dt.date = AS_OF) -> Ran:
    program = checked(f'{HEAD}{rules}{TAIL}example "e" given {world} expect {expected}\n').program
    assert program is not None
    return run_examples(program, as_of)[0]


def plain(evaluated: Evaluation, name: str) -> tuple[object, ...]:
    """A value without its causes and facts."""
    value = read(evaluated, name)
    return (value.low, value.high, value.known) if isinstance(value, Figure) else (value.value,)


@settings(max_examples=60)
@given(st.dictionaries(st.integers(1, 12), st.integers(1, 12), min_size=1, max_size=12), st.integers(1, 12))
def test_periods_that_are_given_are_facts_of_these_periods(past: dict[int, int], now: int) -> None:
    rules = 'input r "R" : number per quarter\n'
    rules += "".join(f"metric m{n} = {text}\n" for n, text in enumerate(FORMULAS))
    rules += "".join(f"bull b{n} on p when {text}\n" for n, text in enumerate(TRUTHS))
    told = ", ".join(["r = " + str(now), *(f"r {back} quarters ago = {value}" for back, value in past.items())])
    facts = quarters("r", [past.get(back) if back else now for back in range(12, -1, -1)])
    there, here = evaluation(rules, facts), example(rules, told)
    for name in [*(f"m{n}" for n in range(len(FORMULAS))), *(f"b{n}" for n in range(len(TRUTHS)))]:
        assert plain(there, name) == plain(here, name), name


def test_an_interval_is_each_of_its_periods() -> None:
    rules = 'input d "D" : number per year\n' + "metric paid = streak(d > 0)\nmetric all_of_it = sum(d, 3 years)\n"
    one = example(rules, "d for 3 years = 2, d 3 years ago = 0")
    apart = example(rules, "d = 2, d 1 year ago = 2, d 2 years ago = 2, d 36 months ago = 0")
    assert number(read(one, "paid")) == 3
    assert number(read(one, "all_of_it")) == 6
    assert [plain(one, n) for n in ("paid", "all_of_it")] == [plain(apart, n) for n in ("paid", "all_of_it")]


def test_an_interval_is_no_longer_than_it_says() -> None:
    rules = 'input d "D" : number per year\nmetric three = sum(d, 3 years)\nmetric four = sum(d, 4 years)\n'
    here = example(rules, "d for 3 years = 2")
    assert number(read(here, "three")) == 6
    assert not read(here, "four").known


def test_what_is_not_given_is_unknown_and_says_which_period() -> None:
    rules = 'input r "R" : number per quarter\nmetric year = ttm(r)\n'
    here = example(rules, "r = 5, r 2 quarters ago = 4")
    value = read(here, "year")
    assert not value.known
    assert {(c.name, c.period, c.reason) for c in value.causes} == {
        ("r", "quarter to 2025-12-31", "no figure is given"),
        ("r", "quarter to 2025-06-30", "no figure so far back is known"),
    }


def test_the_period_that_is_read_may_lack() -> None:
    rules = 'input r "R" : number per quarter\nmetric old = latest(r)\nmetric now = r + 0\n'
    here = example(rules, "r 1 quarter ago = 4")
    assert number(read(here, "old")) == 4
    assert not read(here, "now").known


def test_a_figure_that_is_given_once_is_the_same_in_every_period() -> None:
    rules = 'input r "R" : number per quarter\ninput q "Q" : number per quarter\nmetric m = yoy(r) + yoy(q)\n'
    assert number(read(example(rules, "r = 5, q = 6, q 1 year ago = 4"), "m")) == pytest.approx(0.5)


def test_a_metric_may_be_given_by_period_in_place_of_its_formula() -> None:
    rules = 'input r "R" : number per quarter\nmetric m = r * 2\nmetric up = change(m, 4)\n'
    assert number(read(example(rules, "m = 5, m 1 year ago = 3, r = 100"), "up")) == 2


def test_money_of_each_period_is_converted() -> None:
    """To the one currency that is named; of two, no rate is known."""
    rules = 'input r "R" : money per quarter\nmetric up = yoy(r)\n'
    assert number(read(example(rules, "r = 5m CNY, r 1 year ago = 4m CNY"), "up")) == pytest.approx(0.25)
    assert not read(example(rules, "r = 5m CNY, r 1 year ago = 4m USD"), "up").known


@pytest.mark.parametrize(
    "as_of", [dt.date(2024, 2, 29), dt.date(2025, 3, 1), dt.date(2026, 1, 1), dt.date(2026, 12, 31)]
)
def test_days_are_counted_from_the_as_of_date(as_of: dt.date) -> None:
    rules = 'input p1 "P" : money per day\nmetric fall = drawdown(p1, 60 days)\nmetric up = yoy(p1)\n'
    world = "p1 = 75 USD, p1 30 days ago = 100 USD, p1 2 months ago = 90 USD, p1 1 year ago = 50 USD"
    here = example(rules, world, as_of)
    assert number(read(here, "fall")) == pytest.approx(0.25)
    assert number(read(here, "up")) == pytest.approx(0.5)
    last = as_of.toordinal()
    given = {days_back(last, 1, Frequency.YEAR): 50, days_back(last, 2, Frequency.MONTH): 90, last - 30: 100, last: 75}
    between = {last - n: 80 for n in range(5, 65, 5)}  # of facts, days on end without a figure would be a gap
    facts = "  p1:\n" + "".join(
        fact(dt.date.fromordinal(day).isoformat(), f"{price}", as_of.isoformat())
        for day, price in sorted({**between, **given}.items())
    )
    there = evaluation(rules, facts, as_of)
    assert [plain(there, n) for n in ("fall", "up")] == [plain(here, n) for n in ("fall", "up")]


@given(st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31)), st.sampled_from(list(Frequency)),
       st.sampled_from([Calendar(), Calendar(3, 31), Calendar(1, 31), Calendar(9, 25)]))  # fmt: skip
def test_the_last_period_that_has_ended(day: dt.date, frequency: Frequency, calendar: Calendar) -> None:
    found = calendar.ended(day, frequency)
    assert calendar.end(found, frequency) <= day < calendar.end(found + 1, frequency)


def test_what_rests_on_the_past_rests_on_its_name() -> None:
    rules = 'input r "R" : number per quarter\nbull up on p when r > lag(r, 1)\n'
    assert ran(rules, "r = 5, r 1 quarter ago = 4", "up is true because r").passed
    failed = ran(rules, "r = 5, r 2 quarters ago = 4", "up is true").output
    assert failed.given == ["r = 5", "r 2 quarters ago = 4"]
    assert "no figure is given" in failed.expectations[0].instead
    assert ran(rules, "r = 5, r 2 quarters ago = 4", "up is unknown because r").passed


def test_it_is_the_same_where_it_is_evaluated_again() -> None:
    here = example('input r "R" : number per quarter\nmetric up = yoy(r)\n', "r = 5, r 1 year ago = 4")
    again = evaluate(here.program, here.program.order, here.view, here.world)
    assert again.values == here.values
    assert isinstance(again.truth(here.program.conditions["always"].when), Truth)
