"""Every built-in function on figures that were worked out by hand, on gaps, short history and bounds."""

from __future__ import annotations

import math
import statistics

import pytest

from dsl.types.functions import FUNCTIONS
from evaluator.engine.functions.registry import registered
from evaluator.engine.functions.shapes import MODULES
from evaluator.values.values import Figure, Truth
from tests.support.runs import evaluation, fact, number, quarters, read

R = 'input r "R" : money per quarter\n'
UP = [float(n) for n in (100, 104, 110, 120, 125, 130, 132, 150)]
UP_FACTS = quarters("r", [f"{n:g}m" for n in UP])
P = 'input price "P" : money per day\n'


def prices(values: dict[str, object]) -> str:
    return "  price:\n" + "".join(fact(day, f"{value} CNY", day) for day, value in values.items())


def test_every_function_is_declared_and_defined() -> None:
    assert set(FUNCTIONS) == registered()
    assert MODULES


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_gives_what_it_says(name: str) -> None:
    text, equals, result = FUNCTIONS[name].example.partition(" = ")
    if not equals:
        return  # a series: worked out below
    assert number(read(evaluation(f"metric m = {text}\n"), "m")) == pytest.approx(float(result))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("yoy(r)", 150 / 120 - 1),
        ("qoq(r)", 150 / 132 - 1),
        ("lag(r, 4) / 1m CNY", 120),
        ("change(r) / 1m CNY", 18),
        ("change(r, 4) / 1m CNY", 30),
        ("cagr(r, 1)", 150 / 120 - 1),
        ("ttm(r) / 1m CNY", 125 + 130 + 132 + 150),
        ("annualised(r) / 1m CNY", 600),
        ("latest(r) / 1m CNY", 150),
        ("high(r, 4 quarters) / 1m CNY", 150),
        ("low(r, 1 year) / 1m CNY", 125),
        ("average(r, 4 quarters) / 1m CNY", (125 + 130 + 132 + 150) / 4),
        ("median(r, 4 quarters) / 1m CNY", 131),
        ("sum(r, 2 quarters) / 1m CNY", 282),
        ("max(r, 8 quarters) / 1m CNY", 150),
        ("min(r, 8 quarters) / 1m CNY", 100),
        ("drawdown(r, 4 quarters)", 0),
        ("trend(r, 3 quarters) / 1m CNY", (150 - 130) / 2),
        ("stdev(r, 2 quarters) / 1m CNY", 18 / math.sqrt(2)),
        ("stdev(r, 4 quarters) / 1m CNY", math.sqrt((9.25**2 + 4.25**2 + 2.25**2 + 15.75**2) / 3)),
        ("percentile(r, 8 quarters)", 1),
        ("percentile(-r, 4 quarters)", 0.25),
        ("percentile(min(r, 130m CNY), 4 quarters)", (1 + 1 + 0.5 + 0.5) / 4),
        ("streak(r > 121m CNY)", 4),
        (
            "volatility(r, 4 quarters)",
            statistics.stdev([math.log(b / a) for a, b in [(125, 130), (130, 132), (132, 150)]]) * 2,
        ),
        ("count(r > 149m CNY, r > 151m CNY)", 1),
        ("ttm(lag(r, 4)) / 1m CNY", 434),
    ],
)
def test_over_quarters(call: str, expected: float) -> None:
    assert number(read(evaluation(f"{R}metric m = {call}\n", UP_FACTS), "m")) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        "yoy(r)",
        "lag(r, 8)",
        "change(r, 9)",
        "cagr(r, 3)",
        "ttm(r)",
        "average(r, 4 quarters)",
        "trend(r, 4 quarters)",
        "high(r, 9 quarters)",
    ],
)
def test_a_gap_or_a_short_history_is_unknown_with_its_period(call: str) -> None:
    facts = quarters("r", ["100m", "104m", "110m", None, "125m", "130m", None, "150m"])
    found = evaluation(f"{R}metric m = {call}\n", facts)
    value = read(found, "m")
    assert not value.known
    assert all(c.name == "r" and c.period.startswith(("quarter to", "FY")) for c in value.causes)
    assert value.causes


def test_growth_from_nothing_or_less_means_nothing() -> None:
    for base in ("0", "-5m", "between -1m and 5m"):
        value = read(evaluation(f"{R}metric m = qoq(r)\n", quarters("r", [base, "10m"])), "m")
        assert isinstance(value, Figure)
        assert value.undefined


def test_growth_carries_bounds() -> None:
    value = read(evaluation(f"{R}metric m = qoq(r)\n", quarters("r", ["between 100m and 200m", "300m"])), "m")
    assert isinstance(value, Figure)
    assert (value.low, value.high) == (0.5, 2.0)


def test_a_reported_year_wins_over_the_sum_of_its_quarters() -> None:
    rules = f"{R}metric m = ttm(r) / 1m CNY\n"
    whole = quarters("r", ["125m", "130m", "132m", "150m"])
    assert number(read(evaluation(rules, whole), "m")) == 537
    reported = whole + fact("FY2026", "540m", "2026-05-01")
    assert number(read(evaluation(rules, reported), "m")) == 540
    alone = "  r:\n" + fact("FY2026", "540m", "2026-05-01")
    assert number(read(evaluation(rules, alone), "m")) == 540
    trailing = "  r:\n" + fact("TTM 2025-12-31", "500m", "2026-02-01") + fact("2026-03-31", "9m", "2026-05-01")
    assert not read(evaluation(rules, trailing), "m").known


def test_halves_and_nine_months_are_no_quarters() -> None:
    facts = "  r:\n" + fact("9M FY2026", "400m", "2026-02-01") + fact("2026-03-31", "150m", "2026-05-01")
    found = evaluation(f"{R}metric m = qoq(r)\n", facts)
    assert number(read(found, "r")) == 150e6
    assert not read(found, "m").known


def test_streak_says_at_least_where_the_series_begins_with_it() -> None:
    value = read(evaluation(f"{R}metric m = streak(r > 50m CNY)\n", UP_FACTS), "m")
    assert isinstance(value, Figure)
    assert (value.low, value.high) == (8, math.inf)


def test_windows_of_days_pass_over_weekends() -> None:
    """Mon 4 to Thu 14 May 2026 without the weekend: 10 days back from the 14th begin on the 5th."""
    days = {
        f"2026-05-{d:02d}": v
        for d, v in ((4, 200), (5, 100), (6, 120), (7, 110), (8, 90), (11, 95), (12, 99), (13, 100), (14, 96))
    }
    rules = (
        P
        + "metric h = high(price, 10 days) / 1 CNY\nmetric d = drawdown(price, 10 days)\nmetric l = low(price, 1 week) / 1 CNY\n"
    )
    found = evaluation(rules, prices(days))
    assert number(read(found, "h")) == 120
    assert number(read(found, "d")) == pytest.approx(1 - 96 / 120)
    assert number(read(found, "l")) == 90
    assert not read(evaluation(P + "metric h = high(price, 60 days)\n", prices(days)), "h").known


def test_a_year_ago_of_a_day_is_the_last_trading_day_before() -> None:
    rules = P + "metric g = yoy(price)\n"
    found = evaluation(rules, prices({"2025-05-12": 80, "2025-05-15": 999, "2026-05-14": 100}))
    assert number(read(found, "g")) == pytest.approx(0.25)


def test_what_is_set_is_the_same_in_every_period() -> None:
    expected = "g = 0%, t = 400, lag(r, 9) = 100m CNY, r > 50m CNY for 9 quarters, streak(r > 50m CNY) >= 20"
    rules = f'{R}metric g = yoy(r)\nmetric t = ttm(r) / 1m CNY\nexample "e" given r = 100m CNY expect {expected}\n'
    from evaluator.examples.running import run_examples

    results = run_examples(evaluation(rules).program, evaluation(rules).clock.as_of)
    assert results[0].passed, results[0].expectations


def test_truths_count_as_an_interval() -> None:
    rules = 'input a "A" : flag\ninput b "B" : flag\nmetric n = count(a, b, 1 < 2)\nmetric s = any(a, b)\nmetric e = all(a, b)\n'
    facts = "  a:\n" + fact("2026-01-01", "no", "2026-01-01", key="date")
    found = evaluation(rules, facts)
    value = read(found, "n")
    assert isinstance(value, Figure)
    assert (value.low, value.high) == (1, 2)
    assert read(found, "s") == Truth.of(None, read(found, "s").causes, read(found, "s").facts)
    assert read(found, "e").value is False  # type: ignore[union-attr]


def test_an_unknown_set_has_between_none_and_all_of_its_members() -> None:
    found = evaluation('input s "S" : set of (a, b, c)\nmetric n = count(s)\nkill k when count(s) > 3\n')
    value = read(found, "n")
    assert isinstance(value, Figure)
    assert (value.low, value.high) == (0, 3)
    assert read(found, "k").value is False  # type: ignore[union-attr]
