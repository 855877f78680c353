"""Rules, companies and runs go to another process and come back the same, whatever kind of file the facts are from."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from dsl.check.checker import Checked
from dsl.text.diagnostics import to_text
from evaluator.codes.messages import make
from evaluator.readers.grid import Grid, SheetCell
from evaluator.session import service
from evaluator.session.reading import Failed
from evaluator.session.run import Run
from evaluator.session.service import About, RulesText
from tests.support.books import lay
from tests.support.filed import REVENUE, company_facts, flow

DAY = dt.date(2026, 5, 14)
HEAD = "name: Example Cloud\nticker: EXMPL\ncurrency: USD\nfiscal_year_ends: 12-31\n"
RULES = 'rules main "Main"\ninput revenue : money per quarter\npillar p "?"\nbull b on p when revenue > 10m USD\n'
TABLE = "metric,period,value,published,kind,source\nrevenue,2026-03-31,12000000,2026-05-01,reported,S\n"
SHEET = "[Q]\nmetric | period | value | published | kind | source\nrevenue | @2026-03-31 | 12000000 | @2026-05-01 | reported | S\n"
FILED = company_facts([flow(REVENUE, "2026-01-01..2026-03-31", 12e6, "2026-05-01")])
FACT = "facts:\n  revenue:\n    - {period: 2026-03-31, value: 12m, published: 2026-05-01, kind: reported, source: S}\n"


def parquet(folder: Path) -> list[Path]:
    import polars as pl

    day, known = dt.date(2026, 3, 31), dt.date(2026, 5, 1)
    row = {
        "metric": ["revenue"],
        "period": [day],
        "value": [12e6],
        "published": [known],
        "kind": ["reported"],
        "source": ["S"],
    }
    pl.DataFrame(row).write_parquet(folder / "facts.parquet")
    return [*lay(folder, {"EXMPL.yaml": HEAD}), folder / "facts.parquet"]


FILES: dict[str, Callable[[Path], list[Path]]] = {
    "yaml": lambda folder: lay(folder, {"EXMPL.yaml": HEAD + FACT}),
    "csv": lambda folder: lay(folder, {"EXMPL.yaml": HEAD, "facts.csv": TABLE}),
    "xlsx": lambda folder: lay(folder, {"EXMPL.yaml": HEAD, "facts.xlsx": SHEET}),
    "json": lambda folder: lay(folder, {"EXMPL.yaml": HEAD, "facts.json": FILED}),
    "parquet": parquet,
}


def about(kind: str, folder: Path) -> About:
    found = service.company_in(FILES[kind](folder), "EXMPL")
    assert isinstance(found, About), "\n".join(to_text(d) for d in found.diagnostics)
    assert found.company.facts
    return found


def ran(company: About, rules: str = RULES) -> Run:
    places = service.library_at(())
    assert not isinstance(places, Failed)
    found = service.evaluate(RulesText(rules), company, DAY, places=places)
    assert not isinstance(found, Failed), "\n".join(to_text(d) for d in found.diagnostics)
    return found.run


@pytest.mark.parametrize("kind", FILES)
def test_a_company_and_a_run_come_back_the_same(kind: str, tmp_path: Path) -> None:
    company = about(kind, tmp_path)
    run = ran(company)
    assert pickle.loads(pickle.dumps(company)) == company
    back = pickle.loads(pickle.dumps(run))
    assert back == run
    assert back.report() == run.report()
    assert run.report().conditions[0].state == "true"


@pytest.mark.parametrize("kind", FILES)
def test_a_finding_shows_its_place_in_the_other_process_too(kind: str, tmp_path: Path) -> None:
    (fact,) = about(kind, tmp_path).company.facts
    found = make("F037", fact.value_place, name=fact.name, published=fact.published, day=DAY)
    assert to_text(pickle.loads(pickle.dumps(found))) == to_text(found)
    assert "12" in to_text(found)


@pytest.mark.parametrize("kind", FILES)
def test_what_is_not_the_same_is_not_equal(kind: str, tmp_path: Path) -> None:
    """The same facts with another text around them: places in it are others."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert about(kind, one) != about(kind, two)


def test_a_table_with_another_cell_is_another_table() -> None:
    """The place is the same, and so is all that was taken from the table but one text beside it."""
    one, two, again = (Grid.of_rows("t.xlsx", [["a", text]], SheetCell("Q"), "Q") for text in ("b", "c", "b"))
    assert one.cell(0, 0) == again.cell(0, 0)
    assert hash(one.cell(0, 0)) == hash(again.cell(0, 0))
    assert one.cell(0, 0) != two.cell(0, 0)
    assert one != Grid.of_rows("t.xlsx", [["a", "b"]], SheetCell("R"), "R")


def test_rules_come_back_the_same() -> None:
    places = service.library_at(())
    assert not isinstance(places, Failed)
    checked = service.rules_at("alibaba", places)
    assert isinstance(checked, Checked)
    back = pickle.loads(pickle.dumps(checked))
    assert back == checked
    assert back.fingerprint() == checked.fingerprint()
