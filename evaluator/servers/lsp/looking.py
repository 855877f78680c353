"""Requests that look at rules: hover, completion, places, outline, colours, hints. Each is a function of the state and of what
is given, and gives JSON of the protocol.

In: `State`, `Given`. Out: JSON. Must not change anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from dsl.ide.colours import colours
from dsl.ide.completion import complete, described
from dsl.ide.findings import findings
from dsl.ide.hints import hints, lenses
from dsl.ide.hover import hover, signature_help
from dsl.ide.navigation import (
    definition,
    modules_of,
    name_at,
    places_in,
    read_by,
    reads,
    references,
    step_of,
    type_definition,
)
from dsl.ide.symbols import folds, outline, search, selections
from dsl.text.source import Span
from evaluator.servers.lsp import facts
from evaluator.servers.lsp.convert import Json, tokens
from evaluator.servers.lsp.documents import Document, path_of
from evaluator.servers.lsp.given import Given
from evaluator.servers.lsp.state import SHOW_FOR, State

Answer = Any


def _completion(state: State, given: Given) -> Answer:
    document = state.document(given)
    snippets = state.can("textDocument", "completion", "completionItem", "snippetSupport")
    if not document.is_rules:
        return facts.completion(state, document, given, snippets)
    view = state.rules(document)
    found = complete(view, state.offset(document, view, given), state.shown(view))
    items = state.convert.items(found.items, view.source, snippets, document.address)
    return {"isIncomplete": found.more, "items": items}


def _resolve(state: State, given: Given) -> Answer:
    """The description of something that was offered."""
    item: Json = {key: given.raw(key) for key in ("label", "kind", "detail", "sortText", "filterText", "data")}
    for key in ("textEdit", "insertTextFormat"):
        if given.has(key):
            item[key] = given.raw(key)
    data = given.part("data")
    document = state.documents.get(data.text("uri", "none"))
    if document is not None and document.is_rules:
        view = state.rules(document)
        text = described(view, data.text("about", "none"), state.shown(view))
        if text:
            item["documentation"] = {"kind": "markdown", "value": text}
    return {key: value for key, value in item.items() if value is not None}


def _hover(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return facts.hover(state, document, given)
    view = state.rules(document)
    found = hover(view, state.offset(document, view, given), state.shown(view))
    if found is None:
        return None
    place = state.convert.range(view.source.span(found.start, found.end))
    return {"contents": {"kind": "markdown", "value": found.text}, "range": place}


def _signature(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return None
    view = state.rules(document)
    found = signature_help(view, state.offset(document, view, given))
    if found is None:
        return None
    signature: Json = {
        "label": found.label,
        "documentation": {"kind": "markdown", "value": found.text},
        "parameters": [{"label": list(place)} for place in found.arguments],
    }
    return {"signatures": [signature], "activeSignature": 0, "activeParameter": found.active}


# --- places ----------------------------------------------------------------------------------------------------


def _places(found: Callable[[State, Document, Given], Iterable[Span]]) -> Callable[[State, Given], Answer]:
    def answer(state: State, given: Given) -> Answer:
        document = state.document(given)
        return [state.convert.location(span) for span in found(state, document, given)]

    return answer


def _definition(state: State, document: Document, given: Given) -> Iterable[Span]:
    if not document.is_rules:
        return facts.declared(state, document, given)
    view = state.rules(document)
    return definition(view, state.offset(document, view, given))


def _type_definition(state: State, document: Document, given: Given) -> Iterable[Span]:
    if not document.is_rules:
        return ()
    view = state.rules(document)
    return type_definition(view, state.offset(document, view, given))


def _references(state: State, document: Document, given: Given) -> Iterable[Span]:
    if not document.is_rules:
        return ()
    view = state.rules(document)
    found = references(view, state.offset(document, view, given), state.roots.files(document.path))
    with_declaration = given.part("context").flag("includeDeclaration", True)
    return [each.span for each in found if with_declaration or not each.declares]


def _highlight(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    view = state.rules(document)
    found = name_at(view, state.offset(document, view, given))
    if found is None:
        return []
    return [
        {"range": state.convert.range(place.span), "kind": 3 if place.declares else 2}
        for place in places_in(view, found[0])
    ]


def _linked(state: State, given: Given) -> Answer:
    """All places of a name that stands in this file alone, to be edited together from where it is declared."""
    document = state.document(given)
    if not document.is_rules:
        return None
    view = state.rules(document)
    found = name_at(view, state.offset(document, view, given))
    if found is None:
        return None
    places = places_in(view, found[0])
    everywhere = references(view, found[1].start, state.roots.files(document.path))
    if len(everywhere) != len(places) or not any(p.declares and p.span == found[1] for p in places):
        return None
    return {"ranges": [state.convert.range(place.span) for place in places], "wordPattern": "[A-Za-z_][A-Za-z0-9_]*"}


def _links(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    return [
        {"range": state.convert.range(module.span), "target": state.documents.address(module.path),
         "tooltip": f"Open {module.name}"}
        for module in modules_of(state.rules(document)) if module.path is not None
    ]  # fmt: skip


# --- the shape of a file ----------------------------------------------------------------------------------------


def _symbols(state: State, given: Given) -> Answer:
    document = state.document(given)
    return [state.convert.symbol(each) for each in outline(state.rules(document))] if document.is_rules else []


def _search(state: State, given: Given) -> Answer:
    found: list[Json] = []
    folders: list[Path | None] = [*state.roots.folders] or [None]
    for folder in folders:
        snapshot = state.roots.snapshot(folder / "x.thesis" if folder is not None else path_of("untitled:x"))
        files = [f for f in state.roots.files() if folder is None or state.roots.root_of(f).folder == folder]
        found += [state.convert.flat_symbol(each) for each in search(snapshot, files, given.text("query", ""))]
    return found


def _folds(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    return [
        {"startLine": each.first, "endLine": each.last, "kind": "comment" if each.comment else "region"}
        for each in folds(state.rules(document))
    ]


def _selections(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    view, found = state.rules(document), list[Json]()
    for place in given.list("positions"):
        at = document.editor.read_at(view.source, Given({"position": place}).position())
        step: Json | None = None
        for start, end in reversed(selections(view, at)):
            here: Json = {"range": state.convert.range(view.source.span(start, end))}
            step = here | ({"parent": step} if step is not None else {})
        found.append(step or {})
    return found


def _colours(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return {"data": []}
    view = state.rules(document)
    start, end = 0, len(view.text)
    if given.has("range"):
        where = given.range()
        start, end = document.editor.read_at(view.source, where.start), document.editor.read_at(view.source, where.end)
        start = view.text.rfind("\n", 0, start) + 1  # whole lines: a word, or a text in quotes, may have begun before
    return {"data": tokens(colours(view, start, max(start, end)), document.editor, view.source)}


def _hints(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    view, where = state.rules(document), given.range()
    start, end = (document.editor.read_at(view.source, place) for place in (where.start, where.end))
    return [state.convert.hint(hint, view.source) for hint in hints(view, state.shown(view), start, end)]


def _lenses(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    view = state.rules(document)
    shown = state.shown(view)
    found = [state.convert.lens(lens, view.source) for lens in lenses(view, shown)]
    if shown.about and found:  # values between the words do not say whose they are
        said = {"title": f"Values: {shown.about}", "command": SHOW_FOR, "arguments": shown.about.split(" as of ")}
        found.insert(0, {"range": found[0]["range"], "command": said})
    elif shown.lacking is not None and found:
        whom = [part for part in (shown.lacking.ticker, shown.lacking.day) if part] if shown.lacking.ticker else []
        said = {"title": f"No values: {shown.why}", "command": SHOW_FOR, "arguments": whom}
        found.insert(0, {"range": found[0]["range"], "command": said})
    return found


# --- the graph ---------------------------------------------------------------------------------------------------


def _prepare_calls(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return None
    view = state.rules(document)
    found = name_at(view, state.offset(document, view, given))
    step = step_of(view, found[0]) if found is not None else None
    if step is None:
        return None
    item = state.convert.step(step, view.role(step.name))
    return [item | {"data": {"name": step.name, "uri": document.address}}]


def _calls(incoming: bool) -> Callable[[State, Given], Answer]:
    def answer(state: State, given: Given) -> Answer:
        data = given.part("item").part("data")
        document = state.documents.get(data.text("uri"))
        if document is None:
            return []
        view, name = state.rules(document), data.text("name")
        found: list[Json] = []
        for step in read_by(view, name) if incoming else reads(view, name):
            item = state.convert.step(step, view.role(step.name)) | {
                "data": {"name": step.name, "uri": document.address}
            }
            places = [state.convert.range(place) for place in step.places]
            found.append({"from" if incoming else "to": item, "fromRanges": places})
        return found

    return answer


# --- findings ------------------------------------------------------------------------------------------------------


def diagnostics(state: State, document: Document) -> list[Json]:
    """What is wrong in an open file."""
    if not document.is_rules:
        return facts.diagnostics(state, document)
    return [state.convert.diagnostic(found) for found in findings(state.rules(document))]


def _pull(state: State, given: Given) -> Answer:
    document = state.document(given)
    items = diagnostics(state, document)
    mark = f"{abs(hash(str(items))):x}"
    if given.text("previousResultId", "none") == mark:
        return {"kind": "unchanged", "resultId": mark}
    return {"kind": "full", "resultId": mark, "items": items}


REQUESTS: Mapping[str, Callable[[State, Given], Answer]] = {
    "textDocument/completion": _completion,
    "completionItem/resolve": _resolve,
    "textDocument/hover": _hover,
    "textDocument/signatureHelp": _signature,
    "textDocument/definition": _places(_definition),
    "textDocument/declaration": _places(_definition),
    "textDocument/typeDefinition": _places(_type_definition),
    "textDocument/references": _places(_references),
    "textDocument/documentHighlight": _highlight,
    "textDocument/linkedEditingRange": _linked,
    "textDocument/documentLink": _links,
    "textDocument/documentSymbol": _symbols,
    "workspace/symbol": _search,
    "textDocument/foldingRange": _folds,
    "textDocument/selectionRange": _selections,
    "textDocument/semanticTokens/full": _colours,
    "textDocument/semanticTokens/range": _colours,
    "textDocument/inlayHint": _hints,
    "textDocument/codeLens": _lenses,
    "textDocument/prepareCallHierarchy": _prepare_calls,
    "callHierarchy/incomingCalls": _calls(incoming=True),
    "callHierarchy/outgoingCalls": _calls(incoming=False),
    "textDocument/diagnostic": _pull,
}
