"""Paths: what is read of a forecast, against loops and fractions that know nothing of the program, and what spreadsheets give."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.lowering.settings import read_settings
from evaluator.engine.evaluate import evaluate_again
from evaluator.engine.evaluation import Evaluation, World
from evaluator.engine.functions.paths import at, npv, total
from evaluator.values.algebra import FIGURES
from evaluator.values.values import Figure, because
from tests.support.runs import company, evaluation, fact, number, ran

RULES = """\
input sales "Sales" : money per year
input margin "Margin" : percent per year
param growth = 10%
param wacc = 9%
forecast sales_ahead for 6 years starts sales then previous * (1 + growth)
forecast cash for 5 years starts sales_ahead * margin
  then if step > 3 then sales_ahead * margin * 2 else sales_ahead * margin - previous * 10%
forecast debt for 5 years starts sales then previous - cash
metric present = npv(cash, wacc)
metric all_of_it = total(cash)
metric third = at(cash, 3)
metric begin = at(cash, 0)
metric owed = at(debt, 5)
metric last = cash
"""
SHARES = st.integers(-90, 90).map(lambda n: f"{n}%")


def facts(sales: object = 1000, margin: object = "20%") -> str:
    return (
        "  sales:\n"
        + fact("FY2025", sales, "2026-02-01")
        + "  margin:\n"
        + (fact("FY2025", margin, "2026-02-01") if margin else "")
    )


def today(sales: object = 1000, margin: object = "20%") -> Evaluation:
    return evaluation(RULES, facts(sales, margin), currency="USD", ends="12-31")


def share(text: str) -> float:
    return float(text.rstrip("%")) / 100


def by_hand(sales: float, margin: float, growth: float, wacc: float) -> dict[str, float]:
    """The same as a loop that somebody would write."""
    ahead, cash, debt = [sales], [sales * margin], [sales]
    for _ in range(1, 7):
        ahead.append(ahead[-1] * (1 + growth))
    for step in range(1, 6):
        cash.append(ahead[step] * margin * 2 if step > 3 else ahead[step] * margin - cash[-1] * 0.1)
        debt.append(debt[-1] - cash[step])
    present = sum(Fraction(x) / (1 + Fraction(wacc)) ** n for n, x in enumerate(cash) if n)
    return {"present": float(present), "all_of_it": sum(cash[1:]), "third": cash[3], "begin": cash[0], "owed": debt[5],
            "last": cash[5]}  # fmt: skip


@settings(max_examples=30)
@given(st.integers(-(10**9), 10**9), SHARES, SHARES, SHARES)
def test_paths_that_read_each_other_are_a_loop(sales: int, margin: str, growth: str, wacc: str) -> None:
    base = today(sales, margin)
    found, problems = read_settings(base.program, [f"growth={growth}", f"wacc={wacc}"])
    assert not problems
    there = evaluate_again(base, base.program.downstream(found), World(found))
    for name, wanted in by_hand(sales, share(margin), share(growth), share(wacc)).items():
        got = number(there.of(name))
        assert got == pytest.approx(wanted, rel=1e-9, abs=1e-6), name


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=40), st.integers(-99, 900))
def test_npv_and_total_are_what_fractions_give(path: list[float], percent: int) -> None:
    rate = Fraction(percent, 100)
    figures = [Figure.exact(x) for x in path]
    wanted = sum((Fraction(x) / (1 + Fraction(float(rate))) ** n for n, x in enumerate(path) if n), Fraction(0))
    size = sum((abs(Fraction(x)) / (1 + Fraction(float(rate))) ** n for n, x in enumerate(path) if n), Fraction(0))
    found = npv(figures, Figure.exact(float(rate)))
    if found.wide:
        assert size > Fraction(10) ** 60  # too large to calculate with
    else:
        assert abs(number(found) - float(wanted)) <= 1e-8 * float(size)
    assert number(total(FIGURES, figures)) == pytest.approx(float(sum(map(Fraction, path[1:]))), abs=1e-8 * 1e12)
    assert at(FIGURES, figures, number=len(path) - 1) is figures[-1]


SPREADSHEET = [
    (0.10, [-10000, 3000, 4200, 6800], 1188.44),
    (0.08, [8000, 9200, 10000, 12000, 14500], 41922.06),
    (0.08, [8000, 9200, 10000, 12000, 14500, -9000], 36250.53),
]
"""The examples of Excel's page on NPV; of the second and third it shows 1,922.06 and −3,749.47, less the 40,000 paid first."""


@pytest.mark.parametrize(("rate", "flows", "wanted"), SPREADSHEET)
def test_npv_is_that_of_spreadsheets(rate: float, flows: list[float], wanted: float) -> None:
    found = npv([Figure.exact(1e9), *map(Figure.exact, flows)], Figure.exact(rate))
    assert number(found) == pytest.approx(wanted, abs=0.005)


BOUNDS = st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e5), st.floats(0, 1))


@given(st.lists(BOUNDS, min_size=2, max_size=8), st.floats(-0.9, 3), st.floats(0, 1), st.floats(0, 1))
def test_what_comes_of_bounds_holds_what_comes_of_every_point(
    path: list[tuple[float, float, float]], low: float, wide: float, where: float
) -> None:
    bounded = [Figure(a, a + b, because("bounded")) if b else Figure.exact(a) for a, b, _ in path]
    points = [Figure.exact(min(max(a + b * at, a), a + b)) for a, b, at in path]
    rate = Figure(low, low + wide, because("bounded")) if wide else Figure.exact(low)
    point = Figure.exact(min(low + wide * where, low + wide))
    for whole, one in ((npv(bounded, rate), npv(points, point)), (total(FIGURES, bounded), total(FIGURES, points))):
        slack = 1e-9 * max(1.0, abs(one.low))
        assert whole.low - slack <= one.low <= whole.high + slack


def test_a_rate_of_minus_100_percent_or_less_means_nothing() -> None:
    path = [Figure.exact(1.0), Figure.exact(2.0), Figure.exact(3.0)]
    for rate in (-1.0, -1.5, -20.0):
        assert npv(path, Figure.exact(rate)).nm
    may = npv(path, Figure(-1.2, 0.1, because("bounded")))
    assert may.wide
    assert may.undefined
    assert not may.nm
    unknown = npv(path, Figure.unknown(because("missing", "wacc")))
    assert unknown.wide
    assert {cause.name for cause in unknown.causes} == {"wacc"}


def test_what_is_missing_is_named() -> None:
    found = today(margin="")
    for name in ("present", "all_of_it", "third", "owed"):
        value = found.of(name)
        assert isinstance(value, Figure)
        assert value.wide
        assert {(cause.name, cause.period) for cause in value.causes} == {("margin", "FY2025")}, name


def test_an_amount_in_another_currency_is_converted_once() -> None:
    rules = RULES.replace("starts sales then previous - cash", "starts 100 EUR then previous * 1 + 10 EUR")
    more = "exchange_rates:\n  - {of: EUR, to: USD, date: 2026-01-01, value: 1.5, published: 2026-01-01, source: S}\n"
    text = f'rules main\n{rules}pillar o "?"\nbull t on o when 1 < 2\n'
    found = ran(text, company(facts(), "USD", "12-31", more)).evaluation
    assert number(found.of("owed")) == pytest.approx(150 + 5 * 15)
    assert number(found.of("debt")) == pytest.approx(225)


def test_a_world_that_changes_one_path_changes_what_reads_its_steps() -> None:
    """What is taken over from today's world is no value of one step for all of them."""
    base = today()
    found, _ = read_settings(base.program, ["wacc=20%"])
    there = evaluate_again(base, base.program.downstream(found), World(found))
    assert number(there.of("all_of_it")) == number(base.of("all_of_it"))
    found, _ = read_settings(base.program, ["margin=40%"])
    there = evaluate_again(base, base.program.downstream(found), World(found))
    assert number(there.of("all_of_it")) == pytest.approx(2 * number(base.of("all_of_it")))
    assert number(there.of("present")) == pytest.approx(2 * number(base.of("present")))
