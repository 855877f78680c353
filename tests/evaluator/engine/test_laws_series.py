"""Interval soundness over time: lag, change, ttm, yoy, streak, windows, `for N quarters`, in whole rule files.

`latest`, `first_known` and `is known` are left out: they ask what is known, and so change with it by design.
"""

from __future__ import annotations

import datetime as dt
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock, View
from evaluator.values.series import Series
from evaluator.values.values import Figure, Truth
from tests.support.interval_trees import bounds_with_points
from tests.support.runs import checked

QUARTERLY = """
lag(a, 1) - b
change(a)
change(a * b, 4)
yoy(a)
qoq(a + b)
cagr(a, 1)
cagr(abs(a), 2)
ttm(m) / ttm(n)
ttm(m - n) / lag(ttm(m), 4)
change(ttm(m), 4) / ttm(n)
annualised(m) / ttm(n)
average(a, 4 quarters) - average(b, 2 quarters)
median(a, 4 quarters)
median(a, 3 quarters) + median(a, b, 1)
sum(a, 4 quarters) / 4
max(a, 3 quarters) - min(a, 3 quarters)
high(a, 4 quarters) / low(b, 4 quarters)
drawdown(a, 4 quarters)
trend(a, 4 quarters)
trend(a / b, 3 quarters)
stdev(a, 4 quarters)
percentile(a, 4 quarters)
percentile(a / b, 3 quarters)
stdev(a / b, 2 quarters) - stdev(b, 3 quarters)
volatility(a, 4 quarters)
streak(a > b)
streak(yoy(a) > 20%) + streak(a > 0)
count(a > 0, b > 0, a > b)
a / b + b / a
sqrt(a * a + b * b)
max(yoy(a), 0%)
abs(a / b)
exp(min(a, 5)) - ln(max(b, 1))
round(a / 3) + floor(b) - ceil(a)
(1 + qoq(a)) ^ 4 - 1
a ^ 2 - b ^ 3
""".strip().splitlines()

TRUTHS = """
a > 0 for 3 quarters
yoy(a) > 20% for 2 quarters
not (a > b) for 2 quarters
a > b and lag(b, 1) < 3 or change(a) >= 1
ttm(m) >= 100 CNY and qoq(a) < 50%
streak(a > 0) >= 3
drawdown(a, 4 quarters) > 10%
average(a, 4 quarters) between 0 and 5
any(a > 1, b > 1) and not all(a > 1, b > 1)
count(a > 0 for 2 quarters, b > 0, a > b) >= 2
0 < a < b
max(a / b, 0) >= 0
abs(yoy(a)) >= 0%
""".strip().splitlines()

DAILY = """
high(d, 10 days) - low(d, 10 days)
drawdown(d, 10 days)
average(d, 2 weeks)
median(d, 7 days)
volatility(d, 10 days)
trend(d, 10 days)
stdev(d, 10 days)
percentile(d, 10 days)
streak(d > 1)
d / high(d, 5 days)
""".strip().splitlines()

DAILY_TRUTHS = ["d > 1 for 5 days", "d < high(d, 10 days)", "streak(d > 0) >= 4"]


def rules() -> str:
    text = "rules main\n" + "".join(f"input {n} : number per quarter\n" for n in "ab")
    text += "".join(f"input {n} : money per quarter in CNY\n" for n in "mn") + "input d : number per day\n"
    text += "".join(f"metric f{i} = {e}\n" for i, e in enumerate([*QUARTERLY, *DAILY]))
    text += 'pillar p "?"\n'
    return text + "".join(f"bull c{i} on p when {e}\n" for i, e in enumerate([*TRUTHS, *DAILY_TRUTHS]))


LAST = 2026 * 4
DAY = dt.date(2026, 5, 14).toordinal()


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, Series], list[dict[str, Series]]]:
    """Series of bounded figures, and two histories of exact figures inside them."""
    wide: dict[str, Series] = {}
    inside: list[dict[str, Series]] = [{}, {}]
    periods: dict[str, tuple[Frequency, list[int]]] = {
        n: (Frequency.QUARTER, list(range(LAST - draw(st.integers(1, 9)), LAST + 1))) for n in "abmn"
    }
    days = [o for o in range(DAY - draw(st.integers(3, 21)), DAY + 1) if dt.date.fromordinal(o).weekday() < 5]
    periods["d"] = (Frequency.DAY, days)
    calm = draw(st.booleans())  # half of the histories are mostly exact and positive, so that results are known
    positive = st.integers(1, 9).map(lambda n: (Figure.exact(float(n)), (float(n),) * 3))
    for name, (frequency, ordinals) in periods.items():
        drawn = {o: draw(st.one_of(positive, positive, bounds_with_points()) if calm else bounds_with_points()) for o in
                 ordinals}  # fmt: skip
        wide[name] = Series(frequency, {o: f for o, (f, _) in drawn.items()})
        for at, world in enumerate(inside):
            world[name] = Series(frequency, {o: Figure.exact(xs[at]) for o, (_, xs) in drawn.items()})
    return wide, inside


def evaluated(values: dict[str, Series]) -> Evaluation:
    program = checked(rules()).program
    assert program is not None
    clock = Clock(dt.date(2026, 5, 14), Calendar(), {Frequency.QUARTER: LAST})
    view = View(clock, "CNY", (), dict(values), frozenset(), (), (), {}, ())
    return evaluate(program, program.order, view)


def contains(wide: Figure, inside: Figure, name: str) -> None:
    for figure in (wide, inside):
        assert not math.isnan(figure.low), name
        assert not math.isnan(figure.high), name
        assert not (figure.is_exact and math.isinf(figure.low)), name
        assert figure.known or figure.causes, name
    if any("too large" in c.reason for c in inside.causes):
        return
    assert wide.undefined or not inside.undefined, name
    if inside.nm:
        return
    assert not wide.nm, name
    assert wide.low <= inside.low, name
    assert inside.high <= wide.high, name


@settings(max_examples=30)
@given(histories())
def test_no_figure_of_a_history_lies_outside_the_bounds(history: tuple[dict[str, Series], list[dict[str, Series]]]) -> None:  # fmt: skip
    before = evaluated(history[0])
    for after in map(evaluated, history[1]):
        for name in before.program.metrics:
            wide, inside = before.values[name], after.values[name]
            assert isinstance(wide, Series)
            assert isinstance(inside, Series)
            assert set(wide.points) == set(inside.points)
            for ordinal, point in wide.points.items():
                other = inside.points[ordinal]
                assert isinstance(point, Figure)
                assert isinstance(other, Figure)
                contains(point, other, f"{before.program.metrics[name].value.text} at {ordinal}")


@settings(max_examples=30)
@given(histories())
def test_no_decided_condition_of_a_history_turns(history: tuple[dict[str, Series], list[dict[str, Series]]]) -> None:
    before = evaluated(history[0])
    for after in map(evaluated, history[1]):
        for name, condition in before.program.conditions.items():
            now, then = (e.of(name) for e in (before, after))
            assert isinstance(now, Truth)
            assert isinstance(then, Truth)
            assert now.known or now.causes
            if not any("too large" in c.reason for c in then.causes):
                assert then.possible & now.possible is then.possible, condition.when.text
