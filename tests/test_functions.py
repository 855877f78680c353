"""The walk over the table of functions: each has everything that a function must have, so that adding one is a row, a
reducer, a worked test and the page."""

from __future__ import annotations

import ast
import datetime as dt
import re

import pytest

from dsl.check.display_types import shown_types
from dsl.link.load import Library
from dsl.program import program as p
from dsl.types.functions import FUNCTIONS, Function, Shape, Slot
from dsl.types.units import PERCENTS, RATIO, Kind
from evaluator.engine.functions.registry import registered
from evaluator.engine.functions.shapes import MODULES
from evaluator.examples.coverage import coverage
from evaluator.examples.running import run_examples
from evaluator.examples.suggest import suggest
from evaluator.proofs.encoding.encode import Worlds
from evaluator.proofs.encoding.worlds import encoder
from evaluator.proofs.prove import prove
from tests.paths import ROOT
from tests.support.runs import checked, evaluation, fact, quarters

DAY = dt.date(2026, 5, 14)
ARGUMENTS = {
    Slot.FIGURE: "r / 1bn USD", Slot.SERIES: "r", Slot.MONEY_SERIES: "r", Slot.WINDOW: "4 quarters", Slot.PERIODS: "2",
    Slot.YEARS: "1", Slot.DECIMALS: "1", Slot.MONTHS: "3", Slot.FLAG: "r > 1bn USD", Slot.MANY: "r, 4 quarters", Slot.FLAGS: "r > 1bn USD",
    Slot.ANY: "r, 2bn USD", Slot.DATE: "d", Slot.PATH: "ahead", Slot.STEP: "2", Slot.RATE: "9%",
    Slot.VALUATION: "worth", Slot.OF_SEGMENTS: "part",
    Slot.EXPECTED: "r", Slot.EXPECTED_FLOW: "r",
}  # fmt: skip
FACTS = quarters("r", ["2bn", "3bn", "4bn", "3bn", "5bn", "6bn", "5bn", "8bn"]) + "".join(
    fact(end, "9bn", "2026-04-01", "estimate")
    for end in ("2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31")
)
OF_SEGMENTS = "".join(
    f"  part.{name}:\n{fact('2025-12-31', '2bn', '2026-01-30')}{fact('2026-03-31', '3bn', '2026-04-30')}"
    for name in ("a", "b")
)
EVERY = pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)


def call(row: Function, argument: str = "") -> str:
    """A call of a function; `argument`: in place of its first one."""
    first, *rest = (ARGUMENTS[slot] for slot in row.slots)
    if argument:
        first = argument + first.removeprefix("r") if row.slots[0] in (Slot.MANY, Slot.ANY) else argument
        first = first.replace("2bn USD", argument) if row.slots[0] is Slot.ANY else first
    return f"{row.name}({', '.join([first, *rest])})"


def rules(row: Function) -> str:
    """Rules that decide by a function: something of which it gives a figure or a truth, and a table over both."""
    use = call(row)
    kind = checked(f"rules x\n{_inputs(row)}metric m = {use}\n").program
    assert kind is not None
    at = {Kind.FLAG: use, Kind.MONEY: f"{use} > 4bn USD", Kind.PERCENT: f"{use} > 20%",
          Kind.DATE: f"{use} > 2026-01-01"}  # fmt: skip
    condition = at.get(kind.metrics["m"].type.kind, f"{use} > 3")
    table = 'verdict v "V"\n  when b then "yes"\n  otherwise "no"\n'
    return f'{_inputs(row)}metric m = {use}\npillar s "?"\nbull b "B" on s when {condition}\n{table}'


def _inputs(row: Function) -> str:
    text = 'input r "R" : money per quarter\n'
    text += "forecast ahead for 3 quarters starts r then previous * 110%\n" if Slot.PATH in row.slots else ""
    text += "scenario slump probability 20% assume r = 1bn USD\n" if row.shape is Shape.WORLDS else ""
    text += "input part : money per quarter by segment\n" if row.shape is Shape.SEGMENTS else ""
    text += "valuation worth = r * 2 against r\n" if Slot.VALUATION in row.slots else ""
    return text + ('input d "D" : date\n' if Slot.DATE in row.slots else "")


@EVERY
def test_it_is_evaluated_of_what_is_known_and_of_what_is_not(row: Function) -> None:
    assert MODULES
    assert row.name in registered()
    facts = FACTS + OF_SEGMENTS * (row.shape is Shape.SEGMENTS)
    known = evaluation(rules(row), facts, currency="USD").of("m")
    lacking = evaluation(rules(row)).of("m")
    assert known.known or Slot.DATE in row.slots
    assert lacking.known or lacking.causes
    if lacking.known:
        assert row.asks_known or row.shape is Shape.LOGIC or row.missing != "Unknown."


@EVERY
def test_it_has_a_term_in_every_kind_of_worlds_and_is_proven_over(row: Function) -> None:
    program = checked(f"rules x\n{rules(row)}").program
    assert program is not None
    for worlds in Worlds:
        assert encoder(program, DAY, worlds).name("m") is not None
    assert [f.code for f in prove(program, DAY, 3.0).findings if f.code == "P001"] == []


@EVERY
def test_what_is_missing_of_it_is_suggested_or_said_to_be_open(row: Function) -> None:
    """Each of the three targets (true, false, the rows of the table) is reached by an example that was run, or listed
    with why none was found; and never is a figure of one period said to be compared with its own past."""
    found = checked(f"rules x\n{rules(row)}")
    assert found.program is not None
    before = coverage(found.program, run_examples(found.program, DAY))
    said = suggest(found, before, DAY, Library(()))
    reached = {target for s in said.found for target in s.covers}
    left = {target for target, _ in said.not_found}
    assert reached | left == set(before.missing)
    assert reached & left == set()
    for target, why in said.not_found:
        of_itself = row.compares_with_past and target.name == "b"
        assert ("against its own past" in why) == of_itself
    if row.shape is Shape.SEGMENTS:  # an example is of no company, and so has no segments
        return
    assert reached, "some example of a plain rule is always found"


@EVERY
def test_a_ratio_beside_a_percent_is_shown_as_one_through_what_keeps_its_unit(row: Function) -> None:
    figures = {Slot.FIGURE, Slot.SERIES, Slot.MANY, Slot.ANY}
    if row.slots[0] not in figures or row.result([RATIO]).kind not in PERCENTS | {Kind.RATIO}:
        return
    text = 'rules x\ninput r "R" : money per quarter\ninput c "C" : money per quarter\nmetric m = c / r\n'
    text += "scenario slump probability 20% assume r = 1bn USD\n" if row.shape is Shape.WORLDS else ""
    found = checked(f'{text}pillar s "?"\nbull b on s when {call(row, "m")} > 10%\n').program
    assert found is not None
    assert isinstance(found.metrics["m"], p.Metric)
    assert (shown_types(found).get("m", RATIO).kind is Kind.PERCENT) == row.keeps_unit


@EVERY
def test_it_stands_on_the_page_with_what_it_gives(row: Function) -> None:
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    assert f"| `{row.name}` | {row.takes()} | {row.meaning} | {row.missing} |\n" in page
    assert re.search(rf"^\| `[^`|]*\b{row.name}\([^`|]*` \| ", page, re.MULTILINE)


def test_a_function_is_named_in_few_modules() -> None:
    """What is keyed by a name follows from the table: a function stands there, at its reducer, and where a proof says
    more of it than its formula does."""
    where: dict[str, set[str]] = {name: set() for name in FUNCTIONS}
    for package in ("dsl", "evaluator"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _registers(node.func):
                    for argument in node.args:
                        if isinstance(argument, ast.Constant) and argument.value in where:
                            where[str(argument.value)].add(path.relative_to(ROOT).as_posix())
    engine, proofs = "evaluator/engine/functions/", "evaluator/proofs/encoding/"
    for name, files in where.items():
        assert len([f for f in files if f.startswith(engine)]) == 1, name
        assert {f.rpartition("/")[0] + "/" for f in files} <= {engine, proofs}, name
    assert where["drawdown"] == {f"{engine}windows.py"}


def _registers(called: ast.expr) -> bool:
    return isinstance(called, ast.Name) and called.id in ("gives", "formula", "proves", "same")
