"""Looking at facts is as much work for each of many as for each of few: no loop over all facts inside another.

Work is counted (instructions of Python's), never timed.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from functools import cache

import pytest

from dsl.program.program import Program
from dsl.text.source import SourceFile
from evaluator.checkup.audit import audit
from evaluator.checkup.fact_tables import covered, shown_names
from evaluator.facts.model import Company
from evaluator.facts.yamltree import QUICK
from evaluator.readers.load import read_company
from evaluator.report.fact_list import derived, disputed, fact_results, formulas_replaced, restated, unreconciled
from tests.support.runs import AS_OF, HEAD, TAIL, checked, company, fact, quarters, ran
from tests.support.work import grows_evenly

RULES = """
input price "Price" : money per day
input sales "Sales" : money per quarter stale after 10 days
input monthly "Monthly" : money per month
input margin "Margin" : percent per quarter
metric doubled "Doubled" = sales * 2
"""


def prices(n: int) -> str:
    """A price a day, every tenth of them mistyped by a factor of ten."""
    days = [AS_OF - dt.timedelta(days=n - i) for i in range(n)]
    figures = [10.0 * (10 if i % 10 == 5 else 1) + i % 3 for i in range(n)]
    return "  price:\n" + "".join(fact(str(d), f"{x:.2f} CNY", str(d)) for d, x in zip(days, figures, strict=True))


def restated_again(n: int) -> str:
    """One quarter, published anew every day with another figure; every fourth one disputed."""
    days = [AS_OF - dt.timedelta(days=1 + i // 4 * 3 if i % 4 else 1 + i) for i in range(n)]
    return "  sales:\n" + "".join(fact("2020-03-31", f"{100 + i}m", str(d)) for i, d in enumerate(days))


def months(n: int) -> str:
    """A flow by months, from which quarters follow."""
    text = "  monthly:\n"
    for back in range(n):
        year, month = divmod(2026 * 12 + 2 - back, 12)
        end = dt.date(year, month + 1, monthrange(year, month + 1)[1])
        text += fact(f"1M {end}", f"{100 + back}m", str(end + dt.timedelta(days=20)))
    return text


def to_date(n: int) -> str:
    """Years to date, from which quarters follow, and which do not add up with a fourth one."""
    text, ends = "  sales:\n", ((6, 30), (9, 30), (12, 31), (3, 31))
    for year in range(2025 - n // 4, 2025):
        for quarter, (month, day) in enumerate(ends, 1):
            end = dt.date(year + (quarter == 4), month, day)
            text += fact(f"{3 * quarter}M {end}", f"{100 * quarter}m", str(end + dt.timedelta(days=40)))
        text += fact(f"3M {year + 1}-03-31", "7m", f"{year + 1}-05-10")
    return text


def with_gaps(n: int) -> str:
    """Every other quarter is missing; a figure in place of a formula for the rest."""
    return quarters("margin", [None if i % 2 else f"{10 + i % 7}%" for i in range(n)]) + quarters(
        "doubled", [f"{i + 1}m" for i in range(n)]
    )


SHAPES = {"prices": prices, "restated": restated_again, "months": months, "to date": to_date, "gaps": with_gaps}
SIZES = {"prices": 60, "restated": 40, "months": 60, "to date": 40, "gaps": 60}


@cache
def about(shape: str, n: int) -> Company:
    return company(SHAPES[shape](n))


def program() -> Program:
    found = checked(HEAD + RULES + TAIL).program
    assert found is not None
    return found


def tables(company: Company) -> object:
    return shown_names(program(), company, AS_OF)


def oddities(company: Company) -> object:
    return audit(program(), company, AS_OF)


def coverage(company: Company) -> object:
    return covered(program(), [company], AS_OF)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("look", [tables, oddities, coverage])
def test_looking_at_facts_grows_with_their_number(shape: str, look: Callable[[Company], object]) -> None:
    def prepared(n: int) -> Callable[[], object]:
        return lambda: look(about(shape, n))

    grows_evenly(prepared, SIZES[shape])


@pytest.mark.parametrize("shape", SHAPES)
def test_the_list_of_facts_grows_with_their_number(shape: str) -> None:
    def prepared(n: int) -> Callable[[], object]:
        evaluation = ran(HEAD + RULES + TAIL, about(shape, n)).evaluation
        parts = (fact_results, restated, disputed, derived, unreconciled, formulas_replaced)
        return lambda: [part(evaluation) for part in parts]

    grows_evenly(prepared, SIZES[shape])


def test_reading_facts_grows_with_their_number() -> None:
    def prepared(n: int) -> Callable[[], object]:
        source = SourceFile(
            "facts.yaml", f"name: A\nticker: A\ncurrency: CNY\nfiscal_year_ends: 03-31\nfacts:\n{prices(n)}"
        )
        return lambda: read_company(source)

    grows_evenly(prepared, 30 if QUICK else 10)
