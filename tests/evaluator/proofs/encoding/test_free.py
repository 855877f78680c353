"""A function of which no proof says anything is a free term: then less is proven, never more, and nothing raises."""

from __future__ import annotations

import pytest

from dsl.types.functions import FUNCTIONS
from evaluator.proofs.encoding import each, histories, lookback
from evaluator.proofs.encoding.encode import Worlds
from evaluator.proofs.encoding.free import Proofs
from evaluator.proofs.encoding.terms import Num, Tri
from evaluator.proofs.encoding.worlds import encoder
from evaluator.proofs.prove import prove
from evaluator.proofs.prover import Outcome
from tests.evaluator.proofs.test_periods import EXACT, LOOSE, SHORT, proven, rules, states
from tests.evaluator.proofs.test_periods import histories as every_history
from tests.support.grid import DAY, checked

EXAMPLES = """rules drawn "Drawn"
input revenue : money per quarter
input margin  : percent per quarter
input price   : money per day
input eps     : money per share per quarter
input profit  : money per year by segment
input multiple_of : multiple by segment
forecast revenue_ahead for 3 years starts ttm(revenue) then previous * 110%
valuation fair_value = revenue against price
scenario slump probability 20% assume margin = 1%
"""
OF_ONE_PERIOD = (
    "abs(x - 1) > 0", "min(x, y) < 0", "max(x, y, 1) < 1", "round(x / 2) > 1", "floor(x / 2) < 0", "sqrt(x) > 2",
    "first_known(x, 1) is unknown", "count(x > 0, y > 0) > 1", "any(x > 1, y > 1)", "all(x > 1, y > 1)",
    "exp(x) < 0", "ln(x) > 5", "median(x, y, 1) > 1",
)  # fmt: skip


@pytest.fixture
def nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no module had registered anything about any function."""
    for module, name in ((each, "proves"), (lookback, "proves"), (lookback, "same"), (histories, "proves")):
        monkeypatch.setattr(module, name, Proofs())
    for module in (each, lookback, histories):
        monkeypatch.setattr(module, "formula_of", lambda name: None)


@pytest.mark.parametrize("worlds", Worlds)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_term(name: str, worlds: Worlds, nothing_is_known: None) -> None:
    program = checked(f"{EXAMPLES}metric m = {FUNCTIONS[name].example.partition(' = ')[0]}\n")
    term = encoder(program, DAY, worlds).name("m", 1)
    assert isinstance(term, Tri if name in ("any", "all") else Num)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_command_that_proves_says_something_of_every_function(name: str, nothing_is_known: None) -> None:
    expr = FUNCTIONS[name].example.partition(" = ")[0]
    asked = f"({expr}) is known" if name not in ("any", "all") else expr
    text = (
        f'{EXAMPLES}pillar one "One?"\nbull c on one when {asked}\nverdict v "V"\n  when c then "A"\n  otherwise "B"\n'
    )
    assert prove(checked(text), DAY, 2.0).findings is not None


@pytest.mark.parametrize("condition", [*SHORT, *LOOSE, *OF_ONE_PERIOD])
def test_what_is_impossible_never_happens(condition: str, nothing_is_known: None) -> None:
    program = checked(rules(condition))
    names = ("x", "y") if "y" in condition.replace("yoy", "").replace("any", "") else ("x",)
    seen = states(program, every_history(names, 4 if len(names) == 1 else 1, EXACT))
    for outcome, value in zip(proven(program), (True, False), strict=True):
        assert not outcome.never or value not in seen, (condition, value)


def test_less_is_proven(nothing_is_known: None) -> None:
    """The fixture does what it says: what is proven with the proofs is not without them."""
    program = checked(rules("max(x, 2) < 2"))
    assert proven(program)[0] is not Outcome.IMPOSSIBLE


def test_more_is_proven_with_what_is_registered() -> None:
    assert proven(checked(rules("max(x, 2) < 2")))[0] is Outcome.IMPOSSIBLE


def test_the_step_of_a_forecast_is_no_other() -> None:
    """What is not said of `f(previous)` is another figure at each step."""
    text = 'rules d "D"\ninput x "X" : number\nforecast f "F" for 2 years starts x then exp(previous)\n'
    program = checked(f'{text}pillar one "One?"\nbull c on one when f > 2.71 * x + 3 and x > 0\n')
    assert not proven(program)[0].never


def test_a_name_is_registered_once_and_stands_in_the_table() -> None:
    proves: Proofs[int] = Proofs()
    assert proves("high", "low")(3) == 3
    assert (proves.get("low"), proves.get("max"), proves.names) == (3, None, {"high", "low"})
    for name in ("high", "nonsense"):
        with pytest.raises(TypeError):
            proves(name)(4)
