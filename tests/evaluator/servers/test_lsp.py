"""The language server as an editor drives it: each method over the wire, by a process of its own."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from evaluator.servers.lsp.loop import REQUESTS
from tests.paths import ROOT
from tests.support.editing import SMALL
from tests.support.editor import Editor, Failed, applied_to, opened

Json = dict[str, Any]
FACTS = """name: Acme, an invented company
ticker: ACME
currency: USD
fiscal_year_ends: 12-31
facts:
  revenue:
    - {period: 2025-03-31, value: 100m, published: 2025-04-20, kind: reported, source: "Its release, invented"}
    - {period: 2026-03-31, value: 138m, published: 2026-04-20, kind: reported, source: "Its release, invented"}
"""
WHOLE = SMALL + 'metric more "More" = growth - strong\n# for ACME as of 2026-05-14\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    (folder / "facts").mkdir()
    (folder / "facts" / "ACME.yaml").write_text(FACTS, "utf-8")
    (folder / "base.thesis").write_text('rules base "Base"\nparam bar "The bar" = 10%\n', "utf-8")
    (folder / "user.thesis").write_text('thesis user "User"\n  for ACME\n  uses base\nmetric m "M" = bar\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def session(folder: Path) -> Iterator[tuple[Editor, str]]:
    with opened(folder, WHOLE) as (editor, address):
        editor.findings(address)
        editor.notification("workspace/inlayHint/refresh")  # the values have come
        yield editor, address


def about(address: str, **more: object) -> Json:
    return {"textDocument": {"uri": address}, **more}


EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}


def test_hover_shows_the_value_with_its_source_and_day(session: tuple[Editor, str]) -> None:
    editor, address = session
    shown = editor.ask("textDocument/hover", editor.at(address, "growth > strong"))
    assert "**38%**" in shown["contents"]["value"]
    assert "quarter to 2026-03-31" in shown["contents"]["value"]
    assert "ACME as of 2026-05-14" in shown["contents"]["value"]
    shown = editor.ask("textDocument/hover", editor.at(address, 'revenue "Rev'))
    assert "Its release, invented, known on 2026-04-20" in shown["contents"]["value"]
    assert "100m USD → unknown → unknown → unknown → 138m USD" in shown["contents"]["value"]


def test_hints_show_types_values_truths_and_margins(session: tuple[Editor, str]) -> None:
    editor, address = session
    labels = [h["label"] for h in editor.ask("textDocument/inlayHint", about(address, range=EVERYTHING))]
    assert ": percent per quarter" in labels
    assert "= 38%" in labels
    assert "✓ 38% (+18pp)" in labels
    assert "= Buy" in labels


def test_completion_and_what_is_offered_is_described(session: tuple[Editor, str]) -> None:
    editor, address = session
    found = editor.ask("textDocument/completion", editor.at(address, "growth > 25%", 3))
    item = next(i for i in found["items"] if i["label"] == "growth")
    assert item["textEdit"]["newText"] == "growth"
    resolved = editor.ask("completionItem/resolve", item)
    assert "**Growth**" in resolved["documentation"]["value"]
    function = next(i for i in found["items"] if i["label"] == "ttm")
    assert (function["textEdit"]["newText"], function["insertTextFormat"]) == ("ttm($1)$0", 2)
    assert "trailing year" in editor.ask("completionItem/resolve", function)["documentation"]["value"]
    days = editor.ask("textDocument/completion", editor.at(address, "by 2027", 3))["items"]
    assert days[0]["label"] == "2026-06-30"  # the first end of a quarter after the day of the values


def test_an_editor_without_snippets_gets_plain_words(folder: Path) -> None:
    with opened(folder, SMALL + "metric m = ", "plain.thesis", capabilities={}) as (editor, address):
        found = editor.ask("textDocument/completion", editor.at(address, "metric m = ", 11))
        assert all("$" not in i["textEdit"]["newText"] for i in found["items"])
        assert not [i for i in found["items"] if "insertTextFormat" in i]


def test_tickers_are_offered_behind_for(folder: Path) -> None:
    with opened(folder, 'thesis t "T"\n  for ', "tickers.thesis") as (editor, address):
        editor.findings(address)
        offered: set[str] = set()
        for _ in range(200):  # which companies there are is looked up in another process
            found = editor.ask("textDocument/completion", editor.at(address, "for ", 4))
            offered = {i["label"] for i in found["items"]}
            if offered:
                break
            time.sleep(0.1)
        assert "ACME" in offered


def test_signatures(session: tuple[Editor, str]) -> None:
    editor, address = session
    found = editor.ask("textDocument/signatureHelp", editor.at(address, "yoy(revenue)", 5))
    assert found["signatures"][0]["label"] == "yoy(series)"
    assert found["activeParameter"] == 0
    start, end = found["signatures"][0]["parameters"][0]["label"]
    assert "yoy(series)"[start:end] == "series"


def test_places(session: tuple[Editor, str]) -> None:
    editor, address = session
    at = editor.at(address, "growth > strong")
    for method in ("definition", "declaration"):
        (found,) = editor.ask(f"textDocument/{method}", at)
        assert (found["uri"], found["range"]["start"]) == (address, {"line": 7, "character": 7})
    (kind,) = editor.ask("textDocument/typeDefinition", at)
    assert kind["range"]["start"]["line"] == 2
    places = editor.ask("textDocument/references", {**at, "context": {"includeDeclaration": True}})
    assert len(places) == 6
    assert len(editor.ask("textDocument/references", {**at, "context": {"includeDeclaration": False}})) == 5
    marked = editor.ask("textDocument/documentHighlight", at)
    assert sorted(each["kind"] for each in marked) == [2, 2, 2, 2, 2, 3]
    linked = editor.ask("textDocument/linkedEditingRange", editor.at(address, 'growth "Growth"'))
    assert len(linked["ranges"]) == 6


def test_links_and_definitions_lead_to_modules(folder: Path) -> None:
    text = (folder / "user.thesis").read_text("utf-8")
    with opened(folder, text, "user.thesis") as (editor, address):
        (link,) = editor.ask("textDocument/documentLink", about(address))
        assert link["target"].endswith("/base.thesis")
        (found,) = editor.ask("textDocument/definition", editor.at(address, "bar"))
        assert found["uri"].endswith("/base.thesis")


def test_the_shape_of_a_file(session: tuple[Editor, str]) -> None:
    editor, address = session
    symbols = editor.ask("textDocument/documentSymbol", about(address))
    table = next(s for s in symbols if s["name"] == "call")
    assert [row["name"] for row in table["children"]] == ["Buy", "Wait"]
    folds = editor.ask("textDocument/foldingRange", about(address))
    assert {"startLine": 0, "endLine": 1, "kind": "region"} in folds
    place = editor.at(address, "growth > strong")["position"]
    (grown,) = editor.ask("textDocument/selectionRange", about(address, positions=[place]))
    widths = []
    while grown:
        widths.append(grown["range"])
        grown = grown.get("parent")
    assert widths[0] == editor.place(address, WHOLE.index("growth > strong"), WHOLE.index("growth > strong") + 6)
    assert len(widths) >= 4
    names = {s["name"] for s in editor.ask("workspace/symbol", {"query": "ba"})}
    assert {"base", "bar"} <= names


def test_colours_cover_words_and_a_part_is_a_part_of_the_whole(session: tuple[Editor, str]) -> None:
    editor, address = session
    legend = editor.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
    lines = WHOLE.split("\n")

    def words(params: Json, method: str, only: range) -> list[tuple[str, str, int]]:
        data = editor.ask(f"textDocument/semanticTokens/{method}", params)["data"]
        found, line, at = [], 0, 0
        for n in range(0, len(data), 5):
            step, right, width, kind, declares = data[n : n + 5]
            line, at = line + step, right + (at if step == 0 else 0)
            if line in only:
                found.append((lines[line][at : at + width], legend[kind], declares))
        return found

    every = words(about(address), "full", range(99))
    assert ("revenue", "variable", 1) in every
    assert ("yoy", "function", 0) in every
    assert ("# for ACME as of 2026-05-14", "comment", 0) in every
    where = {"start": {"line": 7, "character": 9}, "end": {"line": 9, "character": 0}}
    some = words(about(address, range=where), "range", range(99))
    assert some[0] == ("metric", "keyword", 0)  # whole lines
    assert some == words(about(address), "full", range(7, 9))


def test_lenses_and_their_commands(session: tuple[Editor, str]) -> None:
    editor, address = session
    titles = [lens["command"]["title"] for lens in editor.ask("textDocument/codeLens", about(address))]
    assert "Buy: what would change it?" in titles
    assert titles[0] == "Values: ACME as of 2026-05-14"
    report = next(
        x for x in editor.ask("textDocument/codeLens", about(address)) if x["command"]["title"] == "Show the report"
    )
    found = editor.ask("workspace/executeCommand", {k: report["command"][k] for k in ("command", "arguments")})
    assert found["text"].startswith("# Small")
    asked = editor.notification("window/showDocument")
    assert Path(found["file"]).read_text("utf-8") == found["text"]
    assert asked["uri"].endswith(".md")
    Path(found["file"]).unlink()


@pytest.mark.parametrize(
    ("command", "name", "part"),
    [("thesis.explain", "call", "demand is supported"), ("thesis.flip", "call", "What would change it")],
)
def test_commands_answer_with_their_text(folder: Path, command: str, name: str, part: str) -> None:
    with opened(folder, WHOLE, options={"showsText": True}) as (editor, address):
        found = editor.ask("workspace/executeCommand", {"command": command, "arguments": [address, name]})
        assert part in found["text"]
        assert "file" not in found


def test_an_example_is_run_alone(folder: Path) -> None:
    text = SMALL + 'example "it grows"\n  given growth = 30%\n  expect grows is true\nexample "it does not"\n'
    text += "  given growth = 30%\n  expect grows is false\n"
    with opened(folder, text, options={"showsText": True}) as (editor, address):
        run = {"command": "thesis.test", "arguments": [address, "it grows"]}
        assert editor.ask("workspace/executeCommand", run)["text"].startswith("```text\n1 passed, 0 failed")
        run = {"command": "thesis.test", "arguments": [address]}
        assert "1 passed, 1 failed" in editor.ask("workspace/executeCommand", run)["text"]


def test_the_graph_as_a_hierarchy_of_calls(session: tuple[Editor, str]) -> None:
    editor, address = session
    (item,) = editor.ask("textDocument/prepareCallHierarchy", editor.at(address, 'growth "Growth"'))
    users = editor.ask("callHierarchy/incomingCalls", {"item": item})
    assert {each["from"]["name"] for each in users} == {"grows", "stops", "results", "more"}
    assert all(each["fromRanges"] for each in users)
    (needed,) = editor.ask("callHierarchy/outgoingCalls", {"item": item})
    assert needed["to"]["name"] == "revenue"


def test_layout(folder: Path) -> None:
    text = SMALL.replace("metric growth", "metric   growth").replace("\n", "\r\n")
    with opened(folder, text, "wide.thesis") as (editor, address):
        edits = editor.ask("textDocument/formatting", about(address, options={"tabSize": 2, "insertSpaces": True}))
        made = editor.applied(address, edits)
        assert "metric growth" in made
        assert "\n" not in made.replace("\r\n", "")
        line = text.split("\r\n").index('metric   growth "Growth" = yoy(revenue)')
        where = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
        some = editor.ask("textDocument/rangeFormatting", about(address, range=where, options={}))
        assert all(e["range"]["end"]["line"] <= 1 for e in some)
        assert line > 1


def test_layout_when_a_line_is_begun(folder: Path) -> None:
    with opened(folder, SMALL.replace("metric growth", "metric   growth"), "typed.thesis") as (editor, address):
        editor.replace(address, "\npillar", "\n\npillar")
        at = {"position": {"line": 8, "character": 0}, "ch": "\n", "options": {}}
        (edit,) = editor.ask("textDocument/onTypeFormatting", about(address, **at))
        assert edit["newText"] == 'metric growth "Growth" = yoy(revenue)'
        assert editor.ask("textDocument/onTypeFormatting", about(address, **at | {"ch": "}"})) == []


def test_examples_and_facts_that_are_missing_are_added(folder: Path) -> None:
    can = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
    text = SMALL + 'example "it grows"\n  given growth = 30%\n  expect grows is true\n'
    with opened(folder, text, "missing.thesis", capabilities=can, options={"values": False}) as (editor, address):

        def offered(place: str, start: str) -> Json:
            where = {"start": editor.at(address, place)["position"], "end": editor.at(address, place)["position"]}
            asked = about(address, range=where, context={"diagnostics": []})
            return next((a for a in editor.ask("textDocument/codeAction", asked) if a["title"].startswith(start)), {})

        command = offered("bull grows", "Add examples")["command"]
        editor.ask("workspace/executeCommand", {k: command[k] for k in ("command", "arguments")})
        (change,) = editor.notification("workspace/applyEdit")["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": address, "version": 1}
        after = editor.applied(address, change["edits"])
        assert after.startswith(text)
        assert "expect grows is false" in after
        stub = offered("input stage", "Add `stage` to ACME.yaml")["edit"]["changes"]
        ((path, edits),) = stub.items()
        assert path.endswith("/facts/ACME.yaml")
        assert applied_to(FACTS, edits).startswith(f"{FACTS}  stage:\n    # - {{period: 2026-03-31, value: ,")
        assert offered("input revenue", "Add `revenue`") == {}  # it is there
        assert editor.ask("workspace/executeCommand", {"command": "thesis.coverage", "arguments": [address]})["text"]


def test_rename_over_open_files_files_on_disk_and_facts(folder: Path) -> None:
    with opened(folder, SMALL, "rules.thesis") as (editor, address):
        at = editor.at(address, 'revenue "Rev')
        assert editor.ask("textDocument/prepareRename", at)["placeholder"] == "revenue"
        changes = editor.ask("textDocument/rename", {**at, "newName": "sales"})["changes"]
        by_name = {key.rpartition("/")[2]: edits for key, edits in changes.items()}
        assert set(by_name) == {"rules.thesis", "ACME.yaml"}
        after = editor.applied(address, by_name["rules.thesis"])
        assert 'input sales "Revenue"' in after
        assert "yoy(sales)" in after
        assert not parse(SourceFile("x", after)).diagnostics
        assert "  sales:\n" in applied_to(FACTS, by_name["ACME.yaml"])
        other = editor.open(folder / "base.thesis", 'rules base "Base"\nparam bar "The bar" = 10%\n')
        changes = editor.ask("textDocument/rename", {**editor.at(other, "bar"), "newName": "hurdle"})["changes"]
        assert {key.rpartition("/")[2] for key in changes} == {"base.thesis", "user.thesis"}


def test_a_name_that_cannot_be_taken_is_refused_with_a_reason(session: tuple[Editor, str]) -> None:
    editor, address = session
    at = editor.at(address, "growth > strong")
    for name, reason in (("strong", "already"), ("when", "word of the language"), ("1x", "no name")):
        with pytest.raises(Failed, match=reason) as refused:
            editor.ask("textDocument/rename", {**at, "newName": name})
        assert refused.value.code == -32803


def test_code_actions(folder: Path) -> None:
    with opened(folder, SMALL.replace("growth > 25%", "growth > 25"), "mends.thesis") as (editor, address):
        (error,) = [d for d in editor.findings(address) if d["severity"] == 1]
        found = editor.ask("textDocument/codeAction", about(address, range=error["range"], context={"diagnostics": []}))
        mend = next(a for a in found if a["kind"] == "quickfix")
        assert mend["isPreferred"]
        assert mend["diagnostics"][0]["code"] == "T071"
        assert "growth > 25%" in editor.applied(address, mend["edit"]["changes"][address])
        context = {"diagnostics": [], "only": ["source.fixAll"]}
        (every,) = editor.ask("textDocument/codeAction", about(address, range=EVERYTHING, context=context))
        assert every["kind"] == "source.fixAll"
        editor.replace(address, "growth > 25", "growth > 25%")
        assert all(d["severity"] == 2 for d in editor.findings(address))


def test_findings_are_pushed_and_can_be_pulled(folder: Path) -> None:
    with opened(folder, SMALL.replace("yoy(revenue)", "yoy(revenu)"), "pull.thesis", options={"pull": True}) as found:
        editor, address = found
        assert editor.capabilities["diagnosticProvider"]["interFileDependencies"]
        pushed = editor.findings(address)
        assert {d["code"] for d in pushed if d["severity"] == 1} == {"T031"}
        pulled = editor.ask("textDocument/diagnostic", about(address))
        assert pulled["items"] == pushed
        again = editor.ask("textDocument/diagnostic", about(address, previousResultId=pulled["resultId"]))
        assert again["kind"] == "unchanged"


def test_every_method_is_driven_here() -> None:
    """A method that no test of this file asks for would be one that nobody has seen work."""
    said = Path(__file__).read_text("utf-8")
    for method in REQUESTS:
        name = method.rpartition("/")[2]
        assert f"{name}" in said, method


# --- facts files -------------------------------------------------------------------------------------------------


def test_facts_files(folder: Path) -> None:
    with Editor(folder) as editor:
        editor.open(folder / "rules.thesis", SMALL)
        path = folder / "facts" / "ACME.yaml"
        address = editor.open(path, FACTS, "yaml")
        assert editor.notification("textDocument/publishDiagnostics", uri=address, version=1) is not None
        shown = editor.ask("textDocument/hover", editor.at(address, "revenue:"))
        assert "input revenue : money per quarter" in shown["contents"]["value"]
        assert "`growth`" in shown["contents"]["value"]
        (found,) = editor.ask("textDocument/definition", editor.at(address, "revenue:"))
        assert found["uri"].endswith("rules.thesis")
        kinds = editor.ask("textDocument/completion", editor.at(address, "kind: reported", 6))["items"]
        assert [k["label"] for k in kinds] == ["reported", "derived", "guidance", "claim", "estimate"]
        periods = editor.ask("textDocument/completion", editor.at(address, "period: 2025", 8))["items"]
        assert [k["label"] for k in periods] == ["2027-03-31", "2026-03-31", "2025-03-31"]
        editor.replace(address, "kind: reported", "kind: rumour")
        (wrong,) = editor.findings(address)
        assert wrong["code"].startswith("F")
        assert "rumour" in wrong["message"]
        text = editor.texts[address].text
        editor.replace(address, text[-1:], "\n  \n")
        names = editor.ask("textDocument/completion", {**about(address), "position": {"line": 8, "character": 2}})
        assert {"revenue", "stage", "routes"} <= {i["label"] for i in names["items"]}


# --- laws of the house -------------------------------------------------------------------------------------------


def test_servers_import_no_checker_and_no_engine() -> None:
    """What a server knows of rules it knows through `dsl/ide`; what it knows of facts another process tells it."""
    allowed = (
        "dsl.ide",
        "dsl.types.days",
        "dsl.text",
        "dsl.workspace.workspace",
        "evaluator.editing",
        "evaluator.session",
        "evaluator.servers",
    )
    for path in (ROOT / "evaluator" / "servers" / "lsp").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in (
                "dsl",
                "evaluator",
                "thesis",
            ):
                assert (node.module or "").startswith(allowed), f"{path.name} imports {node.module}"
