"""Where marks stand: the side of a strip on which a check holds, the ends of what is open, the parts of a bar."""

from __future__ import annotations

from itertools import pairwise

import pytest

from evaluator.render.charts import Scale, gauge, shares, strip, text_width
from evaluator.render.series import Step, steps
from evaluator.render.text import in_days
from evaluator.schema.parts import Check, Shown
from tests.support.memos import reported


def shown(low: float | None, high: float | None) -> Shown:
    return Shown(text="", known=low is not None or high is not None, unit="percent", low=low, high=high)


def check(operator: str, low: float | None, high: float | None) -> Check:
    """A figure compared with 10% on an axis from 0% to 20%."""
    scale = [low or 0.0, high or 0.2, 0.1, 0.0, 0.2]
    return Check(text="", holds="true", figure="growth", value=shown(low, high), period="", operator=operator, lasting="",
                 held=None, periods=None, threshold="10%", limit=shown(0.1, 0.1), margin=None, slack=None, scale=scale)  # fmt: skip


@pytest.mark.parametrize(
    ("operator", "zone"), [("<", (6.0, 84.0)), ("<=", (6.0, 84.0)), (">", (84.0, 162.0)), (">=", (84.0, 162.0)),
                           ("=", (84.0, 84.0))]
)  # fmt: skip
def test_the_zone_is_where_the_check_holds(operator: str, zone: tuple[float, float]) -> None:
    drawn = strip(check(operator, 0.05, 0.05))
    assert drawn is not None
    assert (drawn.zone, drawn.threshold, drawn.exact) == (zone, 84.0, True)
    assert drawn.low == drawn.high == 45.0


def test_an_open_end_runs_to_the_edge() -> None:
    up, down = strip(check(">", 0.15, None)), strip(check("<", None, 0.05))
    assert up is not None
    assert down is not None
    assert (up.low, up.high, up.open_left, up.open_right, up.exact) == (123.0, 162.0, False, True, False)
    assert (down.low, down.high, down.open_left, down.open_right, down.exact) == (6.0, 45.0, True, False, False)


def test_nothing_is_drawn_of_what_is_not_known() -> None:
    assert strip(check(">", None, None)) is None


def test_a_place_never_leaves_its_scale() -> None:
    x = Scale(0.0, 1.0, 10.0, 110.0)
    assert [x(value) for value in (-5.0, 0.0, 0.25, 1.0, 7.0)] == [10.0, 10.0, 35.0, 110.0, 110.0]


def test_a_score_that_is_unknown_takes_the_whole_axis() -> None:
    drawn = gauge(shown(None, 0.5))
    assert (drawn.low, drawn.high, drawn.exact) == (22.0, 244.0, False)


def test_the_parts_of_a_bar_stand_one_behind_the_other() -> None:
    drawn = shares({"reported": 0.75, "estimate": 0.25}, width=200)
    assert drawn == [("reported", 0.0, 148.5), ("estimate", 150.0, 48.5)]


def test_days_in_words() -> None:
    said = {0: "today", 1: "in 1 day", 2: "in 2 days", -1: "1 day ago", -98: "98 days ago"}
    assert {days: in_days(days) for days in said} == said


def test_words_over_the_bars_of_a_long_forecast_do_not_meet() -> None:
    def path(count: int) -> list[Step]:
        shown = reported().forecasts[0]
        return steps(shown.model_copy(update={"path": [shown.path[-1]] * count}))

    for bars in (path(5), path(21)):
        for words in ([(s.at, s.label) for s in bars if s.label], [(s.at, s.foot) for s in bars if s.foot]):
            spans = [(at - text_width(text, 10.5) / 2, at + text_width(text, 10.5) / 2) for at, text in words]
            assert spans[0][0] >= 0
            assert spans[-1][1] <= 330
            assert all(one[1] <= other[0] + 4 for one, other in pairwise(spans))
    assert all(s.label and s.foot for s in path(5))
    assert 2 < sum(bool(s.label) for s in path(21)) < 21
