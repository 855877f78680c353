"""Who is kept, in which order, what stands apart; the page, the workbook and the table of it."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dsl.program.program import Program
from evaluator.columnar.engine import Mixed
from evaluator.render import screen as render
from evaluator.render.screen import lines, to_csv, to_html, to_xlsx
from evaluator.screening.protocol import Asked, Table
from evaluator.universe.screened import Screened
from tests.support.command_line import call
from tests.support.universes import RULES, UNIVERSE, refused, screen


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Screened:
    """The universe, by score."""
    return screen(UNIVERSE, tmp_path_factory.mktemp("plain"))


def test_names_stand_by_score_and_nobody_is_dropped(plain: Screened) -> None:
    """By hand: ADAM is cheap (+1 of 2) and no low yield; of BOLT both hold; CORN has neither; of the others a part is unknown."""
    said = [(r.name, r.rank, r.cells[0].text, r.cells[1].text) for r in plain.output.rows]
    assert said == [
        ("ADAM", 1, "Yes", "+50%"), ("ECHO", 2, "unknown: Yes or Watch", "0% to +50%"), ("BOLT", 2, "Watch", "0%"),
        ("CORN", 2, "No", "0%"), ("CORB", 5, "unknown", "−50% to +50%"),
    ]  # fmt: skip
    assert {(u.name, tuple(u.missing)) for u in plain.output.undecided} == {
        ("CORB", ("ebit", "pe")), ("ECHO", ("market_value",)),
    }  # fmt: skip


def test_ranks_are_added_up_and_who_has_none_stands_last(tmp_path: Path) -> None:
    """By hand: yields 10%, 4%, 20%; ranks 2, 3, 1. Prices 10, 14, 40, –, 12; ranks 1, 3, 4, –, 2."""
    both = screen(UNIVERSE, tmp_path, sort="rank(earnings_yield) + rank(pe, lowest first)")
    assert both.frame.select("name", "rank", "sorted_by").rows() == [
        ("ADAM", 1, 3.0), ("CORN", 2, 5.0), ("BOLT", 3, 6.0), ("CORB", None, None), ("ECHO", None, None),
    ]  # fmt: skip
    assert both.output.unplaced == ["CORB", "ECHO"]
    within = screen(UNIVERSE, tmp_path, sort="rank(ebit / market_value, by sector)")
    assert within.frame.select("name", "sorted_by").rows() == [
        ("ADAM", 1.0), ("CORN", 1.0), ("BOLT", 2.0), ("CORB", None), ("ECHO", None),
    ]  # fmt: skip
    alike = screen("name,pe\nA,5\nB,5\nC,6\n", tmp_path, sort="rank(pe, lowest first)")
    assert alike.frame["rank"].to_list() == [1, 1, 3]


def test_who_is_out_is_counted_and_who_is_not_decided_is_listed(tmp_path: Path) -> None:
    found = screen(UNIVERSE, tmp_path, where="earnings_yield >= 5%", sort="pe lowest first").output
    assert ([r.name for r in found.rows], found.out, found.open, found.names) == (
        ["ADAM", "CORN"],
        1,
        ["CORB", "ECHO"],
        5,
    )
    assert [(o.outcome, o.count) for o in found.outcomes if o.group is None] == [("Yes", 1), ("No", 1)]
    top = screen(UNIVERSE, tmp_path, sort="name", top=2)
    assert (top.output.found, [r.name for r in top.output.rows], top.frame.height) == (5, ["ADAM", "BOLT"], 2)
    verdicts = screen(UNIVERSE, tmp_path, sort="buy").output.rows
    assert [r.name for r in verdicts] == ["ADAM", "BOLT", "CORN", "CORB", "ECHO"]


def test_outcomes_are_counted_by_sector_and_gaps_by_input(plain: Screened) -> None:
    counts = {(o.group, o.outcome): o.count for o in plain.output.outcomes}
    assert counts == {
        (None, "Yes"): 1, (None, "No"): 1, (None, "Watch"): 1, (None, None): 2, ("Tools", "Yes"): 1, ("Tools", "Watch"): 1,
        ("Food", "No"): 1, ("Food", None): 1,
    }  # fmt: skip
    gaps = {g.input: (g.missing, g.of, g.column) for g in plain.output.lacking}
    assert gaps == {"pe": (1, 5, "pe"), "market_value": (1, 5, "market_value"), "ebit": (1, 5, "ebit")}


def test_who_is_near_a_threshold_is_said_in_the_unit_of_the_figure(plain: Screened) -> None:
    near = {n.written: [(x.name, x.text, x.holds) for x in n.names] for n in plain.output.near}
    assert near["pe <= low_price"] == [
        ("CORN", "+25x", False), ("BOLT", "−1x", True), ("ECHO", "−3x", True), ("ADAM", "−5x", True),
    ]  # fmt: skip
    assert near["earnings_yield < 5%"] == [("CORN", "+15pp", False), ("ADAM", "+5pp", False), ("BOLT", "−1pp", True)]


def test_amounts_of_several_currencies_are_never_ordered_together(tmp_path: Path) -> None:
    table = "name,pe,ebit,market_value,currency\nA,5,900,9000,JPY\nB,6,10,100,USD\n"
    found = screen(table, tmp_path, currency=None, sort="rank(earnings_yield)", metrics=("ebit", "earnings_yield"))
    assert [(r.name, r.rank, r.cells[2].text) for r in found.output.rows] == [("A", 1, "900 JPY"), ("B", 1, "10 USD")]


def test_a_history_has_a_row_for_each_day_that_brought_something(tmp_path: Path) -> None:
    table = (
        "name,period_end,known,pe\nA,2023-12-31,2024-02-01,10\nA,2023-12-31,2024-09-01,40\nB,2024-12-31,2025-02-01,12\n"
        "B,2025-12-31,2027-01-01,12\n"
    )
    found = screen(table, tmp_path, history=True, each="day")
    assert found.frame.select("name", pl.col("as_of").cast(pl.String), "pe").rows() == [
        ("A", "2024-02-01", 10.0), ("A", "2024-09-01", 40.0), ("B", "2025-02-01", 12.0),
    ]  # fmt: skip
    assert any("1 row became known after" in t for t in found.output.told)


# --- the page and its fellows ------------------------------------------------------------------------------------

HOSTILE = 'name,company,sector,pe\n"<script>alert(1)</script>","""><img src=x onerror=alert(1)>",=1+1,5\n@SUM,`</code><b>,S,6\n'


class Seen(HTMLParser):
    """What a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.script, self.within = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        self.within = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.within = False if tag == "script" else self.within

    def handle_data(self, data: str) -> None:
        self.script += data if self.within else ""


def test_the_page_runs_its_own_script_alone_and_asks_for_nothing(tmp_path: Path) -> None:
    seen = Seen(to_html(screen(HOSTILE, tmp_path).output))
    policy = next(a["content"] for t, a in seen.tags if a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(seen.script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in str(policy)
    assert str(policy).startswith("default-src 'none'")
    assert sum(t == "script" for t, _ in seen.tags) == 1
    assert not {"img", "iframe", "link", "form"} & {t for t, _ in seen.tags}
    assert not [a for _, a in seen.tags if {"src", "onerror", "onclick", "srcset"} & a.keys()]
    assert all(str(a["href"]).startswith("#") for t, a in seen.tags if "href" in a)
    heads = [a for t, a in seen.tags if t == "th" and a.get("scope") == "col"]
    assert len(heads) == sum(t == "button" for t, _ in seen.tags) - 1 > 5


def test_nothing_in_a_table_is_calculated_by_a_spreadsheet(tmp_path: Path) -> None:
    made = screen(HOSTILE, tmp_path)
    text = to_csv(made.frame)
    assert "'=1+1" in text
    assert "'@SUM" in text
    assert not re.search(r"(^|,)[=@]", text, re.MULTILINE)
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(made.frame, made.output)))
    rows = book.get_sheet_by_name("Screen").to_python()
    assert [row[:4] for row in rows] == [
        ["name", "company", "sector", "rank"],
        *([*r[:3], float(r[3])] for r in made.frame.rows()),
    ]
    assert book.get_sheet_by_name("Read first").to_python()


def test_lines_are_cut_and_say_so(plain: Screened) -> None:
    text = "\n".join(lines(plain.output.model_copy(update={"rows": plain.output.rows[:2]})))
    assert "… and 3 more; --top 5 shows all" in text
    assert "Buy? is not decided for 2 names:" in text
    assert "  Food: No 1, not decided 1" in text
    assert "Staff" not in text


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the rules and the universe."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cheap.thesis").write_text(RULES, encoding="utf-8")
    (tmp_path / "u.csv").write_text(UNIVERSE, encoding="utf-8")
    return tmp_path


ASKED = ("screen", "cheap.thesis", "--universe", "u.csv", "--currency", "USD", "--as-of", "2026-08-21")


def test_the_product_goes_to_stdout_and_what_was_taken_for_what_to_stderr(here: Path) -> None:
    ran = call(*ASKED, "--where", "pe > 11x", "--top", "1", "--sort", "pe lowest first")
    assert ran.status == 0
    assert ran.out.startswith(
        "Cheap and good: 5 names of u.csv as of 2026-08-21\nsorted by Price to earnings, lowest first\n"
    )
    assert "where pe > 11x: 3 kept, 1 out, 1 not decided" in ran.out
    assert "`pe` is pe (Price to earnings), by its name" in ran.err
    why = call(*ASKED, "--where", "pe > 11x", "--why", "ADAM")
    assert "where pe > 11x: false" in why.out
    assert "  true           A low price (bull)\n    Price to earnings 10x, asked > 0x\n" in why.out
    unknown = call(*ASKED, "--why", "ADAMS")
    assert (unknown.status, unknown.out) == (2, "")
    assert "did you mean `ADAM`?" in unknown.err


def test_an_old_output_stays_where_the_new_one_cannot_be_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("x.parquet", "x.csv", "x.xlsx", "x.html", "x.json"):
        (here / name).write_text("old", encoding="utf-8")
        assert call(*ASKED, "-o", name).status == 0
        assert (here / name).read_bytes()[:3] != b"old"
    assert pl.read_parquet(here / "x.parquet")["name"].sort().to_list() == ["ADAM", "BOLT", "CORB", "CORN", "ECHO"]
    (here / "x.parquet").write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    ran = call(*ASKED, "-o", "x.parquet")
    assert ran.status == 2
    assert "no space left on device" in ran.err
    assert (here / "x.parquet").read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in here.iterdir() if p.name.startswith(".thesis")) == []


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sort": "rank(earnings_yield) + rank(pe, lowest first)"},
        {"where": "earnings_yield >= 5% or pe > 30x", "sort": "buy"},
    ],
    ids=str,
)
def test_columns_and_the_reference_give_one_screen(said: dict[str, Any], tmp_path: Path) -> None:
    columns, rows = (screen(UNIVERSE, tmp_path, engine=engine, **said) for engine in (None, "rows"))
    assert columns.output.engine.startswith("in columns")
    assert columns.output.model_copy(update={"engine": rows.output.engine}) == rows.output
    assert columns.frame.equals(rows.frame)


def test_rules_may_use_the_words_of_a_screen(tmp_path: Path) -> None:
    text = (
        'rules words "Words"\ninput sector "Sector" : choice of (bank, other)\ninput pe "Price" : multiple\n'
        'input company "Company" : text optional\nmetric score "Own score" = pe / 2x\nmetric rank "Own rank" = pe / 5x\n'
        'pillar price "Cheap?"\nbull low "Low" on price when score < 10 and sector is bank\n'
        'verdict v "V" when score < 10 then "Yes" otherwise "No"\n'
    )
    table = "name,sector,pe\nA,bank,30\nB,other,10\nC,,\n"
    found = screen(table, tmp_path, text=text, sort="score lowest first", metrics=("score", "rank"))
    assert found.frame.select("name", "score", "rank", "#rank", "sector", "v").rows() == [
        ("B", 5.0, 2.0, 1, "other", "Yes"), ("A", 15.0, 6.0, 2, "bank", "No"), ("C", None, None, None, None, None),
    ]  # fmt: skip
    assert [o.group for o in found.output.outcomes] == [None, None, None, "bank", "other"]
    for engine in (None, "rows"):
        assert screen(table, tmp_path, text=text, sort="rank(rank, by sector)", engine=engine).frame[
            "name"
        ].to_list() == ["A", "B", "C"]
    wrong = refused(
        "name,pe\nA,5\n", tmp_path, text='rules w "W"\ninput pe "P" : multiple\nmetric known "K" = pe / 2x\n'
    )
    assert "the rules call something `known`" in wrong


def test_columns_that_say_something_else_than_the_reference_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Mixed.judged

    def lying(self: Mixed, program: Program, table: Table, asked: Asked) -> pl.LazyFrame:
        return honest(self, program, table, asked).with_columns(buy=pl.lit("Yes"))

    right = screen(UNIVERSE, tmp_path, engine="rows")
    monkeypatch.setattr(Mixed, "judged", lying)
    found = screen(UNIVERSE, tmp_path)
    assert "columns gave another answer for BOLT, which is a fault in thesis" in found.output.engine
    assert found.frame.equals(right.frame)


def test_more_names_than_a_sheet_holds_are_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAX_SHEET", 4)
    ran = call(*ASKED, "-o", "x.xlsx")
    assert (ran.status, (here / "x.xlsx").exists()) == (2, False)
    assert "a sheet of a workbook holds 4 names, and these are 5" in ran.err


def test_what_a_report_says_above_its_verdicts_is_said_of_the_first_names(tmp_path: Path) -> None:
    """−0.5 is below 1: the name with a negative equity stands first, and that is said."""
    text = """rules lev "Leverage"
input debt "Debt" : money
input equity "Equity" : money
input margin "Margin" : percent
metric leverage "Debt to equity" : multiple = debt / equity
pillar p "?"
bull low "Low debt" on p when leverage < 1x
bear loss "Loses money" on p critical when margin < 0%
verdict call "Call"
  when low then "Buy" bullish
  otherwise "Pass"
"""
    found = screen("name,debt,equity,margin\nA,50,-100,5%\nB,50,100,-5%\nC,500,100,5%\n", tmp_path, text=text)
    assert [t for t in found.output.told if t.startswith("in doubt")] == [
        "in doubt: A: Low debt is true, and may mean nothing: Debt to equity divides by Equity, which is below 0",
        "in doubt: B: Loses money: a critical bear that is true",
    ]


def test_a_cut_through_names_of_one_place_is_said(tmp_path: Path) -> None:
    table = "name,pe\nA,10\nB,12\nC,12\nD,12\n"
    said = [
        t
        for n in (1, 2, 4)
        for t in screen(table, tmp_path, sort="rank(pe, lowest first)", top=n).output.told
        if "same place" in t
    ]
    assert said == ["in doubt: C, D have the same place as B, and are cut by the first 2"]
