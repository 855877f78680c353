"""Files that are no tables, too large, or made to break whoever reads them: each is refused in a sentence, at once."""

from __future__ import annotations

import io
import os
import re
import struct
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from dsl.text import pipes
from dsl.text.diagnostics import to_json, to_text
from evaluator.readers.columns import parquet as parquet_facts
from evaluator.readers.files import archive
from evaluator.readers.files import csv_file as csv_facts
from evaluator.readers.filings import filings
from evaluator.readers.kinds import READERS, SUFFIXES
from evaluator.readers.load import load
from evaluator.readers.rows import Settings
from tests.paths import ROOT
from tests.support.books import workbook

HEAD = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
TABLE = b"metric,period,value,published,kind,source\nrevenue,FY2025,5bn,2026-02-12,reported,Results\n"
SHEET = "period | FY2025\npublished | 2026-02-12\nkind | reported\nsource | S\nrevenue | 5\n"


def refused(folder: Path, name: str, data: bytes | None = None) -> str:
    """What is said of a file, which must not be taken; `data` None: it is there already."""
    (folder / "head.yaml").write_text(HEAD, "utf-8")
    if data is not None:
        (folder / name).write_bytes(data)
    company, problems = load([folder / "head.yaml", folder / name], "EXMPL")
    assert company is None
    return "\n".join(map(to_text, problems))


@pytest.mark.parametrize("ending", READERS)
def test_every_ending_has_its_reader(ending: str) -> None:
    module = import_module(f"evaluator.readers.{READERS[ending]}")
    assert callable(module.read_file)


def test_the_page_lists_every_ending() -> None:

    page = (ROOT / "docs" / "facts.md").read_text("utf-8")
    listed = {
        end for row in re.findall(r"^\| ((?:`\.\w+`(?:, )?)+) \|", page, re.M) for end in re.findall(r"`(\.\w+)`", row)
    }
    assert listed == SUFFIXES


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe" + TABLE, "the file is no text in utf-16"),
        (TABLE.replace(b"Results", "Rèsults".encode("latin-1")), "not UTF-8 text (line 2"),
        (TABLE.replace(b"Results", "Отчёт".encode("cp1251")), "`encoding: windows-1252`"),
        (TABLE.replace(b"Results", "Ergebnisse für 2025 \u201e".encode("cp850", "replace")), "not UTF-8 text (line 2"),
        (TABLE.replace(b"Results", b"\x81\xf1"), "not UTF-8 text (line 2"),
        (b"PK\0\0", "the file is binary"),
        (b"", "the facts file is empty"),
        (b"\xef\xbb\xbf\n\n", "the facts file is empty"),
    ],
)
def test_texts_in_a_wrong_encoding(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refused(tmp_path, "f.csv", data)


@pytest.mark.parametrize("name", ["f.csv", "f.tsv"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_at_the_start_changes_nothing(tmp_path: Path, name: str, mark: bytes) -> None:
    text = TABLE.replace(b",", b"\t") if name == "f.tsv" else TABLE
    (tmp_path / name).write_bytes(mark + text.replace(b"\n", b"\r\n"))
    (tmp_path / "head.yaml").write_text(HEAD, "utf-8")
    company, problems = load([tmp_path / "head.yaml", tmp_path / name])
    assert company is not None, problems
    assert [f.value for f in company.facts] == ["5bn"]


@pytest.mark.parametrize(
    ("name", "most"),
    [("f.csv", csv_facts.MAX_BYTES), ("f.xlsx", archive.MAX_BYTES), ("f.json", filings.MAX_BYTES), ("f.yaml", 8 << 20)],
)
def test_files_that_are_too_large(tmp_path: Path, name: str, most: int) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(most + 1)
    said = refused(tmp_path, name)
    assert "error[F001]" in said
    assert "the most is" in said
    assert "mend: " in said


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx", "f.json", "f.parquet"])
def test_what_is_no_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no such file" in refused(tmp_path, name)
    (tmp_path / name).mkdir()
    assert "this is a folder" in refused(tmp_path, name)
    (tmp_path / name).rmdir()
    os.mkfifo(tmp_path / name)
    monkeypatch.setattr(pipes, "WRITER_SECONDS", 0)
    assert "nothing was written to this pipe" in refused(tmp_path, name)


# --- workbooks ------------------------------------------------------------------------------------------


def repacked(change: dict[str, bytes], drawn: str = SHEET) -> bytes:
    """A workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(drawn))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change.get(entry.filename, old.read(entry)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return out.getvalue()


def test_a_zip_bomb_by_its_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 4 << 20)
    said = refused(tmp_path, "f.xlsx", repacked({"xl/media/x.bin": bytes(5 << 20)}))
    assert "the workbook unpacks to more than 4 MB" in said


def test_a_zip_bomb_whose_directory_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 4 << 20)
    data = bytearray(repacked({"xl/media/x.bin": bytes(5 << 20)}))
    at = data.rindex(b"PK\x01\x02")
    assert b"x.bin" in data[at : at + 80]
    struct.pack_into("<I", data, at + 24, 100)
    assert "the workbook unpacks to more than 4 MB" in refused(tmp_path, "f.xlsx", bytes(data))


def test_a_bomb_within_the_limits_of_size(tmp_path: Path) -> None:
    """One cell in the furthest corner: a reader that lays out the sheet would ask for hundreds of gigabytes."""
    with zipfile.ZipFile(io.BytesIO(workbook(SHEET))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    said = refused(tmp_path, "f.xlsx", repacked({"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", far)}))
    assert "a sheet reaches to row 1048576 and column 16384" in said


def test_entities_that_expand_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(SHEET))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    damaged = sheet.replace(b"<worksheet", bomb + b"<worksheet", 1)
    assert "declarations that no spreadsheet writes" in refused(
        tmp_path, "f.xlsx", repacked({"xl/worksheets/sheet1.xml": damaged})
    )


@pytest.mark.parametrize("mark", [b'<x y="%s"/>', b"<x %s/>", b"<!--%s-->", b"<?x %s?>", b"<%s/>"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_one_tag_of_many_megabytes(tmp_path: Path, mark: bytes, part: str) -> None:
    """A tag is read anew with each piece of it until it ends: its length is bounded, or the time grows with its square."""
    with zipfile.ZipFile(io.BytesIO(workbook(SHEET))) as book:
        text = book.read(part)
    at = text.rindex(b"</")
    long = text[:at] + mark % (b"y" * (2 << 20)) + text[at:]
    assert "a tag or a comment of more than 1 MB" in refused(tmp_path, "f.xlsx", repacked({part: long}))


def test_a_sheet_that_holds_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is one sheet, naming it is no mend."""
    monkeypatch.setattr(archive, "MOST_CELLS", 5)
    said = refused(tmp_path, "f.xlsx", workbook(SHEET))
    assert "keep the rows and columns that the rules need" in said
    assert "--sheet" not in said


def test_too_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 20)
    assert "unpacks to more" in refused(tmp_path, "f.xlsx", repacked({f"xl/{n}": b"" for n in range(20)}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is not a workbook, or is cut off"),
        (TABLE, "the file is not a workbook, or is cut off"),
        (workbook(SHEET)[:-200], "the file is not a workbook, or is cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old .xls, or a workbook under a password"),
        (repacked({"xl/workbook.xml": b"<workbook/>"}), "no sheet has a row that looks like its head"),
        (repacked({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), "damaged"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refused(tmp_path, "f.xlsx", data)


def test_many_sheets_that_hold_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_CELLS", 300)
    sheets = "".join(f"[S{n}]\n{SHEET}" for n in range(50))
    said = refused(tmp_path, "f.xlsx", workbook(sheets))
    assert "its sheets hold more than 0.0003 million cells" in said
    assert "name the sheet that the facts are on" in said
    company, problems = load([tmp_path / "head.yaml", tmp_path / "f.xlsx"], "EXMPL", Settings(sheet="S7"))
    assert company is not None, problems


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert "the facts file is empty" in refused(tmp_path, "f.xlsx", workbook("[Q]\n"))


def test_places_in_a_sheet_as_json(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(
        workbook("[Q]\nperiod | FY2025\npublished | 2026-02-12\nkind | reported\nsource | S\nrevenue | $5\n")
    )
    (tmp_path / "head.yaml").write_text(HEAD, "utf-8")
    _, (problem,) = load([tmp_path / "head.yaml", tmp_path / "f.xlsx"])
    found = to_json(problem)
    assert (found["sheet"], found["line"], found["column"], found["end_column"]) == ("Q", 5, 2, 3)
    assert str(problem.span) == f'{tmp_path / "f.xlsx"}, sheet "Q", B5'


# --- Parquet ----------------------------------------------------------------------------------------------

ROWS = {
    "ticker": ["EXMPL", "OTHER"], "metric": ["revenue", "revenue"], "period_end": ["2025-12-31", "2025-12-31"],
    "period_kind": ["FY", "FY"], "value": [1.5, 2.5], "unit": ["bn", "bn"], "currency": ["USD", "USD"],
    "published": ["2026-02-12", "2026-02-12"], "kind": ["reported", "reported"], "source": ["Results", "Results"],
}  # fmt: skip


def parquet(folder: Path, **change: list[object] | None) -> str:
    """What is said of a Parquet file with some of its columns changed, or taken away where None."""
    rows = {key: column for key, column in {**ROWS, **change}.items() if column is not None}
    pl.DataFrame(rows).write_parquet(folder / "f.parquet")
    (folder / "head.yaml").write_text(HEAD, "utf-8")
    company, problems = load([folder / "head.yaml", folder / "f.parquet"], "EXMPL")
    said = "\n".join(map(to_text, problems))
    return said if company is None else "; ".join(f"{f.period} {f.value}" for f in company.facts)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "FY2025 1.5bn USD"),
        ({"value": [None, 1.0]}, "FY2025 unknown"),
        ({"value": [float("nan"), 1.0]}, "FY2025 unknown"),
        ({"value": [3, 4]}, "FY2025 3bn USD"),
        ({"value": [0.1 + 0.2, 1.0]}, "FY2025 0.3bn USD"),
        ({"value": ["(1,234.5)", "1"]}, "FY2025 -1234.5bn USD"),
        ({"value": ["1.234,5", "1"]}, "looks as if a comma began its decimals"),
        ({"unit": ["parsecs", "bn"]}, "`parsecs` is not a unit"),
        ({"kind": ["rumour", "reported"]}, "`kind` of row 1: it is not a kind of source"),
        ({"kind": [None, "reported"]}, "`kind` of row 1: it is not a kind of source"),
        ({"published": [None, "2026-02-12"]}, "row 1 has no `published`"),
        ({"published": ["12/02/2026", "2026-02-12"]}, "`published` of row 1: it is not a day"),
        ({"source": [" ", "S"]}, "row 1 has no `source`"),
        ({"source": ["S \u202e", "S"]}, "`source` of row 1: it holds a hidden character"),
        ({"metric": [None, "S"]}, "row 1 has no `metric`"),
        ({"period_kind": ["annual", "FY"]}, "it does not say how long its period is"),
        ({"source": None}, "it has no column `source`"),
        ({"period_end": None, "period_kind": None}, "it has no column `period`, `period_end` or `date`"),
        ({"publishd": ["a", "b"]}, "a column `publishd` means nothing"),
        ({"source_title": ["a", "b"]}, "two columns hold the source"),
        ({"_more": ["a", "b"]}, "FY2025 1.5bn USD"),
        ({"ticker": ["ANOTHER", "OTHER"]}, "there is no row about EXMPL"),
    ],
)
def test_parquet(tmp_path: Path, change: dict[str, list[object] | None], words: str) -> None:
    assert words in parquet(tmp_path, **change)


def test_the_same_mistake_in_every_row_is_told_a_few_times(tmp_path: Path) -> None:
    rows = {key: [column[0]] * 50 for key, column in ROWS.items()} | {"kind": ["rumour"] * 50}
    said = parquet(tmp_path, **rows)  # type: ignore[arg-type]
    assert said.count("it is not a kind of source") == 20
    assert "30 more rows are as this one" in said


def test_too_many_rows_of_one_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_facts, "MAX_ROWS", 1)
    assert "it holds 2 rows about one company" in parquet(tmp_path, ticker=["EXMPL", "EXMPL"])


@pytest.mark.parametrize("data", [b"", b"PAR1", TABLE, b"PAR1" + bytes(100) + b"PAR1"])
def test_what_is_no_parquet(tmp_path: Path, data: bytes) -> None:
    assert "the file is not Parquet, or is damaged" in refused(tmp_path, "f.parquet", data)


def test_without_polars_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    said = refused(tmp_path, "f.parquet", b"PAR1")
    assert "needs the package polars, which is not installed" in said
    assert 'pip install "thesis-evaluator[parquet]"' in said
