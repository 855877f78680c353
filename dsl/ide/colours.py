"""What each word of a file is, for an editor that colours by meaning: an input, a threshold, an outcome, a word of the
language. A file that cannot be read has colours, too.

In: a `View`. Out: `Coloured` words in their order, none touching another. Must not know editors.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from enum import StrEnum

from dsl.ide.view import View
from dsl.ide.words import Sort, Word, figures_in, words
from dsl.syntax.parser_table import tables
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.text.record import record
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS


class Colour(StrEnum):
    """What a word is; the names are those of the protocol's token types, as near as they come."""

    KEYWORD = "keyword"
    COMMENT = "comment"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    FUNCTION = "function"
    TYPE = "type"
    NAMESPACE = "namespace"
    INPUT = "variable"
    PARAM = "parameter"
    METRIC = "property"
    JUDGEMENT = "class"
    EVENT = "event"
    WORD = "enumMember"


@record
class Coloured:
    """A word, what it is, and whether it is declared there (offsets, end exclusive)."""

    start: int
    end: int
    colour: Colour
    declares: bool = False


_BY_ROLE = {
    "input": Colour.INPUT, "param": Colour.PARAM, "metric": Colour.METRIC, "forecast": Colour.METRIC,
    "pillar": Colour.JUDGEMENT, "bull": Colour.JUDGEMENT, "bear": Colour.JUDGEMENT, "verdict": Colour.JUDGEMENT,
    "kill": Colour.EVENT, "catalyst": Colour.EVENT, "scenario": Colour.NAMESPACE, "rules": Colour.NAMESPACE,
    "thesis": Colour.NAMESPACE,
}  # fmt: skip
_TYPES = frozenset({"money", "percent", "number", "multiple", "count", "flag", "date", "text", "choice", "set"})
_SIGNS = frozenset("+-*/^<>=~") | {"<=", ">=", "==", "!="}


def colours(view: View, start: int = 0, end: int | None = None) -> tuple[Coloured, ...]:
    """The coloured words of a part of a file."""
    uses = frozenset(u.span.start for u in view.uses)
    return tuple(_coloured(view, words(view.text, start, end), uses, ""))


def _coloured(view: View, found: Iterator[Word], uses: Container[int], before: str) -> Iterator[Coloured]:
    known = tables().words
    for word in found:
        colour: Colour | None = None
        declares = False
        match word.sort:
            case Sort.COMMENT:
                colour = Colour.COMMENT
            case Sort.NUMBER:
                colour = Colour.NUMBER
            case Sort.SIGN:
                colour = Colour.OPERATOR if word.text in _SIGNS else None
            case Sort.TEXT:
                yield from _text(view, word, uses)
            case Sort.NAME:
                colour, declares = _name(view, word, before, word.start in uses, known)
        if colour is not None:
            yield Coloured(word.start, word.end, colour, declares)
        if word.sort is not Sort.COMMENT:
            before = word.text


def _text(view: View, word: Word, uses: Container[int]) -> Iterator[Coloured]:
    """A text in quotes, with the figures in its braces as what they are."""
    at = word.start
    for start, end in figures_in(view.text, word.start, word.end):
        yield Coloured(at, start, Colour.STRING)
        yield from _coloured(view, words(view.text, start, end), uses, "{")
        at = end
    if at < word.end:
        yield Coloured(at, word.end, Colour.STRING)


def _name(view: View, word: Word, before: str, is_name: bool, known: frozenset[str]) -> tuple[Colour | None, bool]:
    text = word.text
    if not is_name:
        called = view.text[word.end : word.end + 1] == "("
        if called and (text in FUNCTIONS or text in DISTRIBUTIONS):
            return Colour.FUNCTION, False
        if text in _TYPES:
            return Colour.TYPE, False
        if text in DECLARATION_WORDS or text in known:
            return Colour.KEYWORD, False
        if text.isupper() and before in ("for", "in"):
            return Colour.WORD, False
    declares = before in DECLARATION_WORDS
    role = before if declares and before not in ("uncertain", "drop", "override") else view.role(text)
    return _BY_ROLE.get(role, Colour.WORD), declares
