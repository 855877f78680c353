"""`thesis facts check --fix`: what can mean but one thing is written, everything else is left as it is."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from evaluator.commands.main import thesis

RULES = """rules r "R"
input revenue "Revenue" : money per quarter
input interest "Interest" : money per quarter at least 0
input capex "Capex" : money per quarter
kill k "K" when revenue < 0 or interest < 0 or capex < 0
"""
BEFORE = """name: X
ticker: X
currency: RMB
fiscal_year_ends: 12-31
facts:
  revenue:
    - {period: 2025-03-31, value: "1,234,567", published: 2025-05-01, kind: Reported, source: "S"}
    - {period: 2025-06-30, value: 1.3 million, publised: 2025-08-01, kind: reported, source: "S"}
    - {period: 2025-09-30, value: 1.4m rmb, published: 2025-11-01, kind: reported, source: "S"}
  interest:
    - {period: 2025-03-31, value: -1.1m, published: 2025-05-01, kind: reported, source: "S"}
    - {period: 2025-06-30, value: -1.2m, published: 2025-08-01, kind: reported, source: "S"}
  capex:
    - {period: 2025-03-31, value: -1.1m, published: 2025-05-01, kind: reported, source: "S"}
    - {period: 2025-06-30, value: -1.2m, published: 2025-08-01, kind: reported, source: "S"}
"""
AFTER = (
    BEFORE.replace("currency: RMB", "currency: CNY").replace('"1,234,567"', '"1234567"').replace("Reported", "reported")
    .replace("1.3 million, publised", "1.3m, published").replace("1.4m rmb", "1.4m CNY")
    .replace("value: -1.1m", "value: 1.1m", 1).replace("value: -1.2m", "value: 1.2m", 1)
)  # fmt: skip
"""Capital spending keeps its minus: rules that set no bound may add it as an outflow."""


def checked(folder: Path, *files: str) -> str:
    (folder / "r.thesis").write_text(RULES)
    names = [str(folder / name) for name in files]
    return CliRunner().invoke(
        thesis, ["facts", "check", *names, "--for", "X", "--rules", str(folder / "r.thesis"), "--fix", "--as-of", "2026-01-05"]
    ).output  # fmt: skip


def test_what_can_mean_but_one_thing_is_written(tmp_path: Path) -> None:
    (tmp_path / "X.yaml").write_text(BEFORE)
    said = checked(tmp_path, "X.yaml")
    assert (tmp_path / "X.yaml").read_text() == AFTER
    assert "mended" in said
    assert "F051" in said, "what is not sure is still said"


def test_a_row_that_stands_twice_in_a_table_goes(tmp_path: Path) -> None:
    (tmp_path / "X.yaml").write_text("name: X\nticker: X\ncurrency: USD\nfiscal_year_ends: 12-31\n")
    head = "metric,period,value,published,kind,source\n"
    row = "revenue,2025-{},1{}m,2025-12-01,reported,Results\n"
    rows = [row.format("03-31", 0), row.format("06-30", 1), row.format("06-30", 1), row.format("09-30", 2)]
    (tmp_path / "t.csv").write_text(head + "".join(rows))
    assert "1 mended" in checked(tmp_path, "X.yaml", "t.csv")
    assert (tmp_path / "t.csv").read_text() == head + "".join([rows[0], *rows[2:]])


def test_a_workbook_is_left_alone(tmp_path: Path) -> None:
    import xlsxwriter

    (tmp_path / "X.yaml").write_text("name: X\nticker: X\ncurrency: USD\nfiscal_year_ends: 12-31\n")
    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["metric", "period", "value", "published", "kind", "source"])
    for n in (1, 2):
        sheet.write_row(n, 0, ["revenue", "2025-06-30", "11m", "2025-12-01", "reported", "Results"])
    book.close()
    before = (tmp_path / "t.xlsx").read_bytes()
    said = checked(tmp_path, "X.yaml", "t.xlsx")
    assert "F050" in said
    assert (tmp_path / "t.xlsx").read_bytes() == before
