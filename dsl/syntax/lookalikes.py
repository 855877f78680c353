"""Characters that look like those of the language, or say in one sign what it says in a word: what to write instead.

In: a text and the place of a character that no word of the language begins with. Out: fixes. Must not know what is read.

Documents, mails and spreadsheets replace what was typed: `-` by a minus sign or a dash, a blank by one that does not
break, quotes by curly ones, and some keyboards write `％` and `＞`. To the eye they are the same, so the fix is sure.
"""

from __future__ import annotations

import re
import unicodedata

from dsl.text.edits import Edit, Fix, put
from dsl.text.source import SourceFile, Span

_LIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796\ufe58\ufe63\uff0d\u00ad\u02d7\u2043", "-"),
    **dict.fromkeys("×✕✖⨯∗⋅·∙•✱", "*"), **dict.fromkeys("÷∕⁄➗", "/"), **dict.fromkeys("➕", "+"),
    **dict.fromkeys("≥⩾≧⪰", ">="), **dict.fromkeys("≤⩽≦⪯", "<="), **dict.fromkeys("≠", "!="), **dict.fromkeys("≡", "="),
    **dict.fromkeys("٪⁒", "%"), **dict.fromkeys("ˆ", "^"), **dict.fromkeys("‹", "<"), **dict.fromkeys("›", ">"),
    **dict.fromkeys("，、‚", ","), **dict.fromkeys("（❨", "("), **dict.fromkeys("）❩", ")"), **dict.fromkeys("∶", ":"),
}  # fmt: skip
"""Signs with one meaning alone."""
_WORDS = {"∧": "and", "⋀": "and", "∨": "or", "⋁": "or", "¬": "not"}
_LETTERS = dict(
    zip("асеорхуіјѕАВЕКМНОРСТХІЈЅαοντρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aceopxyijsABEKMHOPCTXIJSaovtpABEZHIKMNOPTYX", strict=True)
)
"""Letters of other alphabets with the shape of a Latin one."""
_WIDE = re.compile("[\uff01-\uff5e\u3000]+")
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")
"""Characters without a width."""
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_WORD = re.compile(r"\w+")
PER_MILLE = re.compile(r"(\d+(?:\.\d+)?)\s?‰")


def plain(source: SourceFile, at: int) -> list[Fix]:
    """What the language writes for a character; [] where it has no like. Sure where nobody could see a difference."""
    text, character = source.text, source.text[at]
    if character in _UNSEEN:
        return [Fix("take the hidden character away", (Edit(source.span(at, at + 1), ""),), sure=True)]
    if unicodedata.category(character) == "Zs":
        return [Fix("write a plain blank", (Edit(source.span(at, at + 1), " "),), sure=True)]
    raised = _RAISED.match(text, at)
    if raised:
        return [put(source.span(*raised.span()), f" ^ {unicodedata.normalize('NFKC', raised[0])}", sure=True)]
    if character in _WORDS:
        return [_spaced(source.span(at, at + 1), _WORDS[character])]
    if character in _LIKE:
        return [put(source.span(at, at + 1), _LIKE[character], sure=True)]
    wide = _WIDE.match(text, at)
    if wide:
        return [put(source.span(*wide.span()), unicodedata.normalize("NFKC", wide[0]), sure=True)]
    if character.isalpha():
        return _latin(source, at)
    part = unicodedata.numeric(character, None)
    if part is not None and not text[at - 1 : at].isalnum():  # ½
        return [put(source.span(at, at + 1), f"{part:.10g}", sure=len(f"{part:.10g}") < 6)]
    like = unicodedata.normalize("NFKC", character)
    return [put(source.span(at, at + 1), like, sure=True)] if re.fullmatch(r"[!-~]", like) else []


def _latin(source: SourceFile, at: int) -> list[Fix]:
    """A word with letters of another alphabet, or with accents. The first look like Latin ones, the second do not."""
    text, start = source.text, at
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    word = _WORD.match(text, start)
    if word is None:
        return []
    same = "".join(_LETTERS.get(char, char) for char in unicodedata.normalize("NFKC", word[0]))
    bare = "".join(char for char in unicodedata.normalize("NFKD", same) if not unicodedata.combining(char))
    if not re.fullmatch(r"[A-Za-z_]\w*", bare, re.ASCII):
        return []
    return [put(source.span(*word.span()), bare, sure=same == bare)]


def _spaced(place: Span, word: str) -> Fix:
    """A word in place of a sign, with blanks around it."""
    text = place.source.text
    before = "" if place.start == 0 or text[place.start - 1] in " \t\n(" else " "
    behind = "" if text[place.end : place.end + 1].isspace() else " "
    return Fix(f"write `{word}`", (Edit(place, f"{before}{word}{behind}"),), sure=True)
