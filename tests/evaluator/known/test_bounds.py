"""A fact outside the limits that the rules declare is refused; one that reaches over a limit is judged by its middle."""

from __future__ import annotations

import pytest

from evaluator.known.bind import bind
from tests.support.runs import HEAD, TAIL, checked, company, fact


def codes(value: str, limits: str) -> list[str]:
    program = checked(f'{HEAD}input x "X" : number {limits}\nkill k "K" when x > 1{TAIL}').program
    assert program is not None
    return [
        d.code
        for d in bind(program, company(f"  x:\n{fact('2026-05-01', value, '2026-05-01', key='date')}")).diagnostics
    ]


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("0", False), ("10", False), ("-0.01", True), ("10.01", True),
        ("at least 11", True), ("at most -1", True), ("at least 10", False), ("at most 0", False), ("at least 5", False),
        ("between 11 and 13", True), ("between 8 and 11", False), ("between 9 and 14", True),
    ],
)  # fmt: skip
def test_limits_hold_for_exact_figures_and_for_bounds(value: str, refused: bool) -> None:
    """A bound that is open to one side has no middle: only the limits themselves can tell that none of it is inside."""
    assert codes(value, "between 0 and 10") == (["F022"] if refused else [])
