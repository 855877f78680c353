"""What is shown of a place: a name, a function, a word of the language, a module, an expression; and the call around it.

In: a `View` and an offset. Out: `Hover`, `Signature`. Must not know editors.
"""

from __future__ import annotations

from dsl.ide.describe import code, escaped, of_function, of_name, signature
from dsl.ide.keywords import KEYWORDS
from dsl.ide.navigation import module_at, name_at
from dsl.ide.view import NO_FACTS, Beside, View
from dsl.ide.words import Sort, Word, figures_in, piece_at, words
from dsl.program import program as p
from dsl.text.record import record
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS
from dsl.types.units import Kind


@record
class Hover:
    """What is shown, in Markdown, and of which place (offsets)."""

    text: str
    start: int
    end: int


def hover(view: View, offset: int, beside: Beside = NO_FACTS) -> Hover | None:
    """What is shown of a place; None where there is nothing to say."""
    name = name_at(view, offset)
    if name is not None:
        text = of_name(view, name[0], beside)
        if text:
            return Hover(text, name[1].start, name[1].end)
    word = word_at(view.text, offset)
    if word is None:
        return None
    found = _of_module(view, offset) or _of_word(view, word)
    if found:
        return Hover(found, word.start, word.end)
    return _of_expression(view, offset)


def word_at(text: str, offset: int) -> Word | None:
    """The word at a place, one that ends there too; inside the braces of a text the word there."""
    line = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    for word in words(text, line, end):
        if word.sort is Sort.TEXT:
            for start, stop in figures_in(text, word.start, word.end):
                inner = [w for w in words(text, start, stop) if w.start <= offset <= w.end]
                if inner:
                    return inner[0]
        elif word.sort is Sort.NAME and word.start <= offset <= word.end:
            return word
    return next((w for w in words(text, line, end) if w.start <= offset <= w.end), None)


def _of_module(view: View, offset: int) -> str:
    module = module_at(view, offset)
    if module is None:
        return ""
    taken = next((m for m in view.checked.linked.modules if m.source.path == module.path), None)
    title = taken.header.title if taken is not None and taken.header.title else module.name
    asks = f"\n\n{escaped(taken.header.asks)}" if taken is not None and taken.header.asks else ""
    return f"**{escaped(title)}**\n\n{code(f'uses {module.name}')}{asks}"


def _of_word(view: View, word: Word) -> str:
    if word.sort is not Sort.NAME:
        return ""
    called = view.text[word.end : word.end + 1] == "("
    if called and word.text in FUNCTIONS:
        return of_function(FUNCTIONS[word.text])
    if called and word.text in DISTRIBUTIONS:
        return code(DISTRIBUTIONS[word.text][1])
    said = KEYWORDS.get(word.text)
    return f"**{word.text}**\n\n{said}" if said else ""


def _of_expression(view: View, offset: int) -> Hover | None:
    """The type of the innermost expression at a place."""
    for expr in view.index.expressions_at(view.source.path, offset):
        if expr.type.kind is not Kind.ANY and not isinstance(expr, p.Window):
            return Hover(f"{code(_shortened(expr.text))}\n\n{escaped(str(expr.type))}", expr.span.start, expr.span.end)
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"


# --- the call around a place --------------------------------------------------------------------------------


@record
class Signature:
    """A function that is being called: how it is called, where each argument stands in that text, what it means, and which
    argument the place is in (from 0)."""

    label: str
    arguments: tuple[tuple[int, int], ...]
    text: str
    active: int


def signature_help(view: View, offset: int) -> Signature | None:
    """The innermost call of a function around a place; None where there is none."""
    start, _ = piece_at(view.text, offset)
    before = list(words(view.text, start, offset))
    if before and before[-1].sort is Sort.COMMENT and before[-1].end == offset:
        return None
    if before and before[-1].sort is Sort.TEXT and before[-1].text.count('"') < 2:
        within = next((f for f in figures_in(view.text, before[-1].start, offset) if f[1] == offset), None)
        if within is None:
            return None
        before = list(words(view.text, *within))
    depth = commas = 0
    for at in range(len(before) - 1, -1, -1):
        text = before[at].text
        if text == ")":
            depth += 1
        elif text == "(" and depth:
            depth -= 1
        elif text == "(":
            name = before[at - 1].text if at else ""
            if name in FUNCTIONS:
                return _signature(name, commas)
            if name in DISTRIBUTIONS:
                return Signature(DISTRIBUTIONS[name][1], (), "", 0)
            commas = 0
        elif text == "," and not depth:
            commas += 1
    return None


def _signature(name: str, commas: int) -> Signature:
    function = FUNCTIONS[name]
    label, places = signature(function)
    active = min(commas, len(places) - 1) if function.rest else commas
    return Signature(label, tuple(places), of_function(function), active)
