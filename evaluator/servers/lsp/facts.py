"""Facts files in YAML: names that rules ask for, kinds and periods; which rules read a fact; what `thesis facts check` says.

In: `State`, an open facts file. Out: JSON of the protocol. Must not read facts: that is done in another process.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from dsl.ide.describe import code, escaped
from dsl.ide.navigation import input_at
from dsl.ide.renaming import Renamed
from dsl.ide.view import View, words_of
from dsl.text.edits import Edit
from dsl.text.source import SourceFile, Span, UnreadableFileError
from evaluator.editing import facts_text
from evaluator.servers.lsp.convert import Json
from evaluator.servers.lsp.documents import Document
from evaluator.servers.lsp.given import Given
from evaluator.servers.lsp.state import State

_MAX_FACTS_FILES = 2_000
_MAX_READERS = 8
_FACTS = (".yaml", ".yml")


def source_of(document: Document) -> SourceFile:
    """The text of a facts file as it is read; an empty one where it cannot be."""
    try:
        return SourceFile.of_text(str(document.path), document.editor.text)
    except UnreadableFileError:
        return SourceFile(str(document.path), "")


def _is_facts(document: Document) -> bool:
    return document.may_hold_facts and facts_text.holds_facts(document.editor.text)


def completion(state: State, document: Document, given: Given, snippets: bool) -> Json | None:
    """What may be typed in a facts file."""
    if not _is_facts(document):
        return None
    source = source_of(document)
    at = document.editor.read_at(source, given.position())
    place = facts_text.place_at(source.text, at)
    periods = facts_text.periods_in(source.text)
    where = state.convert.range(source.span(place.start, at))
    items: list[Json] = []
    for word in facts_text.offered(source.text, at, *_asked_for(state, document, periods)):
        made: Json = {"label": word.label, "kind": 6, "detail": word.detail}
        made["textEdit"] = {"range": where, "newText": word.text if snippets or not word.snippet else word.label}
        if snippets and word.snippet:
            made["insertTextFormat"] = 2
        items.append(made)
    return {"isIncomplete": False, "items": items}


def _views(state: State, document: Document, name: str = "") -> Iterator[View]:
    """The rule files of the folders, or those in which a word stands."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    for path in state.roots.files():
        view = state.roots.view(path)
        if not name or word.search(view.text) or any(word.search(m.source.text) for m in view.checked.linked.modules):
            yield view


def _asked_for(
    state: State, document: Document, periods: list[str]
) -> tuple[list[tuple[str, str]], list[str], dict[str, list[str]]]:
    """The names that the rules of the folders ask for, each with what it is; the periods; the words that each may be."""
    found, words = dict[str, str](), dict[str, list[str]]()
    for view in _views(state, document):
        for name, declared in view.program.inputs.items():
            found.setdefault(name, f"{declared.type}: {declared.title}")
            words[name] = list(dict.fromkeys([*words.get(name, ()), *words_of(declared)]))
    return sorted(found.items()), periods, words


def hover(state: State, document: Document, given: Given) -> Json | None:
    """Which rules read a fact."""
    if not _is_facts(document):
        return None
    source = source_of(document)
    found = facts_text.name_at(source.text, document.editor.read_at(source, given.position()))
    if found is None:
        return None
    name, start, end = found
    head: list[str] = []
    by_file: dict[str, str] = {}
    for view in _views(state, document, name):
        declared = view.program.inputs.get(name) or view.program.metrics.get(name)
        if declared is None:
            continue
        head = head or [f"**{escaped(declared.title)}**", code(f"{view.role(name)} {name} : {declared.type.written}")]
        readers = sorted(other for other, needs in view.program.all_needs.items() if name in needs)
        if readers:
            by_file.setdefault(view.path.stem, ", ".join(f"`{reader}`" for reader in readers[:_MAX_READERS]))
    said = [f"`{file}`: {readers}" for file, readers in list(by_file.items())[:_MAX_READERS]]
    more = len(by_file) - len(said)
    parts = [*head, *said, *([f"and {more} more files"] if more else [])]
    if not head:
        parts = [f"No rules of these folders ask for `{name}`."]
    elif not by_file:
        parts.append("No formula or condition reads it directly.")
    place = state.convert.range(source.span(start, end))
    return {"contents": {"kind": "markdown", "value": "\n\n".join(parts)}, "range": place}


def declared(state: State, document: Document, given: Given) -> Iterable[Span]:
    """Where the rules declare the name of a fact."""
    source = source_of(document)
    found = facts_text.name_at(source.text, document.editor.read_at(source, given.position()))
    if found is None or not _is_facts(document):
        return ()
    every = (
        view.program.inputs.get(found[0]) or view.program.metrics.get(found[0])
        for view in _views(state, document, found[0])
    )
    return tuple(dict.fromkeys(each.span for each in every if each is not None))


def diagnostics(state: State, document: Document) -> list[Json]:
    """What was last found in a facts file. Findings in files beside it are left to those."""
    answer = state.fact_findings.get(document.path)
    if answer is None or not _is_facts(document):
        return []
    source = source_of(document)
    real = os.path.realpath(document.path)
    own = [f.diagnostic for f in answer.findings if f.path is not None and os.path.realpath(f.path) == real]
    return [state.convert.plain(found, source) for found in own if _stands(found.span, source)]


def _stands(span: Span | None, source: SourceFile) -> bool:
    """Whether what a finding is about still stands there: while new ones are on their way, old ones may be elsewhere."""
    return span is None or source.text[span.start : span.end] == span.text


def actions(state: State, document: Document, given: Given) -> list[Json]:
    """Every mend of a finding in a facts file."""
    answer = state.fact_findings.get(document.path)
    if answer is None or not _is_facts(document):
        return []
    source, where = source_of(document), given.range()
    first, last = where.start.line + 1, where.end.line + 1
    real = os.path.realpath(document.path)
    made: list[Json] = []
    for found in (f.diagnostic for f in answer.findings):
        span = found.span
        if span is None or os.path.realpath(span.source.path) != real or not first <= span.line <= last:
            continue
        for fix in found.fixes:
            if all(_stands(edit.span, source) for edit in fix.edits):
                action = {"title": fix.title[:1].upper() + fix.title[1:], "kind": "quickfix"}
                made.append({**action, "edit": state.convert.edits(fix.edits), "isPreferred": fix is found.sure_fix})
    return made


def wanting(state: State, view: View, at: int) -> list[Json]:
    """For an input of rules of which the company's facts file says nothing: its name put there, with the form of a fact as a
    comment, since nothing here knows the figure."""
    name = input_at(view, at)
    known = state.shown(view).value(name)
    ticker = state.for_whom(view)[0] or view.program.ticker
    if not name or not ticker or (known is not None and known.text != "unknown"):
        return []
    about = [f for f in _facts_files(state) if facts_text.ticker_of(f.text) == ticker]
    if not about or any(list(facts_text.keys_called(f.text, name)) for f in about):
        return []
    file = about[0]
    place, text = facts_text.with_name(file.text, name)
    title = f"Add `{name}` to {os.path.basename(file.path)}, to be filled in"
    edits = state.convert.edits([Edit(file.span(place, place), text)])
    return [{"title": title, "kind": "quickfix", "edit": edits}]


# --- a name changed in facts files, too ---------------------------------------------------------------------------


def renamed(state: State, found: Renamed, touched: Collection[str]) -> list[Edit]:
    """The edits in facts files that go with another name for an input or a metric: none where rules that keep the old name
    ask for it as well."""
    if found.role not in ("input", "metric") or _kept_elsewhere(state, found.before, touched):
        return []
    edits: list[Edit] = []
    for source in _facts_files(state):
        places = facts_text.keys_called(source.text, found.before)
        edits += [Edit(source.span(start, end), found.after) for start, end in places]
    return edits


def _kept_elsewhere(state: State, name: str, touched: Collection[str]) -> bool:
    """Whether a rule file that is not changed declares the name, too."""
    reals = {os.path.realpath(path) for path in touched}
    for path in state.roots.files():
        if os.path.realpath(path) in reals:
            continue
        view = state.roots.view(path)
        if any(d.name.name == name and d.keyword in ("input", "metric") for d in view.own()):
            return True
    return False


def _facts_files(state: State) -> Iterator[SourceFile]:
    """The facts files of the folders: those that lie in a folder `facts`, as they are in the editor or on disk."""
    opened = {os.path.realpath(d.path): d for d in state.documents if _is_facts(d)}
    for document in opened.values():
        yield source_of(document)
    count = 0
    for folder in state.roots.folders:
        for place in (folder / "facts", folder / "rules" / "facts"):
            for path in sorted(place.rglob("*")) if place.is_dir() else ():
                count += 1
                if count > _MAX_FACTS_FILES:
                    return
                if path.suffix in _FACTS and os.path.realpath(path) not in opened:
                    source = _read(path)
                    if source is not None and facts_text.holds_facts(source.text):
                        yield source


def _read(path: Path) -> SourceFile | None:
    try:
        return SourceFile.read(path)
    except UnreadableFileError:
        return None
