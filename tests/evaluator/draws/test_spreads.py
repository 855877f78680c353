"""Distributions: their shares and quantiles against closed forms, their bounds, the past, mixtures, correlations."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import special, stats
from scipy.stats import qmc

from dsl.program.declared import Spread
from evaluator.draws.correlating import together
from evaluator.draws.quantiles import normal_at
from evaluator.draws.sequences import Chances, batches, sizes, sobol
from evaluator.draws.spreads import NotDrawn, Past, drawer, shape_of
from tests.evaluator.draws.squiggle import RECORDED

SPREADS: dict[str, tuple[Spread, Any]] = {
    "normal": (Spread("normal", (0.35, 0.06)), stats.norm(0.35, 0.06)),
    "lognormal": (Spread("lognormal", (-1.2, 0.2)), stats.lognorm(0.2, scale=math.exp(-1.2))),
    "uniform": (Spread("uniform", (0.1, 0.3)), stats.uniform(0.1, 0.2)),
    "triangular": (Spread("triangular", (0.0, 0.03, 0.1)), stats.triang(0.3, 0, 0.1)),
    "triangular, mode at its end": (Spread("triangular", (0.0, 0.0, 0.1)), stats.triang(0.0, 0, 0.1)),
    "beta": (Spread("beta", (2.0, 5.0)), stats.beta(2, 5)),
}
CHANCES = np.linspace(0.001, 0.999, 999)


@pytest.mark.parametrize("name", SPREADS)
def test_quantiles_and_shares_are_those_of_the_distribution(name: str) -> None:
    spread, known = SPREADS[name]
    assert np.allclose(drawer(spread).draw(CHANCES), known.ppf(CHANCES), rtol=1e-9)
    figures = known.ppf(CHANCES)
    assert np.allclose(shape_of(spread).below(figures), CHANCES, rtol=1e-9)


@pytest.mark.parametrize(("low", "high"), [(0.05, 0.1), (2e9, 5e9), (-0.02, 0.04), (0.0, 0.1)])
def test_nine_of_ten_draws_lie_in_an_interval(low: float, high: float) -> None:
    shape = shape_of(Spread("to", (low, high)))
    assert np.allclose([shape.below(low), shape.below(high)], [0.05, 0.95])
    middle = float(shape.at(0.5))
    assert math.isclose(middle, math.sqrt(low * high) if low > 0 else (low + high) / 2)


@pytest.mark.parametrize("name", RECORDED)
def test_quantiles_are_those_of_squigglepy(name: str) -> None:
    """Recorded with `python -m tests.evaluator.draws.squiggle`."""
    spread, quantiles = RECORDED[name]
    found = drawer(spread, rising=True).draw(np.array([0.05, 0.25, 0.5, 0.75, 0.95]))
    assert np.allclose(found, quantiles, rtol=0.01)


def test_what_lies_beyond_bounds_is_not_drawn_and_how_much_that_is_is_said() -> None:
    found = drawer(Spread("normal", (0.1, 0.06)), low=0.0)
    outside = NormalDist(0.1, 0.06).cdf(0.0)
    assert math.isclose(found.outside, outside)
    drawn = found.draw(CHANCES)
    assert drawn.min() >= 0.0
    assert np.allclose(drawn, stats.truncnorm(-0.1 / 0.06, np.inf, 0.1, 0.06).ppf(CHANCES))
    assert drawer(Spread("normal", (0.1, 0.06))).outside == 0.0
    with pytest.raises(NotDrawn, match="beyond the bounds"):
        drawer(Spread("normal", (-0.1, 0.06)), low=0.0)


def test_discrete_values_come_with_their_weights_within_bounds() -> None:
    spread = Spread("discrete", (0.1, 1.0, 0.2, 3.0, 0.9, 1.0))
    chances = (np.arange(1000) + 0.5) / 1000
    assert dict(zip(*np.unique(drawer(spread).draw(chances), return_counts=True), strict=True)) == {
        0.1: 200,
        0.2: 600,
        0.9: 200,
    }
    bounded = drawer(spread, high=0.5)
    assert dict(zip(*np.unique(bounded.draw(chances), return_counts=True), strict=True)) == {0.1: 250, 0.2: 750}
    assert math.isclose(bounded.outside, 0.2)


def test_words_come_with_their_weights() -> None:
    found = drawer(Spread("discrete", (1.0, 3.0), ("early", "late")))
    assert list(np.bincount(found.draw((np.arange(400) + 0.5) / 400))) == [100, 300]
    assert found.words == ("early", "late")


MIXTURE = Spread("mixture", (0.7, 0.3), (), (Spread("normal", (0.3, 0.06)), Spread("normal", (0.0, 0.02))))


@pytest.mark.parametrize("rising", [False, True])
def test_a_mixture_has_the_share_of_each_part(rising: bool) -> None:
    drawn = np.sort(drawer(MIXTURE, rising=rising).draw((np.arange(20_000) + 0.5) / 20_000))
    for figure in (-0.02, 0.0, 0.1, 0.25, 0.3, 0.4):
        wanted = 0.7 * NormalDist(0.3, 0.06).cdf(figure) + 0.3 * NormalDist(0.0, 0.02).cdf(figure)
        assert abs(np.searchsorted(drawn, figure) / len(drawn) - wanted) < 2e-4
    if rising:
        assert np.all(np.diff(drawer(MIXTURE, rising=True).draw(CHANCES)) >= 0)


def test_a_mixture_of_values_and_ranges_is_not_correlated() -> None:
    mixed = Spread("mixture", (0.5, 0.5), (), (Spread("discrete", (0.1, 1.0)), Spread("normal", (0.2, 0.1))))
    assert set(drawer(mixed).draw(np.array([0.1, 0.2, 0.4]))) == {0.1}
    with pytest.raises(NotDrawn, match="cannot be"):
        drawer(mixed, rising=True)


def test_a_mixture_within_bounds_counts_what_is_left_of_each_part() -> None:
    found = drawer(MIXTURE, low=0.1)
    left = 0.7 * (1 - NormalDist(0.3, 0.06).cdf(0.1)) + 0.3 * (1 - NormalDist(0.0, 0.02).cdf(0.1))
    assert math.isclose(found.outside, 1 - left)
    assert found.draw(CHANCES).min() >= 0.1


def test_the_past_is_drawn_as_it_was() -> None:
    past = Past((100.0, 110.0, 99.0), ((100.0, 110.0), (110.0, 99.0)), 99.0, growth=True)
    chances = np.array([0.1, 0.5, 0.9])
    assert set(drawer(Spread("history", ()), past=past).draw(chances)) == {100.0, 110.0, 99.0}
    assert np.allclose(sorted(set(drawer(Spread("changes", ()), past=past).draw(chances))), [99 * 0.9, 99 * 1.1])
    loss = Past((1.0, -1.0, 2.0), ((1.0, -1.0), (-1.0, 2.0)), 2.0, growth=True)
    assert set(drawer(Spread("changes", ()), past=loss).draw(chances)) == {0.0, 5.0}
    with pytest.raises(NotDrawn, match="1 of its figures are known"):
        drawer(Spread("history", ()), past=Past((1.0,), (), 1.0))


PAST = Past((0.1, 0.12, 0.09, 0.1, 0.15), ((0.1, 0.12), (0.12, 0.09), (0.09, 0.1), (0.1, 0.15)), 0.15)
CORRELATED = {
    **{name: spread for name, (spread, _) in SPREADS.items()},
    "interval": Spread("to", (0.05, 0.1)),
    "mixture": MIXTURE,
    "history": Spread("history", ()),
    "changes": Spread("changes", ()),
    "discrete": Spread("discrete", (0.1, 0.5, 0.2, 0.2, 0.4, 0.3)),
}


@pytest.mark.parametrize("rank", [-0.7, 0.2, 0.6])
def test_ranks_go_together_as_is_written(rank: float) -> None:
    """Within 0.01 of what is drawn, of each two distributions: also of those with few values, whose ties share a rank. Each keeps
    its own distribution."""
    names = list(CORRELATED)
    drawers = {n: drawer(spread, past=PAST, rising=True) for n, spread in CORRELATED.items()}
    for one, other in zip(names, [*names[1:], names[0]], strict=True):
        found = together((one, other), [drawers[one], drawers[other]], {frozenset((one, other)): rank})
        assert (found.groups, found.short) == (((0, 1),), ())
        chances = Chances(2, "sobol", 5, found.mixing).batch(0, 1 << 14)
        columns = [drawers[n].draw(chances[:, at]) for at, n in enumerate((one, other))]
        assert abs(stats.spearmanr(*columns).statistic - rank) < 0.01, (one, other)
        for column in chances.T:
            assert np.abs(np.sort(column) - (np.arange(len(column)) + 0.5) / len(column)).max() < 0.01


def test_three_names_go_together_and_a_fourth_alone() -> None:
    ranks = {frozenset("ab"): 0.6, frozenset("bc"): -0.3}
    drawers = [drawer(CORRELATED[n], past=PAST, rising=True) for n in ("normal", "history", "mixture", "beta")]
    found = together(tuple("abcd"), drawers, ranks)
    assert found.groups == ((0, 1, 2), (3,))
    chances = Chances(4, "sobol", 5, found.mixing).batch(0, 1 << 14)
    there = stats.spearmanr(np.array([d.draw(chances[:, at]) for at, d in enumerate(drawers)]).T).statistic
    wanted = [[1, 0.6, 0, 0], [0.6, 1, -0.3, 0], [0, -0.3, 1, 0], [0, 0, 0, 1]]
    assert np.abs(there - wanted).max() < 0.01


def test_two_values_cannot_follow_a_range_all_the_way() -> None:
    """The ranks of one of two values, each as likely, and of a range go together by √¾ at most."""
    two = drawer(Spread("discrete", (0.1, 0.5, 0.2, 0.5)))
    found = together(("a", "b"), [two, drawer(SPREADS["normal"][0])], {frozenset("ab"): 0.95})
    (short,) = found.short
    assert (short.first, short.second, short.wanted) == ("a", "b", 0.95)
    assert short.reached == pytest.approx(math.sqrt(0.75), abs=0.005)


def test_the_normal_figure_of_a_chance_is_within_1e_10() -> None:
    chances = np.concatenate(
        [np.random.default_rng(1).random(50_000), 2.0 ** -np.arange(1, 60), [1 - 2.0**-53, 1 / 64, 63 / 64]]
    )
    assert np.abs(normal_at(chances) - special.ndtri(chances)).max() < 1e-10
    assert normal_at(0.975) == special.ndtri(0.975)


class _NoScrambling:
    """In place of a generator: bits that are all 0, by which nothing is scrambled."""

    def integers(self, low: int, high: int, shape: Any, kind: Any) -> Any:
        return np.zeros(shape, kind)


def test_sobol_points_are_those_of_scipy() -> None:
    """Not scrambled they are the same points, in another order, but for half a step by which none is 0."""
    found = sobol(7, 1 << 10, _NoScrambling()) - 2.0**-31
    wanted = qmc.Sobol(7, scramble=False).random_base2(10).T
    assert sorted(map(tuple, found.T)) == sorted(map(tuple, wanted.T))


@pytest.mark.parametrize("size", [1, 2, 64, 1000, 4096])
def test_scrambled_points_are_as_even_as_the_sequence_is(size: int) -> None:
    """Of each name one point in each of as many equal parts as there are points, and of the first two names one in each cell of a
    grid: scrambling keeps that (Owen, 1997). No two names and no two batches are alike."""
    one, other = (Chances(5, "sobol", 3).batch(at, size) for at in (0, 1))
    if size & (size - 1):
        assert one.shape == (size, 5)
        return
    for column in one.T:
        assert sorted((column * size).astype(int)) == list(range(size))
    side = math.isqrt(size)
    if side * side == size:
        assert len({(int(x * side), int(y * side)) for x, y in one[:, :2]}) == size
    assert not np.array_equal(one, other)
    assert len({tuple(column) for column in one.T}) == 5
    assert one.max() < 1


def test_a_batch_follows_from_seed_and_place_alone() -> None:
    for method in ("sobol", "random"):
        one = Chances(4, method, 7)
        assert np.array_equal(one.batch(3, 100), Chances(4, method, 7).batch(3, 100))
        assert not np.array_equal(one.batch(3, 100), one.batch(4, 100))
        assert not np.array_equal(one.batch(3, 100), Chances(4, method, 8).batch(3, 100))
        assert not np.array_equal(one.batch(3, 100), one.batch(3, 100, stream=1))
        assert one.batch(0, 1000).min() > 0 and one.batch(0, 1000).max() < 1  # noqa: PT018


@pytest.mark.parametrize("draws", [1, 7, 255, 256, 1000, 65_536, 10**6 + 1, 10**9])
def test_batches_hold_all_draws_and_no_more_than_fit(draws: int) -> None:
    count, largest = batches(draws)
    assert sum(sizes(draws, count, at) for at in range(min(count, 20_000))) == draws
    assert largest <= 1 << 16
