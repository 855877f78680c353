"""Where marks stand: the side of a strip on which a check holds, the ends of what is open, the parts of a bar."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.render.charts import Scale, gauge, shares, strip, text_width
from evaluator.render.series import Path, path, plot
from evaluator.render.text import in_days
from evaluator.schema.parts import Check, Shown
from evaluator.schema.report import SeriesResult
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
    def drawn(count: int) -> Path:
        shown = reported().forecasts[0]
        return path(shown.model_copy(update={"path": [shown.path[-1]] * count}))

    for bars in (drawn(5).steps, drawn(21).steps):
        for words in ([(s.at, s.label) for s in bars if s.label], [(s.at, s.foot) for s in bars if s.foot]):
            spans = [(at - text_width(text, 10.5) / 2, at + text_width(text, 10.5) / 2) for at, text in words]
            assert spans[0][0] >= 0
            assert spans[-1][1] <= 330
            assert all(one[1] <= other[0] + 4 for one, other in pairwise(spans))
    assert all(s.label and s.foot for s in drawn(5).steps)
    assert 2 < sum(bool(s.label) for s in drawn(21).steps) < 21


def ahead(*ends: tuple[float | None, float | None]) -> Path:
    shown = reported().forecasts[0]
    steps = [shown.path[0].model_copy(update={"low": low, "high": high}) for low, high in ends]
    return path(shown.model_copy(update={"path": steps}))


def test_a_forecast_below_zero_hangs_from_zero() -> None:
    made = ahead((-40.0, -40.0), (0.0, 0.0), (20.0, 20.0))
    loss, none, gain = made.steps
    assert loss.bar[0] == none.bar[0] == none.bar[1] == gain.bar[1] == made.zero
    assert loss.bar[1] - loss.bar[0] == pytest.approx(2 * (gain.bar[1] - gain.bar[0]), abs=0.3)
    assert loss.label_at > loss.bar[1] > made.zero > gain.bar[0] > gain.label_at
    assert made.fan == ""


def test_a_forecast_within_bounds_is_a_fan() -> None:
    made = ahead((10.0, 10.0), (8.0, 14.0), (5.0, 20.0))
    assert len(made.fan.split()) == 6
    assert len(made.line.split()) == 3
    spans = [step.span[1] - step.span[0] for step in made.steps]
    assert spans == sorted(spans)
    assert ahead((10.0, 10.0), (8.0, None)).fan == ""  # no field can be drawn to an end that nobody knows


def series_of(*values: float, limit: float | None = None) -> SeriesResult:
    shown = next(s for s in reported().series if len(s.points) > 4 and s.threshold is not None)
    known = next(p for p in shown.points if p.value.known)
    points = [
        known.model_copy(
            update={"value": known.value.model_copy(update={"low": v, "high": v, "text": f"{v:.4g}bn CNY"})}
        )
        for v in values
    ]
    threshold = shown.threshold.model_copy(update={"low": limit, "high": limit}) if limit is not None else None
    return shown.model_copy(update={"points": points, "threshold": threshold})


@given(st.lists(st.floats(-1000, 1000), min_size=2, max_size=24), st.none() | st.floats(-1000, 1000))
def test_the_label_of_the_first_figure_lies_on_no_line(values: list[float], limit: float | None) -> None:
    made = plot(series_of(*values, limit=limit))
    assert made is not None
    first = made.first
    if first is None:
        return
    right, top, bottom = first.x + text_width(first.text, 11), first.y - 8, first.y + 1
    assert top >= 0
    assert bottom <= made.height - 20
    assert right <= made.width
    if made.threshold is not None:
        assert not top < made.threshold < bottom
    for one, other in pairwise(made.dots):
        for part in range(21):
            x, y = (a + (b - a) * part / 20 for a, b in ((one.x, other.x), (one.y, other.y)))
            assert not (first.x < x < right and top < y < bottom)


def test_the_label_of_the_first_figure_stands_where_it_can() -> None:
    for values in ((1.0, 5.0, 9.0), (9.0, 5.0, 1.0), (5.0, 5.0, 5.0), (1.0, 9.0, 1.0, 9.0)):
        made = plot(series_of(*values))
        assert made is not None
        assert made.first is not None
