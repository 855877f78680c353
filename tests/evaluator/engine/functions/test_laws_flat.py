"""What is set is the same in every period: a function gives of it what it gives of a series that never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dsl.program.calls import back
from dsl.program.program import Call
from dsl.types.functions import FUNCTIONS, Flat, Shape, Slot
from dsl.types.lengths import Duration
from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock, View
from evaluator.values.expected import Expected, Release
from evaluator.values.series import Series, Value
from evaluator.values.values import Figure, Truth, because
from tests.support.runs import checked

LOOKING = [
    n
    for n, f in FUNCTIONS.items()
    if f.shape not in (Shape.EACH, Shape.LOGIC, Shape.RUN, Shape.PATH, Shape.READ, Shape.WORLDS, Shape.SEGMENTS)
]
LAST = 8105
DAY = dt.date(2026, 5, 14)
WHY = because("known roughly", "q")
POSITIVE, NIL, NEGATIVE = Figure.exact(7.0), Figure.exact(0.0), Figure.exact(-3.0)
BOUNDED, UNKNOWN = Figure(2.0, 5.0, WHY), Figure.unknown(WHY)


def call(name: str) -> str:
    """A call of a function on a series of each quarter."""
    slots = FUNCTIONS[name].slots
    if FUNCTIONS[name].shape in (Shape.WINDOW, Shape.REDUCE):
        return f"{name}(q, 4 quarters)"
    written = {Slot.PERIODS: ", 3", Slot.YEARS: ", 2"}
    return f"{name}(q{''.join(written.get(slot, '') for slot in slots)})"


RULES = "rules main\ninput q : money per quarter\n" + "".join(f"metric {n}_q = {call(n)}\n" for n in LOOKING)
PROGRAM = checked(RULES).program


def of(value: Value) -> Callable[[str], Figure]:
    """What each function gives of a value at the quarter that is read."""
    assert PROGRAM is not None
    clock = Clock(DAY, Calendar(), {Frequency.QUARTER: LAST})
    view = View(clock, "CNY", (), {"q": value}, frozenset(), (), (), {}, ())
    found: Evaluation = evaluate(PROGRAM, PROGRAM.order, view)

    def result(name: str) -> Figure:
        figure = found.read(found.values[f"{name}_q"])
        assert isinstance(figure, Figure)
        return figure

    return result


def every_quarter(figure: Figure) -> Series:
    to_come = Expected(LAST, dict.fromkeys(range(LAST + 1, LAST + 9), figure), {}, Release(figure, figure, DAY))
    return Series(Frequency.QUARTER, dict.fromkeys(range(LAST - 40, LAST + 1), figure), expected=to_come)


@pytest.mark.parametrize("figure", [POSITIVE, NIL, NEGATIVE], ids=str)
@pytest.mark.parametrize("name", LOOKING)
def test_of_one_figure(name: str, figure: Figure) -> None:
    """The same as of that figure in each quarter, whether there is such a number or not."""
    once, often = of(figure)(name), of(every_quarter(figure))(name)
    assert (once.known, once.undefined) == (often.known, often.undefined)
    assert once.low == pytest.approx(often.low)
    assert once.high == pytest.approx(often.high)
    row = FUNCTIONS[name]
    of_nothing = row.shape is Shape.RELEASE and figure.low == 0
    assert once.undefined == ((row.positive and figure.low <= 0) or of_nothing)
    if row.flat is Flat.NOTHING and not once.undefined:
        assert (once.low, once.high) == (0, 0)


@pytest.mark.parametrize("figure", [BOUNDED, UNKNOWN], ids=["bounded", "unknown"])
@pytest.mark.parametrize("name", LOOKING)
def test_of_a_figure_that_is_not_known_exactly(name: str, figure: Figure) -> None:
    """Never outside what is known of it in each quarter; of what is bounded each figure of the series may be another."""
    once, often = of(figure)(name), of(every_quarter(figure))(name)
    assert often.low <= once.low
    assert once.high <= often.high
    assert once.known or once.causes
    if FUNCTIONS[name].flat is Flat.ITSELF:
        assert (once.low, once.high) == (figure.low, figure.high)


def test_a_window_of_days_counts_the_days_of_the_calendar() -> None:
    """`1 week` is `7 days`, and a quarter that ends on 2026-05-14 has 89."""
    program = checked(
        "rules main\ninput d : number per day\nmetric a = sum(d, 1 week)\nmetric b = sum(d, 7 days)\n"
        "metric c = sum(d, 1 quarter)\n"
    ).program
    assert program is not None
    view = View(Clock(DAY, Calendar(), {}), "CNY", (), {"d": POSITIVE}, frozenset(), (), (), {}, ())
    found = evaluate(program, program.order, view)
    assert [found.values[n] for n in "abc"] == [Figure.exact(7.0 * n) for n in (7, 7, 89)]


def test_how_far_back_each_call_looks() -> None:
    """Asked of the table once, for engine, proofs, examples and whoever plans ahead."""
    assert PROGRAM is not None
    found: dict[str, object] = {}
    for name in LOOKING:
        expr = PROGRAM.metrics[f"{name}_q"].value
        assert isinstance(expr, Call)
        past = back(expr)
        assert past is not None
        assert not isinstance(past, Duration)
        found[name] = (past.step, past.steps)
    window = dict.fromkeys((n for n in LOOKING if FUNCTIONS[n].shape in (Shape.WINDOW, Shape.REDUCE)), (1, 3))
    assert found == {
        **window, "yoy": (4, 1), "qoq": (1, 1), "lag": (3, 1), "change": (3, 1), "cagr": (8, 1), "ttm": (1, 3),
        "latest": (1, None), "ahead": (1, None), "ntm": (1, 3), "surprise": (1, None),
    }  # fmt: skip


def test_a_streak_of_what_never_changes_is_longer_than_any_that_is_asked_for() -> None:
    program = checked("rules main\ninput q : number per quarter\nmetric s = streak(q > 0)\n").program
    assert program is not None
    for value, low, high in ((True, 10_000, float("inf")), (False, 0, 0), (None, 0, float("inf"))):
        figure = {True: POSITIVE, False: NEGATIVE, None: UNKNOWN}[value]
        view = View(Clock(DAY, Calendar(), {}), "CNY", (), {"q": figure}, frozenset(), (), (), {}, ())
        found = evaluate(program, program.order, view).values["s"]
        assert isinstance(found, Figure)
        assert (found.low, found.high) == (low, high)
        assert Truth.of(value).known == (found.high == 0 or found.low > 0)
