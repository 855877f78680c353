"""From names or objects to a run, or to what stands in the way: nothing is printed, nothing ends the process."""

from __future__ import annotations

import ast
import datetime as dt
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dsl.check.checker import Checked
from evaluator.session import service
from evaluator.session.reading import Failed
from evaluator.session.service import About, Asking, Evaluated, RulesText
from tests.paths import ROOT
from tests.support.command_line import FACTS, RULES, call, lay_small

DAY = dt.date(2026, 5, 14)
SPOKEN = Asking("WHO", "WHERE", "values", lambda name, value: f"SET {name} TO {value}")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with small.thesis and facts/ACME.yaml, where nothing may be written to the terminal."""
    monkeypatch.chdir(lay_small(tmp_path))
    return tmp_path


def evaluate(rules: service.Rules = "small", company: Any = "ACME", **more: Any) -> Evaluated | Failed:
    places = service.library_at(())
    assert not isinstance(places, Failed)
    return service.evaluate(rules, company, DAY, **{"places": places, "asking": SPOKEN, **more})


def made(found: Evaluated | Failed) -> Evaluated:
    assert isinstance(found, Evaluated), found
    return found


@pytest.mark.parametrize("rules", ["small", "small.thesis", Path("small.thesis"), RulesText(RULES)])
def test_rules_come_by_name_by_path_and_as_text(rules: service.Rules) -> None:
    assert made(evaluate(rules)).run.report() == made(evaluate()).run.report()


def test_objects_are_taken_as_they_are() -> None:
    first = made(evaluate())
    again = made(evaluate(first.checked, first.about))
    assert again.checked is first.checked
    assert again.about is first.about
    assert again.run.report() == first.run.report()


def test_the_run_is_the_one_of_the_command_line() -> None:
    from evaluator.render.as_json import render_json

    said = call("report", "small", "--for", "ACME", "--as-of", "2026-05-14", "--set", "margin=1%", "--format", "json")
    assert render_json(made(evaluate(settings=["margin=1%"])).run.report()) == said.out


WRONG: list[tuple[dict[str, Any], str, Sequence[str]]] = [
    ({"rules": "smal"}, "C002", ("there are no rules `smal`", "did you mean `small`?")),
    ({"rules": Path("none.thesis")}, "T001", ("there is no such file",)),
    ({"rules": Path("facts")}, "T001", ("this is a folder",)),
    ({"rules": RulesText("rules a\0")}, "T001", ("binary",)),
    ({"rules": RulesText("rules a \ud800")}, "T001", ("not UTF-8",)),
    ({"company": "ACMF"}, "C001", ("there are no facts about ACMF", "did you mean `ACME`?")),
    ({"company": "x"}, "C001", ("or name a file with WHERE",)),
    (
        {"company": "x", "facts": [Path("facts/ACME.yaml")]},
        "C004",
        ("about ACME, not x", "the right file with `WHERE`"),
    ),
    ({"company": "x", "facts": [Path("empty")]}, "C002", ("no facts about x in this folder", "leave `WHERE` out")),
    ({"facts": [Path("none.yaml")]}, "F001", ("there is no such file",)),
    ({"settings": ["growth"]}, "C005", ("`growth` does not say", "`SET cloud_growth TO 38%`")),
    ({"settings": ["growht=5%"]}, "T031", ("did you mean `growth`?",)),
    ({"settings": ["growth=5"]}, "T067", ("`growth` is a percent", "write it like `SET growth TO 38%`")),
]


@pytest.mark.parametrize(("given", "code", "words"), WRONG, ids=str)
def test_wrong_use_says_what_to_type_in_the_words_of_the_one_who_asks(
    given: dict[str, Any], code: str, words: Sequence[str], here: Path
) -> None:
    (here / "empty").mkdir()
    found = evaluate(**given)
    assert isinstance(found, Failed)
    assert found.wrong_use
    assert [d.code for d in found.diagnostics] == [code]
    said = f"{found.diagnostics[0].message}; {found.diagnostics[0].hint}"
    for word in words:
        assert word in said
    assert "--" not in said


def test_a_place_in_a_setting_is_named_as_the_one_who_asks_names_settings() -> None:
    found = evaluate(settings=["growth=5"])
    assert isinstance(found, Failed)
    assert str(found.diagnostics[0].span) == "values:1:8"


def test_rules_for_any_company_ask_for_one() -> None:
    found = evaluate(company=None)
    assert isinstance(found, Failed)
    assert (found.wrong_use, found.unsaid) == (True, True)
    assert (found.diagnostics[0].hint or "").startswith("say which with WHO (facts are there for ACME, ")


def test_findings_are_no_wrong_use(here: Path) -> None:
    broken = evaluate(RulesText(RULES + "metric x = nothing\n"))
    (here / "facts" / "ACME.yaml").write_text(FACTS.replace("12%", "12 percent"), encoding="utf-8")
    misspelt = evaluate()
    (here / "facts" / "ACME.yaml").write_text(FACTS.replace("growth:", "grwth:"), encoding="utf-8")
    unasked = evaluate()
    for found, code in ((broken, "T031"), (misspelt, "F021"), (unasked, "F020")):
        assert isinstance(found, Failed)
        assert code in {d.code for d in found.diagnostics}
        assert not found.wrong_use


def test_rules_with_errors_are_there_with_their_errors() -> None:
    places = service.library_at(())
    assert not isinstance(places, Failed)
    found = service.rules_at(RulesText("rules a\nmetric x = nothing\n"), places)
    assert isinstance(found, Checked)
    assert found.program is None
    assert service.without_errors(found) == Failed(found.diagnostics)


def test_a_folder_that_is_none_is_wrong_use() -> None:
    found = service.library_at([Path("small.thesis")])
    assert isinstance(found, Failed)
    assert found.wrong_use


def test_a_company_that_is_named_may_be_another_than_the_one_of_the_thesis(here: Path) -> None:
    thesis = RULES.replace('rules small "Small rules"', 'thesis small "Small rules" for OTHER')
    assert isinstance(evaluate(RulesText(thesis), None), Failed)
    assert made(evaluate(RulesText(thesis), "ACME")).about.company.ticker == "ACME"
    found = service.company_in([here / "facts" / "ACME.yaml"])
    assert isinstance(found, About)
    assert made(evaluate(RulesText(thesis), found)).run.company == found.company


def test_why_a_name_has_its_value() -> None:
    run = made(evaluate()).run
    tree = service.explained(run, "thin")
    assert not isinstance(tree, Failed)
    assert tree.state == "false"
    failed = service.explained(run, "thni")
    assert isinstance(failed, Failed)
    assert failed.wrong_use
    assert failed.diagnostics[0].hint == "did you mean `thin`?"


def test_nothing_is_said_and_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    for given, _, _ in WRONG:
        evaluate(**given)
    made(evaluate())
    assert (out.getvalue(), err.getvalue()) == ("", "")


@pytest.mark.parametrize("module", ["service", "whose_facts", "reading", "run", "places"])
def test_the_session_knows_no_terminal_and_no_clock(module: str) -> None:
    tree = ast.parse((ROOT / "evaluator" / "session" / f"{module}.py").read_text(encoding="utf-8"))
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    taken = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert not asked & {"today", "now", "stdout", "stderr"}
    assert not called & {"print", "exit", "SystemExit"}
    assert not taken & {"click", "sys", "time"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ([], ["growth=5%"]),
        (["growth=5%"], ["margin=1%"]),
        (["growth=5%"], ["growth=90%", "sales=2bn CNY"]),
        (["room=1pp"], ["room=unknown"]),
        (["growth=5%"], []),
    ],
)
def test_what_if_is_the_run_that_had_all_settings_from_the_start(first: list[str], then: list[str]) -> None:
    begun = made(evaluate(settings=first)).run
    found = service.what_if(begun, then, SPOKEN)
    names = {text.partition("=")[0] for text in then}
    both = [*(text for text in first if text.partition("=")[0] not in names), *then]
    whole = made(evaluate(settings=both)).run
    assert not isinstance(found, Failed)
    assert found.report() == whole.report()
    assert found.evaluation.values == whole.evaluation.values
    assert made(evaluate(settings=first)).run == begun, "the run asked is left as it was"


def test_what_if_refuses_what_evaluate_refuses() -> None:
    begun = made(evaluate()).run
    for settings in (["growth"], ["growht=5%"], ["growth=5"]):
        assert service.what_if(begun, settings, SPOKEN) == evaluate(settings=settings)
