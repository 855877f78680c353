"""`find_world`: a world for an expression, confirmed by the evaluator; the functions that are encoded; hard rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.proofs.prove import prove
from evaluator.proofs.witness import Found, Missing, find_world
from tests.paths import ROOT
from tests.support.grid import DAY, checked


def test_worlds_for_the_shipped_rules() -> None:
    """Every condition of the worked example can be made true, false and unknown by an example."""
    text = Path(ROOT / "rules" / "ai_infrastructure.thesis").read_text(encoding="utf-8")
    program = check_file(SourceFile("ai.thesis", text), Library(())).program
    assert program is not None
    missing = set()
    for condition in program.conditions.values():
        for wanted in (True, False, None):
            found = find_world(program, condition.when, wanted, DAY)
            if isinstance(found, Found):
                assert found.evaluation.truth(condition.when).value is wanted
            else:
                assert found is Missing.NONE
                missing.add((condition.name, wanted))
    assert missing == set()


@pytest.mark.parametrize(
    ("when", "wanted", "given"),
    [
        ("price > 3bn USD and price < 4bn USD", True, ("price = 3.5bn USD",)),
        ("pe >= 22.5x", True, ("pe = 40x",)),
        ("gap > 2pp", True, ("growth = 0%", "margin = -100%")),
        ("day > 2026-08-27", True, ("day = 2026-08-28",)),
        ('word is "yes"', True, ('word = "yes"',)),
        ('word is "yes"', False, ('word = "something else"',)),
        ("routes includes a_way and count(routes) = 1", True, ("routes = (a_way)",)),
        ("growth > 20% and growth < 20.00000001%", True, Missing.NONE),
        ("growth > 20% and growth < 20.0001%", True, ("growth = 20.00005%",)),
        ("growth = 20.00000001% and not (growth > 20%)", True, ("growth = 20%",)),
        ("growth != margin and growth <= margin and growth >= margin", True, Missing.NONE),
        ("pe > 3x", None, ()),
        ("yoy(sales) > 10%", True, ("sales = 50bn USD", "sales 1 year ago = 20bn USD")),
        ("sales < lag(sales, 1) and sales > 1bn USD", True, ("sales = 10bn USD", "sales 1 quarter ago = 20bn USD")),
        (
            "sales > 0 for 3 quarters and lag(sales, 3) <= 0",
            True,
            ("sales for 3 quarters = 20bn USD", "sales 3 quarters ago = 0"),
        ),
        ("latest(sales) > 0 and sales is unknown", True, ("sales 1 quarter ago = 20bn USD",)),
        ("sales > 0 and lag(sales, 1) is unknown", True, ("sales for 1 quarter = 20bn USD",)),
        ("sales > 0 and yoy(sales) is unknown and sales <= 0", True, Missing.UNDECIDED),
        ("seen > 10%", True, ("seen = 100%",)),
    ],
)
def test_figures_in_their_units(when: str, wanted: bool | None, given: tuple[str, ...] | Missing) -> None:
    program = checked(
        'rules a "A"\ninput price "P" : money\ninput pe "P/E" : multiple\ninput growth "G" : percent\n'
        'input margin "M" : percent\ninput day "D" : date\ninput word "W" : text\ninput routes "R" : set of (a_way, b_way)\n'
        'input sales "S" : money per quarter\nmetric gap = growth - margin\nmetric seen = yoy(sales)\npillar p "P?"\n'
        f"bull c on p when {when}\n"
    )
    found = find_world(program, program.conditions["c"].when, wanted, DAY)
    assert (found.texts if isinstance(found, Found) else found) == given


def test_a_table_of_200_rows() -> None:
    """Within its budget, and the one dead row among them is named."""
    rows = [f'  when growth >= {200 - n}% and margin > {n % 7}% then "r{n}"' for n in range(200)]
    rows[120] = '  when growth >= 150% and margin > 6% then "dead"'
    program = checked(
        'rules big "B"\ninput growth "G" : percent\ninput margin "M" : percent\nverdict v "V"\n'
        + "\n".join([*rows, '  otherwise "none"'])
        + "\n"
    )
    (found,) = prove(program, DAY, 20.0).findings
    assert (found.code, found.row) == ("P003", 121)


def test_what_is_too_hard_is_said_in_bounded_time() -> None:
    """Inequalities of degree 5 with a small budget: each is decided or said to be open, and nothing is claimed wrongly."""
    program = checked(
        'rules hard "H"\ninput a "A" : number\ninput b "B" : number\ninput c "C" : number\nverdict v "V"\n'
        '  when a ^ 5 + b ^ 3 * c ^ 5 - a * b * c < 3 and a > b ^ 2 and a * c = b ^ 5 - 7 * c ^ 4 then "1"\n'
        '  when a ^ b < 0 then "2"\n  otherwise "3"\n'
    )
    findings = prove(program, DAY, 0.5).findings
    assert findings
    assert {f.code for f in findings} == {"P011"}
