"""Text -> tree. Lark's errors become diagnostics; after one, reading goes on at the next declaration.

In: a `SourceFile`. Out: `Parsed`: the declarations that could be read, the diagnostics, and the names of
declarations that could not (so that later stages do not complain about them). Must not know what names mean.

1. The whole text is parsed in one go; most files end here.
2. If that fails, the text is cut before each word that begins a declaration (these words are reserved, so the
   cut is exact), each piece is parsed alone, and a piece that fails gives one diagnostic. What stands before
   the mistake in a piece is kept where it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

from lark import Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dsl import syntax as s
from dsl import tables
from dsl.build import Builder
from dsl.build_expressions import MAX_DEPTH
from dsl.diagnostics import Diagnostic
from dsl.messages import did_you_mean, make
from dsl.source import SourceFile, Span

DECLARATION_WORDS = (
    "rules", "thesis", "input", "param", "metric", "forecast", "pillar", "bull", "bear", "verdict",
    "scenario", "uncertain", "example", "catalyst", "kill", "override", "drop",
)  # fmt: skip
"""The words that begin a declaration; reserved."""

MAX_SYNTAX_ERRORS = 1000
"""After so many pieces that cannot be read, the rest of the file is not read."""

_SKIP = r'"[^"\n]*(?:"|$)|\#[^\n]*'
_CUT = re.compile(rf"{_SKIP}|(?P<cut>(?:\b(?:override|drop)\s+)?\b(?:{'|'.join(DECLARATION_WORDS)})\b)", re.MULTILINE)
_BRACKETS = re.compile(rf"{_SKIP}|(?P<bracket>[()])|\b(?P<word>{'|'.join(DECLARATION_WORDS)})\b", re.MULTILINE)
_BEGINS = re.compile(r'[A-Za-z_]\w*[ \t]+["A-Za-z_]')
_TITLED = re.compile(r'[A-Za-z_]\w*[ \t]*"')
_PLAIN = re.compile(r"[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*")
_FOLLOWING = re.compile(r"\S{1,80}")
_HEAD = re.compile(r"(?:(?:override|drop)\s+)?[a-z]+\s+([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read: what could be, what was wrong, and the names that were lost to mistakes."""

    source: SourceFile
    file: s.File
    diagnostics: tuple[Diagnostic, ...]
    lost: frozenset[str] = frozenset()


class _Reader:
    """Lark with our builder inside; one for the process, since to load its tables takes a while."""

    def __init__(self) -> None:
        self.builder = Builder(self._embedded)
        self._errors: list[Diagnostic] = []
        self._lark = tables.parser(self.builder)
        patterns = (str(t.pattern.value) for t in self._lark.terminals)
        self.words = frozenset(p for p in patterns if p.isalpha()) | set(DECLARATION_WORDS)

    def run(self, source: SourceFile, start: int, end: int) -> s.File:
        """Parses one stretch. Raises UnexpectedInput."""
        self.builder.begin(source, start)
        self._errors = []
        tree: object = self._lark.parse(source.text[start:end], start="file")
        assert isinstance(tree, s.File)
        return tree

    @property
    def found(self) -> list[Diagnostic]:
        """What the last run could read but found wrong."""
        return [*self.builder.diagnostics, *self._errors]

    def _embedded(self, source: SourceFile, start: int, end: int) -> list[s.Expr]:
        """The expression of a figure in braces, read while the text around it is."""
        plain = _PLAIN.fullmatch(source.text, start, end)
        if plain and plain.group(1) not in self.words:  # most are a name: no need to start lark for it
            return [self.builder.name_at(plain.group(1), *plain.span(1))]
        outer, self.builder.offset = self.builder.offset, start
        try:
            tree: object = self._lark.parse(source.text[start:end], start="expression")
        except UnexpectedInput as error:
            place = "the figure in braces"
            self._errors.append(_syntax_error(source, error, start, end, place))
            return []
        finally:
            self.builder.offset = outer
        assert isinstance(tree, s.Expr)
        return [tree]

    def bindings(self, source: SourceFile) -> tuple[s.Binding, ...]:
        """Parses `a = 1, b = 2`. Raises UnexpectedInput."""
        self.builder.begin(source)
        self._errors = []
        tree: object = self._lark.parse(source.text, start="bindings")
        assert isinstance(tree, tuple)
        return tree


@cache
def _reader() -> _Reader:
    return _Reader()


def parse(source: SourceFile) -> Parsed:
    """Reads a rule file.

    In: its text. Out: `Parsed`; every mistake of syntax in the file is in its diagnostics. Never raises for
    anything the text may hold.
    """
    deep = _too_deep(source)
    if deep is not None:
        return Parsed(source, s.File(()), (make("T007", deep, limit=MAX_DEPTH),), frozenset({"*"}))
    reader = _reader()
    try:
        tree = reader.run(source, 0, len(source.text))
    except UnexpectedInput:
        return _parse_in_pieces(source, reader)
    found = reader.found
    if not tree.declarations and not found:
        found = [make("T002", None, path=source.path)]
    return Parsed(source, tree, tuple(found))


def parse_bindings(source: SourceFile) -> tuple[tuple[s.Binding, ...], tuple[Diagnostic, ...]]:
    """Reads `NAME = VALUE, …` that stands alone, as on the command line."""
    deep = _too_deep(source)
    if deep is not None:
        return (), (make("T007", deep, limit=MAX_DEPTH),)
    reader = _reader()
    try:
        found = reader.bindings(source)
    except UnexpectedInput as error:
        return (), (_syntax_error(source, error, 0, len(source.text), "the setting"),)
    return found, tuple(reader.found)


def _parse_in_pieces(source: SourceFile, reader: _Reader) -> Parsed:
    declarations: list[s.Declaration] = []
    diagnostics: list[Diagnostic] = []
    lost: set[str] = set()
    reserved: set[str] = set()
    errors, skip_to = 0, -1
    for start, end in _pieces(source.text):
        if errors >= MAX_SYNTAX_ERRORS:
            diagnostics.append(make("T014", source.span(start, start + 1), limit=MAX_SYNTAX_ERRORS))
            lost.add("*")
            break
        if start == skip_to:  # a reserved word taken for a name: its piece is no declaration
            continue
        try:
            declarations += reader.run(source, start, end).declarations
            diagnostics += reader.found
            continue
        except UnexpectedInput as error:
            errors += 1
            mistake: Diagnostic | None = _syntax_error(source, error, start, end, _where(source.text, start))
        place = (mistake and mistake.span) or source.span(start, end)
        if mistake and mistake.code == "T012":
            skip_to = place.start
            if place.text in reserved:  # its first use as a name has been shown
                mistake = None
            reserved.add(place.text)
        mend = _begins_declaration(source, start, mistake)
        header = source.text.startswith(("rules", "thesis"), start)
        lost |= {"*"} if header else set()  # what it uses may be lost
        if mend or header:  # what stands before the mistake is whole: `metrc x = 1`
            with suppress(UnexpectedInput):
                declarations += reader.run(source, start, place.start).declarations
                diagnostics += reader.found
        if mend:
            mistake = make("T003", place, expected="a declaration", found=f"`{place.text}`", mend=mend)
            start = place.start
        head = _HEAD.match(source.text, start)
        lost |= {head.group(1)} if head else {place.text} if place.text.isidentifier() else {"*"}
        diagnostics += [mistake] if mistake else []
    return Parsed(source, s.File(tuple(declarations)), tuple(diagnostics), frozenset(lost))


def _begins_declaration(source: SourceFile, start: int, mistake: Diagnostic | None) -> str:
    """The mend where the mistake is a misspelt or missing first word of a declaration, on a new line; else ''."""
    if mistake is None or mistake.code != "T003" or mistake.span is None:
        return ""
    at, word = mistake.span.start, mistake.span.text
    alone = not source.text[source.text.rfind("\n", 0, at) + 1 : at].strip()
    if not alone or at == start or word in _reader().words or not _BEGINS.match(source.text, at):
        return ""
    otherwise = "begin it with its word, such as `input`, `metric` or `bull`" if _TITLED.match(source.text, at) else ""
    mend = did_you_mean(word, DECLARATION_WORDS, otherwise)
    return mend if mistake.hint in (None, mend) else ""  # else it is nearer to a clause


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    cuts = [m.start() for m in _CUT.finditer(text) if m.group("cut")]
    if not cuts or text[: cuts[0]].strip():
        cuts.insert(0, 0)
    yield from zip(cuts, [*cuts[1:], len(text)], strict=True)


def _where(text: str, start: int) -> str:
    head = _HEAD.match(text, start)
    return f"`{' '.join(head.group(0).split())}`" if head else "a declaration"


def _too_deep(source: SourceFile) -> Span | None:
    """The bracket that opens one level too many: found before lark piles them up."""
    depth = 0
    for match in _BRACKETS.finditer(source.text):
        bracket = match.group("bracket")
        if bracket == "(":
            depth += 1
            if depth > MAX_DEPTH:
                return source.span(match.start(), match.end())
        elif bracket == ")":
            depth = max(0, depth - 1)
        elif match.group("word"):
            depth = 0
    return None


# --- lark's errors in the analyst's words ------------------------------------------------------------

_VALUES = frozenset({"NUMBER", "PERCENT", "NAME", "LPAR"})
_WORDS = {
    "NAME": "a name", "STRING": "a text in quotes", "TICKER": "a ticker such as BABA", "CURRENCY": "a currency such as USD",
    "DATE": "a day as YYYY-MM-DD", "DURATION": "a duration such as `120 days`", "EQUAL": "`=`", "COMPARE": "a comparison",
    "SIGN": "`+` or `-`", "TIMES": "`*` or `/`", "TONE": "bullish, neutral or bearish", "LPAR": "`(`", "RPAR": "`)`",
    "COMMA": "`,`", "COLON": "`:`", "CIRCUMFLEX": "`^`", "BASE": "a type", "FREQUENCY": "day, week, month, quarter or year",
    "KIND": "the kind of declaration", "__ANON_0": "`~`", "TILDE": "`~`",
}  # fmt: skip
_TYPES = ("money", "percent", "number", "multiple", "count", "flag", "date", "text", "choice", "set")
_CHARACTERS = {
    "“": 'write straight quotes: "', "”": 'write straight quotes: "', "‘": 'write straight quotes: "',
    "’": "write a straight quote, or leave it out", "'": 'texts stand in double quotes: "', "≥": "write >=",
    "≤": "write <=", "≠": "write !=", "×": "write *", "÷": "write /", "−": "write - (a plain minus)",
    "–": "write - (a plain minus)", "&": "write `and`", "|": "write `or`", "!": "write `not`, or `!=`",
    "%": "a percent is a figure with % right behind it: 25%", "$": "write the currency behind the figure: 5bn USD",
    "€": "write the currency behind the figure: 5bn EUR", "¥": "write the currency behind the figure: 5bn CNY",
    ";": "leave it out: each declaration begins with its own word", "{": "braces stand only inside a `because` text",
    "}": "braces stand only inside a `because` text", "[": "a set is written with round brackets: (cloud, models)",
    "]": "a set is written with round brackets: (cloud, models)",
}  # fmt: skip


def _accepted(error: UnexpectedToken) -> set[str]:
    """The terminals that could stand at a mistake."""
    if error.interactive_parser is None:
        return set(error.expected)
    accepts: Callable[[], set[str]] = error.interactive_parser.accepts
    return set(accepts()) - {"DOTTED"}  # wherever it may stand, a name may


def _syntax_error(source: SourceFile, error: UnexpectedInput, begin: int, end: int, where: str) -> Diagnostic:
    """A diagnostic for what lark could not take between two offsets: at the token or character, with what could
    stand there."""
    if isinstance(error, UnexpectedCharacters):
        return _unexpected_character(source, begin + (error.pos_in_stream or 0))
    assert isinstance(error, UnexpectedToken)
    token: Token = error.token
    accepted = _accepted(error)
    expected = _expected(accepted)
    if token.type == "$END":
        last = begin + len(source.text[begin:end].rstrip())
        following = _FOLLOWING.search(source.text, last)
        if following is not None:
            at, at_end = following.span()
            found = f"`{source.text[at:at_end]}`"
            as_name = "NUMBER" not in accepted or "\n" not in source.text[last:at]
            if "NAME" in accepted and as_name and source.text[at:at_end] in DECLARATION_WORDS:
                return make("T012", source.span(at, at_end), name=source.text[at:at_end])
            message = make("T003", source.span(at, at_end), expected=expected, found=found, mend="")
            return replace(message, message=f"{where} is not finished: {message.message}")
        return make("T005", source.span(max(last - 1, 0), last), where=where, expected=expected, mend="")
    start = begin + (token.start_pos or 0)
    if token.type in ("TICKER", "CURRENCY") and token[:1].isdigit():
        return _unexpected_character(source, start)
    span = source.span(start, begin + token.end_pos if token.end_pos else start + 1)
    shown = span.text if span.length <= 40 else span.text[:39] + "…"
    return make("T003", span, expected=expected, found=f"`{shown}`", mend=_mend(source, span, accepted))


def _unexpected_character(source: SourceFile, at: int) -> Diagnostic:
    character = source.text[at]
    span = source.span(at, at + 1)
    if character == '"':
        line_end = source.text.find("\n", at)
        return make("T006", source.span(at, line_end if line_end >= 0 else len(source.text)))
    number = re.compile(r"\d[\w.,%]*").match(source.text, at)
    if number:
        span = source.span(at, min(number.end(), at + 40))
        return make(
            "T004",
            span,
            found=f"the figure `{span.text}`",
            mend="figures are written 25, 25%, 2pp, 50bps, 22x, 380bn CNY",
        )
    shown = f"the character `{character}`" if character.isprintable() else f"the character U+{ord(character):04X}"
    return make("T004", span, found=shown, mend=_CHARACTERS.get(character, "take it away"))


def _expected(accepted: set[str]) -> str:
    names = set(accepted)
    words: list[str] = []
    if names >= _VALUES:
        words.append("a figure, a name or `(`")
        names -= {
            "NUMBER", "SCALED", "PERCENT", "POINTS", "BASIS_POINTS", "MULTIPLE", "MONEY", "DATE", "DURATION", "STRING",
            "TRUE", "FALSE", "UNKNOWN", "NAME", "LPAR", "SIGN", "NOT",
        }  # fmt: skip
    if names >= {"SIGN", "TIMES"}:
        words.append("a sign such as `>`" if "COMPARE" in names else "a sign such as `+`")
        names -= {"AND", "OR", "BETWEEN", "CIRCUMFLEX", "COMPARE", "FOR", "INCLUDES", "IS", "LPAR", "SIGN", "TIMES"}
    if {w.upper() for w in ("metric", "pillar", "bull")} <= names:
        names -= {w.upper() for w in DECLARATION_WORDS} | {"$END"}
        words.append("the next declaration")
    if {"BASE", "CHOICE"} <= names:
        names -= {"BASE", "CHOICE", "SET"}
        words.append("a type such as money, percent or multiple")
    words = [_WORDS.get(n, f"`{n.lower()}`") for n in sorted(names) if n != "$END"][:8] + words
    if not words:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _mend(source: SourceFile, span: Span, accepted: set[str]) -> str:
    before = source.text[max(0, span.start - 12) : span.start]
    if span.text == "," and re.search(r"\d$", before) and re.match(r",\d{3}(?!\d)", source.text[span.start :]):
        return "write figures without thousands separators: 380000, 380k or 380m"
    if span.text in DECLARATION_WORDS and "NAME" in accepted:
        return f"`{span.text}` is a word of the language; choose another name"
    if accepted >= {"SIGN", "TIMES"} and re.match(r"[\d(]", span.text):
        return "put a sign such as `>` or `+` before it"
    if "COMMA" in accepted and re.match(r"\w+[ \t]*=", source.text[span.start : span.start + 200]):
        return "put a comma before it"
    if accepted == {"NAME"} and span.text.startswith('"'):
        return "a name stands before the title: `cloud_growth`"
    if "BASE" in accepted:
        return did_you_mean(span.text, _TYPES)
    if span.text in _reader().words:
        return ""
    words = [a.lower() for a in accepted if a.isalpha() and a not in _WORDS]
    if not _BEGINS.match(source.text, span.start):
        words = [w for w in words if w not in DECLARATION_WORDS]
    words += ["bullish", "bearish", "neutral"] if "TONE" in accepted else []
    return did_you_mean(span.text, words) if re.fullmatch(r"[A-Za-z_]+", span.text) else ""
