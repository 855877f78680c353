"""A figure that is written in another way and can mean but one is offered as facts spell it; one that may mean two is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.facts.currencies import surely
from evaluator.facts.spelling import Amount, amount, meant

ONE = {
    "1,234,567": "1234567",
    "12,345.60": "12345.60",
    "(46.6bn)": "-46.6bn",
    "5 billion": "5bn",
    "5B": "5bn",
    "3.2 million usd": "3.2m USD",
    "12bn RMB": "12bn CNY",
    "12bn US$": "12bn USD",
    "38 percent": "38%",
    "38 per cent": "38%",
    "(1,234.5) thousand": None,
    "n/a": "unknown",
}
TWO = (
    "1,234",
    "1.234,5",
    "5M",
    "5T",
    "12bn CNH",
    "$12m",
    "12bn GBR",
    "1,23,456",
    "(5",
    "-(5m)",
    "5%",
    "5bn",
    "",
    "over 5bn",
    "-",
)


@pytest.mark.parametrize(("text", "spelled"), ONE.items())
def test_what_means_one_figure_is_spelled_as_facts_do(text: str, spelled: str | None) -> None:
    assert meant(text) == spelled


@pytest.mark.parametrize("text", TWO)
def test_what_may_mean_two_or_is_right_is_left(text: str) -> None:
    assert meant(text) is None


@given(st.integers(0, 10**12), st.sampled_from(["", "m", " million", " bn"]), st.booleans())
def test_thousands_that_are_parted_are_the_same_figure(number: int, scale: str, brackets: bool) -> None:
    text = f"{number:,}.5{scale}"
    found = meant(f"({text})" if brackets else text)
    if number < 1000 and not brackets and scale != " million":
        assert found is None  # it is spelled as facts do
        return
    assert found is not None
    figure = amount(found)
    assert isinstance(figure, Amount)
    factor = {"": 1, "m": 10**6, " million": 10**6, " bn": 10**9}[scale]
    assert figure.low == pytest.approx((-1 if brackets else 1) * (number + 0.5) * factor)


def test_codes_that_can_be_no_other_are_named() -> None:
    assert [surely(code) for code in ("RMB", "usd", "US$", "CNH", "GBR", "USD", "GBX", "ABC")] == [
        "CNY", "USD", "USD", None, None, None, None, None,
    ]  # fmt: skip
