"""What does not apply to a company is not asked for in a template, nor counted as missing in a coverage."""

from __future__ import annotations

import pytest

from evaluator.checkup.applicable import asked_of_company
from evaluator.checkup.fact_tables import covered
from evaluator.checkup.template import needed
from tests.support.runs import AS_OF, checked, company, fact

RULES = """rules main
input sector : choice of (industrial, bank)
input debt : number
input deposits : number
pillar p "?"
bull light on p applies when sector is industrial when debt < 3
bull funded on p applies when sector is bank when deposits > 1
verdict v "V"
  applies when sector is industrial
  when light then "Light"
  otherwise "Heavy"
"""


@pytest.mark.parametrize(
    ("sector", "asked"),
    [
        ("bank", ["sector", "deposits"]),
        ("industrial", ["sector", "debt"]),
        ("unknown", ["sector", "debt", "deposits"]),
    ],
)
def test_what_is_asked_for_depends_on_what_applies(sector: str, asked: list[str]) -> None:
    program = checked(RULES).program
    assert program is not None
    about = company(f"  sector:\n{fact('2020-01-01', sector, '2020-01-01', key='date')}")
    names = asked_of_company(program, about, AS_OF)
    assert [i.name for i in needed(program, names) if i.judged] == asked
    assert [i.name for i in needed(program) if i.judged] == ["sector", "debt", "deposits"]
    (total,), rows = covered(program, [about], AS_OF)
    assert total.needed == len(asked)
    states = {row.name: row.companies[0].state for row in rows}
    assert {n for n, s in states.items() if s != "does not apply"} == set(asked)
