"""A table of names is read as it says, or refused with the place and the mend; what is in doubt is said."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from tests.support.universes import UNIVERSE, refused, screen

REFUSED: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "no names": ("foo,pe\nA,5\n", {}, ("no column holds the names", "--ticker COLUMN", "foo, pe")),
    "no input": ("name,p\nA,5\n", {}, ("no column is an input", "--map")),
    "a name twice": ("name,pe\nA,5\nB,6\nA ,7\n", {}, ("A stands in rows 2 and 4", "--period")),
    "names in two ways": ("name,pe\nAb,5\naB,6\n", {}, ("`Ab` and `aB` differ in capitals or blanks alone",)),
    "an empty name": ("name,pe\nA,5\n,6\n", {}, ("`name` is empty in row 3",)),
    "no row": ("name,pe\n", {}, ("no name below it",)),
    "nothing": ("", {}, ("the file is empty",)),
    "a percent": ("name,dividend_yield\nA,0.03\n", {}, ("in percent (1.75 is 1.75%) or a fraction", ":fraction")),
    "percents and bare": ("name,dividend_yield\nA,3%\nB,3\n", {}, ("in percent", "fraction")),
    "no currency": ("name,ebit\nA,5\n", {"currency": None}, ("in which currency `ebit` is", "--currency USD")),
    "no such currency": ("name,ebit\nA,5\n", {"currency": "USX"}, ("the currency is `USX`, which is not a currency",)),
    "a currency in a cell": ("name,ebit\nA,5 EUR\n", {}, ("`5 EUR` in column `ebit` of row 2 (A)", "it is in EUR")),
    "one empty currency": ("name,ebit,currency\nA,5,USD\nB,6,\n", {"currency": None}, ("is empty in 1 row",)),
    "words": ("name,pe\nA,5\nB,cheap\n", {}, ("`cheap` in column `pe` of row 3 (B)", "no figure")),
    "two points": ("name,pe\nA,1.2.3\n", {}, ("its commas and points do not make a figure",)),
    "a percent of a multiple": ("name,pe\nA,12%\n", {}, ("it is a percent, and the column is none",)),
    "a decimal comma": ("name;pe\nA;5,5\n", {}, ("a comma may part thousands here", "--decimal comma")),
    "a thousand or not": ("name;pe\nA;1.234\n", {}, ("a point may part thousands here",)),
    "no option": ("name,kind\nA,banc\n", {}, ("`banc`", "bank, insurer, other", "did you mean `bank`?")),
    "words of nothing": ("name,kind\nA,x\n", {"words": {"x": "bnk"}}, ("mapped to `bnk`", "did you mean `bank`?")),
    "neither yes nor no": ("name,listed\nA,maybe\n", {}, ("`maybe` in column `listed`", "neither yes nor no")),
    "a long row": ("name,pe\nA,5,6\n", {}, ("line 2 has 3 cells, and the head has 2",)),
    "a short row": ("name,pe,ebit\nA,5\n", {}, ("line 2 has 2 cells, and the head has 3",)),
    "an open quote": ('name,pe\n"A,5\n', {}, ("cells, and the head has 2",)),
    "a misspelt input": ("name,p\nA,5\n", {"map": ("p=pee",)}, ("no such input", "did you mean `pe`?")),
    "a misspelt column": ("name,price\nA,5\n", {"map": ("prise=pe",)}, ("no column `prise`", "did you mean `price`?")),
    "a misspelt unit": ("name,pe\nA,5\n", {"map": ("pe=pe:multipel",)}, ("not a unit", "did you mean `multiple`?")),
    "no map": ("name,pe\nA,5\n", {"map": ("pe",)}, ("COLUMN=INPUT",)),
    "money as a percent": ("name,ebit\nA,5\n", {"map": ("ebit=ebit:percent",)}, ("is money",)),
    "two for one": ("name,a,b\nA,5,6\n", {"map": ("a=pe", "b=pe")}, ("two columns are `pe`",)),
    "two scales": ("name,EBIT (m)\nA,5\n", {"map": ("EBIT (m)=ebit:thousands",)}, ("millions", "thousands")),
    "two scales of a count": ("name,Staff (m)\nA,5\n", {"map": ("Staff (m)=staff:thousands",)}, ("millions", "thousands")),
    "a count as a percent": ("name,staff\nA,5\n", {"map": ("staff=staff:percent",)}, ("is a count",)),
    "a hundredth": ("name,ebit,currency\nA,5,GBp\n", {"currency": None}, ("`GBp`, which is a hundredth of GBP", "write GBP")),
    "a table in hundredths": ("name,ebit\nA,5\n", {"currency": "GBX"}, ("`GBX`, which is a hundredth of GBP",)),
    "a head in pence": ("name,EBIT (pence)\nA,5\n", {"map": ("EBIT (pence)=ebit",)}, ("speaks of pence", "by 100")),
    "a head of other money": ("name,EBIT (EURm)\nA,5\n", {"map": ("EBIT (EURm)=ebit",)}, ("speaks of EUR", "in USD")),
    "a head with a sign": (
        "name,EBIT ($m),currency\nA,5,EUR\nB,5,USD\n", {"map": ("EBIT ($m)=ebit",), "currency": None},
        ("speaks of $, and some names are in EUR",),
    ),
    "a head twice": ("name,pe,pe\nA,5,6\n", {}, ("two columns are called `pe`",)),
    "a title above": ("My screen,,\nname,pe,ebit\nA,5,6\n", {}, ("the first row must be the head", "`My screen`")),
    "periods of no length": ("name,period_end,pe\nA,2025-12-31,5\n", {}, ("how long its periods are", "--each")),
    "no day": ("name,period_end,pe\nA,31.12.2025,5\n", {"each": "year"}, ("it is not a day", "YYYY-MM-DD")),
    "a period twice": (
        "name,period_end,pe\nA,2025-12-31,5\nA,2025-12-31,6\n", {"each": "year"}, ("A of 2025-12-31 stands in rows 2 and 3",),
    ),
    "a year twice": (
        "name,period_end,pe\nA,2025-12-31,5\nA,2025-12-27,6\n", {"each": "year"}, ("A of 2025-12-31 stands in rows 2 and 3",),
    ),
    "no end of a year": ("name,period_end,pe\nA,2025-12-15,5\n", {"each": "year"}, ("2025-12-15 in row 2 (A) is not the end",)),
    "two fiscal years": (
        "name,period_end,pe\nA,2025-12-31,5\nA,2024-06-30,6\n", {"each": "year"}, ("are no row of years",),
    ),
    "two currencies of one": (
        "name,period_end,ebit,currency\nA,2025-12-31,5,USD\nA,2024-12-31,6,EUR\n", {"each": "year", "currency": None},
        ("A is in EUR and USD",),
    ),
    "known too soon": (
        "name,period_end,known,pe\nA,2025-12-31,2025-11-01,5\n", {"each": "year"}, ("before the period ended",),
    ),
    "look-ahead": ("name,period_end,pe\nA,2025-12-31,5\n", {"each": "year", "history": True}, ("since when",)),
    "no name where": (UNIVERSE, {"where": "pee > 5x"}, ("there is no `pee`", "did you mean `pe`?")),
    "no unit where": (UNIVERSE, {"where": "pe > 5"}, ("write `5x`",)),
    "no condition": (UNIVERSE, {"where": "pe"}, ("nothing that holds or not",)),
    "no order": (UNIVERSE, {"sort": "pee"}, ("did you mean `pe`?",)),
    "a rank of words": (UNIVERSE, {"sort": "rank(buy)"}, ("only figures have ranks",)),
    "half a sum": (UNIVERSE, {"sort": "rank(pe) +"}, ("ends with a +",)),
    "no bracket": (UNIVERSE, {"sort": "rank(pe"}, ("is no sum of ranks",)),
    "ranks less ranks": (UNIVERSE, {"sort": "rank(pe) - rank(ebit)"}, ("add ranks with +",)),
    "no sector": ("name,pe\nA,5\n", {"sort": "rank(pe, by sector)"}, ("no column says the sector", "--by COLUMN")),
    "a misspelt sector": (UNIVERSE, {"by": "sectr"}, ("did you mean `sector`?",)),
    "no metric": (UNIVERSE, {"metrics": ("earnings_yeild",)}, ("did you mean `earnings_yield`?",)),
    "two currencies": (
        "name,ebit,currency\nA,5,USD\nB,6,EUR\n", {"currency": None, "sort": "rank(ebit)"}, ("EUR, USD", "have no order"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_says_where_and_what_to_do(case: str, tmp_path: Path) -> None:
    table, said, words = REFUSED[case]
    found = refused(table, tmp_path, **said)
    assert [w for w in words if w not in found] == [], found
    assert all(line.rpartition("; ")[2] not in ("", "None") for line in found.splitlines())


def test_binary_files_that_are_none_are_refused(tmp_path: Path) -> None:
    for ending, words in ((".parquet", "not Parquet"), (".arrow", "not Arrow"), (".xls", "does not end in `.xls`")):
        assert words in refused(b"PAR1 and no more", tmp_path, ending)
    for column, words in (([[1.0]], "holds lists"), ([True], "holds truths"), ([b"x"], "holds bytes")):
        held = io.BytesIO()
        pl.DataFrame({"name": ["A"], "pe": column}).write_parquet(held)
        assert f"column `pe` {words}, and `pe` is a multiple" in refused(held.getvalue(), tmp_path, ".parquet")


def test_figures_are_read_as_facts_files_have_them(tmp_path: Path) -> None:
    cells = {
        '"1,234.5"': 1234.5, "(5.2)": -5.2, "n/a": None, "": None, "−3": -3.0, "1e3": 1000.0, "+4": 4.0, " 7 ": 7.0, "NaN": None,
        "2bn": 2e9, "5 USD": 5.0,
    }  # fmt: skip
    rows = "".join(f"N{n},{cell}\n" for n, cell in enumerate(cells))
    found = screen(f"name,ebit\n{rows}", tmp_path, metrics=("ebit",), sort="given").frame
    assert dict(zip(cells, found["ebit"].to_list(), strict=True)) == cells
    found = screen(f"name,ebit\n{rows}", tmp_path, metrics=("ebit",), sort="given", unit="thousands").frame
    assert found["ebit"].to_list() == [
        None if x is None else x if cell == "2bn" else x * 1000 for cell, x in cells.items()
    ]
    bounded = screen("name,pe\nA,between 10x and 12x\nB,at least 31x\n", tmp_path, sort="given")
    assert bounded.frame.select("pe", "pe.low", "pe.high", "buy").rows() == [
        (None, 10.0, 12.0, None), (None, 31.0, None, "No"),
    ]  # fmt: skip


def test_a_percent_is_the_same_figure_in_each_way_to_write_it(tmp_path: Path) -> None:
    shares = [0.0175, 0.07, 0.1, 0.035, 0.29, 0.57, 0.58]
    said = [(f"{round(x * 100, 4):g}%", "") for x in shares], [(f"{round(x * 100, 4):g}", ":percent") for x in shares]
    found = [
        screen("name,dividend_yield\n" + "".join(f"N{n},{t}\n" for n, (t, _) in enumerate(cells)), tmp_path,
               map=(f"dividend_yield=dividend_yield{cells[0][1]}",), metrics=("dividend_yield",), sort="given")
        for cells in said
    ]  # fmt: skip
    assert [one.frame["dividend_yield"].to_list() for one in found] == [shares, shares]


def test_what_is_in_doubt_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    table = (
        "name,company,pe,Price,EPS,Market Cap,Shares,dividend_yield\n"
        "A,Alpha (Class A),-5,10,-2,1000,100,0.03\nB,Alpha (Class B),20,10,0.5,9000,100,\nC,Gamma,,10,-1,1000,100,0.9\n"
    )
    found = screen(table, tmp_path, map=("dividend_yield=dividend_yield:percent", "Market Cap=market_value"))
    said = "\n".join(found.output.told)
    for words in (
        "`pe` is 0 or less for A", "let it ask for `pe > 0` too", "`pe` is empty for C, whose `EPS` is 0 or less",
        "`Market Cap` is more than 10% away from Price × Shares for B", "A and B: classes of one company",
        "`dividend_yield` is missing for 1 of 3 and 0 for none", "`Market Cap` is read in whole units",
    ):  # fmt: skip
        assert words in said
    assert found.frame.sort("name")["pe"].to_list() == [-5.0, 20.0, None]
    much = screen("name,dividend_yield\nA,3\nB,4\n", tmp_path, map=("dividend_yield=dividend_yield:fraction",))
    assert any("is it in percent?" in line for line in much.output.told)


def test_a_head_says_the_scale_of_counts_too_and_what_is_taken_is_said(tmp_path: Path) -> None:
    found = screen(
        "name,Staff (k),EBIT ($bn)\nA,5,2\n",
        tmp_path,
        map=("Staff (k)=staff", "EBIT ($bn)=ebit"),
        metrics=("staff", "ebit"),
    )
    assert found.frame.select("staff", "ebit").rows() == [(5000.0, 2e9)]
    assert {
        "`Staff (k)` is read in thousands, as its head says",
        "`EBIT ($bn)` is read in billions, as its head says",
    } <= {*found.output.told}
    bare = screen("name,staff,ebit\nA,5,2\n", tmp_path, unit="millions", metrics=("staff", "ebit"))
    assert bare.frame.select("staff", "ebit").rows() == [(5.0, 2e6)]
    assert any("`staff` is read as it stands, not in millions" in line for line in bare.output.told)


def test_what_a_careless_table_holds_is_said(tmp_path: Path) -> None:
    """A head in percent that is mapped as a fraction, fractions read as percents, a row of totals, a column of days that nobody reads."""
    heads = screen("name,Yield (%)\nA,0.5\nB,0.7\n", tmp_path, map=("Yield (%)=dividend_yield:fraction",)).output.told
    small = screen(
        "name,dividend_yield,Price date\nA,0.12,x\nB,0.2,y\nTotal,0.9,z\n",
        tmp_path,
        map=("dividend_yield=dividend_yield:percent",),
    )
    said = "\n".join((*heads, *small.output.told))
    for words in (
        "its head speaks of percent",
        "is it a fraction?",
        "Total is judged as a name",
        "`Price date` is not read",
    ):
        assert words in said
    plain = screen(
        "name,dividend_yield,note\nA,2,x\nB,3,y\nC,0.4,z\n", tmp_path, map=("dividend_yield=dividend_yield:percent",)
    )
    assert [t for t in plain.output.told if "in doubt" in t and "dividend" not in t] == []


def test_sectors_that_differ_in_capitals_alone_are_one(tmp_path: Path) -> None:
    found = screen("name,sector,pe\nA,Bank,5\nB,bank ,6\nC,Tools,9\n", tmp_path, sort="rank(pe, by sector)")
    assert found.frame.select("name", "rank").rows() == [("B", 1), ("C", 1), ("A", 3)]
    assert "`bank` in `sector` is taken for `Bank`" in found.output.told


def test_what_rules_do_not_admit_is_missing_and_named(tmp_path: Path) -> None:
    found = screen(
        "name,market_value,staff\nA,-5,3\nB,7,2.5\n", tmp_path, metrics=("market_value", "staff"), sort="given"
    )
    assert found.frame.select("market_value", "staff").rows() == [(None, 3.0), (7.0, None)]
    said = "\n".join(found.output.told)
    assert "`market_value` of A (-5) lie outside what `market_value` allows (above 0)" in said
    assert "`staff` of B (2.5) are not whole" in said


def test_numbers_that_are_none_are_missing_and_said(tmp_path: Path) -> None:
    held = io.BytesIO()
    frame = {
        "name": ["A", "B", "C"],
        "pe": [1.0, float("nan"), float("inf")],
        "staff": [1, None, 3],
        "#note": ["x", "y", "z"],
    }
    pl.DataFrame(frame).write_parquet(held)
    found = screen(held.getvalue(), tmp_path, ".parquet", metrics=("pe", "staff"), sort="given")
    assert found.frame.select("pe", "staff").rows() == [(1.0, 1.0), (None, None), (None, 3.0)]
    assert {"`pe`: 1 cell is NaN, taken as missing", "`pe`: 1 cell is infinite, taken as missing"} <= {
        *found.output.told
    }


def test_words_stand_for_what_the_mapping_says(tmp_path: Path) -> None:
    table = "name,kind\nA,Diversified Banks\nB,Insurer\nC,Tools\nD,\nE,n/a\n"
    words = {"diversified banks": "bank", "*": "other"}
    found = screen(table, tmp_path, words=words, sort="given", where="kind is bank or kind is other")
    assert found.frame["name"].to_list() == ["A", "C"]
    assert (found.output.out, found.output.open) == (1, ["D", "E"])


@pytest.mark.parametrize("form", ["cells", "short", "several"])
def test_what_stands_below_a_table_is_named_and_no_name(form: str, tmp_path: Path) -> None:
    """A row of one cell that says where the table is from; a name of which nothing is known stays one."""
    below = {
        "cells": "Source: Bloomberg,,\n", "short": "Source: Bloomberg\n",
        "several": '\n"Notes: as reported, restated",,\n\n© Exchange 2026\n\n,,Source: Bloomberg\n',
    }[form]  # fmt: skip
    found = screen(f"name,pe,ebit\nA,5,1\nData I/O Corp,,\n{below}", tmp_path, sort="given").output
    assert [r.name for r in found.rows] == ["A", "Data I/O Corp"]
    said = [line for line in found.told if "footer" in line]
    assert said[-1] == "the last row is a footer and no name, and is left out: `Source: Bloomberg`"
    assert len(said) == (3 if form == "several" else 1)


def test_a_note_among_the_names_is_no_footer(tmp_path: Path) -> None:
    assert screen("name,pe\nSource: old,\nA,5\n", tmp_path).output.names == 2
    assert "line 2 has 1 cells, and the head has 2" in refused("name,pe\nSource: old\nA,5\n", tmp_path)
    assert "line 3 has 1 cells, and the head has 2" in refused("name,pe\nA,5\nB\n", tmp_path)
    assert screen("name,pe\nA,5\nB,\n", tmp_path).output.names == 2


def test_what_cannot_be_read_is_said_once_for_each_reason(tmp_path: Path) -> None:
    texts = ["abc", "def", "abc", "ghi", "jkl", "5%"]
    wrong = refused("name,pe\n" + "".join(f"N{n},{t}\n" for n, t in enumerate(texts)), tmp_path).splitlines()
    assert len(wrong) == 2
    assert wrong[0].startswith(
        "`abc`, `def`, `ghi` and 1 more in column `pe` of row 2 (N0), and in 4 more rows, cannot be read"
    )
    assert wrong[1].startswith("`5%` in column `pe` of row 7 (N5) cannot be read as a figure: it is a percent")


def test_lines_that_end_as_on_an_old_mac_are_named(tmp_path: Path) -> None:
    assert "its lines end as those of an old Mac do" in refused("name,pe\rA,5\r", tmp_path)
    assert screen("name,pe\r\nA,5\r\n", tmp_path).output.names == 1


SETS = """\
rules wide "Wide"
input markets "Markets" : set of (asia, europe, america)
verdict sells "Sells where?"
  when markets includes asia and count(markets) > 1 then "Widely"
  when markets includes asia then "In Asia"
  otherwise "Elsewhere"
"""
MEMBERS = {
    "A": ("asia", "In Asia"), "B": ("asia, europe", "Widely"), "C": (" Europe ,Asia,asia", "Widely"), "D": ("[]", "Elsewhere"),
    "E": ("", None), "F": ("n/a", None), "G": ("['america']", "Elsewhere"), "H": (",", None), "I": ("none", None),
}  # fmt: skip


@pytest.mark.parametrize("engine", [None, "rows"])
@pytest.mark.parametrize("form", ["texts", "Parquet", "lists"])
def test_a_column_of_a_set_holds_its_members(engine: str | None, form: str, tmp_path: Path) -> None:
    """With commas between them, or lists; nothing said is unknown and never an empty set, which is `[]`."""
    table: str | bytes = "name,Markets\n" + "".join(f'{n},"{text}"\n' for n, (text, _) in MEMBERS.items())
    if form != "texts":
        texts = [text for text, _ in MEMBERS.values()]
        lists = [["asia"], ["asia", "europe"], ["Europe", "Asia", "asia"], [], None, None, ["america"], None, None]
        out = io.BytesIO()
        pl.DataFrame({"name": [*MEMBERS], "markets": texts if form == "Parquet" else lists}).write_parquet(out)
        table = out.getvalue()
    ending = ".csv" if form == "texts" else ".parquet"
    found = screen(table, tmp_path, ending, text=SETS, sort="given", engine=engine)
    assert dict(found.frame.select("name", "sells").iter_rows()) == {n: said for n, (_, said) in MEMBERS.items()}
    assert {u.name for u in found.output.undecided} == {"E", "F", "H", "I"}
    assert any("is markets (Markets)" in line for line in found.output.told)


def test_members_that_no_set_has_are_refused(tmp_path: Path) -> None:
    wrong = refused('name,markets\nA,"asia, mars"\nB,"europ, n/a"\n', tmp_path, text=SETS)
    assert "column `markets` holds `europ`, `mars`, `n/a`, and `markets` holds any of asia, europe, america" in wrong
    assert "did you mean `europe`?" in wrong
    out = io.BytesIO()
    pl.DataFrame({"name": ["A", "B"], "markets": [["asia", None], ["asia"]]}).write_parquet(out)
    assert "holds `null`" in refused(out.getvalue(), tmp_path, ".parquet", text=SETS)
    numbers = io.BytesIO()
    pl.DataFrame({"name": ["A"], "markets": [3.0]}).write_parquet(numbers)
    assert "write its members with commas between them" in refused(numbers.getvalue(), tmp_path, ".parquet", text=SETS)


def test_blank_lines_are_no_names_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    assert screen("name,pe\nA,5\n\n\nB,6\n", tmp_path).output.names == 2
    assert "row 5 (B)" in refused("name,pe\nA,5\n\n\nB,x\n", tmp_path)
    assert "in row 5" in refused("name,pe\nA,5\n\n\n,6\n", tmp_path)


def test_a_name_of_which_nothing_was_known_yet_is_said(tmp_path: Path) -> None:
    table = "name,period_end,known,pe\nA,2025-12-31,2026-02-01,5\nB,2025-12-31,2026-12-01,6\n"
    found = screen(table, tmp_path, each="year").output
    assert (found.names, [t for t in found.told if "nothing was known" in t]) == (
        1, ["in doubt: of 1 of the names nothing was known on 2026-08-21, and they are not in the screen: B"],
    )  # fmt: skip


def test_a_column_is_taken_by_the_name_or_the_title_of_an_input_and_by_nothing_else(tmp_path: Path) -> None:
    """What resembles an input is named, and left alone."""
    found = screen("NAME,Price to  earnings,Market_Value,staf,note\nA,5,7,3,x\n", tmp_path).output
    assert [(t.column, t.input, t.how) for t in found.taken] == [
        ("Price to  earnings", "pe", "by its title"), ("Market_Value", "market_value", "by its name"),
    ]  # fmt: skip
    assert found.unused == ["staf", "note"]
    assert any("`staf` is not read; did you mean `staff`?" in line for line in found.told)


def test_names_whose_newest_period_is_old_are_said(tmp_path: Path) -> None:
    table = "name,period_end,known,pe\nA,2025-12-31,2026-02-01,5\nB,2023-12-31,2024-02-01,6\n"
    found = screen(table, tmp_path, each="year").output
    assert [t for t in found.told if "newest period" in t] == [
        "in doubt: the newest period of 1 name ended long before 2026-08-21: B (2023-12-31)"
    ]


def test_a_column_that_is_left_out_is_read_as_nothing(tmp_path: Path) -> None:
    table = "name,period,currency,sector,pe\nA,FY2025,gold,Tools,5\n"
    assert "--leave-out 'period'" in refused(table, tmp_path, each="year", leave_out=("currency",))
    found = screen(table, tmp_path, leave_out=("period", "currency", "sector"))
    assert (found.output.names, found.output.rows[0].group) == (1, "Tools")


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
def test_a_damaged_file_ends_in_a_sentence(ending: str, tmp_path: Path) -> None:
    """Bytes cut off or changed: the file is refused, or what it then says is read; nothing else is raised."""
    held, draw = io.BytesIO(), Random(3)
    frame = pl.DataFrame({"name": [f"N{n}" for n in range(500)], "pe": [n / 7 for n in range(500)]})
    (frame.write_parquet if ending == ".parquet" else frame.write_ipc)(held)
    whole_ = held.getvalue()
    said = []
    for attempt in range(8):
        data = bytearray(whole_[: draw.randrange(4, len(whole_))] if attempt % 2 else whole_)
        for _ in range(6 if attempt % 2 == 0 else 0):
            data[draw.randrange(len(data))] = draw.randrange(256)
        said.append(refused(bytes(data), tmp_path, ending, top=1))
    assert sum("is damaged; write it anew, and whole" in text for text in said) >= 4
    assert all(not text or "; " in text for text in said)


def test_a_mistake_of_ours_is_not_called_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*args: object) -> None:
        raise pl.exceptions.ComputeError("ours")

    monkeypatch.setattr("evaluator.universe.reading.doubts", mistaken)
    with pytest.raises(pl.exceptions.ComputeError, match="ours"):
        screen("name,pe\nA,5\n", tmp_path)


def test_a_head_with_its_unit_in_brackets_is_the_input(tmp_path: Path) -> None:
    """`EBIT ($m)` is EBIT in millions; a column that has the bare name goes before it, and no scale is mixed with none."""
    table = "name,Market value ($m),EBIT (USD bn),Dividend yield (%),Staff (k),PE (x)\nA,5,2,2.5,1.5,8\n"
    made = screen(table, tmp_path, metrics=("market_value", "ebit", "dividend_yield", "staff", "pe"))
    row = made.frame.row(0, named=True)
    assert [row[n] for n in ("market_value", "ebit", "dividend_yield", "staff", "pe")] == [5e6, 2e9, 0.025, 1500.0, 8.0]
    assert any("`Dividend yield (%)` is read in percent, as its head says" in line for line in made.output.told)
    both = screen("name,EBIT,EBIT ($m)\nA,5,2\n", tmp_path, metrics=("ebit",))
    assert both.frame["ebit"].to_list() == [5.0]
    assert "nothing says the scale of `ebit`" in refused("name,Market value ($m),ebit\nA,5,2\n", tmp_path)
    mixed = screen("name,Market value ($m),ebit\nA,5,2\n", tmp_path, map=("ebit=ebit:units",), metrics=("ebit",))
    assert mixed.frame["ebit"].to_list() == [2.0]


def test_a_fifth_is_never_two_hundred(tmp_path: Path) -> None:
    """No figure with thousands begins with 0: `0,200` shows that a comma begins decimals here."""
    table = 'name,market_value,ebit\nA,"1,234","0,200"\n'
    assert "it looks as if a comma began its decimals" in refused(table, tmp_path)
    made = screen(table, tmp_path, decimal="comma", metrics=("market_value", "ebit"))
    assert made.frame.select("market_value", "ebit").row(0) == (1.234, 0.2)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    assert "it is a workbook" in refused(b"PK\x03\x04" + b"\0" * 50, tmp_path)
    assert "bytes that no text has" in refused(b"name,pe\nA\0,5\n", tmp_path)
    made = screen("name,pe\nA,5\nTOTAL (1),5\n", tmp_path)
    assert any("TOTAL (1) is judged as a name" in line for line in made.output.told)
