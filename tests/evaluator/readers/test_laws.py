"""Laws of readers: what was written is what is read, in each format; and no bytes whatever end in a traceback."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.text.diagnostics import to_text
from dsl.text.hidden import HIDDEN
from dsl.text.source import SourceFile
from dsl.types.days import FIRST_YEAR, LAST_YEAR
from evaluator.facts.model import Company, Fact
from evaluator.readers.files.csv_file import table_of
from evaluator.readers.kinds import READERS
from evaluator.readers.load import load, read_company
from evaluator.readers.tables.cells import Table
from evaluator.readers.write import company_text
from tests.support.books import workbook
from tests.support.command_line import whatever_happens
from tests.support.fact_strategies import _SPAN
from tests.support.filed import EPS, REVENUE, balance, company_facts, flow

HEAD = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
TABLE_HEAD = "metric,period,value,published,kind,source"
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

figures = st.decimals(-9999, 9999, places=2).map(lambda d: f"{d:f}")
units = st.sampled_from(["", "%", "pp", "x", "k", "m", "bn", "m USD", "bn CNY"])
one = st.builds(lambda f, u: f"{f}{u}", figures, units)
values = st.one_of(
    one,
    one.map(lambda text: f"at least {text}"),
    one.map(lambda text: f"about {text}"),
    st.sampled_from(["unknown", "yes", "no", "cloud", "2026-08-27", "between 10% and 12%", "about 9% within 0.5pp"]),
)
printable = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"))
printable = printable.filter(lambda char: not HIDDEN.search(char))
days = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))
texts = st.text(printable, min_size=1, max_size=25).map(str.strip).filter(bool)
words = st.sampled_from(["revenue", "cloud_revenue", "capex", "growth"])
periods = st.sampled_from(["FY2025", "Q3 FY2025", "H1 FY2025", "9M FY2025", "TTM 2025-09-30", "2025-06-30"])


@st.composite
def fact(draw: st.DrawFn) -> Fact:
    dated = draw(st.booleans())
    more = {key: draw(st.none() | texts) for key in ("url", "note", "restates")}
    described = {"date": draw(days)} if dated else {"period": draw(periods)}
    kind = draw(st.sampled_from(["reported", "derived", "guidance", "claim", "estimate"]))
    return Fact.model_validate(
        {"name": draw(words), **described, "value": draw(values), "published": draw(days), "kind": kind, "source": draw(texts),
         **more, "place": _SPAN, "value_place": _SPAN}
    )  # fmt: skip


def cells(fact: Fact) -> dict[str, str | None]:
    """A fact as a row of a tidy table."""
    found = {key: getattr(fact, key) for key in ("period", "date", "published", "source", "url", "note", "restates")}
    found |= {"metric": fact.name, "value": fact.value, "kind": fact.kind.value}
    return {key: None if text is None else str(text) for key, text in found.items()}


COLUMNS = ("metric", "period", "date", "value", "published", "kind", "source", "url", "note", "restates")


def as_csv(facts: Sequence[Fact], path: Path) -> None:
    separator = ",;\t"[len(facts) % 3]
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(cells(f) for f in facts)
    path.write_bytes(b"\xef\xbb\xbf" * (len(facts) % 2) + out.getvalue().encode())


def as_xlsx(facts: Sequence[Fact], path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    sheet = book.add_worksheet("Facts")
    sheet.write_row(0, 0, COLUMNS)
    for row, f in enumerate(facts, 1):
        for column, key in enumerate(COLUMNS):
            if (text := cells(f)[key]) is not None:
                sheet.write_string(row, column, text)
    book.close()


def as_parquet(facts: Sequence[Fact], path: Path) -> None:
    rows = {key: [cells(f)[key] for f in facts] for key in COLUMNS}
    days = [pl.col("date").str.to_date(), pl.col("published").str.to_date()]
    pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String)).with_columns(days).write_parquet(path)


def as_yaml(facts: Sequence[Fact], path: Path) -> None:
    known = {"name": "Example Cloud", "ticker": "EXMPL", "currency": "USD", "fiscal_year_ends": "12-31"}
    company = Company.model_validate(known | {"facts": tuple(facts), "path": ""})
    path.write_text(company_text(company, ["A comment."]), "utf-8")


WRITERS: dict[str, Callable[[Sequence[Fact], Path], None]] = {
    "facts.csv": as_csv,
    "facts.xlsx": as_xlsx,
    "facts.parquet": as_parquet,
    "facts.yaml": as_yaml,
}


def test_every_reader_is_held_to_the_laws() -> None:
    """What is filed has its laws in `filings/`."""
    written = {READERS.get(Path(name).suffix) for name in WRITERS}
    damaged = {READERS.get(Path(name).suffix) for name in WHOLE}
    assert written | {"files.json_file"} == damaged == {None, *READERS.values()}


def by_name(facts: Sequence[Fact]) -> list[dict[str, object]]:
    """Facts without places; those of a name stand together, as YAML has them."""
    return [f.model_dump() for f in sorted(facts, key=lambda f: [g.name for g in facts].index(f.name))]


@pytest.mark.parametrize("name", WRITERS)
@QUICK
@given(facts=st.lists(fact(), min_size=1, max_size=6, unique_by=lambda f: json.dumps(cells(f))))
def test_what_was_written_is_what_is_read(name: str, facts: list[Fact], tmp_path: Path) -> None:
    path, head = tmp_path / name, tmp_path / "head.yaml"
    WRITERS[name](facts, path)
    head.write_text(HEAD, "utf-8")
    company, problems = load([head, path], "EXMPL")
    assert company is not None, "\n".join(map(to_text, problems))
    unlike = {
        json.dumps([f.name, f.period, str(f.date), f.value, str(f.published), f.kind, f.source]): f
        for f in reversed(facts)
    }
    assert by_name(company.facts) == by_name([f for f in facts if f in unlike.values()])


@QUICK
@given(table=st.lists(st.lists(st.none() | figures, min_size=3, max_size=3), min_size=1, max_size=4))
def test_a_wide_sheet_is_what_was_drawn(table: list[list[str | None]], tmp_path: Path) -> None:
    names = ("Q1 FY2025", "Q2 FY2025", "FY2025")
    book = xlsxwriter.Workbook(str(tmp_path / "w.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["period", "unit", *names])
    for row, key in enumerate(("published", "kind", "source"), 1):
        sheet.write_row(row, 0, [key, "", *({"published": "2026-02-12", "kind": "reported"}.get(key, "S"),) * 3])
    for row, given_row in enumerate(table):
        sheet.write_row(4 + row, 0, [f"m{row}", "millions"])
        for column, text in enumerate(given_row):
            if text is not None:
                sheet.write_number(4 + row, 2 + column, float(text))
    book.close()
    (tmp_path / "head.yaml").write_text(HEAD, "utf-8")
    company, problems = load([tmp_path / "head.yaml", tmp_path / "w.xlsx"])
    assert company is not None, "\n".join(map(to_text, problems))
    expected = {
        (f"m{row}", names[column]): float(text)
        for row, given_row in enumerate(table)
        for column, text in enumerate(given_row)
        if text is not None
    }
    assert {(f.name, f.period): float(str(f.value).removesuffix("m")) for f in company.facts} == expected


# --- no bytes end in a traceback --------------------------------------------------------------------

CSV = b'metric,period,value,unit,published,kind,source\nrevenue,FY2025,"1,234.5",millions,2026-02-12,reported,Results\n'
PRICES = b"Date,Close,metric_\n2026-01-02,11.5,\n"
XLSX = workbook(
    "[Q]\nperiod | Q3 FY2025\npublished | @2025-10-30\nkind | reported\nsource | S\nrevenue | =A1 := 5\nmargin | %0.5\n"
)
JSON = company_facts(
    [flow(REVENUE, "2025-01-01..2025-12-31", 5, "2026-02-12", "10-K"), balance(EPS, "2025-12-31", 2, "2026-02-12")]
)
_OUT = io.BytesIO()
_ROW = {"metric": "a", "period": "FY2025", "value": 1.5, "published": "2026-02-12", "kind": "reported", "source": "S"}
pl.DataFrame([_ROW]).write_parquet(_OUT)
WHOLE = {
    "f.csv": CSV,
    "p.csv": PRICES,
    "f.xlsx": XLSX,
    "f.json": JSON.encode(),
    "f.parquet": _OUT.getvalue(),
    "f.yaml": b'facts:\n  a:\n    - {period: FY2025, value: 5bn, published: 2026-02-12, kind: reported, source: "S"}\n',
}
SNIPPETS = (
    b"",
    b"\0",
    b"\xff",
    b'"',
    b";",
    b"\n",
    b"99999999999999999999",
    b"-1e999",
    b"NaN",
    b"[",
    b"{",
    b"&a ",
    b"<",
    b"\xef\xbb\xbf",
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes that are cut, or have a few places overwritten or filled in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "over", "in"])):
            case "cut":
                del data[at : at + draw(st.integers(1, len(whole)))]
            case "over":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case _:
                data[at:at] = draw(st.sampled_from(SNIPPETS))
    return bytes(data)


def survives(folder: Path, name: str, data: bytes) -> None:
    """Either a company or at least one error, each told as a text."""
    (folder / name).write_bytes(data)
    (folder / "head.yaml").write_text(HEAD + 'files:\n  p.csv: {source: "S"}\n' * (name == "p.csv"), "utf-8")
    company, problems = load([folder / "head.yaml", folder / name], "EXMPL")
    assert (company is None) == any(d.is_error for d in problems)
    assert all(to_text(d) for d in problems)


@pytest.mark.parametrize("name", WHOLE)
@QUICK
@given(data=st.data())
def test_damaged_files_give_diagnostics(name: str, data: st.DataObject, tmp_path: Path) -> None:
    survives(tmp_path, name, data.draw(damaged(WHOLE[name])))


@pytest.mark.parametrize("name", WHOLE)
@QUICK
@given(data=st.binary(max_size=200))
def test_random_bytes_give_diagnostics(name: str, data: bytes, tmp_path: Path) -> None:
    survives(tmp_path, name, data)


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_files_are_read(name: str, tmp_path: Path) -> None:
    """What the other laws damage is whole before."""
    (tmp_path / name).write_bytes(WHOLE[name])
    (tmp_path / "head.yaml").write_text(HEAD + 'files:\n  p.csv: {source: "S"}\n' * (name == "p.csv"), "utf-8")
    company, problems = load([tmp_path / "head.yaml", tmp_path / name], "EXMPL")
    assert company is not None, "\n".join(map(to_text, problems))
    assert company.facts


PARTS = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
)


@pytest.mark.parametrize("part", PARTS)
@QUICK
@given(data=st.data())
def test_damaged_parts_of_a_workbook_give_diagnostics(part: str, data: st.DataObject, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            whole = old.read(entry)
            new.writestr(entry.filename, data.draw(damaged(whole)) if entry.filename == part else whole)
    survives(tmp_path, "f.xlsx", out.getvalue())


def test_what_is_said_of_a_company_is_written_and_read(tmp_path: Path) -> None:
    text = (
        'name: "A: \\"B\\" \\u00a7"\nticker: AB-C\ncurrency: EUR\nfiscal_year_ends: 12-31, 03-31 from 2024-01-01\nreports: halves\n'
        "facts: {}\nexchange_rates:\n"
        '  - {of: USD, to: EUR, period: FY2025, value: 0.1, published: 2026-01-02, source: "S"}\n'
        '  - {of: USD, to: EUR, date: 2026-01-01, value: 12.5, published: 2026-01-02, kind: estimate, source: "S", note: "N"}\n'
    )
    company, problems = read_company(SourceFile("a.yaml", text))
    assert company is not None, problems
    again, problems = read_company(SourceFile("a.yaml", company_text(company)))
    assert again is not None, problems
    assert again.model_dump() == company.model_dump()
    assert len(again.exchange_rates) == 2


@QUICK
@given(
    st.lists(st.lists(st.sampled_from(["", " ", '"a,b"', '""', "12%", "x"]), min_size=1, max_size=4), max_size=4),
    st.sampled_from(["", "\n", "\n\n"]),
)
def test_each_cell_of_a_text_lies_within_it(rows: list[list[str]], end: str) -> None:
    """The last one too, which may be empty: a mend looks at what stands behind it."""
    source = SourceFile("made.csv", "\n".join([TABLE_HEAD, *(",".join(row) for row in rows)]) + end)
    table = table_of(source)
    assert isinstance(table, Table)
    for slot in (slot for row in table.rows for slot in row):
        assert 0 <= slot.span.start <= slot.span.end <= len(source.text)


def test_a_row_that_stands_twice_may_end_in_an_empty_cell(tmp_path: Path) -> None:
    row = "revenue,FY2025,1bn USD,2026-02-01,reported,Results,"
    (tmp_path / "made.csv").write_text(f"{TABLE_HEAD},note\n{row}\n{row}", encoding="utf-8")
    (tmp_path / "head.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "small.thesis").write_text('rules small\ninput revenue "Revenue" : money per year\n', encoding="utf-8")
    made = [("--facts", str(tmp_path / name)) for name in ("made.csv", "head.yaml")]
    ran = whatever_happens(
        "report", str(tmp_path / "small.thesis"), *(word for pair in made for word in pair), "--as-of", "2026-05-14"
    )
    assert ran.status == 0, ran.err
    assert "stands twice" in ran.out or "twice" in ran.out, ran.out
