"""Which files of a folder are read about a company, in which order, and what is left out with which reason."""

from __future__ import annotations

from pathlib import Path

from evaluator.session.fact_files import Folder
from tests.support.books import lay

HEAD = "name: Acme\nticker: ACME\ncurrency: USD\nfiscal_year_ends: 12-31\n"
FACTS = "facts:\n  sales:\n    - {period: FY2025, value: 5bn, published: 2026-02-12, kind: reported, source: R}\n"


def test_the_file_of_the_ticker_is_read_first_then_yaml_then_tables(tmp_path: Path) -> None:
    lay(tmp_path, {
        "ACME.yaml": HEAD + FACTS, "A_more.yaml": HEAD, "ACME_prices.csv": "date,close\n", "ACME.csv": "metric,value\n",
        "ACME/notes.yaml": FACTS, "OTHER.yaml": HEAD.replace("ACME", "OTHER"), "OTHER_prices.csv": "date,close\n", "read.me": "x",
    })  # fmt: skip
    found = Folder(tmp_path).about("ACME")
    names = [str(path.relative_to(tmp_path)) for path in found.read]
    assert names == ["ACME.yaml", "A_more.yaml", "ACME.csv", "ACME_prices.csv", "ACME/notes.yaml"]
    assert {out.path.name for out in found.left_out} == {"OTHER.yaml", "OTHER_prices.csv", "read.me"}
    assert all(out.expected for out in found.left_out)


def test_tables_alone_are_read_only_where_the_folder_is_named(tmp_path: Path) -> None:
    lay(tmp_path, {"ACME_prices.csv": "date,close\n", "prices.csv": "date,close\n"})
    assert Folder(tmp_path).about("ACME").read == ()
    read = Folder(tmp_path).about("ACME", asked=True).read
    assert [path.name for path in read] == ["ACME_prices.csv", "prices.csv"]


def test_a_class_of_shares_is_another_company(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"BRK.yaml": HEAD.replace("ACME", "BRK"), "BRK-B_prices.csv": "date,close\n", "BRK_prices.csv": "date,close\n"},
    )
    read = Folder(tmp_path).about("BRK").read
    assert [path.name for path in read] == ["BRK.yaml", "BRK_prices.csv"]
