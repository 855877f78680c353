"""Whatever is asked for wrongly: a ThesisError with a text that says what to do; never an exit, never a bare KeyError."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import thesis
from tests.support.command_line import FACTS, RULES
from thesis import ThesisError, UnknownNameError
from thesis.errors import MAX_SHOWN

DAY = "2026-05-14"


def evaluate(rules: Any = "small", company: Any = "ACME", as_of: Any = DAY, **more: Any) -> thesis.Run:
    return thesis.evaluate(rules, company, as_of=as_of, **more)


def compare(companies: Any, **more: Any) -> thesis.Comparison:
    return thesis.compare("small", companies, **{"as_of": DAY, **more})


WRONG: list[tuple[Callable[[], Any], tuple[str, ...]]] = [
    # names that are not there
    (lambda: evaluate()["grwth"], ("there is no name `grwth` in these rules", "did you mean `growth`?")),
    (lambda: evaluate()[3], ("there is no name `3` in these rules",)),
    (lambda: evaluate().verdicts["cal"], ("there is no verdict `cal`", "did you mean `call`?")),
    (lambda: evaluate().pillars["x"], ("there is no pillar `x`", "there are demand")),
    (lambda: evaluate().kills["x"], ("there is no kill `x`", "there are none")),
    (lambda: evaluate().conditions[["a"]], ("there is no condition `['a']`",)),
    (lambda: evaluate().explain("grwth"), ("there is no name `grwth`", "did you mean `growth`?")),
    (lambda: evaluate("kinds", "KIND")["growth"].series["2026-03-30"], ("there is no period `2026-03-30`",)),
    (lambda: evaluate("kinds", "KIND")["growth"].series[3], ("there is no period `3`",)),
    (lambda: thesis.facts("facts/ACME.yaml").of("grwth"), ("there is no fact of `grwth`", "did you mean `growth`?")),
    # rules
    (lambda: evaluate("smal"), ("there are no rules `smal`", "did you mean `small`?")),
    (lambda: evaluate("none.thesis"), ("none.thesis", "there is no such file")),
    (lambda: evaluate(Path("facts")), ("this is a folder",)),
    (lambda: evaluate(RULES + "metric x = nothing\n"), ("there is no `nothing`", "<text>:16:12")),
    (lambda: evaluate("rules a\n\0"), ("binary",)),
    (lambda: evaluate("rules a \ud800"), ("not UTF-8",)),
    (lambda: evaluate(""), ("no rules are named",)),
    (lambda: evaluate("  "), ("no rules are named",)),
    (lambda: evaluate(None), ("rules are given as None",)),
    (lambda: evaluate(3), ("rules are given as an int", "give a name, a path")),
    (lambda: evaluate(b"rules a"), ("rules are given as a bytes",)),
    (lambda: evaluate(["small"]), ("rules are given as a list",)),
    (lambda: evaluate("a" * 100_000), ("there are no rules",)),
    (lambda: thesis.check("smal"), ("did you mean `small`?",)),
    (lambda: thesis.load("rules a\nmetric x = nothing"), ("there is no `nothing`",)),
    # companies
    (lambda: evaluate(company="ACMF"), ("there are no facts about ACMF", "did you mean `ACME`?")),
    (lambda: evaluate(company="acmf"), ("did you mean `ACME`?",)),
    (lambda: evaluate(company="ZZZZ"), ("there are facts for ACME", "name a file with facts=")),
    (lambda: evaluate(company=None), ("these rules are for any company", 'company="TICKER"')),
    (lambda: evaluate(company=""), ("no company is named",)),
    (lambda: evaluate(company="../../etc/passwd"), ("error[F",)),
    (lambda: evaluate(company="none.yaml"), ("none.yaml", "there is no such file")),
    (lambda: evaluate(company=Path("none.csv")), ("there is no such file",)),
    (lambda: evaluate(company="empty/"), ("empty", "there are no facts in this folder", "name a folder with facts files")),
    (lambda: evaluate(company=[]), ("no facts file is named",)),
    (lambda: evaluate(company=[3]), ("`company` is a list",)),
    (lambda: evaluate(company=3), ("a company is given as an int",)),
    (lambda: evaluate(company={"ACME": 1}), ("a company is given as a dict",)),
    (lambda: evaluate(company=pl.DataFrame({"facts/ACME.yaml": [1]})), ("a company is given as a DataFrame",)),
    (lambda: evaluate(company={"facts/ACME.yaml"}), ("a company is given as a set",)),
    (lambda: evaluate(company=b"ACME"), ("`company` is a bytes",)),
    (lambda: evaluate(io.StringIO("rules a")), ("rules are given as a StringIO",)),
    (lambda: evaluate(company=" ACME"), ("did you mean `ACME`?",)),
    (lambda: evaluate(company="KIND", facts="facts/ACME.yaml"), ("about ACME, not KIND", "with `facts=`")),
    (lambda: evaluate(company="facts/ACME.yaml", facts="facts"), ("facts are given twice",)),
    (lambda: evaluate(facts=3), ("`facts` is an int",)),
    (lambda: evaluate(library="small.thesis"), ("this is not a folder",)),
    (lambda: evaluate(library=3), ("`library` is an int",)),
    (lambda: evaluate(company="facts/ODD.yaml"), ("no rule asks for a fact `grwth`", "did you mean `growth`?")),
    (lambda: thesis.facts("ACMF"), ("there are no facts about ACMF",)),
    (lambda: thesis.facts(""), ("no company is named",)),
    (lambda: thesis.facts("facts/BAD.yaml"), ("YUAN is not a currency",)),
    (lambda: thesis.facts("facts/ACME.yaml", ticker="KIND"), ("about ACME, not KIND",)),
    (lambda: thesis.facts("ACME", ticker="KIND"), ("`ACME` and `KIND` are two companies",)),
    (lambda: thesis.facts(["facts/ACME.yaml", "facts/KIND.yaml"]), ("`name` is", "in another file of the same company")),
    (lambda: thesis.load("metric x = nothing"), ("there is no `nothing`",)),
    (lambda: thesis.facts("facts/ACME.yaml", as_of="soon"), ("`soon` is not a day",)),
    # days
    (lambda: evaluate(as_of="2026-02-30"), ("there is no day 2026-02-30 in the calendar",)),
    (lambda: evaluate(as_of="14.05.2026"), ("`14.05.2026` is not a day", "YYYY-MM-DD")),
    (lambda: evaluate(as_of="20260514"), ("`20260514` is not a day",)),
    (lambda: evaluate(as_of="2026-05-14T00:00"), ("is not a day",)),
    (lambda: evaluate(as_of="٢٠٢٦-٠٥-١٤"), ("is not a day",)),
    (lambda: evaluate(as_of=20260514), ("`as_of` is an int",)),
    (lambda: evaluate(as_of=dt.time(12)), ("`as_of` is a time",)),
    # side by side, proofs, files
    (lambda: compare("ACME"), ("the companies are a str, not a list",)),
    (lambda: compare({"ACME"}), ("the companies are a set",)),
    (lambda: compare(3), ("the companies are an int",)),
    (lambda: compare([]), ("no company is named",)),
    (lambda: compare(["ACME", "ACME"]), ("ACME is named twice",)),
    (lambda: compare(["ACME"], sort="scor"), ("cannot be sorted by `scor`", "did you mean `score`?")),
    (lambda: compare({"ACME": "smal"}), ("there are no rules `smal`",)),
    (lambda: compare(thesis.facts("facts/ACME.yaml")), ("the companies are a Company",)),
    (lambda: thesis.prove("small", budget=0), ("`budget` is 0",)),
    (lambda: thesis.prove("small", budget="5"), ("`budget` is '5'",)),
    (lambda: evaluate().report().save("r.odt"), ("ends in `.odt`", ".html, .htm, .md")),
    (lambda: evaluate().report().save("r"), ("has no ending",)),
    (lambda: evaluate().report().save("nowhere/r.html"), ("there is no folder nowhere",)),
    (lambda: evaluate().report().save("facts.html/"), ("error[C002]",)),
    (lambda: evaluate().report().save(3), ("not by an int",)),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "words"), WRONG, ids=range(len(WRONG)))
def test_it_says_what_to_do(ask: Callable[[], Any], words: tuple[str, ...], here: Path) -> None:
    (here / "empty").mkdir()
    (here / "facts.html").mkdir()
    (here / "facts" / "BAD.yaml").write_text(FACTS.replace("CNY", "YUAN").replace("ACME", "BAD"), encoding="utf-8")
    (here / "facts" / "ODD.yaml").write_text(
        FACTS.replace("growth:", "grwth:").replace("ACME", "ODD"), encoding="utf-8"
    )
    before = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    with pytest.raises(ThesisError) as refused:
        ask()
    text = str(refused.value)
    for word in words:
        assert word in text
    assert refused.value.diagnostics
    assert all(d.code and d.is_error for d in refused.value.diagnostics)
    assert len(repr(refused.value)) <= 110
    assert not any(flag in text for flag in ("--set", "--for", "--facts", "--as-of", "Traceback"))
    assert refused.value._render_traceback_() == [f"{type(refused.value).__name__}: {text}"]
    assert {p: p.read_bytes() for p in here.rglob("*") if p.is_file()} == before
    back = pickle.loads(pickle.dumps(refused.value))
    assert (type(back), str(back), back.diagnostics) == (type(refused.value), text, refused.value.diagnostics)


def test_an_unknown_name_is_a_key_error_too_so_that_mappings_work() -> None:
    found = evaluate()
    assert found.verdicts.get("nope") is None
    assert "nope" not in found.verdicts
    with pytest.raises(UnknownNameError, match="there is no verdict `nope`"):
        found.verdicts["nope"]
    assert issubclass(UnknownNameError, KeyError)


def test_a_company_without_facts_is_evaluated_and_all_is_unknown(here: Path) -> None:
    (here / "facts" / "NONE.yaml").write_text(FACTS.partition("facts:")[0] + "facts: {}\n", encoding="utf-8")
    found = evaluate(company="facts/NONE.yaml")
    assert not found["growth"].value.known
    assert [str(r) for r in found["growth"].value.reasons] == ["Growth by 2026-05-14: no figure is known"]
    assert (found.verdicts["call"].outcome, found.verdicts["call"].outcomes) == (None, ("Buy", "Wait"))
    assert not thesis.facts("facts/NONE.yaml").facts
    assert thesis.facts("facts/NONE.yaml")


def test_an_error_has_every_finding_and_shows_some_of_them() -> None:
    text = "rules a\n" + "".join(f"metric x{n} = nothing{n}\n" for n in range(300))
    with pytest.raises(ThesisError) as refused:
        thesis.load(text)
    assert len(refused.value.diagnostics) == 300
    assert str(refused.value).count("error[") == MAX_SHOWN
    assert str(refused.value).endswith("… and 280 more")


def test_a_finding_has_its_place() -> None:
    first = thesis.check("rules a\nmetric x = nothing\n").diagnostics[0]
    assert (first.code, first.severity, first.file) == ("T031", "error", "<text>")
    assert (first.line, first.column, first.end_line, first.end_column) == (2, 12, 2, 19)
    assert first.message == "there is no `nothing`"
    assert str(first) == first.text
    assert "2 | metric x = nothing" in first.text
    with pytest.raises(ThesisError) as refused:
        thesis.load("smal")
    assert refused.value.diagnostics[0].line is None
    assert refused.value.diagnostics[0].hint == "did you mean `small`?"


def test_rules_with_errors_are_there_to_be_looked_at() -> None:
    found = thesis.check("rules a\nmetric x = nothing\n")
    assert (found.ok, found.fingerprint, found.name) == (False, None, "a")
    assert thesis.check(found) is found
    with pytest.raises(ThesisError, match="there is no `nothing`"):
        thesis.load(found)
    with pytest.raises(ThesisError, match="there is no `nothing`"):
        evaluate(found)
    nothing = thesis.check("\n")
    assert (nothing.ok, nothing.name, nothing.title) == (False, "", "")


def test_what_steers_a_terminal_is_shown_as_its_picture(here: Path) -> None:
    (here / "odd.thesis").write_text('rules odd "\x1b[31mred"\nmetric x = y\n', encoding="utf-8")
    found = thesis.check("odd.thesis")
    assert not found.ok
    shown = (
        "".join(f"{d} {d!r} {d.message} {d._repr_html_()}" for d in found.diagnostics)
        + found._repr_html_()
        + repr(found)
    )
    assert "\x1b" not in shown


def test_without_z3_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluator.session.service.find_spec", lambda name: None)
    with pytest.raises(ThesisError, match="proofs need the package z3-solver"):
        thesis.prove("small")


def test_a_script_ends_with_the_text(here: Path) -> None:
    """Nothing in a script ends the process by itself: what is not caught is an error of Python's, with that text."""
    (here / "script.py").write_text("import thesis\nthesis.evaluate('smal')\n", encoding="utf-8")
    with pytest.raises(ThesisError, match="did you mean `small`"):
        runpy.run_path("script.py")


WITH_MISTAKES = """rules mine "My rules"
input assets "Assets" : money per quarter balance
input growth "Growth" : percent per quarter
kill a "A" when average(assets, 2) < 0
kill b "B" when growth < 0.5
"""


def test_a_finding_has_its_fixes_as_edits() -> None:
    found = thesis.check(WITH_MISTAKES)
    average, bare = found.diagnostics
    [fix] = average.fixes
    [edit] = fix.edits
    assert fix.sure
    assert WITH_MISTAKES[edit.start : edit.end] == "2"
    assert (edit.line, edit.column, edit.end_line, edit.end_column) == (4, 33, 4, 34)
    assert edit.text == "2 quarters"
    assert [(each.title, each.sure) for each in bare.fixes] == [("write `50%`", False), ("write `0.5%`", False)]
    mended = bare.fixes[0].applied(fix.applied(found.text))  # the second stands behind the first
    assert "average(assets, 2 quarters)" in mended


def test_every_way_of_a_finding_mends_it() -> None:
    found = thesis.check(WITH_MISTAKES)
    for diagnostic in found.diagnostics:
        for fix in diagnostic.fixes:
            after = thesis.check(fix.applied(found.text))
            assert len(after.diagnostics) == len(found.diagnostics) - 1


def test_a_fix_of_another_text_is_refused() -> None:
    [fix] = thesis.check(WITH_MISTAKES).diagnostics[0].fixes
    with pytest.raises(ValueError, match="another text"):
        fix.applied("rules mine")
    with pytest.raises(ValueError, match="several files"):
        thesis.Fix("x", True, (fix.edits[0], replace(fix.edits[0], file="other.thesis"))).applied(WITH_MISTAKES)
