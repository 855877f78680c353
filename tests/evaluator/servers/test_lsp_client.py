"""The language server as a client that nobody of us wrote understands it: pytest-lsp asks for each method once, and reads each
answer by the protocol's own types, so that a field of another form fails here though our own client would pass over it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from evaluator.servers.lsp.loop import REQUESTS
from tests.paths import ROOT
from tests.support.editing import SMALL
from tests.support.editor import TIMEOUT

pytest_lsp = pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed (it comes with the extra `dev`)")
from lsprotocol import converters, types  # noqa: E402 (they come with pytest-lsp)

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
BASE = 'rules base "Base"\nparam bar "The bar" = 10%\n'
TEXT = SMALL.replace("for ACME\n", "for ACME\n  uses base\n").replace("growth > 25%", "growth > 25")
TEXT = (
    TEXT.replace("metric growth", "metric   growth").replace("\npillar", "\n\npillar") + "# for ACME as of 2026-05-14\n"
)
CONVERTER = converters.get_converter()
COMMAND = [sys.executable, "-P", "-c", "from evaluator.entry.start import main; main()", "lsp"]


@pytest_lsp.fixture(
    config=pytest_lsp.ClientServerConfig(server_command=COMMAND, server_env={"PYTHONPATH": str(ROOT)}), scope="module"
)
async def client(
    lsp_client: pytest_lsp.LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    folder = tmp_path_factory.mktemp("work")
    (folder / "facts").mkdir()
    (folder / "facts" / "ACME.yaml").write_text(FACTS, "utf-8")
    (folder / "base.thesis").write_text(BASE, "utf-8")
    path = folder / "rules.thesis"
    path.write_text(TEXT, "utf-8")
    lsp_client.address = path.as_uri()  # type: ignore[attr-defined]
    begun = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=pytest_lsp.client_capabilities("visual-studio-code"),
            workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="work")],
            initialization_options={"showsText": True, "pull": True},
        )
    )
    assert begun.server_info is not None
    assert begun.server_info.name == "thesis"
    item = types.TextDocumentItem(uri=path.as_uri(), language_id="thesis", version=1, text=TEXT)
    lsp_client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    await lsp_client.wait_for_notification("textDocument/publishDiagnostics")
    yield
    if lsp_client.error is None:
        await lsp_client.shutdown_session()


def place(text: str, into: int = 0) -> Json:
    """So many characters into the first place of a text."""
    at = TEXT.index(text) + into
    before = TEXT[:at]
    return {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}


def at(text: str, into: int = 1, **more: object) -> Json:
    return {"position": place(text, into), **more}


def over(text: str) -> Json:
    return {"start": place(text), "end": place(text, len(text))}


EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
LAYOUT = {"options": {"tabSize": 2, "insertSpaces": True}}
ASKED: dict[str, tuple[Json, Callable[[Any], bool] | str]] = {
    "textDocument/completion": (at("growth > strong", 3), "percent per quarter: Growth"),
    "textDocument/hover": (at("growth > strong"), "**Growth**"),
    "textDocument/signatureHelp": (at("yoy(revenue)", 4), "yoy(series)"),
    "textDocument/definition": (at("growth > strong"), '"line": 8'),
    "textDocument/declaration": (at("growth > strong"), '"line": 8'),
    "textDocument/typeDefinition": (at("growth > strong"), '"line": 3'),
    "textDocument/references": (at("growth > strong", context={"includeDeclaration": True}), lambda a: len(a) == 5),
    "textDocument/documentHighlight": (at("growth > strong"), lambda a: len(a) == 5),
    "textDocument/linkedEditingRange": (at('growth "Growth"'), lambda a: len(a["ranges"]) == 5),
    "textDocument/documentLink": ({}, "base.thesis"),
    "textDocument/documentSymbol": ({}, '"name": "Buy"'),
    "workspace/symbol": ({"query": "ba"}, '"name": "bar"'),
    "textDocument/foldingRange": ({}, '"startLine": 0'),
    "textDocument/selectionRange": ({"positions": [place("growth > strong")]}, '"parent"'),
    "textDocument/semanticTokens/full": ({}, lambda a: len(a["data"]) > 100),
    "textDocument/semanticTokens/range": ({"range": over("metric   growth")}, lambda a: 0 < len(a["data"]) < 60),
    "textDocument/inlayHint": ({"range": EVERYTHING}, ": percent per quarter"),
    "textDocument/codeLens": ({}, "What would change it"),
    "textDocument/diagnostic": ({}, "T071"),
    "textDocument/prepareRename": (at('growth "Growth"'), '"placeholder": "growth"'),
    "textDocument/rename": (at('growth "Growth"', newName="rise"), '"newText": "rise"'),
    "textDocument/formatting": (LAYOUT, "metric growth"),
    "textDocument/rangeFormatting": (LAYOUT | {"range": over("metric   growth")}, "metric growth"),
    "textDocument/onTypeFormatting": (LAYOUT | {"position": {"line": 9, "character": 0}, "ch": "\n"}, "metric growth"),
    "textDocument/codeAction": ({"range": over("25\n"), "context": {"diagnostics": []}}, '"newText": "25%"'),
}
"""What is asked, and what the answer says or is."""
IN_TURN = {
    "completionItem/resolve", "textDocument/prepareCallHierarchy", "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls", "workspace/executeCommand",
}  # fmt: skip
"""What is asked with an answer to something else, below."""


async def ask(client: Any, method: str, params: Json) -> Any:
    """The answer, read by the protocol's types, as JSON. After an answer that cannot be read the client ends the server."""
    assert client.error is None, "an earlier answer could not be read"
    given = params if method.startswith(("workspace/", "callHierarchy/", "completionItem/")) else about(client, params)
    asked = CONVERTER.structure(given, types.METHOD_TO_TYPES[method][2])
    return CONVERTER.unstructure(await asyncio.wait_for(client.protocol.send_request_async(method, asked), TIMEOUT))


def about(client: Any, params: Json) -> Json:
    return {"textDocument": {"uri": client.address}, **params}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("method", sorted(ASKED))
async def test_a_method_is_answered_in_the_form_of_the_protocol(client: Any, method: str) -> None:
    params, wanted = ASKED[method]
    answer = await ask(client, method, params)
    said = json.dumps(answer, ensure_ascii=False)
    assert answer
    if isinstance(wanted, str):
        assert wanted in said, said
    else:
        assert wanted(answer), said


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_asked_with_an_earlier_answer(client: Any) -> None:
    offered = await ask(client, "textDocument/completion", at("growth > strong", 3))
    item = next(each for each in offered["items"] if each["label"] == "growth")
    assert "**Growth**" in json.dumps(await ask(client, "completionItem/resolve", item))
    (step,) = await ask(client, "textDocument/prepareCallHierarchy", at('growth "Growth"'))
    users = await ask(client, "callHierarchy/incomingCalls", {"item": step})
    assert {each["from"]["name"] for each in users} == {"grows", "stops", "results"}
    (needed,) = await ask(client, "callHierarchy/outgoingCalls", {"item": step})
    assert needed["to"]["name"] == "revenue"
    lens = next(
        x for x in await ask(client, "textDocument/codeLens", {}) if x["command"]["title"] == "Run all examples"
    )
    with pytest.raises(
        Exception, match="cannot be compared"
    ):  # rules with an error are not run, and the error is named
        await ask(client, "workspace/executeCommand", {k: lens["command"][k] for k in ("command", "arguments")})


def test_every_method_of_the_server_is_asked_for() -> None:
    assert {*ASKED, *IN_TURN} == set(REQUESTS)
