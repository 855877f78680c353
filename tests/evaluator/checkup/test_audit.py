"""What looks odd in facts: each case is a file with the findings that it must give, and the shipped facts are judged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.checkup.audit import audit, declarations
from evaluator.readers.load import read_company
from tests.conftest import Golden
from tests.paths import ROOT
from tests.support.runs import HEAD, TAIL, checked, company, fact, quarters

CASES = sorted((ROOT / "tests" / "cases" / "facts_odd").glob("*.yaml"))
MARK = "# === expected\n"
DAY = dt.date(2026, 5, 14)
RULES = """
input revenue "Revenue" : money per quarter stale after 200 days
input capex "Capex" : money per quarter
input debt "Debt" : money per quarter balance
input margin "Margin" : percent per quarter between -100% and 100%
input price "Price" : money per day
input close "Close" : money per share per day
input eps "Earnings per share" : money per share per year
input shares "Shares" : count per year balance
input word "Word" : text
kill k when revenue < 0 or capex < 0 or debt < 0 or margin < 0% or price < 0 or close < 0
  or latest(eps) < 0 or latest(shares) < 0
"""
PROGRAM = checked(HEAD + RULES + TAIL).program
assert PROGRAM is not None


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_odd_facts_are_said(case: Path, golden: Golden) -> None:
    assert PROGRAM is not None
    text, mark, _ = case.read_text("utf-8").partition(MARK)
    assert mark
    about, problems = read_company(SourceFile("EXMPL.yaml", text))
    assert about is not None, problems
    shown = "\n\n".join(to_text(d) for d in audit(PROGRAM, about, DAY)) or "nothing"
    golden(case, f"{text}{MARK}" + "".join(f"# {line}".rstrip() + "\n" for line in shown.splitlines()))


def found(facts: str) -> list[str]:
    assert PROGRAM is not None
    return [d.code for d in audit(PROGRAM, company(facts), DAY)]


@pytest.mark.parametrize("factor", [10, 100, 1000, 10**6, 10**9, 0.1, 0.01, 0.001])
@settings(max_examples=40)
@given(steady=st.lists(st.integers(100, 130), min_size=5, max_size=8), data=st.data())
def test_a_slip_is_found_wherever_it_is_and_nothing_else(factor: float, steady: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(steady) - 1))
    assert found(quarters("capex", [f"{x}m" for x in steady])) == []
    slipped = [f"{x * factor:.4f}m" if n == at else f"{x}m" for n, x in enumerate(steady)]
    assert found(quarters("capex", list(slipped))) == ["F033"]
    turned = [f"-{x}m" if n == at else f"{x}m" for n, x in enumerate(steady)]
    assert found(quarters("capex", list(turned))) == ["F034"]


def test_figures_that_vary_by_themselves_are_no_slips() -> None:
    assert found(quarters("capex", ["100m", "20m", "900m", "5m", "300m"])) == []
    assert found(quarters("debt", ["-100m", "90m", "-110m", "95m"])) == []
    assert found(quarters("capex", ["-100m", "90m", "-110m", "95m"])) == ["F051"]  # a cost has one sign


def test_a_name_that_rules_declare_in_several_ways_is_taken_as_its_facts_ask() -> None:
    yearly = checked(HEAD + 'input capex "Capex" : money per year\nkill k when capex < 0\n' + TAIL).program
    assert PROGRAM is not None
    assert yearly is not None
    about = company(quarters("capex", ["100m", "110m", "105m"]))
    for programs in ([yearly, PROGRAM], [PROGRAM, yearly]):
        together = declarations(programs, about)
        assert together is not None
        assert str(together.inputs["capex"].type) == "money per quarter"
        assert audit(together, about, DAY) == []
    assert declarations([], about) is None


def test_a_name_that_no_rules_ask_for_is_an_error() -> None:
    assert PROGRAM is not None
    about = company("  cpaex:\n" + fact("2026-03-31", "1bn", "2026-05-01"))
    together = declarations([PROGRAM], about)
    assert together is not None
    assert [d.code for d in audit(together, about, DAY)] == ["F020"]


def _mended(text: str) -> str:
    """A facts file with the first fix of its first finding applied."""
    about, problems = read_company(SourceFile("EXMPL.yaml", text))
    assert about is not None, problems
    assert PROGRAM is not None
    (one,) = [d for d in audit(PROGRAM, about, DAY) if d.code == "F033"]
    (fix,) = one.fixes
    assert not fix.sure, "such a figure may be true"
    for edit in sorted(fix.edits, key=lambda e: -e.span.start):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("103bn", "103m"),
        ("103bn", "1030bn"),
        ("103bn", '"103tn"'),
        ("103bn", "10.3bn"),
        ("103bn, value", "103bn, value"),
    ],
)
def test_the_edit_of_a_slip_of_scale_gives_the_figure_that_was_meant(right: str, wrong: str) -> None:
    good = _HEADED + "".join(_QUARTER.format(end=end, value=f"{100 + n}bn") for n, end in enumerate(_ENDS))
    bad = good.replace(f"value: {right}", f"value: {wrong}")
    if bad == good:  # two figures in a row
        bad = good.replace("103bn", "103m").replace("104bn", "104m")
    assert _mended(bad).replace('"', "") == good


_HEADED = "name: X\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n  revenue:\n"
_QUARTER = "    - {{period: {end}, value: {value}, published: 2026-03-01, kind: reported, source: S}}\n"
_ENDS = [f"{year}-{day}" for year in (2024, 2025) for day in ("03-31", "06-30", "09-30", "12-31")]


@pytest.mark.parametrize(
    ("name", "values", "times"),
    [
        ("revenue", ["100m", "104m", "0", "109m", "112m"], 1),
        ("revenue", ["100m", "104m", "106m", "109m", "0"], 1),
        ("revenue", ["0", "104m", "106m", "109m", "112m"], 0),  # a product that began
        ("revenue", ["40m", "104m", "0", "250m", "610m"], 0),
        ("debt", ["100m", "104m", "0", "109m", "112m"], 0),  # paid back, and borrowed again
    ],
)
def test_a_0_among_figures_that_are_about_as_large_is_said(name: str, values: list[object], times: int) -> None:
    assert found(quarters(name, values)).count("F033") == times
