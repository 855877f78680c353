"""One slip of each kind planted into clean histories: nearly all are found, and nothing is found in what is clean."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from evaluator.checkup.audit import audit
from tests.support.planted import DAY, RULES, SLIPS, History, company, history
from tests.support.runs import HEAD, TAIL, checked

SEEDS = range(4)
FOUND = 0.95
PROGRAM = checked(HEAD + RULES + TAIL).program
CLEAN = {seed: history(seed) for seed in SEEDS}


def findings(made: History) -> Counter[str]:
    """What the check says, without places: findings that a slip moves to another line are the same."""
    assert PROGRAM is not None
    return Counter(d.message for d in audit(PROGRAM, company(made), DAY))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_in_a_clean_history(seed: int) -> None:
    assert findings(CLEAN[seed]) == Counter()


@pytest.mark.parametrize("seeds", [pytest.param(SEEDS, marks=pytest.mark.soak), SEEDS[:1]])
def test_nearly_every_planted_slip_is_found(seeds: range) -> None:
    """Each run plants every slip once, a soak four times."""
    missed = [
        (kind, seed) for kind, plant in SLIPS.items() for seed in seeds
        if not findings(plant(CLEAN[seed], random.Random(f"{kind} {seed}")))
    ]  # fmt: skip
    tries = len(SLIPS) * len(seeds)
    assert len(missed) <= (1 - FOUND) * tries, missed
    kinds = Counter(kind for kind, _ in missed)
    throughout = [kind for kind, times in kinds.items() if times == len(seeds) > 1]
    assert not throughout, "no kind is missed throughout"
