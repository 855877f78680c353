"""What is registered is in the table, once, and asks for what a call has."""

from __future__ import annotations

import pytest

from dsl.program.calls import Asked
from evaluator.engine.functions.registry import formula, formula_of, gives, reducer
from evaluator.engine.functions.shapes import MODULES
from evaluator.values.algebra import FIGURES
from evaluator.values.values import Figure

ASKED = Asked(number=2, per_year=4, percent_places=2, options=3)


def test_a_name_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(TypeError, match="nonsense is not in the table"):
        gives("nonsense")(lambda x: x)


def test_a_name_is_registered_once() -> None:
    assert MODULES
    for register in (gives, formula):
        with pytest.raises(TypeError, match="high is registered twice"):
            register("high")(lambda a, x: x)


def test_a_plain_argument_that_no_call_has_is_refused() -> None:
    def wrong(x: Figure, *, windows: int) -> Figure:
        return x

    with pytest.raises(TypeError, match="no call has windows"):
        gives("high")(wrong)


def test_plain_arguments_are_filled_in_by_their_names() -> None:
    rounded = reducer("round").of(ASKED)
    assert rounded(Figure.exact(0.123456)) == Figure.exact(0.1235)
    assert reducer("annualised").of(ASKED)(Figure.exact(3.0)) == Figure.exact(12.0)


def test_a_formula_is_the_same_over_any_algebra() -> None:
    found = formula_of("annualised")
    assert found is not None
    assert found.of(ASKED)(FIGURES, Figure.exact(3.0)) == Figure.exact(12.0)
    assert formula_of("median") is None
    with pytest.raises(KeyError):
        reducer("nonsense")
