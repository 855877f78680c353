"""What the house says, as the protocol writes it.

In: records of `dsl/ide`, and the text as the editor holds it. Out: JSON of the protocol. Must not decide anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from dsl.ide.actions import Action
from dsl.ide.colours import Colour, Coloured
from dsl.ide.completion import Item, Shape
from dsl.ide.findings import Finding
from dsl.ide.hints import Hint, Lens
from dsl.ide.navigation import Step
from dsl.ide.positions import EditorText, Range
from dsl.ide.symbols import Symbol
from dsl.text.diagnostics import Diagnostic, Severity
from dsl.text.edits import Edit
from dsl.text.source import SourceFile, Span
from evaluator.servers.lsp.documents import Documents

Json = dict[str, Any]

COLOURS = tuple(colour.value for colour in Colour)
MODIFIERS = ("declaration",)
PAGES = "docs/mistakes.md"

_SYMBOLS = {
    "rules": 2, "thesis": 2, "input": 13, "param": 14, "metric": 7, "forecast": 7, "pillar": 5, "bull": 6, "bear": 6,
    "verdict": 10, "outcome": 22, "scenario": 3, "uncertain": 13, "example": 9, "catalyst": 24, "kill": 24,
}  # fmt: skip
_VARIABLE = 13
_ITEMS = {
    Shape.KEYWORD: 14, Shape.OUTLINE: 15, Shape.INPUT: 6, Shape.PARAM: 21, Shape.METRIC: 10, Shape.CONDITION: 7,
    Shape.PILLAR: 7, Shape.VERDICT: 13, Shape.EVENT: 23, Shape.FUNCTION: 3, Shape.TYPE: 25, Shape.WORD: 20,
    Shape.UNIT: 11, Shape.MODULE: 9, Shape.TICKER: 12,
}  # fmt: skip


class Converter:
    """Converts with the texts of the open files, whose places the editor counts in its own way."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents

    def range(self, span: Span) -> Json:
        """A place in its file."""
        return range_(self.documents.editor_of(span.source).range(span.source, span.start, span.end))

    def location(self, span: Span) -> Json:
        """A place with its file."""
        return {"uri": self.documents.address(span.source.path), "range": self.range(span)}

    def diagnostic(self, finding: Finding) -> Json:
        """A finding at its place in this file."""
        found = finding.diagnostic
        related = [(label.span, label.text) for label in found.labels]
        if finding.elsewhere and found.span is not None:
            related.insert(0, (found.span, "here"))
        where = f"{os.path.basename(found.span.source.path)}: " if finding.elsewhere and found.span is not None else ""
        return self._diagnostic(found, finding.span, related, where)

    def plain(self, found: Diagnostic, source: SourceFile) -> Json:
        """A finding that is about a file; one without a place stands at its beginning."""
        return self._diagnostic(found, found.span or source.span(0, 0), [(x.span, x.text) for x in found.labels], "")

    def _diagnostic(self, found: Diagnostic, span: Span, related: list[tuple[Span, str]], where: str) -> Json:
        hint = f"\n{found.hint}" if found.hint else ""
        made: Json = {
            "range": self.range(span),
            "severity": 1 if found.severity is Severity.ERROR else 2,
            "code": found.code,
            "source": "thesis",
            "message": f"{where}{found.message}{hint}",
        }
        if related:
            made["relatedInformation"] = [
                {"location": self.location(place), "message": text or "see here"} for place, text in related
            ]
        return made

    def edits(self, edits: Iterable[Edit]) -> Json:
        """Edits of one or several files."""
        changes: dict[str, list[Json]] = {}
        for edit in edits:
            changes.setdefault(self.documents.address(edit.span.source.path), []).append(self.edit(edit))
        return {"changes": changes}

    def edit(self, edit: Edit) -> Json:
        """One edit."""
        editor = self.documents.editor_of(edit.span.source)
        return {"range": self.range(edit.span), "newText": editor.as_written(edit.text)}

    def symbol(self, symbol: Symbol) -> Json:
        """A declaration in the outline of its file."""
        return {
            "name": symbol.name,
            "detail": " ".join(part for part in (symbol.keyword, symbol.title) if part),
            "kind": _SYMBOLS.get(symbol.keyword.split(" ")[-1], _VARIABLE),
            "range": self.range(symbol.whole),
            "selectionRange": self.range(symbol.span),
            "children": [self.symbol(child) for child in symbol.children],
        }

    def flat_symbol(self, symbol: Symbol) -> Json:
        """A declaration among those of many files."""
        return {
            "name": symbol.name,
            "kind": _SYMBOLS.get(symbol.keyword.split(" ")[-1], _VARIABLE),
            "location": self.location(symbol.span),
            "containerName": symbol.title,
        }

    def step(self, step: Step, role: str) -> Json:
        """A name in the graph."""
        return {
            "name": step.name,
            "kind": _SYMBOLS.get(role, _VARIABLE),
            "detail": role,
            "uri": self.documents.address(step.declared.source.path),
            "range": self.range(step.whole),
            "selectionRange": self.range(step.declared),
            "data": {"name": step.name},
        }

    def action(self, action: Action, finding: Json | None, address: str) -> Json:
        """A change that is offered."""
        made: Json = {"title": action.title, "kind": action.kind}
        if action.command:
            arguments = [address, *action.arguments]
            made["command"] = {"title": action.title, "command": action.command, "arguments": arguments}
        else:
            made["edit"] = self.edits(action.edits)
        if finding is not None:
            made |= {"diagnostics": [finding], "isPreferred": action.sure}
        return made

    def hint(self, hint: Hint, source: SourceFile) -> Json:
        """A text between the words."""
        editor = self.documents.editor_of(source)
        made: Json = {
            "position": position(editor, source, hint.offset),
            "label": hint.text,
            "paddingLeft": not hint.type_,
        }
        if hint.type_:
            made["kind"] = 1
        if hint.more:
            made["tooltip"] = hint.more
        return made

    def lens(self, lens: Lens, source: SourceFile) -> Json:
        """Something that can be done."""
        address = self.documents.address(source.path)
        return {
            "range": self.range(source.span(lens.start, lens.end)),
            "command": {"title": lens.title, "command": lens.command, "arguments": [address, *lens.arguments]},
        }

    def items(self, items: Iterable[Item], source: SourceFile, snippets: bool, address: str) -> list[Json]:
        """What may be typed. Most of it takes the place of the same word: that place is counted once."""
        places: dict[tuple[int, int], Json] = {}
        found = []
        for item in items:
            key = item.start, item.end
            if key not in places:
                places[key] = self.range(source.span(*key))
            found.append(self._item(item, places[key], snippets, address))
        return found

    def _item(self, item: Item, place: Json, snippets: bool, address: str) -> Json:
        """Something to type. An editor that knows no places to fill in gets the plain word."""
        text = item.text if snippets or not item.snippet else item.label
        made: Json = {
            "label": item.label,
            "kind": _ITEMS[item.shape],
            "detail": item.detail,
            "sortText": f"{item.rank}{item.label}",
            "filterText": item.label.strip('"'),
            "textEdit": {"range": place, "newText": text},
        }
        if snippets and item.snippet:
            made["insertTextFormat"] = 2
        if item.about:
            made["data"] = {"uri": address, "about": item.about}
        return made


def range_(found: Range) -> Json:
    """A range in JSON."""
    return {
        "start": {"line": found.start.line, "character": found.start.character},
        "end": {"line": found.end.line, "character": found.end.character},
    }


def position(editor: EditorText, source: SourceFile, offset: int) -> Json:
    """A place in JSON."""
    found = editor.position(source, offset)
    return {"line": found.line, "character": found.character}


def tokens(coloured: Iterable[Coloured], editor: EditorText, source: SourceFile) -> list[int]:
    """Coloured words as the protocol packs them: five numbers each, places as steps from the one before. Each is on one
    line, since a text in quotes ends with its line."""
    text, shift = source.text, editor.position(source, 0).character
    data: list[int] = []
    line = before = character = at = 0
    for word in coloured:
        line += text.count("\n", at, word.start)
        at = word.start
        start = text.rfind("\n", 0, at) + 1
        column = _units(text[start:at]) + (shift if line == 0 else 0)
        width = _units(text[at : word.end])
        if not width or "\n" in text[at : word.end]:
            continue
        step = line - before
        data += (
            step,
            column - character if step == 0 else column,
            width,
            COLOURS.index(word.colour.value),
            int(word.declares),
        )
        before, character = line, column
    return data


def _units(text: str) -> int:
    """How many units of UTF-16 a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
