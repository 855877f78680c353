"""A plain number that a formula gives, beside a percent or a multiple: what it is must be said, where it is made.

In: the two typed expressions. Out: the sentence and the fixes. Must not know how expressions are lowered.

`a / b - 1 < -10%` has its percent already: there the number is to be one, `metric change : percent = a / b - 1`, or the
figure beside it a plain one, `-0.1`. Both say the same.
"""

from __future__ import annotations

import re

from dsl.lowering.scope import Scope, short
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.syntax.parse import pieces
from dsl.text.edits import Edit, Fix, Mend, doubted, put
from dsl.text.source import Span
from dsl.types.units import PERCENTS

_HEAD = re.compile(r"(?:(?:override|drop)\s+)?(?P<word>[a-z]+)\s+(?P<name>[A-Za-z_]\w*)?")
_TITLE = re.compile(r'\s*"[^"\n]*"')


def retyped(wanted: p.Expr, plain: p.Expr, scope: Scope) -> Mend | None:
    """The mend for a number that is no figure written out; None where there is none to tell.

    `wanted`: the percent or multiple beside it, whose type it is to have.
    """
    word = "percent" if wanted.type.kind in PERCENTS else "multiple"
    if isinstance(plain, p.Ref):
        return _declared(plain, word, scope)
    if isinstance(plain, p.Const) or scope.params_only is not None or p.names_in(plain) & scope.local.keys():
        return None
    start, base = _declaration(plain.span)
    name = _free(f"{base}_{word}", scope)
    text = inner(plain.span.text)
    edits = (Edit(plain.span.source.span(start, start), f"metric {name} : {word} = {text}\n"), Edit(plain.span, name))
    shown = short(plain)
    fixes = [Fix(f"give it a name, `metric {name} : {word}`", edits)]
    sentence = f"say that it is a {word}: `metric {name} : {word} = {shown}`, and ask for `{name}`"
    if isinstance(wanted, p.Const) and isinstance(wanted.value, float):
        number = f"{wanted.value:.10g}"
        fixes.append(put(wanted.span, number))
        sentence += f"; or write the plain number `{number}` for `{wanted.text}`"
    return Mend(sentence, tuple(fixes))


def _declared(plain: p.Ref, word: str, scope: Scope) -> Mend | None:
    """A name: its declaration says what it is."""
    written = scope.written.get(plain.name)
    if isinstance(written, s.Metric) and written.value is not None and written.type is None:
        source, at = written.name.span.source, written.name.span.end
        title = _TITLE.match(source.text, at) if written.title is not None else None
        place = source.span(title.end(), title.end()) if title else source.span(at, at)
        fix = Fix(f"declare it `: {word}`", (Edit(place, f" : {word}"),), doubtful=True)
        return Mend(f"declare it as what it is: `metric {plain.name} : {word} = …`", (fix,))
    if isinstance(written, s.Input | s.Metric | s.Param) and written.type is not None:
        base = re.match(r"\s*\b(number|count)\b", written.type.span.text)
        if base:
            place = written.type.span.source.span(
                written.type.span.start + base.start(1), written.type.span.start + base.end(1)
            )
            return Mend(f"declare `{plain.name}` as {word}, if that is what it is", (doubted(put(place, word)),))
    return None


def _declaration(at: Span) -> tuple[int, str]:
    """Where the declaration begins in which a place stands, and its name."""
    text = at.source.text
    start = max((begin for begin, _ in pieces(text) if begin <= at.start), default=0)
    head = _HEAD.match(text, start)
    name = head["name"] if head and head["name"] else "figure"
    return start, name


_OF_A_PARAM = re.compile(r"\b(?:source|own|from)\b")


def as_metric(at: Span) -> list[Fix]:
    """A param whose value is calculated: it is a metric, unless it has a source or several values."""
    text = at.source.text
    start, end = max((piece for piece in pieces(text) if piece[0] <= at.start), default=(0, len(text)))
    if not text.startswith("param", start) or _OF_A_PARAM.search(text, start, end):
        return []
    return [doubted(put(at.source.span(start, start + len("param")), "metric"))]


def _free(name: str, scope: Scope) -> str:
    """A name that nothing has yet."""
    found, n = name, 2
    while found in scope.keywords:
        found, n = f"{name}_{n}", n + 1
    return found


def inner(text: str) -> str:
    """A text without brackets around all of it."""
    depth = 0
    if not (text.startswith("(") and text.endswith(")")):
        return text
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0 and at < len(text) - 1:
            return text
    return text[1:-1]
