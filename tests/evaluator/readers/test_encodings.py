"""Tables as other programs save them: UTF-16 with its mark, the encodings of Western Europe, decimal commas. Read where it is
sure; else the encoding or the decimals have to be said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.text.source import UnreadableFileError
from evaluator.facts.model import Company
from evaluator.readers.load import load
from evaluator.readers.tables.encoded import ENCODINGS, text_of
from evaluator.session.glance import glance

HEAD = "name: Beispiel\nticker: BSP\ncurrency: EUR\nfiscal_year_ends: 12-31\n"
TABLE = "metric;period;value;unit;published;kind;source\n{rows}"
ROW = "revenue;FY{year};{value};Mio;2026-02-12;reported;Geschäftsbericht für 2025\n"


def loaded(folder: Path, data: bytes, head: str = HEAD) -> tuple[Company | None, str]:
    (folder / "BSP.yaml").write_text(head, "utf-8")
    (folder / "t.csv").write_bytes(data)
    found, problems = load([folder / "BSP.yaml", folder / "t.csv"])
    return found, " ".join(d.message + " " + str(d.hint) for d in problems)


def table(*values: str) -> str:
    return TABLE.format(rows="".join(ROW.format(year=2025 - n, value=value) for n, value in enumerate(values)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1", "cp1250", "iso-8859-15"])
def test_what_excel_saves_in_german_is_read(tmp_path: Path, encoding: str) -> None:
    found, said = loaded(tmp_path, table("1.234,5", "1.180", "12,25").replace("\n", "\r\n").encode(encoding))
    assert found is not None, said
    assert [f.value for f in found.facts] == ["1234.5m", "1180m", "12.25m"]
    assert {f.source for f in found.facts} == {"Geschäftsbericht für 2025"}


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850"])
def test_what_may_be_another_letter_has_to_be_said(tmp_path: Path, encoding: str) -> None:
    data = table("12,5").encode(encoding)
    found, said = loaded(tmp_path, data)
    assert found is None
    assert "encoding: windows-1252" in said
    found, said = loaded(tmp_path, data, HEAD + f"files:\n  t.csv: {{encoding: {encoding}}}\n")
    assert found is not None, said
    assert found.facts[0].source == "Geschäftsbericht für 2025"


def test_an_encoding_that_is_none_or_another_is_refused(tmp_path: Path) -> None:
    for encoding in ("klingon", "utf-16", "hex"):
        found, said = loaded(
            tmp_path, table("12,5").encode("cp1252"), HEAD + f"files:\n  t.csv: {{encoding: {encoding}}}\n"
        )
        assert found is None
        assert "no text in" in said


@pytest.mark.parametrize(
    "values",
    [("1.234", "1.180"), ("1.234,5", "1,234.5"), ("12,5", "0.38"), ("1,234", "1,180"), ("12,5", "1.234"), ("1.234,5", "1,23,4")],
)  # fmt: skip
def test_decimals_that_may_be_either_have_to_be_said(tmp_path: Path, values: tuple[str, ...]) -> None:
    found, said = loaded(tmp_path, table(*values).encode())
    assert found is None
    assert "decimal" in said


@given(st.text("aäöüßÄÖÜé€ z,;1.\n", min_size=1))
def test_letters_that_all_share_are_the_same_in_each(text: str) -> None:
    plain = text.replace("\r", "\n")
    for encoding in ("cp1252", "cp1250", "utf-8", "utf-16"):
        try:
            assert text_of("t.csv", text.encode(encoding)) == plain
        except UnreadableFileError:  # three in a row may be another script, and some bytes are UTF-8 by chance
            assert encoding.startswith("cp")
    assert {"utf-16", "windows-1252"} <= set(ENCODINGS)


def test_a_folder_sees_whose_a_utf_16_table_is(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_bytes("ticker,metric\nBSP,revenue\n".encode("utf-16"))
    assert glance(tmp_path / "all.csv", "BSP").mentions is True
    assert glance(tmp_path / "all.csv", "OTHER").mentions is False


def test_prices_in_pence_by_the_title_have_to_say_so(tmp_path: Path) -> None:
    day = dt.date(2026, 2, 12)
    for title in ("Prices in pence", "Closing prices in cents", "BSP GBX"):
        text = f"{title}\nDate,Close\n{day},1250\n"
        (tmp_path / "BSP.yaml").write_text(HEAD.replace("EUR", "GBP") + 'files:\n  t.csv: {source: "Exchange"}\n')
        (tmp_path / "t.csv").write_text(text)
        found, problems = load([tmp_path / "BSP.yaml", tmp_path / "t.csv"])
        assert found is None, title
        assert "hundredths" in problems[0].message
    (tmp_path / "BSP.yaml").write_text(
        HEAD.replace("EUR", "GBP") + 'files:\n  t.csv: {source: "Exchange", currency: GBX}\n'
    )
    (tmp_path / "t.csv").write_text(f"Prices in pence\nDate,Close\n{day},1250\n")
    found, problems = load([tmp_path / "BSP.yaml", tmp_path / "t.csv"])
    assert found is not None, problems
    assert found.facts[0].currency == "GBX"
