"""A percentile: what pandas gives of exact figures; of bounds every completion lies within, each end is reached, and
learning more never widens; what means nothing is left out."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.engine.functions.windows import percentile
from evaluator.report.metrics import metric_results
from evaluator.report.tree import explain
from evaluator.values.values import Figure, because
from tests.support.runs import company, evaluation, number, quarters, ran, read

AS_OF = dt.date(2026, 5, 14)
WHY = because("known roughly", "x")
NONE = because("it is a loss", "x")
NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
Ends = tuple[float, float]


@st.composite
def pairs(draw: st.DrawFn) -> Ends:
    one, other = draw(NUMBERS), draw(NUMBERS)
    return (one, one) if draw(st.booleans()) else (min(one, other), max(one, other))


def figure(ends: Ends | None, undefined: bool = False) -> Figure:
    if ends is None:
        return Figure.meaningless(NONE)
    low, high = ends
    return Figure(low, high, WHY if low != high or undefined else frozenset(), undefined=undefined)


def mean_rank(figures: list[float]) -> float:
    """`Series.rank(pct=True)` of pandas, by its definition: the mean of the places at which the last one could stand in order
    of size, as a share of all places."""
    places = [place for place, x in enumerate(sorted(figures), 1) if x == figures[-1]]
    return statistics.fmean(places) / len(figures)


@given(st.lists(NUMBERS, min_size=2, max_size=12))
def test_of_exact_figures_it_is_the_mean_rank(figures: list[float]) -> None:
    found = percentile([Figure.exact(x) for x in figures])
    assert found.is_exact
    assert found.low == pytest.approx(mean_rank(figures), abs=1e-15)


def test_it_is_the_rank_of_pandas_itself() -> None:
    """Where pandas is installed."""
    pd = pytest.importorskip("pandas")
    for figures in ([3.0, 1.0, 2.0], [2.0, 2.0, 2.0], [1.0, 2.0, 2.0, 5.0, 2.0], [4.0, 3.0], [0.0, -0.0]):
        expected = float(pd.Series(figures).rank(pct=True).iloc[-1])
        assert percentile([Figure.exact(x) for x in figures]).low == pytest.approx(expected)


@given(st.lists(pairs(), min_size=2, max_size=5))
def test_each_end_is_that_of_some_completion_and_no_other_lies_outside(ends: list[Ends]) -> None:
    found = percentile([figure(each) for each in ends])
    corners = [mean_rank(list(corner)) for corner in product(*ends)]
    middles = [mean_rank([(a + b) / 2 for a, b in ends])]
    assert found.low == pytest.approx(min(corners))
    assert found.high == pytest.approx(max(corners))
    assert all(found.low - 1e-12 <= x <= found.high + 1e-12 for x in middles)
    assert found.is_exact or found.causes


@given(st.lists(st.tuples(pairs(), st.sampled_from(["number", "nm", "maybe"])), min_size=1, max_size=5), pairs())
def test_what_may_mean_nothing_is_left_out_or_not(others: list[tuple[Ends, str]], now: Ends) -> None:
    found = percentile([*(figure(None if k == "nm" else e, k == "maybe") for e, k in others), figure(now)])
    ways: list[float] = []
    ways_of_none = 0
    for kept in product(*([True] if k == "number" else [False] if k == "nm" else [True, False] for _, k in others)):
        left = [e for (e, _), keep in zip(others, kept, strict=True) if keep]
        if not left:
            ways_of_none += 1
            continue
        ways += [mean_rank(list(corner)) for corner in product(*left, now)]
    assert found.nm == (not ways)
    assert found.undefined == bool(ways_of_none)
    if ways:
        assert (found.low, found.high) == (pytest.approx(min(ways)), pytest.approx(max(ways)))


@given(st.lists(pairs(), min_size=2, max_size=6), st.data())
def test_learning_more_never_widens(ends: list[Ends], data: st.DataObject) -> None:
    inner = []
    for low, high in ends:
        one, other = data.draw(st.floats(low, high)), data.draw(st.floats(low, high))
        inner.append((min(one, other), max(one, other)))
    wide, narrow = percentile([figure(e) for e in ends]), percentile([figure(e) for e in inner])
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high
    assert narrow.known or not wide.known


def test_unknown_figures_leave_what_is_possible() -> None:
    """Of four one is unknown: the last is above two, so it is third or fourth of four."""
    found = percentile([Figure.exact(1.0), Figure.unknown(WHY), Figure.exact(2.0), Figure.exact(3.0)])
    assert (found.low, found.high, found.known, found.causes) == (0.75, 1.0, True, WHY)
    nothing = percentile([Figure.exact(1.0), Figure.unknown(WHY)])
    assert (nothing.low, nothing.high, nothing.known) == (0.5, 1.0, False)
    assert not percentile([Figure.unknown(WHY), Figure.exact(1.0)]).known
    half_open = percentile([Figure(2.0, math.inf, WHY), Figure.exact(1.0)])
    assert half_open == Figure.exact(0.5)


def test_of_fewer_than_two_there_is_none() -> None:
    for figures in ([Figure.exact(2.0)], [Figure.meaningless(NONE), Figure.exact(2.0)]):
        assert percentile(figures).nm
        assert "at least 2 figures" in next(iter(percentile(figures).causes)).reason
    assert percentile([Figure.exact(2.0), Figure.meaningless(NONE)]) == Figure.meaningless(NONE)


def test_a_loss_in_the_window_is_left_out() -> None:
    """The P/E of a quarter with a loss means nothing: the multiple stands among the other three."""
    rules = (
        "input e : money per quarter\ninput c : money per quarter\n"
        "metric pe : multiple = c / e\n  meaningful when e > 0\nmetric m = percentile(pe, 4 quarters)\n"
    )
    facts = quarters("e", ["1m", "-2m", "2m", "1m"]) + quarters("c", ["10m", "10m", "10m", "9m"])
    assert number(read(evaluation(rules, facts), "m")) == pytest.approx(2 / 3)


def test_what_is_left_out_is_said() -> None:
    rules = (
        "rules main\ninput e : money per quarter\ninput c : money per quarter\n"
        "metric pe : multiple = c / e\n  meaningful when e > 0\nmetric rank = percentile(pe, 4 quarters)\n"
        'pillar o "?"\nbull high on o when percentile(pe, 4 quarters) > 50%\n'
    )
    says = "percentile(pe, 4 quarters): of 3 of 4 figures, the others are not meaningful"
    for earnings, said in ((["1m", "-2m", "2m", "1m"], [says]), (["1m", "2m", "2m", "1m"], [])):
        facts = quarters("e", earnings) + quarters("c", ["10m", "10m", "10m", "9m"])
        found = ran(rules, company(facts), AS_OF).evaluation
        rank = {m.name: m for m in metric_results(found)}["rank"]
        assert rank.left_out == said
        assert explain(found, "high").written.splitlines()[1:] == said
