"""A workbook never says another thing than the report: each formula comes to the report's figure, and what is changed in a
ledger moves its states and score as `--set` moves those of the report."""

from __future__ import annotations

import math

import pytest

from evaluator.ledger.build import compared, state_of
from evaluator.ledger.ledger import Ledger, Side
from evaluator.ledger.scoring import scores
from evaluator.ledger.trees import All, Any, At, Fn, Key, Logic, Neg, Not, Num, Op, Tree, holds, keys, worth
from evaluator.session import service
from tests.support.memos import kept, ran, reported

CASES = (
    ("alibaba", "BABA", "2026-05-14", "rules"),
    ("alibaba", "BABA", "2025-09-15", "rules"),
    ("coreweave", "CRWV", "2026-05-14", "rules"),
    ("bank", "TIDE", "2026-05-14", "rules/examples"),
)


def again(ledger: Ledger, changed: dict[str, float]) -> tuple[dict[str, float], dict[str, str]]:
    """The figures and the states of a ledger, calculated as a spreadsheet does, with some lines set by hand."""
    ends: dict[tuple[str, bool], float] = {}
    for line in ledger.lines:
        for high, end in ((False, line.low), (True, line.high)):
            if line.key in changed:
                ends[line.key, high] = changed[line.key]
            elif line.formula is not None:
                found = worth(line.formula, ends)
                assert found is not None, line
                ends[line.key, high] = found
            elif end is not None:
                ends[line.key, high] = end
    states = {}
    for scored in ledger.scored:
        tests = []
        for test in scored.tests:
            found = test.check.holds
            if test.operator and test.figure is not None and test.limit is not None:
                found = compared(test.operator, _at(test.figure, ends), _at(test.limit, ends)) or found
                found = {"true": "false", "false": "true"}.get(found, found) if test.opposite else found
            tests.append(found)
        state = state_of(scored.applies, scored.when, tests) if scored.when is not None else None
        states[scored.condition.name] = state or scored.condition.state
    return {key: end for (key, high), end in ends.items() if not high}, states


def _at(side: Side, ends: dict[tuple[str, bool], float]) -> Side:
    low = worth(side.low_formula, ends) if side.low_formula is not None else side.low
    high = worth(side.high_formula, ends) if side.high_formula is not None else side.high
    return Side(low, high, side.unit)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[2]}")
def test_every_formula_comes_to_the_report(case: tuple[str, str, str, str]) -> None:
    ledger, report = kept(*case), reported(*case)
    figures, states = again(ledger, {})
    assert states == {c.name: c.state for c in report.conditions}
    exact = [line for line in ledger.lines if line.exact]
    assert exact
    for line in exact:
        assert line.low is not None
        assert math.isclose(figures[line.key], line.low, rel_tol=1e-9), line
    said = {m.name: m.value for m in report.metrics}
    for line in ledger.lines:
        if line.group == "Metrics" and line.unit == said[line.name].unit:
            assert line.low == said[line.name].low
    assert {key for line in ledger.lines for key in keys(line.formula)} <= {line.key for line in ledger.lines}


def test_most_metrics_and_conditions_are_live() -> None:
    ledger = kept()
    metrics = [line for line in ledger.lines if line.group == "Metrics" and line.exact]
    live = [line.name for line in metrics if line.formula is not None]
    assert {"cloud_margin", "net_margin", "capex_intensity", "depreciation", "earnings_ahead", "hindsight"} <= set(live)
    assert {"cloud_growth", "free_cash"}.isdisjoint(live)  # a source's figure stands in place of their formulas
    how = {line.name: line.how for line in metrics}
    assert how["cloud_growth"] == "a source's figure, in place of yoy(cloud_revenue)"
    assert all(scored.when is not None for scored in ledger.scored)


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("strong_growth", 0.40, "strong_growth=40%"),
        ("net_income", 50e9, "net_income=50bn CNY"),
        ("useful_life", 2.0, "useful_life=2"),
        ("cloud_growth", 0.10, "cloud_growth=10%"),
        ("full_gpus", 0.97, "full_gpus=97%"),
    ],
)
def test_a_change_moves_it_as_a_setting_does(name: str, value: float, setting: str) -> None:
    run = ran()
    given = service.settings_for(run.program, (setting,))
    assert not isinstance(given, service.Failed)
    there = run.with_settings(given).evaluation
    figures, states = again(kept(), {name: value})
    assert states == {name: judged.state.value for name, judged in there.judged.items()}
    changed = kept()
    scored = tuple(
        type(s)(s.condition.model_copy(update={"state": states[s.condition.name]}), s.tests) for s in changed.scored
    )
    from evaluator.engine.verdicts import score

    wanted, found = score(there), scores(Ledger(changed.lines, scored))
    assert wanted is not None
    assert found is not None
    assert ("unknown" in states.values()) == (name == "full_gpus")  # between 95% and 100%, compared with 97%
    assert found.comes_to(wanted.low, wanted.high)
    for line in changed.lines:
        if line.formula is not None and line.group == "Metrics":
            value_there = there.read(there.values[line.name])
            assert math.isclose(figures[line.key], getattr(value_there, "low", math.nan), rel_tol=1e-9), line.name


@pytest.mark.parametrize(
    ("tree", "comes_to"),
    [
        (Op("-", Num(1.0), Key("a")), -1.0),
        (Neg(Op("^", Key("a"), Num(2.0))), -4.0),
        (Fn("SUM", (Key("a"), Key("b", True))), 5.0),
        (Fn("MAX", (Key("a"), Key("b"))), 2.0),
        (Op("/", Key("a"), Num(0.0)), None),
        (Key("c"), None),
        (Op("^", Neg(Key("a")), Num(0.5)), None),
        (Op("*", Num(1e200), Num(1e200)), None),
    ],
)
def test_what_a_formula_comes_to(tree: Tree, comes_to: float | None) -> None:
    ends = {("a", False): 2.0, ("a", True): 2.0, ("b", False): 1.0, ("b", True): 3.0}
    assert worth(tree, ends) == comes_to


@pytest.mark.parametrize(
    ("logic", "tests", "state"),
    [
        (All((At(0), At(1))), ["true", "unknown"], "unknown"),
        (All((At(0), At(1))), ["false", "unknown"], "false"),
        (Any((At(0), At(1))), ["true", "unknown"], "true"),
        (Any((At(0), Not(At(1)))), ["false", "true"], "false"),
        (All((At(0), At(1))), ["false", "not meaningful"], None),
    ],
)
def test_what_holds(logic: Logic, tests: list[str], state: str | None) -> None:
    assert holds(logic, tests) == state


@pytest.mark.parametrize(
    ("operator", "one", "other", "state"),
    [
        (">=", (0.3, 0.3), (0.1 + 0.2, 0.1 + 0.2), "true"),
        (">", (0.1 + 0.2, 0.1 + 0.2), (0.3, 0.3), "false"),
        (">=", (1.0, None), (1.0, 1.0), "true"),
        (">", (1.0, None), (1.0, 1.0), "unknown"),
        ("<", (1.0, None), (1.0, 1.0), "false"),
        ("<=", (0.95, 1.0), (0.97, 0.97), "unknown"),
        ("=", (1.0, 1.0), (1.0, 1.0), None),
    ],
)
def test_a_comparison_of_bounds(
    operator: str, one: tuple[float, float | None], other: tuple[float, float | None], state: str | None
) -> None:
    assert compared(operator, Side(*one, "number"), Side(*other, "number")) == state
