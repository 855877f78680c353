"""`round` as ROUND of spreadsheets gives it: halves away from zero, to decimals or to places before the point."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.engine.functions.each import rounded
from evaluator.values.values import Figure
from tests.support.runs import evaluation, number, read

ROUNDED = {
    "round(1234.5, -2)": 1200, "round(1250, -2)": 1300, "round(-1250, -2)": -1300, "round(1499.99, -3)": 1000,
    "round(1500, -3)": 2000, "round(499, -3)": 0, "round(2.5)": 3, "round(-2.5)": -3, "round(2.345, 2)": 2.35,
    "round(1.005, 2)": 1.01, "round(0.5)": 1, "round(1234567, -6)": 1000000, "round(15, -1)": 20, "round(14.99, -1)": 10,
    "round(1bn USD + 44m USD, -8) / 1m USD": 1000, "round(37%, -1) * 100": 40, "round(37.45%, 1) * 100": 37.5,
}  # fmt: skip


@pytest.mark.parametrize("call", ROUNDED)
def test_as_a_spreadsheet_rounds(call: str) -> None:
    assert number(read(evaluation(f"metric m = {call}\n"), "m")) == pytest.approx(ROUNDED[call], rel=1e-12)


@given(st.floats(-1e12, 1e12), st.integers(-12, 8))
def test_as_decimals_round(x: float, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    wanted = (Decimal(repr(x)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
    assert rounded(Figure.exact(x), number=places, percent_places=0).low == float(wanted)
