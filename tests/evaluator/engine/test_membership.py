"""`in`, `not in`, `between` and `not between` as Python gives them, over figures, days and words; and what is unknown of them."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from evaluator.values.values import Truth
from tests.support.runs import company, fact, ran

AS_OF = dt.date(2026, 5, 14)
INPUTS = """rules main
input x : number
input y : number
input g : percent
input w : choice of (a, b, c)
input t : text
input d : date
pillar o "?"
"""


def answer(asked: str, **facts: object) -> Truth:
    """What a condition comes to of dated facts."""
    given = "".join(f"  {n}:\n{fact('2026-01-01', v, '2026-01-01', key='date')}" for n, v in facts.items()) or "  {}\n"
    found = ran(f"{INPUTS}bull k on o when {asked}\n", company(given), AS_OF).evaluation.of("k")
    assert isinstance(found, Truth)
    return found


NUMBERS = (-2.5, 0.0, 1.0, 1.5, 2.0, 3.0)
LISTS = ((1, 2, 3), (0,), (-2.5, 3), (2, 2.0001), (1.5, 1, 0, 2))


@pytest.mark.parametrize(("x", "among"), list(product(NUMBERS, LISTS)))
def test_one_of_several_figures(x: float, among: tuple[float, ...]) -> None:
    listed = f"({', '.join(map(str, among))})"
    assert answer(f"x in {listed}", x=x).value is (x in among)
    assert answer(f"x not in {listed}", x=x).value is (x not in among)
    assert answer(f"not x in {listed}", x=x).value is (x not in among)


@pytest.mark.parametrize(("x", "low", "high"), list(product(NUMBERS, (-2.5, 1.0, 2.0), (1.0, 2.0, 3.0))))
def test_between_with_its_ends(x: float, low: float, high: float) -> None:
    if low > high:
        return
    assert answer(f"x between {low} and {high}", x=x).value is (low <= x <= high)
    assert answer(f"x not between {low} and {high}", x=x).value is (not low <= x <= high)


@pytest.mark.parametrize(("word", "among"), list(product("abc", ("a", "ab", "bc", "abc"))))
def test_one_of_several_words(word: str, among: str) -> None:
    listed = ", ".join(among)
    quoted = ", ".join(f'"{each}"' for each in among)
    assert answer(f"w in ({listed})", w=word).value is (word in among)
    assert answer(f"w not in ({quoted})", w=word).value is (word not in among)
    assert answer(f"t in ({quoted})", t=f'"{word}"').value is (word in among)
    assert answer("w in (t)", w=word, t=f'"{among[0]}"').value is (word == among[0])


def test_days_and_calculated_figures() -> None:
    assert answer("d in (2026-01-01, 2025-12-31)", d="2025-12-31").value is True
    assert answer("d not in (2026-01-01, 2025-12-31)", d="2025-12-30").value is True
    assert answer("x in (y, y + 1, 2 * y)", x=4, y=2).value is True
    assert answer("x in (y, y + 1)", x=4, y=2).value is False
    assert answer("x in (0.3, 1)", x=0.3).value is True
    assert answer("x + 0.1 in (0.3, 1)", x=0.2).value is True, "within the tolerance of every comparison"
    assert answer("g in (5%, 10%)", g="10%").value is True


def test_what_is_not_known() -> None:
    assert answer("x in (1, 2)").unknown
    assert answer("x in (1, y)", x=1).value is True
    assert answer("x in (1, y)", x=2).unknown
    assert answer("w in (a, b)").unknown
    assert answer("(if x > 1 then a else w) in (a, b)", w="b").value is True, "each that is possible is one of them"
    assert answer("(if x > 1 then w else w) in (a, b)", w="c").value is False
    assert answer("(if x > 1 then w else c) in (a, b)", w="a").unknown, "one is among them, the other is not"
    assert answer("(if x > 1 then w else c) not in (a, b)", w="c").value is True
    assert answer("x not between 1 and 2").unknown
    assert answer("x / 0 in (1, 2)", x=1).nm
    assert answer("x not in (1, 2 / 0)", x=3).nm
    assert answer("x in (3, 2 / 0)", x=3).value is True
