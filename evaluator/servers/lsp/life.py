"""The beginning and the end of a session, and what an editor tells of files and settings.

In: `State`, `Given`. Out: what the server can do; which open files are to be looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dsl.ide.positions import Range
from evaluator.servers.lsp.changing import COMMANDS, KINDS
from evaluator.servers.lsp.convert import COLOURS, MODIFIERS, Json
from evaluator.servers.lsp.documents import path_of
from evaluator.servers.lsp.given import Given, Refused
from evaluator.servers.lsp.state import State


def initialise(state: State, given: Given) -> Json:
    """What the editor can do is taken down; what the server can do is said."""
    state.client = given.part("capabilities")
    state.options = given.part("initializationOptions")
    folders = [path_of(folder.text("uri")) for folder in given.items("workspaceFolders")]
    if not folders and given.has("rootUri"):
        folders = [path_of(given.text("rootUri"))]
    elif not folders and given.has("rootPath"):
        folders = [Path(given.text("rootPath"))]
    state.roots.set(folders)
    state.settle(given.raw("initializationOptions"))
    return {"capabilities": _capabilities(state), "serverInfo": {"name": "thesis"}}


def _capabilities(state: State) -> Json:
    capabilities: Json = {
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "completionProvider": {"triggerCharacters": [" ", "(", ",", '"', "{", ":", "="], "resolveProvider": True},
        "hoverProvider": True,
        "signatureHelpProvider": {"triggerCharacters": ["(", ","]},
        "definitionProvider": True,
        "declarationProvider": True,
        "typeDefinitionProvider": True,
        "referencesProvider": True,
        "documentHighlightProvider": True,
        "documentSymbolProvider": True,
        "workspaceSymbolProvider": True,
        "codeActionProvider": {"codeActionKinds": list(KINDS)},
        "codeLensProvider": {"resolveProvider": False},
        "documentLinkProvider": {"resolveProvider": False},
        "documentFormattingProvider": True,
        "documentRangeFormattingProvider": True,
        "documentOnTypeFormattingProvider": {"firstTriggerCharacter": "\n"},
        "renameProvider": {"prepareProvider": True},
        "foldingRangeProvider": True,
        "selectionRangeProvider": True,
        "linkedEditingRangeProvider": True,
        "callHierarchyProvider": True,
        "inlayHintProvider": True,
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "semanticTokensProvider": {
            "legend": {"tokenTypes": list(COLOURS), "tokenModifiers": list(MODIFIERS)},
            "full": True,
            "range": True,
        },
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    if state.options.raw("pull") is True:  # an editor that pulls what is pushed as well shows it twice
        capabilities["diagnosticProvider"] = {"interFileDependencies": True, "workspaceDiagnostics": False}
    return capabilities


def initialised(state: State, given: Given) -> None:
    """The editor is ready: it is asked to tell of files that change on disk."""
    if state.can("workspace", "didChangeWatchedFiles", "dynamicRegistration"):
        watchers = [{"globPattern": "**/*.thesis"}, {"globPattern": "**/facts/**"}]
        options = {"watchers": watchers}
        registration = {"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options}
        state.request("client/registerCapability", {"registrations": [registration]})
    state.want_tickers()


# --- texts -----------------------------------------------------------------------------------------------------

Looked = set[str] | None
"""The addresses of open files that are to be looked at again; None: all of them."""


def opened(state: State, given: Given) -> Looked:
    """A file was opened."""
    item = given.part("textDocument")
    language, version = item.text("languageId", "thesis"), item.number("version", 0)
    document = state.documents.open(item.text("uri"), language, version, item.text("text"))
    if document.is_rules:
        state.roots.open(document.path, document.editor.text)
    return {document.address}


def changed(state: State, given: Given) -> Looked:
    """A file has another text."""
    item = given.part("textDocument")
    changes: list[tuple[Range | None, str]] = [
        (each.range() if each.has("range") else None, each.text("text")) for each in given.items("contentChanges")
    ]
    document = state.documents.change(item.text("uri"), item.number("version", 0), changes)
    if document is None:
        return set()
    if document.is_rules:
        state.roots.open(document.path, document.editor.text)
    elif document.may_hold_facts:
        state.unsaved.add(document.path)
    return {document.address}


def closed(state: State, given: Given) -> Looked:
    """A file was closed: what is on disk counts again."""
    address = given.part("textDocument").text("uri")
    document = state.documents.close(address)
    if document is None:
        return set()
    if document.is_rules:
        state.roots.close(document.path)
    state.unsaved.discard(document.path)
    for kept in (state.values, state.wanted, state.fact_findings):
        kept.pop(document.path, None)
    state.notify("textDocument/publishDiagnostics", {"uri": address, "diagnostics": []})
    return None


def saved(state: State, given: Given) -> Looked:
    """A file was saved: rules are as they were, facts may be read again."""
    state.roots.changed(files=True)
    document = state.documents.get(given.part("textDocument").text("uri"))
    if document is not None and not document.is_rules:
        state.unsaved.discard(document.path)
        state.forget_values()
    return None


def files_changed(state: State, given: Given) -> Looked:
    """Files on disk were made, changed or taken away."""
    state.roots.changed(files=True)
    if any(not each.text("uri", "x").endswith(".thesis") for each in given.items("changes")):
        state.forget_values()
    return None


def folders_changed(state: State, given: Given) -> Looked:
    """Folders came or went."""
    event = given.part("event")
    gone = {path_of(folder.text("uri")) for folder in event.items("removed")}
    more = [path_of(folder.text("uri")) for folder in event.items("added")]
    state.roots.set([*(f for f in state.roots.folders if f not in gone), *more])
    return None


def settings_changed(state: State, given: Given) -> Looked:
    """Settings are others."""
    try:
        state.settle(given.part("settings").raw("thesis") or given.raw("settings"))
    except Refused:
        return set()
    return None


NOTIFICATIONS: Mapping[str, Callable[[State, Given], Any]] = {
    "textDocument/didOpen": opened,
    "textDocument/didChange": changed,
    "textDocument/didClose": closed,
    "textDocument/didSave": saved,
    "workspace/didChangeWatchedFiles": files_changed,
    "workspace/didChangeWorkspaceFolders": folders_changed,
    "workspace/didChangeConfiguration": settings_changed,
}
