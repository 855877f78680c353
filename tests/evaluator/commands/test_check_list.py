"""`thesis check` and `thesis list`."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.support.command_line import RULES, call, refused

WRONG = 'rules wrong "Wrong"\nmetric a = nothing\nmetric b = 1 +\nmetric c = nowhere\n'


def test_a_file_without_errors() -> None:
    ran = call("check", "small.thesis")
    assert (ran.status, ran.err) == (0, "")
    assert re.fullmatch(r"small\.thesis: no errors, rules [0-9a-f]{12}\n", ran.out)


def test_several_files(here: Path) -> None:
    (here / "wrong.thesis").write_text(WRONG, encoding="utf-8")
    ran = call("check", "small.thesis", "wrong.thesis", "small.thesis")
    assert ran.status == 1
    said = [line.partition(", rules ")[0] for line in ran.out.splitlines()]
    assert said == ["small.thesis: no errors", "wrong.thesis: 3 errors", "small.thesis: no errors"]
    assert "wrong.thesis:2:12" in ran.err
    assert "there is no `nothing`" in ran.err
    assert ran.err.splitlines()[-2:] == ["3 errors", "`thesis check --explain T031` says more"]


def test_a_file_that_is_not_there_does_not_hide_the_others(here: Path) -> None:
    (here / "wrong.thesis").write_text(WRONG, encoding="utf-8")
    ran = call("check", "nope.thesis", "wrong", "smal")
    assert ran.status == 2
    assert ran.out.splitlines() == ["nope.thesis: 1 error", "wrong.thesis: 3 errors", "smal: 1 error"]
    assert "did you mean `small`?" in ran.err
    assert "there is no such file" in ran.err


def test_the_mistakes_of_a_shared_module_are_told_once(here: Path) -> None:
    (here / "wrong.thesis").write_text(WRONG, encoding="utf-8")
    for name in ("one", "two"):
        (here / f"{name}.thesis").write_text(f'rules {name} "T" uses wrong\n', encoding="utf-8")
    ran = call("check", "one", "two", "wrong")
    assert ran.status == 1
    assert ran.err.count("there is no `nothing`") == 1
    assert [line.partition(": ")[2] for line in ran.out.splitlines()] == ["3 errors"] * 3


def test_json(here: Path) -> None:
    (here / "wrong.thesis").write_text(WRONG, encoding="utf-8")
    ran = call("check", "small.thesis", "wrong.thesis", "nope.thesis", "--format", "json")
    assert (ran.status, ran.err) == (2, "")
    small, wrong, nope = json.loads(ran.out)["files"]
    assert (small["ok"], small["name"], small["diagnostics"]) == (True, "small", [])
    assert (wrong["ok"], wrong["name"]) == (False, None)
    first = wrong["diagnostics"][0]
    assert (first["code"], first["file"], first["line"], first["column"], first["length"]) == (
        "T031", "wrong.thesis", 2, 12, 7,
    )  # fmt: skip
    assert (nope["ok"], nope["diagnostics"][0]["code"], nope["diagnostics"][0]["line"]) == (False, "T001", None)
    assert call("check", "wrong.thesis", "--format", "json").status == 1


def test_a_long_list_is_cut_and_says_so(here: Path) -> None:
    (here / "long.thesis").write_text('rules long "L"\n' + "metric a = nothing\n" * 200, encoding="utf-8")
    ran = call("check", "long")
    assert ran.status == 1
    assert ran.err.count("error[") == 50
    assert "… and 150 more" in ran.err


def test_errors_are_shown_before_a_thousand_warnings(here: Path) -> None:
    idle = "".join(f"metric m{n} = {n}\n" for n in range(1500))
    (here / "idle.thesis").write_text('rules idle "I"\n' + idle, encoding="utf-8")
    ran = call("check", "idle")
    assert (ran.status, ran.out.partition(", rules ")[0]) == (0, "idle.thesis: no errors")
    (here / "idle.thesis").write_text(f'rules idle "I"\n{idle}metric last = nothing\n', encoding="utf-8")
    assert "there is no `nothing`" in call("check", "idle").err


def test_list() -> None:
    ran = call("list")
    assert (ran.status, ran.err) == (0, "")
    assert "  small                    Small rules  [small.thesis]\n" in ran.out
    assert "  alibaba                  Alibaba as China's AI infrastructure (for BABA)  [" in ran.out
    assert "  ACME                     Acme: 2 facts\n" in ran.out
    assert ran.out.index("Modules") < ran.out.index("Theses") < ran.out.index("Facts")


def test_check_and_list_name_the_file_of_every_module(here: Path) -> None:
    (here / "credit").mkdir()
    (here / "credit" / "debt.thesis").write_text(RULES.replace("small", "debt"), encoding="utf-8")
    (here / "rules").mkdir()
    (here / "rules" / "small.thesis").write_text(RULES, encoding="utf-8")
    (here / "mine.thesis").write_text('thesis mine "Mine" for ACME uses credit.debt\n', encoding="utf-8")
    ran = call("check", "mine", "credit.debt")
    assert ran.status == 0
    assert ran.out.splitlines()[1] == f"  credit.debt: {Path('credit', 'debt.thesis')}"
    (file,) = json.loads(call("check", "mine", "--format", "json").out)["files"]
    assert file["modules"] == [{"name": "credit.debt", "path": str(Path("credit", "debt.thesis"))}]
    assert re.fullmatch("[0-9a-f]{64}", file["fingerprint"])
    listed = call("list").out
    assert f"  credit.debt              Small rules  [{Path('credit', 'debt.thesis')}]\n" in listed
    assert (
        f"  small                    Small rules  [small.thesis]\n{'':27}hides {Path('rules', 'small.thesis')}\n"
        in listed
    )
    small = next(r for r in json.loads(call("list", "--format", "json").out)["rules"] if r["name"] == "small")
    assert small["shadows"] == [str(Path("rules", "small.thesis"))]


def test_list_says_what_it_cannot_read(here: Path) -> None:
    (here / "broken.thesis").write_bytes(b"\xff\xfe\x00")
    (here / "facts" / "BAD.yaml").write_text("- nothing\n", encoding="utf-8")
    (here / "more").mkdir()
    (here / "more" / "extra.thesis").write_text(RULES.replace("small", "extra"), encoding="utf-8")
    found = json.loads(call("list", "--library", "more", "--format", "json").out)
    rules = {r["name"]: r["title"] for r in found["rules"]}
    assert rules["broken"] == "cannot be read: see `thesis check`"
    assert rules["extra"] == "Small rules"
    companies = {c["ticker"]: (c["name"], c["facts"]) for c in found["companies"]}
    assert companies["BAD"] == ("cannot be read: see `thesis report`", 0)
    assert companies["ACME"] == ("Acme", 2)
    refused(call("list", "--library", "none"), 2, "this is not a folder")
