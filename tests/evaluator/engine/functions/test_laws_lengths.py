"""A condition and its twin: `x >= c for N units` is `low(x, N units) >= c`, over the same days."""

from __future__ import annotations

import datetime as dt

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock, View
from evaluator.values.series import Series
from evaluator.values.values import Figure, Single, Truth, because
from tests.support.runs import checked, evaluation, fact, number, read

DAILY = ("10 days", "1 week", "3 weeks", "1 month", "2 months", "1 quarter", "1 year")
WEEKLY = ("1 week", "3 weeks", "1 year")
LIMIT = 3

PAIRS = [
    (f"{x} {sign} {LIMIT} for {span}", f"{name}({x}, {span}) {sign} {LIMIT}")
    for x, spans in (("d", DAILY), ("w", WEEKLY))
    for span in spans
    for sign, names in ((">=", ("low", "min")), ("<=", ("high", "max")), (">", ("low",)), ("<", ("high",)))
    for name in names
]
"""Conditions that say the same in two ways."""
FOLLOWS = [
    (f"{x} {sign} {LIMIT} for {span}", f"{name}({x}, {span}) {sign} {LIMIT}")
    for x, spans in (("d", DAILY), ("w", WEEKLY))
    for span in spans
    for sign in (">=", "<=")
    for name in ("average", "median")
]
"""What held all the time holds on average: where the first is true the second is."""
RULES = (
    "rules main\ninput d : number per day\ninput w : number per week\npillar p \"?\"\n"
    + "".join(f"bull a{n} on p when {one}\nbull b{n} on p when {two}\n" for n, (one, two) in enumerate([*PAIRS, *FOLLOWS]))
)  # fmt: skip
PROGRAM = checked(RULES).program
UNKNOWN = Figure.unknown(because("no figure is known", "d"))


@st.composite
def series(draw: st.DrawFn, frequency: Frequency, last: int, most: int) -> Series:
    """Figures around the limit, mostly above or mostly below it so that windows are decided both ways; weekends,
    holidays, gaps and histories that are too short among them."""
    ordinals = list(range(last - draw(st.integers(0, most)), last + 1))
    if frequency is Frequency.DAY:
        idle = draw(st.frozensets(st.sampled_from(range(7)), max_size=3))
        ordinals = [o for o in ordinals if o % 7 not in idle] or [last]
    odd = draw(st.dictionaries(st.sampled_from(ordinals), st.integers(0, 9), max_size=2))
    missing = draw(st.frozensets(st.sampled_from(ordinals), max_size=1))
    level = draw(st.integers(2, 4))
    points: dict[int, Single] = {
        o: UNKNOWN if o in missing else Figure.exact(float(odd.get(o, level))) for o in ordinals
    }
    return Series(frequency, points)


def evaluated(day: dt.date, values: dict[str, Series]) -> Evaluation:
    assert PROGRAM is not None
    view = View(Clock(day, Calendar(), {}), "CNY", (), dict(values), frozenset(), (), (), {}, ())
    return evaluate(PROGRAM, PROGRAM.order, view)


def truths(found: Evaluation, name: str) -> dict[int, bool | None]:
    """What a condition is in each period."""
    value = found.values[name]
    assert isinstance(value, Series)
    return {o: point.value for o, point in value.points.items() if isinstance(point, Truth)}


@settings(max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.dates(dt.date(2023, 1, 1), dt.date(2030, 12, 31)), st.data())
def test_a_condition_and_its_twin_agree(day: dt.date, data: st.DataObject) -> None:
    last = {Frequency.DAY: day.toordinal(), Frequency.WEEK: day.toordinal() // 7}
    drawn = {
        "d": data.draw(series(Frequency.DAY, last[Frequency.DAY], data.draw(st.sampled_from((12, 40, 100, 400))))),
        "w": data.draw(series(Frequency.WEEK, last[Frequency.WEEK], 60)),
    }
    found = evaluated(day, drawn)
    for n, pair in enumerate([*PAIRS, *FOLLOWS]):
        one, two = truths(found, f"a{n}"), truths(found, f"b{n}")
        assert set(one) == set(two)
        for ordinal, first in one.items():
            second = two[ordinal]
            if n >= len(PAIRS):
                assert not first or second, (pair, ordinal)
                continue
            if None not in (first, second):
                event(f"both {first}")
                assert first is second, (pair, ordinal)
            assert (first is True) == (second is True), (pair, ordinal)


def test_a_quarter_is_the_calendars() -> None:
    """The quarter to 2026-05-14 begins on 2026-02-15; 91 days would begin a day earlier, and be three months of no
    calendar."""
    tenths = [(dt.date(2026, 2, 15) + dt.timedelta(days=n)).isoformat() for n in range(0, 88, 10)]
    days = ["2026-02-13", "2026-02-14", *tenths, "2026-05-14"]
    facts = "  d:\n" + "".join(fact(day, 5 if day >= "2026-02-15" else 1, day) for day in days)
    rules = 'input d "D" : number per day\nbull a on p when d > 2 for 1 quarter\nbull b on p when d > 2 for 3 months\n'
    rules += "bull c on p when d > 2 for 90 days\nmetric l = low(d, 1 quarter)\n"
    found = evaluation(rules, facts)
    assert [read(found, n).value for n in "abc"] == [True, True, False]  # type: ignore[union-attr]
    assert number(read(found, "l")) == 5


def test_growth_over_a_year_of_days_is_growth_a_year_over_one_year() -> None:
    """`cagr(d, 1)` and `yoy(d)` look at the same day; a Saturday has no price, the Friday before it has."""
    facts = "  d:\n" + "".join(
        fact(day, v, day) for day, v in (("2023-05-12", 40), ("2025-05-13", 80), ("2026-05-14", 100))
    )
    rules = 'input d "D" : number per day\nmetric y = yoy(d)\nmetric c = cagr(d, 1)\nmetric three = cagr(d, 3)\n'
    found = evaluation(rules, facts)
    assert number(read(found, "y")) == number(read(found, "c")) == 0.25
    assert abs(number(read(found, "three")) - (2.5 ** (1 / 3) - 1)) < 1e-12
