"""Each page in each form: what rules and facts say shows as text, and a report takes it as a section."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from evaluator.outlook.beside import BESIDE, Asked, beside, wanted
from evaluator.outlook.flipped import flipped
from evaluator.outlook.grids import Plan, planned
from evaluator.outlook.sought import Goal, sought
from evaluator.outlook.timeline import history
from evaluator.outlook.worlds import scenarios
from evaluator.render.outlook.pages import PAGES, page, report_page, section, text
from evaluator.render.page import SECTIONS
from evaluator.schema.beside import BesideOutput
from evaluator.schema.commands import Output
from evaluator.schema.history import HistoryOutput
from evaluator.schema.outlook import SeekOutput
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run
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
}
"""What rules, facts and files may say as they like."""


def on(rules: str, facts: str) -> Run:
    found = AnyDay(checked(rules), company(facts)).at(AS_OF)
    assert isinstance(found, Run)
    return found


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
    return {
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


# --- beside a report -----------------------------------------------------------------------------------------------


def test_what_can_stand_in_a_report_is_one_list() -> None:
    assert list(BESIDE) == list(BesideOutput.model_fields)
    assert set(BESIDE) <= set(PAGES)


@pytest.fixture(scope="module")
def asked() -> Asked:
    days = AnyDay(checked(RULES), company(FACTS))
    run = days.at(AS_OF)
    assert isinstance(run, Run)
    return Asked(run, days, dt.date(2026, 5, 1))


@pytest.mark.parametrize("form", ["html", "md"])
def test_sections_stand_behind_the_scenarios_or_in_their_place(form: Any, asked: Asked) -> None:
    found = beside(asked, list(BESIDE))
    assert not isinstance(found, Failed)
    made = report_page(found, form)
    own = [s.id for s in SECTIONS]
    if form == "html":
        at = own.index("scenarios") + 1
        assert re.findall(r'<section id="([a-z]+)"', made) == [*own[:at], "flip", "changes", "history", *own[at:]]
        assert made.count('href="#history"') == 1
        assert "table.heat" in made
    else:
        headings = re.findall(r"(?m)^## (.+)$", made)
        assert [h for h in headings if h in {p.title for p in PAGES.values()}] == [
            "Scenarios",
            "What would change it",
            "What changed",
            "History",
        ]
    plain = report_page(asked.run.report(), form)
    assert "What would change it" not in plain
    assert "table.heat" not in plain


@pytest.mark.parametrize(
    ("texts", "since", "names"),
    [
        (["flip"], None, ["flip"]),
        (["history, flip", "flip"], dt.date(2026, 1, 1), ["flip", "history"]),
        ([], dt.date(2026, 1, 1), ["changes"]),
        (["flip"], dt.date(2026, 1, 1), ["flip", "changes"]),
        (["scenarios"], None, ["scenarios"]),
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
    refused(call("report", "small", *ACME, "--with", "changes"), 2, "since when", "--since DATE")
    refused(call("report", "small", *ACME, "--since", "2026-05-14"), 2, "does not come before")
    refused(call("report", "small", *ACME, "--with", "history", "--since", "2026-06-14"), 2, "comes after")


@pytest.mark.parametrize("ending", ["html", "md", "csv", "json", "txt"])
def test_the_ending_of_the_file_says_the_form(ending: str, here: Path) -> None:
    for words in (("flip", "small", *ACME), ("scenarios", "small", *ACME, "--grid", "growth=1%..9%:3")):
        assert call(*words, "-o", f"out.{ending}").status == 0
        written = (here / f"out.{ending}").read_text(encoding="utf-8")
        begins = {"html": "<!DOCTYPE html>", "md": "# ", "json": "{", "csv": ("name,", "kind,")}.get(
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
