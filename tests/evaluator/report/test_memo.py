"""The first page of a report: which verdict is the call, what answers, what is nearest to turning, what is asked of management;
expressions in words."""

from __future__ import annotations

import datetime as dt

import pytest

from dsl.program import program as p
from evaluator.render.charts import heat_strip
from evaluator.render.documents.card import lines as card
from evaluator.render.graph import drawings
from evaluator.render.graph_parts import WHOLE
from evaluator.render.page import render
from evaluator.render.series import price_plot
from evaluator.render.text import distance, moves, page_title, room
from evaluator.report.memo.nearness import NEAR, gap
from evaluator.report.memo.nearness import moves as usual_moves
from evaluator.report.memo.wording import in_words, label
from evaluator.schema.report import Check, PriceEvent, PriceResult, Report, Shown
from tests.support.runs import checked, company, fact, quarters, ran

AS_OF = dt.date(2026, 5, 14)
RULES = """rules main "M"
  asks "Is it good?"
input a     "Growth"      : percent per quarter
input b     "Margin"      : percent per quarter
input cost  "Cost"        : money per quarter
input sales "Sales"       : money per quarter
input flag  "Utilisation" : percent
param bar   "The bar" = 50bps
metric step "Step in growth" = change(a, 1)
metric part "Cost, of sales" = cost / sales
pillar one "Is it one?"
pillar two "Is it two?"
bull fast  "It grows" on one weight 3 when a > 10% because "It grows {a}. Utilisation is {flag}."
bear slow  "It slows" on one when step < -bar
bear dear  "It costs" on two when part > 5% and b < 9%
bull used  "It is used" on two when flag > 90%
verdict reply "The reply"
  when fast then "Yes" bullish
  otherwise "No" bearish
verdict near "Near term" over 6 months
  when slow then "Down" bearish
  otherwise "Up" bullish
verdict all_in "All in all"
  when reply is "Yes" and near is "Up" then "Buy" bullish
  otherwise "Wait" neutral
kill worst "It breaks" by 2027-01-01 when a < 0% or b < 8%
kill both  "Both break" by 2027-01-01 when a < 0% and b < 8%
catalyst later "Results" on 2026-08-20 expects a > 30%
"""
GIVEN = (
    quarters("a", ["10%", "12%", "15%", "16%", "18%", "19%"])
    + quarters("b", ["10%", "12%", "10%", "12%", "10%", "9.5%"])
    + quarters("cost", ["86m", "86m", "86m", "86m", "86m", "86m"])
    + quarters("sales", ["243bn", "243bn", "243bn", "243bn", "243bn", "243bn"])
)


def reported(rules: str = RULES, facts: str = GIVEN) -> Report:
    return ran(rules, company(facts), AS_OF).report()


@pytest.fixture(scope="module")
def report() -> Report:
    return reported()


# --- the call and the answer ----------------------------------------------------------------------------------


def test_the_call_reads_the_others_and_the_answer_reads_none(report: Report) -> None:
    call, answer = report.front.call, report.front.answer
    assert call is not None
    assert answer is not None
    assert (call.verdict, call.text, call.decided) == ("all_in", "Buy", True)
    assert (answer.verdict, answer.holding, answer.failing, answer.unknown) == ("reply", ["fast"], [], [])
    for form in ("html", "md"):
        page = render(report, form)  # type: ignore[arg-type]
        brief = render(report, form, page="brief")  # type: ignore[arg-type]
        assert "Buy" in page.partition("</h1>" if form == "html" else "\n")[0]
        assert "Is it good?" in brief
        assert len(brief) < len(page) / 2
        assert "Appendix" not in brief


def test_without_facts_nothing_is_called() -> None:
    call = reported(facts="").front.call
    assert call is not None
    assert (call.decided, call.text) == (False, "Buy or Wait (not decided)")
    assert page_title(reported(facts="")) == "AAA: Buy or Wait (not decided), 14 May 2026"


def test_rules_without_a_verdict_have_neither() -> None:
    front = reported('rules main "M"\ninput a : percent\npillar p "?"\nbull c on p when a > 1%\n', "").front
    assert (front.call, front.answer) == (None, None)


def test_of_verdicts_that_stand_alone_the_title_says_which_it_is() -> None:
    apart = RULES.replace('when reply is "Yes" and near is "Up" then', "when b > 1% then").replace(
        '  asks "Is it good?"\n', ""
    )
    front = reported(apart).front
    assert front.call is not None
    assert front.call.text == "All in all: Buy"
    assert front.answer is None


def test_a_long_title_is_cut(report: Report) -> None:
    assert report.front.call is not None
    long = report.front.model_copy(update={"call": report.front.call.model_copy(update={"text": "x" * 200})})
    assert len(page_title(report.model_copy(update={"front": long}))) <= 70


# --- figures, distances ---------------------------------------------------------------------------------------


def test_bullets_lead_with_figures(report: Report) -> None:
    first = report.front.bullets[0]
    assert (first.lead, first.judgement, first.says, first.speaks) == ("19%", "It grows", "holds", "for")
    assert first.text == "Growth (quarter to 2026-03-31), above 10%"
    last = report.front.bullets[-1]
    assert (last.lead, last.speaks) == ("83%", "open")
    assert "1 of 4 conditions is unknown, first of all for want of Utilisation" in last.text


def test_what_is_not_known_is_not_said(report: Report) -> None:
    fast = next(c for c in report.conditions if c.name == "fast")
    assert fast.because == "It grows 19%. Not known: Utilisation."
    assert [(x.text, x.names) for x in fast.said if x.names] == [("19%", ["a"])]


def test_basis_points_and_amounts_beside_a_small_ratio(report: Report) -> None:
    checks = {check.text: check for c in report.conditions for check in c.checks}
    step, part = checks["step < -bar"], checks["part > 5%"]
    assert step.limit is not None
    assert (step.value.text, step.limit.text, distance(step)) == ("+100bps", "−50bps", "150bps above")
    assert (part.value.text, part.parts, distance(part), room(part)) == (
        "0.035%",
        "86m CNY on 243bn CNY",
        "4.96pp below",
        "",
    )


def figures(unit: str, value: float, limit: float) -> Check:
    def shown(x: float, signed: bool = False) -> Shown:
        return Shown(text=f"{x:+g}" if signed else f"{x:g}", known=True, unit=unit, low=x, high=x)

    return Check(text="f < g", names=["f"], holds="true", figure="F", value=shown(value), period="", operator="<", lasting="",
                 held=None, periods=None, threshold="", limit=shown(limit), margin=shown(value - limit, True),
                 slack=(limit - value) / limit, scale=None)  # fmt: skip


def test_a_part_of_the_threshold_only_where_it_helps() -> None:
    assert (distance(figures("multiple", 12, 15)), room(figures("multiple", 12, 15))) == (
        "3 below",
        "20% of the threshold",
    )
    assert room(figures("percent", 12, 15)) == ""
    assert room(figures("CNY", 1, 15)) == "93% of the threshold"
    assert room(figures("CNY", 40, 15)) == ""  # 153% away says nothing
    assert (distance(figures("multiple", 15, 15.001)), room(figures("multiple", 15, 15.001))) == (
        "",
        "at the threshold",
    )


# --- what is near ---------------------------------------------------------------------------------------------


def test_of_or_the_nearest_counts_and_of_and_the_furthest() -> None:
    run = ran(RULES, company(GIVEN), AS_OF)
    report = run.report()
    usual = usual_moves(report.series)
    kills = {kill.name: gap(run.program.kills[kill.name].when, kill.checks, usual) for kill in report.kills}
    worst, both = kills["worst"], kills["both"]
    assert worst is not None
    assert both is not None
    assert worst.distance is not None
    assert both.distance is not None
    assert ([c.figure for c in worst.checks], [c.figure for c in both.checks]) == (["Margin"], ["Growth", "Margin"])
    assert worst.distance < NEAR < both.distance
    assert [(w.kind, w.name) for w in report.front.wrong_if] == [("kill", "worst"), ("threshold", "slow")]


def test_a_kill_that_is_not_decided_stands_before_the_nearest_and_on_the_card() -> None:
    """Figures between bounds and missing ones: nobody may read that the nearest kill is the worst that can be."""
    report = reported(facts=GIVEN.replace("9.5%", "between 7% and 9.5%"))
    assert [(w.kind, w.name) for w in report.front.wrong_if] == [
        ("undecided", "worst"),
        ("kill", "both"),
        ("threshold", "slow"),
    ]
    assert [distance(check) for check in report.front.wrong_if[0].checks] == ["may be above or below"]
    assert "Cannot be ruled out today: It breaks by 1 Jan 2027" in render(report, "md")
    first = next(line for line in card(report) if line.startswith("Ends it"))
    assert first.endswith("It breaks by 1 Jan 2027: watched, cannot be ruled out today")
    assert not any(w.kind == "undecided" for w in reported().front.wrong_if)


def test_a_distance_between_bounds_says_its_side(report: Report) -> None:
    check = report.kills[0].checks[0]
    sides = {
        (0.01, 0.03, "+1pp to +3pp"): "1pp to 3pp above", (-0.03, -0.01, "−3pp to −1pp"): "3pp to 1pp below",
        (None, -0.01, "at most −1pp"): "at least 1pp below", (-0.01, None, "at least −1pp"): "may be above or below",
    }  # fmt: skip
    for (low, high, text), said in sides.items():
        assert check.margin is not None
        margin = check.margin.model_copy(update={"low": low, "high": high, "text": text})
        assert distance(check.model_copy(update={"margin": margin})) == said


def test_near_bears_are_risks(report: Report) -> None:
    assert [risk.name for risk in report.front.risks] == ["slow"]
    assert {trend.name: trend.direction for trend in report.front.trends} == {"worst": "away", "both": "away"}


def test_distances_in_words() -> None:
    assert [moves(x) for x in (0.01, 1.0, 1.26, 40)] == [
        "less than 0.1 usual moves",
        "1 usual move",
        "1.3 usual moves",
        "over 10 usual moves",
    ]


def test_kills_that_have_not_happened_carry_no_cross(report: Report) -> None:
    risks = render(report, "md").partition("### What would end the thesis")[2].partition("## Evidence")[0]
    assert "✗" not in risks
    assert "○" in risks


# --- questions ------------------------------------------------------------------------------------------------


def test_management_is_asked_what_it_can_know() -> None:
    rules = RULES.replace('"Utilisation" ', '"Share price" ')
    assert [q.title for q in reported().front.questions] == ["Utilisation"]
    assert reported(rules).front.questions == []
    again = GIVEN.replace("  b:", fact("2026-03-31", "20%", "2026-05-10") + "  b:")
    asked = {q.kind: q.text for q in reported(facts=again).front.questions}
    assert asked["restatement"] == "Why was Growth of the quarter to 2026-03-31 restated from 19% to 20%?"


# --- in words -------------------------------------------------------------------------------------------------

HEAD = """rules main "M"
input x "Ex" : percent per quarter
input cash "Cash" : money per quarter
input s "Routes" : set of (one_way, two_way)
pillar o "?"
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("count(s) >= 2", "the number of Routes ≥ 2"),
        ("ttm(cash) * 2 > 1 USD", "trailing-year Cash × 2 > 1 USD"),
        ("lag(x, 4) < 3%", "Ex 4 periods earlier < 3%"),
        ("s includes one_way", "“Routes” includes one way"),
        ("not (x > 1% and first_known(x, 0%) <= 2%)", "not (“Ex” > 1% and Ex or else 0% ≤ 2%)"),
        ("high(x, 4 quarters) > max(x, 1%)", "the high of Ex within 4 quarters > the highest of Ex and 1%"),
    ],
)
def test_expressions_in_words(written: str, said: str) -> None:
    program = checked(f"{HEAD}bull c on o when {written}\n").program
    assert program is not None
    assert in_words(program, program.conditions["c"].when) == said


def test_a_call_as_a_label_begins_a_line() -> None:
    program = checked(f"{HEAD}metric m = ttm(cash)\nbull c on o when m > 1 USD\n").program
    assert program is not None
    assert label(program, program.metrics["m"].value) == "Trailing-year Cash"
    assert label(program, p.Ref(program.metrics["m"].span, program.metrics["m"].type, "m")) == "m"


# --- pictures -------------------------------------------------------------------------------------------------


def test_a_large_graph_is_drawn_by_pillar(report: Report) -> None:
    assert [part.title for part in drawings(report)] == [""]
    nodes = [n.model_copy(update={"name": f"{n.name}_{i}"}) for n in report.graph.nodes for i in range(3)]
    graph = report.graph.model_copy(update={"nodes": [*report.graph.nodes, *nodes]})
    parts = drawings(report.model_copy(update={"graph": graph}))
    assert len(graph.nodes) > WHOLE
    assert [part.title for part in parts][:3] == ["What the verdicts read", "Is it one?", "Is it two?"]
    drawn = {box.hint.partition(" (")[0] for part in parts for box in part.drawing.boxes}
    assert {n.title for n in graph.nodes if n.role != "param"} <= drawn
    for part in parts:
        assert all(0 <= box.x <= part.drawing.width - part.drawing.box for box in part.drawing.boxes)


def test_scenarios_stand_below_today_with_their_tones() -> None:
    rules = RULES + 'scenario bad "Bad" probability 30%\n  assume a = 2%\n'
    today, bad = heat_strip(reported(rules))
    assert [(cell.text, cell.look) for cell in today.cells[:3]] == [("Yes", "good"), ("Up", "good"), ("Buy", "good")]
    assert (bad.title, bad.probability, bad.cells[0].text, bad.cells[0].look) == ("Bad", 0.3, "No", "bad")


def test_events_that_are_close_share_a_mark() -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(100)]
    events = [
        PriceEvent(day=days[n], title=t, kind=k)
        for n, t, k in ((10, "R", "results"), (11, "K", "kill"), (60, "C", "catalyst"))
    ]  # type: ignore[arg-type]
    plot = price_plot(PriceResult(name="p", title="Price", unit="USD", days=days, values=[100.0 + n for n in range(100)],
                                  first="100 USD", last="199 USD", events=events))  # fmt: skip
    assert [(m.number, m.kind, [t for _, t in m.entries]) for m in plot.marks] == [
        (1, "kill", ["R", "K"]),
        (2, "catalyst", ["C"]),
    ]
    assert len(plot.line.split()) == 100
    assert all(0 <= m.x <= plot.width for m in plot.marks)
