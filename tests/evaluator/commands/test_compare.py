"""`thesis compare`: the grid of the companies that ship, frozen; its order; and what is refused."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from evaluator.render.compare import render_compare, to_csv
from evaluator.render.workbook import to_xlsx
from evaluator.schema.names import CompareOutput
from tests.conftest import Golden
from tests.paths import ROOT
from tests.support.command_line import Ran, call

GOLDEN = ROOT / "tests" / "golden"
NAMES = "TCEHY,BABA=alibaba,MSFT=microsoft,CRWV=coreweave"
ON = ("--as-of", "2026-05-20")


def compared(*args: str, names: str = NAMES) -> Ran:
    return call("compare", "ai_infrastructure", "--for", names, *ON, *args)


@cache
def _printed(*args: str, names: str) -> str:
    ran = compared("--format", "json", *args, names=names)
    assert ran.status == 0, ran.err
    return ran.out


def as_json(*args: str, names: str = NAMES) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_printed(*args, names=names))
    return found


def rows(found: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    return {row["name"]: {cell["ticker"]: cell for cell in row["cells"]} for row in found["rows"]}


@pytest.fixture(scope="module", autouse=True)
def at_home(request: pytest.FixtureRequest) -> Any:
    """The shipped rules and facts are those of this checkout."""
    patch = pytest.MonkeyPatch()
    patch.chdir(ROOT)
    yield
    patch.undo()


def test_metrics_are_rows_at_full_precision_and_names_are_sorted_by_them() -> None:
    found = as_json("--sort", "capex_intensity")
    cells = rows(found)["capex_intensity"]
    known = [t for t in (n["ticker"] for n in found["names"]) if cells[t]["state"] in ("figure", "bounded")]
    assert len(known) >= 2
    assert [cells[t]["low"] for t in known] == sorted((cells[t]["low"] for t in known), reverse=True)
    assert [n["ticker"] for n in found["names"]][: len(known)] == known, "what is unknown stands last"
    (report,) = (json.loads(call("report", "alibaba", *ON, "--format", "json").out),)
    assert rows(found)["conversion"]["BABA"]["low"] == metric(report, "conversion")["value"]["low"]
    missing = rows(found)["cloud_margin"]["CRWV"]
    assert (missing["state"], missing["low"]) == ("unknown", None)
    assert missing["because"].startswith("Operating income")


def metric(report: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (m for m in report["metrics"] if m["name"] == name)
    return dict(found)


def test_a_report_lists_every_metric_also_those_on_which_nothing_rests() -> None:
    report = json.loads(call("report", "alibaba", *ON, "--format", "json").out)
    check = json.loads(call("explain", "alibaba", *(m["name"] for m in report["metrics"]), *ON, "--format", "json").out)
    assert [m["value"] for m in report["metrics"]] == [tree["value"] for tree in check["explained"]]
    assert metric(report, "conversion")["written"] == "change(ttm(cloud_revenue), 4) / lag(ttm(capex), 4)"
    assert metric(report, "plan_cover")["period"].endswith("with what is known today")
    by_hand = call("report", "alibaba", *ON, "--set", "conversion=2", "--format", "json")
    set_by_hand = metric(json.loads(by_hand.out), "conversion")
    assert (set_by_hand["written"], set_by_hand["given"], set_by_hand["value"]["low"]) == ("set: 2", False, 2)


def test_amounts_of_several_currencies_have_no_order() -> None:
    ran = compared("--sort", "free_cash", names="BABA,GOOGL")
    assert (ran.status, ran.out) == (2, "")
    assert "`free_cash` is in CNY for BABA, USD for GOOGL" in ran.err
    assert "sort by a ratio" in ran.err
    assert compared("--sort", "free_cash", names="MSFT,GOOGL").status == 0


@pytest.mark.parametrize("form", ["md", "html", "csv", "json"])
def test_the_grid(form: str, golden: Golden) -> None:
    ran = compared("--format", form, "--sort", "long_term")
    assert ran.status == 0, ran.err
    golden(GOLDEN / f"compare.{form}", ran.out)


def test_an_unknown_is_never_written_as_false() -> None:
    found = as_json()
    cells = rows(found)
    assert cells["ai_mix"]["BABA"]["state"] == "true"
    assert cells["ai_mix"]["MSFT"] == {
        "ticker": "MSFT", "state": "unknown", "text": "unknown", "words": [], "low": None, "high": None,
        "because": cells["ai_mix"]["MSFT"]["because"], "otherwise": "", "alert": False,
    }  # fmt: skip
    assert cells["long_term"]["TCEHY"]["text"].startswith("unknown: ")
    assert cells["many_routes"]["CRWV"]["state"] == "not asked"
    shown = CompareOutput.model_validate(found)
    for form, text in {
        "md": render_compare(shown, "md"),
        "html": render_compare(shown, "html"),
        "csv": to_csv(shown),
    }.items():
        assert text.count("not asked") >= 10, form
        assert text.count("unknown") >= 20, form


def test_rules_of_ones_own_are_said_to_ask_otherwise() -> None:
    found = as_json(names="TCEHY,CRWV=coreweave")
    cell = rows(found)["decelerating"]["CRWV"]
    assert cell["otherwise"].startswith("bear: when cloud_growth < slowing_counts and growth_change")
    assert rows(found)["decelerating"]["TCEHY"]["otherwise"] == ""
    assert [n["rules"] for n in found["names"]] == ["ai_infrastructure", "coreweave"]
    assert rows(found)["strong_growth"]["CRWV"]["text"] == "35%"
    assert "strong_growth" not in rows(as_json(names="TCEHY,AMZN")), "thresholds that are the same take no row"


def test_a_row_that_several_rules_have_keeps_the_title_of_the_rules_of_all(tmp_path: Path) -> None:
    of_all, own = tmp_path / "of_all.thesis", tmp_path / "own.thesis"
    for path, title in ((of_all, "The call of all"), (own, "A separate call")):
        growing = 'input revenue "Revenue" : money per quarter\npillar p "P"\nbull b "B" on p when revenue > 0 USD\n'
        path.write_text(
            f'rules {path.stem} "R"\n{growing}verdict call "{title}"\n  when b then "Buy"\n  otherwise "Wait"\n'
        )
    for names in (f"TCEHY,CRWV={own}", f"CRWV={own},TCEHY"):
        for sort in ("given", "ticker", "call"):
            ran = call("compare", str(of_all), "--for", names, *ON, "--sort", sort, "--format", "json")
            found = json.loads(ran.out)
            assert {r["name"]: r["title"] for r in found["rows"]}["call"] == "The call of all", (names, sort)
            assert "A call" not in found["order"]


@pytest.mark.parametrize(
    ("sort", "order", "words"),
    [
        ("given", "TCEHY BABA MSFT CRWV", "in the order they were named"),
        ("ticker", "BABA CRWV MSFT TCEHY", "sorted by ticker"),
        ("score", "MSFT BABA CRWV TCEHY", "sorted by score, the highest lower end first (not all are held to the same rules)"),
        ("near_term", "BABA TCEHY MSFT CRWV", "not decided, so last: TCEHY, MSFT, CRWV"),
    ],
)  # fmt: skip
def test_the_order_is_the_one_asked_for_and_the_undecided_stand_last(sort: str, order: str, words: str) -> None:
    found = as_json("--sort", sort)
    assert " ".join(n["ticker"] for n in found["names"]) == order
    assert words in found["order"]
    assert all([c["ticker"] for c in row["cells"]] == order.split() for row in found["rows"])


def test_a_verdict_sorts_by_tone_before_the_order_of_its_rows(tmp_path: Path) -> None:
    rules = (
        'rules tone "T"\ninput x "X" : number optional\n'
        'verdict v "V" when x < 1 then "Sell" bearish when x < 2 then "Hold" neutral when x < 3 then "Buy" bullish '
        'otherwise "Rave" bullish\n'
    )
    (tmp_path / "tone.thesis").write_text(rules, encoding="utf-8")
    for ticker, x in {"SELL": 0, "RAVE": 9, "NONE": "unknown", "BUY": 2, "HOLD": 1}.items():
        head = f"name: {ticker} Inc\nticker: {ticker}\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n"
        fact = f"  x:\n    - {{date: 2026-01-01, value: {x}, published: 2026-01-01, kind: reported, source: S}}\n"
        (tmp_path / f"{ticker}.yaml").write_text(head + fact, encoding="utf-8")
    args = ("compare", str(tmp_path / "tone.thesis"), "--facts", str(tmp_path), *ON, "--format", "json")
    found = json.loads(call(*args, "--for", "SELL,RAVE", "--for", "NONE,BUY,HOLD", "--sort", "v").out)
    assert [n["ticker"] for n in found["names"]] == ["BUY", "RAVE", "HOLD", "SELL", "NONE"]
    assert found["order"].endswith("not decided, so last: NONE")


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--for", "BABA,MSFT,BABA"), "C020", "BABA is named twice"),
        (("--for", "BABA", "--for", "BABA=alibaba"), "C020", "BABA is named twice"),
        (("--for", "BABA,,MSFT"), "C020", "`` names no company"),
        (("--for", "=alibaba"), "C020", "`=alibaba` names no company"),
        (("--for", "BABA="), "C020", "`BABA=` names no rules"),
        (("--for", "BABA,MSTF"), "C001", "there are no facts about MSTF"),
        (("--for", "BABA,MSFT=micros"), "C002", "there are no rules `micros`"),
        (("--for", "BABA,MSFT", "--sort", "scor"), "C021", "names cannot be sorted by `scor`"),
    ],
)
def test_what_is_refused_says_so_with_its_mend(args: tuple[str, ...], code: str, words: str) -> None:
    ran = call("compare", "ai_infrastructure", *args, *ON)
    assert (ran.status, ran.out) == (2, "")
    assert f"error[{code}]: {words}" in ran.err
    assert "mend: " in ran.err


def test_a_bad_order_is_mended_by_the_nearest() -> None:
    assert "did you mean `score`?" in compared("--sort", "scor").err


def test_no_company_is_wrong_use() -> None:
    assert call("compare", "ai_infrastructure").status == 2


def test_today_is_said_once() -> None:
    ran = call("compare", "ai_infrastructure", "--for", "BABA,AMZN")
    assert ran.err.count("as of ") == 1


def test_one_day_holds_for_all() -> None:
    """On a day before its results the name knows less, in the same grid."""
    ran = call("compare", "ai_infrastructure", "--for", "AMZN", "--as-of", "2026-04-01", "--format", "json")
    found = json.loads(ran.out)
    assert [read["period"] for read in found["names"][0]["reads"]] == ["2026-04-01", "quarter to 2025-12-31"]


def test_the_workbook_reads_back_as_the_grid(tmp_path: Path) -> None:
    path = tmp_path / "grid.xlsx"
    assert compared("-o", str(path), "--sort", "long_term").status == 0
    first = path.read_bytes()
    found = as_json("--sort", "long_term")
    assert to_xlsx(CompareOutput.model_validate(found)) == first, "the same grid gives the same bytes"
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Side by side", "Names", "Rules"]
    sheet = book.get_sheet_by_name("Side by side").to_python()
    assert sheet[0][3:] == [n["ticker"] for n in found["names"]]
    written = {line[0]: line for line in sheet}
    for row in found["rows"]:
        line = written[row["title"]]
        assert line[2] == ("" if row["weight"] is None else row["weight"])
        for cell, text in zip(row["cells"], line[3:], strict=True):
            assert cell["text"] in str(text)
            assert str(text).endswith(" †") == bool(cell["otherwise"])
    names = {line[0]: line for line in book.get_sheet_by_name("Names").to_python()}
    assert names["Company"][1:] == [n["company"] for n in found["names"]]
    assert names["Order"][1] == found["order"]
    rules = book.get_sheet_by_name("Rules").to_python()
    assert any(line[1] == "CRWV" and "slowing_counts" in line[2] for line in rules)


HOSTILE = '=HYPERLINK("http://evil.example") <script>alert(1)</script> | [x](y)'


def hostile() -> CompareOutput:
    found = as_json(names="BABA,AMZN")
    found["names"][0]["company"] = HOSTILE
    found["rows"][0]["title"] = HOSTILE
    found["rows"][0]["cells"][0]["text"] = HOSTILE
    return CompareOutput.model_validate(found)


def test_what_facts_and_rules_say_stays_words(tmp_path: Path) -> None:
    found = hostile()
    assert "<script>" not in render_compare(found, "html")
    lines = render_compare(found, "md").splitlines()
    assert not any("<script" in line or "[x](y)" in line for line in lines)
    table = [line for line in lines if line.startswith("| ") and "evil" in line]
    assert all(line.replace("\\|", "").count("|") == 4 for line in table)
    cells = [cell for line in csv.reader(io.StringIO(to_csv(found))) for cell in line if "evil" in cell]
    assert cells
    assert all(cell.startswith("'=") for cell in cells)
    (tmp_path / "h.xlsx").write_bytes(to_xlsx(found))
    sheet = CalamineWorkbook.from_path(tmp_path / "h.xlsx").get_sheet_by_index(0)
    assert any(HOSTILE in str(cell) for line in sheet.to_python() for cell in line)


EVENTFUL = """rules eventful "Eventful" since 2025-01-01
input growth "Growth" : percent per quarter
kill slow "Slow" by 2025-09-30 when growth < 5%
catalyst results "Results" on 2025-03-31 expects growth >= 10%
"""


def facts_of(ticker: str, *growth: tuple[str, str, str]) -> str:
    rows = "".join(
        f'    - {{period: {end}, value: {value}, published: {known}, kind: reported, source: "Made up"}}\n'
        for end, value, known in growth
    )
    return (
        f"name: {ticker}, made up\nticker: {ticker}\ncurrency: USD\nfiscal_year_ends: 12-31\nfacts:\n  growth:\n{rows}"
    )


def test_what_became_of_an_event_is_no_truth_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill that has happened has happened, whatever its condition says today; what is not known is no "false"."""
    monkeypatch.chdir(tmp_path)
    Path("eventful.thesis").write_text(EVENTFUL, encoding="utf-8")
    one = facts_of("ONE", ("2025-03-31", "4%", "2025-04-30"), ("2025-09-30", "20%", "2025-10-30"))
    two = facts_of("TWO", ("2025-03-31", "14%", "2025-04-30"))
    for name, text in (("ONE", one), ("TWO", two)):
        (tmp_path / "facts").mkdir(exist_ok=True)
        Path(f"facts/{name}.yaml").write_text(text, encoding="utf-8")
    ran = call("compare", "eventful.thesis", "--for", "ONE,TWO", "--as-of", "2025-12-31", "--format", "json")
    cells = {row["name"]: [c["text"] for c in row["cells"]] for row in json.loads(ran.out)["rows"]}
    assert cells["slow"] == ["has happened on 2025-04-30", "pending"]
    assert cells["results"] == ["missed on 2025-04-30", "met on 2025-04-30"]
