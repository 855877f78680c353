"""Windows that move over a long series give what each window gives alone: the same ends, causes, facts and marks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsl.program.calls import Asked
from dsl.program.program import Const
from dsl.text.source import SourceFile
from dsl.types.lengths import Duration
from dsl.types.units import Frequency, Kind, Type
from evaluator.engine.functions import shapes, spans
from evaluator.engine.functions.registry import reducer, sliding
from evaluator.engine.functions.sliding import Moving, _root, all_hold, joined
from evaluator.engine.functions.spans import Missing, held, rolling
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock
from evaluator.values import bounds as v
from evaluator.values.points import Points
from evaluator.values.series import Series
from evaluator.values.values import Figure, May, Single, Truth, because

NAMES = ("average", "drawdown", "high", "low", "median", "percentile", "stdev", "sum", "trend", "volatility")
assert shapes.MODULES

_numbers = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 1e-300, 1e200, -1e200, 1.7e308, -1.7e308, 5e-324]),
    st.floats(-1e6, 1e6), st.integers(50, 150).map(lambda n: n / 10), st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@st.composite
def figures(draw: st.DrawFn, number: int) -> Figure:
    """A figure that rests on the fact of its number; its causes, if any, say it too."""
    facts, causes = frozenset({number}), because(f"cause {draw(st.integers(0, 2))}", f"n{number}")
    a, b = sorted((draw(_numbers), draw(_numbers)))
    kind = draw(st.sampled_from(("exact",) * 8 + ("bounded", "open", "unknown", "nm", "undefined", "assumed")))
    match kind:
        case "exact":
            return Figure.exact(a, facts)
        case "bounded":
            return Figure(a, b, causes, facts)
        case "open":
            return draw(st.sampled_from([Figure(a, math.inf, causes, facts), Figure(-math.inf, b, causes, facts)]))
        case "unknown":
            return Figure.unknown(causes, draw(st.sampled_from([facts, frozenset()])), draw(st.booleans()))
        case "nm":
            return Figure.meaningless(causes, facts)
        case "undefined":
            return Figure(a, b, causes, facts, undefined=True)
        case _:
            return Figure(a, b, causes, facts, assumed=True)


@st.composite
def windows(draw: st.DrawFn) -> Moving:
    """Figures, and windows over them that never move back."""
    size = draw(st.integers(1, 14))
    items = [draw(figures(n + 1)) for n in range(size)]
    firsts: list[int] = []
    for at in range(size):
        firsts.append(draw(st.integers(firsts[-1] if firsts else 0, at)))
    return Moving(items, firsts)


_ASKED = Asked(number=1, per_year=252, percent_places=0, options=0)


@pytest.mark.parametrize("name", NAMES)
@given(windows())
def test_all_windows_together_give_what_each_gives_alone(name: str, moving: Moving) -> None:
    slides = sliding(name)
    assert slides is not None
    together = list(slides.of(_ASKED)(moving))
    assert together == [reducer(name).of(_ASKED)(moving.window(at)) for at in range(len(moving.figures))]


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1), st.data())
def test_joining_keeps_the_order(items: list[str], data: st.DataObject) -> None:
    firsts = list[int]()
    for at in range(len(items)):
        firsts.append(data.draw(st.integers(firsts[-1] if firsts else 0, at)))
    expected = ["".join(items[first : at + 1]) for at, first in enumerate(firsts)]
    assert list(joined(items, firsts, lambda a, b: a + b)) == expected


@st.composite
def truths(draw: st.DrawFn, number: int) -> Truth:
    """A truth of any kind; what is not decided has a cause."""
    possible = draw(st.sampled_from([May.TRUE, May.TRUE, May.FALSE, May.NM, May.OPEN, May.ANY, May(3), May(6)]))
    causes = frozenset() if possible in (May.TRUE, May.FALSE) else because("open", f"n{number}")
    return Truth(possible, causes, frozenset({number}))


@given(st.data())
def test_whether_all_hold_is_the_conjunction_of_each_window(data: st.DataObject) -> None:
    items = [data.draw(truths(n + 1)) for n in range(data.draw(st.integers(1, 14)))]
    firsts = list[int]()
    for at in range(len(items)):
        firsts.append(data.draw(st.integers(firsts[-1] if firsts else 0, at)))
    gaps = [data.draw(st.sampled_from([None, Truth.of(None, because("before the series"))])) for _ in items]
    alone = [v.conjunction([*items[f : at + 1], *filter(None, [gaps[at]])]) for at, f in enumerate(firsts)]
    assert list(all_hold(items, firsts, gaps.__getitem__)) == alone


# --- of series, with days that are missing, and windows that begin before them ------------------------------------

_CLOCK = Clock(dt.date(2026, 5, 14), Calendar(), {})
_PAST = Missing(Const(SourceFile("t", "").span(0, 0), Type(Kind.NUMBER), 1.0), _CLOCK, None, "it")


@st.composite
def long_series(draw: st.DrawFn, of: str) -> Series:
    """A daily or weekly series of more points than are looked at one by one."""
    frequency = draw(st.sampled_from([Frequency.DAY, Frequency.WEEK]))
    start = dt.date(2026, 1, 30).toordinal() if frequency is Frequency.DAY else 105_000
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 3, 9]), min_size=spans._SINGLY, max_size=spans._TAIL + 20))
    points: dict[int, Single] = {}
    for number, step in enumerate(steps, 1):
        start += step
        points[start] = draw(figures(number) if of == "figures" else truths(number))
    return Series(frequency, points)


_SPANS = st.builds(Duration, st.integers(1, 40), st.sampled_from([Frequency.DAY, Frequency.WEEK, Frequency.MONTH]))


def _one_by_one(series: Series) -> Sequence[Single]:
    """Each point, of which only the last few are ever asked of one series."""
    return list(series.points.values())


@given(long_series("figures"), _SPANS, st.sampled_from(NAMES))
@example(Series(Frequency.DAY, {}), Duration(3, Frequency.DAY), "sum")
def test_a_series_is_the_same_whether_points_are_asked_for_alone_or_all(
    series: Series, span: Duration, name: str
) -> None:
    span = span if series.frequency is Frequency.DAY else Duration(span.count, Frequency.WEEK)
    slides, reduce = sliding(name), reducer(name).of(_ASKED)
    assert slides is not None
    together = rolling(series, span, _PAST, reduce, slides.of(_ASKED))
    alone = rolling(series, span, _PAST, reduce)
    assert isinstance(together.points, Points | dict)
    newest_first = rolling(series, span, _PAST, reduce, slides.of(_ASKED))
    asked = list(series.points)[::-1]
    assert [newest_first.points[o] for o in asked] == [alone.points[o] for o in asked]
    assert _one_by_one(together) == _one_by_one(alone)
    assert together == alone


@given(long_series("truths"), _SPANS)
def test_for_is_the_same_whether_points_are_asked_for_alone_or_all(series: Series, span: Duration) -> None:
    span = span if series.frequency is Frequency.DAY else Duration(span.count, Frequency.WEEK)
    together = list(held(series, span, _PAST).points.values())
    newest_first = held(series, span, _PAST).points
    assert [newest_first[o] for o in list(series.points)[::-1]] == together[::-1]
    assert together == [held(series, span, _PAST).points[o] for o in series.points]


def test_a_root_just_above_the_middle_of_two_floats_is_rounded_up() -> None:
    middle = 2**53 + 1
    assert _root(middle**2 + 1, 1) == float(2**53 + 2)
    assert _root(middle**2, 1) == float(2**53)
