"""Paths as terms: what the solver says of them is what the evaluator gives, in every world that it shows and in drawn ones."""

from __future__ import annotations

import pytest

from evaluator.examples.running import run_examples
from evaluator.proofs.prove import prove
from tests.evaluator.proofs.test_brute_force import holds_up
from tests.support.grid import DAY, checked

RULES = """rules paths "Paths"
input cash "Cash" : money per year
input rate "Rate" : percent
forecast ahead for 3 years starts cash then previous * 2
forecast apart for 3 years starts ahead then if step > 2 then ahead * 0% else ahead - previous
metric present = npv(ahead, rate)
pillar p "?"
"""


def findings(rules: str) -> dict[tuple[str, str], str]:
    text = RULES + rules
    proof = prove(checked(text), DAY, 20.0)
    for found in proof.findings:
        if found.witness is not None:
            assert holds_up(text, found.witness), found
    return {(f.code, f.name): (f.witness.text if f.witness else "") for f in proof.findings}


@pytest.mark.parametrize("never", [
    "npv(ahead, 10%) > 0 and cash < 0", "total(ahead) > 14 * cash", "total(ahead) < 13 * cash and cash > 0",
    "at(ahead, 3) > 8 * cash", "at(apart, 3) > 0", "at(apart, 1) > cash and cash > 0", "npv(ahead, 0%) != total(ahead)",
    "present > 0 and rate < -100%", "present is meaningful and rate = -150%",
])  # fmt: skip
def test_what_can_never_be_is_proven(never: str) -> None:
    assert ("P006", "b") in findings(f"bull b on p when {never}\n")


@pytest.mark.parametrize(
    "may",
    [
        "npv(ahead, 10%) > 0 and cash > 0",
        "total(ahead) > 13 * cash",
        "at(apart, 1) = cash and cash > 0",
        "present is not meaningful and rate = -150%",
    ],
)
def test_what_can_be_is_not_said_to_be_impossible(may: str) -> None:
    assert ("P006", "b") not in findings(f"bull b on p when {may}\n")


def test_a_rate_that_means_nothing_is_a_world_of_its_own() -> None:
    """A table over a present value has a gap where the rate is −100%, with a world that shows it."""
    found = findings(
        'verdict v "V"\n  when present > 0 then "A"\n  when present <= 0 then "B"\n  otherwise "C"\nbull b on p when present > 0\n'
    )
    assert ("P014", "v") in found
    assert "rate = -100%" in found["P014", "v"]


DAYS = ("2025-11-30", "2026-01-31", "2026-02-28", "2026-05-14", "2026-06-30", "2026-12-31", "2027-03-01")
OF_THE_DAY = (
    "as_of > 2026-06-30 and n > 1", "days_between(as_of, 2026-12-31) > 100 * n and n > 0", "months_between(as_of, 2026-12-31) < 0",
    "as_of < 2026-03-01 and as_of > 2026-06-30", "days_between(as_of, as_of) > n and n > 0", "n * days_between(2026-01-01, as_of) < 0",
    "months_between(2026-01-31, as_of) >= 13 and n < 1", "as_of > 2026-06-30 and as_of < 2026-06-01 or n > 2",
)  # fmt: skip


@pytest.mark.parametrize("when", OF_THE_DAY)
def test_what_is_proven_of_any_day_holds_on_each(when: str) -> None:
    """A condition over `as_of` that can never hold holds on no day; each that holds on one is not said to be impossible."""
    text = f'rules days "Days"\ninput n "N" : count between 0 and 2\npillar p "?"\nbull b on p when {when}\n'
    worlds = [(day, n) for day in DAYS for n in range(3)]
    asked = "".join(f'example "{day}, {n}"\n  given as_of = {day}, n = {n}\n  expect b is true\n' for day, n in worlds)
    found = {(f.code, f.name) for f in prove(checked(text), DAY, 20.0).findings}
    holds = [run.passed for run in run_examples(checked(text + asked), DAY)]
    assert len(holds) == len(worlds)
    assert ("P006", "b") not in found or not any(holds)
    assert ("P007", "b") not in found or all(holds)
    assert any(holds) or ("P006", "b") in found or ("P008", "b") in found, "on these days nothing is left undecided"


def test_an_example_says_of_paths_what_a_proof_does() -> None:
    text = (
        RULES
        + 'bull b on p when cash > 0\nexample "e" given cash = 1bn USD, rate = 0%\n  expect present = 14bn USD, total(apart) = 4bn USD\n'
    )
    (found,) = run_examples(checked(text), DAY)
    assert found.passed, found.output
