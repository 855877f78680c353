"""What means nothing does not hold, and neither does its negation: through names, `is false`, pillars, tables and kills."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.engine.evaluation import Evaluation, State, Status
from evaluator.values.values import Truth, Words
from tests.support.runs import company, fact, ran

AS_OF = dt.date(2026, 5, 14)
RATIOS = (
    "worth / earned", "debt / profit", "earned / (worth + debt)", "yoy(earned)", "sqrt(earned / worth)", "ln(worth / 1bn CNY)",
    "pe", "twice", "average(pe, 2 years)", "pe - lag(pe, 1)", "max(pe, 0x)", "cagr(earned, 1)",
)  # fmt: skip
SIGNS = ("<", "<=", ">", ">=")


def rules(ratio: str, sign: str, bound: str) -> str:
    return f"""rules main since 2026-04-01
input worth "Worth" : money per year balance
input debt "Debt" : money per year balance
input earned "Earned" : money per year
input profit "Profit" : money per year
metric pe "P/E" : multiple = worth / earned meaningful when earned > 0
metric twice "Twice the P/E" = pe * 2
metric asked "What is asked" = {ratio}
pillar yes "Yes?"
pillar no "No?"
pillar off "Off?"
pillar both "Both?"
bull cheap "Cheap" on yes when asked {sign} {bound}
bull not_cheap "Not cheap" on no when not cheap
bull is_false "Is false" on off when cheap is false
bear either "Either" on both when cheap or not cheap
kill dead "Dead" when cheap
kill alive "Alive" when not cheap
verdict v "V"
  when cheap then "Cheap"
  when not cheap then "Dear"
  when yes is supported or no is supported or off is supported or both is undermined then "Some"
  when dead has happened or alive has happened then "Over"
  otherwise "Nothing"
"""


def evaluated(figures: dict[str, list[int]], ratio: str, sign: str, bound: str) -> Evaluation:
    text = ""
    for name, values in figures.items():
        years = (fact(f"FY{2024 + n}", f"{value}bn", f"{2025 + n}-03-01") for n, value in enumerate(values))
        text += f"  {name}:\n" + "".join(years)
    return ran(rules(ratio, sign, bound), company(text, ends="12-31"), AS_OF).evaluation


def judged(evaluation: Evaluation) -> dict[str, State]:
    return {name: found.state for name, found in evaluation.judged.items()}


FIGURES = st.fixed_dictionaries(
    {name: st.lists(st.integers(-2, 3), min_size=2, max_size=2) for name in ("worth", "debt", "earned", "profit")}
)


def neither_nor(figures: dict[str, list[int]], ratio: str, sign: str, bound: str) -> None:
    evaluation = evaluated(figures, ratio, sign, bound)
    cheap, states = evaluation.of("cheap"), judged(evaluation)
    assert isinstance(cheap, Truth)
    if cheap.value is not None:
        assert states["not_cheap"] is states["is_false"] is (State.FALSE if cheap.value else State.TRUE)
        assert states["either"] is State.TRUE
        return
    assert cheap.nm  # all figures are known: nothing else is possible
    assert set(states.values()) == {State.NOT_MEANINGFUL}
    for pillar in ("yes", "no", "off", "both"):
        status = evaluation.of(pillar)
        assert isinstance(status, Words)
        assert status.possible == ("open",)
    for kill in ("dead", "alive"):
        assert evaluation.events[kill].status is Status.WATCHED
    outcome = evaluation.of("v")
    assert isinstance(outcome, Words)
    assert outcome.possible == ("Nothing",)


BOUND = {
    "twice": "20x", "pe": "-3x", "max(pe, 0x)": "10x", "average(pe, 2 years)": "2x", "pe - lag(pe, 1)": "1x",
    "yoy(earned)": "50%", "cagr(earned, 1)": "50%",
}  # fmt: skip


@settings(max_examples=40)
@given(FIGURES, st.sampled_from(RATIOS), st.sampled_from(SIGNS))
def test_neither_it_nor_its_negation_holds(figures: dict[str, list[int]], ratio: str, sign: str) -> None:
    neither_nor(figures, ratio, sign, BOUND.get(ratio, "0.5"))


@pytest.mark.soak
@settings(max_examples=2000)
@given(FIGURES, st.sampled_from(RATIOS), st.sampled_from(SIGNS))
def test_neither_it_nor_its_negation_holds_soak(figures: dict[str, list[int]], ratio: str, sign: str) -> None:
    neither_nor(figures, ratio, sign, BOUND.get(ratio, "0.5"))


def test_a_loss_maker_is_neither_cheap_nor_dear() -> None:
    figures = {"worth": [2, 2], "debt": [1, 1], "earned": [1, -1], "profit": [1, 1]}
    evaluation = evaluated(figures, "pe", "<", "15x")
    assert set(judged(evaluation).values()) == {State.NOT_MEANINGFUL}
    outcome = evaluation.of("v")
    assert isinstance(outcome, Words)
    assert outcome.possible == ("Nothing",)
