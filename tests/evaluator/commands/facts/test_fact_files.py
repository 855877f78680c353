"""Which files hold the facts about a company: whose a file is, what is left out and why, one order for every command."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import thesis
from evaluator.session.fact_files import FactFiles, Folder, facts_about
from tests.support.command_line import DAY, FACTS, call

TABLE = "metric,date,value,published,kind,source\n"
ROWS = TABLE + "growth,2026-03-31,20%,2026-05-14,reported,A table\n"


def names(found: FactFiles) -> list[str]:
    return [path.name for path in found.read]


def why(found: FactFiles) -> dict[str, str]:
    return {out.path.name: out.why for out in found.left_out}


def laid(folder: Path, *files: str, text: str = ROWS) -> Path:
    """A folder with `ACME.yaml` and more files; YAML files get the head of the company that they are called after."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ACME.yaml", *files):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(FACTS.replace("ACME", path.stem) if name.endswith("yaml") else text)
    return folder


def test_a_folder_about_one_company_gives_all_its_tables_and_says_what_is_no_facts_file(tmp_path: Path) -> None:
    folder = laid(tmp_path / "f", "prices.csv", "model.xlsx", "notes.txt", ".hidden.csv", "~$model.xlsx")
    found = Folder(folder).about("ACME", asked=True)
    assert names(found) == ["ACME.yaml", "model.xlsx", "prices.csv"]
    assert why(found) == {"notes.txt": "facts stand in files of other kinds"}


def test_a_folder_about_several_gives_what_says_that_it_is_the_companys(tmp_path: Path) -> None:
    folder = laid(tmp_path / "f", "OTHER.yaml", "ACME_prices.csv", "OTHER_prices.csv", "prices.csv", "ACME/more.csv",
                  "OTHER/more.csv", "TSLA.csv", "named.csv", "theirs.csv")  # fmt: skip
    (folder / "ACME.yaml").write_text(FACTS + "files:\n  named.csv: {unit: millions}\n")
    (folder / "OTHER.yaml").write_text(FACTS.replace("ACME", "OTHER") + "files: {theirs.csv: {unit: millions}}\n")
    (folder / "all.csv").write_text("ticker," + TABLE + "ACME,growth,2026-03-31,1%,2026-05-14,reported,A table\n")
    (folder / "none.csv").write_text("ticker," + TABLE + "OTHER,growth,2026-03-31,1%,2026-05-14,reported,A table\n")
    (folder / "concepts.yaml").write_text("revenue:\n  concepts: [a:b]\n")
    found = Folder(folder).about("ACME", asked=True)
    assert names(found) == ["ACME.yaml", "ACME_prices.csv", "all.csv", "named.csv", "more.csv"]
    assert set(why(found)) == {"OTHER.yaml", "OTHER_prices.csv", "prices.csv", "OTHER", "TSLA.csv", "theirs.csv", "none.csv",
                               "concepts.yaml"}  # fmt: skip
    assert why(found)["prices.csv"].startswith("nothing says whose they are")
    assert why(found)["none.csv"] == "no row of them is about ACME"
    assert len(found.notes()) == len(set(why(found).values()))


@pytest.mark.parametrize(("ticker", "name", "mine"), [
    ("BRK", "BRK.csv", True), ("BRK", "BRK-prices.csv", True), ("BRK", "BRK_prices.csv", True), ("BRK", "brk prices.csv", True),
    ("BRK", "BRK-B.csv", False), ("BRK", "BRKA.csv", False), ("BRK", "prices.csv", True), ("BRK", "Prices.csv", True),
])  # fmt: skip
def test_a_files_name_says_whose_it_is(ticker: str, name: str, mine: bool, tmp_path: Path) -> None:
    (tmp_path / f"{ticker}.yaml").write_text(FACTS.replace("ACME", ticker))
    (tmp_path / name).write_text(ROWS)
    assert (name in names(Folder(tmp_path).about(ticker, asked=True))) == mine


def test_the_working_folder_comes_before_what_lies_beside_the_rules_and_that_before_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rules = tmp_path / "else" / "mine.thesis"
    folders = [tmp_path / "facts", tmp_path / "rules" / "facts", rules.parent / "facts"]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "BABA.yaml").write_text(FACTS.replace("ACME", "BABA"))
    for folder in folders:
        assert facts_about("BABA", (), rules).read[0].resolve() == folder / "BABA.yaml"
        (folder / "BABA.yaml").unlink()
    assert facts_about("BABA", (), rules).read[0].parent.name == "facts"
    assert facts_about("NOBODY", (), rules).read == ()


def printed(*ask: str) -> Any:
    """What a command prints as JSON."""
    ran = call(*ask, *DAY, "--format", "json")
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


RULES = ("--rules", "mine.thesis")
WAYS = {
    "report": lambda more: printed("report", "mine.thesis", *more)["facts_files"],
    "show": lambda more: printed("facts", "show", "BABA", *RULES, *more)["files"],
    "check": lambda more: printed("facts", "check", "BABA", *RULES, *more)["companies"][0]["files"],
    "coverage": lambda more: printed("facts", "coverage", "mine.thesis", "--for", "BABA", *more)["companies"][0][
        "files"
    ],
    "compare": lambda more: printed("compare", "mine.thesis", "--for", "BABA", *more)["names"][0]["facts_files"],
    "python": lambda more: list(thesis.facts(more[1] if more else "BABA", ticker="BABA").files),
}
"""Every way to ask about a company -> the files that it read."""
MINE = """\
thesis mine "Mine" for BABA
input growth "Growth" : percent
pillar p "P"
bull b "B" on p when growth > 1%
"""


@pytest.mark.parametrize(("lies", "given"), [*product(["facts", "rules/facts", "x"], [False, True])])
def test_every_command_and_python_read_the_same_files_in_the_same_order(lies: str, given: bool, here: Path) -> None:
    (here / "mine.thesis").write_text(MINE)
    folder = laid(here / lies, "BABA.yaml", "BABA/more.csv", "BABA_other.csv")
    more = ("--facts", str(folder)) if given else ()
    read = {way: ask(more) for way, ask in WAYS.items()}
    assert len({tuple(files) for files in read.values()}) == 1, read
    mine = [f"{lies}/{name}" for name in ("BABA.yaml", "BABA_other.csv", "BABA/more.csv")]
    assert (read["report"] == mine) == (lies != "x" or given)


def test_check_joins_a_head_and_its_tables_as_the_report_does(here: Path) -> None:
    (here / "mine.thesis").write_text(MINE.replace("BABA", "ACME"))
    folder = laid(here / "x", "a.csv")
    alone = call("facts", "check", str(folder / "a.csv"), "--rules", "mine.thesis", *DAY)
    assert alone.status == 1
    for ask in (["x/ACME.yaml", "x/a.csv", "--for", "ACME"], ["x"], ["ACME", "--facts", "x"],
                ["--for", "ACME", "--facts", "x/a.csv", "--facts", "x/ACME.yaml"]):  # fmt: skip
        ran = call("facts", "check", *ask, "--rules", "small", *DAY)
        assert ran.status == 0, ran.err
        assert ran.out.endswith(", 3 facts\n"), ran.out


def test_a_folder_about_several_is_checked_for_each_and_shown_for_none(here: Path) -> None:
    laid(here / "x", "OTHER.yaml")
    ran = call("facts", "check", "x", "--rules", "small", *DAY)
    assert [line.split(", ")[0] for line in ran.out.splitlines()] == ["x: ACME: 1 warning", "x: OTHER: 1 warning"]
    shown = call("facts", "show", "x", "--rules", "small", *DAY)
    assert (shown.status, "about 2 companies" in shown.err) == (2, True)
    assert call("facts", "show", "OTHER", "--facts", "x", "--rules", "small", *DAY).out.startswith("Acme (OTHER)")


def test_what_is_left_out_of_a_folder_is_said_with_the_reason(here: Path) -> None:
    laid(here / "x", "OTHER.yaml", "prices.csv", "TSLA.csv", "read.me")
    ran = call("report", "small", "--for", "ACME", "--facts", "x", *DAY)
    assert ran.status == 0
    assert ran.err.count("warning[F049]") == 4
    for name in ("OTHER.yaml", "prices.csv", "TSLA.csv", "read.me"):
        assert name in ran.err
    assert "F049" not in call("report", "small", "--for", "ACME", "--facts", "x/ACME.yaml", *DAY).err


def test_an_unknown_key_under_files_is_an_error_in_every_command(here: Path) -> None:
    folder = laid(here / "x", "a.csv")
    (folder / "ACME.yaml").write_text(FACTS + "files:\n  a.csv: {untis: millions}\n")
    for ask in (["report", "small", "--for", "ACME", "--facts", "x"], ["facts", "check", "x", "--rules", "small"],
                ["facts", "show", "x/ACME.yaml", "--rules", "small"], ["facts", "coverage", "small", "--for", "x"]):  # fmt: skip
        ran = call(*ask, *DAY)
        assert (ran.status, "error[F011]" in ran.err, "did you mean `unit`" in ran.err) == (1, True, True), ask


def test_the_folder_of_a_ticker_brings_the_head_beside_it(here: Path) -> None:
    laid(here / "x", "ACME/more.csv")
    ran = call("facts", "check", "--for", "ACME", "--facts", "x/ACME", "--rules", "small", *DAY)
    assert (ran.status, ran.out) == (0, "ACME: nothing to mend, 3 facts\n"), ran.err
