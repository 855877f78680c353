"""Each page in each form: what rules and facts say shows as text, and a report takes it as a section."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from evaluator.outlook.beside import BESIDE, Asked, beside, not_made, wanted
from evaluator.outlook.flipped import flipped
from evaluator.outlook.grids import Plan, planned
from evaluator.outlook.simulated import simulated, sized
from evaluator.outlook.sought import Goal, sought
from evaluator.outlook.timeline import history
from evaluator.outlook.tornado import part_of, sensitive
from evaluator.outlook.worlds import scenarios
from evaluator.render.outlook.bars import beam
from evaluator.render.outlook.blocks import FIELD
from evaluator.render.outlook.pages import PAGES, page, report_page, section, text
from evaluator.render.page import SECTIONS
from evaluator.schema.beside import BesideOutput, NotMade
from evaluator.schema.commands import Output
from evaluator.schema.history import HistoryOutput
from evaluator.schema.outlook import SeekOutput
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run
from evaluator.session.service import no_draws
from tests.evaluator.outlook.test_changes import BEGIN, END, facts_of, told
from tests.evaluator.outlook.test_changes import RULES as TURNING
from tests.evaluator.outlook.test_scenarios import FACTS, RULES
from tests.support.command_line import call, lay_small, refused
from tests.support.runs import AS_OF, checked, company, fact

BAD = "<script>alert(1)</script> | [x](javascript:alert(2)) `code` ``` # *b* _i_ &lt; <img src=x onerror=y> {{ 7*7 }}\n# h\n| a | b |"
KEYS = {
    "title",
    "text",
    "because",
    "before",
    "after",
    "known",
    "facts",
    "notes",
    "rules",
    "was",
    "now",
    "threshold",
    "figure",
    "distribution",
}
"""What rules, facts and files may say as they like."""


def on(rules: str, facts: str) -> Run:
    found = AnyDay(checked(rules), company(facts)).at(AS_OF)
    assert isinstance(found, Run)
    return found


SPREADS = "uncertain growth ~ 5% to 30%\nuncertain margin ~ 1% to 9%\nmetric over = worth / growth\n"


def made() -> dict[str, Output]:
    run = on(RULES + "metric aim = 30%\nmetric reached = growth\nbull there on p when reached >= aim\n", FACTS)
    plan = planned(run, ["growth=0%..40%:5", "margin=0%..9%:4"], ["call", "both"])
    assert isinstance(plan, Plan)
    goal = sought(run, Goal("growth = 30%", "reached", "aim", "there"), "growth")
    assert isinstance(goal, SeekOutput)
    turning = TURNING.replace("{later}", "12%")
    over = history(
        AnyDay(checked(turning), company(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01")))), BEGIN, END
    )
    assert isinstance(over, HistoryOutput)
    spread = on(RULES + SPREADS, FACTS)
    asked, drawn = sized(spread, 512)
    return {
        "simulate": simulated(spread, asked, drawn),
        "sensitivity": sensitive(spread, 0.1),
        "flip": flipped(run),
        "seek": goal,
        "scenarios": scenarios(run, (), plan),
        "changes": told(facts_of(growth=fact("2026-03-31", "25%", "2026-05-01"))),
        "history": over,
    }


MADE = made()


def damaged(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        return {k: damaged(v, k) for k, v in node.items()}
    if isinstance(node, list):
        return [damaged(v, key) for v in node]
    return BAD if isinstance(node, str) and key in KEYS else node


def test_each_page_was_made() -> None:
    assert set(MADE) == set(PAGES)


@pytest.mark.parametrize("kind", PAGES)
def test_what_files_say_shows_as_text(kind: str) -> None:
    model = type(MADE[kind]).model_validate(damaged(json.loads(MADE[kind].model_dump_json())))
    html, md = page(kind, model, "html"), page(kind, model, "md")
    assert "&lt;script&gt;" in html
    assert not re.search(r"<script|<img", html)
    fences = [line for line in md.splitlines() if line.lstrip().startswith("```")]
    assert len(fences) == (2 if kind == "history" else 0)
    outside = re.sub(r"(?ms)^```text$.*?^```$", "", md)
    assert not re.search(r"(?<!\\)<script|(?<!\\)\[x\]\(", outside)
    rows = [line for line in outside.splitlines() if line.startswith("|")]
    for line in rows:
        assert line.endswith("|"), line
    assert list(PAGES[kind].lines(model, lambda words, state: words))
    assert PAGES[kind].to_csv(model)


@pytest.mark.parametrize("kind", PAGES)
def test_the_same_model_gives_the_same_bytes_and_each_table_has_its_columns(kind: str) -> None:
    model = MADE[kind]
    for form in ("html", "md"):
        assert page(kind, model, form) == page(kind, model, form)  # type: ignore[arg-type]
    for block in PAGES[kind].blocks(model):
        if block.kind == "table":
            assert {len(row) for row in block.rows} == {len(block.head)}  # type: ignore[union-attr]
    assert text(kind, model).splitlines() == list(PAGES[kind].lines(model, lambda words, state: words))
    assert f'<section id="{kind}"' in section(kind, model, "html")


def test_a_strip_fills_the_days_and_a_score_the_field() -> None:
    (strips,) = (b for b in PAGES["history"].blocks(MADE["history"]) if b.kind == "strips")
    assert strips.strips  # type: ignore[union-attr]
    for strip in strips.strips:  # type: ignore[union-attr]
        assert sum(bar.width for bar in strip.bars) == pytest.approx(640, abs=1)
    for x, y, width, height in strips.band:  # type: ignore[union-attr]
        assert 0 <= x <= x + width <= 640.2
        assert 0 <= y <= y + height <= 56.2


def test_bars_stand_within_their_field_and_say_what_the_figures_say() -> None:
    for kind in ("simulate", "sensitivity"):
        drawn = [b for b in PAGES[kind].blocks(MADE[kind]) if b.kind == "bars"]
        assert drawn
        for bars in drawn:
            for row in bars.rows:  # type: ignore[union-attr]
                places = [
                    *([row.bar[0], sum(row.bar)] if row.bar else []),
                    *(row.error or ()),
                    *(x for x, _ in row.marks),
                ]
                assert all(0 <= x <= FIELD + 0.1 for x in places), row
    call = MADE["simulate"].judgements[0]  # type: ignore[attr-defined]
    bars = next(b for b in PAGES["simulate"].blocks(MADE["simulate"]) if b.kind == "bars")
    assert len(call.outcomes) == len(bars.rows) > 1  # type: ignore[union-attr]
    for outcome, row in zip(call.outcomes, bars.rows, strict=True):  # type: ignore[union-attr]
        assert row.bar == (0.0, pytest.approx(outcome.share.share * FIELD, abs=0.06))
        assert row.said == outcome.share.text


def test_a_switching_value_is_marked_where_the_figure_stands_there() -> None:
    """`both` = growth + margin, and the call turns where growth passes 20%: the mark stands at the `both` of that world."""
    found = MADE["sensitivity"]
    both = next(t for t in found.tornados if t.name == "both")  # type: ignore[attr-defined]
    growth = next(b for b in both.bars if b.name == "growth")
    turn = next(s for s in growth.switches if s.judgement == "call" and s.inside)
    assert turn.at.low == pytest.approx(0.20)
    assert turn.gives.low == pytest.approx(0.20 + 0.08)
    ends = [x.low for b in both.bars for x in (b.at_low, b.at_high)]
    drawn = next(b for b in PAGES["sensitivity"].blocks(found) if b.kind == "bars" and "Growth and margin" in b.head[1])  # type: ignore[union-attr]
    row = next(r for r in drawn.rows if r.title == "Growth")  # type: ignore[union-attr]
    at = (turn.gives.low - min(ends)) / (max(ends) - min(ends)) * FIELD
    assert [x for x, words in row.marks if "The call turns past 20%" in words] == [pytest.approx(at, abs=0.06)]
    outside = [s for t in found.tornados for b in t.bars for s in b.switches if not s.inside]  # type: ignore[attr-defined]
    assert all(s.gives is None for s in outside)


@pytest.mark.parametrize(
    ("ends", "line", "marks", "drawn"),
    [
        ((0.0, 0.0), None, (), "··········"),
        ((0.0, 0.5), None, (), "█████·····"),
        ((0.0, 1.01), None, (1.01,), "█████████◆"),
        ((0.0, -0.02), None, (), "··········"),
        ((0.5, 1.0), 0.5, (), "····│█████"),
        (None, 0.5, (), "··········"),
    ],
)
def test_a_bar_of_characters(
    ends: tuple[float, float] | None, line: float | None, marks: tuple[float, ...], drawn: str
) -> None:
    row = beam("T", "said", ends, "flat", 10, marks=[(at, "") for at in marks], line=line)
    assert row.characters == drawn
    if row.bar is not None:
        assert 0 <= row.bar[0] <= sum(row.bar) <= FIELD


@pytest.mark.parametrize(
    ("text", "part"),
    [("10%", 0.1), (" 2.5 % ", 0.025), ("1000%", 10.0), ("1001%", None), ("0%", None), ("5", None), ("", None)],
)
def test_a_part_of_a_figure_is_a_percent_above_0(text: str, part: float | None) -> None:
    assert part_of(text) == part


# --- beside a report -----------------------------------------------------------------------------------------------


def test_what_can_stand_in_a_report_is_one_list() -> None:
    assert [*BESIDE, "looks_back"] == list(BesideOutput.model_fields)
    assert set(BESIDE) <= set(PAGES)


@pytest.fixture(scope="module")
def asked() -> Asked:
    days = AnyDay(checked(RULES), company(FACTS))
    run = days.at(AS_OF)
    assert isinstance(run, Run)
    return Asked(run, days, dt.date(2026, 5, 1))


@pytest.mark.parametrize("form", ["html", "md"])
def test_sections_stand_behind_what_is_unknown_or_in_their_place(form: Any, asked: Asked) -> None:
    found = beside(asked, list(BESIDE))
    assert not isinstance(found, Failed)
    made = report_page(found, form)
    own = [s.id for s in SECTIONS]
    if form == "html":
        at = own.index("unknown") + 1
        others = [name for name in BESIDE if name != "scenarios"]
        assert re.findall(r'<section id="([a-z]+)"', made) == [*own[:at], *others, *own[at:]]
        assert made.count('href="#history"') == 1
        assert "table.heat" in made
    else:
        headings = re.findall(r"(?m)^## (.+)$", made)
        assert [h for h in headings if h in {p.title for p in PAGES.values()}] == [
            "Scenarios",
            "What would change it",
            "How likely each verdict is",
            "What moves it most",
            "What changed",
            "History",
        ]
    plain = report_page(asked.run.report(), form)
    assert "What would change it" not in plain
    assert "table.heat" not in plain


def test_a_report_comes_out_without_a_section_that_cannot_be_made(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing uncertain to draw, or no scipy to draw with: the section says so, and how to have it; all else stands."""
    whole = asked.run.report().model_dump()
    for mend in (
        "write for instance `uncertain growth ~ 5% to 10%`",
        'install it with `pip install "thesis-evaluator[simulate]"`',
    ):
        found = beside(asked, ["simulate", "sensitivity"])
        assert not isinstance(found, Failed)
        ((name, why),) = not_made(found)
        assert (name, why) == ("simulate", found.beside.simulate)
        assert mend in why.mend
        assert NotMade.model_validate(json.loads(found.model_dump_json())["beside"]["simulate"]) == why
        html, md = report_page(found, "html"), report_page(found, "md")
        assert "This section is missing: " in html
        assert f"This section is missing: {why.why}" in md.replace("\\", "")
        assert '<section id="sensitivity"' in html
        assert "## What moves it most" in md
        assert {**found.model_dump(), "beside": None} == {**whole, "beside": None}
        monkeypatch.setattr("evaluator.session.service.find_spec", lambda name: None)
        assert no_draws() is not None


@pytest.mark.parametrize(
    ("texts", "since", "names"),
    [
        (["flip"], None, ["flip"]),
        (["history, flip", "flip"], dt.date(2026, 1, 1), ["flip", "history"]),
        ([], dt.date(2026, 1, 1), ["changes"]),
        (["flip"], dt.date(2026, 1, 1), ["flip", "changes"]),
        (["scenarios"], None, ["scenarios"]),
        (["sensitivity,simulate"], None, ["simulate", "sensitivity"]),
    ],
)
def test_which_sections_are_meant(texts: list[str], since: dt.date | None, names: list[str]) -> None:
    assert wanted(texts, since) == names


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: small.thesis and facts/ACME.yaml."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path


ACME = ("--for", "ACME", "--as-of", "2026-05-14")


def test_json_holds_what_the_commands_print_themselves(here: Path) -> None:
    ran = call("report", "small", *ACME, "--with", "flip,history", "--since", "2026-05-13", "--format", "json")
    found = json.loads(ran.out)
    assert found["beside"]["flip"] == json.loads(call("flip", "small", *ACME, "--format", "json").out)
    days = ("--from", "2026-05-13", "--to", "2026-05-14")
    assert found["beside"]["history"] == json.loads(
        call("history", "small", "--for", "ACME", *days, "--format", "json").out
    )
    assert found["beside"]["changes"] is None
    del found["beside"]
    assert found == json.loads(call("report", "small", *ACME, "--format", "json").out)


def test_sections_that_cannot_be_made(here: Path) -> None:
    refused(call("report", "small", *ACME, "--with", "flipp"), 2, "there is no section `flipp`", "flip")
    refused(call("report", "small", *ACME, "--since", "2026-05-14"), 2, "does not come before")
    refused(call("report", "small", *ACME, "--with", "history", "--since", "2026-06-14"), 2, "comes after")


def test_since_when_a_section_looks_back_where_nobody_says_it(here: Path) -> None:
    """A year; what changed, since the day before figures last became known."""
    ran = call("report", "small", *ACME, "--with", "changes,history", "--format", "json")
    found = json.loads(ran.out)["beside"]
    assert found["history"]["asked_from"] == "2025-05-14"
    newest = max(fact["published"] for fact in json.loads(ran.out)["facts"] if fact["published"])
    assert found["changes"]["begin"] == str(dt.date.fromisoformat(newest) - dt.timedelta(days=1))
    assert set(found["looks_back"]) == {"changes", "history"}
    page = call("report", "small", *ACME, "--with", "history").out
    assert "Since 2025-05-14, a year back; --since DATE names another day." in page.replace("\\", "")
    asked = call("report", "small", *ACME, "--since", "2026-05-01", "--format", "json")
    assert json.loads(asked.out)["beside"]["looks_back"] == {}
    early = call("report", "small", "--for", "ACME", "--as-of", "2001-01-01", "--with", "changes,history")
    assert early.status == 0
    assert "This section is missing: nothing was known of ACME by 2001-01-01" in early.out.replace("\\", "")


@pytest.mark.parametrize("ending", ["html", "md", "csv", "json", "txt"])
def test_the_ending_of_the_file_says_the_form(ending: str, here: Path) -> None:
    spread = here / "small.thesis"
    spread.write_text(spread.read_text("utf-8") + "uncertain growth ~ 1% to 20%\n", "utf-8")
    for words in (
        ("flip", "small", *ACME),
        ("scenarios", "small", *ACME, "--grid", "growth=1%..9%:3"),
        ("simulate", "small", *ACME, "--draws", "64"),
        ("sensitivity", "small", *ACME),
    ):
        assert call(*words, "-o", f"out.{ending}").status == 0
        written = (here / f"out.{ending}").read_text(encoding="utf-8")
        begins = {"html": "<!DOCTYPE html>", "md": "# ", "json": "{", "csv": ("name,", "kind,", "figure,")}.get(
            ending, "Small rules"
        )
        assert written.startswith(begins)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (
            ("history", "small", "--for", "ACME", "--from", "2026-05-13", "--to", "2026-05-14"),
            "evaluator.outlook.timeline.judged",
        ),
        (("scenarios", "small", *ACME, "--grid", "growth=1%..9%:3"), "evaluator.outlook.grids._cell"),
        (
            ("changes", "small", "--for", "ACME", "--from", "2026-05-01", "--to", "2026-05-14"),
            "evaluator.outlook.earlier.changed",
        ),
    ],
)
def test_stopped_by_hand_nothing_is_left(
    words: tuple[str, ...], place: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    before = sorted(here.rglob("*"))
    monkeypatch.setattr(place, stopped)
    assert call(*words, "-o", "out.html").status == 130
    assert sorted(here.rglob("*")) == before
