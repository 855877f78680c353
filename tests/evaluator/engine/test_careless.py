"""What a careless reading of the rules would get wrong: a name taken for a word, a whole number missed by a hair, a window
without a day."""

from __future__ import annotations

import datetime as dt

import pytest

from evaluator.values.values import Figure, Truth
from tests.support.runs import evaluation, fact, read

PAIR = """
input one : text
input other : text
kill same when one is other
kill differs when one is not other
"""


def _words(one: str | None, other: str | None) -> str:
    given = {"one": one, "other": other}
    return "".join(
        f"  {n}:\n" + fact("2026-01-01", f'"{w}"', "2026-01-02", key="date") for n, w in given.items() if w is not None
    )


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [("A LLP", "A LLP", True), ("A LLP", "B LLP", False), ("other", "A LLP", False), ("A LLP", None, None)],
)
def test_a_name_beside_is_means_what_it_holds_and_never_its_letters(
    one: str, another: str | None, same: bool | None
) -> None:
    found = evaluation(PAIR, _words(one, another))
    for name, wanted in (("same", same), ("differs", None if same is None else not same)):
        truth = read(found, name)
        assert isinstance(truth, Truth)
        assert truth.value is wanted


@pytest.mark.parametrize(
    ("x", "floor", "ceil"),
    [("0.29 * 100", 29, 29), ("0.57 * 100", 57, 57), ("-0.29 * 100", -29, -29), ("28.9999 * 1", 28, 29),
     ("2.000001 * 1", 2, 3), ("1.1 + 2.2 - 0.3", 3, 3)],
)  # fmt: skip
def test_what_is_within_the_tolerance_of_a_whole_number_is_that_number(x: str, floor: int, ceil: int) -> None:
    found = evaluation(f"metric low = floor({x})\nmetric high = ceil({x})\nkill used when low > 1 and high > 1\n")
    for name, wanted in (("low", floor), ("high", ceil)):
        figure = read(found, name)
        assert isinstance(figure, Figure)
        assert (figure.low, figure.high) == (wanted, wanted)


@pytest.mark.parametrize(
    "call", ["drawdown(price, 60 days)", "volatility(price, 60 days)", "stdev(price, 60 days)", "high(price, 1 year)",
             "trend(price, 60 days)", "average(price, 3 months)"],
)  # fmt: skip
def test_a_window_on_the_first_day_of_the_calendar_ends_in_a_value(call: str) -> None:
    rules = f"input price : money per day\nmetric fall = {call}\nscenario set assume price = 5 CNY\nkill used when fall > 0\n"
    found = read(evaluation(rules, "  {}\n", dt.date(1, 1, 1)), "fall")
    assert not found.known
