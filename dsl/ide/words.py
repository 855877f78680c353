"""The words of a text, errors in it or not, and what may stand at a place by the grammar.

In: a text. Out: `Word`s; `Expected`. Must not know what names mean.

What may stand at a place is asked of the tables that read the language: the declaration is read up to the place, and the
tables say with which kinds of token they would go on. So no list of what follows what is kept here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum

from dsl.syntax.lalr import Unexpected
from dsl.syntax.parse import pieces
from dsl.syntax.parser_table import tables
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.text.record import record

PROBE = "\0"
"""A character with which no word begins, in any state of the tables."""


class Sort(StrEnum):
    """What a word looks like."""

    NAME = "name"
    NUMBER = "number"
    TEXT = "text"
    COMMENT = "comment"
    SIGN = "sign"


_WORD = re.compile(
    r'(?P<text>"[^"\n]*"?)|(?P<comment>\#[^\n]*)|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)'
    r"|(?P<number>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+(?:\.[0-9]+)?[ \t]?%|[0-9]+(?:\.[0-9]+)?[A-Za-z]*)|(?P<sign><=|>=|==|!=|\S)"
)


@record
class Word:
    """A word of a text and its place (offsets, end exclusive)."""

    sort: Sort
    text: str
    start: int
    end: int


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of a part of a text, comments among them."""
    for found in _WORD.finditer(text, start, len(text) if end is None else end):
        yield Word(Sort(found.lastgroup or Sort.SIGN), found[0], *found.span())


def figures_in(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The insides of the braces of a text in quotes: offsets of each, a brace that is not closed up to the end."""
    at = start
    while (opened := text.find("{", at, end)) >= 0:
        closed = text.find("}", opened, end)
        at = closed + 1 if closed >= 0 else end
        yield opened + 1, closed if closed >= 0 else end


def piece_at(text: str, offset: int) -> tuple[int, int]:
    """Where the declaration begins and ends in which a place stands; a place right before one belongs to it."""
    found = list(pieces(text)) or [(0, len(text))]
    starts = [start for start, _ in found]
    at = bisect_right(starts, offset) - 1
    return (0, starts[0]) if at < 0 else found[at]


@record
class Expected:
    """What may stand at a place.

    `kinds`: kinds of token by the grammar, empty where something before cannot be read (`lost`). `before`: the words of
    the declaration that stand before the place, without comments. `typed`: the part of a word that stands right before
    the place, from `start` on. `inside`: a comment, a text in quotes, or neither.
    """

    kinds: frozenset[str]
    before: tuple[Word, ...]
    typed: str
    start: int
    inside: Sort | None
    lost: bool

    def word(self, at: int) -> str:
        """A word before the place, counted from its end (1: the last); '' where there are not so many."""
        return self.before[-at].text if at <= len(self.before) else ""

    @property
    def declares(self) -> str:
        """The word that the declaration begins with, behind `override`."""
        first = next((w.text for w in self.before if w.text != "override"), "")
        return first if first in DECLARATION_WORDS else ""


_TYPED = re.compile(r"[A-Za-z_][\w.]*\Z")


def expected(text: str, offset: int) -> Expected:
    """What may stand at a place of a text. Never raises for what the text may hold."""
    typed = _TYPED.search(text, max(0, offset - 200), offset)
    start = typed.start() if typed else offset
    begin, _ = piece_at(text, start)
    if begin < start and text[begin:start].strip() == "":
        begin = start
    before = [w for w in words(text, begin, start) if w.sort is not Sort.COMMENT]
    line = text.rfind("\n", 0, offset) + 1
    last = next((w for w in reversed(list(words(text, line, offset))) if w.end == offset), None)
    inside = _inside(last, offset)
    if inside is Sort.TEXT and last is not None:
        figure = next((f for f in figures_in(text, last.start, offset) if f[1] == offset and f[0] <= start), None)
        if figure is not None:
            within = [w for w in words(text, figure[0], start) if w.sort is not Sort.COMMENT]
            kinds = _kinds(text[figure[0] : start], "expression")
            return Expected(kinds, tuple(within), text[start:offset], start, None, not kinds)
        return Expected(frozenset(), tuple(w for w in before if w.end <= last.start), "", offset, inside, False)
    if inside is Sort.COMMENT:
        return Expected(frozenset(), tuple(before), "", offset, inside, False)
    kinds = _kinds(text[begin:start], "file")
    return Expected(kinds, tuple(before), text[start:offset], start, None, not kinds)


def _inside(last: Word | None, offset: int) -> Sort | None:
    if last is None or offset <= last.start:
        return None
    if last.sort is Sort.COMMENT:
        return Sort.COMMENT
    open_still = last.sort is Sort.TEXT and (last.text.count('"') < 2)
    return Sort.TEXT if open_still else None


def _kinds(text: str, what: str) -> frozenset[str]:
    """The kinds of token that may follow a text; none where it cannot be read so far."""
    reader = tables()
    try:
        reader.parse(text + PROBE, 0, len(text) + 1, what, reader.skipping)
    except Unexpected as stop:
        return frozenset(stop.accepts()) if stop.at == len(text) else frozenset()
    return frozenset()


def spelled(kinds: frozenset[str]) -> list[str]:
    """The words that kinds of token are, where they are words: sorted, each once."""
    known = tables().spellings
    return sorted({word for kind in kinds for word in known.get(kind, ())})
