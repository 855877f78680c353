"""What the table says of results holds of every history: `exact` and `least`, for each function that looks back."""

from __future__ import annotations

import datetime as dt
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.types.functions import FUNCTIONS, Shape, Slot
from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock, View
from evaluator.values.series import Series
from evaluator.values.values import Figure, because
from tests.support.runs import checked

LOOKING = [
    n
    for n, f in FUNCTIONS.items()
    if f.shape not in (Shape.EACH, Shape.LOGIC, Shape.RUN, Shape.PATH, Shape.READ, Shape.WORLDS, Shape.SEGMENTS)
]
LAST = 8105
UNKNOWN = Figure.unknown(because("no figure is known", "q"))


def call(name: str, of: str, count: int) -> str:
    row = FUNCTIONS[name]
    window = f", {count} quarters" if row.shape in (Shape.WINDOW, Shape.REDUCE) else ""
    written = {Slot.PERIODS: f", {count}", Slot.YEARS: ", 1"}
    return f"{name}({of}{window}{''.join(written.get(slot, '') for slot in row.slots)})"


RULES = "rules main\ninput q : money per quarter\n" + "".join(
    f"metric {name}_{count} = {call(name, 'q', count)}\n" for name in LOOKING for count in (1, 2, 3, 5)
)
PROGRAM = checked(RULES).program
POINTS = st.one_of(st.integers(-3, 9).map(lambda n: Figure.exact(float(n))), st.just(UNKNOWN))
MOSTLY = st.one_of(st.integers(1, 9).map(lambda n: Figure.exact(float(n))), st.just(UNKNOWN))


@settings(max_examples=60)
@given(st.one_of(st.lists(POINTS, min_size=1, max_size=9), st.lists(MOSTLY, min_size=1, max_size=9)))
def test_of_figures_that_are_exact_or_missing(drawn: list[Figure]) -> None:
    assert PROGRAM is not None
    points = {LAST - back: figure for back, figure in enumerate(drawn)}
    clock = Clock(dt.date(2026, 5, 14), Calendar(), {Frequency.QUARTER: LAST})
    series = Series(Frequency.QUARTER, dict(points))
    view = View(clock, "CNY", (), {"q": series}, frozenset(), (), (), {}, ())
    found = evaluate(PROGRAM, PROGRAM.order, view)
    for name in LOOKING:
        row = FUNCTIONS[name]
        for count in (1, 2, 3, 5):
            value = found.values[f"{name}_{count}"]
            for figure in value.points.values() if isinstance(value, Series) else (found.read(value),):
                assert isinstance(figure, Figure)
                if row.exact:
                    assert figure.is_exact or not figure.known, (name, count)
                if row.least is not None and figure.known:
                    assert figure.low >= row.least, (name, count)
                assert figure.known or figure.causes
                assert not math.isnan(figure.low), name
