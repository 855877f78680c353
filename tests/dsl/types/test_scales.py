"""The one table of scales: what is written with a word is read as that figure."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.types.scales import SCALES, WORDS, scaled


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (39.8e9, (39.8, "bn")),
        (12.0, (12.0, "")),
        (-5e6, (-5.0, "m")),
        (1e3, (1.0, "k")),
        (999.0, (999.0, "")),
        (4e15, (4e3, "tn")),
    ],
)
def test_the_largest_scale_that_is_reached(value: float, found: tuple[float, str]) -> None:
    assert scaled(value) == found


def test_what_would_be_printed_as_a_thousand_is_one_of_the_next() -> None:
    assert scaled(999.6e6, 0.9995) == (0.9996, "bn")
    assert scaled(999.4e6, 0.9995) == (999.4, "m")


@given(st.fractions(min_value=-(10**16), max_value=10**16))
def test_no_figure_is_changed(value: Fraction) -> None:
    many, word = scaled(value)
    assert many * SCALES.get(word, 1) == value
    assert word in ("", *WORDS.split("|"))
