"""All scores in one thesis, beside its own conditions and another module."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.examples.running import run_examples
from evaluator.session.places import library, rules_dir
from tests.rules.statements import (
    AS_OF,
    DECLARING,
    FOLDER,
    LINES,
    POINTS,
    SCORES,
    WELL,
    about,
    checked,
    outcomes,
    program,
    ran,
    truth,
)

OWN = """\
  asks "Is it sound, and is it growing?"

input orders "Orders" : money per quarter
param enough "Orders that are enough" = 100m USD
  source "A test"

pillar demand "Is there demand?"
bull ordered "Orders come in" on demand when ttm(orders) > enough
bear doubtful "Growing on doubtful accounts" on demand when m_flagged and f_score < 5

verdict sound "Is it sound?"
  when z_distress or debt_excessive                     then "No" bearish
  when f_strong and z_safe and not m_flagged and ordered then "Yes" bullish
  otherwise                                                  "Perhaps" neutral

example "a manipulator is not sound"
  given m_score = 0, f_score = 9, z_kind = public_manufacturer, z_score = 3, debt_net = 0 USD, orders = 50m USD
  expect sound is "Perhaps"
"""


def thesis(uses: list[str], more: str = OWN) -> Checked:
    """A thesis that takes modules of the library."""
    text = f'thesis all_scores "All scores on one company" for AAA uses {", ".join(uses)}\n{more}'
    return check_file(SourceFile("all_scores.thesis", text), library())


YEARLY = [m for m in SCORES if "quarterly" not in {used.name for used in program(m).modules}]
"""The scores of fiscal years: `ai_infrastructure` declares `revenue` and its like itself."""


@pytest.fixture(scope="module")
def together() -> Checked:
    return thesis(SCORES)


def test_all_of_them_and_its_own_conditions_check_without_a_word(together: Checked) -> None:
    assert [to_text(d) for d in together.diagnostics] == []


def test_beside_the_rules_of_a_business_too() -> None:
    found = thesis([*YEARLY, "ai_infrastructure"])
    assert [d.code for d in found.diagnostics] == ["T087"], "it has kills, and the thesis of this test says no day"


def test_rules_that_declare_lines_of_the_quarter_themselves_fit_beside_them() -> None:
    found = thesis(["cash_runway", "saas", "ai_infrastructure"], "")
    assert found.errors == []
    assert {"revenue", "operating_cash", "capex"} <= found.partial.inputs.keys()


def test_each_line_is_asked_for_once(together: Checked) -> None:
    assert together.program is not None
    assert [m.name for m in together.program.modules].count("financials") == 1
    for declaring in DECLARING:
        mine = {n for n, i in together.program.inputs.items() if i.origin == declaring}
        assert mine == set(program(declaring).inputs)
        assert mine <= together.program.asked_for


def test_every_example_of_every_module_passes_there(together: Checked) -> None:
    assert together.program is not None
    found = run_examples(together.program, dt.date(2026, 1, 1))
    assert {e.output.origin for e in found} == {*SCORES, "all_scores"}
    assert [e.output.title for e in found if not e.passed] == []


def test_each_score_says_there_what_it_says_alone(together: Checked) -> None:
    found = ran(together, about()).evaluation
    for verdict, outcome in WELL.values():
        assert outcomes(found, verdict) == (outcome,)
    assert truth(found, "ordered") is None
    assert outcomes(found, "sound") == ("Yes", "Perhaps")


def test_a_thesis_sets_and_overrides_what_a_score_takes_for_granted() -> None:
    more = """
      override param m_flagged_above = -1.49 source "Beneish (1999): a missed manipulator costs 10 times a false alarm"
      override metric r40_margin = r40_cash_margin
    """
    found = thesis(["beneish_m_score", "rule_of_40"], more)
    assert [to_text(d) for d in found.diagnostics] == []
    assert found.program is not None
    assert {c.name for c in found.program.changes} == {"m_flagged_above", "r40_margin"}


# --- what is not needed is not asked for -------------------------------------------------------------------


def test_a_report_asks_for_no_line_that_no_score_needs() -> None:
    names = {u.name for u in ran(checked("rule_of_40"), about({}, {})).report().unknowns}
    assert {"sales", "ebit", "amortised", "cash_from_operations", "capital_spending"} <= names
    assert names.isdisjoint({"receivables", "dividends_per_share", "share_price", "retained_earnings"})


def test_with_all_that_a_score_needs_nothing_is_missing() -> None:
    lines = {n: LINES[n] for n in ("sales", "ebit", "amortised", "cash_from_operations", "capital_spending")}
    assert [u.name for u in ran(checked("rule_of_40"), about(lines, {})).report().unknowns] == ["sector"], (
        "which is taken by default"
    )


def test_an_unused_input_is_blamed_on_the_file_that_declares_it() -> None:
    text = 'rules own "Own" uses financials\ninput spare "Spare" : percent\npillar p "?"\nbull b on p when earnings > 0 USD\n'
    found = check_file(SourceFile("own.thesis", text), Library((FOLDER,)))
    assert [(d.code, d.span.text if d.span else "") for d in found.diagnostics] == [("T080", "spare")]


def test_a_thesis_that_judges_nothing_still_hears_of_its_unused_inputs() -> None:
    text = 'thesis own "Own" for AAA\ninput spare "Spare" : percent\n'
    assert [d.code for d in check_file(SourceFile("own.thesis", text), Library(())).diagnostics] == ["T080"]


def test_modules_of_the_library_are_found_by_name() -> None:
    places = library()
    assert {*SCORES, "financials"} <= set(places.names())
    assert places.find("altman_z") == rules_dir() / "library" / "altman_z.thesis"
    assert Path(FOLDER).resolve() == (rules_dir() / "library").resolve()


def test_points_are_all_used() -> None:
    used = {n for module in SCORES for n in program(module).inputs}
    assert set(POINTS) <= used
    assert set(LINES) <= used
    assert dt.date(2026, 2, 20) < AS_OF
