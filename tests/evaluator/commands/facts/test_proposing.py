"""`thesis facts import` of what analysts have: a mapping is proposed, figures are shown, and it is kept for next time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dsl.text.source import SourceFile
from evaluator.readers.load import read_company
from tests.support.books import workbook
from tests.support.command_line import call, refused

SHEET = "Group model,,,\n,Mar-25,Jun-25,Sep-25\nTotal Revenue,1100,1130,1150\nHeadcount,4010,4020,4100\n"
SAID = ("--unit", "millions", "--published", "2026-02-20", "--kind", "reported", "--source", "Model")
HEAD = ("--for", "EXMPL", "--name", "Example", "--reports-in", "USD", "--fiscal-year-ends", "12-31")
FRED = "observation_date,DGS10\n2026-02-11,4.12\n2026-02-12,.\n2026-02-13,4.08\n"


def test_what_the_table_does_not_say_is_asked_for_and_nothing_is_written(here: Path) -> None:
    (here / "m.csv").write_text(SHEET)
    ran = call("facts", "import", "m.csv")
    assert ran.status == 1
    assert "units, thousands or millions" in ran.err
    assert "Total Revenue: revenue" in ran.out
    assert "# Headcount: …" in ran.out
    assert [p.name for p in here.glob("m.csv*")] == ["m.csv"]


def test_a_mapping_is_proposed_kept_and_used_the_next_time(here: Path) -> None:
    (here / "m.csv").write_text(SHEET)
    ran = call("facts", "import", "m.csv", *SAID, "--fiscal-year-ends", "12-31")
    assert ran.status == 0, ran.err
    assert "m.csv:3:15: `1100` is revenue, Q1 FY2025: 1100m, reported, known since 2026-02-20" in ran.out
    assert (here / "m.csv.mapping.yaml").is_file()
    ran = call("facts", "import", "m.csv", "--to", "new.yaml", *HEAD)
    assert ran.status == 0, ran.err
    company, problems = read_company(SourceFile.read(here / "new.yaml"))
    assert company is not None, problems
    assert [(f.name, f.period, f.value) for f in company.facts] == [
        ("revenue", "Q1 FY2025", "1100m"), ("revenue", "Q2 FY2025", "1130m"), ("revenue", "Q3 FY2025", "1150m"),
    ]  # fmt: skip


def test_a_kept_mapping_is_edited_and_read_again(here: Path) -> None:
    (here / "m.csv").write_text(SHEET)
    call("facts", "import", "m.csv", *SAID)
    kept = here / "m.csv.mapping.yaml"
    kept.write_text(kept.read_text().replace("# Headcount: …", "Headcount: {name: people, unit: count}"))
    ran = call("facts", "import", "m.csv")
    assert ran.status == 0, ran.err
    assert "people" in ran.out
    assert "people" in kept.read_text()
    refused(call("facts", "import", "m.csv", "--mapping", "none.yaml"), 1, "none.yaml", "there is no such file")


@pytest.mark.parametrize(
    ("figures", "proposed"), [("-80,(82)", True), ("-80,82", False), ("80,82", False), ("n/a,-", False)]
)
def test_the_sign_of_outflows_is_proposed_where_the_table_shows_it(here: Path, figures: str, proposed: bool) -> None:
    (here / "m.csv").write_text(f"Model,Q1 2025,Q2 2025\nTotal Revenue,5,6\nCapital Expenditure,{figures}\n")
    (here / "d.csv").write_text(
        "When,Capital Expenditure\n" + "".join(f"Q{n} 2025,{f}\n" for n, f in enumerate(figures.split(","), 1))
    )
    for name in ("m.csv", "d.csv"):
        ran = call("facts", "import", name, *SAID)
        text = ran.out if ran.status else (here / f"{name}.mapping.yaml").read_text()
        assert ("sign: outflows negative" in text) == proposed
        assert ran.status == (1 if figures == "-80,82" else 0), ran.err


def test_a_vendor_needs_no_mapping(here: Path) -> None:
    (here / "n.csv").write_text("Date,Close/Last,Volume,Open,High,Low\n02/13/2026,$39.80,9,$39.60,$40.20,$39.10\n")
    refused(call("facts", "import", "n.csv", "--to", "new.yaml", *HEAD), 1, "error[F060]", "nobody says which splits")
    assert not (here / "new.yaml").exists()
    ran = call("facts", "import", "n.csv", "--to", "new.yaml", *HEAD, "--splits", "2026-03-02 2 for 1")
    assert ran.status == 0, ran.err
    assert "value: 79.6, " in (here / "new.yaml").read_text()
    refused(
        call("facts", "import", "n.csv", "--to", "x.yaml", *HEAD, "--splits", "2 for 1"), 1, "does not say how shares"
    )


def test_a_point_of_fred_stays_unknown(here: Path) -> None:
    (here / "d.csv").write_text(FRED)
    ran = call("facts", "import", "d.csv", "--to", "new.yaml", *HEAD, "--metric", "treasury", "--unit", "percent")
    assert ran.status == 0, ran.err
    company, problems = read_company(SourceFile.read(here / "new.yaml"))
    assert company is not None, problems
    assert [f.value for f in company.facts] == ["4.12%", "unknown", "4.08%"]


def test_a_file_in_a_form_of_its_own_and_one_without_a_head(here: Path) -> None:
    (here / "t.csv").write_text(
        "metric,period,value,published,kind,source\nrevenue,FY2025,5bn,2026-02-12,reported,Results\n"
    )
    ran = call("facts", "import", "t.csv")
    assert (ran.status, "needs no mapping" in ran.out) == (0, True), ran.err
    (here / "x.csv").write_text("a,b\nc,d\n")
    refused(call("facts", "import", "x.csv"), 1, "no row has periods across")
    (here / "x.pdf").write_bytes(b"%PDF")
    refused(call("facts", "import", "x.pdf"), 1, "there is nothing to propose for such a file")


def test_what_is_proposed_as_json(here: Path) -> None:
    (here / "m.csv").write_text(SHEET)
    found = json.loads(call("facts", "import", "m.csv", *SAID, "--format", "json").out)
    (one,) = found["files"]
    assert (one["facts"], one["open"], one["written"]) == (3, [], "m.csv.mapping.yaml")
    assert one["figures"][0]["value"] == "1100m"


RATIOS = (
    "Growth Profitability and Financial Ratios for Example Inc\nFinancials\n,2023-12,2024-12,2025-12,TTM\n"
    'Revenue USD Mil,"1,000","1,100","1,200","1,250"\nNet income (USD m),100,110,120,125\n'
)


def test_a_unit_behind_a_label_hides_no_name_and_a_trailing_year_without_an_end_is_left_out(here: Path) -> None:
    (here / "r.csv").write_text(RATIOS)
    ran = call("facts", "import", "r.csv", *SAID[2:], *HEAD[-2:])
    assert ran.status == 0, ran.err
    assert '`"1,000"` is revenue, FY2023: 1000m' in ran.out
    assert "`120` is gaap_net_income, FY2025: 120m" in ran.out
    assert "1250" not in ran.out
    assert "leave_out: [TTM]" in (here / "r.csv.mapping.yaml").read_text()


@pytest.mark.parametrize("label", ["EUR/USD", "EURUSD", "EUR to USD", "EUR-USD"])
def test_a_pair_of_currencies_is_a_rate(here: Path, label: str) -> None:
    (here / "r.tsv").write_text(f"Date\t{label}\n13.05.2026\t1,1034\n12.05.2026\t1,1012\n")
    ran = call("facts", "import", "r.tsv", "--kind", "reported", "--source", "ECB", "--to", "new.yaml", *HEAD)
    assert ran.status == 1, "without a mapping that was looked over nothing is taken over"
    ran = call("facts", "import", "r.tsv", "--kind", "reported", "--source", "ECB")
    assert ran.status == 0, ran.err
    ran = call("facts", "import", "r.tsv", "--to", "new.yaml", *HEAD)
    assert ran.status == 0, ran.err
    company, problems = read_company(SourceFile.read(here / "new.yaml"))
    assert company is not None, problems
    assert [(r.of, r.to, str(r.date), r.value, str(r.published)) for r in company.exchange_rates] == [
        ("EUR", "USD", "2026-05-13", 1.1034, "2026-05-13"), ("EUR", "USD", "2026-05-12", 1.1012, "2026-05-12"),
    ]  # fmt: skip


def test_columns_of_currencies_alone_do_not_say_what_they_are_rates_of(here: Path) -> None:
    (here / "r.csv").write_text("Date,USD,GBP\n2026-05-12,1.1012,0.8512\n")
    ran = call("facts", "import", "r.csv")
    assert ran.status == 1
    assert "say what the rates are of: `USD: {rate: EUR to USD}`" in ran.err
    assert not (here / "r.csv.mapping.yaml").exists()


def test_a_series_without_a_known_name_says_which_option_names_it(here: Path) -> None:
    (here / "DGS10.csv").write_text(FRED)
    refused(call("facts", "import", "DGS10.csv"), 1, "`DGS10`", "`--metric NAME --unit percent`")


def sheets(*texts: str) -> bytes:
    return workbook("".join(f"[S{n}]\n{text}" for n, text in enumerate(texts)))


NOTES, OWN = "notes | 1\nmore | 2\n", "metric | period | value\nrevenue | FY2024 | 100\n"
MODEL = "USD in millions | Q1 2025 | Q2 2025\n{label} | 100 | 110\n"


def test_the_one_table_among_fifty_sheets_is_found(here: Path) -> None:
    (here / "m.xlsx").write_bytes(sheets(*[NOTES] * 30, OWN, *[NOTES] * 19))
    ran = call("facts", "import", "m.xlsx", *SAID[2:])
    assert ran.status == 0, ran.err
    assert 'sheet "S30"' in ran.out
    (here / "m.xlsx").write_bytes(
        sheets(*[MODEL.format(label=f"Line {n}") for n in range(49)], MODEL.format(label="Revenue"))
    )
    ran = call("facts", "import", "m.xlsx", *SAID[2:], *HEAD[-2:])
    assert ran.status == 0, ran.err
    assert 'sheet "S49", B2: `100` is revenue, Q1 FY2025: 100m' in ran.out


def test_two_sheets_that_give_one_name_in_two_ways_are_told_apart_by_their_names(here: Path) -> None:
    two = MODEL.format(label="Revenue"), MODEL.format(label="Revenue").replace("100", "101")
    (here / "m.xlsx").write_bytes(sheets(*two))
    ran = call("facts", "import", "m.xlsx", *SAID[2:], *HEAD[-2:])
    assert ran.status == 1
    assert "in sheet S0 and, as another figure, in sheet S1" in ran.err
    assert "`sheet: NAME`" in ran.err


def test_a_sheet_that_is_laid_out_otherwise_is_named_in_the_mapping(here: Path) -> None:
    (here / "m.xlsx").write_bytes(sheets("A model |\n" + MODEL.format(label="Capital expenditure"), MODEL.format(label="Revenue")
                                         + "Net income | 5 | 6\n"))  # fmt: skip
    ran = call("facts", "import", "m.xlsx", *SAID[2:], *HEAD[-2:])
    assert ran.status == 0, ran.err
    assert "sheet: S1" in (here / "m.xlsx.mapping.yaml").read_text()
