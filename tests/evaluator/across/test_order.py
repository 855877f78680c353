"""Names are ordered by the lower end of their score, the highest first; of one lower end, by the upper end."""

from __future__ import annotations

from itertools import permutations

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.across.compare import compare
from evaluator.readers.load import read_company
from evaluator.schema.names import CompareOutput
from evaluator.session.run import Run, run
from tests.support.runs import AS_OF

TEXT = """rules main "Main"
input x "X" : number
input y "Y" : number optional
pillar p "?"
bull high "High" on p when x > 10
bull higher "Higher" on p when x > 20
bull open "Open" on p when y > 0
"""
CHECKED = check_file(SourceFile("main.thesis", TEXT), Library(()))
FACTS = {"LOW": "x: 5", "MID": "x: 15", "TOP": "x: 25", "MIDA": "x: 15, y: 1", "NONE": ""}
"""Scores: 0 to 1/3, 1/3 to 2/3, 2/3 to 1, exactly 2/3, 0 to 1."""


def ran(ticker: str) -> Run:
    head = f"name: {ticker}\nticker: {ticker}\ncurrency: USD\nfiscal_year_ends: 12-31\n"
    given = [pair.split(": ") for pair in FACTS[ticker].split(", ") if pair]
    entry = "{{date: 2026-05-01, value: {}, published: 2026-05-01, kind: reported, source: S}}"
    facts = "".join(f"  {name}:\n    - {entry.format(value)}\n" for name, value in given)
    company, problems = read_company(SourceFile("f.yaml", head + (f"facts:\n{facts}" if facts else "facts: {}\n")))
    assert company is not None, problems
    found = run(CHECKED, company, AS_OF)
    assert isinstance(found, Run), found
    return found


@pytest.mark.parametrize("given", list(permutations(FACTS))[::17])
def test_by_score_whatever_the_order_of_the_names(given: tuple[str, ...]) -> None:
    assert CHECKED.program is not None
    grid = compare(CHECKED.program, [ran(ticker) for ticker in given], "score")
    assert isinstance(grid, CompareOutput)
    order = [name.ticker for name in grid.names]
    assert order == ["TOP", "MIDA", "MID", "NONE", "LOW"]
