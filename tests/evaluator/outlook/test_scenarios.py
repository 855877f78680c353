"""Scenarios side by side and weighted, and grids: each world is the run that `--set` gives."""

from __future__ import annotations

import datetime as dt
import json
import math
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.outlook.grids import MOST_CELLS, PlainCells, Plan, evaluated_cells, planned
from evaluator.outlook.worlds import scenarios
from evaluator.render.outlook.scenarios import labels, lines, look, signs, to_csv
from evaluator.report.report import _score as score_of
from evaluator.schema.worlds import ScenariosOutput
from evaluator.session.reading import Failed
from evaluator.session.run import Run, run
from evaluator.session.service import settings_for
from tests.support.command_line import call, lay_small, refused
from tests.support.fact_strategies import company as company_of
from tests.support.fact_strategies import stores
from tests.support.runs import AS_OF, checked, company, fact, quarters
from tests.support.strategies import RuleFile, rule_files

RULES = """rules main
input growth "Growth" : percent
input margin "Margin" : percent
input stage "Stage" : choice of (early, growing, old) optional
input other "Other" : percent optional
param least "Least growth" = 20%
metric both "Growth and margin" = growth + margin
metric worth "Worth" = growth / margin
pillar p "Does it grow?"
bull grows "It grows" on p when growth >= least
bear thin "Thin" on p when margin < 5%
verdict call "The call"
  when grows and not thin then "Buy" bullish
  when grows then "Hold" neutral
  otherwise "Sell" bearish
kill gone "Gone" when growth < 1%
scenario good "Good" probability 50% assume growth = 40%
scenario better "Better" on good probability 20% assume margin = 20%
"""
FACTS = f"  growth:\n{fact('2026-03-31', '10%', '2026-05-01', key='date')}  margin:\n{fact('2026-03-31', '8%', '2026-05-01', key='date')}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def today() -> Run:
    found = run(checked(RULES), company(FACTS), AS_OF)
    assert isinstance(found, Run)
    return found


def planned_of(today: Run, *texts: str, show: tuple[str, ...] = ()) -> Plan:
    found = planned(today, texts, show)
    assert isinstance(found, Plan), found
    return found


def why(today: Run, *texts: str, show: tuple[str, ...] = ()) -> str:
    found = planned(today, texts, show)
    assert isinstance(found, Failed)
    return "\n".join(f"{d.message}: {d.hint}" for d in found.diagnostics)


def set_by_hand(today: Run, *texts: str) -> Run:
    given = settings_for(today.program, texts)
    assert isinstance(given, dict), given
    return today.with_settings({**today.evaluation.world.replaced, **given})


def test_scenarios_beside_today_and_on_each_other(today: Run) -> None:
    found = scenarios(today)
    assert [(w.name, w.base, w.probability) for w in found.worlds] == [
        ("", None, pytest.approx(0.3)),
        ("good", None, 0.5),
        ("better", "Good", 0.2),
    ]
    assert [w.verdicts["call"] for w in found.worlds] == [["Sell"], ["Buy"], ["Buy"]]
    assert [[f.value.low for f in w.figures] for w in found.worlds] == [
        [pytest.approx(x) for x in pair] for pair in ((0.18, 1.25), (0.48, 5.0), (0.6, 2.0))
    ]
    for world in found.worlds[1:]:
        there = set_by_hand(today, *(f"{n}={e.text}" for n, e in today.program.assumptions(world.name).items()))
        assert world.score == score_of(there.evaluation)


def test_what_is_left_to_100_percent_is_todays_world(today: Run) -> None:
    found = scenarios(today, ["both"])
    (figure,) = found.weighted_figures
    assert figure.value.low == pytest.approx(0.3 * 0.18 + 0.5 * 0.48 + 0.2 * 0.6)
    (call_,) = (w for w in found.weighted if w.of.name == "call")
    assert [(a.outcomes, a.probability) for a in call_.answers] == [(["Buy"], 0.7), (["Sell"], 0.3)]
    for each in found.weighted:
        assert math.isclose(math.fsum(a.probability for a in each.answers), 1.0, abs_tol=1e-9)
    assert "Weighted by probability (30% is in no scenario, and counts as today's world)" in list(lines(found))


def test_without_a_probability_for_each_nothing_is_weighted() -> None:
    rules = RULES.replace(" on good probability 20%", " on good")
    found = run(checked(rules), company(FACTS), AS_OF)
    assert isinstance(found, Run)
    made = scenarios(found)
    assert (made.weighted, made.weighted_figures, made.weighted_score, made.unassigned) == ([], [], None, None)


# --- grids ------------------------------------------------------------------------------------------------------------


def test_each_cell_is_the_run_that_set_gives(today: Run) -> None:
    plan = planned_of(
        today, "growth=0.5%..40%:5", "margin=0%..9%:4", show=("call", "both", "worth", "score", "gone", "p")
    )
    found = scenarios(today, (), plan)
    for grid in found.grids:
        for setting, row in zip(found.axes[0].settings, grid.cells, strict=True):
            for other, cell in zip(found.axes[1].settings, row, strict=True):
                there = set_by_hand(today, setting, other)
                (alone,) = scenarios(
                    there, (), planned_of(there, setting.replace("=", "=0%,"), show=(grid.of.name,))
                ).grids[:1]
                assert cell == alone.today, (grid.of.name, setting, other)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_worlds_of_random_rules_are_those_of_set(rules: RuleFile, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    end = dt.date(2026, 5, 14)
    today = run(checked(rules.text), company_of(data.draw(stores(program, dt.date(2023, 1, 1), end, 8)), ()), end)
    assert isinstance(today, Run)
    for name, declared in program.inputs.items():
        texts = {"percent": "0%..40%:3", "multiple": "1x..9x:3", "number": "1..5:3", "count": "1..5:3"}
        made = planned(today, [f"{name}={texts.get(declared.type.single.kind.value, '1bn CNY..3bn CNY:3')}"])
        if isinstance(made, Failed):  # a flag, a word, a name on which nothing rests
            assert made.wrong_use
            continue
        for at, (text, _) in enumerate(made.axes[name]):
            there, alone = made.world(at), set_by_hand(today, f"{name}={text}").evaluation
            assert {n: there.of(n) for n in program.order} == {n: alone.of(n) for n in program.order}


EVERY = """rules every
input growth "Growth" : percent per quarter
input cash "Cash" : money per quarter
input stage "Stage" : choice of (early, late)
param least "Least" = 20%
metric pace "Pace" = growth / least
metric over "Over" = yoy(cash) - least
  meaningful when growth > 0%
pillar p "P" applies when growth < 90%
bull fast on p weight 3 when growth >= least
bear slow on p weight 2 applies when growth < 40% when growth < 10% or cash < 3bn CNY
bull even on p when fast and not slow or stage is late
verdict call "Call" applies when cash > -1bn CNY when fast then "Buy" when slow and p is undermined then "Sell" otherwise "Wait"
kill gone "Gone" when growth < 5%
"""
EVERY_FACTS = (
    quarters("growth", ["10%", "12%", "15%", "18%", "20%"])
    + quarters("cash", ["1bn CNY", "2bn CNY", "2bn CNY", "3bn CNY", "4bn CNY"])
    + f"  stage:\n{fact('2026-03-31', 'early', '2026-04-30', key='date')}"
)


def cells_agree(today: Run, texts: list[str], show: tuple[str, ...]) -> int:
    """That cells by generated code are those of evaluated worlds; how many are."""
    plan = planned(today, texts, show=show)
    assert isinstance(plan, Plan), plan
    by_code, found = PlainCells(plan), 0
    for at in product(*(range(len(values)) for values in plan.axes.values())):
        cells = by_code(at)
        if cells is not None:
            found += 1
            whole = evaluated_cells(plan, at)
            assert [c.model_dump_json() for c in cells] == [c.model_dump_json() for c in whole], at
    return found


def test_cells_by_generated_code_are_those_of_the_evaluator() -> None:
    """At thresholds and beside them, at 0, at today's figure, below which a metric means nothing, and at words."""
    today = run(checked(EVERY), company(EVERY_FACTS), AS_OF)
    assert isinstance(today, Run)
    show = ("call", "p", "fast", "slow", "even", "gone", "pace", "over", "score", "stage", "growth")
    growth = "growth=-5%,0%,4.9%,5%,9.99999999999%,10%,19.9999999999999%,20%,20.1%,40%,95%"
    assert cells_agree(today, [growth, "cash=-2bn CNY,-1bn CNY,0bn CNY,3bn CNY,4bn CNY"], show) >= 20
    assert cells_agree(today, [growth, "stage=early,late"], show) >= 6
    assert cells_agree(today, [growth, "least=0%,10%,20%"], show) >= 6
    assert cells_agree(today, [growth, "stage=early,late"], ("score",)) >= 8


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(rule_files(), st.data())
def test_cells_of_random_rules_by_generated_code(rules: RuleFile, data: st.DataObject) -> None:
    program = checked(rules.text).program
    assert program is not None
    end = dt.date(2026, 5, 14)
    today = run(checked(rules.text), company_of(data.draw(stores(program, dt.date(2023, 1, 1), end, 12)), ()), end)
    assert isinstance(today, Run)
    texts = {"percent": "0%..40%:4", "multiple": "1x..9x:4", "number": "0..5:4", "count": "0..5:4"}
    axes = [f"{n}={texts.get(d.type.single.kind.value, '0bn CNY..3bn CNY:4')}" for n, d in program.inputs.items()]
    figures = [n for n, d in program.metrics.items() if d.type.single.is_figure]
    show = (*program.verdicts, *program.pillars, *program.conditions, *figures, "score")
    for pair in pairwise(axes):
        if isinstance(planned(today, pair, show=show), Plan):
            cells_agree(today, list(pair), show)


def test_the_values_of_a_range_are_exact_where_their_digits_end(today: Run) -> None:
    plan = planned_of(today, "growth=10%..50%:9")
    assert [text for text, _ in plan.axes["growth"]] == ["10%", "15%", "20%", "25%", "30%", "35%", "40%", "45%", "50%"]
    plan = planned_of(today, "growth=-1%..1%:4")
    assert [text for text, _ in plan.axes["growth"]] == ["-1%", "-0.333333333333%", "0.333333333333%", "1%"]


def test_words_stand_in_a_list() -> None:
    rules = RULES.replace("when grows and not thin then", "when stage is early and grows then")
    found = run(checked(rules), company(FACTS), AS_OF)
    assert isinstance(found, Run)
    made = scenarios(found, (), planned_of(found, "stage=early,old", "growth=10%,30%"))
    assert [[c.text for c in row] for row in made.grids[0].cells] == [["Sell", "Buy"], ["Sell", "Hold"]]


def test_the_page_of_a_grid(today: Run) -> None:
    found = scenarios(today, (), planned_of(today, "growth=10%..30%:3", "margin=0%..10%:3"))
    page = list(lines(found))
    at = next(n for n, line in enumerate(page) if line.startswith("The call by Growth"))
    assert page[at : at + 5] == [
        "The call by Growth (down) and Margin (across); today Sell",
        "       0%  5%  10%",
        "  10%   A   A    A",
        "  20%   B   C    C",
        "  30%   B   C    C",
    ]
    assert page[at + 5] == "  A Sell, B Hold, C Buy"
    assert [look(found.grids[0], c) for c in found.grids[0].cells[1]] == ["flat", "good", "good"]
    figures = scenarios(today, (), planned_of(today, "growth=10%..30%:3", show=("both",)))
    assert (
        list(signs(figures.grids[0]).values()) == [" ", "▒", "█"] or list(signs(figures.grids[0]).values())[-1] == "█"
    )
    assert "grid,,growth=20%,,figure,both,Growth and margin,28%,0.28,0.28" in to_csv(figures)


def test_what_is_the_same_everywhere_is_said(today: Run) -> None:
    found = scenarios(today, (), planned_of(today, "growth=30%..40%:3"))
    assert found.notes == ["The call is the same in every world of the grid"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("growth",), "does not say what to vary"),
        (("growth=10%..50%",), "is no range"),
        (("growth=10%..50%:1",), "has no two values"),
        (("growth=10%..50%:0",), "has no two values"),
        (("growth=50%..10%:3",), "does not run upwards"),
        (("growth=10%..10%:3",), "does not run upwards"),
        (("growth=10..50%:3",), "in two units, `` and `%`"),
        (("growth=10..50:3",), "percent"),
        (("growth=a..b:3",), "are no figures"),
        (("growth=10%",), "has no two values"),
        (("growth=10%,10%",), "has a value twice"),
        (("growht=10%..50%:9",), "growth"),
        (("call=1..2:3",), "call"),
        (("other=1%..2%:3",), "nothing that is looked at rests on `other`"),
        (("growth=1%..2%:3", "growth=1%..2%:3"), "varied twice"),
        (("growth=1%..2%:3", "margin=1%..2%:3", "least=1%..2%:3"), "3 grids are asked for"),
        (("growth=1%..2%:10000000",), "has 10,000,000 values"),
        (("growth=1%..2%:1000", "margin=1%..2%:10000"), "a grid of 10,000,000 worlds is asked for"),
        (("growth=1%..2%:999999999999999999",), "values"),
    ],
)
def test_grids_that_cannot_be_meant(texts: tuple[str, ...], words: str, today: Run) -> None:
    assert words in why(today, *texts)


def test_how_long_a_refused_grid_would_take_is_said(here: Path) -> None:
    ran = call(
        "scenarios",
        "small",
        "--for",
        "ACME",
        "--as-of",
        "2026-05-14",
        "--grid",
        "growth=1%..2%:1000",
        "--grid",
        "margin=1%..2%:10000",
    )
    refused(ran, 2, "a grid of 10,000,000 worlds is asked for: about ", f"the most is {MOST_CELLS:,} worlds")


def test_the_command(here: Path) -> None:
    ran = call(
        "scenarios", "small", "--for", "ACME", "--as-of", "2026-05-14", "--grid", "growth=1%..20%:5", "--format", "json"
    )
    found = ScenariosOutput.model_validate(json.loads(ran.out))
    assert [row[0].text for row in found.grids[0].cells] == ["Wait", "Wait", "Buy", "Buy", "Buy"]
    none = call("scenarios", "small", "--for", "ACME", "--as-of", "2026-05-14")
    assert "These rules name no scenario." in none.out
    refused(call("scenarios", "small", "--for", "ACME", "--as-of", "2026-05-14", "--show", "grwth"), 2, "growth")


def test_an_axis_has_the_words_that_were_asked_for(today: Run) -> None:
    found = scenarios(today, (), planned_of(today, "growth=1%..2%:4"))
    assert labels(found.axes[0]) == ["1%", "1.33%", "1.67%", "2%"]
