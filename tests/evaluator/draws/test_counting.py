"""Many draws counted: against closed forms, another library, the reference, and themselves on more threads."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from dsl.program.declared import Spread
from dsl.uncertain.matrices import of_normals
from evaluator.draws.correlating import together
from evaluator.draws.counting import Counted, Estimate, counted
from evaluator.draws.indices import indices
from evaluator.draws.judging import STATES
from evaluator.draws.ready import Ready, ready
from evaluator.draws.sequences import Chances
from evaluator.draws.spreads import NotDrawn, drawer
from evaluator.engine.evaluation import State
from evaluator.outlook.simulated import simulated, sized
from evaluator.session.run import Run
from tests.evaluator.draws.squiggle import MODEL
from tests.support.runs import company, fact, quarters, ran

RULES = """
thesis firm "Firm" for AAA since 2025-01-01
input growth "Growth" : percent per quarter
input margin "Margin" : percent per quarter
input share  "Share"  : percent between 0% and 100%
pillar p "P"
bull fast on p when growth > 12%
bear thin on p when margin < 3%
bear small on p when share < 50%
verdict call "Call"
  when fast and not thin then "Buy"
  when fast or not thin then "Hold"
  otherwise "Sell"
verdict size "Size" when small then "Small" otherwise "Large"
metric both = growth + margin
"""
FACTS = quarters("growth", ["10%", "11%", "9%", "10%", "12%"]) + quarters("margin", ["3%"] * 5) + (
    "  share:\n" + fact("2026-03-31", "at least 40%", "2026-04-20", key="date")
)  # fmt: skip


def made(uncertain: str, rules: str = RULES, facts: str = FACTS) -> Run:
    """A run of rules with what is uncertain."""
    return ran(rules + uncertain, company(facts))


def drawn(run: Run, method: str = "sobol", seed: int = 1, instead: bool = False, figures: Any = ("both",)) -> Ready:
    """What is drawn of a run."""
    return ready(run.evaluation, run.plain(), figures, method, seed, instead)


TWO = "uncertain growth ~ normal(10%, 4pp)\nuncertain margin ~ uniform(1%, 6%)\n"


def near(found: Estimate, wanted: float) -> bool:
    """Within 4 standard errors."""
    assert found.error is not None
    return abs(found.value - wanted) <= 4 * found.error


@pytest.mark.parametrize("method", ["sobol", "random"])
@pytest.mark.parametrize("seed", [1, 2])
def test_shares_agree_with_closed_forms_within_four_standard_errors(method: str, seed: int) -> None:
    found = counted(drawn(made(TWO), method, seed), 1 << 14)
    fast, thin = 1 - NormalDist(0.10, 0.04).cdf(0.12), 0.4
    shares = found.verdicts["call"]
    assert near(shares[0b001], fast * (1 - thin))
    assert near(shares[0b010], fast * thin + (1 - fast) * (1 - thin))
    assert near(shares[0b100], (1 - fast) * thin)
    assert math.isclose(sum(e.value for e in shares.values()), 1.0)
    assert near(found.conditions["fast"][STATES.index(State.TRUE)], fast)
    spread = found.figures["both"]
    assert spread.mean is not None
    assert near(spread.mean, 0.10 + 0.035)
    assert spread.exact.value == 1.0
    if method == "random":  # sequences are far more even
        assert 0.001 < (found.conditions["fast"][STATES.index(State.TRUE)].error or 0) < 0.01


def test_quantiles_agree_with_closed_forms() -> None:
    found = counted(drawn(made("uncertain growth ~ normal(10%, 4pp)\n"), figures=("growth",)), 1 << 15).figures[
        "growth"
    ]
    for part, each in zip((0.05, 0.25, 0.5, 0.75, 0.95), found.quantiles, strict=True):
        assert abs(each.value - NormalDist(0.10, 0.04).inv_cdf(part)) < 4 * (each.error or 0) + 1e-5


def test_what_is_not_decided_in_a_draw_is_counted_and_never_dropped() -> None:
    """The share is known only to be at least 40%: whether it is below 50% is open in every draw."""
    found = counted(drawn(made(TWO)), 1024)
    assert found.verdicts["size"] == {0b011: Estimate(1.0, 0.0)}
    assert found.conditions["small"] == {STATES.index(State.UNKNOWN): Estimate(1.0, 0.0)}
    assert found.score is not None
    assert found.score.open.value == 1.0
    assert found.score.quantiles == ()


def test_a_ratio_means_nothing_in_the_draws_in_which_its_denominator_is_0() -> None:
    rules = RULES + "metric part : percent = growth / margin\n"
    found = counted(drawn(made("uncertain margin ~ discrete(0%, 1, 5%, 3)\n", rules), figures=("part",)), 1024)
    part = found.figures["part"]
    assert abs(part.nothing.value - 0.25) < 0.01
    assert abs(part.exact.value - 0.75) < 0.01
    assert part.quantiles[2].value == pytest.approx(0.12 / 0.05)


def test_a_model_agrees_with_squigglepy() -> None:
    """Recorded with `python -m tests.evaluator.draws.squiggle`."""
    rules = """
rules model "Model"
input revenue "Revenue" : money per quarter
input growth "Growth" : percent per quarter
input margin "Margin" : percent per quarter
input pe "P/E" : multiple
metric worth = revenue * (1 + growth) * margin * pe
pillar p "P"
bear low on p when worth < 500 USD
"""
    spreads = (
        "uncertain growth ~ normal(35%, 6pp)\nuncertain margin ~ triangular(0.1%, 3%, 10%)\nuncertain pe ~ 15x to 30x\n"
    )
    run = ran(rules + spreads, company(quarters("revenue", ["1000 USD"]), currency="USD"))
    found = counted(drawn(run, figures=("worth",)), 1 << 15)
    spread = found.figures["worth"]
    assert spread.mean is not None
    assert spread.mean.value == pytest.approx(MODEL["mean"], rel=0.003)
    assert spread.quantiles[2].value == pytest.approx(MODEL["median"], rel=0.004)
    assert found.conditions["low"][STATES.index(State.TRUE)].value == pytest.approx(MODEL["below 500"], abs=0.0015)


def said(found: Counted) -> str:
    """All of it, to the last bit."""
    return repr(found)


def test_the_same_seed_gives_the_same_on_any_number_of_threads() -> None:
    run = made(TWO)
    one = said(counted(drawn(run), 20_000))
    assert one == said(counted(drawn(run), 20_000, threads=2)) == said(counted(drawn(run), 20_000, threads=5))
    assert one != said(counted(drawn(run, seed=2), 20_000))


@pytest.mark.parametrize("method", ["sobol", "random"])
def test_draws_on_columns_come_to_what_the_reference_comes_to(method: str) -> None:
    """1,000 draws of each, by everything that is counted."""
    uncertain = (
        "uncertain growth ~ from changes correlated with margin 0.5\n"
        "uncertain margin ~ mixture(1% to 5%, 60%, normal(4%, 1pp), 40%)\nuncertain share ~ uniform(20%, 90%)\n"
    ).replace("1% to 5%", "normal(2%, 1pp)")
    run = made(uncertain)
    fast, slow = drawn(run, method), drawn(run, method, instead=True)
    assert (fast.slow, slow.slow) == ("", "as is asked")
    a, b = counted(fast, 1000), counted(slow, 1000)
    assert a.verdicts == b.verdicts
    assert a.conditions == b.conditions
    assert a.pillars == b.pillars
    assert repr(a.figures)[:40] == repr(b.figures)[:40]
    assert np.allclose([q.value for q in a.figures["both"].quantiles], [q.value for q in b.figures["both"].quantiles])


def test_more_draws_are_surer() -> None:
    few, many = (counted(drawn(made(TWO), "random"), n).verdicts["call"][1].error or 0 for n in (1 << 10, 1 << 16))
    assert few / many == pytest.approx(8, rel=0.7)


def test_one_draw_says_nothing_of_how_sure_it_is() -> None:
    found = counted(drawn(made(TWO)), 1)
    assert [e.error for e in found.verdicts["call"].values()] == [None]
    assert found.batches == 1


def test_what_is_set_by_hand_is_not_drawn_and_what_nothing_rests_on_is_said() -> None:
    idle = made(TWO + "uncertain idle ~ 1% to 2%\n", RULES + 'input idle "Idle" : percent\n')
    found = drawn(idle)
    assert (found.names, found.aside) == (("growth", "margin"), ("idle",))


def test_what_cannot_be_drawn_says_why() -> None:
    with pytest.raises(
        NotDrawn, match=r"`growth` cannot be drawn: it is drawn from its past, and 1 of its figures are known"
    ):
        drawn(made("uncertain growth ~ from history\n", facts=quarters("growth", ["10%"])))
    with pytest.raises(NotDrawn, match="beyond the bounds"):
        drawn(made("uncertain share ~ normal(-50%, 10pp)\n"))


def test_history_is_what_was_known_on_the_day() -> None:
    """A quarter that was published later is none of it."""
    run = made("uncertain growth ~ from history\n")
    assert drawn(run).drawers[0].of == 5
    earlier = ran(
        RULES + "uncertain growth ~ from history\n", company(FACTS), run.evaluation.clock.as_of.replace(month=1)
    )
    assert drawn(earlier).drawers[0].of == 3


def test_a_draw_that_is_today_s_figure_changes_nothing() -> None:
    """By an estimate the kill is near today; it happens where another figure is drawn, and not where the same is."""
    rules = RULES + 'kill ends "It ends" when growth < 5%\n'
    facts = FACTS.replace(fact("2026-03-31", "12%", "2026-04-30"), fact("2026-03-31", "4%", "2026-04-30", "estimate"))
    assert facts != FACTS
    run = made("uncertain growth ~ discrete(4%, 1, 3%, 1)\n", rules, facts)
    fast, slow = (counted(drawn(run, instead=instead), 64) for instead in (False, True))
    shares = {int(code): e.value for code, e in fast.kills["ends"].items()}
    assert shares == {int(code): e.value for code, e in slow.kills["ends"].items()}
    assert len(shares) == 2
    assert abs(max(shares.values()) - 0.5) < 0.1


# --- what drives an answer -------------------------------------------------------------------------------------


def test_the_indices_of_ishigami_and_homma() -> None:
    """sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ over (−π, π)³ (1990): known exactly."""

    def model(x: Any) -> Any:
        return np.array([np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])])

    a, b = 7.0, 0.1
    one, two = 0.5 * (1 + b * math.pi**4 / 5) ** 2, a**2 / 8
    both = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + both
    groups = [(0,), (1,), (2,)]
    (found,) = indices(lambda chances: math.pi * (2 * chances.T - 1), model, Chances(3, "sobol", 1), 4096, groups)
    assert found is not None
    assert [e.value for e in found.first] == pytest.approx([one / whole, two / whole, 0.0], abs=0.01)
    assert [e.value for e in found.total] == pytest.approx([(one + both) / whole, two / whole, both / whole], abs=0.01)
    assert all(e.error is not None and e.error < 0.01 for e in (*found.first, *found.total))


@pytest.mark.parametrize("rank", [0.7, -0.4])
def test_names_that_are_correlated_count_as_one(rank: float) -> None:
    """a + b + c of standard normals, a and b correlated by ρ: they explain (2 + 2ρ) of (3 + 2ρ) together, alone and in all."""
    normal = drawer(Spread("normal", (0.0, 1.0)))
    how = together(("a", "b", "c"), [normal] * 3, {frozenset("ab"): rank})

    (found,) = indices(
        lambda chances: [normal.draw(column) for column in chances.T],
        lambda columns: np.array([np.sum(columns, axis=0)]),
        Chances(3, "sobol", 1, how.mixing),
        4096,
        how.groups,
    )
    assert found is not None
    both = 2 + 2 * of_normals(rank)
    wanted = pytest.approx([both / (both + 1), 1 / (both + 1)], abs=0.01)
    assert [e.value for e in found.first] == wanted
    assert [e.value for e in found.total] == wanted


def test_the_page_says_which_names_count_as_one() -> None:
    run = made(
        TWO.replace("uniform(1%, 6%)", "uniform(1%, 6%) correlated with growth 0.5") + "uncertain share ~ 30% to 80%\n"
    )
    asked, how = sized(run, 4096)
    found = simulated(run, asked, how)
    drivers = next(j for j in found.judgements if j.name == "call").drivers
    assert [(d.names, d.title) for d in drivers] == [(["growth", "margin"], "Growth with Margin"), (["share"], "Share")]
    assert drivers[0].total.share == pytest.approx(1, abs=0.01)
    assert any(note.endswith("which count as one: Growth and Margin") for note in found.notes)


def test_what_never_varies_has_no_indices() -> None:
    found = indices(
        lambda chances: list(chances.T),
        lambda x: np.array([np.ones(64), x[0]]),
        Chances(2, "sobol", 1),
        64,
        [(0,), (1,)],
        [slice(0, 1), slice(1, 2)],
    )
    assert found[0] is None
    assert found[1] is not None
