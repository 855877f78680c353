"""The workbook as a spreadsheet reads it: every formula comes to the value beside it, and a figure that is changed moves states,
pillars and the score as `--set` does, and is said on the first sheet."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from evaluator.ledger.build import ledger
from evaluator.render.documents.made import Made
from evaluator.render.documents.product import product
from evaluator.session import service
from tests.support.memos import kept, ran, reported
from tests.support.runs import company, quarters
from tests.support.runs import ran as ran_text
from tests.support.spreadsheet import Book, NotAvailable

CASES = (
    ("alibaba", "BABA", "2026-05-14", "rules"),
    ("alibaba", "BABA", "2025-09-15", "rules"),
    ("coreweave", "CRWV", "2026-05-14", "rules"),
    ("bank", "TIDE", "2026-05-14", "rules/examples"),
)


@cache
def workbook(*case: str) -> bytes:
    made = product("xlsx", reported(*case), lambda: kept(*case))
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)
    return made.product


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[2]}")
def test_every_formula_comes_to_the_value_beside_it(case: tuple[str, ...]) -> None:
    book = Book(workbook(*case))
    assert len(book.formulas) > 50
    for place in book.formulas:
        said = book.values[place]
        assert book[place] == (pytest.approx(said, rel=1e-9, abs=1e-15) if isinstance(said, float) else said), place


def cell(book: Book, name: str) -> str:
    """Where the figure of a name stands."""
    (row,) = [
        n
        for n in book.rows("Figures")
        if book["Figures", f"C{n}"] == name and book["Figures", f"A{n}"] != "Past figures"
    ]
    return f"D{row}"


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("strong_growth", 0.40, "strong_growth=40%"),
        ("net_income", 50e9, "net_income=50bn CNY"),
        ("useful_life", 2.0, "useful_life=2"),
        ("cloud_growth", 0.10, "cloud_growth=10%"),
        ("full_gpus", 0.97, "full_gpus=97%"),  # utilisation is 95% to 100%: unknown then
    ],
)
def test_a_figure_that_is_changed_moves_what_rests_on_it(name: str, value: float, setting: str) -> None:
    book = Book(workbook(*CASES[0]))
    places = [
        place for place, said in book.values.items() if place[0] == "Summary" and str(said).startswith("Every formula")
    ]
    book.change("Figures", cell(book, name), value)
    run = ran(*CASES[0])
    given = service.settings_for(run.program, (setting,))
    assert not isinstance(given, service.Failed)
    there = run.with_settings(given).report()
    states = {book["Scorecard", f"B{n}"]: book["Scorecard", f"F{n}"] for n in book.rows("Scorecard")}
    for condition in there.conditions:
        assert states[condition.title] == condition.state, condition.name
    for n in book.rows("Summary"):
        if book.values.get(("Summary", f"A{n}")) in {v.title for v in there.verdicts}:
            with pytest.raises(NotAvailable):
                book["Summary", f"B{n}"]
    summary = {book["Summary", f"A{n}"]: n for n in book.rows("Summary")}
    for pillar in there.pillars:
        wanted = pillar.statuses[0] if pillar.decided else "not decided"
        assert book["Summary", f"B{summary[pillar.question]}"] == wanted
    score = summary["True bulls less true bears, as part of all weights"]
    assert there.score is not None
    assert [book["Summary", f"{c}{score}"] for c in "BC"] == pytest.approx([there.score.low, there.score.high])
    assert str(book[places[0]]).startswith("FIGURES WERE CHANGED")


@pytest.mark.parametrize("name", ["price", "ai_growth"])
def test_what_only_thesis_calculates_is_not_available_once_its_figures_changed(name: str) -> None:
    """A fall from a high, a test over eight quarters: no figure and no state stands on what was there before."""
    book = Book(workbook(*CASES[0]))
    places = {
        "price": ("Figures", cell(book, "pullback")),
        "ai_growth": ("Scorecard", _state(book, "lasted two years")),
    }
    assert book[places[name]] is not None
    book.change("Figures", cell(book, name), 3.0)
    with pytest.raises(NotAvailable):
        book[places[name]]


def _state(book: Book, words: str) -> str:
    (row,) = [n for n in book.rows("Scorecard") if words in str(book["Scorecard", f"B{n}"])]
    return f"F{row}"


def test_the_small_spreadsheet_is_one() -> None:
    """It would prove nothing if it took anything."""
    book = Book(workbook(*CASES[0]))
    for text, value in (
        ("-2^2", 4.0),
        ("1-2*3", -5.0),
        ('IF("a"="A",1,1/0)', 1.0),
        ("AND(TRUE,1>2)", False),
        ("MAX(1,(-2))", 1.0),
    ):
        book.formulas["Summary", "Z1"] = text
        book._known.clear()
        assert book["Summary", "Z1"] == value, text
    for text in ("CMD(1)", "1+", "'x'!A1", "A1:B2 extra"):
        book.formulas["Summary", "Z1"] = text
        book._known.clear()
        with pytest.raises((ValueError, IndexError, AssertionError)):
            book["Summary", "Z1"]


def test_a_ratio_that_means_nothing_is_no_figure_once_its_ground_is_changed() -> None:
    """A P/E of a loss is far below 12: `meaningful when` holds in the workbook too, and so does a base of growth below 0."""
    rules = """rules m "M"
input cap     "Value"   : money per quarter balance
input income  "Income"  : money per quarter
param least   "Least"   = 0 USD own "A guess"
metric pe     "P/E"     : multiple = cap / income
  meaningful when income > least and cap > 0 USD
metric pe_odd "P/E too" : multiple = cap / income
  meaningful when not income <= 0 USD
metric growth "Growth" = yoy(income)
pillar one "?"
bull cheap "Cheap" on one when pe <= 12x
bull odd   "Odd"   on one when pe_odd <= 12x
bull grows "Grows" on one when growth > 5%
verdict call "Call"
  when cheap then "Buy"
  otherwise "Wait"
"""
    income = quarters("income", ["8m USD", "8m USD", "8m USD", "8m USD", "10m USD"])
    run = ran_text(rules, company(quarters("cap", ["90m USD"] * 5) + income), dt.date(2026, 5, 14))
    made = product("xlsx", run.report(), lambda: ledger(run.evaluation, run.report()))
    assert isinstance(made, Made)
    assert isinstance(made.product, bytes)

    def states(figure: str, value: float, group: str = "") -> dict[str, object]:
        book = Book(made.product)  # type: ignore[arg-type]
        at = [
            n
            for n in book.rows("Figures")
            if book["Figures", f"C{n}"] == figure and group in str(book["Figures", f"A{n}"])
        ]
        book.change("Figures", f"D{at[0]}", value)
        found: dict[str, object] = {}
        for n in book.rows("Scorecard"):
            try:
                found[str(book["Scorecard", f"B{n}"])] = book["Scorecard", f"F{n}"]
            except NotAvailable:
                found[str(book["Scorecard", f"B{n}"])] = None
        return {name: found[name] for name in ("Cheap", "Odd", "Grows")}

    assert states("income", 20e6) == {"Cheap": "true", "Odd": None, "Grows": "true"}
    assert states("income", 5e6) == {"Cheap": "false", "Odd": None, "Grows": "false"}
    assert states("income", -5e6) == {"Cheap": None, "Odd": None, "Grows": "false"}
    assert states("least", 11e6)["Cheap"] is None
    assert states("income", -1e6, "Past figures")["Grows"] is None
