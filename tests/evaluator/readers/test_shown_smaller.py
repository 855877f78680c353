"""A cell that shows millions and holds the whole amount: read in full where no unit is said, refused where one is."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from evaluator.readers.load import load
from evaluator.readers.tables.said import names_a_scale

HEAD = "name: A\nticker: AAA\ncurrency: CNY\nfiscal_year_ends: 12-31\n"
KEYS = ("metric", "period", "value", "published", "kind", "source")
ROW = ("FY2025", 1_234_000_000, "2026-02-12", "reported", "S")


def read(folder: Path, form: str, unit: str) -> tuple[object, list[str]]:
    (folder / "AAA.yaml").write_text(HEAD, "utf-8")
    book = xlsxwriter.Workbook(str(folder / "f.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [*KEYS, "unit"])
    sheet.write_row(1, 0, ["revenue", *ROW, unit])
    sheet.write_number(1, 2, ROW[1], book.add_format({"num_format": form}))
    book.close()
    company, problems = load([folder / "AAA.yaml", folder / "f.xlsx"], "AAA")
    return company.facts[0].value if company else None, [d.message for d in problems]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("#,##0,,", "1,000,000"),
        ('0.0,"k"', "1,000"),
        ("#,##0,,_);(#,##0,,)", "1,000,000"),
        ('#,##0.0,,,"bn"', "1,000,000,000"),
    ],
)
def test_beside_a_unit_it_is_refused(form: str, shown: str, tmp_path: Path) -> None:
    value, problems = read(tmp_path, form, "millions")
    assert value is None
    assert problems == [
        f"C2 holds 1234000000 and shows it divided by {shown}, and the sheet names a unit, too"
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["#,##0,,", "0.0,"])
def test_without_a_unit_the_amount_is_what_the_cell_holds(form: str, tmp_path: Path) -> None:
    assert read(tmp_path, form, "") == ("1234000000", [])


@pytest.mark.parametrize("form", ["#,##0", "#,##0.00", '0","0', "General", "#,##0_);(#,##0)", "@"])
def test_other_formats_are_no_matter(form: str, tmp_path: Path) -> None:
    value, problems = read(tmp_path, form, "millions")
    assert problems == []
    assert value is not None


@pytest.mark.parametrize("unit", ["b", "trn", "'000", "MM", "k"])
def test_every_word_that_a_unit_may_be_is_one(unit: str, tmp_path: Path) -> None:
    value, problems = read(tmp_path, "#,##0,,", unit)
    assert value is None
    assert len(problems) == 1


def test_a_scale_is_named_by_words_and_not_inside_them() -> None:
    assert all(map(names_a_scale, ("USD mil", "(in millions)", "CNY'000", "Revenue, bn")))
    assert not any(map(names_a_scale, ("Kind", "Members", "FY2000", "tons")))
