"""A table on disk is read by Spark as it is without it: cells in every spelling, marks, separators, folders (`pytest -m spark`)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.text.source import SourceFile, UnreadableFileError
from evaluator.readers.layouts.mapping import Layout
from evaluator.session.reading import Failed
from evaluator.spark import running
from evaluator.spark import session as sessions
from evaluator.spark.running import SparkScreen, of_path
from evaluator.universe import files
from evaluator.universe.running import Options, Whole, table_of
from evaluator.universe.screened import Screened
from tests.support.screens import DAY

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]
RULES = """rules cheap "Cheap"
input pe "Price to earnings" : multiple
input yield_ "Dividend yield" : percent at least 0%
input ebit "Earnings" : money
input staff "Staff" : count
input listed "Listed" : flag
input home "Home" : choice of (asia, europe)
input note "Note" : text
input since "Since" : date
input places "Places" : set of (asia, europe)
metric half "Half" : multiple = pe / 2
pillar value "Value"
bull cheap "Cheap" on value when pe > 0x and pe <= 15x
bull paying "Pays" on value when yield_ >= 2%
bear old "Old" on value when listed and since < 2020-01-01
bull asian "In Asia" on value when home is asia and not listed
bull both_ "In both" on value when places includes asia and places includes europe
bull few "In few" on value when count(places) < 2
verdict buy "Buy?"
  when pe <= 15x then "Yes"
  otherwise "No"
"""
HEAD = "ticker,pe,yield_,ebit,staff,listed,home,note,since,places"
SPELLINGS = {
    "pe": ["12", "1,234.5", "(3.5)", "14x", "-2.5x", "n/a", "", " 7 ", "+4", ".5", "5.", "1e2", "at least 16x", "between 10x and 12x"],
    "yield_": ["2.5%", "(1%)", "0.1 %", "38.1%", "at least 3%", "about 3% within 0.5pp", "", "-", "25bps", "1,200%"],
    "ebit": ["1,200,000", "5.2m", "(3.1bn)", "12 USD", "−7", "0", "n.m.", "4'500", "1 000", "-0"],
    "staff": ["12", "1,200", "3k", "12.5", "", "2m"],
    "listed": ["yes", "No", "TRUE", "f", "", "n/a"],
    "home": ["Asia", "europe", "", "unknown"],
    "note": ["a, b", "say \"\"x\"\"", "two\nlines", "Zürich", "", "n/a"],
    "since": ["2019-05-01", "2024-01-31 00:00:00", ""],
    "places": ["asia", "Europe , asia", "[]", "['europe']", "", "n/a", ",", "none"],
}  # fmt: skip


def checked() -> Any:
    return check_file(SourceFile("main.thesis", RULES), Library(()))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    pytest.importorskip("pyspark")
    found = sessions.opened("spark")
    assert not isinstance(found, Failed), found
    found.conf.set("spark.sql.shuffle.partitions", "2")
    yield found
    found.stop()


def layout(**said: Any) -> Layout:
    return Layout.model_validate({"names": {}, "currency": "USD", **said})


def both(path: Path, options: Options) -> tuple[Screened | Failed, Screened | Failed]:
    """A screen of a table without Spark, and by it."""
    try:
        whole = table_of(checked(), files.opened(path, "the table"), options)
        here = whole if isinstance(whole, Failed) else whole.screened()
    except UnreadableFileError as error:
        here = running._wrong("the table", error.reason, error.hint)
    there = of_path(checked(), path, "the table", options, "spark")
    return here, there.collected() if isinstance(there, SparkScreen) else there


def same(path: Path, options: Options) -> Screened:
    """Holds the two screens to be one, and gives it."""
    here, there = both(path, options)
    assert isinstance(here, Screened), here
    assert isinstance(there, Screened), there
    assert_frame_equal(there.frame.drop("missing").sort("name"), here.frame.drop("missing").sort("name"), rel_tol=1e-12)
    return there


def drawn(draw: random.Random, rows: int) -> str:
    cells = [[f"n{n:03}"] + [_quoted(draw.choice(of)) for of in SPELLINGS.values()] for n in range(rows)]
    return "\n".join([HEAD, *(",".join(row) for row in cells)]) + "\n"


def _quoted(cell: str) -> str:
    return f'"{cell}"' if any(sign in cell for sign in ',"\n') else cell


def test_cells_in_every_spelling(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn tables; once with texts that are told apart in a column, once with texts that are looked up in a table."""
    path = tmp_path / "u.csv"
    options = Options(DAY, layout(), metrics=("pe", "yield_", "ebit", "staff", "half"))
    for seed, mark in enumerate(("", "\ufeff")):
        path.write_text(mark + drawn(random.Random(seed), 120), encoding="utf-8")
        found = same(path, options)
        assert found.frame["ebit"].drop_nulls().len() > 40
        monkeypatch.setattr("evaluator.spark.texts.IN_A_CASE", 1)
    lines = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(lines.replace(b"two\r\nlines", b"two lines"))
    same(path, options)


def test_lists_of_parquet_are_sets(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "u.parquet"
    pl.DataFrame(
        {"ticker": [*"ABCD"], "pe": [5.0, 6, 7, 8], "places": [["asia"], ["Europe", "asia"], [], None]}
    ).write_parquet(path)
    found = same(path, Options(DAY, layout()))
    held = {name: (both_, few) for name, both_, few in found.frame.select("name", "both_", "few").iter_rows()}
    assert held == {"A": (False, True), "B": (True, False), "C": (False, True), "D": (None, None)}
    pl.DataFrame({"ticker": ["A"], "pe": [5.0], "places": [["mars", None]]}).write_parquet(path)
    here, there = both(path, Options(DAY, layout()))
    assert isinstance(here, Failed)
    assert isinstance(there, Failed)
    assert [d.message for d in here.diagnostics] == [d.message for d in there.diagnostics]


def test_decimal_commas_and_units(session: Any, tmp_path: Path) -> None:
    """As the table and the mapping say; what may be read in two ways is refused by both."""
    head = "ticker;pe;ebit;Dividend Yield"
    plain = "A;12,5;1.234.567;2,5\nB;1.200,25;(3,5);0\nC;7;;\n"
    path = tmp_path / "u.csv"
    path.write_text(f"{head}\n{plain}", encoding="utf-8")
    mapped = {"Dividend Yield": {"name": "yield_", "unit": "percent"}}
    found = same(
        path, Options(DAY, layout(decimal="comma", unit="thousands", names=mapped), metrics=("pe", "ebit", "yield_"))
    )
    assert found.frame.sort("name")["ebit"].to_list() == [1234567000.0, -3500.0, None]
    for undeclared in ("12,5", "1.234"):
        path.write_text(f"{head}\nA;{undeclared};5;\n", encoding="utf-8")
        here, there = both(path, Options(DAY, layout(names=mapped)))
        assert isinstance(here, Failed)
        assert isinstance(there, Failed)
        assert [d.code for d in there.diagnostics] == [d.code for d in here.diagnostics] == ["F042"]
        assert "decimal" in (there.diagnostics[0].hint or "")


REFUSED = {
    "12 or so": f"{HEAD}\nA,12 or so,1%,5,1,yes,asia,x,2024-01-31,\nB,12 or so,1%,5,1,yes,asia,x,2024-01-31,\n",
    "neither yes nor no": f"{HEAD}\nA,1,1%,5,1,perhaps,asia,x,2024-01-31,\n",
    "mars": f"{HEAD}\nA,1,1%,5,1,yes,mars,x,2024-01-31,\n",
    "not a day": f"{HEAD}\nA,1,1%,5,1,yes,asia,x,31.1.2024,\n",
    "in percent (1.75 is 1.75%) or a fraction": f"{HEAD}\nA,1,1,5,1,yes,asia,x,2024-01-31,\n",
    "it is a percent, and the column is none": f"{HEAD}\nA,1,1%,5%,1,yes,asia,x,2024-01-31,\n",
    "EUR": f"{HEAD}\nA,1,1%,5 EUR,1,yes,asia,x,2024-01-31,\n",
    "two columns are called": f"{HEAD},pe\nA,1,1%,5,1,yes,asia,x,2024-01-31,,2\n",
    "speaks of EUR": "ticker,EBIT (EUR),pe\nA,1,2\n",
    "the file is empty": "",
    "no name below it": "ticker,pe\n",
    "A stands in ": "ticker,pe\nA,1\nA,2\n",
    "is empty": "ticker,pe\nA,1\n,2\n",
}


def test_what_is_refused_is_refused_by_both(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    mapped = {"EBIT (EUR)": {"name": "ebit"}}
    for words, text in REFUSED.items():
        path.write_text(text, encoding="utf-8")
        of = layout(names=mapped) if "EBIT (EUR)" in text else layout()
        for found in both(path, Options(DAY, of)):
            assert isinstance(found, Failed), words
            assert any(words in d.message for d in found.diagnostics), (words, [d.message for d in found.diagnostics])


def test_rows_of_another_width_and_bytes_that_are_no_text(session: Any, tmp_path: Path) -> None:
    """Spark alone would fill short rows with nothing, drop the end of long ones, and put a sign for each byte that is no text."""
    path = tmp_path / "u.csv"
    for data, words in (
        (b"ticker,pe,ebit\nA,1\nB,2,3\n", "more or fewer cells than the head"),
        (b"ticker,pe,ebit\nA,1,2,3\nB,2,3\n", "more or fewer cells than the head"),
        ("ticker,pe,note\nA,1,Zürich\n".encode("latin-1"), "UTF-8"),
        (b"ticker,pe,note\n" + b"".join(b"n%d,1,x\n" % n for n in range(9000)) + b"A,1,Z\xfcrich\n", "no text"),
    ):
        path.write_bytes(data)
        found = of_path(checked(), path, "the table", Options(DAY, layout()), "spark")
        found = found.collected() if isinstance(found, SparkScreen) else found
        assert isinstance(found, Failed), words
        assert words in found.diagnostics[0].message, found.diagnostics[0].message


def test_a_folder_of_files(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are parts of one table: one head for all."""
    whole, folder = tmp_path / "u.csv", tmp_path / "parts"
    folder.mkdir()
    text = drawn(random.Random(7), 40).replace("two\nlines", "one line")
    whole.write_text(text, encoding="utf-8")
    head, *lines = text.splitlines(keepends=True)
    for at in range(3):
        (folder / f"{at}.csv").write_text(head + "".join(lines[at::3]), encoding="utf-8")
    (folder / "_SUCCESS").touch()
    options = Options(DAY, layout(), metrics=("pe", "ebit"))
    wanted = same(whole, options)
    for size in (0, files.MAX_LOOKED_AT):  # cut into parts, and by whole files
        monkeypatch.setattr("evaluator.spark.opening.WHOLE", size)
        found = of_path(checked(), folder, "the table", options, "spark")
        assert isinstance(found, SparkScreen), found
        collected = found.collected()
        assert isinstance(collected, Screened), collected
        assert_frame_equal(collected.frame.sort("name"), wanted.frame.sort("name"))
    why, of_one = found.one("n003"), table_of(checked(), files.opened(whole, "the table"), options)
    assert isinstance(why, Whole), why
    assert isinstance(of_one, Whole), of_one
    assert why.why("n003").report().verdicts == of_one.why("n003").report().verdicts  # type: ignore[union-attr]
    monkeypatch.setattr("evaluator.spark.opening.WHOLE", 0)
    (folder / "0.csv").write_text(head + 'x,1,1%,5,1,yes,asia,"two\nlines",2024-01-31\n', encoding="utf-8")
    cut = of_path(checked(), folder, "the table", options, "spark")
    assert isinstance(cut, Failed)
    assert "a quote that is not closed" in cut.diagnostics[0].message
    (folder / "2.csv").write_text("ticker,ebit,pe\nA,1,2\n", encoding="utf-8")
    other = of_path(checked(), folder, "the table", options, "spark")
    assert isinstance(other, Failed)
    assert "its head is another than that of 0.csv" in other.diagnostics[0].message


def test_more_texts_than_can_be_looked_up_are_refused(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "u.csv"
    path.write_text("ticker,pe\n" + "".join(f"n{n},at least {n}x\n" for n in range(30)), encoding="utf-8")
    monkeypatch.setattr("evaluator.spark.texts.MOST", 20)
    found = of_path(checked(), path, "the table", Options(DAY, layout()), "spark")
    assert isinstance(found, Failed)
    assert "column `pe` holds more than 20 different texts" in found.diagnostics[0].message


def test_history_is_that_of_polars(session: Any, tmp_path: Path) -> None:
    """Names as of each day on which something of them became known."""
    draw = random.Random(4)
    rows = ["ticker,period_end,known,pe,ebit"]
    for n in range(30):
        for year in range(2019, 2026):
            for again in range(1 + (draw.random() < 0.2)):
                pe = draw.choice(("", "9", "14.5", "20", "(3)"))
                rows.append(f"n{n:02},{year}-12-31,{year + 1}-0{2 + again}-1{n % 9},{pe},{draw.choice(('', '5m'))}")
    path = tmp_path / "u.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = Options(
        DAY, layout(period="period_end", periods="down", each="year", published="column known"), history=True
    )
    here, there = both(path, options)
    assert isinstance(here, Screened), here
    assert isinstance(there, Screened), there
    keys = ["name", "as_of"]
    assert there.frame.height == here.frame.height > 150
    assert_frame_equal(there.frame.drop("missing").sort(keys), here.frame.drop("missing").sort(keys), rel_tol=1e-12)
    for part in ("names", "outcomes", "lacking", "near"):
        assert getattr(there.output, part) == getattr(here.output, part), part
    written = of_path(checked(), path, "the table", options, "spark")
    assert isinstance(written, SparkScreen)
    assert written.written(tmp_path / "out.parquet") is None
    stored = pl.read_parquet(tmp_path / "out.parquet" / "*.parquet")
    assert stored.select(keys).sort(keys).equals(here.frame.select(keys).sort(keys))
    ordered = of_path(checked(), path, "the table", Options(DAY, options.layout, sort="pe", history=True), "spark")
    assert isinstance(ordered, SparkScreen)
    refused = ordered.product()
    assert isinstance(refused, Failed)
    assert "no one order" in refused.diagnostics[0].message
