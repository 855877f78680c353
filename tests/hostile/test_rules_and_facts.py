"""Rules and facts that were changed together, here and there, so that most still mean something: what a fuzzer tries."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from tests.paths import ROOT
from tests.soak.drawn import LENGTH, input_of
from tests.soak.planted_faults import FAULTS, planted
from tests.soak.rules_and_facts import changed, crossed, keeps_the_law, seeds

FEW = [ROOT / "tests" / "cases" / "valid" / f"{name}.thesis" for name in ("functions", "worlds", "periods")]


def some(seed: int, count: int, begun: list[bytes]) -> Counter[str]:
    """What became of so many inputs, each made of those that came to a report."""
    random, pool, found = Random(seed), list(begun), Counter[str]()
    for n in range(count):
        one = random.choice(pool)
        data = changed(one, random) if random.random() < 0.8 else crossed(one, random.choice(pool), random)
        came_to = keeps_the_law(data, page=n % 20 == 0)
        found[came_to] += 1
        if came_to == "reports" and random.random() < 0.2:
            pool[random.randrange(len(pool))] = data
    return found


@pytest.fixture(scope="module")
def few() -> list[bytes]:
    """The examples that are changed in each run."""
    return seeds(FEW)


@pytest.mark.parametrize("seed", range(2))
def test_rules_and_facts_changed_together(few: list[bytes], seed: int) -> None:
    found = some(seed, 60, few)
    assert found["reports"] > 10, found  # what is refused early tries little
    assert found["reports"] < 60, found


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_thousand_of_them(seed: int) -> None:
    assert some(seed, 1_000, seeds())["reports"] > 300


def drawn(seed: int, count: int) -> Counter[str]:
    """What became of so many inputs that bytes chose, each a thesis with facts that it asks for; and of faults that are planted."""
    random, found = Random(seed), Counter[str]()
    for _ in range(count):
        data = input_of(random.randbytes(LENGTH))
        if data is not None:
            try:
                found[keeps_the_law(data, page=False)] += 1
            except RuntimeError as fault:
                found[str(fault)] += 1
    return found


def test_nearly_every_input_that_is_drawn_comes_to_a_report() -> None:
    found = drawn(1, 20)
    assert found["reports"] >= 18, found


@pytest.mark.soak
def test_what_is_drawn_finds_a_planted_fault() -> None:
    with planted():
        found = drawn(2, 200)
    assert found[FAULTS[0]] >= 5, found


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_two_thousand_that_are_drawn(seed: int) -> None:
    found = drawn(seed, 200)
    assert found["reports"] > 180, found
    assert set(found) <= {"reports", "facts refused"}, found
