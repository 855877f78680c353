"""A figure on another scale, as people would have written it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.facts.spelling import Amount, amount, powers_apart


@pytest.mark.parametrize(
    ("text", "power", "meant"),
    [
        ("4.3m", 3, "4.3bn"),
        ("4.3bn", -3, "4.3m"),
        ("4.3", 9, "4.3bn"),
        ("4300000", -3, "4300"),
        ("43bn", -1, "4.3bn"),
        ("-43bn USD", -1, "-4.3bn USD"),
        ("38%", 2, "3800%"),
        ("0.38%", 2, "38%"),
        ("120 GBp", -2, "1.2 GBp"),
        ("5tn", 3, "5000tn"),
        ("4.30bn", -3, "4.30m"),
        ("at least 4m", 3, None),
        ("unknown", 3, None),
    ],
)
def test_as_people_would_have_written_it(text: str, power: int, meant: str | None) -> None:
    assert powers_apart(text, power) == meant


@given(
    st.decimals("0.01", "9999", places=2),
    st.sampled_from(["", "k", "m", "bn", "%", "x", "m USD", " shares"]),
    st.integers(-6, 6),
)
def test_it_is_so_many_powers_of_ten_apart(digits: object, unit: str, power: int) -> None:
    text = f"{digits}{unit}"
    written, was = powers_apart(text, power), amount(text)
    assert written is not None
    now = amount(written)
    assert isinstance(now, Amount)
    assert isinstance(was, Amount)
    assert (now.unit, now.currency) == (was.unit, was.currency)
    assert now.low == pytest.approx(was.low * 10.0**power)
