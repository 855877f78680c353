"""What is weighted over all scenarios is what somebody adds up who runs the rules once in each of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.lowering.settings import read_settings
from dsl.text.source import SourceFile
from evaluator.engine.functions.valuing import expected
from evaluator.examples.running import run_examples
from evaluator.session.run import Run, run
from evaluator.values.values import Figure, because
from tests.support.runs import AS_OF, checked, company, fact, number, read

RULES = """rules main "Main"
input cash "Cash" : money per year
input margin "Margin" : percent
param growth = 5%
param first = 20%
metric rate = (if growth < 0% then 8% else 12%)
metric target "Target" = cash * (1 + growth) / rate
  meaningful when margin > -50%
metric over_all = expected(target)
metric spread = over_all - target
pillar p "?"
bull b on p when over_all > 0
kill k when cash < 0
scenario slump "Slump" probability first assume growth = -30%, margin = 2%
scenario worse "Worse" on slump probability 10% assume cash = 1m USD
scenario boom "Boom" probability 30% assume growth = 40%
scenario odd "Odd" assume cash = 900bn USD
"""
SETS = {
    "slump": ["growth=-30%", "margin=2%"],
    "worse": ["growth=-30%", "margin=2%", "cash=1m USD"],
    "boom": ["growth=40%"],
}


def facts(cash: object = "100m", margin: object = "10%") -> str:
    text = f"  cash:\n{fact('FY2025', cash, '2026-02-01')}" if cash != "" else ""
    return text + (f"  margin:\n{fact('2026-03-31', margin, '2026-04-30', key='date')}" if margin != "" else "")


def ran(about: str, sets: list[str] | None = None, rules: str = RULES) -> Run:
    found = checked(rules)
    assert found.program is not None
    given, problems = read_settings(found.program, sets or [])
    assert not problems
    result = run(found, company(about, "USD", "12-31"), AS_OF, given)
    assert isinstance(result, Run)
    return result


@settings(max_examples=25)
@given(st.integers(-(10**9), 10**9), st.integers(-40, 90), st.integers(-90, 90), st.integers(0, 60))
def test_it_is_the_sum_over_worlds_that_are_run_one_by_one(cash: int, margin: int, growth: int, first: int) -> None:
    about, today = facts(cash, f"{margin}%"), [f"growth={growth}%", f"first={first}%"]
    found = ran(about, today)
    weights = {"slump": first / 100, "worse": 0.1, "boom": 0.3}
    total = (1 - sum(weights.values())) * number(found.evaluation.of("target"))
    for name, sets in SETS.items():
        keep = [s for s in today if s.partition("=")[0] not in {x.partition("=")[0] for x in sets}]
        total += weights[name] * number(ran(about, [*keep, *sets]).evaluation.of("target"))
    assert number(found.evaluation.of("over_all")) == pytest.approx(total, rel=1e-9, abs=1e-3)


def test_the_report_weighs_as_the_rules_do() -> None:
    valued = (
        RULES
        + 'input market "M" : money\nvaluation worth "Worth" = target against market\nmetric all_of_it = expected(worth)\n'
    )
    found = ran(facts(), rules=valued)
    one = found.report().valuations[0]
    assert one.weighted is not None
    assert one.weighted.value.low == pytest.approx(number(found.evaluation.of("all_of_it")))


def test_in_a_scenario_it_is_what_it_is_today() -> None:
    """It is over all of them; what is made of it beside a figure of that world is another."""
    found = ran(facts())
    worlds = found.beside().scenarios
    today = number(found.evaluation.of("over_all"))
    for name, there in worlds.items():
        assert number(there.of("over_all")) == pytest.approx(today), name
    slump = worlds["slump"]
    assert number(slump.of("spread")) == pytest.approx(today - number(slump.of("target")))


def test_what_is_missing_in_one_world_is_missing_over_all() -> None:
    found = ran(facts(cash=""))
    value = read(found.evaluation, "over_all")
    assert isinstance(value, Figure)
    assert value.wide
    assert {cause.name for cause in value.causes} == {"cash"}


def test_bounds_of_one_world_are_bounds_over_all_by_its_weight() -> None:
    rules = """rules main "Main"
input cash "Cash" : money per year
input margin "Margin" : percent between 0% and 50%
metric target = cash * (1 + margin)
metric over_all = expected(target)
pillar p "?"
bull b on p when over_all > 0
scenario slump "Slump" probability 20% assume margin = unknown
scenario boom "Boom" probability 30% assume cash = 200m USD
"""
    value = read(ran(facts(), rules=rules).evaluation, "over_all")
    assert isinstance(value, Figure)
    sure = 0.5 * 110e6 + 0.3 * 220e6
    assert (value.low, value.high) == pytest.approx((sure + 0.2 * 100e6, sure + 0.2 * 150e6))
    assert {cause.name for cause in value.causes} == {"margin"}


def test_probabilities_above_100_percent_have_no_mean() -> None:
    value = read(ran(facts(), ["first=70%"]).evaluation, "over_all")
    assert isinstance(value, Figure)
    assert not value.known
    assert {cause.reason for cause in value.causes} == {"the probabilities of the scenarios add up to 110%"}


def test_a_probability_that_is_unknown_leaves_all_between_the_lowest_and_the_highest() -> None:
    value = read(ran(facts(), ["first=unknown"]).evaluation, "over_all")
    assert isinstance(value, Figure)
    targets = [100e6 * 1.05 / 0.12, 100e6 * 0.7 / 0.08, 1e6 * 0.7 / 0.08, 100e6 * 1.4 / 0.12]
    assert (value.low, value.high) == pytest.approx((min(targets), max(targets)))


def test_a_world_in_which_it_means_nothing_makes_it_mean_nothing() -> None:
    rules = RULES.replace("margin = 2%", "margin = -60%")
    value = read(ran(facts(), rules=rules).evaluation, "over_all")
    assert isinstance(value, Figure)
    assert value.nm


def test_an_example_weighs_over_its_own_world() -> None:
    given_ = "cash = 100m USD, margin = 10%, growth = 0%, first = 0%"
    text = f'example "e" given {given_}\n  expect expected(growth) = 9% within 0.1pp, expected(cash) = 90.1m USD\n'
    rules = checked(RULES + text).program
    assert rules is not None
    (result,) = run_examples(rules, AS_OF)
    assert result.passed, result.output


WEIGHTS = st.lists(st.integers(0, 20), min_size=1, max_size=5)


@given(WEIGHTS, st.data())
def test_bounds_over_worlds_hold_every_point(weights: list[int], data: st.DataObject) -> None:
    shares = [Figure.exact(w / 100) for w in weights]
    shares.append(Figure.exact(1 - sum(w / 100 for w in weights)))
    ends = [sorted(data.draw(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)))) for _ in shares]
    points = [data.draw(st.floats(low, high)) for low, high in ends]
    whole = expected([Figure(a, b, because("bounded")) if a < b else Figure.exact(a) for a, b in ends], shares)
    mean = sum(w.low * x for w, x in zip(shares, points, strict=True))
    assert whole.low - 1e-3 <= mean <= whole.high + 1e-3


def test_it_has_no_past() -> None:
    found = check_file(SourceFile("main.thesis", RULES + "metric before = lag(expected(target), 1)\n"), Library(()))
    assert "T066" in {d.code for d in found.errors}
