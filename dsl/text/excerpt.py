"""The lines of a text with marks under them: `^^^` for the main place, `---` for the others, each with its word.

In: places with their words. Out: lines of plain text. Must not know what a diagnostic is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from dsl.text.hidden import HIDDEN
from dsl.text.record import record
from dsl.text.source import SourceFile, Span

_MAX_WIDTH = 160
"""Characters of a line that are shown: one of a megabyte is shown around its places, not whole."""
_TAB = "    "


@record
class Mark:
    """A place with a word on it; the main one is marked apart."""

    span: Span
    text: str
    main: bool


@record
class _Stroke:
    """A mark on one line, in characters of that line: from `start` up to `end`."""

    start: int
    end: int
    text: str
    main: bool


def excerpt(marks: Sequence[Mark]) -> list[str]:
    """All places, file by file in the order given, the lines of a file in order, `...` where some are left out."""
    files: dict[SourceFile, list[Mark]] = {}
    for mark in marks:
        files.setdefault(mark.span.source, []).append(mark)
    blocks = [(group[0].span, _strokes(group)) for group in files.values()]
    gutter = len(str(max(line for _, strokes in blocks for line in strokes)))
    shown: list[str] = []
    for first, strokes in blocks:
        shown.append(f"{' ' * gutter}--> {first}")
        shown.append(f"{' ' * gutter} |")
        shown += _block(first.source, strokes, gutter)
    return shown


def _strokes(marks: Sequence[Mark]) -> dict[int, list[_Stroke]]:
    """Each line with what is marked on it; a place over several lines is marked on its first and its last."""
    found: dict[int, list[_Stroke]] = {}
    for mark in marks:
        source = mark.span.source
        line, column = source.line_column(mark.span.start)
        # Blanks and line ends after the last character are not part of what is meant.
        last, end = source.line_column(mark.span.start + len(mark.span.text.rstrip()))
        if last == line:
            _note(found, line, _Stroke(column - 1, max(end - 1, column), mark.text, mark.main))
            continue
        text = source.line_text(line)
        _note(found, line, _Stroke(column - 1, max(len(text.rstrip()), column), "", mark.main))
        if last == line + 2:  # one line alone is not worth leaving out
            _note(found, line + 1, _whole(source.line_text(line + 1), "", mark.main))
        _note(found, last, replace(_whole(source.line_text(last), mark.text, mark.main), end=max(end - 1, 1)))
    return dict(sorted(found.items()))


def _note(found: dict[int, list[_Stroke]], line: int, stroke: _Stroke) -> None:
    """One place is marked once: two words on it stand side by side."""
    strokes = found.setdefault(line, [])
    for at, other in enumerate(strokes):
        if (other.start, other.end) == (stroke.start, stroke.end):
            text = "; ".join(t for t in dict.fromkeys((other.text, stroke.text)) if t)
            strokes[at] = replace(other, text=text, main=other.main or stroke.main)
            return
    strokes.append(stroke)


def _whole(text: str, word: str, main: bool) -> _Stroke:
    start = len(text) - len(text.lstrip())
    return _Stroke(start, max(len(text.rstrip()), start + 1), word, main)


def _block(source: SourceFile, strokes: dict[int, list[_Stroke]], gutter: int) -> list[str]:
    shown: list[str] = []
    before = None
    for line, marks in strokes.items():
        if before is not None and line == before + 2:
            shown.append(_numbered(line - 1, gutter, _expanded(source.line_text(line - 1)[:_MAX_WIDTH])))
        elif before is not None and line > before + 1:
            shown.append("...")
        text, cut = _window(source.line_text(line), marks)
        shown.append(_numbered(line, gutter, _expanded(text)))
        shown += [f"{' ' * gutter} | {row}".rstrip() for row in _rows(text, cut)]
        before = line
    return shown


def _numbered(line: int, gutter: int, text: str) -> str:
    return f"{line:>{gutter}} | {text}".rstrip()


def _window(text: str, marks: Sequence[_Stroke]) -> tuple[str, list[_Stroke]]:
    """The part of a long line around its places; what lies outside is marked at its edge."""
    if len(text) <= _MAX_WIDTH:
        return text, list(marks)
    anchor = next((m for m in marks if m.main), marks[0]).start
    leftmost = min(m.start for m in marks)
    if max(m.end for m in marks) - leftmost < _MAX_WIDTH // 2:
        anchor = leftmost
    first = max(0, anchor - _MAX_WIDTH // 2)
    shown = text[first : first + _MAX_WIDTH]
    cut = []
    for mark in marks:
        start = min(max(mark.start - first, 0), max(len(shown) - 1, 0))
        cut.append(replace(mark, start=start, end=max(min(mark.end - first, len(shown)), start + 1)))
    return shown, cut


def _rows(text: str, marks: Sequence[_Stroke]) -> list[str]:
    """The underlines, and below them the words that do not fit beside them, each under the start of its place."""
    places = [(width(text[: m.start]), width(text[: m.start]) + max(width(text[m.start : m.end]), 1), m) for m in marks]
    places.sort(key=lambda place: (place[0], place[1]))
    line = [" "] * max(end for _, end, _ in places)
    for main in (False, True):  # the main place is drawn over the others
        for start, end, mark in places:
            if mark.main is main:
                line[start:end] = ("^" if main else "-") * (end - start)
    rows = ["".join(line)]
    hanging = [place for place in places if place[2].text]
    if hanging and hanging[-1][1] == len(line) and hanging[-1][0] == max(start for start, _, _ in places):
        rows[0] += f" {hanging.pop()[2].text}"
    if hanging:
        rows.append(_stems([start for start, _, _ in hanging]))
    while hanging:
        start, _, mark = hanging.pop()
        rows.append(_stems([s for s, _, _ in hanging if s < start]).ljust(start) + mark.text)
    return rows


def _stems(columns: Sequence[int]) -> str:
    line = [" "] * (max(columns, default=-1) + 1)
    for column in columns:
        line[column] = "|"
    return "".join(line)


def _expanded(text: str) -> str:
    """As a terminal may show it: it gets no command from the text, and every character has its column."""
    return HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text).replace("\t", _TAB)


def width(text: str) -> int:
    """How many columns a terminal gives a text: two for a wide character, none for a mark upon another, four a tab."""
    if text.isascii():
        return len(text) + text.count("\t") * (len(_TAB) - 1)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if char == "\t":
        return len(_TAB)
    if HIDDEN.match(char):  # it is shown as one sign
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
