"""Text -> tree. What cannot be read becomes diagnostics; after one, reading goes on at the next declaration.

In: a `SourceFile`. Out: `Parsed`: the declarations that could be read, the diagnostics, and the names of
declarations that could not (so that later stages do not complain about them). Must not know what names mean.

1. The text is cut before each word that begins a declaration: these words are reserved, so the cut is exact.
2. Each piece is parsed alone. One that cannot be read gives one diagnostic; what stands before the mistake in it is
   kept where it is whole.

A piece that was read before, wherever it stood, is not read again where `known` remembers it.
All that a reading changes stands in its `_Reader`; tables are shared and never change. So any number of threads read at
once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from dsl.syntax import nodes as s
from dsl.syntax.declarations import Builder
from dsl.syntax.expressions import MAX_DEPTH
from dsl.syntax.lalr import Unexpected
from dsl.syntax.moved import moved
from dsl.syntax.parser_table import tables
from dsl.syntax.syntax_errors import BEGINS, syntax_error
from dsl.syntax.syntax_errors import DECLARATION_WORDS as DECLARATION_WORDS
from dsl.text.bounded import Bounded
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Edit, Fix, Mend, meant
from dsl.text.hidden import HIDDEN, code_point
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import SourceFile, Span

MAX_SYNTAX_ERRORS = 1000
"""After so many pieces that cannot be read, the rest of the file is not read."""

HEADERS = ("rules", "thesis")
"""The words that begin a header."""

_SKIP = r'"[^"\n]*(?:"|$)|\#[^\n]*'
_GAP = r"(?:\s|\#[^\n]*+)*+"
"""What may stand between two words; it gives nothing back, so that no word of a comment counts."""
_CUT = re.compile(
    rf"{_SKIP}|(?P<cut>(?:\b(?:override|drop)\b{_GAP})?\b(?:{'|'.join(DECLARATION_WORDS)})\b)", re.MULTILINE
)
_BRACKETS = re.compile(
    rf"{_SKIP}|(?P<bracket>[()])|(?P<run>(?:(?:\bnot\b|-)\s*){{{MAX_DEPTH + 1}}})|\b(?P<word>{'|'.join(DECLARATION_WORDS)})\b",
    re.MULTILINE,
)
_TITLED = re.compile(r'[A-Za-z_]\w*[ \t]*"')
_PLAIN = re.compile(r"[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*")
MAX_KNOWN = 20_000
"""A piece above so many characters is not remembered: nobody writes one by hand."""
Pieces = Bounded[str, tuple[s.Declaration, ...]]
"""Pieces of text that were read without a finding, with their declarations, placed as if the piece were the whole text."""

_HEAD = re.compile(r"(?:(?:override|drop)\s+)?[a-z]+\s+(?P<name>[A-Za-z_]\w*)")
_WORD = re.compile(r"(?:(?:override|drop)\s+)?(?P<word>[A-Za-z]+)")


@record
class Parsed:
    """A file as read: what could be, what was wrong, and the names that were lost to mistakes."""

    source: SourceFile
    file: s.File
    diagnostics: tuple[Diagnostic, ...]
    lost: frozenset[str] = frozenset()
    broken: tuple[s.Broken, ...] = ()
    """The declarations that could not be read, so far as it is clear what they are."""


@cache
def _words() -> frozenset[str]:
    """All words of the language."""
    return tables().words | set(DECLARATION_WORDS)


class _Reader:
    """Reads one source, part by part, with its own builder."""

    def __init__(self, source: SourceFile) -> None:
        self.source, self.words = source, _words()
        self._tables = tables()
        self._builder = Builder(source, self._embedded)
        self._methods = self._tables.methods(self._builder)
        self._errors: list[Diagnostic] = []

    def begin(self) -> None:
        """Forgets what was found in the part before."""
        self._builder.begin()
        self._errors = []

    def run(self, start: int, end: int) -> s.File:
        """Parses one part. Raises Unexpected."""
        tree = self._read(start, end, "file")
        assert isinstance(tree, s.File)
        return tree

    def bindings(self) -> tuple[s.Binding, ...]:
        """Parses `a = 1, b = 2`. Raises Unexpected."""
        tree = self._read(0, len(self.source.text), "bindings")
        assert isinstance(tree, tuple)
        return tree

    def _read(self, start: int, end: int, what: str) -> Any:
        self.begin()
        return self._tables.parse(self.source.text, start, end, what, self._methods)

    @property
    def found(self) -> list[Diagnostic]:
        """What the last run could read but found wrong."""
        return [*self._builder.diagnostics, *self._errors]

    def _embedded(self, start: int, end: int) -> list[s.Expr]:
        """The expression of a figure in braces, read while the text around it is."""
        plain = _PLAIN.fullmatch(self.source.text, start, end)
        if plain and plain.group(1) not in self.words:  # most are a name: no need of the tables
            return [self._builder.name_at(plain.group(1), *plain.span(1))]
        if len(self._errors) >= MAX_SYNTAX_ERRORS:  # no more than these are shown
            return []
        try:
            tree: object = self._tables.parse(self.source.text, start, end, "expression", self._methods)
        except Unexpected as error:
            self._errors.append(syntax_error(self.source, error, start, end, "the figure in braces", self.words))
            return []
        assert isinstance(tree, s.Expr)
        return [tree]


def parse(source: SourceFile, known: Pieces | None = None) -> Parsed:
    """Reads a rule file.

    In: its text; pieces that were read before (None: nothing is remembered). Out: `Parsed`; every mistake of syntax in
    the file is in its diagnostics. Never raises for anything the text may hold.
    """
    refused = _refused(source)
    if refused:
        return Parsed(source, s.File(()), refused, frozenset({"*"}))
    found = _parse_in_pieces(source, known)
    if not found.file.declarations and not found.diagnostics:
        return replace(found, diagnostics=(make("T002", None, path=source.path),))
    return found


def parse_headers(source: SourceFile, known: Pieces | None = None) -> tuple[s.Header, ...]:
    """The headers of a file without the rest of it, in a fraction of the time: all that `parse` finds, and at most some
    that it does not since something before them is wrong."""
    reader, found = _Reader(source), list[s.Header]()
    for start, end in pieces(source.text):
        if source.text.startswith(HEADERS, start):
            try:
                read = _piece(reader, start, end, known)
            except Unexpected:
                read = parse(source, known).file.declarations
            found += [d for d in read if isinstance(d, s.Header)]
    return tuple(found)


def parse_named(source: SourceFile, name: str) -> tuple[s.Declaration, ...]:
    """The declarations of a file that begin with a word and a name, without the rest of it: none where one of them cannot be
    read, or the text holds what no rules may."""
    begins = _named(source).get(name)
    if not begins:
        return ()
    reader, found = _Reader(source), list[s.Declaration]()
    for start, end in begins:
        try:
            found += reader.run(start, end).declarations
        except Unexpected:
            return ()
    return tuple(found)


@lru_cache(maxsize=64)
def _named(source: SourceFile) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Where the pieces of a text stand that begin with a word and a name, by that name; none of a text that is refused."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    if not _refused(source):
        for start, end in pieces(source.text):
            head = _HEAD.match(source.text, start, end)
            if head is not None:
                found[head["name"]] = (*found.get(head["name"], ()), (start, end))
    return found


def parse_bindings(
    source: SourceFile, what: str = "the setting"
) -> tuple[tuple[s.Binding, ...], tuple[Diagnostic, ...]]:
    """Reads `NAME = VALUE, …` that stands alone, as on the command line; `what` it is in messages."""
    refused = _refused(source)
    if refused:
        return (), refused
    reader = _Reader(source)
    try:
        found = reader.bindings()
    except Unexpected as error:
        return (), (syntax_error(source, error, 0, len(source.text), what, reader.words),)
    return found, tuple(reader.found)


def _piece(reader: _Reader, start: int, end: int, known: Pieces | None) -> tuple[s.Declaration, ...]:
    """The declarations of a piece, read or remembered. Raises Unexpected."""
    if known is None:
        return reader.run(start, end).declarations
    text = reader.source.text[start:end]
    before = known.get(text)
    if before is not None:
        return tuple(moved(d, reader.source, start) for d in before)
    read = reader.run(start, end).declarations
    if not reader.found and len(text) <= MAX_KNOWN:
        alone = SourceFile("", text)
        known.put(text, tuple(moved(d, alone, -start) for d in read))
    return read


def _parse_in_pieces(source: SourceFile, known: Pieces | None) -> Parsed:
    reader = _Reader(source)
    declarations: list[s.Declaration] = []
    diagnostics: list[Diagnostic] = []
    lost: set[str] = set()
    broken: list[s.Broken] = []
    reserved: set[str] = set()
    errors, skip_to = 0, -1
    for start, end in pieces(source.text):
        if errors >= MAX_SYNTAX_ERRORS:
            diagnostics.append(make("T014", source.span(start, start + 1), limit=MAX_SYNTAX_ERRORS))
            lost.add("*")
            break
        if start == skip_to:  # a reserved word taken for a name: its piece is no declaration
            continue
        reader.begin()
        try:
            declarations += _piece(reader, start, end, known)
            diagnostics += reader.found
            continue
        except Unexpected as error:
            errors += 1
            mistake: Diagnostic | None = syntax_error(
                source, error, start, end, _where(source.text, start), reader.words
            )
        place = (mistake and mistake.span) or source.span(start, end)
        if mistake and mistake.code == "T012":
            skip_to = place.start
            if place.text in reserved:  # its first use as a name has been shown
                mistake = None
            reserved.add(place.text)
        mend = _begins_declaration(source, start, mistake)
        header = source.text.startswith(HEADERS, start)
        lost |= {"*"} if header else set()  # what it uses may be lost
        if mend or header:  # what stands before the mistake is whole: `metrc x = 1`
            with suppress(Unexpected):
                declarations += reader.run(start, place.start).declarations
                diagnostics += reader.found
        if mend:
            mistake = make("T003", place, expected="a declaration", found=f"`{place.text}`", mend=mend)
            start = place.start
            if any(edit.text in HEADERS for fix in mend.fixes for edit in fix.edits):
                lost.add("*")  # the names of what it uses
        head = _HEAD.match(source.text, start)
        lost |= {head["name"]} if head else {place.text} if place.text.isidentifier() else {"*"}
        diagnostics += [mistake] if mistake else []
        broken.append(_broken(source, start, end, mistake))
    return Parsed(source, s.File(tuple(declarations)), tuple(diagnostics), frozenset(lost), tuple(broken))


def _broken(source: SourceFile, start: int, end: int, mistake: Diagnostic | None) -> s.Broken:
    """What a piece that cannot be read seems to declare."""
    whole = source.span(start, start + len(source.text[start:end].rstrip()))
    head = _HEAD.match(source.text, start, end)
    word = _WORD.match(source.text, start, end)
    place = source.span(*head.span("name")) if head else source.span(whole.end, whole.end)
    return s.Broken(whole, word["word"] if word else "", s.Name(place, place.text), None, mistake)


_NO_MEND = Mend("")


def _begins_declaration(source: SourceFile, start: int, mistake: Diagnostic | None) -> Mend:
    """The mend where the mistake is a misspelt or missing first word of a declaration, on a new line; else none."""
    if mistake is None or mistake.code != "T003" or mistake.span is None:
        return _NO_MEND
    at, word = mistake.span.start, mistake.span.text
    alone = not source.text[source.text.rfind("\n", 0, at) + 1 : at].strip()
    if not alone or at == start or word in _words() or not BEGINS.match(source.text, at):
        return _NO_MEND
    otherwise = "begin it with its word, such as `input`, `metric` or `bull`" if _TITLED.match(source.text, at) else ""
    mend = meant(mistake.span, word, DECLARATION_WORDS, otherwise, closed=True, least=3)
    return mend if mistake.hint in (None, str(mend)) else _NO_MEND  # else it is nearer to a clause


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where each declaration of a text begins and ends; what stands before the first is a piece, too."""
    cuts = [m.start() for m in _CUT.finditer(text) if m.group("cut")]
    if not cuts or text[: cuts[0]].strip():
        cuts.insert(0, 0)
    yield from zip(cuts, [*cuts[1:], len(text)], strict=True)


def _where(text: str, start: int) -> str:
    head = _HEAD.match(text, start)
    return f"`{' '.join(head.group(0).split())}`" if head else "a declaration"


def _refused(source: SourceFile) -> tuple[Diagnostic, ...]:
    """What keeps a text from being read at all."""
    hidden = islice(HIDDEN.finditer(source.text), MAX_SYNTAX_ERRORS)
    found = [
        make("T016", source.span(*m.span()), fixes=[_shown(source, m.start())], found=code_point(m[0])) for m in hidden
    ]
    deep = _too_deep(source)
    if deep is not None:
        found.append(make("T007", deep, limit=MAX_DEPTH))
    return tuple(found)


def _shown(source: SourceFile, at: int) -> Fix:
    """A hidden character taken away. One that takes up room stands between two words: a blank takes its place."""
    roomy = unicodedata.category(source.text[at]) not in {"Cf", "Mn", "Cs"}
    around = source.text[max(at - 1, 0) : at] + source.text[at + 1 : at + 2]
    between = roomy and len(around) == 2 and all(char.isalnum() or char == "_" for char in around)
    edit = Edit(source.span(at, at + 1), " " if between else "")
    return Fix("take the hidden character away", (edit,), sure=True)


def _too_deep(source: SourceFile) -> Span | None:
    """The bracket that opens one level too many, or a run of `not` or `-` as deep: found before the stack piles them up."""
    depth = 0
    for match in _BRACKETS.finditer(source.text):
        bracket = match.group("bracket")
        if bracket == "(":
            depth += 1
            if depth > MAX_DEPTH:
                return source.span(match.start(), match.end())
        elif bracket == ")":
            depth = max(0, depth - 1)
        elif match.group("run"):
            return source.span(match.start(), match.start() + 1)
        elif match.group("word"):
            depth = 0
    return None
