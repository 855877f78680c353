"""The outline of a file, names of many files, what can be folded, and what a selection grows to.

In: a `View` or sources, an offset. Out: `Symbol`s and places. Must not know editors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dsl.ide.view import View
from dsl.ide.words import Sort, piece_at, words
from dsl.syntax import nodes as s
from dsl.text.record import record
from dsl.text.source import SourceFile, Span, UnreadableFileError
from dsl.workspace.workspace import Snapshot


@record
class Symbol:
    """Something that is declared: `keyword` is the word it begins with, `whole` all of it, `span` its name."""

    name: str
    keyword: str
    title: str
    whole: Span
    span: Span
    children: tuple[Symbol, ...] = ()


def outline(view: View) -> tuple[Symbol, ...]:
    """What a file declares, in the order of the text; under a table its rows."""
    return tuple(symbol for each in view.own() if (symbol := _symbol(each)) is not None)


def _symbol(written: s.Declaration) -> Symbol | None:
    inner = written.declaration if isinstance(written, s.Override) else written
    whole = _trimmed(written.span)
    if isinstance(inner, s.Broken) and not inner.name.name:
        return None
    name = inner.name.span
    span = name if whole.start <= name.start and name.end <= whole.end else whole.source.span(whole.start, whole.start)
    keyword = f"{written.keyword} {inner.keyword}" if inner is not written else written.keyword
    shown = inner.name.name or keyword
    return Symbol(shown, keyword, inner.title or "", whole, span, tuple(_rows(inner)))


def _rows(written: s.Declaration) -> Iterator[Symbol]:
    if isinstance(written, s.Verdict):
        for row in written.rows:
            yield Symbol(row.outcome.value or "…", "outcome", row.tone or "", row.span, row.outcome.span)


def _trimmed(span: Span) -> Span:
    """A place without blanks behind it."""
    return span.source.span(span.start, span.start + len(span.text.rstrip()))


def search(snapshot: Snapshot, paths: Iterable[Path], wanted: str, most: int = 500) -> tuple[Symbol, ...]:
    """The declarations of many files whose name holds the letters of `wanted` in their order, or whose title holds it."""
    wanted = wanted.lower()
    letters = re.compile(".*?".join(map(re.escape, wanted)), re.DOTALL)
    found: list[Symbol] = []
    for source in _sources(snapshot, paths):
        for written in snapshot.parse(source).file.declarations:
            symbol = _symbol(written)
            if symbol is not None and (letters.search(symbol.name.lower()) or wanted in symbol.title.lower()):
                found.append(symbol)
    return tuple(sorted(found, key=lambda each: (wanted not in each.name.lower(), each.name))[:most])


def _sources(snapshot: Snapshot, paths: Iterable[Path]) -> Iterator[SourceFile]:
    seen: set[str] = set()
    for path in paths:
        real = snapshot.library.files.real(path)
        if real not in seen:
            seen.add(real)
            try:
                yield snapshot.source(path)
            except UnreadableFileError:
                continue


@record
class Fold:
    """Lines (from 0) that can be folded away; `comment`: they are comments alone."""

    first: int
    last: int
    comment: bool = False


def folds(view: View) -> tuple[Fold, ...]:
    """Declarations of several lines, and comments of several lines."""
    found = [
        Fold(whole.line - 1, whole.source.line_column(max(whole.end - 1, whole.start))[0] - 1)
        for whole in (_trimmed(each.span) for each in view.own())
    ]
    first, lines = None, view.text.split("\n")
    for at, line in enumerate([*lines, ""]):
        if line.lstrip().startswith("#"):
            first = at if first is None else first
        elif first is not None:
            found.append(Fold(first, at - 1, comment=True))
            first = None
    return tuple(sorted((each for each in found if each.last > each.first), key=lambda each: each.first))


def selections(view: View, offset: int) -> tuple[tuple[int, int], ...]:
    """What a selection at a place grows to, step by step: the word, the expressions around it, the declaration, the file."""
    text = view.text
    line = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    word = next((w for w in words(text, line, len(text) if end < 0 else end) if w.start <= offset <= w.end), None)
    found = [(word.start, word.end)] if word is not None and word.sort is not Sort.COMMENT else [(offset, offset)]
    found += [(e.span.start, e.span.end) for e in view.index.expressions_at(view.source.path, offset)]
    start, stop = piece_at(text, offset)
    found.append((start, start + len(text[start:stop].rstrip())))
    found.append((0, len(text)))
    steps = [found[0]]
    for low, high in found[1:]:
        if low <= steps[-1][0] and steps[-1][1] <= high and (low, high) != steps[-1]:
            steps.append((low, high))
    return tuple(steps)
