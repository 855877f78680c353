"""`thesis facts import` and `thesis facts template`, and reports from facts of every kind of file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.readers.load import load, read_company
from tests.paths import ROOT
from tests.support.books import workbook
from tests.support.command_line import DAY, FACTS, RULES, call, refused

HEAD = "name: Acme\nticker: ACME\ncurrency: CNY\nfiscal_year_ends: 03-31\n"
TABLE = (
    "metric,period,value,unit,published,kind,source\n"
    "growth,Q4 FY2026,38,percent,2026-05-13,reported,Results\n"
    "growth,Q3 FY2026,36,percent,,reported,Results\n"
    "margin,Q4 FY2026,8,percent,2026-05-13,claim,\n"
)
SAID = ("--for", "ACME", "--name", "Acme", "--reports-in", "CNY", "--fiscal-year-ends", "03-31")


def test_what_is_complete_is_taken_over(here: Path) -> None:
    (here / "t.csv").write_text(TABLE.replace(",,reported", ",2026-02-13,reported").replace("claim,\n", "claim,Call\n"))
    ran = call("facts", "import", "t.csv", "--to", "new.yaml", *SAID)
    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[0] == "3 facts of 2 names about Acme (ACME)"
    company, problems = read_company(SourceFile.read(here / "new.yaml"))
    assert company is not None, problems
    assert [(f.name, f.period, f.value, f.source) for f in company.facts] == [
        ("growth", "Q4 FY2026", "38%", "Results"),
        ("growth", "Q3 FY2026", "36%", "Results"),
        ("margin", "Q4 FY2026", "8%", "Call"),
    ]


def test_a_row_without_its_day_or_source_stops_it(here: Path) -> None:
    (here / "t.csv").write_text(TABLE)
    ran = call("facts", "import", "t.csv", "--to", "new.yaml", *SAID)
    refused(ran, 1, "row 3 has no `published`", "row 4 has no `source`", "nothing goes in without a source", "2 errors")
    assert not (here / "new.yaml").exists()


def test_such_rows_are_left_out_where_that_is_asked_for_and_listed(here: Path) -> None:
    (here / "t.csv").write_text(TABLE)
    ran = call("facts", "import", "t.csv", "--to", "new.yaml", *SAID, "--leave-out-incomplete")
    assert ran.status == 0, ran.err
    assert ran.out.endswith(
        "2 rows left out:\n  t.csv:3:1: growth has no published\n  t.csv:4:1: margin has no source\n"
    )
    (here / "new.yaml").unlink()
    found = json.loads(
        call("facts", "import", "t.csv", "--to", "new.yaml", *SAID, "--leave-out-incomplete", "--format", "json").out
    )
    assert [row["missing"] for row in found["left_out"]] == ["published", "source"]
    assert found["facts"] == 1


def test_options_say_what_rows_do_not(here: Path) -> None:
    (here / "t.csv").write_text("metric;period;value\ncapex;FY2026;1.234,5\n")
    more = ("--source", "Annual report", "--published", "2026-06-20", "--kind", "reported", "--unit", "millions")
    ran = call("facts", "import", "t.csv", "--to", "new.yaml", *SAID, *more, "--decimal", "comma", "--currency", "USD")
    assert ran.status == 0, ran.err
    assert (
        'value: 1234.5m, published: 2026-06-20, kind: reported, source: "Annual report", currency: USD'
        in (here / "new.yaml").read_text()
    )


def test_the_table_that_is_read_is_never_written_over(here: Path) -> None:
    (here / "t.csv").write_text(TABLE)
    refused(call("facts", "import", "t.csv", "--to", "t.csv", "--replace", *SAID), 2, "ends in .yaml", "t.yaml")
    assert (here / "t.csv").read_text() == TABLE


def test_a_file_that_is_there_stays(here: Path) -> None:
    (here / "t.csv").write_text(TABLE)
    before = (here / "facts/ACME.yaml").read_text()
    refused(call("facts", "import", "t.csv", "--to", "facts/ACME.yaml"), 2, "this file is there already", "--replace")
    refused(call("facts", "import", "t.csv", "--to", "facts/ACME.yaml", "--replace", *SAID), 1, "row 3")
    assert (here / "facts/ACME.yaml").read_text() == before
    refused(call("facts", "import", "t.csv", "--to", "nowhere/x.yaml", *SAID, "--leave-out-incomplete"), 2, "no folder")
    refused(call("facts", "import", "none.csv", "--to", "x.yaml", *SAID), 1, "error[F001]", "there is no such file")


def test_without_a_head_it_is_said_what_is_missing(here: Path) -> None:
    (here / "t.csv").write_text(TABLE)
    ran = call("facts", "import", "t.csv", "--to", "new.yaml", "--leave-out-incomplete")
    refused(ran, 1, "has no `ticker`", "has no `currency`", "has no `fiscal_year_ends`")


def test_a_head_from_options_must_agree_with_that_of_files(here: Path) -> None:
    (here / "t.csv").write_text(TABLE)
    ran = call(
        "facts",
        "import",
        "t.csv",
        "facts/ACME.yaml",
        "--to",
        "new.yaml",
        "--reports-in",
        "USD",
        "--leave-out-incomplete",
    )
    refused(ran, 1, "error[F045]", "`currency` is CNY here and USD in another file")


# --- reports from files of every kind -----------------------------------------------------------------


def lay(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_folder_of_a_ticker_holds_a_mixture(here: Path) -> None:
    one = call("report", "small", "--for", "ACME", *DAY, "--format", "json")
    head, _, facts = FACTS.partition("facts:\n")
    growth, mark, _ = facts.partition("  margin:")
    assert mark
    (here / "facts" / "ACME.yaml").unlink()
    lay(here / "facts" / "ACME", "head.yaml", head + "facts:\n" + growth)
    lay(
        here / "facts" / "ACME",
        "margin.csv",
        "metric,date,value,published,kind,source\nmargin,2026-03-31,8%,2026-05-13,claim,Call\n",
    )
    two = call("report", "small", "--for", "ACME", *DAY, "--format", "json")
    assert two.status == 0, two.err
    assert json.loads(two.out)["verdicts"] == json.loads(one.out)["verdicts"]
    assert call("list").out.count("ACME") == 1
    several = call(
        "report",
        "small",
        "--for",
        "ACME",
        *DAY,
        "--facts",
        "facts/ACME/head.yaml",
        "--facts",
        "facts/ACME/margin.csv",
        "--format",
        "json",
    )
    assert several.out == two.out
    assert call("report", "small", "--for", "ACME", *DAY, "--facts", "facts", "--format", "json").out == two.out
    assert call("report", "small", "--for", "ACME", *DAY, "--facts", "facts/ACME", "--format", "json").out == two.out


def test_the_file_of_a_ticker_says_how_files_in_its_folder_are_read(here: Path) -> None:
    head, _, facts = FACTS.partition("facts:\n")
    (here / "facts" / "ACME.yaml").write_text(
        head + "files:\n  p.csv: {source: An exchange}\nfacts:\n" + facts, encoding="utf-8"
    )
    lay(here / "facts" / "ACME", "p.csv", "Date,Close\n2026-05-12,11\n")
    ran = call("report", "small", "--for", "ACME", *DAY)
    assert (ran.status, ran.err) == (0, "")
    (here / "facts" / "ACME" / "p.csv").unlink()
    refused(call("report", "small", "--for", "ACME", *DAY), 1, "`p.csv`: there is no such file beside this one")


def test_a_mistake_in_one_file_of_a_mixture_stops_all(here: Path) -> None:
    lay(
        here / "facts" / "ACME",
        "more.csv",
        "metric,date,value,published,kind,source\nmargin,2026-03-31,8%,05/13/2026,claim,Call\n",
    )
    refused(call("report", "small", "--for", "ACME", *DAY), 1, "facts/ACME/more.csv:2:22", "write it as 2026-05-13")


def test_a_misspelt_name_in_a_table_is_an_error_and_in_filings_it_is_passed_over(here: Path) -> None:
    lay(
        here / "facts" / "ACME",
        "more.csv",
        "metric,date,value,published,kind,source\nmargn,2026-03-31,8%,2026-05-13,claim,Call\n",
    )
    refused(
        call("report", "small", "--for", "ACME", *DAY),
        1,
        "no rule asks for a fact `margn`",
        "did you mean `margin`?",
        "more.csv:2:1",
    )


# --- template -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", ["alibaba", "ai_infrastructure", "piotroski_f_score", "financials", "small"])
def test_a_template_has_every_input_and_reads_back(rules: str) -> None:
    found = json.loads(call("facts", "template", rules, "--for", "ACME", "--format", "json").out)
    text = found["text"]
    assert text == call("facts", "template", rules, "--for", "ACME").out
    names = [one["name"] for one in found["inputs"]]
    assert names
    assert all(f"\n  {name}:\n" in text for name in names)
    whole = (
        text.replace("name:\n", "name: Acme\n", 1)
        .replace("currency:\n", "currency: CNY\n")
        .replace("ends:\n", "ends: 03-31\n")
    )
    company, problems = read_company(SourceFile("t.yaml", whole))
    assert company is not None, "\n".join(map(to_text, problems))
    assert company.facts == ()
    assert company.ticker == "ACME"


@pytest.mark.parametrize("rules", ["alibaba", "piotroski_f_score", "altman_z", "small"])
def test_the_examples_of_a_template_are_facts_that_the_rules_take(rules: str, here: Path) -> None:
    """Each example, put in as a fact, is bound without a mistake."""
    found = json.loads(call("facts", "template", rules, "--for", "ACME", "--format", "json").out)
    lines = [HEAD.replace("03-31", "12-31") + "facts:"]
    for one in found["inputs"]:
        lines += [f"  {one['name']}:", f"    - {one['example']}"]
    (here / "filled.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = call("report", rules, "--for", "ACME", "--facts", "filled.yaml", "--as-of", "2026-03-01")
    if rules == "alibaba":  # its company is another
        ran = call("report", "ai_infrastructure", "--for", "ACME", "--facts", "filled.yaml", "--as-of", "2026-03-01")
    assert ran.status == 0, ran.err


def test_a_template_carries_what_the_rules_say_of_an_input(here: Path) -> None:
    rules = RULES.replace("input growth", "# Organic: without what was bought.\ninput growth", 1)
    (here / "said.thesis").write_text(rules.replace("rules small", "rules said"), encoding="utf-8")
    text = call("facts", "template", "said").out
    assert "  # Organic: without what was bought.\n" in text


def test_the_shipped_rules_are_there(here: Path) -> None:
    assert (ROOT / "rules" / "alibaba.thesis").is_file()
    refused(call("facts", "template", "alibba"), 2, "did you mean `alibaba`?")
    refused(call("facts", "tempalte", "alibaba"), 2, "did you mean `template`?")


# --- a workbook ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", ["alibaba", "ai_infrastructure", "piotroski_f_score", "small"])
def test_a_workbook_to_fill_in_reads_back_empty(rules: str, here: Path) -> None:
    ran = call("facts", "template", rules, "--for", "ACME", "-o", "t.xlsx")
    assert ran.status == 0, ran.err
    company, problems = load([here / "t.xlsx"], "ACME")
    lacking = {d.message.split("`")[1] for d in problems}
    assert company is None
    assert lacking == {"name", "currency", "fiscal_year_ends"}, "\n".join(map(to_text, problems))
    before = (here / "t.xlsx").read_bytes()
    assert call("facts", "template", rules, "--for", "ACME", "-o", "u.xlsx").status == 0
    assert (here / "u.xlsx").read_bytes() == before


def test_a_workbook_that_is_filled_in_is_facts(here: Path) -> None:
    assert call("facts", "template", "small", "--for", "ACME", "-o", "t.xlsx").status == 0
    sheets = CalamineWorkbook.from_path(here / "t.xlsx")
    cells = {name: sheets.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in sheets.sheet_names}
    by_period = cells["By period"]
    for row, text in enumerate(("Acme", "ACME", "CNY", "'03-31"), 1):
        by_period[row][1] = text
    head = next(n for n, row in enumerate(by_period) if row[0] == "period")
    said = {
        "period": "Q4 FY2026",
        "published": "@2026-05-13",
        "kind": "reported",
        "source": "Results",
        "sales": "1200.5",
    }
    filled = [[*row[:3], said.get(str(row[0]), "") if n >= head else ""] for n, row in enumerate(by_period)]
    assert [row[1] for row in filled if row[0] == "sales"] == ["millions"]
    day = ["growth", "@2026-03-31", "12", "percent", "", "@2026-05-13", "reported", "R", ""]
    drawn = "".join(
        f"[{name}]\n" + "".join(" | ".join(map(str, row)) + "\n" for row in rows)
        for name, rows in (("By period", filled), ("By day", [*cells["By day"], day]))
    )
    (here / "filled.xlsx").write_bytes(workbook(drawn))
    company, problems = load([here / "filled.xlsx"], "ACME")
    assert company is not None, "\n".join(map(to_text, problems))
    assert [(f.name, f.period or str(f.date), f.value) for f in company.facts] == [
        ("sales", "Q4 FY2026", "1200.5m"), ("growth", "2026-03-31", "12%"),
    ]  # fmt: skip


def test_the_workbook_has_drop_downs(here: Path) -> None:
    assert call("facts", "template", "alibaba", "-o", "t.xlsx").status == 0
    with zipfile.ZipFile(here / "t.xlsx") as book:
        sheets = "".join(book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/sheet"))
        assert b"a text: 12-31" in b"".join(book.read(n) for n in book.namelist() if "comments" in n)
    assert '"reported,derived,guidance,claim,estimate"' in sheets
    assert '"units,thousands,millions,billions,percent,pp,bps,multiple"' in sheets
    assert "Inputs!$A$2:$A$" in sheets
