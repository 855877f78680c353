"""Interval soundness of what lies ahead: paths that read each other, `at`, `total`, `npv`, days of `as_of`; and of what is expected:
`ahead`, `ntm`, `surprise`. What is calculated from bounds holds every figure calculated from inside them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.types.units import Frequency
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.calendar import Calendar
from evaluator.known.asof import Clock, View
from evaluator.values.series import Series
from evaluator.values.values import Figure, Truth
from tests.evaluator.engine.test_ahead import DAY, of
from tests.evaluator.engine.test_laws_series import LAST, contains, histories
from tests.support.runs import checked, fact

PATHS = """
forecast fa for 4 quarters starts a then previous * (1 + b / 10) - step
forecast fb for 4 quarters starts b then if fa > previous then fa + previous else fa / max(previous, 1)
forecast fc for 3 quarters starts fa - fb then previous + fb / fa
forecast plain for 3 quarters starts a then previous + 1
"""
FIGURES = (
    "fa", "fb", "fc", "at(fa, 0)", "at(fa, 1)", "at(fb, 2)", "at(fc, 3)", "total(fa)", "total(fb) - total(fc)",
    "npv(fa, 10%)", "npv(fb, -60%)", "npv(fc, 100% * a)", "npv(fa, 100% * (b - 2))", "npv(fb, 0%) - total(fb)",
    "npv(plain, 10% * abs(b))", "total(plain) / npv(plain, 5%)",
    "a * days_between(2026-01-01, as_of)", "b / months_between(as_of, 2027-05-14)",
)  # fmt: skip
TRUTHS = (
    "total(fa) > npv(fb, 5%)", "at(fb, 3) > at(fa, 3) or fc < 0", "npv(fc, 100% * a) >= 0", "not (at(fc, 1) > 2 and fa < 4)",
    "days_between(as_of, 2026-12-31) > 200 + a * 10",
)  # fmt: skip


def _program() -> str:
    text = "rules main\n" + "".join(f"input {n} : number per quarter\n" for n in "ab") + PATHS
    text += "".join(f"metric f{i} = {e}\n" for i, e in enumerate(FIGURES)) + 'pillar p "?"\n'
    return text + "".join(f"bull c{i} on p when {e}\n" for i, e in enumerate(TRUTHS))


def _evaluated(values: dict[str, Series]) -> Evaluation:
    program = checked(_program()).program
    assert program is not None
    clock = Clock(DAY, Calendar(), {Frequency.QUARTER: LAST})
    view = View(clock, "CNY", (), {n: values[n] for n in "ab"}, frozenset(), (), (), {}, ())
    return evaluate(program, program.order, view)


def _sound(before: Evaluation, after: Evaluation) -> None:
    for name in before.program.metrics:
        wide, inside = before.of(name), after.of(name)
        assert isinstance(wide, Figure)
        assert isinstance(inside, Figure)
        contains(wide, inside, before.program.metrics[name].value.text)
    for name, condition in before.program.conditions.items():
        now, then = before.of(name), after.of(name)
        assert isinstance(now, Truth)
        assert isinstance(then, Truth)
        if not any("too large" in c.reason for c in then.causes):
            assert then.possible & now.possible is then.possible, condition.when.text


@settings(max_examples=50)
@given(histories())
def test_no_figure_of_a_path_lies_outside_the_bounds(
    history: tuple[dict[str, Series], list[dict[str, Series]]],
) -> None:
    before = _evaluated(history[0])
    for after in map(_evaluated, history[1]):
        _sound(before, after)


# --- what is expected ----------------------------------------------------------------------------------------

REPORTED = (("2025-09-30", "2025-10-30"), ("2025-12-31", "2026-02-10"), ("2026-03-31", "2026-04-30"))
EXPECTED = (("2026-03-31", "2026-04-01"), ("2026-06-30", "2026-05-02"), ("2026-09-30", "2026-05-03"),
            ("2026-12-31", "2026-05-04"), ("2027-03-31", "2026-05-05"))  # fmt: skip
ASKED = "".join(
    f"metric m{n} = {text}\n"
    for n, text in enumerate(
        ["ahead(revenue, 1)", "ahead(revenue, 4) / latest(revenue) - 1", "ntm(revenue)", "ntm(revenue) / latest(ttm(revenue))",
         "surprise(revenue)", "ahead(revenue, 1) * surprise(revenue)", "total(sold)", "npv(sold, 9%)"]
    )
) + "forecast sold for 2 quarters starts ahead(revenue, 1) then if step = 1 then ahead(revenue, 2) else previous * 2\n"  # fmt: skip
CAUTIOUS = "bull c on p when ahead(revenue, 1) > latest(revenue)\nbear d on p when surprise(revenue) > 2% or ntm(revenue) < 10bn USD\n"


@st.composite
def expectations(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Facts of revenue, reported and expected, some between bounds, some missing; and two stores of exact figures inside them."""
    wide, inside = "  revenue:\n", ["  revenue:\n", "  revenue:\n"]
    rows = [(*r, "reported") for r in REPORTED] + [(*e, "estimate") for e in EXPECTED]
    for period, day, kind in rows:
        low, far = draw(st.integers(-3, 9)), draw(st.integers(0, 4))
        if far == 4:
            continue
        given_, points = (
            (f"{low}bn", (low, low)) if far == 0 else (f"between {low}bn and {low + far}bn", (low, low + far))
        )
        wide += fact(period, given_, day, kind)
        for n in range(2):
            inside[n] += fact(period, f"{draw(st.sampled_from(points))}bn", day, kind)
    return wide, inside


@settings(max_examples=30)
@given(expectations())
def test_no_figure_of_what_is_expected_lies_outside_the_bounds(drawn: tuple[str, list[str]]) -> None:
    wide, inside = drawn
    if wide == "  revenue:\n":
        return
    before = of(ASKED + CAUTIOUS, wide)
    for facts in inside:
        _sound(before, of(ASKED + CAUTIOUS, facts))
