"""Rules that look back, against every history of a few periods: what is proven to be impossible never happens.

Histories are what `examples` cannot give: a figure for each quarter, known, bounded, missing, or not there at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from dsl.program import program as p
from dsl.types.units import Frequency
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import Evaluation
from evaluator.examples.running import run_examples
from evaluator.known.asof import view
from evaluator.proofs.encoding.encode import Encoder
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.prover import Outcome, Prover
from evaluator.proofs.witness import Found, find_world
from evaluator.values.series import Series
from evaluator.values.values import Figure, because
from tests.support.grid import DAY, checked

LAST = 8000
"""The quarter that is read."""
HEAD = """rules drawn "Drawn"
input x "X" : count per quarter between 0 and 2
input y "Y" : count per quarter between 0 and 2
metric rise = x - lag(x, 1)
"""
UNKNOWN = Figure.unknown(because("missing"))
RHYTHMS = (Frequency.QUARTER, Frequency.HALF)
"""How a company may report what the rules ask for by quarter."""
WITHIN = Figure(0.0, 2.0, because("missing"), assumed=True)
"""Unknown, and within the bounds that the rules give."""
EXACT = (Figure.exact(0.0), Figure.exact(1.0), Figure.exact(2.0), UNKNOWN)
ODD = (Figure(0.0, 1.0), Figure(1.0, float("inf")), None)
"""What a solver's figure is not: bounded, or a period that is missing from the series."""

SHORT = [
    "x > lag(x, 1)", "x < lag(x, 2)", "change(x, 1) > 0", "change(x, 2) >= 2", "rise < 0", "x > 1 for 2 quarters",
    "rise > 0 for 2 quarters", "x <= 1", "sum(x, 2 quarters) > 3", "average(x, 2 quarters) < 1", "max(x, 3 quarters) < 1",
    "min(x, 2 quarters) >= 1", "high(x, 2 quarters) = 2", "low(x, 2 quarters) > x", "(x > 0 or rise > 0) for 2 quarters",
    "lag(x, 1) is unknown", "rise is known", "first_known(lag(x, 1), x) > 1", "x is unknown", "lag(rise, 1) = 2",
]  # fmt: skip
LOOSE = [
    "yoy(x) > 0%", "yoy(x) < 0%", "yoy(x) = 0%", "x > lag(x, 4)", "lag(x, 4) > 0", "ttm(x) > 3", "annualised(x) = 4",
    "latest(x) is unknown", "x is known", "qoq(x) <= -100%", "cagr(x, 1) < 0%", "drawdown(x, 2 quarters) < 0%",
    "streak(x > 0) >= 1", "streak(x > 0) = 0", "x > 0", "trend(x, 2 quarters) > 0", "y > 0", "y > lag(x, 1)",
    "(x > 0 or y > 0) for 2 quarters", "x > 0 or y > 1", "(x + y) is unknown", "first_known(x + y, 1) > 1",
    "x > 0 for 20 quarters", "volatility(x, 3 quarters) >= 0%", "median(x, 3 quarters) > 1",
]  # fmt: skip


def joined(atoms: list[str]) -> st.SearchStrategy[str]:
    """One to three atoms with and, or, not."""
    atom = st.one_of(st.sampled_from(atoms), st.sampled_from(atoms).map(lambda a: f"not ({a})"))
    pair = st.tuples(atom, st.sampled_from(["and", "and", "or"]), atom).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    return st.one_of(pair, st.tuples(pair, st.just("and"), atom).map(" ".join))


def histories(
    names: tuple[str, ...], periods: int, points: tuple[Figure | None, ...], rhythm: Frequency = Frequency.QUARTER
) -> Iterator[dict[str, Series]]:
    """Every history of so many periods up to the last."""
    for picked in product(points, repeat=periods * len(names)):
        rows = {name: picked[n * periods : (n + 1) * periods] for n, name in enumerate(names)}
        yield {
            name: Series(rhythm, {LAST - back: f for back, f in reversed(list(enumerate(row))) if f is not None})
            for name, row in rows.items()
        }


def evaluated(program: p.Program, history: Mapping[str, Series], rhythm: Frequency = Frequency.QUARTER) -> Evaluation:
    """What a program comes to with a history as its facts."""
    order, nothing = graphs.order(graphs.build(program)), view(program, (), None, DAY)
    clock = replace(nothing.clock, reads={rhythm: LAST}, halves=rhythm is Frequency.HALF)
    return evaluate(program, order, replace(nothing, clock=clock, values=history))


def states(
    program: p.Program, all_histories: Iterator[dict[str, Series]], rhythm: Frequency = Frequency.QUARTER
) -> set[bool | None]:
    """What the one condition is, over histories."""
    return {_state(evaluated(program, history, rhythm), program) for history in all_histories}


def _state(evaluation: Evaluation, program: p.Program) -> bool | None:
    return evaluation.truth(program.conditions["c"].when).value


def proven(program: p.Program) -> tuple[Outcome, Outcome]:
    """Whether the condition can be true, and false."""
    when = program.conditions["c"].when
    prover = Prover(Encoders(program, DAY), 20.0, "c")

    def ask(true: bool) -> Outcome:
        def goals(e: Encoder) -> list[object]:
            truth = e.truth(when)
            return [truth.true if true else truth.false]

        return prover.outcome(goals)

    return ask(True), ask(False)


def rules(condition: str) -> str:
    """Rules with one condition."""
    return f'{HEAD}pillar one "One?"\nbull c on one when {condition}\n'


@settings(max_examples=7, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(joined(SHORT))
def test_a_figure_for_each_period_is_exact(condition: str) -> None:
    """Of windows that a formula can say: impossible where no history does it, possible where one does."""
    note(condition)
    program = checked(rules(condition))
    seen = set[bool | None]().union(*(states(program, histories(("x",), 4, EXACT, r), r) for r in RHYTHMS))
    for outcome, value in zip(proven(program), (True, False), strict=True):
        assert outcome is not Outcome.UNDECIDED
        assert outcome.never == (value not in seen), (condition, value)


@settings(max_examples=7, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.one_of(joined(LOOSE), joined(SHORT)))
def test_what_is_impossible_never_happens(condition: str) -> None:
    """Of everything that looks back, with bounded figures and periods that are not there: never claimed too much."""
    note(condition)
    program = checked(rules(condition))
    names = ("x", "y") if "y >" in condition.replace("yoy", "") or "+ y" in condition else ("x",)
    outcomes = proven(program)
    if not any(o.never for o in outcomes):
        return
    exact, odd = set[bool | None](), set[bool | None]()
    for rhythm in RHYTHMS:
        exact |= states(program, _few(names, EXACT, rhythm), rhythm)
        odd |= states(program, _few(names, (*EXACT[1:3], *ODD), rhythm), rhythm)
    odd |= exact
    for outcome, value in zip(outcomes, (True, False), strict=True):
        if outcome.never:
            assert value not in exact, (condition, value)
        if outcome is Outcome.IMPOSSIBLE:
            assert value not in odd, (condition, value)


@settings(max_examples=7, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(joined(SHORT))
def test_what_a_history_does_an_example_can_show(condition: str) -> None:
    """Of windows that a formula can say: wherever a history of exact figures does it, a world by period is found."""
    note(condition)
    program = checked(rules(condition))
    seen = states(program, histories(("x",), 4, EXACT))
    for wanted in (True, False):
        found = find_world(program, program.conditions["c"].when, wanted, DAY, 20.0)
        assert isinstance(found, Found) == (wanted in seen), (condition, wanted)
        if isinstance(found, Found):
            text = f'{rules(condition)}example "shown" given {", ".join(found.texts) or "y = unknown"} expect '
            (ran,) = run_examples(checked(f"{text}{'' if wanted else 'not '}({condition})\n"), DAY)
            assert ran.passed


def _few(names: tuple[str, ...], points: tuple[Figure | None, ...], rhythm: Frequency) -> Iterator[dict[str, Series]]:
    """Five quarters of one series, the middle ones alike; two of each of two."""
    if len(names) == 2:
        yield from histories(names, 2, points, rhythm)
        return
    for now, before, middle, first in product(points, repeat=4):
        row = (now, before, middle, middle, first)
        yield {"x": Series(rhythm, {LAST - n: f for n, f in reversed(list(enumerate(row))) if f is not None})}


def _of_balances(text: str) -> str:
    """Rules whose figures stand at the end of a period, so that it does not matter how long it is."""
    return text.replace("per quarter between", "per quarter balance between")


def test_a_comparison_may_be_unknown_though_its_figures_are_known() -> None:
    text = f"{rules('x is known and bounded is unknown')}bull bounded on one when x > 1\n"
    assert proven(checked(text))[0] is Outcome.POSSIBLE, "a half's amount is none of a quarter"
    program = checked(_of_balances(text))
    assert proven(program)[0] is Outcome.IMPOSSIBLE_WHEN_EXACT
    assert states(program, iter([{"x": Series(Frequency.QUARTER, {LAST: Figure(0.0, 2.0)})}])) == {True}


def test_fog_is_needed() -> None:
    """Impossible of exact figures, possible of a bounded one: said with that caveat, not without."""
    program = checked(_of_balances(rules("x is known and not ((2 * x - x) is known)")))
    assert proven(program)[0] is Outcome.IMPOSSIBLE_WHEN_EXACT
    bounded = {"x": Series(Frequency.QUARTER, {LAST: Figure(1.0, float("inf"))})}
    assert states(program, iter([bounded])) == {True}


@pytest.mark.parametrize("span", ["1 week", "1 quarter", "1 year", "20 days"])
def test_a_span_of_a_daily_series_is_never_taken_for_one_period(span: str) -> None:
    """It holds today and did not on every day of the span: that happens, whatever unit the span is written in."""
    text = 'rules drawn "D"\ninput price "P" : number per day\npillar one "One?"\n'
    program = checked(f"{text}bull c on one when price > 1 and not (price > 1 for {span})\n")
    assert not proven(program)[0].never
    program = checked(f"{text}bull c on one when not (price > 1) and price > 1 for {span}\n")
    assert proven(program)[0] is Outcome.IMPOSSIBLE


@pytest.mark.parametrize(
    "figure",
    ["drawdown(x, 2 quarters)", "high(x, 20 quarters)", "low(x, 20 quarters)", "median(x, 3 quarters)"],
)
def test_bounded_figures_may_leave_bounds(figure: str) -> None:
    """Known, and yet neither above nor below: it is never called impossible without a caveat."""
    text = f"{rules(f'{figure} is known and bounded is unknown')}bull bounded on one when {figure} > 1%\n"
    program = checked(text.replace("1%", "1%" if "drawdown" in figure else "1"))
    assert proven(program)[0] is not Outcome.IMPOSSIBLE
    if "20" not in figure:
        assert True in states(program, histories(("x",), 3, (Figure(0.0, 2.0), Figure(1.0, 2.0))))


@pytest.mark.parametrize("rounded", ["round(g) = 38%", "floor(g) = 38%", "ceil(g) = 38%", "round(g, 1) = 38.5%"])
def test_percents_are_rounded_as_they_are_written(rounded: str) -> None:
    """38.4% is 38% to a whole percent, and no 0."""
    text = 'rules drawn "D"\ninput g "G" : percent\npillar one "One?"\n'
    program = checked(f"{text}bull c on one when {rounded}\n")
    assert not proven(program)[0].never
    program = checked(f"{text}bull c on one when {rounded} and g < 37%\n")
    assert proven(program)[0] is Outcome.IMPOSSIBLE


def test_growth_to_a_loss_is_below_minus_100_percent() -> None:
    """From 1 to −1 is −200%, in one year and so on average over one: a fall by more than all is no impossibility."""
    text = 'rules d "D"\ninput z "Z" : number per quarter\npillar one "One?"\n'
    for growth in ("cagr(z, 1)", "yoy(z)", "qoq(z)"):
        assert not proven(checked(f"{text}bull c on one when {growth} < -150%\n"))[0].never


@pytest.mark.parametrize(
    ("function", "nil"), [("drawdown", "0%"), ("volatility", "0%"), ("stdev", "0"), ("percentile", "0%")]
)
@pytest.mark.parametrize("periods", [3, 20])
def test_what_the_table_says_of_the_least_is_proven(function: str, nil: str, periods: int) -> None:
    figure = f"{function}(x, {periods} quarters)"
    assert proven(checked(rules(f"{figure} < {nil}")))[0] is Outcome.IMPOSSIBLE
    assert not proven(checked(rules(f"{figure} <= {nil}")))[0].never
