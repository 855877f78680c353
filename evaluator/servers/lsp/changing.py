"""Requests that change texts, and commands: rename, layout, code actions; report, tests, what would change a verdict.

In: `State`, `Given`. Out: JSON, or `Later` where something is evaluated first. What is changed is sent as edits; the editor applies them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dsl.ide.actions import ALL, EXTRACT, QUICK, REWRITE, actions
from dsl.ide.formatting import formatted, formatted_lines, formatted_typed
from dsl.ide.hints import Command, Subject
from dsl.ide.renaming import Refused as NotRenamed
from dsl.ide.renaming import may_rename, rename
from dsl.ide.view import View
from dsl.text.edits import Edit
from dsl.types.days import iso
from evaluator.editing.asked import Answer as Evaluated
from evaluator.editing.asked import What
from evaluator.servers.lsp import facts
from evaluator.servers.lsp.convert import Json
from evaluator.servers.lsp.documents import Document, address_of
from evaluator.servers.lsp.given import Code, Given, Refused
from evaluator.servers.lsp.state import SHOW_FOR, Later, State

Answer = Any
COMMANDS = (
    Command.REPORT,
    Command.TEST,
    Command.FLIP,
    Command.EXPLAIN,
    Command.COVERAGE,
    Command.EXAMPLES,
    Command.PROVE,
    SHOW_FOR,
)
KINDS = (QUICK, ALL, EXTRACT, REWRITE)
_ASKED = {Command.EXAMPLES: What.EXAMPLES}
"""What the evaluating process is asked, where it is not called as the command is."""


def _prepare_rename(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return None
    view = state.rules(document)
    found = may_rename(view, state.offset(document, view, given))
    if isinstance(found, NotRenamed):
        return None
    return {"range": state.convert.range(found), "placeholder": found.text}


def _rename(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        raise Refused(Code.FAILED, "rename an input where the rules declare it: facts files follow")
    view = state.rules(document)
    files = state.roots.files(document.path)
    found = rename(view, state.offset(document, view, given), given.text("newName"), files)
    if isinstance(found, NotRenamed):
        raise Refused(Code.FAILED, found.reason)
    touched = {edit.span.source.path for edit in found.edits}
    edits = [*found.edits, *facts.renamed(state, found, touched)]
    return state.convert.edits(edits)


def _layout(state: State, given: Given) -> Answer:
    document = state.document(given)
    return [state.convert.edit(edit) for edit in formatted(state.rules(document))] if document.is_rules else []


def _layout_of_lines(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return []
    where = given.range()
    last = where.end.line - (1 if where.end.character == 0 and where.end.line > where.start.line else 0)
    return [state.convert.edit(edit) for edit in formatted_lines(state.rules(document), max(where.start.line, 0), last)]


def _layout_typed(state: State, given: Given) -> Answer:
    """The declaration that ends where a new line is begun."""
    document = state.document(given)
    if not document.is_rules or given.text("ch", "none") != "\n":
        return []
    view = state.rules(document)
    return [state.convert.edit(edit) for edit in formatted_typed(view, state.offset(document, view, given))]


def _actions(state: State, given: Given) -> Answer:
    document = state.document(given)
    if not document.is_rules:
        return facts.actions(state, document, given)
    view, where = state.rules(document), given.range()
    start, end = (document.editor.read_at(view.source, place) for place in (where.start, where.end))
    wanted = given.part("context").texts("only")
    made: list[Json] = []
    for action in actions(view, min(start, end), max(start, end), wanted):
        finding = state.convert.diagnostic(action.finding) if action.finding is not None else None
        made.append(state.convert.action(action, finding, document.address))
    if not wanted or "quickfix" in wanted:
        made += facts.wanting(state, view, min(start, end))
    return made


# --- commands --------------------------------------------------------------------------------------------------


def _execute(state: State, given: Given) -> Answer:
    name = given.text("command")
    arguments = given.list("arguments")
    if name == SHOW_FOR:
        return _show_for(state, arguments)
    if name not in COMMANDS:
        raise Refused(Code.PARAMS, f"there is no command {name}")
    document = state.documents.get(arguments[0]) if arguments and isinstance(arguments[0], str) else None
    if document is None or not document.is_rules:
        raise Refused(Code.PARAMS, f"{name} needs the address of an open rule file")
    view = state.rules(document)
    ticker, day = state.for_whom(view)
    about = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], str) else ""
    form = "html" if about == "html" and name == Command.REPORT else "md"
    what = _ASKED.get(name) or What(name.removeprefix("thesis."))
    ask = state.ask(what, document.path, ticker=ticker, day=day, name=about, form=form)

    def finish(answer: Evaluated) -> object:
        if answer.failed:
            raise Refused(Code.FAILED, answer.failed)
        if name == Command.EXAMPLES and state.can("workspace", "applyEdit"):
            return _added(state, document, view, answer)
        return _shown(state, name, answer, form)

    return Later(ask, finish)


def _added(state: State, document: Document, view: View, answer: Evaluated) -> Json:
    """Examples that were found are put behind the text, if it still is the text that they were found for."""
    end = len(view.text)
    blank = "" if view.text.endswith("\n") or not view.text else "\n"
    edit = state.convert.edit(Edit(view.source.span(end, end), blank + answer.examples))
    title = f"add {answer.about}"
    if state.can("workspace", "workspaceEdit", "documentChanges"):
        about = {"uri": document.address, "version": document.version}
        changes: Json = {"documentChanges": [{"textDocument": about, "edits": [edit]}]}
    else:
        changes = {"changes": {document.address: [edit]}}
    state.request("workspace/applyEdit", {"label": title, "edit": changes})
    return {"title": title, "text": f"```text\n{answer.examples}\n```\n{answer.text}", "form": "md"}


def _shown(state: State, name: str, answer: Evaluated, form: str) -> Json:
    """What a command gives: its text for an editor that shows it itself; else in a file that the editor is asked to open."""
    title = f"{name.removeprefix('thesis.')}: {answer.about}"
    added = f"```text\n{answer.examples}\n```\n" if answer.examples else ""
    text = f"{added}{answer.text}"
    found: Json = {"title": title, "text": text, "form": form}
    if not state.options.flag("showsText"):
        ending = ".html" if form == "html" else ".md"
        with tempfile.NamedTemporaryFile("w", suffix=ending, prefix="thesis-", delete=False, encoding="utf-8") as file:
            file.write(text)
        if state.can("window", "showDocument", "support"):
            state.request("window/showDocument", {"uri": address_of(file.name), "external": form == "html"})
        else:
            state.notify("window/showMessage", {"type": 3, "message": f"{title}: {file.name}"})
        found["file"] = str(Path(file.name))
    return found


def _show_for(state: State, arguments: list[Any]) -> Answer:
    """For whom values are shown, and as of when, in every file that does not say it itself; without arguments for whom each
    thesis is."""
    ticker = arguments[0] if arguments and isinstance(arguments[0], str) else None
    day = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], str) else None
    try:
        parsed = iso(day) if day else None
    except ValueError:
        raise Refused(Code.PARAMS, f"{day} is no day: write it as 2026-05-14") from None
    state.company = Subject(ticker or None, parsed)
    state.forget_values()
    return None


REQUESTS: Mapping[str, Callable[[State, Given], Answer]] = {
    "textDocument/prepareRename": _prepare_rename,
    "textDocument/rename": _rename,
    "textDocument/formatting": _layout,
    "textDocument/rangeFormatting": _layout_of_lines,
    "textDocument/onTypeFormatting": _layout_typed,
    "textDocument/codeAction": _actions,
    "workspace/executeCommand": _execute,
}
