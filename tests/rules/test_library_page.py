"""The page on the library says of each module what the module says, and every thesis on it can be copied."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from benchmarks import library_list
from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.values.values import Single
from tests.rules.statements import LINES, SCORES, Lines, evaluated, lacking_before, value

PAGE = library_list.PAGE.read_text("utf-8")


def test_the_page_is_as_the_modules_write_it() -> None:
    """After a change of a module: `python -m benchmarks.library_list`."""
    assert library_list.page(PAGE) == PAGE


def test_every_module_that_judges_is_on_it_and_in_its_table() -> None:
    assert library_list.judging() == SCORES
    for module in SCORES:
        assert f"\n### {module}\n" in PAGE
        assert f"(../rules/library/{module}.thesis)" in PAGE


def test_a_page_without_its_mark_is_not_written() -> None:
    with pytest.raises(AssertionError):
        library_list.page("nothing")


@pytest.mark.parametrize("module", SCORES)
def test_the_thesis_to_copy_checks_without_a_word(module: str) -> None:
    written = library_list.written(module).partition("```thesis\n")[2].partition("```")[0]
    found = check_file(SourceFile(f"my_{module}.thesis", written), Library((library_list.FOLDER,)))
    assert found.program is not None
    assert found.diagnostics == ()


@pytest.mark.parametrize("module", SCORES)
def test_what_stands_before_the_periods_of_the_page_changes_nothing(module: str) -> None:
    """So many periods are enough: with what is older taken away every figure, condition and verdict stays as it was."""
    assert said(module, lacking_before(library_list.depths(library_list.program(module)))) == said(module, LINES)


DEPTHS = [
    (m, n, depth) for m in SCORES for n, depth in library_list.depths(library_list.program(m)).items() if n in LINES
]


@pytest.mark.parametrize(("module", "line", "depth"), DEPTHS)
def test_fewer_periods_are_not_enough(module: str, line: str, depth: int) -> None:
    """Without the oldest of them something is not known that was."""
    figures = list(LINES[line])
    figures[: len(figures) - depth + 1] = [math.nan] * (len(figures) - depth + 1)
    assert said(module, {**LINES, line: figures}) != said(module, LINES)


def said(module: str, lines: Lines) -> dict[str, Single]:
    """Every figure, condition and verdict of a module, without the facts that it was made of."""
    rules, found = library_list.program(module), evaluated(module, lines)
    return {
        name: replace(value(found, name), facts=frozenset())
        for name in (*rules.metrics, *rules.conditions, *rules.verdicts)
    }


@pytest.mark.parametrize(("module", "line", "periods"), [
    ("graham_defensive", "earnings_per_share", 13), ("graham_defensive", "dividends_per_share", 20), ("peg", "earnings_per_share", 6),
    ("piotroski_f_score", "total_assets", 3), ("saas", "revenue", 8), ("saas", "arr", 5), ("cash_runway", "liquid_funds", 1),
    ("magic_formula", "ebit", 1), ("dupont", "equity", 2),
])  # fmt: skip
def test_so_many_periods_are_asked_for(module: str, line: str, periods: int) -> None:
    assert library_list.depths(library_list.program(module))[line] == periods
