"""A screen in blocks is the screen of one block: the same model, the same bytes, whatever the blocks are, in memory and on disk."""

from __future__ import annotations

import datetime as dt
import errno
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evaluator.blocks import order, parts, writing
from evaluator.blocks.parts import Scratch
from evaluator.render.screen import to_csv, to_html
from evaluator.session.reading import Failed
from evaluator.universe.running import Whole
from evaluator.universe.screened import Screened
from tests.support.command_line import call
from tests.support.universes import RULES, whole

DRAW = random.Random(28)
COLUMNS = ("name", "company", "sector", "pe", "market_value", "ebit")


def _cell(choices: list[Any]) -> str:
    return str(DRAW.choice(choices))


NAMES = [f"N{n:02}" for n in range(10)]
DRAW.shuffle(NAMES)
TABLE = "\n".join(
    [
        ",".join(COLUMNS),
        *(
            f"{n},{n} Co,{_cell(['Tools', 'Food', 'food', ''])},{_cell([8, 8, 12, 40, '', -3])},{_cell([1000, 700, ''])},"
            f"{_cell([100, 20, 0, -5, ''])}"
            for n in NAMES
        ),
    ]
)
KILLED = RULES + 'kill losses "Loses money" when ebit < 0 USD\n'
ASKED: dict[str, dict[str, Any]] = {
    "by score": {}, "ranks": {"sort": "rank(earnings_yield) + rank(pe, lowest first, by sector)"},
    "top": {"sort": "pe lowest first", "top": 5},
    "where": {"where": "earnings_yield >= 5% or pe > 30x", "sort": "buy"}, "name": {"sort": "name"}, "given": {"sort": "given"},
    "set": {"settings": ("low_price=9x",)}, "some explained": {"explained": 2}, "all explained": {"explained": None},
}  # fmt: skip


def made(there: Whole, scratch: Scratch | None, size: int) -> Screened:
    found = replace(there, options=replace(there.options, block=size)).screened(scratch)
    assert isinstance(found, Screened), found
    return found


@pytest.mark.parametrize("asked", ASKED)
def test_blocks_of_any_size_give_the_same_bytes(asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "SORTED", 5)
    monkeypatch.setattr(writing, "BLOCK", 4)
    there = whole(TABLE, tmp_path, text=KILLED, currency="USD", **ASKED[asked])
    assert isinstance(there, Whole), there
    found = []
    for size in (1000, 4, 1):
        with Scratch(tmp_path) as scratch:
            screen = made(there, scratch, size)
            writing.parquet(screen.blocks(3), screen.schema, tmp_path / f"{size}.parquet")
            found.append(
                ((tmp_path / f"{size}.parquet").read_bytes(), to_csv(screen.frame), screen.output.model_dump_json())
            )
            if size == 1:
                assert len(screen.judged.parts.held) == len(NAMES)
        if size == 4 and asked != "by score":
            break
    assert len(set(found)) == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".thesis")) == []


PERIODS = "\n".join(
    ["name,period_end,known,pe,ebit,market_value"]
    + [
        f"{n},{year}-12-31,{year + 1}-02-{1 + int(n[1:]) % 27:02},{8 + (year + int(n[1:])) % 30},{int(n[1:]) * (year - 2020)},1000"
        for year in (2022, 2023, 2024)
        for n in NAMES[:8]
    ]
)
BY_YEAR = RULES.replace('"EBIT" : money', '"EBIT" : money per year').replace(
    'metric earnings_yield "Earnings yield" : percent = ebit / market_value',
    'metric earnings_yield "Earnings yield" : percent = yoy(ebit)',
)  # fmt: skip


@pytest.mark.parametrize("history", [False, True])
def test_periods_of_a_name_stay_together_in_blocks(history: bool, tmp_path: Path) -> None:
    """Names of a table with periods are brought together by a hash; their order is that of the table all the same."""
    asked = {"each": "year", "currency": "USD", "history": history}
    there = whole(PERIODS, tmp_path, text=BY_YEAR, **asked)
    assert isinstance(there, Whole), there
    found = set()
    for size in (1000, 7):
        with Scratch(tmp_path) as scratch:
            screen = made(there, scratch, size)
            found.add((to_csv(screen.frame), screen.output.model_dump_json()))
    assert len(found) == 1
    assert screen.output.names == 8
    assert screen.frame["earnings_yield"].null_count() < screen.count


def test_a_column_that_is_set_is_judged_as_a_report_with_it(tmp_path: Path) -> None:
    """A threshold is set in columns, anything else by the reference; `--why` says it, and so does the screen."""
    for setting, said in (
        ("low_price=9x", "A low price = 9x, today 15x"),
        ("pe=5x", "Price to earnings = 5x for all names"),
    ):
        there = whole(TABLE, tmp_path, currency="USD", settings=(setting,))
        assert isinstance(there, Whole), there
        screen = made(there, None, 1000)
        assert screen.output.what_if == said
        for row in screen.output.rows[:3]:
            run = there.why(row.name)
            assert not isinstance(run, Failed)
            report = run.report()
            assert report.what_if
            assert [list(v.outcomes) for v in report.verdicts] == [
                [row.cells[0].text] if row.cells[0].state == "decided" else report.verdicts[0].outcomes
            ]
    both = whole(TABLE, tmp_path, currency="USD", settings=("low_price=9",))
    assert isinstance(both, Failed)
    assert both.wrong_use


def test_a_full_disk_leaves_the_old_file_and_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While blocks are put aside, and while the product is written."""
    (tmp_path / "u.csv").write_text(TABLE)
    (tmp_path / "r.thesis").write_text(RULES)
    (tmp_path / "out.parquet").write_text("old")
    command = (
        "screen",
        "r.thesis",
        "--universe",
        "u.csv",
        "--currency",
        "USD",
        "--as-of",
        "2026-08-21",
        "-o",
        "out.parquet",
    )
    monkeypatch.chdir(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for where, name in ((parts.Parts, "add"), (writing, "parquet")):
        with monkeypatch.context() as patched:
            patched.setattr(where, name, full)
            ran = call(*command)
        assert ran.status == 2
        assert "no space left on device" in ran.err.lower()
        assert (tmp_path / "out.parquet").read_text() == "old"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["out.parquet", "r.thesis", "u.csv"]
    assert call(*command).status == 0
    assert pl.read_parquet(tmp_path / "out.parquet").height == len(NAMES)


def test_kills_are_counted_and_named(tmp_path: Path) -> None:
    there = whole(TABLE, tmp_path, text=KILLED, currency="USD")
    assert isinstance(there, Whole), there
    screen = made(there, None, 7)
    frame = screen.frame
    said = {(k.state, k.count) for k in screen.output.kills}
    assert said == {(s, c) for s, c in frame["losses.state"].value_counts().iter_rows()}
    already = next(k for k in screen.output.kills if k.state.startswith("already"))
    assert set(already.names) == set(frame.filter(pl.col("losses.state") == already.state)["name"])
    assert dt.date(2026, 8, 21) == screen.output.as_of
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", to_html(screen.output)))
    assert f"Loses money: {already.state} ({already.count}) {', '.join(already.names)} " in page
    assert "Loses money: watched" not in page
