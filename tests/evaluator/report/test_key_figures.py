"""`show`: the figures of the header in a table with their last periods, each at its own end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.render.page import Format, render
from evaluator.report.metrics import KEY_PERIODS as PERIODS
from evaluator.report.metrics import key_figures
from evaluator.schema.report import KeyFigures
from tests.support.runs import company, fact, quarters, ran

AS_OF = dt.date(2026, 5, 14)
RULES = """rules main
  show ratio, price, growth, least, gone, ahead
input growth : percent per quarter
input gone : percent per quarter
input price : money per share per day
input eps : money per share per quarter
param least = 5%
metric ratio : multiple = latest(price) / eps
forecast ahead for 2 years starts growth then previous + 1pp
"""
PRICES = "  price:\n" + "".join(
    fact(day, value, day)
    for day, value in (("2025-12-30", "10 CNY"), ("2026-03-30", "20 CNY"), ("2026-05-13", "30 CNY"))
)
FACTS = quarters("growth", [f"{n}%" for n in range(1, 11)]) + quarters("eps", ["1 CNY", "2 CNY"]) + PRICES


def tables(rules: str = RULES, facts: str = FACTS) -> list[KeyFigures]:
    return key_figures(ran(rules, company(facts), AS_OF).evaluation)


def test_each_rhythm_has_a_table_and_each_past_point_is_its_own() -> None:
    """The ratio of today is of today's price; that of the quarter's end is not: it is of the price of that day."""
    by_quarter, by_day, without = tables()
    assert [f.name for f in by_quarter.figures] == ["ratio", "growth"]
    ratio = by_quarter.figures[0]
    assert (ratio.value.text, ratio.period) == ("15x", "quarter to 2026-03-31, with what is known today")
    assert [p.text if p else None for p in ratio.past[-2:]] == ["10x", "10x"]
    assert ratio.past[:-2] == [None] * (PERIODS - 2)
    growth = by_quarter.figures[1]
    assert [p.text if p else None for p in growth.past] == [f"{n}%" for n in range(3, 11)]
    assert (len(by_quarter.periods), by_quarter.periods[-1]) == (PERIODS, "quarter to 2026-03-31")
    assert [f.name for f in by_day.figures] == ["price"]
    assert by_day.periods == ["2025-12-30", "2026-03-30", "2026-05-13"]
    assert without.periods == []
    assert [f.name for f in without.figures] == ["least", "gone", "ahead"]


def test_what_is_missing_says_so() -> None:
    shown = {f.name: f for table in tables() for f in table.figures}
    assert (shown["gone"].value.known, shown["gone"].reasons != []) == (False, True)
    assert all(past is None for past in shown["gone"].past)
    assert all(not f.value.known for table in tables(facts="") for f in table.figures if f.name != "least")


@pytest.mark.parametrize("format", ["md", "html"])
def test_they_are_on_the_first_page_and_have_a_table(format: Format) -> None:
    text = render(ran(RULES, company(FACTS), AS_OF).report(), format)
    ends = (
        ("The key question</h2>", "Key figures and metrics</h2>")
        if format == "html"
        else ("## The key question", "## Key figures")
    )
    first, table = (text.index(end) for end in ends)
    assert text.index("In figures") < text.index("15x") < first
    assert "10x" in text[table:]
    assert "In figures" not in render(ran(RULES.replace("  show ", "  #"), company(FACTS), AS_OF).report(), format)


def test_a_module_does_not_bring_its_list(tmp_path: Path) -> None:
    (tmp_path / "main.thesis").write_text(RULES, "utf-8")
    for text, shown in (('thesis top "T" for AAA uses main', ()), ('thesis top "T" for AAA uses main show eps', ("eps",)),
                        (RULES, ("ratio", "price", "growth", "least", "gone", "ahead"))):  # fmt: skip
        found = check_file(SourceFile(str(tmp_path / "top.thesis"), text), Library(()))
        assert found.program is not None
        assert found.program.shown == shown


def test_what_is_shown_is_asked_for() -> None:
    """A template asks for the facts of a key figure, and nobody calls its input unused."""
    found = check_file(
        SourceFile(
            "main.thesis", RULES + 'pillar o "?"\nbull b on o when growth > least\nbear c on o when growth < 1%\n'
        ),
        Library(()),
    )
    assert found.program is not None
    assert {"eps", "price", "gone"} <= found.program.asked_for
    assert [d.code for d in found.diagnostics if d.code == "T080"] == []
