"""What if: the run that had these values from the start; a number only where its unit is clear."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thesis
from tests.support.kinds import KINDS, KINDS_FACTS
from tests.support.runs import checked, company
from thesis import Figure, Run, ThesisError
from thesis.asked import settings_of

DAY = "2026-05-14"


def run(settings: Any = None) -> Run:
    return thesis.evaluate("kinds", "KIND", as_of=DAY, settings=settings)


@pytest.mark.parametrize(
    "values",
    [
        {"growth": "30%"},
        {"growth": "unknown"},
        {"growth": None},
        {"stores": 3},
        {"audited": False, "stores": 3},
        {"index": Decimal("2.5")},
        {"index": Fraction(5, 2)},
        {"multiple_paid": 18.5},
        {"turnover": 0.25},
        {"since": dt.date(2001, 1, 1)},
        {"since": dt.datetime(2001, 1, 1, 12)},
        {"since": "2001-01-01"},
        {"region": "europe"},
        {"sales": "3bn CNY"},
        {"sales": "3bn USD"} | {"sales": "3bn CNY"},
        {"change": "2pp"},
        {"enough": "-5pp + 20%"},
        {},
    ],
)
def test_it_is_the_run_that_had_these_values_from_the_start(values: dict[str, Any]) -> None:
    assert run().what_if(values) == run(values)
    assert run().what_if(**values).report() == run(values).report()


def test_what_was_set_stays_set_and_the_first_run_is_left_as_it_was() -> None:
    first = run({"growth": "5%"})
    second = first.what_if(stores=3).what_if(growth="30%")
    assert dict(first.settings) == {"growth": "5%"}
    assert dict(second.settings) == {"growth": "30%", "stores": "3"}
    assert second == run({"growth": "30%", "stores": 3})
    assert (first.verdicts["call"].outcome, second.verdicts["call"].outcome) == ("Wait", "Buy")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"growth": 0.3},
            ("`growth` is a percent, and 0.3 may be meant as 30% or as 0.3%", 'growth="30%"', 'growth="0.3%"'),
        ),
        ({"growth": 30}, ("30 may be meant as 3000% or as 30%", 'growth="30%"')),
        ({"enough": 1e-7}, ("0.0000001 may be meant as 0.00001% or as 0.0000001%",)),
        ({"change": 2}, ("may be meant as 200pp or as 2pp",)),
        ({"doubled": 0.3}, ("`doubled` is a percent",)),
        ({"sales": 3e9}, ("does not say of which currency, nor whether in millions", 'sales="10bn CNY"')),
        ({"path": 3}, ("`path` is money",)),
        ({"audited": 1}, ("`audited` is something true or false, and 1 is a number", 'audited="true"')),
        ({"stores": True}, ("`stores` is a count, and True is a bool", 'stores="5"')),
        ({"since": 2001}, ("`since` is a date", 'since="2026-05-14"')),
        ({"growth": dt.date(2026, 1, 1)}, ("`growth` is a percent", "is a date")),
        ({"region": 3}, ("`region` is a choice",)),
        ({"markets": ["asia"]}, ("`markets` is a set, and ['asia'] is a list",)),
        ({"stores": float("nan")}, ("nan is not a figure", "None for what is not known")),
        ({"stores": float("inf")}, ("inf is not a figure",)),
        ({"stores": Decimal("NaN")}, ("not a figure",)),
        ({"stores": 1 + 2j}, ("is a complex",)),
        ({"stores": object}, ("`stores` is a count",)),
        ({"growth": "5bn"}, ("`growth` is a percent, but this value is a number", 'growth="38%"')),
        ({"growth": "0.3"}, ("`growth` is a percent",)),
        ({"growth": "2000%"}, ("2000%", "-100% to 1000%")),
        ({"growth": ""}, ("does not say what to set",)),
        ({"growth": "5%, stores=3"}, ("sets more than `growth`",)),
        ({"growth": "5%, growth=3%"}, ("`growth` is set twice here",)),
        ({"growht": "5%"}, ("there is no input, param, metric or forecast `growht`", "did you mean `growth`?")),
        ({"growht": 5}, ("did you mean `growth`?",)),
        ({"a b": "5%"}, ("there is no input, param, metric or forecast `a b`",)),
        ({"": "5%"}, ("there is no input, param, metric or forecast ``",)),
        ({3: "5%"}, ("there is no input, param, metric or forecast `3`",)),
        ({"call": "Buy"}, ("`call` is a verdict; only inputs, params, metrics and forecasts can be set",)),
        ({"growing": True}, ("`growing` is a bull", "set the figures it depends on")),
        ({"slump": "1%"}, ("`slump` is a scenario",)),
        ([("growth", "5%")], ("`settings` are a list",)),
        ("growth=5%", ("`settings` are a str",)),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(values: Any, words: tuple[str, ...]) -> None:
    for ask in (lambda: run(values), lambda: run().what_if(values)):
        with pytest.raises(ThesisError) as refused:
            ask()
        for word in words:
            assert word in str(refused.value)
        assert not any(flag in str(refused.value) for flag in ("--set", "--for", "--facts"))
        assert refused.value.diagnostics


def test_a_name_is_set_once() -> None:
    with pytest.raises(ThesisError, match="`growth` is set twice here"):
        run().what_if({"growth": "5%"}, growth="6%")


def test_numbers_of_other_libraries_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    assert run({"stores": numpy.int64(3)}) == run({"stores": 3})
    assert run({"index": numpy.float64(2.5)}) == run({"index": 2.5})
    assert run({"audited": numpy.bool_(False)}) == run({"audited": False})


PROGRAM = checked(KINDS).program
ABOUT = company(KINDS_FACTS.partition("facts:\n")[2])
BEGUN = thesis.evaluate(KINDS, ABOUT, as_of=DAY)


@settings(max_examples=60)
@given(st.sampled_from(["stores", "index", "multiple_paid", "turnover"]), st.floats(-1e12, 1e12))
def test_a_number_is_taken_as_it_is(name: str, number: float) -> None:
    """Whatever its digits: what comes out is what went in, to the last bit."""
    value = BEGUN.what_if({name: number})[name].value
    assert isinstance(value, Figure)
    assert value.low == value.high == number


@settings(max_examples=60)
@given(
    st.sampled_from(["growth", "change", "sales", "doubled"]), st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12)
)
def test_a_number_of_an_unclear_unit_is_never_taken(name: str, number: float) -> None:
    assert PROGRAM is not None
    with pytest.raises(ThesisError):
        settings_of(PROGRAM, {name: number})
