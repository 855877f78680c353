"""What stands above a table, in which unit and currency its figures are, is read or refused in every language it is written in,
and never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.facts.model import Company
from evaluator.readers.load import load
from evaluator.readers.tables.said import scale_in

HEAD = "name: X\nticker: X\ncurrency: USD\nfiscal_year_ends: 12-31\n"
MAPPING = "names: {Revenue: revenue}\nkind: reported\nsource: Results\npublished: 2026-03-01\n"
TITLES = {
    "RMB million": ("100m", "CNY"),
    "£m": ("100m", "GBP"),
    "T€": ("100k", "EUR"),
    "in Mio. EUR": ("100m", "EUR"),
    "EUR in Tsd.": ("100k", "EUR"),
    "in Mrd. Euro": ("100bn", "EUR"),
    "en millions d'euros": ("100m", "EUR"),
    "in miles de millones de euros": ("100bn", "EUR"),
    "HK$ million": ("100m", "HKD"),
    "US$ million": ("100m", "USD"),
    "in thousands of U.S. dollars": ("100k", "USD"),
    "R$ milhões": ("100m", "BRL"),
    "単位：百万円": ("100m", "JPY"),
    "人民币百万元": ("100m", "CNY"),
}


def loaded(folder: Path, table: str, mapping: str = "", head: str = HEAD) -> tuple[Company | None, str]:
    (folder / "X.yaml").write_text(head, "utf-8")
    (folder / "t.csv").write_text(table, "utf-8")
    if mapping:
        (folder / "t.csv.mapping.yaml").write_text(mapping, "utf-8")
    found, problems = load([folder / "X.yaml", folder / "t.csv"])
    return found, " ".join(d.message for d in problems)


@pytest.mark.parametrize(("title", "read"), TITLES.items())
def test_a_title_says_unit_and_currency(title: str, read: tuple[str, str], tmp_path: Path) -> None:
    found, said = loaded(tmp_path, f"{title}\nx,FY24,FY25\nRevenue,100,205\n", MAPPING)
    assert found is not None, said
    assert (found.facts[0].value, found.facts[0].currency) == read


@pytest.mark.parametrize("title", ["in crore", "Rs. in lakhs", "₹ (crores)", "単位：億円", "单位：万元"])
@pytest.mark.parametrize("unit", ["", "unit: millions\n", "unit: units\n"])
def test_a_scale_that_facts_do_not_have_is_refused(title: str, unit: str, tmp_path: Path) -> None:
    found, said = loaded(tmp_path, f"{title}\nx,FY24,FY25\nRevenue,100,205\n", MAPPING + unit)
    assert found is None
    assert "not a unit" in said or "the sheet says" in said


def test_a_name_that_holds_such_a_word_is_no_unit(tmp_path: Path) -> None:
    found, said = loaded(tmp_path, "Crore Industries\nx,FY24,FY25\nRevenue,100,205\n", MAPPING + "unit: millions\n")
    assert found is not None, said


TIDY = "metric,period,value,unit,published,kind,source\n"


@pytest.mark.parametrize(
    ("rows", "fine"),
    [("revenue,FY2025,45,,2026-03-01,reported,R\n", False), ("revenue,FY2025,45,millions,2026-03-01,reported,R\n", True)],
)  # fmt: skip
def test_a_title_over_rows_without_a_unit_is_never_passed_over(rows: str, fine: bool, tmp_path: Path) -> None:
    found, said = loaded(tmp_path, "All figures in millions\n" + TIDY + rows)
    assert (found is not None) is fine, said
    assert fine or "says the unit" in said


def test_nothing_is_traded_at_0(tmp_path: Path) -> None:
    head = HEAD + "files:\n  t.csv: {source: Exchange}\n"
    found, said = loaded(tmp_path, "Date,Close\n2026-05-04,0\n2026-05-05,10\n", head=head)
    assert found is None
    assert "nothing is traded at 0" in said


def test_a_length_in_capitals_beside_the_headings_is_read(tmp_path: Path) -> None:
    found, said = loaded(
        tmp_path,
        "Quarter Ended,2026-03-31,2025-12-31\nRevenue,100,98\n",
        MAPPING.replace("2026-03-01", "2026-05-01") + "unit: millions\n",
    )
    assert found is not None, said
    assert [f.period for f in found.facts] == ["Q1 FY2026", "Q4 FY2025"]


WORDS = (
    "Price/Book",
    "52 Week High",
    "Long Term Debt",
    "LONG TERM DEBT",
    "(Book)",
    "Risk",
    "M Cap",
    "K Ret",
    "Top k",
    "Farm",
    "BOOK",
)
SCALED = {
    "Cash, TTM m": "m",
    "Cash PLNm": "m",
    "revenue, eur m": "m",
    "Debt (USD bn)": "bn",
    "RMB k": "k",
    "Book (m)": "m",
    "EBIT BGN m": "m",
}


def test_a_word_that_ends_like_a_scale_says_none() -> None:
    """`Book` is no `Boo` in thousands."""
    assert {head: scale_in(head) for head in WORDS} == dict.fromkeys(WORDS)
    assert {head: scale_in(head) for head in SCALED} == SCALED
