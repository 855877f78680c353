"""Mends as edits: which characters to replace by which, beside the sentence that says so.

In: places and texts. Out: `Fix`es, and texts with edits applied. Must not know what was wrong.

A fix is sure where nobody who reads the file could mean another thing: a straight quote for a curly one, `38%` for 38
beside a percent, a second copy taken away, a misspelt word of the language. It is not sure where another reading gives
another figure or another name (`0.5` beside a percent is 50% or 0.5%; `revenue_cn` may not be `revenue_us`), or where
there are several ways: then there are alternatives, and a person chooses. Sure fixes alone are applied unasked, so one
that is wrong is worse than none.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches

from dsl.text.record import record
from dsl.text.source import SourceFile, Span


@record
class Edit:
    """One replacement: the characters of a place by a text. An empty place is where the text is put in."""

    span: Span
    text: str


@record
class Fix:
    """One way to mend: what it does, in words, and all edits that it takes, none of which touches another."""

    title: str
    edits: tuple[Edit, ...]
    sure: bool = False
    doubtful: bool = False
    """Whether it changes what others may use, such as a declaration: it is offered only where a check with it finds
    nothing new."""


@record
class Mend:
    """A sentence and the fixes that do what it says. Among several fixes none is sure."""

    sentence: str
    fixes: tuple[Fix, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    def __bool__(self) -> bool:
        return bool(self.sentence)


# --- how fixes are made ------------------------------------------------------------------------------------


def put(span: Span, text: str, sure: bool = False) -> Fix:
    """Another text at a place."""
    return Fix(f"write `{text}`", (Edit(span, text),), sure)


def insert(span: Span, text: str, title: str, sure: bool = False) -> Fix:
    """A text before a place."""
    return Fix(title, (Edit(span.source.span(span.start, span.start), text),), sure)


_SHOWN = 40


def leave_out(span: Span, sure: bool = False) -> Fix:
    """Nothing at a place: the blanks before it go, too, and its lines where nothing else is on them."""
    text, start, end = span.source.text, span.start, span.end
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    first = start == 0 or text[start - 1] == "\n"
    last = end == len(text) or text[end] == "\n"
    if first and last:
        end = min(end + 1, len(text))
    elif first:
        start = span.start
    shown = " ".join(span.text.split())
    return Fix(f"take away `{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + '…'}`",
               (Edit(span.source.span(start, end), ""),), sure)  # fmt: skip


def leave_out_item(span: Span, sure: bool = False) -> Fix:
    """An item of a list taken away together with the comma before it, or behind it where it is the first."""
    text = span.source.text
    before = re.compile(r",\s*$").search(text, max(0, span.start - 200), span.start)
    behind = re.compile(r"\s*,[ \t]*").match(text, span.end)
    if before:
        place = span.source.span(before.start(), span.end)
    elif behind:
        place = span.source.span(span.start, behind.end())
    else:
        return leave_out(span, sure)
    return Fix(f"take away `{span.text}`", (Edit(place, ""),), sure)


def together(fixes: Iterable[Fix]) -> Fix:
    """Several fixes as one: sure where each is."""
    every = tuple(fixes)
    title = " and ".join(fix.title if n == 0 else fix.title.removeprefix("write ") for n, fix in enumerate(every))
    return Fix(title, tuple(edit for fix in every for edit in fix.edits), all(fix.sure for fix in every))


def in_all_places(groups: Sequence[tuple[Fix, ...]]) -> tuple[Fix, ...]:
    """The fixes of one mistake that was made in several places: each way in all of them. None is sure: where many places
    agree, the slip may be where the word was declared."""
    ways = [[fix.title for fix in fixes] for fixes in groups]
    if any(way != ways[0] for way in ways):
        return ()
    return tuple(
        Fix(same[0].title, tuple(dict.fromkeys(edit for fix in same for edit in fix.edits)))
        for same in zip(*groups, strict=True)
    )


def any_of(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Fixes to choose from: one alone may be sure, of several none is."""
    every = tuple(dict.fromkeys(fixes))
    return every if len(every) < 2 else tuple(replace(fix, sure=False) for fix in every)


_TEXT = re.compile(r'"[^"\n]*"|\#[^\n]*')


def everywhere(place: Span) -> Iterator[Span]:
    """Every place in its file where the word of a place stands: not in comments, in texts only in braces."""
    source, word = place.source, place.text
    texts = list(_TEXT.finditer(source.text))
    for found in re.finditer(rf"(?<![\w.]){re.escape(word)}(?!\w)", source.text):
        within = next((t for t in texts if t.start() <= found.start() < t.end()), None)
        before = source.text[within.start() : found.start()] if within else ""
        if within is None or (within[0][0] == '"' and before.count("{") > before.count("}")):
            yield source.span(*found.span())


def renamed(place: Span, name: str) -> list[Fix]:
    """Another name in all of a file; none where the file has that name already."""
    if re.search(rf"\b{re.escape(name)}\b", place.source.text):
        return []
    edits = tuple(Edit(each, name) for each in everywhere(place))
    return [Fix(f"call it `{name}` in this file", edits, doubtful=True)]


def doubted(fix: Fix) -> Fix:
    """A fix of a declaration that others may use."""
    return replace(fix, sure=False, doubtful=True)


# --- misspelt words ------------------------------------------------------------------------------------------

MAX_MEANT = 80
"""Names above this length are no misspellings of each other: comparing them would take for ever."""
_MANY = 500
"""Of more names than these, only those that begin or end like the word are compared."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like a word; None where none is near."""
    if len(word) > MAX_MEANT:
        return None
    candidates = [name for name in known if len(name) <= MAX_MEANT]
    if len(candidates) > _MANY:
        candidates = [c for c in candidates if c[:2] == word[:2] or c[-2:] == word[-2:]][:_MANY]
    lowered = {c.lower(): c for c in candidates}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A mend that names the nearest known word, or `otherwise` where none is near."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near is not None else otherwise


def meant(
    span: Span,
    word: str,
    known: Iterable[str],
    otherwise: str = "",
    closed: bool = False,
    quote: str = "",
    least: int = 4,
) -> Mend:
    """The same with the word put in its place, within quotes where it has them.

    It is sure where capitals alone were written too many; and where the known words are `closed` (the language's own, so
    that the slip is here and not where they were declared), the word has `least` letters (`log` is no slip of `lag`), and this is
    the only one that is one slip away. A name of a figure is never sure by its letters: the one that is meant may not be
    declared yet.
    """
    words = list(known)
    near = nearest(word, words)
    if near is None:
        return Mend(otherwise)
    capitals = near == word.lower() and [each.lower() for each in words].count(near) == 1
    sure = capitals or (closed and len(word) >= least and _only_slip(word, words) == near)
    return Mend(f"did you mean `{near}`?", (put(span, f"{quote}{near}{quote}", sure),))


def _only_slip(word: str, known: Sequence[str]) -> str | None:
    """The one known word that is a slip of the fingers away: a letter more, less, changed, or two in each other's place."""
    if len(word) > MAX_MEANT:
        return None
    found = [each for each in known if abs(len(each) - len(word)) <= 1 and one_slip(word.lower(), each.lower())]
    return found[0] if len(found) == 1 and found[0][:1].lower() == word[:1].lower() else None


def one_slip(one: str, other: str) -> bool:
    """Whether two words are one slip apart; a digit is never a slip."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[at:], other[at:]
    if any(char.isdigit() for char in (*a[:2], *b[:2])):
        return False
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and len(b) > 1 and a[2:] == b[2:])


# --- edits applied ----------------------------------------------------------------------------------------------


def applied(source: SourceFile, edits: Iterable[Edit]) -> SourceFile:
    """A text with edits made in it, each where it stands in `source`. Raises ValueError: another source, or two edits
    that overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if edit.span.source != source:
            raise ValueError(f"{edit.span} stands in another text")
        if edit.span.start < at:
            raise ValueError(f"{edit.span} is edited twice")
        parts += (source.text[at : edit.span.start], edit.text)
        at = edit.span.end
    return SourceFile(source.path, "".join([*parts, source.text[at:]]))


def apart(one: Iterable[Edit], other: Iterable[Edit]) -> bool:
    """Whether edits leave each other alone: neither touches what the other replaces."""
    theirs = list(other)
    return all(
        a.span.source != b.span.source or a.span.end < b.span.start or b.span.end < a.span.start
        for a in one
        for b in theirs
    )


_NEWLINE = re.compile("\r\n|\r|\n")


def as_saved(before: bytes, text: str) -> bytes:
    """A text as the bytes of the file that it is to replace: with its mark where that has one, and its newlines. Where
    those are of several kinds, a line that is still there keeps its own and a new one has that of the first line."""
    raw = before.decode("utf-8-sig")
    ends = _NEWLINE.findall(raw)
    if len(set(ends)) > 1:
        old, new = _NEWLINE.split(raw), text.split("\n")
        kept = [ends[0]] * len(new)
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            for n in range(block.size):
                kept[block.b + n] = ends[min(block.a + n, len(ends) - 1)]
        text = "".join(line + end for line, end in zip(new, kept, strict=True))[: -len(kept[-1])]
    elif ends:
        text = text.replace("\n", ends[0])
    return (codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b"") + text.encode("utf-8")
